package task

import (
	"slices"
	"testing"
	"time"
)

func TestMerge(t *testing.T) {
	with := func(seq int64) func(*Move) { return func(m *Move) { m.Other = seq } }
	check(t, []guard{
		{"with another", in(Accepted), move(Merge, system), nil},
		{"with itself", in(Accepted), move(Merge, system, with(1042)), ErrMerge},
		{"with nothing", in(Accepted), move(Merge, system, with(0)), ErrMerge},
		{"one that has parts of its own", in(Accepted, neighbours(1007)), move(Merge, desk), ErrMerge},
		{"a confidential one", in(Accepted, confidential), move(Merge, desk), ErrMerge},
		{"a part, once more", in(Merged), move(Merge, desk), ErrStatus},
		{"one that is done", in(Checking), move(Merge, desk), ErrStatus},
		{"one whose clocks stand still", in(NeedInfo), move(Merge, desk), ErrStatus},
		{"by a colleague", in(Signed), move(Merge, colleague), ErrNotYours},
		{"by its reporter", in(Signed), move(Merge, reporter), ErrNotYours},
	})
}

func TestAMergedTaskHasNoHandlerAndNoClock(t *testing.T) {
	for _, s := range undone {
		c, err := in(s, asked("li"), waiting).Apply(move(Merge, desk))
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		held := Accepted
		if s == Pending {
			held = Pending
		}
		x := c.After
		if x.Status != Merged || x.Held != held || x.Parent != 1001 || !x.PausedAt.Equal(nextNoon) || x.Handler != "" || x.HandlerName != "" ||
			len(x.Helpers) != 0 || !x.Wish.IsZero() || c.Events[0].Target != "1001" {
			t.Errorf("%s: %+v, %+v", s, x, c.Events)
		}
		later := move(Unmerge, desk)
		back, err := x.Apply(later)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		if y := back.After; y.Status != held || unpaused(y) != "" || y.Handler != "" || y.Plan != later.Plan || back.Events[0].Target != "1001" {
			t.Errorf("%s, on its own again: %+v, left behind %q", s, y, unpaused(y))
		}
	}
}

func TestAbsorb(t *testing.T) {
	more := func(u Urgency) func(*Move) { return func(m *Move) { m.Urgency = u } }
	check(t, []guard{
		{"another", in(Signed), move(Absorb, system), nil},
		{"the same twice", in(Signed, neighbours(1002)), move(Absorb, system), ErrMerge},
		{"into a confidential one", in(Signed, confidential), move(Absorb, system), ErrMerge},
		{"into a part", in(Signed, func(t *Task) { t.Parent = 1001 }), move(Absorb, system), ErrMerge},
		{"into one that is over", in(Closed), move(Absorb, system), ErrStatus},
		{"into one that is to be rated", in(Feedback), move(Absorb, system), ErrStatus},
		{"a danger into what is put off", in(Suspended), move(Absorb, system, more(Critical)), ErrMerge},
		{"an urgent one into what is put off", in(Suspended), move(Absorb, system, more(Urgent)), nil},
		{"a danger into what waits for an answer", in(NeedInfo), move(Absorb, system, more(Critical)), nil},
		{"by the dispatcher", in(Signed), move(Absorb, desk), ErrNotYours},
	})
	for _, mine := range Urgencies() {
		for _, other := range append(Urgencies(), "", "nonsense") {
			want := mine
			if other.Valid() && other.Rank() < mine.Rank() {
				want = other
			}
			if x := do(t, in(Signed, urgency(mine)), move(Absorb, system, more(other))); x.Urgency != want {
				t.Errorf("%s takes %q in and becomes %s, want %s", mine, other, x.Urgency, want)
			}
		}
	}
	x := do(t, in(Signed, neighbours(1001)), move(Absorb, system))
	if !slices.Equal(x.Merged, []int64{1001, 1002}) || x.Plan != during(nextNoon) || x.Handler != "li" {
		t.Errorf("taken in: %+v", x)
	}
}

func TestShed(t *testing.T) {
	parent := in(Signed, neighbours(1001, 1002, 1003))
	for seq, left := range map[int64][]int64{1001: {1002, 1003}, 1002: {1001, 1003}, 1003: {1001, 1002}} {
		x := do(t, parent, move(Shed, system, func(m *Move) { m.Other = seq }))
		if !slices.Equal(x.Merged, left) || x.Urgency != parent.Urgency || x.Plan != parent.Plan {
			t.Errorf("without %d: %+v", seq, x)
		}
	}
	check(t, []guard{
		{"one that is no part", parent, move(Shed, system, func(m *Move) { m.Other = 1009 }), ErrMerge},
		{"by the dispatcher", parent, move(Shed, desk), ErrNotYours},
	})
	if !slices.Equal(parent.Merged, []int64{1001, 1002, 1003}) {
		t.Errorf("the task itself was changed: %v", parent.Merged)
	}
}

func TestEarlier(t *testing.T) {
	early, late := during(nine), during(nextNoon)
	for _, x := range []struct {
		name             string
		mine, other      Plan
		contact, finish  time.Time
		provisional      bool
		feedback, accept time.Time
	}{
		{"mine", early, late, early.Contact, early.Finish, false, time.Time{}, early.Accept},
		{"the other's", late, early, early.Contact, early.Finish, false, time.Time{}, early.Accept},
		{"only mine", early, Plan{}, early.Contact, early.Finish, false, time.Time{}, early.Accept},
		{"only the other's", Plan{Provisional: true}, late, late.Contact, late.Finish, true, time.Time{}, late.Accept},
		{"of each its own", Plan{Contact: nine, Finish: nextNoon}, Plan{Contact: nextNoon, Finish: nine, Feedback: eight, Provisional: true},
			nine, nine, true, eight, time.Time{}},
	} {
		mine := x.mine
		got := x.mine.Earlier(x.other)
		if got.Contact != x.contact || got.Finish != x.finish || got.Feedback != x.feedback || got.Accept != x.accept || got.Provisional != x.provisional {
			t.Errorf("%s: %+v", x.name, got)
		}
		if got.Start != mine.Start || got.Return != mine.Return || x.mine != mine {
			t.Errorf("%s: it changed more than the deadlines: %+v", x.name, got)
		}
	}
}

func TestMergeable(t *testing.T) {
	unnamed := func(t *Task) { t.Category = Unclassified }
	unplaced := func(t *Task) { t.Place.Microgrid = "" }
	for _, s := range Statuses() {
		if x := in(s); x.Mergeable() != s.Open() {
			t.Errorf("%s: %t", s, x.Mergeable())
		}
	}
	for name, x := range map[string]Task{"confidential": in(Signed, confidential), "unnamed": in(Pending, unnamed), "unplaced": in(Signed, unplaced)} {
		if x.Mergeable() {
			t.Errorf("what is %s could be the same matter as another", name)
		}
	}
}
