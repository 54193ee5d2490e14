package dispatch

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gridbot/store"
	"gridbot/task"
)

// also is another resident's report of the same matter from the same building.
func (w *world) also(i int, category, text string) Opening {
	o := w.report(category, grid1)
	o.Reporter, o.Text = neighbour(i), text
	return o
}

// A report becomes part of a neighbour's only when all speaks for it.
func TestWhichReportsAreOneMatter(t *testing.T) {
	for name, c := range map[string]struct {
		change func(w *world, o *Opening, first task.Task)
		merged bool
		like   bool // noted for staff to decide
	}{
		"the same matter":    {func(*world, *Opening, task.Task) {}, true, false},
		"in other words":     {func(_ *world, o *Opening, _ task.Task) { o.Text = "3幢路灯不亮了，楼下太黑" }, true, false},
		"another building":   {func(_ *world, o *Opening, _ task.Task) { o.Place.Text = "幸福里小区4幢" }, false, false},
		"another micro-grid": {func(_ *world, o *Opening, _ task.Task) { o.Place.Microgrid = grid1 + "02" }, false, false},
		"no micro-grid":      {func(_ *world, o *Opening, _ task.Task) { o.Place.Microgrid = "" }, false, false},
		"another kind":       {func(w *world, o *Opening, _ task.Task) { o.Category = w.category("greening") }, false, false},
		"another matter":     {func(_ *world, o *Opening, _ task.Task) { o.Text = "门口灯杆撞歪，快倒啦" }, false, true},
		"the same person":    {func(_ *world, o *Opening, first task.Task) { o.Reporter = first.Reporter }, false, true},
		"a danger":           {func(_ *world, o *Opening, _ task.Task) { o.Danger = 2 }, false, false},
		"a risk":             {func(_ *world, o *Opening, _ task.Task) { o.Danger = 1 }, false, false},
		"a question":         {func(_ *world, o *Opening, _ task.Task) { o.Consult = true }, false, false},
		"not sure":           {func(_ *world, o *Opening, _ task.Task) { o.Sure = false }, false, false},
		"of the one who works it": {func(_ *world, o *Opening, first task.Task) {
			o.Staff, o.Reporter = first.Handler, person(first.Handler)
		}, false, false},
		"the other is done": {func(w *world, _ *Opening, x task.Task) {
			w.do(by(x.Handler, x, task.Sign))
			w.do(by(x.Handler, x, task.Finish))
		}, false, false},
		"the other is confidental": {func(w *world, o *Opening, x task.Task) {
			r := by(dispatcher1, x, task.Reclassify)
			r.Category = "staff_complaint"
			w.do(r)
		}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := quick(t)
			first := w.open(w.report("streetlight", grid1))
			o := w.also(1, "streetlight", "3幢楼下路灯不亮了，摸黑走路")
			c.change(w, &o, first)
			shown := w.open(o)
			got := must(w.store.Get(w.ctx(), shown.ID))
			same(t, "merged", got.Status == task.Merged, c.merged)
			same(t, "parent", got.Parent == first.ID.Seq, c.merged)
			same(t, "may be the same", got.Like == first.ID.Seq, c.like)
			parent := must(w.store.Get(w.ctx(), first.ID))
			same(t, "listed there", len(parent.Merged) == 1, c.merged)
			if c.merged {
				same(t, "its own number", shown.ID, got.ID)
				same(t, "its reporter's view", shown.HandlerName, parent.HandlerName)
			}
		})
	}
}

var lift = []string{"没法上楼", "好久", "老人下不来", "停在三楼", "又停了", "一直不动", "门打不开", "没人修", "快来看看", "孩子上学爬楼", "按了没反应",
	"早上开始的", "卡住不走", "买菜拎不动", "能修吗", "半天了", "轮椅出不去", "灯也灭了", "请修一修", "第三次坏"}

// neighbours are the lift's reporters, who all spoke just now.
func (w *world) neighbours(n int) (first task.Task, parts []task.Task) {
	w.t.Helper()
	for i := range n {
		w.speak(neighbour(i), store.Profile{}, store.Window{For: 48 * time.Hour, Count: 99})
		x := w.open(w.also(i, "elevator_fault", "电梯坏了，"+lift[i]))
		if i == 0 {
			first = x
			continue
		}
		parts = append(parts, x)
	}
	return first, parts
}

