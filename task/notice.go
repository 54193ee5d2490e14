package task

import "time"

// PartyKind says what sort of person a notice is for.
type PartyKind string

// Whom a notice can be for. ToDesk and ToChecker are turned into the staff on
// duty by the desk before the change is stored.
const (
	ToResident PartyKind = "resident"
	ToStaff    PartyKind = "staff"
	ToDesk     PartyKind = "desk"
	ToChecker  PartyKind = "checker"
	// ToList is not a person: the task is put on the reporter's own list, which
	// lies elsewhere in Redis and so cannot be part of the same write.
	ToList PartyKind = "list"
)

// Party is whom a notice is for.
type Party struct {
	Kind   PartyKind
	Person Person // residents, and ToList
	Staff  string // staff id
}

// About names what a notice says; there is a template of that name for it.
type About string

// What notices say. The prefix tells who reads it.
const (
	AboutAccepted   About = "resident.accepted"   // a person has decided what it is and who has it
	AboutReassigned About = "resident.reassigned" // somebody else has it now
	AboutCorrected  About = "resident.corrected"  // the category was corrected
	AboutSigned     About = "resident.signed"     // 已签收
	AboutContacted  About = "resident.contacted"  // 已联系
	AboutProgress   About = "resident.progress"   // 处置进展
	AboutQuestion   About = "resident.question"   // a worker asks or answers
	AboutChecking   About = "resident.checking"   // done, being checked
	AboutFinished   About = "resident.finished"   // 已办结, please rate
	AboutAnswer     About = "resident.answer"     // an answer of the conversation that comes late
	AboutNew        About = "staff.new"           // a task is yours
	AboutAway       About = "staff.away"          // a task is no longer yours
	AboutSupplement About = "staff.supplement"    // the resident added something
	AboutReply      About = "staff.reply"         // the resident answered your question
	AboutUrged      About = "staff.urged"         // 催办
	AboutWithdrawn  About = "staff.withdrawn"     // 已撤回
	AboutRated      About = "staff.rated"         // the resident's rating
	AboutReopened   About = "staff.reopened"      // 未解决
	AboutFailed     About = "staff.failed"        // 驳回
	AboutReclassed  About = "staff.reclassified"  // 改类
	AboutCheck      About = "checker.check"       // please check a result
	AboutPending    About = "desk.pending"        // unclear, please decide
	AboutReturned   About = "desk.returned"       // 退单
	AboutUnsolved   About = "desk.unsolved"       // not solved: too often (督办), or nobody to work it again
	AboutCritical   About = "desk.critical"       // danger, for your eyes too
	AboutDeskUrged  About = "desk.urged"          // urged while it waits at the desk
	AboutDeskAdded  About = "desk.supplement"     // supplemented while it waits at the desk
	AboutLink       About = "list.link"           // see ToList
)

// Notice is one message somebody must get because of a move. The store keeps it
// with the move that causes it; the courier renders it when it is sent, with
// the task as it is then.
type Notice struct {
	ID       string // given by the store: "1042.7.1" is the second notice of version 7
	Task     ID
	To       Party
	About    About
	Note     string    // the words it passes on: a question, a reason, a result
	Actor    string    // the name of who made the move
	Due      time.Time // not before; zero means at once
	Attempts int
	LastErr  string
}

// tell lists the notices of a move. Residents are told every step that is not
// their own doing; staff are told what changes their work, unless they did it.
func tell(before, after *Task, m Move) []Notice {
	if m.Quiet {
		return nil
	}
	l := letters{before: before, after: after, m: m}
	switch m.Kind {
	case Accept:
		// the dispatch that follows tells who has it
	case Dispatch:
		l.dispatched()
	case Transfer, Escalate:
		l.resident(AboutReassigned)
		l.changedHands()
	case Reclassify:
		l.reclassified()
	case Sign:
		l.resident(AboutSigned)
		l.changedHands()
	case Contact:
		l.resident(AboutContacted)
	case Progress:
		l.resident(AboutProgress)
	case Ask:
		l.resident(AboutQuestion)
	case Finish, Pass:
		l.finished()
	case Fail:
		l.staff(after.Handler, AboutFailed)
	case Return:
		l.desk(AboutReturned)
	default:
		l.fromResident()
	}
	return l.out
}

