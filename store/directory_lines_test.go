package store

import (
	"fmt"
	"reflect"
	"testing"

	"gridbot/redistest"
	"gridbot/task"
)

// Lines of several streets in one look: how many stand there, and which come first.
func TestStandings(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		if list, err := s.Standings(t.Context(), nil, 3); len(list) != 0 || err != nil {
			t.Errorf("of no line: %v, %v", list, err)
		}
		var ids []task.ID
		for i := range 4 {
			ids = append(ids, create(t, s, fmt.Sprint("key", i), opened()))
		}
		waiting := opened()
		waiting.After.Status, waiting.After.Handler, waiting.After.Place.Grid = task.Pending, "", ""
		waiting.After.ID.Street, waiting.After.Next = "13", noon
		desk := create(t, s, "desk", waiting)
		lines := []Line{StaffLine("12", "7"), StaffLine("12", "8"), GridLine("12", "g1"), GridLine("13", "g1"), DeskLine("13"), ClockLine("13"), DeskLine("12")}
		want := []Standing{{4, ids[:3]}, {}, {4, ids[:3]}, {}, {1, []task.ID{desk}}, {1, []task.ID{desk}}, {}}
		got, err := s.Standings(t.Context(), lines, 3)
		check(t, err)
		for i := range want {
			if got[i].Total != want[i].Total || len(got[i].First)+len(want[i].First) > 0 && !reflect.DeepEqual(got[i].First, want[i].First) {
				t.Errorf("line %d: %+v, want %+v", i, got[i], want[i])
			}
		}
		if got, err := s.Standings(t.Context(), lines[:1], 0); err != nil || got[0].Total != 4 || len(got[0].First) != 0 {
			t.Errorf("without a list: %+v, %v", got, err)
		}
	})
}
