package task

import "time"

// doEscalate hands the task up and remembers from whom.
func doEscalate(before, after *Task, m Move) (string, error) {
	target, err := doAssign(before, after, m)
	after.From = before.Handler
	return target, err
}

// doSendBack hands the task down again to who handed it up.
func doSendBack(before, after *Task, m Move) (string, error) {
	if before.From == "" || m.To.ID != before.From {
		return "", ErrNoTarget
	}
	return doAssign(before, after, m)
}

// doAssign gives the task to somebody, who then has to sign it.
func doAssign(before, after *Task, m Move) (string, error) {
	switch {
	case m.To.ID == "":
		return "", ErrNoTarget
	case m.To.ID == before.Handler:
		return "", ErrNoTarget
	case before.reportedBy(m.To.Person):
		return "", ErrOwnReport
	}
	assign(after, m)
	return m.To.ID, nil
}

// hand gives the task to the one the move names, or to the desk, with the
// status it waits there in, when the move names nobody or the reporter.
func hand(after *Task, m Move, waiting Status) {
	if m.To.ID == "" || after.reportedBy(m.To.Person) {
		after.Status = waiting
		after.giveTo("", "")
		return
	}
	assign(after, m)
}

// giveTo changes whose task it is. An answer still to come belongs to the next
// handler, not to the one who asked and has left; nor can the next one send back what
// was handed up to the other. Who has it now helps nobody but themselves.
func (t *Task) giveTo(id, name string) {
	if id != t.Handler {
		t.AskedBy, t.From, t.Wish = "", "", time.Time{}
	}
	t.Helpers = without(t.Helpers, id)
	t.Handler, t.HandlerName = id, name
}

func assign(after *Task, m Move) {
	after.Status = Dispatched
	after.giveTo(m.To.ID, m.To.Name)
	after.Plan = m.Plan
	after.DispatchedAt = m.At
	after.SignedAt = time.Time{}
	if m.Place != (Place{}) {
		after.Place = m.Place
	}
}

// MaxReturns is how often a task may come back before who gets it then has it for
// good.
const MaxReturns = 2

func doReturn(before, after *Task, m Move) (string, error) {
	switch {
	case m.By.Kind == BySystem: // it is nobody's decision, and counts as none
		after.Plan = m.Plan
		after.giveTo("", "")
		return before.Handler, nil
	case before.Ruled:
		return "", ErrRuled
	case !before.Plan.Return.IsZero() && m.At.After(before.Plan.Return):
		return "", ErrReturnLate
	case m.Note == "":
		return "", ErrNoteTooShort
	}
	after.Returns++
	after.Plan = m.Plan
	after.giveTo("", "")
	return before.Handler, nil
}
