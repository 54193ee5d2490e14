package spool

import (
	"fmt"
	"sync/atomic"
	"testing"
)

// BenchmarkPut measures Puts of different persons at the same time, each on disk
// before it returns.
func BenchmarkPut(b *testing.B) {
	for _, callers := range []int{1, 32} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			s := fresh(b, Options{})
			var n atomic.Int64
			b.SetParallelism(callers)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					k := fmt.Sprint(n.Add(1))
					if err := s.Put(entry(k, k)); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}
