package sample

import (
	"slices"
	"strconv"
	"strings"
)

// The rungs of the ladder, as places in the list "level" of city.txt.
const (
	cityLevel = iota
	countyLevel
	streetLevel
	communityLevel
	gridLevel
	microgridLevel
)

// emergencies are numbers that no street has for its id: 110-1001 would be a task
// and sound like the police.
func emergencies() []int { return []int{110, 119, 120, 122} }

// point is a place on the map, in degrees.
type point struct{ lat, lon float64 }

// near is a point within d degrees of p.
func (c *city) near(p point, d float64) point {
	return point{p.lat + (c.r.Float64()*2-1)*d, p.lon + (c.r.Float64()*2-1)*d}
}

// area writes one row. A zero point leaves the position open.
func (c *city) area(level int, id, name, parent string, at point, lists ...string) {
	lat, lon := "", ""
	if at != (point{}) {
		lat, lon = strconv.FormatFloat(at.lat, 'f', 4, 64), strconv.FormatFloat(at.lon, 'f', 4, 64)
	}
	lists = append(lists, make([]string, 3-len(lists))...)
	c.areas.row(id, c.words["level"][level], name, parent, lists[0], lists[1], lists[2], lat, lon)
}

// build lays out the city from its name down to the last micro-grid.
func (c *city) build() {
	centre := point{28.70, 121.05}
	c.area(cityLevel, "city", c.words["city"][0], "", centre)
	communities, grids := c.split(CityCommunities, CityStreets), c.split(CityGrids, CityCommunities)
	c.microgrids = c.split(CityMicrogrids, CityGrids)
	number := 0
	for i, streets := range c.split(CityStreets, CityCounties) {
		county, at := "county"+strconv.Itoa(i+1), c.near(centre, 0.4)
		c.area(countyLevel, county, c.called(c.words["county"][i]), "city", at)
		for range streets {
			for number++; slices.Contains(emergencies(), number); number++ {
			}
			n := communities[len(c.ground)]
			c.street(strconv.Itoa(number), county, c.near(at, 0.2), grids[:n])
			grids = grids[n:]
		}
	}
}

// street lays out a street with so many grids in each of its communities.
func (c *city) street(id, county string, at point, grids []int) {
	c.area(streetLevel, id, c.name("street"), county, at)
	p := precinct{id: id}
	taken := make(map[string]bool)
	for i, n := range grids {
		kind := c.pick("community")
		name := c.called(kind)
		for taken[name] {
			name = c.called(kind)
		}
		taken[name] = true
		q := quarter{id: id + "-" + number(i+1)}
		around := c.near(at, 0.03)
		c.area(communityLevel, q.id, name, id, around)
		for g := range n {
			q.grids = append(q.grids, c.grid(g, q.id, kind == c.words["community"][0], around))
		}
		p.communities = append(p.communities, q)
	}
	c.ground = append(c.ground, p)
}

// grid lays out the nth grid of a community. In town its micro-grids are parts of
// one or two 小区, told apart by their buildings; in a village each is a hamlet.
func (c *city) grid(n int, community string, town bool, at point) string {
	id := community + "-" + number(n+1)
	c.area(gridLevel, id, strings.Replace(c.words["grid"][0], "{}", strconv.Itoa(n+1), 1), community, point{})
	road := c.name("road")
	var name, alias string
	next := 1
	for i := range c.microgrids[c.grids] {
		if !town {
			name, alias = c.name("hamlet"), ""
		} else if i%3 == 0 {
			name, alias, next = c.name("estate"), c.name("short"), 1
		}
		last := next + 2 + c.r.IntN(6)
		c.area(microgridLevel, id+"-"+number(i+1), name, id, c.near(at, 0.01), alias, road, strconv.Itoa(next)+"-"+strconv.Itoa(last))
		next = last + 1
	}
	c.grids++
	return id
}
