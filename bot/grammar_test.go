package bot

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// theGrammar is the one people use.
func theGrammar(t testing.TB) *grammar {
	t.Helper()
	table, err := wordFiles.ReadFile("words/commands.tsv")
	check(t, err)
	g, err := parseGrammar(string(table))
	check(t, err)
	return g
}

func TestParse(t *testing.T) {
	g := theGrammar(t)
	for _, c := range []struct{ who, text, want string }{
		// number in front, behind, with every mark and width; and without one
		{forStaff, "签收 1042", "sign 1042 [] whole"},
		{forStaff, "签收1042", "sign 1042 [] whole"},
		{forStaff, "签收　１０４２号", "sign 1042 [] whole"},
		{forStaff, "签收：#12-1042。", "sign 12-1042 [] whole"},
		{forStaff, "签收编号 12—1042", "sign 12-1042 [] whole"},
		{forStaff, "1042签收", "sign 1042 [] whole"},
		{forStaff, "#1042 签收了", "sign 1042 [] whole"},
		{forStaff, "12–1042 联系", "contact 12-1042 [] whole"},
		{forStaff, "签收", "sign 0 [] whole"},
		{forStaff, "签收！", "sign 0 [] whole"},
		{forStaff, "退单 1042 不属本网格", "return 1042 [不属本网格]"},
		{forStaff, "回复 1042 您好，请问是几单元？", "ask 1042 [您好，请问是几单元？]"},
		{forStaff, "转 1042 李四", "transfer 1042 [李四]"},
		{forStaff, "转给李四", "transfer 0 [李四] glued"},
		{forStaff, "派1001给李四", "dispatch 1001 [给李四]"},
		{forStaff, "改类 1042 路灯", "reclassify 1042 [路灯]"},
		{forStaff, "改类路灯", "reclassify 0 [路灯]"},
		{forStaff, "改址 1042 柳岸花园6幢", "relocate 1042 [柳岸花园6幢]"},
		{forStaff, "改址1042柳岸花园6幢", "relocate 1042 [柳岸花园6幢]"},
		{forStaff, "改地址 1042 6幢", "relocate 1042 [6幢]"},
		{forStaff, "改地点6幢", "relocate 0 [6幢]"},
		{forStaff, "改急 1042 紧急", "regrade 1042 [紧急]"},
		{forStaff, "定级#1042：特急", "regrade 1042 [特急]"},
		{forStaff, "1042 改紧急程度 复杂", "regrade 1042 [复杂]"},
		{forStaff, "定级考试什么时候", "regrade 0 [考试什么时候] glued"},
		{forResident, "改址 1042 柳岸花园6幢", "none"},
		{forStaff, "办结已更换灯泡", "finish 0 [已更换灯泡]"},
		{forStaff, "办结了", "finish 0 [] whole"},
		{forStaff, "核查通过 1042", "pass 1042 [] whole"},
		{forStaff, "驳回 1042 照片看不清", "fail 1042 [照片看不清]"},
		{forStaff, "待办", "list 0 [] whole"},
		{forStaff, "我的", "list 0 [] whole"},
		{forStaff, "绑定 123456", "join 123456 [] whole"},
		// what only looks like a command or a number
		{forStaff, "办结 3幢已修好", "finish 0 [3幢已修好]"},
		{forStaff, "延期 3天 等配件", "extend 0 [3天 等配件]"},
		{forStaff, "进展 1502室漏水已止住", "report 0 [1502室漏水已止住]"},
		{forStaff, "派出所门口有人打架", "dispatch 0 [出所门口有人打架] glued"},
		{forStaff, "转角的路灯坏了", "transfer 0 [角的路灯坏了] glued"},
		{forStaff, "联系 12345", "contact 0 [12345]"},
		// what is put off, put together, and who is called
		{forStaff, "延期 1042 3天 等配件", "extend 1042 [3天 等配件]"},
		{forStaff, "申请延期1042号３天", "extend 1042 [3天]"},
		{forStaff, "延期 两天", "extend 0 [两天]"},
		{forStaff, "挂账 1042 三十天 等旧改", "suspend 1042 [三十天 等旧改]"},
		{forStaff, "挂账", "suspend 0 [] whole"},
		{forStaff, "恢复办理 #1042", "resume 1042 [] whole"},
		{forStaff, "恢复供水了吗", "resume 0 [供水了吗] glued"},
		{forStaff, "并案 1042 1001", "merge 1042 [1001]"},
		{forStaff, "并案1042到1001", "merge 1042 [到1001]"},
		{forStaff, "并案 12-1042 #1001", "merge 12-1042 [#1001]"},
		{forStaff, "拆案 １０４２号", "unmerge 1042 [] whole"},
		{forStaff, "吹哨 1042 城管 下水道堵了", "call 1042 [城管 下水道堵了]"},
		{forStaff, "吹哨：1042，物业", "call 1042 [物业]"},
		{forStaff, "三方联办 1042", "parties 1042 [] whole"},
		{forStaff, "三方 1042 商量停车", "parties 1042 [商量停车]"},
		{forStaff, "应哨 1042 下午到", "respond 1042 [下午到]"},
		{forStaff, "不用协办 1042 李四", "dismiss 1042 [李四]"},
		{forStaff, "不予受理 1042 2 法院已立案", "reject 1042 [2 法院已立案]"},
		{forStaff, "补问 1042 请问几单元？", "inquire 1042 [请问几单元？]"},
		{forStaff, "同意 1042", "agree 1042 [] whole"},
		{forStaff, "不同意 1042 先借一个", "disagree 1042 [先借一个]"},
		{forStaff, "同意", "agree 0 [] whole"},
		{forStaff, "平安 1042", "safe 1042 [] whole"},
		{forStaff, "平安到家了", "safe 0 [到家了] glued"},
		{forStaff, "裁定 1042 李四", "rule 1042 [李四]"},
		{forStaff, "下派1042", "sendback 1042 [] whole"},
		{forStaff, "移交 李四", "handover 0 [李四]"},
		{forStaff, "移交李四", "handover 0 [李四]"},
		{forStaff, "本网格 2", "arealist 0 [2]"},
		{forStaff, "剔除 1042 台风停工", "exclude 1042 [台风停工]"},
		{forStaff, "督办#1042 今天办", "supervise 1042 [今天办]"},
		{forStaff, "你好", "none"},
		{forStaff, "满意", "none"},
		// residents
		{forResident, "进度", "status 0 [] whole"},
		{forResident, "帮我查一下进度", "none"},
		{forResident, "查进度吧", "status 0 [] whole"},
		{forResident, "查询 1042", "status 1042 [] whole"},
		{forResident, "1042怎么样了", "status 1042 [] whole"},
		{forResident, "帮我催一下", "urge 0 [] whole"},
		{forResident, "麻烦催催 1042", "urge 1042 [] whole"},
		{forResident, "我要撤回", "withdraw 0 [] whole"},
		{forResident, "请人工", "human 0 [] whole"},
		{forResident, "我想人工湖边上修个亭子", "none"},
		{forResident, "满意的。", "satisfied 0 [] whole"},
		{forResident, "满意！谢谢", "satisfied 0 [谢谢]"},
		{forResident, "不满意 等了三天", "dissatisfied 0 [等了三天]"},
		{forResident, "基本满意", "acceptable 0 [] whole"},
		{forResident, "没有解决", "unsolved 0 [] whole"},
		{forResident, "满意度调查怎么填", "satisfied 0 [度调查怎么填] glued"},
		{forResident, "补充 门牌是301", "add 0 [门牌是301]"},
		{forResident, "申诉 1042 我不同意", "appeal 1042 [我不同意]"},
		{forResident, "我要申诉", "appeal 0 [] whole"},
		{forResident, "匿名", "hide 0 [] whole"},
		{forResident, "匿名信是谁写的", "hide 0 [信是谁写的] glued"},
		{forResident, "取消匿名吧", "show 0 [] whole"},
		{forResident, "删除我的信息", "erase 0 [] whole"},
		{forResident, "我的信息", "mydata 0 [] whole"},
		{forResident, "我的信息都对吗", "mydata 0 [都对吗] glued"},
		{forResident, "对不起", "yes 0 [不起] glued"},
		{forResident, "签收 1042", "none"},
		{forResident, "", "none"},
		{forResident, "12-1042", "none"},
	} {
		if got := spell(g.parse(c.text, c.who)); got != c.want {
			t.Errorf("%s: %q is %q, want %q", c.who, c.text, got, c.want)
		}
	}
}

