package bot

import (
	"context"
	"testing"

	"gridbot/task"
)

// TestFaultAReportThatIsOnNoListIsForgotten: a report made just before a crash is not on
// the person's list yet, and they leave it all the same.
func TestFaultAReportThatIsOnNoListIsForgotten(t *testing.T) {
	w := street(t)
	m := w.text("wang", "楼下路灯不亮了")
	turn, err := w.store.Begin(context.Background(), m.Person, m.Key, w.bot.Window(m), false, w.now)
	check(t, err)
	_, err = w.bot.Reply(context.Background(), m, turn) // and no Commit
	check(t, err)
	check(t, w.store.Release(context.Background(), turn))
	leave := w.text("wang", "")
	leave.Kind = Unsubscribe
	w.send(leave)
	if x := w.tasks()[0]; x.Reporter != (task.Person{}) {
		t.Errorf("%s is still theirs", x.ID)
	}
}
