package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/store"
	"gridbot/task"
)

// small is a city of two streets with a grid each, and who serves there.
func small() grid.Ground {
	area := func(id string, l grid.Level, parent string) grid.Area {
		return grid.Area{ID: id, Level: l, Name: "名" + id, Parent: parent}
	}
	post := func(r grid.Role, areas ...string) []grid.Post {
		var out []grid.Post
		for _, a := range areas {
			out = append(out, grid.Post{Role: r, Area: a})
		}
		return out
	}
	return grid.Ground{
		Areas: []grid.Area{
			area("city", grid.City, ""), area("12", grid.Street, "city"), area("13", grid.Street, "city"),
			area("c12", grid.Community, "12"), area("c13", grid.Community, "13"),
			area("g12", grid.Grid, "c12"), area("h12", grid.Grid, "c12"), area("g13", grid.Grid, "c13"),
			area("m12", grid.Microgrid, "g12"),
		},
		Staff: []grid.Staff{
			{ID: "d12", Name: "周敏华", Posts: post(grid.Dispatcher, "12")},
			{ID: "d13", Name: "吴志远", Posts: post(grid.Dispatcher, "13")},
			{ID: "boss", Name: "郑秀兰", Posts: post(grid.StreetLeader, "city")},
			{ID: "w12", Name: "张小燕", Posts: post(grid.FullTime, "g12")},
			{ID: "w13", Name: "金伟强", Posts: post(grid.FullTime, "g13")},
			{ID: "both", Name: "潘晓东", Posts: post(grid.Guide, "g12", "g13")},
		},
	}
}

// without leaves out the areas and people with these ids, and their posts.
func without(g grid.Ground, ids ...string) grid.Ground {
	g.Areas = slices.DeleteFunc(slices.Clone(g.Areas), func(a grid.Area) bool { return slices.Contains(ids, a.ID) })
	var staff []grid.Staff
	for _, s := range g.Staff {
		s.Posts = slices.DeleteFunc(slices.Clone(s.Posts), func(p grid.Post) bool { return slices.Contains(ids, p.Area) })
		if len(s.Posts) > 0 && !slices.Contains(ids, s.ID) {
			staff = append(staff, s)
		}
	}
	g.Staff = staff
	return g
}

// moved hangs an area below another parent.
func moved(g grid.Ground, id, parent string) grid.Ground {
	g.Areas = slices.Clone(g.Areas)
	for i := range g.Areas {
		if g.Areas[i].ID == id {
			g.Areas[i].Parent = parent
		}
	}
	return g
}

// posted gives a person other posts.
func posted(g grid.Ground, id string, posts ...grid.Post) grid.Ground {
	g.Staff = slices.Clone(g.Staff)
	for i := range g.Staff {
		if g.Staff[i].ID == id {
			g.Staff[i].Posts = posts
		}
	}
	return g
}

func built(t *testing.T, g grid.Ground) *grid.Directory {
	t.Helper()
	d, err := grid.Build(g)
	check(t, err)
	return d
}

// Which queues an import would leave without anybody.
func TestLosing(t *testing.T) {
	inStreet := func(r grid.Role, area string) grid.Post { return grid.Post{Role: r, Area: area} }
	cases := []struct {
		name string
		next grid.Ground
		want []store.Line
	}{
		{"nothing changes", small(), nil},
		{"a person goes", without(small(), "w12"), []store.Line{store.StaffLine("12", "w12")}},
		{"a person of two streets goes", without(small(), "both"), []store.Line{store.StaffLine("12", "both"), store.StaffLine("13", "both")}},
		{"a person of the whole city goes", without(small(), "boss"), []store.Line{store.StaffLine("12", "boss"), store.StaffLine("13", "boss")}},
		{"another post in the same street", posted(small(), "w12", inStreet(grid.GridHead, "h12")), nil},
		{"up to the city", posted(small(), "w12", inStreet(grid.StreetLeader, "city")), nil},
		{"to another street", posted(small(), "w12", inStreet(grid.FullTime, "g13")), []store.Line{store.StaffLine("12", "w12")}},
		{"from two streets to one", posted(small(), "both", inStreet(grid.Guide, "g13")), []store.Line{store.StaffLine("12", "both")}},
		{"a micro-grid goes", without(small(), "m12"), nil},
		{"a grid goes, its people stay", without(small(), "h12"), []store.Line{store.GridLine("12", "h12")}},
		{"a grid moves to another street", moved(small(), "h12", "c13"), []store.Line{store.GridLine("12", "h12")}},
		{"a community moves within the street", moved(small(), "h12", "12"), nil},
		{"a street goes", without(small(), "13", "c13", "g13"), []store.Line{
			store.StaffLine("13", "both"), store.StaffLine("13", "d13"), store.StaffLine("13", "w13"),
			store.DeskLine("13"), store.ClockLine("13"), store.GridLine("13", "g13")}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got []store.Line
			for _, h := range losing(built(t, small()), built(t, c.next)) {
				got = append(got, h.line)
				if h.fate == "" || strings.Contains(fmt.Sprint(h.line), ":staff:") != (h.staff != "") {
					t.Errorf("not told of whom: %+v", h)
				}
			}
			less := func(a, b store.Line) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }
			slices.SortFunc(got, less)
			slices.SortFunc(c.want, less)
			// A city's leader stands in every street: their queue there goes with the street.
			got = slices.DeleteFunc(got, func(l store.Line) bool { return c.name == "a street goes" && l == store.StaffLine("13", "boss") })
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v\nwant %v", got, c.want)
			}
		})
	}
}

