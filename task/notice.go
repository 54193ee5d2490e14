package task

import "time"

// PartyKind says what sort of person a notice is for.
type PartyKind string

// Whom a notice can be for. ToDesk, ToChecker, ToAbove and ToHigher are turned into
// the staff on duty by the desk before the change is stored.
const (
	ToResident PartyKind = "resident"
	ToStaff    PartyKind = "staff"
	ToDesk     PartyKind = "desk"
	ToChecker  PartyKind = "checker"
	ToAbove    PartyKind = "above"  // one rung above the handler
	ToHigher   PartyKind = "higher" // two rungs above the handler
	// ToSystem is the other system a matter came from: see Matter.
	ToSystem PartyKind = "system"
	// ToList is not a person: the task is put on the reporter's own list, which
	// lies elsewhere in Redis and so cannot be part of the same write.
	ToList PartyKind = "list"
	// ToParent is not a person either: the task was merged into another or taken out
	// of it again, and the other one follows.
	ToParent PartyKind = "parent"
	// ToMedia is the folder of photos and voices: something is fetched into it, or what
	// may not stay is taken out of it.
	ToMedia PartyKind = "media"
)

// Party is whom a notice is for.
type Party struct {
	Kind   PartyKind
	Person Person // residents and systems, and ToList
	Staff  string // staff id
}

// About names what a notice says; there is a template of that name for it.
type About string

// What notices say. The prefix tells who reads it.
const (
	AboutAccepted   About = "resident.accepted"   // a person has decided what it is and who has it
	AboutReassigned About = "resident.reassigned" // somebody else has it now
	AboutCorrected  About = "resident.corrected"  // the category was corrected
	AboutRelocated  About = "resident.relocated"  // the place was corrected
	AboutRegraded   About = "resident.regraded"   // the urgency was set, and the deadline with it
	AboutSigned     About = "resident.signed"     // 已签收
	AboutContacted  About = "resident.contacted"  // 已联系
	AboutProgress   About = "resident.progress"   // 处置进展
	AboutQuestion   About = "resident.question"   // a worker asks or answers
	AboutChecking   About = "resident.checking"   // done, being checked
	AboutFinished   About = "resident.finished"   // 已办结, please rate
	AboutAnswer     About = "resident.answer"     // an answer of the conversation that comes late
	AboutInquired   About = "resident.inquired"   // 待补充: the matter waits for an answer
	AboutResumed    About = "resident.resumed"    // it goes on
	AboutSuspended  About = "resident.suspended"  // 挂账, with the reason
	AboutLapsed     About = "resident.lapsed"     // no answer came: taken as withdrawn
	AboutRejected   About = "resident.rejected"   // 不予受理, with the reason
	AboutMerged     About = "resident.merged"     // 并案: it is worked with the neighbours' report
	AboutUnmerged   About = "resident.unmerged"   // 拆案
	AboutExtended   About = "resident.extended"   // 延期, with the new deadline
	AboutOverdue    About = "resident.overdue"    // the deadline has passed, the heads know
	AboutSafe       About = "resident.safe"       // 平安: it may be withdrawn
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
	AboutMoved      About = "staff.relocated"     // 改址
	AboutGraded     About = "staff.regraded"      // 改急
	AboutPaused     About = "staff.paused"        // 待补充 or 挂账: the clocks stand still
	AboutGoesOn     About = "staff.resumed"       // they run again
	AboutJoined     About = "staff.joined"        // another report was merged into it
	AboutCalled     About = "staff.called"        // 吹哨: you are called in
	AboutCallUrged  About = "staff.callurged"     // 吹哨: no answer came
	AboutUnanswered About = "staff.unanswered"    // whom you called has not answered
	AboutResponded  About = "staff.responded"     // 应哨
	AboutPartDone   About = "staff.partdone"      // a co-handler's part is done
	AboutDismissed  About = "staff.dismissed"     // 撤协
	AboutGranted    About = "staff.extended"      // 延期 granted
	AboutRefused    About = "staff.unextended"    // 延期 not granted
	AboutSupervised About = "staff.supervised"    // 督办
	AboutRemind     About = "staff.remind."       // and the clock: it will be due
	AboutLate       About = "staff.overdue."      // and the clock: it is overdue
	AboutCheck      About = "checker.check"       // please check a result
	AboutCheckLate  About = "checker.overdue"     // the result still waits for you
	AboutWish       About = "checker.extend"      // 延期 is asked for
	AboutAboveLate  About = "above.overdue."      // and the clock: overdue below you
	AboutPending    About = "desk.pending"        // unclear, please decide
	AboutReturned   About = "desk.returned"       // 退单
	AboutUnsolved   About = "desk.unsolved"       // not solved: too often (督办), or nobody to work it again
	AboutCritical   About = "desk.critical"       // danger, for your eyes too
	AboutDeskUrged  About = "desk.urged"          // urged while it waits at the desk
	AboutDeskAdded  About = "desk.supplement"     // supplemented while it waits at the desk
	AboutAppeal     About = "desk.appeal"         // 申诉
	AboutUnsigned   About = "desk.unsigned"       // nobody signs it
	AboutWaiting    About = "desk.overdue"        // it waits at the desk for too long
	AboutStreet     About = "desk.supervised"     // 督办: the street itself sees to it
	AboutUnchecked  About = "desk.unchecked"      // a result waits for its check for too long
	AboutOrphaned   About = "desk.orphaned"       // who had it has left, and nobody can take over
	AboutReview     About = "desk.review"         // a pause has ended by itself
	AboutLink       About = "list.link"           // see ToList
	AboutFollow     About = "parent.follow"       // see ToParent
	AboutFetch      About = "media.fetch"         // see ToMedia; the note is the medium's id
	AboutDrop       About = "media.drop"          // see ToMedia
	AboutAgain      About = "resident.again"      // a photo did not arrive: please send it again
	AboutStaffAgain About = "staff.again"         // the same, to a member of staff
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
	Urgent   bool      // danger: at any hour, and nothing keeps it waiting
	Failed   string    // the channel that took it and then told that it could not be delivered
	Due      time.Time // not before; zero means at once
	Status   Status    // how the task stood after the move; for systems only
	At       time.Time // when the move was made; for systems only
	Attempts int       // counting the one under way
	Unsure   int       // of those before, how many it may have arrived with
	LastErr  string
}
