package classify

import (
	"bytes"
	"reflect"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"gridbot/task"
)

// floors are what the shipped model must reach on a set of messages it was not
// trained on: what was measured, less a margin of some messages.
type floors struct {
	file                            string
	main, sub, intent, danger, calm float64
}

// frozen is the half on which figures are told.
const frozen = "../testdata/eval/frozen.tsv"

// heldOut are the sets and their floors.
var heldOut = []floors{
	{"../testdata/eval/held-out.tsv", 0.93, 0.92, 0.86, 0.94, 0.98},
	{"../testdata/eval/unseen.tsv", 0.92, 0.91, 0.91, 0.97, 0.97},
	{frozen, 0.93, 0.91, 0.94, 0.98, 0.98},
}

func categories(t testing.TB) *task.Categories {
	t.Helper()
	c, err := task.DefaultCategories()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClassifyPlainMatters(t *testing.T) {
	k := shipped(t)
	for text, want := range map[string]string{
		"3幢楼下路灯不亮了，晚上老人走路看不见": "streetlight",
		"楼上半夜打麻将吵得睡不着":        "neighbor_noise",
		"污水从下水道冒出来了":          "sewage",
		"电梯困人了":               "elevator_trapped",
		"着火了着火了":              "fire",
		"垃圾堆了一个礼拜没人收":         "exposed_garbage",
		"物业费为什么又涨价了":          "property_fee",
		"老板拖欠工资三个月不发":         "wage",
		"井盖没了，路中间一个洞":         "manhole",
		"路燈不亮了":               "streetlight",
		"小区里遛狗不牵绳，差点咬到小孩":     "dogs",
		"隔壁饭店油烟太大，开不了窗":       "oil_fume",
	} {
		r := k.Classify(text)
		if len(r.Guesses) == 0 || r.Guesses[0].Category != want {
			t.Errorf("%s: %+v, want %s", text, r, want)
			continue
		}
		leaf, _ := categories(t).Get(want)
		if r.Guesses[0].Main != leaf.Main || !r.Intent.Request() {
			t.Errorf("%s: main %s, intent %s", text, r.Guesses[0].Main, r.Intent)
		}
	}
}

func TestClassifyCommands(t *testing.T) {
	k := shipped(t)
	for text, want := range map[string]Intent{"进度": IntentProgress, "谢谢": IntentThanks, "你好": IntentGreeting, "转人工": IntentHuman,
		"帮助": IntentHelp, "撤回": IntentWithdraw, "满意": IntentRate, "补充": IntentSupplement} {
		r := k.Classify(text)
		if r.Intent != want || r.Verdict != Sure || len(r.Guesses) != 0 || r.Reason == "" {
			t.Errorf("%s: %+v", text, r)
		}
	}
}

// invariants checks what holds of every result.
func invariants(t *testing.T, k *Classifier, text string) {
	t.Helper()
	r := k.Classify(text)
	if !r.Intent.Valid() || r.IntentP < 0 || r.IntentP > 1.0001 {
		t.Fatalf("%q: intent %q %f", text, r.Intent, r.IntentP)
	}
	if r.Verdict != Sure && r.Verdict != AskTwo && r.Verdict != AskAll && r.Verdict != Unsure {
		t.Fatalf("%q: verdict %q", text, r.Verdict)
	}
	if r.Danger.Level < 0 || r.Danger.Level > 2 || r.Danger.Level == 2 && !r.Intent.Request() {
		t.Fatalf("%q: danger %+v with intent %s", text, r.Danger, r.Intent)
	}
	if (len(r.Guesses) > 0) != r.Intent.Request() || len(r.Guesses) > 3 || (r.Main != "") != r.Intent.Request() {
		t.Fatalf("%q: intent %s with %d guesses, main %q", text, r.Intent, len(r.Guesses), r.Main)
	}
	last := 1.0001
	for _, g := range r.Guesses {
		if g.P < 0 || g.P > last || g.Main == "" {
			t.Fatalf("%q: guesses %+v", text, r.Guesses)
		}
		last = g.P
	}
	if !utf8.ValidString(r.Reason) || utf8.RuneCountInString(r.Reason) > 120 {
		t.Fatalf("%q: reason %q", text, r.Reason)
	}
}

func TestClassifyAnything(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{"", " ", "\x00", "\xff", "🙂", "？？？", "1", "12-1042", "1042", "abc", strings.Repeat("路", 20000),
		strings.Repeat("楼道着火", 500), "\u202e灯路", strings.Repeat("\u200b", 100), "\x02\x03", "<xml>", "'; DROP TABLE"} {
		invariants(t, k, text)
	}
}

func FuzzClassify(f *testing.F) {
	for _, s := range []string{"", "路灯不亮", "着火了", "没有着火", "进度", "谢谢啊", "\x00\xff", "电梯，困人。没有", "120", "请问，怎么", "昨天着火现在"} {
		f.Add(s)
	}
	k := shipped(f)
	f.Fuzz(func(t *testing.T, s string) {
		invariants(t, k, s)
		if a, b := k.Danger(s), k.Danger(s); a != b {
			t.Fatalf("%q: %+v, then %+v", s, a, b)
		}
	})
}

func TestClassifyIsPureAndConcurrent(t *testing.T) {
	k := shipped(t)
	texts := []string{"路灯不亮", "着火了", "谢谢师傅", "物业费怎么交", "", "楼上漏水漏到我家天花板", "老人走丢了没回来"}
	want := make([]Result, len(texts))
	for i, s := range texts {
		want[i] = k.Classify(s)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				for i, s := range texts {
					if got := k.Classify(s); !reflect.DeepEqual(got, want[i]) {
						t.Errorf("%s: %+v, then %+v", s, want[i], got)
						return
					}
				}
			}
		})
	}
	wg.Wait()
}

