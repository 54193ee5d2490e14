package task

import (
	"testing"
	"time"
)

// call names who is called in.
func call(ids ...string) func(*Move) {
	return func(m *Move) {
		m.Helpers = nil
		for _, id := range ids {
			m.Helpers = append(m.Helpers, Helper{ID: id, Name: id, Due: nextNoon.Add(time.Hour), Person: to(id).Person})
		}
	}
}

// called is a task in work with co-handlers who have not answered.
func called(ids ...string) Task {
	x := in(Signed, func(t *Task) { t.Helpers = nil })
	for _, id := range ids {
		x.Helpers = append(x.Helpers, Helper{ID: id, Name: id, CalledAt: nine, Due: nine.Add(time.Hour)})
	}
	return x
}

func TestCallIn(t *testing.T) {
	reporterToo := func(m *Move) { m.Helpers = append(m.Helpers, Helper{ID: "zhao", Person: zhao}) }
	check(t, []guard{
		{"two at once", in(Signed), move(CallIn, handler, call("wei", "xu")), nil},
		{"nobody", in(Signed), move(CallIn, handler, call()), ErrNoTarget},
		{"somebody without an id", in(Signed), move(CallIn, handler, call("wei", "")), ErrNoTarget},
		{"the handler", in(Signed), move(CallIn, chief, call("li")), ErrNoTarget},
		{"the reporter", in(Signed), move(CallIn, handler, reporterToo), ErrOwnReport},
		{"the reporter, who has left", in(Signed, gone), move(CallIn, handler, reporterToo), nil},
		{"who helps already", called("wei"), move(CallIn, handler, call("wei")), ErrNoTarget},
		{"who helps already, among others", called("wei"), move(CallIn, handler, call("xu", "wei")), ErrNoTarget},
		{"twice in one breath", in(Signed), move(CallIn, handler, call("wei", "wei")), ErrNoTarget},
		{"whose part is done, for another", in(Signed), move(CallIn, handler, call("he")), nil},
		{"by a colleague", in(Signed), move(CallIn, colleague), ErrNotYours},
		{"while the result is checked", in(Checking), move(CallIn, handler), ErrStatus},
	})
	c, err := in(Signed).Apply(move(CallIn, handler, call("wei", "xu")))
	if err != nil || c.Events[0].Target != "wei xu" || len(c.After.Helpers) != 3 {
		t.Fatalf("called: %+v, %+v, %v", c.After.Helpers, c.Events, err)
	}
	want := Helper{ID: "wei", Name: "wei", CalledAt: nextNoon, Due: nextNoon.Add(time.Hour)}
	if got := c.After.Helpers[1]; got != want {
		t.Errorf("called %+v, want %+v without the identity", got, want)
	}
	again := do(t, in(Signed), move(CallIn, handler, call("he"))).Helpers
	if len(again) != 1 || !again[0].Done.IsZero() || !again[0].Answered.IsZero() || again[0].Late || !again[0].CalledAt.Equal(nextNoon) {
		t.Errorf("called again: %+v", again)
	}
}

func TestRespondAndComplete(t *testing.T) {
	wei := staff("wei")
	open := called("wei")
	answered := do(t, open, move(Respond, wei))
	done := do(t, answered, move(Complete, wei, at(nextNoon.Add(time.Hour))))
	check(t, []guard{
		{"answered twice", answered, move(Respond, wei), ErrStatus},
		{"answered when it is done", done, move(Respond, wei), ErrStatus},
		{"answered without words", open, move(Respond, wei, note("")), nil},
		{"done without an answer before", open, move(Complete, wei), nil},
		{"done twice", done, move(Complete, wei), ErrStatus},
		{"done, in no words", answered, move(Complete, wei, note("")), ErrNoteTooShort},
		{"done, by photo", answered, move(Complete, wei, note(""), image("m1")), nil},
		{"who was not called does not exist", open, move(Respond, staff("xu")), ErrNotFound},
		{"a colleague was not called", open, move(Complete, colleague), ErrNotYours},
		{"the handler cannot do their part", open, move(Complete, handler), ErrNotYours},
		{"while the clocks stand still", do(t, open, move(Suspend, senior)), move(Complete, wei), nil},
	})
	if h := answered.Helpers[0]; !h.Answered.Equal(nextNoon) || !h.Done.IsZero() {
		t.Errorf("answered: %+v", h)
	}
	if h := done.Helpers[0]; !h.Answered.Equal(nextNoon) || !h.Done.Equal(nextNoon.Add(time.Hour)) {
		t.Errorf("done: %+v", h)
	}
	short := do(t, open, move(Complete, wei, image("m1")))
	if h := short.Helpers[0]; !h.Answered.Equal(nextNoon) || len(short.Media) != 2 || short.Media[1].By != "wei" {
		t.Errorf("done at once: %+v, media %+v", h, short.Media)
	}
}

