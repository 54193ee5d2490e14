package grid

import "slices"

// widestGap is how many runes may stand between a name and its door for both to
// be one stretch of text: 幸福里小区北门口的3幢.
const widestGap = 8

// place begins a Place with what the door says and the span of the words.
func (s *scene) place(door *found, from, to int) Place {
	var p Place
	if door != nil {
		p = Place{Building: door.Building, Unit: door.Unit, Floor: door.Floor, Room: door.Room}
	}
	if next, ok := s.word(to, s.g.lex.spot); ok {
		to = next
	}
	p.Start, p.End = int(s.at[from]), int(s.at[to])
	p.Text = s.text[p.Start:p.End]
	return p
}

// stretch is the span of a name and its door, of the name alone when they are
// far apart.
func stretch(door *found, m *mention) (int, int) {
	from, to := m.from, m.to
	if door != nil && door.from-m.to <= widestGap && m.from-door.to <= widestGap {
		from, to = min(from, door.from), max(to, door.to)
	}
	return from, to
}

// named resolves a name with the door said beside it, which may be nil.
func (s *scene) named(door *found, m *mention) []Place {
	m = s.crossing(m)
	from, to := stretch(door, m)
	p := s.place(door, from, to)
	if m.kind == strange {
		return []Place{p}
	}
	all := s.microgrids(m.runs)
	fits, exact := s.withBuilding(all, p.Building)
	fits = s.nearest(s.narrowed(fits, m))
	return s.settle(p, fits, exact)
}

// byDoor resolves a door without a name inside the 小区 of home.
func (s *scene) byDoor(door *found) []Place {
	p := s.place(door, door.from, door.to)
	if s.home < 0 {
		return []Place{p}
	}
	if p.Building == "" {
		return []Place{s.atHome(*door, door.from, door.to)}
	}
	fits, exact := s.withBuilding(s.estate(), p.Building)
	return s.settle(p, fits, exact)
}

// atHome is the place of someone who speaks of their own home; without a known
// home only the words and the door remain.
func (s *scene) atHome(door found, from, to int) Place {
	p := s.place(&door, from, to)
	if s.home >= 0 {
		s.put(&p, s.home)
	}
	return p
}

// put sets the area of a place, and the micro-grid if the area is one.
func (s *scene) put(p *Place, i int32) {
	a := s.g.d.areas[i]
	p.Area = a.ID
	if a.Level == Microgrid {
		p.Microgrid = a.ID
	}
}

// manyAreas is how many areas of one name are looked at one by one; a name in
// more places than that is first cut down to the street of home.
const manyAreas = 4000

// microgrids lists the micro-grids in the runs; a run without any stands for itself.
func (s *scene) microgrids(runs []run) []int32 {
	size := int32(0)
	for _, r := range runs {
		size += r.hi - r.lo
	}
	if street, ok := s.around(s.home, Street); ok && size > manyAreas {
		if near := overlap(runs, []run{street}); len(near) > 0 {
			runs = near
		}
	}
	list := make([]int32, 0, min(size, manyAreas))
	for _, r := range runs {
		before := len(list)
		for i := r.lo; i < r.hi; i++ {
			if s.g.d.areas[i].Level == Microgrid {
				list = append(list, i)
			}
		}
		if len(list) == before {
			list = append(list, r.lo)
		}
	}
	return list
}

// around is the run of the area of the given level that holds area i.
func (s *scene) around(i int32, l Level) (run, bool) {
	for ; i >= 0; i = s.g.d.parent[i] {
		if s.g.d.areas[i].Level == l {
			return run{i, s.g.d.end[i]}, true
		}
	}
	return run{}, false
}

// estate lists the micro-grids of the 小区 of home: those of its name in its community.
func (s *scene) estate() []int32 {
	name := s.g.d.areas[s.home].Name
	w, to := s.g.names.at(newLine(name), 0)
	whole, ok := s.around(s.home, Community)
	if w == nil || to < len([]rune(name)) || !ok {
		return []int32{s.home}
	}
	list := s.microgrids(overlap(w.runs, []run{whole}))
	return slices.DeleteFunc(list, func(i int32) bool { return i != s.home && s.g.d.areas[i].Name != name })
}

