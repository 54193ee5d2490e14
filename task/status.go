package task

import "slices"

// Status is where a task stands. The values are stored, so they never change.
type Status string

// The statuses of a task: first the line of its life, then the sides it can
// step to.
const (
	Pending    Status = "pending"    // 待受理: waits for the dispatcher to decide what it is
	Accepted   Status = "accepted"   // 已受理: category, place and urgency are set, nobody has it yet
	Dispatched Status = "dispatched" // 已派单: one person has it and has not signed
	Signed     Status = "signed"     // 已签收: that person has taken it on
	Processing Status = "processing" // 处置中: the resident was contacted or progress was reported
	Checking   Status = "checking"   // 待核查: done, somebody else looks at the result
	Feedback   Status = "feedback"   // 待评价: the resident is asked whether it is solved
	Closed     Status = "closed"     // 已结案
	Returned   Status = "returned"   // 退单: given back, the dispatcher decides
	NeedInfo   Status = "need_info"  // 待补充: the resident is asked, the clocks stand still
	Suspended  Status = "suspended"  // 挂账: cannot be solved now, looked at again on a set day
	Merged     Status = "merged"     // 已并案: worked as part of another task
	Rejected   Status = "rejected"   // 不予受理
	Withdrawn  Status = "withdrawn"  // 已撤回: taken back by the resident
)

// Statuses lists every status: the line of a task's life, then the sides.
func Statuses() []Status {
	return []Status{Pending, Accepted, Dispatched, Signed, Processing, Checking, Feedback, Closed,
		Returned, NeedInfo, Suspended, Merged, Rejected, Withdrawn}
}

// Open tells whether somebody still has work to do on a task in this status. A
// merged one is worked as part of another.
func (s Status) Open() bool {
	return !slices.Contains([]Status{Feedback, Closed, Merged, Rejected, Withdrawn}, s)
}

// Over tells whether the task has ended: nothing but a reopening or an appeal
// can happen.
func (s Status) Over() bool { return s == Closed || s == Withdrawn || s == Rejected }

// AtDesk tells whether the task waits for a dispatcher rather than a handler.
func (s Status) AtDesk() bool { return s == Pending || s == Accepted || s == Returned }

// Assigned tells whether somebody has the task and works on it.
func (s Status) Assigned() bool { return s == Dispatched || s == Signed || s == Processing }

// Paused tells whether the task's clocks stand still.
func (s Status) Paused() bool { return s == NeedInfo || s == Suspended }
