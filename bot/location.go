package bot

import (
	"context"
	"fmt"

	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/task"
)

// location takes a place on the map: the answer to "where is it?", the place of a
// report that lacks one, more for the report made just now, or the place of one
// still to come.
func (c *chat) location(ctx context.Context) error {
	if c.turn.Recent > floodAt {
		c.m.Text = c.spot()
		if _, err := c.keepQuietly(ctx, nil); err != nil {
			return err
		}
		return c.slowDown()
	}
	var place task.Place
	if id, _, ok := c.ground().Places.Nearest(c.m.Lat, c.m.Lon); ok {
		place = c.placeOf(grid.Place{Microgrid: id, Area: id})
	}
	t, err := c.located(ctx)
	if err != nil {
		return err
	}
	switch {
	case t.ID.Zero() && place.Grid == "":
		return c.say("location.far", nil)
	case t.ID.Zero():
		c.s.Where, c.s.WhereAt = &place, c.m.At.Unix()
		return c.say("location.held", dispatch.Letter{Place: place.Text})
	}
	c.m.Text = join(place.Text, c.spot())
	if t.Status == task.Pending && t.Place.Grid == "" && t.Category != task.Unclassified && place.Grid != "" {
		return c.clarify(ctx, t, t.Category, place, c.m.Label)
	}
	words := "added"
	if place.Grid == "" {
		words = "noplace"
		c.s.drop() // a person decides, and is told now
	}
	return c.add(ctx, t, words)
}

// located finds the task a place is sent for: the one asked about, else the one
// spoken of just now; the zero Task when there is none.
func (c *chat) located(ctx context.Context) (task.Task, error) {
	if t, mine, err := c.drafted(ctx); mine || err != nil {
		return t, err
	}
	mine, err := c.mine(ctx)
	if err != nil {
		return task.Task{}, err
	}
	last, lately := c.lately()
	for _, t := range mine {
		if (lately && t.ID == last || t.AskedBy != "") && !t.Status.Over() {
			return t, nil
		}
	}
	return task.Task{}, nil
}

// spot is what the map calls the place, or else where on earth it is.
func (c *chat) spot() string {
	if c.m.Label != "" {
		return c.m.Label
	}
	return fmt.Sprintf("%.5f, %.5f", c.m.Lat, c.m.Lon)
}
