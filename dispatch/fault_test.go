package dispatch

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/task"
)

// A hand-over that is said again, because the answer was lost, meets tasks that came
// back meanwhile: they stay where they are, and it ends.
func TestFaultAHandOverSaidAgainNeverEnds(t *testing.T) {
	w := led(t)
	x := w.signed("streetlight")
	same(t, "moved", must(w.desk.HandOver(w.ctx(), street, x.Handler, "m1")), 1)
	o := by(full1b, x, task.Transfer)
	o.To = x.Handler
	w.do(o)
	same(t, "moved again", must(w.desk.HandOver(w.ctx(), street, x.Handler, "m1")), 0)
	same(t, "handler", must(w.store.Get(w.ctx(), x.ID)).Handler, x.Handler)
}

// Tasks that stay do not keep the hand-over from those behind them.
func TestFaultAHandOverSaidAgainStopsAtWhatCameBack(t *testing.T) {
	w := quick(t)
	w.away(full1b, head1)
	var last task.Task
	for i := range handOverBatch + 1 {
		last = w.apart(i)
	}
	for i := range handOverBatch {
		x := must(w.store.Get(w.ctx(), task.ID{Street: street, Seq: task.FirstNumber + int64(i)}))
		check(t, w.desk.takeThere(w, x, "m1"))
	}
	same(t, "moved", must(w.desk.HandOver(w.ctx(), street, full1a, "m1")), 1)
	same(t, "the last", must(w.store.Get(w.ctx(), last.ID)).Handler != full1a, true)
}

// apart is a matter of grid1 that is like no other.
func (w *world) apart(i int) task.Task {
	w.t.Helper()
	o := w.report("streetlight", grid1)
	o.Reporter, o.Place.Text = neighbour(i), fmt.Sprintf("%d幢", i)
	return w.open(o)
}

// takeThere hands one task over and gives it back.
func (d *Desk) takeThere(w *world, x task.Task, key string) error {
	if _, err := d.takeFrom(w.ctx(), x.ID, x.Handler, key); err != nil {
		return err
	}
	o := by(dispatcher1, x, task.Dispatch)
	o.To = x.Handler
	_, err := d.Do(w.ctx(), o)
	return err
}

// What stood still or was being checked while its handler left does not go on in the
// hands of somebody who is not there.
func TestFaultWhatGoesOnIsNobodys(t *testing.T) {
	for name, c := range map[string]struct {
		stop func(w *world, x task.Task) task.Task
		on   func(w *world, x task.Task) task.Task
	}{
		"asked about": {func(w *world, x task.Task) task.Task { return w.do(by(dispatcher1, x, task.Inquire)) },
			func(w *world, x task.Task) task.Task { return w.do(from(x, task.Supplement)) }},
		"asked about, the resident leaves": {func(w *world, x task.Task) task.Task { return w.do(by(dispatcher1, x, task.Inquire)) },
			func(w *world, x task.Task) task.Task { return w.do(Order{Task: x.ID, Move: task.Forget}) }},
		"suspended": {func(w *world, x task.Task) task.Task {
			o := by(secretary, x, task.Suspend)
			o.Days = 30
			return w.do(o)
		}, func(w *world, x task.Task) task.Task {
			w.reach(x.Until)
			same(w.t, "goes on", must(w.desk.Tick(w.ctx(), x.ID)), true)
			return must(w.store.Get(w.ctx(), x.ID))
		}},
		"checked": {func(w *world, x task.Task) task.Task { return w.do(by(x.Handler, x, task.Finish)) },
			func(w *world, x task.Task) task.Task { return w.do(by(head1, x, task.Fail)) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := led(t)
			category := "house_leak"
			if name == "checked" {
				category = "elevator_fault"
			}
			x := c.stop(w, w.signed(category))
			gone := x.Handler
			for i := range w.staff {
				if w.staff[i].ID == gone {
					w.staff = append(w.staff[:i:i], w.staff[i+1:]...)
					break
				}
			}
			w.people(func(*grid.Staff) {})
			w.outboxAfter(linkAfter)
			x = c.on(w, x)
			same(t, "status", x.Status, task.Dispatched)
			same(t, "handler", x.Handler, full1b)
			if told := w.heard(); !strings.Contains(told, full1b+" staff.new") || strings.Contains(told, gone) {
				t.Errorf("told %s", told)
			}
		})
	}
}

