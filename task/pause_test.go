package task

import (
	"errors"
	"testing"
	"time"
)

// until moves the day on which a status ends by itself.
func until(x time.Time) func(*Task) { return func(t *Task) { t.Until = x } }

// neighbours makes other reports part of the task.
func neighbours(seqs ...int64) func(*Task) { return func(t *Task) { t.Merged = seqs } }

func TestInquire(t *testing.T) {
	check(t, []guard{
		{"with a question", in(Pending), move(Inquire, desk), nil},
		{"without words", in(Pending), move(Inquire, desk, note(" ")), ErrNoteTooShort},
		{"of somebody who has left", in(Pending, gone), move(Inquire, desk), ErrNoTarget},
		{"by the handler, whose clocks would stop", in(Signed), move(Inquire, handler), ErrNotYours},
		{"twice", in(NeedInfo), move(Inquire, desk), ErrStatus},
	})
	for _, s := range []Status{Pending, Accepted, Dispatched, Signed, Processing, Returned} {
		x := do(t, in(s), move(Inquire, desk))
		if x.Status != NeedInfo || x.Held != s || !x.PausedAt.Equal(nextNoon) || !x.Until.Equal(nextNoon.Add(72*time.Hour)) || x.AskedBy != "zhou" {
			t.Errorf("%s: %+v", s, x)
		}
		if x.Handler != in(s).Handler || x.Plan != in(s).Plan {
			t.Errorf("%s: an inquiry changed the handler or the deadlines: %+v", s, x)
		}
	}
}

func TestLapse(t *testing.T) {
	end := nextNoon.Add(AnswerFor)
	asked := do(t, in(Signed), move(Inquire, desk))
	joined := do(t, in(Signed, neighbours(1001)), move(Inquire, desk))
	table := []guard{
		{"a second early", asked, move(Lapse, system, at(end.Add(-time.Second))), ErrNotDue},
		{"after 72 hours", asked, move(Lapse, system, at(end)), nil},
		{"long after", asked, move(Lapse, system, at(end.Add(240*time.Hour))), nil},
		{"by the dispatcher", asked, move(Lapse, desk, at(end)), ErrNotYours},
		{"neighbours wait for it too", joined, move(Lapse, system, at(end)), ErrJoined},
	}
	for _, u := range Urgencies() {
		want := map[bool]error{true: ErrCritical}[u == Critical || u == Urgent]
		waits := do(t, in(Signed), move(Inquire, desk))
		waits.Urgency = u // what was asked about can have become urgent since
		table = append(table, guard{string(u), waits, move(Lapse, system, at(end)), want},
			guard{"asked about, " + string(u), in(Signed, urgency(u)), move(Inquire, desk), map[bool]error{true: ErrCritical}[u == Critical]})
	}
	check(t, table)
	x := do(t, asked, move(Lapse, system, at(end)))
	if x.Status != Withdrawn || !x.ClosedAt.Equal(end) || x.AskedBy != "" || unpaused(x) != "" {
		t.Errorf("lapsed: %+v, %s", x, unpaused(x))
	}
}

// unpaused says what a pause has left behind, nothing when all is as it should be.
func unpaused(t Task) string {
	switch {
	case !t.PausedAt.IsZero():
		return "PausedAt"
	case t.Held != "":
		return "Held"
	case !t.Until.IsZero() && t.Status != Feedback:
		return "Until"
	case t.Parent != 0:
		return "Parent"
	}
	return ""
}

