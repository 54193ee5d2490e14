package dispatch

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gridbot/store"
	"gridbot/task"
)

// one leaves exactly one notice in the outbox: a new task for a worker of grid1.
func (w *world) one() task.Task {
	w.t.Helper()
	o := w.report("streetlight", grid1)
	o.Reporter = task.Person{}
	return w.open(o)
}

// delivery is one line of the table: what the platform answers, in order, and what
// becomes of the notice.
type delivery struct {
	name    string
	closed  bool // the platform has said that nothing is left of the person's window
	longAgo bool // the person wrote last three days ago
	answers []task.Result
	calls   string // channels in order
	end     string // sent, buried, or when it is tried again after now, "1s" standing for the backoff
	free    bool   // the attempt does not count
	alarms  string
}

func is(outcomes ...task.Outcome) []task.Result {
	var out []task.Result
	for _, o := range outcomes {
		out = append(out, task.Result{Outcome: o, Code: 4711})
	}
	return out
}

// after gives the last answer a time to wait.
func after(wait time.Duration, answers []task.Result) []task.Result {
	answers[len(answers)-1].RetryAfter = wait
	return answers
}

func attempts() []delivery {
	return []delivery{
		{name: "delivered", answers: is(task.Delivered), calls: "custom", end: "sent"},
		{name: "a passing fault", answers: is(task.RetryLater), calls: "custom", end: "1s"},
		{name: "a passing fault with a time", answers: after(7*time.Second, is(task.RetryLater)), calls: "custom", end: "7s"},
		{name: "a time-out", answers: is(task.Unknown), calls: "custom", end: "1s"},
		{name: "the window was closed", answers: is(task.WindowClosed, task.Delivered), calls: "custom template", end: "sent"},
		{name: "another channel", answers: is(task.NextChannel, task.Delivered), calls: "custom template", end: "sent"},
		{name: "no consent", answers: is(task.NoConsent, task.Delivered), calls: "custom template", end: "sent"},
		{name: "no quota here", answers: is(task.QuotaUsed, task.Delivered), calls: "custom template", end: "sent", alarms: "quota_used"},
		{name: "no quota anywhere", answers: is(task.QuotaUsed, task.QuotaUsed), calls: "custom template", end: "1h", free: true, alarms: "quota_used quota_used"},
		{name: "no quota and no template", answers: is(task.QuotaUsed, task.NextChannel), calls: "custom template", end: "1h", free: true, alarms: "quota_used"},
		{name: "gone", answers: is(task.Unreachable, task.Unreachable), calls: "custom template", end: "buried"},
		{name: "gone, reached by template", answers: is(task.Unreachable, task.Delivered), calls: "custom template", end: "sent"},
		{name: "perhaps gone", answers: after(time.Hour, is(task.Unreachable)), calls: "custom", end: "1h"},
		{name: "a broken account", answers: is(task.Hold), calls: "custom", end: "1m", free: true, alarms: "hold"},
		{name: "a broken account for templates", answers: is(task.NextChannel, task.Hold), calls: "custom template", end: "1m", free: true, alarms: "hold"},
		{name: "too fast", answers: is(task.SlowDown), calls: "custom", end: "1m", free: true, alarms: "slow_down"},
		{name: "too fast with a time", answers: after(90*time.Second, is(task.SlowDown)), calls: "custom", end: "90s", free: true, alarms: "slow_down"},
		{name: "too long", answers: is(task.Shorten, task.Delivered), calls: "custom custom", end: "sent"},
		{name: "still too long", answers: is(task.Shorten, task.Shorten), calls: "custom custom", end: "buried"},
		{name: "hopeless", answers: is(task.Bad), calls: "custom", end: "buried"},
		{name: "no channel at all", answers: is(task.NextChannel, task.NextChannel), calls: "custom template", end: "buried"},
		{name: "an outcome from the future", answers: is(task.Outcome(99)), calls: "custom", end: "buried"},

		{name: "closed: delivered", closed: true, answers: is(task.Delivered), calls: "template", end: "sent"},
		{name: "closed: a time-out", closed: true, answers: is(task.Unknown), calls: "template", end: "1s"},
		{name: "closed: no other channel", closed: true, answers: is(task.NextChannel), calls: "template", end: "buried"},
		{name: "long ago: the platform knows better", longAgo: true, answers: is(task.NextChannel, task.Delivered), calls: "template custom", end: "sent"},
		{name: "long ago: it is closed", longAgo: true, answers: is(task.NextChannel, task.WindowClosed), calls: "template custom", end: "buried"},
		{name: "a closed channel", answers: is(task.ChannelStopped, task.Delivered), calls: "custom template", end: "sent", alarms: "channel_stopped"},
		{name: "no channel that is open", answers: is(task.ChannelStopped, task.ChannelStopped), calls: "custom template", end: "buried", alarms: "channel_stopped channel_stopped"},
		{name: "closed: no quota", closed: true, answers: is(task.QuotaUsed), calls: "template", end: "1h", free: true, alarms: "quota_used"},
		{name: "closed: hopeless", closed: true, answers: is(task.Bad), calls: "template", end: "buried"},
	}
}

