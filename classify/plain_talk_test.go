package classify

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// Haste by itself is no danger: nothing is said to have happened.
func TestImpatienceIsNoDanger(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{
		"快点", "快点！！！！", "快来", "赶紧", "急急急", "急", "快快快", "赶快来", "快点来啊", "抓紧", "马上来！！", "快一点行不行", "急死我了", "在线等急", "快点处理啊", "求求你们快点",
		"5幢快点", "赶紧的！！！",
	} {
		if r := k.Classify(text); r.Danger.Level != 0 {
			t.Errorf("%s: danger %+v", text, r.Danger)
		}
	}
}

// A call for help says enough.
func TestACallForHelpIsDanger(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{"来人啊", "救命", "救命！！", "快来人", "来人呐", "来人啊来人啊", "快来人啊！"} {
		if d := k.Danger(text); d.Level != 2 || d.Kind != "rescue" && d.Kind != "police" {
			t.Errorf("%s: danger %+v", text, d)
		}
	}
	for _, text := range []string{"叫维修的来人", "什么时候来人修", "你们派个来人看看呀"} {
		if d := k.Danger(text); d.Level == 2 {
			t.Errorf("%s: danger %+v", text, d)
		}
	}
}

// namedShortly are dangers told in the fewest words.
var namedShortly = []dangerCase{
	{"触电了", "electric"},
	{"有人触电", "electric"},
	{"触电了快来", "electric"},
	{"电梯关着人了", "elevator"},
	{"二单元电梯关着人了，快来", "elevator"},
	{"7幢电梯里关着三个人", "elevator"},
	{"电梯关牢人了", "elevator"},
	{"农药喝了", "medical"},
	{"她把农药喝了", "medical"},
	{"老鼠药吃了", "medical"},
	{"房子裂了要倒", "collapse"},
	{"墙裂开了要倒了", "collapse"},
	{"高压线掉了", "electric"},
	{"高压线断了", "electric"},
	{"电线断了掉路上", "electric"},
	{"好大的烟", "fire"},
	{"好大烟", "fire"},
	{"火！", "fire"},
	{"火火火", "fire"},
	{"有火！！", "fire"},
	{"着🔥了", "fire"},
	{"🔥🔥", "fire"},
	{"他在楼顶不下来", ""},
	{"女儿爬到楼顶不肯下来", ""},
	{"里面有人！出不来", "rescue"},
	{"屋里还有人，出不来了", "rescue"},
	{"活着没意思", "crisis"},
	{"觉得活着真没意思", "crisis"},
	{"不满意，现在冒烟了", "fire"},
	{"没修好，插座又冒烟了", "fire"},
}

func TestDangerNamedShortly(t *testing.T) {
	k := shipped(t)
	for _, tt := range namedShortly {
		d := ruled(k, tt.text)
		if d.Level != 2 || tt.kind != "" && d.Kind != tt.kind {
			t.Errorf("%s: level %d kind %q by %q, want level 2 kind %q", tt.text, d.Level, d.Kind, d.Rule, tt.kind)
		}
	}
	if d := k.Danger("二单元电梯关着人了，快来"); d.Category != "elevator_trapped" {
		t.Errorf("a lift with people in it is taken for %q", d.Category)
	}
}

// besideShort are harmless neighbours of the short dangers.
var besideShort = []string{
	"82岁老人家里灯坏了", "老爷子八十五了，客厅的灯不亮，家里没人会换", "76岁阿婆屋里的灯不亮了，换不了", "90岁老人家里水龙头坏了", "我妈七十了，家里灯坏了没人修",
	"烧烤店着火爆了生意好得很", "这家店火爆了", "奶茶店最近太火了",
	"想问下煤气费去哪里交", "煤气费在哪交", "燃气费怎么交",
	"不是着火", "不是着火啦", "没着火", "不是煤气漏了", "不是起火，是灯",
	"我们楼的电梯坏了，按了没反应", "电梯按键没反应，我们爬上来的", "我们单元电梯停了",
	"农药喷了吗", "活动没意思", "这个工作没意思", "楼顶的水下不来", "防触电讲座什么时候", "外面关着门没人在", "电梯门关着",
	"我妈82岁，家里灯坏了，她看不见走路", "好大的烟味", "老鼠药吃完了还有吗", "满意，不冒烟了", "火车站怎么走", "火锅店油烟大", "里面有人吗",
}

