package classify

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// TrainOptions steer the trainer. The zero value of a field means its default;
// DefaultTraining lists the defaults.
type TrainOptions struct {
	Epochs    int     // passes over the examples
	Rate      float64 // first step size, falling linearly to zero
	Decay     float64 // pull of every weight towards zero
	Also      float64 // share of the target that the also-labels get together
	Smoothing float64 // share of the target spread over all classes
	MinCount  int     // how many examples a feature must occur in
	Runs      int     // orders in which the examples are learned; the mean of the weights counts
	Folds     int     // parts for calibration and gates, at least 2
	Prune     float64 // entries below this share of a row's largest are dropped

	SurePrecision float64 // how often an answer taken at the gate Sure shall be right
	TalkPrecision float64 // the same for a message taken as no request
	TwoPrecision  float64 // how often one of two offered answers shall be right
	FalseAlarms   float64 // highest share of harmless messages the danger head may raise by itself

	// Judges are messages nothing is learned from: on them probabilities are calibrated and
	// gates chosen. Without any, the folds serve, which are harder than life.
	Judges []Example
}

// DefaultTraining gives the options the shipped model was trained with.
func DefaultTraining() TrainOptions {
	return TrainOptions{Epochs: 12, Rate: 2, Also: 0.3, Smoothing: 0.1, MinCount: 2, Runs: 4, Folds: 5, Prune: 0.12,
		SurePrecision: 0.93, TalkPrecision: 0.85, TwoPrecision: 0.87, FalseAlarms: 0.012}
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
	fill(&o.Rate, d.Rate)
	fill(&o.Also, d.Also)
	fill(&o.Smoothing, d.Smoothing)
	fill(&o.Prune, d.Prune)
	fill(&o.SurePrecision, d.SurePrecision)
	fill(&o.TalkPrecision, d.TalkPrecision)
	fill(&o.TwoPrecision, d.TwoPrecision)
	fill(&o.FalseAlarms, d.FalseAlarms)
	return o
}

// Report tells how a training went. Its figures come from the folds: every
// example was judged by a model that had not seen it.
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
	Doubts   []Doubt       // examples whose label the folds contradict, most confident first
	Took     time.Duration // wall clock
}

// Doubt is an example the folds are confident is labelled otherwise: either a
// label error or a hard case.
type Doubt struct {
	Example Example
	Guess   string  // the class the folds would give
	P       float64 // how sure they are
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
	folds := set.crossPredict(o)
	w := fit(set.samples, len(set.places), set.heads, o)
	judges := folds
	if len(o.Judges) > 0 {
		judges = set.judge(r, w, o.Judges)
	}
	meta := modelMeta{Format: formatVersion, Classes: set.classes, Requests: set.requests, Examples: len(set.samples),
		Source: sourceDigest(set.examples, o.Judges), Heat: judges.heats()}
	judges.scale(meta.Heat)
	meta.Gates = judges.gates(o)
	if judges != folds {
		folds.scale(folds.heats())
	}
	m := set.compile(w, meta, o)
	rep := folds.report(meta.Gates)
	rep.Features, rep.Entries, rep.Took = len(set.places), len(m.cols), time.Since(start)
	return m, rep, m.check()
}

