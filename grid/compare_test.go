package grid

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// told lists a difference by its kinds.
func told(d Difference) string {
	var list []string
	say := func(kind string, ids ...string) {
		if len(ids) > 0 {
			list = append(list, kind+" "+strings.Join(ids, " "))
		}
	}
	areas := func(list []AreaChange) (s []string) {
		for _, c := range list {
			s = append(s, c.After.ID)
		}
		return s
	}
	staff := func(list []StaffChange) (s []string) {
		for _, c := range list {
			s = append(s, c.After.ID)
		}
		return s
	}
	posts := func(list []StaffPost) (s []string) {
		for _, p := range list {
			s = append(s, fmt.Sprintf("%s:%s@%s", p.Staff.ID, p.Post.title(), p.Post.Area))
		}
		return s
	}
	say("area+", strings.Fields(ids(d.AreasAdded))...)
	say("area-", strings.Fields(ids(d.AreasRemoved))...)
	say("area name", areas(d.AreasRenamed)...)
	say("area moved", areas(d.AreasMoved)...)
	say("area edited", areas(d.AreasEdited)...)
	say("staff+", strings.Fields(ids(d.StaffAdded))...)
	say("staff-", strings.Fields(ids(d.StaffRemoved))...)
	say("staff name", staff(d.StaffRenamed)...)
	say("post+", posts(d.PostsGained)...)
	say("post-", posts(d.PostsLost)...)
	say("leave", staff(d.LeaveChanged)...)
	say("substitutes", staff(d.SubstitutesChanged)...)
	say("phone", staff(d.PhoneChanged)...)
	for _, s := range d.ShiftsAdded {
		say("shift+", s.Staff+"@"+s.Area)
	}
	for _, s := range d.ShiftsRemoved {
		say("shift-", s.Staff+"@"+s.Area)
	}
	return strings.Join(list, ", ")
}

func TestCompare(t *testing.T) {
	before := changed(t, []Shift{{"g1", EveryDay, hours(8, 20), "f1"}}, nil)
	for name, tt := range map[string]struct {
		change func(*Ground)
		want   string
		total  int
	}{
		"nothing":           {func(*Ground) {}, "", 0},
		"another order":     {func(g *Ground) { slices.Reverse(g.Staff) }, "", 0},
		"an area more":      {func(g *Ground) { g.Areas = append(g.Areas, Area{ID: "8", Level: Street, Name: "新河街道"}) }, "area+ 8", 1},
		"an area less":      {func(g *Ground) { g.drop("m2") }, "area- m2", 1},
		"renamed":           {func(g *Ground) { g.area("m1").Name = "橘园" }, "area name m1", 1},
		"moved":             {func(g *Ground) { g.area("m1").Parent = "g2" }, "area moved m1", 1},
		"renamed and moved": {func(g *Ground) { *g.area("m1") = Area{ID: "m1", Level: Microgrid, Name: "橘园", Parent: "g2"} }, "area name m1, area moved m1, area edited m1", 3},
		"another alias":     {func(g *Ground) { g.area("m1").Aliases = []string{"幸福"} }, "area edited m1", 1},
		"somewhere else":    {func(g *Ground) { g.area("m1").Lat = 28 }, "area edited m1", 1},
		"a person more":     {func(g *Ground) { g.Staff = append(g.Staff, Staff{ID: "z", Name: "新", Posts: g.Staff[0].Posts}) }, "staff+ z", 1},
		"a person less":     {func(g *Ground) { g.Staff = slices.DeleteFunc(g.Staff, func(s Staff) bool { return s.ID == "w1" }) }, "staff- w1", 1},
		"a person renamed":  {func(g *Ground) { g.person("w1").Name = "卢" }, "staff name w1", 1},
		"other posts": {func(g *Ground) {
			g.person("w1").Posts = []Post{{Department, "7", "fire"}, {Role: Property, Area: "m2"}}
		},
			"post+ w1:消防@7 w1:物业@m2, post- w1:物业@m1", 3},
		"another unit": {func(g *Ground) { g.person("k1").Posts = []Post{{Department, "7", "fire"}} }, "post+ k1:消防@7, post- k1:部门@7", 2},
		"on leave":     {func(g *Ground) { g.person("w1").Leaves = []Leave{{Day(2026, 12, 1), Day(2026, 12, 2)}} }, "leave w1", 1},
		"away":         {func(g *Ground) { g.person("w1").Away = true }, "leave w1", 1},
		"substitutes":  {func(g *Ground) { g.person("w1").Substitutes = []string{"h1"} }, "substitutes w1", 1},
		"phone":        {func(g *Ground) { g.person("w1").Phone = "13912345678" }, "phone w1", 1},
		"shifts":       {func(g *Ground) { g.Roster = []Shift{{"g1", EveryDay, hours(8, 20), "f2"}} }, "shift+ f2@g1, shift- f1@g1", 2},
		"twice":        {func(g *Ground) { g.Roster = append(g.Roster, g.Roster[0]) }, "shift+ f1@g1", 1},
	} {
		g := Ground{before.Areas(), before.People(), before.Roster()}
		tt.change(&g)
		after, err := Build(g)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		d := Compare(before, after)
		if got := told(d); got != tt.want || d.Total() != tt.total {
			t.Errorf("%s: got %q, %d changes, want %q", name, got, d.Total(), tt.want)
		}
	}
}

func (g *Ground) area(id string) *Area {
	return &g.Areas[slices.IndexFunc(g.Areas, func(a Area) bool { return a.ID == id })]
}

func (g *Ground) person(id string) *Staff {
	return &g.Staff[slices.IndexFunc(g.Staff, func(s Staff) bool { return s.ID == id })]
}

func (g *Ground) drop(area string) {
	g.Areas = slices.DeleteFunc(g.Areas, func(a Area) bool { return a.ID == area })
}

// The same leave in another zone, as the store gives it back, is no change.
func TestLeaveInAnotherZoneIsTheSame(t *testing.T) {
	with := func(zone *time.Location) *Directory {
		return changed(t, nil, people{"w1": func(s *Staff) {
			s.Leaves = []Leave{{Day(2026, 12, 1).In(zone), Day(2026, 12, 4).In(zone)}}
		}})
	}
	if d := Compare(with(time.UTC), with(shanghai)); d.Total() != 0 {
		t.Errorf("got %+v", d)
	}
}

// TestCompareBothWays checks that what one way adds the other removes, and that a
// directory does not differ from itself.
func TestCompareBothWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := someDirectory(t), someDirectory(t)
		there, back := Compare(a, b), Compare(b, a)
		if there.Total() != back.Total() || len(there.AreasMoved) != len(back.AreasMoved) || !reflect.DeepEqual(there.AreasAdded, back.AreasRemoved) ||
			!reflect.DeepEqual(there.StaffRemoved, back.StaffAdded) || !reflect.DeepEqual(there.PostsGained, swapped(back.PostsLost, b)) ||
			len(there.ShiftsAdded) != len(back.ShiftsRemoved) {
			t.Fatalf("there: %s\nback: %s", told(there), told(back))
		}
		if same := Compare(a, a); same.Total() != 0 {
			t.Fatalf("differs from itself: %s", told(same))
		}
		if n := len(a.areas) + len(there.AreasAdded) - len(there.AreasRemoved); n != len(b.areas) {
			t.Fatalf("%d areas after the change, want %d", n, len(b.areas))
		}
	})
}

// swapped gives posts the person as the directory has them.
func swapped(posts []StaffPost, d *Directory) []StaffPost {
	for i := range posts {
		posts[i].Staff, _ = d.Staff(posts[i].Staff.ID)
	}
	return posts
}
