package dispatch

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gridbot/task"
)

// given is a task of a category in grid1 that somebody has, with nothing to tell.
func (w *world) given(category string) task.Task {
	w.t.Helper()
	x := w.open(w.report(category, grid1))
	w.outbox()
	return x
}

// signed is a task its handler has signed.
func (w *world) signed(category string) task.Task {
	w.t.Helper()
	x := w.given(category)
	x = w.do(by(x.Handler, x, task.Sign))
	w.outbox()
	return x
}

// finished is a task its resident is asked about.
func (w *world) finished(category string) task.Task {
	w.t.Helper()
	x := w.signed(category)
	x = w.do(by(x.Handler, x, task.Finish))
	w.outbox()
	return x
}

func TestALifeFromReportToRating(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.given("streetlight")
		for _, step := range []struct {
			o    Order
			want task.Status
			told []string
		}{
			{by(full1a, x, task.Sign), task.Signed, []string{"resident resident.signed"}},
			{by(full1a, x, task.Contact), task.Processing, []string{"resident resident.contacted"}},
			{by(full1a, x, task.Progress), task.Processing, []string{"resident resident.progress"}},
			{by(full1a, x, task.Ask), task.Processing, []string{"resident resident.question"}},
			{from(x, task.Supplement), task.Processing, []string{full1a + " staff.reply"}},
			{by(full1a, x, task.Finish), task.Feedback, []string{"resident resident.finished"}},
			{Order{Task: x.ID, Move: task.Rate, Person: resident, Rating: task.Satisfied}, task.Closed, []string{full1a + " staff.rated"}},
		} {
			got := w.do(step.o)
			same(t, string(step.o.Move), got.Status, step.want)
			w.told(step.told...)
		}
		events := must(w.store.History(w.ctx(), x.ID, 99))
		same(t, "events", len(events), 10)
		same(t, "counted", len(w.moved), 10)
		same(t, "in hand", w.total(w.store.StaffQueue(w.ctx(), street, full1a, 0, 9)), 0)
	})
}

func TestTwoSignAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.given("streetlight")
		workers := []string{full1a, full1b}
		var got [2]task.Task
		var errs [2]error
		together(2, func(i int) {
			o := by(workers[i], x, task.Sign)
			o.Key = "sign" + workers[i]
			got[i], errs[i] = w.desk.Do(w.ctx(), o)
		})
		win, lose := 0, 1
		if errs[0] != nil {
			win, lose = 1, 0
		}
		check(t, errs[win])
		wantErr(t, errs[lose], task.ErrTaken)
		s, _ := w.desk.Ground().Staff(workers[win])
		same(t, "the loser is told who", got[lose].HandlerName, s.Name)
		same(t, "handler", must(w.store.Get(w.ctx(), x.ID)).Handler, workers[win])
	})
}

func TestTheSameKeyMovesOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.signed("streetlight")
		o := by(full1a, x, task.Progress)
		o.Key = "twice"
		first := w.do(o)
		again := w.do(o)
		same(t, "version", again.Version, first.Version)
		w.told("resident resident.progress")
		same(t, "progress", countOf(w.moved, task.Progress), 1)
		o.Move = task.Contact // another move of the same message
		same(t, "another move", w.do(o).Version, first.Version+1)
	})
}

