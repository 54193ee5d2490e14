package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"gridbot/store"
	"gridbot/task"
)

// Sender speaks to people on one platform. Its answers are outcomes, never
// errors: the courier's next step depends on nothing else. It must give up when
// ctx ends.
type Sender interface {
	// SendText sends a customer-service message (客服消息).
	SendText(ctx context.Context, account, openid, text string) task.Result
	// SendTemplate sends a template message (模板消息). id lets the platform drop
	// a repetition. An account without such a template answers NextChannel.
	SendTemplate(ctx context.Context, account, openid, name string, fields map[string]string, url, id string) task.Result
}

// CourierOptions are what a courier works with. All fields are needed.
type CourierOptions struct {
	Desk   *Desk
	Sender Sender
	Now    func() time.Time
	Alarm  func(kind, detail string)
	// Settled counts one attempt: what it was about and what became of it.
	Settled func(about task.About, channel string, o task.Outcome)
	Album   Album // of photos and voices; may be zero
	// Warn logs a fault that the next round will repair.
	Warn    func(err error)
	Poll    time.Duration // how often every street is looked at without being woken
	Lease   time.Duration // at least twice the sender's time-out: a notice is begun only in the first half
	Workers int           // people told at the same time
	Bury    int           // attempts before a notice is buried
}

// Courier empties the outbox of every street. Several may run, on one machine or
// many: a notice is leased by one of them at a time, and nobody sends it after
// the lease has ended.
type Courier struct {
	o      CourierOptions
	words  *Words
	wake   chan string
	brakes brakes
}

// NewCourier makes a courier; Run starts it.
func NewCourier(o CourierOptions) (*Courier, error) {
	if o.Poll <= 0 || o.Lease <= 0 || o.Workers <= 0 || o.Bury <= 0 {
		return nil, fmt.Errorf("dispatch: courier: poll %v, lease %v, workers %d and bury %d must all be above 0", o.Poll, o.Lease, o.Workers, o.Bury)
	}
	w, err := LoadWords(wordFiles, "words")
	if err != nil {
		return nil, err
	}
	return &Courier{o: o, words: w, wake: make(chan string, 256)}, nil
}

// Wake tells the courier that a street has something due. It never blocks: when
// too much is going on, the next poll finds it.
func (c *Courier) Wake(street string) {
	select {
	case c.wake <- street:
	default:
	}
}

// Run works until ctx ends, and finishes what it has begun.
func (c *Courier) Run(ctx context.Context) {
	tick := time.NewTicker(c.o.Poll)
	defer tick.Stop()
	var off []string // streets that were woken and are not on the map (yet)
	for {
		select {
		case <-ctx.Done():
			return
		case street := <-c.wake:
			woken := c.gather(street)
			off = c.offMap(append(off, woken...))
			c.drain(ctx, woken)
		case <-tick.C:
			off = c.offMap(off)
			c.drain(ctx, slices.Concat(c.o.Desk.Ground().Streets(), off))
		}
	}
}

// offMap leaves the streets that are not on the map, each once: what waits there
// would not be looked at otherwise.
func (c *Courier) offMap(streets []string) []string {
	slices.Sort(streets)
	return slices.DeleteFunc(slices.Compact(streets), func(s string) bool {
		return slices.Contains(c.o.Desk.Ground().Streets(), s)
	})
}

// gather takes all wakes that have come in, each street once.
func (c *Courier) gather(first string) []string {
	streets, seen := []string{first}, map[string]bool{first: true}
	for {
		select {
		case s := <-c.wake:
			if !seen[s] {
				streets, seen[s] = append(streets, s), true
			}
		default:
			return streets
		}
	}
}

func (c *Courier) drain(ctx context.Context, streets []string) {
	for _, s := range streets {
		for ctx.Err() == nil {
			n, err := c.Round(ctx, s)
			if err != nil {
				c.o.Warn(fmt.Errorf("dispatch: courier of street %s: %w", s, err))
			}
			if err != nil || n < batch {
				break
			}
		}
	}
}

// batch is how many notices one round leases.
const batch = 64

