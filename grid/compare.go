package grid

import "slices"

// Difference is what a new directory changes: counts are the lengths of its lists.
// Areas and people are in the order of the new directory, what is gone in that of
// the old. An area that was both renamed and moved is in both lists.
type Difference struct {
	AreasAdded, AreasRemoved []Area
	// AreasRenamed have another name, AreasMoved another parent, AreasEdited another
	// level, other aliases, roads or buildings, or another position.
	AreasRenamed, AreasMoved, AreasEdited []AreaChange
	StaffAdded, StaffRemoved              []Staff
	StaffRenamed                          []StaffChange
	// PostsGained and PostsLost are of people who are in both directories.
	PostsGained, PostsLost []StaffPost
	// LeaveChanged are people who are on leave on other days, or until further
	// notice, or no longer; SubstitutesChanged have others who stand in; PhoneChanged
	// have another number, or one for the first time, or none any more.
	LeaveChanged, SubstitutesChanged, PhoneChanged []StaffChange
	ShiftsAdded, ShiftsRemoved                     []Shift
}

// AreaChange is an area before and after.
type AreaChange struct{ Before, After Area }

// StaffChange is a person before and after.
type StaffChange struct{ Before, After Staff }

// StaffPost is one post of one person.
type StaffPost struct {
	Staff Staff
	Post  Post
}

// Total is how many changes there are; 0 means that an import would change nothing.
func (d Difference) Total() int {
	return len(d.AreasAdded) + len(d.AreasRemoved) + len(d.AreasRenamed) + len(d.AreasMoved) + len(d.AreasEdited) +
		len(d.StaffAdded) + len(d.StaffRemoved) + len(d.StaffRenamed) + len(d.PostsGained) + len(d.PostsLost) +
		len(d.LeaveChanged) + len(d.SubstitutesChanged) + len(d.PhoneChanged) + len(d.ShiftsAdded) + len(d.ShiftsRemoved)
}

// Compare tells what changes when the directory before is replaced by after.
// Everything is known by its ID: with another ID it is another area or person.
func Compare(before, after *Directory) Difference {
	var d Difference
	for _, a := range after.areas {
		if old, ok := before.Area(a.ID); ok {
			d.area(AreaChange{old, a})
		} else {
			d.AreasAdded = append(d.AreasAdded, a)
		}
	}
	for _, s := range after.staff {
		if old, ok := before.Staff(s.ID); ok {
			d.person(StaffChange{old, s})
		} else {
			d.StaffAdded = append(d.StaffAdded, s)
		}
	}
	d.AreasRemoved = missing(before.areas, func(a Area) bool { _, ok := after.index[a.ID]; return ok })
	d.StaffRemoved = missing(before.staff, func(s Staff) bool { _, ok := after.person[s.ID]; return ok })
	d.ShiftsAdded, d.ShiftsRemoved = compareRosters(before.Roster(), after.Roster())
	return d
}

// missing are those of a list that are not known any more.
func missing[T any](list []T, known func(T) bool) []T {
	var gone []T
	for _, v := range list {
		if !known(v) {
			gone = append(gone, v)
		}
	}
	return gone
}

// area notes what changed in an area.
func (d *Difference) area(c AreaChange) {
	a, b := c.Before, c.After
	if a.Name != b.Name {
		d.AreasRenamed = append(d.AreasRenamed, c)
	}
	if a.Parent != b.Parent {
		d.AreasMoved = append(d.AreasMoved, c)
	}
	if a.Level != b.Level || a.Lat != b.Lat || a.Lon != b.Lon || !a.Boundary.Equal(b.Boundary) || !slices.Equal(a.Aliases, b.Aliases) ||
		!slices.Equal(a.Roads, b.Roads) || !slices.Equal(a.Buildings, b.Buildings) {
		d.AreasEdited = append(d.AreasEdited, c)
	}
}

// person notes what changed in a person.
func (d *Difference) person(c StaffChange) {
	a, b := c.Before, c.After
	if a.Name != b.Name {
		d.StaffRenamed = append(d.StaffRenamed, c)
	}
	for _, p := range missing(b.Posts, func(p Post) bool { return slices.Contains(a.Posts, p) }) {
		d.PostsGained = append(d.PostsGained, StaffPost{b, p})
	}
	for _, p := range missing(a.Posts, func(p Post) bool { return slices.Contains(b.Posts, p) }) {
		d.PostsLost = append(d.PostsLost, StaffPost{a, p})
	}
	if a.Away != b.Away || !slices.EqualFunc(a.Leaves, b.Leaves, Leave.same) {
		d.LeaveChanged = append(d.LeaveChanged, c)
	}
	if !slices.Equal(a.Substitutes, b.Substitutes) {
		d.SubstitutesChanged = append(d.SubstitutesChanged, c)
	}
	if a.Phone != b.Phone {
		d.PhoneChanged = append(d.PhoneChanged, c)
	}
}

// compareRosters tells the shifts of each roster that the other has not; one
// entered twice counts twice.
func compareRosters(before, after []Shift) (added, removed []Shift) {
	count := make(map[Shift]int, len(before))
	for _, s := range before {
		count[s]++
	}
	for _, s := range after {
		if count[s]--; count[s] < 0 {
			added = append(added, s)
		}
	}
	for _, s := range slices.Backward(before) {
		if count[s] > 0 {
			count[s]--
			removed = append(removed, s)
		}
	}
	slices.Reverse(removed)
	return added, removed
}
