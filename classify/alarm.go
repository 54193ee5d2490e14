package classify

import "math"

// What besides the danger output counts towards an alarm. Chosen among some twenty pairs on the
// messages the gates are chosen by; with neither, danger recall there is four points lower at
// the same false alarms.
const (
	kindWeight = 1.5 // of the log-probability of the matters that know a danger
	ruleWeight = 8.0 // of a rule that speaks of danger now
	calmWeight = 1.0 // against it, of a message told as past or as a question
	muteWeight = 4.0 // against it, of one that is taken back, denied, unreal or hardly more than haste
	longWeight = 1.0 // of the logarithm of the length, in usual lengths: much else stands beside the danger
)

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
	length int  // characters
}

// telling notes how a message is told.
func (r *reader) telling(m reading) telling {
	d := r.danger
	return telling{rule: m.danger.Level, calm: d.calm(m.scene), muted: d.muted(m.scene), empty: d.letters(m.scene) == 0, length: len(m.model)}
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
	s := math.Log(float64(p[at+2]+1e-9) / float64(p[at]+p[at+1]+1e-9))
	if a.knows != nil {
		s += kindWeight * math.Log(float64(a.known(p)))
	}
	switch {
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
