package task

import "testing"

func TestRelocate(t *testing.T) {
	check(t, []guard{
		{"to nowhere known", in(Signed), move(Relocate, desk, put(Place{Text: "翡翠湾3幢"})), ErrPlace},
		{"to where it is", in(Signed), move(Relocate, desk, put(place)), ErrSame},
		{"by a colleague", in(Signed), move(Relocate, colleague), ErrNotYours},
		{"by the head of the grid", in(Signed), move(Relocate, chief), ErrNotYours},
		{"while the clocks stand still", in(Suspended), move(Relocate, desk), ErrStatus},
	})
	for name, x := range map[string]struct {
		before  Task
		move    Move
		status  Status
		handler string
	}{
		"the same grid":                 {in(Signed), move(Relocate, desk, give("wu")), Signed, "li"},
		"another grid":                  {in(Processing), move(Relocate, handler, put(elsewhere), give("wu")), Dispatched, "wu"},
		"another grid, nobody":          {in(Signed), move(Relocate, desk, put(elsewhere)), Accepted, ""},
		"another grid, its reporter":    {in(Signed), move(Relocate, desk, put(elsewhere), func(m *Move) { m.To = Assignee{ID: "zhao", Name: "zhao", Person: zhao} }), Accepted, ""},
		"another grid, the same":        {in(Signed), move(Relocate, desk, put(elsewhere), give("li")), Signed, "li"},
		"another grid, confidential":    {in(Signed, confidential), move(Relocate, desk, put(elsewhere), give("wu")), Signed, "li"},
		"another grid, ruled on":        {in(Signed, func(t *Task) { t.Ruled = true }), move(Relocate, handler, put(elsewhere), give("wu")), Signed, "li"},
		"another grid, a result":        {in(Checking), move(Relocate, desk, put(elsewhere), give("wu")), Checking, "li"},
		"another grid, at the desk":     {in(Returned), move(Relocate, desk, put(elsewhere), give("wu")), Returned, ""},
		"a grid where none was known":   {in(Signed, func(t *Task) { t.Place = Place{Text: "桥头"} }), move(Relocate, desk, put(elsewhere), give("wu")), Dispatched, "wu"},
		"the place of a pending report": {in(Pending, func(t *Task) { t.Place = Place{} }), move(Relocate, desk), Pending, ""},
	} {
		c, err := x.before.Apply(x.move)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		after := c.After
		if after.Status != x.status || after.Handler != x.handler || after.Place != x.move.Place || after.Plan != during(nextNoon) {
			t.Errorf("%s: %s with %q at %+v", name, after.Status, after.Handler, after.Place)
		}
		if e := c.Events[0]; e.Was != x.before.Place.line() || e.Target != x.move.Place.line() {
			t.Errorf("%s: from %q to %q", name, e.Was, e.Target)
		}
	}
}

func TestRegrade(t *testing.T) {
	danger := func(t *Task) { t.Danger = 2 }
	reworked := func(t *Task) { t.Reworks = 1 }
	check(t, []guard{
		{"what it is", in(Signed), move(Regrade, handler, set(Normal)), ErrSame},
		{"no urgency", in(Signed), move(Regrade, desk, set("")), ErrUrgency},
		{"a question", in(Signed), move(Regrade, desk, set(Info)), ErrUrgency},
		{"a rework", in(Signed), move(Regrade, desk, set(Rework)), ErrUrgency},
		{"raised by the handler", in(Signed), move(Regrade, handler, set(Critical)), nil},
		{"lowered by the handler", in(Signed), move(Regrade, handler, set(Complex)), ErrLower},
		{"lowered by the desk", in(Signed), move(Regrade, desk, set(Complex)), nil},
		{"critical by its kind, lowered by the desk", in(Signed, urgency(Critical)), move(Regrade, desk, set(Normal)), nil},
		{"critical by its kind, lowered by the handler", in(Signed, urgency(Critical)), move(Regrade, handler, set(Urgent)), ErrLower},
		{"a danger, lowered by the desk", in(Signed, danger, urgency(Critical)), move(Regrade, desk, set(Urgent)), ErrCritical},
		{"a danger, as it is", in(Signed, danger, urgency(Critical)), move(Regrade, desk, set(Critical)), ErrSame},
		{"a risk, lowered by the desk", in(Signed, urgency(Critical), func(t *Task) { t.Danger = 1 }), move(Regrade, desk, set(Normal)), nil},
		{"not solved, slower", in(Signed, reworked, urgency(Rework)), move(Regrade, desk, set(Normal)), ErrSame},
		{"not solved, faster", in(Signed, reworked, urgency(Rework)), move(Regrade, handler, set(Urgent)), nil},
		{"by a colleague", in(Signed), move(Regrade, colleague), ErrNotYours},
		{"while the clocks stand still", in(NeedInfo), move(Regrade, desk), ErrStatus},
	})
	c, err := in(Signed).Apply(move(Regrade, handler))
	if e := c.Events[0]; err != nil || c.After.Urgency != Urgent || c.After.Plan != during(nextNoon) || e.Was != "normal" || e.Target != "urgent" {
		t.Errorf("%+v, %+v, %v", c.After, c.Events, err)
	}
	slower := do(t, in(Signed, reworked, urgency(Critical)), move(Regrade, desk, set(Complex)))
	if slower.Urgency != Rework {
		t.Errorf("not solved, then critical, then complex: %s", slower.Urgency)
	}
}

func TestLeft(t *testing.T) {
	by := func(a ActorKind, was, target string) Event {
		return Event{Kind: Regrade, By: a, Was: was, Target: target}
	}
	for name, c := range map[string]struct {
		history []Event
		was     string
		left    bool
	}{
		"nothing happened":   {nil, "", true},
		"another correction": {[]Event{{Kind: Reclassify, By: ByStaff, Was: "noise", Target: "streetlight"}}, "", true},
		"by the system":      {[]Event{by(BySystem, "normal", "urgent")}, "", true},
		"corrected":          {[]Event{by(ByStaff, "normal", "urgent")}, "normal", false},
		"corrected twice":    {[]Event{by(ByStaff, "normal", "urgent"), by(ByStaff, "urgent", "critical")}, "normal", false},
		"there and back":     {[]Event{by(ByStaff, "normal", "urgent"), by(ByStaff, "urgent", "normal")}, "normal", true},
	} {
		if was, left := Left(c.history, Regrade); was != c.was || left != c.left {
			t.Errorf("%s: %q, %t", name, was, left)
		}
	}
}

func TestPlaceLeft(t *testing.T) {
	unknown := func(t *Task) { t.Place = Place{Text: "桥头", Grid: "g1"} } // a dispatcher gave it to somebody of g1
	for name, c := range map[string]struct {
		before       Task
		moves        []Move
		placed, left bool
	}{
		"left":                 {in(Signed), nil, true, true},
		"corrected":            {in(Signed), []Move{move(Relocate, desk)}, true, false},
		"corrected, then back": {in(Signed), []Move{move(Relocate, desk), move(Relocate, handler, put(place))}, true, true},
		"never known":          {in(Signed, unknown), nil, false, true},
		"found by staff":       {in(Signed, unknown), []Move{move(Relocate, desk)}, false, false},
	} {
		change := Change{Before: c.before, After: c.before}
		for _, m := range c.moves {
			var err error
			if change, err = change.Then(m); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if placed, left := PlaceLeft(&change.After, change.Events); placed != c.placed || left != c.left {
			t.Errorf("%s: placed %t, left %t", name, placed, left)
		}
	}
}
