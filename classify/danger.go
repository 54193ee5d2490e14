package classify

import "unicode"

// Danger is what the rules say about a message before anything else is done.
type Danger struct {
	Level    int    // 2 danger now, 1 a risk, past danger or to be checked by a person, 0 none
	Kind     string // whom to call: fire, medical, police, gas, elevator, rescue, water, electric, crisis, missing …
	Category string // the category the rule implies; may be empty
	Rule     string // which rule spoke and the words it matched, for the reason
}

// scene is a message as the rules see it.
type scene struct {
	text []rune
	hits []hit
}

// judge runs every rule over the scene and gives the gravest finding; among
// equals the rule that stands first in the file wins. found, when not nil, is
// told every rule that fired and its level.
func (d *dangerRules) judge(s scene, found func(rule, level int)) (best int, level int, words [2]hit) {
	best = -1
	if d.unreal(s) {
		return best, 0, words
	}
	m := d.manner(s)
	for i := range d.rules {
		l, w := d.rules[i].fires(s, d, m)
		if l == 0 {
			continue
		}
		if found != nil {
			found(i, l)
		}
		if l > level {
			best, level, words = i, l, w
		}
	}
	return best, level, words
}

// fires gives the rule's level for the scene and the words that made it, the
// trigger first.
func (r *dangerRule) fires(s scene, d *dangerRules, m manner) (level int, words [2]hit) {
	if r.short && !m.short {
		return 0, words
	}
	for _, t := range s.hits {
		if !r.trigger.has(t.word) {
			continue
		}
		companion, ok := r.companions(s, t)
		if !ok || s.covered(t, d.mods.lookalike) || s.around(t, r.veto, r.window) || d.negated(s, t) {
			continue
		}
		if l := r.lowered(s, t, d, m); l > level {
			level, words = l, [2]hit{t, companion}
		}
	}
	return level, words
}

// companions looks for one word of each group near the trigger and gives the
// last one found.
func (r *dangerRule) companions(s scene, t hit) (found hit, ok bool) {
	for _, group := range r.near {
		near := false
		for _, h := range s.hits {
			if group.has(h.word) && apart(h, t) <= r.window && !overlap(h, t) {
				found, near = h, true
				break
			}
		}
		if !near {
			return found, false
		}
	}
	return found, true
}

// inner is the text without its anchors.
func (s scene) inner() []rune { return s.text[1 : len(s.text)-1] }

// calm tells whether a message is told as past or asks, and says nothing of now.
func (d *dangerRules) calm(s scene) bool {
	return (s.any(d.mods.past) || s.any(d.mods.question)) && !d.now(s)
}

// muted tells whether a message is mere haste and names nothing that any rule looks for, or
// speaks of a danger that is none: of a drill, taken back, or denied.
func (d *dangerRules) muted(s scene) bool {
	return d.letters(s) <= mereHaste && !s.any(d.triggers) || d.unreal(s) || d.cleared(s) || d.denied(s)
}

// mereHaste is how many characters may stand beside words of haste (你们快点) without saying what
// it is about.
const mereHaste = 4

// unheard tells whether a kind of danger is one the model must not raise here,
// because no word stands that a rule of that kind looks for.
func (d *dangerRules) unheard(s scene, kind string) bool {
	set := d.heard[kind]
	return set != nil && !s.any(*set)
}

// bareAddress is how many characters, digits left out, an address has at most.
const bareAddress = 12

// short tells whether the message says no more than an address does.
func (d *dangerRules) short(s scene) bool { return d.letters(s) <= bareAddress }

// letters counts the characters of a message, as far as an address goes and one more: digits,
// marks and words of haste (快点！！！！) count for nothing.
func (d *dangerRules) letters(s scene) int {
	n := 0
	for i, r := range s.text {
		if unicode.IsLetter(r) && !d.hasty(s, int32(i)) {
			n++
		}
		if n > bareAddress {
			break
		}
	}
	return n
}

// hasty tells whether the character at i belongs to a word of haste.
func (d *dangerRules) hasty(s scene, i int32) bool {
	for _, h := range s.hits {
		if h.from <= i && i < h.to && d.mods.haste.has(h.word) {
			return true
		}
	}
	return false
}

// denied tells whether the message denies some danger in so many words.
func (d *dangerRules) denied(s scene) bool {
	for _, h := range s.hits {
		if d.triggers.has(h.word) && d.negated(s, h) {
			return true
		}
	}
	return false
}

// marks appends the named word lists that the scene holds a word of, so that the
// model can weigh signs that no rule has put together.
func (d *dangerRules) marks(s scene, ids []uint32) []uint32 {
	for i := range d.signs {
		if s.any(d.signs[i].words) {
			ids = append(ids, d.signs[i].id)
		}
	}
	return ids
}

// any tells whether some word of the set occurs.
func (s scene) any(set wordSet) bool {
	for _, h := range s.hits {
		if set.has(h.word) {
			return true
		}
	}
	return false
}

// around tells whether some word of the set stands within a window of t.
func (s scene) around(t hit, set wordSet, window int32) bool {
	for _, h := range s.hits {
		if set.has(h.word) && apart(h, t) <= window {
			return true
		}
	}
	return false
}

// covered tells whether t lies inside a longer word of the set.
func (s scene) covered(t hit, set wordSet) bool {
	for _, h := range s.hits {
		if set.has(h.word) && h.from <= t.from && h.to >= t.to {
			return true
		}
	}
	return false
}

// apart is the number of characters between two hits, 0 when they touch.
func apart(a, b hit) int32 { return max(0, a.from-b.to, b.from-a.to) }

func overlap(a, b hit) bool { return a.from < b.to && b.from < a.to }
