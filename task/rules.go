package task

import "slices"

// rule is one line of the workflow table.
type rule struct {
	who  func(t *Task, a Actor) error
	from statuses
	to   Status // "": the move itself decides, or nothing changes
	// do checks the move's own guard and fills in what it sets. It returns the
	// staff or category id, the place or the urgency the move was about, for the history.
	do func(before, after *Task, m Move) (target string, err error)
}

type statuses []Status

func (s statuses) has(x Status) bool { return slices.Contains(s, x) }

var (
	working  = statuses{Signed, Processing}
	assigned = statuses{Dispatched, Signed, Processing}
	paused   = statuses{NeedInfo, Suspended}
	undone   = statuses{Pending, Accepted, Dispatched, Signed, Processing, Returned}
	unsolved = append(statuses{Checking}, undone...)
	alive    = append(slices.Clone(paused), unsolved...) // somebody has work to do on it
	inHand   = append(slices.Clone(paused), assigned...) // somebody's, and not done
)

// rules is the workflow table. It is never written to. The dispatcher may give
// away what is still pending: naming a person is a decision about it too.
var rules = map[Kind]rule{
	Accept:     {byDesk, statuses{Pending}, Accepted, doAccept},
	Dispatch:   {byDesk, undone, Dispatched, doDispatch},
	Reclassify: {byDeskOrHandler, unsolved, "", doReclassify},
	Relocate:   {byDeskOrHandler, unsolved, "", doRelocate},
	Regrade:    {byDeskOrHandler, unsolved, "", doRegrade},
	Sign:       {byGrid, assigned, Signed, doSign},
	Contact:    {byHandler, working, Processing, doContact},
	Progress:   {byHandler, working, Processing, doProgress},
	Ask:        {byDeskOrHandler, alive, "", doAsk},
	Finish:     {byHandler, working, "", doFinish},
	Pass:       {byChecker, statuses{Checking}, Feedback, doPass},
	Fail:       {byChecker, statuses{Checking}, Processing, doFail},
	Return:     {byHandlerOrSystem, assigned, Returned, doReturn},
	Rule:       {byDispatcher, statuses{Returned}, Dispatched, doRule},
	Transfer:   {byHandlerOrAbove, assigned, Dispatched, doAssign},
	Escalate:   {byHandlerOrAbove, assigned, Dispatched, doEscalate},
	SendBack:   {byHandler, assigned, Dispatched, doSendBack},

	Rate:       {byReporter, statuses{Feedback}, "", doRate},
	Reopen:     {byReporter, statuses{Feedback, Closed}, "", doReopen},
	Silence:    {bySystem, statuses{Feedback}, Closed, doSilence},
	Withdraw:   {byReporter, append(statuses{NeedInfo, Suspended, Merged}, undone...), Withdrawn, doWithdraw},
	Confirm:    {byStaffInCharge, alive, "", doConfirm},
	Urge:       {byReporter, unsolved, "", doUrge},
	Supplement: {byReporter, append(statuses{Feedback}, alive...), "", doSupplement},
	Forget:     {bySystem, Statuses(), "", doForget},

	Inquire: {byDesk, undone, NeedInfo, doInquire},
	Suspend: {bySenior, assigned, Suspended, doSuspend},
	Resume:  {bySenior, paused, "", doResume},
	Lapse:   {bySystem, statuses{NeedInfo}, Withdrawn, doLapse},
	Reject:  {byDispatcher, statuses{Pending, Accepted, Returned}, Rejected, doReject},
	Appeal:  {byReporter, statuses{Rejected}, Pending, doAppeal},

	Merge:   {byCharge, undone, Merged, doMerge},
	Unmerge: {byCharge, statuses{Merged}, "", doUnmerge},
	Absorb:  {bySystem, alive, "", doAbsorb},
	Shed:    {bySystem, Statuses(), "", doShed},

	CallIn:   {byCharge, assigned, "", doCallIn},
	Respond:  {byHelper, inHand, "", doRespond},
	Complete: {byHelper, inHand, "", doComplete},
	Dismiss:  {byCharge, assigned, "", doDismiss},

	AskExtension:    {byHandler, assigned, "", doAskExtension},
	Extend:          {byChecker, assigned, "", doExtend},
	RefuseExtension: {byChecker, assigned, "", doRefuseExtension},

	Ring:      {bySystem, append(statuses{Feedback}, alive...), "", doRing},
	Replan:    {bySystem, alive, "", doReplan},
	Supervise: {byDesk, alive, "", doSupervise},
	Exclude:   {byDispatcher, Statuses(), "", doExclude},
	Lose:      {bySystem, Statuses(), "", doLose},
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

// byDispatcher is byDesk without the system: what only a person may decide.
func byDispatcher(t *Task, a Actor) error {
	if a.Kind == BySystem {
		return ErrNotYours
	}
	return byDesk(t, a)
}

// bySenior is the head of the community (社区书记) and whoever is above, the desk, or
// the system when a day has come.
func bySenior(t *Task, a Actor) error {
	if a.Kind == ByStaff && a.Senior {
		return nil
	}
	return byDesk(t, a)
}

// byCharge is whoever answers for the task: its handler, their heads, the desk.
func byCharge(t *Task, a Actor) error {
	if byDesk(t, a) == nil {
		return nil
	}
	return byHandlerOrAbove(t, a)
}

// byStaffInCharge is byCharge without the system: somebody has seen it.
func byStaffInCharge(t *Task, a Actor) error {
	if a.Kind == BySystem {
		return ErrNotYours
	}
	return byCharge(t, a)
}

// byHelper is a co-handler.
func byHelper(t *Task, a Actor) error {
	if a.Kind == ByStaff && t.helps(a.ID) {
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

// byHandlerOrSystem is the handler, or the system when that one has left and nobody can
// take over.
func byHandlerOrSystem(t *Task, a Actor) error {
	if a.Kind == BySystem {
		return nil
	}
	return byHandler(t, a)
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
