package task

func (l *letters) fromResident() {
	switch l.m.Kind {
	case Supplement:
		l.supplemented()
		if l.before.Status == NeedInfo && l.after.Status != NeedInfo && l.before.AskedBy != l.after.Handler {
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
	case Forget:
		if l.before.Status == NeedInfo {
			l.resumed()
		}
		if len(l.before.Media) > 0 {
			l.out = append(l.out, drops(l.after.ID, l.m.At))
		}
	}
}

// supplemented brings the answer to whoever asked, and what was added to the
// handler, or the desk, unless that is the same person.
func (l *letters) supplemented() {
	asker := l.before.AskedBy
	if l.before.neighbour(l.m.By) {
		asker = ""
	}
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

// withdrawn tells whoever has the task. One that was part of another leaves it.
func (l *letters) withdrawn() {
	if l.before.Status == Merged {
		l.parent(l.before.Parent)
		return
	}
	l.handlerOrDesk(AboutWithdrawn, AboutWithdrawn)
	l.helpers(AboutDismissed)
}
