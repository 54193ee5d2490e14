package classify

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrWorse is wrapped by the refusal of a model that does worse than the running one; the
// reasons stand behind it, a line each.
var ErrWorse = errors.New("classify: the candidate is refused and nothing was written")

// tolerated is the share of false alarms that is no reason to refuse a model, even where the
// running one raises fewer.
const tolerated = 0.02

// Renewal is what the command `train --corrections` is asked for.
type Renewal struct {
	Training
	Lessons []Example   // what staff settled on, see Lesson
	Running *Classifier // what the candidate has to be as good as
	Frozen  []string    // files of messages that neither has seen, with all columns
}

// Lesson is an example of what staff settled on, its words masked. Staff says what a matter
// is, not whether it is a question, nor whether it was dangerous: the first is taken as the
// classifier hears it, and of danger the example teaches nothing.
func (k *Classifier) Lesson(text, category string) Example {
	e := Example{Text: Mask(text), Intent: IntentReport, Category: category, Emergency: -1}
	if heard := k.Classify(e.Text).Intent; heard.Request() {
		e.Intent = heard
	}
	return e
}

// RunRenew is the command `train --corrections`: it trains a candidate on the examples and
// the lessons, lets it and the running model judge the frozen messages, tells w how both
// did, and writes the candidate if it is not worse. Else nothing is written and the error
// is ErrWorse.
func RunRenew(w io.Writer, r Renewal) error {
	examples, judges, err := r.read()
	if err != nil {
		return err
	}
	frozen, err := readFrozen(r)
	if err != nil {
		return err
	}
	lessons := fresh(r.Lessons, frozen, judges, examples)
	m, rep, err := Train(append(examples, lessons...), TrainOptions{Judges: judges})
	if err != nil {
		return err
	}
	candidate, err := NewWithModel(r.Categories, m)
	if err != nil {
		return err
	}
	was, is := Evaluate(r.Running, frozen), Evaluate(candidate, frozen)
	if _, err := fmt.Fprintf(w, "%d examples and %d corrections or confirmations by staff, of %d\n\nthe running model\n%s\nthe candidate\n%s\n",
		len(examples), len(lessons), len(r.Lessons), was.figures(), is.figures()); err != nil {
		return err
	}
	if reasons := Worse(was, is); len(reasons) > 0 {
		return fmt.Errorf("%w:\n  %s", ErrWorse, strings.Join(reasons, "\n  "))
	}
	return r.write(w, m, rep)
}

// readFrozen reads messages by which all of a model can be judged.
func readFrozen(r Renewal) ([]Example, error) {
	frozen, err := ReadExampleFiles(Fields{}, r.Frozen...)
	if err != nil {
		return nil, err
	}
	if err := CheckCategories(r.Categories, frozen); err != nil {
		return nil, err
	}
	var danger, calm, named, meant bool
	for _, e := range frozen {
		danger, calm = danger || e.Emergency == 2, calm || e.Emergency == 0
		named, meant = named || e.Category != "" && e.Category != NoCategory, meant || e.Intent != ""
	}
	if !danger || !calm || !named || !meant {
		return nil, errors.New("classify: the frozen messages cannot judge a model: they need the columns intent, category and emergency, and dangers and harmless ones among them")
	}
	return frozen, nil
}

// fresh leaves out lessons whose words stand among the messages of known, and the earlier of
// two with the same words.
func fresh(lessons []Example, known ...[]Example) []Example {
	seen := map[string]bool{}
	for _, list := range known {
		for _, e := range list {
			seen[e.Text] = true
		}
	}
	var out []Example
	for i := len(lessons) - 1; i >= 0; i-- {
		if e := lessons[i]; !seen[e.Text] {
			seen[e.Text] = true
			out = append(out, e)
		}
	}
	return out
}

// Worse tells why a candidate may not take the running model's place, a line for each
// reason, danger first; none when it may. No figure may fall; false alarms may rise to
// 2 %. A figure that either lacks is a reason too.
func Worse(running, candidate Score) []string {
	var out []string
	fell := func(what string, was, is *float64) {
		switch {
		case was == nil || is == nil:
			out = append(out, what+" was not measured")
		case *is < *was:
			out = append(out, fmt.Sprintf("%s fell from %.4f to %.4f", what, *was, *is))
		}
	}
	wasDanger, isDanger := running.Danger, candidate.Danger
	if wasDanger == nil || isDanger == nil {
		out = append(out, "danger was not measured")
	} else {
		fell("danger recall", &wasDanger.Recall, &isDanger.Recall)
		if most := max(wasDanger.FalseAlarms, tolerated); isDanger.FalseAlarms > most {
			out = append(out, fmt.Sprintf("false alarms rose from %.4f to %.4f, at most %.4f are let through", wasDanger.FalseAlarms, isDanger.FalseAlarms, most))
		}
	}
	fell("sub-category accuracy", running.Sub.accuracy(), candidate.Sub.accuracy())
	fell("macro-F1 of the main category", running.Main.macro(), candidate.Main.macro())
	fell("intent accuracy", running.Intent.accuracy(), candidate.Intent.accuracy())
	return out
}

func (f *Figures) accuracy() *float64 {
	if f == nil {
		return nil
	}
	return &f.Accuracy
}

func (f *Figures) macro() *float64 {
	if f == nil {
		return nil
	}
	return f.MacroF1
}

// figures is the score without its confusions, which decide nothing here.
func (s Score) figures() Score {
	s.Worst = nil
	return s
}
