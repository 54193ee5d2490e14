package grid

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"
)

// day is a day in China, counted from 1 January 1970, a Thursday.
type day int

// The years a calendar may be told about: those the State Council's data touches,
// and as many more as keep the table of days small.
const (
	firstYear = 2001
	lastYear  = 2199
)

// offset is how far the clock of Zone is ahead of UTC. China has kept it without
// summer time since September 1991, and earlier moments are counted so too.
const offset = 8 * 60 * 60

const daySeconds = 24 * 60 * 60

// dayOf tells the day of a moment, and how far into it the moment lies.
func dayOf(t time.Time) (day, time.Duration) {
	d, s := divide(t.Unix()+offset, daySeconds)
	return day(d), time.Duration(s)*time.Second + time.Duration(t.Nanosecond())
}

// at is a time of day on a day, as Unix time without a zone of its own.
func (d day) at(of time.Duration) time.Time {
	return time.Unix(int64(d)*daySeconds-offset, int64(of))
}

// parseDay reads "2027-01-04".
func parseDay(s string) (day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a day such as 2027-01-04", s)
	}
	if y := t.Year(); y < firstYear || y > lastYear {
		return 0, fmt.Errorf("%s is not between %d and %d", s, firstYear, lastYear)
	}
	return date(t.Date()), nil
}

// date is a day by its name.
func date(year int, month time.Month, of int) day {
	d, _ := dayOf(time.Date(year, month, of, 0, 0, -offset, 0, time.UTC))
	return d
}

// String writes the day as parseDay reads it.
func (d day) String() string { return time.Unix(int64(d)*daySeconds, 0).UTC().Format(time.DateOnly) }

// divide is a / b rounded down, and what is left, which is never negative.
func divide[T ~int | ~int64](a, b T) (quotient, rest T) {
	quotient, rest = a/b, a%b
	if rest < 0 {
		quotient, rest = quotient-1, rest+b
	}
	return quotient, rest
}

// sinceMonday is how many days the Monday of 1 January 1970's week lies before it.
const sinceMonday = 3

// weekdaysBefore counts the days from Monday to Friday before a day, from that
// Monday on; negative before it.
func weekdaysBefore(d day) int {
	weeks, rest := divide(int(d)+sinceMonday, 7)
	return weeks*5 + min(rest, 5)
}

// weekdayAt is the day from Monday to Friday that has n of them before it.
func weekdayAt(n int) day {
	weeks, rest := divide(n, 5)
	return day(weeks*7 + rest - sinceMonday)
}

// days numbers the workdays, so that neither counting them nor finding one walks
// from day to day. Where something is declared, a table knows; before and after
// it the days from Monday to Friday are worked.
type days struct {
	first, end day     // both Mondays; the table holds [first, end)
	before     []int32 // for each day of the table, the table's workdays before it
	worked     []day   // the table's workdays
}

// newDays makes the table of what is declared, which is never nothing: true is
// worked, false is free.
func newDays(declared map[day]bool) days {
	sorted := slices.Sorted(maps.Keys(declared))
	first, _ := divide(int(sorted[0])+sinceMonday, 7)
	last, _ := divide(int(sorted[len(sorted)-1])+sinceMonday, 7)
	t := days{first: weekdayAt(first * 5), end: weekdayAt((last + 1) * 5)}
	t.before = make([]int32, 0, t.end-t.first)
	for d := t.first; d < t.end; d++ {
		t.before = append(t.before, int32(len(t.worked)))
		works, ok := declared[d]
		if !ok {
			works = weekdaysBefore(d+1) > weekdaysBefore(d)
		}
		if works {
			t.worked = append(t.worked, d)
		}
	}
	return t
}

// number is how many workdays lie before a day, from an arbitrary one on. It is
// the number of the day itself if that is worked.
func (t *days) number(d day) int {
	base := weekdaysBefore(t.first)
	switch {
	case d < t.first:
		return weekdaysBefore(d)
	case d < t.end:
		return base + int(t.before[d-t.first])
	}
	return base + len(t.worked) + weekdaysBefore(d) - weekdaysBefore(t.end)
}

// numbered is the workday of a number.
func (t *days) numbered(n int) day {
	inside := n - weekdaysBefore(t.first)
	switch {
	case inside < 0:
		return weekdayAt(n)
	case inside < len(t.worked):
		return t.worked[inside]
	}
	return weekdayAt(inside - len(t.worked) + weekdaysBefore(t.end))
}

// works reports whether a day is worked.
func (t *days) works(d day) bool { return t.number(d+1) > t.number(d) }

// published copies the State Council's days out of lunar-go. Its tables are
// package variables that only HolidayUtil.Fix writes, which nobody here calls;
// after this nothing reads them any more.
func published() map[day]bool {
	out := make(map[day]bool, 1024)
	for year := firstYear; ; year++ {
		list := HolidayUtil.GetHolidaysByYear(year)
		if list.Len() == 0 {
			return out
		}
		for e := list.Front(); e != nil; e = e.Next() {
			h, ok := e.Value.(*HolidayUtil.Holiday)
			if !ok {
				continue
			}
			if d, err := parseDay(h.GetDay()); err == nil {
				out[d] = h.IsWork()
			}
		}
	}
}

// nationalDay is 1 October. A plan names it in every year and is announced with
// it, so a plan without it is not the whole of one.
func nationalDay(year int) day { return date(year, time.October, 1) }

// announced reports whether lunar-go holds the plan of a year.
func announced(year int) bool { return HolidayUtil.GetHoliday(nationalDay(year).String()) != nil }
