package dispatch

import (
	"fmt"
	"testing"

	"gridbot/grid"
	"gridbot/task"
)

// into is a merge of one task into another, asked for by a member of staff.
func into(staff string, part, parent task.ID) Order {
	return Order{Task: part, Move: task.Merge, Staff: staff, Person: person(staff), Other: parent}
}

// another is a task of grid1 of its own, told to nobody.
func (w *world) another(i int, category, gridID string) task.Task {
	w.t.Helper()
	o := w.report(category, gridID)
	o.Reporter, o.Text = neighbour(i), lift[i]
	x := w.open(o)
	w.outboxAfter(linkAfter)
	return x
}

// The more pressing urgency and the earlier of the deadlines hold for both from then on.
func TestStaffMerges(t *testing.T) {
	w := led(t)
	slow := w.another(0, "house_leak", grid1)
	fast := w.another(1, "sewage", grid1)
	got := w.do(into(head1, fast.ID, slow.ID))
	same(t, "status", got.Status, task.Merged)
	same(t, "who had it", got.Handler, "")
	same(t, "told", w.heard(), sorted(fast.Handler+" staff.away, "+slow.Handler+" staff.joined, parent parent.follow, resident resident.merged"))
	x := must(w.store.Get(w.ctx(), slow.ID))
	same(t, "reporters", len(x.Merged), 1)
	same(t, "urgency", x.Urgency, task.Urgent)
	same(t, "finish", say(w, x.Plan.Finish), "06-02 10:00")
	same(t, "accept", say(w, x.Plan.Accept), "06-01 10:30")
	same(t, "contact", say(w, x.Plan.Contact), "06-01 12:00")
	same(t, "its own clocks stand still", must(w.store.Get(w.ctx(), fast.ID)).Next.IsZero(), true)
	away := w.desk.LetterFor(&got, fast.Handler)
	same(t, "away", must(notices(t).Render("staff.away", away)), "任务12-1002（污水堵塞冒溢）已并到12-1001一起办，您不用再单独处理了。")
	wantLines(t, w.timeline(slow.ID, "2026-06-01 10:15"), "06-01 10:15 "+x.Handler+" staff.remind.accept")
}

