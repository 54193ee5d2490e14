package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"gridbot/classify"
	"gridbot/store"
)

// A service looks after its data at the start and then every day, and tries again
// sooner what failed. Several replicas may do it at once: they do not harm each other.
const (
	everyDay       = 24 * time.Hour
	sweepAgain     = time.Hour
	reconcileAgain = time.Minute
)

// daily does something at once and then every day until ctx ends, and again after a
// shorter time when it failed.
func daily(ctx context.Context, again time.Duration, do func(context.Context) error) {
	for {
		wait := everyDay
		if do(ctx) != nil {
			wait = again
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// sweepDaily keeps personal data no longer than configured until ctx ends.
func (s *service) sweepDaily(ctx context.Context) {
	daily(ctx, sweepAgain, func(ctx context.Context) error {
		swept, err := s.sweep(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			s.log.Warn("personal data not swept", "err", err)
		case swept != store.Swept{}:
			s.log.Info("personal data swept", "masked", swept.Masked, "forgotten", swept.Dropped)
		}
		return err
	})
}

// sweep is the part of `gridbot archive` that works on Redis alone, for every
// street; a street that fails does not keep the others from it.
func (s *service) sweep(ctx context.Context) (store.Swept, error) {
	streets, err := chosenStreets(ctx, s.store, s.config, "")
	if err != nil {
		return store.Swept{}, err
	}
	var total store.Swept
	var failed []error
	for _, street := range streets {
		swept, err := s.store.Sweep(ctx, street, s.config.Retention.limits(), s.now(), classify.Mask)
		total.Masked, total.Dropped, total.Failed = total.Masked+swept.Masked, total.Dropped+swept.Dropped, total.Failed+swept.Failed
		failed = append(failed, err, s.sweepMedia(ctx, street))
	}
	return total, errors.Join(failed...)
}

// sweepMedia deletes the files of photos and voices of a street that are kept long enough.
func (s *service) sweepMedia(ctx context.Context, street string) error {
	w := fileSweep{store: s.store, folder: s.album.folder, keep: s.config.Retention.Media.Duration(), now: s.now()}
	n, err := w.street(ctx, street)
	if n > 0 {
		s.log.Info("photos and voices deleted", "street", street, "files", n)
	}
	return err
}

// errHeld: messages are held back, so the data is not known to be fit.
var errHeld = errors.New("messages are held back")

// reconcileDaily mends all streets until ctx ends, and then makes deadlines certain.
func (s *service) reconcileDaily(ctx context.Context) {
	daily(ctx, reconcileAgain, func(ctx context.Context) error {
		if s.server.Held() {
			return errHeld
		}
		if err := s.reconcile(ctx); err != nil {
			return err
		}
		return s.replan(ctx)
	})
}

// reconcile mends all streets. That something had to be mended is told to the
// operator: it does not come about by itself.
func (s *service) reconcile(ctx context.Context) error {
	f, err := s.store.Reconcile(ctx, "", store.Reconciling{Repair: true, Now: s.now()})
	if err != nil {
		if ctx.Err() == nil {
			s.log.Warn("not reconciled", "err", err)
		}
		return err
	}
	for _, x := range f.List {
		s.log.Warn("reconciled", "fault", string(x.Fault), "task", subject(x), "where", x.Where, "repaired", x.Repaired)
	}
	s.log.Info("reconciled", "tasks", f.Tasks, "notices", f.Notices, "faults", total(f), "left", f.Left)
	for _, fault := range slices.Sorted(maps.Keys(f.Count)) {
		s.alarm("reconciled", fmt.Sprintf("%s: %d", fault, f.Count[fault]))
	}
	return nil
}

// replan makes deadlines certain whose holidays are known since this program or its
// plans are newer.
func (s *service) replan(ctx context.Context) error {
	for _, street := range s.desk.Ground().Streets() {
		n, err := s.desk.Replan(ctx, street)
		if n > 0 {
			s.log.Info("deadlines made certain", "street", street, "tasks", n)
		}
		if err != nil {
			s.log.Warn("deadlines not made certain", "street", street, "err", err)
			return err
		}
	}
	return nil
}
