package dispatch

import (
	"testing"
	"time"

	"gridbot/task"
)

func TestAnExtensionMovesTheLevels(t *testing.T) {
	w := led(t)
	x := w.signed("streetlight") // finish on Thursday 10:00
	w.do(by(full1a, x, task.Contact))
	w.outboxAfter(linkAfter)
	wantLines(t, w.timeline(x.ID, "2026-06-02 15:15"), "06-02 15:15 s11 staff.remind.finish")
	o := by(full1a, x, task.AskExtension)
	o.Days = 3
	x = w.do(o)
	same(t, "wish", say(w, x.Wish), "06-09 10:00")
	same(t, "asked", w.heard(), "s05 checker.extend")
	x = w.do(by(head1, x, task.Extend))
	same(t, "granted", w.heard(), "resident resident.extended, s11 staff.extended")
	same(t, "finish", say(w, x.Plan.Finish), "06-09 10:00")
	wantLines(t, w.timeline(x.ID, "2026-06-09 10:00"), `
		06-04 10:00 s11 staff.remind.finish
		06-05 17:30 s11 staff.remind.finish
		06-09 10:00 resident resident.overdue, s05 above.overdue.finish, s11 staff.overdue.finish`)
	w.refused(o, task.ErrExtended)
}

func TestHowLongAnExtensionMayBe(t *testing.T) {
	for name, c := range map[string]struct {
		category, now string
		days          int
		note          string
		want          error
		finish        string
	}{
		"as much again":                  {"streetlight", "2026-06-01 11:00", 3, "等配件", nil, "06-09 10:00"},
		"more than there was":            {"streetlight", "2026-06-01 11:00", 4, "等配件", task.ErrTooLong, ""},
		"ten workdays":                   {"house_leak", "2026-06-01 11:00", 10, "等材料", nil, "07-07 10:00"},
		"eleven workdays":                {"house_leak", "2026-06-01 11:00", 11, "等材料", task.ErrTooLong, ""},
		"none at all":                    {"streetlight", "2026-06-01 11:00", 0, "等配件", task.ErrTooLong, ""},
		"back in time":                   {"streetlight", "2026-06-01 11:00", -1, "等配件", task.ErrTooLong, ""},
		"without a reason":               {"streetlight", "2026-06-01 11:00", 1, " ", task.ErrNoteTooShort, ""},
		"when it is over":                {"streetlight", "2026-06-04 10:01", 1, "等配件", task.ErrExtendLate, ""},
		"round the clock, one day":       {"water_outage", "2026-06-01 11:00", 1, "等配件", nil, "06-03 10:00"},
		"round the clock, two days":      {"water_outage", "2026-06-01 11:00", 2, "等配件", task.ErrTooLong, ""},
		"a danger may have a day, too":   {"gas_leak", "2026-06-01 11:00", 1, "等配件", nil, "06-03 10:00"},
		"four hours are not a whole day": {"road_flooding", "2026-06-01 11:00", 1, "等抽水泵", task.ErrTooLong, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := quick(t)
			x := w.signed(c.category)
			w.set(c.now)
			o := by(full1a, x, task.AskExtension)
			o.Days, o.Note = c.days, c.note
			if c.want != nil {
				w.refused(o, c.want)
				return
			}
			w.do(o)
			same(t, "finish", say(w, w.do(by(head1, x, task.Extend)).Plan.Finish), c.finish)
		})
	}
}

// What lies in a year whose holidays are not known may still move.
func TestAnExtensionIntoAnUnpublishedYearIsProvisional(t *testing.T) {
	for days, want := range map[int]bool{1: false, 3: true} {
		w := quick(t)
		w.set("2026-12-25 10:00")
		x := w.signed("streetlight") // until Wednesday, 30 December
		o := by(full1a, x, task.AskExtension)
		o.Days = days
		x = w.do(o)
		same(t, "asking decides nothing", x.Plan.Provisional, false)
		x = w.do(by(head1, x, task.Extend))
		same(t, say(w, x.Plan.Finish), x.Plan.Provisional, want)
	}
	w := quick(t)
	w.set("2026-12-31 10:00")
	x := w.signed("water_outage")
	o := by(head1, x, task.Extend)
	o.Days = 1
	same(t, "round the clock nothing moves", w.do(o).Plan.Provisional, false)
}

