package handlers

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"gridbot/redistest"
)

// BenchmarkPush is a whole message but for the network and the conversation:
// envelope, line, Begin and Commit on a Redis that syncs at every write, seal.
func BenchmarkPush(b *testing.B) {
	r := redistest.ForTest(b, redistest.Options{Kind: redistest.Real})
	h := newWorld(b, r, nil).server.Handler()
	var n atomic.Int64
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			id := n.Add(1)
			p := textDoc(b, fmt.Sprintf("oPerson%d", id%5000), "路灯不亮", int(id))
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, p.request())
			if rec.Code != http.StatusOK {
				b.Errorf("status %d", rec.Code)
			}
		}
	})
}
