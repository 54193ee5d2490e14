package wechat

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"gridbot/task"
)

// ticket is a template with the product's own field names.
func ticketTemplate() Template {
	return Template{ID: "tpl-1", Fields: map[string]string{"number": "character_string1", "status": "phrase2", "place": "thing3"}}
}

// sendTemplate sends the test template.
func sendTemplate(c *Client) task.Result {
	return c.SendTemplate(context.Background(), "xingfu", testOpenid, ticketTemplate(),
		map[string]string{"number": "12-1042", "status": "已签收", "place": "3幢🏠门口", "time4": "2026年10月1日 08:30"},
		"https://example.com/t?a=1&b=2", "notice-7")
}

func TestSendTemplate(t *testing.T) {
	p := newPlatform(t, always(`{"errcode":0,"errmsg":"ok","msgid":9007199254740993}`))
	if r := sendTemplate(p.client(t, nil)); r != (task.Result{Ref: "9007199254740993"}) {
		t.Fatalf("result %+v", r)
	}
	got := p.lastCall(t)
	if got["touser"] != testOpenid || got["template_id"] != "tpl-1" || got["client_msg_id"] != "notice-7" || got["url"] != "https://example.com/t?a=1&b=2" {
		t.Errorf("sent %v", got)
	}
	data := got["data"].(map[string]any)
	for keyword, want := range map[string]string{
		"character_string1": "12-1042", "phrase2": "已签收", "thing3": "3幢🏠门口", "time4": "2026年10月1日 08:30",
	} {
		item, _ := data[keyword].(map[string]any)
		if item["value"] != want {
			t.Errorf("%s = %v, want %q", keyword, item["value"], want)
		}
	}
}

func TestSendTemplateWithoutAbility(t *testing.T) {
	p := newPlatform(t, failing(0))
	c := p.client(t, func(o *Options) { o.Accounts[0].Abilities = Ability{} })
	if r := sendTemplate(c); r.Outcome != task.NextChannel {
		t.Errorf("result %+v", r)
	}
	p.wantGrants(t, 0)
}

// fieldError is the platform's answer about one field.
func fieldError(keyword string) string {
	return fmt.Sprintf(`{"errcode":47003,"errmsg":"argument invalid! data.%s.value invalid rid: 6"}`, keyword)
}

func TestSendTemplateMendsOnce(t *testing.T) {
	p := newPlatform(t, func(n int, _ request) string {
		if n == 0 {
			return fieldError("thing3")
		}
		return `{"errcode":0}`
	})
	if r := sendTemplate(p.client(t, nil)); r.Outcome != task.Delivered {
		t.Fatalf("result %+v", r)
	}
	data := p.lastCall(t)["data"].(map[string]any)
	if got := data["thing3"].(map[string]any)["value"]; got != "3幢门口" {
		t.Errorf("mended to %q", got)
	}
	if p.lastCall(t)["client_msg_id"] != "notice-7" {
		t.Error("the repeat has another id")
	}
}

func TestSendTemplateCannotMend(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		calls  int
	}{
		"nothing to mend":  {fieldError("phrase2"), 1},
		"still refused":    {fieldError("thing3"), 2},
		"no such field":    {fieldError("thing9"), 1},
		"no field is told": {`{"errcode":47003,"errmsg":"argument invalid!"}`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlatform(t, always(c.answer))
			r := sendTemplate(p.client(t, nil))
			if _, calls := p.counts(); r.Outcome != task.Bad || r.Code != 47003 || calls != c.calls {
				t.Errorf("result %+v after %d calls", r, calls)
			}
		})
	}
}

// An unknown template: once later, then off, without asking any more.
func TestTemplateIsSwitchedOff(t *testing.T) {
	p, clk := newPlatform(t, failing(40037)), newClock()
	var alarms []string
	c := p.client(t, func(o *Options) {
		o.Now = clk.Now
		o.Alarm = func(kind, detail string) { alarms = append(alarms, kind+": "+detail) }
	})
	for range 2 { // notices that were under way together count as one
		if r := sendTemplate(c); r.Outcome != task.RetryLater || r.RetryAfter != templateGrace || r.Code != 40037 {
			t.Fatalf("first refusal: %+v", r)
		}
	}
	clk.Add(templateGrace)
	for range 2 {
		if r := sendTemplate(c); r.Outcome != task.NextChannel || r.Code != 40037 {
			t.Fatalf("second refusal: %+v", r)
		}
	}
	if _, calls := p.counts(); calls != 3 {
		t.Errorf("%d calls", calls)
	}
	if len(alarms) != 1 || !strings.HasPrefix(alarms[0], "template: account xingfu:") || !strings.Contains(alarms[0], "tpl-1") {
		t.Errorf("alarms %q", alarms)
	}
	other := Template{ID: "tpl-2"}
	if r := c.SendTemplate(context.Background(), "xingfu", testOpenid, other, nil, "", ""); r.Outcome != task.RetryLater {
		t.Errorf("another template: %+v", r)
	}
}

