package task

import "time"

// Urgency is how soon a matter must be accepted, contacted about and finished.
type Urgency string

// The urgency levels. The values are stored and stand in category files.
const (
	Critical Urgency = "critical" // 特急
	Urgent   Urgency = "urgent"   // 紧急
	Normal   Urgency = "normal"   // 一般
	Complex  Urgency = "complex"  // 复杂
	Info     Urgency = "info"     // 咨询建议
	Rework   Urgency = "rework"   // 重办督办
)

// Urgencies lists the levels, most pressing first.
func Urgencies() []Urgency { return []Urgency{Critical, Urgent, Rework, Normal, Complex, Info} }

// Grades lists the levels staff can set, most pressing first. The others say what a matter
// is: a question, or one that was not solved.
func Grades() []Urgency { return []Urgency{Critical, Urgent, Normal, Complex} }

// Valid tells whether u is one of the levels.
func (u Urgency) Valid() bool { return u.Rank() >= 0 }

// Rank is 0 for the most pressing level and grows; −1 for an unknown one.
// Queues sort by it first.
func (u Urgency) Rank() int {
	for i, known := range Urgencies() {
		if u == known {
			return i
		}
	}
	return -1
}

// Checked tells whether somebody other than the handler looks at the result
// before the resident is asked.
func (u Urgency) Checked() bool { return u == Critical || u == Urgent || u == Complex }

// Span is a length of time on one of two clocks: round the clock, or working
// time, where Workdays counts whole working days.
type Span struct {
	Duration time.Duration
	Workdays int
	Working  bool
}

// Zero tells whether there is no such limit.
func (s Span) Zero() bool { return s.Duration == 0 && s.Workdays == 0 }

// Limits are the clocks of a task, all counted from its dispatch.
type Limits struct {
	Accept   Span // until signed (受理/签收)
	Contact  Span // until first contact (先行联系)
	Feedback Span // until the first report back (反馈), critical only
	Finish   Span // until done (办结)
	Return   Span // until when it may be given back (退单)
	Check    Span // until a result is checked (核查), counted from the finish
	Help     Span // until somebody called in answers (应哨), counted from the call
}

// LimitsOf gives the clocks of a category at an urgency. The accept and contact
// limits come with the urgency; the finish limit is the category's own, save
// for rework, and for a matter raised to critical or urgent by danger, which is
// due within 24 hours.
func LimitsOf(u Urgency, own Term) Limits {
	l := base(u)
	l.Return, l.Check, l.Help = returnLimit(u), checkLimit(u), helpLimit(u)
	if u == Rework || own == (Term{}) {
		return l
	}
	finish := Span{Duration: time.Duration(own.Hours) * time.Hour, Workdays: own.Workdays, Working: own.Workdays > 0}
	if (u == Critical || u == Urgent) && finish.Working {
		return l
	}
	l.Finish = finish
	return l
}

// base is the clock table of the governance rules.
func base(u Urgency) Limits {
	minutes := func(n int, working bool) Span {
		return Span{Duration: time.Duration(n) * time.Minute, Working: working}
	}
	days := func(n int) Span { return Span{Workdays: n, Working: true} }
	switch u {
	case Critical:
		return Limits{Accept: minutes(10, false), Contact: minutes(30, false), Feedback: minutes(120, false), Finish: minutes(24*60, false)}
	case Urgent:
		return Limits{Accept: minutes(30, false), Contact: minutes(120, false), Finish: minutes(24*60, false)}
	case Complex:
		return Limits{Accept: minutes(120, true), Contact: days(1), Finish: days(15)}
	case Info:
		return Limits{Accept: minutes(120, true), Finish: days(1)}
	case Rework:
		return Limits{Accept: minutes(30, true), Contact: days(1), Finish: days(3)}
	}
	return Limits{Accept: minutes(120, true), Contact: days(1), Finish: days(5)}
}

// checkLimit is how long a result waits for its check. The rules give none; a danger
// must not wait a day to be looked at.
func checkLimit(u Urgency) Span {
	if u == Critical || u == Urgent {
		return Span{Duration: 2 * time.Hour}
	}
	return Span{Workdays: 1, Working: true}
}

// helpLimit is how long a call (吹哨) waits for its answer: as long as a handler has
// for the first contact.
func helpLimit(u Urgency) Span {
	if l := base(u); !l.Contact.Zero() {
		return l.Contact
	}
	return Span{Workdays: 1, Working: true}
}

// returnLimit is how long a handler may give a task back.
func returnLimit(u Urgency) Span {
	switch u {
	case Critical:
		return Span{Duration: 10 * time.Minute}
	case Urgent:
		return Span{Duration: 30 * time.Minute}
	}
	return Span{Workdays: 2, Working: true}
}

// classify puts a category on the task, with the urgency given or else the
// category's own.
func (t *Task) classify(c Category, u Urgency) {
	t.Category = c.ID
	t.Confidential = c.Confidential
	t.Urgency = u
	if u == "" {
		t.Urgency = c.Urgency
	}
	t.raise()
}

// raise lifts the urgency to what the task itself asks for: a danger seen in
// the report keeps it critical whatever the category says, and a matter that
// was not solved is never slower than rework, nor slowed down to it.
func (t *Task) raise() {
	switch {
	case t.Danger >= 2:
		t.Urgency = Critical
	case t.Reworks > 0 && t.Urgency.Rank() > Rework.Rank():
		t.Urgency = Rework
	}
}

// As is the task as it would be with another category: its urgency may differ
// from the category's, and the deadlines of the move go by it. An empty urgency
// takes the category's own.
func (t Task) As(c Category, u Urgency) Task {
	t.classify(c, u)
	return t
}

// Again is the task as it would be when it was not solved once more, for the
// deadlines of a rework.
func (t Task) Again() Task {
	t.Reworks++
	t.raise()
	return t
}
