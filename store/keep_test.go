package store

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"gridbot/redistest"
)

// heaped notes the largest heap seen while something is written.
type heaped struct {
	to   *os.File
	most uint64
}

func (h *heaped) Write(b []byte) (int, error) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	h.most = max(h.most, m.HeapAlloc)
	return h.to.Write(b)
}

// Reconcile, Backup and Restore go through everything with little memory, however
// much there is. With MILLION=1 it is a million tasks and gives the figures of
// docs/backup.md.
func TestAMillionTasksAreKept(t *testing.T) {
	tasks := 5_000
	if os.Getenv("MILLION") != "" {
		tasks = 1_000_000
	}
	c := fill(t, 10, tasks)
	check(t, c.s.Check(t.Context()))
	timed := func(what string, do func()) {
		start := time.Now()
		do()
		t.Logf("%-10s %v", what, time.Since(start).Round(10*time.Millisecond))
	}
	timed("reconcile", func() {
		if f := must(c.s.Reconcile(t.Context(), "", Reconciling{Now: noon})); f.Tasks < tasks || len(f.Count) > 0 {
			t.Errorf("%+v", f)
		}
	})
	file := must(os.Create(filepath.Join(t.TempDir(), "backup.gz")))
	defer file.Close()
	w := &heaped{to: file}
	timed("back up", func() { must(c.s.Backup(t.Context(), w, Pace{})) })
	srv := redistest.ForTest(t, redistest.Options{Kind: redistest.Real})
	into := connectWith(t, Options{Addrs: addresses(srv), Patient: true})
	must(file.Seek(0, 0))
	timed("restore", func() {
		if r := must(into.Restore(t.Context(), file, noon)); r.Tasks < tasks {
			t.Errorf("%+v", r)
		}
	})
	before, after := must(c.s.rdb.DBSize(t.Context()).Result()), must(into.rdb.DBSize(t.Context()).Result())
	t.Logf("%d keys, %d MB, at most %d MB of memory", before, must(file.Stat()).Size()>>20, w.most>>20)
	if before != after || w.most > 64<<20 {
		t.Errorf("%d keys became %d, with %d MB of memory", before, after, w.most>>20)
	}
	if f := must(into.Reconcile(t.Context(), "", Reconciling{Now: noon})); f.Tasks < tasks || len(f.Count) > 0 {
		t.Errorf("restored: %+v", f)
	}
}
