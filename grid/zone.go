package grid

import "time"

// Location is the zone whose clock the calendar keeps.
func (c *Calendar) Location() *time.Location { return c.loc }