// The neighbour is told of what they reported, where they reported it, and not of the
// place of somebody else.
func TestFaultAPartIsShownAtAnothersPlace(t *testing.T) {
	w := led(t)
	a, b := w.another(0, "streetlight", grid1), w.another(1, "streetlight", grid2)
	o := into(secretary, b.ID, a.ID)
	w.do(o)
	shown := must(w.desk.View(w.ctx(), b.ID, "", neighbour(1)))
	same(t, "place", shown.Place, b.Place)
}

// A matter that turns out to be confidential is nobody else's: whose reports are part
// of it would learn what it is, and so it is taken apart first.
func TestFaultAConfidentialMatterHasParts(t *testing.T) {
	w := led(t)
	a, b := w.another(0, "streetlight", grid1), w.another(1, "greening", grid1)
	w.do(into(head1, b.ID, a.ID))
	o := by(dispatcher1, a, task.Reclassify)
	o.Category = "staff_complaint"
	w.refused(o, task.ErrJoined)
	w.do(by(dispatcher1, b, task.Unmerge))
	same(t, "confidential", w.do(o).Confidential, true)
}

// A hidden neighbour adds their number to what they reported: it is not theirs who
// handles it to read.
func TestFaultAHiddenNeighboursLaterWordsAreShown(t *testing.T) {
	w := led(t)
	first := w.given("streetlight")
	o := w.also(1, "streetlight", "3幢楼下路灯不亮了")
	o.Hidden = true
	part := w.open(o)
	same(t, "merged", part.Parent, first.ID.Seq)
	w.outbox()
	s := from(part, task.Supplement)
	s.Note = "打我电话13800001111"
	w.do(s)
	for _, l := range w.lease() {
		if strings.Contains(l.Note, "13800001111") {
			t.Errorf("%s tells the number", l.About)
		}
	}
}

// What the first reporter was asked is not answered by a neighbour.
func TestFaultANeighbourAnswersForAnother(t *testing.T) {
	w := led(t)
	a, b := w.another(0, "house_leak", grid1), w.another(1, "greening", grid1)
	w.do(into(head1, b.ID, a.ID))
	w.do(by(dispatcher1, a, task.Inquire))
	w.outboxAfter(linkAfter)
	w.do(Order{Task: b.ID, Move: task.Supplement, Person: neighbour(1), Note: "快点"})
	x := must(w.store.Get(w.ctx(), a.ID))
	same(t, "status", x.Status, task.NeedInfo)
	same(t, "asked by", x.AskedBy, dispatcher1)
	same(t, "told", w.heard(), a.Handler+" staff.supplement")
	same(t, "answered", w.do(from(a, task.Supplement)).Status, task.Dispatched)
}

// Nobody handles or checks what they reported, when it is part of another either.
func TestFaultTheReporterOfAPartHasTheWhole(t *testing.T) {
	w := led(t)
	a := w.another(0, "elevator_fault", grid1)
	o := w.report("streetlight", grid1)
	o.Reporter, o.Staff = person(full1b), full1b
	b := w.open(o)
	h := w.report("greening", grid1)
	h.Reporter, h.Staff = person(head1), head1
	c := w.open(h)
	w.do(into(dispatcher1, b.ID, a.ID))
	w.do(into(dispatcher1, c.ID, a.ID))
	same(t, "handler", a.Handler, full1a)
	to := by(full1a, a, task.Transfer)
	to.To = full1b
	w.refused(to, task.ErrOwnReport)
	w.refused(by(full1b, a, task.Sign), task.ErrOwnReport)
	w.do(by(full1a, a, task.Sign))
	w.do(by(full1a, a, task.Finish))
	w.refused(by(head1, a, task.Pass), task.ErrOwnReport)
	w.do(by(secretary, a, task.Fail))
	same(t, "handed over", must(w.desk.HandOver(w.ctx(), street, full1a, "m")), 1)
	x := must(w.store.Get(w.ctx(), a.ID))
	same(t, "whose it is", x.Handler != full1b && x.Handler != head1, true)
}

