package task

import (
	"strings"
	"time"
)

// End says how a notice ended.
type End string

// How a notice can end.
const (
	Arrived     End = ""            // a channel took it, and nothing more is to be heard of it
	Handed      End = "handed"      // a channel took it and will report
	Undelivered End = "undelivered" // no way was left
	Uncertain   End = "uncertain"   // no answer came when it was sent, and sending it again could double it
)

// Why nobody could be told: the codes of Fate.Why and Task.Untold. People read them in the
// words of templates.
const (
	WhyGone   = "gone"   // the person does not follow the account any more, or refuses its messages
	WhyClosed = "closed" // no free message is left, and no other channel is open to the person
	WhyUnsure = "unsure" // it was sent and no answer came
	WhyFault  = "fault"  // the platform or the account refuses it
)

// Fate is what became of one notice: part of the task's history.
type Fate struct {
	At      time.Time
	About   About
	Staff   string // whom it was for, "" for the resident
	Channel string // which way it went, "" if none
	End     End
	Why     string // a code, "" when it was delivered
}

// News tells a notice that may wait a moment to be told together with what follows. Every
// other is told at once, and brings with it what waits for the same person.
func (a About) News() bool {
	if strings.HasPrefix(string(a), string(AboutRemind)) || strings.HasPrefix(string(a), string(AboutLate)) {
		return true
	}
	switch a {
	case AboutAccepted, AboutReassigned, AboutCorrected, AboutRelocated, AboutRegraded, AboutSigned, AboutContacted, AboutProgress, AboutChecking, AboutResumed,
		AboutMerged, AboutUnmerged, AboutExtended, AboutOverdue,
		AboutAway, AboutSupplement, AboutUrged, AboutRated, AboutReclassed, AboutMoved, AboutGraded, AboutPaused, AboutGoesOn, AboutJoined, AboutResponded,
		AboutPartDone, AboutDismissed, AboutGranted, AboutRefused, AboutDeskUrged, AboutDeskAdded:
		return true
	}
	return false
}

// Prompt tells a notice that is told at once, whatever waits for the same person.
func (n Notice) Prompt() bool { return n.Urgent || !n.About.News() }

// Closing tells the last thing a resident is told of a matter: one free message is kept for it.
func (a About) Closing() bool {
	switch a {
	case AboutFinished, AboutRejected, AboutLapsed:
		return true
	}
	return false
}