func TestFinishWaitsForTheCoHandlers(t *testing.T) {
	wei, open := staff("wei"), called("wei", "xu")
	one := do(t, open, move(Complete, wei))
	check(t, []guard{
		{"two are at work", open, move(Finish, handler), ErrHelpersOpen},
		{"one is at work", one, move(Finish, handler), ErrHelpersOpen},
		{"both are done", do(t, one, move(Complete, staff("xu"))), move(Finish, handler), nil},
		{"one is done, one let go", do(t, one, move(Dismiss, handler, give("xu"))), move(Finish, handler), nil},
		{"one is called again", do(t, do(t, called("wei"), move(Complete, wei)), move(CallIn, handler, call("wei"))), move(Finish, handler), ErrHelpersOpen},
	})
}

func TestDismiss(t *testing.T) {
	check(t, []guard{
		{"who was called", called("wei"), move(Dismiss, handler, give("wei")), nil},
		{"who was not", called("wei"), move(Dismiss, handler, give("xu")), ErrNoTarget},
		{"nobody", called("wei"), move(Dismiss, handler, nobody), ErrNoTarget},
		{"by themselves", called("wei"), move(Dismiss, staff("wei"), give("wei")), ErrNotYours},
	})
	x := do(t, called("wei", "xu"), move(Dismiss, handler, give("wei")))
	if len(x.Helpers) != 1 || x.Helpers[0].ID != "xu" {
		t.Errorf("left: %+v", x.Helpers)
	}
	check(t, []guard{{"who was let go sees it no more", x, move(Respond, staff("wei")), ErrNotFound}})
}

func TestWhoHasItHelpsNobodyButThemselves(t *testing.T) {
	for name, x := range map[string]Task{
		"given":    do(t, called("wei", "xu"), move(Transfer, chief, give("wei"))),
		"signed":   do(t, do(t, called("wei", "xu"), move(Dispatch, desk, give("wu"))), move(Sign, staff("wei", inGrid))),
		"reopened": do(t, in(Closed), move(Reopen, reporter, give("he"))),
	} {
		if x.helps(x.Handler) {
			t.Errorf("%s: %s has it and helps: %+v", name, x.Handler, x.Helpers)
		}
		if name != "reopened" && (x.Handler != "wei" || !x.helps("xu")) {
			t.Errorf("%s: %s has it, the others: %+v", name, x.Handler, x.Helpers)
		}
	}
}

func TestWhatBecomesConfidentialLeavesItsCoHandlers(t *testing.T) {
	for _, keep := range []string{"li", "lin"} {
		x := do(t, called("wei"), move(Reclassify, desk, as(complaint), give(keep)))
		if x.Handler != keep || len(x.Helpers) != 0 {
			t.Errorf("kept by %s: %q has it, %+v help", keep, x.Handler, x.Helpers)
		}
		check(t, []guard{{"kept by " + keep, x, move(Respond, staff("wei")), ErrNotFound}})
	}
	if x := do(t, called("wei"), move(Reclassify, desk)); len(x.Helpers) != 1 {
		t.Errorf("a correction let the co-handlers go: %+v", x.Helpers)
	}
}
