package dispatch

import (
	"context"

	"gridbot/grid"
	"gridbot/task"
)

// actor works out what who asks is to the task.
func (d *Desk) actor(t *task.Task, o Order) task.Actor {
	if o.Staff == "" {
		if o.Person.Zero() {
			return task.Actor{Kind: task.BySystem}
		}
		return task.Actor{Kind: task.ByResident, Person: o.Person, Joined: o.joined}
	}
	s, _ := d.Ground().Staff(o.Staff)
	a := task.Actor{Kind: task.ByStaff, ID: o.Staff, Name: s.Name, Person: o.Person}
	if d.concerns(t, s) {
		return a
	}
	duty := d.onDuty()
	for _, r := range duty.RolesIn(o.Staff, t.ID.Street) {
		a.Desk = a.Desk || r == grid.Dispatcher || r == grid.StreetLeader
	}
	for _, r := range duty.RolesIn(o.Staff, d.areaOf(t)) {
		standing(&a, r)
	}
	return a
}

// standing is what a role in an area around a task makes of who holds it. Affiliates
// (物业, 部门 …) are nothing to a task they were not called in for.
func standing(a *task.Actor, r grid.Role) {
	switch r {
	case grid.FullTime, grid.PartTime, grid.Guide, grid.SocialWorker:
		a.InGrid = true
	case grid.GridHead:
		a.InGrid, a.Above = true, true
	case grid.Secretary, grid.Dispatcher, grid.StreetLeader:
		a.Above, a.Senior = true, true
	}
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
	switch {
	case asStaff:
		return t, nil
	case asResident:
		return d.Whole(ctx, t)
	}
	return task.Task{}, task.ErrNotFound
}
