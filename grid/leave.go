package grid

import "time"

// shanghai is the zone whole days are counted in. The country has kept one
// offset without summer time since 1991, so no table is needed.
var shanghai = time.FixedZone(Zone, 8*60*60)

// Day is the midnight in Asia/Shanghai with which a day begins.
func Day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, shanghai)
}

// Holds reports whether the leave is on at this moment.
func (l Leave) Holds(now time.Time) bool { return !now.Before(l.From) && now.Before(l.To) }

// same reports whether two leaves are the same days; the times of one read from
// the store hang in another zone.
func (l Leave) same(m Leave) bool { return l.From.Equal(m.From) && l.To.Equal(m.To) }

// dayForm is how a day is written in the files the program writes.
const dayForm = "2006-01-02"

// Days returns the first and the last day of the leave, as 2026-12-01.
func (l Leave) Days() (first, last string) {
	return l.From.In(shanghai).Format(dayForm), l.To.In(shanghai).AddDate(0, 0, -1).Format(dayForm)
}

// String writes the leave as 2026-12-01~2026-12-03, both days included.
func (l Leave) String() string {
	first, last := l.Days()
	return first + "~" + last
}

// valid reports whether the leave is whole days, one at least.
func (l Leave) valid() bool { return l.From.Before(l.To) && midnight(l.From) && midnight(l.To) }

// midnight reports whether a day begins at t.
func midnight(t time.Time) bool {
	t = t.In(shanghai)
	return t.Equal(Day(t.Date()))
}
