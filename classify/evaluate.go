package classify

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
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

// DecidedFigures tell how often the first guess was taken without a question, of the
// messages that have a category, and how often it was right then.
type DecidedFigures struct {
	Share     float64 `json:"share"`
	Precision float64 `json:"precision"`
}

// Confusion is a category that was given where another was wanted, and how often. A message
// taken for no request has the intent in place of the category.
type Confusion struct {
	Want string `json:"want"`
	Got  string `json:"got"`
	N    int    `json:"n"`
}

// Score is the result of an evaluation. A figure whose column the file lacks is
// nil. Main and Sub are taken over the messages that have a category.
type Score struct {
	N       int             `json:"n"`
	Main    *Figures        `json:"main,omitempty"`
	Sub     *Figures        `json:"sub,omitempty"`
	Intent  *Figures        `json:"intent,omitempty"`
	Danger  *DangerFigures  `json:"danger,omitempty"`
	Decided *DecidedFigures `json:"decided,omitempty"`
	// ECE is the expected calibration error, in 15 bins, of what is taken for likeliest: the
	// first guess of a request, the intent of anything else.
	ECE *float64 `json:"ece,omitempty"`
	// Worst are the most frequent confusions, at most ten.
	Worst []Confusion `json:"worst,omitempty"`
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
	if s.Decided != nil {
		fmt.Fprintf(&b, "%-20s %.3f   precision %.3f\n", "decided at once", s.Decided.Share, s.Decided.Precision)
	}
	if s.ECE != nil {
		fmt.Fprintf(&b, "%-20s %.3f\n", "calibration error", *s.ECE)
	}
	for _, c := range s.Worst {
		fmt.Fprintf(&b, "%4d × %s taken for %s\n", c.N, c.Want, c.Got)
	}
	return b.String()
}

// Evaluate measures a classifier on labelled messages it was not trained on. A
// category counts as right when the example's category or its also column names
// it; a request taken for small talk counts as a wrong category.
func Evaluate(c *Classifier, examples []Example) Score {
	t := newTally(c)
	for _, e := range examples {
		d, r := c.Hear(e.Text)
		a := answer{intent: r.Intent, category: NoCategory, main: r.Main, level: d.Level, judged: true, p: r.IntentP, sure: r.Verdict == Sure}
		if len(r.Guesses) > 0 {
			a.category, a.p = r.Guesses[0].Category, r.Guesses[0].P
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
	judged   bool    // all was judged: danger, certainty
	p        float64 // of what was taken for likeliest
	sure     bool    // it was acted upon
}

// tally counts answers.
type tally struct {
	mains             map[string]string // category → main; nil: main is not measured
	n                 int
	intents, intentOK int
	main, sub         counts
	danger, found     int
	calm, alarms      int
	taken, takenOK    int
	firsts            []judged
	mixed             map[[2]string]int // wanted and given → how often
}

func newTally(c *Classifier) *tally {
	t := &tally{main: newCounts(), sub: newCounts(), mixed: map[[2]string]int{}}
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
	t.addCertainty(e, a)
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

// addCertainty counts how sure an answer was, and what was taken for what.
func (t *tally) addCertainty(e Example, a answer) {
	right, request := a.intent == e.Intent, e.Category != "" && e.Category != NoCategory
	if request {
		right = e.Accepts(a.category)
	}
	if request || e.Intent != "" {
		t.firsts = append(t.firsts, judged{float32(a.p), right})
	}
	if !request {
		return
	}
	if a.sure && a.category != NoCategory {
		t.taken++
		if right {
			t.takenOK++
		}
	}
	if !right {
		got := a.category
		if got == NoCategory {
			got = string(a.intent)
		}
		t.mixed[[2]string{e.Category, got}]++
	}
}

// worst lists the most frequent confusions, at most n.
func (t *tally) worst(n int) []Confusion {
	var all []Confusion
	for pair, times := range t.mixed {
		all = append(all, Confusion{pair[0], pair[1], times})
	}
	slices.SortFunc(all, func(a, b Confusion) int {
		return cmp.Or(b.N-a.N, strings.Compare(a.Want, b.Want), strings.Compare(a.Got, b.Got))
	})
	return all[:min(n, len(all))]
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
	if len(t.firsts) > 0 {
		ece := calibrationError(t.firsts)
		s.ECE = &ece
	}
	if t.sub.n > 0 && len(t.firsts) > 0 {
		s.Decided = &DecidedFigures{Share: share(t.taken, t.sub.n), Precision: share(t.takenOK, t.taken)}
		s.Worst = t.worst(10)
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
