package bot

import (
	"fmt"
	"strings"
	"testing"

	"gridbot/grid"
	"gridbot/store"
	"gridbot/task"
)

// TestDays reads how long something is put off, and leaves the reason.
func TestDays(t *testing.T) {
	g := theGrammar(t)
	for text, want := range map[string]string{
		"3天 等配件": "3 等配件", "３天，等配件": "3 等配件", "三天": "3 ", "两天 下雨": "2 下雨", "3个工作日": "3 ", "3个工作日，明天再看": "3 明天再看",
		"十五天 等厂家": "15 等厂家", "3 天 等配件": "3 等配件", "：10日": "10 ", "90天等旧改": "90 等旧改", "30": "30 ", "30 等旧改": "30 等旧改",
		"999天": "999 ", "1000天": "no", "0天": "no", "等3天": "no", "等配件": "no", "": "no", "天": "no", "3幢漏水": "no", "-3天": "no", "1042 3天": "no",
	} {
		got := "no"
		if n, rest, ok := g.days(text); ok {
			got = fmt.Sprintf("%d %s", n, rest)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// TestLeadingChoice reads the number of a reason and leaves the words for the resident.
func TestLeadingChoice(t *testing.T) {
	g := theGrammar(t)
	for text, want := range map[string]string{
		"2 法院已经立案": "2 法院已经立案", "２，法院已经立案": "2 法院已经立案", "第二个 法院已经立案": "2 法院已经立案", "2": "2 ", "2。": "2 ", "：2、已经答复": "2 已经答复", "六": "6 ",
		"法院已经立案": "no", "2法院": "no", "": "no", "0": "no", "2幢的事": "no",
	} {
		got := "no"
		if n, rest, ok := g.leadingChoice(text); ok {
			got = fmt.Sprintf("%d %s", n, rest)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// TestTheOtherNumber: a merge names two tasks, in every way people write that.
func TestTheOtherNumber(t *testing.T) {
	for _, words := range []string{"并案 1002 1001", "并案1002到1001", "并案 12-1002 #1001", "并案 1002 到 编号1001", "并入 1002 12-1001", "并案 １００２和１００１号", "并案：1002，与1001 是一件事"} {
		w := street(t)
		w.dialogue("wang: 楼下路灯不亮了 → 12-1001\nli: 幸福里小区3幢楼道里堆满了杂物 → 12-1002")
		w.says("desk", words, "12-1002已并到12-1001")
	}
	w := street(t)
	w.dialogue(`
		wang: 楼下路灯不亮了 → 12-1001
		li: 幸福里小区3幢楼道里堆满了杂物 → 12-1002
		desk: 并案 1002 → 请写明并到哪一件
		desk: 并案 1002 3幢 → 请写明并到哪一件
		desk: 并案 1002 1002 → 不能和这一件合在一起
		desk: 并案 1002 1999 → 不能和这一件合在一起
		desk: 并案 1002 13-1001 → 不能和这一件合在一起
		desk: 拆案 1002 → 不用拆
		desk: 并案 → !已并到`)
}

// TestWhoIsCalled finds people by department, role and name, in the words people use.
func TestWhoIsCalled(t *testing.T) {
	for words, want := range map[string]string{
		"城管 占道了": "方立新|占道了", "城管中队，占道了": "方立新|占道了", "综合执法来看一下": "方立新|来看一下", "市政公司": "汪海涛|", "让市政所来": "汪海涛|来", "请 物业 换灯": "卢永康|换灯",
		"物业公司换灯": "卢永康|换灯", "业委会": "郭淑芬|", "志愿者，守两天": "邱志刚|守两天", "邱志刚 守两天": "邱志刚|守两天", "书记": "郑秀兰|", "网格长看看": "林海波|看看",
		"消防": "|消防", "没有这个人": "|没有这个人", "": "|", "路灯坏了": "|路灯坏了", "李思远": "李思远、李思远|",
	} {
		w := street(t)
		w.dialogue("wang: 楼下路灯不亮了 → 12-1001")
		c := w.bot.open(w.text("worker", words), store.Turn{Profile: store.Profile{Staff: "s11"}})
		found, rest := c.calledIn(w.tasks()[0], words)
		var names []string
		for _, s := range found {
			names = append(names, s.Name)
		}
		if got := strings.Join(names, "、") + "|" + rest; got != want {
			t.Errorf("%q calls %q, want %q", words, got, want)
		}
	}
}

// TestNumberNeeded: these words are ordinary speech too, and a command only with the
// number of a task.
func TestNumberNeeded(t *testing.T) {
	w := street(t)
	w.dialogue("wang: 楼下路灯不亮了 → 12-1001")
	before := outline(w)
	for _, words := range []string{"同意", "不同意", "平安到家了", "恢复供水了吗", "并案处理吧", "督办一下", "剔除杂草", "不予受理", "补问一句", "下派干部来了没有", "撤协议", "拆案子"} {
		for _, who := range []string{"worker", "head", "desk"} {
			w.says(who, words, "!12-1001已", "!这一步")
		}
	}
	if after := outline(w); !strings.HasPrefix(after, strings.TrimSpace(before)) {
		t.Errorf("task 1001 was moved:\n%s\nis\n%s", before, after)
	}
}

// TestEveryRefusalHasItsWords: what one may not do is said with who may, or why not now.
func TestEveryRefusalHasItsWords(t *testing.T) {
	w := street(t)
	w.live("li", "12010101.5")
	w.join("property", "s20")
	w.dialogue(`
		wang: 楼下路灯不亮了 → 12-1001
		worker: 签收 → 已签收
		worker: 挂账 1001 3天 等配件 → 由社区书记或指挥室
		worker: 恢复 1001 → 由社区书记或指挥室
		worker: 补问 1001 哪一盏 → 想问居民请回复
		worker: 督办 1001 → 由指挥室来定
		worker: 裁定 1001 潘晓东 → 由指挥室来定
		worker: 不予受理 1001 1 → 由指挥室来定
		worker: 剔除 1001 台风 → 由指挥室来定
		worker: 同意 1001 → 由上级来定
		worker: 不同意 1001 不行 → 由上级来定
		head: 不同意 1001 不行 → 没有人申请延期
		worker: 下派 1001 → 不是别人上报来的
		worker: 回应 1001 → 没有请您一起办
		worker: 撤协 1001 → 请写明不用等谁
		worker: 吹哨 1001 物业 换灯 → 已请卢永康一起办
		worker: 吹哨 1001 物业 换灯 → 已经请卢永康一起办了
		property: 进展 1001 正在换 → 您是一起办的
		property: 退单 1001 不归我 → 您是一起办的
		property: 回应 1001 → 已告诉张小燕
		property: 回应 1001 → 已经回应过
		worker: 办结 1001 已更换灯泡，现场试亮正常 → 还等卢永康
		property: 办结 1001 → 您这一部分
		property: 换好了 → 您这一部分已办好
		property: 办结 1001 再换一次 → 您这一部分已经办好了
		desk: 督办 1001 → 已督办
		desk: 督办 1001 → 已经在督办
		head: 平安 1001 → 不是危险的事
		worker: 办结 1001 已更换灯泡，现场试亮正常 → 等居民评价
		worker: 挂账 1001 3天 等配件 → 由社区书记
		wang: 催办 → 没有正在办的事可以催
		wang: 催办 1001 → 已经办结了
		wang: 撤回 1001 → 已经办好了
		wang: 申诉 1001 → 不用申诉
		wang: 满意 → 已结案
		wang: 基本满意 1001 → 已经结案了
		wang: 补充 1001 还有一盏 → 已经办好了`)
}

// TestDaysAndReasonInAnyOrder: who is asked for days may say why first, and what is said
// of something else is something else.
func TestDaysAndReasonInAnyOrder(t *testing.T) {
	w := street(t)
	w.dialogue(`
		wang: 楼下路灯不亮了 → 12-1001
		worker: 签收 → 已签收
		worker: 延期 → 请问要几天
		worker: 等厂家的配件 → 请问要几天
		worker: 待办 → 手上1件
		worker: 2天 → 等上级同意`)
	if !w.holds("等厂家的配件") {
		t.Error("the reason is lost")
	}
	w.dialogue(`
		head: 不同意 1001 先借一个 → 没有同意延期
		worker: 延期 → 请问要几天
		worker: 柳岸花园2幢电梯坏了，停在一楼不动 → 收到：电梯故障
		worker: 延期 1001 3天 等配件 → 等上级同意`)
}

// TestTheResidentHasLeft: nobody is told that somebody was told who cannot be.
func TestTheResidentHasLeft(t *testing.T) {
	w := street(t)
	w.dialogue("wang: 楼下路灯不亮了 → 12-1001\nworker: 签收 → 已签收")
	m := w.text("wang", "")
	m.Kind = Unsubscribe
	w.send(m)
	w.dialogue(`
		desk: 补问 1001 哪一盏？ → 问不到了
		worker: 回复 1001 哪一盏？ → 带不到了
		worker: 联系 1001 → 收不到通知
		worker: 进展 1001 已约路灯所 → 收不到通知
		worker: 办结 1001 已更换灯泡，现场试亮正常 → 12-1001已办结。`)
}

// TestLateReasonIsNotAskedFor: nobody writes a reason for what is refused anyway.
func TestLateReasonIsNotAskedFor(t *testing.T) {
	w := street(t)
	w.dialogue(`
		wang: 我们楼的电梯坏了，停在一楼不动 → 12-1001
		worker: 签收 → 已签收
		worker: 延期 1001 9天 → 这个天数不行
		+31m
		worker: 退单 1001 → 已过可以退单的时间
		+24h
		worker: 延期 1001 1天 → 已过办结时间`)
}

// TestPhotoWhileAReasonIsAskedFor: a photo is no reason to give a task back, and does
// not finish it either.
func TestPhotoWhileAReasonIsAskedFor(t *testing.T) {
	w := street(t)
	w.dialogue("wang: 楼下路灯不亮了 → 12-1001\nworker: 签收 → 已签收\nworker: 退单 1001 → 原因")
	m := w.text("worker", "")
	m.Kind, m.MediaID = Image, "media"
	w.answers(w.send(m), "photo", "照片已放进12-1001")
	if got := w.tasks()[0]; got.Status != task.Processing && got.Status != task.Signed || len(got.Media) != 1 {
		t.Errorf("the task is %s with %d photos", got.Status, len(got.Media))
	}
	w.says("worker", "这盏灯在锦绣花苑，不属本网格", "已退回指挥室")
}

// TestCoHandlersPhoto: a photo of somebody called in shows that their part is done when
// they say so, and begins a matter of their own when not.
func TestCoHandlersPhoto(t *testing.T) {
	w := street(t)
	w.join("property", "s20")
	photo := func() string {
		m := w.text("property", "")
		m.Kind, m.MediaID = Image, "media"
		return w.send(m)
	}
	w.dialogue("wang: 楼下路灯不亮了 → 12-1001\nworker: 签收 → 已签收\nworker: 吹哨 1001 物业 换灯 → 已请卢永康")
	w.answers(photo(), "photo", "哪一件", "我这一部分办好了")
	w.says("property", "2", "12-1002", "是什么事")
	w.now = w.now.Add(joinFor * 2)
	w.says("property", "办结 1001", "请写一句您这一部分")
	w.answers(photo(), "photo for the result", "您这一部分已办好")
	if h := w.tasks()[0].Helpers; len(h) != 1 || h[0].Done.IsZero() {
		t.Errorf("helpers %+v", h)
	}
}

func TestHandOverAsksWhichNamesake(t *testing.T) {
	w := street(t)
	w.dialogue(`
		wang: 楼下路灯不亮了 → 已交给张小燕
		worker: 移交 金伟强 → 要由指挥室来办
		worker: 移交了钥匙没有 → !没有查到
		desk: 移交 赵钱孙 → 没有查到“赵钱孙”
		desk: 移交 李思远 → 请问是哪一位, 1 李思远, 2 李思远
		desk: 都不是 → 先不动
		desk: 移交 李思远 → 请问是哪一位
		desk: 2 → 李思远手上没有任务
		desk: 移交张小燕 → 张小燕手上的1件任务都交出去了`)
	if got := w.tasks()[0].Handler; got != "s12" {
		t.Errorf("it is %q's now", got)
	}
}

// TestNextPageIsOfTheListShown: 下一页 goes on with the list that was shown last.
func TestNextPageIsOfTheListShown(t *testing.T) {
	w := street(t)
	for i := range 10 {
		w.says(fmt.Sprintf("r%d", i), fmt.Sprintf("幸福里小区%d幢楼下路灯不亮了", i+1), "收到：路灯故障")
	}
	w.dialogue(`
		head: 本网格 → 网格在办10件, 本网格 2, 12-1008, !12-1009
		head: 下一页 → 12-1009, 12-1010, !12-1008, !下一页
		head: 本网格 9 → 12-1001
		head: 更多 → 12-1010
		worker: 待办 → 手上5件
		worker: 下一页 → 手上5件`)
}

// TestSecondComplaintIsItsOwn: who has a complaint never gets the next one, about them.
func TestSecondComplaintIsItsOwn(t *testing.T) {
	w := street(t)
	w.dialogue(`
		wang: 我要投诉网格员张小燕，骂人 → 12-1001
		wang: 张小燕昨天也骂人 → 已补充
		wang: 周敏华也骂人 → 12-1002`)
	got := w.tasks()
	if len(got) != 2 || got[0].Handler == got[1].Handler || strings.Contains(w.words(got[0]), "周敏华") {
		t.Errorf("tasks %+v", got)
	}
}

// TestWordsWithACallForAPersonArePassedOn: the number to call is not lost.
func TestWordsWithACallForAPersonArePassedOn(t *testing.T) {
	w := street(t)
	w.dialogue("wang: 楼下路灯不亮了 → 12-1001\nwang: 打13900001234找我 → 已请张小燕")
	if !w.holds("打13900001234找我") {
		t.Error("nobody reads the number")
	}
	w.says("wang", "人工", "已请张小燕")
	if got := strings.Count(w.words(w.tasks()[0]), "人工"); got != 0 {
		t.Errorf("a bare command was passed on %d times", got)
	}
}

// TestAnswerToTheDesk: what the desk asked is answered to the desk, though the answer
// also settles where it is.
func TestAnswerToTheDesk(t *testing.T) {
	w := street(t)
	w.dialogue(`
		li: 路灯不亮了 → 请问在哪里
		desk: 补问 1001 请问在哪个小区？ → 时限先停下来
		li: 幸福里小区6幢楼下 → 收到：路灯故障`)
	got := w.tasks()[0]
	if got.Status != task.Dispatched || got.Place.Grid != "120101" || got.AskedBy != "" {
		t.Errorf("task %+v", got)
	}
	events, err := w.store.History(t.Context(), got.ID, 10)
	check(t, err)
	if len(events) < 3 || events[2].Kind != task.Supplement || events[2].Target != "s01" {
		t.Errorf("history %+v", events)
	}
}

func FuzzDays(f *testing.F) {
	for _, s := range []string{"3天 等配件", "三个工作日", "２天", "天", "-1天", "999999999999999999天", "\xff天", "一千零一夜"} {
		f.Add(s)
	}
	g := theGrammar(f)
	f.Fuzz(func(t *testing.T, text string) {
		n, rest, ok := g.days(text)
		if ok && (n < 1 || n > 999) {
			t.Errorf("%q is %d days", text, n)
		}
		if ok && !strings.Contains(fold(text), rest) && strings.ToValidUTF8(text, "") == text {
			t.Errorf("%q leaves %q", text, rest)
		}
		if n, _, ok := g.leadingChoice(text); ok && n < 1 {
			t.Errorf("%q chooses %d", text, n)
		}
	})
}

// TestAffixesAreNoNames: what may stand before a name or a number is no part of one.
func TestAffixesAreNoNames(t *testing.T) {
	g := theGrammar(t)
	for _, r := range g.into + g.toward {
		if _, ok := grid.ParseNumber(string(r)); ok || g.units[string(r)] {
			t.Errorf("%c is a number or a unit", r)
		}
	}
}
