package task

import (
	"testing"
	"time"
)

// The day the tests play on, a Monday. The report came at eight, was given out
// at nine, and everything a test does happens at noon of the next day unless it
// says otherwise.
var (
	eight    = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	nine     = eight.Add(time.Hour)
	nextNoon = eight.Add(28 * time.Hour)
)

// The people of the tests. Their staff ids are their names.
var (
	zhao = Person{Account: "main", OpenID: "o-zhao"} // the reporter
	qian = Person{Account: "main", OpenID: "o-qian"} // another resident

	reporter  = Actor{Kind: ByResident, Person: zhao}
	resident  = Actor{Kind: ByResident, Person: qian}
	handler   = staff("li", inGrid)
	colleague = staff("wang", inGrid)
	chief     = staff("chen", inGrid, above)
	desk      = staff("zhou", atDesk)
	system    = Actor{Kind: BySystem}
	stranger  = staff("sun")
	senior    = staff("feng", above, leads)
	helper    = staff("he")
	joined    = Actor{Kind: ByResident, Person: qian, Joined: true}
	// himself is the reporter in a staff hat with every right but this one.
	himself = Actor{Kind: ByStaff, ID: "zhao", Name: "zhao", Person: zhao, Desk: true, InGrid: true, Above: true}
)

func inGrid(a *Actor) { a.InGrid = true }
func above(a *Actor)  { a.Above = true }
func atDesk(a *Actor) { a.Desk = true }
func leads(a *Actor)  { a.Senior = true }

func staff(id string, flags ...func(*Actor)) Actor {
	a := Actor{Kind: ByStaff, ID: id, Name: id, Person: Person{Account: "main", OpenID: "o-" + id}}
	for _, f := range flags {
		f(&a)
	}
	return a
}

// to names a member of staff as the one who gets a task.
func to(id string) Assignee {
	return Assignee{ID: id, Name: id, Person: Person{Account: "main", OpenID: "o-" + id}}
}

// The categories of the tests; a category file is not needed to apply a move.
var (
	light     = Category{ID: "streetlight", Name: "路灯故障", Urgency: Normal, Finish: Term{Workdays: 3}}
	gas       = Category{ID: "gas_leak", Name: "燃气泄漏", Urgency: Critical, Finish: Term{Hours: 24}}
	complaint = Category{ID: "staff_complaint", Name: "投诉工作人员", Urgency: Rework, Finish: Term{Workdays: 3}, Confidential: true}
)

var place = Place{Text: "幸福里小区3幢", Microgrid: "m3", Grid: "g1"}

// Another building of the same grid, and one of another grid.
var (
	nearby    = Place{Text: "幸福里小区5幢", Microgrid: "m5", Grid: "g1"}
	elsewhere = Place{Text: "滨江路12号", Microgrid: "m9", Grid: "g2"}
)

// during is a plan of 24 hours that starts at the given time.
func during(start time.Time) Plan {
	return Plan{Accept: start.Add(time.Hour), Contact: start.Add(2 * time.Hour), Finish: start.Add(24 * time.Hour), Return: start.Add(48 * time.Hour)}
}

// in makes a task of ordinary urgency that stands in the given status.
func in(s Status, tweaks ...func(*Task)) Task {
	t := Task{ID: ID{"12", 1042}, Version: 7, Status: s, Category: "streetlight", Urgency: Normal, Text: "路灯不亮",
		Media: []Media{{ID: "m0", Kind: Image}}, Place: place, Reporter: zhao, OpenedAt: eight, Plan: during(nine)}
	if !s.AtDesk() && s != Merged && s != Rejected {
		t.Handler, t.HandlerName, t.DispatchedAt = "li", "li", nine
	}
	t.Helpers = []Helper{{ID: "he", Name: "he", CalledAt: nine, Answered: nine, Done: nine}}
	switch s {
	case NeedInfo, Suspended:
		t.Held, t.PausedAt, t.Until = Signed, nine, nextNoon
	case Merged:
		t.Held, t.PausedAt, t.Parent = Accepted, nine, 1001
	case Rejected:
		t.ClosedAt = nine
	case Signed, Processing:
		t.SignedAt = nine
	case Checking, Feedback, Closed:
		t.SignedAt, t.FinishedAt, t.Result = nine, nine.Add(time.Hour), "已更换三幢楼下的灯泡"
	}
	for _, f := range tweaks {
		f(&t)
	}
	return t
}

// move makes a move of the kind with everything the kind asks for, so that only
// the actor and the status can stand in its way.
func move(k Kind, by Actor, tweaks ...func(*Move)) Move {
	m := Move{Kind: k, By: by, At: nextNoon, Note: "已联系路灯所，明天上午更换", Plan: during(nextNoon), Rating: Satisfied}
	switch k {
	case Accept, Reclassify:
		m.Category = light
	case Relocate:
		m.Place = nearby
	case Regrade:
		m.Urgency = Urgent
	case Dispatch, Rule, Transfer, Escalate, SendBack:
		m.To = to("wu")
	case Reopen:
		m.To = to("li")
	case Suspend:
		m.Until = nextNoon.Add(240 * time.Hour)
	case Reject:
		m.Reason = RejectReasons()[0]
	case Lose:
		m.Lost = "m0"
	case Merge, Shed:
		m.Other = 1001
	case Absorb:
		m.Other = 1002
	case CallIn:
		m.Helpers = []Helper{{ID: "wei", Name: "wei", Due: nextNoon.Add(time.Hour)}}
	case Dismiss:
		m.To = to("he")
	case AskExtension, Extend:
		m.Plan.Finish, m.Longest = nextNoon.Add(30*time.Hour), nextNoon.Add(48*time.Hour)
	case Ring:
		m.Rings = []Alarm{{Clock: FinishClock, Level: 50}}
	}
	for _, f := range tweaks {
		f(&m)
	}
	return m
}

func note(s string) func(*Move)     { return func(m *Move) { m.Note = s } }
func at(x time.Time) func(*Move)    { return func(m *Move) { m.At = x } }
func give(id string) func(*Move)    { return func(m *Move) { m.To = to(id) } }
func as(c Category) func(*Move)     { return func(m *Move) { m.Category = c } }
func put(p Place) func(*Move)       { return func(m *Move) { m.Place = p } }
func set(u Urgency) func(*Move)     { return func(m *Move) { m.Urgency = u } }
func rating(r Rating) func(*Move)   { return func(m *Move) { m.Rating = r } }
func urgency(u Urgency) func(*Task) { return func(t *Task) { t.Urgency = u } }
func confidential(t *Task)          { t.Confidential = true }
func gone(t *Task)                  { t.Reporter = Person{} }
func asked(by string) func(*Task)   { return func(t *Task) { t.AskedBy = by } }
func nobody(m *Move)                { m.To = Assignee{} }
func image(id string) func(*Move) {
	return func(m *Move) { m.Media = append(m.Media, Media{ID: id, Kind: Image}) }
}

// do applies a move that must be accepted and returns the task afterwards.
func do(t *testing.T, before Task, m Move) Task {
	t.Helper()
	c, err := before.Apply(m)
	if err != nil {
		t.Fatalf("%s by %s in %s: %v", m.Kind, m.By.Name, before.Status, err)
	}
	return c.After
}
