package main

import (
	"context"

	"gridbot/sms"
	"gridbot/task"
	"gridbot/wechat"
)

// sender lets the courier speak through WeChat and SMS: it knows which of an account's
// templates a name means.
type sender struct {
	client        *wechat.Client
	sms           *sms.Gateway
	templates     map[string]map[string]wechat.Template // by account, by name
	subscriptions map[string]map[string]wechat.Template
}

func newSender(c *wechat.Client, g *sms.Gateway, accounts []wechat.Account) sender {
	s := sender{client: c, sms: g, templates: map[string]map[string]wechat.Template{}, subscriptions: map[string]map[string]wechat.Template{}}
	for _, a := range accounts {
		s.templates[a.Name], s.subscriptions[a.Name] = a.Templates, a.Subscriptions
	}
	return s
}

// SendText implements dispatch.Sender.
func (s sender) SendText(ctx context.Context, account, openid, text string) task.Result {
	return s.client.SendText(ctx, account, openid, text)
}

// SendTemplate implements dispatch.Sender. Of the fields it sends those the
// account's template has; a name the account lacks is no template at all.
func (s sender) SendTemplate(ctx context.Context, account, openid, name string, fields map[string]string, id string) task.Result {
	t := s.templates[account][name]
	return s.client.SendTemplate(ctx, account, openid, t, filled(t, fields), "", id)
}

// SendSubscription implements dispatch.Sender, with fields as in SendTemplate.
func (s sender) SendSubscription(ctx context.Context, account, openid, name string, fields map[string]string) task.Result {
	t := s.subscriptions[account][name]
	return s.client.SendSubscription(ctx, account, openid, t, filled(t, fields), "")
}

// SendSMS implements dispatch.Sender.
func (s sender) SendSMS(ctx context.Context, phone, name string, fields map[string]string, id string) task.Result {
	if !s.sms.Enabled() {
		return task.Result{Outcome: task.NextChannel, Detail: "sms: no gateway is configured"}
	}
	return s.sms.Send(ctx, phone, fields, id)
}

// filled are those of the fields that a template has.
func filled(t wechat.Template, fields map[string]string) map[string]string {
	out := make(map[string]string, len(t.Fields))
	for field := range t.Fields {
		if value, ok := fields[field]; ok {
			out[field] = value
		}
	}
	return out
}
