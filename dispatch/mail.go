package dispatch

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"gridbot/store"
	"gridbot/task"
)

// mail is a notice ready to be sent.
type mail struct {
	l      store.Leased
	to     task.Person // zero for a member of staff who has not joined
	text   string
	form   string // which kind of form says it, "" when none can
	fields map[string]string
}

// compose finds the person and the words. skip means that the notice has become
// pointless.
func (c *Courier) compose(ctx context.Context, l store.Leased) (m mail, skip bool, err error) {
	m.l, m.to = l, l.To.Person
	if l.To.Kind == task.ToStaff {
		if m.to, err = c.o.Desk.Store().StaffPerson(ctx, l.To.Staff); err != nil {
			return m, false, err
		}
	}
	if l.Task.Seq == 0 { // a late answer: its words are complete
		m.text = l.Note
		return m, false, nil
	}
	t, err := c.o.Desk.Store().Get(ctx, l.Task)
	if errors.Is(err, task.ErrNotFound) {
		return m, true, nil
	}
	if err == nil && l.To.Kind == task.ToResident {
		t, err = c.o.Desk.Whole(ctx, t)
	}
	if err != nil || pointless(&t, l.Notice) {
		return m, err == nil, err
	}
	if l.To.Kind == task.ToStaff && c.o.Desk.hidden(&t, l.Notice) {
		return m, true, nil
	}
	letter, err := c.letter(ctx, &t, l)
	if err != nil {
		return m, false, err
	}
	if m.text, err = c.words.Render(string(l.About), letter); err != nil {
		return m, false, err
	}
	m.form, m.fields, err = c.formOf(l, letter)
	return m, false, err
}

// hidden tells a notice about what has become confidential meanwhile, for a member of
// staff who may not know of it any more: they only hear that it is not theirs.
func (d *Desk) hidden(t *task.Task, n task.Notice) bool {
	gone := n.About == task.AboutAway || n.About == task.AboutDismissed
	return t.Confidential && !gone && !d.Sees(t, n.To.Staff)
}

// letter is what a notice's words are made of: the task as who reads it may see it, and
// what the notice passes on.
func (c *Courier) letter(ctx context.Context, t *task.Task, l store.Leased) (Letter, error) {
	d := c.o.Desk
	letter := d.LetterFor(t, l.To.Staff)
	letter.Note, letter.Actor = l.Note, l.Actor
	var err error
	if l.About == task.AboutJoined {
		if letter.Note, err = d.joined(ctx, t, l.Note); err != nil {
			return letter, err
		}
	}
	if letter.Masked {
		letter.Note = d.o.Mask(letter.Note)
	}
	if handsOver(l.About) {
		letter.Added, err = d.AddedFor(ctx, t, letter)
	}
	return letter, err
}

// joined are the words of the report that became part of a task, without its reporter's
// number when they hide it.
func (d *Desk) joined(ctx context.Context, t *task.Task, seq string) (string, error) {
	n, err := strconv.ParseInt(seq, 10, 64)
	if err != nil {
		return "", nil //nolint:nilerr // no number, no words
	}
	part, err := d.o.Store.Get(ctx, task.ID{Street: t.ID.Street, Seq: n})
	switch {
	case errors.Is(err, task.ErrNotFound):
		return "", nil
	case part.Hidden:
		return d.o.Mask(part.Text), err
	}
	return part.Text, err
}

// handsOver tells a notice that brings a task to somebody who may not know what was
// said of it before.
func handsOver(a task.About) bool {
	switch a {
	case task.AboutNew, task.AboutReopened, task.AboutReturned, task.AboutUnsolved, task.AboutCritical, task.AboutCalled:
		return true
	}
	return false
}

