package classify

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"gridbot/task"
)

//go:embed model.gz
var modelFile []byte

// Verdict is what the gates say may be done with a result.
type Verdict string

// The verdicts.
const (
	Sure   Verdict = "sure"   // act on the first guess
	AskTwo Verdict = "asktwo" // offer the first two guesses
	AskAll Verdict = "askall" // offer every guess: the words say no more than that it is one of them
	Unsure Verdict = "unsure" // a person decides
)

// Guess is a category and how likely it is.
type Guess struct {
	Category string
	Main     string  // the main category it belongs to
	P        float64 // calibrated: of all guesses made at .8, eight in ten are right; two may be
}

// Result is what a message was understood as.
type Result struct {
	Intent  Intent
	IntentP float64
	Main    string  // most likely main category, the sum over its leaves; empty for a non-request
	MainP   float64 // its probability
	Guesses []Guess // best first, at most 3; empty for a non-request
	Danger  Danger
	Verdict Verdict
	Reason  string // short and machine-made, for staff: a rule, or the words that weighed most
}

// Classifier understands messages. It is immutable and safe for concurrent use.
type Classifier struct {
	reader  *reader
	model   *Model
	alarm   alarm
	mains   []string   // main category of each class; "" for an intent
	allowed []bool     // whether the deployment has the class
	names   []string   // distinct main categories
	mainOf  []int      // class → index into names, −1 for an intent
	pool    *sync.Pool // of *scratch
}

// New builds the classifier from the embedded model and rules. Categories the
// model knows and c lacks never come out.
func New(c *task.Categories) (*Classifier, error) {
	m, err := ReadModel(bytes.NewReader(modelFile))
	if err != nil {
		return nil, fmt.Errorf("classify: the embedded model: %w", err)
	}
	return NewWithModel(c, m)
}

// NewWithModel builds a classifier around a model of one's own, as a deployment
// does that trained on its own messages. Without a category tree, nil, every class of the
// model may come out and is its own main category.
func NewWithModel(c *task.Categories, m *Model) (*Classifier, error) {
	r, err := newReader()
	if err != nil {
		return nil, err
	}
	k := &Classifier{reader: r, model: m, alarm: alarm{m.heads, m.meta.Danger}}
	k.learnTree(c)
	if len(k.names) == 0 {
		return nil, fmt.Errorf("%w: none of its categories is in the category file", errModel)
	}
	width := m.heads.width()
	k.pool = &sync.Pool{New: func() any { return &scratch{logits: make([]float32, width)} }}
	return k, nil
}

// learnTree looks every class up in the category tree.
func (k *Classifier) learnTree(c *task.Categories) {
	index := map[string]int{}
	for i, class := range k.model.meta.Classes {
		leaf, known := task.Category{ID: class, Main: class}, true
		if c != nil {
			leaf, known = c.Get(class)
		}
		main := -1
		if i < k.model.meta.Requests && known {
			if _, seen := index[leaf.Main]; !seen {
				index[leaf.Main] = len(k.names)
				k.names = append(k.names, leaf.Main)
			}
			main = index[leaf.Main]
		}
		k.mains = append(k.mains, leaf.Main)
		k.mainOf = append(k.mainOf, main)
		k.allowed = append(k.allowed, known || i >= k.model.meta.Requests)
	}
}

// Danger tells whether a message speaks of danger. It needs nothing but the
// text, may be called before anything else, and never panics.
func (k *Classifier) Danger(text string) Danger {
	s := k.pool.Get().(*scratch)
	defer k.pool.Put(s)
	r := k.reader.read(text, s)
	k.think(r, s)
	return k.danger(r, s.logits)
}

// Classify understands a message. It does no I/O and depends on nothing but the
// text, the model and the rules.
func (k *Classifier) Classify(text string) Result {
	s := k.pool.Get().(*scratch)
	defer k.pool.Put(s)
	r := k.reader.read(text, s)
	if res, known := k.command(r); known {
		return res
	}
	k.think(r, s)
	return k.result(r, s, k.danger(r, s.logits))
}

