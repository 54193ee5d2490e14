package task

import "strconv"

// tell lists the notices of a move. Residents are told every step that is not
// their own doing; staff are told what changes their work, unless they did it.
func tell(before, after *Task, m Move) []Notice {
	if m.Quiet {
		return nil
	}
	l := letters{before: before, after: after, m: m}
	switch m.Kind {
	case Accept:
		// the dispatch that follows tells who has it
	case Dispatch, Rule:
		l.dispatched()
	case Transfer, Escalate, SendBack:
		l.resident(AboutReassigned)
		l.changedHands()
	case Reclassify:
		l.reclassified()
	case Sign:
		l.resident(AboutSigned)
		l.changedHands()
	case Contact:
		l.resident(AboutContacted)
	case Progress:
		l.resident(AboutProgress)
	case Ask:
		l.resident(AboutQuestion)
	case Finish, Pass:
		l.finished()
	case Fail:
		l.staff(after.Handler, AboutFailed)
	case Return:
		l.returned()
	case Inquire, Suspend, Resume, Lapse, Reject, Appeal, Merge, Unmerge, Absorb:
		l.aside()
	case CallIn, Respond, Complete, Dismiss:
		l.helped()
	case AskExtension, Extend, RefuseExtension:
		l.extended()
	case Ring:
		l.rang()
	case Supervise:
		l.staff(after.Handler, AboutSupervised)
		l.to(Party{Kind: ToAbove}, AboutSupervised)
	case Confirm:
		l.resident(AboutSafe)
	default:
		l.fromResident()
	}
	return l.out
}

// letters collects the notices of one move.
type letters struct {
	before, after *Task
	m             Move
	out           []Notice
}

func (l *letters) to(p Party, a About) {
	l.out = append(l.out, Notice{Task: l.after.ID, To: p, About: a, Note: l.m.Note, Actor: l.m.By.Name})
}

func (l *letters) desk(a About) { l.to(Party{Kind: ToDesk}, a) }

// resident tells the reporter. Where that one has left and neighbours' reports are part
// of the task, the notice is to nobody until the desk turns it into theirs.
func (l *letters) resident(a About) {
	if l.after.Reporter.Zero() && len(l.after.Merged) == 0 || l.m.Silent {
		return
	}
	l.to(Party{Kind: ToResident, Person: l.after.Reporter}, a)
}

// staff tells a member of staff, but nobody of their own move.
func (l *letters) staff(id string, a About) {
	if id != "" && id != l.m.By.ID {
		l.to(Party{Kind: ToStaff, Staff: id}, a)
	}
}

// changedHands tells the one who has the task now and the one who had it.
func (l *letters) changedHands() {
	if l.before.Handler == l.after.Handler {
		return
	}
	l.staff(l.after.Handler, AboutNew)
	l.staff(l.before.Handler, AboutAway)
}

func (l *letters) dispatched() {
	about := AboutAccepted
	if l.before.Handler != "" || l.before.Status == Returned {
		about = AboutReassigned
	}
	l.resident(about)
	l.changedHands()
	if l.after.Urgency == Critical && l.m.By.Kind == BySystem {
		l.desk(AboutCritical)
	}
}

func (l *letters) reclassified() {
	l.resident(AboutCorrected)
	switch l.after.Handler {
	case l.before.Handler:
		l.staff(l.after.Handler, AboutReclassed)
	case "":
		l.desk(AboutPending)
	}
	l.changedHands()
}

// finished passes the result on, not what the checker remarked about it.
func (l *letters) finished() {
	if l.after.Status == Checking {
		l.to(Party{Kind: ToChecker}, AboutCheck)
		l.resident(AboutChecking)
		return
	}
	l.m.Note = l.after.Result
	l.resident(AboutFinished)
}

func (l *letters) fromResident() {
	switch l.m.Kind {
	case Supplement:
		l.supplemented()
		if l.before.Status == NeedInfo && l.before.AskedBy != l.after.Handler {
			l.staff(l.after.Handler, AboutGoesOn)
		}
	case Urge:
		l.handlerOrDesk(AboutUrged, AboutDeskUrged)
		if l.after.Supervised && !l.before.Supervised {
			l.desk(AboutStreet)
		}
	case Withdraw:
		l.withdrawn()
	case Rate, Reopen:
		l.judged()
	}
}

// handlerOrDesk tells the handler, or the desk while nobody has the task.
func (l *letters) handlerOrDesk(handler, desk About) {
	if l.after.Handler == "" {
		l.desk(desk)
		return
	}
	l.staff(l.after.Handler, handler)
}

// supplemented brings the answer to whoever asked, and what was added to the
// handler, or the desk, unless that is the same person.
func (l *letters) supplemented() {
	asker := l.before.AskedBy
	l.staff(asker, AboutReply)
	if asker == "" || asker != l.after.Handler && l.after.Handler != "" {
		l.handlerOrDesk(AboutSupplement, AboutDeskAdded)
	}
}

// judged tells the handler what the resident thinks of the result, and the
// street when it goes back there.
func (l *letters) judged() {
	handler := l.before.Handler
	switch {
	case l.after.Status == Closed:
		l.staff(handler, AboutRated)
	case l.after.Status == Returned:
		l.staff(handler, AboutAway)
		l.desk(AboutUnsolved)
	default:
		l.staff(l.after.Handler, AboutReopened)
		if l.after.Handler != handler {
			l.staff(handler, AboutAway)
		}
	}
}

