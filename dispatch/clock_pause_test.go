package dispatch

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"gridbot/task"
)

// asked is a task of grid1 at the desk whose reporter was asked for more.
func (w *world) asked(category string) task.Task {
	w.t.Helper()
	x := w.do(by(dispatcher1, w.given(category), task.Inquire))
	w.outboxAfter(linkAfter)
	return x
}

func TestAnUnansweredQuestionLapses(t *testing.T) {
	w := led(t)
	x := w.asked("streetlight")
	same(t, "paused", x.Status, task.NeedInfo)
	wantLines(t, w.timeline(x.ID, "2026-07-30 10:00"), `06-04 10:00 resident resident.lapsed, s11 staff.withdrawn`)
	same(t, "status", must(w.store.Get(w.ctx(), x.ID)).Status, task.Withdrawn)
}

// A danger is asked about while its clocks run.
func TestADangerIsNotPutOffForAQuestion(t *testing.T) {
	w := led(t)
	w.refused(by(dispatcher1, w.given("gas_leak"), task.Inquire), task.ErrCritical)
}

// What presses is never taken as withdrawn because nobody answers.
func TestAnUnansweredUrgentMatterGoesOn(t *testing.T) {
	for category, want := range map[string]string{
		"water_outage": "06-04 10:00 resident resident.resumed, s01 desk.review, s02 desk.review, s11 staff.resumed",
	} {
		w := led(t)
		x := w.asked(category)
		got := w.timeline(x.ID, "2026-06-04 10:00")
		wantLines(t, got, want)
		x = must(w.store.Get(w.ctx(), x.ID))
		same(t, category, x.Status, task.Dispatched)
		same(t, "time left to sign", x.Plan.Accept.Sub(w.clock()), task.LimitsOf(x.Urgency, task.Term{}).Accept.Duration)
	}
}

func TestAnAnswerEndsThePause(t *testing.T) {
	w := led(t)
	x := w.given("streetlight") // accept by 12:00, finish on Thursday 10:00
	w.outboxAfter(linkAfter)
	same(t, "half", w.rings("2026-06-01 11:00", x.ID), "s11 staff.remind.accept")
	w.set("2026-06-01 11:10")
	w.do(by(dispatcher1, x, task.Inquire))
	w.set("2026-06-02 09:30")
	x = w.do(from(x, task.Supplement))
	same(t, "status", x.Status, task.Dispatched)
	same(t, "accept", say(w, x.Plan.Accept), "06-02 10:20")   // 50 minutes were left
	same(t, "contact", say(w, x.Plan.Contact), "06-02 17:20") // 6:20 hours
	same(t, "finish", say(w, x.Plan.Finish), "06-04 17:20")   // 21:20 hours
	w.outboxAfter(linkAfter)
	wantLines(t, w.timeline(x.ID, "2026-06-02 09:56"), "06-02 09:56 s11 staff.remind.accept") // 80 %
}

func TestASuspendedTaskComesBackOnItsDay(t *testing.T) {
	w := led(t)
	x := w.signed("streetlight")
	w.set("2026-06-02 10:00") // one of three days is over
	o := by(secretary, x, task.Suspend)
	o.Days = 27
	x = w.do(o)
	same(t, "until", say(w, x.Until), "06-29 08:30")
	w.outboxAfter(linkAfter)
	wantLines(t, w.timeline(x.ID, "2026-06-29 08:30"), `
		06-29 08:30 resident resident.resumed, s01 desk.review, s02 desk.review, s11 staff.resumed
		06-29 08:30 s05 above.overdue.contact, s11 staff.overdue.contact`)
	x = must(w.store.Get(w.ctx(), x.ID))
	same(t, "status", x.Status, task.Signed)
	same(t, "finish", say(w, x.Plan.Finish), "06-30 17:30") // fifteen hours
	wantLines(t, w.timeline(x.ID, "2026-06-30 17:30"), `
		06-29 13:45 s11 staff.remind.finish
		06-30 11:30 s11 staff.remind.finish
		06-30 17:30 resident resident.overdue, s05 above.overdue.finish, s11 staff.overdue.finish`)
}

