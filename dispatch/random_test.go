package dispatch

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/task"
)

// dice are what a random history is made with: rapid's, which shrink, or a seed's.
type dice interface{ IntN(n int) int }

type drawn struct{ t *rapid.T }

func (d drawn) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(d.t, "n") }

func one[T any](d dice, of ...T) T { return of[d.IntN(len(of))] }

// afresh empties the Redis and begins again on Monday morning.
func (w *world) afresh() {
	w.t.Helper()
	check(w.t, w.srv.Flush(w.ctx()))
	w.mu.Lock()
	w.moved, w.alarms, w.woken = nil, nil, nil
	w.mu.Unlock()
	w.set("2026-06-01 10:00")
	w.desk = w.newDesk(w.store)
	w.people(func(*grid.Staff) {})
}

// opens makes a few tasks of one building.
func (w *world) opens(d dice) []task.ID {
	w.t.Helper()
	var out []task.ID
	for i := range 2 + d.IntN(3) {
		o := w.also(i, one(d, "streetlight", "gas_leak", "sewage", "house_leak", "suggestion", "staff_complaint", task.Unclassified), "路灯不亮了，"+lift[d.IntN(3)])
		out = append(out, w.open(o).ID)
	}
	return out
}

// likely is what people usually do to a task where it stands: in three of four orders.
var likely = map[task.Status]map[string][]task.Kind{
	task.Pending:    {dispatcher1: {task.Accept, task.Dispatch, task.Reclassify, task.Relocate, task.Inquire, task.Reject}},
	task.Accepted:   {dispatcher1: {task.Dispatch, task.Inquire, task.Merge, task.Reject}},
	task.Returned:   {dispatcher2: {task.Dispatch, task.Rule, task.Inquire}},
	task.Dispatched: {"handler": {task.Sign, task.Sign, task.Return, task.Escalate, task.SendBack}, head1: {task.Transfer, task.Merge}},
	task.Signed:     {"handler": {task.Contact, task.CallIn, task.Transfer, task.Finish, task.AskExtension}, dispatcher1: {task.Inquire, task.Dispatch, task.Relocate, task.Regrade}},
	task.Processing: {"handler": {task.Progress, task.Finish, task.Ask, task.Relocate, task.Regrade}, head1: {task.CallIn, task.Dismiss, task.Extend, task.Merge, task.Confirm},
		secretary: {task.Suspend}, "helper": {task.Respond, task.Complete}, "reporter": {task.Supplement, task.Urge}},
	task.Checking:  {head1: {task.Pass, task.Fail}, dispatcher2: {task.Pass}},
	task.Feedback:  {"reporter": {task.Rate, task.Reopen}},
	task.Closed:    {"reporter": {task.Reopen}, dispatcher1: {task.Exclude}},
	task.NeedInfo:  {"reporter": {task.Supplement, task.Withdraw}, dispatcher1: {task.Resume}},
	task.Suspended: {secretary: {task.Resume}, "reporter": {task.Supplement}},
	task.Merged:    {head1: {task.Unmerge}, "reporter": {task.Supplement, task.Withdraw, task.Rate, task.Reopen}},
	task.Rejected:  {"reporter": {task.Appeal}},
}

// usual makes an order of what people usually do.
func usual(d dice, x *task.Task, o *Order) {
	who := likely[x.Status]
	if len(who) == 0 {
		return
	}
	by := one(d, slices.Sorted(maps.Keys(who))...)
	o.Move, o.Staff, o.Person = one(d, who[by]...), by, person(by)
	switch by {
	case "handler":
		o.Staff, o.Person = x.Handler, person(x.Handler)
	case "helper":
		if len(x.Helpers) > 0 {
			o.Staff, o.Person = x.Helpers[0].ID, person(x.Helpers[0].ID)
		}
	case "reporter":
		o.Staff, o.Person = "", x.Reporter
	}
}

