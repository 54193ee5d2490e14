package grid

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestSub(t *testing.T) {
	c := newCalendar(t)
	const h = time.Hour
	for _, tt := range []struct {
		until string
		d     time.Duration
		want  string
	}{
		{"2026-06-02 10:00", 1 * h, "2026-06-02 09:00"},
		{"2026-06-02 14:30", 1 * h, "2026-06-02 13:30"}, // not 12:00: the later edge
		{"2026-06-02 14:30", 90 * time.Minute, "2026-06-02 11:30"},
		{"2026-06-02 13:00", 30 * time.Minute, "2026-06-02 11:30"}, // from lunch
		{"2026-06-02 12:00", 30 * time.Minute, "2026-06-02 11:30"},
		{"2026-06-02 17:30", 450 * time.Minute, "2026-06-02 08:30"}, // not Monday's evening
		{"2026-06-02 08:30", 1, "2026-06-01 17:30"},                 // less a nanosecond, below
		{"2026-06-02 03:00", 4 * h, "2026-06-01 13:30"},
		{"2026-06-08 10:00", 5 * 450 * time.Minute, "2026-06-01 10:00"},
		{"2026-10-08 09:30", 2 * h, "2026-09-30 16:30"}, // National Day
		{"2026-10-05 20:00", 1 * h, "2026-09-30 16:30"},
		{"2025-02-08 09:00", 1 * h, "2025-02-07 17:00"},
		{"2025-02-05 08:31", 2 * time.Minute, "2025-01-27 17:29"}, // Spring Festival
		{"2026-06-07 20:00", 0, "2026-06-07 20:00"},
		{"2026-06-07 20:00", -h, "2026-06-07 20:00"},
	} {
		want := when(t, c, tt.want)
		if tt.d == 1 {
			want = want.Add(-1)
		}
		if got := c.Sub(when(t, c, tt.until).UTC(), tt.d); !got.Equal(want) {
			t.Errorf("%v before %s is %v, want %v", tt.d, tt.until, got, want)
		}
	}
}

// Absurd lengths and times end somewhere, and backwards is forwards turned.
func TestTheEndsOfTime(t *testing.T) {
	c := newCalendar(t)
	at := when(t, c, "2026-06-01 10:00")
	if got := c.Sub(at, math.MaxInt64); got.Year() < 1960 || !got.Equal(c.Sub(at, longest)) {
		t.Errorf("an absurd start is %v", got)
	}
	if got := c.AddWorkdays(at, math.MinInt); !got.Equal(at) {
		t.Errorf("fewer than no workdays gave %v", got)
	}
	if got := c.AddWorkdays(at, math.MaxInt); !got.Equal(c.AddWorkdays(at, 10_000)) {
		t.Errorf("absurdly many workdays gave %v", got)
	}
	// in the Gregorian calendar as it would have been, 1 January of the year 1 is a Monday
	if got := c.Between(time.Time{}, time.Time{}.Add(7*24*time.Hour)); got != 5*c.DayLength() {
		t.Errorf("the first week had %v", got)
	}
	if c.Between(time.Time{}, at) != math.MaxInt64 || c.Between(at, time.Time{}) != -math.MaxInt64 {
		t.Error("two thousand years of working time fit into no Duration")
	}
}

