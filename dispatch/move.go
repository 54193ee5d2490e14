package dispatch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gridbot/task"
)

// Order is a move somebody asks for.
type Order struct {
	Task     task.ID
	Key      string // names the message or the click; the same key moves once
	Move     task.Kind
	Staff    string      // staff id of who asks, "" for a resident
	Person   task.Person // who asks
	Note     string
	To       string // staff id: dispatch, transfer
	Category string // category id: reclassify, and accept at the desk
	Rating   task.Rating
	Media    []task.Media
	Place    task.Place // accept: where it is, zero if still unknown
	Quiet    bool       // tell nobody
}

// Do makes a move. Errors are the sentinels of task (with the task as it is, so
// that the answer can say who has it), or faults of the store. Asking again
// with the same key changes nothing and gives the task as it is.
func (d *Desk) Do(ctx context.Context, o Order) (task.Task, error) {
	now := d.o.Now()
	var last task.Change
	t, again, err := d.o.Store.Update(ctx, o.Task, o.Key+":"+string(o.Move), now, func(t task.Task) (task.Change, error) {
		c, err := d.change(ctx, t, o, now)
		if err != nil {
			return c, err
		}
		c.Notices = d.address(c)
		last = c
		return c, nil
	})
	if err != nil {
		return t, err
	}
	if !again {
		d.stored(o.Task.Street, last)
	}
	return t, nil
}

// change works an order out on the task as it is.
func (d *Desk) change(ctx context.Context, t task.Task, o Order, now time.Time) (task.Change, error) {
	m := task.Move{Kind: o.Move, By: d.actor(&t, o), At: now, Note: o.Note, Rating: o.Rating, Media: stamp(o), Plan: t.Plan, Quiet: o.Quiet}
	if !t.Shown(m.By) {
		return task.Change{}, task.ErrNotFound
	}
	switch o.Move {
	case task.Accept:
		return d.accept(ctx, t, m, o)
	case task.Dispatch:
		return d.dispatch(ctx, t, m, o)
	case task.Reclassify:
		return d.reclassify(ctx, t, m, o)
	case task.Transfer:
		return d.transfer(ctx, t, m, o)
	case task.Escalate:
		return d.escalate(ctx, t, m)
	case task.Rate, task.Reopen:
		return d.rework(ctx, t, m)
	}
	return t.Apply(m)
}

// stamp says on each photo who took it.
func stamp(o Order) []task.Media {
	out := make([]task.Media, len(o.Media))
	for i, x := range o.Media {
		x.By = o.Staff
		out[i] = x
	}
	return out
}

// accept settles what an unclear report is about and where, as its reporter
// answered, and gives it to whom it belongs.
func (d *Desk) accept(ctx context.Context, t task.Task, m task.Move, o Order) (task.Change, error) {
	cat, ok := d.o.Categories.Get(o.Category)
	if !ok {
		return task.Change{}, task.ErrCategory
	}
	if s := d.Ground().StreetOf(o.Place.Grid); s == "" || s == t.ID.Street {
		m.Place = o.Place
	}
	after := t.As(cat, m.Urgency)
	m.Category, m.Plan = cat, d.planFor(&after, m.At)
	c, err := t.Apply(m)
	if err != nil || c.After.Place.Grid == "" && !cat.Confidential {
		return c, err
	}
	to, err := d.pick(ctx, &c.After, "")
	if errors.Is(err, ErrNobody) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	return c.Then(task.Move{Kind: task.Dispatch, By: m.By, At: m.At, To: to, Plan: c.After.Plan, Silent: true})
}