func TestAnAnswerSettlesAnUnclearReport(t *testing.T) {
	for name, c := range map[string]struct {
		category string
		grid     string
		place    task.Place
		danger   int
		consult  bool
		status   task.Status
		handler  string
		urgency  task.Urgency
		finish   string
	}{
		"category and place":    {category: "streetlight", place: task.Place{Text: "锦绣花苑", Grid: grid2}, status: task.Dispatched, handler: full2, urgency: task.Normal, finish: "06-04 10:00"},
		"the place was known":   {category: "streetlight", grid: grid1, status: task.Dispatched, handler: full1a, urgency: task.Normal, finish: "06-04 10:00"},
		"no place yet":          {category: "streetlight", status: task.Accepted, urgency: task.Normal, finish: "06-04 10:00"},
		"a place elsewhere":     {category: "streetlight", place: task.Place{Text: "外地", Grid: "990101"}, status: task.Accepted, urgency: task.Normal, finish: "06-04 10:00"},
		"danger keeps its pace": {category: "streetlight", grid: grid1, danger: 2, status: task.Dispatched, handler: full1a, urgency: task.Critical, finish: "06-02 10:00"},
		"a question stays one":  {category: "house_leak", grid: grid1, consult: true, status: task.Dispatched, handler: full1a, urgency: task.Info, finish: "06-02 10:00"},
		"confidential":          {category: "staff_complaint", status: task.Dispatched, handler: dispatcher1, urgency: task.Rework, finish: "06-04 10:00"},
	} {
		t.Run(name, func(t *testing.T) {
			w := quick(t)
			o := w.report(task.Unclassified, c.grid)
			o.Danger, o.Consult, o.Asking = c.danger, c.consult, true
			x := w.open(o)
			w.outbox()
			got := w.do(Order{Task: x.ID, Move: task.Accept, Category: c.category, Place: c.place})
			same(t, "status", got.Status, c.status)
			same(t, "handler", got.Handler, c.handler)
			same(t, "urgency", got.Urgency, c.urgency)
			same(t, "finish", say(w, got.Plan.Finish), c.finish)
			if c.place.Text != "" {
				same(t, "place", got.Place.Text, c.place.Text)
			}
			for _, n := range w.outbox() {
				if strings.HasPrefix(n, "resident") {
					t.Errorf("%s: the answer to their own message tells the resident", n)
				}
			}
		})
	}
}

func TestSettlingWithNobodyOnDutyWaitsAtTheDesk(t *testing.T) {
	w := quick(t)
	_, x := asked(w, task.Unclassified, grid1)
	w.away(full1a, full1b, head1, dispatcher1, dispatcher2)
	got := w.do(Order{Task: x.ID, Move: task.Accept, Category: "streetlight"})
	same(t, "status", got.Status, task.Accepted)
	same(t, "alarms", w.alarmed("nobody"), 1)
	w.pass(AskFor)
	w.told("list list.link", dispatcher1+" desk.pending", dispatcher2+" desk.pending")
}

func TestSettlingNeverGivesTheReporterTheirOwnReport(t *testing.T) {
	for name, move := range map[string]func(x task.Task) Order{
		"accept": func(x task.Task) Order { return Order{Task: x.ID, Move: task.Accept, Category: "streetlight"} },
		"reclassify": func(x task.Task) Order {
			o := by(dispatcher1, x, task.Reclassify)
			o.Category = "streetlight"
			return o
		},
	} {
		w := quick(t)
		o := w.report(task.Unclassified, grid1)
		o.Reporter, o.Staff = person(full1a), full1a
		same(t, name, w.do(move(w.open(o))).Handler, full1b)
	}
}

func TestAcceptByTheDispatcherTellsTheResident(t *testing.T) {
	w := quick(t)
	x := w.open(w.report(task.Unclassified, grid1))
	w.outbox()
	o := by(dispatcher1, x, task.Accept)
	o.Category = "streetlight"
	w.do(o)
	w.told("resident resident.accepted", full1a+" staff.new")
	o.Category = "no such thing"
	w.refused(o, task.ErrCategory)
}

func TestDispatchOfAPendingTaskIsOneWrite(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.open(w.report(task.Unclassified, ""))
		w.outbox()
		o := by(dispatcher1, x, task.Dispatch)
		o.To = full2
		w.pass(time.Hour)
		got := w.do(o)
		same(t, "version", got.Version, 2)
		same(t, "status", got.Status, task.Dispatched)
		same(t, "grid", got.Place.Grid, grid2)
		same(t, "the clock starts at the dispatch", got.Plan.Accept, w.at("2026-06-01 14:30"))
		w.told("list list.link", "resident resident.accepted", full2+" staff.new")
		events := must(w.store.History(w.ctx(), x.ID, 99))
		same(t, "events", len(events), 3)
		w.refused(o, task.ErrNoTarget) // they have it
		w.refused(by(full2, x, task.Dispatch), task.ErrNoTarget)
	})
}

func TestTransferKeepsThePromise(t *testing.T) {
	w := quick(t)
	x := w.signed("streetlight")
	w.pass(26 * time.Hour) // Tuesday 12:00
	o := by(full1a, x, task.Transfer)
	o.To = full3
	got := w.do(o)
	same(t, "handler", got.Handler, full3)
	same(t, "status", got.Status, task.Dispatched)
	same(t, "finish", say(w, got.Plan.Finish), "06-04 10:00")
	same(t, "accept", say(w, got.Plan.Accept), "06-02 15:30")
	same(t, "contact", say(w, got.Plan.Contact), "06-03 12:00")
	w.told("list list.link", "resident resident.reassigned", full3+" staff.new")
	o.To = full2
	w.refused(o, task.ErrNotYours)
}