func TestTemplateRecovers(t *testing.T) {
	clk := newClock()
	p := newPlatform(t, func(n int, r request) string {
		if n == 1 {
			return failing(0)(n, r)
		}
		return failing(40037)(n, r)
	})
	c := p.client(t, func(o *Options) { o.Now = clk.Now })
	for i, want := range []task.Outcome{task.RetryLater, task.Delivered, task.RetryLater} {
		if r := sendTemplate(c); r.Outcome != want {
			t.Errorf("send %d: %+v, want %v", i, r, want)
		}
		clk.Add(time.Hour)
	}
}

// What cannot be made to fit is never sent, by neither of the two kinds of templates:
// half a notice would be a refused one.
func TestUnfitFieldsAreNotSent(t *testing.T) {
	p := newPlatform(t, failing(0))
	c := p.client(t, func(o *Options) { o.Accounts[0].Abilities.Subscription = true })
	for name, fields := range map[string]map[string]string{
		"a letter as a number": {"status": "number1"},
		"no Chinese at all":    {"number": "phrase1"},
		"unknown type":         {"status": "hologram1"},
		"not approved":         {"status": "const1"},
		"no value for it":      {"place": "thing3", "number": "character_string1"},
	} {
		values := map[string]string{"number": "12-1042", "status": "已签收"}
		tpl := Template{ID: "tpl-1", Fields: fields, Const: map[string][]string{"const1": {"处理中"}}}
		for _, r := range []task.Result{
			c.SendTemplate(context.Background(), "xingfu", testOpenid, tpl, values, "", ""),
			c.SendSubscription(context.Background(), "xingfu", testOpenid, tpl, values, ""),
		} {
			if r.Outcome != task.NextChannel || !strings.Contains(r.Detail, "field ") || strings.Contains(r.Detail, "1042") || strings.Contains(r.Detail, "已签收") {
				t.Errorf("%s: %+v", name, r)
			}
		}
	}
	if grants, calls := p.counts(); grants+calls != 0 {
		t.Errorf("%d calls were made", calls)
	}
}

// sendSubscription sends the test template as a subscription.
func sendSubscription(c *Client) task.Result {
	return c.SendSubscription(context.Background(), "xingfu", testOpenid, ticketTemplate(),
		map[string]string{"number": "12-1042", "status": "已签收", "place": "3幢"}, "https://example.com/t?a=1&b=2")
}

func TestSendSubscription(t *testing.T) {
	for name, want := range map[string]string{`{"errcode":0,"errmsg":"ok"}`: "", `{"errcode":0,"errmsg":"ok","msgid":"1700827132819554304"}`: "1700827132819554304"} {
		p := newPlatform(t, always(name))
		c := p.client(t, func(o *Options) { o.Accounts[0].Abilities = Ability{Subscription: true} })
		if r := sendSubscription(c); r != (task.Result{Ref: want}) {
			t.Fatalf("result %+v", r)
		}
		got := p.lastCall(t)
		if p.calls[0].path != "/cgi-bin/message/subscribe/bizsend" || got["touser"] != testOpenid || got["template_id"] != "tpl-1" || got["page"] != "https://example.com/t?a=1&b=2" {
			t.Errorf("sent %v", got)
		}
		if item := got["data"].(map[string]any)["thing3"].(map[string]any); item["value"] != "3幢" {
			t.Errorf("thing3 = %v", item)
		}
	}
}

func TestSendSubscriptionWithoutAbility(t *testing.T) {
	p := newPlatform(t, failing(0))
	if r := sendSubscription(p.client(t, nil)); r.Outcome != task.NextChannel { // templates only
		t.Errorf("result %+v", r)
	}
	able := p.client(t, func(o *Options) { o.Accounts[0].Abilities.Subscription = true })
	if r := able.SendSubscription(context.Background(), "xingfu", testOpenid, Template{}, nil, ""); r.Outcome != task.NextChannel {
		t.Errorf("without a template: %+v", r)
	}
	p.wantGrants(t, 0)
}
