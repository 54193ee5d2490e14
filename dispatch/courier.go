package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"gridbot/grid"
	"gridbot/partner"
	"gridbot/store"
	"gridbot/task"
)

// Sender speaks to people on one platform, and by SMS beside it. Its answers are outcomes,
// never errors: the courier's next step depends on nothing else. It must give up when ctx
// ends. name says which kind of form a message is, "resident" or "staff"; a channel that has
// none for it, or is not there at all, answers NextChannel and makes no call.
type Sender interface {
	// SendText sends a customer-service message (客服消息).
	SendText(ctx context.Context, account, openid, text string) task.Result
	// SendSubscription sends a 订阅通知.
	SendSubscription(ctx context.Context, account, openid, name string, fields map[string]string) task.Result
	// SendTemplate sends a template message (模板消息). id lets the platform drop
	// a repetition.
	SendTemplate(ctx context.Context, account, openid, name string, fields map[string]string, id string) task.Result
	// SendSMS sends a short message to a telephone number.
	SendSMS(ctx context.Context, phone, name string, fields map[string]string, id string) task.Result
}

// CourierOptions are what a courier works with. All fields but Gather, Hours and
// Subscription are needed.
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
	// Gather is the time in which a person gets news once: what comes meanwhile is told
	// together at its end. 0 tells each notice at once and by itself.
	Gather time.Duration
	// Hours are those in which notices may ring that are not urgent; zero is always.
	Hours grid.Span
	// Subscription says which subscription template an account has for a kind of form, and
	// whether one consent allows one notice only; "" is none. Nil is none at all.
	Subscription func(account, name string) (template string, once bool)
	// Call brings what happened to a matter to the system it came from: id names the
	// notice, so that the system can drop a repetition. It gives up when ctx ends.
	Call func(ctx context.Context, system, id string, e partner.Event) task.Result
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
	if o.Subscription == nil {
		o.Subscription = func(string, string) (string, bool) { return "", false }
	}
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
			if err != nil || n == 0 {
				break
			}
		}
	}
}

// batch is how many due notices one round looks at.
const batch = 64

// Round delivers one batch of a street's due notices and tells how many it leased. Notices
// to one person go out in order; different people are told at the same time. When ctx ends,
// what was begun is finished and the rest put back.
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
// later ones behind it, which then do not count as tried; only what is urgent passes those
// about other tasks. A fault of the store ends it: the leases run out and the notices come
// again.
func (c *Courier) tell(ctx context.Context, line []store.Leased) error {
	var wait time.Time // when the one in front is tried again
	for i := 0; i < len(line); {
		l, now, n := line[i], c.o.Now(), 1
		var err error
		switch {
		case !wait.IsZero() && passes(line[:i], l) && ctx.Err() == nil && l.Until.Sub(now) >= c.o.Lease/2:
			n, _, err = c.begin(ctx, line[i:i+1])
		case !wait.IsZero(): // the space keeps them in order
			err = c.putBack(ctx, l, wait.Add(time.Duration(i)*time.Millisecond), behind)
		case ctx.Err() != nil || l.Until.Sub(now) < c.o.Lease/2:
			err = c.putBack(ctx, l, now, unbegun)
		case l.To.Kind == task.ToResident || l.To.Kind == task.ToStaff:
			n, wait, err = c.begin(ctx, line[i:])
		default:
			wait, err = c.errand(ctx, l)
		}
		// A notice that was settled before, or erased, keeps nothing behind it: what is told
		// after the lease is looked at by the clock, above.
		if err != nil && !errors.Is(err, store.ErrLost) {
			return err
		}
		i += max(n, 1)
	}
	return nil
}

// passes tells whether a notice passes those that wait before it: danger does not wait for
// what somebody else's matter waits for, but each task is told in its order.
func passes(before []store.Leased, l store.Leased) bool {
	return urgent(l) && !slices.ContainsFunc(before, func(b store.Leased) bool { return b.Task == l.Task })
}

// Why a notice was put back without having been tried.
const (
	behind  = "waits behind an earlier notice to the same person"
	unbegun = "put back: the courier was stopping, or its lease running out"
	gathers = "waits to be told together with what follows"
	quiet   = "waits for the hours in which it may ring"
)

func (c *Courier) putBack(ctx context.Context, l store.Leased, due time.Time, why string) error {
	return c.o.Desk.Store().Later(context.WithoutCancel(ctx), l, due, c.o.Now(), why, true)
}

// begin makes a parcel of what may be told together at the beginning of a line and delivers
// it; the end of ctx does not stop what has begun. It tells how many notices it has settled,
// and when the first that was not delivered is tried again.
func (c *Courier) begin(ctx context.Context, line []store.Leased) (n int, wait time.Time, err error) {
	ctx = context.WithoutCancel(ctx)
	p, n, err := c.pack(ctx, line)
	if err != nil || len(p.mails) == 0 {
		return n, wait, err
	}
	p.next = line[n:]
	wait, err = c.deliver(ctx, p)
	return n, wait, err
}

// errand does what a notice to no person asks for, and tells when it is tried again.
func (c *Courier) errand(ctx context.Context, l store.Leased) (wait time.Time, err error) {
	ctx = context.WithoutCancel(ctx)
	switch l.To.Kind {
	case task.ToList:
		return wait, c.list(ctx, l)
	case task.ToParent:
		return wait, c.follow(ctx, l)
	case task.ToSystem:
		r, err := c.callBack(ctx, l)
		if err != nil {
			return wait, err
		}
		return c.settle(ctx, parcel{mails: []mail{{l: l}}}, attempt{channelSystem, r})
	case task.ToMedia:
		return c.media(ctx, l)
	}
	return wait, c.bury(ctx, l, "nobody knows whom it is for")
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
	return c.o.Desk.Store().Sent(ctx, l, c.o.Now())
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
	return s.Sent(ctx, l, c.o.Now())
}
