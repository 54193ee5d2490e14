package grid

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// newCalendar is a calendar with the default hours.
func newCalendar(t testing.TB) *Calendar {
	t.Helper()
	c, err := NewCalendar(CalendarOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// when reads "2026-09-30 16:30" by the calendar's clock.
func when(t testing.TB, c *Calendar, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, c.Location())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// TestDeadlines holds deadlines worked out by hand. A workday is 3.5 hours
// before noon and 4 after. Free: 2025-01-28…02-04, 10-01…08; 2026-01-01…03,
// 02-15…23, 09-25…27, 10-01…07. Worked weekends: 2025-01-26, 02-08, 09-28,
// 10-11; 2026-01-04, 02-14, 02-28, 09-20, 10-10.
func TestDeadlines(t *testing.T) {
	c := newCalendar(t)
	const h, day = time.Hour, 0
	for _, tt := range []struct {
		from string
		d    time.Duration // working hours, or
		days int
		want string
	}{
		// an ordinary week
		{"2026-06-01 10:00", 2 * h, 0, "2026-06-01 12:00"},
		{"2026-06-01 10:00", 3 * h, 0, "2026-06-01 14:30"},
		{"2026-06-01 12:30", 1 * h, 0, "2026-06-01 14:30"},
		{"2026-06-01 07:00", 2 * h, 0, "2026-06-01 10:30"},
		{"2026-06-01 17:30", 30 * time.Minute, 0, "2026-06-02 09:00"},
		{"2026-06-01 10:00", day, 5, "2026-06-08 10:00"},
		{"2026-06-01 08:30", day, 1, "2026-06-01 17:30"},
		{"2026-06-05 22:00", day, 1, "2026-06-08 17:30"},

		// Spring Festival 2025
		{"2025-01-24 17:00", 2 * h, 0, "2025-01-26 10:00"},
		{"2025-01-27 16:30", 2 * h, 0, "2025-02-05 09:30"},
		{"2025-01-27 10:00", day, 5, "2025-02-10 10:00"},
		{"2025-01-28 20:00", day, 1, "2025-02-05 17:30"},
		{"2025-02-08 11:30", 1 * h, 0, "2025-02-08 14:00"},
		{"2025-02-09 10:00", 2 * h, 0, "2025-02-10 10:30"},

		// National Day 2025
		{"2025-09-26 16:30", 2 * h, 0, "2025-09-28 09:30"},
		{"2025-09-27 10:00", 2 * h, 0, "2025-09-28 10:30"},
		{"2025-09-26 10:00", day, 5, "2025-10-10 10:00"},
		{"2025-09-30 16:30", 2 * h, 0, "2025-10-09 09:30"},
		{"2025-09-30 17:30", day, 1, "2025-10-09 17:30"},
		{"2025-10-01 12:00", day, 1, "2025-10-09 17:30"},
		{"2025-10-09 08:30", day, 5, "2025-10-14 17:30"},
		{"2025-10-10 15:00", day, 3, "2025-10-14 15:00"},
		{"2025-10-11 17:00", 1 * h, 0, "2025-10-13 09:00"},
		{"2025-09-22 10:00", day, 15, "2025-10-17 10:00"},

		// New Year 2026
		{"2025-12-31 17:00", 1 * h, 0, "2026-01-04 09:00"},
		{"2025-12-31 10:00", day, 3, "2026-01-06 10:00"},

		// Spring Festival 2026
		{"2026-02-13 16:30", 2 * h, 0, "2026-02-14 09:30"},
		{"2026-02-14 16:30", 2 * h, 0, "2026-02-24 09:30"},
		{"2026-02-13 10:00", day, 5, "2026-02-27 10:00"},
		{"2026-02-24 10:00", day, 5, "2026-03-02 10:00"},
		{"2026-02-15 09:00", day, 15, "2026-03-13 17:30"},
		{"2026-03-01 10:00", 2 * h, 0, "2026-03-02 10:30"},

		// Mid-Autumn and National Day 2026
		{"2026-09-19 10:00", 2 * h, 0, "2026-09-20 10:30"},
		{"2026-09-24 16:30", 2 * h, 0, "2026-09-28 09:30"},
		{"2026-09-30 16:30", 2 * h, 0, "2026-10-08 09:30"},
		{"2026-09-30 10:00", day, 5, "2026-10-13 10:00"},
		{"2026-09-21 10:00", day, 15, "2026-10-19 10:00"},

		// a year not yet published: weekends only
		{"2026-12-31 17:00", 1 * h, 0, "2027-01-01 09:00"},
		{"2027-09-30 16:30", 2 * h, 0, "2027-10-01 09:30"},
		{"2027-10-01 10:00", day, 1, "2027-10-04 10:00"},
	} {
		from := when(t, c, tt.from)
		got := c.Add(from.UTC(), tt.d)
		if tt.days > 0 {
			got = c.AddWorkdays(from.UTC(), tt.days)
		}
		if !got.Equal(when(t, c, tt.want)) {
			t.Errorf("%s + %v, %d workdays = %s, want %s", tt.from, tt.d, tt.days, got.Format("2006-01-02 15:04"), tt.want)
		}
	}
}

func TestWorkday(t *testing.T) {
	c := newCalendar(t)
	for day, want := range map[string]bool{
		"2025-01-26": true,
		"2025-01-28": false,
		"2025-02-04": false,
		"2025-02-05": true,
		"2025-02-08": true,
		"2025-09-28": true,
		"2025-10-08": false,
		"2025-10-11": true,
		"2026-01-01": false,
		"2026-01-02": false,
		"2026-01-04": true,
		"2026-02-14": true,
		"2026-02-16": false,
		"2026-02-23": false,
		"2026-02-28": true,
		"2026-04-06": false,
		"2026-05-09": true,
		"2026-06-19": false,
		"2026-09-20": true,
		"2026-09-25": false,
		"2026-10-07": false,
		"2026-10-08": true,
		"2026-10-10": true,
		"2026-06-01": true,
		"2026-06-06": false,
		"2027-10-01": true,
		"2027-10-02": false,
	} {
		if got := c.Workday(when(t, c, day+" 12:00")); got != want {
			t.Errorf("Workday(%s) = %v", day, got)
		}
	}
	late := time.Date(2026, 9, 30, 17, 0, 0, 0, time.UTC) // already 1 October in China
	if c.Workday(late) {
		t.Error("Workday went by the zone of the time, not by the calendar's")
	}
}

// TestWorkdaysOfAYear checks the data by arithmetic of its own: make-up days
// only move weekends about, so a year of 365 days with 104 days of weekends and
// 13 statutory holidays has 248 workdays.
func TestWorkdaysOfAYear(t *testing.T) {
	c := newCalendar(t)
	for _, year := range []int{2025, 2026} {
		worked := 0
		for day := when(t, c, fmt.Sprintf("%d-01-01 00:00", year)); day.Year() == year; day = day.AddDate(0, 0, 1) {
			if c.Workday(day) {
				worked++
			}
		}
		if worked != 365-104-13 {
			t.Errorf("%d has %d workdays, want 248", year, worked)
		}
	}
}

func TestNewCalendarTellsEveryMistake(t *testing.T) {
	_, err := NewCalendar(CalendarOptions{
		Spans:     []Span{{clock(13, 0), clock(17, 0)}, {clock(8, 0), clock(12, 0)}, {clock(18, 0), clock(18, 0)}},
		Service:   Span{clock(20, 0), clock(8, 0)},
		Plans:     Plans{2027: {"2027-13-01": false}},
		Overrides: map[string]bool{"1 October": false, "2200-01-01": true},
	})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"08:00-12:00", "18:00-18:00", "20:00-08:00", "2027-13-01", "1 October", "2200-01-01 is not between"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no word of %s in %q", want, err)
		}
	}
}

