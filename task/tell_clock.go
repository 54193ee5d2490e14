package task

// rang tells what the clocks ask for: the handler, from 100 % on who is above, and
// in the end the street. The resident hears once that it is late.
func (l *letters) rang() {
	unanswered := false
	for _, a := range l.m.Rings {
		switch a.Clock {
		case AcceptClock:
			l.unsigned(a.Level)
		case CheckClock:
			l.unchecked(a.Level)
		case HelpClock:
			l.staff(a.Who, AboutCallUrged)
			unanswered = true
		default:
			l.due(a)
		}
	}
	if unanswered { // once, however many did not
		l.staff(l.after.Handler, AboutUnanswered)
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
