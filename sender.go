package main

import (
	"context"

	"gridbot/task"
	"gridbot/wechat"
)

// sender lets the courier speak through WeChat: it knows which of an account's
// templates a name means.
type sender struct {
	client    *wechat.Client
	templates map[string]map[string]wechat.Template // by account, by name
}

func newSender(c *wechat.Client, accounts []wechat.Account) sender {
	s := sender{client: c, templates: map[string]map[string]wechat.Template{}}
	for _, a := range accounts {
		s.templates[a.Name] = a.Templates
	}
	return s
}

// SendText implements dispatch.Sender.
func (s sender) SendText(ctx context.Context, account, openid, text string) task.Result {
	return s.client.SendText(ctx, account, openid, text)
}

// SendTemplate implements dispatch.Sender. Of the fields it sends those the
// account's template has; a name the account lacks is no template at all.
func (s sender) SendTemplate(ctx context.Context, account, openid, name string, fields map[string]string, url, id string) task.Result {
	t := s.templates[account][name]
	wanted := make(map[string]string, len(t.Fields))
	for field := range t.Fields {
		if value, ok := fields[field]; ok {
			wanted[field] = value
		}
	}
	return s.client.SendTemplate(ctx, account, openid, t, wanted, url, id)
}
