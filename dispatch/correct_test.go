package dispatch

import (
	"testing"
	"time"

	"gridbot/task"
)

// Another building of grid1, one of grid2, and one of the other community.
var (
	nearby   = task.Place{Text: "幸福里小区5幢", Microgrid: grid1 + "02", Grid: grid1}
	nextDoor = task.Place{Text: "锦绣花苑1幢", Microgrid: grid2 + "01", Grid: grid2}
	across   = task.Place{Text: "望潮小区1幢", Microgrid: grid6 + "05", Grid: grid6}
)

func putAt(o Order, p task.Place) Order {
	o.Place = p
	return o
}

func graded(o Order, u task.Urgency) Order {
	o.Urgency = u
	return o
}

func clocks(w *world, x task.Task) string {
	return say(w, x.Plan.Accept) + ", " + say(w, x.Plan.Contact) + ", " + say(w, x.Plan.Finish)
}

func TestAPlaceCorrectedWithinTheGrid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.signed("streetlight")
		w.outboxAfter(linkAfter)
		got := w.do(putAt(by(dispatcher1, x, task.Relocate), nearby))
		same(t, "place", got.Place, nearby)
		same(t, "handler", got.Handler, full1a)
		same(t, "status", got.Status, task.Signed)
		same(t, "clocks", clocks(w, got), clocks(w, x))
		w.told("resident resident.relocated", full1a+" staff.relocated")
		w.refused(putAt(by(full1a, x, task.Relocate), nearby), task.ErrSame)
		w.do(putAt(by(full1a, x, task.Relocate), x.Place))
		w.told("resident resident.relocated")
	})
}

func TestAPlaceCorrectedToAnotherGridChangesHands(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.signed("streetlight")
		w.outboxAfter(linkAfter)
		w.set("2026-06-02 09:00")
		got := w.do(putAt(by(full1a, x, task.Relocate), nextDoor))
		same(t, "handler", got.Handler, full2)
		same(t, "status", got.Status, task.Dispatched)
		same(t, "accept", say(w, got.Plan.Accept), "06-02 11:00")
		same(t, "finish", say(w, got.Plan.Finish), "06-05 09:00")
		w.told("resident resident.relocated", full2+" staff.new")
		same(t, "the old grid's queue", w.total(w.store.GridQueues(w.ctx(), street, []string{grid1}, 0, 9)), 0)
		same(t, "the new grid's queue", w.total(w.store.GridQueues(w.ctx(), street, []string{grid2}, 0, 9)), 1)
		same(t, "the old hand", w.total(w.store.StaffQueue(w.ctx(), street, full1a, 0, 9)), 0)
		same(t, "the new hand", w.total(w.store.StaffQueue(w.ctx(), street, full2, 0, 9)), 1)
		w.refused(by(full1a, x, task.Sign), task.ErrNotFound)

		w.do(putAt(by(dispatcher1, x, task.Relocate), across))
		w.told("resident resident.relocated", part6+" staff.new", full2+" staff.away")
		e := must(w.store.History(w.ctx(), x.ID, 99))
		last := e[len(e)-1]
		same(t, "was", last.Was, grid2+"01 锦绣花苑1幢")
		same(t, "became", last.Target, grid6+"05 望潮小区1幢")
	})
}

// Neighbours whose reports are part of the task hear of it under their own numbers, and of
// no place: theirs is what they wrote.
func TestNeighboursHearOfACorrectedPlace(t *testing.T) {
	w := quick(t)
	x := w.signed("streetlight")
	o := w.report("streetlight", grid1)
	o.Reporter = neighbour(1)
	part := w.open(o)
	same(t, "part of", part.Parent, x.ID.Seq)
	w.outboxAfter(linkAfter)
	w.do(putAt(by(dispatcher1, x, task.Relocate), nearby))
	w.told("resident resident.relocated", "resident resident.relocated", full1a+" staff.relocated")
	whole := must(w.desk.Whole(w.ctx(), must(w.store.Get(w.ctx(), part.ID))))
	same(t, "words", must(notices(t).Render("resident.relocated", w.desk.Letter(&whole))),
		"您反映的事项（"+part.ID.String()+"）地点已更正，由张小燕负责，6月4日（周四）10:00前办结。")
}

// Whoever serves the new grid too keeps the task and its clocks.
func TestAPlaceInAnotherGridOfTheSameHandler(t *testing.T) {
	w := quick(t)
	x := w.signed("streetlight")
	o := by(full1a, x, task.Transfer)
	o.To = guide // of three grids
	x = w.do(o)
	got := w.do(putAt(by(dispatcher1, x, task.Relocate), nextDoor))
	same(t, "handler", got.Handler, guide)
	same(t, "clocks", clocks(w, got), clocks(w, x))
}

func TestAPlaceWhereNobodyIsOnDuty(t *testing.T) {
	w := quick(t)
	x := w.signed("streetlight")
	w.outboxAfter(linkAfter)
	w.away(part6, head6, "s04", dispatcher1, dispatcher2)
	w.refused(putAt(by(full1b, x, task.Relocate), across), task.ErrNotYours)
	same(t, "nobody is looked for by who may not", w.alarmed("nobody"), 0)
	got := w.do(putAt(by(full1a, x, task.Relocate), across))
	same(t, "status", got.Status, task.Accepted)
	same(t, "handler", got.Handler, "")
	same(t, "alarms", w.alarmed("nobody"), 1)
	w.told("resident resident.relocated", dispatcher1+" desk.pending", dispatcher2+" desk.pending")
}