func TestClassifyNeverNamesACategoryTheDeploymentLacks(t *testing.T) {
	few, err := task.ParseCategories([]byte(`
categories:
  - id: other
    name: 其他
    platform: service
    subs:
      - {id: unclassified, name: 未分类, urgency: normal, finish: 5d, handlers: [dispatcher]}
      - {id: streetlight, name: 路灯, urgency: normal, finish: 3d, handlers: [municipal]}
`))
	if err != nil {
		t.Fatal(err)
	}
	m, err := ReadModel(bytes.NewReader(modelFile))
	if err != nil {
		t.Fatal(err)
	}
	k, err := NewWithModel(few, m)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"着火了", "楼上漏水", "路灯不亮", "狗咬人", "物业费"} {
		for _, g := range k.Classify(text).Guesses {
			if _, known := few.Get(g.Category); !known {
				t.Errorf("%s: %s came out", text, g.Category)
			}
		}
	}
	none, err := task.ParseCategories([]byte("categories:\n  - id: o\n    name: 其他\n    platform: service\n    subs:\n      - {id: unclassified, name: 未分类, urgency: normal, finish: 5d, handlers: [dispatcher]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewWithModel(none, toyModel(t)); err == nil {
		t.Error("a model without a single category of the deployment is taken")
	}
}

func TestDangerOverridesTalk(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{"120", "救命", "谢谢，快来人，着火了", "你好，我不想活了"} {
		r := k.Classify(text)
		if r.Danger.Level != 2 || r.Intent != IntentReport || len(r.Guesses) == 0 || !strings.Contains(r.Reason, "danger 2") {
			t.Errorf("%s: %+v", text, r)
		}
	}
}

func TestVerdict(t *testing.T) {
	g := Gates{Sure: 0.6, Two: 0.5}
	of := func(ps ...float64) (out []Guess) {
		for _, p := range ps {
			out = append(out, Guess{P: p})
		}
		return out
	}
	for _, tt := range []struct {
		guesses []Guess
		want    Verdict
	}{
		{nil, Unsure}, {of(0.7), Sure}, {of(0.6001, 0.2), Sure}, {of(0.4, 0.2), AskTwo}, {of(0.3, 0.1), Unsure}, {of(0.59), Unsure},
	} {
		if got := g.verdict(tt.guesses); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.guesses, got, tt.want)
		}
	}
}

func TestThree(t *testing.T) {
	for _, tt := range []struct {
		in   []float32
		want [3]int
	}{
		{nil, [3]int{-1, -1, -1}}, {[]float32{1}, [3]int{0, -1, -1}}, {[]float32{1, 2}, [3]int{1, 0, -1}},
		{[]float32{1, 2, 3, 4}, [3]int{3, 2, 1}}, {[]float32{4, 3, 2, 1}, [3]int{0, 1, 2}}, {[]float32{2, 4, 1, 3}, [3]int{1, 3, 0}},
	} {
		if got := three(tt.in); got != tt.want {
			t.Errorf("three(%v) = %v, want %v", tt.in, got, tt.want)
		}
	}
}

func TestIntents(t *testing.T) {
	if len(Intents()) != 12 {
		t.Errorf("%d intents", len(Intents()))
	}
	for _, i := range Intents() {
		if !i.Valid() || i.Request() != (i == IntentReport || i == IntentConsult) {
			t.Errorf("%s", i)
		}
	}
	if Intent("dance").Valid() || Intent("").Valid() {
		t.Error("an unknown intent is valid")
	}
}

const median = "3幢楼下路灯不亮了，晚上老人走路看不见"

func TestClassifyAllocations(t *testing.T) {
	k := shipped(t)
	for _, text := range []string{median, "着火了", "谢谢", strings.Repeat(median, 8)} {
		k.Classify(text)
		if n := testing.AllocsPerRun(200, func() { k.Classify(text) }); n > 10 && !raceEnabled {
			t.Errorf("%.12s…: %.0f allocations, want at most 10", text, n)
		}
	}
}

func BenchmarkClassify(b *testing.B) {
	k := shipped(b)
	for name, text := range map[string]string{"median": median, "long": strings.Repeat(median, 10), "command": "进度", "danger": "楼道里全是浓烟，门都不敢开"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				k.Classify(text)
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	c := categories(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMask(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Mask(median + "，电话13912345678")
	}
}
