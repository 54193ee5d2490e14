package classify

import "math"

// What counts towards an alarm, found on 41,600 examples, each judged by a model that had not seen it:
// together they find four dangers in a hundred more, at the same false alarms, than rules that are
// never overridden. A logistic regression there gives nearly the same.
const (
	riskShare  = 0.3 // of the probability of a risk, among what speaks against danger now
	kindWeight = 1.0 // of the log-probability of the matters that know a danger
	ruleWeight = 3.0 // of a rule that speaks of danger now
	longWeight = 1.0 // of the logarithm of the length, in usual lengths: much else stands beside the danger
	calmWeight = 0.5 // against it, of a message told as past or as a question
	muteWeight = 2.0 // against it, of one that is taken back, denied, unreal or hardly more than haste
)

// ofACry is how many characters a cry for help has at most.
const ofACry = 6

// noStrength is below every gate.
const noStrength = -1000

// leastKnown keeps the logarithm of no probability at all finite.
const leastKnown = 1e-3

// telling is what counts about a message besides what the model says of it.
type telling struct {
	rule   int  // the level the danger rules give
	calm   bool // told as past or as a question, see calm
	muted  bool // taken back, denied, unreal or hardly more than haste, see muted
	empty  bool // nothing but words of haste: 求求你们快点
	cry    bool // a few words in which a rule finds danger now: too few for the model to know better
	length int  // characters
}

// telling notes how a message is told.
func (r *reader) telling(m reading) telling {
	d, letters := r.danger, r.danger.letters(m.scene)
	return telling{
		rule: m.danger.Level, calm: d.calm(m.scene), muted: d.muted(m.scene), length: len(m.model),
		empty: letters == 0, cry: m.danger.Level == 2 && letters <= ofACry,
	}
}

// alarm joins what the model and the rules say about danger.
type alarm struct {
	heads heads
	knows []bool // whether a class is a matter that knows a danger; nil when none does
}

// newAlarm looks up which classes know a danger: those kinds names.
func newAlarm(h heads, classes []string, kinds map[string]string) alarm {
	a := alarm{heads: h}
	knows := make([]bool, len(classes))
	for i, class := range classes {
		if kinds[class] != "" {
			knows[i], a.knows = true, knows
		}
	}
	return a
}

// strength is how strongly a message speaks of danger now: the log-odds of the danger output,
// what is likely to be a matter that knows a danger, whether a rule spoke, and the manner of the
// message. p are the probabilities of all outputs.
func (a alarm) strength(p []float32, m telling) float32 {
	at := a.heads.danger()
	s := math.Log(float64(p[at+2]+1e-9) / float64(p[at]+riskShare*p[at+1]+1e-9))
	if a.knows != nil {
		s += kindWeight * math.Log(float64(a.known(p)))
	}
	switch {
	case m.cry:
		return -noStrength
	case m.rule == 2:
		s += ruleWeight
	case m.empty:
		return noStrength
	case m.muted:
		s -= muteWeight
	}
	if m.calm {
		s -= calmWeight
	}
	s += longWeight * math.Log(float64(max(usualLength, m.length))/usualLength)
	return float32(s)
}

// known is the probability of all matters that know a danger.
func (a alarm) known(p []float32) float32 {
	sum := float32(leastKnown)
	for class, knows := range a.knows {
		if knows {
			sum += p[class]
		}
	}
	return sum
}
