package grid

import (
	"slices"
	"strings"
)

// half is one half of an estate's name of n runes. Of a name with one wrong rune
// one half is right, so that two look-ups find it.
type half struct {
	text string
	n    int8
	back bool
}

// shortestCore is how many runes of a name must stand before its ending for one
// wrong among them to be a mistake: 翠湖小区 and 翠园小区 are two estates.
const shortestCore = 3

// halves cuts a name, and tells whether it is long enough to be mistyped.
func halves(word string) (front, back half, ok bool) {
	r := []rune(word)
	if len(r) < shortestCore || len(r) > longestName+4 {
		return half{}, half{}, false
	}
	cut := len(string(r[:len(r)/2]))
	return half{word[:cut], int8(len(r)), false}, half{word[cut:], int8(len(r)), true}, true
}

// addHalves makes an estate's name findable with one wrong rune.
func (n *names) addHalves(word string) {
	front, back, ok := halves(word)
	if !ok {
		return
	}
	n.halves[front] = append(n.halves[front], word)
	n.halves[back] = append(n.halves[back], word)
}

// mistyped finds the estates that a name with one wrong rune can mean: nowhere in
// its ending, and in no short name.
func (n *names) mistyped(word string) []run {
	front, back, ok := halves(word)
	if !ok {
		return nil
	}
	var runs []run
	for _, h := range []half{front, back} {
		for _, known := range n.halves[h] {
			if oneWrong([]rune(word), []rune(known)) {
				w, _ := n.at(newLine(known), 0)
				runs = append(runs, w.runs...)
			}
		}
	}
	return inOrder(runs)
}

// oneWrong reports whether two names of one length differ in one rune of what
// stands before their ending.
func oneWrong(a, b []rune) bool {
	core := len(b) - 1
	for _, w := range wordList("place.ending") {
		if strings.HasSuffix(string(b), w) {
			core = min(core, len(b)-len([]rune(w)))
		}
	}
	if core < shortestCore && core < len(b)-1 {
		return false
	}
	wrong := 0
	for i := range a {
		if a[i] == b[i] {
			continue
		}
		if wrong++; i >= core {
			return false
		}
	}
	return wrong == 1
}

// inOrder sorts runs and keeps each once.
func inOrder(runs []run) []run {
	slices.SortFunc(runs, func(a, b run) int { return int(a.lo - b.lo) })
	return slices.Compact(runs)
}

// correct takes a name that is in no list for the estate it is mistyped from.
func (s *scene) correct(m *mention) {
	for from := m.from; m.to-from >= shortestCore; from++ {
		if runs := s.g.names.mistyped(string(s.r[from:m.to])); len(runs) > 0 {
			m.from, m.kind, m.runs = from, estateName, runs
			return
		}
	}
}

// crossing makes one mention of two roads that meet: 康宁路和临江路交叉口. It is
// where both pass, or both of them when no micro-grid lies at both.
func (s *scene) crossing(m *mention) *mention {
	i := slices.IndexFunc(s.mentions, func(o mention) bool { return o.from == m.from })
	if m.kind != roadName || i+1 >= len(s.mentions) || s.mentions[i+1].kind != roadName {
		return m
	}
	other := s.mentions[i+1]
	if between := strings.TrimSpace(string(s.r[m.to:other.from])); between != "" && !slices.Contains(wordList("place.and"), between) {
		return m
	}
	to, ok := s.word(other.to, s.g.lex.corner)
	if !ok {
		return m
	}
	both := overlap(m.runs, other.runs)
	if len(both) == 0 {
		both = inOrder(slices.Concat(m.runs, other.runs))
	}
	return &mention{from: m.from, to: to, kind: roadName, runs: both}
}