// Hear is Danger and Classify in one: for somebody who needs both, at half the cost.
func (k *Classifier) Hear(text string) (Danger, Result) {
	s := k.pool.Get().(*scratch)
	defer k.pool.Put(s)
	r := k.reader.read(text, s)
	k.think(r, s)
	d := k.danger(r, s.logits)
	if res, known := k.command(r); known {
		return d, res
	}
	return d, k.result(r, s, d)
}

// command is what a message is that is nothing but a command's words.
func (k *Classifier) command(r reading) (Result, bool) {
	intent, known := k.reader.commands.intent(r.scene.inner())
	if !known || r.danger.Level > 0 {
		return Result{}, false
	}
	return Result{Intent: intent, IntentP: 1, Verdict: Sure, Reason: "command"}, true
}

// result is what the probabilities say, with its reason.
func (k *Classifier) result(r reading, s *scratch, d Danger) Result {
	res := k.decide(s.logits, d)
	if k.reader.sourceless(r, res) {
		k.offer(&res, s.logits)
	}
	res.Reason = k.reason(res, r, s)
	return res
}

// noises are matters that sound the same: who only says that it is loud is asked which one it is.
var noises = []string{"neighbor_noise", "public_noise", "construction_noise"}

// fewWords is how many characters say no more than that it is loud.
const fewWords = 8

// sourceless tells whether a message was taken for one of the noises and does not say where it comes from.
func (r *reader) sourceless(m reading, res Result) bool {
	return len(res.Guesses) > 0 && slices.Contains(noises, res.Guesses[0].Category) && r.danger.letters(m.scene) <= fewWords && r.concepts.bare(m.scene)
}

// offer makes the noises the guesses of a result, to be asked about, always in the same order.
func (k *Classifier) offer(res *Result, p []float32) {
	res.Verdict, res.Guesses = AskAll, res.Guesses[:0]
	for _, name := range noises {
		if class := slices.Index(k.model.meta.Classes, name); class >= 0 && k.allowed[class] {
			res.Guesses = append(res.Guesses, Guess{name, k.mains[class], float64(p[class])})
		}
	}
	if len(res.Guesses) < 2 {
		res.Verdict = Unsure
	}
}

// think runs the model: afterwards the scratch holds the probabilities.
func (k *Classifier) think(r reading, s *scratch) {
	k.model.logits(r.feats, s.logits)
	for class, ok := range k.allowed {
		if !ok {
			s.logits[class] = never
		}
	}
	k.model.probabilities(s.logits, len(r.model))
}

// never is a logit no softmax lets through.
const never = -1e6

// danger joins the rules and the model. What a rule takes for danger now stays one for a person
// to look at when the model is sure enough that it is none.
func (k *Classifier) danger(r reading, p []float32) Danger {
	d, level, told := r.danger, p[k.model.heads.danger():], k.reader.telling(r)
	switch {
	case k.alarm.strength(p, told) >= k.model.meta.Gates.Danger:
		return k.raise(d, r.scene, p)
	case d.Level == 2:
		d.Level = 1
	case d.Level == 0 && level[0] < 0.5 && level[1] > level[0] && !told.calm:
		return Danger{Level: 1, Rule: "model"}
	}
	return d
}

// certainDanger is the probability of danger from which on its kind may be guessed.
const certainDanger = 0.5

// raise gives level 2 to a danger that reached the gate.
func (k *Classifier) raise(d Danger, s scene, p []float32) Danger {
	if d.Level == 2 {
		return d
	}
	certain := p[k.model.heads.danger()+2] >= certainDanger
	kind := k.kindOf(d, p[:k.model.meta.Requests], certain)
	if kind == "" || !certain && k.reader.danger.unheard(s, kind) { // no danger known or told: a person looks, nobody is alarmed
		return Danger{Level: max(1, d.Level), Category: d.Category, Rule: "model"}
	}
	return Danger{Level: 2, Kind: kind, Category: d.Category, Rule: "model"}
}

// kindOf is the kind of danger the likeliest matter knows, else that of the rule that fired
// below the alarm, else, for a certain danger, that of the likeliest matter that knows one.
func (k *Classifier) kindOf(d Danger, requests []float32, certain bool) string {
	kinds := k.reader.danger.kinds
	if kind := kinds[k.model.meta.Classes[best(requests)]]; kind != "" || d.Kind != "" || !certain {
		return cmp.Or(kind, d.Kind)
	}
	likeliest, kind := float32(0), ""
	for class, p := range requests {
		if found := kinds[k.model.meta.Classes[class]]; found != "" && p > likeliest {
			likeliest, kind = p, found
		}
	}
	return kind
}

