package dispatch

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/store"
	"gridbot/task"
)

// overslept is a sort of task whose clocks come due while no poller runs, between 10:00
// and 16:00 on 1 June, and what is said about one when the pollers are back: worked out
// by hand from the table of clocks, each notice once, "desk" to both dispatchers.
type overslept struct {
	name, category, begins string
	moves                  []task.Kind
	says                   string
}

var sorts = []overslept{
	{"nobody rates", "streetlight", "2026-05-25 12:00", []task.Kind{task.Sign, task.Finish}, ""},
	{"nobody answers", "streetlight", "2026-05-29 12:00", []task.Kind{task.Inquire}, "resident.lapsed staff.withdrawn"},
	{"half way to the contact", "streetlight", "2026-06-01 10:00", []task.Kind{task.Sign}, "staff.remind.contact"},
	{"nobody signs", "streetlight", "2026-06-01 10:00", nil, "resident.reassigned staff.away staff.new"},
	{"no contact", "water_outage", "2026-06-01 10:00", []task.Kind{task.Sign}, "above.overdue.contact staff.overdue.contact"},
	{"a danger in hand", "gas_leak", "2026-06-01 10:00", []task.Kind{task.Sign}, "above.overdue.contact above.overdue.feedback staff.overdue.contact staff.overdue.feedback"},
	{"a danger nobody signs", "gas_leak", "2026-06-01 10:00", nil, "above.overdue.feedback desk.critical desk.critical resident.reassigned staff.away staff.new staff.overdue.feedback"},
	{"half way to the end", "suggestion", "2026-06-01 10:00", []task.Kind{task.Sign}, "staff.remind.finish"},
	{"at the desk", task.Unclassified, "2026-06-01 10:00", nil, "desk.overdue desk.overdue"},
}

// brought opens n tasks of a sort, several at a time, and makes its moves.
func (w *world) brought(s overslept, n int) map[task.ID]overslept {
	w.t.Helper()
	w.set(s.begins)
	out, mu := map[task.ID]overslept{}, sync.Mutex{}
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	together(4, func(int) {
		for i := range next {
			o := w.report(s.category, grid1)
			o.Place.Microgrid = "" // nobody's report is taken for another's
			o.Reporter = neighbour(i)
			x := w.insist(func() (task.Task, error) { return w.desk.Open(w.ctx(), o) })
			for _, k := range s.moves {
				move := by(x.Handler, x, k)
				if k == task.Inquire {
					move = by(dispatcher1, x, k)
				}
				move.Key = w.key()
				x = w.insist(func() (task.Task, error) { return w.desk.Do(w.ctx(), move) })
			}
			mu.Lock()
			out[x.ID] = s
			mu.Unlock()
		}
	})
	return out
}

// insist asks again with the same key when a busy machine makes the store too slow:
// nothing is done twice.
func (w *world) insist(f func() (task.Task, error)) task.Task {
	var x task.Task
	var err error
	for range 20 {
		if x, err = f(); err == nil {
			return x
		}
	}
	w.t.Error(err)
	return x
}

// forget begins counting moves anew.
func (w *world) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.moved = nil
}

// patient waits for what ten thousand writes to a disk may take.
func (w *world) patient(what string, yes func() bool) {
	w.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	end := time.After(5 * time.Minute)
	for !yes() {
		select {
		case <-tick.C:
		case <-end:
			w.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// taken reads all notices that are due and takes them out.
func (w *world) taken() []store.Leased {
	w.t.Helper()
	var out []store.Leased
	for {
		some := must(w.store.Lease(w.ctx(), street, 200, w.clock(), w.clock().Add(9999*time.Hour)))
		if len(some) == 0 {
			return out
		}
		for _, l := range some {
			check(w.t, w.store.Sent(w.ctx(), l, w.clock()))
		}
		out = append(out, some...)
	}
}

// replica is a poller with a desk and a store of its own, running until end is called,
// or until it is killed: then its store is gone in the middle of its work.
func (w *world) replica() (end, kill func()) {
	w.t.Helper()
	s := must(store.Open(store.Options{Addrs: addresses(w.srv)}))
	d := w.newDesk(s)
	must(d.Refresh(w.ctx()))
	ctx, stop := context.WithCancel(w.ctx())
	var running sync.WaitGroup
	p := must(NewPoller(PollerOptions{Desk: d, Now: w.clock, Every: 5 * time.Millisecond, Workers: 8, Warn: func(error) {}}))
	running.Go(func() { p.Run(ctx) })
	end = func() { stop(); running.Wait(); _ = s.Close() }
	kill = func() { _ = s.Close(); end() }
	return end, kill
}

// wantOnce compares what was said about each task with what its sort says.
func wantOnce(t *testing.T, tasks map[task.ID]overslept, said []store.Leased) {
	t.Helper()
	got := map[task.ID][]string{}
	for _, l := range said {
		got[l.Task] = append(got[l.Task], string(l.About))
	}
	wrong := 0
	for id, s := range tasks {
		slices.Sort(got[id])
		if line := strings.Join(got[id], " "); line != s.says {
			if wrong++; wrong < 9 {
				t.Errorf("%s, %s: said %q, want %q", id, s.name, line, s.says)
			}
		}
	}
	for id := range got {
		if _, ok := tasks[id]; !ok {
			t.Errorf("%s was spoken of", id)
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d wrong", wrong, len(tasks))
	}
}

// The pollers stand still for six hours in which the clocks of all tasks come due; then
// two replicas begin at the same moment, and in the second run one of them dies on the
// way. Whatever still matters is said once. With CLOCKS=full it is ten thousand tasks.
func TestFaultSixHoursWithoutAPoller(t *testing.T) {
	n := 500
	if os.Getenv("CLOCKS") == "full" {
		n = 10_000
	}
	for _, dies := range []bool{false, true} {
		t.Run(fmt.Sprintf("one dies %v", dies), func(t *testing.T) {
			w := settle(t, redistest.ForTest(t, redistest.Options{Kind: redistest.Real}))
			tasks := map[task.ID]overslept{}
			for i, s := range sorts {
				for id, s := range w.brought(s, (n+i)/len(sorts)) {
					tasks[id] = s
				}
			}
			w.set("2026-06-01 10:01")
			w.taken()
			same(t, "nothing is due yet", len(w.due()), 0)
			w.forget()
			w.set("2026-06-01 16:00")
			begun := time.Now()
			end, _ := w.replica()
			endOther, kill := w.replica()
			if dies {
				w.patient("a third is done", func() bool { return len(w.movedSoFar()) > len(tasks)/3 })
				kill()
				t.Logf("one is dead with %d of %d clocks left", len(w.due()), len(tasks))
			}
			w.patient("all is done", func() bool { return len(must(w.store.Due(w.ctx(), []string{street}, w.clock(), 1))) == 0 })
			took := time.Since(begun)
			end()
			endOther()
			said := w.taken()
			wantOnce(t, tasks, said)
			t.Logf("%d clocks, %d notices, %.1f s to catch up after six hours", len(tasks), len(said), took.Seconds())
		})
	}
}
