package task

import (
	"time"
	"unicode/utf8"
)

func doWithdraw(before, after *Task, m Move) (string, error) {
	switch {
	case len(before.Merged) > 0:
		return "", ErrJoined
	case before.Urgency == Critical && !before.Safe && before.Status != Merged:
		return "", ErrConfirmSafety
	}
	endPaused(after, m)
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
	if before.neighbour(m.By) { // they were asked nothing
		return "", nil
	}
	if !m.Quiet { // who asked is not told of this, and waits for what they are told of
		after.AskedBy = ""
	}
	if before.Status == NeedInfo {
		goOn(after, m)
	}
	return before.AskedBy, nil
}

// neighbour tells whether somebody reported a part of the task and not the task.
func (t *Task) neighbour(a Actor) bool { return a.Joined && !t.reportedBy(a.Person) }

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

// doAppeal brings a rejected matter back to the desk, once.
func doAppeal(before, after *Task, m Move) (string, error) {
	switch {
	case before.Appealed:
		return "", ErrAppealed
	case m.At.Sub(before.ClosedAt) > ReopenWindow:
		return "", ErrReopenLate
	}
	after.Appealed, after.Rejected, after.ClosedAt = true, "", time.Time{}
	after.Plan = m.Plan
	return "", nil
}

// doForget takes the person out of the case. What they wrote stays: it is the
// matter itself. What only they could answer goes on without an answer.
func doForget(before, after *Task, m Move) (string, error) {
	after.Reporter = Person{}
	after.closeUnrateable(m)
	if before.Status == NeedInfo {
		goOn(after, m)
		after.AskedBy = ""
	}
	return "", nil
}
