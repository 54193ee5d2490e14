package dispatch

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/store"
	"gridbot/task"
)

// gathering makes the courier tell news once in a minute.
func (p *post) gathering() *post {
	p.c.o.Gather = time.Minute
	return p
}

// progress lets the handler report something, a second later.
func (w *world) progress(x task.Task, note string) {
	w.t.Helper()
	w.pass(time.Second)
	o := by(x.Handler, x, task.Progress)
	o.Note = note
	w.do(o)
}

// spoken is a task of a resident who has just written, with nothing left to tell anybody.
func (w *world) spoken(window store.Window) task.Task {
	w.t.Helper()
	w.speak(resident, store.Profile{}, window)
	x := w.signed("streetlight")
	w.pass(linkAfter)
	w.taken()
	return x
}

func TestNewsWithinAMinuteAreToldTogether(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		x := w.spoken(store.MessageWindow())
		p := w.courier(nil).gathering()
		w.progress(x, "已联系路灯所")
		p.round()
		same(t, "the first at once", len(p.taken()), 1)
		for _, note := range []string{"师傅在路上", "正在更换灯泡", "还差一个零件"} {
			w.progress(x, note)
			p.round()
			same(t, "what follows waits", len(p.taken()), 0)
		}
		w.pass(57 * time.Second)
		p.round()
		got := p.taken()
		same(t, "told together", len(got), 1)
		at := -1
		for _, note := range []string{"师傅在路上", "正在更换灯泡", "还差一个零件"} {
			next := strings.Index(got[0].text, note)
			if next <= at {
				t.Errorf("%s is missing or out of order:\n%s", note, got[0].text)
			}
			at = next
		}
		left := must(w.store.Spend(w.ctx(), resident, 2, 0, w.clock())) // of five two are gone: one more than two are left
		same(t, "two free messages were spent", left.Budget, store.Spent)
		waiting, buried := w.depth()
		same(t, "left", fmt.Sprint(waiting, buried), "0 0")
		fates := must(must(w.store.Record(w.ctx(), x.ID)).Held()).Fates
		same(t, "fates", len(fates), 4)
		for _, f := range fates {
			same(t, "fate", fmt.Sprint(f.About, f.Channel, f.End, f.Why), fmt.Sprint(task.AboutProgress, channelText, task.Arrived, ""))
		}
	})
}

func TestAQuestionDoesNotWaitForNewsNorPassThem(t *testing.T) {
	w := quick(t)
	x := w.spoken(store.MessageWindow())
	p := w.courier(nil).gathering()
	w.progress(x, "第一条")
	p.round()
	w.progress(x, "第二条")
	p.round()
	p.taken()
	o := by(x.Handler, x, task.Ask)
	o.Note = "请问是几单元"
	w.do(o)
	p.round()
	got := p.taken()
	same(t, "sent", len(got), 1)
	if i, j := strings.Index(got[0].text, "第二条"), strings.Index(got[0].text, "几单元"); i < 0 || j < i {
		t.Errorf("told\n%s", got[0].text)
	}
}

func TestOneFreeMessageIsKeptForTheClosing(t *testing.T) {
	w := quick(t)
	x := w.spoken(store.MessageWindow())
	p := w.courier(func(s sending) task.Result {
		if s.channel == channelText {
			return task.Result{}
		}
		return task.Result{Outcome: task.NextChannel}
	})
	for i := range 5 {
		w.progress(x, fmt.Sprintf("第%d条", i))
		p.round()
	}
	var texts int
	for _, c := range p.taken() {
		if c.channel == channelText {
			texts++
		}
	}
	same(t, "progress as free messages", texts, 4)
	_, buried := w.depth()
	same(t, "the fifth lies where people see it", buried, 1)
	same(t, "and the task says why", must(w.store.Get(w.ctx(), x.ID)).Untold, task.WhyClosed)
	w.do(by(x.Handler, x, task.Finish))
	p.round()
	p.sent("custom oResident1 ")
	same(t, "the closing was told", must(w.store.Get(w.ctx(), x.ID)).Untold, "")
}

func TestWhatCannotWaitMayHaveTheLastOne(t *testing.T) {
	w := quick(t)
	x := w.spoken(store.Window{For: time.Hour, Count: 1})
	p := w.courier(func(s sending) task.Result {
		if s.channel == channelText {
			return task.Result{}
		}
		return task.Result{Outcome: task.NextChannel}
	})
	w.progress(x, "没有别的办法告诉")
	p.round()
	p.sent("template oResident1 resident")
	o := by(x.Handler, x, task.Ask)
	o.Note = "请问是几单元"
	w.do(o)
	p.round()
	p.sent("custom oResident1 ", "template oResident1 resident")
}

func TestHoursInWhichNothingRings(t *testing.T) {
	w := quick(t)
	w.set("2026-06-01 21:50")
	x := w.spoken(store.MessageWindow())
	p := w.courier(nil)
	p.c.o.Hours = must(grid.ParseSpan("07:00-22:00"))
	w.progress(x, "十点以前")
	p.round()
	p.sent("custom oResident1 ")
	w.set("2026-06-01 22:00")
	w.progress(x, "十点以后")
	p.round()
	p.sent()
	o := w.report("fire", grid1)
	o.Reporter = neighbour(1)
	if _, ok := w.desk.Categories().Get("fire"); !ok {
		t.Fatal("no category of danger")
	}
	o.Danger = 2
	w.open(o)
	p.round()
	if len(p.taken()) == 0 {
		t.Error("danger was not told at night")
	}
	w.set("2026-06-02 06:59")
	p.round()
	p.sent()
	w.set("2026-06-02 07:01")
	p.round()
	p.sent("custom oResident1 ")
}

