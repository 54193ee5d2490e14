package dispatch

import (
	"testing"

	"gridbot/redistest"
	"gridbot/task"
)

// BenchmarkOpen is one clear report: who has the fewest tasks, and one write.
func BenchmarkOpen(b *testing.B) {
	for _, kind := range []redistest.Kind{redistest.Auto, redistest.Embedded} {
		srv := redistest.ForTest(b, redistest.Options{Kind: kind, AppendFsync: "no"})
		b.Run(srv.Kind().String(), func(b *testing.B) {
			w := settle(b, srv)
			o := w.report("streetlight", grid1)
			b.ReportAllocs()
			for b.Loop() {
				o.Key = w.key()
				if _, err := w.desk.Open(b.Context(), o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDo is one move: a read and a write.
func BenchmarkDo(b *testing.B) {
	srv := redistest.ForTest(b, redistest.Options{AppendFsync: "no"})
	w := settle(b, srv)
	x := w.signed("streetlight")
	o := by(full1a, x, task.Contact)
	b.ReportAllocs()
	for b.Loop() {
		o.Key = w.key()
		if _, err := w.desk.Do(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompose is what a notice costs beside the store and the platform.
func BenchmarkCompose(b *testing.B) {
	w := quick(b)
	x := w.open(w.report("streetlight", grid1))
	words := notices(b)
	b.ReportAllocs()
	for b.Loop() {
		must(words.Render(string(task.AboutNew), w.desk.Letter(&x)))
	}
}
