package task

import "slices"

// rule is one line of the workflow table.
type rule struct {
	who  func(t *Task, a Actor) error
	from statuses
	to   Status // "": the move itself decides, or nothing changes
	// do checks the move's own guard and fills in what it sets. It returns the
	// staff or category id the move was about, for the history.
	do func(before, after *Task, m Move) (target string, err error)
}

type statuses []Status

func (s statuses) has(x Status) bool { return slices.Contains(s, x) }

var (
	working  = statuses{Signed, Processing}
	assigned = statuses{Dispatched, Signed, Processing}
	unended  = statuses{Pending, Accepted, Dispatched, Signed, Processing, Checking, Feedback, Returned}
	unsolved = statuses{Pending, Accepted, Dispatched, Signed, Processing, Checking, Returned}
	undone   = statuses{Pending, Accepted, Dispatched, Signed, Processing, Returned}
)

// rules is the workflow table. It is never written to. The dispatcher may give
// away what is still pending: naming a person is a decision about it too.
var rules = map[Kind]rule{
	Accept:     {byDesk, statuses{Pending}, Accepted, doAccept},
	Dispatch:   {byDesk, undone, Dispatched, doAssign},
	Reclassify: {byDeskOrHandler, unsolved, "", doReclassify},
	Sign:       {byGrid, assigned, Signed, doSign},
	Contact:    {byHandler, working, Processing, doContact},
	Progress:   {byHandler, working, Processing, doProgress},
	Ask:        {byDeskOrHandler, unsolved, "", doAsk},
	Finish:     {byHandler, working, "", doFinish},
	Pass:       {byChecker, statuses{Checking}, Feedback, doPass},
	Fail:       {byChecker, statuses{Checking}, Processing, doFail},
	Return:     {byHandler, assigned, Returned, doReturn},
	Transfer:   {byHandlerOrAbove, assigned, Dispatched, doAssign},
	Escalate:   {byHandlerOrAbove, assigned, Dispatched, doAssign},
	Rate:       {byReporter, statuses{Feedback}, "", doRate},
	Reopen:     {byReporter, statuses{Feedback, Closed}, "", doReopen},
	Withdraw:   {byReporter, undone, Withdrawn, doWithdraw},
	Urge:       {byReporter, unsolved, "", doUrge},
	Supplement: {byReporter, unended, "", doSupplement},
	Forget:     {bySystem, Statuses(), "", doForget},
}

func byDesk(_ *Task, a Actor) error {
	if a.Kind == BySystem || a.Kind == ByStaff && a.Desk {
		return nil
	}
	return ErrNotYours
}

func bySystem(_ *Task, a Actor) error {
	if a.Kind == BySystem {
		return nil
	}
	return ErrNotYours
}

func byHandler(t *Task, a Actor) error {
	if a.Kind == ByStaff && a.ID != "" && a.ID == t.Handler {
		return nil
	}
	return ErrNotYours
}

// byHandlerOrAbove lets the head of the grid (网格长), and whoever is above,
// move a task away from its handler.
func byHandlerOrAbove(t *Task, a Actor) error {
	if a.Kind == ByStaff && a.Above {
		return nil
	}
	return byHandler(t, a)
}

func byDeskOrHandler(t *Task, a Actor) error {
	if byDesk(t, a) == nil {
		return nil
	}
	return byHandler(t, a)
}

// byGrid lets colleagues of the same grid sign what waits for a signature: the
// first one has it.
func byGrid(t *Task, a Actor) error {
	if a.Kind == ByStaff && a.ID != "" && a.InGrid && !t.Confidential {
		return nil
	}
	return byHandler(t, a)
}

// byChecker keeps the handler from checking their own work.
func byChecker(t *Task, a Actor) error {
	if a.Kind == ByStaff && a.ID != t.Handler && (a.Above || a.Desk) {
		return nil
	}
	return ErrNotYours
}

func byReporter(_ *Task, a Actor) error {
	if a.Kind == ByResident { // Shown has already compared the person
		return nil
	}
	return ErrNotYours
}
