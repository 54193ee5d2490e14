package dispatch

import (
	"time"

	"gridbot/task"
)

// limits are the clocks of a task as it is now.
func (d *Desk) limits(t *task.Task) task.Limits {
	cat, _ := d.o.Categories.Get(t.Category)
	own := cat.Finish
	if u := t.Urgency; u.Rank() > cat.Urgency.Rank() || u == task.Normal && u != cat.Urgency { // what is usual says nothing here
		own = task.Term{}
	}
	return task.LimitsOf(t.Urgency, own)
}

// planFor works the deadlines out for a task as it is now, counted from a start.
func (d *Desk) planFor(t *task.Task, from time.Time) task.Plan {
	l := d.limits(t)
	p := task.Plan{Start: from, Accept: d.after(from, l.Accept), Contact: d.after(from, l.Contact), Feedback: d.after(from, l.Feedback),
		Finish: d.after(from, l.Finish), Return: d.after(from, l.Return)}
	p.Provisional = l.Finish.Working && d.o.Calendar.Provisional(from, p.Finish)
	if b := t.Sent.Bound; b.After(from) && b.Before(p.Finish) {
		p.Finish, p.Provisional = b, false
	}
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
	kept := t.Plan
	kept.Given, kept.Accept, kept.Contact, kept.Return = from, p.Accept, p.Contact, p.Return
	return kept
}

// replanned works the deadlines out for a task whose kind has changed; each clock keeps
// its beginning.
func (d *Desk) replanned(t, after *task.Task) task.Plan {
	p := d.planFor(after, started(t))
	if given := t.Plan.Given; !given.IsZero() {
		own := d.planFor(after, given)
		p.Given, p.Accept, p.Contact, p.Return = given, own.Accept, own.Contact, own.Return
	}
	return p
}

// regraded works the deadlines out for a task of another urgency.
func (d *Desk) regraded(t *task.Task, u task.Urgency) task.Plan {
	cat, _ := d.o.Categories.Get(t.Category)
	after := t.As(cat, u)
	return d.replanned(t, &after)
}

// backAtDesk gives the desk the time of an acceptance to decide; what the resident
// was promised stays.
func (d *Desk) backAtDesk(t *task.Task, from time.Time) task.Plan {
	kept := t.Plan
	kept.Given, kept.Accept = from, d.after(from, d.limits(t).Accept)
	return kept
}

// resumed is a plan whose pause ends now: what had passed of each clock before the
// pause has passed, and what was left is left.
func (d *Desk) resumed(t *task.Task, now time.Time) task.Plan {
	p, l := t.Plan, d.limits(t)
	move := func(at *time.Time, s task.Span) { *at = d.shift(*at, t.PausedAt, now, s.Working) }
	if p.Given.IsZero() { // the two clocks may run by different hours from here on
		p.Given = p.Start
	}
	move(&p.Given, l.Accept)
	move(&p.Start, l.Finish)
	move(&p.Accept, l.Accept)
	move(&p.Contact, l.Contact)
	move(&p.Feedback, l.Feedback)
	move(&p.Finish, l.Finish)
	move(&p.Return, l.Return)
	p.Provisional = l.Finish.Working && d.o.Calendar.Provisional(p.Start, p.Finish)
	return p
}

// shift moves a moment by a pause: as far from its end as it was from its beginning,
// on the clock it belongs to.
func (d *Desk) shift(at, from, to time.Time, working bool) time.Time {
	switch {
	case at.IsZero():
		return at
	case !working:
		return to.Add(at.Sub(from))
	case at.After(from):
		return d.o.Calendar.Add(to, d.o.Calendar.Between(from, at))
	}
	return d.o.Calendar.Sub(to, d.o.Calendar.Between(at, from))
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

// mostExtended is the longest extension in days.
const mostExtended = 10

// extended is the deadline some days later, on its own clock, and the latest there
// may be: as much again as there was, and ten workdays at most.
func (d *Desk) extended(t *task.Task, days int) (finish, longest time.Time) {
	due := t.Plan.Finish
	if !d.limits(t).Finish.Working {
		length := min(due.Sub(t.Plan.Start), mostExtended*24*time.Hour)
		return due.Add(time.Duration(days) * 24 * time.Hour), due.Add(length)
	}
	c := d.o.Calendar
	length := min(c.Between(t.Plan.Start, due), mostExtended*c.DayLength())
	return c.AddWorkdays(due, days), c.Add(due, length)
}

// provisional tells whether a deadline may still move when it is put off: to the one
// asked for if there is one, else to the one given.
func (d *Desk) provisional(t *task.Task, given time.Time) bool {
	if !t.Wish.IsZero() {
		given = t.Wish
	}
	return t.Plan.Provisional || d.limits(t).Finish.Working && d.o.Calendar.Provisional(t.Plan.Finish, given)
}

// started is when the clocks of a task began.
func started(t *task.Task) time.Time {
	for _, at := range []time.Time{t.Plan.Start, t.DispatchedAt} {
		if !at.IsZero() {
			return at
		}
	}
	return t.OpenedAt
}
