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
	AboutUnsolved   About = "desk.unsolved"       // not solved too often: 督办
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
// their own doing; handlers are told what changes their work.
func tell(before, after *Task, m Move) []Notice {
	l := letters{before: before, after: after, m: m}
	switch m.Kind {
	case Accept:
		// the dispatch that follows tells who has it
	case Dispatch:
		l.dispatched()
	case Transfer, Escalate:
		l.resident(AboutReassigned)
		l.staff(after.Handler, AboutNew)
	case Reclassify:
		l.resident(AboutCorrected)
		if m.By.ID != after.Handler {
			l.staff(after.Handler, AboutReclassed)
		}
	case Sign:
		l.resident(AboutSigned)
		if before.Handler != after.Handler {
			l.staff(before.Handler, AboutAway)
		}
	case Contact:
		l.resident(AboutContacted)
	case Progress:
		l.resident(AboutProgress)
	case Ask:
		l.resident(AboutQuestion)
	case Finish:
		l.finished()
	case Pass:
		l.resident(AboutFinished)
	case Fail:
		l.staff(after.Handler, AboutFailed)
	case Return:
		l.to(Party{Kind: ToDesk}, AboutReturned)
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

func (l *letters) resident(a About) {
	if l.after.Reporter.Zero() || l.m.Silent {
		return
	}
	l.to(Party{Kind: ToResident, Person: l.after.Reporter}, a)
}

// staff tells a member of staff, or the desk when nobody has the task.
func (l *letters) staff(id string, a About) {
	if id != "" {
		l.to(Party{Kind: ToStaff, Staff: id}, a)
	}
}

func (l *letters) dispatched() {
	about := AboutAccepted
	if l.before.Handler != "" || l.before.Status == Returned {
		about = AboutReassigned
	}
	l.resident(about)
	l.staff(l.after.Handler, AboutNew)
	l.staff(l.before.Handler, AboutAway)
	if l.after.Urgency == Critical && l.m.By.Kind == BySystem {
		l.to(Party{Kind: ToDesk}, AboutCritical)
	}
}

func (l *letters) finished() {
	if l.after.Status == Checking {
		l.to(Party{Kind: ToChecker}, AboutCheck)
		l.resident(AboutChecking)
		return
	}
	l.resident(AboutFinished)
}

func (l *letters) fromResident() {
	handler := l.before.Handler
	if handler == "" {
		l.deskFromResident()
		return
	}
	switch l.m.Kind {
	case Supplement:
		if l.before.AskedBy != "" {
			l.staff(l.before.AskedBy, AboutReply)
			return
		}
		l.staff(handler, AboutSupplement)
	case Urge:
		l.staff(handler, AboutUrged)
	case Withdraw:
		l.staff(handler, AboutWithdrawn)
	case Rate, Reopen:
		l.judged(handler)
	}
}

func (l *letters) deskFromResident() {
	switch l.m.Kind {
	case Supplement:
		l.to(Party{Kind: ToDesk}, AboutDeskAdded)
	case Urge:
		l.to(Party{Kind: ToDesk}, AboutDeskUrged)
	case Withdraw:
		l.to(Party{Kind: ToDesk}, AboutWithdrawn)
	}
}

// judged tells the handler what the resident thinks of the result, and the
// street when it was not solved too often.
func (l *letters) judged(handler string) {
	switch {
	case l.after.Status == Closed:
		l.staff(handler, AboutRated)
	case l.after.Status == Returned:
		l.staff(handler, AboutAway)
		l.to(Party{Kind: ToDesk}, AboutUnsolved)
	case l.after.Handler == handler:
		l.staff(handler, AboutReopened)
	default:
		l.staff(handler, AboutAway)
		l.staff(l.after.Handler, AboutReopened)
	}
}