func TestSuspend(t *testing.T) {
	review := func(d time.Duration) func(*Move) { return func(m *Move) { m.Until = nextNoon.Add(d) } }
	table := []guard{
		{"for ten days", in(Signed), move(Suspend, senior), nil},
		{"for 90 days", in(Signed), move(Suspend, senior, review(90*24*time.Hour)), nil},
		{"for 90 days and a second", in(Signed), move(Suspend, senior, review(90*24*time.Hour+time.Second)), ErrTooLong},
		{"until now", in(Signed), move(Suspend, senior, review(0)), ErrTooLong},
		{"until a second from now", in(Signed), move(Suspend, senior, review(time.Second)), nil},
		{"without a day of review", in(Signed), move(Suspend, senior, func(m *Move) { m.Until = time.Time{} }), ErrTooLong},
		{"without a reason", in(Signed), move(Suspend, senior, note("")), ErrNoteTooShort},
		{"by the head of the grid", in(Signed), move(Suspend, chief), ErrNotYours},
		{"by the handler", in(Signed), move(Suspend, handler), ErrNotYours},
		{"by the senior who reported it", in(Signed), move(Suspend, staff("zhao", leads, above, func(a *Actor) { a.Person = zhao })), ErrOwnReport},
		{"nobody has it", in(Pending), move(Suspend, senior), ErrStatus},
	}
	for _, u := range Urgencies() {
		want := map[bool]error{true: ErrCritical}[u == Critical]
		table = append(table, guard{string(u), in(Signed, urgency(u)), move(Suspend, senior), want})
	}
	check(t, table)
	for _, s := range []Status{Dispatched, Signed, Processing} {
		x := do(t, in(s), move(Suspend, senior))
		if x.Status != Suspended || x.Held != s || !x.PausedAt.Equal(nextNoon) || !x.Until.Equal(nextNoon.Add(240*time.Hour)) || x.Handler != "li" {
			t.Errorf("%s: %+v", s, x)
		}
	}
}

func TestAPauseEndsWhereItBegan(t *testing.T) {
	for _, k := range []Kind{Inquire, Suspend} {
		for _, s := range undone {
			if k == Suspend && !assigned.has(s) {
				continue
			}
			paused := do(t, in(s), move(k, staff("feng", atDesk, leads)))
			for _, end := range []Move{move(Resume, senior), move(Resume, system), move(Supplement, reporter), move(Forget, system)} {
				end.At = nextNoon.Add(time.Hour)
				end.Plan = during(end.At)
				x := do(t, paused, end)
				if k == Suspend && end.Kind != Resume { // a word of the resident's does not end it, nor that they leave
					if x.Status != Suspended || x.Held != s || x.Plan != paused.Plan || !x.PausedAt.Equal(nextNoon) {
						t.Errorf("%s in %s, then %s: %+v", k, s, end.Kind, x)
					}
					continue
				}
				if x.Status != s || x.Plan != during(end.At) || x.AskedBy != "" || unpaused(x) != "" {
					t.Errorf("%s in %s, then %s: %s asked by %q, left behind %q", k, s, end.Kind, x.Status, x.AskedBy, unpaused(x))
				}
			}
		}
	}
}

func TestWithdrawnWhilePaused(t *testing.T) {
	for _, s := range []Status{NeedInfo, Suspended, Merged} {
		x := do(t, in(s, asked("zhou")), move(Withdraw, reporter))
		if x.Status != Withdrawn || unpaused(x) != "" || x.AskedBy != "" || !x.ClosedAt.Equal(nextNoon) {
			t.Errorf("%s: %+v, left behind %q", s, x, unpaused(x))
		}
	}
}

func TestWhatEndsByItselfForgetsItsDay(t *testing.T) {
	week := nextNoon.Add(RateFor)
	waiting := do(t, in(Signed), move(Finish, handler))
	if !waiting.Until.Equal(week) {
		t.Fatalf("a rating is waited for until %v, want %v", waiting.Until, week)
	}
	for name, m := range map[string]Move{
		"rated": move(Rate, reporter), "reopened": move(Reopen, reporter), "silence": move(Silence, system, at(week)),
		"the one who was to rate has left": move(Forget, system),
	} {
		if x := do(t, waiting, m); !x.Until.IsZero() || x.Status == Feedback {
			t.Errorf("%s: %s until %v", name, x.Status, x.Until)
		}
	}
	if x := do(t, waiting, move(Supplement, reporter, at(nextNoon.Add(time.Hour)))); !x.Until.Equal(week) {
		t.Errorf("a word more moved the week to %v", x.Until)
	}
}

