package classify

import (
	"math"
	"slices"
)

// foldResult holds, for every sample, what a model said that had not seen it.
type foldResult struct {
	set    *trainingSet
	logits [][]float32 // probabilities once scale was called
}

// heats finds the temperature of each head that makes the folds' probabilities
// likeliest.
func (r *foldResult) heats() heats {
	h := r.set.heads
	return heats{
		Joint:   coolest(func(t float64) float64 { return r.loss(0, h.classes, t, func(s *sample) int { return s.class }) }),
		Consult: coolest(func(t float64) float64 { return r.askLoss(t) }),
		Danger:  coolest(func(t float64) float64 { return r.loss(h.danger(), 3, t, func(s *sample) int { return s.danger }) }),
	}
}

// coolest searches the temperature of the least loss on a fine fixed grid.
func coolest(loss func(t float64) float64) float32 {
	at, least := 1.0, math.Inf(1)
	for step := -40; step <= 40; step++ {
		t := math.Pow(1.05, float64(step))
		if l := loss(t); l < least {
			at, least = t, l
		}
	}
	return float32(at)
}

// loss is the summed negative log-likelihood of a softmax head at a temperature.
func (r *foldResult) loss(from, width int, t float64, label func(*sample) int) float64 {
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

func (r *foldResult) askLoss(t float64) float64 {
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
func (r *foldResult) scale(h heats) {
	m := Model{heads: r.set.heads, meta: modelMeta{Heat: h}}
	for _, l := range r.logits {
		m.probabilities(l)
	}
}

// judged is a decision that was right or wrong, with the confidence behind it.
type judged struct {
	p     float32
	right bool
}

// gates chooses the lowest confidences that keep the promised precisions.
func (r *foldResult) gates(o TrainOptions) Gates {
	var one, two, talk []judged
	var calm []float32
	for i, p := range r.logits {
		s := &r.set.samples[i]
		if s.danger == 0 {
			calm = append(calm, s.raised(p[r.set.heads.danger()+2]))
		}
		if class := best(p[:r.set.heads.classes]); class >= r.set.requests {
			talk = append(talk, judged{p[class], s.class == class})
			continue
		}
		top := three(p[:r.set.requests])
		one = append(one, judged{p[top[0]], s.accepts(top[0])})
		if top[1] >= 0 {
			two = append(two, judged{p[top[0]] + p[top[1]], s.accepts(top[0]) || s.accepts(top[1])})
		}
	}
	return Gates{
		Sure:   lowest(one, o.SurePrecision),
		Two:    lowest(two, o.TwoPrecision),
		Talk:   lowest(talk, o.TalkPrecision),
		Ask:    r.askGate(),
		Danger: rarest(calm, o.FalseAlarms),
	}
}

// raised is the probability of danger now that may raise the sample: none where
// the danger head has no say.
func (s *sample) raised(p float32) float32 {
	if s.muted {
		return 0
	}
	return p
}

// askGate is the probability of consult that tells it from report with the
// fewest errors. A report taken for a question, which then goes by the slower clock of
// questions, counts twice.
func (r *foldResult) askGate() float32 {
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
		if wrong < fewest {
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

// rarest is the smallest probability that at most a share of the values reach,
// and never below a fifth.
func rarest(values []float32, share float64) float32 {
	slices.Sort(values)
	slices.Reverse(values)
	n := int(share * float64(len(values)))
	if n >= len(values) {
		return 0.2
	}
	return max(0.2, values[n]+1e-4)
}

// report sums up how the folds did.
func (r *foldResult) report(g Gates) Report {
	rep := Report{Examples: len(r.set.samples), Classes: len(r.set.classes), Gates: g}
	var firsts []judged
	requests, taken, right := 0, 0, 0
	tally := newTally(nil)
	for i, p := range r.logits {
		s, e := &r.set.samples[i], r.set.examples[i]
		top := best(p[:r.set.heads.classes])
		firsts = append(firsts, judged{p[top], s.accepts(top)})
		if !s.accepts(top) {
			rep.Doubts = append(rep.Doubts, Doubt{e, r.set.classes[top], float64(p[top])})
		}
		if s.ask >= 0 {
			requests++
			if first := best(p[:r.set.requests]); p[first] >= g.Sure {
				taken++
				if s.accepts(first) {
					right++
				}
			}
		}
		tally.add(e, r.answer(p, g.Ask))
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

// answer is what the model alone would say.
func (r *foldResult) answer(p []float32, gate float32) answer {
	top := best(p[:r.set.heads.classes])
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
