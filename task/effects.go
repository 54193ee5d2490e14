package task

import (
	"time"
	"unicode/utf8"
)

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

func doAccept(_, after *Task, m Move) (string, error) {
	if m.Category.ID == "" {
		return "", ErrCategory
	}
	after.classify(m.Category, m.Urgency)
	if m.Place != (Place{}) {
		after.Place = m.Place
	}
	after.Plan = m.Plan
	return m.Category.ID, nil
}

// doReclassify corrects the category. What becomes confidential leaves its
// handler, whom it may concern: it goes to the one the move names, else to the
// desk. To let the handler keep it, the move names the handler.
func doReclassify(before, after *Task, m Move) (string, error) {
	if m.Category.ID == "" {
		return "", ErrCategory
	}
	after.classify(m.Category, m.Urgency)
	after.Plan = m.Plan
	hidden := after.Confidential && !before.Confidential
	if hidden && assigned.has(before.Status) && m.To.ID != before.Handler {
		hand(after, m, Accepted)
	}
	return m.Category.ID, nil
}

// doDispatch is doAssign for the desk. What has come back a second time is ruled on
// by it.
func doDispatch(before, after *Task, m Move) (string, error) {
	after.Ruled = before.Ruled || before.Status == Returned && before.Returns >= MaxReturns
	return doAssign(before, after, m)
}

// doRule gives the task to somebody for good.
func doRule(before, after *Task, m Move) (string, error) {
	after.Ruled = true
	return doAssign(before, after, m)
}

// doEscalate hands the task up and remembers from whom.
func doEscalate(before, after *Task, m Move) (string, error) {
	after.From = before.Handler
	return doAssign(before, after, m)
}

// doSendBack hands the task down again to who handed it up.
func doSendBack(before, after *Task, m Move) (string, error) {
	if before.From == "" || m.To.ID != before.From {
		return "", ErrNoTarget
	}
	after.From = ""
	return doAssign(before, after, m)
}

// doAssign gives the task to somebody, who then has to sign it.
func doAssign(before, after *Task, m Move) (string, error) {
	switch {
	case m.To.ID == "":
		return "", ErrNoTarget
	case m.To.ID == before.Handler:
		return "", ErrNoTarget
	case before.reportedBy(m.To.Person):
		return "", ErrOwnReport
	}
	after.Helpers = without(after.Helpers, m.To.ID) // who has it now helps nobody but themselves
	assign(after, m)
	return m.To.ID, nil
}

// hand gives the task to the one the move names, or to the desk, with the
// status it waits there in, when the move names nobody or the reporter.
func hand(after *Task, m Move, waiting Status) {
	if m.To.ID == "" || after.reportedBy(m.To.Person) {
		after.Status = waiting
		after.giveTo("", "")
		return
	}
	assign(after, m)
}

// giveTo changes whose task it is. An answer still to come belongs to the
// next handler, not to the one who asked and has left; nor is an extension theirs
// that the other asked for.
func (t *Task) giveTo(id, name string) {
	if id != t.Handler {
		t.AskedBy, t.Wish = "", time.Time{}
	}
	t.Handler, t.HandlerName = id, name
}

func assign(after *Task, m Move) {
	after.Status = Dispatched
	after.giveTo(m.To.ID, m.To.Name)
	after.Plan = m.Plan
	after.DispatchedAt = m.At
	after.SignedAt = time.Time{}
	if m.Place != (Place{}) {
		after.Place = m.Place
	}
}

func doSign(before, after *Task, m Move) (string, error) {
	if before.Status != Dispatched {
		if before.Handler != m.By.ID {
			return "", ErrTaken
		}
		return "", ErrStatus
	}
	after.giveTo(m.By.ID, m.By.Name)
	after.SignedAt = m.At
	return m.By.ID, nil
}

func doContact(before, after *Task, m Move) (string, error) {
	if before.ContactedAt.IsZero() {
		after.ContactedAt = m.At
	}
	return "", nil
}

func doProgress(_, after *Task, m Move) (string, error) {
	if m.Note == "" && len(m.Media) == 0 {
		return "", ErrNoteTooShort
	}
	after.Media = append(after.Media, m.Media...)
	after.reported(m.At)
	return "", nil
}

// reported notes the first report back.
func (t *Task) reported(at time.Time) {
	if t.ReportedAt.IsZero() {
		t.ReportedAt = at
	}
}

func doAsk(_, after *Task, m Move) (string, error) {
	if m.Note == "" {
		return "", ErrNoteTooShort
	}
	after.AskedBy = m.By.ID
	return "", nil
}

// doFinish asks for words or a photo, and lets somebody else check the urgent,
// critical and complex ones. It waits for the co-handlers.
func doFinish(before, after *Task, m Move) (string, error) {
	if before.awaitsHelp() {
		return "", ErrHelpersOpen
	}
	after.Media = append(after.Media, m.Media...)
	if !long(m.Note, ResultRunes) && !shown(after.Media, m.By.ID) {
		return "", ErrNoteTooShort
	}
	after.Result = m.Note
	after.FinishedAt = m.At
	after.reported(m.At)
	after.Plan.Check = m.Plan.Check
	after.Status = Feedback
	if before.Urgency.Checked() {
		after.Status = Checking
	}
	askToRate(after, m)
	return "", nil
}

// RateFor is how long a resident's rating is waited for. Silence closes the task
// unrated; it is never taken for satisfaction.
const RateFor = 7 * 24 * time.Hour

// askToRate lets a task wait for its resident's rating, or closes it when nobody is
// left to rate it.
func askToRate(after *Task, m Move) {
	if after.Status != Feedback {
		return
	}
	after.Until = m.At.Add(RateFor)
	if after.Reporter.Zero() && len(after.Merged) == 0 {
		after.Status, after.ClosedAt = Closed, m.At
	}
}

