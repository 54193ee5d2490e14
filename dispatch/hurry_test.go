package dispatch

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/store"
	"gridbot/task"
)

// hurry is a notice that must not wait, for somebody for whom news wait already.
func (w *world) hurry(n task.Notice) {
	w.t.Helper()
	must(w.store.Enqueue(w.ctx(), street, w.key(), n, w.clock()))
}

// What cannot wait is not kept until the morning, nor for what is gathered, by news that
// were there before it: they go with it.
func TestNewsDoNotKeepWhatCannotWait(t *testing.T) {
	for _, c := range []struct {
		name  string
		quiet bool
		what  func(w *world, x task.Task) task.Notice
	}{
		{"an answer at night", true, func(*world, task.Task) task.Notice {
			return task.Notice{To: resident.Party(), About: task.AboutAnswer, Note: "您刚才的话收到了"}
		}},
		{"an answer while news are gathered", false, func(*world, task.Task) task.Notice {
			return task.Notice{To: resident.Party(), About: task.AboutAnswer, Note: "您刚才的话收到了"}
		}},
		{"news of a danger at night", true, func(_ *world, x task.Task) task.Notice {
			return task.Notice{Task: x.ID, To: resident.Party(), About: task.AboutProgress, Note: "您刚才的话收到了", Urgent: true}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := quick(t)
			w.set("2026-06-01 21:50")
			x := w.spoken(store.MessageWindow())
			p := w.courier(nil).gathering()
			p.c.o.Hours = must(grid.ParseSpan("07:00-22:00"))
			w.progress(x, "第一条")
			p.round()
			p.taken()
			if c.quiet {
				w.set("2026-06-01 22:30")
			}
			w.progress(x, "第二条")
			p.round()
			p.sent()
			w.hurry(c.what(w, x))
			p.round()
			var all string
			for _, s := range p.taken() {
				all += s.text
			}
			if i, j := strings.Index(all, "第二条"), strings.Index(all, "您刚才的话收到了"); i < 0 || j < i {
				t.Errorf("told\n%s", all)
			}
		})
	}
}

// Whom the platform does not know by WeChat any more, or whose account it holds up, hears of
// danger by telephone.
func TestDangerGoesByTelephoneWhenThePlatformWillNot(t *testing.T) {
	for _, r := range []task.Result{{Outcome: task.Unreachable, RetryAfter: time.Hour}, {Outcome: task.Hold}} {
		t.Run(r.Outcome.String(), func(t *testing.T) {
			w := quick(t)
			w.people(func(s *grid.Staff) { s.Phone = "13800002222" })
			o := w.report("fire", grid1)
			o.Danger = 2
			w.open(o)
			p := w.courier(func(s sending) task.Result {
				if s.channel == channelSMS {
					return task.Result{}
				}
				return r
			})
			p.round()
			byPhone := 0
			for _, s := range p.taken() {
				if s.channel == channelSMS {
					byPhone++
				}
			}
			if byPhone == 0 {
				t.Error("nobody was told by telephone")
			}
		})
	}
}

// Danger does not wait behind what another matter waits for.
func TestDangerPassesWhatIsTriedAgainLater(t *testing.T) {
	w := quick(t)
	x := w.one()
	p := w.courier(func(s sending) task.Result {
		if strings.Contains(s.text, x.ID.String()) {
			return task.Result{Outcome: task.RetryLater}
		}
		return task.Result{}
	})
	o := w.report("streetlight", grid2)
	o.Reporter = neighbour(3)
	y := w.open(o)
	w.hurry(task.Notice{Task: y.ID, To: task.Party{Kind: task.ToStaff, Staff: x.Handler}, About: task.AboutCritical})
	w.hurry(task.Notice{Task: x.ID, To: task.Party{Kind: task.ToStaff, Staff: x.Handler}, About: task.AboutCritical})
	p.round()
	var told []string
	for _, s := range p.taken() {
		if s.to == x.Handler {
			told = append(told, strings.Join(strings.Fields(s.text)[:1], ""))
		}
	}
	same(t, "told", strings.Join(told, " "), "【新任务·一般】"+x.ID.String()+" 【特急】"+y.ID.String())
	waiting, _ := w.depth()
	if waiting < 2 {
		t.Errorf("%d wait, want the one that failed and what is behind it", waiting)
	}
}

// A late try that fails like the first goes on to the next channel.
func TestAnOpenidThatStaysUnknownLeadsOn(t *testing.T) {
	w := quick(t)
	w.one()
	p := w.courier(func(s sending) task.Result {
		if s.channel == channelText {
			return task.Result{Outcome: task.Unreachable, RetryAfter: time.Hour}
		}
		return task.Result{}
	})
	p.round()
	p.sent("custom s11 ")
	w.pass(time.Hour)
	p.round()
	p.sent("custom s11 ", "template s11 staff")
}

// Who has a task again does not hear that somebody else, they themselves, has it.
func TestNobodyHearsThatTheyHaveTheirOwnTask(t *testing.T) {
	w := quick(t)
	x := w.one()
	w.taken()
	o := by(x.Handler, x, task.Transfer)
	o.To = full1b
	w.do(o)
	w.hurry(task.Notice{Task: x.ID, To: task.Party{Kind: task.ToStaff, Staff: full1b}, About: task.AboutAway})
	p := w.courier(nil)
	p.round()
	for _, s := range p.taken() {
		if strings.Contains(s.text, "不用再处理") {
			t.Errorf("told %s", s.text)
		}
	}
}

// When one of several that were told together is taken away meanwhile, the others are not
// told again.
func TestWhatIsTakenAwayWhileToldDoublesNothing(t *testing.T) {
	w := quick(t)
	x := w.spoken(store.MessageWindow())
	y := w.signed("elevator_fault")
	w.taken()
	w.progress(x, "第一条")
	w.progress(y, "第二条")
	sent := 0
	p := w.courier(nil).gathering()
	p.answer = func(sending) task.Result {
		if sent++; sent == 1 {
			check(w.t, w.store.Redact(w.ctx(), x.ID, func(s string) string { return s }))
		}
		return task.Result{}
	}
	p.round()
	w.pass(time.Hour)
	p.round()
	same(t, "sent", len(p.taken()), 1)
	waiting, buried := w.depth()
	same(t, "left", fmt.Sprint(waiting, buried), "0 0")
}
