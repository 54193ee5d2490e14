package grid

import (
	"slices"
	"strconv"
)

// Gazetteer finds the place a resident means in what they wrote, and the
// micro-grid nearest to a position. It is immutable and safe for concurrent use.
type Gazetteer struct {
	d      *Directory
	names  names
	plates []plates // by position in the directory's areas
	lex    lexicon
	cells  map[cell][]int32
}

// plates are the buildings of one micro-grid.
type plates struct {
	spans []run // numbers, [lo, hi)
	names []string
}

// lexicon are the words around places, from words.txt.
type lexicon struct {
	home, live, spot, ending, endingDoor, notName, corner wordSet
}

// manyPlaces is the most places Find returns; what fits more is not a place but
// a question.
const manyPlaces = 6

// NewGazetteer indexes a directory.
func NewGazetteer(d *Directory) *Gazetteer {
	g := &Gazetteer{d: d, names: newNames(d), plates: make([]plates, len(d.areas))}
	for i, a := range d.areas {
		g.plates[i] = newPlates(a.Buildings)
	}
	g.lex = lexicon{
		home: byFirst("place.home"), spot: byFirst("place.spot"), ending: byFirst("place.ending"), endingDoor: byFirst("place.endingdoor"),
		live: byLast("place.live"), notName: byLast("place.notname"), corner: byFirst("place.corner"),
	}
	g.cells = newCells(d.areas)
	return g
}

// newPlates keeps ranges as ranges: a city has half a million buildings.
func newPlates(specs []string) plates {
	var p plates
	for _, spec := range specs {
		all, _ := expandBuildings(spec)
		for _, b := range all {
			n, err := strconv.Atoi(b)
			k := len(p.spans) - 1
			switch {
			case err != nil:
				p.names = append(p.names, b)
			case k >= 0 && p.spans[k].hi == int32(n):
				p.spans[k].hi++
			default:
				p.spans = append(p.spans, run{int32(n), int32(n) + 1})
			}
		}
	}
	return p
}

// holds reports whether the building is one of these.
func (p plates) holds(building string) bool {
	n, err := strconv.Atoi(building)
	if err != nil {
		return slices.Contains(p.names, building)
	}
	return slices.ContainsFunc(p.spans, func(r run) bool { return r.lo <= int32(n) && int32(n) < r.hi })
}

// none reports whether no buildings are listed at all.
func (p plates) none() bool { return len(p.spans)+len(p.names) == 0 }

// Find returns the place a text speaks of, best first; more than one only when
// the words fit several equally well, at most six. home is the micro-grid the
// speaker is bound to, or empty.
//
// A 小区, alias or road that is named counts for more than home, and a building
// with it picks the micro-grid that has the building. A building by itself is
// one of the 小区 of home; 我家楼下 and 我们小区 are home. A name with the form of a
// 小区's that is in no list is never home: the place has Text and no Area, and
// the speaker has to be asked. A name of three runes and more with one of them wrong
// is taken for the 小区 it is mistyped from, and of two roads that meet the place is
// where both pass. Nil means the text says nothing about a place.
func (g *Gazetteer) Find(text, home string) []Place {
	s := g.read(text, home)
	if door, primary := s.choose(); primary != nil {
		return s.named(door, primary)
	} else if door != nil {
		return s.byDoor(door)
	}
	for i := range s.r {
		if to, ok := s.word(i, s.g.lex.home); ok {
			return []Place{s.atHome(found{}, i, to)}
		}
	}
	return nil
}
