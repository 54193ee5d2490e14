package grid

import (
	"slices"
	"time"
)

// Weekdays is a set of days of the week: bit 0 is Sunday, as package time counts.
type Weekdays uint8

// EveryDay is all seven days.
const EveryDay Weekdays = 1<<7 - 1

// Days is the set of these days.
func Days(days ...time.Weekday) Weekdays {
	var w Weekdays
	for _, d := range days {
		w |= 1 << d
	}
	return w
}

// Has reports whether the day is in the set.
func (w Weekdays) Has(d time.Weekday) bool { return w>>d&1 == 1 }

// Shift is one line of a weekly roster: who is on duty where, on which days and
// between which hours by the clock in Asia/Shanghai.
//
// Span begins on the day named. One that ends on the next day has To beyond 24
// hours, 22:00–06:00 being {22h, 30h}; none is longer than 24 hours.
//
// A shift speaks of the posts its person holds in Area or inside it. Wherever
// some of a post's holders have shifts, only those whose shift it is are on duty;
// an hour that nobody's shift covers belongs to all of them.
type Shift struct {
	Area     string
	Weekdays Weekdays
	Span     Span
	Staff    string
}

// dayLength is as long as the clock goes before it begins anew.
const dayLength = 24 * time.Hour

// valid reports whether the shift's hours are some.
func (s Shift) valid() bool {
	return 0 <= s.Span.From && s.Span.From < dayLength && s.Span.From < s.Span.To && s.Span.To-s.Span.From <= dayLength
}

// shift is a Shift by position in the directory's areas.
type shift struct {
	area int32
	days Weekdays
	span Span
}

// covers reports whether the shift is on at a time of a day: one of that day, or
// one of the day before that goes on past midnight.
func (s shift) covers(on time.Weekday, at time.Duration) bool {
	in := func(at time.Duration) bool { return s.span.From <= at && at < s.span.To }
	return s.days.Has(on) && in(at) || s.days.Has((on+6)%7) && in(at+dayLength)
}

// checkRoster returns everything wrong with the roster that can be seen without
// knowing who has a post where.
func checkRoster(g Ground, areas map[string]int32) []error {
	if len(g.Roster) == 0 {
		return nil
	}
	people := make(map[string]bool, len(g.Staff))
	for _, s := range g.Staff {
		people[s.ID] = true
	}
	var errs []error
	for _, s := range g.Roster {
		add := func(bad bool, code, value string) {
			if bad {
				errs = append(errs, &Problem{code, s.Staff, value})
			}
		}
		_, known := areas[s.Area]
		add(!known, "shift_area", s.Area)
		add(!people[s.Staff], "shift_staff", s.Area)
		add(s.Weekdays == 0 || s.Weekdays > EveryDay, "shift_days", s.Area)
		add(!s.valid(), "shift_span", s.Area)
	}
	return errs
}

// placeRoster keeps the shifts by person, and returns those of people who have no
// post in their area.
func (d *Directory) placeRoster(roster []Shift) []error {
	var errs []error
	d.shifts = make(map[int32][]shift)
	for _, s := range roster {
		at, area := d.person[s.Staff], d.index[s.Area]
		inside := func(p Post) bool { return d.holds(area, d.index[p.Area]) }
		if !slices.ContainsFunc(d.staff[at].Posts, inside) {
			errs = append(errs, &Problem{"shift_post", s.Staff, s.Area})
			continue
		}
		d.shifts[at] = append(d.shifts[at], shift{area, s.Weekdays, s.Span})
	}
	return errs
}

// Roster returns every shift, ordered by the ID of whose it is, one person's in
// the order they were given.
func (d *Directory) Roster() []Shift {
	var list []Shift
	for i, s := range d.staff {
		for _, own := range d.shifts[int32(i)] {
			list = append(list, Shift{d.areas[own.area].ID, own.days, own.span, s.ID})
		}
	}
	return list
}
