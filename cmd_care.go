package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os/user"
	"time"

	"github.com/spf13/cobra"

	"gridbot/archive"
	"gridbot/dispatch"
	"gridbot/store"
	"gridbot/task"
)

// careful is what the commands about personal data work with.
type careful struct {
	store     *store.Store
	desk      *dispatch.Desk
	archive   *archive.Archive
	streets   []string
	retention RetentionConfig
	files     *fileSweep // of photos and voices; nil where there are none
	now       time.Time
	out       io.Writer
}

// withCare is withStore with the archive, dir "" being the configured one, the streets,
// street "" being all, and a desk.
func withCare(c *cobra.Command, read configReader, street, dir string, do func(context.Context, *careful) error) error {
	ctx := c.Context()
	return withStore(c, read, func(config Config, s *store.Store) error {
		files, err := archive.Open(cmp.Or(dir, config.Retention.Dir))
		if err != nil {
			return err
		}
		if err := s.Check(ctx); err != nil {
			return err
		}
		streets, err := chosenStreets(ctx, s, config, street)
		if err != nil {
			return err
		}
		desk, err := commandDesk(c, config, s)
		if err != nil {
			return err
		}
		with := &careful{store: s, desk: desk, archive: files, streets: streets, retention: config.Retention, now: time.Now(), out: c.OutOrStdout()}
		photos, ok, err := config.sweep(s, with.now)
		if err != nil {
			return err
		}
		if ok {
			with.files = &photos
		}
		return do(ctx, with)
	})
}

// operator is how the audit names who runs a command here: it has no staff id.
func operator() string {
	u, err := user.Current()
	if err != nil {
		return "operator"
	}
	return "operator " + u.Username
}

// record writes an act about tasks of a street into its audit.
func (c *careful) record(ctx context.Context, street string, act store.Act, why string, ids ...task.ID) error {
	one := store.Sight{At: c.now, Name: operator(), Act: act, Why: why}
	sights := make([]store.Sight, 0, len(ids))
	for _, id := range ids {
		one.Task = id
		sights = append(sights, one)
	}
	if len(sights) == 0 {
		sights = append(sights, one)
	}
	return c.store.Audit(ctx, street, sights...)
}

// find reads a task from Redis, or from the archive, whose month it tells then.
func (c *careful) find(ctx context.Context, id task.ID) (r store.Record, month string, err error) {
	r, err = c.store.Record(ctx, id)
	if !errors.Is(err, task.ErrNotFound) {
		return r, "", err
	}
	month, ok, err := c.store.Archived(ctx, id)
	if err == nil && !ok {
		err = task.ErrNotFound
	}
	if err != nil {
		return r, "", err
	}
	r, err = c.archive.Find(id, month)
	if errors.Is(err, task.ErrNotFound) {
		err = fmt.Errorf("task %s should stand in the archive's file of %s and does not: is it the right directory, and whole?", id, month)
	}
	return r, month, err
}
