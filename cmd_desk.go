package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gridbot/classify"
	"gridbot/dispatch"
	"gridbot/store"
	"gridbot/task"
)

// withDesk does something with the store and a desk before it, for a command that
// changes tasks. What only an operator can mend is told on the error output; what is
// due is sent by the service, which looks by itself.
func withDesk(c *cobra.Command, read configReader, do func(*store.Store, *dispatch.Desk) error) error {
	config, err := read(false)
	if err != nil {
		return err
	}
	return withStore(c, read, func(s *store.Store) error {
		desk, err := newDesk(config, s, func(kind, detail string) { fmt.Fprintf(c.ErrOrStderr(), "%s: %s\n", kind, detail) })
		if err != nil {
			return err
		}
		return do(s, desk)
	})
}

// newDesk is a desk without a service around it.
func newDesk(config Config, s *store.Store, alarm func(kind, detail string)) (*dispatch.Desk, error) {
	categories, err := task.DefaultCategories()
	if err != nil {
		return nil, err
	}
	calendar, err := config.calendar()
	if err != nil {
		return nil, err
	}
	return dispatch.New(dispatch.Options{
		Store: s, Categories: categories, Calendar: calendar, Now: time.Now, Alike: config.Merge.Alike, Mask: classify.Mask,
		Alarm: alarm, Moved: func(task.Kind) {}, Wake: func(string) {},
	})
}