func TestRefusedMerges(t *testing.T) {
	for name, c := range map[string]struct {
		order func(w *world) Order
		want  error
	}{
		"into itself": {func(w *world) Order {
			x := w.another(0, "streetlight", grid1)
			return into(head1, x.ID, x.ID)
		}, task.ErrMerge},
		"into nothing": {func(w *world) Order {
			return into(head1, w.another(0, "streetlight", grid1).ID, task.ID{Street: street, Seq: 9999})
		}, task.ErrMerge},
		"into another street's": {func(w *world) Order {
			return into(head1, w.another(0, "streetlight", grid1).ID, task.ID{Street: "13", Seq: 1001})
		}, task.ErrMerge},
		"into what is done": {func(w *world) Order {
			x := w.finished("streetlight")
			return into(head1, w.another(0, "greening", grid1).ID, x.ID)
		}, task.ErrMerge},
		"into what is being checked": {func(w *world) Order {
			x := w.finished("elevator_fault")
			return into(head1, w.another(0, "greening", grid1).ID, x.ID)
		}, task.ErrMerge},
		"into what they may not see": {func(w *world) Order {
			x := w.another(0, "streetlight", grid6)
			return into(head1, w.another(1, "streetlight", grid1).ID, x.ID)
		}, task.ErrMerge},
		"into what is confidential": {func(w *world) Order {
			x := w.another(0, "staff_complaint", grid1)
			return into(dispatcher1, w.another(1, "streetlight", grid1).ID, x.ID)
		}, task.ErrMerge},
		"what is confidential": {func(w *world) Order {
			x := w.another(0, "staff_complaint", grid1)
			return into(dispatcher2, x.ID, w.another(1, "streetlight", grid1).ID)
		}, task.ErrMerge},
		"into a part of another": {func(w *world) Order {
			a, b := w.another(0, "streetlight", grid1), w.another(1, "greening", grid1)
			w.do(into(head1, b.ID, a.ID))
			return into(head1, w.another(2, "common_repair", grid1).ID, b.ID)
		}, task.ErrMerge},
		"what has parts of its own": {func(w *world) Order {
			a, b := w.another(0, "streetlight", grid1), w.another(1, "greening", grid1)
			w.do(into(head1, b.ID, a.ID))
			return into(head1, a.ID, w.another(2, "common_repair", grid1).ID)
		}, task.ErrMerge},
		"a second time": {func(w *world) Order {
			a, b := w.another(0, "streetlight", grid1), w.another(1, "greening", grid1)
			w.do(into(head1, b.ID, a.ID))
			return into(head1, b.ID, w.another(2, "common_repair", grid1).ID)
		}, task.ErrStatus},
		"into their own reporter's hands": {func(w *world) Order {
			o := w.report("greening", grid1)
			o.Reporter, o.Staff = person(full1a), full1a
			part := w.open(o) // full1b has it
			w.away(full1b)
			x := w.another(0, "streetlight", grid1)
			same(w.t, "handler", x.Handler, full1a)
			return into(head1, part.ID, x.ID)
		}, task.ErrMerge},
		"by a colleague":          {func(w *world) Order { return w.pair(guide) }, task.ErrNotYours},
		"by another grid":         {func(w *world) Order { return w.pair(head6) }, task.ErrNotFound},
		"by the property company": {func(w *world) Order { return w.pair(property) }, task.ErrNotFound},
		"by its reporter": {func(w *world) Order {
			o := w.pair("")
			o.Person = neighbour(1)
			return o
		}, task.ErrMerge},
	} {
		t.Run(name, func(t *testing.T) {
			w := quick(t)
			o := c.order(w)
			before, err := w.store.Get(w.ctx(), o.Task)
			check(t, err)
			w.refused(o, c.want)
			same(t, "unchanged", must(w.store.Get(w.ctx(), o.Task)).Version, before.Version)
		})
	}
}

// pair is a merge of two tasks of grid1, by somebody.
func (w *world) pair(staff string) Order {
	a, b := w.another(0, "streetlight", grid1), w.another(1, "greening", grid1)
	o := into(staff, b.ID, a.ID)
	if staff == "" {
		o.Person = task.Person{}
	}
	return o
}

// What staff merged is brought to its end by the courier when they die in between; the
// other way round, too.
func TestFaultACrashAfterStaffMerged(t *testing.T) {
	w := led(t)
	a, b := w.another(0, "streetlight", grid1), w.another(1, "greening", grid1)
	follows := w.courier(nil)
	for _, k := range []task.Kind{task.Merge, task.Unmerge} {
		o := into(head1, b.ID, a.ID)
		o.Move = k
		_, err := w.desk.update(w.ctx(), b.ID, w.key(), w.clock(), func(x task.Task) (task.Change, error) { return w.desk.change(w.ctx(), x, o, w.clock()) })
		check(t, err)
		w.drained(follows)
		want := "[]"
		if k == task.Merge {
			want = fmt.Sprint([]int64{b.ID.Seq})
		}
		same(t, string(k), fmt.Sprint(must(w.store.Get(w.ctx(), a.ID)).Merged), want)
	}
	same(t, "events", fmt.Sprint(countOf(w.kinds(a.ID), task.Absorb), countOf(w.kinds(a.ID), task.Shed)), "1 1")
}

// Whose report is not to be seen by whoever has the other one is not merged by itself.
func TestACommunityMergesAcrossItsGrids(t *testing.T) {
	w := led(t)
	a, b := w.another(0, "streetlight", grid1), w.another(1, "streetlight", grid2)
	same(t, "seen by both", w.desk.Ground().Has(secretary, grid.Secretary, grid2), true)
	same(t, "merged", w.do(into(secretary, b.ID, a.ID)).Parent, a.ID.Seq)
}
