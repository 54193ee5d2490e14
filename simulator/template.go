package simulator

import (
	"maps"
	"slices"
	"strconv"
)

// templateMessage is what message/template/send takes.
type templateMessage struct {
	ToUser   string `json:"touser"`
	Template string `json:"template_id"`
	URL      string `json:"url"`
	ClientID string `json:"client_msg_id"`
	Data     map[string]struct {
		Value string `json:"value"`
	} `json:"data"`
}

type templateAnswer struct {
	apiError
	MsgID int64 `json:"msgid"`
}

// templateSend is message/template/send. A repeated client_msg_id is answered
// with ok and the first msgid, and nothing is shown: the platform documents that
// only one message is sent, not what it answers.
func templateSend(c *call) (any, error) {
	in, x, err := c.templateFor()
	if err != nil {
		c.p.sends.count(SendTemplate, "", err)
		return nil, err
	}
	msgID := c.p.serial.Add(1)
	if in.ClientID != "" {
		key := sentKey{c.acct.AppID, in.ToUser, in.ClientID}
		if old, again := c.p.sends.claim(sentID{key, c.at, msgID}); again {
			return templateAnswer{ok, old}, nil
		}
	}
	_, blocked := x.state()
	if !blocked {
		c.p.sends.count(SendTemplate, in.ClientID, nil)
		c.p.deliverSend(Send{
			Kind: SendTemplate, App: c.acct.AppID, OpenID: in.ToUser, ClientID: in.ClientID,
			Bubble: card(c.acct.Templates[in.Template], in),
		}, x)
	}
	c.p.report(c.acct, x, msgID, blocked)
	return templateAnswer{ok, msgID}, nil
}

// templateFor checks everything that is checked before a message is accepted.
func (c *call) templateFor() (in templateMessage, x *person, err error) {
	if err := c.decode(&in); err != nil {
		return in, nil, err
	}
	if c.acct.Kind != KindService {
		return in, nil, errUnauthorised
	}
	def, approved := c.acct.Templates[in.Template]
	if !approved {
		return in, nil, errTemplate
	}
	if x = c.acct.known(in.ToUser); x == nil {
		return in, nil, errOpenID
	}
	if following, _ := x.state(); !following {
		return in, nil, errNotFollower
	}
	return in, x, def.check(in)
}

// check returns 47003 for the first field, by name, that is missing or does not
// fit its type. Fields the template does not have are ignored.
func (d TemplateDef) check(in templateMessage) error {
	for _, name := range slices.Sorted(maps.Keys(d.Fields)) {
		value, given := in.Data[name]
		if !given || !fits(d.Fields[name], value.Value, d.Allowed[name]) {
			return apiError{47003, "argument invalid! data." + name + ".value invalid"}
		}
	}
	return nil
}

// card is the bubble of a template message.
func card(d TemplateDef, in templateMessage) Bubble {
	b := Bubble{Kind: BubbleTemplate, Via: ViaTemplate, Text: d.Title, URL: in.URL}
	names := slices.Clone(d.Order)
	for _, name := range slices.Sorted(maps.Keys(d.Fields)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		label := d.Labels[name]
		if label == "" {
			label = name
		}
		b.Fields = append(b.Fields, BubbleField{name, label, in.Data[name].Value})
	}
	return b
}

// report pushes TEMPLATESENDJOBFINISH later, as the platform does when it knows
// what became of a message.
func (p *Platform) report(a *account, x *person, msgID int64, blocked bool) {
	status := "success"
	if blocked {
		status = "failed:user block"
	}
	m := eventMessage("TEMPLATESENDJOBFINISH",
		Field{"MsgID", strconv.FormatInt(msgID, 10)}, Field{"Status", status})
	p.background(func() {
		select {
		case p.jobs <- struct{}{}:
			defer func() { <-p.jobs }()
			p.push(a, x, m, false)
		case <-p.ctx.Done():
		}
	})
}