// dispatch gives the task to the person named. A pending task is accepted as
// what it was taken for.
func (d *Desk) dispatch(ctx context.Context, t task.Task, m task.Move, o Order) (task.Change, error) {
	to, err := d.assignee(ctx, &t, o.To)
	if err != nil {
		return task.Change{}, err
	}
	m.To = to
	if t.Place.Grid == "" {
		m.Place = d.placeOf(&t, to.ID)
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
	m.Plan = d.planFor(&t, m.At)
	return c.Then(m)
}

// placeOf puts a task without a grid into the grid of the person it is given to.
func (d *Desk) placeOf(t *task.Task, staff string) task.Place {
	p := t.Place
	s, _ := d.Ground().Staff(staff)
	for _, post := range s.Posts {
		if a, ok := d.Ground().Up(post.Area, "grid"); ok {
			p.Grid = a.ID
			return p
		}
	}
	return p
}

// reclassify corrects the category. A task that waited for it and whose grid is
// known goes on by itself; one that becomes confidential leaves the grid for the
// street.
func (d *Desk) reclassify(ctx context.Context, t task.Task, m task.Move, o Order) (task.Change, error) {
	cat, ok := d.o.Categories.Get(o.Category)
	if !ok {
		return task.Change{}, task.ErrCategory
	}
	m.Category = cat
	after := t.As(cat, m.Urgency)
	m.Plan = d.planFor(&after, started(&t))
	if cat.Confidential && !t.Confidential && t.Handler != "" {
		if to, err := d.pick(ctx, &after, ""); err == nil {
			m.To = to
		}
	}
	c, err := t.Apply(m)
	if err != nil || o.Quiet || t.Status != task.Pending || t.Place.Grid == "" && !cat.Confidential {
		return c, err
	}
	return d.handOn(ctx, c, task.Move{Kind: task.Accept, By: task.Actor{Kind: task.BySystem}, At: m.At, Category: cat, Plan: m.Plan})
}

// handOn accepts a task and gives it to whom it belongs. With nobody on duty it
// stays as it was: the operator was told, and the desk has it.
func (d *Desk) handOn(ctx context.Context, c task.Change, accept task.Move) (task.Change, error) {
	to, err := d.pick(ctx, &c.After, "")
	if errors.Is(err, ErrNobody) {
		return c, nil
	}
	if err != nil {
		return c, err
	}
	accepted, err := c.Then(accept)
	if err != nil {
		return c, err
	}
	return accepted.Then(task.Move{Kind: task.Dispatch, By: accept.By, At: accept.At, To: to,
		Plan: d.planFor(&accepted.After, accept.At), Silent: accept.Silent})
}

// transfer hands the task to a colleague. The time to finish was promised to the
// resident and stays; signing and first contact start anew.
func (d *Desk) transfer(ctx context.Context, t task.Task, m task.Move, o Order) (task.Change, error) {
	to, err := d.assignee(ctx, &t, o.To)
	if err != nil {
		return task.Change{}, err
	}
	m.To, m.Plan = to, d.handover(&t, m.At)
	return t.Apply(m)
}

// escalate hands the task one rung up.
func (d *Desk) escalate(ctx context.Context, t task.Task, m task.Move) (task.Change, error) {
	above := d.unconcerned(&t, d.Ground().Superiors(t.Handler, d.areaOf(&t)))
	to, err := d.least(ctx, &t, above)
	if err != nil {
		return task.Change{}, fmt.Errorf("%w: %w", task.ErrNoTarget, err)
	}
	m.To, m.Plan = to, d.handover(&t, m.At)
	return t.Apply(m)
}

// rework prepares for the case that the resident is not content: the same person
// works it again, or whoever is on duty when that person is not.
func (d *Desk) rework(ctx context.Context, t task.Task, m task.Move) (task.Change, error) {
	again := t.Again()
	m.Plan = d.planFor(&again, m.At)
	if s, ok := d.Ground().Staff(t.Handler); ok && !s.Away {
		m.To = task.Assignee{ID: s.ID, Name: s.Name}
		return t.Apply(m)
	}
	if to, err := d.pick(ctx, &t, ""); err == nil {
		m.To = to
	}
	return t.Apply(m)
}

// started is when the clocks of a task began.
func started(t *task.Task) time.Time {
	if t.DispatchedAt.IsZero() {
		return t.OpenedAt
	}
	return t.DispatchedAt
}
