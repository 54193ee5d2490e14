package dispatch

import (
	"slices"
	"testing"
	"time"

	"gridbot/store"
	"gridbot/task"
)

func TestAClearReportIsDispatchedInOneWrite(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		got := w.open(w.report("streetlight", grid1))
		same(t, "number", got.ID.String(), "12-1001")
		same(t, "version", got.Version, 1)
		same(t, "status", got.Status, task.Dispatched)
		same(t, "dispatched", got.DispatchedAt, w.clock())
		stored := must(w.store.Get(w.ctx(), got.ID))
		same(t, "stored version", stored.Version, 1)
		same(t, "stored handler", stored.Handler, got.Handler)
		if want := []task.Kind{task.Opened, task.Accept, task.Dispatch}; !slices.Equal(w.moved, want) {
			t.Errorf("moved %v, want %v", w.moved, want)
		}
		if !slices.Equal(w.woken, []string{street}) {
			t.Errorf("woken %v", w.woken)
		}
		same(t, "events", len(must(w.store.History(w.ctx(), got.ID, 99))), 3)
		w.told(full1a + " staff.new") // the resident is told by the answer to the report
		w.pass(linkAfter)
		w.told("list list.link")
	})
}

func TestOpenTwiceWithOneKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.report("streetlight", grid1)
		first := w.open(o)
		signed := w.do(by(full1a, first, task.Sign))
		again := w.open(o)
		same(t, "number", again.ID, first.ID)
		same(t, "as it is now", again.Status, signed.Status)
		same(t, "opened", countOf(w.moved, task.Opened), 1)
	})
}

func TestOpenConcurrentlyWithOneKey(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.report("streetlight", grid1)
		ids := make([]task.ID, 8)
		together(len(ids), func(i int) { ids[i] = must(w.desk.Open(w.ctx(), o)).ID })
		for _, id := range ids {
			same(t, "number", id, ids[0])
		}
		same(t, "opened", countOf(w.moved, task.Opened), 1)
		same(t, "in the grid", w.total(w.store.GridQueues(w.ctx(), street, []string{grid1}, 0, 9)), 1)
		w.told(full1a + " staff.new")
	})
}

func countOf[T comparable](list []T, x T) int {
	n := 0
	for _, y := range list {
		if y == x {
			n++
		}
	}
	return n
}

func TestDangerIsCriticalWhateverTheCategory(t *testing.T) {
	w := quick(t)
	for name, c := range map[string]struct {
		grid    string
		sure    bool
		consult bool
		asking  bool
		want    []string
	}{
		"given":     {grid: grid1, sure: true, want: []string{full1a + " staff.new", dispatcher1 + " desk.critical", dispatcher2 + " desk.critical"}},
		"a consult": {sure: true, consult: true, want: []string{dispatcher1 + " desk.critical", dispatcher2 + " desk.critical"}},
		"unclear":   {asking: true, want: []string{dispatcher1 + " desk.critical", dispatcher2 + " desk.critical"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := w.report("streetlight", c.grid)
			o.Danger, o.Sure, o.Consult, o.Asking = 2, c.sure, c.consult, c.asking
			got := w.open(o)
			same(t, "urgency", got.Urgency, task.Critical)
			same(t, "accept", got.Plan.Accept, w.clock().Add(10*time.Minute))
			same(t, "feedback", got.Plan.Feedback, w.clock().Add(2*time.Hour))
			same(t, "finish", got.Plan.Finish, w.clock().Add(24*time.Hour))
			w.told(c.want...)
		})
	}
}

func TestTheDispatcherWhoHasItIsToldOnce(t *testing.T) {
	w := quick(t)
	same(t, "handler", w.open(w.report("domestic_violence", grid1)).Handler, dispatcher1)
	w.told(dispatcher1+" staff.new", dispatcher2+" desk.critical")
}

func TestRiskAloneChangesNoUrgency(t *testing.T) {
	w := quick(t)
	o := w.report("streetlight", grid1)
	o.Danger = 1
	same(t, "urgency", w.open(o).Urgency, task.Normal)
}

