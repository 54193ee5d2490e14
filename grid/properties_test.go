package grid

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// someAreas draws a country of nested areas, some rungs passed over.
func someAreas(t *rapid.T) []Area {
	areas := []Area{{ID: "city", Level: City, Name: "台城市"}}
	for i := range rapid.IntRange(0, 25).Draw(t, "areas") {
		parent := rapid.SampledFrom(areas).Draw(t, "parent")
		lower := slices.DeleteFunc(Levels(), func(l Level) bool {
			return !parent.Level.Above(l) || parent.Level.Above(Street) && Street.Above(l)
		})
		if len(lower) == 0 {
			continue
		}
		a := Area{ID: fmt.Sprintf("a%d", i), Level: rapid.SampledFrom(lower).Draw(t, "level"), Parent: parent.ID}
		if a.Level == Street {
			a.ID = strconv.Itoa(i + 1)
		}
		a.Name = rapid.StringMatching("[翠湖云栖]{2,3}").Draw(t, "name") + a.Level.Name()
		if a.Level == Microgrid {
			a.Aliases, a.Roads = []string{"翠" + a.ID}, []string{rapid.SampledFrom([]string{"临江路", "康宁路"}).Draw(t, "road")}
			a.Buildings = rapid.SampledFrom([][]string{nil, {"1-9"}, {"3", "A"}, {"10-12", "幼儿园"}}).Draw(t, "buildings")
			a.Lat, a.Lon = 28+rapid.Float64Range(0, 1).Draw(t, "lat"), 121+rapid.Float64Range(0, 1).Draw(t, "lon")
			a.Boundary = rapid.SampledFrom([]orb.MultiPolygon{nil, around(a.Lat, a.Lon, 0.001)}).Draw(t, "boundary")
		}
		areas = append(areas, a)
	}
	return areas
}

// somePeople draws people with posts anywhere.
func somePeople(t *rapid.T, areas []Area) []Staff {
	staff := make([]Staff, rapid.IntRange(0, 12).Draw(t, "people"))
	for i := range staff {
		staff[i] = Staff{ID: fmt.Sprintf("s%02d", i), Name: rapid.StringMatching("[李王][思雅][远琴]").Draw(t, "name"), Away: rapid.Bool().Draw(t, "away")}
		staff[i].Phone = rapid.StringMatching("(1[3-9][0-9]{8}[1-9])?").Draw(t, "phone")
		for range rapid.IntRange(1, 3).Draw(t, "posts") {
			p := Post{Role: rapid.SampledFrom(Roles()).Draw(t, "role"), Area: rapid.SampledFrom(areas).Draw(t, "area").ID}
			if p.Role == Department {
				p.Unit = rapid.SampledFrom(append(Units()[:3:3], "")).Draw(t, "unit")
			}
			staff[i].Posts = append(staff[i].Posts, p)
		}
		for range rapid.IntRange(0, 2).Draw(t, "leaves") {
			from := Day(2026, time.December, rapid.IntRange(1, 10).Draw(t, "leave"))
			staff[i].Leaves = append(staff[i].Leaves, Leave{from, from.AddDate(0, 0, rapid.IntRange(1, 5).Draw(t, "days"))})
		}
		for range rapid.IntRange(0, 2).Draw(t, "substitutes") {
			if n := rapid.IntRange(0, len(staff)-1).Draw(t, "substitute"); n != i {
				staff[i].Substitutes = append(staff[i].Substitutes, fmt.Sprintf("s%02d", n))
			}
		}
	}
	return staff
}

// someDirectory draws a directory.
func someDirectory(t *rapid.T) *Directory { return built(t, someGround(t)) }

func built(t *rapid.T, g Ground) *Directory {
	d, err := Build(Ground{rapid.Permutation(g.Areas).Draw(t, "order"), g.Staff, g.Roster})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// someGround draws areas, people and a roster that fit together.
func someGround(t *rapid.T) Ground {
	areas := someAreas(t)
	g := Ground{Areas: areas, Staff: somePeople(t, areas)}
	for range rapid.IntRange(0, 2*len(g.Staff)).Draw(t, "shifts") {
		s := rapid.SampledFrom(g.Staff).Draw(t, "whose")
		from := time.Duration(rapid.IntRange(0, 47).Draw(t, "from")) * 30 * time.Minute
		g.Roster = append(g.Roster, Shift{
			Area: rapid.SampledFrom(s.Posts).Draw(t, "where").Area, Staff: s.ID, Weekdays: Weekdays(rapid.IntRange(1, 127).Draw(t, "days")),
			Span: Span{from, from + time.Duration(rapid.IntRange(1, 48).Draw(t, "hours"))*30*time.Minute},
		})
	}
	return g
}

// someMoment draws a moment near the leaves that somePeople draws.
func someMoment(t *rapid.T) time.Time {
	return Day(2026, time.December, 1).Add(time.Duration(rapid.IntRange(-24*60, 14*24*60).Draw(t, "minutes")) * time.Minute)
}

// TestAreasNest follows parents one by one and compares.
func TestAreasNest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := someDirectory(t)
		for _, a := range d.Areas() {
			chain := []string{a.ID}
			for p := a; p.Parent != ""; {
				p, _ = d.Area(p.Parent)
				chain = append(chain, p.ID)
			}
			for _, b := range d.Areas() {
				if d.Contains(b.ID, a.ID) != slices.Contains(chain, b.ID) {
					t.Fatalf("%s contains %s is %v, the way up is %v", b.ID, a.ID, !slices.Contains(chain, b.ID), chain)
				}
			}
			for _, child := range d.Children(a.ID) {
				if child.Parent != a.ID {
					t.Fatalf("%s is no child of %s", child.ID, a.ID)
				}
			}
			path := d.Path(a.ID)
			if path[len(path)-1].ID != a.ID || Street.Above(a.Level) && path[0].ID != d.StreetOf(a.ID) {
				t.Fatalf("the path to %s is %v", a.ID, ids(path))
			}
			if d.FullName(a.ID) == "" {
				t.Fatalf("%s has no full name", a.ID)
			}
		}
	})
}

