package grid

import "strings"

// FullName is an area's name as a person outside it needs it: from the
// community down, 幸福里社区第三网格, and for a micro-grid with its buildings,
// 幸福里社区第三网格幸福里小区1-4幢. A street and anything wider is its own name.
// It is empty for an unknown area.
func (d *Directory) FullName(id string) string {
	var b strings.Builder
	for _, a := range d.Path(id) {
		if a.Level.Above(Community) && a.ID != id {
			continue
		}
		b.WriteString(strings.TrimPrefix(a.Name, b.String()))
		if a.Level == Microgrid {
			b.WriteString(buildingsName(a))
		}
	}
	return b.String()
}

// fromStreet is an area's full name behind the name of its street, for lists that
// hold more than one street.
func (d *Directory) fromStreet(a Area) string {
	street, ok := d.Up(a.ID, Street)
	if !ok || street.ID == a.ID {
		return a.Name
	}
	return street.Name + " " + d.FullName(a.ID)
}

// buildingsName tells micro-grids of one 小区 apart: 1-4、6幢.
func buildingsName(a Area) string {
	if len(a.Buildings) == 0 {
		return ""
	}
	list := strings.Join(a.Buildings, words["name.between"])
	if last := a.Buildings[len(a.Buildings)-1]; !endsInDigit(last) {
		return list
	}
	return say("name.buildings", list)
}

// endsInDigit reports whether s ends in a Western digit.
func endsInDigit(s string) bool {
	return s != "" && s[len(s)-1] >= '0' && s[len(s)-1] <= '9'
}

// shareNames finds the 小区 whose name does not say which community they are in.
func (d *Directory) shareNames() {
	d.shared = make(map[string]bool)
	first := make(map[string]string)
	for _, a := range d.areas {
		if a.Level != Microgrid {
			continue
		}
		c, _ := d.Up(a.ID, Community)
		if other, seen := first[a.Name]; seen && other != c.ID {
			d.shared[a.Name] = true
		}
		first[a.Name] = c.ID
	}
}

// PlaceName is a place as it is told back to people: 幸福里小区3幢2单元, with the
// floor but never the room, because others read it too. The community stands
// before a name that another community has as well. Without a known area it is
// what the person wrote, as [Place.Public] leaves it.
func (d *Directory) PlaceName(p Place) string {
	a, ok := d.Area(p.Area)
	if !ok {
		return p.Public()
	}
	name := a.Name
	switch {
	case a.Level != Microgrid:
		name = d.FullName(a.ID)
	case d.shared[name]:
		c, _ := d.Up(a.ID, Community)
		name = c.Name + name
	}
	part := func(key, value string) {
		if value != "" {
			name += say(key, value)
		}
	}
	if house(p) {
		part("name.house", p.Building)
	} else {
		part("name.building", p.Building)
	}
	part("name.unit", p.Unit)
	part("name.floor", p.Floor)
	return name
}

// house reports whether the person gave a house number, 17号, not a building's.
func house(p Place) bool {
	_, behind, ok := strings.Cut(fold(p.Text), p.Building+"号")
	return ok && p.Building != "" && !strings.HasPrefix(behind, "楼") && !strings.HasPrefix(behind, "幢") && !strings.HasPrefix(behind, "栋")
}

// Public is the place in the person's words without the number of a room, which is
// for whoever works on it: 翡翠湾12-1-301 is 翡翠湾12-1.
func (p Place) Public() string {
	l := newLine(p.Text)
	doors := l.doors(func(int) bool { return true })
	out := p.Text
	for i := len(doors) - 1; i >= 0; i-- {
		d := doors[i]
		if d.Room == "" {
			continue
		}
		from := d.from
		for at := d.to - 1; at >= d.from; at-- {
			if n := l.number(at); n.value == d.Room || trimZeros(string(l.r[at:min(at+len(d.Room), len(l.r))])) == d.Room {
				from = at
				if l.begins(at) {
					break
				}
			}
		}
		for from > d.from && strings.ContainsRune("- ,，的/、", l.get(from-1)) {
			from--
		}
		out = out[:l.at[from]] + out[d.End:]
	}
	return out
}
