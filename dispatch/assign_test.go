package dispatch

import (
	"context"
	"slices"
	"testing"

	"gridbot/grid"
	"gridbot/task"
)

func TestWhoGetsATask(t *testing.T) {
	for _, c := range []struct {
		name     string
		away     []string
		category string
		grid     string
		staff    string // the reporter's own id
		want     string
	}{
		{name: "a full-time worker", grid: grid1, want: full1a},
		{name: "the other when one is away", away: []string{full1a}, grid: grid1, want: full1b},
		{name: "never the reporter", grid: grid1, staff: full1a, want: full1b},
		{name: "the head when the workers are away", away: []string{full1a, full1b}, grid: grid1, want: head1},
		{name: "a part-time worker when there is no full-time one", grid: grid6, want: part6},
		{name: "part-time before the head", away: []string{full2}, grid: grid2, want: part2},
		{name: "the reporter's rung is passed over", grid: grid2, staff: full2, want: part2},
		{name: "the head", away: []string{full2, part2}, grid: grid2, want: head2},
		{name: "the dispatcher", away: []string{full2, part2, head2}, grid: grid2, want: dispatcher1},
		{name: "the other dispatcher", away: []string{full2, part2, head2, dispatcher1}, grid: grid2, want: dispatcher2},
		{name: "a confidential matter goes to the street", category: "staff_complaint", grid: grid1, want: dispatcher1},
		{name: "without a place too", category: "domestic_violence", want: dispatcher1},
		{name: "but not to its reporter", category: "staff_complaint", staff: dispatcher1, want: dispatcher2},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := quick(t)
			w.away(c.away...)
			if c.category == "" {
				c.category = "streetlight"
			}
			o := w.report(c.category, c.grid)
			o.Staff = c.staff
			got := w.open(o)
			same(t, "handler", got.Handler, c.want)
			same(t, "status", got.Status, task.Dispatched)
			s, _ := w.desk.Ground().Staff(c.want)
			same(t, "name", got.HandlerName, s.Name)
			same(t, "alarms", len(w.alarms), 0)
		})
	}
}

func TestTheOneWithTheFewestTasksGetsIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var got []string
		for range 4 {
			got = append(got, w.open(w.report("streetlight", grid1)).Handler)
		}
		if want := []string{full1a, full1b, full1a, full1b}; !slices.Equal(got, want) {
			t.Fatalf("in turn %v, want %v", got, want)
		}
		page := must(w.store.StaffQueue(w.ctx(), street, full1b, 0, 9))
		for _, x := range page.Tasks { // the second worker gets through theirs
			w.do(by(full1b, x, task.Sign))
			w.do(by(full1b, x, task.Finish))
		}
		for range 2 {
			same(t, "next", w.open(w.report("streetlight", grid1)).Handler, full1b)
		}
	})
}

func TestNobodyOnDuty(t *testing.T) {
	for name, category := range map[string]string{"fault": "streetlight", "confidential": "staff_complaint"} {
		t.Run(name, func(t *testing.T) {
			w := quick(t)
			w.people(func(s *grid.Staff) { s.Away = true })
			got := w.open(w.report(category, grid2))
			same(t, "status", got.Status, task.Pending)
			same(t, "handler", got.Handler, "")
			if w.alarmed("nobody") == 0 {
				t.Error("no alarm")
			}
			same(t, "at the desk", w.total(w.store.DeskQueue(w.ctx(), street, 0, 9)), 1)
			w.told(dispatcher1+" desk.pending", dispatcher2+" desk.pending") // on leave, but somebody has to know
		})
	}
}

func TestAStreetWithoutAnybody(t *testing.T) {
	w := quick(t)
	o := w.report("streetlight", "")
	o.Street = "77"
	got := w.open(o)
	same(t, "street", got.ID.Street, "77")
	same(t, "alarms", w.alarmed("nobody"), 1)
	same(t, "at the desk", w.total(w.store.DeskQueue(w.ctx(), "77", 0, 9)), 1)
}