// TestLadderHoldsForAnyDirectory checks what must hold whoever holds which post:
// no rung is empty, and everybody on one acts in a role there.
func TestLadderHoldsForAnyDirectory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := someDirectory(t)
		duty := d.On(someMoment(t))
		for _, a := range d.Areas() {
			for _, rung := range duty.Ladder(a.ID) {
				if len(rung) == 0 {
					t.Fatal("an empty rung on the ladder")
				}
				for _, s := range rung {
					if len(duty.RolesIn(s.ID, a.ID)) == 0 {
						t.Fatalf("%s is on the ladder of %s without a role", s.ID, a.ID)
					}
				}
			}
		}
	})
}

// TestWhatIsWrittenIsReadBack writes a ground as three files and as a workbook, and
// imports them.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := someGround(t)
		for i := range g.Staff { // one who is listed twice is read once
			g.Staff[i].Substitutes = slices.Compact(g.Staff[i].Substitutes)
		}
		var areas, staff, roster, book bytes.Buffer
		if err := errors.Join(WriteAreas(&areas, g.Areas), WriteStaff(&staff, g.Staff), WriteRoster(&roster, g.Roster)); err != nil {
			t.Fatal(err)
		}
		a, err1 := ReadAreas(&areas)
		p, err2 := ReadStaff(&staff)
		r, err3 := ReadRoster(&roster)
		sameGround(t, g, Ground{a, p, r}, errors.Join(err1, err2, err3))
		if rapid.IntRange(0, 7).Draw(t, "as a workbook") > 0 {
			return // one takes as long as a hundred files
		}
		if err := WriteWorkbook(&book, g); err != nil {
			t.Fatal(err)
		}
		got, err := ReadWorkbook(bytes.NewReader(book.Bytes()))
		sameGround(t, g, got, err)
		a, err = ReadAreas(bytes.NewReader(book.Bytes()))
		sameGround(t, Ground{Areas: g.Areas}, Ground{Areas: a}, err)
		p, err = ReadStaff(bytes.NewReader(book.Bytes()))
		sameGround(t, Ground{Staff: g.Staff}, Ground{Staff: p}, err)
	})
}

// sameGround compares what was read with what was written.
func sameGround(t *rapid.T, want, got Ground, err error) {
	t.Helper()
	if err != nil || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Fatalf("%v\n got %+v\nwant %+v", err, got, want)
	}
}

// TestFindHoldsForAnyDirectory checks what must hold whatever the areas are called.
func TestFindHoldsForAnyDirectory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := someDirectory(t)
		g := NewGazetteer(d)
		home := rapid.SampledFrom(d.Areas()).Draw(t, "home").ID
		said := rapid.SampledFrom(d.Areas()).Draw(t, "said")
		building := rapid.SampledFrom([]string{"", "3幢", "A座", "11幢2单元"}).Draw(t, "building")
		text := rapid.SampledFrom([]string{"", "我在", "临江路"}).Draw(t, "before") + said.Name + building + "路灯坏了"
		for _, p := range g.Find(text, home) {
			a, known := d.Area(p.Area)
			if known && !Street.Above(a.Level) || (a.Level == Microgrid) != (p.Microgrid != "") {
				t.Fatalf("%q: %+v is at %s", text, p, a.Level)
			}
			if text[p.Start:p.End] != p.Text {
				t.Fatalf("%q: span of %+v", text, p)
			}
			if p.Exact && !slices.ContainsFunc(a.Buildings, func(spec string) bool {
				all, _ := expandBuildings(spec)
				return slices.Contains(all, p.Building)
			}) {
				t.Fatalf("%q: %+v has no such building", text, p)
			}
		}
	})
}

// TestWorkingTimeMinuteByMinute compares the calendar with counting minutes.
func TestWorkingTimeMinuteByMinute(t *testing.T) {
	c := newCalendar(t)
	open := func(at time.Time) bool {
		m := at.Hour()*60 + at.Minute()
		return c.Workday(at) && (m >= 510 && m < 720 || m >= 810 && m < 1050)
	}
	starts := []string{"2025-01-24 07:13", "2025-09-26 16:31", "2025-12-31 12:00", "2026-02-13 17:29", "2026-09-19 23:59", "2026-09-30 08:30"}
	for _, s := range starts {
		from := when(t, c, s)
		worked := 0
		for at := from; at.Before(from.AddDate(0, 0, 12)); at = at.Add(time.Minute) {
			if got := c.Between(from, at); at.Minute()%10 == 0 && got != time.Duration(worked)*time.Minute {
				t.Fatalf("from %s to %s: %v, counted %d minutes", s, at, got, worked)
			}
			if open(at) {
				worked++
				if got, want := c.Add(from, time.Duration(worked)*time.Minute), at.Add(time.Minute); !got.Equal(want) {
					t.Fatalf("%s + %d minutes = %v, want %v", s, worked, got, want)
				}
			}
		}
		if worked == 0 {
			t.Fatalf("nobody worked after %s", s)
		}
	}
}
