package grid

import "time"

type Span struct{ From, To time.Duration }
type CalendarOptions struct {
	Spans     []Span
	Service   Span
	Location  *time.Location
	Overrides map[string]bool
}
type Calendar struct{}

func ParseSpan(s string) (Span, error)                         { return Span{}, nil }
func NewCalendar(o CalendarOptions) (*Calendar, error)         { return &Calendar{}, nil }
func (c *Calendar) Workday(t time.Time) bool                   { return false }
func (c *Calendar) Known(year int) bool                        { return false }
func (c *Calendar) Add(t time.Time, d time.Duration) time.Time { return t }
func (c *Calendar) AddWorkdays(t time.Time, n int) time.Time   { return t }
func (c *Calendar) Between(a, b time.Time) time.Duration       { return 0 }
func (c *Calendar) InService(t time.Time) bool                 { return false }
func (c *Calendar) NextService(t time.Time) time.Time          { return t }
func (c *Calendar) DayLength() time.Duration                   { return 0 }
