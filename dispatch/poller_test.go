package dispatch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/task"
)

// poller is a poller of the world on a desk of its own or not.
func (w *world) poller(d *Desk) *Poller {
	w.t.Helper()
	return must(NewPoller(PollerOptions{Desk: d, Now: w.clock, Every: time.Millisecond, Workers: 4,
		Warn: func(err error) { w.alarm("warned", err.Error()) }}))
}

// due lists what the pollers would look at.
func (w *world) due() []task.ID {
	w.t.Helper()
	return must(w.store.Due(w.ctx(), []string{street}, w.clock(), 99_999))
}

// misplace writes a task into the queue of clocks by hand, as no move does.
func (w *world) misplace(id task.ID, at time.Time) {
	w.t.Helper()
	w.redis("ZADD", "gb:{s"+id.Street+"}:due", fmt.Sprint(at.UnixMilli()), fmt.Sprint(id.Seq))
}

// spoil writes a moment into a task that is none.
func (w *world) spoil(id task.ID) {
	w.t.Helper()
	w.redis("HSET", "gb:{s"+id.Street+"}:task:"+fmt.Sprint(id.Seq), "tn", "soon")
}

// redis gives the server one command whose answer is a number.
func (w *world) redis(words ...string) {
	w.t.Helper()
	conn := must(net.Dial("tcp", w.srv.Addr()))
	defer conn.Close()
	fmt.Fprintf(conn, "*%d\r\n", len(words))
	for _, word := range words {
		fmt.Fprintf(conn, "$%d\r\n%s\r\n", len(word), word)
	}
	if answer := must(bufio.NewReader(conn).ReadString('\n')); !strings.HasPrefix(answer, ":") {
		w.t.Fatalf("redis said %q", answer)
	}
}

func TestPollerOptionsAreChecked(t *testing.T) {
	for _, o := range []PollerOptions{{}, {Every: time.Second}, {Workers: 1}, {Every: -1, Workers: 1}} {
		if _, err := NewPoller(o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
}

func TestThePollerRunsUntilItIsStopped(t *testing.T) {
	w := quick(t)
	w.given("streetlight")
	w.set("2026-06-01 11:00")
	ctx, stop := context.WithCancel(w.ctx())
	var running sync.WaitGroup
	running.Go(func() { w.poller(w.desk).Run(ctx) })
	eventually(t, "the reminder", func() bool { return countOf(w.movedSoFar(), task.Ring) == 1 })
	stop()
	running.Wait()
	w.told("list list.link", full1a+" staff.remind.accept")
}

// movedSoFar copies the moves counted so far.
func (w *world) movedSoFar() []task.Kind {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]task.Kind(nil), w.moved...)
}

// One round does more than one reading brings, in every street, and then there is
// nothing more to do.
func TestARoundDoesAll(t *testing.T) {
	w := quick(t)
	const n = 3*dueBatch + 7
	for range n {
		w.one()
	}
	w.set("2026-06-01 11:00")
	p := w.poller(w.desk)
	same(t, "rung", must(p.Round(w.ctx())), n)
	same(t, "again", must(p.Round(w.ctx())), 0)
	told := w.outbox()
	same(t, "reminders", countOf(told, full1a+" staff.remind.accept")+countOf(told, full1b+" staff.remind.accept"), n)
}

func TestARoundTellsWhatTheStoreSays(t *testing.T) {
	w := quick(t)
	w.given("streetlight")
	w.set("2026-06-01 11:00")
	p := w.poller(w.desk)
	check(t, w.srv.Stop())
	if n, err := p.Round(w.ctx()); err == nil || n != 0 {
		t.Errorf("%d rung, %v", n, err)
	}
	ctx, stop := context.WithTimeout(w.ctx(), 50*time.Millisecond)
	defer stop()
	p.Run(ctx)
	same(t, "warned", w.alarmed("warned") > 0, true)
	check(t, w.srv.Restart(w.ctx()))
}

// A task that cannot be read is left for the next round and holds up no other.
func TestOneThatCannotBeReadHoldsUpNoOther(t *testing.T) {
	w := quick(t)
	broken := w.one()
	for range 2 * dueBatch {
		w.one()
	}
	w.spoil(broken.ID)
	w.set("2026-06-01 11:00")
	p := w.poller(w.desk)
	n, err := p.Round(w.ctx())
	if err == nil || !strings.Contains(err.Error(), broken.ID.String()) {
		t.Errorf("said %v, not which task it is", err)
	}
	same(t, "rung", n, 2*dueBatch)
}

func TestAStoppedRoundFinishesWhatItBegan(t *testing.T) {
	w := quick(t)
	for range 2 * dueBatch {
		w.one()
	}
	w.set("2026-06-01 11:00")
	ctx, stop := context.WithCancel(w.ctx())
	o := w.desk.o
	o.Moved = func(k task.Kind) { w.count(k); stop() }
	d := must(New(o))
	must(d.Refresh(w.ctx()))
	n, err := w.poller(d).Round(ctx)
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if n == 0 || n >= dueBatch {
		t.Errorf("%d rung after the stop", n)
	}
	same(t, "what was begun is written", len(w.due()), 2*dueBatch-n)
}
