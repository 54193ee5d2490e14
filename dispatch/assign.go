package dispatch

import (
	"context"
	"strings"

	"gridbot/grid"
	"gridbot/task"
)

// areaOf is the area whose people a task belongs to: its grid, or its street
// while the grid is not known.
func (d *Desk) areaOf(t *task.Task) string {
	if t.Place.Grid != "" {
		return t.Place.Grid
	}
	return t.ID.Street
}

// pick finds who gets a task: the first rung of the grid's ladder with somebody
// on duty, and there the one with the fewest tasks in hand. A confidential task
// goes to the street, never into the grid it may concern. except is the
// reporter's own staff id. With nobody left it is ErrNobody, and the operator is
// told.
func (d *Desk) pick(ctx context.Context, t *task.Task, except string) (task.Assignee, error) {
	rungs := d.Ground().Ladder(d.areaOf(t))
	if t.Confidential {
		rungs = d.Ground().Ladder(t.ID.Street)
	}
	for _, rung := range rungs {
		var free []grid.Staff
		for _, s := range d.unconcerned(t, rung) {
			if s.ID != except {
				free = append(free, s)
			}
		}
		if len(free) > 0 {
			return d.least(ctx, t, free)
		}
	}
	d.o.Alarm("nobody", "no one on duty for area "+d.areaOf(t))
	return task.Assignee{}, ErrNobody
}

// least takes the one with the fewest tasks in hand.
func (d *Desk) least(ctx context.Context, t *task.Task, from []grid.Staff) (task.Assignee, error) {
	if len(from) == 0 {
		return task.Assignee{}, ErrNobody
	}
	best := 0
	if len(from) > 1 {
		ids := make([]string, len(from))
		for i, s := range from {
			ids[i] = s.ID
		}
		loads, err := d.o.Store.Loads(ctx, t.ID.Street, ids)
		if err != nil {
			return task.Assignee{}, err
		}
		for i := range loads {
			if loads[i] < loads[best] {
				best = i
			}
		}
	}
	return task.Assignee{ID: from[best].ID, Name: from[best].Name}, nil
}

// unconcerned leaves out those a confidential matter is about: whose name stands
// in it. A complaint about a worker never reaches that worker.
func (d *Desk) unconcerned(t *task.Task, from []grid.Staff) []grid.Staff {
	if !t.Confidential {
		return from
	}
	var out []grid.Staff
	for _, s := range from {
		if !strings.Contains(t.Text, s.Name) {
			out = append(out, s)
		}
	}
	return out
}

// assignee looks a person up who was named: on duty, of the task's street, and
// of the street's desk when the task is confidential.
func (d *Desk) assignee(ctx context.Context, t *task.Task, id string) (task.Assignee, error) {
	s, ok := d.Ground().Staff(id)
	if !ok || s.Away || !d.serves(s, t.ID.Street) || len(d.unconcerned(t, []grid.Staff{s})) == 0 {
		return task.Assignee{}, task.ErrNoTarget
	}
	if t.Confidential && !d.Ground().Has(id, grid.Dispatcher, t.ID.Street) {
		return task.Assignee{}, task.ErrNoTarget
	}
	p, err := d.o.Store.StaffPerson(ctx, id)
	if err != nil {
		return task.Assignee{}, err
	}
	return task.Assignee{ID: s.ID, Name: s.Name, Person: p}, nil
}

// serves tells whether a person has a post in a street.
func (d *Desk) serves(s grid.Staff, street string) bool {
	for _, post := range s.Posts {
		if d.Ground().StreetOf(post.Area) == street {
			return true
		}
	}
	return false
}

// actor works out what who asks is to the task.
func (d *Desk) actor(t *task.Task, o Order) task.Actor {
	if o.Staff == "" {
		if o.Person.Zero() {
			return task.Actor{Kind: task.BySystem}
		}
		return task.Actor{Kind: task.ByResident, Person: o.Person}
	}
	g := d.Ground()
	s, _ := g.Staff(o.Staff)
	a := task.Actor{Kind: task.ByStaff, ID: o.Staff, Name: s.Name, Person: o.Person}
	if len(d.unconcerned(t, []grid.Staff{s})) == 0 {
		return a
	}
	a.Desk = g.Has(o.Staff, grid.Dispatcher, t.ID.Street) || g.Has(o.Staff, grid.StreetLeader, t.ID.Street)
	for _, r := range g.RolesIn(o.Staff, d.areaOf(t)) {
		switch r {
		case grid.FullTime, grid.PartTime:
			a.InGrid = true
		case grid.GridHead:
			a.InGrid, a.Above = true, true
		case grid.Secretary, grid.Dispatcher, grid.StreetLeader:
			a.Above = true
		}
	}
	return a
}

// View reads a task for somebody: task.ErrNotFound when they may not know of it.
func (d *Desk) View(ctx context.Context, id task.ID, staff string, p task.Person) (task.Task, error) {
	t, err := d.o.Store.Get(ctx, id)
	if err != nil {
		return task.Task{}, err
	}
	if !t.Shown(d.actor(&t, Order{Staff: staff, Person: p})) {
		return task.Task{}, task.ErrNotFound
	}
	return t, nil
}

// address turns notices to the desk and to a checker into notices to the people
// on duty there. With nobody there the operator is told.
func (d *Desk) address(c task.Change) []task.Notice {
	var out []task.Notice
	for _, n := range c.Notices {
		n.Task = c.After.ID
		var to []grid.Staff
		switch n.To.Kind {
		case task.ToDesk:
			to = d.desk(&c.After)
		case task.ToChecker:
			to = d.checkers(&c.After)
		default:
			out = append(out, n)
			continue
		}
		if len(to) == 0 {
			d.o.Alarm("nobody", "no one to tell "+string(n.About)+" in street "+c.After.ID.Street)
		}
		for _, s := range to {
			n.To = task.Party{Kind: task.ToStaff, Staff: s.ID}
			out = append(out, n)
		}
	}
	return out
}

// checkers lists who may look at a result: the next rung above the handler. A
// confidential one stays at the street's desk.
func (d *Desk) checkers(t *task.Task) []grid.Staff {
	if !t.Confidential {
		return d.Ground().Superiors(t.Handler, d.areaOf(t))
	}
	var out []grid.Staff
	for _, s := range d.desk(t) {
		if s.ID != t.Handler {
			out = append(out, s)
		}
	}
	return out
}

// desk lists who is told at the street's desk: the dispatchers on duty, or all of
// them when none is, so that nothing waits unseen.
func (d *Desk) desk(t *task.Task) []grid.Staff {
	all := d.unconcerned(t, d.Ground().Dispatchers(t.ID.Street))
	var on []grid.Staff
	for _, s := range all {
		if !s.Away {
			on = append(on, s)
		}
	}
	if len(on) == 0 {
		return all
	}
	return on
}
