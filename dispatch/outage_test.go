package dispatch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/store"
	"gridbot/task"
)

func TestTwoCouriersDeliverNothingTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const n = 60
		a, b := w.courier(nil), w.courier(nil)
		stop := []func(){a.run(), b.run()}
		want := map[string]int{}
		for i := range n {
			p := neighbour(i % 20)
			w.speak(p, store.Profile{}, store.Window{For: time.Hour, Count: 99})
			x := task.Notice{To: task.Party{Kind: task.ToResident, Person: p}, About: task.AboutAnswer, Note: fmt.Sprintf("第%d条", i)}
			must(w.store.Enqueue(w.ctx(), street, fmt.Sprint(i), x, w.clock()))
			want[p.OpenID+x.Note]++
			a.c.Wake(street)
			b.c.Wake(street)
		}
		eventually(t, "all is sent", func() bool { waiting, _ := w.depth(); return waiting == 0 })
		for _, s := range stop {
			s()
		}
		got := map[string]int{}
		for _, c := range slices.Concat(a.taken(), b.taken()) {
			got[c.to+c.text]++
		}
		for k, n := range want {
			same(t, k, got[k], n)
		}
		same(t, "nothing else", len(got), len(want))
	})
}

func TestACourierThatDiesIsRepeatedOnceAfterItsLease(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.one()
		own := must(store.Open(store.Options{Addrs: addresses(w.srv)}))
		dying := w.courier(func(sending) task.Result {
			check(t, own.Close()) // sent, and never settled
			return task.Result{}
		})
		dying.c.o.Desk = w.newDesk(own)
		must(dying.c.o.Desk.Refresh(w.ctx()))
		if _, err := dying.c.Round(w.ctx(), street); err == nil {
			t.Fatal("settled without a store")
		}
		dying.sent("custom s11 ")
		p := w.courier(nil)
		w.pass(30*time.Second - time.Millisecond)
		p.round()
		p.sent()
		w.pass(time.Millisecond)
		p.round()
		p.sent("custom s11 ")
		w.pass(time.Hour)
		p.round()
		p.sent()
	})
}

func TestAStopFinishesWhatWasBegunAndPutsTheRestBack(t *testing.T) {
	w := quick(t)
	w.away(full1b)
	w.one()
	w.one()
	ctx, cancel := context.WithCancel(w.ctx())
	p := w.courier(func(s sending) task.Result {
		cancel()
		if err := s.ctx.Err(); err != nil {
			t.Errorf("the stop reached the sender: %v", err)
		}
		return task.Result{}
	})
	must(p.c.Round(ctx, street))
	p.sent("custom s11 ")
	leased := w.lease() // at once, not when the lease ends
	same(t, "put back", len(leased), 1)
	same(t, "attempts", leased[0].Attempts, 1)
}

func TestALeaseThatRunsOutIsNotUsed(t *testing.T) {
	w := quick(t)
	w.away(full1b)
	w.one()
	w.one()
	p := w.courier(func(sending) task.Result {
		w.pass(16 * time.Second) // more than half of the lease is gone
		return task.Result{}
	})
	p.round()
	p.sent("custom s11 ")
	leased := w.lease()
	same(t, "put back", len(leased), 1)
	same(t, "attempts", leased[0].Attempts, 1)
}

func TestASenderThatHangsIsCutOffWithinTheLease(t *testing.T) {
	w := quick(t)
	w.one()
	p := w.courier(func(s sending) task.Result {
		<-s.ctx.Done()
		return task.Result{Outcome: task.Unknown}
	})
	p.c.o.Lease = 40 * time.Millisecond
	p.round()
	waiting, _ := w.depth()
	same(t, "waiting", waiting, 1)
}

func TestTheStoreGoesAwayAndComesBack(t *testing.T) {
	srv := redistest.ForTest(t, redistest.Options{Kind: redistest.Real})
	w := settle(t, srv)
	p := w.courier(nil)
	p.run()
	const n = 40
	want := map[string]bool{}
	for i := range n {
		x := task.Notice{To: task.Party{Kind: task.ToResident, Person: neighbour(i)}, About: task.AboutAnswer, Note: fmt.Sprintf("第%d条", i)}
		must(w.store.Enqueue(w.ctx(), street, fmt.Sprint(i), x, w.clock()))
		want[x.Note] = true
		if i%20 == 10 {
			check(t, srv.Kill())
			eventually(t, "the courier complains", func() bool { p.mu.Lock(); defer p.mu.Unlock(); return len(p.warned) > i/20 })
			check(t, srv.Restart(w.ctx()))
			eventually(t, "the store answers", func() bool { return w.store.Ping(w.ctx()) == nil })
		}
	}
	eventually(t, "the outbox is empty", func() bool {
		w.pass(time.Second) // leases of rounds that were cut off end
		d, err := w.store.OutboxDepth(w.ctx(), street)
		return err == nil && d.Waiting == 0
	})
	for _, c := range p.taken() {
		delete(want, c.text)
	}
	for text := range want {
		t.Errorf("lost %s", text)
	}
	d := must(w.store.OutboxDepth(w.ctx(), street))
	same(t, "buried", d.Buried, 0)
}

func TestTheGroundMayChangeUnderTheCourier(t *testing.T) {
	w := quick(t)
	p := w.courier(nil)
	p.run()
	together(4, func(i int) {
		for range 5 {
			if i == 0 {
				w.people(func(*grid.Staff) {})
				continue
			}
			o := w.report("streetlight", grid1)
			o.Reporter = task.Person{}
			w.open(o)
			p.c.Wake(street)
		}
	})
	eventually(t, "all is sent", func() bool { waiting, _ := w.depth(); return waiting == 0 })
	same(t, "sent", len(p.taken()), 15)
}

// Whatever the platform answers, a notice is delivered, or lies where people see
// it, or still waits.
func TestNoNoticeVanishes(t *testing.T) {
	for seed := range uint64(8) {
		w := quick(t)
		dice := rand.New(rand.NewPCG(seed, 1))
		var mu sync.Mutex
		delivered := map[string]int{}
		p := w.courier(func(s sending) task.Result {
			mu.Lock()
			defer mu.Unlock()
			r := task.Result{Outcome: task.Outcome(dice.IntN(int(task.Bad) + 1))}
			if r.Outcome == task.Delivered {
				delivered[s.to+s.text]++
			}
			return r
		})
		const n = 40
		for i := range n {
			x := task.Notice{To: task.Party{Kind: task.ToResident, Person: neighbour(i % 7)}, About: task.AboutAnswer, Note: fmt.Sprintf("第%d条", i)}
			must(w.store.Enqueue(w.ctx(), street, fmt.Sprint(i), x, w.clock()))
		}
		for waiting, rounds := n, 0; waiting > 0; rounds++ {
			if rounds > 2000 {
				t.Fatalf("seed %d: %d still wait", seed, waiting)
			}
			p.round()
			w.pass(time.Hour)
			waiting, _ = w.depth()
		}
		_, buried := w.depth()
		same(t, fmt.Sprintf("seed %d: delivered and buried", seed), len(delivered)+buried, n)
		for text, times := range delivered {
			same(t, text, times, 1)
		}
	}
}
