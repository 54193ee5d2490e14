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
