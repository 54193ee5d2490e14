package classify

import (
	"slices"
	"strings"
	"testing"
)

// toldByEffects are dangers without their own name: what one sees, hears, smells.
var toldByEffects = []dangerCase{
	{"阿公坐着坐着歪下去了，推也推不动", "medical"},
	{"人在菜场直挺挺倒下，摸不到脉", "medical"},
	{"孩子年糕卡牢了，脸憋成酱紫", "medical"},
	{"大腿划开一道，毛巾按上去都湿透了", "medical"},
	{"她把一整瓶降压药都吃下去了", "medical"},
	{"喝了半瓶除草的，一直吐", "medical"},
	{"屋里通红，玻璃一块块炸开，热浪扑过来", "fire"},
	{"猫眼外头灰蒙蒙的，门把手烫手，呛得很", "fire"},
	{"灶上皮管崩了，嘶的一声停不下来", "gas"},
	{"关着门烤炭盆，喊阿婆喊不应，我也头重脚轻", ""},
	{"按铃没人讲话，灯灭了，就我一个人闷得慌，卡在9楼", ""},
	{"对面七楼外面挂着个小男孩，两只手抓着晾衣杆", "rescue"},
	{"水面就剩一顶帽子，孩子没冒头", "rescue"},
	{"水推弗开门，到腰了，老娘站桌子上", "flood"},
	{"线断在水坑里一跳一团蓝光，放学的人要过来了", ""},
	{"他拽着头发把那个女的拖到楼下，她尖叫没人敢拉", "police"},
	{"我缩在衣柜里，他在找我，救救我", ""},
	{"有人把一个小孩往车上塞，孩子喊不认识他", "police"},
	{"对不起爸妈，药我吃下去了，下辈子再还", "crisis"},
	{"她坐在顶楼晃腿，下面是马路，脚悬着", "crisis"},
	{"我爹脑梗后认不得路，公交上把他弄丢了", "missing"},
	{"有没有人看见一个六岁的孩子，穿红鞋", "missing"},
	{"楼上独居的老师傅两天静悄悄，敲门没人应", "elder"},
	{"马路没了一块，公交车半个屁股悬着，人还在里面", "collapse"},
	{"两条大的按着一个小孩撕咬，拉不开", "police"},
}

func TestRulesSeeDangerByItsEffects(t *testing.T) {
	k := shipped(t)
	for _, tt := range toldByEffects {
		d := ruled(k, tt.text)
		if d.Level != 2 || tt.kind != "" && d.Kind != tt.kind {
			t.Errorf("%s: level %d kind %q by %q, want level 2 kind %q", tt.text, d.Level, d.Kind, d.Rule, tt.kind)
		}
	}
}

// besideDanger are harmless neighbours of what stands above.
var besideDanger = []string{
	"人都热得歪下去了哈哈",
	"他翻白眼翻得我想笑",
	"年糕店几点开门，卡能刷吗",
	"毛巾湿透了挂不干，阳台漏水",
	"降压药社区能不能代配",
	"除草的师傅什么时候来",
	"楼下招牌红通红的亮一夜，睡不着",
	"工地灰蒙蒙的，窗台一层土",
	"灶头打不着火，皮管师傅换过了",
	"电梯按铃坏了，灯也不亮，没有人在里面",
	"对面阳台挂着的被子滴水到我家",
	"帽子掉河里了，帮忙捞一下",
	"雨停了水还没退，鞋子湿到脚踝",
	"网线断在墙外，宽带没信号",
	"拽着我不让走的是推销的，烦死人",
	"衣柜里有蟑螂",
	"把快递往车上塞，压坏了赔不赔",
	"药店关门了，对不起白跑一趟",
	"楼顶漏水，下面那户天花板都花了",
	"公交卡弄丢了去哪里补",
	"有没有人看见我家的猫，白的",
	"楼上两天静悄悄，总算不装修了",
	"路面补了一块又掉一块",
	"两条狗打架吵得睡不着",
}

func TestRulesLeaveNeighboursOfEffectsAlone(t *testing.T) {
	k := shipped(t)
	for _, text := range besideDanger {
		if d := ruled(k, text); d.Level == 2 {
			t.Errorf("%s: level 2 by %q", text, d.Rule)
		}
	}
}

func TestMannerLowersEffects(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{
		"上个月我爸歪下去过一次，叫不醒，抢救回来了",
		"昨天屋里通红的那家，火灭了，没人受伤",
		"演练的时候有人倒地没脉，大家学按压",
		"去年发大水，水到腰了，站桌子上",
		"请问年糕卡住了怎么预防",
		"电影里她坐在顶楼晃腿，下面是马路",
	} {
		if d := ruled(k, text); d.Level == 2 {
			t.Errorf("%s: level 2 by %q", text, d.Rule)
		}
	}
}

func TestSignsMarkAMessage(t *testing.T) {
	r, err := newReader()
	if err != nil {
		t.Fatal(err)
	}
	of := func(text string) []uint32 { return r.danger.marks(r.scan(text, &scratch{}), nil) }
	if got := of("今日天晴"); len(got) != 0 {
		t.Errorf("a plain message has signs %v", got)
	}
	limp := nameHash("sign:limp")
	for _, text := range []string{"推也推不动", "摸不到脉", "直挺挺"} {
		if !slices.Contains(of(text), limp) {
			t.Errorf("%s lacks the sign of a limp body", text)
		}
	}
	seen := map[uint32]bool{}
	for _, s := range r.danger.signs {
		if seen[s.id] {
			t.Errorf("sign %d stands twice", s.id)
		}
		seen[s.id] = true
	}
	if len(seen) < 40 {
		t.Errorf("%d signs", len(seen))
	}
}

func TestEachSignMarksOnce(t *testing.T) {
	r, err := newReader()
	if err != nil {
		t.Fatal(err)
	}
	got := r.danger.marks(r.scan(strings.Repeat("推不动", 20), &scratch{}), nil)
	slices.Sort(got)
	if len(slices.Compact(slices.Clone(got))) != len(got) {
		t.Errorf("marks %v", got)
	}
}

func TestDangerAtTheEndOfALetter(t *testing.T) {
	k := shipped(t)
	letter := strings.Repeat("我们小区东门那条路上每天早上都有人摆摊卖菜，车子开不出去。", 12)
	if d := k.Danger(letter + "三楼着火了快来人"); d.Level != 2 || d.Kind != "fire" {
		t.Errorf("%d characters before a fire hide it: %+v", len([]rune(letter)), d)
	}
	if d := k.Danger(letter); d.Level == 2 {
		t.Errorf("the letter alone: %+v", d)
	}
}

func TestRulesAreNamedOnce(t *testing.T) {
	k := shipped(t)
	seen := map[string]bool{}
	for _, r := range k.reader.danger.rules {
		if seen[r.name] {
			t.Errorf("two rules are named %s", r.name)
		}
		seen[r.name] = true
		if r.window < 1 || r.window > 40 {
			t.Errorf("rule %s looks %d characters far", r.name, r.window)
		}
	}
}

func TestAMatterWithoutDangerRaisesNoAlarm(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{"楼下路灯不亮了，晚上老人走路看不见", "3幢楼下路灯不亮了，晚上老人走路看不见", "路灯不亮，晚上看不清路"} {
		if d := k.Danger(text); d.Level == 2 {
			t.Errorf("%s: %+v", text, d)
		}
	}
}
