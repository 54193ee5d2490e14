package wechat

import (
	"context"
	"fmt"
	"testing"
	"time"

	"gridbot/task"
)

func TestFit(t *testing.T) {
	for _, c := range []struct{ keyword, in, want string }{
		{"thing1", "路灯故障", "路灯故障"},
		{"thing1", "幸福里小区三幢二单元门口的路灯不亮了", "幸福里小区三幢二单元门口的路灯不亮了"},
		{"thing12", "一二三四五六七八九十一二三四五六七八九十一", "一二三四五六七八九十一二三四五六七八九…"},
		{"thing1", "两\n行\t字", "两 行 字"},
		{"thing1", "", "-"},
		{"thing1", "\x00", "-"},
		{"phrase2", "处置中", "处置中"},
		{"phrase2", "已受理 (A)", "已受理"},
		{"phrase2", "正在紧急处置中", "正在紧急处"},
		{"character_string3", "12-1042", "12-1042"},
		{"character_string3", "12号1042", "121042"},
		{"character_string3", "0123456789012345678901234567890123456789", "01234567890123456789012345678901"},
		{"number4", "3 个", "3"},
		{"time5", "2026年10月1日 08:30", "2026年10月1日 08:30"},
		{"const6", "路灯", "路灯"},
		{"free", " a  b ", "a b"},
	} {
		if got := fit(c.keyword, c.in); got != c.want {
			t.Errorf("fit(%s, %q) = %q, want %q", c.keyword, c.in, got, c.want)
		}
	}
}

// ticket is a template with the product's own field names.
func ticketTemplate() Template {
	return Template{ID: "tpl-1", Fields: map[string]string{"number": "character_string1", "status": "phrase2", "place": "thing3"}}
}

// sendTemplate sends the test template.
func sendTemplate(c *Client) task.Result {
	return c.SendTemplate(context.Background(), "xingfu", testOpenid, ticketTemplate(),
		map[string]string{"number": "12-1042", "status": "已签收", "place": "3幢🏠门口", "time4": "2026年10月1日"},
		"https://example.com/t?a=1&b=2", "notice-7")
}

func TestSendTemplate(t *testing.T) {
	p := newPlatform(t, always(`{"errcode":0,"errmsg":"ok","msgid":9007199254740993}`))
	if r := sendTemplate(p.client(t, nil)); r != (task.Result{}) {
		t.Fatalf("result %+v", r)
	}
	got := p.lastCall(t)
	if got["touser"] != testOpenid || got["template_id"] != "tpl-1" || got["client_msg_id"] != "notice-7" || got["url"] != "https://example.com/t?a=1&b=2" {
		t.Errorf("sent %v", got)
	}
	data := got["data"].(map[string]any)
	for keyword, want := range map[string]string{
		"character_string1": "12-1042", "phrase2": "已签收", "thing3": "3幢🏠门口", "time4": "2026年10月1日",
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
	c := p.client(t, func(o *Options) { o.Now = clk.Now })
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

// FuzzFit: whatever a value is, what is sent keeps its type's rule.
func FuzzFit(f *testing.F) {
	f.Add("路灯\x00🔥 1")
	f.Add("-")
	f.Fuzz(func(t *testing.T, value string) {
		for keyword, limit := range map[string]int{"thing1": maxThing, "phrase2": maxPhrase, "character_string3": maxString, "number4": maxString} {
			for _, got := range []string{fit(keyword, value), mend(keyword, fit(keyword, value))} {
				if n := len([]rune(got)); n > limit {
					t.Errorf("%s of %q has %d characters", keyword, value, n)
				}
				if Clean(got) != got {
					t.Errorf("%s of %q is unclean", keyword, value)
				}
			}
		}
	})
}
