package classify

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// sample is an example in the form the trainer walks over.
type sample struct {
	vector
	misheard []vector // the example as voice input might write it, for each run; empty where nothing changed
	class    int      // joint class: a category or a non-request intent
	also     []int    // further classes that are right as well
	ask      int      // consult head: 1 consult, 0 report, −1 not a request
	danger   int      // danger head: 0, 1, 2, −1 not labelled
	told     telling
}

// vector is a message in dense feature numbers.
type vector struct {
	feats []int32   // distinct
	vals  []float32 // the value of each, scaled so that their squares sum to 1 before rare ones count more
}

// heads says which outputs belong to which head: the joint classes first, then
// one for consult, then three for danger.
type heads struct{ classes int }

func (h heads) consult() int { return h.classes }
func (h heads) danger() int  { return h.classes + 1 }
func (h heads) width() int   { return h.classes + 4 }

// weights are the trainer's full-precision rows, one for each dense feature,
// plus the bias row.
type weights struct {
	heads heads
	rows  []float32 // width() for each feature
	bias  []float32
}

func (w *weights) row(f int32) []float32 {
	k := w.heads.width()
	return w.rows[int(f)*k : int(f+1)*k]
}

// fit learns all heads in several runs over the examples in different orders and takes the
// mean of their weights, which depends less on the order than each run does. Every second run
// learns the joint classes by margins instead of likelihood: half and half they are half a point
// better than either, and a point where words are misheard. The orders come from fixed seeds,
// each run keeps to itself and they are added up in order, so the same input gives the same weights.
func fit(samples []sample, features int, h heads, o TrainOptions) *weights {
	runs := make([]*weights, max(1, o.Runs))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for run := range runs {
		g.Go(func() error {
			seed, samples := uint64(run+1), alsoMisheard(samples, run)
			if run%2 == 0 {
				runs[run] = fitOnce(samples, features, h, o, seed, h.likelihood)
				return nil
			}
			runs[run] = fitOnce(samples, features, h, o, seed, h.margins)
			runs[run].stretch(marginScale)
			return nil
		})
	}
	_ = g.Wait() // a run cannot fail
	w := runs[0]
	for _, other := range runs[1:] {
		w.add(other)
	}
	w.scale(1 / float32(len(runs)))
	return w
}

// alsoMisheard adds what was misheard in a run to the samples.
func alsoMisheard(samples []sample, run int) []sample {
	all := slices.Clone(samples)
	for _, s := range samples {
		if run < len(s.misheard) && len(s.misheard[run].feats) > 0 {
			s.vector = s.misheard[run]
			all = append(all, s)
		}
	}
	return all
}

// Margins are learned with steps of marginRate and then count marginScale times: the logits they
// give are smaller than those of likelihood. Chosen among a dozen pairs.
const marginRate, marginScale = 0.3, 4

// stretch scales the joint classes.
func (w *weights) stretch(by float32) {
	k := w.heads.width()
	for i := range w.rows {
		if i%k < w.heads.classes {
			w.rows[i] *= by
		}
	}
	for c := range w.heads.classes {
		w.bias[c] *= by
	}
}

func (w *weights) add(other *weights) {
	for i, v := range other.rows {
		w.rows[i] += v
	}
	for i, v := range other.bias {
		w.bias[i] += v
	}
}

func (w *weights) scale(by float32) {
	for i := range w.rows {
		w.rows[i] *= by
	}
	for i := range w.bias {
		w.bias[i] *= by
	}
}

// fitOnce is one run of stochastic gradient descent over all heads at once, with one
// adaptive step for each feature.
func fitOnce(samples []sample, features int, h heads, o TrainOptions, seed uint64, joint jointLoss) *weights {
	k := h.width()
	w := &weights{heads: h, rows: make([]float32, features*k), bias: make([]float32, k)}
	seen := make([]float32, features) // sum of squared gradients, mean over the outputs
	order := make([]int, len(samples))
	for i := range order {
		order[i] = i
	}
	rnd := rand.New(rand.NewPCG(seed, uint64(len(samples))))
	logits, grad := make([]float32, k), make([]float32, k)
	for epoch := range o.Epochs {
		rnd.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		rate := float32(o.Rate * (1 - float64(epoch)/float64(o.Epochs)))
		for _, i := range order {
			s := &samples[i]
			w.logits(s.vector, logits)
			h.gradient(s, logits, grad, o, joint)
			w.step(s.vector, grad, seen, rate, float32(o.Decay))
		}
	}
	return w
}

// logits writes the raw score of every output.
func (w *weights) logits(v vector, out []float32) {
	copy(out, w.bias)
	for i, f := range v.feats {
		row, v := w.row(f)[:len(out)], v.vals[i]
		for c := range out {
			out[c] += v * row[c]
		}
	}
}

// step moves the rows of the example's features against the gradient.
func (w *weights) step(x vector, grad, seen []float32, rate, decay float32) {
	var energy float32
	for _, g := range grad {
		energy += g * g
	}
	for i, f := range x.feats {
		v := x.vals[i]
		seen[f] += energy * v * v
		eta := rate * v / (0.1 + float32(math.Sqrt(float64(seen[f]))))
		row := w.row(f)[:len(grad)]
		keep := 1 - decay*eta
		for c, g := range grad {
			row[c] = row[c]*keep - eta*g
		}
	}
	for c, g := range grad {
		w.bias[c] -= rate * 0.02 * g
	}
}

// jointLoss writes the gradient of the joint classes for an example.
type jointLoss func(s *sample, logits, grad []float32, o TrainOptions)

// gradient is that of each head the example has a label for.
func (h heads) gradient(s *sample, logits, grad []float32, o TrainOptions, joint jointLoss) {
	clear(grad)
	joint(s, logits, grad, o)
	if s.ask >= 0 {
		grad[h.consult()] = sigmoid(logits[h.consult()]) - float32(s.ask)
	}
	if d := h.danger(); s.danger >= 0 {
		softmax(logits[d:d+3], grad[d:d+3])
		grad[d+s.danger]--
	}
}

// likelihood is prediction minus target of a softmax whose target is smoothed and shared with
// what is right as well.
func (h heads) likelihood(s *sample, logits, grad []float32, o TrainOptions) {
	softmax(logits[:h.classes], grad[:h.classes])
	smooth := float32(o.Smoothing) / float32(h.classes)
	for c := range h.classes {
		grad[c] -= smooth
	}
	left := 1 - float32(o.Smoothing)
	for _, c := range s.also {
		share := left * float32(o.Also) / float32(len(s.also))
		grad[c] -= share
	}
	if len(s.also) > 0 {
		left *= 1 - float32(o.Also)
	}
	grad[s.class] -= left
}

// margins is the gradient of the squared distance by which each class misses its side of a margin,
// as in a linear support vector machine for one against the rest; what is right as well is on neither side.
func (h heads) margins(s *sample, logits, grad []float32, _ TrainOptions) {
	for c := range h.classes {
		grad[c] = marginRate * max(0, 1+logits[c])
	}
	for _, c := range s.also {
		grad[c] = 0
	}
	grad[s.class] = -marginRate * max(0, 1-logits[s.class])
}

// softmax writes the probabilities of the logits to out.
func softmax(logits, out []float32) {
	top := logits[0]
	for _, v := range logits {
		top = max(top, v)
	}
	var sum float32
	for i, v := range logits {
		out[i] = exp(v - top)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
}

func exp(v float32) float32 { return float32(math.Exp(float64(v))) }

func sigmoid(v float32) float32 { return 1 / (1 + exp(-v)) }
