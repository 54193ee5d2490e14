package grid

import "slices"

// scene is one text being understood.
type scene struct {
	line
	g        *Gazetteer
	home     int32 // position of the home micro-grid, -1 for none
	mentions []mention
	list     []found
}

// longestText is how many bytes of a text are looked at: three times what one
// message of WeChat can hold.
const longestText = 6144

// read finds the names and the doors of a text.
func (g *Gazetteer) read(text, home string) *scene {
	s := &scene{line: newLine(text[:min(len(text), longestText)]), g: g, home: -1}
	if i, ok := g.d.index[home]; ok && g.d.areas[i].Level == Microgrid {
		s.home = i
	}
	s.mentions = g.names.mentions(s.line)
	s.list = s.doors(s.nameEnds)
	s.mentions = append(s.mentions, s.strangers()...)
	slices.SortFunc(s.mentions, func(a, b mention) int { return a.from - b.from })
	for i := range s.mentions {
		s.mentions[i].lives = s.lives(s.mentions[i].from)
	}
	return s
}

// lives reports whether "I live in" stands before i.
func (s *scene) lives(i int) bool {
	_, ok := s.before(i, s.g.lex.live)
	return ok
}

// nameEnds reports whether a name that can have house numbers ends right before i.
func (s *scene) nameEnds(i int) bool {
	return slices.ContainsFunc(s.mentions, func(m mention) bool {
		return m.kind >= roadName && m.kind != streetName && (m.to == i || m.to == i-1 && s.get(m.to) == ' ')
	})
}

// strangers finds names with the form of a 小区's that are not in the directory.
func (s *scene) strangers() []mention {
	var list []mention
	for i := range s.r {
		to, ok := s.word(i, s.g.lex.ending)
		if !ok {
			if to, ok = s.word(i, s.g.lex.endingDoor); ok {
				ok = slices.ContainsFunc(s.list, func(f found) bool { return f.from == to && f.Building != "" })
			}
		}
		if !ok || s.covered(i, to) {
			continue
		}
		if from := s.nameBefore(i); i-from >= 2 {
			m := mention{from: from, to: to, kind: strange}
			s.correct(&m)
			list = append(list, m)
		}
	}
	return list
}

// covered reports whether [from, to) touches a name that is known.
func (s *scene) covered(from, to int) bool {
	return slices.ContainsFunc(s.mentions, func(m mention) bool {
		return m.from < to && from < m.to || m.kind == estateName && m.to == from
	})
}

// longestName is how far back from its ending the name of a 小区 may begin.
const longestName = 6

// nameBefore walks back from the ending of a name to its beginning.
func (s *scene) nameBefore(i int) int {
	from := i
	for from > 0 && i-from < longestName && s.get(from-1) >= 0x4E00 && s.get(from-1) <= 0x9FFF {
		_, stop := s.before(from, s.g.lex.notName)
		known := slices.ContainsFunc(s.mentions, func(m mention) bool { return m.to == from })
		if stop || known {
			break
		}
		from--
	}
	return from
}

// choose picks the door the text is about and the name it belongs to; either
// may be nil. A place given as where the speaker lives gives way to another.
func (s *scene) choose() (*found, *mention) {
	var door *found
	for i := range s.list {
		f := &s.list[i]
		if better := door == nil || door.Building == "" && f.Building != "" || s.livesAt(door) && f.Building != "" && !s.livesAt(f); better {
			door = f
		}
	}
	if door != nil {
		s.complete(door)
		if m := s.nameOf(door); m != nil {
			return door, m
		}
		return door, nil
	}
	return nil, s.bestName()
}

// livesAt reports whether the door, or the name right before it, is where the
// speaker says to live.
func (s *scene) livesAt(f *found) bool {
	if s.lives(f.from) {
		return true
	}
	return slices.ContainsFunc(s.mentions, func(m mention) bool { return m.lives && m.to <= f.from && f.from-m.to <= 1 })
}

// complete adds a unit, floor or room said further on to the building chosen.
func (s *scene) complete(door *found) {
	behind := false
	for i := range s.list {
		f := &s.list[i]
		if f == door {
			behind = true
			continue
		}
		if !behind {
			continue
		}
		if f.Building != "" || door.Room != "" || f.from-door.to > 6 {
			return
		}
		fill(&door.Unit, f.Unit)
		fill(&door.Floor, f.Floor)
		fill(&door.Room, f.Room)
		door.to = f.to
	}
}

// fill sets an empty string.
func fill(s *string, value string) {
	if *s == "" {
		*s = value
	}
}

// nameOf is the name a door belongs to: the nearest 小区 before it, else the
// narrowest other name before it, else the best behind it.
func (s *scene) nameOf(f *found) *mention {
	var before, behind *mention
	for i := range s.mentions {
		m := &s.mentions[i]
		switch {
		case m.worth() == 0:
		case m.to <= f.from && (before == nil || m.kind >= min(before.kind, estateName)):
			before = m
		case m.from >= f.to && m.kind != strange && (behind == nil || m.kind > behind.kind):
			behind = m
		}
	}
	if before == nil || behind != nil && behind.kind > before.kind {
		return behind
	}
	return before
}

// worth orders names when no door is said: a 小区 we know, one we do not, then
// ever wider; one where the speaker only lives gives way. 0 says nothing alone.
func (m *mention) worth() int {
	n := map[kind]int{estateName: 12, strange: 11, gridName: 10, communityName: 8, roadName: 4}[m.kind]
	if m.lives {
		n -= 3
	}
	return n
}

// bestName is the name to go by when no door is said, the first of the worthiest.
func (s *scene) bestName() *mention {
	var best *mention
	for i := range s.mentions {
		if m := &s.mentions[i]; m.worth() > 0 && (best == nil || m.worth() > best.worth()) {
			best = m
		}
	}
	return best
}
