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
		return task.Result{Outcome: task.Bad, Detail: APIText + ": no text or no receiver"}
	}
	k := c.run(ctx, a, func(s *sdk.Context) error {
		return message.NewMessageManager(s).Send(message.NewCustomerTextMessage(openid, text))
	})
	return k.result(openid, text)
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
	err := k.err(append(texts, openid)...)
	if err == nil {
		return k.delivered()
	}
	r := task.Result{Detail: err.Error()}
	code := errorCode(err)
	if code == CodeNoAnswer {
		r.Outcome, r.Detail = k.unanswered(r.Detail)
		return r
	}
	if code == -1 || code >= 1000 { // the platform's own
		r.Code = code
	}
	r.Outcome = outcomeOf(code)
	if k.failed != nil {
		r.Outcome = withoutToken(r.Outcome)
	}
	r.RetryAfter = pause(r.Outcome, code, k.client.now())
	return r
}

// delivered is the result of an answer that names no error. One without any
// errcode is not the platform's answer to a send, whoever gave it.
func (k *call) delivered() task.Result {
	if k.last.bare {
		return task.Result{Outcome: task.Unknown, Detail: k.last.api + ": an answer without an errcode"}
	}
	return task.Result{Outcome: task.Delivered, Ref: k.last.msgID()}
}

// withoutToken is the outcome of a send for which no token was to be had:
// nothing was sent, and nothing is wrong with the notice. What does not pass by
// itself holds the queue, because a dead letter would have to be sent again by
// hand once the account works.
func withoutToken(o task.Outcome) task.Outcome {
	switch o {
	case task.Unknown: // only the token's answer was bad
		return task.RetryLater
	case task.RetryLater, task.SlowDown, task.QuotaUsed, task.ChannelStopped:
		return o
	}
	return task.Hold
}

// unanswered tells a call that may have arrived from one that cannot have.
func (k *call) unanswered(detail string) (task.Outcome, string) {
	if k.last != nil && k.last.wrote {
		return task.Unknown, detail + " (sent, not answered)"
	}
	return task.RetryLater, detail
}
