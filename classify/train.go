package classify

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// TrainOptions steer the trainer. The zero value of a field means its default;
// DefaultTraining lists the defaults.
type TrainOptions struct {
	Epochs    int     // passes over the examples
	Rate      float64 // first step size, falling linearly to zero
	Decay     float64 // pull of every weight towards zero
	Also      float64 // share of the target that the also-labels get together
	Smoothing float64 // share of the target spread over all classes
	MinCount  int     // how many examples a feature must occur in; two are enough where there are fewer than manyExamples
	Misheard  float64 // share of characters replaced by one of the same sound in a copy of every example, another one in each run; negative for no copies
	Runs      int     // orders in which the examples are learned; the mean of the weights counts
	Folds     int     // parts for calibration and gates, at least 2
	Entries   int     // weights that are kept at most: those that say most in the examples taken together

	SurePrecision float64 // how often an answer taken at the gate Sure shall be right
	TalkPrecision float64 // the same for a message taken as no request
	TwoPrecision  float64 // how often one of two offered answers shall be right, where the first is not sure
	FalseAlarms   float64 // highest share of harmless messages that may be raised
	RiskAlarms    float64 // the same of messages that tell a risk, or a danger that is past

	// Judges are messages nothing is learned from: on them probabilities are calibrated and
	// gates chosen. Without any, the folds serve, which are harder than life and take Folds
	// times as long.
	Judges []Example
}

// DefaultTraining gives the options the shipped model was trained with.
func DefaultTraining() TrainOptions {
	return TrainOptions{Epochs: 8, Rate: 2, Also: 0.3, Smoothing: 0.1, Misheard: 0.15, MinCount: 4, Runs: 4, Folds: 5, Entries: 3_000_000,
		SurePrecision: 0.96, TalkPrecision: 0.96, TwoPrecision: 0.75, FalseAlarms: 0.015, RiskAlarms: 0.4}
}

// withDefaults fills in what was left at zero.
func (o TrainOptions) withDefaults() TrainOptions {
	d := DefaultTraining()
	fill := func(v *float64, def float64) {
		if *v == 0 {
			*v = def
		}
	}
	if o.Epochs == 0 {
		o.Epochs = d.Epochs
	}
	if o.MinCount == 0 {
		o.MinCount = d.MinCount
	}
	if o.Runs == 0 {
		o.Runs = d.Runs
	}
	if o.Folds < 2 {
		o.Folds = d.Folds
	}
	if o.Entries == 0 {
		o.Entries = d.Entries
	}
	fill(&o.Rate, d.Rate)
	fill(&o.Also, d.Also)
	fill(&o.Smoothing, d.Smoothing)
	fill(&o.Misheard, d.Misheard)
	fill(&o.SurePrecision, d.SurePrecision)
	fill(&o.TalkPrecision, d.TalkPrecision)
	fill(&o.TwoPrecision, d.TwoPrecision)
	fill(&o.FalseAlarms, d.FalseAlarms)
	fill(&o.RiskAlarms, d.RiskAlarms)
	return o
}

// Report tells how a training went. Its figures come from the judges, or from the folds: every
// message was judged by a model that had not seen it.
type Report struct {
	Examples int           // used
	Classes  int           // categories and intents found in them
	Features int           // distinct features kept
	Entries  int           // weights kept
	Score    Score         // of the model alone, without rules
	ECE      float64       // expected calibration error of the first guess, 15 bins
	Gates    Gates         // as chosen
	Taken    float64       // share of requests decided at the gate Sure
	Right    float64       // how many of those are right
	Judged   string        // by what: "judges" or "folds"
	Doubts   []Doubt       // messages whose label is contradicted, most confident first
	Took     time.Duration // wall clock
}

// Doubt is a message that a model which had not seen it is confident is labelled otherwise:
// either a label error or a hard case.
type Doubt struct {
	Example Example
	Guess   string  // the class the model would give
	P       float64 // how sure it is
}

// ErrTooFew is returned when there is nothing to learn from.
var ErrTooFew = errors.New("classify: train: at least two classes with two examples each are needed")

