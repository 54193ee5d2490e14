package dispatch

import (
	"cmp"
	"context"

	"gridbot/task"
)

// The moves with which a task that is being worked passes to somebody else, or others
// are called in.

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

// escalate hands the task one rung up: above its handler, or above the one who
// asks when that is the handler's own head.
func (d *Desk) escalate(ctx context.Context, t task.Task, m task.Move) (task.Change, error) {
	own, err := d.own(ctx, &t)
	if err != nil {
		return task.Change{}, err
	}
	from := t.Handler
	if m.By.Above {
		from = m.By.ID
	}
	above := d.above(&t, from, own)
	if len(above) == 0 {
		return task.Change{}, task.ErrNoTarget
	}
	to, err := d.least(ctx, &t, above)
	if err != nil {
		return task.Change{}, err
	}
	m.To, m.Plan = to, d.handover(&t, m.At)
	return t.Apply(m)
}

// judge takes the resident's word on the result. Where that sends the task back
// to work, the same person works it again, or whoever is on duty when that
// person is not, or another is wanted because the resident complains about them.
func (d *Desk) judge(ctx context.Context, t task.Task, m task.Move, another bool) (task.Change, error) {
	c, err := t.Apply(m)
	if err != nil || c.After.Reworks == t.Reworks {
		return c, err
	}
	again := t.Again()
	m.Plan = d.planFor(&again, m.At)
	if s, ok := d.Ground().Staff(t.Handler); ok && d.onDuty().Present(s) && !another {
		m.To = task.Assignee{ID: s.ID, Name: s.Name}
	} else if m.To, err = d.pickAnother(ctx, &t, t.Handler); err != nil {
		return task.Change{}, err
	}
	return t.Apply(m)
}

// callIn works out who is called in (吹哨) and by when they answer.
func (d *Desk) callIn(ctx context.Context, t task.Task, m task.Move, o Order) (task.Change, error) {
	due := d.after(m.At, d.limits(&t).Help)
	for _, id := range o.Call {
		s, ok := d.Ground().Staff(id)
		if !ok || !d.onDuty().Present(s) || d.concerns(&t, s) {
			return task.Change{}, task.ErrNoTarget
		}
		p, err := d.o.Store.StaffPerson(ctx, id)
		if err != nil {
			return task.Change{}, err
		}
		if own, err := d.reportedPart(ctx, &t, Order{Staff: id, Person: p}); err != nil || own {
			return task.Change{}, cmp.Or(err, task.ErrOwnReport)
		}
		m.Helpers = append(m.Helpers, task.Helper{ID: s.ID, Name: s.Name, Due: due, Person: p})
	}
	return t.Apply(m)
}
