package classify

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"gridbot/task"
)

// Fields name the fields of labelled messages in a file of JSON lines: the text and its
// label. The zero Fields are text and label.
type Fields struct{ Text, Label string }

// ReadExampleFiles reads labelled messages from files and from all *.tsv files
// of folders, in alphabetical order, so that training on them is repeatable. A file whose
// name ends in .jsonl holds one JSON object a line. A complaint names the file and the line.
func ReadExampleFiles(f Fields, paths ...string) ([]Example, error) {
	var all []Example
	var problems []error
	for _, path := range paths {
		files, err := exampleFiles(path)
		problems = append(problems, err)
		for _, file := range files {
			examples, err := readExampleFile(f, file)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", file, err))
			}
			all = append(all, examples...)
		}
	}
	return all, errors.Join(problems...)
}

func exampleFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("classify: examples: %w", err)
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	files, err := filepath.Glob(filepath.Join(path, "*.tsv"))
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("classify: examples: no *.tsv in %s", path)
	}
	slices.Sort(files)
	return files, err
}

func readExampleFile(fields Fields, file string) ([]Example, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if filepath.Ext(file) == ".jsonl" {
		return ReadJSONLines(f, fields)
	}
	return ReadExamples(f)
}

// CheckCategories reports every example whose category or also column names a
// category that c does not have.
func CheckCategories(c *task.Categories, examples []Example) error {
	var problems []error
	for _, e := range examples {
		for _, id := range append([]string{e.Category}, e.Also...) {
			if _, known := c.Get(id); !known && id != NoCategory && id != "" {
				problems = append(problems, fmt.Errorf("classify: examples: category %q of %q unknown", id, e.Text))
			}
		}
	}
	return errors.Join(problems...)
}

// Training is what the command `train` is asked for.
type Training struct {
	Paths  []string // files and folders of examples
	Fields Fields
	Judges []string // files of messages on which gates are chosen, see TrainOptions; none are needed
	Out    string   // file the model is written to; "" writes none
	// Categories are those an example may name; nil lets any label be one.
	Categories *task.Categories
}

// RunTrain is the command `train`: it reads examples, learns a model, writes it
// and tells w how it went. Nothing is written when an example is wrong.
func RunTrain(w io.Writer, t Training) error {
	examples, judges, err := t.read()
	if err != nil {
		return err
	}
	o := TrainOptions{Judges: judges}
	if t.Categories == nil { // others' records, which are typed; a third of a point lower with misheard copies
		o.Misheard = -1
	}
	m, rep, err := Train(examples, o)
	if err != nil {
		return err
	}
	return t.write(w, m, rep)
}

// read reads the examples and the judges, and checks them.
func (t Training) read() (examples, judges []Example, err error) {
	examples, err = ReadExampleFiles(t.Fields, t.Paths...)
	judges, e := ReadExampleFiles(t.Fields, t.Judges...)
	if err = errors.Join(err, e); err == nil && t.Categories != nil {
		err = CheckCategories(t.Categories, slices.Concat(examples, judges))
	}
	return examples, judges, err
}

// write stores a trained model, unless it is to be written nowhere, and tells of it.
func (t Training) write(w io.Writer, m *Model, rep Report) error {
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		return err
	}
	if t.Out == "" {
		_, err := fmt.Fprint(w, rep)
		return err
	}
	if err := writeWhole(t.Out, file.Bytes()); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%s%d bytes written to %s\n", rep, file.Len(), t.Out)
	return err
}

// writeWhole replaces a file in one step, so that a reader never sees half.
func writeWhole(path string, data []byte) error {
	next := path + ".new"
	if err := os.WriteFile(next, data, 0o644); err != nil {
		return fmt.Errorf("classify: writing the model: %w", err)
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("classify: writing the model: %w", err)
	}
	return nil
}

// Evaluation is what the command `eval` is asked for.
type Evaluation struct {
	Paths  []string
	Fields Fields
	Noise  float64 // share of the characters replaced by another of the same sound, see Noisy
	Seed   uint64
	JSON   bool // one line of JSON instead of a table
}

// RunEval is the command `eval`: it prints how the classifier does on labelled messages.
func RunEval(w io.Writer, k *Classifier, e Evaluation) error {
	examples, err := ReadExampleFiles(e.Fields, e.Paths...)
	if err != nil {
		return err
	}
	if e.Noise > 0 {
		examples = Noisy(examples, e.Noise, e.Seed)
	}
	score := Evaluate(k, examples)
	if e.JSON {
		_, err = fmt.Fprintln(w, score.JSON())
	} else {
		_, err = fmt.Fprint(w, score)
	}
	return err
}

// String is the report as lines for people.
func (r Report) String() string {
	return fmt.Sprintf("%d examples, %d classes, %d features, %d weights, %.1f s\n"+
		"judged on messages that were not learned from (%s):\n%sexpected calibration error %.3f\n"+
		"gates: sure %.2f, two %.2f, talk %.2f, danger %.2f; %.0f %% of requests decided at once, %.0f %% of them right\n",
		r.Examples, r.Classes, r.Features, r.Entries, r.Took.Seconds(), r.Judged, r.Score, r.ECE,
		r.Gates.Sure, r.Gates.Two, r.Gates.Talk, r.Gates.Danger, 100*r.Taken, 100*r.Right)
}
