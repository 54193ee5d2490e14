package grid_test

import (
	"fmt"
	"strings"
	"time"

	"gridbot/grid"
)

// A clock of five workdays stands still over a pause of a week: its start is moved
// back from the end of the pause by what had run, and the deadline follows.
func ExampleCalendar_Sub() {
	c, err := grid.NewCalendar(grid.CalendarOptions{})
	if err != nil {
		panic(err)
	}
	at := func(day, hour int) time.Time { return time.Date(2026, 6, day, hour, 0, 0, 0, c.Location()) }
	started, paused, resumed := at(1, 10), at(2, 15), at(9, 11)
	ran := c.Between(started, paused)
	start := c.Sub(resumed, ran)
	fmt.Println("ran", ran, "so it counts as started on", start.Format("Mon 2 Jan 15:04"))
	fmt.Println("due", c.AddWorkdays(start, 5).Format("Mon 2 Jan 15:04"))
	// Output:
	// ran 11h0m0s so it counts as started on Fri 5 Jun 16:30
	// due Fri 12 Jun 16:30
}

// Every mistake of a file of plans is told at once, each with its line.
func ExampleReadPlans() {
	_, err := grid.ReadPlans(strings.NewReader("2027:\n  free: [2027-10-07..2027-10-01]\n  worked: [2027-10-09]\n"))
	fmt.Println(err)
	// Output:
	// line 2: 2027-10-07..2027-10-01 runs backwards
	// line 3: "worked" is neither free nor work
}