// Train learns a model from examples: one softmax over all categories and all
// intents that are not requests, one head that tells consult from report, and
// one for the danger level. Probabilities are calibrated and gates chosen on the
// judges, or on the folds. The same examples in the same order give the same model, bit by bit.
func Train(examples []Example, o TrainOptions) (*Model, Report, error) {
	start := time.Now()
	o = o.withDefaults()
	r, err := newReader()
	if err != nil {
		return nil, Report{}, err
	}
	set, err := newTrainingSet(r, examples, o)
	if err != nil {
		return nil, Report{}, err
	}
	w := fit(set.samples, len(set.places), set.heads, o)
	judged, by := set.judge(r, w, o.Judges), "judges"
	if len(judged.logits) == 0 {
		judged, by = set.crossPredict(o), "folds"
	}
	meta := modelMeta{Format: formatVersion, Classes: set.classes, Requests: set.requests, Examples: len(set.samples),
		Source: sourceDigest(set.examples, o.Judges), Danger: set.alarm.shares, Heat: judged.heats()}
	judged.scale(meta.Heat)
	meta.Gates = judged.gates(o, meta.Heat)
	m := set.compile(w, meta, o)
	rep := judged.report(meta.Gates, meta.Heat)
	rep.Judged, rep.Examples = by, len(set.samples)
	rep.Features, rep.Entries, rep.Took = len(set.places), len(m.cols), time.Since(start)
	return m, rep, m.check()
}

// sourceDigest identifies what a model is made from: the labelled examples in
// their order and the rule files, so that a stale model can be told at a glance.
func sourceDigest(examples, judges []Example) string {
	h := sha256.New()
	for _, file := range [][]byte{dangerFile, conceptFile} {
		fmt.Fprintf(h, "%d\n%s", len(file), file)
	}
	for _, e := range slices.Concat(examples, judges) {
		fmt.Fprintf(h, "%q %s %s %q %d\n", e.Text, e.Intent, e.Category, e.Also, e.Emergency)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// crossPredict gives every sample the logits of a model trained without its fold.
func (s *trainingSet) crossPredict(o TrainOptions) *judgement {
	r := &judgement{set: s, logits: make([][]float32, len(s.samples))}
	for fold := range o.Folds {
		var train []sample
		for i := range s.samples {
			if i%o.Folds != fold {
				train = append(train, s.samples[i])
			}
		}
		w := fit(train, len(s.places), s.heads, o)
		for i := fold; i < len(s.samples); i += o.Folds {
			r.logits[i] = make([]float32, s.heads.width())
			w.logits(s.samples[i].vector, r.logits[i])
		}
	}
	return r
}

// compile quantises the rows to small integers and drops the entries that
// hardly matter.
func (s *trainingSet) compile(w *weights, meta modelMeta, o TrainOptions) *Model {
	meta.Bias = w.bias
	m := &Model{meta: meta, heads: s.heads, bias: w.bias, slots: make([]int32, 1<<hashBits), starts: []uint32{0}}
	order := make([]int32, len(s.places))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return int(s.places[a]) - int(s.places[b]) })
	weight := s.energy()
	cut := tooLittle(w, weight, o.Entries)
	for _, f := range order {
		if m.addRow(w.row(f), s.rare[f], weight[f], cut) {
			m.slots[s.places[f]] = int32(len(m.scales))
		}
	}
	return m
}

// energy is, for each feature, the root of the squares of its values summed over the examples: what a
// change of one of its weights does to all of them together.
func (s *trainingSet) energy() []float32 {
	sum := make([]float32, len(s.places))
	for i := range s.samples {
		for j, f := range s.samples[i].feats {
			sum[f] += s.samples[i].vals[j] * s.samples[i].vals[j]
		}
	}
	for f, v := range sum {
		sum[f] = float32(math.Sqrt(float64(v)))
	}
	return sum
}

// tooLittle is what a weight must do more than to the examples so that no more than so many are kept.
func tooLittle(w *weights, weight []float32, entries int) float32 {
	all := make([]float32, len(w.rows))
	for f := range weight {
		for c, v := range w.row(int32(f)) {
			all[f*w.heads.width()+c] = abs(v) * weight[f]
		}
	}
	if len(all) <= entries {
		return 0
	}
	slices.Sort(all)
	return all[len(all)-entries-1]
}

func abs(v float32) float32 { return max(v, -v) }

// addRow appends one quantised row, with what its feature counts, but for weights that do too little;
// false when nothing of it is left.
func (m *Model) addRow(row []float32, counts, weight, tooLittle float32) bool {
	var top float32
	for _, v := range row {
		top = max(top, abs(v))
	}
	if top*weight <= tooLittle {
		return false
	}
	unit := top / steps
	for c, v := range row {
		if abs(v)*weight <= tooLittle || abs(v) < unit/2 {
			continue
		}
		m.cols = append(m.cols, uint8(c))
		m.vals = append(m.vals, int8(math.Round(float64(v/unit))))
	}
	m.scales = append(m.scales, scaleOf(scaleCode(unit*counts)))
	m.starts = append(m.starts, uint32(len(m.cols)))
	return true
}
