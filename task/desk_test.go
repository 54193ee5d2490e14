package task

import (
	"testing"
	"time"
)

func TestReject(t *testing.T) {
	because := func(r string) func(*Move) { return func(m *Move) { m.Reason = r } }
	table := []guard{
		{"no reason", in(Pending), move(Reject, desk, because("")), ErrReason},
		{"a reason that is not on the list", in(Pending), move(Reject, desk, because("too much work")), ErrReason},
		{"neighbours have reported it too", in(Pending, neighbours(1001)), move(Reject, desk), ErrJoined},
		{"by the system", in(Pending), move(Reject, system), ErrNotYours},
		{"somebody has it", in(Dispatched), move(Reject, desk), ErrStatus},
	}
	for _, r := range RejectReasons() {
		table = append(table, guard{r, in(Pending), move(Reject, desk, because(r)), nil})
	}
	for _, u := range Urgencies() {
		want := map[bool]error{true: ErrCritical}[u == Critical]
		table = append(table, guard{string(u), in(Accepted, urgency(u)), move(Reject, desk), want})
	}
	check(t, table)
	c, _ := in(Returned).Apply(move(Reject, desk))
	if x := c.After; x.Status != Rejected || !x.ClosedAt.Equal(nextNoon) || len(x.Helpers) != 0 || c.Events[0].Target != RejectReasons()[0] {
		t.Errorf("rejected: %+v, %+v", x, c.Events)
	}
}

func TestAppeal(t *testing.T) {
	end := nine.Add(ReopenWindow)
	appealed := func(t *Task) { t.Appealed = true }
	check(t, []guard{
		{"the next day", in(Rejected), move(Appeal, reporter), nil},
		{"on the last day", in(Rejected), move(Appeal, reporter, at(end)), nil},
		{"after 15 days", in(Rejected), move(Appeal, reporter, at(end.Add(time.Second))), ErrReopenLate},
		{"a second time", in(Rejected, appealed), move(Appeal, reporter), ErrAppealed},
		{"a second time and late", in(Rejected, appealed), move(Appeal, reporter, at(end.Add(time.Second))), ErrAppealed},
		{"without words", in(Rejected), move(Appeal, reporter, note("")), nil},
	})
	x := do(t, in(Rejected), move(Appeal, reporter))
	if x.Status != Pending || !x.Appealed || !x.ClosedAt.IsZero() || x.Plan != during(nextNoon) || x.Handler != "" {
		t.Errorf("appealed: %+v", x)
	}
	again := do(t, x, move(Reject, desk))
	check(t, []guard{{"rejected again", again, move(Appeal, reporter), ErrAppealed}})
}

func TestConfirmLetsADangerBeWithdrawn(t *testing.T) {
	danger := in(Processing, urgency(Critical))
	check(t, []guard{{"nobody has looked", danger, move(Withdraw, reporter), ErrConfirmSafety}})
	for name, by := range map[string]Actor{"handler": handler, "chief": chief, "senior": senior, "desk": desk} {
		safe := do(t, danger, move(Confirm, by))
		if !safe.Safe || safe.Status != Processing {
			t.Errorf("%s: %+v", name, safe)
		}
		check(t, []guard{
			{name + ": withdrawn", safe, move(Withdraw, reporter), nil},
			{name + ": once more", safe, move(Confirm, by), ErrStatus},
		})
	}
	check(t, []guard{
		{"what is no danger needs none", in(Processing, urgency(Urgent)), move(Confirm, handler), ErrStatus},
		{"the resident's own word is not enough", danger, move(Confirm, reporter), ErrNotYours},
		{"nor a colleague's", danger, move(Confirm, colleague), ErrNotYours},
		{"what is part of another's danger may leave it", in(Merged, urgency(Critical)), move(Withdraw, reporter), nil},
	})
	again := do(t, in(Feedback, urgency(Critical), func(t *Task) { t.Safe = true }), move(Reopen, reporter))
	check(t, []guard{{"not solved, so not safe", again, move(Withdraw, reporter), ErrConfirmSafety}})
}

