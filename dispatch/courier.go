package dispatch

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"gridbot/store"
	"gridbot/task"
)

// Sender speaks to people on one platform. Its answers are outcomes, never
// errors: the courier's next step depends on nothing else.
type Sender interface {
	// SendText sends a customer-service message (客服消息).
	SendText(ctx context.Context, account, openid, text string) task.Result
	// SendTemplate sends a template message (模板消息). id lets the platform drop
	// a repetition.
	SendTemplate(ctx context.Context, account, openid, name string, fields map[string]string, url, id string) task.Result
}

// CourierOptions are what a courier works with.
type CourierOptions struct {
	Desk   *Desk
	Sender Sender
	Now    func() time.Time
	Alarm  func(kind, detail string)
	// Settled counts one attempt: what it was about and what became of it.
	Settled func(about task.About, channel string, o task.Outcome)
	// Warn logs a fault that the next round will repair.
	Warn    func(err error)
	Poll    time.Duration // how often every street is looked at without being woken
	Lease   time.Duration // longer than the sender's time-out
	Workers int           // people told at the same time
	Bury    int           // attempts before a notice is buried
}

// Courier empties the outbox of every street. Several may run, on one machine or
// many: a notice is leased by one of them at a time.
type Courier struct {
	o     CourierOptions
	words *Words
	wake  chan string
}