func TestAPlaceCorrectedGoesOnByItself(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.open(w.report("gas_leak", ""))
		same(t, "without a place it waits", x.Status, task.Pending)
		w.outboxAfter(linkAfter)
		got := w.do(putAt(by(dispatcher1, x, task.Relocate), nextDoor))
		same(t, "goes on by itself", got.Handler, full2)
		same(t, "urgency", got.Urgency, task.Critical)
		w.told("resident resident.accepted", full2+" staff.new", dispatcher1+" desk.critical", dispatcher2+" desk.critical")
	})
	w := quick(t)
	x := w.open(w.report(task.Unclassified, ""))
	got := w.do(putAt(by(dispatcher1, x, task.Relocate), nextDoor))
	same(t, "not before its kind is known", got.Status, task.Pending)
	o := by(dispatcher1, x, task.Reclassify)
	o.Category = "streetlight"
	same(t, "then in the corrected grid", w.do(o).Handler, full2)
}

func TestAConfidentialMatterKeepsItsHandler(t *testing.T) {
	w := quick(t)
	x := w.open(w.report("staff_complaint", grid1))
	w.outboxAfter(linkAfter)
	other := map[string]string{dispatcher1: dispatcher2, dispatcher2: dispatcher1}[x.Handler]
	got := w.do(putAt(by(other, x, task.Relocate), nextDoor))
	same(t, "handler", got.Handler, x.Handler)
	same(t, "clocks", clocks(w, got), clocks(w, x))
	w.told("resident resident.relocated", x.Handler+" staff.relocated")
}

func TestAPlaceElsewhereIsRefused(t *testing.T) {
	w := staffed(t) // there is a street 13
	x := w.signed("streetlight")
	for _, p := range []task.Place{{}, {Text: "翡翠湾3幢"}, {Text: "清溪街道", Grid: "13"}} {
		w.refused(putAt(by(dispatcher1, x, task.Relocate), p), task.ErrPlace)
	}
}

func TestUrgencySet(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.signed("streetlight") // three workdays
		w.outboxAfter(linkAfter)
		w.pass(time.Hour)
		got := w.do(graded(by(dispatcher1, x, task.Regrade), task.Urgent))
		same(t, "urgency", got.Urgency, task.Urgent)
		same(t, "handler", got.Handler, full1a)
		same(t, "finish", say(w, got.Plan.Finish), "06-02 10:00")
		w.told("resident resident.regraded", full1a+" staff.regraded")
		w.refused(graded(by(full1a, x, task.Regrade), task.Normal), task.ErrLower)
		w.refused(graded(by(full1a, x, task.Regrade), task.Urgent), task.ErrSame)
		got = w.do(graded(by(full1a, x, task.Regrade), task.Critical))
		same(t, "feedback", say(w, got.Plan.Feedback), "06-01 12:00")
		w.told("resident resident.regraded", dispatcher1+" desk.critical", dispatcher2+" desk.critical")
		got = w.do(graded(by(dispatcher2, x, task.Regrade), task.Normal))
		same(t, "as it was", clocks(w, got), clocks(w, x))
		events := must(w.store.History(w.ctx(), x.ID, 99))
		last := events[len(events)-1]
		same(t, "was", last.Was, "critical")
		same(t, "became", last.Target, "normal")
	})
}

// Where the urgency is not what is usual for the category, its time is that of the urgency,
// unless the matter was made more pressing and its own time is the shorter one.
func TestHowLongAnUrgencyGives(t *testing.T) {
	for _, c := range []struct {
		category string
		set      task.Urgency
		finish   string
	}{
		{"streetlight", task.Critical, "06-02 10:00"},
		{"streetlight", task.Complex, "06-23 10:00"},
		{"house_leak", task.Normal, "06-08 10:00"},
		{"house_leak", task.Urgent, "06-02 10:00"},
		{"road_flooding", task.Critical, "06-01 14:00"}, // four hours by itself
		{"road_flooding", task.Normal, "06-08 10:00"},
		{"gas_leak", task.Urgent, "06-02 10:00"},
	} {
		w := quick(t)
		x := w.signed(c.category)
		got := w.do(graded(by(dispatcher1, x, task.Regrade), c.set))
		same(t, c.category+" "+string(c.set), say(w, got.Plan.Finish), c.finish)
	}
}

func TestDangerKeepsItsPaceThroughRegrade(t *testing.T) {
	w := quick(t)
	o := w.report("streetlight", grid1)
	o.Danger = 2
	x := w.open(o)
	for _, u := range []task.Urgency{task.Urgent, task.Normal, task.Complex} {
		w.refused(graded(by(dispatcher1, x, task.Regrade), u), task.ErrCritical)
	}
	w.refused(graded(by(dispatcher1, x, task.Regrade), task.Critical), task.ErrSame)
}

// What was set before the place was known stays when the task goes on.
func TestUrgencySetAtTheDeskStays(t *testing.T) {
	w := quick(t)
	x := w.open(w.report("streetlight", ""))
	w.do(graded(by(dispatcher1, x, task.Regrade), task.Urgent))
	got := w.do(putAt(by(dispatcher1, x, task.Relocate), nextDoor))
	same(t, "urgency", got.Urgency, task.Urgent)
	same(t, "finish", say(w, got.Plan.Finish), "06-02 10:00")
}
