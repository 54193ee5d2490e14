package dispatch

import (
	"testing"

	"gridbot/task"
)

// aside is a task somebody has in hand, brought to where a notice speaks of it.
func (w *world) aside(a task.About) *task.Task {
	x := &task.Task{ID: task.ID{Street: street, Seq: 1042}, Status: task.Processing, Category: "streetlight", Urgency: task.Normal,
		Text: "3幢楼下路灯不亮了", Place: task.Place{Text: "幸福里小区3幢", Grid: grid1}, Handler: full1a, HandlerName: "张小燕",
		Result: "已更换灯泡，现在亮了", Wish: w.at("2026-06-09 10:00"), Merged: []int64{1043, 1044},
		Helpers: []task.Helper{{ID: property, Name: "卢永康", Due: w.at("2026-06-01 17:30")}, {ID: part2, Name: "杨春芳", Answered: w.clock()}},
		Plan:    task.Plan{Accept: w.at("2026-06-01 12:00"), Contact: w.at("2026-06-02 10:00"), Feedback: w.at("2026-06-01 12:00"), Finish: w.at("2026-06-04 10:00")}}
	switch a {
	case task.AboutSuspended, task.AboutPaused:
		x.Status, x.Until = task.Suspended, w.at("2026-06-29 08:30")
	case task.AboutRejected:
		x.Status, x.Rejected = task.Rejected, "elsewhere"
	case task.AboutMerged, task.AboutAway:
		x.Status, x.Parent = task.Merged, 1040
	}
	return x
}