// letters collects the notices of one move.
type letters struct {
	before, after *Task
	m             Move
	out           []Notice
}

func (l *letters) to(p Party, a About) {
	l.out = append(l.out, Notice{Task: l.after.ID, To: p, About: a, Note: l.m.Note, Actor: l.m.By.Name})
}

func (l *letters) desk(a About) { l.to(Party{Kind: ToDesk}, a) }

func (l *letters) resident(a About) {
	if l.after.Reporter.Zero() || l.m.Silent {
		return
	}
	l.to(Party{Kind: ToResident, Person: l.after.Reporter}, a)
}

// staff tells a member of staff, but nobody of their own move.
func (l *letters) staff(id string, a About) {
	if id != "" && id != l.m.By.ID {
		l.to(Party{Kind: ToStaff, Staff: id}, a)
	}
}

// changedHands tells the one who has the task now and the one who had it.
func (l *letters) changedHands() {
	if l.before.Handler == l.after.Handler {
		return
	}
	l.staff(l.after.Handler, AboutNew)
	l.staff(l.before.Handler, AboutAway)
}

func (l *letters) dispatched() {
	about := AboutAccepted
	if l.before.Handler != "" || l.before.Status == Returned {
		about = AboutReassigned
	}
	l.resident(about)
	l.changedHands()
	if l.after.Urgency == Critical && l.m.By.Kind == BySystem {
		l.desk(AboutCritical)
	}
}

func (l *letters) reclassified() {
	l.resident(AboutCorrected)
	switch l.after.Handler {
	case l.before.Handler:
		l.staff(l.after.Handler, AboutReclassed)
	case "":
		l.desk(AboutPending)
	}
	l.changedHands()
}

// finished passes the result on, not what the checker remarked about it.
func (l *letters) finished() {
	if l.after.Status == Checking {
		l.to(Party{Kind: ToChecker}, AboutCheck)
		l.resident(AboutChecking)
		return
	}
	l.m.Note = l.after.Result
	l.resident(AboutFinished)
}

func (l *letters) fromResident() {
	switch l.m.Kind {
	case Supplement:
		l.supplemented()
	case Urge:
		l.handlerOrDesk(AboutUrged, AboutDeskUrged)
	case Withdraw:
		l.handlerOrDesk(AboutWithdrawn, AboutWithdrawn)
	case Rate, Reopen:
		l.judged()
	}
}

// handlerOrDesk tells the handler, or the desk while nobody has the task.
func (l *letters) handlerOrDesk(handler, desk About) {
	if l.after.Handler == "" {
		l.desk(desk)
		return
	}
	l.staff(l.after.Handler, handler)
}

// supplemented brings the answer to whoever asked, and what was added to the
// handler, or the desk, unless that is the same person.
func (l *letters) supplemented() {
	asker := l.before.AskedBy
	l.staff(asker, AboutReply)
	if asker == "" || asker != l.after.Handler && l.after.Handler != "" {
		l.handlerOrDesk(AboutSupplement, AboutDeskAdded)
	}
}

// judged tells the handler what the resident thinks of the result, and the
// street when it goes back there.
func (l *letters) judged() {
	handler := l.before.Handler
	switch {
	case l.after.Status == Closed:
		l.staff(handler, AboutRated)
	case l.after.Status == Returned:
		l.staff(handler, AboutAway)
		l.desk(AboutUnsolved)
	default:
		l.staff(l.after.Handler, AboutReopened)
		if l.after.Handler != handler {
			l.staff(handler, AboutAway)
		}
	}
}
