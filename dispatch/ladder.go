package dispatch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"gridbot/store"
	"gridbot/task"
)

// Names of the channels, for metrics, logs and the history, in the order they are tried.
const (
	channelText         = "custom"
	channelSubscription = "subscription"
	channelTemplate     = "template"
	channelSMS          = "sms"
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

// subscription sends the last notice of a parcel as a 订阅通知, if the person has not refused.
func (c *Courier) subscription(ctx context.Context, p parcel) (attempt, error) {
	a := attempt{channelSubscription, task.Result{Outcome: task.NextChannel}}
	m := p.last()
	if m.form == "" || m.l.Failed == channelSubscription {
		return a, nil
	}
	template, once := c.o.Subscription(p.to.Account, m.form)
	if template == "" {
		return a, nil
	}
	s := c.o.Desk.Store()
	have, err := s.Consent(ctx, p.to, template)
	if err != nil || have == 0 {
		a.r.Outcome = task.NoConsent
		return a, err
	}
	a.r = c.brakes.call(c, p.to.Account, channelSubscription, func() task.Result {
		return c.o.Sender.SendSubscription(ctx, p.to.Account, p.to.OpenID, m.form, m.fields)
	})
	switch keep := context.WithoutCancel(ctx); {
	case a.r.Outcome == task.NoConsent:
		err = s.NoConsent(keep, p.to, template)
	case a.r.Outcome == task.Delivered && once && have > 0:
		err = s.UseConsent(keep, p.to, template)
	}
	return a, err
}

// template sends the last notice of a parcel as a template message. The same notice always
// has the same id.
func (c *Courier) template(ctx context.Context, p parcel) (attempt, error) {
	m := p.last()
	a := attempt{channelTemplate, task.Result{Outcome: task.NextChannel}}
	if m.form == "" || m.l.Failed == channelTemplate {
		return a, nil
	}
	a.r = c.brakes.call(c, p.to.Account, channelTemplate, func() task.Result {
		return c.o.Sender.SendTemplate(ctx, p.to.Account, p.to.OpenID, m.form, m.fields, noticeID(m.l))
	})
	return a, nil
}

// noticeID names a notice for a platform that drops what it has had before.
func noticeID(l store.Leased) string { return l.Street() + "." + l.ID }

// sms sends a short message where one is worth its price: danger, a new task, what staff has
// let pass. Residents' numbers are not kept, so it is for staff.
func (c *Courier) sms(ctx context.Context, p parcel) (attempt, error) {
	a := attempt{channelSMS, task.Result{Outcome: task.NextChannel}}
	m := p.last()
	staff, _ := c.o.Desk.Ground().Staff(m.l.To.Staff)
	if m.form == "" || staff.Phone == "" || m.l.About.News() && !p.urgent() {
		return a, nil
	}
	a.r = c.brakes.call(c, p.to.Account, channelSMS, func() task.Result {
		return c.o.Sender.SendSMS(ctx, staff.Phone, m.form, m.fields, noticeID(m.l))
	})
	return a, nil
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

// shortRunes is the length of a text the platform has called too long, sent once
// more: the number and the first sentence still fit.
const shortRunes = 200

// text sends a customer-service message, shortened once if it is too long.
func (c *Courier) text(ctx context.Context, to task.Person, text string) task.Result {
	send := func(text string) task.Result {
		return c.brakes.call(c, to.Account, channelText, func() task.Result {
			return c.o.Sender.SendText(ctx, to.Account, to.OpenID, text)
		})
	}
	r := send(text)
	if r.Outcome == task.Shorten {
		r = send(clip(shortRunes, text))
	}
	return r
}

func (c *Courier) putAllBack(ctx context.Context, p parcel, due time.Time, why string) error {
	for i, m := range p.mails {
		if err := c.putBack(ctx, m.l, due.Add(time.Duration(i)*time.Millisecond), why); err != nil {
			return err
		}
	}
	return nil
}

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
	case !free && !c.again(first, a):
		return next, c.fail(ctx, p, a, why)
	}
	wait := a.r.RetryAfter
	if wait <= 0 {
		wait = backoff(first.Attempts)
	}
	next = c.o.Now().Add(wait)
	for i, m := range p.mails {
		if err := c.o.Desk.Store().Later(ctx, m.l, next.Add(time.Duration(i)*time.Millisecond), c.o.Now(), why, free); err != nil {
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
func (c *Courier) again(l store.Leased, a attempt) bool {
	switch a.r.Outcome {
	case task.RetryLater:
	case task.Unknown:
		risks := riskOnce
		if a.channel == channelTemplate {
			risks = riskTemplate
		}
		if l.Attempts > risks {
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
