package classify

import (
	"math"
	"slices"
)

// judgement holds, for every sample, what a model said that had not seen it.
type judgement struct {
	set    *trainingSet
	logits [][]float32 // probabilities once scale was called
}

// What is tried for the joint classes: powers of a message's length, and how often two matters
// are both right.
var (
	slopes = []float32{-0.4, -0.35, -0.3, -0.25, -0.2, -0.15, -0.1, -0.05, 0}
	boths  = []float32{0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6}
)

// heats finds for each head what makes its probabilities likeliest; of the joint classes only
// what is taken for likeliest counts, because that is what is acted upon.
func (r *judgement) heats() heats {
	h := r.set.heads
	best, least := heats{Joint: 1}, math.Inf(1)
	for _, slope := range slopes {
		one := heats{Joint: 1, Slope: slope}
		t, l := coolest(func(t float64) float64 { return slices.Min(r.firstLoss(float32(t), one)) })
		if l < least {
			sums := r.firstLoss(t, one)
			best, least = heats{Joint: t, Slope: slope, Both: boths[slices.Index(sums, slices.Min(sums))]}, l
		}
	}
	best.Consult, _ = coolest(r.askLoss)
	best.Danger, _ = coolest(func(t float64) float64 {
		return r.loss(h.danger(), 3, t, func(s *sample) int { return s.danger })
	})
	return best
}

// firstLoss is the summed negative log-likelihood of the first answers being right or wrong, for
// each of boths.
func (r *judgement) firstLoss(t float32, one heats) []float64 {
	sums := make([]float64, len(boths))
	p := make([]float32, r.set.heads.classes)
	for i, l := range r.logits {
		s := &r.set.samples[i]
		heat := t * one.joint(s.told.length)
		for c := range p {
			p[c] = l[c] / heat
		}
		softmax(p, p)
		for j, both := range boths {
			class, sure := r.first(p, heats{Both: both})
			if !s.accepts(class) {
				sure = 1 - sure
			}
			sums[j] -= math.Log(max(1e-6, float64(sure)))
		}
	}
	return sums
}

// first is what a message is taken for, and how surely.
func (r *judgement) first(p []float32, h heats) (class int, sure float32) {
	if talk, sure, request := talkOrNot(p[:r.set.heads.classes], r.set.requests); sure > request {
		return talk, sure
	}
	top := three(p[:r.set.requests])
	return top[0], h.right(p[top[0]], next(p, top, 0))
}

// coolest searches the temperature of the least loss on a fine fixed grid.
func coolest(loss func(t float64) float64) (at float32, least float64) {
	at, least = 1, math.Inf(1)
	for step := -40; step <= 40; step++ {
		t := math.Pow(1.05, float64(step))
		if l := loss(t); l < least {
			at, least = float32(t), l
		}
	}
	return at, least
}

// loss is the summed negative log-likelihood of a softmax head at a temperature.
func (r *judgement) loss(from, width int, t float64, label func(*sample) int) float64 {
	var sum float64
	p := make([]float32, width)
	for i, l := range r.logits {
		want := label(&r.set.samples[i])
		if want < 0 {
			continue
		}
		for c := range p {
			p[c] = l[from+c] / float32(t)
		}
		softmax(p, p)
		sum -= math.Log(float64(p[want]) + 1e-12)
	}
	return sum
}

func (r *judgement) askLoss(t float64) float64 {
	var sum float64
	for i, l := range r.logits {
		p := float64(sigmoid(l[r.set.heads.consult()] / float32(t)))
		switch r.set.samples[i].ask {
		case 1:
			sum -= math.Log(p + 1e-12)
		case 0:
			sum -= math.Log(1 - p + 1e-12)
		}
	}
	return sum
}

// scale turns the logits into probabilities at the temperatures found.
func (r *judgement) scale(h heats) {
	m := Model{heads: r.set.heads, meta: modelMeta{Heat: h}}
	for i, l := range r.logits {
		m.probabilities(l, r.set.samples[i].told.length)
	}
}

// judged is a decision that was right or wrong, with the confidence behind it.
type judged struct {
	p     float32
	right bool
}

// pair is a first guess's confidence, and that of the first two together.
type pair struct {
	sure float32
	both judged
}

// leastTwo is how likely two offered answers must be at least together: a question that mostly
// misses only annoys.
const leastTwo = 0.4

// asked are the pairs whose first guess is not acted upon: only then two are offered.
func asked(all []pair, gate float32) []judged {
	var out []judged
	for _, p := range all {
		if p.sure < gate {
			out = append(out, p.both)
		}
	}
	return out
}

