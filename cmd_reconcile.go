package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
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
			return withStore(c, read, func(s *store.Store) error {
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

// How often a serving process looks after its data, and how soon it tries again
// when it could not.
const (
	reconcileEvery = 24 * time.Hour
	reconcileAgain = time.Minute
)

// replan makes deadlines certain whose holidays are known since this program or its
// plans are newer.
func (s *service) replan(ctx context.Context) error {
	for _, street := range s.desk.Ground().Streets() {
		n, err := s.desk.Replan(ctx, street)
		if n > 0 {
			s.log.Info("deadlines made certain", "street", street, "tasks", n)
		}
		if err != nil {
			s.log.Warn("deadlines not made certain", "street", street, "err", err)
			return err
		}
	}
	return nil
}

// reconcileDaily mends all streets at once and then every day until ctx ends.
// Every replica does so: they do not harm each other. While messages are held back
// the data is not known to be fit, and it waits.
func (s *service) reconcileDaily(ctx context.Context) {
	next := time.NewTimer(0)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
		}
		wait := reconcileEvery
		if s.server.Held() || s.reconcile(ctx) != nil || s.replan(ctx) != nil {
			wait = reconcileAgain
		}
		next.Reset(wait)
	}
}

// reconcile mends all streets. That something had to be mended is told to the
// operator: it does not come about by itself.
func (s *service) reconcile(ctx context.Context) error {
	f, err := s.store.Reconcile(ctx, "", store.Reconciling{Repair: true, Now: s.now()})
	if err != nil {
		if ctx.Err() == nil {
			s.log.Warn("not reconciled", "err", err)
		}
		return err
	}
	for _, x := range f.List {
		s.log.Warn("reconciled", "fault", string(x.Fault), "task", subject(x), "where", x.Where, "repaired", x.Repaired)
	}
	s.log.Info("reconciled", "tasks", f.Tasks, "notices", f.Notices, "faults", total(f), "left", f.Left)
	for _, fault := range slices.Sorted(maps.Keys(f.Count)) {
		s.alarm("reconciled", fmt.Sprintf("%s: %d", fault, f.Count[fault]))
	}
	return nil
}
