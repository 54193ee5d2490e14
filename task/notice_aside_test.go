package task

import (
	"strconv"
	"testing"
)

func ofPauses() []told {
	atDesk := func(t *Task) { t.Held, t.Handler, t.HandlerName = Pending, "", "" }
	ended := at(nextNoon.Add(AnswerFor))
	busy := called("wei")
	busy.Status, busy.Held = NeedInfo, Signed
	back := called("wei", "xu")
	back.Status, back.Handler, back.HandlerName = Returned, "", ""
	return []told{
		{"inquire", in(Pending), move(Inquire, desk), "resident inquired"},
		{"inquire while somebody has it", in(Signed), move(Inquire, desk), "resident inquired, li paused"},
		{"inquire by the system", in(Signed), move(Inquire, system), "resident inquired, li paused"},
		{"answer the dispatcher", in(NeedInfo, asked("zhou")), move(Supplement, reporter), "zhou reply, li supplement, li resumed"},
		{"answer a dispatcher who has it", in(NeedInfo, asked("li")), move(Supplement, reporter), "li reply"},
		{"answer the system", in(NeedInfo), move(Supplement, reporter), "li supplement, li resumed"},
		{"answer what waits at the desk", in(NeedInfo, atDesk, asked("zhou")), move(Supplement, reporter), "zhou reply"},
		{"answer the system at the desk", in(NeedInfo, atDesk), move(Supplement, reporter), "desk supplement"},
		{"no answer", in(NeedInfo), move(Lapse, system, ended), "resident lapsed, li withdrawn"},
		{"no answer, at the desk", in(NeedInfo, atDesk), move(Lapse, system, ended), "resident lapsed, desk withdrawn"},
		{"no answer while others help", busy, move(Lapse, system, ended), "resident lapsed, li withdrawn, wei dismissed"},
		{"forget the one who was asked", in(NeedInfo), move(Forget, system), "li resumed, desk review, media drop"},
		{"forget the one who was asked, at the desk", in(NeedInfo, atDesk), move(Forget, system), "desk review, media drop"},
		{"suspend", in(Signed), move(Suspend, senior), "resident suspended, li paused"},
		{"suspend by who has it", in(Signed, func(t *Task) { t.Handler = "feng" }), move(Suspend, senior), "resident suspended"},
		{"a word while suspended", in(Suspended), move(Supplement, reporter), "li supplement"},
		{"resume", in(Suspended), move(Resume, senior), "resident resumed, li resumed"},
		{"resume on the day of review", in(Suspended), move(Resume, system), "resident resumed, li resumed, desk review"},
		{"resume what waits at the desk", in(NeedInfo, atDesk), move(Resume, system), "resident resumed, desk review"},
		{"reject", in(Pending), move(Reject, desk), "resident rejected"},
		{"reject while others help", back, move(Reject, desk), "resident rejected, wei dismissed, xu dismissed"},
	}
}

func ofMerges() []told {
	return []told{
		{"merge at the desk", in(Accepted), move(Merge, system), "resident merged, parent follow"},
		{"merge while the resident reads the answer", in(Accepted), move(Merge, system, silently), "parent follow"},
		{"merge what somebody has", in(Signed), move(Merge, desk), "resident merged, li away, parent follow"},
		{"merge by the handler", in(Signed), move(Merge, handler), "resident merged, parent follow"},
		{"merge while others help", called("wei"), move(Merge, desk), "resident merged, li away, wei dismissed, parent follow"},
		{"unmerge", in(Merged), move(Unmerge, desk), "resident unmerged, parent follow"},
		{"withdraw from another", in(Merged), move(Withdraw, reporter), "parent follow"},
		{"absorb", in(Signed), move(Absorb, system), "li joined"},
		{"absorb at the desk", in(Accepted), move(Absorb, system), ""},
		{"shed", in(Signed, neighbours(1001)), move(Shed, system), ""},
	}
}

func ofHelpers() []told {
	wei := staff("wei")
	done := called("wei", "xu")
	done.Helpers[0].Done = nine
	return []told{
		{"call in", in(Signed), move(CallIn, handler, call("wei", "xu")), "wei called, xu called"},
		{"call in by a chief", in(Signed), move(CallIn, chief), "wei called"},
		{"a chief calls herself in", in(Signed), move(CallIn, chief, call("wei", "chen")), "wei called"},
		{"respond", called("wei"), move(Respond, wei), "li responded"},
		{"complete", called("wei"), move(Complete, wei), "li partdone"},
		{"dismiss", called("wei"), move(Dismiss, handler, give("wei")), "wei dismissed"},
		{"withdraw when one part is done", done, move(Withdraw, reporter), "li withdrawn, xu dismissed"},
		{"reclassify into confidential while others help", called("wei"), move(Reclassify, desk, as(complaint)),
			"resident corrected, desk pending, li away, wei dismissed"},
		{"reclassify into confidential for one of them", called("wei", "xu"), move(Reclassify, desk, as(complaint), give("wei")),
			"resident corrected, wei new, li away, xu dismissed"},
		{"relocate while others help", called("wei", "xu"), move(Relocate, desk), "resident relocated, li relocated, wei relocated, xu relocated"},
		{"relocate to one of them", called("wei", "xu"), move(Relocate, desk, put(elsewhere), give("wei")),
			"resident relocated, wei new, li away, xu relocated"},
		{"reclassify while others help", called("wei"), move(Reclassify, desk), "resident corrected, li reclassified"},
	}
}

