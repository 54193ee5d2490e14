package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"gridbot/classify"
	"gridbot/store"
	"gridbot/task"
)

func taskCommand(read configReader) *cobra.Command {
	var dir, why string
	var full bool
	c := &cobra.Command{
		Use: "task NUMBER", Short: "Show a task and its history", Args: cobra.ExactArgs(1),
		Long: "task shows a task with its history and what became of its notices, from Redis or from\n" +
			"the archive. Telephone, identity, card and plate numbers are masked and the reporter\n" +
			"is not named, unless --full is given.\n" +
			"It is written to the audit that it was shown.",
		RunE: func(c *cobra.Command, args []string) error {
			id, err := task.ParseID(args[0])
			if err != nil {
				return err
			}
			return withCare(c, read, id.Street, dir, func(ctx context.Context, with *careful) error {
				return showTask(ctx, with, id, full, why)
			})
		},
	}
	c.Flags().StringVar(&dir, "dir", "", "directory of the archive (default the configured one)")
	c.Flags().StringVar(&why, "why", "", "the reason, for the audit")
	c.Flags().BoolVar(&full, "full", false, "show words and reporter as they are")
	return c
}

// showTask writes the audit first: what cannot be written there is not shown.
func showTask(ctx context.Context, c *careful, id task.ID, full bool, why string) error {
	r, month, err := c.find(ctx, id)
	if errors.Is(err, task.ErrNotFound) {
		return fmt.Errorf("there is no task %s", id)
	}
	if err != nil {
		return err
	}
	held, err := r.Held()
	if err != nil {
		return err
	}
	if err := c.record(ctx, id.Street, store.Viewed, why, id); err != nil {
		return err
	}
	mask := classify.Mask
	if full {
		mask = func(s string) string { return s }
	}
	return printTask(c.out, held, month, full, mask)
}

func printTask(out io.Writer, h store.Held, month string, full bool, mask func(string) string) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	t := &h.Task
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s\t%s\n", name, value)
		}
	}
	row("task", t.ID.String())
	if month != "" {
		row("kept in", "archive, "+month)
	}
	row("status", string(t.Status))
	row("category", t.Category)
	row("urgency", string(t.Urgency))
	row("place", mask(t.Place.Text))
	row("grid", t.Place.Grid)
	row("handler", t.HandlerName)
	row("words", mask(t.Text))
	row("result", mask(t.Result))
	row("rating", string(t.Rating))
	row("reporter", reporter(t.Reporter, full))
	for _, e := range h.History {
		who := e.Name
		if who == "" {
			who = string(e.By)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", e.At.Format(time.DateTime), e.Kind, who, mask(e.Note))
	}
	for _, f := range h.Fates {
		fmt.Fprintf(w, "%s\tnotice %s\t%s\t%s\n", f.At.Format(time.DateTime), f.About, cmp.Or(f.Staff, "reporter"), fateWords(f))
	}
	return w.Flush()
}

// fateWords tell which way a notice went and how it ended.
func fateWords(f task.Fate) string {
	end := string(f.End)
	if f.End == task.Arrived {
		end = "delivered"
	}
	return strings.Join(strings.Fields(f.Channel+" "+end+" "+f.Why), " ")
}

// reporter tells whether there is one, and who only where everything is shown.
func reporter(p task.Person, full bool) string {
	system, number, isSystem := p.System()
	switch {
	case p.Zero():
		return "gone"
	case isSystem:
		return system + " " + number
	case full:
		return p.Account + " " + p.OpenID
	}
	return "on account " + p.Account
}
