package classify

import (
	"errors"
	"fmt"
	"math"
)

// Model is a trained linear model: for each hashed feature a sparse row of
// small integers over the outputs. It is immutable after loading or training.
type Model struct {
	meta   modelMeta
	heads  heads
	slots  []int32   // feature place → row + 1, 0 when the feature was never seen
	starts []uint32  // row → first entry; one more than there are rows
	scales []float32 // row → what one step of its integers is worth
	cols   []uint8   // entry → output
	vals   []int8    // entry → weight in steps
	bias   []float32 // output → bias
}

// modelMeta is the head of a model file, as JSON.
type modelMeta struct {
	Format   int       `json:"format"`   // formatVersion
	Classes  []string  `json:"classes"`  // category ids, then the intents that are not requests
	Requests int       `json:"requests"` // how many of the classes are categories
	Examples int       `json:"examples"` // how many examples it learned from
	Source   string    `json:"source"`   // digest of the examples and rules it came from
	Heat     heats     `json:"heat"`     // calibration
	Gates    Gates     `json:"gates"`
	Danger   []float32 `json:"danger,omitempty"` // how often an example of each class is a danger now
	Bias     []float32 `json:"bias"`
}

// heats are the temperatures the logits of each head are divided by, so that a
// probability of .8 is right 8 times in 10.
type heats struct {
	Joint   float32 `json:"joint"` // of a message of usualLength
	Slope   float32 `json:"slope"` // the power of its length that goes with it: short ones are judged too surely
	Both    float32 `json:"both"`  // how often the next matter being likely means that both are right
	Consult float32 `json:"consult"`
	Danger  float32 `json:"danger"`
}

// Gates are the probabilities from which on an answer is acted upon. The
// trainer chooses them on examples the model had not seen.
type Gates struct {
	Sure   float32 `json:"sure"`   // first guess alone
	Two    float32 `json:"two"`    // first and second guess together
	Talk   float32 `json:"talk"`   // an intent that is no request: below it a person looks
	Ask    float32 `json:"ask"`    // a request is a question from here on
	Danger float32 `json:"danger"` // strength of danger, see alarm
}

// maxOutputs is how many outputs a row entry can name.
const maxOutputs = 256

// errModel is wrapped by every complaint about a model file.
var errModel = errors.New("classify: model")

// check refuses a model whose parts do not fit together, so that no index in
// the hot path can be out of range.
func (m *Model) check() error {
	k := m.heads.width()
	switch {
	case m.meta.Format != formatVersion:
		return fmt.Errorf("%w: format %d, this program reads %d: train it anew", errModel, m.meta.Format, formatVersion)
	case len(m.meta.Classes) < 2 || k > maxOutputs || m.meta.Requests < 1 || m.meta.Requests > len(m.meta.Classes):
		return fmt.Errorf("%w: %d classes, %d of them categories", errModel, len(m.meta.Classes), m.meta.Requests)
	case len(m.bias) != k || len(m.cols) != len(m.vals) || len(m.starts) != len(m.scales)+1:
		return fmt.Errorf("%w: parts do not fit together", errModel)
	case m.meta.Danger != nil && len(m.meta.Danger) != len(m.meta.Classes):
		return fmt.Errorf("%w: %d shares of danger for %d classes", errModel, len(m.meta.Danger), len(m.meta.Classes))
	case m.meta.Heat.Joint <= 0 || m.meta.Heat.Consult <= 0 || m.meta.Heat.Danger <= 0:
		return fmt.Errorf("%w: temperatures must be positive", errModel)
	case !(math.Abs(float64(m.meta.Heat.Slope)) <= 1 && m.meta.Heat.Both >= 0 && m.meta.Heat.Both <= 1):
		return fmt.Errorf("%w: the calibration is out of bounds", errModel)
	}
	for _, c := range m.cols {
		if int(c) >= k {
			return fmt.Errorf("%w: output %d of %d", errModel, c, k)
		}
	}
	for _, class := range m.meta.Classes[m.meta.Requests:] {
		if !Intent(class).Valid() {
			return fmt.Errorf("%w: intent %q unknown", errModel, class)
		}
	}
	return nil
}

// logits adds up the rows of the features. Features never seen count towards
// the length only.
func (m *Model) logits(fs []feature, out []float32) {
	copy(out, m.bias)
	norm := lengthNorm(fs)
	for _, f := range fs {
		row := m.slots[f.hash]
		if row == 0 {
			continue
		}
		from, to := m.starts[row-1], m.starts[row]
		scale := norm * f.value() * m.scales[row-1]
		cols, vals := m.cols[from:to], m.vals[from:to]
		for i, c := range cols {
			out[c] += scale * float32(vals[i])
		}
	}
}

// weight is one feature's say for one output.
func (m *Model) weight(f feature, output int) float32 {
	row := m.slots[f.hash]
	if row == 0 {
		return 0
	}
	for i := m.starts[row-1]; i < m.starts[row]; i++ {
		if int(m.cols[i]) == output {
			return m.scales[row-1] * float32(m.vals[i])
		}
	}
	return 0
}

// usualLength is about the median of what residents write, in characters.
const usualLength = 16

// right is the probability that a matter is right, other being the likeliest of the others: where a
// message speaks of two matters, each has about half of the softmax, and either is right.
func (h heats) right(p, other float32) float32 { return p + h.Both*min(p, other) }

// joint is the temperature of the joint classes for a message of so many characters.
func (h heats) joint(length int) float32 {
	return h.Joint * float32(math.Pow(float64(max(1, min(length, maxModelRunes)))/usualLength, float64(h.Slope)))
}

// probabilities turns the logits of a message of so many characters into probabilities in
// place: the joint classes sum to 1, then consult given a request, then the three danger levels.
func (m *Model) probabilities(out []float32, length int) {
	h, heat := m.heads, m.meta.Heat
	joint := heat.joint(length)
	for c := range out {
		switch {
		case c < h.consult():
			out[c] /= joint
		case c == h.consult():
			out[c] /= heat.Consult
		default:
			out[c] /= heat.Danger
		}
	}
	softmax(out[:h.classes], out[:h.classes])
	out[h.consult()] = sigmoid(out[h.consult()])
	softmax(out[h.danger():], out[h.danger():])
}
