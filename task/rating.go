package task

import "time"

// RateFor is how long a resident's rating is waited for. Silence closes the task
// unrated; it is never taken for satisfaction.
const RateFor = 7 * 24 * time.Hour

// askToRate lets a task wait for its resident's rating, or closes it when nobody is
// left to rate it.
func askToRate(after *Task, m Move) {
	if after.Status != Feedback {
		return
	}
	after.Until = m.At.Add(RateFor)
	after.closeUnrateable(m)
}

// closeUnrateable closes a task that waits for a rating nobody is left to give.
func (t *Task) closeUnrateable(m Move) {
	if t.Status == Feedback && t.Reporter.Zero() && len(t.Merged) == 0 {
		t.Status, t.ClosedAt, t.Until = Closed, m.At, time.Time{}
	}
}

func doSilence(before, after *Task, m Move) (string, error) {
	if m.At.Before(before.Until) {
		return "", ErrNotDue
	}
	after.ClosedAt = m.At
	return "", nil
}

// doRate records the judgement. Dissatisfied sends the task back to work within
// the window of a reopening; later it counts, but the task is closed.
func doRate(before, after *Task, m Move) (string, error) {
	switch {
	case m.Rating == Dissatisfied && !late(before, m):
		again(after, m)
	case m.Rating == Satisfied, m.Rating == Acceptable, m.Rating == Dissatisfied:
		after.Status = Closed
		after.ClosedAt = m.At
	default:
		return "", ErrMove
	}
	after.Rating = m.Rating
	return string(m.Rating), nil
}

func doReopen(before, after *Task, m Move) (string, error) {
	if late(before, m) {
		return "", ErrReopenLate
	}
	again(after, m)
	return after.Handler, nil
}

// late tells whether the time to say it is not solved is over.
func late(before *Task, m Move) bool { return m.At.Sub(before.FinishedAt) > ReopenWindow }

// again sends the task back to work: to its handler twice, after that to the
// street, which supervises it. Its clocks start anew, the first contact's too.
func again(after *Task, m Move) {
	*after = after.Again()
	after.Plan = m.Plan
	after.ContactedAt, after.ReportedAt, after.FinishedAt, after.ClosedAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	after.Rating, after.Escalated, after.Safe = "", 0, false
	if after.Reworks > MaxReworks {
		after.Supervised = true
		m.To = Assignee{}
	}
	hand(after, m, Returned)
}