// Twenty neighbours, one lift: one task, and each hears of every step under the number
// they know, at the end too.
func TestTwentyNeighboursOneLift(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first, parts := w.neighbours(20)
		all := append([]task.Task{first}, parts...)
		same(t, "reporters", len(must(w.store.Get(w.ctx(), first.ID)).Merged), 19)
		same(t, "one task in hand", w.total(w.store.StaffQueue(w.ctx(), street, first.Handler, 0, 9)), 1)
		same(t, "one in the grid", w.total(w.store.GridQueues(w.ctx(), street, []string{grid1}, 0, 9)), 1)
		p := w.courier(nil)
		w.pass(linkAfter)
		w.drained(p)
		p.taken()
		for _, step := range []struct {
			o    Order
			says string
		}{
			{by(first.Handler, first, task.Sign), "已签收"},
			{by(first.Handler, first, task.Contact), "已着手处理"},
			{by(first.Handler, first, task.Progress), "有新进展"},
			{by(first.Handler, first, task.Finish), "我们核查后再请您评价"},
			{by(head1, first, task.Pass), "问题解决了吗？"},
		} {
			w.do(step.o)
			w.drained(p)
			got := map[string][]string{}
			for _, c := range p.taken() {
				got[c.to] = append(got[c.to], c.text)
			}
			for i, x := range all {
				texts := got[neighbour(i).OpenID]
				if len(texts) != 1 || !strings.Contains(texts[0], step.says) || !strings.Contains(texts[0], x.ID.String()) {
					t.Fatalf("%s: neighbour %d of %s heard %q", step.o.Move, i, x.ID, texts)
				}
			}
		}
		w.do(Order{Task: parts[7].ID, Move: task.Rate, Person: parts[7].Reporter, Rating: task.Satisfied})
		for _, x := range all {
			same(t, "seen by each", must(w.desk.View(w.ctx(), x.ID, "", x.Reporter)).Status, task.Closed)
		}
	})
}

// drained lets a courier work until it finds nothing more.
func (w *world) drained(p *post) {
	w.t.Helper()
	for must(p.c.Round(w.ctx(), street)) > 0 {
	}
}

// dead makes one report part of another and dies before the other side is written.
func (w *world) dead(o Opening) task.Task {
	w.t.Helper()
	now := w.clock()
	c := must(w.desk.opened(w.ctx(), w.desk.begin(o, now), o, now))
	same(w.t, "merged", c.After.Status, task.Merged)
	c.Notices = w.desk.address(c, o.Staff)
	w.desk.wind(&c.After, now)
	id, _, err := w.store.Create(w.ctx(), o.Key, c, now)
	check(w.t, err)
	return must(w.store.Get(w.ctx(), id))
}

// A crash between the two sides of a merge loses nothing: the notice to the parent
// brings the second about, once, however often it comes.
func TestFaultACrashBetweenTheTwoSides(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.given("streetlight")
		o := w.also(1, "streetlight", "3幢楼下路灯不亮了，摸黑走路")
		part := w.dead(o)
		same(t, "not listed", len(must(w.store.Get(w.ctx(), first.ID)).Merged), 0)
		w.drained(w.courier(nil))
		check(t, w.desk.Follow(w.ctx(), part.ID, first.ID.Seq)) // the notice came twice
		got := must(w.store.Get(w.ctx(), first.ID))
		same(t, "listed", fmt.Sprint(got.Merged), fmt.Sprint([]int64{part.ID.Seq}))
		same(t, "absorbed once", countOf(w.kinds(first.ID), task.Absorb), 1)
		same(t, "the message again", w.open(o).ID, part.ID)
		same(t, "still once", countOf(w.kinds(first.ID), task.Absorb), 1)
	})
}

// kinds is a task's history in moves.
func (w *world) kinds(id task.ID) []task.Kind {
	w.t.Helper()
	var out []task.Kind
	for _, e := range must(w.store.History(w.ctx(), id, 999)) {
		out = append(out, e.Kind)
	}
	return out
}

// The other task was done before its side of the merge came: the report goes its own
// way, and its reporter hears of it once.
func TestFaultTheOtherTaskEndedMeanwhile(t *testing.T) {
	w := led(t)
	first := w.signed("streetlight")
	part := w.dead(w.also(1, "streetlight", "3幢楼下路灯不亮了，摸黑走路"))
	w.do(by(first.Handler, first, task.Finish))
	w.toldResident("resident.finished")
	check(t, w.desk.Follow(w.ctx(), part.ID, first.ID.Seq))
	got := must(w.store.Get(w.ctx(), part.ID))
	same(t, "status", got.Status, task.Dispatched)
	same(t, "part of nothing", got.Parent, 0)
	w.outboxAfter(linkAfter)
	same(t, "events", fmt.Sprint(w.kinds(part.ID)), "[open accept merge unmerge dispatch]")
}

