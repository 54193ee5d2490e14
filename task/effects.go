package task

import "time"

// classify puts the move's category on the task. A danger seen in the report
// keeps its urgency whatever the category says.
func classify(after *Task, m Move) error {
	if m.Category.ID == "" {
		return ErrCategory
	}
	after.Category = m.Category.ID
	after.Confidential = m.Category.Confidential
	after.Urgency = m.Urgency
	if after.Urgency == "" {
		after.Urgency = m.Category.Urgency
	}
	if after.Danger >= 2 {
		after.Urgency = Critical
	}
	return nil
}

func doAccept(_, after *Task, m Move) (string, error) {
	if err := classify(after, m); err != nil {
		return "", err
	}
	if m.Place != (Place{}) {
		after.Place = m.Place
	}
	after.Plan = m.Plan
	return m.Category.ID, nil
}

func doReclassify(_, after *Task, m Move) (string, error) {
	if err := classify(after, m); err != nil {
		return "", err
	}
	after.Plan = m.Plan
	return m.Category.ID, nil
}

// doAssign gives the task to somebody, who then has to sign it.
func doAssign(before, after *Task, m Move) (string, error) {
	switch {
	case m.To.ID == "":
		return "", ErrNoTarget
	case m.To.ID == before.Handler:
		return "", ErrNoTarget
	case !m.To.Person.Zero() && m.To.Person == before.Reporter:
		return "", ErrOwnReport
	}
	assign(after, m)
	return m.To.ID, nil
}

func assign(after *Task, m Move) {
	after.Status = Dispatched
	after.Handler, after.HandlerName = m.To.ID, m.To.Name
	after.Plan = m.Plan
	after.DispatchedAt = m.At
	after.SignedAt = time.Time{}
	if m.Place != (Place{}) {
		after.Place = m.Place
	}
}

func doSign(before, after *Task, m Move) (string, error) {
	if before.Status != Dispatched {
		if before.Handler != m.By.ID {
			return "", ErrTaken
		}
		return "", ErrStatus
	}
	after.Handler, after.HandlerName = m.By.ID, m.By.Name
	after.SignedAt = m.At
	return m.By.ID, nil
}

func doContact(before, after *Task, m Move) (string, error) {
	if before.ContactedAt.IsZero() {
		after.ContactedAt = m.At
	}
	return "", nil
}

func doProgress(_, after *Task, m Move) (string, error) {
	if m.Note == "" && len(m.Media) == 0 {
		return "", ErrNoteTooShort
	}
	after.Media = append(after.Media, m.Media...)
	return "", nil
}

func doAsk(_, after *Task, m Move) (string, error) {
	if m.Note == "" {
		return "", ErrNoteTooShort
	}
	after.AskedBy = m.By.ID
	return "", nil
}

// doFinish asks for words or a photo, and lets somebody else check the urgent,
// critical and complex ones.
func doFinish(before, after *Task, m Move) (string, error) {
	after.Media = append(after.Media, m.Media...)
	if !long(m.Note, ResultRunes) && !shown(after.Media, m.By.ID) {
		return "", ErrNoteTooShort
	}
	after.Result = m.Note
	after.FinishedAt = m.At
	after.Status = Feedback
	if before.Urgency.Checked() {
		after.Status = Checking
	}
	closeUnasked(after, m)
	return "", nil
}

// closeUnasked closes a task whose result waits for a resident who is gone.
func closeUnasked(after *Task, m Move) {
	if after.Status == Feedback && after.Reporter.Zero() {
		after.Status, after.ClosedAt = Closed, m.At
	}
}

func doPass(_, after *Task, m Move) (string, error) {
	closeUnasked(after, m)
	return "", nil
}

// doForget takes the person out of the case. What they wrote stays: it is the
// matter itself.
func doForget(_, after *Task, m Move) (string, error) {
	after.Reporter = Person{}
	closeUnasked(after, m)
	return "", nil
}

// shown tells whether the worker has sent a photo.
func shown(media []Media, by string) bool {
	for _, x := range media {
		if x.Kind == Image && x.By == by && by != "" {
			return true
		}
	}
	return false
}

func doFail(_, after *Task, m Move) (string, error) {
	if m.Note == "" {
		return "", ErrNoteTooShort
	}
	after.FinishedAt = time.Time{}
	return "", nil
}

func doReturn(before, after *Task, m Move) (string, error) {
	switch {
	case before.Returns > 0:
		return "", ErrReturnedOnce
	case m.Note == "":
		return "", ErrNoteTooShort
	case !before.Plan.Return.IsZero() && m.At.After(before.Plan.Return):
		return "", ErrReturnLate
	}
	after.Returns++
	after.Handler, after.HandlerName = "", ""
	return before.Handler, nil
}

func doRate(before, after *Task, m Move) (string, error) {
	switch m.Rating {
	case Satisfied, Acceptable:
		after.Status = Closed
		after.ClosedAt = m.At
	case Dissatisfied:
		again(before, after, m)
	default:
		return "", ErrMove
	}
	after.Rating = m.Rating
	return string(m.Rating), nil
}

func doReopen(before, after *Task, m Move) (string, error) {
	if m.At.Sub(before.FinishedAt) > ReopenWindow {
		return "", ErrReopenLate
	}
	again(before, after, m)
	return after.Handler, nil
}

// again sends the task back to work: to its handler twice, after that to the
// street, which supervises it.
func again(before, after *Task, m Move) {
	after.Reworks++
	after.Plan = m.Plan
	after.FinishedAt, after.ClosedAt = time.Time{}, time.Time{}
	after.Rating = ""
	if before.Danger < 2 {
		after.Urgency = Rework
	}
	if after.Reworks > MaxReworks || m.To.ID == "" {
		after.Supervised = after.Reworks > MaxReworks
		after.Status = Returned
		after.Handler, after.HandlerName = "", ""
		return
	}
	assign(after, m)
}

func doWithdraw(before, after *Task, m Move) (string, error) {
	if before.Urgency == Critical {
		return "", ErrConfirmSafety
	}
	after.ClosedAt = m.At
	return "", nil
}

// doUrge counts an urge: one a day, and not before half of the time has passed.
func doUrge(before, after *Task, m Move) (string, error) {
	if !before.UrgedAt.IsZero() && m.At.Sub(before.UrgedAt) < UrgeEvery {
		return "", ErrUrgedRecently
	}
	if m.At.Before(before.HalfTime()) {
		return "", ErrUrgeEarly
	}
	after.Urges++
	after.UrgedAt = m.At
	return before.Handler, nil
}

func doSupplement(before, after *Task, m Move) (string, error) {
	if m.Note == "" && len(m.Media) == 0 {
		return "", ErrNoteTooShort
	}
	after.Media = append(after.Media, m.Media...)
	after.AskedBy = ""
	return before.AskedBy, nil
}
