package dispatch

import (
	"testing"
	"time"

	"gridbot/store"
	"gridbot/task"
)

func TestReclassify(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.open(w.report(task.Unclassified, grid1))
		w.outbox()
		o := by(dispatcher1, x, task.Reclassify)
		o.Category = "gas_leak"
		got := w.do(o)
		same(t, "goes on by itself", got.Handler, full1a)
		same(t, "urgency", got.Urgency, task.Critical)
		same(t, "finish", got.Plan.Finish, w.clock().Add(24*time.Hour))
		w.told("resident resident.accepted", full1a+" staff.new", dispatcher1+" desk.critical", dispatcher2+" desk.critical")

		w.pass(time.Hour)
		o.Category = "greening"
		got = w.do(o)
		same(t, "handler stays", got.Handler, full1a)
		same(t, "counted from the dispatch", say(w, got.Plan.Finish), "06-08 10:00")
		w.told("resident resident.corrected", full1a+" staff.reclassified", "list list.link")
		o.Category = "no such thing"
		w.refused(o, task.ErrCategory)
	})
}

func TestReclassifyQuietlyStaysWhereItIs(t *testing.T) {
	w := quick(t)
	_, x := asked(w, task.Unclassified, grid1)
	got := w.do(Order{Task: x.ID, Move: task.Reclassify, Category: "streetlight", Quiet: true})
	same(t, "status", got.Status, task.Pending)
	same(t, "category", got.Category, "streetlight")
	w.told()
}

func TestReclassifyWithNobodyOnDutyTellsWhatItIs(t *testing.T) {
	w := quick(t)
	x := w.open(w.report(task.Unclassified, grid1))
	w.outbox()
	w.away(full1a, full1b, head1, dispatcher1, dispatcher2)
	o := by(dispatcher1, x, task.Reclassify)
	o.Category = "streetlight"
	got := w.do(o)
	same(t, "status", got.Status, task.Pending)
	same(t, "alarms", w.alarmed("nobody"), 1)
	w.told("resident resident.corrected")
}

func TestDangerKeepsItsPaceThroughReclassify(t *testing.T) {
	w := quick(t)
	o := w.report("streetlight", grid1)
	o.Danger = 2
	x := w.open(o)
	r := by(full1a, x, task.Reclassify)
	r.Category = "greening"
	got := w.do(r)
	same(t, "urgency", got.Urgency, task.Critical)
	same(t, "finish", say(w, got.Plan.Finish), "06-02 10:00")
}

func TestWhatBecomesConfidentialLeavesTheGrid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.report("streetlight", grid1)
		o.Text = "张小燕一直不来修路灯，周敏华也不管"
		x := w.open(o)
		w.outbox()
		w.pass(time.Hour)
		r := by(dispatcher2, x, task.Reclassify)
		r.Category = "staff_complaint"
		got := w.do(r)
		same(t, "handler", got.Handler, dispatcher2) // the other one is named
		same(t, "status", got.Status, task.Dispatched)
		same(t, "its clocks start anew", got.Plan.Accept, w.at("2026-06-01 11:30"))
		same(t, "grid queue", w.total(w.store.GridQueues(w.ctx(), street, []string{grid1}, 0, 9)), 0)
		w.pass(linkAfter)
		p := w.courier(nil)
		w.speak(resident, store.Profile{}, store.MessageWindow())
		p.round()
		p.sent("custom oResident1 您反映的事项（12-1001）已转到街道", "custom s11 任务12-1001已由街道另行安排，您不用再处理了。")
		w.refused(by(full1a, x, task.Sign), task.ErrNotFound)
	})
}
