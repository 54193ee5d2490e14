package main

import (
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/task"
)

// What waited for the answer of somebody whose data is erased goes on with its
// deadlines and its clock: without them it would wait in silence for ever.
func TestFaultAnErasureStopsTheClocks(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	id := c.report("m1", -1)
	start := time.Now().Add(-time.Hour)
	_, _, err := c.store.Update(t.Context(), id, "waits", start, func(x task.Task) (task.Change, error) {
		after := x
		after.Status, after.Held, after.FinishedAt, after.DispatchedAt = task.NeedInfo, task.Signed, time.Time{}, start
		after.PausedAt, after.Until, after.Next = start, start.Add(task.AnswerFor), start.Add(task.AnswerFor)
		after.Plan = task.Plan{Start: start, Finish: start.AddDate(0, 0, 7)}
		return task.Change{Before: x, After: after}, nil
	})
	check(t, err)
	c.do(0, "person erase --yes --account a --openid "+careOpenID)
	x, err := c.store.Get(t.Context(), id)
	check(t, err)
	if !x.Reporter.Zero() || x.Status == task.NeedInfo || x.Plan.Finish.IsZero() || x.Next.IsZero() || x.Next.Equal(start.Add(task.AnswerFor)) {
		t.Errorf("%s, due %v, next %v", x.Status, x.Plan.Finish, x.Next)
	}
}