// Round delivers one batch of a street's due notices and tells how many there
// were. Notices to one person go out in order; different people are told at the
// same time. When ctx ends, what was begun is finished and the rest put back.
func (c *Courier) Round(ctx context.Context, street string) (int, error) {
	now := c.o.Now()
	leased, err := c.o.Desk.Store().Lease(ctx, street, batch, now, now.Add(c.o.Lease))
	if err != nil {
		return 0, err
	}
	lines := map[task.Party][]store.Leased{}
	var order []task.Party
	for _, l := range leased {
		to := l.To
		if to.Kind == task.ToMedia { // files keep no order, and a slow one no other waiting
			to.Staff = l.ID
		}
		if len(lines[to]) == 0 {
			order = append(order, to)
		}
		lines[to] = append(lines[to], l)
	}
	faults := make([]error, len(order)) // all of them: a group alone keeps the first
	var g errgroup.Group
	g.SetLimit(c.o.Workers)
	for i, to := range order {
		g.Go(func() error {
			faults[i] = c.tell(ctx, lines[to])
			return nil
		})
	}
	_ = g.Wait() // nil: faults has them
	return len(leased), errors.Join(faults...)
}

// tell brings one person's notices in their order. One that has to wait keeps the
// later ones behind it, which then do not count as tried.
func (c *Courier) tell(ctx context.Context, line []store.Leased) error {
	var faults []error
	var wait time.Time // when the one in front is tried again
	for i, l := range line {
		now, back := c.o.Now(), c.o.Desk.Store().Later
		var err error
		switch {
		case !wait.IsZero(): // the space keeps them in order
			err = back(context.WithoutCancel(ctx), l, wait.Add(time.Duration(i)*time.Millisecond), behind, true)
		case ctx.Err() != nil || l.Until.Sub(now) < c.o.Lease/2:
			err = back(context.WithoutCancel(ctx), l, now, unbegun, true)
		default:
			wait, err = c.deliver(ctx, l)
		}
		if !errors.Is(err, store.ErrLost) {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// Why a notice was put back without having been tried.
const (
	behind  = "waits behind an earlier notice to the same person"
	unbegun = "put back: the courier was stopping, or its lease running out"
)

// deliver brings one notice to its end, or tells when it is tried next; the end
// of ctx does not stop what has begun. An error is a fault of the store: the
// lease runs out and the notice comes again.
func (c *Courier) deliver(ctx context.Context, l store.Leased) (next time.Time, err error) {
	ctx = context.WithoutCancel(ctx)
	switch l.To.Kind {
	case task.ToList:
		return next, c.list(ctx, l)
	case task.ToParent:
		return next, c.follow(ctx, l)
	case task.ToMedia:
		return c.media(ctx, l)
	}
	m, skip, err := c.compose(ctx, l)
	switch {
	case errors.Is(err, errWords) || err != nil && l.Attempts >= c.o.Bury:
		return next, c.bury(ctx, l, err.Error())
	case err != nil:
		return next, err
	case skip:
		return next, c.o.Desk.Store().Sent(ctx, l)
	case m.to.Zero():
		c.o.Alarm("unbound", "staff "+l.To.Staff+" has not joined and misses notices")
		return next, c.bury(ctx, l, "staff member has not joined")
	}
	channel, r, err := c.send(ctx, l, m)
	if err != nil {
		return next, err
	}
	c.o.Settled(l.About, channel, r.Outcome)
	return c.settle(ctx, l, channel, r)
}

func (c *Courier) bury(ctx context.Context, l store.Leased, why string) error {
	return c.o.Desk.Store().Bury(ctx, l, c.o.Now(), why)
}

// follow brings the other side of a merge about.
func (c *Courier) follow(ctx context.Context, l store.Leased) error {
	parent, err := strconv.ParseInt(l.Note, 10, 64)
	if err != nil {
		return c.bury(ctx, l, "no number of the other task")
	}
	if err := c.o.Desk.Follow(ctx, l.Task, parent); err != nil && !errors.Is(err, task.ErrNotFound) {
		return err
	}
	return c.o.Desk.Store().Sent(ctx, l)
}

// list puts the task on its reporter's list, unless the person has gone.
func (c *Courier) list(ctx context.Context, l store.Leased) error {
	s := c.o.Desk.Store()
	t, err := s.Get(ctx, l.Task)
	if err != nil && !errors.Is(err, task.ErrNotFound) {
		return err
	}
	if err == nil && t.Reporter == l.To.Person {
		if err := s.List(ctx, l.To.Person, l.Task, t.OpenedAt); err != nil {
			return err
		}
	}
	return s.Sent(ctx, l)
}
