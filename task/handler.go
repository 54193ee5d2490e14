package task

import "time"

func doSign(before, after *Task, m Move) (string, error) {
	if before.Status != Dispatched {
		if before.Handler != m.By.ID {
			return "", ErrTaken
		}
		return "", ErrStatus
	}
	after.giveTo(m.By.ID, m.By.Name)
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
	after.reported(m.At)
	return "", nil
}

// reported notes the first report back.
func (t *Task) reported(at time.Time) {
	if t.ReportedAt.IsZero() {
		t.ReportedAt = at
	}
}

func doAsk(_, after *Task, m Move) (string, error) {
	if m.Note == "" {
		return "", ErrNoteTooShort
	}
	after.AskedBy = m.By.ID
	return "", nil
}

// doFinish asks for words or a photo, and lets somebody else check the urgent,
// critical and complex ones. It waits for the co-handlers.
func doFinish(before, after *Task, m Move) (string, error) {
	if before.awaitsHelp() {
		return "", ErrHelpersOpen
	}
	after.Media = append(after.Media, m.Media...)
	if !long(m.Note, ResultRunes) && !shown(after.Media, m.By.ID) {
		return "", ErrNoteTooShort
	}
	after.Result = m.Note
	after.FinishedAt = m.At
	after.reported(m.At)
	after.Plan.Check = m.Plan.Check
	after.Status = Feedback
	if before.Urgency.Checked() {
		after.Status = Checking
	}
	askToRate(after, m)
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

func doPass(_, after *Task, m Move) (string, error) {
	askToRate(after, m)
	return "", nil
}
