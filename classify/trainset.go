package classify

import (
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"
)

// trainingSet holds the examples as samples over dense feature numbers.
type trainingSet struct {
	examples []Example
	samples  []sample
	classes  []string
	requests int
	heads    heads
	places   []uint32  // dense number → hashed place
	rare     []float32 // dense number → how much the feature counts: the more, the fewer examples have it
	alarm    alarm
}

// class is the joint class of an example.
func (e Example) class() string {
	if e.Intent.Request() {
		return e.Category
	}
	return string(e.Intent)
}

// manyExamples are so many that even rare features are met often enough to leave the rarest out.
const manyExamples = 20_000

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
	s.alarm = alarm{heads: s.heads}
	s.samples = make([]sample, len(s.examples))
	if len(s.examples) < manyExamples {
		o.MinCount = min(o.MinCount, 2)
	}
	s.readFeatures(r, o.MinCount)
	s.weigh()
	if o.Misheard > 0 {
		s.mishear(r, o)
	}
	s.alarm.shares = s.sharesOf(number)
	for i, e := range s.examples {
		s.samples[i].label(e, number)
		if s.alarm.shares == nil { // little to be learned but that there is none: the rules decide alone
			s.samples[i].danger = -1
		}
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
		s.samples[i].told = r.telling(m)
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

// mishear gives every sample copies that sound alike, one for each run. They teach no features of
// their own, only what those of the examples are worth where some are missing.
func (s *trainingSet) mishear(r *reader, o TrainOptions) {
	for i := range s.samples {
		s.samples[i].misheard = make([]vector, o.Runs)
	}
	dense := s.dense()
	var g errgroup.Group
	for run := range o.Runs {
		g.Go(func() error {
			for i, e := range Noisy(s.examples, o.Misheard, uint64(run+1)) {
				if e.Text != s.examples[i].Text {
					s.samples[i].misheard[run] = s.vector(r.read(e.Text, &scratch{}), dense)
				}
			}
			return nil
		})
	}
	_ = g.Wait() // nothing fails
}

// dense numbers the places that are kept.
func (s *trainingSet) dense() map[uint32]int32 {
	dense := make(map[uint32]int32, len(s.places))
	for i, p := range s.places {
		dense[p] = int32(i)
	}
	return dense
}

// vector is a message that the features were not taken from: those it shares count.
func (s *trainingSet) vector(m reading, dense map[uint32]int32) (v vector) {
	norm := lengthNorm(m.feats)
	for _, f := range m.feats {
		if n, known := dense[f.hash]; known {
			v.feats = append(v.feats, n)
			v.vals = append(v.vals, f.value()*norm*s.rare[n])
		}
	}
	return v
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

// judge gives what the weights say of messages they were not learned from. Labels that no
// example has are left out.
func (s *trainingSet) judge(r *reader, w *weights, examples []Example) *judgement {
	number, dense := map[string]int{}, s.dense()
	for i, name := range s.classes {
		number[name] = i
	}
	of := &trainingSet{classes: s.classes, requests: s.requests, heads: s.heads, places: s.places, alarm: s.alarm}
	res := &judgement{set: of}
	for _, e := range examples {
		if _, known := number[e.class()]; !known {
			continue
		}
		m := r.read(e.Text, &scratch{})
		out := sample{vector: s.vector(m, dense), told: r.telling(m)}
		out.label(e, number)
		logits := make([]float32, s.heads.width())
		w.logits(out.vector, logits)
		of.examples, of.samples, res.logits = append(of.examples, e), append(of.samples, out), append(res.logits, logits)
	}
	return res
}