// decide turns probabilities into a result, all but its reason.
func (k *Classifier) decide(p []float32, d Danger) Result {
	requests := k.model.meta.Requests
	talk, sure, request := talkOrNot(p[:k.model.heads.classes], requests)
	if d.Level < 2 && sure > request {
		res := Result{Intent: Intent(k.model.meta.Classes[talk]), IntentP: float64(sure), Danger: d, Verdict: Unsure}
		if sure >= k.model.meta.Gates.Talk {
			res.Verdict = Sure
		}
		return res
	}
	res := Result{Intent: IntentReport, Danger: d}
	ask := p[k.model.heads.consult()]
	if ask >= k.model.meta.Gates.Ask && d.Level < 2 {
		res.Intent = IntentConsult
	} else {
		ask = 1 - ask
	}
	res.IntentP = float64(request * ask)
	k.guess(&res, p[:requests])
	if d.Level == 0 && request < vagueRequest && len(res.Guesses) > 0 && res.Guesses[0].P < vagueMatter {
		return Result{Intent: IntentOther, IntentP: float64(1 - request), Danger: d, Verdict: Unsure}
	}
	return res
}

// Below both of these a message resembles no matter and hardly a request: a little of every matter adds
// up to more than the one thing it is, a dish or a film. Its writer is asked to say it in other words.
// In three sets of residents' messages that were not learned from, 6 of 550 requests lie there and one of
// them was taken for the right matter; of commands to a telephone's assistant two in three that had been taken for requests.
const vagueRequest, vagueMatter = 0.8, 0.35

// talkOrNot is the class of the likeliest intent that is no request, how likely it is, and how
// likely any request is.
func talkOrNot(p []float32, requests int) (talk int, sure, request float32) {
	for _, v := range p[:requests] {
		request += v
	}
	if requests == len(p) {
		return 0, 0, request
	}
	talk = requests + best(p[requests:])
	return talk, p[talk], request
}

// guess fills in the categories and the verdict.
func (k *Classifier) guess(res *Result, p []float32) {
	top := three(p)
	res.Guesses = make([]Guess, 0, len(top))
	for i, class := range top {
		if class >= 0 && k.allowed[class] {
			right := k.model.meta.Heat.right(p[class], next(p, top, i))
			res.Guesses = append(res.Guesses, Guess{k.model.meta.Classes[class], k.mains[class], float64(right)})
		}
	}
	var sums [maxOutputs]float32
	for class, v := range p {
		if m := k.mainOf[class]; m >= 0 {
			sums[m] += v
		}
	}
	m := best(sums[:len(k.names)])
	res.Main, res.MainP = k.names[m], float64(sums[m])
	res.Verdict = k.model.meta.Gates.verdict(res.Guesses)
}

// next is the probability of the likeliest matter besides the one at place i.
func next(p []float32, top [3]int, i int) float32 {
	other := top[0]
	if i == 0 {
		other = top[1]
	}
	if other < 0 {
		return 0
	}
	return p[other]
}

// verdict compares the guesses with the gates.
func (g Gates) verdict(guesses []Guess) Verdict {
	switch {
	case len(guesses) > 0 && guesses[0].P >= float64(g.Sure):
		return Sure
	case len(guesses) > 1 && guesses[0].P+guesses[1].P >= float64(g.Two):
		return AskTwo
	}
	return Unsure
}

// best is the index of the largest value.
func best(p []float32) int {
	top := 0
	for i, v := range p {
		if v > p[top] {
			top = i
		}
	}
	return top
}

// three gives the indices of the three largest values, −1 where there are fewer.
func three(p []float32) [3]int {
	top := [3]int{-1, -1, -1}
	for i, v := range p {
		for at := range top {
			if top[at] < 0 || v > p[top[at]] {
				copy(top[at+1:], top[at:2])
				top[at] = i
				break
			}
		}
	}
	return top
}