func TestATransferStartsAcceptAnewAndKeepsFinish(t *testing.T) {
	w := led(t)
	x := w.signed("streetlight")
	w.outboxAfter(linkAfter)
	w.timeline(x.ID, "2026-06-02 15:15") // contact is overdue, half of finish is over
	o := by(full1a, x, task.Transfer)
	o.To = full1b
	w.do(o)
	w.outbox()
	wantLines(t, w.timeline(x.ID, "2026-06-04 10:00"), `
		06-02 16:15 s12 staff.remind.accept
		06-02 16:51 s12 staff.remind.accept
		06-02 17:15 resident resident.reassigned, s05 staff.new, s12 staff.away
		06-03 09:15 s05 staff.remind.accept
		06-03 09:51 s05 staff.remind.accept
		06-03 10:15 resident resident.reassigned, s01 staff.new, s05 staff.away
		06-03 11:15 s01 staff.remind.accept
		06-03 11:51 s01 staff.remind.accept
		06-03 13:45 resident resident.reassigned, s01 staff.away, s02 staff.new
		06-03 14:30 s02 staff.remind.finish
		06-03 14:45 s02 staff.remind.accept
		06-03 15:21 s02 staff.remind.accept
		06-03 15:45 s01 desk.unsigned, s02 staff.overdue.accept
		06-03 17:30 s02 staff.remind.contact
		06-04 10:00 resident resident.overdue, s02 staff.overdue.finish, s90 above.overdue.finish`)
}

func TestAReopenedTaskStartsAnew(t *testing.T) {
	w := led(t)
	x := w.signed("streetlight")
	w.outboxAfter(linkAfter)
	w.timeline(x.ID, "2026-06-09 10:00") // up to 督办
	x = w.do(by(full1a, x, task.Finish))
	w.set("2026-06-10 10:00")
	x = w.do(from(x, task.Reopen))
	w.outbox()
	same(t, "rungs", x.Escalated, 0)
	same(t, "finish", say(w, x.Plan.Finish), "06-15 10:00")
	wantLines(t, w.timeline(x.ID, "2026-06-10 10:24"), "06-10 10:15 s11 staff.remind.accept\n06-10 10:24 s11 staff.remind.accept")
	w.do(by(full1a, x, task.Sign))
	w.outbox()
	wantLines(t, w.timeline(x.ID, "2026-06-15 10:00"), `
		06-10 15:15 s11 staff.remind.contact
		06-10 17:30 s11 staff.remind.contact
		06-11 10:00 s05 above.overdue.contact, s11 staff.overdue.contact
		06-11 15:15 s11 staff.remind.finish
		06-12 14:30 s11 staff.remind.finish
		06-15 10:00 resident resident.overdue, s05 above.overdue.finish, s11 staff.overdue.finish`)
}

func TestACorrectedCategoryLeavesANewHandlersOwnClocks(t *testing.T) {
	w := quick(t)
	x := w.signed("streetlight")
	w.set("2026-06-03 09:00")
	o := by(full1a, x, task.Transfer)
	o.To = full1b
	w.do(o)
	w.set("2026-06-03 09:10")
	o = by(full1b, x, task.Reclassify)
	o.Category = "greening"
	x = w.do(o)
	same(t, "accept", say(w, x.Plan.Accept), "06-03 11:00")
	same(t, "contact", say(w, x.Plan.Contact), "06-04 09:00")
	same(t, "finish", say(w, x.Plan.Finish), "06-08 10:00")
}

// A helper who does not answer is asked once more; the handler hears of it by name.
func TestAHelperWhoDoesNotAnswer(t *testing.T) {
	w := led(t)
	x := w.signed("streetlight")
	w.do(by(full1a, x, task.Contact))
	o := by(full1a, x, task.CallIn)
	o.Call = []string{property, part2, full2}
	w.do(o)
	w.do(by(full2, x, task.Respond))
	w.outboxAfter(linkAfter)
	wantLines(t, w.timeline(x.ID, "2026-06-02 10:00"), "06-02 10:00 s11 staff.unanswered, s18 staff.callurged, s20 staff.callurged")
	x = must(w.store.Get(w.ctx(), x.ID))
	l := w.desk.Letter(&x)
	same(t, "names", must(notices(t).Render("staff.unanswered", l)),
		"您请来一起办12-1001（路灯故障 · 幸福里小区3幢）的卢永康、杨春芳还没有回应，请再联系一下，或请指挥室协调。")
	w.do(by(property, x, task.Respond))
	w.outbox()
	wantLines(t, w.timeline(x.ID, "2026-06-03 14:30"), "06-02 15:15 s11 staff.remind.finish\n06-03 14:30 s11 staff.remind.finish")
}

