package dispatch

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"gridbot/store"
	"gridbot/task"
)

// longWords is a set of words whose notice is longer than any real one.
func longWords() fs.FS {
	return fstest.MapFS{"words/n.tmpl": {Data: []byte(`{{define "staff.new"}}{{.Text}}{{end}}` + forms)}}
}

const forms = `{{define "form.matter"}}{{end}}{{define "form.status"}}{{end}}{{define "form.time"}}{{end}}`

func TestCourierOptionsAreChecked(t *testing.T) {
	good := CourierOptions{Poll: 1, Lease: 1, Workers: 1, Bury: 1}
	must(NewCourier(good))
	for _, spoil := range []func(*CourierOptions){
		func(o *CourierOptions) { o.Poll = 0 }, func(o *CourierOptions) { o.Lease = 0 },
		func(o *CourierOptions) { o.Workers = 0 }, func(o *CourierOptions) { o.Bury = -1 },
	} {
		bad := good
		spoil(&bad)
		if _, err := NewCourier(bad); err == nil {
			t.Errorf("made a courier of %+v", bad)
		}
	}
}

func TestOnePersonIsToldInOrder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.speak(resident, store.Profile{}, store.Window{For: time.Hour, Count: 99})
		x := w.signed("streetlight")
		var want []string
		for i := range 12 { // across the numbers of one and two digits
			o := by(full1a, x, task.Progress)
			o.Note = fmt.Sprintf("第%d步", i)
			w.do(o)
			w.pass(time.Millisecond)
			want = append(want, o.Note)
		}
		p := w.courier(nil)
		p.round()
		got := p.taken()
		same(t, "sent", len(got), len(want))
		for i := range want {
			if !strings.Contains(got[i].text, want[i]) {
				t.Errorf("%d: %s", i, got[i].text)
			}
		}
	})
}

func TestWhatFollowsWaitsBehind(t *testing.T) {
	w := quick(t)
	w.speak(resident, store.Profile{}, store.Window{For: time.Hour, Count: 99})
	x := w.signed("streetlight")
	for i := range 3 {
		o := by(full1a, x, task.Progress)
		o.Note = fmt.Sprintf("第%d步", i)
		w.do(o)
		w.pass(time.Millisecond)
	}
	p := w.courier(answers(task.Delivered, task.RetryLater, task.Delivered))
	p.round()
	same(t, "tried", len(p.taken()), 2)
	w.pass(5 * time.Second)
	leased := w.lease()
	same(t, "attempts of the one in front", leased[0].Attempts, 2)
	same(t, "attempts of the one behind", leased[1].Attempts, 1)
	for i, l := range leased {
		if !strings.Contains(l.Note, fmt.Sprint(i+1)) {
			t.Errorf("place %d: %s", i, l.Note)
		}
	}
}

func TestDifferentPeopleAreToldAtTheSameTime(t *testing.T) {
	w := quick(t)
	for range 2 { // one for each worker
		w.one()
	}
	var both sync.WaitGroup
	both.Add(2)
	p := w.courier(func(sending) task.Result {
		both.Done()
		both.Wait() // neither comes back before the other has begun
		return task.Result{}
	})
	p.round()
	p.sent("custom s11 ", "custom s12 ")
}

// run runs the courier until stop is called.
func (p *post) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		p.c.Run(ctx)
		close(done)
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		<-done
	})
	p.w.t.Cleanup(stop)
	return stop
}

func TestWakeSendsAtOnce(t *testing.T) {
	w := quick(t)
	p := w.courier(nil)
	p.c.o.Poll = time.Hour
	p.run()
	w.one()
	p.c.Wake(street)
	eventually(t, "the notice is sent", func() bool { waiting, _ := w.depth(); return waiting == 0 })
	p.sent("custom s11 ")
}

func TestPollFindsWhatNobodyWokeFor(t *testing.T) {
	w := quick(t)
	p := w.courier(nil)
	p.run()
	w.one()
	eventually(t, "the notice is sent", func() bool { waiting, _ := w.depth(); return waiting == 0 })
	p.sent("custom s11 ")
}

func TestAWokenStreetThatIsNotOnTheMapIsPolled(t *testing.T) {
	w := quick(t)
	w.speak(resident, store.Profile{}, store.MessageWindow())
	p := w.courier(nil)
	p.run()
	p.c.Wake("77")
	n := task.Notice{To: task.Party{Kind: task.ToResident, Person: resident}, About: task.AboutAnswer, Note: "您好"}
	must(w.store.Enqueue(w.ctx(), "77", "k1", n, w.clock()))
	eventually(t, "the answer is sent", func() bool { return must(w.store.OutboxDepth(w.ctx(), "77")).Waiting == 0 })
	p.sent("custom oResident1 您好")
}

func TestWakeNeverBlocks(t *testing.T) {
	w := quick(t)
	p := w.courier(nil)
	for range 10_000 {
		p.c.Wake(street)
	}
	w.one()
	p.run()
	eventually(t, "the notice is sent", func() bool { waiting, _ := w.depth(); return waiting == 0 })
}

