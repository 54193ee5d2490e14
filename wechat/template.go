package wechat

import (
	"context"
	"maps"
	"slices"

	sdk "github.com/silenceper/wechat/v2/officialaccount/context"
	"github.com/silenceper/wechat/v2/officialaccount/message"

	"gridbot/task"
)

// Codes that templates need by name.
const (
	codeNoTemplate = 40037
	codeBadField   = 47003
)

// Names of the APIs that send, as [Options.Observe] and [Client.CallQuota] know
// them.
const (
	APIText         = "message/custom/send"
	APITemplate     = "message/template/send"
	APISubscription = "message/subscribe/bizsend"
)

// SendTemplate sends a 模板消息 to a follower. The fields' values are made to
// fit their types, because a violation loses the whole notice; one that cannot
// be is a mistake of the configuration, and nothing is sent. When the platform
// still complains about a field (47003) it is mended once, more strictly. A
// repeat with the same clientMsgID within 10 minutes is dropped by the platform,
// so after task.Unknown the same call may be made again. The result's Ref is the
// MsgID of the TEMPLATESENDJOBFINISH that tells later how it went.
func (c *Client) SendTemplate(ctx context.Context, account, openid string, t Template, fields map[string]string, url, clientMsgID string) task.Result {
	f, refused := c.form(APITemplate, account, openid, t, fields)
	if f == nil {
		return refused
	}
	return f.send(ctx, func(s *sdk.Context) error {
		data := make(map[string]*message.TemplateDataItem, len(f.values))
		for keyword, value := range f.values {
			data[keyword] = &message.TemplateDataItem{Value: value}
		}
		_, err := message.NewTemplate(s).Send(&message.TemplateMessage{
			ToUser: openid, TemplateID: t.ID, URL: url, ClientMsgID: clientMsgID, Data: data})
		return err
	})
}

// SendSubscription sends a 订阅通知 to somebody who has consented to the
// template, whether they follow the account or not; task.NoConsent is an
// ordinary result. Fields are treated as by [Client.SendTemplate]. page is the
// address it leads to, "" for none. The platform does not recognise a repeat, so
// after task.Unknown the person may have got it. It documents no number in its
// answer; when it gives one, Ref has it.
func (c *Client) SendSubscription(ctx context.Context, account, openid string, t Template, fields map[string]string, page string) task.Result {
	f, refused := c.form(APISubscription, account, openid, t, fields)
	if f == nil {
		return refused
	}
	return f.send(ctx, func(s *sdk.Context) error {
		data := make(map[string]*message.SubscribeDataItem, len(f.values))
		for keyword, value := range f.values {
			data[keyword] = &message.SubscribeDataItem{Value: value}
		}
		return message.NewSubscribe(s).Send(&message.SubscribeMessage{ToUser: openid, TemplateID: t.ID, Page: page, Data: data})
	})
}

// form is one notice by a template, checked and ready to be sent.
type form struct {
	client      *Client
	account     *Account
	api, openid string
	template    string
	values      map[string]string // by keyword
}

// form checks everything that can be checked before a call. Without a form the
// result tells why there is none.
func (c *Client) form(api, account, openid string, t Template, fields map[string]string) (*form, task.Result) {
	a, err := c.account(account)
	if err != nil {
		return nil, task.Result{Outcome: task.Hold, Detail: err.Error()}
	}
	able := a.Abilities.Template
	if api == APISubscription {
		able = a.Abilities.Subscription
	}
	switch {
	case !able || t.ID == "":
		return nil, task.Result{Outcome: task.NextChannel, Detail: api + ": the account has no such template"}
	case openid == "":
		return nil, task.Result{Outcome: task.Bad, Detail: api + ": no receiver"}
	case c.templates.off(a.AppID, t.ID):
		return nil, task.Result{Outcome: task.NextChannel, Code: codeNoTemplate, Detail: api + ": the template is switched off"}
	}
	values, err := t.values(fields)
	if err != nil {
		return nil, task.Result{Outcome: task.NextChannel, Detail: api + ": the configuration of template " + t.ID + ": " + err.Error()}
	}
	return &form{c, a, api, openid, t.ID, values}, task.Result{}
}

// send makes the call, once more if one field could be mended.
func (f *form) send(ctx context.Context, use func(*sdk.Context) error) task.Result {
	k := f.client.run(ctx, f.account, use)
	if k.code() == codeBadField && mendNamed(f.values, k.last.message) {
		k = f.client.run(ctx, f.account, use)
	}
	texts := slices.Collect(maps.Values(f.values))
	return f.client.settle(f.account, f.api, f.template, k.result(f.openid, texts...))
}