// somewhere is a place of one of two grids, or none.
func somewhere(d dice) task.Place {
	return one(d, task.Place{}, task.Place{Text: "幸福里小区5幢", Microgrid: grid1 + "02", Grid: grid1}, task.Place{Text: "锦绣花苑1幢", Microgrid: grid2 + "01", Grid: grid2})
}

// order is something somebody might ask for, sensible or not.
func (w *world) order(d dice, ids []task.ID) Order {
	staff := []string{full1a, full1b, head1, secretary, dispatcher1, dispatcher2, property, part2, full2, guide}
	o := Order{Task: one(d, ids...), Key: w.key(), Move: one(d, task.Kinds()...), Note: one(d, "已经到现场更换了灯泡，现在亮了", ""),
		To: one(d, staff...), Category: one(d, "greening", "gas_leak", "staff_complaint"), Urgency: one(d, task.Grades()...), Place: somewhere(d), Rating: one(d, task.Satisfied, task.Dissatisfied),
		Reason: "elsewhere", Days: d.IntN(5), Other: one(d, ids...), Call: []string{one(d, staff...)}, Another: d.IntN(4) == 0}
	x, _ := w.store.Get(context.WithoutCancel(w.ctx()), o.Task)
	switch d.IntN(6) {
	case 0: // the reporter
		o.Person = x.Reporter
	case 1:
		o.Person = neighbour(d.IntN(6))
	case 2: // the handler
		o.Staff = x.Handler
	case 3:
		o.Staff = one(d, dispatcher1, head1, secretary)
	default:
		o.Staff = one(d, staff...)
	}
	if o.Staff != "" {
		o.Person = person(o.Staff)
	}
	if d.IntN(4) > 0 {
		usual(d, &x, &o)
	}
	if o.Person.Zero() { // nobody is the system; only an unsubscription comes from outside
		o.Move = task.Forget
	}
	return o
}

