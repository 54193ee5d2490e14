package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"gridbot/classify"
	"gridbot/grid"
	"gridbot/task"
)

func evalCommand() *cobra.Command {
	var e classify.Evaluation
	var model, addresses string
	c := &cobra.Command{
		Use: "eval {--file X | --addresses F}", Short: "Measure the classifier on labelled messages", Args: cobra.NoArgs,
		Long: "eval reads labelled messages and prints accuracy and macro-F1 for main and\n" +
			"sub-category, accuracy of the intent, recall and false alarms of danger, what is decided\n" +
			"without a question and how often that is right, the calibration error and the ten worst\n" +
			"confusions. The columns text, intent, category, also and emergency may stand in any\n" +
			"order; a column that is missing leaves its figure out, any other is ignored. Of a file\n" +
			"*.jsonl the fields --text and --label are read. --noise 0.1 replaces one character in ten\n" +
			"by another of the same sound, as voice input does.\n" +
			"--addresses tells instead how well building, unit, floor and room are read in addresses:\n" +
			"JSON lines with text, tokens and tags (houseno, cellno, floorno, roomno behind B- and I-).",
		RunE: func(c *cobra.Command, _ []string) error {
			if addresses != "" {
				return evalAddresses(c.OutOrStdout(), addresses, e.JSON)
			}
			k, err := classifier(model, e.Fields != classify.Fields{})
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
	fieldFlags(c, &e.Fields)
	c.Flags().StringVar(&addresses, "addresses", "", "file of labelled addresses, JSON lines")
	c.MarkFlagsOneRequired("file", "addresses")
	c.MarkFlagsMutuallyExclusive("file", "addresses")
	return c
}

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

// classifier is the one with the model of a file, or with that the program holds. foreign says
// that its labels need not be our categories.
func classifier(model string, foreign bool) (*classify.Classifier, error) {
	categories, err := task.DefaultCategories()
	if err != nil {
		return nil, err
	}
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
		return nil, err
	}
	if foreign {
		categories = nil
	}
	return classify.NewWithModel(categories, m)
}

func trainCommand() *cobra.Command {
	var t classify.Training
	c := &cobra.Command{
		Use: "train", Short: "Train a model from examples", Args: cobra.NoArgs,
		Long: "train reads files of examples, and every *.tsv file of folders, trains a model, writes\n" +
			"it and tells how five folds judged each other. The same examples give the same file.\n" +
			"The program holds its model in itself: build it again to use a new one. With --text or\n" +
			"--label, labels need not be our categories.",
		RunE: func(c *cobra.Command, _ []string) error {
			if (t.Fields == classify.Fields{}) {
				var err error
				if t.Categories, err = task.DefaultCategories(); err != nil {
					return err
				}
			}
			return classify.RunTrain(c.OutOrStdout(), t)
		},
	}
	c.Flags().StringArrayVar(&t.Paths, "examples", []string{"classify/examples"}, "file or folder of examples; may be repeated")
	c.Flags().StringVar(&t.Out, "model", "classify/model.gz", "file the model is written to; empty writes none")
	fieldFlags(c, &t.Fields)
	return c
}
