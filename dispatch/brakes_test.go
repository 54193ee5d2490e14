package dispatch

import (
	"fmt"
	"testing"
	"time"

	"gridbot/store"
	"gridbot/task"
)

func TestARefusedAccountIsLeftAlone(t *testing.T) {
	w := quick(t)
	for range 20 { // half of them to each of two people
		w.one()
	}
	p := w.courier(answers(task.SlowDown))
	p.c.o.Workers = 1
	p.round()
	same(t, "calls", len(p.taken()), 1)
	same(t, "alarms", w.alarmed("slow_down"), 1)
	waiting, buried := w.depth()
	same(t, "left", fmt.Sprint(waiting, buried), "20 0")
	p.answer = nil
	w.pass(59 * time.Second)
	p.round()
	same(t, "calls while it lasts", len(p.taken()), 0)
	w.pass(2 * time.Second)
	p.round()
	waiting, _ = w.depth()
	same(t, "left", waiting, 0)
}

func TestAnotherAccountGoesOn(t *testing.T) {
	w := quick(t)
	w.one()
	second := task.Person{Account: "second", OpenID: "oSecond"}
	w.speak(second, store.Profile{}, store.MessageWindow())
	o := w.report("streetlight", grid6)
	o.Reporter = second
	x := w.open(o)
	w.do(by(part6, x, task.Sign))
	p := w.courier(func(s sending) task.Result {
		if s.to == "oSecond" {
			return task.Result{}
		}
		return task.Result{Outcome: task.Hold}
	})
	p.c.o.Workers = 1
	p.round()
	p.sent("custom s11 ", "custom oSecond ") // s17 has signed: nothing to tell
}

func TestTheQuotaIsNewAtMidnightInChina(t *testing.T) {
	w := quick(t)
	p := w.courier(nil)
	for now, want := range map[string]time.Duration{
		"2026-06-01 10:00": 14 * time.Hour, "2026-06-01 23:59": time.Minute, "2026-06-02 00:00": 24 * time.Hour,
	} {
		w.set(now)
		same(t, now, p.c.pause(task.Result{Outcome: task.QuotaUsed}), want)
	}
}

func TestBackoff(t *testing.T) {
	for attempt, want := range map[int]time.Duration{
		0: time.Second, 1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 9: 256 * time.Second, 10: 5 * time.Minute, 1000: 5 * time.Minute,
	} {
		for range 200 {
			if got := backoff(attempt); got < want*3/4 || got > want*5/4 {
				t.Fatalf("attempt %d waits %v, want %v and a quarter more or less", attempt, got, want)
			}
		}
	}
}