func TestNeighboursOfShortDangers(t *testing.T) {
	k := shipped(t)
	for _, text := range besideShort {
		if d := k.Danger(text); d.Level == 2 {
			t.Errorf("%s: %+v", text, d)
		}
	}
	for _, text := range []string{"烧烤店着火爆了生意好得很", "想问下煤气费去哪里交", "不是着火", "没着火", "82岁老人家里灯坏了"} {
		if d := k.Danger(text); d.Level != 0 {
			t.Errorf("%s: %+v, want no danger at all", text, d)
		}
	}
}

// A fear of fire in a blocked lane is a report of the lane.
func TestABlockedLaneIsAReport(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{"消防通道又停满车，真着火了怎么办", "消防通道天天堵着，着起火来消防车进不来"} {
		r := k.Classify(text)
		if r.Intent != IntentReport || len(r.Guesses) == 0 || r.Guesses[0].Category != "fire_lane" || r.Danger.Level > 1 {
			t.Errorf("%s: %s %v danger %+v", text, r.Intent, r.Guesses, r.Danger)
		}
	}
}

// What belongs to a matter told before is not to be taken for small talk.
func TestWhatFollowsAReport(t *testing.T) {
	k := shipped(t)
	for text, want := range map[string]Intent{
		"昨天就不亮了":     IntentSupplement,
		"还是没好":       IntentProgress,
		"还是没修好":      IntentProgress,
		"帮我催一下":      IntentProgress,
		"麻烦帮忙催一催":    IntentProgress,
		"催一下师傅吧，还没来": IntentProgress,
	} {
		if r := k.Classify(text); r.Intent != want && !(want == IntentSupplement && r.Intent == IntentReport) {
			t.Errorf("%s: %s (%s), want %s", text, r.Intent, r.Verdict, want)
		}
	}
}

// Staff read the reason: whole words, or none.
func TestReasonsAreWords(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{"0-0", "昨天就不亮了", "帮我催一下吧还是没好", "鲜花港外面花园的灯不亮", "路灯坏了", "ok ok", "12-2-602", "嗯？", "a b"} {
		for _, word := range words(k.Classify(text)) {
			for _, r := range word {
				if !unicode.Is(unicode.Han, r) || utf8.RuneCountInString(word) < 2 {
					t.Errorf("%s: the reason quotes %q", text, word)
				}
			}
		}
	}
}

// words are the model's words a reason quotes.
func words(r Result) []string {
	reason := r.Reason
	if r.Danger.Level > 0 {
		_, reason, _ = strings.Cut(reason, "; ")
	}
	if reason == "command" {
		return nil
	}
	return strings.Fields(reason)
}

func TestHasteCountsForNothing(t *testing.T) {
	r, err := newReader()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"": true, "快点快点快点快点快点快点快点快点": true, "！！！！！！！！！！！！！！！！": true, "12345678901234567890": true,
		"赶紧赶紧赶紧赶紧来五幢三单元": true, "楼下那盏路灯从上个星期起就不亮": false,
	} {
		if got := r.danger.short(r.scan(text, &scratch{})); got != want {
			t.Errorf("%q: short %v", text, got)
		}
	}
}

func TestAKindThatMustBeHeard(t *testing.T) {
	r, err := newReader()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"老人家里灯坏了": true, "老人敲门没人应": false} {
		if got := r.danger.unheard(r.scan(text, &scratch{}), "elder"); got != want {
			t.Errorf("%s: unheard %v", text, got)
		}
	}
	if r.danger.unheard(r.scan("今日天晴", &scratch{}), "fire") {
		t.Error("fire needs no word of a rule")
	}
}

func TestLegible(t *testing.T) {
	for text, want := range map[string]bool{"路灯": true, "楼道灯": true, "灯": false, "": false, "0-0": false, "5幢": false, "还 是": false, "ok": false} {
		if got := legible([]rune(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
