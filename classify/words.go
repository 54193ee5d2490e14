package classify

import (
	"cmp"
	"slices"
	"strings"
)

// wordList finds many words in a text in one pass. Words are numbered in the
// order they are added; the same word added twice keeps its number.
type wordList struct {
	first   map[rune]int32 // children of the root
	nodes   []wordNode
	numbers map[string]int32
	words   []string
	sounds  map[uint16][]soundWord // words also found by ear, by their first syllable
}

// wordNode is a place in the tree of words.
type wordNode struct {
	edges []wordEdge // by character, sorted once seal was called
	word  int32      // number + 1 of the word that ends here, 0 for none
}

type wordEdge struct {
	r  rune
	to int32
}

// hit is one word found: its number and where it stands, in runes.
type hit struct {
	word     int32
	from, to int32
}

func newWordList() *wordList {
	return &wordList{first: map[rune]int32{}, numbers: map[string]int32{}, sounds: map[uint16][]soundWord{}}
}

// add numbers a word. The word is brought to the form texts are searched in; ^
// before it and $ after it tie it to the ends of the text.
func (l *wordList) add(word string) int32 {
	rest, atStart := strings.CutPrefix(word, "^")
	rest, atEnd := strings.CutSuffix(rest, "$")
	rs := clean(rest, nil)
	for i, r := range rs {
		rs[i] = common(r)
	}
	if atStart {
		rs = append([]rune{open}, rs...)
	}
	if atEnd {
		rs = append(rs, shut)
	}
	word = string(rs)
	if n, known := l.numbers[word]; known {
		return n
	}
	n := int32(len(l.words))
	l.words = append(l.words, word)
	l.numbers[word] = n
	node := int32(-1)
	for _, r := range rs {
		node = l.child(node, r)
	}
	if node >= 0 {
		l.nodes[node].word = n + 1
	}
	return n
}

// common is the common character for one that only writes the dialect's sound of
// it, so that a word is found however it is spelt: 弗响 is 不响, 呒人应 is 没人应.
func common(r rune) rune {
	switch r {
	case '弗', '勿':
		return '不'
	case '呒':
		return '没'
	case '伊':
		return '他'
	}
	return r
}

// child finds or makes the node below another one; −1 is the root.
func (l *wordList) child(node int32, r rune) int32 {
	next := int32(len(l.nodes))
	if node < 0 {
		if to, known := l.first[r]; known {
			return to
		}
		l.first[r] = next
	} else {
		for _, e := range l.nodes[node].edges {
			if e.r == r {
				return e.to
			}
		}
		l.nodes[node].edges = append(l.nodes[node].edges, wordEdge{r, next})
	}
	l.nodes = append(l.nodes, wordNode{})
	return next
}

// seal sorts the edges; call it once, after the last add.
func (l *wordList) seal() {
	for i := range l.nodes {
		slices.SortFunc(l.nodes[i].edges, func(a, b wordEdge) int { return cmp.Compare(a.r, b.r) })
	}
}

// maxHits bounds the words looked at in one message; a longer one only repeats.
const maxHits = 512

// find appends every occurrence of every word, overlapping ones included, in
// the order of their first character.
func (l *wordList) find(rs []rune, buf []hit) []hit {
	for i, r := range rs {
		if buf = l.findByEar(rs, i, buf); len(buf) == maxHits {
			return buf
		}
		node, ok := l.first[common(r)]
		if !ok {
			continue
		}
		for j := i + 1; ; j++ {
			n := &l.nodes[node]
			if n.word > 0 {
				if len(buf) == maxHits {
					return buf
				}
				buf = append(buf, hit{word: n.word - 1, from: int32(i), to: int32(j)})
			}
			if j == len(rs) {
				break
			}
			if node, ok = n.below(common(rs[j])); !ok {
				break
			}
		}
	}
	return buf
}

func (n *wordNode) below(r rune) (int32, bool) {
	lo, hi := 0, len(n.edges)
	for lo < hi {
		mid := (lo + hi) / 2
		switch e := n.edges[mid]; {
		case e.r == r:
			return e.to, true
		case e.r < r:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return 0, false
}

// wordSet is a set of word numbers.
type wordSet []uint64

func (s *wordSet) add(n int32) {
	for int(n/64) >= len(*s) {
		*s = append(*s, 0)
	}
	(*s)[n/64] |= 1 << (n % 64)
}

func (s wordSet) has(n int32) bool { return int(n/64) < len(s) && s[n/64]>>(n%64)&1 == 1 }