func TestSilence(t *testing.T) {
	week := nextNoon.Add(7 * 24 * time.Hour)
	waiting := do(t, in(Signed), move(Finish, handler))
	check(t, []guard{
		{"a second early", waiting, move(Silence, system, at(week.Add(-time.Second))), ErrNotDue},
		{"after a week", waiting, move(Silence, system, at(week)), nil},
		{"by the dispatcher", waiting, move(Silence, desk, at(week)), ErrNotYours},
	})
	if x := do(t, waiting, move(Silence, system, at(week))); x.Status != Closed || x.Rating != "" || !x.ClosedAt.Equal(week) {
		t.Errorf("silence: %s, rated %q, closed %v; want it closed, unrated", x.Status, x.Rating, x.ClosedAt)
	}
	late := do(t, do(t, waiting, move(Silence, system, at(week))), move(Reopen, reporter, at(nextNoon.Add(ReopenWindow))))
	if late.Status != Dispatched {
		t.Errorf("silence took away the time to say it is not solved: %s", late.Status)
	}
}

func TestWhoIsLeftToRate(t *testing.T) {
	for _, x := range []struct {
		name   string
		before Task
		want   Status
	}{
		{"the reporter", in(Processing), Feedback},
		{"the reporter and neighbours", in(Processing, neighbours(1001)), Feedback},
		{"neighbours only", in(Processing, gone, neighbours(1001)), Feedback},
		{"nobody", in(Processing, gone), Closed},
	} {
		if got := do(t, x.before, move(Finish, handler)); got.Status != x.want || got.ClosedAt.IsZero() == (x.want == Closed) ||
			got.Until.IsZero() != (x.want == Closed) {
			t.Errorf("%s: %s, closed %v; want %s", x.name, got.Status, got.ClosedAt, x.want)
		}
		checked := do(t, do(t, x.before.As(light, Urgent), move(Finish, handler)), move(Pass, chief))
		if checked.Status != x.want {
			t.Errorf("%s, checked: %s; want %s", x.name, checked.Status, x.want)
		}
	}
	left := in(Feedback, neighbours(1001), until(nextNoon.Add(time.Hour)))
	if left = do(t, left, move(Forget, system)); left.Status != Feedback || !left.Until.Equal(nextNoon.Add(time.Hour)) {
		t.Errorf("the reporter left, neighbours did not: %s until %v", left.Status, left.Until)
	}
	if left = do(t, left, move(Shed, system)); left.Status != Closed || !left.ClosedAt.Equal(nextNoon) || !left.Until.IsZero() {
		t.Errorf("the last neighbour left too: %+v", left)
	}
}

func TestForgottenWhileAsked(t *testing.T) {
	for _, held := range []Status{Pending, Signed} {
		before := do(t, in(held), move(Inquire, desk))
		x := do(t, before, move(Forget, system))
		if x.Status != held || !x.Reporter.Zero() || x.AskedBy != "" || unpaused(x) != "" || x.Plan != during(nextNoon) {
			t.Errorf("asked in %s, then gone: %+v, left behind %q", held, x, unpaused(x))
		}
		if _, err := x.Apply(move(Inquire, desk)); !errors.Is(err, ErrNoTarget) {
			t.Errorf("somebody who has left is asked again: %v", err)
		}
	}
}

func TestTheCaseOutlivesThePerson(t *testing.T) {
	finished := do(t, in(Processing, gone), move(Finish, handler))
	checked := do(t, do(t, in(Processing, gone, urgency(Urgent)), move(Finish, handler)), move(Pass, chief))
	for name, after := range map[string]Task{"finished": finished, "checked": checked} {
		if after.Status != Closed || !after.ClosedAt.Equal(nextNoon) || after.Rating != "" {
			t.Errorf("%s: %s, closed %v, rated %q; want closed without a rating", name, after.Status, after.ClosedAt, after.Rating)
		}
	}
}
