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
	for _, words := range []string{"同意", "不同意", "平安到家了", "恢复供水了吗", "并案处理吧", "督办一下", "剔除杂草", "不予受理的有哪些", "补问一句", "下派干部来了没有", "撤协议", "拆案子"} {
		for _, who := range []string{"worker", "head", "desk"} {
			w.says(who, words, "!12-1001已", "!这一步")
		}
	}
	if after := outline(w); !strings.HasPrefix(after, strings.TrimSpace(before)) {
		t.Errorf("task 1001 was moved:\n%s\nis\n%s", before, after)
	}
}

// TestBareCommands: a word that is only a command asks for the number it lacks.
func TestBareCommands(t *testing.T) {
	w := street(t)
	w.dialogue(`
		wang: 楼下路灯不亮了 → 12-1001
		desk: 督办 → 请写上编号，比如：督办 1042
		desk: 并案。 → 请写上编号，比如：并案 1042
		desk: 不予受理 → 请写上编号
		worker: 恢复 → 请写上编号
		worker: 撤协 → 请写上编号
		worker: 移交 → 要由指挥室来办
		desk: 移交 → 请写明把谁手上的任务
		li: 督办 → !请写上编号
		li: 删除我的信息 → 确定要删除吗
		li: 不是 → 没有删除
		li: 删除我的信息 → 确定要删除吗
		li: 好的 → 没有删除`)
	if n := len(w.tasks()); n > 2 {
		t.Errorf("%d tasks", n)
	}
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
