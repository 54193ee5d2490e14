package dispatch

import (
	"time"

	"gridbot/task"
)

// plan works the deadlines out from a start.
func (d *Desk) plan(u task.Urgency, own task.Term, from time.Time) task.Plan {
	l := task.LimitsOf(u, own)
	p := task.Plan{Accept: d.after(from, l.Accept), Contact: d.after(from, l.Contact), Feedback: d.after(from, l.Feedback),
		Finish: d.after(from, l.Finish), Return: d.after(from, l.Return)}
	p.Provisional = l.Finish.Working && !d.o.Calendar.Known(p.Finish.Year())
	return p
}

// planFor works the deadlines out for a task as it is now.
func (d *Desk) planFor(t *task.Task, from time.Time) task.Plan {
	cat, _ := d.o.Categories.Get(t.Category)
	return d.plan(t.Urgency, cat.Finish, from)
}

// handover keeps what the resident was promised and starts the new handler's
// own clocks.
func (d *Desk) handover(t *task.Task, from time.Time) task.Plan {
	p := d.planFor(t, from)
	p.Finish, p.Feedback, p.Provisional = t.Plan.Finish, t.Plan.Feedback, t.Plan.Provisional
	return p
}

// after is when a span that starts at from is over; zero for no span.
func (d *Desk) after(from time.Time, s task.Span) time.Time {
	switch {
	case s.Zero():
		return time.Time{}
	case s.Workdays > 0:
		return d.o.Calendar.AddWorkdays(from, s.Workdays)
	case s.Working:
		return d.o.Calendar.Add(from, s.Duration)
	}
	return from.Add(s.Duration)
}
