package task

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

// changedHands tells the one who has the task now and the one who had it.
func (l *letters) changedHands() {
	if l.before.Handler == l.after.Handler {
		return
	}
	l.staff(l.after.Handler, AboutNew)
	l.staff(l.before.Handler, AboutAway)
}

// corrected tells of a correction, after which somebody else may have the task.
func (l *letters) corrected(resident, handler About) {
	l.resident(resident)
	switch l.after.Handler {
	case l.before.Handler:
		l.staff(l.after.Handler, handler)
	case "":
		l.desk(AboutPending)
	}
	l.changedHands()
	if len(l.after.Helpers) == 0 {
		l.helpers(AboutDismissed)
	}
}

// relocated tells those who work on it where it is, and asks those of the new grid for the
// check of a result.
func (l *letters) relocated() {
	l.corrected(AboutRelocated, AboutMoved)
	l.helpers(AboutMoved)
	if l.after.Status == Checking && l.after.Place.Grid != l.before.Place.Grid {
		l.to(Party{Kind: ToChecker}, AboutCheck)
	}
}

// regraded tells the desk of what has become critical, unless it is their own doing.
func (l *letters) regraded() {
	l.resident(AboutRegraded)
	l.staff(l.after.Handler, AboutGraded)
	if l.after.Urgency == Critical && !l.m.By.Desk {
		l.desk(AboutCritical)
	}
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