// NewCourier makes a courier; Run starts it.
func NewCourier(o CourierOptions) (*Courier, error) {
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
	for {
		select {
		case <-ctx.Done():
			return
		case street := <-c.wake:
			c.drain(ctx, c.gather(street))
		case <-tick.C:
			c.drain(ctx, c.o.Desk.Ground().Streets())
		}
	}
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
// same time.
func (c *Courier) Round(ctx context.Context, street string) (int, error) {
	now := c.o.Now()
	leased, err := c.o.Desk.Store().Lease(ctx, street, batch, now, now.Add(c.o.Lease))
	if err != nil {
		return 0, err
	}
	lines := map[task.Party][]store.Leased{}
	var order []task.Party
	for _, l := range leased {
		if len(lines[l.To]) == 0 {
			order = append(order, l.To)
		}
		lines[l.To] = append(lines[l.To], l)
	}
	var faults sync.Map
	g := errgroup.Group{}
	g.SetLimit(c.o.Workers)
	for _, to := range order {
		g.Go(func() error {
			for _, l := range lines[to] {
				if err := c.deliver(ctx, l); err != nil && !errors.Is(err, store.ErrLost) {
					faults.Store(l.ID, err)
				}
			}
			return nil
		})
	}
	err = g.Wait()
	faults.Range(func(_, fault any) bool {
		if f, ok := fault.(error); ok {
			err = errors.Join(err, f)
		}
		return true
	})
	return len(leased), err
}

// deliver brings one notice to its end or to its next attempt. An error is a
// fault of the store: the lease runs out and the notice comes again.
func (c *Courier) deliver(ctx context.Context, l store.Leased) error {
	if l.To.Kind == task.ToList {
		return c.list(ctx, l)
	}
	mail, skip, err := c.compose(ctx, l)
	if err != nil {
		return err
	}
	if skip {
		return c.o.Desk.Store().Sent(ctx, l)
	}
	if mail.to.Zero() {
		c.o.Alarm("unbound", "staff "+l.To.Staff+" has not joined and misses notices")
		return c.o.Desk.Store().Bury(ctx, l, c.o.Now(), "staff member has not joined")
	}
	channel, r := c.send(ctx, l, mail)
	c.o.Settled(l.About, channel, r.Outcome)
	return c.settle(ctx, l, channel, r)
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

// mail is a notice ready to be sent.
type mail struct {
	to       task.Person
	text     string
	template string
	fields   map[string]string
}

// compose finds the person and the words. skip means that the notice has become
// pointless: the person is gone, or the task is no longer theirs.
func (c *Courier) compose(ctx context.Context, l store.Leased) (m mail, skip bool, err error) {
	m.to = l.To.Person
	if l.To.Kind == task.ToStaff {
		if m.to, err = c.o.Desk.Store().StaffPerson(ctx, l.To.Staff); err != nil {
			return m, false, err
		}
	}
	if l.Task.Seq == 0 { // a late answer: its words are complete
		m.text = l.Note
		return m, false, nil
	}
	t, err := c.o.Desk.Store().Get(ctx, l.Task)
	if errors.Is(err, task.ErrNotFound) {
		return m, true, nil
	}
	if err != nil || c.pointless(&t, l) {
		return m, err == nil, err
	}
	letter := c.o.Desk.Letter(&t)
	letter.Note, letter.Actor = l.Note, l.Actor
	if m.text, err = c.words.Render(string(l.About), letter); err != nil {
		return m, false, err
	}
	m.template, m.fields, err = c.form(l, letter)
	return m, false, err
}

func (c *Courier) pointless(t *task.Task, l store.Leased) bool {
	switch {
	case l.To.Kind == task.ToResident:
		return t.Reporter != l.To.Person
	case l.About == task.AboutNew:
		return t.Handler != l.To.Staff
	case l.About == task.AboutPending:
		return !t.Status.AtDesk()
	}
	return false
}

// form fills the fields of a template message: number, matter, status and time,
// never anybody's own words.
func (c *Courier) form(l store.Leased, letter Letter) (string, map[string]string, error) {
	name := "staff"
	if l.To.Kind == task.ToResident {
		name = "resident"
	}
	fields := map[string]string{"number": letter.Number}
	for field, words := range map[string]string{"matter": "form.matter", "status": "form.status", "time": "form.time"} {
		v, err := c.words.Render(words, letter)
		if err != nil {
			return "", nil, err
		}
		fields[field] = v
	}
	return name, fields, nil
}

// Names of the channels, for metrics and logs.
const (
	channelText     = "custom"
	channelTemplate = "template"
	channelNone     = "none"
)

// shortRunes is the length of a text the platform has called too long, sent once
// more: the number and the first sentence still fit.
const shortRunes = 200

// send tries the customer-service message while the person's window is open, and
// the template otherwise.
func (c *Courier) send(ctx context.Context, l store.Leased, m mail) (string, task.Result) {
	open, err := c.o.Desk.Store().Spend(ctx, m.to, c.o.Now())
	if err != nil {
		return channelNone, task.Result{Outcome: task.RetryLater, Detail: err.Error()}
	}
	if open {
		r := c.o.Sender.SendText(ctx, m.to.Account, m.to.OpenID, m.text)
		if r.Outcome == task.Shorten {
			r = c.o.Sender.SendText(ctx, m.to.Account, m.to.OpenID, clip(shortRunes, m.text))
		}
		switch r.Outcome {
		case task.WindowClosed:
			if err := c.o.Desk.Store().CloseWindow(ctx, m.to); err != nil {
				c.o.Warn(err)
			}
		case task.NextChannel, task.NoConsent, task.QuotaUsed:
		default:
			return channelText, r
		}
	}
	if m.template == "" {
		return channelNone, task.Result{Outcome: task.Bad, Detail: "the window is closed and there is no template for this notice"}
	}
	return channelTemplate, c.o.Sender.SendTemplate(ctx, m.to.Account, m.to.OpenID, m.template, m.fields, "", l.Street()+"."+l.ID)
}

// settle acts on the outcome of one attempt.
func (c *Courier) settle(ctx context.Context, l store.Leased, channel string, r task.Result) error {
	s, now := c.o.Desk.Store(), c.o.Now()
	switch r.Outcome {
	case task.Delivered:
		return s.Sent(ctx, l)
	case task.Hold, task.QuotaUsed, task.SlowDown:
		c.o.Alarm(r.Outcome.String(), fmt.Sprintf("channel %s, code %d", channel, r.Code))
		return s.Later(ctx, l, now.Add(c.pause(r)), why(channel, r), true)
	case task.Unknown:
		if channel == channelText && l.Attempts > 1 {
			return s.Bury(ctx, l, now, why(channel, r))
		}
	case task.RetryLater:
	default:
		return s.Bury(ctx, l, now, why(channel, r))
	}
	if l.Attempts >= c.o.Bury {
		return s.Bury(ctx, l, now, why(channel, r))
	}
	wait := r.RetryAfter
	if wait == 0 {
		wait = backoff(l.Attempts)
	}
	return s.Later(ctx, l, now.Add(wait), why(channel, r), false)
}

// pause is how long to wait when the account, not the notice, is at fault.
func (c *Courier) pause(r task.Result) time.Duration {
	if r.RetryAfter > 0 {
		return r.RetryAfter
	}
	if r.Outcome != task.QuotaUsed {
		return time.Minute
	}
	now := c.o.Now().In(c.o.Desk.Calendar().Location())
	midnight := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
	return midnight.Sub(now)
}

// backoff is 1, 2, 4 … seconds up to five minutes, a quarter more or less so
// that replicas do not return together.
func backoff(attempt int) time.Duration {
	d := min(time.Second<<min(attempt-1, 9), 5*time.Minute)
	return d - d/4 + rand.N(d/2)
}

func why(channel string, r task.Result) string {
	return fmt.Sprintf("%s: %s %d %s", channel, r.Outcome, r.Code, r.Detail)
}
