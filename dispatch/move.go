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
	Place    task.Place // accept: where it is, zero if still unknown
	Quiet    bool       // tell nobody
	Another  bool       // rate, reopen: what is worked again goes to somebody else
	Reason   string     // reject: one of task.RejectReasons
	Days     int        // suspend: days on the calendar; extend: workdays, or days round the clock
	Other    task.ID    // merge: the task it becomes part of
	Call     []string   // call in: staff ids
	joined   bool       // the person's report is part of the task
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
	o.Task, o.joined = task.ID{Street: t.ID.Street, Seq: t.Parent}, true
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
	m := task.Move{Kind: o.Move, By: d.actor(&t, o), At: now, Note: o.Note, Rating: o.Rating, Media: o.Media, Plan: t.Plan, Quiet: o.Quiet}
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
		m.Plan.Provisional = d.provisional(&t, m.Plan.Finish, t.Wish)
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
	if errors.Is(err, ErrNobody) {
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
		return d.reclassifyOn(ctx, t, m)
	}
	return t.Apply(m)
}

// reclassifyOn corrects a pending task, accepts it and hands it on. Its reporter
// is told once: who has it, under its right name. With nobody on duty it stays
// pending: the operator was told, and the desk has it.
func (d *Desk) reclassifyOn(ctx context.Context, t task.Task, m task.Move) (task.Change, error) {
	system := task.Actor{Kind: task.BySystem}
	silent := m
	silent.Silent = true
	c, err := t.Apply(silent)
	if err != nil {
		return c, err
	}
	c, err = c.Then(task.Move{Kind: task.Accept, By: system, At: m.At, Category: m.Category, Plan: m.Plan})
	if err != nil {
		return c, err
	}
	c, err = d.orWait(ctx, c, task.Move{By: system, At: m.At})
	if err == nil && c.After.Handler == "" {
		return t.Apply(m)
	}
	return c, err
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
