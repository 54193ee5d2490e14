package grid

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// councilPlans are the State Council's notices on the holidays of 2025 (of 12
// November 2024) and of 2026 (of 4 November 2025), every day of them.
const councilPlans = `
2025:
  free:
    - 2025-01-01             # New Year, a Wednesday
    - 2025-01-28..2025-02-04 # Spring Festival, Tuesday to Tuesday
    - 2025-04-04..2025-04-06 # Qingming, Friday to Sunday
    - 2025-05-01..2025-05-05 # Labour Day, Thursday to Monday
    - 2025-05-31..2025-06-02 # Dragon Boat, Saturday to Monday
    - 2025-10-01..2025-10-08 # National Day and Mid-Autumn, Wednesday to Wednesday
  work:
    - 2025-01-26 # Sunday
    - 2025-02-08 # Saturday
    - 2025-04-27 # Sunday
    - 2025-09-28 # Sunday
    - 2025-10-11 # Saturday
2026:
  free:
    - 2026-01-01..2026-01-03 # New Year, Thursday to Saturday
    - 2026-02-15..2026-02-23 # Spring Festival, Sunday to Monday
    - 2026-04-04..2026-04-06 # Qingming, Saturday to Monday
    - 2026-05-01..2026-05-05 # Labour Day, Friday to Tuesday
    - 2026-06-19..2026-06-21 # Dragon Boat, Friday to Sunday
    - 2026-09-25..2026-09-27 # Mid-Autumn, Friday to Sunday
    - 2026-10-01..2026-10-07 # National Day, Thursday to Wednesday
  work:
    - 2026-01-04 # Sunday
    - 2026-02-14 # Saturday
    - 2026-02-28 # Saturday
    - 2026-05-09 # Saturday
    - 2026-09-20 # Sunday
    - 2026-10-10 # Saturday
`

// The data of the library is the State Council's, no day more and none less.
func TestPublishedIsWhatTheStateCouncilSaid(t *testing.T) {
	plans, err := ReadPlans(strings.NewReader(councilPlans))
	if err != nil {
		t.Fatal(err)
	}
	for year, days := range map[int]int{2025: 28 + 5, 2026: 33 + 6} {
		held := map[string]bool{}
		for d, works := range published() {
			if strings.HasPrefix(d.String(), fmt.Sprint(year)) {
				held[d.String()] = works
			}
		}
		if !maps.Equal(held, plans[year]) {
			t.Errorf("%d: the library holds %v, the plan says %v", year, held, plans[year])
		}
		if len(held) != days {
			t.Errorf("%d: %d days, counted %d", year, len(held), days)
		}
	}
}

func TestKnown(t *testing.T) {
	c := newCalendar(t)
	for year, want := range map[int]bool{2001: false, 2002: true, 2020: true, 2025: true, 2026: true, 2027: false, 2050: false} {
		if got := c.Known(year); got != want {
			t.Errorf("Known(%d) = %v", year, got)
		}
	}
	for year := 2002; year <= 2026; year++ {
		if !c.Known(year) {
			t.Errorf("%d is missing from the data", year)
		}
	}
}

