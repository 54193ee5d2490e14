package wechat

import (
	"context"
	"strings"

	sdk "github.com/silenceper/wechat/v2/officialaccount/context"
	"github.com/silenceper/wechat/v2/officialaccount/message"

	"gridbot/task"
)

// SendText sends a 客服消息. The platform takes it only within its window after
// the person's own message, so task.WindowClosed is an ordinary result. It has
// no id of its own: after task.Unknown the person may have got it. The text is
// cleaned and clipped.
func (c *Client) SendText(ctx context.Context, account, openid, text string) task.Result {
	a, err := c.account(account)
	if err != nil {
		return task.Result{Outcome: task.Hold, Detail: err.Error()}
	}
	text = Clip(Clean(text))
	if strings.TrimSpace(text) == "" || openid == "" {
		return task.Result{Outcome: task.Bad, Detail: "message/custom/send: no text or no receiver"}
	}
	k := c.run(ctx, a, func(s *sdk.Context) error {
		return message.NewMessageManager(s).Send(message.NewCustomerTextMessage(openid, text))
	})
	return k.result(openid, text)
}

// SendTemplate sends a 模板消息 to a follower. The fields' values are made to
// fit their types, because a violation loses the whole notice; when the
// platform still complains about one (47003) it is mended once, more strictly.
// A repeat with the same clientMsgID within 10 minutes is dropped by the
// platform, so after task.Unknown the same call may be made again.
func (c *Client) SendTemplate(ctx context.Context, account, openid string, t Template, fields map[string]string, url, clientMsgID string) task.Result {
	a, err := c.account(account)
	switch {
	case err != nil:
		return task.Result{Outcome: task.Hold, Detail: err.Error()}
	case !a.Abilities.Template || t.ID == "":
		return task.Result{Outcome: task.NextChannel, Detail: "message/template/send: the account has no such template"}
	case openid == "":
		return task.Result{Outcome: task.Bad, Detail: "message/template/send: no receiver"}
	case c.templates.off(a.AppID, t.ID):
		return task.Result{Outcome: task.NextChannel, Code: codeNoTemplate, Detail: "message/template/send: the template is switched off"}
	}
	m := &message.TemplateMessage{ToUser: openid, TemplateID: t.ID, URL: url, ClientMsgID: clientMsgID, Data: t.data(fields)}
	k := c.runTemplate(ctx, a, m)
	if k.code() == codeBadField && mendNamed(m.Data, k.last.message) {
		k = c.runTemplate(ctx, a, m)
	}
	r := k.result(openid, values(m.Data)...)
	return c.templates.settle(a.AppID, t.ID, r, c.now())
}

// runTemplate makes one call of message/template/send.
func (c *Client) runTemplate(ctx context.Context, a *Account, m *message.TemplateMessage) *call {
	return c.run(ctx, a, func(s *sdk.Context) error {
		_, err := message.NewTemplate(s).Send(m)
		return err
	})
}

// code is the last exchange's code, CodeNoAnswer when there was none.
func (k *call) code() int {
	if k.last == nil {
		return CodeNoAnswer
	}
	return k.last.code
}

// result tells what became of a send. The openid and the given texts are kept
// out of its detail.
func (k *call) result(openid string, texts ...string) task.Result {
	r := task.Result{Outcome: task.Delivered}
	err := k.err(append(texts, openid)...)
	if err == nil {
		return r
	}
	r.Detail = err.Error()
	code := errorCode(err)
	if code == CodeNoAnswer {
		r.Outcome, r.Detail = k.unanswered(r.Detail)
		return r
	}
	if code == -1 || code >= 1000 { // the platform's own
		r.Code = code
	}
	r.Outcome = outcomeOf(code)
	if k.failed != nil && r.Outcome == task.Unknown {
		r.Outcome = task.RetryLater // only the token's answer was bad; nothing was sent
	}
	r.RetryAfter = pause(r.Outcome, code, k.client.now())
	return r
}

// unanswered tells a call that may have arrived from one that cannot have.
func (k *call) unanswered(detail string) (task.Outcome, string) {
	if k.last != nil && k.last.wrote {
		return task.Unknown, detail + " (sent, not answered)"
	}
	return task.RetryLater, detail
}
