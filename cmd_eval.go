package main

import (
	"github.com/spf13/cobra"

	"gridbot/classify"
	"gridbot/task"
)

func evalCommand() *cobra.Command {
	var file string
	var asJSON bool
	c := &cobra.Command{
		Use: "eval --file X.tsv", Short: "Measure the classifier on labelled messages", Args: cobra.NoArgs,
		Long: "eval reads a file of labelled messages and prints accuracy and macro-F1 for main and\n" +
			"sub-category, accuracy of the intent, and recall and false alarms of danger. The\n" +
			"columns text, intent, category, also and emergency may stand in any order; a column\n" +
			"that is missing leaves its figure out, any other is ignored.",
		RunE: func(c *cobra.Command, _ []string) error {
			categories, err := task.DefaultCategories()
			if err != nil {
				return err
			}
			k, err := classify.New(categories)
			if err != nil {
				return err
			}
			return classify.RunEval(c.OutOrStdout(), k, file, asJSON)
		},
	}
	c.Flags().StringVar(&file, "file", "", "file of labelled messages, tab separated")
	c.Flags().BoolVar(&asJSON, "json", false, "print one line of JSON")
	_ = c.MarkFlagRequired("file") // fails only for a flag that does not exist
	return c
}

func trainCommand() *cobra.Command {
	var examples, out string
	c := &cobra.Command{
		Use: "train", Short: "Train the classifier's model from examples", Args: cobra.NoArgs,
		Long: "train reads every *.tsv file of a folder of examples, trains the model and writes it.\n" +
			"The same examples give the same file. The program holds the model in itself: build it\n" +
			"again to use a new one.",
		RunE: func(c *cobra.Command, _ []string) error {
			categories, err := task.DefaultCategories()
			if err != nil {
				return err
			}
			return classify.RunTrain(c.OutOrStdout(), categories, out, examples)
		},
	}
	c.Flags().StringVar(&examples, "examples", "classify/examples", "folder of examples")
	c.Flags().StringVar(&out, "out", "classify/model.gz", "file the model is written to")
	return c
}