// inHand stores a task that a person of a street has in hand in a grid.
func inHand(t *testing.T, s *store.Store, key, street, staff, area string) task.ID {
	t.Helper()
	c := task.Change{After: task.Task{ID: task.ID{Street: street}, Status: task.Signed, Category: "streetlight", Urgency: task.Normal,
		Text: "楼道里的灯不亮", Place: task.Place{Grid: area}, Handler: staff, OpenedAt: start, DispatchedAt: start}}
	c.Events = []task.Event{{Kind: task.Opened, At: start, By: task.ByResident, To: task.Signed}}
	id, _, err := s.Create(t.Context(), key, c, start)
	check(t, err)
	return id
}

// closed closes a task.
func closed(t *testing.T, s *store.Store, id task.ID) {
	t.Helper()
	_, _, err := s.Update(t.Context(), id, "close", start.Add(time.Hour), func(before task.Task) (task.Change, error) {
		after := before
		after.Status = task.Closed
		return task.Change{Before: before, After: after}, nil
	})
	check(t, err)
}

// An import never takes away who has an open task, nor the grid it is in; it says
// who, how many and which, and goes through once they are finished.
func TestImportLeavesNoTaskAlone(t *testing.T) {
	s := storeAt(t, redisFor(t, redistest.Options{Kind: redistest.Embedded}))
	check(t, s.SaveGround(t.Context(), 0, small()))
	var ids []task.ID
	for i := range shownTasks + 2 {
		ids = append(ids, inHand(t, s, fmt.Sprint("m", i), "12", "w12", "h12"))
	}
	for _, c := range []struct {
		next grid.Ground
		told []string
	}{
		{without(small(), "w12"), []string{"w12 张小燕 would be gone", "open tasks 7: 12-1001 12-1002 12-1003 12-1004 12-1005 …"}},
		{posted(small(), "w12", grid.Post{Role: grid.FullTime, Area: "g13"}), []string{"w12 张小燕 would have no post left in street 12"}},
		{without(small(), "h12"), []string{"grid h12 名c12名h12 would be gone from street 12"}},
		{without(small(), "12", "c12", "g12", "h12", "m12"), []string{"w12", "grid h12"}},
	} {
		var out, errs strings.Builder
		err := runImport(t, s, c.next, importing{yes: true}, console{out: &out, errs: &errs})
		if err == nil {
			t.Fatalf("%v: imported", c.told)
		}
		for _, told := range append(c.told, "nothing was imported, because tasks would be left alone", "--handover gives what people have in hand") {
			if !strings.Contains(err.Error(), told) {
				t.Errorf("%q is not told in %v", told, err)
			}
		}
		if v, err := s.DirectoryVersion(t.Context()); v != 1 || err != nil {
			t.Errorf("version %d: %v", v, err)
		}
	}
	for _, id := range ids {
		closed(t, s, id)
	}
	check(t, runImport(t, s, without(small(), "w12", "h12"), importing{yes: true}, console{out: &strings.Builder{}, errs: &strings.Builder{}}))
}

// A long list is cut, unless all of it is wanted.
func TestOrphansAreCounted(t *testing.T) {
	if err := orphans(nil, false); err != nil {
		t.Error(err)
	}
	queues := make([]held, shownQueues+3)
	for i := range queues {
		queues[i] = held{staff: fmt.Sprintf("p%d", i), fate: "would be gone", standing: store.Standing{Total: 1, First: []task.ID{{Street: "12", Seq: 1001}}}}
	}
	short, long := orphans(queues, false).Error(), orphans(queues, true).Error()
	if !strings.Contains(short, "and 3 more (--all lists them)") || strings.Contains(short, "p20 ") {
		t.Error(short)
	}
	if strings.Contains(long, "more") || !strings.Contains(long, "p22 would be gone; open tasks 1: 12-1001\n") {
		t.Error(long)
	}
}

// Two imports from the same state: the second is told to look again.
func TestImportsDoNotUndoEachOther(t *testing.T) {
	s := storeAt(t, redisFor(t, redistest.Options{Kind: redistest.Embedded}))
	check(t, s.SaveGround(t.Context(), 0, small()))
	at := console{out: &strings.Builder{}, errs: &strings.Builder{}}
	plan, err := importing{}.plan(t.Context(), s, without(small(), "w13"), at)
	check(t, err)
	check(t, s.SaveGround(t.Context(), 1, without(small(), "w12")))
	if err := plan.save(t.Context(), s, codeSheet{out: at.out}, at); !errors.Is(err, store.ErrImported) {
		t.Errorf("the second import: %v", err)
	}
}
