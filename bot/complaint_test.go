package bot

import (
	"strings"
	"testing"

	"gridbot/dispatch"
	"gridbot/task"
)

// lamp is a matter of openid's in the hands of s11, as far as the given moves.
func (w *world) lamp(openid string, moves ...task.Kind) task.Task {
	w.Helper()
	w.live(openid, "12010101.3")
	w.says(openid, "楼下路灯不亮了", "编号")
	all := w.tasks()
	x := all[len(all)-1]
	for i, m := range moves {
		var err error
		x, err = w.desk.Do(w.Context(), dispatch.Order{Task: x.ID, Key: string(rune('a' + i)), Move: m, Staff: x.Handler, Note: "已更换灯泡，现场试亮正常"})
		check(w, err)
	}
	return x
}

// TestConduct: what counts without a name, and what is about somebody else.
func TestConduct(t *testing.T) {
	w := embedded(t)
	for text, want := range map[string]bool{
		"他骂我还收我红包": true, "网格员态度太差了": true, "他收了物业的钱": true, "来的人吃拿卡要": true,
		"楼上邻居半夜骂人": false, "物业不干活": false, "我要投诉噪音": false, "路灯不亮": false,
	} {
		if got := w.bot.grammar.conduct(text); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// TestNoMoveCarriesAComplaint to the one it is about: whatever the command, the words
// are a confidential task and nowhere else.
func TestNoMoveCarriesAComplaint(t *testing.T) {
	for words, finished := range map[string]bool{
		"不满意 他收红包": true, "未解决，他骂人": true, "基本满意 就是他态度不好": true,
		"补充 他收我钱": false, "催办 他不干活": false, "撤回 他态度太差": false, "他骂我还收我红包": false, "那个张小燕态度太差了": false,
	} {
		w := embedded(t)
		moves := []task.Kind{task.Sign}
		if finished {
			moves = append(moves, task.Finish)
		}
		x := w.lamp("r", moves...)
		m := w.text("r", words)
		answer := w.send(m)
		w.answers(answer, words, "12-1002")
		all := w.tasks()
		if len(all) != 2 || !all[1].Confidential || all[1].Category != task.StaffComplaint || all[1].Handler == x.Handler {
			t.Errorf("%s: tasks %+v", words, all)
			continue
		}
		said := strings.TrimLeft(words[len("他"):], "满意解决补充催办撤回基本就是，张小燕那个 ")
		if strings.Contains(w.words(all[0]), said) || strings.Contains(w.words(all[0]), "红包") {
			t.Errorf("%s: stands in the task: %s", words, w.words(all[0]))
		}
		if finished && all[0].Status == task.Dispatched && all[0].Handler == x.Handler {
			t.Errorf("%s: worked again by %s", words, all[0].HandlerName)
		}
		// a crash before the answer was remembered changes nothing
		turn, err := w.store.Begin(t.Context(), m.Person, "again", w.bot.Window(m), false, w.now)
		check(t, err)
		again, err := w.bot.Reply(t.Context(), m, turn)
		check(t, err)
		if len(w.tasks()) != 2 {
			t.Errorf("%s: %d tasks after another delivery, answered %s", words, len(w.tasks()), again.Text)
		}
	}
}

// TestAComplaintGoesOn: what follows it belongs to it.
func TestAComplaintGoesOn(t *testing.T) {
	w := embedded(t)
	w.lamp("r", task.Sign)
	w.says("r", "他骂我", "12-1002")
	w.says("r", "他还收红包", "12-1002")
	if n := len(w.tasks()); n != 2 {
		t.Errorf("%d tasks", n)
	}
}