// subscribed gives every account a subscription template.
func subscribed(once bool) func(string, string) (string, bool) {
	return func(_, name string) (string, bool) { return "T-" + name, once }
}

func TestSubscriptionsComeBeforeTemplates(t *testing.T) {
	for _, c := range []struct {
		name    string
		consent func(w *world)
		once    bool
		answer  task.Outcome
		calls   string
		left    store.Consent
	}{
		{"nothing known: trying tells", func(*world) {}, false, task.Delivered, "subscription", store.NoConsentKnown},
		{"nothing known, and there is none", func(*world) {}, false, task.NoConsent, "subscription template", 0},
		{"refused", func(w *world) { check(w.t, w.store.NoConsent(w.ctx(), resident, "T-resident")) }, false, task.Delivered, "template", 0},
		{"given for good", func(w *world) { check(w.t, w.store.Consented(w.ctx(), resident, "T-resident")) }, false, task.Delivered, "subscription", 1},
		{"given once", func(w *world) { check(w.t, w.store.Consented(w.ctx(), resident, "T-resident")) }, true, task.Delivered, "subscription", 0},
		{"a time-out uses nothing up", func(w *world) { check(w.t, w.store.Consented(w.ctx(), resident, "T-resident")) }, true, task.Unknown, "subscription", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := quick(t)
			x := w.spoken(store.Window{})
			check(t, w.store.CloseWindow(w.ctx(), resident, w.clock()))
			c.consent(w)
			p := w.courier(func(s sending) task.Result {
				if s.channel == channelSubscription {
					return task.Result{Outcome: c.answer}
				}
				return task.Result{}
			})
			p.c.o.Subscription = subscribed(c.once)
			w.progress(x, "有新进展")
			p.round()
			var calls []string
			for _, s := range p.taken() {
				calls = append(calls, s.channel)
			}
			same(t, "calls", strings.Join(calls, " "), c.calls)
			same(t, "consent", must(w.store.Consent(w.ctx(), resident, "T-resident")), c.left)
		})
	}
}

func TestShortMessagesAreForWhatCannotWait(t *testing.T) {
	w := quick(t)
	w.people(func(s *grid.Staff) {
		if s.ID == full1a || s.ID == full1b {
			s.Phone = "13800002222"
		}
	})
	x := w.one()
	for _, id := range []string{full1a, full1b} {
		check(t, w.store.CloseWindow(w.ctx(), person(id), w.clock()))
	}
	p := w.courier(func(s sending) task.Result {
		if s.channel == channelSMS {
			return task.Result{}
		}
		return task.Result{Outcome: task.NextChannel}
	})
	p.round()
	p.sent("template "+x.Handler+" staff", "sms 13800002222 staff")
	y := w.given("elevator_fault")
	w.taken()
	w.do(by(y.Handler, y, task.Sign))
	w.do(Order{Task: y.ID, Key: w.key(), Move: task.Supplement, Person: resident, Note: "还有一盏也不亮"})
	p.round()
	for _, c := range p.taken() {
		if c.channel == channelSMS {
			t.Errorf("a supplement went by SMS")
		}
	}
}

// What the platform reports of a template comes before or after we have written down that it
// took it, and may come twice.
func TestThePlatformReportsWhatBecameOfATemplate(t *testing.T) {
	for _, early := range []bool{false, true} {
		for _, arrived := range []bool{true, false} {
			t.Run(fmt.Sprintf("early %v arrived %v", early, arrived), func(t *testing.T) {
				w := quick(t)
				x := w.spoken(store.Window{})
				check(t, w.store.CloseWindow(w.ctx(), resident, w.clock()))
				report := func() { check(t, w.store.JobEnded(w.ctx(), resident, "77", arrived, w.clock())) }
				p := w.courier(func(s sending) task.Result {
					if s.channel != channelTemplate {
						return task.Result{Outcome: task.NextChannel}
					}
					if early {
						report()
					}
					return task.Result{Ref: "77"}
				})
				w.progress(x, "有新进展")
				p.round()
				p.sent("template oResident1 resident")
				report()
				report()
				p.round()
				p.sent() // no other channel is left
				waiting, buried := w.depth()
				end, untold := "0 0", ""
				if !arrived {
					end, untold = "0 1", task.WhyClosed
				}
				same(t, "left", fmt.Sprint(waiting, buried), end)
				same(t, "untold", must(w.store.Get(w.ctx(), x.ID)).Untold, untold)
				fates := must(must(w.store.Record(w.ctx(), x.ID)).Held()).Fates
				last := fates[len(fates)-1]
				want := task.Arrived
				if !arrived {
					want = task.Undelivered
				}
				same(t, "the last word", last.End, want)
			})
		}
	}
}

// A free message that certainly did not arrive is not taken from the budget, however many
// tell at once.
func TestAFailedTextCostsNothing(t *testing.T) {
	w := quick(t)
	x := w.spoken(store.MessageWindow())
	var mu sync.Mutex
	tries := 0
	p := w.courier(func(sending) task.Result {
		mu.Lock()
		defer mu.Unlock()
		if tries++; tries <= 2 {
			return task.Result{Outcome: task.RetryLater}
		}
		return task.Result{}
	})
	w.progress(x, "有新进展")
	for range 3 {
		p.round()
		w.pass(time.Minute)
	}
	same(t, "tries", len(p.taken()), 3)
	n := 0
	for must(w.store.Spend(w.ctx(), resident, 0, 0, w.clock())).Budget == store.Spent {
		n++
	}
	same(t, "left of five", n, 4)
}
