package classify

import (
	"strings"
	"sync"
	"testing"

	"gridbot/task"
)

// shipped builds the classifier as it ships.
func shipped(t testing.TB) *Classifier {
	t.Helper()
	k, err := shippedOnce()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// shippedOnce builds it once for all tests: it is immutable.
var shippedOnce = sync.OnceValues(func() (*Classifier, error) {
	c, err := task.DefaultCategories()
	if err != nil {
		return nil, err
	}
	return New(c)
})

// ruled gives what the rules alone say, without the model.
func ruled(k *Classifier, text string) Danger {
	return k.reader.judge(k.reader.scan(text, &scratch{}), nil)
}

func TestRulesSeeDangerNow(t *testing.T) {
	k := shipped(t)
	for _, tt := range dangerNow {
		d := ruled(k, tt.text)
		if d.Level != 2 || tt.kind != "" && d.Kind != tt.kind {
			t.Errorf("%s: level %d kind %q by %q, want level 2 kind %q", tt.text, d.Level, d.Kind, d.Rule, tt.kind)
		}
	}
}

func TestRulesLowerRisks(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{
		"去年三楼着火，墙到现在还是黑的",
		"上个月我爸在楼道晕倒过，能不能装个扶手",
		"昨天电梯困了我二十分钟",
		"火已经灭了，就是电线没人查",
		"前几天有人撬门，没撬开",
		"我前夫上个月打过我",
		"昨晚闻到煤气味，今天没有了",
		"飞线充电，迟早要起火",
		"怕哪天电梯掉下去",
		"万一着火消防车都进不来",
		"井盖破了一半，晚上看不清",
		"楼上经常往下扔烟头，怕着火",
		"消防通道被铁链锁死",
		"外墙瓷砖松动，要掉不掉的，楼下都是小孩",
		"一楼把电瓶拎进屋里充电",
		"我妈上礼拜被骗走三千",
		"遛狗不牵绳，那条狗扑人",
		"楼梯栏杆松了，一碰就晃",
		"配电箱门开着，小孩伸手就能碰到电线",
		"差点着火，还好发现得早",
		"如果烧起来跑都没地方跑",
	} {
		if d := ruled(k, text); d.Level != 1 {
			t.Errorf("%s: level %d by %q, want 1", text, d.Level, d.Rule)
		}
	}
}

func TestRulesLeaveLookalikesAlone(t *testing.T) {
	k := shipped(t)
	for _, text := range harmless {
		if d := ruled(k, text); d.Level == 2 {
			t.Errorf("%s: level 2 by %q", text, d.Rule)
		}
		if d := k.Danger(text); d.Level == 2 {
			t.Errorf("%s: level 2 by %q with the model", text, d.Rule)
		}
	}
}

func TestNegationKeepsToItsClause(t *testing.T) {
	k := shipped(t)
	for text, want := range map[string]int{
		"没有着火":            0,
		"没着火":             0,
		"没有人,着火了":         2,
		"没人管，着火了":         2,
		"没有冒烟,着火":         0, // a list under one negation
		"不知道怎么办,着火了":      2,
		"不是着火":            0,
		"不是开玩笑，着火了":       2,
		"消防还没来，火势越来越大":    2,
		"没有水，着火了":         2,
		"火没灭":             2,
		"没有电灯没有水的老屋现在着火了": 2,
		"没有着火.后来真的着火了":    2,
	} {
		if d := ruled(k, text); d.Level != want {
			t.Errorf("%s: level %d by %q, want %d", text, d.Level, d.Rule, want)
		}
	}
}

func TestDangerFileFloors(t *testing.T) {
	k := shipped(t)
	examples, err := ReadExampleFiles(Fields{}, "testdata/danger.tsv")
	if err != nil {
		t.Fatal(err)
	}
	s := Evaluate(k, examples)
	if s.N < 100 || s.Danger == nil {
		t.Fatalf("%d sentences", s.N)
	}
	if s.Danger.Recall < 0.95 || s.Danger.FalseAlarms > 0.02 {
		t.Errorf("recall %.3f, false alarms %.3f; want at least 0.95, at most 0.02", s.Danger.Recall, s.Danger.FalseAlarms)
	}
}

func TestDangerNeedsNothingElse(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{"", " ", "\x00", "\xff\xfe", strings.Repeat("着火了", 10000), strings.Repeat(",", 5000), "\x02\x03", "🔥🔥🔥", "^$"} {
		if d := k.Danger(text); d.Level < 0 || d.Level > 2 {
			t.Errorf("Danger(%.20q) = %+v", text, d)
		}
	}
	d := k.Danger("五楼着火了")
	if d.Level != 2 || d.Kind != "fire" || d.Category != "fire" || !strings.Contains(d.Rule, "着火") {
		t.Errorf("Danger = %+v", d)
	}
}

func TestEveryRuleCategoryExists(t *testing.T) {
	k := shipped(t)
	cats := categories(t)
	for _, r := range k.reader.danger.rules {
		if _, known := cats.Get(r.category); !known && r.category != "" {
			t.Errorf("rule %s implies %q, which is no category", r.name, r.category)
		}
	}
	for category, kind := range k.reader.danger.kinds {
		if _, known := cats.Get(category); !known || kind == "" {
			t.Errorf("kinds: %s: %q", category, kind)
		}
	}
}

func BenchmarkDanger(b *testing.B) {
	k := shipped(b)
	b.ReportAllocs()
	for b.Loop() {
		k.Danger("3幢楼下路灯不亮了，晚上老人走路看不见")
	}
}
