package task

import (
	"math"
	"slices"
	"strings"
	"time"
)

// Guess is the category the machine took for likeliest when a report arrived, also when
// it then asked or left the decision to a person.
type Guess struct {
	Category string  // "" when nothing was guessed, as of a photo alone
	P        float64 // how likely it was taken to be, 0 to 1 in thousandths; 0 when a rule decided
}

// NewGuess rounds the probability to what is kept.
func NewGuess(category string, p float64) Guess {
	return Guess{category, math.Round(p*1000) / 1000}
}

// settling are the moves by which staff stands for a task's category: they set it, or give
// the task away or finish it under the one it has.
var settling = []Kind{Accept, Dispatch, Rule, Reclassify, Finish, Pass}

// Settled is the category that staff settled on and when they last did, from a task's
// history, oldest first; "" while nobody has, or when they left it unclassified. What the
// machine or the resident chose alone is not settled.
func Settled(history []Event) (category string, at time.Time) {
	var stands string
	for _, e := range history {
		if e.Kind == Opened || e.Kind == Accept || e.Kind == Reclassify {
			stands = e.Target
		}
		if e.By == ByStaff && slices.Contains(settling, e.Kind) {
			category, at = stands, e.At
		}
	}
	if category == Unclassified || category == "" {
		return "", time.Time{}
	}
	return category, at
}

// Left tells what stood before staff first corrected it with a move of a kind (Relocate,
// Regrade), from a task's history, oldest first, and whether that stands in the end: "" and
// true when they never did.
func Left(history []Event, k Kind) (was string, left bool) {
	left = true
	for i := range history {
		if e := &history[i]; e.Kind == k && e.By == ByStaff {
			if was == "" {
				was = e.Was
			}
			left = e.Target == was
		}
	}
	return was, left
}

// PlaceLeft tells whether a task had a place before staff corrected it, by its micro-grid,
// and whether they left it there.
func PlaceLeft(t *Task, history []Event) (placed, left bool) {
	was, left := Left(history, Relocate)
	if was == "" {
		was = t.Place.line()
	}
	return !strings.HasPrefix(was, noMicrogrid+" "), left
}

// MaskPlaces takes the words of places an event names through mask.
func (e *Event) MaskPlaces(mask func(string) string) {
	if e.Kind != Relocate {
		return
	}
	for _, p := range []*string{&e.Target, &e.Was} {
		if microgrid, words, ok := strings.Cut(*p, " "); ok {
			*p = microgrid + " " + mask(words)
		}
	}
}
