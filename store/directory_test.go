package store

import (
	"errors"
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/task"
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
		areas, staff, err := s.LoadDirectory(t.Context())
		if len(areas)+len(staff) != 0 || err != nil || must(s.DirectoryVersion(t.Context())) != 0 {
			t.Errorf("before the first import: %v, %v, %v", areas, staff, err)
		}
		a, p := ground()
		for version := range 3 {
			check(t, s.SaveDirectory(t.Context(), a, p))
			if got := must(s.DirectoryVersion(t.Context())); got != int64(version+1) {
				t.Errorf("version %d, want %d", got, version+1)
			}
		}
		areas, staff, err = s.LoadDirectory(t.Context())
		if err != nil || !reflect.DeepEqual(areas, a) || !reflect.DeepEqual(staff, p) {
			t.Errorf("got %+v, %+v, %v", areas, staff, err)
		}
		check(t, s.SaveDirectory(t.Context(), nil, nil))
		if areas, staff, err = s.LoadDirectory(t.Context()); len(areas)+len(staff) != 0 || err != nil {
			t.Errorf("after an empty import: %v, %v, %v", areas, staff, err)
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
		areas, staff, err := s.LoadDirectory(t.Context())
		if len(areas) != len(a) || len(staff) != len(p) || err != nil {
			t.Errorf("%d areas, %d staff, %v", len(areas), len(staff), err)
		}
	})
}

func TestADamagedDirectoryIsAnError(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		a, p := ground()
		packed := string(must(pack(a)))
		for _, key := range []string{areasKey, peopleKey} {
			for _, bad := range []string{"not gzip", packed[:len(packed)-9], string(must(pack("a string")))} {
				check(t, s.SaveDirectory(t.Context(), a, p))
				check(t, s.rdb.Set(t.Context(), key, bad, 0).Err())
				if areas, staff, err := s.LoadDirectory(t.Context()); err == nil || areas != nil || staff != nil {
					t.Errorf("%s = %.10q: %v, %v, %v", key, bad, areas, staff, err)
				}
			}
		}
	})
}

func TestAJoinCodeIsForOnePerson(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		if _, err := s.Join(t.Context(), "K7Q2", resident); !errors.Is(err, task.ErrNotFound) {
			t.Errorf("a code nobody made: %v", err)
		}
		check(t, s.AddCode(t.Context(), "K7Q2", "7"))
		for range 2 { // doing it again is the same
			if staff, err := s.Join(t.Context(), "K7Q2", resident); staff != "7" || err != nil {
				t.Errorf("joined as %q, %v", staff, err)
			}
		}
		if _, err := s.Join(t.Context(), "K7Q2", neighbour(1)); !errors.Is(err, task.ErrNotFound) {
			t.Errorf("somebody else: %v, want task.ErrNotFound", err)
		}
		if got := must(s.StaffPerson(t.Context(), "7")); got != resident {
			t.Errorf("staff 7 is %+v", got)
		}
		check(t, s.AddCode(t.Context(), "K7Q2", "7")) // made anew, it is free again
		if staff, err := s.Join(t.Context(), "K7Q2", neighbour(1)); staff != "7" || err != nil {
			t.Errorf("with the code made anew: %q, %v", staff, err)
		}
		lapse(t, s, srv, codeKey("K7Q2"), codeFor)
		if _, err := s.Join(t.Context(), "K7Q2", neighbour(1)); !errors.Is(err, task.ErrNotFound) {
			t.Errorf("after its time: %v", err)
		}
	})
}

func TestOnlyOneOfManyClaimsACode(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		check(t, s.AddCode(t.Context(), "K7Q2", "7"))
		var won atomic.Int32
		together(8, func(i int) {
			switch _, err := s.Join(t.Context(), "K7Q2", neighbour(i)); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, task.ErrNotFound):
				t.Error(err)
			}
		})
		if won.Load() != 1 {
			t.Errorf("%d persons joined with one code", won.Load())
		}
	})
}

func TestBindings(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		if got, err := s.StaffPerson(t.Context(), "7"); !got.Zero() || err != nil {
			t.Errorf("before joining: %+v, %v", got, err)
		}
		check(t, s.Unbind(t.Context(), "7", resident)) // nothing to unbind
		check(t, s.AddCode(t.Context(), "K7Q2", "7"))
		must(s.Join(t.Context(), "K7Q2", resident))
		check(t, s.Unbind(t.Context(), "7", neighbour(1)))
		if got := must(s.StaffPerson(t.Context(), "7")); got != resident {
			t.Errorf("somebody else unbound them: %+v", got)
		}
		check(t, s.Unbind(t.Context(), "7", resident))
		if got := must(s.StaffPerson(t.Context(), "7")); !got.Zero() {
			t.Errorf("still bound: %+v", got)
		}
	})
}