func TestWhatBecomesOfANotice(t *testing.T) {
	for _, a := range attempts() {
		t.Run(a.name, func(t *testing.T) {
			w := quick(t)
			if a.longAgo {
				w.pass(72 * time.Hour)
			}
			w.one()
			if a.closed {
				check(t, w.store.CloseWindow(w.ctx(), person(full1a), w.clock()))
			}
			next := 0
			p := w.courier(func(sending) task.Result {
				next++
				return a.answers[min(next, len(a.answers))-1]
			})
			p.round()
			var calls []string
			for _, c := range p.taken() {
				calls = append(calls, c.channel)
				same(t, "to", c.to, full1a)
			}
			same(t, "calls", strings.Join(calls, " "), a.calls)
			var alarms []string
			for _, alarm := range w.alarms {
				kind, _, _ := strings.Cut(alarm, ":")
				alarms = append(alarms, kind)
			}
			same(t, "alarms", strings.Join(alarms, " "), a.alarms)
			w.wantEnd(a)
		})
	}
}

// wantEnd checks where the one notice is now.
func (w *world) wantEnd(a delivery) {
	w.t.Helper()
	d := must(w.store.OutboxDepth(w.ctx(), street))
	switch a.end {
	case "sent":
		same(w.t, "left", fmt.Sprint(d.Waiting, d.Buried), "0 0")
		return
	case "buried":
		same(w.t, "left", fmt.Sprint(d.Waiting, d.Buried), "0 1")
		return
	}
	same(w.t, "left", fmt.Sprint(d.Waiting, d.Buried), "1 0")
	wait, want := d.Oldest.Sub(w.clock()), must(time.ParseDuration(a.end))
	if slack := time.Duration(0); a.end == "1s" {
		slack = want / 4
		if wait < want-slack || wait > want+slack {
			w.t.Errorf("tried again after %v, want about %v", wait, want)
		}
	} else {
		same(w.t, "tried again after", wait, want)
	}
	w.pass(wait)
	leased := w.lease()
	same(w.t, "leased", len(leased), 1)
	attempts := 2
	if a.free {
		attempts = 1
	}
	same(w.t, "attempts", leased[0].Attempts, attempts)
}

func TestATextThatMayHaveArrivedIsRiskedOnce(t *testing.T) {
	w := quick(t)
	w.one()
	p := w.courier(answers(task.Unknown))
	for range 5 {
		p.round()
		w.pass(time.Hour)
	}
	p.sent("custom s11 ", "custom s11 ")
	buried := must(w.store.Buried(w.ctx(), street, 9))
	same(t, "buried", len(buried), 1)
	if !strings.Contains(buried[0].LastErr, "unknown") {
		t.Errorf("buried because %q", buried[0].LastErr)
	}
}

