package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// Budget says what was found when a free message was to be taken out of a person's budget.
type Budget string

// What Spend can find.
const (
	Spent   Budget = "spent"   // one was taken
	Wait    Budget = "wait"    // news were told a moment ago: not before Spending.Until
	Kept    Budget = "kept"    // what is left is kept back
	Used    Budget = "used"    // nothing is left, or the platform has said so
	Unknown Budget = "unknown" // no window is known to be open
)

// Spending is the answer of Spend.
type Spending struct {
	Budget Budget
	Until  time.Time // Wait: when the next news may be told; Spent: the end of the window it was taken from
	tap    bool
}

// Spend takes one message out of a person's budget, exactly, however many ask at once. keep
// are left in the window after a message. gather above 0 says that it is for news, which are
// told once in that time: they are noted as told now, whichever way they will go. It is one
// round trip.
func (s *Store) Spend(ctx context.Context, p task.Person, keep int, gather time.Duration, now time.Time) (Spending, error) {
	out, err := s.run.spend.Run(ctx, s.rdb, []string{personOf(p).budget()}, ms(now), keep, gather.Milliseconds()).Slice()
	if err != nil {
		return Spending{}, fmt.Errorf("store: spend budget: %w", err)
	}
	x := Spending{Budget: Budget(str(out[0]))}
	if x.Budget == "tap" || x.Budget == "message" {
		x.tap, x.Budget = x.Budget == "tap", Spent
	}
	if len(out) > 1 {
		at, _ := out[1].(int64)
		x.Until = fromMS(at)
	}
	return x, nil
}

// Refund gives back what Spend took for a message that certainly was not sent.
func (s *Store) Refund(ctx context.Context, p task.Person, x Spending) error {
	if x.Budget != Spent {
		return nil
	}
	ends, left := "until", "left"
	if x.tap {
		ends, left = "tapuntil", "tapleft"
	}
	if err := s.run.refund.Run(ctx, s.rdb, []string{personOf(p).budget()}, ends, left, ms(x.Until)).Err(); err != nil {
		return fmt.Errorf("store: refund budget: %w", err)
	}
	return nil
}

// CloseWindow empties a person's budget until they do something that opens a window,
// because the platform said that it is used up. asked is when it was asked: a window that a
// message has opened since stays open.
func (s *Store) CloseWindow(ctx context.Context, p task.Person, asked time.Time) error {
	err := s.run.closeWindow.Run(ctx, s.rdb, []string{personOf(p).budget()}, ms(asked), MessageWindow().For.Milliseconds()).Err()
	if err != nil {
		return fmt.Errorf("store: close window: %w", err)
	}
	return nil
}

// Consent to a subscription template (订阅通知), as far as the platform's events and answers
// have told: no API says what is left.
type Consent int

// NoConsentKnown says that nothing was heard of it, so that trying tells.
const NoConsentKnown Consent = -1

// Consent tells how often a person may still be told by a subscription template.
func (s *Store) Consent(ctx context.Context, p task.Person, template string) (Consent, error) {
	v, err := s.rdb.HGet(ctx, personOf(p).consents(), template).Result()
	if errors.Is(err, redis.Nil) {
		return NoConsentKnown, nil
	}
	if err != nil {
		return 0, fmt.Errorf("store: read consent: %w", err)
	}
	n, _ := strconv.Atoi(v)
	return Consent(n), nil
}

// Consented notes that a person agreed to one more notice of a template.
func (s *Store) Consented(ctx context.Context, p task.Person, template string) error {
	if err := s.rdb.HIncrBy(ctx, personOf(p).consents(), template, 1).Err(); err != nil {
		return fmt.Errorf("store: note consent: %w", err)
	}
	return nil
}

// NoConsent notes that a person is not to be told by a template any more: they refused, or
// the platform said so.
func (s *Store) NoConsent(ctx context.Context, p task.Person, template string) error {
	if err := s.rdb.HSet(ctx, personOf(p).consents(), template, 0).Err(); err != nil {
		return fmt.Errorf("store: note that there is no consent: %w", err)
	}
	return nil
}

// UseConsent takes one from the notices a person agreed to.
func (s *Store) UseConsent(ctx context.Context, p task.Person, template string) error {
	if err := s.rdb.HIncrBy(ctx, personOf(p).consents(), template, -1).Err(); err != nil {
		return fmt.Errorf("store: use consent: %w", err)
	}
	return nil
}
