package task

import (
	"math"
	"slices"
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
