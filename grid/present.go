package grid

import (
	"slices"
	"time"
)

// Duty is the directory at one moment: who is there to act. It is a small value,
// made for one decision and thrown away. Its lists are the caller's own; the same
// moment always gives the same lists.
//
// Three rules hold everywhere. Nobody on leave is in a list. Somebody on leave is
// replaced by the first of their substitutes who is present, if any. And where a
// roster is kept, only those whose shift it is are in a list, unless that would
// leave it empty: then everybody present is, so that no task waits without an
// owner.
type Duty struct {
	dir     *Directory
	now     time.Time
	weekday time.Weekday
	clock   time.Duration // since midnight
}

// On is the directory at a moment.
func (d *Directory) On(now time.Time) Duty {
	t := now.In(shanghai)
	h, m, s := t.Clock()
	return Duty{d, now, t.Weekday(), clock(h, m) + time.Duration(s)*time.Second}
}

// Present reports whether a person is not on leave. Shifts do not matter here:
// somebody off duty may still be named.
func (t Duty) Present(s Staff) bool {
	return !s.Away && !slices.ContainsFunc(s.Leaves, func(l Leave) bool { return l.Holds(t.now) })
}

// nobody stands for no position.
const nobody int32 = -1

// acting is who acts for a person: themselves, or their substitute while they are
// on leave, or nobody.
func (t Duty) acting(at int32) int32 {
	s := &t.dir.staff[at]
	if t.Present(*s) {
		return at
	}
	for _, id := range s.Substitutes {
		if sub := t.dir.person[id]; t.Present(t.dir.staff[sub]) {
			return sub
		}
	}
	return nobody
}

// shift tells whether a person is on a roster for an area, and whether it is
// their turn.
func (t Duty) shift(at, area int32) (rostered, on bool) {
	for _, s := range t.dir.shifts[at] {
		if t.dir.holds(s.area, area) {
			rostered = true
			on = on || s.covers(t.weekday, t.clock)
		}
	}
	return rostered, on
}

// holders appends who acts for those who hold a post, ordered by ID, to list.
func (t Duty) holders(list []int32, p Post) []int32 {
	held := t.dir.post[p]
	if len(held) == 0 {
		return list
	}
	from, area, rostered := len(list), t.dir.index[p.Area], false
	for _, at := range held {
		listed, on := t.shift(at, area)
		rostered = rostered || listed
		if who := t.acting(at); on && who != nobody {
			list = append(list, who)
		}
	}
	if !rostered || len(list) == from {
		for _, at := range held {
			if who := t.acting(at); who != nobody {
				list = append(list, who)
			}
		}
	}
	slices.Sort(list[from:]) // positions are in the order of IDs
	return list[:from+len(slices.Compact(list[from:]))]
}

// rung lists who acts for those who hold a role in an area.
func (t Duty) rung(role Role, area string) []Staff {
	var few [8]int32
	return t.dir.people(t.holders(few[:0], Post{Role: role, Area: area}))
}

// Ladder returns who may be given a new task of a grid, in the order of
// assignment: its 专职网格员, its 兼职网格员, its 网格长, the dispatchers of the
// street. Rungs without anybody are left out; the caller picks the least loaded
// of a rung, and leaves out whom the task concerns. Given a micro-grid, the grid
// around it counts; given anything wider, only the dispatchers remain. Nil means
// nobody at all is present, which the caller must tell the operator.
func (t Duty) Ladder(area string) [][]Staff {
	rungs := make([][]Staff, 0, 4)
	add := func(role Role, area string) {
		if on := t.rung(role, area); len(on) > 0 {
			rungs = append(rungs, on)
		}
	}
	if g, ok := t.dir.Up(area, Grid); ok {
		add(FullTime, g.ID)
		add(PartTime, g.ID)
		add(GridHead, g.ID)
	}
	add(Dispatcher, t.dir.StreetOf(area))
	if len(rungs) == 0 {
		return nil
	}
	return rungs
}

// Dispatchers returns who is at the desk of a street, ordered by ID.
func (t Duty) Dispatchers(street string) []Staff { return t.rung(Dispatcher, street) }

// Superiors returns who is one rung above the person for matters of this area:
// 网格员 → 网格长 → 社区书记 → street dispatcher, who is the last. The rung counts
// from the highest of the person's [Duty.RolesIn], those of whom they stand in for
// included, so climbing from one of a rung always leads higher. Somebody without
// a role there (or an empty ID) starts below the 网格长. A rung without anybody is
// passed over. Nil means there is nobody above.
func (t Duty) Superiors(staffID, area string) []Staff {
	rank := 0
	if roles := t.RolesIn(staffID, area); len(roles) > 0 {
		rank = roles[0].Rank()
	}
	for _, rung := range [...]struct {
		role  Role
		level Level
	}{{GridHead, Grid}, {Secretary, Community}, {Dispatcher, Street}} {
		a, ok := t.dir.Up(area, rung.level)
		if !ok || rung.role.Rank() <= rank {
			continue
		}
		if on := t.rung(rung.role, a.ID); len(on) > 0 {
			return on
		}
	}
	return nil
}

// RolesIn returns the roles a person acts in, in this area or one around it,
// highest rank first, each once: their own, and those of everybody on leave whom
// they stand in for at this moment.
func (t Duty) RolesIn(staffID, area string) []Role {
	roles := t.dir.RolesIn(staffID, area)
	me, ok := t.dir.person[staffID]
	if !ok {
		return nil
	}
	for _, at := range t.dir.standIn[me] {
		if t.acting(at) != me {
			continue
		}
		for _, r := range t.dir.RolesIn(t.dir.staff[at].ID, area) {
			if !slices.Contains(roles, r) {
				roles = append(roles, r)
			}
		}
	}
	slices.SortStableFunc(roles, func(a, b Role) int { return b.Rank() - a.Rank() })
	return roles
}

// Has reports whether a person acts in the role in this area or in one around it.
func (t Duty) Has(staffID string, role Role, area string) bool {
	return slices.Contains(t.RolesIn(staffID, area), role)
}
