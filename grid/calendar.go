package grid

import (
	"errors"
	"fmt"
	"slices"
	"time"
	_ "time/tzdata" // the zone must be there on a machine without one

	"github.com/6tail/lunar-go/HolidayUtil"
)

// Zone is the time zone of the whole country.
const Zone = "Asia/Shanghai"

// Span is a stretch of the day, half open: From belongs to it, To does not.
// Both count from midnight by the clock on the wall.
type Span struct{ From, To time.Duration }

// ParseSpan reads "08:30-12:00".
func ParseSpan(s string) (Span, error) {
	var h1, m1, h2, m2 int
	form := "%02d:%02d-%02d:%02d"
	if _, err := fmt.Sscanf(s, "%d:%d-%d:%d", &h1, &m1, &h2, &m2); err != nil || s != fmt.Sprintf(form, h1, m1, h2, m2) {
		return Span{}, fmt.Errorf("grid: span %q: want the form 08:30-12:00", s)
	}
	p := Span{clock(h1, m1), clock(h2, m2)}
	if m1 > 59 || m2 > 59 || !p.valid() {
		return Span{}, fmt.Errorf("grid: span %q: not within a day from earlier to later", s)
	}
	return p, nil
}

// String writes the span as ParseSpan reads it.
func (s Span) String() string {
	at := func(d time.Duration) string {
		return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
	}
	return at(s.From) + "-" + at(s.To)
}

// valid reports whether the span lies within one day and is not empty.
func (s Span) valid() bool { return 0 <= s.From && s.From < s.To && s.To <= 24*time.Hour }

// clock is a time of day.
func clock(h, m int) time.Duration {
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
}

// CalendarOptions says when people work. Every zero field has a default.
type CalendarOptions struct {
	// Spans are the working hours of a workday in order; default 08:30–12:00
	// and 13:30–17:30.
	Spans []Span
	// Service is when people answer, every day of the year; default 08:30–20:30.
	Service Span
	// Location is where the clock hangs; default Asia/Shanghai.
	Location *time.Location
	// Overrides declares single days, "2027-01-04", working (true) or free
	// (false), over holidays and weekends: local rules, or a year's holidays
	// before the data holds them.
	Overrides map[string]bool
}

// Calendar counts working time. It is immutable and safe for concurrent use.
type Calendar struct {
	spans   []Span
	service Span
	loc     *time.Location
	days    map[date]bool // days that are not what their weekday says: true works
	total   time.Duration // working time of a whole workday
}

// date is a day of the calendar.
type date struct {
	y int
	m time.Month
	d int
}