// returned tells the desk, and the one who had the task when they did not return it
// themselves.
func (l *letters) returned() {
	if l.m.By.Kind == BySystem {
		l.desk(AboutOrphaned)
		l.staff(l.before.Handler, AboutAway)
		return
	}
	l.desk(AboutReturned)
}

// withdrawn tells whoever has the task. One that was part of another leaves it.
func (l *letters) withdrawn() {
	if l.before.Status == Merged {
		l.parent(l.before.Parent)
		return
	}
	l.handlerOrDesk(AboutWithdrawn, AboutWithdrawn)
	l.helpers(AboutDismissed)
}

// parent lets the other side of a merge follow; its number travels as the note.
func (l *letters) parent(seq int64) {
	l.to(Party{Kind: ToParent}, AboutFollow)
	l.out[len(l.out)-1].Note = strconv.FormatInt(seq, 10)
}

// aside tells of steps to the side of a task's life and back.
func (l *letters) aside() {
	switch l.m.Kind {
	case Inquire:
		l.resident(AboutInquired)
		l.staff(l.after.Handler, AboutPaused)
	case Suspend:
		l.resident(AboutSuspended)
		l.staff(l.after.Handler, AboutPaused)
	case Resume:
		l.resumed()
	case Lapse:
		l.resident(AboutLapsed)
		l.handlerOrDesk(AboutWithdrawn, AboutWithdrawn)
	case Reject:
		l.resident(AboutRejected)
	case Appeal:
		l.desk(AboutAppeal)
	case Merge:
		l.resident(AboutMerged)
		l.staff(l.before.Handler, AboutAway)
		l.parent(l.after.Parent)
	case Unmerge:
		l.resident(AboutUnmerged)
		l.parent(l.before.Parent)
	case Absorb:
		l.staff(l.after.Handler, AboutJoined)
	}
}

// resumed tells of the end of a pause; the desk hears of one that ended by itself.
func (l *letters) resumed() {
	l.resident(AboutResumed)
	l.staff(l.after.Handler, AboutGoesOn)
	if l.m.By.Kind == BySystem {
		l.desk(AboutReview)
	}
}

// helped tells of co-handlers: those who are called of the call, the handler of what
// they answer and do.
func (l *letters) helped() {
	switch l.m.Kind {
	case CallIn:
		for _, h := range l.m.Helpers {
			l.staff(h.ID, AboutCalled)
		}
	case Respond:
		l.staff(l.after.Handler, AboutResponded)
	case Complete:
		l.staff(l.after.Handler, AboutPartDone)
	case Dismiss:
		l.staff(l.m.To.ID, AboutDismissed)
	}
}

// helpers tells all co-handlers whose part is not done.
func (l *letters) helpers(a About) {
	for _, h := range l.before.Helpers {
		if h.Done.IsZero() {
			l.staff(h.ID, a)
		}
	}
}

func (l *letters) extended() {
	switch l.m.Kind {
	case AskExtension:
		l.to(Party{Kind: ToChecker}, AboutWish)
	case Extend:
		l.resident(AboutExtended)
		l.staff(l.after.Handler, AboutGranted)
	case RefuseExtension:
		l.staff(l.after.Handler, AboutRefused)
	}
}

// rang tells what the clocks ask for: the handler, from 100 % on who is above, and
// in the end the street. The resident hears once that it is late.
func (l *letters) rang() {
	for _, a := range l.m.Rings {
		switch a.Clock {
		case AcceptClock:
			l.unsigned(a.Level)
		case CheckClock:
			l.unchecked(a.Level)
		case HelpClock:
			l.staff(a.Who, AboutCallUrged)
			l.staff(l.after.Handler, AboutUnanswered)
		default:
			l.due(a)
		}
	}
}

// unsigned is the accept clock: the handler's until the task passes to the next one,
// and the desk's while it waits there.
func (l *letters) unsigned(level int) {
	switch {
	case l.after.Status.AtDesk() && level >= LevelOverdue:
		l.desk(AboutWaiting)
		l.to(Party{Kind: ToHigher}, AboutWaiting)
	case l.after.Status.AtDesk():
		l.desk(AboutWaiting)
	case level >= LevelOverdue:
		l.staff(l.after.Handler, AboutLate+About(AcceptClock))
		l.desk(AboutUnsigned)
	default:
		l.staff(l.after.Handler, AboutRemind+About(AcceptClock))
	}
}

func (l *letters) unchecked(level int) {
	if level >= LevelSupervise {
		l.desk(AboutUnchecked)
		return
	}
	l.to(Party{Kind: ToChecker}, AboutCheckLate)
}

// due is a clock of the work itself.
func (l *letters) due(a Alarm) {
	if a.Level < LevelOverdue {
		l.staff(l.after.Handler, AboutRemind+About(a.Clock))
		return
	}
	l.staff(l.after.Handler, AboutLate+About(a.Clock))
	l.to(Party{Kind: ToAbove}, AboutAboveLate+About(a.Clock))
	if a.Clock != FinishClock {
		return
	}
	if l.after.Escalated > 1 {
		l.to(Party{Kind: ToHigher}, AboutAboveLate+About(a.Clock))
	}
	if l.after.Supervised && !l.before.Supervised {
		l.desk(AboutStreet)
	}
	if l.before.Escalated == 0 {
		l.resident(AboutOverdue)
	}
}
