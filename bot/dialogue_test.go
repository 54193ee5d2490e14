package bot

import (
	"context"
	"strings"
	"testing"
	"time"

	"gridbot/task"
)

// dialogue is a sequence of lines "who: words → wanted, wanted"; + lets time pass.
func (w *world) dialogue(script string) {
	w.Helper()
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if pause, ok := strings.CutPrefix(line, "+"); ok {
			d, err := time.ParseDuration(pause)
			check(w, err)
			w.now = w.now.Add(d)
			w.redis.Advance(d)
			continue
		}
		said, wanted, _ := strings.Cut(line, " → ")
		who, words, ok := strings.Cut(said, ": ")
		if !ok {
			continue
		}
		var want []string
		if wanted != "" {
			want = strings.Split(wanted, ", ")
		}
		w.says(who, words, want...)
	}
}

// street is a world with two residents, two workers and a dispatcher.
func street(t *testing.T) *world {
	t.Helper()
	w := embedded(t)
	w.live("wang", "12010101.3")
	w.join("worker", "s11")
	w.join("head", "s05")
	w.join("desk", "s01")
	return w
}

func TestReclassifyAsksWhichOne(t *testing.T) {
	street(t).dialogue(`
		wang: 人工 → 请直接写下您的事
		wang: 我家的事说来话长 → 12-1001
		desk: 改类 1001 飞碟 → 没有这个类别
		desk: 改类 1001 噪声 → 请问是哪一类, 回复数字
		desk: 1 → 12-1001已改为
		desk: 待办 → 待办
		desk: 改类 1001 路灯故障 → 已改为路灯故障`)
}

func TestAnswersToWhichOne(t *testing.T) {
	street(t).dialogue(`
		wang: 吵得人没法睡 → 回复数字就行
		wang: 邻里噪声 → 收到：邻里噪声
		+20m
		wang: 吵得人没法睡 → 1 邻里噪声, 2 广场商业噪声, 3 施工噪声, 4 都不是
		wang: 1、邻里 → 收到：邻里
		+20m
		wang: 吵得人没法睡 → 回复数字就行
		wang: 9 → 请回复1到
		wang: 都不是 → 我请指挥室
		+20m
		wang: 吵得人没法睡 → 回复数字就行
		wang: 是 → 好的
		wang: 1 → 收到：邻里`)
}

func TestAnswersToWhere(t *testing.T) {
	w := street(t)
	w.dialogue(`
		li: 安居小区3幢路灯不亮了 → 回复数字就行, 都不是
		li: 都不是 → 我请指挥室的同志看
		+20m
		li: 路灯不亮了 → 请问在哪里
		li: 安居小区3幢 → 回复数字就行
		li: 1 → 收到：路灯故障
		+20m
		li: 路灯不亮了 → 请问在哪里
		li: 5幢 → 小区和几幢
		li: 幸福里小区 → 收到：路灯故障 · 幸福里小区5幢
		+20m
		li: 路灯不亮了 → 请问在哪里
		li: 12-1001 → 请问12-1001是
		li: 2 → 12-1004, 小区和几幢
		li: 幸福里小区12幢的电梯也坏了 → 12-1005, 12-1004, 请问在哪里
		li: 幸福里小区3幢 → 收到：路灯故障 · 幸福里小区3幢，编号12-1004`)
	if got := w.tasks(); len(got) != 5 {
		t.Errorf("%d tasks", len(got))
	}
}

func TestResidentCommandsInTheirWords(t *testing.T) {
	street(t).dialogue(`
		wang: 不满意 → 哪里不满意，请直接说
		wang: 未解决 → 是什么还没解决，请直接说
		wang: 补充 → 没有正在办的事
		wang: 进度 → 没有正在办的事
		wang: 楼下路灯不亮了 → 12-1001
		wang: 补充 → 您说，我补充到12-1001
		wang: 门牌是301 → 已补充到12-1001
		wang: 补充 1001 灯杆是斜的 → 已补充到12-1001
		wang: 查询 1001 → 已派单
		wang: 查询 1999 → 没有查到1999
		wang: 帮我找个工作人员 → 已请张小燕
		worker: 签收 → 已签收
		worker: 办结 已更换灯泡，现场试亮正常 → 等居民评价
		wang: 1001 → 待评价, 结果：已更换灯泡
		wang: 修得挺好的，给个好评 → 满意
		wang: 满意 → 已结案
		wang: 进度 → 12-1001, 已结案
		wang: 撤回 1001 → 已经办好了
		wang: 满意 1001 → 已经结案了
		wang: 怎么用啊 → 进度：`)
}

// TestTwoFinished: a judgement goes to the matter that waits for it, not to one that is
// closed; two that wait are asked about.
func TestTwoFinished(t *testing.T) {
	w := street(t)
	w.dialogue(`
		wang: 楼下路灯不亮了 → 12-1001
		worker: 签收 1001
		worker: 办结 1001 已更换灯泡，现场试亮正常
		wang: 满意 → 已结案
		+20m
		wang: 我们小区的路灯又灭了一盏 → 12-1002
		worker: 签收 1002
		head: 签收 1002
		worker: 办结 1002 已更换灯泡，现场试亮正常
		wang: 未解决 → 12-1002已重新办理`)
	if got := w.tasks(); got[0].Status != task.Closed {
		t.Errorf("the closed task is %s", got[0].Status)
	}
}

