package bot

import (
	"bytes"
	"context"
	"testing"

	"gridbot/grid"
	"gridbot/sample"
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

// TestFaultASubstituteDoesNotSeeTheDesk: who stands in for all the dispatchers lists what
// waits at the desk, as they would.
func TestFaultASubstituteDoesNotSeeTheDesk(t *testing.T) {
	w := street(t)
	areas, err := grid.ReadAreas(bytes.NewReader(sample.Areas))
	check(t, err)
	staff, err := grid.ReadStaff(bytes.NewReader(sample.Staff))
	check(t, err)
	for i := range staff {
		if staff[i].ID == "s01" || staff[i].ID == "s02" {
			staff[i].Away, staff[i].Substitutes = true, []string{"s05"}
		}
	}
	check(t, w.store.SaveDirectory(context.Background(), areas, staff))
	_, err = w.desk.Refresh(context.Background())
	check(t, err)
	w.dialogue(`
		wang: 人工 → 请直接写下您的事
		wang: 我家的事说来话长 → 12-1001`)
	w.says("head", "待办", "指挥室1件", "12-1001")
	w.says("head", "帮助", "指挥室：派")
	w.says("worker", "待办", "!指挥室")
}
