package dispatch

import (
	"testing"
	"time"

	"gridbot/task"
)

func TestRework(t *testing.T) {
	for _, kind := range []task.Kind{task.Reopen, task.Rate} {
		t.Run(string(kind), func(t *testing.T) {
			w := quick(t)
			x := w.finished("streetlight")
			unhappy := from(x, kind)
			unhappy.Rating = task.Dissatisfied
			got := w.do(unhappy)
			same(t, "the same person", got.Handler, full1a)
			same(t, "urgency", got.Urgency, task.Rework)
			same(t, "accept", say(w, got.Plan.Accept), "06-01 10:30")
			w.told(full1a + " staff.reopened")

			w.do(by(full1a, x, task.Sign))
			w.do(by(full1a, x, task.Finish))
			w.away(full1a)
			w.outbox()
			unhappy.Key = w.key()
			same(t, "another when away", w.do(unhappy).Handler, full1b)
			w.told(full1b+" staff.reopened", full1a+" staff.away")

			w.do(by(full1b, x, task.Sign))
			w.do(by(full1b, x, task.Finish))
			w.outbox()
			unhappy.Key = w.key()
			got = w.do(unhappy)
			same(t, "the third time", got.Status, task.Returned)
			same(t, "supervised", got.Supervised, true)
			w.told(full1b+" staff.away", dispatcher1+" desk.unsolved", dispatcher2+" desk.unsolved")
			same(t, "alarms", len(w.alarms), 0)
		})
	}
}

func TestReworkOfAnUrgentMatterStaysUrgent(t *testing.T) {
	w := quick(t)
	x := w.signed("elevator_fault")
	w.do(by(full1a, x, task.Finish))
	w.do(by(head1, x, task.Pass))
	got := w.do(from(x, task.Reopen))
	same(t, "urgency", got.Urgency, task.Urgent)
	same(t, "finish", got.Plan.Finish, w.clock().Add(24*time.Hour))
}

func TestReworkWithNobodyOnDutyGoesToTheDesk(t *testing.T) {
	w := quick(t)
	x := w.finished("streetlight")
	w.away(full1a, full1b, head1, dispatcher1, dispatcher2)
	same(t, "status", w.do(from(x, task.Reopen)).Status, task.Returned)
	same(t, "alarms", w.alarmed("nobody"), 1)
}

func TestASatisfiedRatingAlarmsNobody(t *testing.T) {
	w := quick(t)
	x := w.finished("streetlight")
	w.away(full1a, full1b, head1, dispatcher1, dispatcher2)
	o := from(x, task.Rate)
	o.Rating = task.Satisfied
	same(t, "status", w.do(o).Status, task.Closed)
	same(t, "alarms", len(w.alarms), 0)
}

func TestUrgeWithdrawAndForget(t *testing.T) {
	w := quick(t)
	x := w.given("streetlight")
	w.refused(from(x, task.Urge), task.ErrUrgeEarly)
	w.pass(48 * time.Hour)
	w.do(from(x, task.Urge))
	w.told("list list.link", full1a+" staff.urged")
	w.do(from(x, task.Withdraw))
	w.told(full1a + " staff.withdrawn")
	same(t, "reporter", w.do(Order{Task: x.ID, Move: task.Forget}).Reporter, task.Person{})
	w.refused(from(task.Task{ID: x.ID, Reporter: resident}, task.Urge), task.ErrNotFound)
}

// TestReworkByAnother: who complains about a worker does not get that worker again.
func TestReworkByAnother(t *testing.T) {
	w := quick(t)
	x := w.finished("streetlight")
	o := from(x, task.Reopen)
	o.Another = true
	same(t, "a colleague", w.do(o).Handler, full1b)
	w.told(full1b+" staff.reopened", full1a+" staff.away")

	x = w.finished("streetlight")
	w.away(full1a, full1b, head1, dispatcher1, dispatcher2, secretary)
	if got := w.do(Order{Task: x.ID, Move: task.Reopen, Person: resident, Another: true, Key: "z"}); got.Handler == x.Handler {
		t.Errorf("worked again by %s", got.Handler)
	}
}
