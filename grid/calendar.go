package grid

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Zone is the time zone of the whole country. Its clock is eight hours ahead of
// UTC all the year.
const Zone = "Asia/Shanghai"

// CalendarOptions says when people work. Every zero field has a default.
type CalendarOptions struct {
	// Spans are the working hours of a workday in order; default 08:30–12:00
	// and 13:30–17:30.
	Spans []Span
	// Service is when people answer, every day of the year; default 08:30–20:30.
	Service Span
	// Plans are whole years over the State Council's data, as ReadPlans gives
	// them: years announced after this version was made, and local changes.
	Plans Plans
	// Overrides declares single days, "2027-01-04", worked (true) or free
	// (false), over everything else. They make no year known.
	Overrides map[string]bool
}

// Calendar counts working time. It is immutable and safe for concurrent use.
type Calendar struct {
	spans   []Span
	service Span
	loc     *time.Location
	days    days
	known   map[int]bool  // years whose plan is there
	total   time.Duration // working time of a whole workday
}

// NewCalendar checks the options and lays the plans over the State Council's
// holidays and make-up workdays, and the overrides over both. All that is wrong
// is in the error.
func NewCalendar(o CalendarOptions) (*Calendar, error) {
	c := &Calendar{spans: slices.Clone(o.Spans), service: o.Service, loc: time.FixedZone(Zone, offset), known: map[int]bool{}}
	if len(c.spans) == 0 {
		c.spans = []Span{{clock(8, 30), clock(12, 0)}, {clock(13, 30), clock(17, 30)}}
	}
	if c.service == (Span{}) {
		c.service = Span{clock(8, 30), clock(20, 30)}
	}
	declared, err := c.declare(o)
	if err := errors.Join(c.checkSpans(), err); err != nil {
		return nil, err
	}
	c.days = newDays(declared)
	return c, nil
}

// checkSpans checks the hours and sums them up.
func (c *Calendar) checkSpans() error {
	var errs []error
	for i, s := range c.spans {
		if !s.valid() || i > 0 && s.From < c.spans[i-1].To {
			errs = append(errs, fmt.Errorf("grid: calendar: working hours %v: not in order within a day", s))
		}
		c.total += s.length()
	}
	if c.total < time.Minute { // what ParseSpan can say; less would lead a deadline beyond all dates
		errs = append(errs, fmt.Errorf("grid: calendar: a workday of %v is shorter than a minute", c.total))
	}
	if !c.service.valid() {
		errs = append(errs, fmt.Errorf("grid: calendar: service hours %v: not within a day", c.service))
	}
	return errors.Join(errs...)
}

// declare gathers the days that are not what their weekday says, and the years
// that are known.
func (c *Calendar) declare(o CalendarOptions) (map[day]bool, error) {
	out := published()
	for year := firstYear; year <= lastYear; year++ {
		c.known[year] = announced(year)
	}
	var errs []error
	lay := func(over map[string]bool) {
		for _, s := range slices.Sorted(maps.Keys(over)) {
			d, err := parseDay(s)
			if err != nil {
				errs = append(errs, fmt.Errorf("grid: calendar: %w", err))
			}
			out[d] = over[s]
		}
	}
	for _, year := range slices.Sorted(maps.Keys(o.Plans)) {
		c.known[year] = true
		lay(o.Plans[year])
	}
	lay(o.Overrides)
	return out, errors.Join(errs...)
}

// Known reports whether the plan of a year is there. Another year counts weekends
// only, and deadlines that touch it are provisional: see Provisional.
func (c *Calendar) Known(year int) bool { return c.known[year] }

// Provisional reports whether any day from one moment to the other, both days
// included, lies in a year that is not known, so that what was counted over them
// may change once the year is. The order of the two does not matter.
//
// A year's plan now and then moves the last days of the December before (2019's
// did), which is known only with the later plan; such days count as known.
func (c *Calendar) Provisional(from, to time.Time) bool {
	first, last := from.In(c.loc).Year(), to.In(c.loc).Year()
	for year := min(first, last); year <= max(first, last); year++ {
		if !c.known[year] {
			return true
		}
	}
	return false
}

// Workday reports whether the day of t in China is worked.
func (c *Calendar) Workday(t time.Time) bool {
	d, _ := dayOf(t)
	return c.days.works(d)
}

// Location is the zone whose clock the calendar keeps, Zone.
func (c *Calendar) Location() *time.Location { return c.loc }

// DayLength is the working time of one workday: the sum of the spans.
func (c *Calendar) DayLength() time.Duration { return c.total }