// pointless tells a notice that says nothing true or useful any more: the
// reporter has gone, or what it asks for was done meanwhile.
func pointless(t *task.Task, n task.Notice) bool {
	if n.To.Kind == task.ToResident && t.Reporter != n.To.Person {
		return true
	}
	if about, clock, ok := reminder(n.About); ok {
		return about != task.AboutAboveLate && t.Handler != n.To.Staff || !runs(t, clock)
	}
	switch n.About {
	case task.AboutAway: // who has it again hears that
		return t.Handler == n.To.Staff
	case task.AboutDismissed:
		return waitsFor(t, n.To.Staff)
	case task.AboutNew, task.AboutReopened:
		return t.Handler != n.To.Staff || t.Status != task.Dispatched
	case task.AboutInquired:
		return t.Status != task.NeedInfo
	case task.AboutSuspended:
		return t.Status != task.Suspended
	case task.AboutPaused:
		return !t.Status.Paused()
	case task.AboutSigned: // that they were spoken to says it as well
		return !t.ContactedAt.IsZero()
	case task.AboutResumed, task.AboutGoesOn, task.AboutReview:
		return t.Status.Paused() || t.Status.Over()
	case task.AboutRejected:
		return t.Status != task.Rejected
	case task.AboutMerged:
		return t.Parent == 0
	case task.AboutOverdue, task.AboutAgain, task.AboutStaffAgain:
		return !t.Status.Open()
	case task.AboutUnanswered:
		return !t.Status.Assigned() || !slices.ContainsFunc(t.Helpers, silent)
	case task.AboutPartDone:
		return !t.Status.Assigned()
	case task.AboutCallUrged, task.AboutCalled:
		return !waitsFor(t, n.To.Staff)
	case task.AboutWish:
		return t.Wish.IsZero()
	case task.AboutUnsigned:
		return t.Status != task.Dispatched
	case task.AboutCheckLate, task.AboutUnchecked:
		return t.Status != task.Checking
	case task.AboutStreet, task.AboutSupervised:
		return !t.Status.Open()
	case task.AboutCheck, task.AboutChecking:
		return t.Status != task.Checking
	case task.AboutFinished:
		return t.Status != task.Feedback && t.Status != task.Closed
	case task.AboutCritical:
		return t.Status.Over()
	case task.AboutPending, task.AboutReturned, task.AboutUnsolved, task.AboutDeskUrged, task.AboutDeskAdded,
		task.AboutWaiting, task.AboutAppeal, task.AboutOrphaned:
		return !t.Status.AtDesk()
	}
	return false
}

// reminder takes what a clock says apart: to whom, and which clock it is.
func reminder(a task.About) (about task.About, clock task.Clock, ok bool) {
	for _, about := range []task.About{task.AboutRemind, task.AboutLate, task.AboutAboveLate} {
		if clock, ok := strings.CutPrefix(string(a), string(about)); ok {
			return about, task.Clock(clock), true
		}
	}
	return "", "", false
}

// runs tells whether what a clock measures has still not been done.
func runs(t *task.Task, c task.Clock) bool {
	switch c {
	case task.AcceptClock:
		return t.Status == task.Dispatched
	case task.ContactClock:
		return t.ContactedAt.IsZero() && t.Status.Assigned()
	case task.FeedbackClock:
		return t.ReportedAt.IsZero() && t.Status.Assigned()
	}
	return t.Status.Assigned()
}

// waitsFor tells whether a co-handler's part is not done.
func waitsFor(t *task.Task, staff string) bool {
	return t.Status.Assigned() && slices.ContainsFunc(t.Helpers, func(h task.Helper) bool { return h.ID == staff && h.Done.IsZero() })
}

// formOf fills the fields of a form: number, matter, status and time,
// never anybody's own words.
func (c *Courier) formOf(l store.Leased, letter Letter) (string, map[string]string, error) {
	name := "staff"
	if l.To.Kind == task.ToResident {
		name = "resident"
	}
	fields := map[string]string{"number": letter.Number}
	for field, words := range map[string]string{"matter": "form.matter", "status": "form.status", "time": "form.time"} {
		if asks := "form." + string(l.About); field == "status" && c.words.Has(asks) {
			words = asks // what is wanted says more than how things stand
		}
		v, err := c.words.Render(words, letter)
		if err != nil {
			return "", nil, err
		}
		fields[field] = v
	}
	return name, fields, nil
}