// spell writes a command down for a table.
func spell(c command, ok bool) string {
	if !ok {
		return "none"
	}
	number := c.number.String()
	if c.number.Seq == 0 {
		number = "0"
	}
	out := fmt.Sprintf("%s %s [%s]", c.cmd, number, c.rest)
	if c.whole {
		out += " whole"
	} else if !c.apart {
		out += " glued"
	}
	return out
}

func TestChoice(t *testing.T) {
	g := theGrammar(t)
	for text, want := range map[string]string{
		"1": "1 ", "１": "1 ", " 2 。": "2 ", "第二个": "2 ", "选3": "3 ", "一": "1 ", "我选1": "1 ", "是1": "1 ", "1号": "1 ", "第1个吧": "1 ",
		"2、路灯故障": "2 路灯故障", "2. 路灯": "2 路灯", "1)": "1 ", "12": "12 ",
		"": "no", "0": "no", "路灯": "no", "3幢": "no", "2单元": "no", "-1": "1 ", "都不是": "no", "100号楼下": "no", "１２３ 路": "no",
	} {
		got := "no"
		if n, rest, ok := g.choice(text); ok {
			got = fmt.Sprintf("%d %s", n, rest)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestNumberAndTrailing(t *testing.T) {
	g := theGrammar(t)
	for text, want := range map[string]string{
		"1042": "1042", "编号1042": "1042", "工单 12-1042。": "12-1042", "#1042": "1042", "１０４２号": "1042", "任务编号：1042": "1042",
		"1502室": "", "12345": "", "110": "", "2026-11-23": "", "13812345678": "", "编号": "",
	} {
		n, ok := g.number(text)
		if got := n.String(); ok != (want != "") || ok && got != want {
			t.Errorf("number(%q) = %q, %v, want %q", text, got, ok, want)
		}
	}
	for text, want := range map[string]string{"李四 1042": "李四|1042", "李四　12-1042": "李四|12-1042", "李四": "李四|", "李四 3天": "李四 3天|"} {
		n, rest := trailing(text)
		got := rest + "|"
		if n.Seq > 0 {
			got += n.String()
		}
		if got != want {
			t.Errorf("trailing(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestParseGrammarNamesTheLine(t *testing.T) {
	if _, err := parseGrammar("# words\nsign\tstaff\n"); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("error %v", err)
	}
}

// TestEveryCommandIsKnown checks that a word of the table never stands for a
// command the program has not heard of, or twice for the same people.
func TestEveryCommandIsKnown(t *testing.T) {
	seen := map[string]string{}
	for _, v := range theGrammar(t).verbs {
		_, move := staffMove(v.cmd)
		known := []string{cmdList, cmdHelp, cmdJoin, cmdSignAll, cmdMore, cmdAreaList, cmdUntold, cmdHandOver, cmdAppeal, cmdHide, cmdShow, cmdMyData, cmdErase, cmdStatus, cmdUrge, cmdWithdraw, cmdAdd, cmdHuman, cmdPhotos, cmdGood, cmdFair, cmdBad,
			cmdUnsolved, cmdYes, cmdNo, cmdAck}
		if !move && !strings.Contains(" "+strings.Join(known, " ")+" ", " "+v.cmd+" ") {
			t.Errorf("%s stands for %q, which nothing understands", v.word, v.cmd)
		}
		if key := v.who + v.word; seen[key] != "" {
			t.Errorf("%s means %s and %s", v.word, seen[key], v.cmd)
		} else {
			seen[key] = v.cmd
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"签收 1042", "1042签收", "办结已换", "＃１０４２号", "请请请撤回", "退单 12-1042 不属本网格", "\x00", "😀1042", "派\u202e李四", "并案1042到1001", "延期　1042　３天",
		"吹哨 1042 城管", "1042 并案 1001", "不予受理#1042号2", "移交李四"} {
		f.Add(s)
	}
	g := theGrammar(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, who := range []string{forStaff, forResident} {
			c, ok := g.parse(text, who)
			switch {
			case !ok && c != (command{}):
				t.Errorf("%q is no command, but %+v", text, c)
			case ok && c.whole && c.rest != "":
				t.Errorf("%q is whole and leaves %q", text, c.rest)
			case ok && utf8.ValidString(text) && !strings.Contains(fold(text), c.rest):
				t.Errorf("%q leaves %q, which was never said", text, c.rest)
			case ok && c.number.Seq != 0 && c.number.Seq < 1001:
				t.Errorf("%q names task %d", text, c.number.Seq)
			}
		}
	})
}

func FuzzChoice(f *testing.F) {
	for _, s := range []string{"1", "第二个", "2、路灯", "９", "一百零一", "", "选", "\xff1"} {
		f.Add(s)
	}
	g := theGrammar(f)
	f.Fuzz(func(t *testing.T, text string) {
		if n, _, ok := g.choice(text); ok && n < 1 {
			t.Errorf("%q chooses %d", text, n)
		}
	})
}
