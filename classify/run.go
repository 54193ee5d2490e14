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

// ReadExampleFiles reads labelled messages from files and from all *.tsv files
// of folders, in alphabetical order, so that training on them is repeatable. A
// complaint names the file and the line.
func ReadExampleFiles(paths ...string) ([]Example, error) {
	var all []Example
	var problems []error
	for _, path := range paths {
		files, err := exampleFiles(path)
		problems = append(problems, err)
		for _, file := range files {
			examples, err := readExampleFile(file)
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

func readExampleFile(file string) ([]Example, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
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

// RunTrain is the command `train`: it reads examples, learns a model, writes it
// to out and tells w how it went. Nothing is written when an example is wrong.
func RunTrain(w io.Writer, c *task.Categories, out string, paths ...string) error {
	examples, err := ReadExampleFiles(paths...)
	if err != nil {
		return err
	}
	if err := CheckCategories(c, examples); err != nil {
		return err
	}
	m, rep, err := Train(examples, TrainOptions{})
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		return err
	}
	if err := writeWhole(out, file.Bytes()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%d bytes written to %s\n", rep, file.Len(), out)
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

// RunEval is the command `eval`: it prints how the classifier does on a file of
// labelled messages, as a table or as one line of JSON.
func RunEval(w io.Writer, k *Classifier, file string, asJSON bool) error {
	examples, err := ReadExampleFiles(file)
	if err != nil {
		return err
	}
	score := Evaluate(k, examples)
	if asJSON {
		_, err = fmt.Fprintln(w, score.JSON())
	} else {
		_, err = fmt.Fprint(w, score)
	}
	return err
}

// String is the report as lines for people.
func (r Report) String() string {
	return fmt.Sprintf("%d examples, %d classes, %d features, %d weights, %.1f s\n"+
		"judged by folds that had not seen the example:\n%sexpected calibration error %.3f\n"+
		"gates: sure %.2f, two %.2f, talk %.2f, danger %.2f; %.0f %% of requests decided at once, %.0f %% of them right\n",
		r.Examples, r.Classes, r.Features, r.Entries, r.Took.Seconds(), r.Score, r.ECE,
		r.Gates.Sure, r.Gates.Two, r.Gates.Talk, r.Gates.Danger, 100*r.Taken, 100*r.Right)
}