// What comes due while nobody looks is said once, at its highest level.
func TestFaultALateSchedulerSaysWhatStillMattersOnce(t *testing.T) {
	for at, want := range map[string]string{
		"2026-06-01 11:30": "s11 staff.remind.accept",
		"2026-06-01 11:59": "s11 staff.remind.accept",
		"2026-06-08 09:00": "resident resident.overdue, resident resident.reassigned, s11 staff.away, s12 staff.new, s12 staff.overdue.finish, s03 above.overdue.finish, s05 above.overdue.finish",
	} {
		w := led(t)
		x := w.given("streetlight")
		w.outboxAfter(linkAfter)
		got := w.rings(at, x.ID)
		same(t, at, got, sorted(want))
		same(t, at+", looked at again", w.rings(at, x.ID), "-")
	}
	w := led(t)
	x := w.signed("streetlight")
	w.outboxAfter(linkAfter)
	same(t, "a fortnight later", w.rings("2026-06-15 09:00", x.ID), sorted("resident resident.overdue, s01 desk.supervised, s02 desk.supervised, "+
		"s03 above.overdue.finish, s05 above.overdue.finish, s05 above.overdue.contact, s11 staff.overdue.contact, s11 staff.overdue.finish"))
	got := must(w.store.Get(w.ctx(), x.ID))
	same(t, "rungs", got.Escalated, 2)
	same(t, "supervised", got.Supervised, true)
	same(t, "its handler keeps it", got.Handler, full1a)
	same(t, "nothing more is asked for", got.Next.IsZero(), true)
}

// Nobody is on duty: the task waits at the desk, which is told again and again, and
// goes to the leaders when its time is over.
func TestFaultATaskThatWaitsForNobodyIsNotSilent(t *testing.T) {
	w := led(t)
	var ids []string
	for _, s := range w.staff {
		if s.ID != leader {
			ids = append(ids, s.ID)
		}
	}
	w.away(ids...)
	x := w.open(w.report("streetlight", grid1))
	same(t, "status", x.Status, task.Pending)
	same(t, "told", w.heard(), "s01 desk.pending, s02 desk.pending")
	same(t, "alarmed", w.alarmed("nobody"), 1)
	w.outboxAfter(linkAfter)
	wantLines(t, w.timeline(x.ID, "2026-06-30 10:00"), `
		06-01 11:00 s01 desk.overdue, s02 desk.overdue
		06-01 11:36 s01 desk.overdue, s02 desk.overdue
		06-01 12:00 s01 desk.overdue, s02 desk.overdue, s90 desk.overdue`)
}

func TestFaultAWrongPlaceAmongTheDueIsMended(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.given("streetlight")
		w.outboxAfter(linkAfter)
		w.misplace(x.ID, w.clock().Add(-time.Hour))
		w.misplace(task.ID{Street: street, Seq: 9999}, w.clock()) // there is no such task
		same(t, "due", len(w.due()), 2)
		p := w.poller(w.desk)
		must(p.Round(w.ctx()))
		same(t, "told", w.heard(), "-")
		same(t, "due", len(w.due()), 0)
		w.set("2026-06-01 11:00")
		same(t, "due when it is", len(w.due()), 1)
		must(p.Round(w.ctx()))
		same(t, "told", w.heard(), "s11 staff.remind.accept")
	})
}

// Nobody is left to rate: the result that passes its check closes the task, and nothing
// is waited for any more. One that was stored otherwise is mended, too.
func TestFaultAClosedTaskWaitsForNothing(t *testing.T) {
	w := led(t)
	x := w.finished("elevator_fault")
	w.do(Order{Task: x.ID, Move: task.Forget})
	x = w.do(by(head1, x, task.Pass))
	same(t, "status", x.Status, task.Closed)
	same(t, "waits", !x.Until.IsZero() || !x.Next.IsZero(), false)

	_, _, err := w.store.Update(w.ctx(), x.ID, "", w.clock(), func(x task.Task) (task.Change, error) {
		c := task.Change{After: x}
		c.After.Until, c.After.Next = w.clock(), w.clock()
		return c, nil
	})
	check(t, err)
	same(t, "mended", must(w.desk.Tick(w.ctx(), x.ID)), true)
	same(t, "due", len(w.due()), 0)
	same(t, "status", must(w.store.Get(w.ctx(), x.ID)).Status, task.Closed)
}