// A day of nanoseconds would lead a deadline past the last date there is.
func TestAWorkdayHasAMinute(t *testing.T) {
	for length, ok := range map[time.Duration]bool{1: false, time.Minute - 1: false, time.Minute: true} {
		c, err := NewCalendar(CalendarOptions{Spans: []Span{{clock(8, 30), clock(8, 30) + length}}})
		if (err == nil) != ok {
			t.Errorf("a workday of %v: %v", length, err)
		}
		if at := time.Unix(1_800_000_000, 0); ok && c.Between(at, c.Add(at, longest)) != longest {
			t.Errorf("the longest deadline in days of %v is %v", length, c.Add(at, longest))
		}
	}
}

func TestHalfOpen(t *testing.T) {
	c := newCalendar(t)
	mon := func(s string) time.Time { return when(t, c, "2026-06-01 "+s) }
	if got := c.Between(mon("12:00"), mon("13:30")); got != 0 {
		t.Errorf("lunch worked %v", got)
	}
	if got := c.Between(mon("08:30"), mon("17:30")); got != c.DayLength() || got != 450*time.Minute {
		t.Errorf("a day is %v", got)
	}
	if got := c.Between(mon("10:00"), mon("09:00")); got != -time.Hour {
		t.Errorf("backwards is %v", got)
	}
	if got := c.Add(mon("20:00"), 0); !got.Equal(mon("20:00")) {
		t.Errorf("nothing added gave %v", got)
	}
	if got := c.Add(mon("20:00"), -time.Hour); !got.Equal(mon("20:00")) {
		t.Errorf("less than nothing added gave %v", got)
	}
	if got := c.Add(mon("20:00"), 1<<62); got.Year() > 2100 {
		t.Errorf("an absurd deadline is in %d", got.Year())
	}
}

func TestService(t *testing.T) {
	c := newCalendar(t)
	for at, next := range map[string]string{
		"2026-06-06 08:30": "2026-06-06 08:30",
		"2026-06-06 20:29": "2026-06-06 20:29",
		"2026-10-01 12:00": "2026-10-01 12:00",
		"2026-06-06 08:29": "2026-06-06 08:30",
		"2026-06-06 20:30": "2026-06-07 08:30",
		"2026-12-31 23:59": "2027-01-01 08:30",
		"2026-02-28 21:00": "2026-03-01 08:30",
		"2026-06-06 00:00": "2026-06-06 08:30",
	} {
		from := when(t, c, at)
		if got := c.NextService(from.UTC()); !got.Equal(when(t, c, next)) {
			t.Errorf("NextService(%s) = %v, want %s", at, got, next)
		}
		if got := c.InService(from.UTC()); got != (at == next) {
			t.Errorf("InService(%s) = %v", at, got)
		}
	}
}

func TestWorkdayAgreesWithTheHoursCounted(t *testing.T) {
	c := newCalendar(t)
	for day := when(t, c, "2025-01-01 00:00"); day.Year() < 2028; day = day.AddDate(0, 0, 1) {
		worked := c.Between(day, day.AddDate(0, 0, 1))
		if (worked == c.DayLength()) != c.Workday(day) || worked != 0 && worked != c.DayLength() {
			t.Fatalf("%s: %v worked", day.Format(time.DateOnly), worked)
		}
	}
}

func TestCalendarIsSharedSafely(t *testing.T) {
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			c := newCalendar(t)
			if !c.Known(2026) || c.AddWorkdays(when(t, c, "2026-09-30 10:00"), 5).Day() != 13 {
				t.Error("wrong")
			}
		})
	}
	wait.Wait()
}
