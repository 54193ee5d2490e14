package grid

import (
	"math"
	"time"
)

// mark is a reading of the clock that runs in working time only: so many whole
// workdays, and a part of the next one that is less than all of it. Idle moments
// (12:00 to 13:30, the night, a holiday) share the reading of their two ends.
type mark struct {
	days int
	part time.Duration
}

// read is the reading at a moment.
func (c *Calendar) read(t time.Time) mark {
	d, of := dayOf(t)
	m := mark{days: c.days.number(d)}
	if !c.days.works(d) {
		return m
	}
	for _, s := range c.spans {
		m.part += min(max(of-s.From, 0), s.length())
	}
	return c.forward(m, 0)
}

// forward moves a reading by working time, back if that is negative.
func (c *Calendar) forward(m mark, d time.Duration) mark {
	whole, part := divide(int64(m.part+d), int64(c.total))
	return mark{m.days + int(whole), time.Duration(part)}
}

// earliest is the first moment of a reading: at the end of a span, its To.
func (c *Calendar) earliest(m mark) time.Time {
	if m.part == 0 {
		m = mark{m.days - 1, c.total}
	}
	of, d := time.Duration(0), c.days.numbered(m.days)
	for _, s := range c.spans {
		if of = s.From + m.part; of <= s.To {
			break
		}
		m.part -= s.length()
	}
	return d.at(of).In(c.loc)
}

// latest is the last moment of a reading: at the end of a span, the From of the next.
func (c *Calendar) latest(m mark) time.Time {
	of, d := time.Duration(0), c.days.numbered(m.days)
	for _, s := range c.spans {
		if of = s.From + m.part; of < s.To {
			break
		}
		m.part -= s.length()
	}
	return d.at(of).In(c.loc)
}

// longest is the most working time Add and Sub count, some forty years of it;
// deadlines are weeks.
const longest = 80_000 * time.Hour

// Add returns the earliest moment, not before t, at which d of working time has
// passed since t. A deadline that falls on the end of a span is that end: 12:00,
// not 13:30, and 17:30, not the next morning. A d of zero or less returns t, idle
// or not; more than 80,000 hours count as that.
func (c *Calendar) Add(t time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return t.In(c.loc)
	}
	return c.earliest(c.forward(c.read(t), min(d, longest)))
}

// AddWorkdays returns Add of n whole workdays, each DayLength long: five
// workdays from Monday 10:00 are over on the next Monday at 10:00.
func (c *Calendar) AddWorkdays(t time.Time, n int) time.Time {
	return c.Add(t, time.Duration(max(0, min(n, 10_000)))*c.total)
}

// Sub returns the latest moment, not after t, from which d of working time passes
// until t. A start that falls on the edge of a span is the From of the later one:
// one hour before 14:30 is 13:30, not 12:00, and 7.5 hours before Monday 17:30 is
// Monday 08:30, not Friday 17:30. A d of zero or less returns t, idle or not; more
// than 80,000 hours count as that.
//
// It is the mirror of Add: Sub(Add(t, d), d) is t, or later than t with nothing
// but idle time between; Add(Sub(t, d), d) is t, or earlier in the same way. So a
// deadline moved by Add or Sub over a pause keeps the work that was left.
func (c *Calendar) Sub(t time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return t.In(c.loc)
	}
	return c.latest(c.forward(c.read(t), -min(d, longest)))
}

// Between returns the working time from a to b, negative when b is before a. It is
// a difference of readings, so sums over any points on the way are exact. What no
// time.Duration can hold, centuries of it, is the greatest or least one.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	from, to := c.read(a), c.read(b)
	n, most := time.Duration(to.days-from.days), math.MaxInt64/c.total-1
	if n > most {
		return math.MaxInt64
	} else if n < -most {
		return -math.MaxInt64
	}
	return n*c.total + to.part - from.part
}

// InService reports whether people answer at t: the service hours of every day,
// half open like all spans.
func (c *Calendar) InService(t time.Time) bool {
	_, of := dayOf(t)
	return c.service.From <= of && of < c.service.To
}

// NextService returns t if people answer then, else the moment they next do.
func (c *Calendar) NextService(t time.Time) time.Time {
	if c.InService(t) {
		return t
	}
	d, of := dayOf(t)
	if of >= c.service.To {
		d++
	}
	return d.at(c.service.From).In(c.loc)
}
