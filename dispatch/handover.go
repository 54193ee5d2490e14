package dispatch

import (
	"context"
	"errors"
	"slices"
	"time"

	"gridbot/task"
)

// Sees tells whether a member of staff may know of a task.
func (d *Desk) Sees(t *task.Task, staff string) bool { return t.Shown(d.actor(t, Order{Staff: staff})) }

// handOverBatch is how many tasks of a person are handed on at a time.
const handOverBatch = 100

// HandOver gives everything a member of staff has in hand in a street to whoever is on
// duty, and lets them go as a co-handler: they have left, or are away for long. What
// nobody can take goes back to the desk, who is told. key names the operation, so that
// doing it again goes on where it stopped. It tells how many tasks changed hands.
func (d *Desk) HandOver(ctx context.Context, street, staff, key string) (int, error) {
	moved, stay := 0, 0 // what stays, and what cannot be read, is passed over
	for {
		page, err := d.o.Store.StaffQueue(ctx, street, staff, stay, handOverBatch)
		if err != nil {
			return moved, err
		}
		members := min(handOverBatch, page.Total-stay)
		if members <= 0 {
			return moved, nil
		}
		stay += max(0, members-len(page.Tasks))
		for _, t := range page.Tasks {
			did, err := d.takeFrom(ctx, t.ID, staff, key)
			switch {
			case err != nil:
				return moved, err
			case did:
				moved++
			default:
				stay++
			}
		}
	}
}

// takeFrom takes one task from a member of staff and tells whether it was theirs. What
// was done under this key before, and came back since, is left where it is.
func (d *Desk) takeFrom(ctx context.Context, id task.ID, staff, key string) (bool, error) {
	now, did := d.o.Now(), false
	m := task.Move{By: task.Actor{Kind: task.BySystem}, At: now}
	_, err := d.update(ctx, id, key+":handover:"+staff, now, func(t task.Task) (task.Change, error) {
		did = true
		if t.Handler != staff {
			m.Kind, m.To = task.Dismiss, task.Assignee{ID: staff}
			return t.Apply(m)
		}
		to, err := d.pickAnother(ctx, &t, staff)
		if err != nil {
			return task.Change{}, err
		}
		if to.ID == "" {
			m.Kind, m.Plan = task.Return, d.backAtDesk(&t, now)
			return t.Apply(m)
		}
		m.Kind, m.To, m.Plan = task.Dispatch, to, d.handover(&t, now)
		return t.Apply(m)
	})
	if errors.Is(err, task.ErrNotFound) || errors.Is(err, task.ErrStatus) || errors.Is(err, task.ErrNoTarget) {
		return false, nil
	}
	return did && err == nil, err
}

// orphan gives a task that goes on after a pause or a check to somebody else when the
// one who had it has left or is on leave, and to the desk when that one has left and
// nobody can take it.
func (d *Desk) orphan(ctx context.Context, c task.Change, now time.Time) (task.Change, error) {
	gone := c.After.Handler
	stood := c.Before.Status.Paused() || c.Before.Status == task.Checking
	s, here := d.Ground().Staff(gone)
	if gone == "" || !stood || !c.After.Status.Assigned() || here && d.onDuty().Present(s) {
		return c, nil
	}
	to, err := d.pickNext(ctx, &c.After, gone)
	m := task.Move{Kind: task.Dispatch, By: task.Actor{Kind: task.BySystem}, At: now, To: to}
	switch {
	case err != nil || to.ID == "" && here:
		return c, err
	case to.ID == "":
		d.nobody(&c.After)
		m.Kind, m.Plan = task.Return, d.backAtDesk(&c.After, now)
	default:
		m.Plan = d.handover(&c.After, now)
	}
	c, err = c.Then(m)
	c.Notices = slices.DeleteFunc(c.Notices, func(n task.Notice) bool { return !here && n.To.Staff == gone })
	return c, err
}