func TestAQuestionHasTheClockOfQuestions(t *testing.T) {
	w := quick(t)
	o := w.report("house_leak", grid1) // complex, 15 days
	o.Consult = true
	got := w.open(o)
	same(t, "urgency", got.Urgency, task.Info)
	same(t, "accept", got.Plan.Accept, w.at("2026-06-01 12:00"))
	same(t, "no first contact", got.Plan.Contact.IsZero(), true)
	same(t, "finish", got.Plan.Finish, w.at("2026-06-02 10:00"))

	w.do(by(full1a, got, task.Return)) // and keeps it when somebody else gets it
	d := by(dispatcher1, got, task.Dispatch)
	d.To = full1b
	w.pass(time.Hour)
	same(t, "finish after a return", say(w, w.do(d).Plan.Finish), "06-02 10:00")
}

func TestAConfidentialQuestionIsNoQuestion(t *testing.T) {
	w := quick(t)
	o := w.report("domestic_violence", grid1)
	o.Consult = true
	same(t, "urgency", w.open(o).Urgency, task.Critical)
}

// asked opens a report whose reporter is being asked.
func asked(w *world, category, gridID string) (Opening, task.Task) {
	o := w.report(category, gridID)
	o.Sure, o.Asking = false, true
	return o, w.open(o)
}

func TestTheDeskHearsOfAnUnansweredQuestion(t *testing.T) {
	w := quick(t)
	_, got := asked(w, task.Unclassified, grid1)
	same(t, "status", got.Status, task.Pending)
	w.pass(linkAfter)
	w.told("list list.link")
	w.pass(AskFor - linkAfter - time.Second)
	w.told()
	w.pass(time.Second)
	w.told(dispatcher1+" desk.pending", dispatcher2+" desk.pending")
}

func TestTheDeskDoesNotHearOfAnAnsweredQuestion(t *testing.T) {
	w := quick(t)
	_, got := asked(w, task.Unclassified, grid1)
	w.do(Order{Task: got.ID, Move: task.Accept, Category: "streetlight"})
	p := w.courier(nil)
	w.pass(AskFor)
	p.round()
	p.sent("custom s11 【新任务·一般】")
}

func TestTheLinkPutsTheTaskOnItsReportersList(t *testing.T) {
	w := quick(t)
	got := w.open(w.report("streetlight", grid1))
	gone := w.report("streetlight", grid1)
	gone.Reporter.OpenID = "oGone"
	other := w.open(gone)
	w.do(Order{Task: other.ID, Move: task.Forget})
	w.pass(linkAfter)
	w.courier(nil).round()
	for p, want := range map[task.Person]int{resident: 1, gone.Reporter: 0} {
		turn := must(w.store.Begin(w.ctx(), p, w.key(), store.Window{}, false, w.clock()))
		same(t, "tasks on the list of "+p.OpenID, len(turn.Tasks), want)
		if want == 1 {
			same(t, "task", turn.Tasks[0], got.ID)
		}
	}
}

func TestAReportWithoutAPersonHasNoList(t *testing.T) {
	w := quick(t)
	o := w.report("streetlight", grid1)
	o.Reporter = task.Person{}
	w.open(o)
	w.pass(linkAfter)
	w.told(full1a + " staff.new")
}

func TestTheReporterAtTheDesk(t *testing.T) {
	w := quick(t)
	o := w.report(task.Unclassified, grid1)
	o.Reporter, o.Staff = person(dispatcher1), dispatcher1
	w.open(o)
	w.told(dispatcher2 + " desk.pending")
	w.away(dispatcher2)
	o.Key = w.key()
	w.open(o)
	w.told(dispatcher2 + " desk.pending") // on leave, but the other one may not decide
}

func TestRefresh(t *testing.T) {
	w := quick(t)
	if fresh, err := w.desk.Refresh(w.ctx()); fresh || err != nil {
		t.Errorf("refresh without an import: %v, %v", fresh, err)
	}
	if got := w.desk.Ground().Streets(); !slices.Equal(got, []string{street}) {
		t.Errorf("streets %v", got)
	}
	empty := w.newDesk(w.store)
	same(t, "streets before the first import", len(empty.Ground().Streets()), 0)
	check(t, w.srv.Kill())
	if _, err := w.desk.Refresh(w.ctx()); err == nil {
		t.Error("refreshed without a store")
	}
	same(t, "the ground stays", len(w.desk.Ground().Streets()), 1)
}
