package task

import (
	"slices"
	"strconv"
)

// tell lists the notices of a move. Residents are told every step that is not
// their own doing; staff are told what changes their work, unless they did it.
func tell(before, after *Task, m Move) []Notice {
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
		l.corrected(AboutCorrected, AboutReclassed)
	case Relocate:
		l.relocated()
	case Regrade:
		l.regraded()
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
	case Lose:
		l.lost()
	default:
		l.fromResident()
	}
	if m.Quiet { // the other side of a merge follows all the same: it is nobody
		l.out = slices.DeleteFunc(l.out, func(n Notice) bool { return n.To.Kind != ToParent })
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
	l.out = append(l.out, Notice{Task: l.after.ID, To: p, About: a, Note: l.m.Note, Actor: l.m.By.Name,
		Urgent: l.after.Urgency == Critical})
}

func (l *letters) desk(a About) { l.to(Party{Kind: ToDesk}, a) }

// resident tells the reporter. Where that one has left and neighbours' reports are part
// of the task, the notice is to nobody until the desk turns it into theirs.
func (l *letters) resident(a About) {
	if l.after.Reporter.Zero() && len(l.after.Merged) == 0 || l.m.Silent {
		return
	}
	l.to(l.after.Reporter.Party(), a)
}

// staff tells a member of staff, but nobody of their own move.
func (l *letters) staff(id string, a About) {
	if id != "" && id != l.m.By.ID {
		l.to(Party{Kind: ToStaff, Staff: id}, a)
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

// helpers tells all co-handlers whose part is not done.
func (l *letters) helpers(a About) {
	for _, h := range l.before.Helpers {
		if h.Done.IsZero() && h.ID != l.after.Handler {
			l.staff(h.ID, a)
		}
	}
}

// parent lets the other side of a merge follow; its number travels as the note.
func (l *letters) parent(seq int64) {
	l.to(Party{Kind: ToParent}, AboutFollow)
	l.out[len(l.out)-1].Note = strconv.FormatInt(seq, 10)
}
