package dispatch

import (
	"strings"
	"testing"

	"gridbot/grid"
	"gridbot/task"
)

func TestWhatPeopleAreToATask(t *testing.T) {
	w := quick(t)
	w.staff = append(w.staff, grid.Staff{ID: "s90", Name: "方书记", Posts: []grid.Post{{Role: grid.StreetLeader, Area: street}}})
	w.people(func(*grid.Staff) {})
	inGrid := w.open(w.report("streetlight", grid1))
	nowhere := w.open(w.report("streetlight", ""))
	secret := w.open(w.report("staff_complaint", grid1))
	for id, want := range map[string]string{ // in grid1, with no grid, confidential
		dispatcher1: "desk above|desk above|desk above",
		"s90":       "desk above|desk above|desk above",
		secretary:   "above||",
		"s04":       "||", // the other community's
		head1:       "grid above||",
		head2:       "||",
		full1a:      "grid||",
		full2:       "||",
		part2:       "||",
		guide:       "grid||",
		property:    "||",
		"stranger":  "||",
	} {
		var got []string
		for _, x := range []task.Task{inGrid, nowhere, secret} {
			got = append(got, flags(w.desk.actor(&x, Order{Staff: id, Person: person(id)})))
		}
		same(t, id, strings.Join(got, "|"), want)
	}
}

func flags(a task.Actor) string {
	var out []string
	for _, f := range []struct {
		on   bool
		name string
	}{{a.Desk, "desk"}, {a.InGrid, "grid"}, {a.Above, "above"}} {
		if f.on {
			out = append(out, f.name)
		}
	}
	return strings.Join(out, " ")
}

func TestHats(t *testing.T) {
	w := quick(t)
	var x task.Task
	for _, c := range []struct {
		o    Order
		want task.ActorKind
	}{
		{Order{}, task.BySystem},
		{Order{Person: resident}, task.ByResident},
		{Order{Person: resident, Staff: full1a}, task.ByStaff},
	} {
		same(t, "hat", w.desk.actor(&x, c.o).Kind, c.want)
	}
}

func TestViewHidesForeignTasks(t *testing.T) {
	w := quick(t)
	o := w.report("streetlight", grid1)
	o.Reporter = person(head6) // a colleague of another grid reports as a resident
	x := w.open(o)
	for _, c := range []struct {
		name, staff string
		p           task.Person
		want        error
	}{
		{"its reporter", "", o.Reporter, nil},
		{"its reporter in both hats", head6, o.Reporter, nil},
		{"its handler", full1a, person(full1a), nil},
		{"a colleague", full1b, person(full1b), nil},
		{"the head", head1, person(head1), nil},
		{"the secretary", secretary, person(secretary), nil},
		{"the dispatcher", dispatcher2, person(dispatcher2), nil},
		{"another resident", "", resident, task.ErrNotFound},
		{"another grid", full2, person(full2), task.ErrNotFound},
		{"the property company", property, person(property), task.ErrNotFound},
		{"a stranger as staff", "s99", resident, task.ErrNotFound},
		{"nobody", "", task.Person{}, task.ErrNotFound},
	} {
		got, err := w.desk.View(w.ctx(), x.ID, c.staff, c.p)
		if err != c.want { //nolint:errorlint // the sentinel itself: it tells no more than that
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		same(t, c.name+" sees", got.Text != "", c.want == nil)
	}
	_, err := w.desk.View(w.ctx(), task.ID{Street: street, Seq: 4711}, dispatcher1, person(dispatcher1))
	wantErr(t, err, task.ErrNotFound)
}

func TestARefusalForWantOfSightTellsNothing(t *testing.T) {
	w := quick(t)
	x := w.open(w.report("streetlight", grid1))
	for _, o := range []Order{by(full2, x, task.Sign), {Task: x.ID, Move: task.Urge, Person: person(full2)}} {
		if got := w.refused(o, task.ErrNotFound); got.Text != "" || got.Handler != "" {
			t.Errorf("told %+v", got)
		}
	}
}

func TestCheckers(t *testing.T) {
	w := quick(t)
	for name, c := range map[string]struct {
		handler, own string
		away         []string
		secret       bool
		want         string
	}{
		"a worker's head":                      {handler: full1a, want: head1},
		"the secretary for a head":             {handler: head1, want: secretary},
		"the secretary when the head is away":  {handler: full1a, away: []string{head1}, want: secretary},
		"the desk for a secretary":             {handler: secretary, want: dispatcher1 + " " + dispatcher2},
		"the other dispatcher":                 {handler: dispatcher1, want: dispatcher2},
		"never the reporter":                   {handler: full1a, own: head1, want: secretary},
		"never the reporter, nor those away":   {handler: head1, own: secretary, away: []string{dispatcher1}, want: dispatcher2},
		"a confidential matter stays upstairs": {handler: full1a, secret: true, want: dispatcher1 + " " + dispatcher2},
		"nobody":                               {handler: dispatcher1, away: []string{dispatcher2}, want: ""},
	} {
		w.people(func(s *grid.Staff) { s.Away = false })
		w.away(c.away...)
		x := task.Task{ID: task.ID{Street: street}, Handler: c.handler, Place: task.Place{Grid: grid1}, Confidential: c.secret}
		var got []string
		for _, s := range w.desk.checkers(&x, c.own) {
			got = append(got, s.ID)
		}
		same(t, name, strings.Join(got, " "), c.want)
	}
}