// A pause stops a call too: who was called has the time left that they had.
func TestACallWaitsOutAPause(t *testing.T) {
	w := led(t)
	x := w.signed("streetlight")
	o := by(full1a, x, task.CallIn)
	o.Call = []string{property}
	x = w.do(o)
	same(t, "due", say(w, x.Helpers[0].Due), "06-02 10:00")
	w.set("2026-06-01 17:30") // 6 of 7.5 hours
	o = by(secretary, x, task.Suspend)
	o.Days = 9
	w.do(o)
	w.set("2026-06-08 09:00")
	x = w.do(by(secretary, x, task.Resume))
	same(t, "due", say(w, x.Helpers[0].Due), "06-08 10:30")
}

// Whatever pauses there are, and whenever, each clock runs for exactly its length: what
// it ran before, between and after them, counted on its own hours, nights and holidays
// included.
func TestClocksRunForExactlyTheirLength(t *testing.T) {
	w := quick(t)
	start := w.at("2026-01-05 00:00")
	rapid.Check(t, func(rt *rapid.T) {
		category := rapid.SampledFrom([]string{"streetlight", "house_leak", "suggestion", "gas_leak", "road_flooding", "staff_complaint"}).Draw(rt, "category")
		moment := func(name string, most time.Duration) time.Duration {
			return time.Duration(rapid.Int64Range(0, int64(most/time.Millisecond)).Draw(rt, name)) * time.Millisecond
		}
		now := start.Add(moment("start", 340*24*time.Hour))
		x := task.Task{Category: category, Urgency: w.category(category).Urgency, Status: task.Processing, DispatchedAt: now, OpenedAt: now}
		x.Plan = w.desk.planFor(&x, now)
		if rapid.Bool().Draw(rt, "handed over") {
			now = now.Add(moment("handed", 48*time.Hour))
			x.Plan = w.desk.handover(&x, now)
		}
		began := map[task.Clock]time.Time{task.AcceptClock: now, task.ContactClock: now, task.FeedbackClock: x.Plan.Start, task.FinishClock: x.Plan.Start}
		ran := map[task.Clock]time.Duration{}
		limits := w.desk.limits(&x)
		on := map[task.Clock]task.Span{task.AcceptClock: limits.Accept, task.ContactClock: limits.Contact, task.FeedbackClock: limits.Feedback, task.FinishClock: limits.Finish}
		count := func(c task.Clock, a, b time.Time) time.Duration {
			if on[c].Working {
				return w.cal.Between(a, b)
			}
			return b.Sub(a)
		}
		for range rapid.IntRange(0, 4).Draw(rt, "pauses") {
			now = now.Add(moment("runs", 200*time.Hour))
			for c := range on {
				ran[c] += count(c, began[c], now)
			}
			x.PausedAt = now
			now = now.Add(moment("rests", 400*time.Hour))
			x.Plan = w.desk.resumed(&x, now)
			for c := range on {
				began[c] = now
			}
		}
		dues := map[task.Clock]time.Time{task.AcceptClock: x.Plan.Accept, task.ContactClock: x.Plan.Contact, task.FeedbackClock: x.Plan.Feedback, task.FinishClock: x.Plan.Finish}
		for c, due := range dues {
			if due.IsZero() {
				continue
			}
			want := on[c].Duration
			if on[c].Workdays > 0 {
				want = time.Duration(on[c].Workdays) * w.cal.DayLength()
			}
			if got := ran[c] + count(c, began[c], due); got != want {
				rt.Fatalf("%s of %s runs for %v, want %v", c, category, got, want)
			}
		}
		x.Status, x.SignedAt = task.Dispatched, now
		for _, r := range w.desk.clocks(&x) { // and its levels count from where it began
			if got := count(r.clock, r.start, r.due); got != map[bool]time.Duration{true: time.Duration(on[r.clock].Workdays) * w.cal.DayLength(), false: on[r.clock].Duration}[on[r.clock].Workdays > 0] {
				rt.Fatalf("%s of %s lies %v after its start", r.clock, category, got)
			}
		}
	})
}
