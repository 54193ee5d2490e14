package dispatch

import (
	"context"
	"errors"
	"slices"
	"time"

	"gridbot/task"
)

// running is one clock of a task while it runs: asking at its levels, ascending, on
// working time or round the clock.
type running struct {
	clock      task.Clock
	start, due time.Time
	working    bool
	levels     []int
}

// The levels of the clocks: warnings, the warnings and the ladder, and those of a
// result that waits for its check.
var (
	warnings = []int{50, 80, task.LevelOverdue}
	ladder   = task.Levels()
	checking = []int{task.LevelOverdue, task.LevelSupervise}
)

// clocks lists what runs for a task in the status it is in.
func (d *Desk) clocks(t *task.Task) []running {
	if !t.Status.Open() || t.Status.Paused() {
		return nil
	}
	l, p := d.limits(t), t.Plan
	given := p.Given
	if given.IsZero() {
		given = p.Start
	}
	var out []running
	add := func(c task.Clock, start, due time.Time, s task.Span, levels []int) {
		if !due.IsZero() && !start.IsZero() && due.After(start) {
			out = append(out, running{c, start, due, s.Working, levels})
		}
	}
	if t.Status == task.Checking {
		add(task.CheckClock, t.FinishedAt, p.Check, l.Check, checking)
		return out
	}
	if t.Status.AtDesk() || t.Status == task.Dispatched {
		add(task.AcceptClock, given, p.Accept, l.Accept, warnings)
	}
	if t.DispatchedAt.IsZero() { // the work's own clocks begin with the dispatch
		return out
	}
	if t.ContactedAt.IsZero() && !t.Status.AtDesk() {
		add(task.ContactClock, given, p.Contact, l.Contact, warnings)
	}
	if t.ReportedAt.IsZero() && !t.Status.AtDesk() {
		add(task.FeedbackClock, p.Start, p.Feedback, l.Feedback, warnings)
	}
	add(task.FinishClock, p.Start, p.Finish, l.Finish, ladder)
	return out
}

// at is when a clock comes to a level.
func (d *Desk) at(r running, level int) time.Time {
	if level == task.LevelOverdue {
		return r.due
	}
	if !r.working {
		return r.start.Add(r.due.Sub(r.start) * time.Duration(level) / 100)
	}
	c := d.o.Calendar
	return c.Add(r.start, c.Between(r.start, r.due)*time.Duration(level)/100)
}

// wind sets a task's clocks after a change: a level that lies ahead has not asked,
// and the next moment something is asked for is noted for the pollers.
func (d *Desk) wind(t *task.Task, now time.Time) {
	t.Next = t.Until
	for _, r := range d.clocks(t) {
		rang := t.Rang.Without(r.clock)
		for _, level := range r.levels {
			at := d.at(r, level)
			if at.After(now) || !t.Rang.Has(r.clock, level) {
				t.Next = sooner(t.Next, at)
				break
			}
			rang = rang.With(r.clock, level)
		}
		t.Rang = rang
	}
	for _, h := range unanswered(t) {
		t.Next = sooner(t.Next, h.Due)
	}
}

// callsGoOn gives co-handlers who were called before a pause the time they had left to
// answer.
func (d *Desk) callsGoOn(c *task.Change, now time.Time) {
	if !c.Before.Status.Paused() || c.After.Status.Paused() {
		return
	}
	working := d.limits(&c.Before).Help.Working
	for i := range c.After.Helpers {
		if h := &c.After.Helpers[i]; h.Answered.IsZero() && !h.Late {
			h.Due = d.shift(h.Due, c.Before.PausedAt, now, working)
		}
	}
}

// sooner is the earlier of two moments; a zero one is none.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// unanswered are the co-handlers who were called, have not answered, and were not
// reminded.
func unanswered(t *task.Task) []task.Helper {
	if !t.Status.Assigned() {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(t.Helpers), func(h task.Helper) bool {
		return !h.Answered.IsZero() || !h.Done.IsZero() || h.Late || h.Due.IsZero()
	})
}

