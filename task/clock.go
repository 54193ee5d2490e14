package task

import (
	"strconv"
	"strings"
)

// Clock is one of the times a task is measured by.
type Clock string

// The clocks. Accept is the desk's while the task waits there.
const (
	AcceptClock   Clock = "accept"   // 受理/签收
	ContactClock  Clock = "contact"  // 先行联系
	FeedbackClock Clock = "feedback" // 反馈
	FinishClock   Clock = "finish"   // 办结
	CheckClock    Clock = "check"    // 核查
	HelpClock     Clock = "help"     // 应哨: a co-handler's answer; it has no levels, each helper has their own
)

// Clocks lists the clocks that have levels, most pressing last.
func Clocks() []Clock {
	return []Clock{AcceptClock, CheckClock, ContactClock, FeedbackClock, FinishClock}
}

// Levels are the shares of a clock's time, in percent, at which it asks for
// something: warnings up to 100, then the ladder and 督办.
func Levels() []int { return []int{50, 80, 100, 150, 200} }

// Alarm is a clock that has come to a level. Of the help clock, Who has not answered.
type Alarm struct {
	Clock Clock
	Level int
	Who   string
}

// Rang is the set of levels that have asked already, so that each asks once.
type Rang uint32

// bit is the place of an alarm in the set, 0 for none.
func bit(c Clock, level int) Rang {
	for i, clock := range Clocks() {
		for j, l := range Levels() {
			if clock == c && l == level {
				return 1 << (i*len(Levels()) + j)
			}
		}
	}
	return 0
}

// Has tells whether a level has asked.
func (r Rang) Has(c Clock, level int) bool { return r&bit(c, level) != 0 }

// With is the set with a level and those below it: who hears of 80 % need not hear
// of 50 % any more.
func (r Rang) With(c Clock, level int) Rang {
	for _, l := range Levels() {
		if l <= level {
			r |= bit(c, l)
		}
	}
	return r
}

// Without is the set with all levels of a clock taken out: it was set anew.
func (r Rang) Without(c Clock) Rang {
	for _, l := range Levels() {
		r &^= bit(c, l)
	}
	return r
}

// The levels from which an overdue finish goes up the ladder and before the street.
const (
	LevelOverdue   = 100
	LevelHigher    = 150
	LevelSupervise = 200
)

// doRing notes that clocks have asked. What is overdue goes up: one rung at 100 %,
// another at 150 %, and at 200 % the street itself sees to it. Its handler keeps it.
func doRing(_, after *Task, m Move) (string, error) {
	if len(m.Rings) == 0 {
		return "", ErrNotDue
	}
	var said []string
	for _, a := range m.Rings {
		said = append(said, string(a.Clock)+":"+strconv.Itoa(a.Level))
		if h := after.helper(a.Who); h != nil {
			h.Late = true
			continue
		}
		after.Rang = after.Rang.With(a.Clock, a.Level)
		if a.Clock != FinishClock {
			continue
		}
		after.Escalated = max(after.Escalated, rungs(a.Level))
		after.Supervised = after.Supervised || a.Level >= LevelSupervise
	}
	return strings.Join(said, " "), nil
}

// rungs is how far up an overdue task has gone.
func rungs(level int) int {
	switch {
	case level >= LevelHigher:
		return 2
	case level >= LevelOverdue:
		return 1
	}
	return 0
}

// doReplan takes deadlines that are certain now.
func doReplan(_, after *Task, m Move) (string, error) {
	after.Plan = m.Plan
	return "", nil
}