func TestEscalateGoesOneRungUp(t *testing.T) {
	w := quick(t)
	x := w.signed("streetlight")
	for _, want := range []string{head1, secretary, dispatcher1} {
		x = w.do(by(x.Handler, x, task.Escalate))
		same(t, "handler", x.Handler, want)
		same(t, "finish", say(w, x.Plan.Finish), "06-04 10:00")
	}
	got := w.refused(by(dispatcher1, x, task.Escalate), task.ErrNoTarget)
	same(t, "still theirs", got.Handler, dispatcher1)
}

func TestEscalateByTheHeadGoesAboveTheHead(t *testing.T) {
	w := quick(t)
	x := w.signed("streetlight")
	same(t, "handler", w.do(by(head1, x, task.Escalate)).Handler, secretary)
}

func TestEscalatePassesTheReporterOver(t *testing.T) {
	w := quick(t)
	o := w.report("streetlight", grid1)
	o.Reporter, o.Staff = person(head1), head1
	x := w.open(o)
	same(t, "handler", w.do(by(full1a, x, task.Escalate)).Handler, secretary)
}

func TestReturnGoesToTheDesk(t *testing.T) {
	w := quick(t)
	x := w.given("streetlight")
	got := w.do(by(full1a, x, task.Return))
	same(t, "status", got.Status, task.Returned)
	w.told(dispatcher1+" desk.returned", dispatcher2+" desk.returned")
	same(t, "at the desk", w.total(w.store.DeskQueue(w.ctx(), street, 0, 9)), 1)
	o := by(dispatcher1, x, task.Dispatch)
	o.To = full1b
	w.do(o)
	w.told("resident resident.reassigned", full1b+" staff.new")
}

func TestTheNextRungChecks(t *testing.T) {
	w := quick(t)
	x := w.signed("elevator_fault")
	same(t, "status", w.do(by(full1a, x, task.Finish)).Status, task.Checking)
	w.told("resident resident.checking", head1+" checker.check")
	w.refused(by(full1a, x, task.Pass), task.ErrNotYours)
	w.do(by(head1, x, task.Fail))
	w.told(full1a + " staff.failed")
	w.do(by(full1a, x, task.Finish))
	w.outbox()
	same(t, "status", w.do(by(head1, x, task.Pass)).Status, task.Feedback)
	w.told("resident resident.finished")
}

func TestResidentsDecideNothingForTheDesk(t *testing.T) {
	w := quick(t)
	x := w.open(w.report(task.Unclassified, grid1))
	for _, k := range []task.Kind{task.Accept, task.Dispatch, task.Reclassify, task.Transfer, task.Escalate} {
		o := from(x, k)
		o.Category, o.To = "streetlight", full1a
		w.refused(o, task.ErrNotYours)
	}
	same(t, "status", must(w.store.Get(w.ctx(), x.ID)).Status, task.Pending)
}

func TestWhatIsNoMove(t *testing.T) {
	w := quick(t)
	x := w.given("streetlight")
	w.refused(by(dispatcher1, x, "dance"), task.ErrMove)
	w.refused(by(dispatcher1, task.Task{ID: task.ID{Street: street, Seq: 9999}}, task.Sign), task.ErrNotFound)
}

func TestPhotosSayWhoTookThem(t *testing.T) {
	w := quick(t)
	x := w.signed("streetlight")
	o := by(full1a, x, task.Finish)
	o.Note, o.Media = "好了", []task.Media{{ID: "m1", Kind: task.Image}}
	got := w.do(o)
	same(t, "taken by", got.Media[0].By, full1a)
	same(t, "the order's own are left alone", o.Media[0].By, "")
}

func TestManyMoveOneTaskAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.signed("streetlight")
		const n = 12
		together(n, func(i int) {
			o := by(full1a, x, task.Progress)
			o.Key = fmt.Sprintf("p%d", i/2) // each twice
			if _, err := w.desk.Do(w.ctx(), o); err != nil {
				t.Error(err)
			}
		})
		same(t, "moves", countOf(w.moved, task.Progress), n/2)
		want := slices.Repeat([]string{"resident resident.progress"}, n/2)
		w.told(want...)
	})
}
