package simulator

import (
	"maps"
	"slices"
	"strconv"
)

// templateMessage is what message/template/send takes.
type templateMessage struct {
	ToUser   string       `json:"touser"`
	Template string       `json:"template_id"`
	URL      string       `json:"url"`
	ClientID string       `json:"client_msg_id"`
	Data     templateData `json:"data"`
}

// templateData are a card's values by field.
type templateData map[string]struct {
	Value string `json:"value"`
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
	c.p.pushLater(c.acct, x, eventMessage("TEMPLATESENDJOBFINISH",
		Field{"MsgID", strconv.FormatInt(msgID, 10)}, Field{"Status", c.deliverTemplate(in, x)}))
	return templateAnswer{ok, msgID}, nil
}

// deliverTemplate shows an accepted message, unless something prevents it, and
// says how the job ended.
func (c *call) deliverTemplate(in templateMessage, x *person) string {
	if _, blocked := x.state(); blocked {
		return "failed:user block"
	}
	c.p.sends.count(SendTemplate, in.ClientID, nil)
	if c.undelivered {
		return "failed: system failed"
	}
	b := c.acct.Templates[in.Template].card(in.Data)
	b.Via, b.URL, b.ClientID = ViaTemplate, in.URL, in.ClientID
	c.p.deliverSend(Send{Kind: SendTemplate, App: c.acct.AppID, OpenID: in.ToUser, ClientID: in.ClientID, Bubble: b}, x)
	return "success"
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
	if err := x.refuses(); err != nil {
		return in, nil, err
	}
	if following, _ := x.state(); !following {
		return in, nil, errNotFollower
	}
	return in, x, def.check(in.Data)
}

// check returns 47003 for the first field, by name, that is missing or does not
// fit its type. Fields the template does not have are ignored.
func (d TemplateDef) check(data templateData) error {
	for _, name := range slices.Sorted(maps.Keys(d.Fields)) {
		value, given := data[name]
		if !given || !fits(d.Fields[name], value.Value, d.Allowed[name]) {
			return apiError{47003, "argument invalid! data." + name + ".value invalid"}
		}
	}
	return nil
}

// card is the bubble of a message by this template.
func (d TemplateDef) card(data templateData) Bubble {
	b := Bubble{Kind: BubbleTemplate, Text: d.Title}
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
		b.Fields = append(b.Fields, BubbleField{name, label, data[name].Value})
	}
	return b
}

// pushLater pushes an event beside everything else, as the platform does when it
// knows what became of a message.
func (p *Platform) pushLater(a *account, x *person, m Message) {
	p.background(func() {
		select {
		case p.jobs <- struct{}{}:
			defer func() { <-p.jobs }()
			p.push(a, x, m, false)
		case <-p.ctx.Done():
		}
	})
}
