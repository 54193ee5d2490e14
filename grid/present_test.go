package grid

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// changed is the small city with some of its people changed, and a roster.
func changed(t testing.TB, roster []Shift, change map[string]func(*Staff)) *Directory {
	t.Helper()
	d := small(t)
	staff := d.People()
	for i := range staff {
		if f := change[staff[i].ID]; f != nil {
			f(&staff[i])
		}
	}
	d, err := Build(Ground{d.Areas(), staff, roster})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// gone is on leave from the 1st to the 3rd of December, with substitutes.
func gone(substitutes ...string) func(*Staff) {
	return func(s *Staff) {
		s.Leaves, s.Substitutes = []Leave{{Day(2026, 12, 1), Day(2026, 12, 4)}}, substitutes
	}
}

// away is on leave until further notice, with substitutes.
func away(substitutes ...string) func(*Staff) {
	return func(s *Staff) { s.Away, s.Substitutes = true, substitutes }
}

func rungs(ladder [][]Staff) string {
	var list []string
	for _, rung := range ladder {
		list = append(list, ids(rung))
	}
	return strings.Join(list, "|")
}

type people = map[string]func(*Staff)

func TestLadderOfAMoment(t *testing.T) {
	noon := at(2, 12, 0) // a Wednesday
	both := []Shift{{"g1", EveryDay, hours(8, 20), "f1"}, {"g1", EveryDay, hours(20, 32), "f2"}}
	for name, tt := range map[string]struct {
		change people
		roster []Shift
		now    time.Time
		area   string
		want   string
	}{
		"all there":                   {nil, nil, noon, "g1", "f1 f2|p1|h1|d1 d2"},
		"from a micro-grid":           {nil, nil, noon, "m1", "f1 f2|p1|h1|d1 d2"},
		"a community":                 {nil, nil, noon, "c1", "d1 d2"},
		"nowhere":                     {nil, nil, noon, "nowhere", ""},
		"on leave":                    {people{"f1": gone()}, nil, noon, "g1", "f2|p1|h1|d1 d2"},
		"before the leave":            {people{"f1": gone()}, nil, at(1, 0, 0).Add(-1), "g1", "f1 f2|p1|h1|d1 d2"},
		"after the leave":             {people{"f1": gone()}, nil, at(4, 0, 0), "g1", "f1 f2|p1|h1|d1 d2"},
		"substitute":                  {people{"h1": gone("x1", "f1")}, nil, noon, "g1", "f1 f2|p1|x1|d1 d2"},
		"second substitute":           {people{"h1": gone("x1", "b1"), "x1": away()}, nil, noon, "g1", "f1 f2|p1|b1|d1 d2"},
		"no substitute of substitute": {people{"h1": gone("x1"), "x1": away("b1")}, nil, noon, "g1", "f1 f2|p1|d1 d2"},
		"substitute on the rung":      {people{"f1": gone("f2")}, nil, noon, "g1", "f2|p1|h1|d1 d2"},
		"substitute of the desk":      {people{"d1": away("k1"), "d2": away("k1")}, nil, noon, "g1", "f1 f2|p1|h1|k1"},
		"a rung without anybody":      {people{"f1": gone(), "f2": away()}, nil, noon, "g1", "p1|h1|d1 d2"},
		"the day shift":               {nil, both, noon, "g1", "f1|p1|h1|d1 d2"},
		"the night shift":             {nil, both, at(2, 3, 0), "g1", "f2|p1|h1|d1 d2"},
		"roster elsewhere":            {nil, []Shift{{"g2", EveryDay, hours(0, 1), "f2"}}, noon, "g1", "f1 f2|p1|h1|d1 d2"},
		"roster of one of two":        {nil, []Shift{{"g1", EveryDay, hours(8, 20), "f1"}}, noon, "g1", "f1|p1|h1|d1 d2"},
		"empty hour":                  {nil, []Shift{{"g1", EveryDay, hours(8, 9), "f1"}}, noon, "g1", "f1 f2|p1|h1|d1 d2"},
		"empty day":                   {nil, []Shift{{"g1", Days(time.Sunday), hours(0, 24), "f1"}}, noon, "g1", "f1 f2|p1|h1|d1 d2"},
		"on shift and on leave":       {people{"f1": gone()}, both, noon, "g1", "f2|p1|h1|d1 d2"},
		"on shift, replaced":          {people{"f1": gone("w1")}, both, noon, "g1", "w1|p1|h1|d1 d2"},
		"off shift, not replaced":     {people{"f2": gone("w1")}, both, noon, "g1", "f1|p1|h1|d1 d2"},
		"roster of the community":     {nil, []Shift{{"c1", EveryDay, hours(8, 20), "f2"}}, noon, "g1", "f2|p1|h1|d1 d2"},
		"roster of the desk":          {nil, []Shift{{"7", EveryDay, hours(8, 20), "d2"}, {"7", EveryDay, hours(20, 32), "d1"}}, noon, "g1", "f1 f2|p1|h1|d2"},
	} {
		if got := rungs(changed(t, tt.roster, tt.change).On(tt.now).Ladder(tt.area)); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
	if small(t, "f1", "f2", "p1", "h1", "d1", "d2").On(noon).Ladder("g1") != nil {
		t.Error("a ladder without anybody is not nil")
	}
}

func TestSuperiorsOfAMoment(t *testing.T) {
	for name, tt := range map[string]struct {
		change people
		staff  string
		want   string
	}{
		"full-time":                     {nil, "f1", "h1"},
		"head":                          {nil, "h1", "b1 x1"},
		"secretary":                     {nil, "b1", "d1 d2"},
		"dispatcher":                    {nil, "d2", ""},
		"nobody in particular":          {nil, "", "h1"},
		"head on leave":                 {people{"h1": gone()}, "f1", "b1 x1"},
		"head replaced":                 {people{"h1": gone("p1")}, "f1", "p1"},
		"the substitute themselves":     {people{"h1": gone("f1")}, "f1", "b1 x1"},
		"a substitute's colleague":      {people{"h1": gone("f1")}, "f2", "f1"},
		"everybody above on leave":      {people{"h1": gone(), "b1": gone(), "x1": gone(), "d1": away(), "d2": away()}, "f1", ""},
		"a head who stands in":          {people{"b1": gone("h1"), "x1": gone()}, "h1", "d1 d2"},
		"a head who would, were it not": {people{"b1": gone("x1", "h1")}, "h1", "x1"},
	} {
		d := changed(t, nil, tt.change).On(at(2, 12, 0))
		if got := ids(d.Superiors(tt.staff, "g1")); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestRolesOfAMoment(t *testing.T) {
	d := changed(t, nil, people{"d1": gone("b1"), "h1": gone("k1", "f1")})
	now := d.On(at(2, 12, 0))
	for _, tt := range []struct {
		now   Duty
		staff string
		want  []Role
	}{
		{now, "b1", []Role{StreetLeader, Dispatcher, Secretary}},
		{d.On(at(5, 12, 0)), "b1", []Role{Secretary}},
		{now, "k1", []Role{GridHead, Department}},
		{now, "f1", []Role{FullTime}},
		{now, "d1", []Role{StreetLeader, Dispatcher}},
		{now, "nobody", nil},
	} {
		if got := tt.now.RolesIn(tt.staff, "g1"); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.staff, got, tt.want)
		}
	}
	if !now.Has("b1", Dispatcher, "7") || now.Has("b1", Secretary, "7") || d.On(at(5, 0, 0)).Has("b1", Dispatcher, "7") {
		t.Error("Has is wrong")
	}
	s, _ := d.Staff("d1")
	if now.Present(s) || !d.On(at(5, 0, 0)).Present(s) || now.Present(Staff{Away: true}) {
		t.Error("Present is wrong")
	}
	if got := ids(now.Dispatchers("7")); got != "b1 d2" {
		t.Errorf("at the desk: %s", got)
	}
}

// everyList is what a Duty says of an area, by name.
func everyList(d *Directory, t Duty, area string) map[string][]Staff {
	lists := map[string][]Staff{"desk": t.Dispatchers(d.StreetOf(area))}
	for i, rung := range t.Ladder(area) {
		lists[fmt.Sprint("rung ", i)] = rung
	}
	for _, h := range Handlers() {
		lists[h] = t.Handlers(area, h)
		lists["called "+h] = t.Called(d.StreetOf(area), HandlerName(h))
	}
	for _, s := range d.People() {
		lists["above "+s.ID] = t.Superiors(s.ID, area)
	}
	return lists
}

// someOf draws up to three areas.
func someOf(t *rapid.T, areas []Area) []Area {
	return rapid.SliceOfN(rapid.SampledFrom(areas), 1, 3).Draw(t, "areas looked at")
}

// TestNobodyOnLeaveIsOnDuty checks what must hold of every list of any directory
// at any moment: nobody on leave, nobody twice, and the same lists from the same
// people in another order.
func TestNobodyOnLeaveIsOnDuty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g, now := someGround(t), someMoment(t)
		d := built(t, g)
		slices.Reverse(g.Staff)
		again := built(t, g).On(now)
		for _, a := range someOf(t, d.Areas()) {
			lists, other := everyList(d, d.On(now), a.ID), everyList(d, again, a.ID)
			for name, list := range lists {
				seen := map[string]bool{}
				for _, s := range list {
					if !d.On(now).Present(s) || seen[s.ID] {
						t.Fatalf("%s of %s holds %s, present %v", name, a.ID, s.ID, d.On(now).Present(s))
					}
					seen[s.ID] = true
				}
				if ids(list) != ids(other[name]) {
					t.Fatalf("%s of %s is %q, then %q", name, a.ID, ids(list), ids(other[name]))
				}
			}
		}
	})
}

