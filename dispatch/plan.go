package dispatch

import (
	"time"

	"gridbot/task"
)

// planFor works the deadlines out for a task as it is now, counted from a start.
func (d *Desk) planFor(t *task.Task, from time.Time) task.Plan {
	cat, _ := d.o.Categories.Get(t.Category)
	own := cat.Finish
	if d.question(t) {
		own = task.Term{}
	}
	l := task.LimitsOf(t.Urgency, own)
	p := task.Plan{Accept: d.after(from, l.Accept), Contact: d.after(from, l.Contact), Feedback: d.after(from, l.Feedback),
		Finish: d.after(from, l.Finish), Return: d.after(from, l.Return)}
	p.Provisional = l.Finish.Working && d.o.Calendar.Provisional(from, p.Finish)
	return p
}

// question tells a task that only asks about a matter whose category is usually a
// fault: it has the clock of questions, not its category's.
func (d *Desk) question(t *task.Task) bool {
	cat, _ := d.o.Categories.Get(t.Category)
	return t.Urgency == task.Info && cat.Urgency != task.Info
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

// started is when the clocks of a task began.
func started(t *task.Task) time.Time {
	if t.DispatchedAt.IsZero() {
		return t.OpenedAt
	}
	return t.DispatchedAt
}
