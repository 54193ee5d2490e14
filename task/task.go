package task

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// FirstNumber is where every street's sequence starts, so that a task's number
// always has at least four digits.
const FirstNumber = 1001

// ID is a task's number: "12-1042" is task 1042 of street 12. A task keeps its
// number, and with it its place in Redis, for life.
type ID struct {
	Street string
	Seq    int64
}

// String writes the number as people see it.
func (i ID) String() string { return i.Street + "-" + strconv.FormatInt(i.Seq, 10) }

// Zero tells whether there is no number yet.
func (i ID) Zero() bool { return i == ID{} }

// ParseID reads what String wrote. It is strict: what people type is read by
// grid.ParseNumber.
func ParseID(s string) (ID, error) {
	street, seq, ok := strings.Cut(s, "-")
	n, err := strconv.ParseInt(seq, 10, 64)
	id := ID{Street: street, Seq: n}
	if !ok || street == "" || err != nil || n < FirstNumber || id.String() != s {
		return ID{}, fmt.Errorf("task: %q is not a task number", s)
	}
	return id, nil
}

// Person is somebody on one official account. The same human on two accounts
// is two persons; WeChat gives no way to know better.
type Person struct {
	Account string // name of the account in the configuration
	OpenID  string
}

// Zero tells whether nobody is meant.
func (p Person) Zero() bool { return p == Person{} }

// Rating is the resident's judgement of the result.
type Rating string

// The ratings, with their weight in the satisfaction rate: 1, 0.8 and 0.
const (
	Satisfied    Rating = "satisfied"    // 满意
	Acceptable   Rating = "acceptable"   // 基本满意
	Dissatisfied Rating = "dissatisfied" // 不满意; the task is worked again
)

// Plan is when things are due. A zero time means no such deadline.
type Plan struct {
	Accept   time.Time // until signed
	Contact  time.Time // until first contact
	Feedback time.Time // until the first report back
	Finish   time.Time // until done
	Return   time.Time // until when it may be given back
	Check    time.Time // until the result is checked
	// Start is when feedback and finish began to run, Given when accept and contact
	// did; a zero Given is Start. A pause moves them with the deadlines, so what lies
	// between start and deadline is always the whole of the time there is.
	Start, Given time.Time
	// Provisional says that a deadline lies in a year whose holidays are not
	// published yet, so it may still move.
	Provisional bool
}

// Place is where the matter is.
type Place struct {
	Text      string // as people read it: 幸福里小区3幢
	Microgrid string // area id, "" if unknown
	Grid      string // area id, "" if unknown: then only a dispatcher can place it
}

// line is a place as a history keeps it: the micro-grid, "-" if unknown, and the words
// (see [Event.MaskPlaces]).
func (p Place) line() string { return cmp.Or(p.Microgrid, noMicrogrid) + " " + p.Text }

const noMicrogrid = "-"

// Task is one matter from report to end.
type Task struct {
	ID      ID
	Version int64 // grows by one with every change; 0 means never stored
	Status  Status

	Category     string
	Urgency      Urgency
	Danger       int  // 2 danger now, 1 risk, 0 none; as seen when it was reported
	Confidential bool // seen by the handler and the desk of the street only

	Text     string // the resident's words
	Media    []Media
	Place    Place
	Reporter Person
	Sent     Sent   // with a matter of another system
	Reason   string // why the machine chose this category, and its second guess; for staff
	Guess    Guess  // the machine's own when the report arrived; no move changes it

	Handler     string // staff id; "" while it waits at the desk
	HandlerName string
	Plan        Plan

	OpenedAt     time.Time
	DispatchedAt time.Time
	SignedAt     time.Time
	ContactedAt  time.Time // first contact since the report, or since it was last not solved
	FinishedAt   time.Time
	ClosedAt     time.Time
	UrgedAt      time.Time
	ReportedAt   time.Time // first report back to the resident since it was dispatched or last not solved
	PausedAt     time.Time // since when the clocks stand still, zero while they run
	Until        time.Time // when the status ends by itself: an answer, a review or a rating is waited for no longer
	Next         time.Time // when a clock next asks for something, zero when none does
	Rang         Rang      // which levels of the clocks have asked since they were set

	Result     string // what was done, in the handler's words
	Rating     Rating
	AskedBy    string // staff id of the one who waits for the resident's answer
	Returns    int
	Reworks    int
	Urges      int
	Escalated  int    // rungs above the handler that were told it is overdue: 0, 1 or 2
	Supervised bool   // 督办: the street itself sees to it
	Untold     string // why the resident was not told the latest: a code of Fate.Why; kept by the store, no move sets it
	Ruled      bool   // 裁定: who has it now has it for good
	Rejected   string // 不予受理: one of RejectReasons, "" when it is not
	Appealed   bool   // rejected once and appealed against
	Safe       bool   // staff has seen that people are safe
	Hidden     bool   // the resident hides name and number from who handles it
	Excluded   string // why it is left out of the measures, "" when it is not

	Held     Status    // where it goes on after a pause
	From     string    // staff id of who handed it up
	Wish     time.Time // the later deadline the handler asks for, zero when none
	Extended bool      // 延期, once
	Like     int64     // number of an open task it may be the same as, for staff to decide; 0 when none
	Parent   int64     // number of the task it was merged into, of the same street
	Merged   []int64   // numbers of the tasks merged into it
	Helpers  []Helper  // 协办
}

// Shown tells whether the person may see the task at all: its reporter and those
// whose reports were merged into it, its handler and co-handlers, the desk of its
// street, and, unless it is confidential, those who work in its grid or above it.
func (t *Task) Shown(a Actor) bool {
	switch {
	case a.Kind == ByResident:
		return t.reportedBy(a.Person) || a.Joined && !a.Person.Zero()
	case a.Kind == BySystem:
		return true
	case a.ID == t.Handler && a.ID != "", t.helps(a.ID):
		return true
	case t.Confidential:
		return a.Desk
	}
	return a.Desk || a.InGrid || a.Above
}

// Mergeable tells whether another report could be the same matter by its place and
// kind. What is confidential or not yet named never is.
func (t *Task) Mergeable() bool {
	return t.Place.Microgrid != "" && !t.Confidential && t.Category != Unclassified && t.Status.Open()
}

// reportedBy tells whether the person is the reporter. Nobody is once the
// reporter has left.
func (t *Task) reportedBy(p Person) bool { return !p.Zero() && p == t.Reporter }

// HalfTime is when half of the time to finish has passed, counted from when it
// began to run, or from the report while nobody has the task.
func (t *Task) HalfTime() time.Time {
	start := t.OpenedAt
	for _, later := range []time.Time{t.DispatchedAt, t.Plan.Start} {
		if !later.IsZero() {
			start = later
		}
	}
	if t.Plan.Finish.Before(start) {
		return start
	}
	return start.Add(t.Plan.Finish.Sub(start) / 2)
}