// TestSomebodyIsThere looks for anybody present who holds a post, and for their
// substitutes: a list with one of them is never empty.
func TestSomebodyIsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, now := someDirectory(t), someMoment(t)
		duty := d.On(now)
		there := func(role Role, area string) bool {
			return slices.ContainsFunc(d.At(area, role), func(s Staff) bool {
				return duty.Present(s) || slices.ContainsFunc(s.Substitutes, func(id string) bool {
					sub, _ := d.Staff(id)
					return duty.Present(sub)
				})
			})
		}
		for _, a := range d.Areas() {
			street := d.StreetOf(a.ID)
			want := 0
			if there(Dispatcher, street) {
				want++
			}
			if g, ok := d.Up(a.ID, Grid); ok {
				for _, r := range []Role{FullTime, PartTime, GridHead} {
					if there(r, g.ID) {
						want++
					}
				}
			}
			if got := len(duty.Ladder(a.ID)); got != want {
				t.Fatalf("the ladder of %s has %d rungs, want %d", a.ID, got, want)
			}
			for _, p := range d.Path(a.ID) {
				for _, r := range []Role{Property, OwnersCommittee} {
					if there(r, p.ID) && len(duty.Handlers(a.ID, string(r))) == 0 {
						t.Fatalf("%s has a %s and %s calls nobody", p.ID, r, a.ID)
					}
				}
				if there(StreetLeader, p.ID) && p.ID == street && len(duty.Handlers(a.ID, "street")) == 0 {
					t.Fatalf("nobody of the street for %s", a.ID)
				}
			}
		}
	})
}

// TestClimbingEnds goes up from everybody: each step is to a higher rank than the
// one before, whoever of the rung goes on.
func TestClimbingEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := someDirectory(t)
		duty := d.On(someMoment(t))
		rank := func(id, area string) int {
			if roles := duty.RolesIn(id, area); len(roles) > 0 {
				return roles[0].Rank()
			}
			return 0
		}
		for _, a := range someOf(t, d.Areas()) {
			for _, s := range d.People() {
				for _, above := range duty.Superiors(s.ID, a.ID) {
					if above.ID == s.ID || rank(above.ID, a.ID) <= rank(s.ID, a.ID) {
						t.Fatalf("above %s in %s is %s", s.ID, a.ID, above.ID)
					}
				}
			}
		}
	})
}