func TestUnknownPlaceWaitsAtTheDeskOfTheIntakeStreet(t *testing.T) {
	w := quick(t)
	got := w.open(w.report("streetlight", ""))
	same(t, "street", got.ID.Street, street)
	same(t, "status", got.Status, task.Pending)
	w.told(dispatcher1+" desk.pending", dispatcher2+" desk.pending")
}

func TestAPlaceInAnotherStreetGoesThere(t *testing.T) {
	w := quick(t)
	o := w.report("streetlight", grid1)
	o.Street = "77"
	same(t, "street", w.open(o).ID.Street, street)
}

func TestAGridTakenOffTheMapIsTheStreets(t *testing.T) {
	w := quick(t)
	w.away(full1a, full1b, head1)
	got := w.open(w.report("streetlight", grid1)) // a dispatcher has it
	w.do(by(dispatcher1, got, task.Return))
	w.outbox()
	w.areas = slices.DeleteFunc(w.areas, func(a grid.Area) bool { return a.ID == grid1 || a.Parent == grid1 })
	w.people(func(s *grid.Staff) {
		s.Posts = slices.DeleteFunc(s.Posts, func(p grid.Post) bool { return len(p.Area) >= 6 && p.Area[:6] == grid1 })
		if len(s.Posts) == 0 {
			s.Posts = []grid.Post{{Role: grid.PartTime, Area: grid2}}
		}
	})
	x := must(w.store.Get(w.ctx(), got.ID))
	to := must(w.desk.pick(w.ctx(), &x, ""))
	same(t, "handler", to.ID, dispatcher1)
	same(t, "alarms", len(w.alarms), 0)
}

func TestConfidentialMatters(t *testing.T) {
	w := quick(t)
	o := w.report("staff_complaint", grid1)
	o.Text = "投诉网格员张小燕和指挥室的周敏华，态度很差"
	got := w.open(o)
	same(t, "handler is not the one named", got.Handler, dispatcher2)
	same(t, "grid queue", w.total(w.store.GridQueues(w.ctx(), street, []string{grid1}, 0, 9)), 0)
	w.told(dispatcher2 + " staff.new")
	for _, id := range []string{full1a, full1b, head1, secretary, dispatcher1} {
		_, err := w.desk.View(w.ctx(), got.ID, id, person(id))
		wantErr(t, err, task.ErrNotFound)
		w.refused(by(id, got, task.Sign), task.ErrNotFound)
	}
	o.Key, o.Text = w.key(), "投诉周敏华、吴志远两个人"
	left := w.open(o)
	same(t, "all are named", left.Status, task.Pending)
	w.told()
	same(t, "alarms", w.alarmed("nobody"), 2) // nobody to have it, nobody to be told
}

func TestPickSaysWhatTheStoreSays(t *testing.T) {
	w := quick(t)
	ctx, cancel := context.WithCancel(w.ctx())
	cancel()
	if _, err := w.desk.Open(ctx, w.report("streetlight", grid1)); err == nil {
		t.Error("a store that is away opened a task")
	}
	same(t, "alarms", len(w.alarms), 0)
	got := w.open(w.report("elevator_trapped", grid6))
	w.outbox()
	check(t, w.srv.Kill())
	if _, err := w.desk.Do(w.ctx(), by(part6, got, task.Escalate)); err == nil {
		t.Error("escalated without a store")
	}
}

func TestNamedAssignee(t *testing.T) {
	w := quick(t)
	w.away(full1b)
	o := w.report("streetlight", "")
	o.Reporter = person(head2)
	got := w.open(o)
	for id, want := range map[string]error{
		"nobody": task.ErrNoTarget, "": task.ErrNoTarget, full1b: task.ErrNoTarget, head2: task.ErrOwnReport,
	} {
		d := by(dispatcher1, got, task.Dispatch)
		d.To = id
		w.refused(d, want)
	}
}

func TestDispatchPlacesATask(t *testing.T) {
	for to, want := range map[string]string{full2: grid2, property: grid1, guide: "", dispatcher2: ""} {
		w := quick(t)
		d := by(dispatcher1, w.open(w.report("streetlight", "")), task.Dispatch)
		d.To = to
		same(t, "grid of "+to, w.do(d).Place.Grid, want)
	}
}
