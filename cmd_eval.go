package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"gridbot/classify"
	"gridbot/grid"
	"gridbot/task"
)

func evalCommand(read configReader) *cobra.Command {
	var e classify.Evaluation
	var model, addresses string
	var live bool
	var weeks int
	c := &cobra.Command{
		Use: "eval {--file X | --live | --addresses F}", Short: "Measure the classifier on labelled messages, or by what staff made of it", Args: cobra.NoArgs,
		Long: "eval reads labelled messages and prints accuracy and macro-F1 for main and\n" +
			"sub-category, accuracy of the intent, recall and false alarms of danger, what is decided\n" +
			"without a question and how often that is right, the calibration error and the ten worst\n" +
			"confusions. The columns text, intent, category, also and emergency may stand in any\n" +
			"order; a column that is missing leaves its figure out, any other is ignored. Of a file\n" +
			"*.jsonl the fields --text and --label are read. --noise 0.1 replaces one character in ten\n" +
			"by another of the same sound, as voice input does.\n" +
			"--live asks the tasks in Redis and in the archive instead: of the reports of each week,\n" +
			"by the category the machine guessed first, how often staff settled on the same, and how\n" +
			"often they left place and urgency as they were.\n" +
			"--addresses tells instead how well building, unit, floor and room are read in addresses:\n" +
			"JSON lines with text, tokens and tags (houseno, cellno, floorno, roomno behind B- and I-).",
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case live:
				return evalLive(c, read, weeks, e.JSON)
			case addresses != "":
				return evalAddresses(c.OutOrStdout(), addresses, e.JSON)
			}
			categories, err := task.DefaultCategories()
			if err != nil {
				return err
			}
			if model != "" && e.Fields != (classify.Fields{}) {
				categories = nil
			}
			k, err := classifier(categories, model)
			if err != nil {
				return err
			}
			return classify.RunEval(c.OutOrStdout(), k, e)
		},
	}
	c.Flags().StringArrayVar(&e.Paths, "file", nil, "file or folder of labelled messages, tab separated or JSON lines; may be repeated")
	c.Flags().StringVar(&model, "model", "", "model file; default is the model the program holds")
	c.Flags().Float64Var(&e.Noise, "noise", 0, "share of the characters replaced by another of the same sound, 0 to 1")
	c.Flags().Uint64Var(&e.Seed, "seed", 1, "which noise")
	c.Flags().BoolVar(&e.JSON, "json", false, "print one line of JSON")
	c.Flags().BoolVar(&live, "live", false, "measure by what staff settled on")
	c.Flags().IntVar(&weeks, "weeks", 8, "with --live: weeks to look back, this one counted")
	fieldFlags(c, &e.Fields)
	c.Flags().StringVar(&addresses, "addresses", "", "file of labelled addresses, JSON lines")
	c.MarkFlagsOneRequired("file", "live", "addresses")
	c.MarkFlagsMutuallyExclusive("file", "live", "addresses")
	for _, other := range []string{"model", "noise", "seed", "text", "label"} {
		c.MarkFlagsMutuallyExclusive("live", other)
	}
	c.MarkFlagsMutuallyExclusive("file", "weeks")
	return c
}

// evalLive is the command eval --live.
func evalLive(c *cobra.Command, read configReader, weeks int, asJSON bool) error {
	if weeks < 1 || weeks > maxWeeks {
		return fmt.Errorf("--weeks: %d is not between 1 and %d", weeks, maxWeeks)
	}
	var at *time.Location
	since := func(config Config) (time.Time, error) {
		calendar, err := config.calendar()
		if err != nil {
			return time.Time{}, err
		}
		at = calendar.Location()
		return weeksBack(time.Now().In(at), weeks), nil
	}
	return withLessons(c, read, since, func(_ Config, all []lesson) error {
		return printAgreement(c.OutOrStdout(), byWeek(all, at), asJSON)
	})
}

// maxWeeks is ten years.
const maxWeeks = 520

// evalAddresses tells how many numbers of each part of a door are read exactly.
func evalAddresses(out io.Writer, path string, asJSON bool) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	shares, err := grid.MeasureDoors(f)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if asJSON {
		return json.NewEncoder(out).Encode(shares)
	}
	for _, s := range shares {
		if _, err := fmt.Fprintf(out, "%-8s %d of %d, %.3f\n", s.Part, s.Found, s.Labelled, float64(s.Found)/float64(max(s.Labelled, 1))); err != nil {
			return err
		}
		for _, m := range s.Missed {
			if _, err := fmt.Fprintln(out, "  ", m); err != nil {
				return err
			}
		}
	}
	return nil
}

