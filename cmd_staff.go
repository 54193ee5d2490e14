package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"gridbot/grid"
	"gridbot/store"
)

func staffCommand(read configReader) *cobra.Command {
	root := &cobra.Command{
		Use: "staff", Short: "See which posts nobody holds, make join codes, mark leave", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.AddCommand(gapsCommand(read), codesCommand(read), handoverCommand(read), leaveCommand(read, true), leaveCommand(read, false))
	return root
}

// withGround does something with the store and the directory as last imported.
func withGround(c *cobra.Command, read configReader, do func(s *store.Store, was imported) error) error {
	return withStore(c, read, func(_ Config, s *store.Store) error {
		was, err := loadImported(c.Context(), s)
		if err != nil {
			return err
		}
		if was.version == 0 {
			return errors.New("nothing was imported yet")
		}
		return do(s, was)
	})
}

func codesCommand(read configReader) *cobra.Command {
	var ids []string
	var file string
	c := &cobra.Command{
		Use: "codes [--staff ID …]", Short: "Make new join codes", Args: cobra.NoArgs,
		Long: "codes makes a join code for each of the people named, who may have joined before: whoever\n" +
			"sends it takes their place, as after a change of phone. Without names it makes one for\n" +
			"everybody who has not joined. A code is good for 30 days and one person.",
		RunE: func(c *cobra.Command, _ []string) error {
			return withGround(c, read, func(s *store.Store, was imported) error {
				return newCodes(c.Context(), s, was, ids, file, consoleOf(c))
			})
		},
	}
	c.Flags().StringSliceVar(&ids, "staff", nil, "ID of one of the staff; several are separated by commas")
	c.Flags().StringVar(&file, "codes", "", "write the join codes to this file instead of printing them")
	return c
}

// newCodes makes codes for the people with these ids, or for everybody who has not
// joined.
func newCodes(ctx context.Context, s *store.Store, was imported, ids []string, file string, at console) error {
	people, err := peopleOf(was.old, ids)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		if people, err = notJoined(ctx, s, was.ground.Staff); err != nil {
			return err
		}
	}
	sheet, err := openCodes(file, at.out)
	if err != nil {
		return err
	}
	return errors.Join(giveCodes(ctx, s, people, sheet, at), sheet.close())
}

// peopleOf finds the people with these ids, all or none.
func peopleOf(d *grid.Directory, ids []string) ([]grid.Staff, error) {
	var people []grid.Staff
	var unknown []error
	for _, id := range ids {
		p, ok := d.Staff(id)
		if !ok {
			unknown = append(unknown, fmt.Errorf("nobody has the id %s", id))
		}
		people = append(people, p)
	}
	return people, errors.Join(unknown...)
}

// leaveCommand is `staff away` or `staff back`.
func leaveCommand(read configReader, away bool) *cobra.Command {
	c := &cobra.Command{
		Use: "away ID…", Short: "Mark people as on leave: they get nothing new and keep what they have", Args: cobra.MinimumNArgs(1),
	}
	if !away {
		c.Use, c.Short = "back ID…", "Mark people as back, and end a leave that is on"
	}
	c.RunE = func(c *cobra.Command, ids []string) error {
		return withGround(c, read, func(s *store.Store, was imported) error {
			return markLeave(c.Context(), s, was, ids, away, c.OutOrStdout())
		})
	}
	return c
}

// markLeave marks people as away or back and saves the directory.
func markLeave(ctx context.Context, s *store.Store, was imported, ids []string, away bool, out io.Writer) error {
	if _, err := peopleOf(was.old, ids); err != nil {
		return err
	}
	marked, state := make(map[string]bool), "back"
	if away {
		state = "on leave"
	}
	for _, id := range ids {
		marked[id] = true
	}
	now := time.Now()
	for i := range was.ground.Staff {
		if p := &was.ground.Staff[i]; marked[p.ID] {
			p.Away = away
			if !away {
				p.Leaves = notOn(p.Leaves, now)
			}
			fmt.Fprintf(out, "%s %s: %s\n", p.ID, p.Name, state)
		}
	}
	return s.SaveGround(ctx, was.version, was.ground)
}

// notOn leaves out a leave that is on.
func notOn(leaves []grid.Leave, now time.Time) []grid.Leave {
	var out []grid.Leave
	for _, l := range leaves {
		if !l.Holds(now) {
			out = append(out, l)
		}
	}
	return out
}
