package main

import (
	"context"
	"errors"
	"time"

	"gridbot/classify"
	"gridbot/store"
)

// A service takes care every day of what needs no files, and tries again sooner
// when it failed.
const (
	sweepEvery = 24 * time.Hour
	sweepAgain = time.Hour
)

// sweepDaily keeps personal data no longer than configured until ctx ends: at the
// start, and then every day. Several replicas may do it at once.
func (s *service) sweepDaily(ctx context.Context) {
	for {
		wait := sweepEvery
		switch swept, err := s.sweep(ctx); {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.log.Warn("personal data not swept", "err", err)
			wait = sweepAgain
		case swept != store.Swept{}:
			s.log.Info("personal data swept", "masked", swept.Masked, "forgotten", swept.Dropped)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// sweep is the part of `gridbot archive` that works on Redis alone, for every
// street; a street that fails does not keep the others from it.
func (s *service) sweep(ctx context.Context) (store.Swept, error) {
	streets, err := allStreets(ctx, s.store, s.config)
	if err != nil {
		return store.Swept{}, err
	}
	var total store.Swept
	var failed []error
	for _, street := range streets {
		swept, err := s.store.Sweep(ctx, street, s.config.Retention.limits(), s.now(), classify.Mask)
		total.Masked, total.Dropped, total.Failed = total.Masked+swept.Masked, total.Dropped+swept.Dropped, total.Failed+swept.Failed
		failed = append(failed, err)
	}
	return total, errors.Join(failed...)
}
