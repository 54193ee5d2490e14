package dispatch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"gridbot/task"
)

// mostWait is how long a notice waits at most for a way that is closed until a time, such as
// midnight. While the brake is on, asking again makes no call.
const mostWait = time.Hour

// settle acts on what became of a parcel and tells when it is tried next.
func (c *Courier) settle(ctx context.Context, p parcel, a attempt) (next time.Time, err error) {
	first := p.mails[0].l
	for _, m := range p.mails {
		c.o.Settled(m.l.About, a.channel, a.r.Outcome)
	}
	why := fmt.Sprintf("%s: %s %d %s", a.channel, a.r.Outcome, a.r.Code, a.r.Detail)
	free := accountsFault(a.r.Outcome)
	switch {
	case a.r.Outcome == task.Delivered:
		return next, c.told(ctx, p, a)
	case !free && !c.again(p, a):
		return next, c.fail(ctx, p, a, why)
	}
	wait := min(a.r.RetryAfter, mostWait) // the person may write meanwhile, which opens another way
	if wait <= 0 {
		wait = backoff(first.Attempts)
	}
	next = c.o.Now().Add(wait)
	for i, m := range p.mails {
		due := next.Add(time.Duration(i) * time.Millisecond)
		if a.r.Outcome == task.Unknown {
			err = c.o.Desk.Store().Again(ctx, m.l, due, c.o.Now(), why)
		} else {
			err = c.o.Desk.Store().Later(ctx, m.l, due, c.o.Now(), why, free)
		}
		if err != nil {
			return next, err
		}
	}
	return next, nil
}

// told settles a parcel that a channel took. Where the platform will report on it, the last
// notice is kept until then.
func (c *Courier) told(ctx context.Context, p parcel, a attempt) error {
	end := task.Arrived
	if a.r.Ref != "" {
		var err error
		if end, err = c.o.Desk.Store().Hand(ctx, p.last().l, p.to, a.r.Ref, a.channel, c.o.Now()); err != nil {
			c.o.Warn(err) // it was sent: what the platform reports will not be known
		}
	}
	return p.each(func(m mail) error { return c.o.Desk.Store().Told(ctx, m.l, c.fate(m.l, a.channel, end, "")) })
}

// fail settles a parcel that nobody can be told of, or not for certain.
func (c *Courier) fail(ctx context.Context, p parcel, a attempt, why string) error {
	end, code := task.Undelivered, task.WhyFault
	switch a.r.Outcome {
	case task.Unknown:
		end, code = task.Uncertain, task.WhyUnsure
	case task.Unreachable:
		code = task.WhyGone
	case task.WindowClosed, task.NextChannel, task.NoConsent:
		code = task.WhyClosed
	}
	return p.each(func(m mail) error { return c.o.Desk.Store().Fail(ctx, m.l, c.fate(m.l, a.channel, end, code), why) })
}

// How often what may have arrived is sent again: once where nothing drops a repetition; a
// template while the platform remembers its id, which is ten minutes.
const (
	riskOnce     = 1
	riskTemplate = 8
)

// again tells whether a parcel is tried once more.
func (c *Courier) again(p parcel, a attempt) bool {
	l := p.mails[0].l
	switch a.r.Outcome {
	case task.RetryLater:
	case task.Unknown:
		if a.channel == channelTemplate && l.Attempts > riskTemplate {
			return false
		}
		if a.channel != channelTemplate && p.some(func(m mail) bool { return m.l.Unsure >= riskOnce }) {
			return false
		}
	case task.Unreachable:
		if a.r.RetryAfter <= 0 || l.Attempts > 1 {
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
