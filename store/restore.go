package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrNotEmpty: there is something in the Redis a backup should go into.
var ErrNotEmpty = errors.New("store: this Redis is not empty")

// unfinished is the mark of the layout while a restore is under way: nothing
// serves from half of the data.
const unfinished = "restoring"

// A restore writes so many records, and so many bytes, at a time.
const (
	restoreBatch = 500
	restoreBytes = 1 << 20
)

// Restored is what Restore wrote.
type Restored struct {
	At      time.Time // when the backup was begun
	Schema  string    // its layout; an older one is moved on by Migrate
	Records int
	Expired int // records whose life has ended since
	Tasks   int
}

// Restore reads a backup and writes it into an empty Redis: ErrNotEmpty when it is
// not. The backup is read twice, and the first time only checked, so that nothing
// at all is written of one that is damaged or incomplete (ErrBackup) or of a newer
// layout (ErrSchema). Lives go on as they would have; what has ended is left out.
//
// A restore that dies leaves a mark with which no gridbot serves; empty the Redis
// and begin again. Run Reconcile afterwards: see Backup for what it has to mend.
func (s *Store) Restore(ctx context.Context, in io.ReadSeeker, now time.Time) (Restored, error) {
	out, err := s.restore(ctx, in, now)
	if err != nil {
		return out, fmt.Errorf("store: restore: %w", err)
	}
	return out, nil
}

func (s *Store) restore(ctx context.Context, in io.ReadSeeker, now time.Time) (Restored, error) {
	h, err := readBackup(in, usable, func(r record) error { return errors.Join(ctx.Err(), s.valid(ctx, r)) })
	if err != nil {
		return Restored{}, err
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return Restored{}, err
	}
	if err := s.empty(ctx); err != nil {
		return Restored{}, err
	}
	w := &restore{s: s, now: now, highest: map[string]int64{}, out: Restored{At: fromMS(h.At), Schema: h.Schema}}
	if err := s.rdb.Set(ctx, schemaKey, unfinished, 0).Err(); err != nil {
		return w.out, err
	}
	_, err = readBackup(in, usable, func(r record) error { return w.add(ctx, r) })
	if err == nil {
		err = w.finish(ctx)
	}
	return w.out, err
}

// usable refuses backups of a layout this program does not know.
func usable(h head) error {
	n, err := strconv.Atoi(h.Schema)
	if own, _ := strconv.Atoi(Schema); err != nil || n > own {
		return layoutError(h.Schema)
	}
	return nil
}

// valid refuses a record that no backup has.
func (s *Store) valid(ctx context.Context, r record) error {
	if leftOut(r.Key) || !strings.HasPrefix(r.Key, prefix+"{") {
		return fmt.Errorf("%w: it holds a key no backup has", ErrBackup)
	}
	return r.put(ctx, s.rdb.Pipeline()) // never sent
}

// empty refuses a Redis that holds anything, gridbot's or not.
func (s *Store) empty(ctx context.Context) error {
	return s.nodes(ctx, func(ctx context.Context, node redis.Cmdable) error {
		n, err := node.DBSize(ctx).Result()
		if err == nil && n > 0 {
			err = fmt.Errorf("%w: it has %d keys; a backup goes into an empty one only", ErrNotEmpty, n)
		}
		return err
	})
}

// restore is one run.
type restore struct {
	s       *Store
	now     time.Time
	highest map[string]int64 // street → highest number of a task
	batch   []record
	bytes   int
	out     Restored
}

// add takes one record and writes the batch when it is full.
func (w *restore) add(ctx context.Context, r record) error {
	if r.Ends > 0 && r.Ends <= ms(w.now) {
		w.out.Expired++
		return nil
	}
	if street, rest, ok := streetKey(r.Key); ok && r.Part == 0 && strings.HasPrefix(rest, "task:") {
		if n, err := strconv.ParseInt(rest[len("task:"):], 10, 64); err == nil {
			w.highest[street] = max(w.highest[street], n)
			w.out.Tasks++
		}
	}
	w.batch = append(w.batch, r)
	for _, v := range r.Value {
		w.bytes += len(v)
	}
	if len(w.batch) < restoreBatch && w.bytes < restoreBytes {
		return nil
	}
	return w.flush(ctx)
}

// flush writes what was taken.
func (w *restore) flush(ctx context.Context) error {
	if len(w.batch) == 0 {
		return nil
	}
	pipe := w.s.rdb.Pipeline()
	for _, r := range w.batch {
		if err := r.put(ctx, pipe); err != nil {
			return err
		}
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return err
	}
	w.out.Records += len(w.batch)
	w.batch, w.bytes = w.batch[:0], 0
	return nil
}

// finish writes the rest, sees to it that the next task of a street gets a new
// number, and takes the mark away.
func (w *restore) finish(ctx context.Context) error {
	if err := w.flush(ctx); err != nil {
		return err
	}
	for street, n := range w.highest {
		if _, err := w.s.raise(ctx, street, n, true); err != nil {
			return err
		}
	}
	return w.s.rdb.Set(ctx, schemaKey, w.out.Schema, 0).Err()
}
