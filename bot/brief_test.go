package bot

import (
	"fmt"
	"strings"
	"testing"

	"gridbot/dispatch"
	"gridbot/task"
)

// lamps puts n matters into the hands of s14, who has joined as "w".
func (w *world) lamps(n int) {
	w.Helper()
	cat, _ := w.desk.Categories().Get("streetlight")
	for i := range n {
		_, err := w.desk.Open(w.Context(), dispatch.Opening{Key: fmt.Sprint("l", i), Street: "12", Text: strings.Repeat("长", 500) + "尾", Category: cat,
			Place: task.Place{Grid: "120103"}, Sure: true})
		check(w, err)
	}
	w.join("w", "s14")
}

// TestPages: the list goes on, by a word and by a number, and begins again.
func TestPages(t *testing.T) {
	w := embedded(t)
	w.lamps(19)
	w.says("w", "待办", "12-1001", "12-1008", "!12-1009", "下一页")
	w.says("w", "下一页", "12-1009", "12-1016", "!12-1008")
	w.says("w", "更多", "12-1017", "12-1019", "!下一页")
	w.says("w", "待办 2", "12-1009", "!12-1001")
	w.says("w", "待办 7", "12-1001")
}

// TestSignAll signs ten at most, each on a line.
func TestSignAll(t *testing.T) {
	w := embedded(t)
	w.lamps(12)
	if got := w.say("w", "全部签收"); strings.Count(got, "已签收") != mostInHand || strings.Count(got, "\n") != mostInHand-1 {
		t.Errorf("answered\n%s", got)
	}
}

// TestBrief: all the words that fit, for staff only.
func TestBrief(t *testing.T) {
	w := embedded(t)
	w.lamps(1)
	for _, words := range []string{"1001", "12-1001", "1001 这个要等材料", "这个要等材料 1001"} {
		w.says("w", words, "长长长", "办结")
	}
	w.says("w", "签 1001", "已签收12-1001", "长长长")
	w.says("nobody", "1001", "没有查到", "!长")
	if n := len(w.tasks()); n != 1 {
		t.Errorf("%d tasks", n)
	}
}
