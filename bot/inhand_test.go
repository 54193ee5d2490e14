package bot

import (
	"fmt"
	"slices"
	"testing"

	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/store"
	"gridbot/task"
)

// at is the conversation of a member of staff, before they say anything.
func (w *world) at(staff string) *chat {
	return w.bot.open(Message{Person: person(staff)}, store.Turn{Profile: store.Profile{Staff: staff}})
}

// TestStreetsOnce: posts in two streets by turns are still two streets, or every
// task of the first would be offered twice.
func TestStreetsOnce(t *testing.T) {
	w := embedded(t)
	areas := []grid.Area{{ID: "12", Level: grid.Street, Name: "甲"}, {ID: "13", Level: grid.Street, Name: "乙"}}
	posts := []grid.Post{{Role: grid.Dispatcher, Area: "12"}, {Role: grid.Dispatcher, Area: "13"}, {Role: grid.StreetLeader, Area: "12"}}
	check(t, w.store.SaveDirectory(t.Context(), areas, []grid.Staff{{ID: "x", Name: "周", Posts: posts}}))
	_, err := w.desk.Refresh(t.Context())
	check(t, err)
	if got := w.at("x").streets(); !slices.Equal(got, []string{"12", "13"}) {
		t.Errorf("streets %v", got)
	}
}

// TestWhoIsAtTheDesk: a substitute is there while the dispatcher is on leave, and sees
// the list of what they may decide.
func TestWhoIsAtTheDesk(t *testing.T) {
	w := embedded(t)
	street := []grid.Area{{ID: "12", Level: grid.Street, Name: "甲"}}
	for _, tt := range []struct {
		away  bool
		staff string
		want  bool
	}{{false, "d", true}, {true, "d", true}, {false, "x", false}, {true, "x", true}, {true, "y", false}} {
		head := []grid.Post{{Role: grid.GridHead, Area: "12"}}
		check(t, w.store.SaveDirectory(t.Context(), street, []grid.Staff{{ID: "x", Name: "周", Posts: head}, {ID: "y", Name: "吴", Posts: head},
			{ID: "d", Name: "郑", Posts: []grid.Post{{Role: grid.Dispatcher, Area: "12"}}, Away: tt.away, Substitutes: []string{"x"}}}))
		_, err := w.desk.Refresh(t.Context())
		check(t, err)
		if got := w.at(tt.staff).atDesk(); got != tt.want {
			t.Errorf("%s at the desk, the dispatcher away %v: %v", tt.staff, tt.away, got)
		}
	}
}

// TestTenAreOffered, however many results wait for a check.
func TestTenAreOffered(t *testing.T) {
	w := embedded(t)
	cat, _ := w.desk.Categories().Get("road_damage")
	for i := range mostInHand + 2 {
		x, err := w.desk.Open(t.Context(), dispatch.Opening{Key: fmt.Sprint("o", i), Street: "12", Text: "x", Category: cat, Danger: 2,
			Place: task.Place{Grid: "120101"}, Sure: true})
		check(t, err)
		for _, move := range []task.Kind{task.Sign, task.Finish} {
			_, err = w.desk.Do(t.Context(), dispatch.Order{Task: x.ID, Key: "k", Move: move, Staff: x.Handler, Note: "现场已处理，恢复正常，拍照留存"})
			check(t, err)
		}
	}
	got, err := w.at("s03").candidates(t.Context(), cmdPass)
	if err != nil || len(got) != mostInHand {
		t.Errorf("%d offered, %v", len(got), err)
	}
}
