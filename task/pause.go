package task

import "time"

// AnswerFor is how long an answer is waited for that the task cannot do without.
// After that it is taken as withdrawn, save for what is critical or urgent.
const AnswerFor = 72 * time.Hour

// SuspendFor is the longest time until a suspended task is looked at again.
const SuspendFor = 90 * 24 * time.Hour

// pause stops the clocks until a day. Where the task goes on afterwards is kept.
func pause(before, after *Task, m Move, until time.Time) {
	after.Held, after.PausedAt, after.Until = before.Status, m.At, until
}

// goOn lets the clocks run again; the move brings the deadlines, later by what the
// pause took.
func goOn(after *Task, m Move) {
	after.Status, after.Held = after.Held, ""
	after.PausedAt, after.Until = time.Time{}, time.Time{}
	after.Plan = m.Plan
}

// endPaused ends a task that may have been paused, or part of another: it goes on
// nowhere.
func endPaused(after *Task, m Move) {
	after.Held, after.Parent, after.AskedBy = "", 0, ""
	after.ClosedAt, after.PausedAt = m.At, time.Time{}
}

// doInquire asks the resident for what the task cannot go on without.
func doInquire(before, after *Task, m Move) (string, error) {
	switch {
	case before.Urgency == Critical: // it is asked about with Ask, while the clocks run
		return "", ErrCritical
	case m.Note == "":
		return "", ErrNoteTooShort
	case before.Reporter.Zero():
		return "", ErrNoTarget
	}
	pause(before, after, m, m.At.Add(AnswerFor))
	after.AskedBy = m.By.ID
	return "", nil
}

// doSuspend puts off what cannot be solved now, never a danger, until a day on which
// it is looked at again.
func doSuspend(before, after *Task, m Move) (string, error) {
	switch {
	case before.Urgency == Critical:
		return "", ErrCritical
	case !m.Until.After(m.At), m.Until.After(m.At.Add(SuspendFor)):
		return "", ErrTooLong
	case m.Note == "":
		return "", ErrNoteTooShort
	}
	pause(before, after, m, m.Until)
	return m.Until.Format(time.DateOnly), nil
}

func doResume(_, after *Task, m Move) (string, error) {
	goOn(after, m)
	after.AskedBy = ""
	return "", nil
}

// doLapse withdraws what nobody answered for. What presses goes on instead, with
// Resume.
func doLapse(before, after *Task, m Move) (string, error) {
	switch {
	case m.At.Before(before.Until):
		return "", ErrNotDue
	case before.Urgency == Critical || before.Urgency == Urgent:
		return "", ErrCritical
	case len(before.Merged) > 0:
		return "", ErrJoined
	}
	endPaused(after, m)
	return "", nil
}
