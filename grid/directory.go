package grid

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// Directory is an immutable snapshot of all areas and people, made for the size
// of a whole city (43,011 micro-grids, 23,015 people). It is safe for concurrent
// use. The slices inside the values it returns belong to it: read, don't write.
type Directory struct {
	areas   []Area           // each area is followed directly by everything inside it
	end     []int32          // end[i] is one past the last area inside areas[i]
	parent  []int32          // -1 at the top
	index   map[string]int32 // area ID → position in areas
	staff   []Staff          // ordered by ID
	person  map[string]int32 // staff ID → position in staff
	post    map[Post][]int32 // who holds it, ordered by ID; a department's also without its unit
	byName  map[namedIn][]int32
	standIn map[int32][]int32 // whose substitute a person is, ordered by ID
	shifts  map[int32][]shift // the weekly roster, by person
	shared  map[string]bool   // names that micro-grids of different communities have in common
	streets []string          // IDs, in the order of areas
}

// namedIn is a person's name within one street.
type namedIn struct{ street, name string }

// Ground is everything a directory is made of: three lists that an office keeps.
type Ground struct {
	Areas  []Area
	Staff  []Staff
	Roster []Shift
}

// Build checks the lists and keeps copies of them. IDs must be unique, a parent
// must exist and be at least one rung wider, everything below a street must lie
// in one, posts must be known roles in areas that exist, leaves whole days,
// substitutes other people of the list, phones mobile numbers, and a shift somebody's
// who has a post in its area. Every problem found is in the error, each a [*Problem].
func Build(g Ground) (*Directory, error) {
	at := make(map[string]int32, len(g.Areas))
	errs := slices.Concat(checkAreas(g.Areas, at), checkStaff(g.Staff, at), checkRoster(g, at))
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	d := &Directory{}
	d.placeAreas(g.Areas, at)
	d.shareNames()
	d.placeStaff(g.Staff)
	d.placeSubstitutes()
	if errs := d.placeRoster(g.Roster); len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return d, nil
}

// checkAreas returns everything wrong with the areas, and notes where each is.
func checkAreas(areas []Area, at map[string]int32) []error {
	var errs []error
	for i, a := range areas {
		errs = append(errs, areaProblems(a)...)
		if _, twice := at[a.ID]; twice {
			errs = append(errs, &Problem{"area_twice", a.ID, ""})
		}
		at[a.ID] = int32(i)
	}
	for i := range areas {
		if p := parentProblem(&areas[i], areas, at); p != nil {
			errs = append(errs, p)
		}
	}
	return errs
}

// parentProblem checks where an area hangs. A parent is strictly wider, so
// there can be no ring of areas.
func parentProblem(a *Area, areas []Area, at map[string]int32) error {
	if !a.Level.Valid() {
		return nil // said already
	}
	if a.Parent == "" {
		if Street.Above(a.Level) {
			return &Problem{"no_street", a.ID, ""}
		}
		return nil
	}
	i, ok := at[a.Parent]
	if !ok {
		return &Problem{"no_parent", a.ID, a.Parent}
	}
	switch p := &areas[i]; {
	case p.Level.Valid() && !p.Level.Above(a.Level):
		return &Problem{"parent_level", a.ID, a.Parent}
	case Street.Above(a.Level) && p.Level.Above(Street):
		return &Problem{"no_street", a.ID, ""}
	}
	return nil
}

// checkStaff returns everything wrong with the people and their posts.
func checkStaff(staff []Staff, areas map[string]int32) []error {
	var errs []error
	seen := make(map[string]bool, len(staff))
	for _, s := range staff {
		errs = append(errs, staffProblems(s)...)
		if seen[s.ID] {
			errs = append(errs, &Problem{"staff_twice", s.ID, ""})
		}
		seen[s.ID] = true
		for _, p := range s.Posts {
			if _, ok := areas[p.Area]; !ok {
				errs = append(errs, &Problem{"post_area", s.ID, p.Area})
			}
		}
	}
	for _, s := range staff {
		for _, id := range s.Substitutes {
			if !seen[id] || id == s.ID {
				errs = append(errs, &Problem{"substitute", s.ID, id})
			}
		}
	}
	return errs
}

// placeAreas lays the areas out so that what is inside an area is one run. It is
// told where each was given, and keeps that map with the new places. A city is
// rebuilt while it is served, so nothing is copied that need not be.
func (d *Directory) placeAreas(areas []Area, at map[string]int32) {
	first, next := nesting(areas, at)
	d.index, d.areas = at, make([]Area, 0, len(areas))
	d.parent, d.end = make([]int32, 0, len(areas)), make([]int32, len(areas))
	var place func(given, parent int32)
	place = func(given, parent int32) {
		here, a := int32(len(d.areas)), areas[given]
		a.Aliases, a.Roads, a.Buildings = slices.Clone(a.Aliases), slices.Clone(a.Roads), slices.Clone(a.Buildings)
		a.Level = Levels()[a.Level.rung()]
		if parent >= 0 {
			a.Parent = d.areas[parent].ID // the same string, not one of its own
		}
		d.areas, d.parent = append(d.areas, a), append(d.parent, parent)
		if a.Level == Street {
			d.streets = append(d.streets, a.ID)
		}
		for child := first[given]; child >= 0; child = next[child] {
			place(child, here)
		}
		d.end[here] = int32(len(d.areas))
	}
	for top := first[len(areas)]; top >= 0; top = next[top] {
		place(top, -1)
	}
	for i := range d.areas {
		d.index[d.areas[i].ID] = int32(i)
	}
}

