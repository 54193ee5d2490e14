package task

import "slices"

func doAccept(_, after *Task, m Move) (string, error) {
	if m.Category.ID == "" {
		return "", ErrCategory
	}
	after.classify(m.Category, m.Urgency)
	if m.Place != (Place{}) {
		after.Place = m.Place
	}
	after.Plan = m.Plan
	return m.Category.ID, nil
}

// doReclassify corrects the category. What becomes confidential leaves its
// handler, whom it may concern, and the co-handlers, who may be of the same grid: it
// goes to the one the move names, else to the desk. To let the handler keep it, the move names the handler.
func doReclassify(before, after *Task, m Move) (string, error) {
	if m.Category.ID == "" {
		return "", ErrCategory
	}
	after.classify(m.Category, m.Urgency)
	after.Plan = m.Plan
	hidden := after.Confidential && !before.Confidential
	if hidden && len(before.Merged) > 0 { // whose reports are part of it would learn what it is
		return "", ErrJoined
	}
	if hidden {
		after.Helpers = nil
	}
	if hidden && assigned.has(before.Status) && m.To.ID != before.Handler {
		hand(after, m, Accepted)
	}
	return m.Category.ID, nil
}

// doRelocate corrects the place. In another grid the task leaves its handler: it goes to
// the one the move names, else to the desk. To let the handler keep it, the move names the
// handler.
func doRelocate(before, after *Task, m Move) (string, error) {
	switch {
	case m.Place.Grid == "":
		return "", ErrPlace
	case m.Place == before.Place:
		return "", ErrSame
	}
	after.Place, after.Plan = m.Place, m.Plan
	if before.Leaves(m.Place) && m.To.ID != before.Handler {
		hand(after, m, Accepted)
	}
	return m.Place.line(), nil
}

// Leaves tells whether a task leaves its handler when it is elsewhere: for another grid,
// while it is worked on. What is confidential belongs to the street, and what was ruled on
// to whom the ruling names.
func (t *Task) Leaves(p Place) bool {
	return p.Grid != t.Place.Grid && assigned.has(t.Status) && !t.Confidential && !t.Ruled
}

// doRegrade sets the urgency. A danger stays critical; only the dispatcher makes a matter
// less pressing, and nobody makes one slower that was not solved.
func doRegrade(before, after *Task, m Move) (string, error) {
	after.Urgency = m.Urgency
	after.raise()
	switch {
	case !slices.Contains(Grades(), m.Urgency):
		return "", ErrUrgency
	case m.Urgency != Critical && before.Danger >= 2:
		return "", ErrCritical
	case after.Urgency == before.Urgency:
		return "", ErrSame
	case after.Urgency.Rank() > before.Urgency.Rank() && byDesk(before, m.By) != nil:
		return "", ErrLower
	}
	after.Plan = m.Plan
	return string(after.Urgency), nil
}

// corrects is what a correction of a kind replaces, in the form of its target.
func (t *Task) corrects(k Kind) string {
	switch k {
	case Reclassify:
		return t.Category
	case Relocate:
		return t.Place.line()
	case Regrade:
		return string(t.Urgency)
	}
	return ""
}

// doDispatch is doAssign for the desk. What has come back a second time is ruled on
// by it.
func doDispatch(before, after *Task, m Move) (string, error) {
	after.Ruled = before.Ruled || before.Status == Returned && before.Returns >= MaxReturns
	return doAssign(before, after, m)
}

// doRule gives the task to somebody for good.
func doRule(before, after *Task, m Move) (string, error) {
	after.Ruled = true
	return doAssign(before, after, m)
}

// RejectReasons lists why a matter is not taken on, as codes; the words for people
// stand in templates. The list is ours: the public rules of several cities name
// these.
func RejectReasons() []string {
	return []string{"elsewhere", "court", "answered", "unverifiable", "unlawful", "cancelled_certificate", "not_a_matter"}
}

// doReject ends a matter that is not for the street, for a reason of the list and
// with words for the resident.
func doReject(before, after *Task, m Move) (string, error) {
	switch {
	case before.Urgency == Critical:
		return "", ErrCritical
	case !slices.Contains(RejectReasons(), m.Reason):
		return "", ErrReason
	case len(before.Merged) > 0:
		return "", ErrJoined
	}
	after.ClosedAt, after.Rejected, after.Helpers = m.At, m.Reason, nil
	return m.Reason, nil
}

// doSupervise brings the task before the street.
func doSupervise(before, after *Task, _ Move) (string, error) {
	if before.Supervised {
		return "", ErrStatus
	}
	after.Supervised = true
	return before.Handler, nil
}

// doExclude leaves the task out of the measures; the reason stays with it.
func doExclude(_, after *Task, m Move) (string, error) {
	if m.Note == "" {
		return "", ErrNoteTooShort
	}
	after.Excluded = m.Note
	return "", nil
}