func ofExtensions() []told {
	return []told{
		{"ask for more time", in(Signed), move(AskExtension, handler, inTime, later(wished)), "checker extend"},
		{"more time", in(Signed, waiting), move(Extend, chief), "resident extended, li extended"},
		{"more time unasked", in(Signed), move(Extend, desk, inTime, later(wished)), "resident extended, li extended"},
		{"no more time", in(Signed, waiting), move(RefuseExtension, chief), "li unextended"},
	}
}

// alarm is one line of what the clocks say: at which levels of a clock who is told
// while somebody has the task, and while it waits at the desk.
type alarm struct {
	clock        Clock
	levels       []int
	hand, atDesk string
}

func alarms() []alarm {
	return []alarm{
		{AcceptClock, []int{50, 80}, "li remind.accept", "desk overdue"},
		{AcceptClock, []int{100, 150, 200}, "li overdue.accept, desk unsigned", "desk overdue, higher overdue"},
		{ContactClock, []int{50, 80}, "li remind.contact", ""},
		{ContactClock, []int{100, 150, 200}, "li overdue.contact, above overdue.contact", "above overdue.contact"},
		{FeedbackClock, []int{50, 80}, "li remind.feedback", ""},
		{FeedbackClock, []int{100, 150, 200}, "li overdue.feedback, above overdue.feedback", "above overdue.feedback"},
		{FinishClock, []int{50, 80}, "li remind.finish", ""},
		{FinishClock, []int{100}, "li overdue.finish, above overdue.finish, resident overdue", "above overdue.finish, resident overdue"},
		{FinishClock, []int{150}, "li overdue.finish, above overdue.finish, higher overdue.finish, resident overdue",
			"above overdue.finish, higher overdue.finish, resident overdue"},
		{FinishClock, []int{200}, "li overdue.finish, above overdue.finish, higher overdue.finish, desk supervised, resident overdue",
			"above overdue.finish, higher overdue.finish, desk supervised, resident overdue"},
		{CheckClock, []int{50, 80, 100, 150}, "checker overdue", "checker overdue"},
		{CheckClock, []int{200}, "desk unchecked", "desk unchecked"},
	}
}

// ofClocks is every clock at every level, in hand and at the desk, and what was said
// before.
func ofClocks() []told {
	ring := func(c Clock, level int) Move { return move(Ring, system, rings(Alarm{Clock: c, Level: level})) }
	up := func(n int) func(*Task) { return func(t *Task) { t.Escalated = n } }
	supervised := func(t *Task) { t.Supervised = true }
	out := []told{
		{"150 % after 100 %: the resident knows", in(Signed, up(1)), ring(FinishClock, 150),
			"li overdue.finish, above overdue.finish, higher overdue.finish"},
		{"200 % after 150 %", in(Signed, up(2)), ring(FinishClock, 200),
			"li overdue.finish, above overdue.finish, higher overdue.finish, desk supervised"},
		{"200 % of what the street sees to", in(Signed, up(2), supervised), ring(FinishClock, 200),
			"li overdue.finish, above overdue.finish, higher overdue.finish"},
		{"two clocks at once", in(Signed), move(Ring, system, rings(Alarm{Clock: ContactClock, Level: 100}, Alarm{Clock: FinishClock, Level: 80})),
			"li overdue.contact, above overdue.contact, li remind.finish"},
		{"a call without an answer", called("wei", "xu"), move(Ring, system, rings(Alarm{Clock: HelpClock, Level: 100, Who: "wei"})),
			"wei callurged, li unanswered"},
		{"two calls without an answer", called("wei", "xu"),
			move(Ring, system, rings(Alarm{Clock: HelpClock, Level: 100, Who: "wei"}, Alarm{Clock: HelpClock, Level: 100, Who: "xu"})),
			"wei callurged, xu callurged, li unanswered"},
	}
	for _, a := range alarms() {
		for _, level := range a.levels {
			name := string(a.clock) + " " + strconv.Itoa(level) + " %"
			out = append(out, told{name + " in hand", in(Signed), ring(a.clock, level), a.hand},
				told{name + " at the desk", in(Returned), ring(a.clock, level), a.atDesk})
		}
	}
	return out
}

// TestEveryClockHasItsWords: the table of alarms leaves out no level of any clock.
func TestEveryClockHasItsWords(t *testing.T) {
	said := map[Alarm]int{}
	for _, a := range alarms() {
		for _, level := range a.levels {
			said[Alarm{Clock: a.clock, Level: level}]++
		}
	}
	for _, c := range Clocks() {
		for _, level := range Levels() {
			if said[Alarm{Clock: c, Level: level}] != 1 {
				t.Errorf("%s at %d%% stands %d times in the table", c, level, said[Alarm{Clock: c, Level: level}])
			}
		}
	}
}
