package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
)

// ErrNoTemplate means that the account has no such template of 订阅通知.
var ErrNoTemplate = errors.New("simulator: no such subscription template")

// popupScene says in a subscribe_msg_popup_event where the person was asked: on a
// web page. 2 would be an article.
const popupScene = "1"

// Consent is what a person allows an account to send by one template of 订阅通知.
type Consent struct {
	Always bool `json:"always"` // consented to a long-term template
	Left   int  `json:"left"`   // messages of a one-time template that may be sent
}

// Answer is what a person says to one template when asked.
type Answer struct {
	Template string `json:"template"`
	Accept   bool   `json:"accept"`
}

// Consent lets a person answer the question whether an account may send notices
// by some of its templates: subscribe_msg_popup_event. Each consent to a one-time
// template allows one message more; a refusal takes none of those away.
func (p *Platform) Consent(app, openid string, answers ...Answer) Delivery {
	return p.with(app, openid, func(a *account, x *person) Delivery {
		var lists [][]Field
		for _, answer := range answers {
			def, known := a.Subscriptions[answer.Template]
			if !known {
				return Delivery{Err: fmt.Errorf("%w: %s", ErrNoTemplate, answer.Template)}
			}
			x.answer(answer, def.LongTerm)
			p.tell(x, answer.note(), def.Title)
			lists = append(lists, []Field{
				{"TemplateId", answer.Template}, {"SubscribeStatusString", answer.status()}, {"PopupScene", popupScene},
			})
		}
		return p.push(a, x, listEvent("subscribe_msg_popup_event", "SubscribeMsgPopupEvent", lists...), true)
	})
}

// Manage lets a person turn a template off, or a long-term one on again, in
// WeChat's own settings. Only turning off is pushed, as subscribe_msg_change_event,
// and takes all consents away.
func (p *Platform) Manage(app, openid, template string, accept bool) Delivery {
	return p.with(app, openid, func(a *account, x *person) Delivery {
		def, known := a.Subscriptions[template]
		if !known {
			return Delivery{Err: fmt.Errorf("%w: %s", ErrNoTemplate, template)}
		}
		x.manage(template, Consent{Always: accept && def.LongTerm})
		p.tell(x, Answer{template, accept}.note(), def.Title)
		if accept {
			return Delivery{}
		}
		return p.push(a, x, listEvent("subscribe_msg_change_event", "SubscribeMsgChangeEvent", []Field{
			{"TemplateId", template}, {"SubscribeStatusString", Answer{}.status()},
		}), true)
	})
}

// Consents returns what a person allows, by template.
func (p *Platform) Consents(app, openid string) map[string]Consent {
	a := p.account(app)
	if a == nil || a.known(openid) == nil {
		return map[string]Consent{}
	}
	x := a.known(openid)
	x.mu.Lock()
	defer x.mu.Unlock()
	out := map[string]Consent{}
	maps.Copy(out, x.consents)
	return out
}

func (a Answer) status() string {
	if a.Accept {
		return "accept"
	}
	return "reject"
}

func (a Answer) note() string {
	if a.Accept {
		return NoteConsented
	}
	return NoteDeclined
}

func (x *person) answer(a Answer, longTerm bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := x.consents[a.Template]
	switch {
	case longTerm:
		c.Always = a.Accept
	case a.Accept:
		c.Left++
	}
	x.keep(a.Template, c)
}

func (x *person) manage(template string, c Consent) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.keep(template, c)
}

// keep stores a consent. The caller holds the lock.
func (x *person) keep(template string, c Consent) {
	if x.consents == nil {
		x.consents = map[string]Consent{}
	}
	x.consents[template] = c
}

// useConsent takes one message from what the person allows.
func (x *person) useConsent(template string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := x.consents[template]
	switch {
	case c.Always:
		return nil
	case c.Left > 0:
		c.Left--
		x.keep(template, c)
		return nil
	}
	return errNoConsent
}

// listEvent is an event whose contents are lists inside an element of its own.
func listEvent(event, element string, lists ...[]Field) Message {
	var b bytes.Buffer
	b.WriteString("<" + element + ">")
	for _, list := range lists {
		b.WriteString("<List>")
		for _, f := range list {
			f.write(&b)
		}
		b.WriteString("</List>")
	}
	b.WriteString("</" + element + ">")
	m := eventMessage(event)
	m.Inner = b.String()
	return m
}
