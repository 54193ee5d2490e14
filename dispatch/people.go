package dispatch

import (
	"context"
	"slices"

	"gridbot/grid"
	"gridbot/task"
)

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
	if about(t, s) {
		return a
	}
	a.Desk = g.Has(o.Staff, grid.Dispatcher, t.ID.Street) || g.Has(o.Staff, grid.StreetLeader, t.ID.Street)
	for _, r := range g.RolesIn(o.Staff, d.areaOf(t)) {
		switch r {
		case grid.FullTime, grid.PartTime, grid.Guide:
			a.InGrid = true
		case grid.GridHead:
			a.InGrid, a.Above = true, true
		case grid.Secretary, grid.Dispatcher, grid.StreetLeader:
			a.Above = true
		}
	}
	return a
}

// View reads a task for somebody, in either of their hats: task.ErrNotFound when
// they may not know of it, and for nobody at all.
func (d *Desk) View(ctx context.Context, id task.ID, staff string, p task.Person) (task.Task, error) {
	t, err := d.o.Store.Get(ctx, id)
	if err != nil {
		return task.Task{}, err
	}
	asStaff := staff != "" && t.Shown(d.actor(&t, Order{Staff: staff, Person: p}))
	asResident := !p.Zero() && t.Shown(d.actor(&t, Order{Person: p}))
	if !asStaff && !asResident {
		return task.Task{}, task.ErrNotFound
	}
	return t, nil
}

// addressed is address for a task that is stored already; the reporter is looked
// up only when it matters.
func (d *Desk) addressed(ctx context.Context, c task.Change) ([]task.Notice, error) {
	toGroup := func(n task.Notice) bool { return n.To.Kind == task.ToDesk || n.To.Kind == task.ToChecker }
	own := ""
	if slices.ContainsFunc(c.Notices, toGroup) {
		var err error
		if own, err = d.own(ctx, &c.After); err != nil {
			return nil, err
		}
	}
	return d.address(c, own), nil
}

// address turns notices to the desk and to a checker into notices to the people
// on duty there. With nobody there the operator is told.
func (d *Desk) address(c task.Change, own string) []task.Notice {
	var out []task.Notice
	for _, n := range c.Notices {
		n.Task = c.After.ID
		var to []grid.Staff
		switch n.To.Kind {
		case task.ToDesk:
			to = d.desk(&c.After, own)
		case task.ToChecker:
			to = d.checkers(&c.After, own)
		default:
			out = append(out, n)
			continue
		}
		if len(to) == 0 {
			d.o.Alarm("nobody", "no one to tell "+string(n.About)+" in street "+c.After.ID.Street)
		}
		for _, s := range to {
			if s.ID == c.After.Handler && len(to) > 1 {
				continue // told as the handler
			}
			n.To = task.Party{Kind: task.ToStaff, Staff: s.ID}
			out = append(out, n)
		}
	}
	return out
}

// desk lists who is told at the street's desk: the dispatchers on duty, or all of
// them when none is, so that nothing waits unseen. The reporter is told only
// when there is no other.
func (d *Desk) desk(t *task.Task, own string) []grid.Staff {
	all := d.unconcerned(t, d.Ground().Dispatchers(t.ID.Street), "")
	for _, wanted := range []func(grid.Staff) bool{
		func(s grid.Staff) bool { return !s.Away && s.ID != own },
		func(s grid.Staff) bool { return s.ID != own },
	} {
		if some := filter(all, wanted); len(some) > 0 {
			return some
		}
	}
	return all
}

// checkers lists who is asked to look at a result: the rung above the handler,
// and above the last rung the desk's other people.
func (d *Desk) checkers(t *task.Task, own string) []grid.Staff {
	if above := d.above(t, t.Handler, own); len(above) > 0 {
		return above
	}
	street := append(d.Ground().Dispatchers(t.ID.Street), d.Ground().At(t.ID.Street, grid.StreetLeader)...)
	return filter(d.unconcerned(t, street, own), func(s grid.Staff) bool { return !s.Away && s.ID != t.Handler })
}

func filter(from []grid.Staff, wanted func(grid.Staff) bool) []grid.Staff {
	var out []grid.Staff
	for _, s := range from {
		if wanted(s) {
			out = append(out, s)
		}
	}
	return out
}
