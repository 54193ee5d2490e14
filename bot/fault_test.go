package bot

import (
	"testing"

	"gridbot/task"
)

// TestFaultANameThatBeginsAnother: whose name begins with a colleague's is let go, not
// the colleague.
func TestFaultANameThatBeginsAnother(t *testing.T) {
	for words, want := range map[string]string{"何强国 不用来了": "h2", "何强 不用来了": "h1", "，何强国": "h2"} {
		o := order{Cmd: cmdDismiss, Note: words}
		asked, err := (&chat{}).needHelper(&o, task.Task{Helpers: []task.Helper{{ID: "h1", Name: "何强"}, {ID: "h2", Name: "何强国"}}})
		check(t, err)
		if asked || o.To != want {
			t.Errorf("%q lets %q go, asked %v, want %q", words, o.To, asked, want)
		}
	}
}

// TestFaultTheDeskIsToldWhatAResidentIs: a dispatcher who may not do something because
// others' reports are part of it is told which, and how to go on.
func TestFaultTheDeskIsToldWhatAResidentIs(t *testing.T) {
	w := street(t)
	w.live("li", "12010101.5")
	w.dialogue(`
		wang: 楼下路灯不亮了 → 12-1001
		li: 花坛里的树枝断了 → 12-1002
		desk: 并案 1002 1001 → 已并到12-1001
		desk: 改类 1001 投诉工作人员 → 拆案 12-1002
		desk: 拆案 12-1002 → 已拆出来
		desk: 改类 1001 投诉工作人员 → 已改为`)
}

// TestFaultTheAccusedFindsTheComplaintInTheList: a complaint about a dispatcher that waits
// at the desk stands in no list of theirs.
func TestFaultTheAccusedFindsTheComplaintInTheList(t *testing.T) {
	w := street(t)
	w.join("desk2", "s02")
	accused, _ := w.desk.Ground().Staff("s01")
	w.says("wang", "我要投诉"+accused.Name+"，态度恶劣", "12-1001")
	if x := w.tasks()[0]; !x.Confidential || x.Handler != "s02" {
		t.Fatalf("%+v", x)
	}
	w.dialogue(`
		desk2: 签收 1001 → 已签收
		desk2: 退单 1001 本人要回避 → 已退回`)
	w.says("desk2", "待办", "12-1001")
	w.says("desk", "待办", "!12-1001")
	w.says("desk", "派", "!12-1001")
	w.says("desk", "1001", "没有查到")
}
