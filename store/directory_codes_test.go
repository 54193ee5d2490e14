package store

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"gridbot/redistest"
	"gridbot/task"
)

func TestAJoinCodeIsForOnePerson(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		if _, err := s.Join(t.Context(), "K7Q2", resident); !errors.Is(err, task.ErrNotFound) {
			t.Errorf("a code nobody made: %v", err)
		}
		check(t, s.AddCodes(t.Context(), []Code{{Code: "K7Q2", Staff: "7"}}))
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
		check(t, s.AddCodes(t.Context(), []Code{{Code: "K7Q2", Staff: "7"}})) // made anew, it is free again
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
		check(t, s.AddCodes(t.Context(), []Code{{Code: "K7Q2", Staff: "7"}}))
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
		check(t, s.AddCodes(t.Context(), []Code{{Code: "K7Q2", Staff: "7"}}))
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

// Many at once: in the order asked, whoever has joined or not, and nobody for none.
func TestBindingsOfMany(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		check(t, s.AddCodes(t.Context(), nil))
		if list, err := s.StaffPersons(t.Context(), nil); len(list) != 0 || err != nil {
			t.Errorf("of nobody: %v, %v", list, err)
		}
		var codes []Code
		var ids []string
		for i := range 300 {
			ids = append(ids, fmt.Sprint("p", i))
			codes = append(codes, Code{fmt.Sprint("code", i), ids[i]})
		}
		check(t, s.AddCodes(t.Context(), codes))
		for i := 0; i < 300; i += 7 {
			if staff, err := s.Join(t.Context(), codes[i].Code, neighbour(i)); staff != ids[i] || err != nil {
				t.Fatalf("%s joined as %q, %v", codes[i].Code, staff, err)
			}
		}
		list, err := s.StaffPersons(t.Context(), ids)
		check(t, err)
		for i, got := range list {
			want := task.Person{}
			if i%7 == 0 {
				want = neighbour(i)
			}
			if got != want {
				t.Errorf("%s is %+v, want %+v", ids[i], got, want)
			}
		}
		check(t, s.rdb.Set(t.Context(), staffPerson("p3"), "{", 0).Err())
		if list, err := s.StaffPersons(t.Context(), ids); err == nil {
			t.Errorf("a damaged binding reads %v", list)
		}
	})
}