// random is a calendar with hours and days that nobody would think of, over 2025
// to 2028.
func random(t *rapid.T) *Calendar {
	var o CalendarOptions
	edges := rapid.SliceOfNDistinct(rapid.OneOf(
		rapid.Map(rapid.Int64Range(0, 48), func(n int64) time.Duration { return time.Duration(n) * 30 * time.Minute }),
		rapid.Map(rapid.Int64Range(0, int64(24*time.Hour)), func(n int64) time.Duration { return time.Duration(n) }),
	), 2, 8, rapid.ID[time.Duration]).Draw(t, "edges")
	slices.Sort(edges)
	for i := 0; i+1 < len(edges); {
		o.Spans = append(o.Spans, Span{edges[i], edges[i+1]})
		i += rapid.IntRange(1, 2).Draw(t, "touching or apart")
	}
	var total time.Duration
	for _, s := range o.Spans {
		total += s.length()
	}
	if total < time.Minute { // refused
		o.Spans = []Span{{edges[0] / 2, edges[0]/2 + time.Minute}}
	}
	first := date(2025, time.January, 1)
	o.Overrides = rapid.MapOfN(rapid.Map(rapid.IntRange(0, 4*365), func(n int) string { return (first + day(n)).String() }),
		rapid.Bool(), 0, 60).Draw(t, "overrides")
	c, err := NewCalendar(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// moment is any moment of 2025 to 2027, often one on an edge of the hours.
func moment(t *rapid.T, c *Calendar, name string) time.Time {
	d := date(2025, time.January, 1) + day(rapid.IntRange(0, 3*365).Draw(t, name+" day"))
	of := time.Duration(rapid.Int64Range(0, int64(24*time.Hour)).Draw(t, name+" of day"))
	s := rapid.SampledFrom(c.spans).Draw(t, name+" span")
	return d.at(rapid.SampledFrom([]time.Duration{of, of.Truncate(time.Second), s.From, s.To}).Draw(t, name))
}

// work is a length of working time, often whole workdays.
func work(t *rapid.T, c *Calendar, name string) time.Duration {
	d := time.Duration(rapid.Int64Range(0, int64(300*time.Hour)).Draw(t, name+" ns"))
	whole := time.Duration(rapid.IntRange(0, 30).Draw(t, name+" days")) * c.total
	return rapid.SampledFrom([]time.Duration{d, d.Truncate(time.Minute), whole}).Draw(t, name)
}

// properties checks a property on default hours and on random ones.
func properties(t *testing.T, f func(t *rapid.T, c *Calendar)) {
	t.Helper()
	plain := newCalendar(t)
	t.Run("default", func(t *testing.T) { rapid.Check(t, func(t *rapid.T) { f(t, plain) }) })
	t.Run("random", func(t *testing.T) { rapid.Check(t, func(t *rapid.T) { f(t, random(t)) }) })
}

func TestAddIsTheEarliestMoment(t *testing.T) {
	properties(t, func(t *rapid.T, c *Calendar) {
		a, d, e := moment(t, c, "a"), work(t, c, "d"), work(t, c, "e")
		end := c.Add(a, d)
		if got := c.Between(a, end); got != d {
			t.Fatalf("added %v, between is %v", d, got)
		}
		if end.Before(a) {
			t.Fatalf("went back from %v to %v", a, end)
		}
		if d > 0 && c.Between(a, end.Add(-1)) >= d {
			t.Fatalf("%v was not the earliest moment", end)
		}
		if got := c.Add(end, e); e > 0 && !got.Equal(c.Add(a, d+e)) {
			t.Fatalf("%v then %v is %v, at once %v", d, e, got, c.Add(a, d+e))
		}
	})
}

func TestSubIsTheLatestMoment(t *testing.T) {
	properties(t, func(t *rapid.T, c *Calendar) {
		b, d := moment(t, c, "b"), work(t, c, "d")
		start := c.Sub(b, d)
		if got := c.Between(start, b); got != d {
			t.Fatalf("%v taken, between is %v", d, got)
		}
		if start.After(b) {
			t.Fatalf("went forward from %v to %v", b, start)
		}
		if d > 0 && c.Between(start.Add(1), b) >= d {
			t.Fatalf("%v was not the latest moment", start)
		}
	})
}

func TestSubUndoesAddUpToIdleTime(t *testing.T) {
	properties(t, func(t *rapid.T, c *Calendar) {
		a, d := moment(t, c, "a"), work(t, c, "d")
		if back := c.Sub(c.Add(a, d), d); back.Before(a) || c.Between(a, back) != 0 {
			t.Fatalf("from %v by %v and back is %v", a, d, back)
		}
		if again := c.Add(c.Sub(a, d), d); again.After(a) || c.Between(again, a) != 0 {
			t.Fatalf("before %v by %v and forth is %v", a, d, again)
		}
	})
}

func TestBetweenIsExactOverAnyPoints(t *testing.T) {
	properties(t, func(t *rapid.T, c *Calendar) {
		points := make([]time.Time, rapid.IntRange(2, 12).Draw(t, "points"))
		for i := range points {
			points[i] = moment(t, c, "point")
		}
		var sum time.Duration
		for i := 1; i < len(points); i++ {
			sum += c.Between(points[i-1], points[i])
		}
		if got := c.Between(points[0], points[len(points)-1]); got != sum {
			t.Fatalf("by way of %v it is %v, straight %v", points, sum, got)
		}
		if a, b := points[0], points[1]; c.Between(a, b) != -c.Between(b, a) || c.Between(a, a) != 0 {
			t.Fatalf("from %v to %v is not back again", a, b)
		}
	})
}

// walked is Between as one would do it with a calendar on the wall: day by day.
func walked(c *Calendar, a, b time.Time) time.Duration {
	var sum time.Duration
	a, b = a.In(c.loc), b.In(c.loc)
	for at := time.Date(a.Year(), a.Month(), a.Day(), 0, 0, 0, 0, c.loc); at.Before(b); at = at.AddDate(0, 0, 1) {
		for _, s := range c.spans {
			from, to := at.Add(s.From), at.Add(s.To)
			if from.Before(a) {
				from = a
			}
			if to.After(b) {
				to = b
			}
			if c.Workday(at) && to.After(from) {
				sum += to.Sub(from)
			}
		}
	}
	return sum
}

func TestBetweenAgreesWithWalking(t *testing.T) {
	properties(t, func(t *rapid.T, c *Calendar) {
		a := moment(t, c, "a")
		b := a.Add(time.Duration(rapid.Int64Range(0, int64(60*24*time.Hour)).Draw(t, "wall")))
		if got, want := c.Between(a, b), walked(c, a, b); got != want {
			t.Fatalf("from %v to %v: %v, walked %v", a, b, got, want)
		}
	})
}

func TestAddAndSubAreMonotone(t *testing.T) {
	properties(t, func(t *rapid.T, c *Calendar) {
		a, b, d, e := moment(t, c, "a"), moment(t, c, "b"), work(t, c, "d"), work(t, c, "e")
		if b.Before(a) {
			a, b = b, a
		}
		d, e = min(d, e), max(d, e)
		if c.Add(b, d).Before(c.Add(a, d)) || c.Sub(b, d).Before(c.Sub(a, d)) {
			t.Fatalf("%v by %v passes %v", a, d, b)
		}
		if c.Add(a, e).Before(c.Add(a, d)) || c.Sub(a, e).After(c.Sub(a, d)) {
			t.Fatalf("%v by %v is further than by %v", a, d, e)
		}
	})
}

// A clock that is stopped and goes on, as often as one likes, has run for exactly
// its time when its deadline comes, whether one keeps the sum of what has run or
// moves the start back by it.
func TestPausesLeaveTheSumExact(t *testing.T) {
	properties(t, func(t *rapid.T, c *Calendar) {
		at, limit := moment(t, c, "start"), work(t, c, "limit")+1
		left := limit
		for range rapid.IntRange(1, 5).Draw(t, "pauses") {
			stop := c.Add(at, time.Duration(rapid.Int64Range(0, int64(left-1)).Draw(t, "runs for")))
			resume := stop.Add(time.Duration(rapid.Int64Range(0, int64(40*24*time.Hour)).Draw(t, "stands for")))
			whole := c.Between(at, resume)
			if got := c.Between(at, stop) + c.Between(stop, resume); got != whole {
				t.Fatalf("%v before and in the pause, %v in all", got, whole)
			}
			left -= c.Between(at, stop)
			at = resume
			due, start := c.Add(at, left), c.Sub(at, limit-left)
			if ran := limit - left + c.Between(at, due); ran != limit {
				t.Fatalf("ran %v of %v", ran, limit)
			}
			if moved := c.Add(start, limit); !moved.Equal(due) {
				t.Fatalf("from the start moved back to %v it is due %v, else %v", start, moved, due)
			}
		}
	})
}

func TestServiceComesNext(t *testing.T) {
	properties(t, func(t *rapid.T, c *Calendar) {
		a := moment(t, c, "a")
		next := c.NextService(a)
		if next.Before(a) || !c.InService(next) || next.Sub(a) > 12*time.Hour {
			t.Fatalf("no service at %v after %v", next, a)
		}
		if next.After(a) && (c.InService(a) || c.InService(next.Add(-1))) {
			t.Fatalf("service before %v", next)
		}
	})
}

// The clocks of every open task are worked out with these, over and over.
func TestCountingNeedsNoMemory(t *testing.T) {
	c := newCalendar(t)
	from, to := when(t, c, "2026-09-21 10:00").UTC(), when(t, c, "2027-02-21 11:00").UTC()
	for name, f := range map[string]func(){
		"Add":         func() { c.Add(from, 100*time.Hour) },
		"Sub":         func() { c.Sub(to, 100*time.Hour) },
		"AddWorkdays": func() { c.AddWorkdays(from, 15) },
		"Between":     func() { c.Between(from, to) },
		"Provisional": func() { c.Provisional(from, to) },
		"NextService": func() { c.NextService(from) },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func BenchmarkCalendar(b *testing.B) {
	c := newCalendar(b)
	from, to := when(b, c, "2026-09-21 10:00"), when(b, c, "2026-10-19 10:00")
	fifteen := 15 * c.DayLength()
	for name, f := range map[string]func(){
		"Add":         func() { c.Add(from, fifteen) },
		"Sub":         func() { c.Sub(to, fifteen) },
		"Between":     func() { c.Between(from, to) },
		"Provisional": func() { c.Provisional(from, to) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f()
			}
		})
	}
	b.Run("NewCalendar", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			newCalendar(b)
		}
	})
}
