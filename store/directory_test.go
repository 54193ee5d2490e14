package store

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"gridbot/grid"
	"gridbot/redistest"
)

func ground() ([]grid.Area, []grid.Staff) {
	areas := []grid.Area{
		{ID: "12", Level: grid.Street, Name: "东门街道"},
		{ID: "m31", Level: grid.Microgrid, Name: "幸福里小区", Parent: "g1", Aliases: []string{"幸福里"}, Roads: []string{"环城东路"},
			Buildings: []string{"1-12", "幼儿园"}, Lat: 28.656, Lon: 121.42},
	}
	staff := []grid.Staff{{ID: "7", Name: "王建国", Posts: []grid.Post{{Role: grid.FullTime, Area: "g1"}}, Away: true}}
	return areas, staff
}

func TestDirectoryComesBackWhole(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		g, err := s.LoadGround(t.Context())
		if len(g.Areas)+len(g.Staff) != 0 || err != nil || must(s.DirectoryVersion(t.Context())) != 0 {
			t.Errorf("before the first import: %v, %v", g, err)
		}
		a, p := ground()
		for version := range 3 {
			check(t, s.SaveDirectory(t.Context(), a, p))
			if got := must(s.DirectoryVersion(t.Context())); got != int64(version+1) {
				t.Errorf("version %d, want %d", got, version+1)
			}
		}
		g, err = s.LoadGround(t.Context())
		if err != nil || !reflect.DeepEqual(g, grid.Ground{Areas: a, Staff: p}) {
			t.Errorf("got %+v, %v", g, err)
		}
		check(t, s.SaveDirectory(t.Context(), nil, nil))
		if g, err = s.LoadGround(t.Context()); len(g.Areas)+len(g.Staff) != 0 || err != nil {
			t.Errorf("after an empty import: %v, %v", g, err)
		}
	})
}

// A city's lists must fit into one call within the client's time-outs.
func TestADirectoryOfTheWholeCity(t *testing.T) {
	a, p := ground()
	for len(a) < 43011 {
		x := a[1]
		x.ID, x.Name = fmt.Sprint("m", len(a)), fmt.Sprintf("小区%d号", len(a)*7919%10007)
		a = append(a, x)
	}
	for len(p) < 23015 {
		p = append(p, grid.Staff{ID: fmt.Sprint(len(p)), Name: fmt.Sprintf("网格员%d", len(p)), Posts: p[0].Posts})
	}
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		check(t, s.SaveDirectory(t.Context(), a, p))
		g, err := s.LoadGround(t.Context())
		if len(g.Areas) != len(a) || len(g.Staff) != len(p) || err != nil {
			t.Errorf("%d areas, %d staff, %v", len(g.Areas), len(g.Staff), err)
		}
	})
}

// zipped is text as a list is kept.
func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	must(z.Write([]byte(text)))
	check(t, z.Close())
	return b.String()
}

// What an earlier program wrote for an empty list is an empty list.
func TestNoListIsAnEmptyOne(t *testing.T) {
	for _, text := range []string{"null", "[]", " [ ] "} {
		if list, err := unpack(zipped(t, text), seen{}.staff); len(list) != 0 || err != nil {
			t.Errorf("%s: %v, %v", text, list, err)
		}
	}
}

// A road that runs through thousands of micro-grids is one text in memory.
func TestTheSameWordsAreKeptOnce(t *testing.T) {
	a := []grid.Area{{ID: "12", Parent: "12", Roads: []string{"环城东路"}, Aliases: []string{"幸福里"}},
		{ID: "13", Name: "幸福里", Parent: "12", Roads: []string{"环城东路"}, Buildings: []string{"12"}}}
	list, err := unpack(string(must(pack(a))), seen{}.area)
	check(t, err)
	same := func(x, y string) bool { return x == y && unsafe.StringData(x) == unsafe.StringData(y) }
	x, y := list[0], list[1]
	if !same(x.ID, x.Parent) || !same(x.ID, y.Parent) || !same(x.ID, y.Buildings[0]) || !same(x.Roads[0], y.Roads[0]) || !same(x.Aliases[0], y.Name) {
		t.Error("the same text is there twice")
	}
}

func TestADamagedDirectoryIsAnError(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		a, p := ground()
		packed := string(must(pack(a)))
		for _, key := range []string{areasKey, peopleKey, rosterKey} {
			for _, bad := range []string{"not gzip", packed[:len(packed)-9], zipped(t, `"a text"`), zipped(t, `{}`), zipped(t, `[{"ID":1,"Staff":1}]`), zipped(t, `[{},`)} {
				check(t, s.SaveDirectory(t.Context(), a, p))
				check(t, s.rdb.Set(t.Context(), key, bad, 0).Err())
				if g, err := s.LoadGround(t.Context()); err == nil || g.Areas != nil || g.Staff != nil {
					t.Errorf("%s = %.10q: %v, %v", key, bad, g, err)
				}
			}
		}
	})
}

// What was worked out from one import never replaces another, and a ground comes
// back with its leaves, substitutes and roster.
func TestGroundReplacesOnlyWhatWasRead(t *testing.T) {
	a, p := ground()
	p[0].Substitutes, p[0].Leaves = []string{"8"}, []grid.Leave{{From: grid.Day(2026, 12, 1), To: grid.Day(2026, 12, 4)}}
	p[0].Posts = append(p[0].Posts, grid.Post{Role: grid.Department, Area: "12", Unit: "municipal"})
	roster := []grid.Shift{{Area: "g1", Weekdays: grid.Days(time.Monday), Span: grid.Span{From: 8 * time.Hour, To: 20 * time.Hour}, Staff: "7"}}
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		check(t, s.SaveGround(t.Context(), 0, grid.Ground{Areas: a, Staff: p, Roster: roster}))
		if err := s.SaveGround(t.Context(), 0, grid.Ground{}); !errors.Is(err, ErrImported) {
			t.Errorf("from before the import: %v", err)
		}
		g := must(s.LoadGround(t.Context()))
		same := len(g.Staff) == 1 && g.Staff[0].Leaves[0].String() == "2026-12-01~2026-12-03" && reflect.DeepEqual(g.Staff[0].Posts, p[0].Posts)
		if !same || g.Staff[0].Substitutes[0] != "8" || !reflect.DeepEqual(g.Areas, a) || !reflect.DeepEqual(g.Roster, roster) {
			t.Errorf("came back as %+v", g)
		}
		var won atomic.Int32
		together(6, func(int) {
			switch err := s.SaveGround(t.Context(), 1, grid.Ground{Areas: a[:1]}); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, ErrImported):
				t.Error(err)
			}
		})
		g = must(s.LoadGround(t.Context()))
		if won.Load() != 1 || len(g.Areas) != 1 || len(g.Staff)+len(g.Roster) != 0 || must(s.DirectoryVersion(t.Context())) != 2 {
			t.Errorf("%d won; %+v", won.Load(), g)
		}
	})
}
