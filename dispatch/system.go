package dispatch

import (
	"context"
	"errors"
	"strings"

	"gridbot/partner"
	"gridbot/store"
	"gridbot/task"
)

// channelSystem is the channel of calls to other systems, for metrics and logs.
const channelSystem = "system"

// callBack tells a system what has become of its matter, in the order in which it
// happened and even when more has happened since. An error is a fault of the store.
func (c *Courier) callBack(ctx context.Context, l store.Leased) (task.Result, error) {
	system, number, ok := l.To.Person.System()
	if !ok {
		return task.Result{Outcome: task.Bad, Detail: "no system"}, nil
	}
	t, err := c.o.Desk.Store().Get(ctx, l.Task)
	if err == nil {
		t, err = c.o.Desk.Whole(ctx, t)
	}
	if err != nil && !errors.Is(err, task.ErrNotFound) {
		return task.Result{}, err
	}
	e := c.event(&t, l)
	e.Number = number
	ctx, cancel := context.WithTimeout(ctx, c.o.Lease/2)
	defer cancel()
	return c.brakes.call(c, l.To.Person.Account, channelSystem, func() task.Result {
		return c.o.Call(ctx, system, l.Street()+"."+l.ID, e)
	}), nil
}

// event is what a notice says, for a machine.
func (c *Courier) event(t *task.Task, l store.Leased) partner.Event {
	zone := c.o.Desk.o.Calendar.Location()
	e := partner.Event{Task: l.Task.String(), Event: EventOf(l.About), Status: l.Status, At: l.At.In(zone)}
	if !t.Plan.Finish.IsZero() {
		e.Deadline = t.Plan.Finish.In(zone)
	}
	switch l.About { // where the resident reads no note, it is the office's own
	case task.AboutContacted, task.AboutProgress, task.AboutQuestion, task.AboutInquired, task.AboutSuspended, task.AboutRejected:
		e.Note = c.o.Desk.o.Mask(l.Note)
	case task.AboutChecking, task.AboutFinished:
		e.Note = c.o.Desk.o.Mask(t.Result)
	}
	return e
}

// EventOf names for other systems what a notice to a reporter is about: signed, progress.
func EventOf(a task.About) string { return strings.TrimPrefix(string(a), "resident.") }

// Masked is a text without telephone numbers and the like.
func (d *Desk) Masked(text string) string { return d.o.Mask(text) }

// Told is a task's history as its reporter may read it: the steps they are told of and
// their own, without the office's notes and without numbers. Of a part it goes on with
// the steps of the task it is part of.
func (d *Desk) Told(ctx context.Context, t task.Task) ([]task.Event, error) {
	events, err := d.o.Store.History(ctx, t.ID, lookAll)
	if err == nil && t.Parent != 0 {
		whole, err := d.o.Store.History(ctx, task.ID{Street: t.ID.Street, Seq: t.Parent}, lookAll)
		if err != nil {
			return nil, err
		}
		since := events[len(events)-1].At
		for _, e := range whole {
			if e.By != task.ByResident && e.At.After(since) {
				events = append(events, e)
			}
		}
	}
	return d.toldOf(events), err
}

// toldOf leaves what a reporter may read.
func (d *Desk) toldOf(events []task.Event) []task.Event {
	var out []task.Event
	for _, e := range events {
		told, note := task.Told(e.Kind)
		if !told || e.Part != 0 {
			continue
		}
		if !note && e.By != task.ByResident {
			e.Note = ""
		}
		e.Note = d.o.Mask(e.Note)
		out = append(out, e)
	}
	return out
}

// dated writes into the notices to systems how the task stands after a change, and since
// when: they are sent later, and in order.
func dated(c task.Change, notices []task.Notice) []task.Notice {
	for i, n := range notices {
		if n.To.Kind == task.ToSystem && len(c.Events) > 0 {
			notices[i].Status, notices[i].At = c.After.Status, c.Events[len(c.Events)-1].At
		}
	}
	return notices
}

// origin is the name of the system a task came from and its number there, both "" for a
// resident's report.
func (d *Desk) origin(t *task.Task) (name, number string) {
	system, number, ok := t.Reporter.System()
	if title := d.o.Systems[system]; ok && title != "" {
		return title, number
	}
	return system, number
}