func TestHeadActsOnOthersTasks(t *testing.T) {
	street(t).dialogue(`
		wang: 楼下路灯不亮了 → 已交给张小燕
		worker: 转金伟强 1001 → 已转给金伟强
		worker: 签收 1001 → 已签收
		head: 转 1001 给潘晓东 → 已转给潘晓东
		head: 转 1001 → 姓名
		head: 谢谢 → 不用谢
		desk: 派 1001 周敏华 → 已派给周敏华
		desk: 延期 1001 1天 → 原因
		desk: 等厂家的配件 → 等上级同意
		worker: 延期 → 没有可以这样办的任务
		worker: 通过 1001 → 这一步`)
}

func TestEvents(t *testing.T) {
	w := street(t)
	event := func(who string, kind Kind, text string) string {
		m := w.text(who, text)
		m.Kind, m.MediaID = kind, "media"
		return w.send(m)
	}
	w.answers(event("worker", Click, "list"), "list", "没有待办")
	w.answers(event("wang", Click, "list"), "list of a resident", "进度：")
	w.answers(event("wang", Click, "human"), "human", "请直接写下您的事")
	w.answers(event("wang", Click, "anything"), "unknown key", "进度：")
	w.now = w.now.Add(2 * keepFor)
	w.answers(event("wang", Voice, "楼下路灯不亮了"), "voice with words", "路灯故障")
	if got := w.tasks(); len(got) != 1 || len(got[0].Media) != 1 || got[0].Media[0].Kind != task.Voice {
		t.Errorf("the voice is not with the task: %+v", got)
	}
	w.answers(event("wang", Other, ""), "other", "请写几个字")
	w.answers(event("worker", Unsubscribe, ""), "leaving")
	if p, err := w.store.StaffPerson(t.Context(), "s11"); err != nil || !p.Zero() {
		t.Errorf("who left is still bound: %v, %v", p, err)
	}
	m := w.text("li", "")
	m.Kind, m.Scene = Scan, "no-such-place"
	w.answers(w.send(m), "unknown code", "直接说给我听")
}

func TestPhotoOfAWorkersOwnMatter(t *testing.T) {
	w := street(t)
	photo := func() string {
		m := w.text("worker", "")
		m.Kind, m.MediaID = Image, "media"
		return w.send(m)
	}
	w.dialogue("wang: 楼下路灯不亮了\nworker: 签收 → 已签收\n+1h")
	w.answers(photo(), "photo", "哪一件")
	w.says("worker", "待办", "手上1件")
	w.says("worker", "都不是", "12-1002", "是什么事")
	w.says("worker", "柳岸花园2幢电梯坏了，停在一楼不动", "收到：电梯故障")
	w.answers(photo(), "more", "12-1002")
	if got := w.tasks(); len(got) != 2 || len(got[1].Media) != 2 {
		t.Errorf("tasks: %+v", got)
	}
}

// TestFaultsAreFaults: with the store away every kind of message ends in an error that
// is no refusal, so that it is kept and worked later.
func TestFaultsAreFaults(t *testing.T) {
	w := street(t)
	w.dialogue("wang: 楼下路灯不亮了 → 12-1001\nworker: 签收 → 已签收")
	who := map[string]task.Person{"wang": person("wang"), "worker": person("worker")}
	for name, p := range who {
		for _, m := range []Message{{Kind: Text, Text: "楼下路灯不亮了"}, {Kind: Text, Text: "着火了"}, {Kind: Text, Text: "撤回 1001"}, {Kind: Text, Text: "12-1001"},
			{Kind: Text, Text: "人工"}, {Kind: Text, Text: "进度"}, {Kind: Text, Text: "签收 1001"}, {Kind: Text, Text: "待办"}, {Kind: Image, MediaID: "x"},
			{Kind: Unsubscribe}, {Kind: Location, Lat: 28.6592, Lon: 121.4150}, {Kind: Text, Text: "绑定 123456"}} {
			m.Key, m.Person, m.Street, m.At = "fault"+m.Text+string(m.Kind), p, "12", w.now
			turn, err := w.store.Begin(t.Context(), p, m.Key, w.bot.Window(m), false, w.now)
			check(t, err)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			a, err := w.bot.Reply(ctx, m, turn)
			idle := m.Kind == Location || name == "worker" && (m.Text == "人工" || m.Text == "进度") // nothing to read
			if err == nil && !idle {
				t.Errorf("%s, %s %q: no fault, but %q", name, m.Kind, m.Text, a.Text)
			}
			if err != nil && refused(err) {
				t.Errorf("%s %q: a fault reads as a refusal: %v", m.Kind, m.Text, err)
			}
			check(t, w.store.Release(t.Context(), turn))
		}
	}
}