// consistent checks what must hold of all tasks at any time.
func (w *world) consistent(fatal func(string, ...any), ids []task.ID) {
	events := 0
	for _, id := range ids {
		x := must(w.store.Get(w.ctx(), id))
		history := must(w.store.History(w.ctx(), id, 9999))
		events += len(history)
		if last := history[len(history)-1]; last.To != x.Status {
			fatal("%s is %s, its history ends with %s", id, x.Status, last.To)
		}
		if owned := x.Handler != ""; owned == (x.Status.AtDesk() || x.Status == task.Merged) && !x.Status.Over() && !x.Status.Paused() {
			fatal("%s is %s and %q has it", id, x.Status, x.Handler)
		}
		w.stands(fatal, &x)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if events != len(w.moved) {
		fatal("%d events for %d moves", events, len(w.moved))
	}
}

// stands checks that a task is in the queues it belongs in and in no other.
func (w *world) stands(fatal func(string, ...any), x *task.Task) {
	in := func(at time.Time) bool {
		return slices.Contains(must(w.store.Due(w.ctx(), []string{street}, at, 99)), x.ID)
	}
	if x.Next.IsZero() && in(w.at("2099-01-01 00:00")) || !x.Next.IsZero() && (!in(x.Next) || in(x.Next.Add(-time.Millisecond))) {
		fatal("%s (%s) is due at %v and stands elsewhere", x.ID, x.Status, x.Next)
	}
	holds := func(p []task.Task) bool {
		return slices.ContainsFunc(p, func(y task.Task) bool { return y.ID == x.ID })
	}
	for _, s := range w.staff {
		has := holds(must(w.store.StaffQueue(w.ctx(), street, s.ID, 0, 99)).Tasks)
		if wants := x.Status.Assigned() && (s.ID == x.Handler || slices.Contains(openHelpers(x), s.ID)); has != wants {
			fatal("%s (%s, %s) in the queue of %s: %v", x.ID, x.Status, x.Handler, s.ID, has)
		}
	}
	if has := holds(must(w.store.DeskQueue(w.ctx(), street, 0, 99)).Tasks); has != x.Status.AtDesk() {
		fatal("%s (%s) at the desk: %v", x.ID, x.Status, has)
	}
	if has := holds(must(w.store.PausedQueue(w.ctx(), street, 0, 99)).Tasks); has != x.Status.Paused() {
		fatal("%s (%s) among the paused: %v", x.ID, x.Status, has)
	}
}

func openHelpers(x *task.Task) []string {
	var out []string
	for _, h := range x.Helpers {
		if open(h) {
			out = append(out, h.ID)
		}
	}
	return out
}

// deliver takes the notices out, brings merges about, and checks that none says the same
// thing twice to one person: an id ends in its place among those of one change.
func (w *world) deliver(fatal func(string, ...any)) int {
	seen, n := map[string]bool{}, 0
	for _, l := range w.taken() {
		n++
		change := l.ID[:strings.LastIndex(l.ID, ".")]
		key := fmt.Sprint(change, l.Task, l.To, l.About, l.Note)
		if seen[key] {
			fatal("twice: %s", key)
		}
		seen[key] = true
		if l.To.Kind == task.ToParent {
			var parent int64
			fmt.Sscan(l.Note, &parent)
			check(w.t, w.desk.Follow(w.ctx(), l.Task, parent))
		}
	}
	return n
}

// wander is one random history; it tells how many moves were made and refused.
func (w *world) wander(d dice, fatal func(string, ...any), steps int) (made, refused int) {
	w.afresh()
	ids := w.opens(d)
	p := w.poller(w.desk)
	for range steps {
		switch d.IntN(8) {
		case 0, 1:
			w.pass(time.Duration(d.IntN(40*60)) * time.Minute)
		case 2:
			must(p.Round(w.ctx()))
			w.deliver(fatal)
		default:
			o := w.order(d, ids)
			before := must(w.store.GetAll(w.ctx(), ids))
			waiting, _ := w.depth()
			if _, err := w.desk.Do(w.ctx(), o); err != nil {
				refused++
				after := must(w.store.GetAll(w.ctx(), ids))
				now, _ := w.depth()
				for i := range ids {
					if before[i].Version != after[i].Version || now != waiting {
						fatal("%s by %q was refused (%v) and changed %s", o.Move, o.Staff, err, ids[i])
					}
				}
				continue
			}
			made++
		}
	}
	must(p.Round(w.ctx()))
	for w.deliver(fatal) > 0 {
	}
	w.consistent(fatal, ids)
	return made, refused
}

// Whatever people do, whenever, with the poller coming by: nobody shares a task, none is
// without somebody, each change says a thing once, histories hold every move and nothing
// else, and the queue of clocks is what the tasks say.
func TestRandomHistories(t *testing.T) {
	w := quick(t)
	runs, made, refused := 0, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		m, r := w.wander(drawn{rt}, rt.Fatalf, 40)
		runs, made, refused = runs+1, made+m, refused+r
	})
	t.Logf("%d histories, %d moves made, %d refused", runs, made, refused)
}

// The same on a real Redis, where several people and a poller are at it at once.
func TestRandomHistoriesAtOnce(t *testing.T) {
	redises.Each(t, func(t *testing.T, srv *redistest.Server) {
		w := settle(t, srv)
		for seed := range uint64(8) {
			w.afresh()
			ids := w.opens(rand.New(rand.NewPCG(seed, 0)))
			ctx, stop := context.WithCancel(w.ctx())
			var running sync.WaitGroup
			running.Go(func() { w.poller(w.desk).Run(ctx) })
			together(4, func(i int) {
				d := rand.New(rand.NewPCG(seed, uint64(i)+1))
				for range 25 {
					if d.IntN(3) == 0 {
						w.pass(time.Duration(d.IntN(20*60)) * time.Minute)
					}
					_, _ = w.desk.Do(w.ctx(), w.order(d, ids)) // refusals are as good as moves
				}
			})
			eventually(t, "the clocks are still", func() bool { return len(w.due()) == 0 })
			stop()
			running.Wait()
			for w.deliver(t.Fatalf) > 0 {
			}
			w.consistent(t.Fatalf, ids)
		}
	})
}
