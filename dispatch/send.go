package dispatch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"gridbot/store"
	"gridbot/task"
)

// Names of the channels, for metrics and logs.
const (
	channelText     = "custom"
	channelTemplate = "template"
)

// shortRunes is the length of a text the platform has called too long, sent once
// more: the number and the first sentence still fit.
const shortRunes = 200

// send, within half a lease, tries the customer-service message while the
// person's window is open, and the template otherwise. Our count of the window
// is an estimate, so where the template cannot carry it the platform is asked
// all the same.
func (c *Courier) send(ctx context.Context, l store.Leased, m mail) (string, task.Result, error) {
	open, err := c.o.Desk.Store().Spend(ctx, m.to, c.o.Now())
	if err != nil {
		return "", task.Result{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.o.Lease/2)
	defer cancel()
	var first task.Result
	if open {
		if first = c.text(ctx, m); !elsewhere(first) {
			return channelText, first, nil
		}
	}
	r := c.template(ctx, l, m)
	if r.Outcome != task.NextChannel && r.Outcome != task.NoConsent {
		return channelTemplate, r, nil
	}
	if !open {
		first = c.text(ctx, m)
	}
	return channelText, first, nil
}

// template sends a template message. The same notice always has the same id.
func (c *Courier) template(ctx context.Context, l store.Leased, m mail) task.Result {
	if m.template == "" {
		return task.Result{Outcome: task.NextChannel}
	}
	return c.brakes.call(c, m.to.Account, channelTemplate, func() task.Result {
		return c.o.Sender.SendTemplate(ctx, m.to.Account, m.to.OpenID, m.template, m.fields, "", l.Street()+"."+l.ID)
	})
}

// elsewhere tells whether another channel may carry what this one cannot.
func elsewhere(r task.Result) bool {
	switch r.Outcome {
	case task.WindowClosed, task.NextChannel, task.NoConsent, task.QuotaUsed:
		return true
	case task.Unreachable: // with a time, the platform may change its mind
		return r.RetryAfter == 0
	}
	return false
}

// text sends a customer-service message, shortened once if it is too long.
func (c *Courier) text(ctx context.Context, m mail) task.Result {
	send := func(text string) task.Result {
		return c.brakes.call(c, m.to.Account, channelText, func() task.Result {
			return c.o.Sender.SendText(ctx, m.to.Account, m.to.OpenID, text)
		})
	}
	r := send(m.text)
	if r.Outcome == task.Shorten {
		r = send(clip(shortRunes, m.text))
	}
	if r.Outcome == task.WindowClosed {
		if err := c.o.Desk.Store().CloseWindow(context.WithoutCancel(ctx), m.to); err != nil {
			c.o.Warn(err)
		}
	}
	return r
}

// settle acts on the outcome of one attempt and tells when the next one is.
func (c *Courier) settle(ctx context.Context, l store.Leased, channel string, r task.Result) (next time.Time, err error) {
	s, now := c.o.Desk.Store(), c.o.Now()
	why := fmt.Sprintf("%s: %s %d %s", channel, r.Outcome, r.Code, r.Detail)
	if r.Outcome == task.Delivered {
		return next, s.Sent(ctx, l)
	}
	free := accountsFault(r.Outcome)
	if !free && !c.again(l, channel, r) {
		return next, s.Bury(ctx, l, now, why)
	}
	wait := r.RetryAfter
	if wait <= 0 {
		wait = backoff(l.Attempts)
	}
	next = now.Add(wait)
	return next, s.Later(ctx, l, next, why, free)
}

// again tells whether a notice is tried once more.
func (c *Courier) again(l store.Leased, channel string, r task.Result) bool {
	switch r.Outcome {
	case task.RetryLater:
	case task.Unknown: // a template is dropped by the platform when it comes twice; a text is risked once
		if channel == channelText && l.Attempts > 1 {
			return false
		}
	case task.Unreachable:
		if r.RetryAfter <= 0 || l.Attempts > 1 {
			return false
		}
	default:
		return false
	}
	return l.Attempts < c.o.Bury
}

// accountsFault tells an outcome that says nothing about the notice.
func accountsFault(o task.Outcome) bool {
	return o == task.Hold || o == task.QuotaUsed || o == task.SlowDown
}

// backoff is 1, 2, 4 … seconds up to five minutes, a quarter more or less so
// that replicas do not return together.
func backoff(attempt int) time.Duration {
	d := min(time.Second<<min(max(attempt-1, 0), 9), 5*time.Minute)
	return d - d/4 + rand.N(d/2)
}

// brakes remember which accounts may not be called on which channel, until when
// and why, so that a queue does not hammer a platform that has said stop. The
// zero value is ready. Each replica learns it for itself.
type brakes struct {
	mu   sync.Mutex
	held map[[2]string]brake
}

type brake struct {
	until time.Time
	r     task.Result
}

// call makes a call unless the brake is on, and puts it on when the answer is
// about the account. The operator is told once for each time it is put on.
func (b *brakes) call(c *Courier, account, channel string, send func() task.Result) task.Result {
	key, now := [2]string{account, channel}, c.o.Now()
	b.mu.Lock()
	on := b.held[key]
	b.mu.Unlock()
	if on.until.After(now) {
		on.r.RetryAfter = on.until.Sub(now)
		return on.r
	}
	r := send()
	if !accountsFault(r.Outcome) {
		return r
	}
	r.RetryAfter = c.pause(r)
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.held[key].until.After(now) {
		c.o.Alarm(r.Outcome.String(), fmt.Sprintf("account %s, channel %s, code %d: %s", account, channel, r.Code, r.Detail))
	}
	if b.held == nil {
		b.held = map[[2]string]brake{}
	}
	b.held[key] = brake{now.Add(r.RetryAfter), r}
	return r
}

// pause is how long to wait when the account, not the notice, is at fault. The
// day's quota is new at midnight, Asia/Shanghai.
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
