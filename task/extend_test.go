package task

import (
	"errors"
	"testing"
	"time"
)

var (
	due      = nine.Add(24 * time.Hour) // the deadline of in
	inTime   = at(due.Add(-time.Hour))  // while it can still be asked for
	wished   = due.Add(30 * time.Hour)  // what is asked for
	longest  = due.Add(48 * time.Hour)  // the most the rules allow
	waiting  = func(t *Task) { t.Wish = wished }
	extended = func(t *Task) { t.Extended = true }
)

// later asks for or grants a deadline.
func later(finish time.Time) func(*Move) {
	return func(m *Move) { m.Plan.Finish, m.Longest = finish, longest }
}

func TestAskExtension(t *testing.T) {
	ask := func(tweaks ...func(*Move)) Move {
		return move(AskExtension, handler, append([]func(*Move){inTime, later(wished)}, tweaks...)...)
	}
	check(t, []guard{
		{"in time", in(Signed), ask(), nil},
		{"at the last moment", in(Signed), ask(at(due)), nil},
		{"too late", in(Signed), ask(at(due.Add(time.Second))), ErrExtendLate},
		{"as long as the rules allow", in(Signed), ask(later(longest)), nil},
		{"longer", in(Signed), ask(later(longest.Add(time.Second))), ErrTooLong},
		{"by nothing", in(Signed), ask(later(due)), ErrTooLong},
		{"earlier", in(Signed), ask(later(due.Add(-time.Second))), ErrTooLong},
		{"without a reason", in(Signed), ask(note("")), ErrNoteTooShort},
		{"while one is asked for", in(Signed, waiting), ask(), ErrExtended},
		{"after it was extended", in(Signed, extended), ask(), ErrExtended},
		{"after it was extended, and late", in(Signed, extended), ask(at(due.Add(time.Second))), ErrExtended},
		{"before it is signed", in(Dispatched), ask(), nil},
	})
	x := do(t, in(Signed), ask())
	if !x.Wish.Equal(wished) || !x.Plan.Finish.Equal(due) || x.Extended {
		t.Errorf("asked for: %+v; the deadline stays until somebody grants it", x)
	}
}

func TestExtend(t *testing.T) {
	grant := func(tweaks ...func(*Move)) Move {
		return move(Extend, chief, append([]func(*Move){inTime, later(wished)}, tweaks...)...)
	}
	check(t, []guard{
		{"unasked, in time", in(Signed), grant(), nil},
		{"unasked, at the last moment", in(Signed), grant(at(due)), nil},
		{"unasked, too late", in(Signed), grant(at(due.Add(time.Second))), ErrExtendLate},
		{"unasked, without a reason", in(Signed), grant(note("")), ErrNoteTooShort},
		{"unasked, longer than the rules allow", in(Signed), grant(later(longest.Add(time.Second))), ErrTooLong},
		{"asked for, needs no reason", in(Signed, waiting), grant(note("")), nil},
		{"asked for in time, granted after the deadline", in(Signed, waiting), grant(at(due.Add(time.Hour))), nil},
		{"twice", in(Signed, extended), grant(), ErrExtended},
		{"by who has it", in(Signed, waiting, func(t *Task) { t.Handler = "chen" }), grant(), ErrNotYours},
		{"by the handler", in(Signed, waiting), move(Extend, handler), ErrNotYours},
		{"by the system", in(Signed, waiting), move(Extend, system), ErrNotYours},
	})
	other := grant(later(longest))
	other.Plan.Provisional = true
	x := do(t, in(Signed, waiting), other)
	if !x.Plan.Finish.Equal(wished) || !x.Extended || !x.Wish.IsZero() || !x.Plan.Provisional {
		t.Errorf("granted: %+v; want the day that was asked for", x)
	}
	if want := in(Signed).Plan; x.Plan.Accept != want.Accept || x.Plan.Contact != want.Contact || x.Plan.Return != want.Return {
		t.Errorf("the other clocks moved too: %+v", x.Plan)
	}
	if x = do(t, in(Signed), other); !x.Plan.Finish.Equal(longest) {
		t.Errorf("granted unasked: due %v, want %v", x.Plan.Finish, longest)
	}
}

func TestRefuseExtension(t *testing.T) {
	check(t, []guard{
		{"what was asked for", in(Signed, waiting), move(RefuseExtension, chief), nil},
		{"what was not", in(Signed), move(RefuseExtension, chief), ErrNoWish},
		{"without a reason", in(Signed, waiting), move(RefuseExtension, chief, note("")), ErrNoteTooShort},
		{"by the handler", in(Signed, waiting), move(RefuseExtension, handler), ErrNotYours},
	})
	x := do(t, in(Signed, waiting), move(RefuseExtension, chief))
	if !x.Wish.IsZero() || x.Extended || !x.Plan.Finish.Equal(due) {
		t.Errorf("refused: %+v", x)
	}
	if x = do(t, x, move(AskExtension, handler, inTime, later(wished))); !x.Wish.Equal(wished) {
		t.Error("what was refused in time may be asked for once more")
	}
}

// TestAWishEndsWithItsReason: an extension nobody has decided on is void once it is
// somebody else's work, done, or later anyway.
func TestAWishEndsWithItsReason(t *testing.T) {
	before := in(Signed, waiting)
	paused := do(t, before, move(Suspend, senior))
	resume := func(finish time.Time) Move {
		return move(Resume, senior, func(m *Move) { m.Plan.Finish = finish })
	}
	for name, x := range map[string]Task{
		"given to another":           do(t, before, move(Transfer, chief)),
		"signed by another":          do(t, in(Dispatched, waiting), move(Sign, colleague)),
		"returned":                   do(t, before, move(Return, handler)),
		"merged":                     do(t, before, move(Merge, handler)),
		"finished":                   do(t, before, move(Finish, handler)),
		"to be checked":              do(t, in(Signed, waiting, urgency(Urgent)), move(Finish, handler)),
		"withdrawn":                  do(t, before, move(Withdraw, reporter)),
		"overtaken by a pause":       do(t, paused, resume(wished.Add(time.Hour))),
		"reached by a pause exactly": do(t, paused, resume(wished)),
	} {
		if !x.Wish.IsZero() {
			t.Errorf("%s: %v is still asked for", name, x.Wish)
		}
		if _, err := x.Apply(move(Extend, desk, note(""))); err == nil {
			t.Errorf("%s: it was granted", name)
		}
	}
	for name, x := range map[string]Task{
		"while paused":   paused,
		"after a pause":  do(t, paused, resume(wished.Add(-time.Hour))),
		"with a word":    do(t, before, move(Progress, handler)),
		"after the ring": do(t, before, move(Ring, system)),
	} {
		if !x.Wish.Equal(wished) {
			t.Errorf("%s: it is not asked for any more", name)
		}
	}
	if _, err := paused.Apply(move(Extend, desk)); !errors.Is(err, ErrStatus) {
		t.Errorf("granted while the clocks stand still: %v", err)
	}
}
