package classify

import "math"

// What counts towards an alarm, found on 54,900 examples, each judged by a model that had not seen it.
// A logistic regression there gives nearly the same; at three false alarms in two hundred they find 91 dangers in a hundred.
const (
	riskShare  = 0.6 // of the probability of a risk, among what speaks against danger now
	kindWeight = 1.5 // of the logarithm of how often what a message is likely to be about is a danger now
	ruleWeight = 2.0 // of a rule that speaks of danger now; the model heard it as well
	askWeight  = 1.0 // of the logarithm of how likely something is told and no question asked
	longWeight = 0.5 // of the logarithm of the length, in usual lengths: much else stands beside the danger
	calmWeight = 1.0 // against it, of a message told as past or as a question
	muteWeight = 2.5 // against it, of one that is taken back, denied, unreal or hardly more than haste
)

// ofACry is how many characters a cry for help has at most.
const ofACry = 6

// noStrength is below every gate.
const noStrength = -1000

// least keeps the logarithm of next to no probability from deciding alone.
const least = 1e-4

// leastTold is the same where the words look like a question.
const leastTold = 0.02

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
	heads  heads
	shares []float32 // how many of each class's examples were a danger now; nil when hardly any was
}

// priorWeight is how many examples of the usual share of danger every class has besides its own.
const priorWeight = 10

// fewDangers is how many examples of danger now it takes to learn anything of it.
const fewDangers = 10

// sharesOf counts how often the examples of each class are a danger now; nil when too few are.
func (s *trainingSet) sharesOf(number map[string]int) []float32 {
	all, danger := make([]float32, len(s.classes)), make([]float32, len(s.classes))
	var sum float32
	for _, e := range s.examples {
		class := number[e.class()]
		if all[class]++; e.Emergency == 2 {
			danger[class]++
			sum++
		}
	}
	if sum < fewDangers {
		return nil
	}
	usual := sum / float32(len(s.examples))
	for class, n := range all {
		danger[class] = (danger[class] + priorWeight*usual) / (n + priorWeight)
	}
	return danger
}

// strength is how strongly a message speaks of danger now: the log-odds of the danger output,
// how often what it is likely to be about is a danger, whether a rule spoke, and the manner of the
// message. p are the probabilities of all outputs.
func (a alarm) strength(p []float32, m telling) float32 {
	at := a.heads.danger()
	s := math.Log(float64((p[at+2] + least) / (p[at] + riskShare*p[at+1] + least)))
	if a.shares != nil {
		s += kindWeight * math.Log(float64(a.usual(p)))
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
	s += askWeight * math.Log(float64(1-p[a.heads.consult()]+leastTold))
	s += longWeight * math.Log(float64(max(usualLength, m.length))/usualLength)
	return float32(s)
}

// usual is how often what a message is likely to be about is a danger now.
func (a alarm) usual(p []float32) float32 {
	sum := float32(least)
	for class, share := range a.shares {
		sum += p[class] * share
	}
	return sum
}