// NewCalendar checks the options and gathers the State Council's holidays and
// make-up workdays. All that is wrong is in the error.
func NewCalendar(o CalendarOptions) (*Calendar, error) {
	c := &Calendar{spans: slices.Clone(o.Spans), service: o.Service, loc: o.Location, days: published()}
	if len(c.spans) == 0 {
		c.spans = []Span{{clock(8, 30), clock(12, 0)}, {clock(13, 30), clock(17, 30)}}
	}
	if c.service == (Span{}) {
		c.service = Span{clock(8, 30), clock(20, 30)}
	}
	var errs []error
	if c.loc == nil {
		loc, err := time.LoadLocation(Zone)
		c.loc, errs = loc, append(errs, err)
	}
	errs = append(errs, c.checkSpans())
	for day, works := range o.Overrides {
		t, err := time.Parse(time.DateOnly, day)
		if err != nil {
			errs = append(errs, fmt.Errorf("grid: calendar: day %q: want the form 2027-01-04", day))
		}
		c.days[dateOf(t)] = works
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return c, nil
}

// checkSpans checks the hours and sums them up.
func (c *Calendar) checkSpans() error {
	var errs []error
	for i, s := range c.spans {
		if !s.valid() || i > 0 && s.From < c.spans[i-1].To {
			errs = append(errs, fmt.Errorf("grid: calendar: working hours %v: not in order within a day", s))
		}
		c.total += s.To - s.From
	}
	if !c.service.valid() {
		errs = append(errs, fmt.Errorf("grid: calendar: service hours %v: not within a day", c.service))
	}
	return errors.Join(errs...)
}

// firstPublished is the first whole year in the data.
const firstPublished = 2002

// published copies the State Council's days out of lunar-go once. Its tables
// are package variables that only HolidayUtil.Fix writes, which nobody here
// calls; after this nothing reads them any more.
func published() map[date]bool {
	days := make(map[date]bool, 1024)
	for year := firstPublished - 1; ; year++ {
		list := HolidayUtil.GetHolidaysByYear(year)
		if list.Len() == 0 {
			return days
		}
		for e := list.Front(); e != nil; e = e.Next() {
			h, ok := e.Value.(*HolidayUtil.Holiday)
			if !ok {
				continue
			}
			if t, err := time.Parse(time.DateOnly, h.GetDay()); err == nil {
				days[dateOf(t)] = h.IsWork()
			}
		}
	}
}

// dateOf is the day of a time by the time's own zone.
func dateOf(t time.Time) date {
	y, m, d := t.Date()
	return date{y, m, d}
}

// Known reports whether the holidays of a year are known. Deadlines that touch
// another year count weekends only and are provisional. A year is known once
// its National Day is, which is announced with all the others.
func (c *Calendar) Known(year int) bool {
	_, ok := c.days[date{year, time.October, 1}]
	return ok
}

// Workday reports whether the day of t, where the calendar hangs, is worked.
func (c *Calendar) Workday(t time.Time) bool { return c.works(dateOf(t.In(c.loc))) }

// works is Workday for a day.
func (c *Calendar) works(d date) bool {
	if works, ok := c.days[d]; ok {
		return works
	}
	switch time.Date(d.y, d.m, d.d, 12, 0, 0, 0, time.UTC).Weekday() {
	case time.Saturday, time.Sunday:
		return false
	}
	return true
}

// Location is the zone whose clock the calendar keeps.
func (c *Calendar) Location() *time.Location { return c.loc }

// DayLength is the working time of one workday: the sum of the spans.
func (c *Calendar) DayLength() time.Duration { return c.total }

// at is a time of day on a day. Going through time.Date keeps it right where
// clocks are set forward.
func (c *Calendar) at(d date, of time.Duration) time.Time {
	return time.Date(d.y, d.m, d.d, int(of/time.Hour), int(of%time.Hour/time.Minute), int(of%time.Minute/time.Second), int(of%time.Second), c.loc)
}

// next is the day after.
func (d date) next() date {
	return dateOf(time.Date(d.y, d.m, d.d+1, 12, 0, 0, 0, time.UTC))
}

// longest is the most working time Add counts, some forty years of it; deadlines
// are weeks, and an absurd one must not walk the calendar for ever.
const longest = 80_000 * time.Hour

// Add returns the earliest moment, not before t, at which d of working time has
// passed since t. A deadline that falls on the end of the morning is 12:00, not
// 13:30. A d of zero or less returns t; more than 80,000 hours count as that.
func (c *Calendar) Add(t time.Time, d time.Duration) time.Time {
	t, d = t.In(c.loc), min(d, longest)
	for day := dateOf(t); d > 0; day = day.next() {
		if !c.works(day) {
			continue
		}
		for _, s := range c.spans {
			from, to := later(c.at(day, s.From), t), c.at(day, s.To)
			if !to.After(from) {
				continue
			}
			if left := to.Sub(from); d > left {
				d -= left
				continue
			}
			return from.Add(d)
		}
	}
	return t
}

// later is the later of two times.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// AddWorkdays returns Add of n whole workdays, each DayLength long: five
// workdays from Monday 10:00 are over on the next Monday at 10:00.
func (c *Calendar) AddWorkdays(t time.Time, n int) time.Time {
	return c.Add(t, time.Duration(min(n, 10_000))*c.total)
}

// Between returns the working time from a to b, negative when b is before a.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	if b.Before(a) {
		return -c.Between(b, a)
	}
	a, b = a.In(c.loc), b.In(c.loc)
	var sum time.Duration
	for day := dateOf(a); !c.at(day, 0).After(b); day = day.next() {
		if !c.works(day) {
			continue
		}
		for _, s := range c.spans {
			from, to := later(c.at(day, s.From), a), c.at(day, s.To)
			if to.After(b) {
				to = b
			}
			if to.After(from) {
				sum += to.Sub(from)
			}
		}
	}
	return sum
}

// InService reports whether people answer at t: the service hours of every day,
// half open like all spans.
func (c *Calendar) InService(t time.Time) bool {
	t = t.In(c.loc)
	day := dateOf(t)
	return !t.Before(c.at(day, c.service.From)) && t.Before(c.at(day, c.service.To))
}

// NextService returns t if people answer then, else the moment they next do.
func (c *Calendar) NextService(t time.Time) time.Time {
	if c.InService(t) {
		return t
	}
	t = t.In(c.loc)
	day := dateOf(t)
	if open := c.at(day, c.service.From); t.Before(open) {
		return open
	}
	return c.at(day.next(), c.service.From)
}
