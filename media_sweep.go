package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"gridbot/media"
	"gridbot/store"
	"gridbot/task"
)

// fileSweep keeps the files of photos and voices no longer than they may be kept.
type fileSweep struct {
	store  *store.Store
	folder *media.Folder
	keep   time.Duration // after the end of the task; 0 is for ever
	now    time.Time
}

// street takes from a street's files what no task names any more, because it was erased
// or masked, or its reporter has left, and what is kept long enough. It tells how many it
// removed. It may be cut short, and run beside the service and other replicas.
func (w fileSweep) street(ctx context.Context, street string) (int, error) {
	removed := 0
	for id, err := range w.folder.Tasks(street) {
		if err != nil {
			return removed, err
		}
		n, err := w.task(ctx, id)
		removed += n
		if err != nil {
			return removed, fmt.Errorf("files of task %s: %w", id, err)
		}
	}
	return removed, nil
}

// task sweeps the files of one task. Those of a task nobody knows stay: that may be a
// backup that is older than the folder.
func (w fileSweep) task(ctx context.Context, id task.ID) (int, error) {
	t, err := w.store.Get(ctx, id)
	if errors.Is(err, task.ErrNotFound) {
		return w.archived(ctx, id)
	}
	if err != nil {
		return 0, err
	}
	ended, err := w.ended(ctx, id)
	if err != nil {
		return 0, err
	}
	if w.past(ended) {
		return w.folder.Keep(id, nil, w.now)
	}
	return w.folder.Keep(id, t.Kept(), w.now)
}

// ended is when a task in Redis ended; a part ends with its whole.
func (w fileSweep) ended(ctx context.Context, id task.ID) (time.Time, error) {
	found, _, err := w.store.Walk(ctx, id.Street, id.Seq, 1)
	if err != nil || len(found) == 0 || found[0].ID != id {
		return time.Time{}, err
	}
	return found[0].Ended, nil
}

// archived sweeps the files of a task in the archive, whose month is that of its end.
func (w fileSweep) archived(ctx context.Context, id task.ID) (int, error) {
	month, ok, err := w.store.Archived(ctx, id)
	if err != nil || !ok {
		return 0, err
	}
	begin, err := time.Parse("2006-01", month)
	if err != nil || !w.past(begin.AddDate(0, 1, 0)) {
		return 0, nil //nolint:nilerr // no month of ours: kept
	}
	return w.folder.Keep(id, nil, w.now)
}

// past tells whether what ended then is kept long enough.
func (w fileSweep) past(ended time.Time) bool {
	return w.keep > 0 && !ended.IsZero() && ended.Before(w.now.Add(-w.keep))
}

// sweep is the one of the configuration; false where there is no folder yet, which a
// command must not make, or it would be its own and not the service's.
func (c *Config) sweep(s *store.Store, now time.Time) (fileSweep, bool, error) {
	if _, err := os.Stat(c.Media.Dir); errors.Is(err, fs.ErrNotExist) {
		return fileSweep{}, false, nil
	}
	folder, err := c.folder()
	return fileSweep{store: s, folder: folder, keep: c.Retention.Media.Duration(), now: now}, err == nil, err
}

// sweepMedia sweeps the files of one street, where there are any.
func (c *careful) sweepMedia(ctx context.Context, street string) (int, error) {
	if c.files == nil {
		return 0, nil
	}
	return c.files.street(ctx, street)
}

// eraseMedia takes away the files of a person's tasks: of those in Redis what the tasks do
// not name any more, of those in the archive what residents sent.
func (c *careful) eraseMedia(ctx context.Context, h *holdings) error {
	if c.files == nil {
		return nil
	}
	for _, street := range c.streets {
		if _, err := c.files.street(ctx, street); err != nil {
			return err
		}
	}
	for _, x := range h.Archived {
		r, _, err := c.find(ctx, x.Task.ID)
		if err != nil {
			return err
		}
		t, err := r.Task()
		if err != nil {
			return err
		}
		if _, err := c.files.folder.Keep(t.ID, t.Kept(), c.now); err != nil {
			return err
		}
	}
	return nil
}
