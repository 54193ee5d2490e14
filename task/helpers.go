package task

import (
	"slices"
	"strings"
	"time"
)

// Helper is a co-handler (协办): somebody called in (吹哨) by the one who has the
// task. The task is done when the parts of all of them are.
type Helper struct {
	ID       string
	Name     string
	CalledAt time.Time
	Due      time.Time // until an answer is due
	Answered time.Time // when they answered the call
	Done     time.Time // when their part was done
	Late     bool      // reminded because no answer came
	Person   Person    // their WeChat identity when they are called, to keep people from their own report
}

// helps tells whether somebody is a co-handler.
func (t *Task) helps(id string) bool { return id != "" && t.helper(id) != nil }

// helper finds a co-handler, nil when there is none of this id.
func (t *Task) helper(id string) *Helper {
	at := slices.IndexFunc(t.Helpers, func(h Helper) bool { return h.ID == id })
	if at < 0 {
		return nil
	}
	return &t.Helpers[at]
}

// awaitsHelp tells whether a co-handler's part is not done.
func (t *Task) awaitsHelp() bool {
	return slices.ContainsFunc(t.Helpers, func(h Helper) bool { return h.Done.IsZero() })
}

// without is the list without one person.
func without(from []Helper, id string) []Helper {
	return slices.DeleteFunc(from, func(h Helper) bool { return h.ID == id })
}

// doCallIn calls others in. Who helps already is not called twice, save when their
// part is done.
func doCallIn(before, after *Task, m Move) (string, error) {
	var ids []string
	for _, h := range m.Helpers {
		old := after.helper(h.ID) // which holds those called a moment ago, too
		switch {
		case h.ID == "" || h.ID == before.Handler || old != nil && old.Done.IsZero():
			return "", ErrNoTarget
		case before.reportedBy(h.Person):
			return "", ErrOwnReport
		}
		h.CalledAt, h.Answered, h.Done, h.Late, h.Person = m.At, time.Time{}, time.Time{}, false, Person{}
		after.Helpers = append(without(after.Helpers, h.ID), h)
		ids = append(ids, h.ID)
	}
	if len(ids) == 0 {
		return "", ErrNoTarget
	}
	return strings.Join(ids, " "), nil
}

func doRespond(before, after *Task, m Move) (string, error) {
	h := after.helper(m.By.ID)
	if !h.Answered.IsZero() || !h.Done.IsZero() {
		return "", ErrStatus
	}
	h.Answered = m.At
	return before.Handler, nil
}

// doComplete ends a co-handler's part, in words or with a photo.
func doComplete(before, after *Task, m Move) (string, error) {
	h := after.helper(m.By.ID)
	switch {
	case !h.Done.IsZero():
		return "", ErrStatus
	case m.Note == "" && len(m.Media) == 0:
		return "", ErrNoteTooShort
	}
	if h.Answered.IsZero() {
		h.Answered = m.At
	}
	h.Done = m.At
	after.Media = append(after.Media, m.Media...)
	return before.Handler, nil
}

// doDismiss lets a co-handler go whose part is not needed any more.
func doDismiss(before, after *Task, m Move) (string, error) {
	if !before.helps(m.To.ID) {
		return "", ErrNoTarget
	}
	after.Helpers = without(after.Helpers, m.To.ID)
	return m.To.ID, nil
}
