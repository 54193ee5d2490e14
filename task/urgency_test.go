package task

import (
	"strings"
	"testing"
	"time"
)

func TestUrgencyRanks(t *testing.T) {
	order := []Urgency{Critical, Urgent, Rework, Normal, Complex, Info}
	for i, u := range order {
		if u.Rank() != i || !u.Valid() {
			t.Errorf("%s has rank %d, want %d", u, u.Rank(), i)
		}
	}
	for _, u := range []Urgency{"", "high", "Critical"} {
		if u.Rank() != -1 || u.Valid() {
			t.Errorf("%q is taken for a level", u)
		}
	}
}

// clock writes a span as the governance rules do: 30m and 24h round the clock,
// w2h in working time, w5d for whole working days, "-" for none.
func clock(s Span) string {
	switch {
	case s.Zero():
		return "-"
	case s.Workdays > 0 && s.Working && s.Duration == 0:
		return "w" + Term{Workdays: s.Workdays}.String()
	case s.Workdays > 0:
		return "mixed"
	}
	text := strings.TrimSuffix(strings.TrimSuffix(s.Duration.String(), "0s"), "h0m") // 2h0m0s, 30m0s
	if s.Duration%time.Hour == 0 {
		text += "h"
	}
	if s.Working {
		return "w" + text
	}
	return text
}

func TestClockTable(t *testing.T) {
	for _, x := range []struct {
		urgency                                 Urgency
		accept, contact, feedback, finish, back string
	}{
		{Critical, "10m", "30m", "2h", "24h", "10m"},
		{Urgent, "30m", "2h", "-", "24h", "30m"},
		{Normal, "w2h", "w1d", "-", "w5d", "w2d"},
		{Complex, "w2h", "w1d", "-", "w15d", "w2d"},
		{Info, "w2h", "-", "-", "w1d", "w2d"},
		{Rework, "w30m", "w1d", "-", "w3d", "w2d"},
		{"unknown", "w2h", "w1d", "-", "w5d", "w2d"}, // as normal
	} {
		l := LimitsOf(x.urgency, Term{})
		got := [5]string{clock(l.Accept), clock(l.Contact), clock(l.Feedback), clock(l.Finish), clock(l.Return)}
		if want := [5]string{x.accept, x.contact, x.feedback, x.finish, x.back}; got != want {
			t.Errorf("%s: %v, want %v", x.urgency, got, want)
		}
	}
}

func TestCategorysOwnFinish(t *testing.T) {
	for _, x := range []struct {
		urgency Urgency
		own     Term
		finish  string
	}{
		{Normal, Term{Workdays: 3}, "w3d"},
		{Complex, Term{Workdays: 15}, "w15d"},
		{Info, Term{Workdays: 2}, "w2d"},
		{Urgent, Term{Hours: 4}, "4h"},
		{Critical, Term{Hours: 12}, "12h"},
		{Normal, Term{Hours: 24}, "24h"},     // lowered by the dispatcher: still the category's own
		{Critical, Term{Workdays: 3}, "24h"}, // raised by danger: within the day
		{Urgent, Term{Workdays: 15}, "24h"},
		{Rework, Term{Workdays: 15}, "w3d"}, // rework has its own
		{Rework, Term{Hours: 4}, "w3d"},
	} {
		l, base := LimitsOf(x.urgency, x.own), LimitsOf(x.urgency, Term{})
		if got := clock(l.Finish); got != x.finish {
			t.Errorf("%s with %s of its own: finish %s, want %s", x.urgency, x.own, got, x.finish)
		}
		if l.Accept != base.Accept || l.Contact != base.Contact || l.Feedback != base.Feedback || l.Return != base.Return {
			t.Errorf("%s with %s of its own: the other clocks moved: %+v", x.urgency, x.own, l)
		}
	}
}

func TestEveryShippedCategoryHasClocks(t *testing.T) {
	for _, leaf := range shipped(t).All() {
		l := LimitsOf(leaf.Urgency, leaf.Finish)
		if l.Accept.Zero() || l.Finish.Zero() || l.Feedback.Zero() == (leaf.Urgency == Critical) {
			t.Errorf("%s: %+v", leaf.ID, l)
		}
		if raised := LimitsOf(Critical, leaf.Finish); raised.Finish.Working || raised.Finish.Duration > 24*time.Hour {
			t.Errorf("%s as a danger: finish %+v", leaf.ID, raised.Finish)
		}
	}
}

func TestParseTerm(t *testing.T) {
	for in, want := range map[string]Term{"4h": {Hours: 4}, "24h": {Hours: 24}, "1d": {Workdays: 1}, "1000d": {Workdays: 1000}} {
		if got, err := ParseTerm(in); err != nil || got != want || got.String() != in {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "h", "4", "0d", "-1d", "1001h", "4w", "4H", "4 h", "1.5d", "3天", "４h", "99999999999999999999d"} {
		if got, err := ParseTerm(in); err == nil || got != (Term{}) || !strings.Contains(err.Error(), in) {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
}

func FuzzParseTerm(f *testing.F) {
	for _, seed := range []string{"4h", "3d", "0d", "", "d", "+3d", "007h", "3天", "1001d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseTerm(s)
		if err != nil {
			if got != (Term{}) {
				t.Errorf("%q is refused, but gives %+v", s, got)
			}
			return
		}
		if (got.Hours > 0) == (got.Workdays > 0) || got.Hours > 1000 || got.Workdays > 1000 {
			t.Errorf("%q gives %+v", s, got)
		}
		if again, err := ParseTerm(got.String()); err != nil || again != got {
			t.Errorf("%q gives %+v, written %q, read as %+v (%v)", s, got, got, again, err)
		}
	})
}