// toldResident empties the outbox, which holds a notice of this kind.
func (w *world) toldResident(about string) {
	w.t.Helper()
	if told := w.outbox(); !slices.Contains(told, "resident "+about) {
		w.t.Errorf("told %v, not %s", told, about)
	}
}

func TestUnmerge(t *testing.T) {
	w := led(t)
	first, parts := w.neighbours(3)
	w.outboxAfter(linkAfter)
	x := w.do(by(head1, parts[0], task.Unmerge))
	same(t, "status", x.Status, task.Dispatched)
	same(t, "the other follows at once", fmt.Sprint(must(w.store.Get(w.ctx(), first.ID)).Merged), fmt.Sprint([]int64{parts[1].ID.Seq}))
	same(t, "told", w.heard(), sorted("resident resident.unmerged, parent parent.follow, "+x.Handler+" staff.new"))
	w.do(by(first.Handler, first, task.Sign))
	w.told("resident resident.signed", "resident resident.signed")
	w.refused(by(head1, x, task.Unmerge), task.ErrStatus)
	w.do(by(x.Handler, x, task.Sign))
	w.told("resident resident.signed")
}

// What somebody does whose report is part of another is done to the whole.
func TestAPartsReporterActsOnTheWhole(t *testing.T) {
	w := led(t)
	first, parts := w.neighbours(3)
	handler, part := first.Handler, parts[0]
	w.outboxAfter(linkAfter)
	w.do(by(handler, first, task.Sign))
	w.outbox()

	got := w.do(from(part, task.Supplement))
	same(t, "under its own number", got.ID, part.ID)
	w.told(handler + " staff.supplement")
	w.refused(from(part, task.Urge), task.ErrUrgeEarly)
	w.pass(13 * time.Hour)
	w.do(from(part, task.Urge))
	w.told(handler + " staff.urged")
	w.refused(from(parts[1], task.Urge), task.ErrUrgedRecently) // one urge a day for one matter
	same(t, "urged", must(w.store.Get(w.ctx(), first.ID)).Urges, 1)

	w.do(by(handler, first, task.Finish))
	w.do(by(head1, first, task.Pass))
	w.outbox()
	o := from(part, task.Reopen)
	same(t, "reopened", w.do(o).Status, task.Dispatched)
	w.told(handler + " staff.reopened")
	w.do(by(handler, first, task.Sign))
	w.do(by(handler, first, task.Finish))
	w.do(by(head1, first, task.Pass))
	w.outbox()
	w.do(Order{Task: part.ID, Move: task.Rate, Person: part.Reporter, Rating: task.Acceptable})
	whole := must(w.store.Get(w.ctx(), first.ID))
	same(t, "status", whole.Status, task.Closed)
	same(t, "rating", whole.Rating, task.Acceptable)
	w.refused(Order{Task: part.ID, Move: task.Rate, Person: neighbour(9), Rating: task.Satisfied}, task.ErrNotFound)
}

func TestAPartsReporterWithdrawsOnlyTheirs(t *testing.T) {
	w := led(t)
	first, parts := w.neighbours(3)
	w.outboxAfter(linkAfter)
	same(t, "status", w.do(from(parts[0], task.Withdraw)).Status, task.Withdrawn)
	w.do(by(first.Handler, first, task.Sign)) // before the other side has followed
	w.told("parent parent.follow", "resident resident.signed", "resident resident.signed")
	check(t, w.desk.Follow(w.ctx(), parts[0].ID, first.ID.Seq))
	same(t, "listed", len(must(w.store.Get(w.ctx(), first.ID)).Merged), 1)
	w.refused(from(first, task.Withdraw), task.ErrJoined) // it is not theirs alone
}

// Who unsubscribes hears nothing more, and the others hear on: even when it was the
// first to report.
func TestUnsubscribedNeighbours(t *testing.T) {
	w := led(t)
	first, parts := w.neighbours(3)
	w.outboxAfter(linkAfter)
	w.do(Order{Task: parts[0].ID, Move: task.Forget})
	w.do(by(first.Handler, first, task.Sign))
	w.told("resident resident.signed", "resident resident.signed")
	w.do(Order{Task: first.ID, Move: task.Forget})
	w.do(by(first.Handler, first, task.Progress))
	leased := w.lease()
	same(t, "told", len(leased), 1)
	same(t, "whom", leased[0].To.Person, parts[1].Reporter)
	same(t, "under their number", leased[0].Task, parts[1].ID)
	check(t, w.store.Sent(w.ctx(), leased[0], w.clock()))
	w.do(by(first.Handler, first, task.Finish))
	same(t, "still to be rated", w.do(by(head1, first, task.Pass)).Status, task.Feedback)
	w.told(head1+" checker.check", "resident resident.checking", "resident resident.finished")
}

