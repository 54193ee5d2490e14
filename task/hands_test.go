package task

import (
	"errors"
	"testing"
)

func TestHandedUpAndSentBack(t *testing.T) {
	up := do(t, in(Signed), move(Escalate, handler, give("chen")))
	if up.From != "li" || up.Handler != "chen" || up.Status != Dispatched || up.Plan != during(nextNoon) {
		t.Fatalf("handed up: %+v", up)
	}
	down := do(t, up, move(SendBack, chief, give("li")))
	if down.From != "" || down.Handler != "li" || down.Status != Dispatched {
		t.Fatalf("sent back: %+v", down)
	}
	check(t, []guard{
		{"after signing", do(t, up, move(Sign, chief)), move(SendBack, chief, give("li")), nil},
		{"to another", up, move(SendBack, chief, give("wang")), ErrNoTarget},
		{"to nobody", up, move(SendBack, chief, nobody), ErrNoTarget},
		{"by who handed it up", up, move(SendBack, handler, give("li")), ErrNotYours},
		{"by the desk", up, move(SendBack, desk, give("li")), ErrNotYours},
		{"nobody handed it up", in(Signed), move(SendBack, handler, nobody), ErrNoTarget},
		{"twice", down, move(SendBack, handler, give("li")), ErrNoTarget},
	})
	if byChief := do(t, in(Signed), move(Escalate, chief, give("feng"))); byChief.From != "li" {
		t.Errorf("handed up by the head: from %q, want who had it", byChief.From)
	}
}

// TestOnlyWhoItWasHandedUpToSendsBack: whoever gets it after them has it from
// somebody else.
func TestOnlyWhoItWasHandedUpToSendsBack(t *testing.T) {
	up := do(t, in(Signed), move(Escalate, handler, give("chen")))
	back := do(t, up, move(Return, chief))
	for name, x := range map[string]Task{
		"transferred":           do(t, up, move(Transfer, chief, give("wang"))),
		"dispatched to another": do(t, up, move(Dispatch, desk, give("wang"))),
		"signed by another":     do(t, up, move(Sign, colleague)),
		"returned and ruled":    do(t, back, move(Rule, desk, give("wang"))),
		"merged and taken out":  do(t, do(t, do(t, up, move(Merge, desk)), move(Unmerge, desk)), move(Dispatch, desk, give("wang"))),
	} {
		if _, err := x.Apply(move(SendBack, colleague, give("li"))); !errors.Is(err, ErrNoTarget) || x.From != "" {
			t.Errorf("%s: from %q, sent back: %v", name, x.From, err)
		}
	}
	if further := do(t, up, move(Escalate, chief, give("feng"))); further.From != "chen" {
		t.Errorf("handed further up: from %q, want the last rung", further.From)
	}
}
