package grid

import "slices"

// Staff returns the person with this ID.
func (d *Directory) Staff(id string) (Staff, bool) {
	i, ok := d.person[id]
	if !ok {
		return Staff{}, false
	}
	return d.staff[i], true
}

// People returns everybody, ordered by ID.
func (d *Directory) People() []Staff { return slices.Clone(d.staff) }

// StaffNamed returns the people of that name with a post in the street, ordered
// by ID; more than one when two people share a name.
func (d *Directory) StaffNamed(street, name string) []Staff {
	return d.people(d.byName[namedIn{street, name}])
}

// At returns who holds the role in exactly this area, ordered by ID, those on
// leave included.
func (d *Directory) At(area string, role Role) []Staff {
	return d.people(d.post[Post{Role: role, Area: area}])
}

// Dispatchers returns the dispatchers of a street, ordered by ID, those on leave included.
func (d *Directory) Dispatchers(street string) []Staff { return d.At(street, Dispatcher) }

// people looks positions up.
func (d *Directory) people(at []int32) []Staff {
	var list []Staff
	for _, i := range at {
		list = append(list, d.staff[i])
	}
	return list
}

// Has reports whether the person holds the role in this area or in one around it.
func (d *Directory) Has(staffID string, role Role, area string) bool {
	return slices.Contains(d.RolesIn(staffID, area), role)
}

// RolesIn returns the roles the person holds in this area or in one around it,
// highest rank first, each once.
func (d *Directory) RolesIn(staffID, area string) []Role {
	s, _ := d.Staff(staffID)
	var roles []Role
	for _, p := range s.Posts {
		if d.Contains(p.Area, area) && !slices.Contains(roles, p.Role) {
			roles = append(roles, p.Role)
		}
	}
	slices.SortStableFunc(roles, func(a, b Role) int { return b.Rank() - a.Rank() })
	return roles
}

// Ladder returns who may be given a new task of a grid, in the order of
// assignment: its 专职网格员, its 兼职网格员, its 网格长, the dispatchers of the
// street. People on leave and groups without anybody are left out; the caller
// picks the least loaded inside a group. Given a micro-grid, the grid around it
// counts; given anything wider, only the dispatchers remain. Nil means nobody
// at all is on duty, which the caller must tell the operator.
func (d *Directory) Ladder(gridID string) [][]Staff {
	var groups [][]Staff
	add := func(staff []Staff) {
		if on := present(staff, ""); len(on) > 0 {
			groups = append(groups, on)
		}
	}
	if g, ok := d.Up(gridID, Grid); ok {
		add(d.At(g.ID, FullTime))
		add(d.At(g.ID, PartTime))
		add(d.At(g.ID, GridHead))
	}
	add(d.Dispatchers(d.StreetOf(gridID)))
	return groups
}

// present drops those on leave and the person named by except.
func present(staff []Staff, except string) []Staff {
	return slices.DeleteFunc(staff, func(s Staff) bool { return s.Away || s.ID == except })
}

// Superiors returns who is one rung above the person for matters of this grid:
// 网格员 → 网格长 → 社区书记 → street dispatcher, who is the last. The rung counts
// from the highest role the person holds there; somebody without one (or an
// empty ID) starts below the 网格长. A rung where nobody but the person is
// present is passed over. Nil means there is nobody above.
func (d *Directory) Superiors(staffID, gridID string) []Staff {
	rank := 0
	if roles := d.RolesIn(staffID, gridID); len(roles) > 0 {
		rank = roles[0].Rank()
	}
	for _, rung := range []struct {
		role  Role
		level Level
	}{{GridHead, Grid}, {Secretary, Community}, {Dispatcher, Street}} {
		a, ok := d.Up(gridID, rung.level)
		if !ok || rung.role.Rank() <= rank {
			continue
		}
		if on := present(d.At(a.ID, rung.role), staffID); len(on) > 0 {
			return on
		}
	}
	return nil
}