// A hidden neighbour stays hidden in the task theirs joins.
func TestAHiddenNeighboursNumberStaysHidden(t *testing.T) {
	w := led(t)
	first := w.given("streetlight")
	o := w.also(1, "streetlight", "3幢楼下路灯不亮了，我电话13800001111")
	o.Hidden = true
	same(t, "merged", must(w.store.Get(w.ctx(), w.open(o).ID)).Parent, first.ID.Seq)
	for _, l := range w.lease() {
		if strings.Contains(l.Note, "13800001111") {
			t.Errorf("%s tells the number", l.About)
		}
	}
	for _, e := range must(w.store.History(w.ctx(), first.ID, 99)) {
		if strings.Contains(e.Note, "13800001111") {
			t.Errorf("%s keeps the number", e.Kind)
		}
	}
}

// Who has joined already and says it again is not taken for one more neighbour: staff
// sees that it may be the same.
func TestANeighbourWhoReportsAgain(t *testing.T) {
	w := quick(t)
	first := w.open(w.report("streetlight", grid1))
	w.open(w.also(1, "streetlight", "3幢楼下路灯不亮了，摸黑走路"))
	again := w.open(w.also(1, "streetlight", "3幢楼下路灯还是不亮，快来看看"))
	same(t, "a task of its own", again.Status, task.Dispatched)
	same(t, "may be the same", again.Like, first.ID.Seq)
	other := w.open(w.also(2, "streetlight", "3幢楼下路灯不亮了，晚上害怕"))
	same(t, "another neighbour joins", other.Parent != 0, true)
}

// What was ruled on stays with whom the ruling named: the desk hears that nobody signs.
func TestARulingIsNotPassedOn(t *testing.T) {
	w := quick(t)
	x := w.open(w.report("streetlight", grid1))
	w.do(by(x.Handler, x, task.Return))
	o := by(dispatcher1, x, task.Rule)
	o.To = full1b
	x = w.do(o)
	w.outbox()
	w.mu.Lock()
	w.now = x.Plan.Accept
	w.mu.Unlock()
	if did, err := w.desk.Tick(w.ctx(), x.ID); !did || err != nil {
		t.Fatalf("tick: %v, %v", did, err)
	}
	same(t, "still with", must(w.store.Get(w.ctx(), x.ID)).Handler, full1b)
	if told := strings.Join(w.outbox(), ", "); !strings.Contains(told, dispatcher1+" desk.unsigned") {
		t.Errorf("told %s", told)
	}
}

// A neighbour who asks to be forgotten leaves nothing in the whole that they added to it,
// and what the others said stays.
func TestAForgottenNeighbourLeavesTheWhole(t *testing.T) {
	const mine, theirs = "13800001111", "13900002222" // the mask of these tests hides the first only
	w := quick(t)
	first := w.open(w.report("streetlight", grid1))
	part := w.open(w.also(1, "streetlight", "3幢楼下路灯不亮了，摸黑走路"))
	add := func(x task.Task, p task.Person, note string) {
		o := Order{Task: x.ID, Move: task.Supplement, Person: p, Note: note, Media: []task.Media{{ID: "photo of " + p.OpenID, Kind: task.Image}}}
		w.do(o)
	}
	add(part, neighbour(1), "打我电话"+mine)
	add(first, first.Reporter, "打我电话"+theirs)
	check(t, w.desk.Forget(w.ctx(), part.ID, neighbour(1), "gone", true))
	check(t, w.desk.Forget(w.ctx(), part.ID, neighbour(1), "gone", true)) // again changes nothing
	held := fmt.Sprint(must(w.store.History(w.ctx(), first.ID, 99)), must(w.store.Get(w.ctx(), first.ID)))
	for _, l := range w.lease() {
		held += fmt.Sprint(l.Notice)
	}
	for _, gone := range []string{mine, "photo of " + neighbour(1).OpenID} {
		if strings.Contains(held, gone) {
			t.Errorf("%s is still in the whole: %s", gone, held)
		}
	}
	for _, stays := range []string{theirs, "photo of " + first.Reporter.OpenID} {
		if !strings.Contains(held, stays) {
			t.Errorf("%s is gone too", stays)
		}
	}
}
