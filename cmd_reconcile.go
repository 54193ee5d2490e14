package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"gridbot/store"
)

func reconcileCommand(read configReader) *cobra.Command {
	var street string
	var repair bool
	c := &cobra.Command{
		Use: "reconcile", Short: "Find what does not fit together in Redis, and mend it", Args: cobra.NoArgs,
		Long: "reconcile compares every task with the queues it belongs in, every notice with the\n" +
			"outbox, and the numbers given with those in use. It names no person. Without\n" +
			"--repair it changes nothing. The exit code is 1 when something is wrong and was\n" +
			"not repaired.\n\n" +
			"It may run at any time beside `gridbot serve`, which does the same every day; after\n" +
			"`gridbot restore` it has to. docs/redis.md lists what it finds.",
		RunE: func(c *cobra.Command, _ []string) error {
			return withStore(c, read, func(_ Config, s *store.Store) error {
				f, err := s.Reconcile(c.Context(), street, store.Reconciling{Repair: repair, Now: time.Now()})
				if err != nil {
					return err
				}
				return errors.Join(printFindings(c.OutOrStdout(), f), verdict(f))
			})
		},
	}
	c.Flags().StringVar(&street, "street", "", "ID of one street; without it all streets")
	c.Flags().BoolVar(&repair, "repair", false, "mend what is found")
	return c
}

// printFindings prints what was looked at and found.
func printFindings(out io.Writer, f store.Findings) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, x := range f.List {
		done := "left"
		if x.Repaired {
			done = "repaired"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", subject(x), x.Fault, x.Where, done)
	}
	if n := total(f) - len(f.List); n > 0 {
		fmt.Fprintf(w, "and %d more\n", n)
	}
	fmt.Fprintf(w, "looked at %d tasks, %d notices and %d places in queues: %d faults, %d left\n", f.Tasks, f.Notices, f.Members, total(f), f.Left)
	return w.Flush()
}

// subject is the task of a finding, or its street.
func subject(x store.Finding) string {
	if x.Task.Seq == 0 {
		return "street " + x.Task.Street
	}
	return x.Task.String()
}

func total(f store.Findings) int {
	n := 0
	for _, count := range f.Count {
		n += count
	}
	return n
}

// verdict is an error while something is wrong.
func verdict(f store.Findings) error {
	switch {
	case f.Left == 0:
		return nil
	case f.Left == f.Count[store.Unreadable]:
		return fmt.Errorf("%d keys cannot be read: only a person can mend them, or a backup", f.Left)
	}
	return fmt.Errorf("%d things are wrong; `gridbot reconcile --repair` mends them", f.Left)
}
