package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gridbot/classify"
	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/store"
	"gridbot/task"
)

// withStore does something with the store of the configuration for a command that may
// go through everything there is, and so is patient with a busy Redis.
func withStore(c *cobra.Command, read configReader, do func(Config, *store.Store) error) error {
	config, err := read(false)
	if err != nil {
		return err
	}
	o := config.store()
	o.Patient = true
	s, err := store.Open(o)
	if err != nil {
		return err
	}
	return errors.Join(do(config, s), s.Close())
}

// withDesk is withStore with a desk before the store, for a command that changes tasks.
func withDesk(c *cobra.Command, read configReader, do func(*store.Store, *dispatch.Desk) error) error {
	return withStore(c, read, func(config Config, s *store.Store) error {
		desk, err := commandDesk(c, config, s)
		if err != nil {
			return err
		}
		return do(s, desk)
	})
}

// commandDesk is a desk without a service around it. What only an operator can mend is
// told on the error output; what is due is sent by the service, which looks by itself.
func commandDesk(c *cobra.Command, config Config, s *store.Store) (*dispatch.Desk, error) {
	return newDesk(config, dispatch.Options{
		Store: s, Now: time.Now, Moved: func(task.Kind) {}, Wake: func(string) {},
		Alarm: func(kind, detail string) { fmt.Fprintf(c.ErrOrStderr(), "%s: %s\n", kind, detail) },
	})
}

// newDesk makes a desk as the configuration has it; o says where it works, by which
// clock, and whom it tells.
func newDesk(config Config, o dispatch.Options) (_ *dispatch.Desk, err error) {
	if o.Categories, err = task.DefaultCategories(); err != nil {
		return nil, err
	}
	if o.Calendar, err = config.calendar(); err != nil {
		return nil, err
	}
	o.Alike, o.Mask, o.Systems = config.Merge.Alike, classify.Mask, config.titles()
	o.Links = config.Server.PublicURL != ""
	return dispatch.New(o)
}

// chosenStreets is the street named, or all of them: the imported ones, and the
// accounts' own before an import.
func chosenStreets(ctx context.Context, s *store.Store, c Config, street string) ([]string, error) {
	if street != "" {
		return []string{street}, nil
	}
	g, err := s.LoadGround(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var out []string
	add := func(id string) {
		if !seen[id] {
			seen[id], out = true, append(out, id)
		}
	}
	for _, a := range g.Areas {
		if a.Level == grid.Street {
			add(a.ID)
		}
	}
	for _, a := range c.Accounts {
		add(a.Street)
	}
	return out, nil
}
