package task

import (
	"errors"
	"testing"
	"time"
)

func TestReopenWindow(t *testing.T) {
	end := nine.Add(time.Hour).Add(ReopenWindow) // finished an hour after nine
	check(t, []guard{
		{"the same day", in(Closed), move(Reopen, reporter), nil},
		{"on the last day", in(Closed), move(Reopen, reporter, at(end)), nil},
		{"after 15 days", in(Closed), move(Reopen, reporter, at(end.Add(time.Second))), ErrReopenLate},
		{"after 15 days, never rated", in(Feedback), move(Reopen, reporter, at(end.Add(time.Second))), ErrReopenLate},
	})
	late := do(t, in(Feedback), move(Rate, reporter, rating(Dissatisfied), at(end.Add(time.Second))))
	if late.Status != Closed || late.Rating != Dissatisfied || late.Reworks != 0 {
		t.Errorf("dissatisfied after 15 days: %s, %s, %d reworks; want it counted and closed", late.Status, late.Rating, late.Reworks)
	}
	last := do(t, in(Feedback), move(Rate, reporter, rating(Dissatisfied), give("li"), at(end)))
	if last.Status != Dispatched || last.Rating != Dissatisfied || last.Reworks != 1 {
		t.Errorf("dissatisfied on the last day: %s, %s, %d reworks; want it worked again", last.Status, last.Rating, last.Reworks)
	}
}

func TestRatings(t *testing.T) {
	for _, r := range []Rating{Satisfied, Acceptable} {
		after := do(t, in(Feedback), move(Rate, reporter, rating(r)))
		if after.Status != Closed || after.Rating != r || !after.ClosedAt.Equal(nextNoon) {
			t.Errorf("%s: %s, rated %s, closed %v", r, after.Status, after.Rating, after.ClosedAt)
		}
	}
}

// worked brings a reopened task to its end again.
func worked(t *testing.T, x Task) Task {
	t.Helper()
	return do(t, do(t, do(t, x, move(Sign, handler)), move(Contact, handler)), move(Finish, handler))
}

func TestReworkTwiceThenTheStreet(t *testing.T) {
	for _, by := range []Move{move(Reopen, reporter), move(Rate, reporter, rating(Dissatisfied), give("li"))} {
		x := in(Feedback)
		for round := 1; round <= MaxReworks; round++ {
			x = do(t, x, by)
			if x.Status != Dispatched || x.Handler != "li" || x.Reworks != round || x.Supervised || x.Urgency != Rework {
				t.Fatalf("%s %d: %+v", by.Kind, round, x)
			}
			x = worked(t, x)
		}
		x = do(t, x, by)
		if x.Status != Returned || x.Handler != "" || !x.Supervised || x.Reworks != MaxReworks+1 {
			t.Fatalf("%s after %d reworks: %+v", by.Kind, MaxReworks, x)
		}
		x = worked(t, do(t, x, move(Dispatch, desk, give("li"))))
		if x = do(t, x, by); x.Status != Returned || !x.Supervised {
			t.Errorf("%s once more: %s, supervised %t", by.Kind, x.Status, x.Supervised)
		}
	}
}

func TestReworkStartsTheClocksAnew(t *testing.T) {
	contacted := func(t *Task) { t.ContactedAt, t.ClosedAt, t.Rating = nine, nextNoon, Satisfied }
	x := do(t, in(Closed, contacted), move(Reopen, reporter))
	if !x.ContactedAt.IsZero() || !x.FinishedAt.IsZero() || !x.ClosedAt.IsZero() || !x.SignedAt.IsZero() ||
		x.Rating != "" || x.Plan != during(nextNoon) || !x.DispatchedAt.Equal(nextNoon) {
		t.Errorf("reopened: %+v", x)
	}
	if x = do(t, x, move(Sign, handler)); !do(t, x, move(Contact, handler)).ContactedAt.Equal(nextNoon) {
		t.Error("the first contact after the reopening is not recorded")
	}
}

func TestReworkWithNobodyToTakeIt(t *testing.T) {
	x := do(t, in(Feedback), move(Reopen, reporter, nobody))
	if x.Status != Returned || x.Handler != "" || x.Supervised {
		t.Errorf("%s with %q, supervised %t; want the desk, not yet supervised", x.Status, x.Handler, x.Supervised)
	}
	supervised := func(t *Task) { t.Supervised = true }
	if x = do(t, in(Feedback, supervised), move(Reopen, reporter)); !x.Supervised {
		t.Error("a reopening ended the street's supervision")
	}
}

func TestReworkNeverSlowsDown(t *testing.T) {
	want := map[Urgency]Urgency{Critical: Critical, Urgent: Urgent, Rework: Rework, Normal: Rework, Complex: Rework, Info: Rework}
	for u, after := range want {
		if x := do(t, in(Feedback, urgency(u)), move(Reopen, reporter)); x.Urgency != after {
			t.Errorf("%s not solved becomes %s, want %s", u, x.Urgency, after)
		}
	}
}