// fieldFlags are the flags that tell what to read of JSON lines.
func fieldFlags(c *cobra.Command, f *classify.Fields) {
	c.Flags().StringVar(&f.Text, "text", "", "field of the text in *.jsonl (default \"text\")")
	c.Flags().StringVar(&f.Label, "label", "", "field of the label in *.jsonl (default \"label\"); labels need not be our categories")
}

// classifier is the one with the model of a file, or with that the program holds. Without
// categories, nil, the labels of a file's model may be any.
func classifier(categories *task.Categories, model string) (*classify.Classifier, error) {
	if model == "" {
		return classify.New(categories)
	}
	f, err := os.Open(model)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	defer f.Close()
	m, err := classify.ReadModel(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", model, err)
	}
	k, err := classify.NewWithModel(categories, m)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", model, err)
	}
	return k, nil
}

func trainCommand(read configReader) *cobra.Command {
	var t training
	c := &cobra.Command{
		Use: "train", Short: "Train a model from examples, and from what staff corrected", Args: cobra.NoArgs,
		Long: "train reads files of examples, and every *.tsv file of folders, trains a model, writes\n" +
			"it and tells how it does on messages it did not learn from. The same examples give the same file.\n" +
			"With --text or --label, labels need not be our categories.\n" +
			"--corrections learns from the examples and from the tasks whose category staff has\n" +
			"settled, their words masked. What comes out is compared with the running model on frozen\n" +
			"messages that neither has seen, and written only if no figure is worse, danger first.\n" +
			"A deployment runs with its own model when classify.model of the configuration names it.",
		RunE: func(c *cobra.Command, _ []string) error {
			t.choose(c.Flags().Changed("judges"))
			if (t.Fields == classify.Fields{}) {
				var err error
				if t.Categories, err = task.DefaultCategories(); err != nil {
					return err
				}
			}
			if t.corrections {
				return t.renew(c, read)
			}
			return classify.RunTrain(c.OutOrStdout(), t.Training)
		},
	}
	f := c.Flags()
	f.StringArrayVar(&t.Paths, "examples", []string{"classify/examples"}, "file or folder of examples; may be repeated")
	f.StringArrayVar(&t.Judges, "judges", []string{judgesFile}, "file of labelled messages nothing is learned from, on which certainty is calibrated and gates are chosen; \"\" takes the folds")
	f.StringVar(&t.Out, "model", "classify/model.gz", "file the model is written to; empty writes none. With --corrections the default is classify.model")
	f.BoolVar(&t.corrections, "corrections", false, "learn from what staff settled on too")
	f.StringVar(&t.frozen, "frozen", frozenFile, "with --corrections: messages by which the model is judged")
	fieldFlags(c, &t.Fields)
	c.MarkFlagsMutuallyExclusive("corrections", "text")
	c.MarkFlagsMutuallyExclusive("corrections", "label")
	return c
}

// Messages no model was trained on, beside the source: one half is for choosing gates, the
// other for telling figures.
const (
	judgesFile = "testdata/eval/frozen-gates.tsv"
	frozenFile = "testdata/eval/frozen.tsv"
)

// training is what the command train is told.
type training struct {
	classify.Training
	corrections bool
	frozen      string
}

// choose leaves out the judges that were not asked for and cannot be had: where the labels are
// not ours, or without the source. "" stands for none.
func (t *training) choose(asked bool) {
	if _, err := os.Stat(judgesFile); !asked && (err != nil || t.Fields != classify.Fields{}) {
		t.Judges = nil
	}
	t.Judges = slices.DeleteFunc(t.Judges, func(file string) bool { return file == "" })
}

// renew is the command train --corrections.
func (t training) renew(c *cobra.Command, read configReader) error {
	if _, err := os.Stat(t.frozen); err != nil {
		return fmt.Errorf("no messages to judge a model by: name a file with --frozen: %w", err)
	}
	all := func(Config) (time.Time, error) { return time.Time{}, nil }
	return withLessons(c, read, all, func(config Config, taught []lesson) error {
		if !c.Flags().Changed("model") {
			t.Out = config.Classify.Model
		}
		if t.Out == "" {
			return errors.New("name the file of the deployment's own model with --model, and in classify.model")
		}
		running, err := config.classifier(t.Categories)
		if err != nil {
			return err
		}
		return classify.RunRenew(c.OutOrStdout(), classify.Renewal{
			Training: t.Training, Lessons: examples(running, t.Categories, taught), Running: running, Frozen: []string{t.frozen},
		})
	})
}
