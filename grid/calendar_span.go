package grid

import (
	"fmt"
	"time"
)

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

// length is how long the span is.
func (s Span) length() time.Duration { return s.To - s.From }

// clock is a time of day.
func clock(h, m int) time.Duration {
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
}
