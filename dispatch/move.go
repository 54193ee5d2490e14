package dispatch

import (
	"cmp"
	"context"
	"errors"
	"time"

	"gridbot/task"
)

// Order is a move somebody asks for: a member of staff, else the person, else,
// with neither, the system itself.
type Order struct {
	Task     task.ID
	Key      string // names the message or the click; the same key moves once
	Move     task.Kind
	Staff    string      // staff id of who asks, "" for a resident
	Person   task.Person // who asks
	Note     string
	To       string // staff id: dispatch, rule, transfer, dismiss
	Category string // category id: reclassify, and accept at the desk
	Rating   task.Rating
	Media    []task.Media
	Place    task.Place   // accept: where it is, zero if still unknown; relocate
	Urgency  task.Urgency // regrade
	Quiet    bool         // tell nobody
	Another  bool         // rate, reopen: what is worked again goes to somebody else
	Reason   string       // reject: one of task.RejectReasons
	Days     int          // suspend: days on the calendar; extend: workdays, or days round the clock
	Other    task.ID      // merge: the task it becomes part of
	Call     []string     // call in: staff ids
	joined   bool         // the person's report is part of the task
	part     int64        // and this is its number
}

// errPart: the task is part of another, on which the move is made.
var errPart = errors.New("dispatch: part of another task")

// Do makes a move. Errors are the sentinels of task, with the task as it is, so
// that the answer can say who has it (task.ErrNotFound comes without), or faults
// of the store. Asking again with the same key changes nothing and gives the
// task as it is.
func (d *Desk) Do(ctx context.Context, o Order) (task.Task, error) {
	now, key := d.o.Now(), ""
	if o.Key != "" {
		key = o.Key + ":" + string(o.Move)
	}
	var parent int64 // the other side of a merge that is made or undone
	t, err := d.update(ctx, o.Task, key, now, func(t task.Task) (task.Change, error) {
		c, err := d.change(ctx, t, o, now)
		parent = max(t.Parent, c.After.Parent)
		return c, err
	})
	if errors.Is(err, errPart) {
		return d.doOnWhole(ctx, t, o)
	}
	if err == nil && parent != 0 && (o.Move == task.Merge || o.Move == task.Unmerge) {
		_ = d.Follow(ctx, t.ID, parent) // at once if it can be; else the notice to the parent brings it about
	}
	return t, err
}

// doOnWhole makes a resident's move on the task theirs is part of.
func (d *Desk) doOnWhole(ctx context.Context, t task.Task, o Order) (task.Task, error) {
	part := t
	o.Task, o.joined, o.part = task.ID{Street: t.ID.Street, Seq: t.Parent}, true, t.ID.Seq
	if part.Hidden { // the whole does not hide its own reporter's
		o.Note = d.o.Mask(o.Note)
	}
	whole, err := d.Do(ctx, o)
	return asPart(whole, part), err
}

// update makes a change of a task, with all that follows from it: its notices find
// their people, its clocks are set, what was moved is counted.
func (d *Desk) update(ctx context.Context, id task.ID, key string, now time.Time, move func(task.Task) (task.Change, error)) (task.Task, error) {
	var last task.Change
	t, again, err := d.o.Store.Update(ctx, id, key, now, func(t task.Task) (task.Change, error) {
		c, err := move(t)
		if err == nil {
			c, err = d.orphan(ctx, c, now)
		}
		if err != nil {
			return c, err
		}
		c.Notices, err = d.addressed(ctx, c)
		d.callsGoOn(&c, now)
		d.wind(&c.After, now)
		last = c
		return c, err
	})
	if errors.Is(err, task.ErrNotFound) {
		return task.Task{}, err
	}
	if err == nil && !again {
		d.stored(id.Street, last)
	}
	return t, err
}

// change works an order out on the task as it is.
func (d *Desk) change(ctx context.Context, t task.Task, o Order, now time.Time) (task.Change, error) {
	m := task.Move{Kind: o.Move, By: d.actor(&t, o), At: now, Note: o.Note, Rating: o.Rating, Media: sentTo(o.Person.Account, o.Media), Plan: t.Plan, Quiet: o.Quiet, Part: o.part}
	if !t.Shown(m.By) {
		return task.Change{}, task.ErrNotFound
	}
	if own, err := d.reportedPart(ctx, &t, o); err != nil || own {
		return task.Change{}, cmp.Or(err, task.ErrOwnReport)
	}
	if t.Status == task.Merged && m.By.Kind == task.ByResident && o.Move != task.Withdraw {
		return task.Change{}, errPart
	}
	switch o.Move {
	case task.Accept:
		return d.accept(ctx, t, m, o)
	case task.Dispatch, task.Rule:
		return d.dispatch(ctx, t, m, o)
	case task.Reclassify:
		return d.reclassify(ctx, t, m, o)
	case task.Relocate:
		return d.relocate(ctx, t, m, o)
	case task.Transfer:
		return d.transfer(ctx, t, m, o)
	case task.Escalate:
		return d.escalate(ctx, t, m)
	case task.Rate, task.Reopen:
		return d.judge(ctx, t, m, o.Another)
	case task.Merge:
		return d.mergeInto(ctx, t, m, o)
	case task.Unmerge:
		return d.unmerge(ctx, t, m)
	case task.CallIn:
		return d.callIn(ctx, t, m, o)
	}
	return d.plain(ctx, t, m, o)
}

// plain are the moves that need no more than their deadlines.
func (d *Desk) plain(ctx context.Context, t task.Task, m task.Move, o Order) (task.Change, error) {
	switch o.Move {
	case task.Supplement, task.Forget, task.Resume:
		if t.Status.Paused() {
			m.Plan = d.resumed(&t, m.At)
		}
	case task.Regrade:
		m.Urgency, m.Plan = o.Urgency, d.regraded(&t, o.Urgency)
	case task.Return:
		m.Plan = d.backAtDesk(&t, m.At)
	case task.Appeal:
		m.Plan = d.planFor(&t, m.At)
	case task.Finish:
		m.Plan.Check = d.after(m.At, d.limits(&t).Check)
	case task.SendBack, task.Dismiss:
		to, err := d.sent(ctx, t, o)
		if err != nil {
			return task.Change{}, err
		}
		m.To, m.Plan = to, d.handover(&t, m.At)
	case task.Suspend:
		m.Until = d.morning(m.At, o.Days)
	case task.AskExtension, task.Extend:
		m.Plan.Finish, m.Longest = d.extended(&t, o.Days)
		m.Plan.Provisional = d.provisional(&t, m.Plan.Finish)
	case task.Reject:
		m.Reason = o.Reason
	}
	return t.Apply(m)
}

// sent is who gets a task back from above, or is not needed as a co-handler any more.
func (d *Desk) sent(ctx context.Context, t task.Task, o Order) (task.Assignee, error) {
	if o.Move == task.Dismiss {
		s, _ := d.Ground().Staff(o.To)
		return task.Assignee{ID: o.To, Name: s.Name}, nil
	}
	return d.assignee(ctx, &t, t.From)
}

// morning is when people begin to answer on the day some days from now.
func (d *Desk) morning(now time.Time, days int) time.Time {
	day := now.In(d.o.Calendar.Location()).AddDate(0, 0, days)
	midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, day.Location())
	return d.o.Calendar.NextService(midnight)
}