// alarms lists what the clocks ask for by now: of each the highest level that has not
// asked, so that after a stop of hours only what still matters is said.
func (d *Desk) alarms(t *task.Task, now time.Time) []task.Alarm {
	var out []task.Alarm
	for _, r := range d.clocks(t) {
		for _, level := range slices.Backward(r.levels) {
			if t.Rang.Has(r.clock, level) {
				break
			}
			if !d.at(r, level).After(now) {
				out = append(out, task.Alarm{Clock: r.clock, Level: level})
				break
			}
		}
	}
	for _, h := range unanswered(t) {
		if !h.Due.After(now) {
			out = append(out, task.Alarm{Clock: task.HelpClock, Level: task.LevelOverdue, Who: h.ID})
		}
	}
	return out
}

// Tick does what a task's clocks ask for by now, if anything, and tells whether it
// changed something. Whether it was done is seen by the task itself, so any number of
// pollers may ask at the same time and nothing is done twice. A task that is among the
// due ones for no reason is put where it belongs.
func (d *Desk) Tick(ctx context.Context, id task.ID) (bool, error) {
	now := d.o.Now()
	_, err := d.update(ctx, id, "", now, func(t task.Task) (task.Change, error) {
		if t.Next.IsZero() || t.Next.After(now) {
			return task.Change{}, task.ErrNotDue
		}
		return d.rung(ctx, t, now)
	})
	if errors.Is(err, task.ErrNotDue) || errors.Is(err, task.ErrNotFound) { // done by another, or it never was due
		return d.o.Store.Rewind(ctx, id)
	}
	return err == nil, err
}

// rung works out what is due. A task whose next moment was wrong changes in nothing
// but that.
func (d *Desk) rung(ctx context.Context, t task.Task, now time.Time) (task.Change, error) {
	if !t.Until.IsZero() && !t.Until.After(now) {
		return d.ended(t, now)
	}
	c := task.Change{Before: t, After: t}
	alarms := d.alarms(&t, now)
	if t.Status == task.Dispatched && !t.Ruled && slices.ContainsFunc(alarms, unsigned) { // a ruling is not passed on
		passed, err := d.passOn(ctx, t, now)
		if err != nil {
			return c, err
		}
		if passed != nil {
			c = *passed
			alarms = slices.DeleteFunc(alarms, func(a task.Alarm) bool { return a.Clock == task.AcceptClock || a.Clock == task.ContactClock })
		}
	}
	if len(alarms) == 0 {
		return c, nil
	}
	return c.Then(task.Move{Kind: task.Ring, By: task.Actor{Kind: task.BySystem}, At: now, Rings: alarms})
}

func unsigned(a task.Alarm) bool { return a.Clock == task.AcceptClock && a.Level >= task.LevelOverdue }

// ended is what happens when nobody answered, reviewed or rated in time. What cannot
// be taken as withdrawn goes on, and the desk is told. Where nothing is waited for, that
// is forgotten.
func (d *Desk) ended(t task.Task, now time.Time) (task.Change, error) {
	if t.Status != task.Feedback && !t.Status.Paused() {
		c := task.Change{Before: t, After: t}
		c.After.Until = time.Time{}
		return c, nil
	}
	m := task.Move{By: task.Actor{Kind: task.BySystem}, At: now, Plan: t.Plan}
	switch t.Status {
	case task.Feedback:
		m.Kind = task.Silence
		return t.Apply(m)
	case task.NeedInfo:
		m.Kind = task.Lapse
		if c, err := t.Apply(m); err == nil {
			return c, nil
		}
	}
	m.Kind, m.Plan = task.Resume, d.resumed(&t, now)
	return t.Apply(m)
}

// lookAll is how many events of a task's history are searched for who has had it.
const lookAll = 1000

// passOn gives a task nobody signed to the next person, who has not had it. nil means
// that there is none.
func (d *Desk) passOn(ctx context.Context, t task.Task, now time.Time) (*task.Change, error) {
	events, err := d.o.Store.History(ctx, t.ID, lookAll)
	if err != nil {
		return nil, err
	}
	had := []string{t.Handler}
	for _, e := range events {
		switch e.Kind {
		case task.Dispatch, task.Rule, task.Transfer, task.Escalate, task.SendBack, task.Sign, task.Reopen:
			had = append(had, e.Target)
		}
	}
	to, err := d.pickNext(ctx, &t, had...)
	if err != nil || to.ID == "" {
		return nil, err
	}
	c, err := t.Apply(task.Move{Kind: task.Dispatch, By: task.Actor{Kind: task.BySystem}, At: now, To: to, Plan: d.handover(&t, now)})
	return &c, err
}