func TestMoreThanOneBatchIsDrained(t *testing.T) {
	w := quick(t)
	const n = 2*batch + 5
	for i := range n {
		x := task.Notice{To: task.Party{Kind: task.ToResident, Person: neighbour(i)}, About: task.AboutAnswer, Note: "您好"}
		must(w.store.Enqueue(w.ctx(), street, fmt.Sprint(i), x, w.clock()))
		w.speak(neighbour(i), store.Profile{}, store.MessageWindow())
	}
	p := w.courier(nil)
	p.c.drain(w.ctx(), []string{street})
	same(t, "sent", len(p.taken()), n)
}

func neighbour(i int) task.Person {
	return task.Person{Account: "main", OpenID: fmt.Sprintf("oNeighbour%d", i)}
}

func TestALateAnswerHasNoTemplate(t *testing.T) {
	w := quick(t)
	n := task.Notice{To: task.Party{Kind: task.ToResident, Person: resident}, About: task.AboutAnswer, Note: "您好"}
	must(w.store.Enqueue(w.ctx(), street, "k1", n, w.clock()))
	p := w.courier(answers(task.WindowClosed))
	p.round()
	p.sent("custom oResident1 您好")
	_, buried := w.depth()
	same(t, "buried", buried, 1)
}

func TestPointlessNotices(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(w *world) // leaves notices that have become pointless
		sent    []string
	}{
		"signed before it was told": {func(w *world) { x := w.one(); w.do(by(full1a, x, task.Sign)) }, nil},
		"given to another": {func(w *world) {
			x := w.one()
			o := by(full1a, x, task.Transfer)
			o.To = full1b
			w.do(o)
		}, []string{"custom s12 【新任务"}},
		"dispatched before the desk was told": {func(w *world) {
			o := w.report(task.Unclassified, "")
			o.Reporter = task.Person{}
			d := by(dispatcher1, w.open(o), task.Dispatch)
			d.To = full2
			w.do(d)
		}, []string{"custom s13 【新任务"}},
		"checked already": {func(w *world) {
			x := w.signed("elevator_fault")
			w.do(by(x.Handler, x, task.Finish))
			w.do(by(head1, x, task.Pass))
		}, []string{"template oResident1 resident"}},
		"the person has gone": {func(w *world) {
			x := w.given("streetlight")
			w.do(by(full1a, x, task.Sign))
			w.do(Order{Task: x.ID, Move: task.Forget})
		}, nil},
		"still waiting": {func(w *world) {
			o := w.report("streetlight", "")
			o.Reporter = task.Person{}
			w.open(o)
		}, []string{"custom s01 【待受理】", "custom s02 【待受理】"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := quick(t)
			c.prepare(w)
			p := w.courier(nil)
			p.round()
			p.sent(c.sent...)
			if _, buried := w.depth(); buried > 0 {
				t.Error("buried")
			}
		})
	}
}

func TestStaffWhoHaveNotJoined(t *testing.T) {
	w := quick(t)
	check(t, w.store.Unbind(w.ctx(), full1a, person(full1a)))
	w.one()
	p := w.courier(nil)
	p.round()
	p.sent()
	same(t, "alarms", w.alarmed("unbound"), 1)
	_, buried := w.depth()
	same(t, "buried", buried, 1)
}

func TestANoticeThatCannotBeWrittenIsBuriedAtOnce(t *testing.T) {
	w := quick(t)
	w.one()
	p := w.courier(nil)
	p.c.words = must(LoadWords(fstest.MapFS{"words/n.tmpl": {Data: []byte(forms)}}, "words"))
	p.round()
	p.sent()
	buried := must(w.store.Buried(w.ctx(), street, 9))
	if len(buried) != 1 || !strings.Contains(buried[0].LastErr, "staff.new") {
		t.Errorf("buried %+v", buried)
	}
}

func TestTheTemplateSaysNobodysOwnWords(t *testing.T) {
	w := quick(t)
	x := w.open(w.report("streetlight", grid1))
	check(t, w.store.CloseWindow(w.ctx(), person(full1a), w.clock()))
	w.do(by(full1a, x, task.Sign))
	o := by(full1a, x, task.Progress)
	w.do(o)
	p := w.courier(nil)
	p.round()
	calls := p.taken()
	same(t, "calls", len(calls), 2)
	asked := map[string]bool{}
	for _, c := range calls {
		same(t, "template", c.channel+" "+c.text, "template resident")
		got := fmt.Sprint(c.fields["number"], " ", c.fields["matter"], " ", c.fields["time"], " ", len(c.fields))
		same(t, "fields", got, "12-1001 路灯故障 2026-06-01 10:00 4")
		asked[c.fields["status"]] = true
	}
	same(t, "one says how it stands, one what is new", asked["处置中"] && asked["有新进展"], true)
}
