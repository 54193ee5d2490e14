package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"gridbot/task"
)

// Retention is how long personal data is kept. A length of 0 keeps it for ever.
type Retention struct {
	Closed time.Duration // after a task has ended, its personal data
	Buried time.Duration // notices nobody could deliver
}

// Swept is what a sweep has done.
type Swept struct {
	Masked  int // tasks that lost their personal data
	Dropped int // buried notices that were forgotten
	Failed  int // tasks that could not be masked; the error tells of the first
}

// sweepBatch is how many numbers, and how many notices, a sweep looks at in one
// round trip.
const sweepBatch = 200

// Sweep keeps a street's data no longer than it may be kept: tasks that ended too
// long ago are redacted with mask, notices that were buried too long ago are
// forgotten. It walks the numbers in bounded steps beside whatever is served, may
// run on several replicas at once, and may be cut short and called again. A task
// that cannot be masked does not keep the others from it.
func (s *Store) Sweep(ctx context.Context, street string, r Retention, now time.Time, mask func(string) string) (done Swept, err error) {
	if r.Buried > 0 {
		if done.Dropped, err = s.dropBuried(ctx, street, now.Add(-r.Buried)); err != nil {
			return done, err
		}
	}
	if r.Closed <= 0 {
		return done, nil
	}
	var first error
	for next := int64(task.FirstNumber); next > 0; {
		found, further, err := s.Walk(ctx, street, next, sweepBatch)
		if err != nil {
			return done, err
		}
		for _, x := range found {
			if x.Masked || x.Ended.IsZero() || !x.Ended.Before(now.Add(-r.Closed)) {
				continue
			}
			if err := s.Redact(ctx, x.ID, mask); err == nil {
				done.Masked++
			} else if !errors.Is(err, task.ErrNotFound) { // archived meanwhile: masked there
				done.Failed++
				first = cmp.Or(first, err)
			}
		}
		next = further
	}
	return done, first
}

// dropBuried forgets what was buried before a time, a batch at once.
func (s *Store) dropBuried(ctx context.Context, street string, before time.Time) (int, error) {
	k := streetOf(street)
	for total := 0; ; {
		n, err := s.run.dropBuried.Run(ctx, s.rdb, []string{k.buried()}, string(k), ms(before), sweepBatch).Int()
		if err != nil {
			return total, fmt.Errorf("store: forget buried notices of street %s: %w", street, err)
		}
		if total += n; n < sweepBatch {
			return total, nil
		}
	}
}
