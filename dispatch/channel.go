package dispatch

import (
	"context"

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