// What is heard of pauses, merges, calls, extensions and clocks, word for word.
func TestWhatIsHeardOfTheNewMoves(t *testing.T) {
	w, words := quick(t), notices(t)
	for about, want := range map[task.About]string{
		"resident.inquired":      "您反映的幸福里小区3幢路灯故障（12-1042），还想请您补充一点情况：等配件到货\n请直接在这里回复。",
		"resident.resumed":       "您反映的幸福里小区3幢路灯故障（12-1042）现在接着办了，由张小燕负责，6月4日（周四）10:00前办结。",
		"resident.suspended":     "您反映的幸福里小区3幢路灯故障（12-1042）现在还办不了：等配件到货。我们6月29日再看一次，有消息马上告诉您。",
		"resident.lapsed":        "您反映的幸福里小区3幢路灯故障（12-1042），我们等了三天没有收到您的答复，先撤回了。还要办的话，重新说给我听就行。",
		"resident.rejected":      "您反映的幸福里小区3幢路灯故障（12-1042）没有受理：这件事不归本街道管。等配件到货。\n您要是不同意，15天内回复“申诉 12-1042 理由”，我们会请人再看一次。",
		"resident.merged":        "您反映的幸福里小区3幢路灯故障（12-1042）和邻居反映的是同一件事，放在一起办，由张小燕负责，6月4日（周四）10:00前办结。有进展一样告诉您。",
		"resident.unmerged":      "您反映的幸福里小区3幢路灯故障（12-1042）改为单独办理，由张小燕负责，6月4日（周四）10:00前办结。",
		"resident.extended":      "您反映的幸福里小区3幢路灯故障（12-1042）还要多一点时间，改到6月4日（周四）10:00前办结，请您谅解。",
		"resident.overdue":       "您反映的幸福里小区3幢路灯故障（12-1042）没有按时办好，对不起。已经报给上一级督促，有进展马上告诉您。",
		"resident.safe":          "林海波已确认人都平安（12-1042）。不用再办的话，请回复“撤回 12-1042”。",
		"staff.away":             "任务12-1042（路灯故障）已并到12-1040一起办，您不用再单独处理了。",
		"staff.paused":           "12-1042（路灯故障 · 幸福里小区3幢）已挂账，6月29日再看，时限先停下来。",
		"staff.resumed":          "12-1042（路灯故障 · 幸福里小区3幢）现在接着办，6月4日（周四）10:00前办结。\n说明：等配件到货",
		"staff.joined":           "又有居民反映12-1042（路灯故障 · 幸福里小区3幢），现在共3人，一起办就行。\n居民说：等配件到货",
		"staff.called":           "【吹哨】12-1042 路灯故障 · 幸福里小区3幢\n居民说：3幢楼下路灯不亮了\n张小燕请您一起办：等配件到货。\n今天17:30前请回应：回应 12-1042 怎么安排\n您这一部分办好后回复：办结 12-1042 结果",
		"staff.callurged":        "还没有收到您对12-1042（路灯故障 · 幸福里小区3幢）的回应，请尽快回复：回应 12-1042 怎么安排",
		"staff.unanswered":       "您请来一起办12-1042（路灯故障 · 幸福里小区3幢）的卢永康还没有回应，请再联系一下，或请指挥室协调。",
		"staff.responded":        "林海波已回应12-1042（路灯故障 · 幸福里小区3幢）：等配件到货。",
		"staff.partdone":         "林海波办好了12-1042（路灯故障 · 幸福里小区3幢）里自己的部分：等配件到货。还等卢永康、杨春芳。",
		"staff.dismissed":        "12-1042（路灯故障 · 幸福里小区3幢）不用您一起办了，谢谢。",
		"staff.extended":         "已同意延期：12-1042（路灯故障 · 幸福里小区3幢）改到6月4日（周四）10:00前办结。",
		"staff.unextended":       "12-1042（路灯故障 · 幸福里小区3幢）没有同意延期：等配件到货。请照原来的时间，6月4日（周四）10:00前办结。",
		"staff.supervised":       "【督办】12-1042 路灯故障 · 幸福里小区3幢，张小燕负责，街道已督办：等配件到货。请抓紧办，由经办人先回个进展：\n进展 12-1042 …",
		"staff.remind.accept":    "提醒您：12-1042（路灯故障 · 幸福里小区3幢）请在今天12:00前签收。回复：签收 12-1042",
		"staff.remind.contact":   "提醒您：12-1042（路灯故障 · 幸福里小区3幢）请在明天10:00前联系居民。联系后回复：联系 12-1042",
		"staff.remind.feedback":  "提醒您：12-1042（路灯故障 · 幸福里小区3幢）请在今天12:00前回个进展：\n进展 12-1042 …",
		"staff.remind.finish":    "提醒您：12-1042（路灯故障 · 幸福里小区3幢）请在6月4日（周四）10:00前办结。要是来不及，请早点说：延期 12-1042 天数 原因",
		"staff.overdue.accept":   "12-1042（路灯故障 · 幸福里小区3幢）已过签收时间，没有别人能替，请马上签收：签收 12-1042",
		"staff.overdue.contact":  "12-1042（路灯故障 · 幸福里小区3幢）已过联系居民的时间，请马上联系，联系后回复：联系 12-1042",
		"staff.overdue.feedback": "12-1042（路灯故障 · 幸福里小区3幢）已过反馈时间，请马上回个进展：\n进展 12-1042 …",
		"staff.overdue.finish":   "12-1042（路灯故障 · 幸福里小区3幢）已过办结时间，已报给上一级。请抓紧办，先回个进展：\n进展 12-1042 …",
		"checker.overdue":        "12-1042（路灯故障 · 幸福里小区3幢）办好了，还等您核查。\n回复：通过 12-1042，或 驳回 12-1042 原因",
		"checker.extend":         "张小燕申请把12-1042（路灯故障 · 幸福里小区3幢）延到6月9日（周二）10:00：等配件到货。\n回复：同意 12-1042，或 不同意 12-1042 原因",
		"above.overdue.contact":  "张小燕负责的12-1042（路灯故障 · 幸福里小区3幢）还没有联系居民，已经超时，请督促。",
		"above.overdue.feedback": "张小燕负责的12-1042（路灯故障 · 幸福里小区3幢）还没有反馈，已经超时，请督促。",
		"above.overdue.finish":   "张小燕负责的12-1042（路灯故障 · 幸福里小区3幢）已过办结时间，请督促。",
		"desk.appeal":            "【申诉】12-1042 路灯故障 · 幸福里小区3幢，居民对不予受理有意见：等配件到货。\n居民说：3幢楼下路灯不亮了\n回复：派 12-1042 姓名，或 改类 12-1042 类别",
		"desk.unsigned":          "12-1042（路灯故障 · 幸福里小区3幢）派给张小燕后一直没有签收，也没有别人能接。请马上回复：派 12-1042 姓名",
		"desk.overdue":           "12-1042（路灯故障 · 幸福里小区3幢）还在指挥室等着，请马上安排。\n回复：派 12-1042 姓名，或 改类 12-1042 类别",
		"desk.supervised":        "【督办】12-1042 路灯故障 · 幸福里小区3幢，张小燕负责，超时太久或居民多次催办，由街道督办，请跟到底。",
		"desk.unchecked":         "12-1042（路灯故障 · 幸福里小区3幢）办好了，一直没有人核查。请回复：通过 12-1042，或 驳回 12-1042 原因",
		"desk.orphaned":          "【待派单】12-1042 路灯故障 · 幸福里小区3幢，原来的经办人离岗了，没有别人能接。\n回复：派 12-1042 姓名，或 改类 12-1042 类别",
		"desk.review":            "12-1042（路灯故障 · 幸福里小区3幢）暂停的时间到了，已接着办，由张小燕负责，6月4日（周四）10:00前办结。",
	} {
		l := w.desk.LetterFor(w.aside(about), property)
		l.Note, l.Actor = "等配件到货", "林海波"
		same(t, string(about), must(words.Render(string(about), l)), want)
	}
}
