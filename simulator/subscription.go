package simulator

import (
	"strconv"
)

// SubscriptionDef is an approved template of 订阅通知.
type SubscriptionDef struct {
	TemplateDef `yaml:",inline"`
	// LongTerm templates need one consent for ever (长期订阅, open to 政务民生 only);
	// the others need one for each message (一次性订阅).
	LongTerm bool `yaml:"longterm"`
}

// subscribeMessage is what message/subscribe/bizsend takes. A mini program as the
// target is taken and not shown.
type subscribeMessage struct {
	ToUser   string       `json:"touser"`
	Template string       `json:"template_id"`
	Page     string       `json:"page"`
	Data     templateData `json:"data"`
}

// subscribeSend is message/subscribe/bizsend. It knows no repetitions: two equal
// calls are two messages. A person need not follow; to others the platform shows
// the message among its own service notices.
func subscribeSend(c *call) (any, error) {
	in, x, err := c.subscribeFor()
	c.p.sends.count(SendSubscription, "", err)
	if err != nil {
		return nil, err
	}
	def := c.acct.Subscriptions[in.Template]
	_, blocked := x.state()
	code, status := 0, "success"
	switch {
	case blocked:
		code, status = errNoConsent.Code, errNoConsent.Msg
	case c.undelivered:
		code, status = refusal(-1).Code, refusal(-1).Msg
	default:
		b := def.card(in.Data)
		b.Via, b.URL = ViaSubscription, in.Page
		c.p.deliverSend(Send{Kind: SendSubscription, App: c.acct.AppID, OpenID: x.openid, Bubble: b}, x)
	}
	c.p.pushLater(c.acct, x, listEvent("subscribe_msg_sent_event", "SubscribeMsgSentEvent", []Field{
		{"TemplateId", in.Template}, {"MsgID", strconv.FormatInt(c.p.serial.Add(1), 10)},
		{"ErrorCode", strconv.Itoa(code)}, {"ErrorStatus", status},
	}))
	return ok, nil
}

// subscribeFor checks everything that is checked before a message is accepted,
// and takes the consent for it.
func (c *call) subscribeFor() (in subscribeMessage, x *person, err error) {
	if err := c.decode(&in); err != nil {
		return in, nil, err
	}
	if c.acct.Kind != KindService {
		return in, nil, errUnauthorised
	}
	def, approved := c.acct.Subscriptions[in.Template]
	if !approved {
		return in, nil, errTemplate
	}
	if x = c.acct.known(in.ToUser); x == nil {
		return in, nil, errOpenID
	}
	if err := x.refuses(); err != nil {
		return in, nil, err
	}
	if err := def.check(in.Data); err != nil {
		return in, nil, err
	}
	return in, x, x.useConsent(in.Template)
}
