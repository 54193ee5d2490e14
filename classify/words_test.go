package classify

import (
	"slices"
	"strings"
	"testing"
)

func newList(words ...string) *wordList {
	l := newWordList()
	for _, w := range words {
		l.add(w)
	}
	l.seal()
	return l
}

// found lists what a word list finds as word@position.
func found(l *wordList, text string) []string {
	var out []string
	for _, h := range l.find([]rune(text), nil) {
		out = append(out, l.words[h.word]+"@"+string(rune('0'+h.from)))
	}
	return out
}

func TestWordListFind(t *testing.T) {
	l := newList("火", "着火", "火锅", "着火了", "电梯", "A", "樓")
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"水", nil},
		{"火", []string{"火@0"}},
		{"着火了", []string{"着火@0", "着火了@0", "火@1"}},
		{"着火锅", []string{"着火@0", "火@1", "火锅@1"}},
		{"电", nil},
		{"电梯电梯", []string{"电梯@0", "电梯@2"}},
		{"a楼", []string{"a@0", "楼@1"}},
	} {
		if got := found(l, tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %v, want %v", tt.text, got, tt.want)
		}
	}
}

func TestWordListNumbersAWordOnce(t *testing.T) {
	l := newWordList()
	a, b, c := l.add("火灾"), l.add("火"), l.add("火災")
	if a != c || a == b || len(l.words) != 2 {
		t.Errorf("numbers %d %d %d, %d words", a, b, c, len(l.words))
	}
}

func TestWordListAnchors(t *testing.T) {
	l := newList("^救命", "120$", "^110$")
	at := func(s string) int { return len(l.find([]rune(string(open)+s+string(shut)), nil)) }
	for text, want := range map[string]int{"救命啊": 1, "喊救命": 0, "打120": 1, "120平": 0, "110": 1, "110室": 0, "我110": 0} {
		if got := at(text); got != want {
			t.Errorf("%q: %d hits, want %d", text, got, want)
		}
	}
}

func TestWordListIsBounded(t *testing.T) {
	l := newList("火")
	if n := len(l.find([]rune(strings.Repeat("火", 3000)), nil)); n != maxHits {
		t.Errorf("%d hits, want %d", n, maxHits)
	}
}

func TestWordSet(t *testing.T) {
	var s wordSet
	if s.has(0) || s.has(1000) {
		t.Error("an empty set has something")
	}
	for _, n := range []int32{0, 63, 64, 700} {
		s.add(n)
	}
	for n := range int32(800) {
		want := n == 0 || n == 63 || n == 64 || n == 700
		if s.has(n) != want {
			t.Errorf("has(%d) = %v", n, !want)
		}
	}
}

func TestFeatures(t *testing.T) {
	tab := charTables()
	of := func(s string, ids ...uint32) []feature { return features(tab, []rune(s), ids, nil) }
	set := func(fs []feature) map[uint32]bool {
		m := map[uint32]bool{}
		for _, f := range fs {
			m[f.hash] = true
		}
		return m
	}
	if n := len(of("")); n > 1 {
		t.Errorf("%d features of nothing", n)
	}
	if a, b := of("路灯不亮"), of("路灯不亮"); !slices.Equal(a, b) {
		t.Error("the same text gives other features")
	}
	for _, f := range of(strings.Repeat("路灯不亮", 3)) {
		if f.hash >= 1<<hashBits || f.from >= f.to {
			t.Errorf("feature %+v", f)
		}
	}
	if fs := of(strings.Repeat("路灯", 100)); len(set(fs)) != len(fs) {
		t.Error("a feature stands twice")
	}
	if fs := of("灯", 7, 8); len(fs) != len(of("灯"))+2 {
		t.Errorf("two marks add %d features", len(fs)-len(of("灯")))
	}
	shared := func(a, b string) (n int) {
		sa := set(of(a))
		for h := range set(of(b)) {
			if sa[h] {
				n++
			}
		}
		return n
	}
	if shared("水管爆了", "谁管抱了") <= shared("水管爆了", "路灯坏掉") {
		t.Error("a homophone shares no more with its word than a stranger")
	}
}

func TestFeaturesOfEveryLength(t *testing.T) {
	tab := charTables()
	long := []rune(strings.Repeat("一丁七万丈三上下不与丐丑专且世丘丙业丛东丝", 40))
	for n := range len(long) {
		fs := features(tab, long[:n], nil, nil)
		for _, f := range fs {
			if int(f.to) > n {
				t.Fatalf("length %d: feature %+v", n, f)
			}
		}
	}
}

func TestLengthNorm(t *testing.T) {
	if lengthNorm(nil) != 0 {
		t.Error("nothing has a length")
	}
	fs := []feature{{to: 1}, {to: 2}, {}, {to: 3}}
	var sum float32
	for _, f := range fs {
		v := f.value() * lengthNorm(fs)
		sum += v * v
	}
	if sum < 0.999 || sum > 1.001 {
		t.Errorf("squares sum to %f", sum)
	}
}
