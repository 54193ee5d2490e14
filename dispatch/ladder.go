package dispatch

import (
	"context"
	"time"

	"gridbot/store"
	"gridbot/task"
)

// attempt is what became of a parcel on the way it took last.
type attempt struct {
	channel string
	r       task.Result
}

// deliver tells a person what is in a parcel, within half a lease: as a free message while
// one may be spent, and otherwise notice by notice on the channels that know forms only. It
// tells when what was not delivered is tried again.
func (c *Courier) deliver(ctx context.Context, p parcel) (wait time.Time, err error) {
	if at := c.rings(); !at.IsZero() && !p.rings() {
		return at, c.putAllBack(ctx, p, at, quiet)
	}
	x, err := c.spend(ctx, p)
	if err != nil {
		return wait, err
	}
	if x.Budget == store.Wait {
		return x.Until, c.putAllBack(ctx, p, x.Until, gathers)
	}
	within, cancel := context.WithTimeout(ctx, c.o.Lease/2)
	defer cancel()
	text := attempt{channel: channelText, r: task.Result{Outcome: task.WindowClosed}}
	if x.Budget == store.Spent {
		if text.r, err = c.freely(within, p, x); err != nil {
			return wait, err
		}
		if !p.elsewhere(text.r) {
			return c.settle(ctx, p, text)
		}
	}
	for i, part := range p.byTask() {
		if !wait.IsZero() {
			err = c.putAllBack(ctx, part, wait.Add(time.Duration(i)*time.Millisecond), behind)
		} else {
			wait, err = c.byForm(within, part, x.Budget, text)
		}
		if err != nil {
			return wait, err
		}
	}
	return wait, nil
}

// spend takes a free message for a parcel. One of a resident's is kept for the closing of
// their matter, and for danger.
func (c *Courier) spend(ctx context.Context, p parcel) (store.Spending, error) {
	keep, gather := 0, time.Duration(0)
	if p.last().l.To.Kind == task.ToResident && !p.closing() && !p.urgent() {
		keep = 1
	}
	if p.gathers() {
		gather = c.o.Gather
	}
	return c.o.Desk.Store().Spend(ctx, p.to, keep, gather, c.o.Now())
}

// freely sends a parcel as the free message that was spent for it. What certainly did not
// arrive costs nothing.
func (c *Courier) freely(ctx context.Context, p parcel, x store.Spending) (task.Result, error) {
	asked := c.o.Now()
	r := c.text(ctx, p.to, p.text())
	keep := context.WithoutCancel(ctx)
	switch r.Outcome {
	case task.Delivered, task.Unknown:
		return r, nil
	case task.WindowClosed:
		return r, c.o.Desk.Store().CloseWindow(keep, p.to, asked)
	}
	return r, c.o.Desk.Store().Refund(keep, p.to, x)
}

// byForm tells what is in a parcel about one task on the channels that know forms only, and
// settles it. text is what became of it as a free message.
func (c *Courier) byForm(ctx context.Context, p parcel, b store.Budget, text attempt) (time.Time, error) {
	tried := []attempt{text}
	for _, way := range []func(context.Context, parcel) (attempt, error){c.subscription, c.template, c.sms} {
		a, err := way(ctx, p)
		if err != nil {
			return time.Time{}, err
		}
		if !p.elsewhere(a.r) {
			return c.settle(context.WithoutCancel(ctx), p, a)
		}
		tried = append(tried, a)
	}
	last, err := c.lastResort(ctx, p, b)
	if err != nil {
		return time.Time{}, err
	}
	if !p.elsewhere(last.r) {
		return c.settle(context.WithoutCancel(ctx), p, last)
	}
	return c.settle(context.WithoutCancel(ctx), p, weightiest(append(tried, last)))
}

// lastResort asks the platform for a free message all the same where our count is only a
// guess, and gives away the one kept back for what cannot wait.
func (c *Courier) lastResort(ctx context.Context, p parcel, b store.Budget) (attempt, error) {
	a := attempt{channel: channelText, r: task.Result{Outcome: task.WindowClosed}}
	switch {
	case b == store.Unknown:
		asked := c.o.Now()
		a.r = c.text(ctx, p.to, p.text())
		if a.r.Outcome == task.WindowClosed {
			return a, c.o.Desk.Store().CloseWindow(context.WithoutCancel(ctx), p.to, asked)
		}
	case b == store.Kept && !p.news():
		x, err := c.o.Desk.Store().Spend(ctx, p.to, 0, 0, c.o.Now())
		if err != nil || x.Budget != store.Spent {
			return a, err
		}
		a.r, err = c.freely(ctx, p, x)
		return a, err
	}
	return a, nil
}

// weightiest is the attempt that decides what becomes of a notice nobody carried: one after
// which trying again may help, else the one that says most about why.
func weightiest(tried []attempt) attempt {
	best := tried[0]
	rank := func(o task.Outcome) int {
		switch o {
		case task.Hold:
			return 5
		case task.QuotaUsed:
			return 4
		case task.ChannelStopped:
			return 3
		case task.Unreachable:
			return 2
		case task.WindowClosed:
			return 1
		}
		return 0
	}
	for _, a := range tried[1:] {
		if rank(a.r.Outcome) > rank(best.r.Outcome) {
			best = a
		}
	}
	return best
}

// elsewhere tells whether another channel may carry what this one cannot.
func (p parcel) elsewhere(r task.Result) bool {
	switch r.Outcome {
	case task.WindowClosed, task.NextChannel, task.NoConsent, task.QuotaUsed, task.ChannelStopped:
		return true
	case task.Hold: // danger does not wait for an operator
		return p.urgent()
	case task.Unreachable: // with a time, the platform may change its mind, once
		return r.RetryAfter == 0 || p.mails[0].l.Attempts > 1 || p.urgent()
	}
	return false
}

func (c *Courier) putAllBack(ctx context.Context, p parcel, due time.Time, why string) error {
	for i, m := range p.mails {
		if err := c.putBack(ctx, m.l, due.Add(time.Duration(i)*time.Millisecond), why); err != nil {
			return err
		}
	}
	return nil
}
