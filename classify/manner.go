package classify

// unreal tells whether the message is about a drill, a game or the like; "this is
// no drill" is not.
func (d *dangerRules) unreal(s scene) bool {
	for _, h := range s.hits {
		if d.mods.unreal.has(h.word) && !s.covered(h, d.mods.affirmed) {
			return true
		}
	}
	return false
}

// manner is how a message as a whole tells what it tells.
type manner struct {
	cleared bool // taken back: a mistake, or over
	past    bool // told as past, with no word of now
	asked   bool // an enquiry, with no word of now
	short   bool // a few words, as written in haste
}

func (d *dangerRules) manner(s scene) manner {
	now := d.now(s)
	return manner{
		cleared: d.cleared(s),
		past:    s.any(d.mods.past) && !now,
		asked:   s.any(d.mods.question) && !now,
		short:   d.short(s),
	}
}

// cleared tells whether the message takes back what it says, and says nothing of
// now after that: a false alarm can be followed by a true one.
func (d *dangerRules) cleared(s scene) bool {
	cleared := false
	for _, h := range s.hits {
		switch {
		case d.mods.cleared.has(h.word) && !d.negated(s, h):
			cleared = true
		case d.mods.now.has(h.word) && !s.covered(h, d.mods.past):
			cleared = false
		}
	}
	return cleared
}

// now tells whether something is said to be happening; 到现在 alone is not that.
func (d *dangerRules) now(s scene) bool {
	for _, h := range s.hits {
		if d.mods.now.has(h.word) && !s.covered(h, d.mods.past) {
			return true
		}
	}
	return false
}

// lowered is the rule's level after the manner of the message, and that of the
// trigger's own clause, is taken into account.
func (r *dangerRule) lowered(s scene, t hit, d *dangerRules, m manner) int {
	switch {
	case m.cleared:
		return 1
	case r.firm:
		return r.level
	case m.asked:
		return 0
	case m.past, d.pastHere(s, t), d.askedHere(s, t), d.imagined(s, t):
		return 1
	}
	return r.level
}

// pastHere tells whether the trigger's own clause is of long ago; what is said to be
// now in another clause does not change that.
func (d *dangerRules) pastHere(s scene, t hit) bool {
	from, to := s.clause(t)
	past := false
	for _, h := range s.hits {
		if h.from < from || h.to > to {
			continue
		}
		if d.mods.now.has(h.word) && !s.covered(h, d.mods.past) {
			return false
		}
		past = past || d.mods.longago.has(h.word)
	}
	return past
}

// askedHere tells whether the trigger's own clause ends as a question about a rule
// or a right does. Whether help comes is no such question: it is a word of now.
func (d *dangerRules) askedHere(s scene, t hit) bool {
	from, to := s.clause(t)
	asked := false
	for _, h := range s.hits {
		if h.from < from || h.to > to+1 {
			continue
		}
		if d.mods.now.has(h.word) {
			return false
		}
		asked = asked || d.mods.asked.has(h.word) && h.from >= t.from
	}
	return asked
}

// imagined tells whether the trigger is feared rather than seen: such a word
// begins before it, or with it, in the same clause.
func (d *dangerRules) imagined(s scene, t hit) bool {
	from := s.clauseStart(t.from)
	for _, h := range s.hits {
		if d.mods.feared.has(h.word) && h.from >= from && h.from <= t.from {
			return true
		}
	}
	return false
}

// negationReach is how many characters a negation may stand before what it
// denies, inside one clause.
const negationReach = 4

// shortClause is the length up to which a denial at a clause's head also covers
// the next clause, when it denies a danger in its own: "no smoke, no fire" is
// said as 没有冒烟、着火.
const shortClause = 8

// negated tells whether the trigger is denied: by a negation shortly before it in
// its clause, by one that heads the short clause before, or by nobody right before
// it, of whom it is said.
func (d *dangerRules) negated(s scene, t hit) bool {
	start := s.clauseStart(t.from)
	for _, h := range s.hits {
		if d.mods.nobody.has(h.word) && h.from < t.from && t.from <= h.to {
			return true
		}
		if !d.mods.negation.has(h.word) || h.to > t.from || s.covered(h, d.mods.affirmed) {
			continue
		}
		if h.from >= start && t.from-h.to <= negationReach {
			return true
		}
		if start-h.from <= shortClause && t.from-start <= 1 && d.heads(s, h, start) {
			return true
		}
	}
	return false
}

// heads tells whether a negation stands at the head of the clause that ends at
// the comma before next, and denies a danger there too.
func (d *dangerRules) heads(s scene, negation hit, next int32) bool {
	if next < 2 || !s.listed(next-1) || negation.from != s.clauseStart(next-2) {
		return false
	}
	for _, h := range s.hits {
		if d.triggers.has(h.word) && h.from >= negation.to && h.to < next {
			return true
		}
	}
	return false
}

// listed tells whether the mark at i carries a list on, as a comma does.
func (s scene) listed(i int32) bool { return s.text[i] == ',' }

// clauseStart is where the clause that holds position i begins.
func (s scene) clauseStart(i int32) int32 {
	for i > 0 && !endsClause(s.text[i-1]) {
		i--
	}
	return i
}

// clause is where the clause that holds t begins and ends.
func (s scene) clause(t hit) (from, to int32) {
	for to = t.to; int(to) < len(s.text) && !endsClause(s.text[to]); to++ {
	}
	return s.clauseStart(t.from), to
}

func endsClause(r rune) bool {
	switch r {
	case ',', '.', '!', '?', ':', '~', '…', ' ', open, shut:
		return true
	}
	return false
}