// An attempt that certainly failed takes nothing of the risk that is run once.
func TestACertainFailureIsNoRisk(t *testing.T) {
	w := quick(t)
	w.one()
	p := w.courier(answers(task.RetryLater, task.Unknown, task.Delivered))
	for range 3 {
		p.round()
		w.pass(time.Hour)
	}
	p.sent("custom s11 ", "custom s11 ", "custom s11 ")
	waiting, buried := w.depth()
	same(t, "waiting", waiting, 0)
	same(t, "buried", buried, 0)
}

func TestATemplateThatMayHaveArrivedKeepsItsID(t *testing.T) {
	w := quick(t)
	w.one()
	check(t, w.store.CloseWindow(w.ctx(), person(full1a), w.clock()))
	p := w.courier(answers(task.Unknown))
	for range 5 {
		p.round()
		w.pass(time.Hour)
	}
	calls := p.taken()
	same(t, "attempts", len(calls), 3) // then the patience of this courier ends
	for _, c := range calls {
		same(t, "id", c.id, "12.1001.1.1")
	}
	_, buried := w.depth()
	same(t, "buried", buried, 1)
}

func TestPatienceEnds(t *testing.T) {
	w := quick(t)
	w.one()
	p := w.courier(answers(task.RetryLater))
	for range 9 {
		p.round()
		w.pass(time.Hour)
	}
	same(t, "attempts", len(p.taken()), 3)
	_, buried := w.depth()
	same(t, "buried", buried, 1)
	same(t, "settled", strings.Join(p.settled, ", "), "staff.new custom retry_later, staff.new custom retry_later, staff.new custom retry_later")

	ok := must(w.store.Unbury(w.ctx(), street, "1001.1.1", w.clock()))
	same(t, "found", ok, true)
	p.answer = nil
	p.round()
	p.sent("custom s11 ")
}

func TestAnAccountsFaultIsWaitedOutHoweverLong(t *testing.T) {
	w := quick(t)
	w.one()
	p := w.courier(answers(task.Hold))
	for range 20 {
		p.round()
		w.pass(2 * time.Minute)
	}
	same(t, "calls", len(p.taken()), 20)
	same(t, "alarms", w.alarmed("hold"), 20)
	p.answer = nil
	p.round()
	same(t, "calls", len(p.taken()), 1)
	waiting, buried := w.depth()
	same(t, "left", fmt.Sprint(waiting, buried), "0 0")
}

func TestAClosedWindowIsRemembered(t *testing.T) {
	w := quick(t)
	w.away(full1b)
	w.one()
	p := w.courier(func(s sending) task.Result {
		if s.channel == channelText {
			return task.Result{Outcome: task.WindowClosed}
		}
		return task.Result{}
	})
	p.round()
	w.one()
	p.round()
	p.sent("custom s11 ", "template s11 staff", "template s11 staff")
	w.speak(person(full1a), store.Profile{Staff: full1a}, store.MessageWindow())
	p.answer = nil
	w.one()
	p.round()
	p.sent("custom s11 ")
}

func TestTheBudgetIsCounted(t *testing.T) {
	w := quick(t)
	w.away(full1b)
	p := w.courier(nil)
	for range store.MessageWindow().Count + 1 {
		w.one()
		p.round()
	}
	calls := p.taken()
	same(t, "the last", calls[len(calls)-1].channel, channelTemplate)
	same(t, "the one before", calls[len(calls)-2].channel, channelText)
}

func TestShortenedOnce(t *testing.T) {
	w := quick(t)
	o := w.report("streetlight", grid1)
	o.Text = strings.Repeat("灯", 400)
	o.Reporter = task.Person{}
	w.open(o)
	p := w.courier(answers(task.Shorten, task.Delivered))
	p.c.words = must(LoadWords(longWords(), "words"))
	p.round()
	calls := p.taken()
	same(t, "calls", len(calls), 2)
	same(t, "the second", len([]rune(calls[1].text)), shortRunes)
}
