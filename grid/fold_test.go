package grid

import (
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for s, want := range map[string]string{
		"３幢２单元":      "3幢2单元",
		"ａ座Ｂ栋c幢":     "A座B栋C幢",
		"3－2—1–0":    "3-2-1-0",
		"3‐2‑1‒0":    "3-2-1-0",
		"3―2−1ー0":    "3-2-1-0",
		"3_2＿1":      "3-2-1",
		"8~10":       "8~10",
		"8～10":       "8~10",
		"＃1042":      "#1042",
		"一〇二":        "一零二",
		"一○二":        "一零二",
		"\u30003幢\t": "3幢",
		"3\u200b幢":   "3 幢",
		"\ufeff3幢\n": "3幢",
		"，。！？":       ",。!?",
		"幸福里小区":      "幸福里小区",
		"":           "",
		"🏠3幢":        "🏠3幢",
		"①幢":         "①幢",
		"3\u00a0幢":   "3 幢",
		"e\u0301":    "E\u0301",
	} {
		if got := fold(s); got != want {
			t.Errorf("fold(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestFoldingTwiceChangesNothingMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		if once := fold(s); fold(once) != once {
			t.Fatalf("%q folds to %q and then to %q", s, once, fold(once))
		}
	})
}

func TestALineLeadsBackToItsBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "s")
		l := newLine(s)
		if len(l.r) != utf8.RuneCountInString(s) || len(l.at) != len(l.r)+1 || int(l.at[len(l.r)]) != len(s) {
			t.Fatalf("%q: %d runes, %d places", s, len(l.r), len(l.at))
		}
		i := 0
		for at, r := range s {
			if int(l.at[i]) != at || l.r[i] != foldRune(r) {
				t.Fatalf("%q: rune %d", s, i)
			}
			i++
		}
		if l.get(-1) != 0 || l.get(len(l.r)) != 0 {
			t.Fatal("there is nothing outside a line")
		}
	})
}

func TestWordSets(t *testing.T) {
	set := wordSet{'我': {[]rune("我家楼下"), []rune("我家")}}
	l := newLine("在我家楼下")
	if to, ok := l.word(1, set); !ok || to != 5 {
		t.Errorf("the longest word ends at %d, %v", to, ok)
	}
	if to, ok := newLine("我家门口").word(0, set); !ok || to != 2 {
		t.Errorf("the shorter word ends at %d, %v", to, ok)
	}
	if to, ok := newLine("我家楼").word(2, set); ok || to != 2 {
		t.Errorf("no word, and yet %d, %v", to, ok)
	}
	last := wordSet{'住': {[]rune("我住"), []rune("住")}}
	if from, ok := newLine("我住3幢").before(2, last); !ok || from != 0 {
		t.Errorf("the word before begins at %d, %v", from, ok)
	}
	if from, ok := newLine("住3幢").before(1, last); !ok || from != 0 {
		t.Errorf("the word before begins at %d, %v", from, ok)
	}
	if _, ok := newLine("3幢").before(0, last); ok {
		t.Error("there is nothing before the beginning")
	}
}

func TestEveryListOfWordsIsThere(t *testing.T) {
	for _, key := range []string{
		"place.building", "place.generic", "place.home", "place.live", "place.spot", "place.ending", "place.endingdoor",
		"place.notname", "state.present", "state.away",
	} {
		if len(wordList(key)) == 0 {
			t.Errorf("words.txt lacks %s", key)
		}
	}
	if words["place.short"] == "" {
		t.Error("words.txt lacks place.short")
	}
	if got := say("no.such.key", "1"); got != "no.such.key" {
		t.Errorf("a missing text reads %q", got)
	}
	if got := parseWords("# note\n\n a = b {1} = c \nbroken\n#x = y\n"); len(got) != 1 || got["a"] != "b {1} = c" {
		t.Errorf("parsed %v", got)
	}
}
