package task

// Status is where a task stands. The values are stored, so they never change.
type Status string

// The statuses of a task, in the order of its life.
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
	Withdrawn  Status = "withdrawn"  // 已撤回: taken back by the resident
)

// Statuses lists every status in the order of a task's life.
func Statuses() []Status {
	return []Status{Pending, Accepted, Dispatched, Signed, Processing, Checking, Feedback, Closed, Returned, Withdrawn}
}

// Open tells whether somebody still has work to do on a task in this status.
func (s Status) Open() bool { return s != Closed && s != Withdrawn && s != Feedback }

// Over tells whether the task has ended: nothing but a reopening can happen.
func (s Status) Over() bool { return s == Closed || s == Withdrawn }

// AtDesk tells whether the task waits for a dispatcher rather than a handler.
func (s Status) AtDesk() bool { return s == Pending || s == Accepted || s == Returned }