func doPass(_, after *Task, m Move) (string, error) {
	askToRate(after, m)
	return "", nil
}

func doSilence(before, after *Task, m Move) (string, error) {
	if m.At.Before(before.Until) {
		return "", ErrNotDue
	}
	after.ClosedAt = m.At
	return "", nil
}

// doForget takes the person out of the case. What they wrote stays: it is the
// matter itself. What only they could answer goes on without an answer.
func doForget(before, after *Task, m Move) (string, error) {
	after.Reporter = Person{}
	switch before.Status {
	case NeedInfo:
		goOn(after, m)
	case Feedback:
		askToRate(after, m)
		after.Until = before.Until
	}
	return "", nil
}

// shown tells whether the worker has sent a photo.
func shown(media []Media, by string) bool {
	for _, x := range media {
		if x.Kind == Image && x.By == by && by != "" {
			return true
		}
	}
	return false
}

func doFail(_, after *Task, m Move) (string, error) {
	if m.Note == "" {
		return "", ErrNoteTooShort
	}
	after.FinishedAt = time.Time{}
	return "", nil
}

// MaxReturns is how often a task may come back before who gets it then has it for
// good.
const MaxReturns = 2

func doReturn(before, after *Task, m Move) (string, error) {
	switch {
	case m.By.Kind == BySystem: // it is nobody's decision, and counts as none
		after.Plan = m.Plan
		after.giveTo("", "")
		return before.Handler, nil
	case before.Ruled:
		return "", ErrRuled
	case m.Note == "":
		return "", ErrNoteTooShort
	case !before.Plan.Return.IsZero() && m.At.After(before.Plan.Return):
		return "", ErrReturnLate
	}
	after.Returns++
	after.Plan = m.Plan
	after.giveTo("", "")
	return before.Handler, nil
}

// doRate records the judgement. Dissatisfied sends the task back to work within
// the window of a reopening; later it counts, but the task is closed.
func doRate(before, after *Task, m Move) (string, error) {
	switch {
	case m.Rating == Dissatisfied && !late(before, m):
		again(after, m)
	case m.Rating == Satisfied, m.Rating == Acceptable, m.Rating == Dissatisfied:
		after.Status = Closed
		after.ClosedAt = m.At
	default:
		return "", ErrMove
	}
	after.Rating = m.Rating
	return string(m.Rating), nil
}

func doReopen(before, after *Task, m Move) (string, error) {
	if late(before, m) {
		return "", ErrReopenLate
	}
	again(after, m)
	return after.Handler, nil
}

// late tells whether the time to say it is not solved is over.
func late(before *Task, m Move) bool { return m.At.Sub(before.FinishedAt) > ReopenWindow }

// again sends the task back to work: to its handler twice, after that to the
// street, which supervises it. Its clocks start anew, the first contact's too.
func again(after *Task, m Move) {
	*after = after.Again()
	after.Plan = m.Plan
	after.ContactedAt, after.ReportedAt, after.FinishedAt, after.ClosedAt = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	after.Rating, after.Escalated, after.Safe = "", 0, false
	if after.Reworks > MaxReworks {
		after.Supervised = true
		m.To = Assignee{}
	}
	hand(after, m, Returned)
}

func doWithdraw(before, after *Task, m Move) (string, error) {
	switch {
	case len(before.Merged) > 0:
		return "", ErrJoined
	case before.Urgency == Critical && !before.Safe && before.Status != Merged:
		return "", ErrConfirmSafety
	}
	after.ClosedAt, after.PausedAt = m.At, time.Time{}
	return "", nil
}

// doConfirm notes that people are safe, which lets the resident withdraw a danger.
func doConfirm(before, after *Task, _ Move) (string, error) {
	if before.Urgency != Critical || before.Safe {
		return "", ErrStatus
	}
	after.Safe = true
	return "", nil
}

// UrgesToSupervise is how many urges bring a task before the street (督办).
const UrgesToSupervise = 2

// doUrge counts an urge: one a day, and not before half of the time has passed.
func doUrge(before, after *Task, m Move) (string, error) {
	if !before.UrgedAt.IsZero() && m.At.Sub(before.UrgedAt) < UrgeEvery {
		return "", ErrUrgedRecently
	}
	if m.At.Before(before.HalfTime()) {
		return "", ErrUrgeEarly
	}
	after.Urges++
	after.UrgedAt = m.At
	after.Supervised = before.Supervised || after.Urges >= UrgesToSupervise
	return before.Handler, nil
}

// doSupplement adds to the report. A matter that began with a photo takes its
// first words from here, and words nobody is told of while the report waits at
// the desk stand in it, or whoever gets it would never read them.
func doSupplement(before, after *Task, m Move) (string, error) {
	if m.Note == "" && len(m.Media) == 0 {
		return "", ErrNoteTooShort
	}
	after.Media = append(after.Media, m.Media...)
	if before.Text == "" || m.Quiet && before.Status == Pending {
		after.Text = more(before.Text, m.Note)
	}
	if !m.Quiet { // who asked is not told of this, and waits for what they are told of
		after.AskedBy = ""
	}
	if before.Status == NeedInfo {
		goOn(after, m)
	}
	return before.AskedBy, nil
}

// TextRunes is how many characters a report grows to by what its reporter says
// before anybody has it; the history holds every word.
const TextRunes = 2000

// more joins what a resident said later to what they said first.
func more(text, note string) string {
	switch {
	case text == "":
		return note
	case note == "" || utf8.RuneCountInString(text)+utf8.RuneCountInString(note) >= TextRunes:
		return text
	}
	return text + "\n" + note
}
