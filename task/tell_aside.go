package task

import "strconv"

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
		l.helpers(AboutDismissed)
	case Reject:
		l.resident(AboutRejected)
		l.helpers(AboutDismissed)
	case Appeal:
		l.desk(AboutAppeal)
	case Merge:
		l.resident(AboutMerged)
		l.staff(l.before.Handler, AboutAway)
		l.helpers(AboutDismissed)
		l.parent(l.after.Parent)
	case Unmerge:
		l.resident(AboutUnmerged)
		l.parent(l.before.Parent)
	case Absorb:
		// The words of the other report stay in it, where they can be erased; whoever sends
		// the notice looks them up by the number.
		l.m.Note = strconv.FormatInt(l.m.Other, 10)
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
