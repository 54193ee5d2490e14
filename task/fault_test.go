package task

import (
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"
)

// The faults seen in systems like this that lie in the rules of a task, each with the
// test that keeps it out. Those of the store, the clocks and the conversation are
// tested there.

// TestFaultTwoPeopleClaimAtOnce: whichever of two signatures is stored first, the
// other is made on the task as the first has left it, and is told who was first.
func TestFaultTwoPeopleClaimAtOnce(t *testing.T) {
	waiting, both := in(Dispatched), []Actor{handler, colleague}
	changes := make([]Change, len(both))
	var wg sync.WaitGroup
	for i, who := range both { // under the race detector: the two share nothing
		wg.Go(func() { changes[i], _ = waiting.Apply(move(Sign, who)) })
	}
	wg.Wait()
	for i, first := range both {
		second := both[1-i]
		won := changes[i].After
		if won.Handler != first.ID || won.Status != Signed {
			t.Fatalf("%s signed, but %q has it", first.ID, won.Handler)
		}
		_, err := won.Apply(move(Sign, second))
		if !errors.Is(err, ErrTaken) || won.Handler != first.ID {
			t.Errorf("%s was first, %s too: %v, and %q has it", first.ID, second.ID, err, won.Handler)
		}
		if _, err = won.Apply(move(Sign, first)); !errors.Is(err, ErrStatus) {
			t.Errorf("%s signs again: %v", first.ID, err)
		}
	}
	if !reflect.DeepEqual(waiting, in(Dispatched)) {
		t.Errorf("the task itself was signed: %+v", waiting)
	}
}

// TestFaultReturnsPlayedBackAndForth: the clocks run from the dispatch, signed or
// not, and the second return is ruled on for good.
func TestFaultReturnsPlayedBackAndForth(t *testing.T) {
	x := do(t, in(Accepted), move(Dispatch, desk, give("li")))
	if x.DispatchedAt != nextNoon || !x.HalfTime().Equal(nextNoon.Add(12*time.Hour)) {
		t.Errorf("dispatched at %v, half of the time is over at %v: no clock before the signature", x.DispatchedAt, x.HalfTime())
	}
	late := move(Return, handler, at(x.Plan.Return.Add(time.Second)))
	if _, err := x.Apply(late); !errors.Is(err, ErrReturnLate) {
		t.Errorf("never signed, and given back when it was late: %v", err)
	}
	players, returns := []Actor{handler, colleague}, 0
	for i := range 10 {
		c, err := x.Apply(move(Return, players[i%2]))
		if errors.Is(err, ErrRuled) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		returns++
		x = do(t, c.After, move(Dispatch, desk, give(players[(i+1)%2].ID)))
	}
	if returns != MaxReturns || !x.Ruled || x.Returns != MaxReturns || x.Handler == "" {
		t.Errorf("returned %d times, ruled %t, %q has it; want it ruled after %d", returns, x.Ruled, x.Handler, MaxReturns)
	}
}

// TestFaultClosingWithoutSolving: of all moves by all people from all statuses, none
// by staff closes a matter whose reporter is there to judge it, and none but the
// reporter's rates it.
func TestFaultClosingWithoutSolving(t *testing.T) {
	var closing []string
	for _, k := range Kinds() {
		for _, s := range Statuses() {
			for name, by := range actors() {
				c, err := ready(k, in(s)).Apply(move(k, by))
				if err != nil || s == Closed {
					continue
				}
				if c.After.Status == Closed {
					closing = append(closing, string(s)+" "+string(k)+" by "+name)
				}
				if c.After.Rating != "" && k != Rate {
					t.Errorf("%s in %s by %s rates it %s", k, s, name, c.After.Rating)
				}
			}
		}
	}
	slices.Sort(closing)
	want := []string{"feedback forget by system", "feedback rate by joined", "feedback rate by reporter", "feedback silence by system"}
	if !slices.Equal(closing, want) {
		t.Errorf("it is closed by %q, want %q", closing, want)
	}
	check(t, []guard{{"a result of one word", in(Processing), move(Finish, handler, note("已处理")), ErrNoteTooShort}})
	if x := do(t, in(Feedback), move(Rate, reporter, rating(Dissatisfied), give("li"))); x.Status != Dispatched || x.Handler != "li" {
		t.Errorf("not solved, the resident says: %s with %q; want it worked again", x.Status, x.Handler)
	}
	silent := do(t, in(Feedback), move(Silence, system))
	if silent.Rating != "" {
		t.Errorf("silence is taken for %s", silent.Rating)
	}
}

// TestFaultHandOverNotesMissing: what somebody says when they hand a task on stands in
// its history with both names, and reaches who has it next.
func TestFaultHandOverNotesMissing(t *testing.T) {
	const words = "住户晚上六点后才在家，钥匙在门卫"
	up := func(t *Task) { t.From = "wu" }
	for _, x := range []struct {
		before Task
		move   Move
		next   Party
	}{
		{in(Accepted), move(Dispatch, desk), Party{Kind: ToStaff, Staff: "wu"}},
		{in(Returned), move(Rule, desk), Party{Kind: ToStaff, Staff: "wu"}},
		{in(Signed), move(Transfer, handler), Party{Kind: ToStaff, Staff: "wu"}},
		{in(Signed), move(Escalate, handler), Party{Kind: ToStaff, Staff: "wu"}},
		{in(Signed, up), move(SendBack, handler), Party{Kind: ToStaff, Staff: "wu"}},
		{in(Signed), move(Return, handler), Party{Kind: ToDesk}},
		{in(Signed), move(CallIn, handler, call("wu")), Party{Kind: ToStaff, Staff: "wu"}},
		{in(Checking), move(Fail, chief), Party{Kind: ToStaff, Staff: "li"}},
	} {
		x.move.Note = words
		c, err := x.before.Apply(x.move)
		if err != nil {
			t.Fatalf("%s: %v", x.move.Kind, err)
		}
		e := c.Events[0]
		target := x.next.Staff
		switch x.move.Kind {
		case Return:
			target = "li" // from whom
		case Fail:
			target = ""
		}
		if e.Note != words || e.ID != x.move.By.ID || e.Name != x.move.By.Name || e.Target != target {
			t.Errorf("%s: the history says %+v", x.move.Kind, e)
		}
		reaches := func(n Notice) bool { return n.To == x.next && n.Note == words && n.Actor == x.move.By.Name }
		if !slices.ContainsFunc(c.Notices, reaches) {
			t.Errorf("%s: the words do not reach %+v: %+v", x.move.Kind, x.next, c.Notices)
		}
	}
}

// TestFaultACategoryThatDoesNotExist: what no category file knows is no category, and
// no move puts it on a task.
func TestFaultACategoryThatDoesNotExist(t *testing.T) {
	all := shipped(t)
	for _, id := range []string{"", "street_light", "STREETLIGHT", "路灯故障", "streetlight ", "unknown"} {
		leaf, ok := all.Get(id)
		if ok || !reflect.DeepEqual(leaf, Category{}) {
			t.Errorf("%q is a category: %+v", id, leaf)
		}
		check(t, []guard{
			{"accepted as " + id, in(Pending), move(Accept, desk, as(leaf)), ErrCategory},
			{"corrected to " + id, in(Signed), move(Reclassify, handler, as(leaf)), ErrCategory},
		})
	}
	for _, leaf := range all.All() {
		if x := do(t, in(Pending), move(Accept, desk, as(leaf))); x.Category != leaf.ID || !x.Urgency.Valid() {
			t.Errorf("accepted as %s: %s, %s", leaf.ID, x.Category, x.Urgency)
		}
	}
}
