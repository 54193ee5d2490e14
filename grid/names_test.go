package grid

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// words of a tiny language, so that names overlap all the time.
const tiny = "[甲乙丙]"

// tree holds the given words, each meaning its own place in the list.
func tree(list []string) names {
	n := names{root: make(map[rune]int32), next: make(map[edge]int32), word: []int32{-1}, halves: map[half][]string{}}
	for i, w := range list {
		n.add(w, estateName, run{int32(i), int32(i) + 1})
	}
	return n
}

func TestTheLongestNameWins(t *testing.T) {
	n := tree([]string{"甲乙", "甲乙丙", "乙丙丙丙", "丙丙"})
	for text, want := range map[string]string{
		"甲乙":       "甲乙",
		"甲乙丙":      "甲乙丙",
		"甲乙丙丙丙":    "乙丙丙丙",
		"丙甲乙丁丙丙":   "甲乙 丙丙",
		"甲乙甲乙丙":    "甲乙 甲乙丙",
		"甲 乙丙":     "",
		"甲":        "",
		"":         "",
		"丙丙丙":      "丙丙",
		"丁甲乙\n乙丙丙": "甲乙 丙丙",
	} {
		l := newLine(text)
		var got []string
		for _, m := range n.mentions(l) {
			got = append(got, string(l.r[m.from:m.to]))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: got %q, want %q", text, s, want)
		}
	}
}

// TestNamesAgreeWithLookingAtEveryWord compares the tree with the plain way.
func TestNamesAgreeWithLookingAtEveryWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.StringMatching(tiny+"{2,4}"), 0, 8).Draw(t, "words")
		text := rapid.StringMatching(tiny+"{0,12}").Draw(t, "text")
		n, l := tree(list), newLine(text)
		for i := range l.r {
			longest := 0
			for _, w := range list {
				if l.is(i, w) {
					longest = max(longest, len([]rune(w)))
				}
			}
			w, to := n.at(l, i)
			if to-i != longest || (w != nil) != (longest > 0) {
				t.Fatalf("%q at %d: %d runes, want %d", text, i, to-i, longest)
			}
			for k, word := range list {
				if longest > 0 && string(l.r[i:to]) == word && !slices.Contains(w.runs, run{int32(k), int32(k) + 1}) {
					t.Fatalf("%q lost its place %d", word, k)
				}
			}
		}
		end := 0
		for _, m := range n.mentions(l) {
			if m.from < end || m.to <= m.from {
				t.Fatalf("%q: mentions overlap", text)
			}
			end = m.to
		}
	})
}

func TestAWordWithTwoMeanings(t *testing.T) {
	n := names{root: make(map[rune]int32), next: make(map[edge]int32), word: []int32{-1}, halves: map[half][]string{}}
	n.add("东塘", roadName, run{1, 2})
	n.add("东塘", estateName, run{2, 3})
	n.add("东塘", estateName, run{2, 3})
	n.add("东塘", estateName, run{5, 6})
	n.add("东塘", communityName, run{0, 9})
	n.add("塘", estateName, run{0, 1})
	n.add("", estateName, run{0, 1})
	w, to := n.at(newLine("东塘3幢"), 0)
	if w == nil || to != 2 || w.kind != estateName || !slices.Equal(w.runs, []run{{2, 3}, {5, 6}}) {
		t.Errorf("got %+v to %d", w, to)
	}
	if w, _ := n.at(newLine("塘"), 0); w != nil {
		t.Error("one rune was taken for a name")
	}
}

// member reports whether i lies in one of the runs.
func member(runs []run, i int32) bool {
	return slices.ContainsFunc(runs, func(r run) bool { return r.lo <= i && i < r.hi })
}

// someRuns draws runs in order that do not touch.
func someRuns(t *rapid.T, name string) []run {
	var runs []run
	at := int32(0)
	for range rapid.IntRange(0, 6).Draw(t, name) {
		lo := at + int32(rapid.IntRange(0, 5).Draw(t, "gap"))
		at = lo + int32(rapid.IntRange(1, 5).Draw(t, "length"))
		runs = append(runs, run{lo, at})
	}
	return runs
}

func TestOverlapIsWhatLiesInBoth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := someRuns(t, "a"), someRuns(t, "b")
		both := overlap(a, b)
		for i := int32(0); i < 70; i++ {
			if member(both, i) != (member(a, i) && member(b, i)) {
				t.Fatalf("%v and %v give %v, wrong at %d", a, b, both, i)
			}
		}
	})
}

func TestWithinKeepsWhatLiesThereOrAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runs := someRuns(t, "runs")
		fits := rapid.SliceOfNDistinct(rapid.Int32Range(0, 60), 0, 10, rapid.ID[int32]).Draw(t, "fits")
		slices.Sort(fits)
		want := slices.DeleteFunc(slices.Clone(fits), func(i int32) bool { return !member(runs, i) })
		if len(want) == 0 {
			want = fits
		}
		if got := within(fits, runs); !slices.Equal(got, want) {
			t.Fatalf("%v within %v is %v, want %v", fits, runs, got, want)
		}
	})
}