// The answer of a resident reaches somebody when who asked has left.
func TestFaultTheOneWhoAskedHasLeft(t *testing.T) {
	w := led(t)
	x := w.open(w.report(task.Unclassified, grid1))
	w.do(by(dispatcher1, x, task.Inquire))
	w.outboxAfter(linkAfter)
	w.staff = w.staff[1:] // dispatcher1 is the first
	w.people(func(*grid.Staff) {})
	w.do(from(x, task.Supplement))
	same(t, "told", w.heard(), dispatcher2+" desk.supplement")
}

// Tasks nobody can read do not hold up the clocks of all others.
func TestFaultManyBrokenTasksStopAllClocks(t *testing.T) {
	w := quick(t)
	var last task.Task
	for i := range dueBatch + 1 {
		last = w.apart(i)
		if i < dueBatch {
			w.spoil(last.ID)
		}
	}
	w.reach(last.Next)
	_, err := w.poller(w.desk).Round(w.ctx())
	same(t, "broken ones are told of", err != nil, true)
	same(t, "rung", must(w.store.Get(w.ctx(), last.ID)).Next.After(last.Next), true)
}

// The other side of an old merge, which comes late, does not undo a new one.
func TestFaultAnOldFollowUndoesANewMerge(t *testing.T) {
	w := led(t)
	a, b := w.another(0, "streetlight", grid1), w.another(1, "greening", grid1)
	w.do(into(head1, b.ID, a.ID))
	check(t, w.desk.Follow(w.ctx(), b.ID, 9999)) // was archived
	same(t, "status", must(w.store.Get(w.ctx(), b.ID)).Status, task.Merged)
}

// Words that were for a handler are not sent to one who may not see the task any more.
func TestFaultWordsReachWhoMayNotSeeThem(t *testing.T) {
	w := led(t)
	x := w.signed("streetlight")
	w.outboxAfter(linkAfter)
	s := from(x, task.Supplement)
	s.Note = "那个网格员收红包"
	w.do(s)
	o := by(dispatcher1, x, task.Reclassify)
	o.Category = "staff_complaint"
	w.do(o)
	p := w.courier(nil)
	w.drained(p)
	for _, got := range p.calls {
		if got.to == x.Handler && strings.Contains(got.text, "红包") {
			t.Errorf("%s reads %q", x.Handler, got.text)
		}
	}
}

// A crash between the two writes of an erasure leaves no words behind.
func TestFaultACrashInTheMiddleOfAnErasure(t *testing.T) {
	w := led(t)
	o := w.report("streetlight", grid1)
	o.Text = "3幢楼下路灯不亮了，电话13800001111"
	x := w.open(o)
	w.do(Order{Task: x.ID, Key: "m1", Move: task.Forget}) // and dies
	check(t, w.desk.Forget(w.ctx(), x.ID, resident, "m1", true))
	if got := must(w.store.Get(w.ctx(), x.ID)); strings.Contains(got.Text, "13800001111") {
		t.Errorf("left: %q", got.Text)
	}
}

// A result that was being checked when the clocks came is not silent for as long again
// as it had waited already.
func TestFaultAnOldCheckIsSilent(t *testing.T) {
	w := led(t)
	x := w.finished("elevator_fault")
	same(t, "status", x.Status, task.Checking)
	x.Plan = task.Plan{} // layout 1 knew none of it
	w.pass(100 * 24 * time.Hour)
	w.desk.Wind(&x)
	same(t, "asked for at once", !x.Next.After(w.clock()), true)
	same(t, "the desk is told", fmt.Sprint(w.desk.alarms(&x, w.clock())), "[{check 200 }]")
}