func TestDangerKeepsItsUrgency(t *testing.T) {
	danger := func(level int) func(*Task) { return func(t *Task) { t.Danger = level } }
	reworked := func(t *Task) { t.Reworks = 1 }
	at := func(u Urgency) func(*Move) { return func(m *Move) { m.Urgency = u } }
	for _, x := range []struct {
		name   string
		before Task
		move   Move
		want   Urgency
	}{
		{"the category's own", in(Pending), move(Accept, desk), Normal},
		{"the dispatcher's choice", in(Pending), move(Accept, desk, at(Urgent)), Urgent},
		{"risk is for a person to decide", in(Pending, danger(1)), move(Accept, desk), Normal},
		{"danger on accepting", in(Pending, danger(2)), move(Accept, desk), Critical},
		{"danger against the dispatcher's choice", in(Pending, danger(2)), move(Accept, desk, at(Info)), Critical},
		{"the corrected category's own", in(Signed), move(Reclassify, desk, as(gas)), Critical},
		{"danger on correcting", in(Signed, danger(2)), move(Reclassify, handler), Critical},
		{"rework on correcting", in(Signed, reworked), move(Reclassify, handler), Rework},
		{"rework corrected upwards", in(Signed, reworked), move(Reclassify, desk, as(gas)), Critical},
		{"danger on reopening", in(Feedback, danger(2), urgency(Critical)), move(Reopen, reporter), Critical},
	} {
		if got := do(t, x.before, x.move).Urgency; got != x.want {
			t.Errorf("%s: %s, want %s", x.name, got, x.want)
		}
		foreseen := x.before.As(x.move.Category, x.move.Urgency).Urgency
		if x.move.Kind == Reopen {
			foreseen = x.before.Again().Urgency
		}
		if foreseen != x.want {
			t.Errorf("%s: the deadlines would go by %s, want %s", x.name, foreseen, x.want)
		}
	}
}

func TestConfidentialIsShownToTheHandlerAndTheDesk(t *testing.T) {
	sees := map[string]bool{"reporter": true, "handler": true, "desk": true, "system": true, "himself": true,
		"resident": false, "colleague": false, "chief": false, "senior": false, "stranger": false, "helper": true, "joined": true}
	for name, a := range actors() {
		x := in(Dispatched, confidential)
		if got := x.Shown(a); got != sees[name] {
			t.Errorf("%s: shown %t, want %t", name, got, sees[name])
		}
	}
}

func TestAColleagueCannotSignWhatIsConfidential(t *testing.T) {
	check(t, []guard{
		{"a colleague does not even learn of it", in(Dispatched, confidential), move(Sign, colleague), ErrNotFound},
		{"a chief neither", in(Dispatched, confidential), move(Sign, chief), ErrNotFound},
		{"the dispatcher sees it, but has it not", in(Dispatched, confidential), move(Sign, desk), ErrNotYours},
		{"nor as a colleague of the grid", in(Dispatched, confidential), move(Sign, staff("zhou", atDesk, inGrid)), ErrNotYours},
		{"the handler signs", in(Dispatched, confidential), move(Sign, handler), nil},
		{"a chief does not check it", in(Checking, confidential), move(Pass, chief), ErrNotFound},
		{"the desk does", in(Checking, confidential), move(Pass, desk), nil},
	})
}

func TestWhatBecomesConfidentialLeavesTheGrid(t *testing.T) {
	for _, s := range []Status{Dispatched, Signed, Processing} {
		x := do(t, in(s), move(Reclassify, desk, as(complaint)))
		if x.Status != Accepted || x.Handler != "" || !x.Confidential {
			t.Errorf("%s: %s with %q; want the desk", s, x.Status, x.Handler)
		}
		if _, err := x.Apply(move(Contact, handler)); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: its old handler still sees it: %v", s, err)
		}
		x = do(t, in(s), move(Reclassify, desk, as(complaint), give("lin")))
		if x.Status != Dispatched || x.Handler != "lin" {
			t.Errorf("%s given to lin: %s with %q", s, x.Status, x.Handler)
		}
	}
	stays := map[string]Task{
		"the handler is named":     do(t, in(Signed), move(Reclassify, desk, as(complaint), give("li"))),
		"it was so already":        do(t, in(Signed, confidential), move(Reclassify, desk, as(complaint))),
		"it is not confidential":   do(t, in(Signed, confidential), move(Reclassify, desk)),
		"a target means only this": do(t, in(Signed), move(Reclassify, desk, give("lin"))),
	}
	for name, x := range stays {
		if x.Status != Signed || x.Handler != "li" {
			t.Errorf("%s: %s with %q; want it to stay", name, x.Status, x.Handler)
		}
	}
	for _, s := range []Status{Pending, Accepted, Returned, Checking} {
		if x := do(t, in(s), move(Reclassify, desk, as(complaint))); x.Status != s || !x.Confidential {
			t.Errorf("%s becomes confidential: %s, %t", s, x.Status, x.Confidential)
		}
	}
}