// gates chooses the lowest confidences that keep the promised precisions.
func (r *judgement) gates(o TrainOptions, h heats) Gates {
	var one, talk []judged
	var two []pair
	var calm, risky []float32
	for i, p := range r.logits {
		s := &r.set.samples[i]
		switch s.danger {
		case 1:
			risky = append(risky, r.set.alarm.strength(p, s.told))
		case 0:
			calm = append(calm, r.set.alarm.strength(p, s.told))
		}
		class, sure := r.first(p, h)
		if class >= r.set.requests {
			talk = append(talk, judged{sure, s.class == class})
			continue
		}
		one = append(one, judged{sure, s.accepts(class)})
		if top := three(p[:r.set.requests]); top[1] >= 0 {
			two = append(two, pair{sure, judged{sure + h.right(p[top[1]], next(p, top, 1)), s.accepts(class) || s.accepts(top[1])}})
		}
	}
	gate, danger := lowest(one, o.SurePrecision), rarest(calm, o.FalseAlarms)
	if len(risky) >= fewCalm { // fewer say nothing
		danger = max(danger, rarest(risky, o.RiskAlarms))
	}
	return Gates{
		Sure:   gate,
		Two:    max(leastTwo, lowest(asked(two, gate), o.TwoPrecision)),
		Talk:   lowest(talk, o.TalkPrecision),
		Ask:    r.askGate(),
		Danger: danger,
	}
}

// askGate is the probability of consult that tells it from report with the
// fewest errors, the highest such. A report taken for a question, which then goes by the slower
// clock of questions, counts twice.
func (r *judgement) askGate() float32 {
	gate, fewest := float32(0.5), 2*len(r.logits)+1
	for step := 5; step < 20; step++ {
		at, wrong := float32(step)/25, 0
		for i, p := range r.logits {
			ask := r.set.samples[i].ask
			switch consult := p[r.set.heads.consult()] >= at; {
			case consult && ask == 0:
				wrong += 2
			case !consult && ask == 1:
				wrong++
			}
		}
		if wrong <= fewest {
			gate, fewest = at, wrong
		}
	}
	return gate
}

// accepts tells whether a class is right for the sample.
func (s *sample) accepts(class int) bool { return class == s.class || slices.Contains(s.also, class) }

// lowest is the smallest confidence from which on the decisions are right as
// often as wanted; just under 1 when that never happens.
func lowest(all []judged, precision float64) float32 {
	slices.SortFunc(all, func(a, b judged) int {
		switch {
		case a.p > b.p:
			return -1
		case a.p < b.p:
			return 1
		}
		return 0
	})
	gate, right := float32(0.999), 0
	for i, j := range all {
		if j.right {
			right++
		}
		if n := i + 1; n >= 20 && float64(right) >= precision*float64(n) {
			gate = j.p
		}
	}
	return gate
}

// evenStrength is the gate of danger where none can be chosen: a model that has learned nothing of
// danger stays below it, and a rule comes above. It takes fewCalm messages to choose a lower one.
const evenStrength, fewCalm = 0, 50

// rarest is the smallest strength that at most a share of the values reach.
func rarest(values []float32, share float64) float32 {
	slices.Sort(values)
	slices.Reverse(values)
	n := int(share * float64(len(values)))
	if n >= len(values) {
		return evenStrength
	}
	if gate := values[n] + 1e-4; len(values) >= fewCalm || gate > evenStrength {
		return gate
	}
	return evenStrength
}

// report sums up how the judged did.
func (r *judgement) report(g Gates, h heats) Report {
	rep := Report{Classes: len(r.set.classes), Gates: g}
	var firsts []judged
	requests, taken, right := 0, 0, 0
	tally := newTally(nil)
	for i, p := range r.logits {
		s, e := &r.set.samples[i], r.set.examples[i]
		top, sure := r.first(p, h)
		good := s.accepts(top)
		firsts = append(firsts, judged{sure, good})
		if !good {
			rep.Doubts = append(rep.Doubts, Doubt{e, r.set.classes[top], float64(sure)})
		}
		if s.ask >= 0 {
			requests++
			if top < r.set.requests && sure >= g.Sure {
				taken++
				if good {
					right++
				}
			}
		}
		tally.add(e, r.answer(top, p, g.Ask))
	}
	slices.SortStableFunc(rep.Doubts, func(a, b Doubt) int {
		if a.P > b.P {
			return -1
		}
		return 1
	})
	rep.Score, rep.ECE = tally.score(), calibrationError(firsts)
	rep.Taken, rep.Right = share(taken, requests), share(right, taken)
	return rep
}

// answer is what the model alone would say, having taken a message for the class top.
func (r *judgement) answer(top int, p []float32, gate float32) answer {
	if top >= r.set.requests {
		return answer{intent: Intent(r.set.classes[top]), category: NoCategory}
	}
	a := answer{intent: IntentReport, category: r.set.classes[top]}
	if p[r.set.heads.consult()] >= gate {
		a.intent = IntentConsult
	}
	return a
}

// calibrationError is the mean distance between confidence and accuracy over 15
// equal bins, weighted by their size.
func calibrationError(all []judged) float64 {
	const bins = 15
	var n, right, sum [bins]float64
	for _, j := range all {
		b := min(int(j.p*bins), bins-1)
		n[b]++
		sum[b] += float64(j.p)
		if j.right {
			right[b]++
		}
	}
	var ece float64
	for b := range bins {
		ece += math.Abs(sum[b] - right[b])
	}
	return ece / math.Max(1, float64(len(all)))
}