func TestWithdrawWithNeighbours(t *testing.T) {
	check(t, []guard{
		{"neighbours have reported it too", in(Signed, neighbours(1001)), move(Withdraw, reporter), ErrJoined},
		{"a neighbour, of the whole", in(Signed, neighbours(1001)), move(Withdraw, joined), ErrJoined},
		{"the neighbours have left", do(t, in(Signed, neighbours(1001)), move(Shed, system)), move(Withdraw, reporter), nil},
		{"of a part", in(Merged), move(Withdraw, reporter), nil},
	})
}

func TestSupervise(t *testing.T) {
	supervised := func(t *Task) { t.Supervised = true }
	check(t, []guard{
		{"by the desk", in(Signed), move(Supervise, desk), nil},
		{"without words", in(Signed), move(Supervise, desk, note("")), nil},
		{"twice", in(Signed, supervised), move(Supervise, desk), ErrStatus},
		{"by the head of the grid", in(Signed), move(Supervise, chief), ErrNotYours},
	})
	x := do(t, in(Signed), move(Supervise, desk))
	if !x.Supervised || x.Handler != "li" || x.Plan != in(Signed).Plan {
		t.Errorf("supervised: %+v; its handler keeps it", x)
	}
}

func TestTwoUrgesBringTheStreet(t *testing.T) {
	first := do(t, in(Signed), move(Urge, reporter))
	second := do(t, first, move(Urge, reporter, at(nextNoon.Add(UrgeEvery))))
	third := do(t, second, move(Urge, reporter, at(nextNoon.Add(2*UrgeEvery))))
	if first.Supervised || !second.Supervised || !third.Supervised || third.Urges != 3 {
		t.Errorf("supervised after one %t, two %t, three %t", first.Supervised, second.Supervised, third.Supervised)
	}
	other := do(t, first, move(Urge, joined, at(nextNoon.Add(UrgeEvery))))
	if !other.Supervised {
		t.Error("a neighbour's urge does not count")
	}
	check(t, []guard{{"a neighbour, the same day", first, move(Urge, joined, at(nextNoon.Add(time.Hour))), ErrUrgedRecently}})
}

func TestExclude(t *testing.T) {
	check(t, []guard{
		{"without a reason", in(Closed), move(Exclude, desk, note(" ")), ErrNoteTooShort},
		{"by the system", in(Closed), move(Exclude, system), ErrNotYours},
		{"by the head of the grid", in(Closed), move(Exclude, chief), ErrNotYours},
		{"by the handler", in(Closed), move(Exclude, handler), ErrNotYours},
	})
	if x := do(t, in(Closed), move(Exclude, desk, note(" 停电，谁也修不了 "))); x.Excluded != "停电，谁也修不了" {
		t.Errorf("excluded because %q", x.Excluded)
	}
}

func TestRuleIsForWhatCameBack(t *testing.T) {
	toReporter := func(m *Move) { m.To = Assignee{ID: "zhao", Name: "zhao", Person: zhao} }
	check(t, []guard{
		{"to nobody", in(Returned), move(Rule, desk, nobody), ErrNoTarget},
		{"to the reporter", in(Returned), move(Rule, desk, toReporter), ErrOwnReport},
		{"by the system", in(Returned), move(Rule, system), ErrNotYours},
		{"nothing came back", in(Accepted), move(Rule, desk), ErrStatus},
		{"without words", in(Returned), move(Rule, desk, note("")), nil},
	})
	twice := func(t *Task) { t.Returns = MaxReturns }
	if x := do(t, in(Returned), move(Dispatch, desk)); x.Ruled {
		t.Error("a dispatch after one return is no ruling")
	}
	if x := do(t, in(Returned, twice), move(Dispatch, desk)); !x.Ruled {
		t.Error("a dispatch after two returns is a ruling")
	}
	if x := do(t, in(Signed, twice), move(Dispatch, desk)); x.Ruled {
		t.Error("a dispatch of what has not come back again is no ruling")
	}
}
