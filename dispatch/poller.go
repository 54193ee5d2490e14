package dispatch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"gridbot/task"
)

// PollerOptions are what a poller works with. All fields are needed.
type PollerOptions struct {
	Desk *Desk
	Now  func() time.Time
	// Warn logs a fault that the next round will repair.
	Warn    func(err error)
	Every   time.Duration // how often the clocks are looked at
	Workers int           // tasks worked on at the same time
}

// Poller looks at the clocks of all streets. Every replica runs one: whoever comes
// first does what is due, and nobody does it again (see [Desk.Tick]).
type Poller struct{ o PollerOptions }

// NewPoller makes a poller; Run starts it.
func NewPoller(o PollerOptions) (*Poller, error) {
	if o.Every <= 0 || o.Workers <= 0 {
		return nil, fmt.Errorf("dispatch: poller: every %v and workers %d must both be above 0", o.Every, o.Workers)
	}
	return &Poller{o}, nil
}

// Run looks at the clocks until ctx ends, and finishes what it has begun.
func (p *Poller) Run(ctx context.Context) {
	tick := time.NewTicker(p.o.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := p.Round(ctx); err != nil && ctx.Err() == nil {
				p.o.Warn(fmt.Errorf("dispatch: poller: %w", err))
			}
		}
	}
}

// dueBatch is how many tasks of each street one reading brings.
const dueBatch = 64

// Round does all that is due by now in every street and tells of how many tasks. One
// that cannot be worked on is left for the next round and holds up no other.
func (p *Poller) Round(ctx context.Context) (int, error) {
	var done, failed int
	var last error
	for ctx.Err() == nil {
		ids, err := p.o.Desk.Store().Due(ctx, p.o.Desk.Ground().Streets(), p.o.Now(), dueBatch+failed)
		if err != nil {
			return done, err
		}
		rung, bad, err := p.tick(ctx, ids)
		if err != nil {
			last = err
		}
		more := rung > 0 || bad > failed // else there is nothing behind those that fail
		done, failed = done+rung, bad
		if !more || len(ids) < dueBatch {
			break
		}
	}
	return done, last
}

// tick works on tasks in an order of its own, so that replicas rarely meet. err is one
// of the faults.
func (p *Poller) tick(ctx context.Context, ids []task.ID) (rung, bad int, err error) {
	ids = slices.Clone(ids)
	rand.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	var rang, faults atomic.Int64
	var g errgroup.Group
	g.SetLimit(p.o.Workers)
	for _, id := range ids {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error {
			did, err := p.o.Desk.Tick(context.WithoutCancel(ctx), id)
			if err != nil {
				faults.Add(1)
				return fmt.Errorf("task %s: %w", id, err)
			}
			if did {
				rang.Add(1)
			}
			return nil
		})
	}
	err = g.Wait()
	return int(rang.Load()), int(faults.Load()), err
}
