package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gridbot/classify"
)

func archiveCommand(read configReader) *cobra.Command {
	var dir, street string
	var older Days
	c := &cobra.Command{
		Use: "archive", Short: "Keep personal data no longer than configured, and move old tasks to files", Args: cobra.NoArgs,
		Long: "archive does for every street what the section retention of the configuration says: it\n" +
			"takes personal data out of tasks that ended long ago, in Redis and in the files, forgets\n" +
			"old notices nobody could deliver, deletes old photos and voices, and moves ended tasks\n" +
			"and old months of the audit to files. Run it every night, beside the service. It may be stopped at any time and run again.",
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("older") && older < leastArchive {
				return fmt.Errorf("--older: at least %v, a resident may still say that it is not solved", leastArchive)
			}
			return withCare(c, read, street, dir, func(ctx context.Context, with *careful) error {
				if c.Flags().Changed("older") {
					with.retention.Archive = older
				}
				return with.all(ctx)
			})
		},
	}
	c.Flags().StringVar(&dir, "dir", "", "directory of the archive (default the configured one)")
	c.Flags().StringVar(&street, "street", "", "ID of one street; without it all streets")
	c.Flags().Var(&older, "older", "move tasks that ended longer ago, such as 30d (default as configured)")
	return c
}

// all takes care of every street.
func (c *careful) all(ctx context.Context) error {
	for _, street := range c.streets {
		if err := c.care(ctx, street); err != nil {
			return fmt.Errorf("street %s: %w", street, err)
		}
	}
	return nil
}

// care does for one street what the section retention says, first in Redis, so that
// nothing goes to a file that should be masked.
func (c *careful) care(ctx context.Context, street string) error {
	swept, err := c.store.Sweep(ctx, street, c.retention.limits(), c.now, classify.Mask)
	if err != nil {
		return err
	}
	moved, err := c.archive.Move(ctx, c.store, street, c.now.Add(-c.retention.Archive.Duration()))
	if err != nil {
		return err
	}
	inFiles := 0
	if c.retention.Closed > 0 {
		changed, err := c.archive.Mask(street, c.now.Add(-c.retention.Closed.Duration()), classify.Mask)
		if err != nil {
			return err
		}
		inFiles = changed.Tasks
		if changed.Damaged > 0 {
			fmt.Fprintf(c.out, "street %s: %d lines of its files cannot be read and were left as they are\n", street, changed.Damaged)
		}
	}
	photos, err := c.sweepMedia(ctx, street)
	if err != nil {
		return err
	}
	months, err := c.moveAudits(ctx, street)
	fmt.Fprintf(c.out, "street %s: %d tasks moved to files, %d left for later, %d masked, %d buried notices forgotten, %d months of audit moved, %d files of photos and voices deleted\n",
		street, moved.Tasks, moved.Left, swept.Masked+inFiles, swept.Dropped, months, photos)
	return err
}

// moveAudits moves the months that are old enough as a whole.
func (c *careful) moveAudits(ctx context.Context, street string) (int, error) {
	if c.retention.Audit == 0 {
		return 0, nil
	}
	months, err := c.store.AuditMonths(ctx, street, c.now.Add(-c.retention.Audit.Duration()))
	if err != nil {
		return 0, err
	}
	for i, month := range months {
		if err := c.archive.MoveAudit(ctx, c.store, street, month); err != nil {
			return i, err
		}
	}
	return len(months), nil
}
