package handlers

import (
	"slices"
	"testing"

	"gridbot/task"
)

func TestLinksAreTakenOnceByStreet(t *testing.T) {
	var l links
	l.add([]task.ID{{Street: "12", Seq: 1}, {Street: "13", Seq: 2}})
	l.add([]task.ID{{Street: "12", Seq: 3}})
	got := l.take()
	if len(got) != 2 || !slices.Equal(got["12"], []int64{1, 3}) || !slices.Equal(got["13"], []int64{2}) {
		t.Errorf("took %v", got)
	}
	if again := l.take(); len(again) != 0 {
		t.Errorf("took %v twice", again)
	}
}
