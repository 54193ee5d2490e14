package grid

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// kind says what a name in the gazetteer names; the larger, the more it says.
type kind uint8

const (
	narrowing kind = iota + 1 // 一期, 东区: only narrows another name
	roadName
	streetName
	communityName
	gridName
	estateName // a 小区, in the name or an alias of its micro-grids
	strange    // the form of a 小区's name, but not one the directory holds
)

// run is the stretch [lo, hi) of the directory's areas.
type run struct{ lo, hi int32 }

// name is a word of the gazetteer with everywhere it means, in order.
type name struct {
	kind kind
	runs []run
}

// edge is a step of the tree of names: a node and the next rune.
type edge struct {
	node int32
	r    rune
}

// names is a tree over runes. Walking it from each rune of a message costs one
// look-up where no name begins, which is nearly everywhere; an automaton with
// failure links would save a fraction of that and hold several times as much.
type names struct {
	root   map[rune]int32 // the edges of node 0, few enough to stay in the cache
	next   map[edge]int32
	word   []int32 // node → position in list, -1 for none
	list   []name
	halves map[half][]string // of the names of estates, for those with one wrong rune
}

// newNames collects the names of every area.
func newNames(d *Directory) names {
	n := names{root: make(map[rune]int32), next: make(map[edge]int32, len(d.areas)*3), word: []int32{-1}, halves: make(map[half][]string)}
	generic := wordList("place.generic")
	for i, a := range d.areas {
		here := run{int32(i), d.end[i]}
		for _, word := range append([]string{a.Name}, a.Aliases...) {
			n.addName(word, nameKind(a.Level), here, generic)
		}
		for _, road := range a.Roads {
			n.add(road, roadName, here)
		}
	}
	n.word, n.list = slices.Clip(n.word), slices.Clip(n.list)
	return n
}

// nameKind is what the name of an area of this level says; 0 for areas too wide.
func nameKind(l Level) kind {
	switch l {
	case Street:
		return streetName
	case Community:
		return communityName
	case Grid:
		return gridName
	case Microgrid:
		return estateName
	}
	return 0
}

// addName adds a name and, for a 小区, its form without the ending.
func (n *names) addName(word string, k kind, here run, generic []string) {
	if k == 0 {
		return
	}
	if slices.Contains(generic, fold(word)) {
		k = narrowing
	}
	n.add(word, k, here)
	short, ok := strings.CutSuffix(fold(word), words["place.short"])
	if ok && k == estateName && !slices.Contains(generic, short) {
		n.add(short, k, here)
	}
}

// add puts one word into the tree. One rune alone is never a name. A word with
// two meanings keeps the one that says more.
func (n *names) add(word string, k kind, here run) {
	word = fold(word)
	if utf8.RuneCountInString(word) < 2 {
		return
	}
	at := int32(0)
	for _, r := range word {
		at = n.grow(at, r)
	}
	if n.word[at] < 0 {
		n.word[at] = int32(len(n.list))
		n.list = append(n.list, name{})
	}
	w := &n.list[n.word[at]]
	switch {
	case k > w.kind:
		*w = name{k, []run{here}}
		if k == estateName {
			n.addHalves(word)
		}
	case k == w.kind && (len(w.runs) == 0 || w.runs[len(w.runs)-1] != here):
		w.runs = append(w.runs, here)
	}
}

// grow returns the node one rune on, making it if need be.
func (n *names) grow(at int32, r rune) int32 {
	to, ok := n.step(at, r)
	if ok {
		return to
	}
	to = int32(len(n.word))
	n.word = append(n.word, -1)
	if at == 0 {
		n.root[r] = to
	} else {
		n.next[edge{at, r}] = to
	}
	return to
}

// step returns the node one rune on, if there is one.
func (n *names) step(at int32, r rune) (int32, bool) {
	if at == 0 {
		to, ok := n.root[r]
		return to, ok
	}
	to, ok := n.next[edge{at, r}]
	return to, ok
}

// at returns the longest name that begins at rune i of the line and the place
// behind it; nil if there is none.
func (n *names) at(l line, i int) (*name, int) {
	var best *name
	to := i
	node, ok := int32(0), true
	for j := i; j < len(l.r); j++ {
		if node, ok = n.step(node, l.r[j]); !ok {
			break
		}
		if w := n.word[node]; w >= 0 {
			best, to = &n.list[w], j+1
		}
	}
	return best, to
}

// mention is a name found in a line, as runes [from, to).
type mention struct {
	from, to int
	kind     kind
	runs     []run
	lives    bool // said to be where the speaker lives
}

// mentions finds the names in a line, in order; where two overlap the longer stands.
func (n *names) mentions(l line) []mention {
	var list []mention
	for i := range l.r {
		w, to := n.at(l, i)
		if w == nil {
			continue
		}
		if k := len(list) - 1; k >= 0 && list[k].to > i {
			if to-i <= list[k].to-list[k].from {
				continue
			}
			list = list[:k]
		}
		list = append(list, mention{from: i, to: to, kind: w.kind, runs: w.runs})
	}
	return list
}

// overlap returns the parts of a that lie in b; both are in order, as areas nest.
func overlap(a, b []run) []run {
	var list []run
	for i, j := 0, 0; i < len(a) && j < len(b); {
		lo, hi := max(a[i].lo, b[j].lo), min(a[i].hi, b[j].hi)
		if lo < hi {
			list = append(list, run{lo, hi})
		}
		if a[i].hi < b[j].hi {
			i++
		} else {
			j++
		}
	}
	return list
}
