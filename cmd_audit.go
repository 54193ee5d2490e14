package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"gridbot/store"
	"gridbot/task"
)

// auditing is what the command audit is told.
type auditing struct {
	street, task, staff, month, dir, why string
	csv                                  bool
}

func auditCommand(read configReader) *cobra.Command {
	var in auditing
	c := &cobra.Command{
		Use: "audit --street ID", Short: "Show who saw what", Args: cobra.NoArgs,
		Long: "audit shows who saw, searched, exported or erased personal data of a street in a month\n" +
			"(of UTC), the newest last. Who changed what stands in each task's own history: see\n" +
			"`gridbot task`. Reading the audit is written there too.",
		RunE: func(c *cobra.Command, _ []string) error {
			return withCare(c, read, in.street, in.dir, func(ctx context.Context, with *careful) error {
				return showAudit(ctx, with, in)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&in.street, "street", "", "ID of the street")
	f.StringVar(&in.task, "task", "", "only about this task")
	f.StringVar(&in.staff, "staff", "", "only what this member of staff did")
	f.StringVar(&in.month, "month", "", "month, such as 2026-11 (default this one)")
	f.StringVar(&in.dir, "dir", "", "directory of the archive (default the configured one)")
	f.StringVar(&in.why, "why", "", "the reason, for the audit")
	f.BoolVar(&in.csv, "csv", false, "print csv")
	_ = c.MarkFlagRequired("street") // fails only for a flag that does not exist
	return c
}

func showAudit(ctx context.Context, c *careful, in auditing) error {
	filter := store.AuditFilter{Staff: in.staff}
	if in.task != "" {
		id, err := task.ParseID(in.task)
		if err != nil {
			return err
		}
		filter.Task = id
	}
	if in.month == "" {
		in.month = store.Month(c.now)
	}
	moved, err := c.archive.Audits(in.street, in.month, filter)
	if err != nil {
		return err
	}
	if err := c.record(ctx, in.street, store.Audited, in.why); err != nil {
		return err
	}
	write, flush := table(c.out)
	if in.csv {
		write, flush = commas(c.out)
	}
	write([]string{"time", "staff", "name", "act", "task", "why"})
	for x, err := range follow(moved, c.store.Audits(ctx, in.street, in.month, filter)) {
		if err != nil {
			return err
		}
		write(cells(x))
	}
	return flush()
}

// follow is what stands in a file, then what stands in Redis.
func follow(moved []store.Sight, kept iter.Seq2[store.Sight, error]) iter.Seq2[store.Sight, error] {
	return func(yield func(store.Sight, error) bool) {
		for _, x := range moved {
			if !yield(x, nil) {
				return
			}
		}
		kept(yield)
	}
}

func cells(x store.Sight) []string {
	number := ""
	if !x.Task.Zero() {
		number = x.Task.String()
	}
	return []string{x.At.Format(time.DateTime), x.Staff, x.Name, string(x.Act), number, x.Why}
}

// table and commas print rows, each with what ends the printing.
func table(out io.Writer) (write func([]string), flush func() error) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	return func(row []string) {
		for _, cell := range row {
			fmt.Fprint(w, cell, "\t")
		}
		fmt.Fprintln(w)
	}, w.Flush
}

func commas(out io.Writer) (write func([]string), flush func() error) {
	w := csv.NewWriter(out)
	return func(row []string) { _ = w.Write(row) }, // its error stays and is told by Error
		func() error { w.Flush(); return w.Error() }
}