// nesting lists what is directly inside each area: the first of them, and after
// each the next, -1 for none. The last entry of first is for the areas at the top.
func nesting(areas []Area, at map[string]int32) (first, next []int32) {
	first, next = make([]int32, len(areas)+1), make([]int32, len(areas))
	for i := range first {
		first[i] = -1
	}
	for i := int32(len(areas)) - 1; i >= 0; i-- {
		around := int32(len(areas))
		if p := areas[i].Parent; p != "" {
			around = at[p]
		}
		next[i], first[around] = first[around], i
	}
	return first, next
}

// placeStaff keeps the people in the order of their IDs and indexes their posts.
func (d *Directory) placeStaff(staff []Staff) {
	d.staff = slices.Clone(staff)
	slices.SortFunc(d.staff, func(a, b Staff) int { return strings.Compare(a.ID, b.ID) })
	d.person = make(map[string]int32, len(staff))
	d.post = make(map[Post][]int32, len(staff))
	d.byName = make(map[namedIn][]int32, len(staff))
	for i, s := range d.staff {
		at := int32(i)
		d.staff[i].Posts, d.staff[i].Leaves, d.staff[i].Substitutes = slices.Clone(s.Posts), slices.Clone(s.Leaves), slices.Clone(s.Substitutes)
		d.person[s.ID] = at
		for k, p := range d.staff[i].Posts {
			p.Area = d.areas[d.index[p.Area]].ID // the same string, not one of its own
			d.staff[i].Posts[k] = p
			d.post[p] = appendOnce(d.post[p], at)
			if p.Unit != "" {
				p.Unit = ""
				d.post[p] = appendOnce(d.post[p], at)
			}
			key := namedIn{d.StreetOf(p.Area), s.Name}
			d.byName[key] = appendOnce(d.byName[key], at)
		}
	}
}

// placeSubstitutes notes for everybody whose substitute they are.
func (d *Directory) placeSubstitutes() {
	d.standIn = make(map[int32][]int32)
	for i, s := range d.staff {
		for _, id := range s.Substitutes {
			at := d.person[id]
			d.standIn[at] = appendOnce(d.standIn[at], int32(i))
		}
	}
}

// appendOnce appends to an ordered list unless n is its last entry already.
func appendOnce(list []int32, n int32) []int32 {
	if len(list) > 0 && list[len(list)-1] == n {
		return list
	}
	return append(list, n)
}

// Area returns the area with this ID.
func (d *Directory) Area(id string) (Area, bool) {
	i, ok := d.index[id]
	if !ok {
		return Area{}, false
	}
	return d.areas[i], true
}

// Areas returns every area, each followed by what lies inside it.
func (d *Directory) Areas() []Area { return slices.Clone(d.areas) }

// Streets returns the IDs of all streets, in the order of Areas.
func (d *Directory) Streets() []string { return d.streets }

// Children returns the areas directly inside this one, in the order they were given.
func (d *Directory) Children(id string) []Area {
	at, ok := d.index[id]
	if !ok {
		return nil
	}
	var list []Area
	for i := at + 1; i < d.end[at]; i = d.end[i] {
		list = append(list, d.areas[i])
	}
	return list
}

// Path returns the way down to an area: its street, and each rung until the
// area itself. An area wider than a street is its own path; nil if unknown.
func (d *Directory) Path(id string) []Area {
	at, ok := d.index[id]
	if !ok {
		return nil
	}
	path := []Area{d.areas[at]}
	for i := d.parent[at]; i >= 0 && !d.areas[i].Level.Above(Street); i = d.parent[i] {
		path = append(path, d.areas[i])
	}
	slices.Reverse(path)
	return path
}

// Up returns the area of the given level that holds this one, which may be the
// area itself; false if there is none.
func (d *Directory) Up(id string, l Level) (Area, bool) {
	at, ok := d.index[id]
	for i := at; ok && i >= 0; i = d.parent[i] {
		if d.areas[i].Level == l {
			return d.areas[i], true
		}
	}
	return Area{}, false
}

// StreetOf returns the ID of the street an area lies in, empty for an unknown
// area and for one wider than a street.
func (d *Directory) StreetOf(id string) string {
	a, _ := d.Up(id, Street)
	return a.ID
}

// holds reports whether area i is area j or lies around it.
func (d *Directory) holds(i, j int32) bool { return i <= j && j < d.end[i] }

// Contains reports whether the area inner is outer or lies inside it.
func (d *Directory) Contains(outer, inner string) bool {
	i, ok := d.index[outer]
	j, ok2 := d.index[inner]
	return ok && ok2 && d.holds(i, j)
}

// common returns the narrowest area that holds both, -1 if there is none.
func (d *Directory) common(i, j int32) int32 {
	for i >= 0 && !d.holds(i, j) {
		i = d.parent[i]
	}
	return i
}

// Gaps lists the posts that ought to be filled and are not: grids without a
// 网格长 or a 专职网格员, streets without a dispatcher. Leave is not a gap.
func (d *Directory) Gaps() []Gap {
	needed := map[Level][]Role{Grid: {GridHead, FullTime}, Street: {Dispatcher}}
	var gaps []Gap
	for _, a := range d.areas {
		for _, r := range needed[a.Level] {
			if len(d.post[Post{Role: r, Area: a.ID}]) == 0 {
				gaps = append(gaps, Gap{a.ID, d.fromStreet(a), r})
			}
		}
	}
	slices.SortStableFunc(gaps, func(a, b Gap) int { return cmp.Compare(a.Area, b.Area) })
	return gaps
}
