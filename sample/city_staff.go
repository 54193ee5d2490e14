package sample

import "fmt"

// The posts, as places in the list "post" of city.txt.
const (
	head = iota
	fullTime
	guide
	secretary
	dispatcher
	leader
)

// dispatchers is how many people each street's control room has.
const dispatchers = 2

// hire gives every grid its people.
func (c *city) hire() {
	second, shared := c.chosen(CityFullTime-CityGrids), c.chosen(CityGrids-CityGuides)
	n := 0
	for _, street := range c.ground {
		var guides [][]string // of each, the grids
		for _, community := range street.communities {
			for i, grid := range community.grids {
				c.head(grid, community.id, i == 0)
				for range 1 + second[n] {
					c.person([]int{fullTime}, []string{grid})
				}
				if k := len(guides) - 1; shared[n] == 1 {
					guides[k] = append(guides[k], grid)
				} else {
					guides = append(guides, []string{grid})
				}
				n++
			}
		}
		for i, grids := range guides {
			c.guide(i, street.id, grids)
		}
	}
}

// chosen marks n grids with a 1, never the first of a street.
func (c *city) chosen(n int) []int {
	marks := make([]int, c.grids)
	var free []int
	at := 0
	for _, street := range c.ground {
		first := at
		for _, community := range street.communities {
			for range community.grids {
				if at > first {
					free = append(free, at)
				}
				at++
			}
		}
	}
	for _, i := range c.r.Perm(len(free))[:n] {
		marks[free[i]] = 1
	}
	return marks
}

// head hires the 网格长, who is the community's secretary too if they are its first.
func (c *city) head(grid, community string, first bool) {
	if first {
		c.person([]int{head, secretary}, []string{grid, community})
		return
	}
	c.person([]int{head}, []string{grid})
}

// guide hires a street's nth 网格指导员.
func (c *city) guide(n int, street string, grids []string) {
	posts, areas := make([]int, len(grids)), grids
	for i := range posts {
		posts[i] = guide
	}
	switch {
	case n < dispatchers:
		posts, areas = append(posts, dispatcher), append(areas, street)
	case n == dispatchers:
		posts, areas = append(posts, leader), append(areas, street)
	}
	c.person(posts, areas)
}

// person writes one row: as many posts as areas.
func (c *city) person(posts []int, areas []string) {
	c.people++
	names := make([]string, len(posts))
	for i, p := range posts {
		names[i] = c.words["post"][p]
	}
	state := 0
	if c.r.IntN(50) == 0 {
		state = 1
	}
	name := c.pick("surname") + c.pick("given") + c.pick("given")
	c.staff.row(fmt.Sprintf("p%05d", c.people), name, c.list(names...), c.list(areas...), c.words["state"][state])
}
