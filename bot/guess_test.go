package bot

import (
	"testing"

	"gridbot/task"
)

// The machine's guess stays with the task whatever is decided, and the history tells what
// staff made of it: in the write of the report and of the move themselves.
func TestTheGuessAndWhatStaffMadeOfIt(t *testing.T) {
	cases := []struct {
		name, talk string
		sure       bool // the guess was acted upon
		settled    string
	}{
		{"nobody has looked", "wang: 楼下路灯不亮了 → 12-1001", true, ""},
		{"corrected", "wang: 楼下路灯不亮了 → 12-1001\ndesk: 改类 1001 停电故障 → 停电故障", true, "power_outage"},
		{"danger", "wang: 3幢201着火了 → 119", true, ""},
		{"unsure", "wang: 太吵了 → 回复数字就行", false, ""},
		{"unsure, named by the desk", "wang: 太吵了 → 回复数字就行\ndesk: 改类 1001 停电故障 → 停电故障", false, "power_outage"},
	}
	for _, c := range cases {
		w := street(t)
		w.dialogue(c.talk)
		x := w.tasks()[0]
		history, err := w.store.History(t.Context(), x.ID, 20)
		check(t, err)
		if acted := history[0].Target == x.Guess.Category; x.Guess.Category == "" || acted != c.sure || x.Guess.P < 0 || x.Guess.P > 1 {
			t.Errorf("%s: guess %+v, opened as %s", c.name, x.Guess, history[0].Target)
		}
		if got, _ := task.Settled(history); got != c.settled {
			t.Errorf("%s: settled on %q, want %q", c.name, got, c.settled)
		}
	}
}
