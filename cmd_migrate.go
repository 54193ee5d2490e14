package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"gridbot/dispatch"
	"gridbot/store"
)

// migrateCommand moves data to the layout of this version.
func migrateCommand(read configReader) *cobra.Command {
	var dry bool
	c := &cobra.Command{
		Use: "migrate", Short: "Move the data in Redis to the layout of this version", Args: cobra.NoArgs,
		Long: "migrate moves data that an older gridbot wrote to the layout of this version. Before\n" +
			"it: stop gridbot everywhere, and make a backup with `gridbot backup`.\n\n" +
			"It may be stopped at any time and goes on where it was when it is run again; after a\n" +
			"crash that can be up to half a minute later. Only one runs at a time.",
		RunE: func(c *cobra.Command, _ []string) error {
			return withDesk(c, read, func(s *store.Store, desk *dispatch.Desk) error {
				m, err := s.Migrate(c.Context(), store.Migration{Wind: desk.Wind, DryRun: dry, Now: time.Now()})
				if errors.Is(err, store.ErrMigrating) {
					return fmt.Errorf("%w by another process, or by one that died less than half a minute ago; try again later", err)
				}
				if err != nil {
					return err
				}
				return printMigrated(c.OutOrStdout(), m, dry)
			})
		},
	}
	c.Flags().BoolVar(&dry, "dry-run", false, "tell what would be done and change nothing")
	return c
}

// printMigrated says in words what was done, or would be.
func printMigrated(out io.Writer, m store.Migrated, dry bool) error {
	var err error
	did := "migrated"
	if dry {
		did = "would migrate"
	}
	switch {
	case m.To == "":
		_, err = fmt.Fprintln(out, "this Redis is empty: nothing to migrate")
	case m.From == m.To:
		_, err = fmt.Fprintf(out, "the data has layout %s already\n", m.To)
	default:
		_, err = fmt.Fprintf(out, "%s from layout %s to %s: %d tasks looked at, %d rewritten\n", did, m.From, m.To, m.Tasks, m.Changed)
	}
	for _, id := range m.Unreadable {
		fmt.Fprintf(out, "%s cannot be read and stays as it is\n", id)
	}
	return err
}
