package task

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// rings names the alarms of a ring.
func rings(alarms ...Alarm) func(*Move) { return func(m *Move) { m.Rings = alarms } }

func TestRing(t *testing.T) {
	ring := func(alarms ...Alarm) Move { return move(Ring, system, rings(alarms...)) }
	check(t, []guard{
		{"something is due", in(Signed), ring(Alarm{Clock: ContactClock, Level: 80}), nil},
		{"nothing is due", in(Signed), ring(), ErrNotDue},
		{"by the desk", in(Signed), move(Ring, desk), ErrNotYours},
		{"what is part of another has no clock", in(Merged), ring(Alarm{Clock: FinishClock, Level: 50}), ErrStatus},
		{"what is over has none", in(Closed), ring(Alarm{Clock: FinishClock, Level: 50}), ErrStatus},
	})
	c, err := in(Signed).Apply(ring(Alarm{Clock: ContactClock, Level: 100}, Alarm{Clock: FinishClock, Level: 80}))
	if err != nil || c.Events[0].Target != "contact:100 finish:80" {
		t.Errorf("the history does not say which clocks asked: %+v, %v", c.Events, err)
	}
}

func TestOverdueGoesUpTheLadder(t *testing.T) {
	for _, clock := range Clocks() {
		for _, level := range Levels() {
			x := do(t, in(Signed), move(Ring, system, rings(Alarm{Clock: clock, Level: level})))
			rungs, street := 0, false
			if clock == FinishClock {
				rungs, street = map[int]int{100: 1, 150: 2, 200: 2}[level], level == 200
			}
			if x.Escalated != rungs || x.Supervised != street || x.Handler != "li" || x.Status != Signed || x.Plan != in(Signed).Plan {
				t.Errorf("%s at %d%%: up %d, the street %t, with %q; want %d, %t, its handler keeps it", clock, level, x.Escalated, x.Supervised, x.Handler, rungs, street)
			}
			for _, other := range Clocks() {
				for _, l := range Levels() {
					if want := other == clock && l <= level; x.Rang.Has(other, l) != want {
						t.Errorf("%s at %d%%: %s at %d%% has asked: %t", clock, level, other, l, !want)
					}
				}
			}
		}
	}
	x := do(t, do(t, in(Signed), move(Ring, system, rings(Alarm{Clock: FinishClock, Level: 150}))), move(Ring, system, rings(Alarm{Clock: FinishClock, Level: 100})))
	if x.Escalated != 2 {
		t.Errorf("a late ring took back a rung: %d", x.Escalated)
	}
	if again := do(t, in(Closed, func(t *Task) { t.Escalated, t.Supervised = 2, true }), move(Reopen, reporter)); again.Escalated != 0 || !again.Supervised {
		t.Errorf("reopened: up %d, the street %t; want the ladder anew, the street to stay", again.Escalated, again.Supervised)
	}
}

func TestACallRingsForItsHelperOnly(t *testing.T) {
	late := Alarm{Clock: HelpClock, Level: LevelOverdue, Who: "wei"}
	x := do(t, called("wei", "xu"), move(Ring, system, rings(late)))
	if !x.Helpers[0].Late || x.Helpers[1].Late || x.Rang != 0 || x.Escalated != 0 {
		t.Errorf("%+v, rang %b, up %d", x.Helpers, x.Rang, x.Escalated)
	}
	if y := do(t, x, move(Respond, staff("wei"))); !y.Helpers[0].Late || y.Helpers[0].Answered.IsZero() {
		t.Errorf("answered late: %+v", y.Helpers[0])
	}
	if z := do(t, called("xu"), move(Ring, system, rings(late))); z.Rang != 0 || z.Helpers[0].Late {
		t.Errorf("who was let go has rung: %+v", z)
	}
}

func TestReplan(t *testing.T) {
	certain := during(nextNoon)
	for _, s := range alive {
		x := do(t, in(s, func(t *Task) { t.Plan.Provisional = true }), move(Replan, system))
		if x.Plan != certain || x.Status != s {
			t.Errorf("%s: %+v", s, x.Plan)
		}
	}
	check(t, []guard{{"by the desk", in(Signed), move(Replan, desk), ErrNotYours}, {"what is over", in(Closed), move(Replan, system), ErrStatus}})
}

func TestTheFirstReportBackIsKept(t *testing.T) {
	wordless := do(t, in(Signed), move(Contact, handler))
	if !wordless.ReportedAt.IsZero() {
		t.Error("a call is no report back")
	}
	first := do(t, wordless, move(Progress, handler, at(nine)))
	second := do(t, first, move(Progress, handler))
	if !first.ReportedAt.Equal(nine) || !second.ReportedAt.Equal(nine) {
		t.Errorf("reported at %v, then %v; want the first time", first.ReportedAt, second.ReportedAt)
	}
	finished := do(t, in(Signed), move(Finish, handler))
	if !finished.ReportedAt.Equal(nextNoon) || !do(t, second, move(Finish, handler)).ReportedAt.Equal(nine) {
		t.Errorf("a result is the report back when there was none: %v", finished.ReportedAt)
	}
	if again := do(t, finished, move(Reopen, reporter)); !again.ReportedAt.IsZero() {
		t.Errorf("not solved, but reported back at %v", again.ReportedAt)
	}
}

func TestFinishSetsTheTimeOfTheCheck(t *testing.T) {
	check := nextNoon.Add(2 * time.Hour)
	x := do(t, in(Signed, urgency(Urgent)), move(Finish, handler, func(m *Move) { m.Plan.Check = check }))
	if x.Plan.Check != check || x.Plan.Finish != in(Signed).Plan.Finish {
		t.Errorf("to be checked: %+v", x.Plan)
	}
}

// TestRangIsASet: any sequence of With and Without leaves the set a map of levels
// would hold.
func TestRangIsASet(t *testing.T) {
	type key struct {
		clock Clock
		level int
	}
	rapid.Check(t, func(rt *rapid.T) {
		var r Rang
		want := map[key]bool{}
		for range rapid.IntRange(0, 30).Draw(rt, "steps") {
			clock, level := rapid.SampledFrom(Clocks()).Draw(rt, "clock"), rapid.SampledFrom(Levels()).Draw(rt, "level")
			with := rapid.Bool().Draw(rt, "with")
			if before := r; with && r.With(clock, level).With(clock, level) != r.With(clock, level) || r != before {
				rt.Fatal("a level asks twice, or the set itself was changed")
			}
			if with {
				r = r.With(clock, level)
			} else {
				r = r.Without(clock)
			}
			for _, l := range Levels() {
				k := key{clock, l}
				want[k] = with && (want[k] || l <= level)
			}
			for _, c := range Clocks() {
				for _, l := range Levels() {
					if r.Has(c, l) != want[key{c, l}] {
						rt.Fatalf("%s at %d%%: %t", c, l, r.Has(c, l))
					}
				}
			}
		}
	})
	if all := Rang(0).With(HelpClock, 100).With("nonsense", 100).With(FinishClock, 10); all != 0 || Rang(0).Has(HelpClock, 100) || Rang(0).Has(FinishClock, 99) {
		t.Errorf("a level that does not exist is in the set: %b", all)
	}
}