// withBuilding keeps the micro-grids that have the building. If none has, those
// without a list of buildings might; if there are none of those either, all
// remain and nothing is exact.
func (s *scene) withBuilding(all []int32, building string) (fits []int32, exact bool) {
	if building == "" {
		return all, false
	}
	keep := func(ok func(plates) bool) []int32 {
		var list []int32
		for _, i := range all {
			if ok(s.g.plates[i]) {
				list = append(list, i)
			}
		}
		return list
	}
	if list := keep(func(p plates) bool { return p.holds(building) }); len(list) > 0 {
		return list, true
	}
	if list := keep(plates.none); len(list) > 0 {
		return list, false
	}
	return all, false
}

// narrowed keeps what also lies in the other names of the text, as far as
// anything is left: a road, a community, 一期.
func (s *scene) narrowed(fits []int32, m *mention) []int32 {
	for i := range s.mentions {
		other := &s.mentions[i]
		if other == m || other.kind == strange || other.kind == m.kind || other.lives {
			continue
		}
		fits = within(fits, other.runs)
	}
	return fits
}

// nearest keeps what lies in the community of home, else in its street, else all.
func (s *scene) nearest(fits []int32) []int32 {
	for _, l := range []Level{Community, Street} {
		if r, ok := s.around(s.home, l); ok {
			if near := within(fits, []run{r}); len(near) < len(fits) {
				return near
			}
		}
	}
	return fits
}

// within keeps the areas that lie in one of the runs, or all if none does.
func within(fits []int32, runs []run) []int32 {
	var list []int32
	for _, i := range fits {
		at, _ := slices.BinarySearchFunc(runs, i, func(r run, i int32) int {
			if r.hi <= i {
				return -1
			}
			return 1
		})
		if at < len(runs) && runs[at].lo <= i {
			list = append(list, i)
		}
	}
	if len(list) == 0 {
		return fits
	}
	return list
}

// settle turns the micro-grids that fit into places.
func (s *scene) settle(p Place, fits []int32, exact bool) []Place {
	p.Exact = exact
	unlisted := p.Building != "" && !exact && !slices.ContainsFunc(fits, func(i int32) bool { return s.g.plates[i].none() })
	switch {
	case unlisted:
		return s.wide(p, fits)
	case len(fits) == 1:
		s.put(&p, fits[0])
		return []Place{p}
	case slices.Contains(fits, s.home):
		s.put(&p, s.home)
		return []Place{p}
	case exact && len(fits) <= manyPlaces:
		return s.each(p, fits)
	}
	p.Exact = false
	return s.wide(p, fits)
}

// each makes one place of every area.
func (s *scene) each(p Place, areas []int32) []Place {
	list := make([]Place, 0, len(areas))
	for _, i := range areas {
		q := p
		s.put(&q, i)
		list = append(list, q)
	}
	return list
}

// wide makes one place of each community touched: the narrowest area in it that
// holds all that fits, and no micro-grid where there is a grid around it, for its
// building would have been named. Too many communities are no place at all.
func (s *scene) wide(p Place, fits []int32) []Place {
	var areas []int32
	top := int32(-1)
	for _, i := range fits {
		if up := s.g.d.parent[i]; s.g.d.areas[i].Level == Microgrid && Street.Above(s.g.d.areas[up].Level) {
			i = up
		}
		if top >= 0 && s.g.d.holds(top, i) {
			last := len(areas) - 1
			areas[last] = s.g.d.common(areas[last], i)
			continue
		}
		top = s.top(i)
		areas = append(areas, i)
	}
	if len(areas) > manyPlaces {
		return []Place{p}
	}
	return s.each(p, areas)
}

// top is the widest area around i that is narrower than a street.
func (s *scene) top(i int32) int32 {
	for up := s.g.d.parent[i]; up >= 0 && Street.Above(s.g.d.areas[up].Level); up = s.g.d.parent[i] {
		i = up
	}
	return i
}
