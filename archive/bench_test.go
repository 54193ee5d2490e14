package archive

import (
	"fmt"
	"testing"

	"gridbot/redistest"
	"gridbot/store"
)

// One task moved to its file, of a hundred that are moved together; Redis syncs
// every write.
func BenchmarkMove(b *testing.B) {
	srv := redistest.ForTest(b, redistest.Options{Kind: redistest.Real})
	s, err := store.Open(store.Options{Addrs: addresses(srv)})
	check(b, err)
	b.Cleanup(func() { check(b, s.Close()) })
	a, err := Open(b.TempDir())
	check(b, err)
	const batch = 100
	moved := 0
	for n := 0; b.Loop(); n++ {
		if n%batch > 0 {
			continue // moved with the first of its hundred
		}
		b.StopTimer()
		for i := range batch {
			ended(b, s, fmt.Sprint("m", n+i), noon)
		}
		b.StartTimer()
		done, err := a.Move(b.Context(), s, "12", noon.Add(day))
		check(b, err)
		moved += done.Tasks
	}
	if moved < b.N {
		b.Fatalf("%d of %d moved", moved, b.N)
	}
}