// 2027 has no plan and 2028 has one, so a way over 2027 is provisional though
// both its ends are known.
func TestProvisional(t *testing.T) {
	c, err := NewCalendar(CalendarOptions{Plans: Plans{2028: {"2028-10-01": false}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		from, to string
		want     bool
	}{
		{"2025-01-01 00:00", "2026-12-31 23:59", false},
		{"2026-12-31 23:59", "2027-01-01 00:00", true},
		{"2027-01-01 00:00", "2027-01-01 00:00", true},
		{"2027-12-31 23:59", "2028-01-03 10:00", true},
		{"2026-12-31 10:00", "2028-01-03 10:00", true},
		{"2028-01-01 00:00", "2028-12-31 23:59", false},
		{"2028-12-31 10:00", "2029-01-01 10:00", true},
	} {
		from, to := when(t, c, tt.from).UTC(), when(t, c, tt.to).UTC()
		if got := c.Provisional(from, to); got != tt.want || c.Provisional(to, from) != tt.want {
			t.Errorf("from %s to %s: %v", tt.from, tt.to, got)
		}
	}
	if !c.Provisional(time.Time{}, when(t, c, "2026-06-01 10:00")) {
		t.Error("nothing is known of the beginning of time")
	}
}

func TestOverrides(t *testing.T) {
	c, err := NewCalendar(CalendarOptions{
		Plans:     Plans{2028: {"2028-10-01": false, "2028-10-02": false, "2028-09-30": true}},
		Overrides: map[string]bool{"2027-10-01": false, "2027-10-02": true, "2026-10-10": false, "2028-10-02": true},
	})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]bool{
		"2027-10-01": false, "2027-10-02": true, "2026-10-10": false, "2026-10-12": true, // overrides, beside a day of none
		"2028-10-01": false, "2028-09-30": true, "2028-10-02": true, // the plan, and an override over it
	} {
		if c.Workday(when(t, c, day+" 12:00")) != want {
			t.Errorf("%s is worked: %v", day, !want)
		}
	}
	if c.Known(2027) || !c.Known(2028) {
		t.Error("a plan makes a year known, single days do not")
	}
	if plain := newCalendar(t); !plain.Workday(when(t, plain, "2026-10-10 12:00")) {
		t.Error("an override leaked into another calendar")
	}
}

func TestDays(t *testing.T) {
	for s, want := range map[string]day{"2001-12-31": 11687, "2026-01-01": 20454, "2024-02-29": 19782} { // days since 1970
		d, err := parseDay(s)
		if err != nil || d != want || d.String() != s {
			t.Errorf("%s is %d, %v, written %s", s, d, err, d)
		}
	}
	for _, s := range []string{"", "2000-12-31", "2200-01-01", "2026-02-29", "2026-1-1", "2026-01-01T00:00:00Z", "20260101"} {
		if d, err := parseDay(s); err == nil {
			t.Errorf("%q was read as %s", s, d)
		}
	}
}

// Midnight in China is where a day ends, wherever the time was made.
func TestDayOf(t *testing.T) {
	for s, want := range map[string]string{
		"2026-09-30T15:59:59.999999999Z": "2026-09-30 23h59m59.999999999s",
		"2026-09-30T16:00:00Z":           "2026-10-01 0s",
		"1969-12-31T15:59:59Z":           "1969-12-31 23h59m59s",
		"1969-12-31T16:00:00Z":           "1970-01-01 0s",
	} {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		d, of := dayOf(at)
		if got := fmt.Sprint(d, " ", of); got != want || !d.at(of).Equal(at) {
			t.Errorf("%s is %s, want %s", s, got, want)
		}
	}
}

// The numbers of days agree with walking from day to day, inside the table, on
// its edges and far outside.
func TestDaysAreNumberedInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		declared := rapid.MapOfN(rapid.Custom(func(t *rapid.T) day { return day(rapid.IntRange(20000, 20060).Draw(t, "day")) }),
			rapid.Bool(), 1, 30).Draw(t, "declared")
		table := newDays(declared)
		n := table.number(19900)
		for d := day(19900); d < 20160; d++ {
			want, ok := declared[d]
			if weekday := time.Unix(int64(d)*daySeconds, 0).UTC().Weekday(); !ok {
				want = weekday != time.Saturday && weekday != time.Sunday
			}
			if got := table.works(d); got != want {
				t.Fatalf("%s is worked: %v", d, got)
			}
			if got := table.number(d); got != n {
				t.Fatalf("%s has number %d, want %d", d, got, n)
			}
			if want && table.numbered(n) != d {
				t.Fatalf("number %d is %s, want %s", n, table.numbered(n), d)
			}
			if want {
				n++
			}
		}
		far := day(rapid.IntRange(-800_000, 3_000_000).Draw(t, "far"))
		if table.works(far) && table.numbered(table.number(far)) != far {
			t.Fatalf("%s has a number that is not its own", far)
		}
	})
}