// judge gives what the weights say of messages they were not learned from. Labels that no
// example has are left out.
func (s *trainingSet) judge(r *reader, w *weights, examples []Example) *foldResult {
	number, dense := map[string]int{}, map[uint32]int32{}
	for i, name := range s.classes {
		number[name] = i
	}
	for i, p := range s.places {
		dense[p] = int32(i)
	}
	of := &trainingSet{classes: s.classes, requests: s.requests, heads: s.heads, places: s.places}
	res := &foldResult{set: of}
	for _, e := range examples {
		if _, known := number[e.class()]; !known {
			continue
		}
		m := r.read(e.Text, &scratch{})
		out := sample{muted: m.danger.Level == 2 || r.danger.calm(m.scene)}
		norm := lengthNorm(m.feats)
		for _, f := range m.feats {
			if n, known := dense[f.hash]; known {
				out.feats = append(out.feats, n)
				out.vals = append(out.vals, f.value()*norm*s.rare[n])
			}
		}
		out.label(e, number)
		logits := make([]float32, s.heads.width())
		w.logits(&out, logits)
		of.examples, of.samples, res.logits = append(of.examples, e), append(of.samples, out), append(res.logits, logits)
	}
	return res
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

// trainingSet holds the examples as samples over dense feature numbers.
type trainingSet struct {
	examples []Example
	samples  []sample
	classes  []string
	requests int
	heads    heads
	places   []uint32  // dense number → hashed place
	rare     []float32 // dense number → how much the feature counts: the more, the fewer examples have it
}

// class is the joint class of an example.
func (e Example) class() string {
	if e.Intent.Request() {
		return e.Category
	}
	return string(e.Intent)
}

func newTrainingSet(r *reader, examples []Example, o TrainOptions) (*trainingSet, error) {
	s := &trainingSet{}
	for _, e := range examples {
		if e.Intent == "" && e.Category != "" && e.Category != NoCategory {
			e.Intent = IntentReport
		}
		if e.Intent != "" {
			s.examples = append(s.examples, e)
		}
	}
	number := s.numberClasses()
	if len(s.classes) < 2 || len(s.examples) < 2*len(s.classes) {
		return nil, ErrTooFew
	}
	if s.heads.width() > maxOutputs {
		return nil, fmt.Errorf("classify: train: %d classes; at most %d fit", len(s.classes), maxOutputs-4)
	}
	s.samples = make([]sample, len(s.examples))
	s.readFeatures(r, o.MinCount)
	s.weigh()
	for i, e := range s.examples {
		s.samples[i].label(e, number)
	}
	return s, nil
}

// readFeatures reads every example and keeps the features that occur in enough
// of them.
func (s *trainingSet) readFeatures(r *reader, minCount int) {
	read := make([][]feature, len(s.examples))
	count := map[uint32]int{}
	for i, e := range s.examples {
		m := r.read(e.Text, &scratch{})
		s.samples[i].muted = m.danger.Level == 2 || r.danger.calm(m.scene)
		read[i] = m.feats
		for _, f := range read[i] {
			count[f.hash]++
		}
	}
	dense := map[uint32]int32{}
	for i, fs := range read {
		out, norm := &s.samples[i], lengthNorm(fs)
		for _, f := range fs {
			if count[f.hash] < minCount {
				continue
			}
			n, known := dense[f.hash]
			if !known {
				n = int32(len(s.places))
				dense[f.hash] = n
				s.places = append(s.places, f.hash)
			}
			out.feats = append(out.feats, n)
			out.vals = append(out.vals, f.value()*norm)
		}
	}
}

// weigh lets rare features count more (inverse document frequency), one on the average over
// all that stand in the examples.
func (s *trainingSet) weigh() {
	in, all := make([]int, len(s.places)), 0
	for i := range s.samples {
		all += len(s.samples[i].feats)
		for _, f := range s.samples[i].feats {
			in[f]++
		}
	}
	s.rare = make([]float32, len(s.places))
	var sum float64
	for f, n := range in {
		v := math.Log(float64(len(s.samples)+1)/float64(n+1)) + 1
		s.rare[f] = float32(v)
		sum += v * float64(n)
	}
	mean := float32(sum / float64(max(1, all)))
	for f := range s.rare {
		s.rare[f] /= mean
	}
	for i := range s.samples {
		for j, f := range s.samples[i].feats {
			s.samples[i].vals[j] *= s.rare[f]
		}
	}
}

// numberClasses puts the categories first, each group in alphabetical order.
func (s *trainingSet) numberClasses() map[string]int {
	var categories, intents []string
	number := map[string]int{}
	for _, e := range s.examples {
		name := e.class()
		if _, known := number[name]; known {
			continue
		}
		number[name] = 0
		if e.Intent.Request() {
			categories = append(categories, name)
		} else {
			intents = append(intents, name)
		}
	}
	slices.Sort(categories)
	slices.Sort(intents)
	s.classes, s.requests = append(categories, intents...), len(categories)
	s.heads = heads{classes: len(s.classes)}
	for i, name := range s.classes {
		number[name] = i
	}
	return number
}

// label copies an example's labels in the trainer's numbers.
func (s *sample) label(e Example, number map[string]int) {
	s.class, s.ask, s.danger = number[e.class()], -1, e.Emergency
	if !e.Intent.Request() {
		return
	}
	s.ask = 0
	if e.Intent == IntentConsult {
		s.ask = 1
	}
	for _, id := range e.Also {
		if n, known := number[id]; known && id != e.Category {
			s.also = append(s.also, n)
		}
	}
}

// crossPredict gives every sample the logits of a model trained without its
// fold. Folds run side by side; each is deterministic by itself.
func (s *trainingSet) crossPredict(o TrainOptions) *foldResult {
	k := s.heads.width()
	r := &foldResult{set: s, logits: make([][]float32, len(s.samples))}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for fold := range o.Folds {
		g.Go(func() error {
			var train []sample
			for i := range s.samples {
				if i%o.Folds != fold {
					train = append(train, s.samples[i])
				}
			}
			w := fit(train, len(s.places), s.heads, o)
			for i := fold; i < len(s.samples); i += o.Folds {
				r.logits[i] = make([]float32, k)
				w.logits(&s.samples[i], r.logits[i])
			}
			return nil
		})
	}
	_ = g.Wait() // the folds cannot fail
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
	for _, f := range order {
		if m.addRow(w.row(f), s.rare[f], float32(o.Prune)) {
			m.slots[s.places[f]] = int32(len(m.scales))
		}
	}
	return m
}

// addRow appends one quantised row, with what its feature counts; false when nothing of it is left.
func (m *Model) addRow(row []float32, counts, prune float32) bool {
	var top float32
	for _, v := range row {
		top = max(top, float32(math.Abs(float64(v))))
	}
	if top == 0 {
		return false
	}
	scale := top / 127
	for c, v := range row {
		if float32(math.Abs(float64(v))) < prune*top {
			continue
		}
		m.cols = append(m.cols, uint8(c))
		m.vals = append(m.vals, int8(math.Round(float64(v/scale))))
	}
	m.scales = append(m.scales, scale*counts)
	m.starts = append(m.starts, uint32(len(m.cols)))
	return true
}
