package dispatch

import (
	"context"
	"errors"

	"gridbot/task"
)

// The moves with which it is settled what a task is about and, with it, whose it is.

// accept settles what an unclear report is about and where, and gives it to whom
// it belongs. Its reporter, whose answer settled it, is told by the answer to
// that; when a dispatcher did, by a notice.
func (d *Desk) accept(ctx context.Context, t task.Task, m task.Move, o Order) (task.Change, error) {
	cat, ok := d.o.Categories.Get(o.Category)
	if !ok {
		return task.Change{}, task.ErrCategory
	}
	m.Category, m.Place = cat, d.within(t.ID.Street, o.Place)
	if d.question(&t) && !cat.Confidential {
		m.Urgency = task.Info
	}
	after := t.As(cat, m.Urgency)
	m.Plan = d.planFor(&after, m.At)
	c, err := t.Apply(m)
	if err != nil || c.After.Place.Grid == "" && !cat.Confidential {
		return c, err
	}
	return d.orWait(ctx, c, task.Move{By: m.By, At: m.At, Silent: m.By.Kind == task.BySystem})
}

// within is a place as a task of the street may have it. A task never changes its
// street, so of a place elsewhere only the words stay, for the dispatcher to read.
func (d *Desk) within(street string, p task.Place) task.Place {
	if s := d.Ground().StreetOf(p.Grid); s != street {
		return task.Place{Text: p.Text}
	}
	return p
}

// orWait hands an accepted task on. With nobody on duty it waits at the desk: the
// operator was told.
func (d *Desk) orWait(ctx context.Context, c task.Change, m task.Move) (task.Change, error) {
	own, err := d.own(ctx, &c.After)
	if err != nil {
		return c, err
	}
	given, err := d.handOn(ctx, c, m, own)
	if errors.Is(err, errNobody) {
		return c, nil
	}
	return given, err
}

// dispatch gives the task to the person named. A pending task is accepted as
// what it was taken for.
func (d *Desk) dispatch(ctx context.Context, t task.Task, m task.Move, o Order) (task.Change, error) {
	to, err := d.assignee(ctx, &t, o.To)
	if err != nil {
		return task.Change{}, err
	}
	c := task.Change{Before: t, After: t}
	if t.Status == task.Pending {
		cat, ok := d.o.Categories.Get(t.Category)
		if !ok {
			return task.Change{}, task.ErrCategory
		}
		if c, err = c.Then(task.Move{Kind: task.Accept, By: m.By, At: m.At, Category: cat, Urgency: t.Urgency, Plan: t.Plan}); err != nil {
			return task.Change{}, err
		}
	}
	if t.Place.Grid == "" {
		m.Place = d.placeOf(&t, to.ID)
	}
	m.To, m.Plan = to, d.planFor(&c.After, m.At)
	if !t.DispatchedAt.IsZero() { // to whom it goes back, and how often, moves no promise
		m.Plan = d.handover(&c.After, m.At)
	}
	return c.Then(m)
}

// reclassify corrects the category. A task that waited for it and whose grid is
// known goes on by itself; one that becomes confidential leaves the grid for the
// street.
func (d *Desk) reclassify(ctx context.Context, t task.Task, m task.Move, o Order) (task.Change, error) {
	cat, ok := d.o.Categories.Get(o.Category)
	if !ok {
		return task.Change{}, task.ErrCategory
	}
	after := t.As(cat, m.Urgency)
	m.Category, m.Plan = cat, d.replanned(&t, &after)
	if cat.Confidential && !t.Confidential && t.Handler != "" {
		to, err := d.pickAnother(ctx, &after)
		if err != nil {
			return task.Change{}, err
		}
		if m.To = to; to.ID != t.Handler {
			m.Plan = d.planFor(&after, m.At)
		}
	}
	if t.Status == task.Pending && !o.Quiet && (t.Place.Grid != "" || cat.Confidential) {
		return d.goOn(ctx, t, m, cat, m.Urgency)
	}
	return t.Apply(m)
}

// relocate corrects the place. In another grid of the street the task goes to who is on
// duty there, with the clocks of a new dispatch, unless its handler serves there too. A
// task that waited for its place goes on by itself.
func (d *Desk) relocate(ctx context.Context, t task.Task, m task.Move, o Order) (task.Change, error) {
	if d.Ground().StreetOf(o.Place.Grid) == t.ID.Street {
		m.Place = o.Place
	}
	m.To = task.Assignee{ID: t.Handler}
	c, err := t.Apply(m)
	if err != nil {
		return c, err
	}
	if cat, ok := d.o.Categories.Get(t.Category); ok && t.Status == task.Pending && t.Category != task.Unclassified {
		return d.goOn(ctx, t, m, cat, t.Urgency)
	}
	if !t.Leaves(m.Place) || len(d.onDuty().RolesIn(t.Handler, m.Place.Grid)) > 0 {
		return c, nil
	}
	if m.To, err = d.pickAnother(ctx, &c.After); err != nil {
		return task.Change{}, err
	}
	m.Plan = d.planFor(&c.After, m.At)
	return t.Apply(m)
}

// goOn corrects a pending task, accepts it and hands it on. Its reporter is told once:
// who has it, under its right name. With nobody on duty it stays pending: the operator was
// told, and the desk has it.
func (d *Desk) goOn(ctx context.Context, t task.Task, m task.Move, cat task.Category, u task.Urgency) (task.Change, error) {
	system := task.Actor{Kind: task.BySystem}
	silent := m
	silent.Silent = true
	c, err := t.Apply(silent)
	if err != nil {
		return c, err
	}
	c, err = c.Then(task.Move{Kind: task.Accept, By: system, At: m.At, Category: cat, Urgency: u, Plan: m.Plan})
	if err != nil {
		return c, err
	}
	c, err = d.orWait(ctx, c, task.Move{By: system, At: m.At})
	if err == nil && c.After.Handler == "" {
		return t.Apply(m)
	}
	return c, err
}
