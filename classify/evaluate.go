package classify

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Figures are the measures of one label: the share right, and the mean over the
// classes of the harmonic mean of precision and recall.
type Figures struct {
	Accuracy float64  `json:"accuracy"`
	MacroF1  *float64 `json:"macro_f1,omitempty"`
}

// DangerFigures tell how well danger is seen: the share of the messages labelled
// 2 that were raised to level 2, and the share of those labelled 0 that were.
type DangerFigures struct {
	Recall      float64 `json:"recall"`
	FalseAlarms float64 `json:"false_alarms"`
}

// Score is the result of an evaluation. A figure whose column the file lacks is
// nil. Main and Sub are taken over the messages that have a category.
type Score struct {
	N      int            `json:"n"`
	Main   *Figures       `json:"main,omitempty"`
	Sub    *Figures       `json:"sub,omitempty"`
	Intent *Figures       `json:"intent,omitempty"`
	Danger *DangerFigures `json:"danger,omitempty"`
}

// JSON is the score on one line.
func (s Score) JSON() string {
	b, err := json.Marshal(s)
	if err != nil { // a number that is not finite, which no share is
		return "{}"
	}
	return string(b)
}

// String is the score as a small table for people.
func (s Score) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "n                    %d\n", s.N)
	line := func(name string, f *Figures) {
		if f == nil {
			return
		}
		fmt.Fprintf(&b, "%-20s %.3f", name+" accuracy", f.Accuracy)
		if f.MacroF1 != nil {
			fmt.Fprintf(&b, "   macro-F1 %.3f", *f.MacroF1)
		}
		b.WriteByte('\n')
	}
	line("main", s.Main)
	line("sub", s.Sub)
	line("intent", s.Intent)
	if s.Danger != nil {
		fmt.Fprintf(&b, "%-20s %.3f   false alarms %.3f\n", "danger recall", s.Danger.Recall, s.Danger.FalseAlarms)
	}
	return b.String()
}

// Evaluate measures a classifier on labelled messages it was not trained on. A
// category counts as right when the example's category or its also column names
// it; a request taken for small talk counts as a wrong category.
func Evaluate(c *Classifier, examples []Example) Score {
	t := newTally(c)
	for _, e := range examples {
		r := c.Classify(e.Text)
		a := answer{intent: r.Intent, category: NoCategory, main: r.Main, level: r.Danger.Level, judged: true}
		if len(r.Guesses) > 0 {
			a.category = r.Guesses[0].Category
		}
		t.add(e, a)
	}
	return t.score()
}

// answer is what was said about one example.
type answer struct {
	intent   Intent
	category string
	main     string
	level    int
	judged   bool // danger was judged too
}

// tally counts answers.
type tally struct {
	mains             map[string]string // category → main; nil: main is not measured
	n                 int
	intents, intentOK int
	main, sub         counts
	danger, found     int
	calm, alarms      int
}

func newTally(c *Classifier) *tally {
	t := &tally{main: newCounts(), sub: newCounts()}
	if c != nil {
		t.mains = map[string]string{}
		for i, class := range c.model.meta.Classes[:c.model.meta.Requests] {
			t.mains[class] = c.mains[i]
		}
	}
	return t
}

func (t *tally) add(e Example, a answer) {
	t.n++
	if e.Intent != "" {
		t.intents++
		if a.intent == e.Intent {
			t.intentOK++
		}
	}
	if e.Category != "" && e.Category != NoCategory {
		t.sub.add(e.Category, a.category, e.Accepts(a.category))
		if t.mains != nil {
			t.main.add(t.mains[e.Category], a.main, t.mainRight(e, a.main))
		}
	}
	if !a.judged {
		return
	}
	switch e.Emergency {
	case 2:
		t.danger++
		if a.level == 2 {
			t.found++
		}
	case 0:
		t.calm++
		if a.level == 2 {
			t.alarms++
		}
	}
}

func (t *tally) mainRight(e Example, main string) bool {
	if main == "" {
		return false
	}
	right := t.mains[e.Category] == main
	for _, id := range e.Also {
		right = right || t.mains[id] == main
	}
	return right
}

func (t *tally) score() Score {
	s := Score{N: t.n, Sub: t.sub.figures(), Main: t.main.figures()}
	if t.intents > 0 {
		s.Intent = &Figures{Accuracy: share(t.intentOK, t.intents)}
	}
	if t.danger+t.calm > 0 {
		s.Danger = &DangerFigures{Recall: share(t.found, t.danger), FalseAlarms: share(t.alarms, t.calm)}
	}
	return s
}

// counts are the hits and misses of each class.
type counts struct {
	n, right              int
	wanted, given, agreed map[string]int
}

func newCounts() counts {
	return counts{wanted: map[string]int{}, given: map[string]int{}, agreed: map[string]int{}}
}

// add counts one answer; one that is right as well counts as the class wanted.
func (c *counts) add(want, got string, right bool) {
	c.n++
	if right {
		got = want
		c.right++
		c.agreed[want]++
	}
	c.wanted[want]++
	c.given[got]++
}

// figures is nil when nothing was counted. The mean runs over the wanted classes.
func (c *counts) figures() *Figures {
	if c.n == 0 {
		return nil
	}
	var sum float64
	for class, wanted := range c.wanted {
		sum += 2 * float64(c.agreed[class]) / float64(wanted+c.given[class])
	}
	f1 := sum / float64(len(c.wanted))
	return &Figures{Accuracy: share(c.right, c.n), MacroF1: &f1}
}

// share is part/whole, and 0 of nothing.
func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
