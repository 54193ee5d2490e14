package simulator

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gridbot/wechat"
)

func TestTemplateShown(t *testing.T) {
	r := newRig(t)
	r.p.Follow(app, wang, "")
	r.clock.advance(100 * time.Hour) // no window is needed
	out := r.template(r.token(), wang, "T1", "", nil)
	r.wantCode(out, 0)
	if out["msgid"] == nil {
		t.Errorf("no msgid: %v", out)
	}
	shown := r.p.Phone(app, wang)
	b := shown[len(shown)-1]
	if b.Kind != BubbleTemplate || b.Via != ViaTemplate || b.Text != "工单进度通知" || b.URL != "https://example.org/t/1" {
		t.Errorf("card: %+v", b)
	}
	want := []BubbleField{
		{"character_string1", "工单编号", "12-1042"}, {"phrase2", "当前状态", "已派单"},
		{"thing4", "thing4", "路灯不亮"}, {"time3", "更新时间", "2026-03-02 09:00"},
	}
	for i, f := range want {
		if b.Fields[i] != f {
			t.Errorf("line %d: %+v, want %+v", i, b.Fields[i], f)
		}
	}
}

func TestRuleTemplateChecks(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Follow(app, wang, "")
	r.p.Follow(app, li, "")
	r.p.Unfollow(app, li)
	for _, c := range []struct {
		name, openid, id string
		change           map[string]string
		want             int
	}{
		{"right", wang, "T1", nil, 0},
		{"unknown template", wang, "T9", nil, 40037},
		{"unknown person", "o-nobody", "T1", nil, 40003},
		{"left", li, "T1", nil, 43004},
		{"missing field", wang, "T1", map[string]string{"thing4": ""}, 47003},
		{"thing of 20", wang, "T1", map[string]string{"thing4": strings.Repeat("灯", 20)}, 0},
		{"thing of 21", wang, "T1", map[string]string{"thing4": strings.Repeat("灯", 21)}, 47003},
		{"Chinese in character_string", wang, "T1", map[string]string{"character_string1": "工单12"}, 47003},
		{"letters in phrase", wang, "T1", map[string]string{"phrase2": "OK"}, 47003},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := len(r.p.Phone(app, c.openid))
			out := r.template(token, c.openid, c.id, "", c.change)
			r.wantCode(out, c.want)
			if shown := len(r.p.Phone(app, c.openid)) - before; shown != 0 && c.want != 0 {
				t.Errorf("%d bubbles of a refused message", shown)
			}
			if c.want == 47003 && !strings.Contains(out["errmsg"].(string), "data.") {
				t.Errorf("47003 without the field: %v", out)
			}
		})
	}
}

func TestRuleTemplatesNeedACertifiedServiceAccount(t *testing.T) {
	for kind, want := range map[string]int{KindService: 0, KindSubscription: 48001, KindUncertified: 48001} {
		r := newRig(t, func(o *Options) { o.Accounts[0].Kind = kind })
		r.p.Follow(app, wang, "")
		r.wantCode(r.template(r.token(), wang, "T1", "", nil), want)
	}
}

// The same client_msg_id for the same person is sent once in ten minutes.
func TestRuleClientMsgID(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Follow(app, wang, "")
	r.p.Follow(app, li, "")
	first := r.template(token, wang, "T1", "n-1", nil)
	again := r.template(token, wang, "T1", "n-1", nil)
	r.wantCode(again, 0)
	if first["msgid"] != again["msgid"] {
		t.Errorf("msgid %v, then %v", first["msgid"], again["msgid"])
	}
	r.wantCode(r.template(token, li, "T1", "n-1", nil), 0) // another person
	r.wantCode(r.template(token, wang, "T1", "n-2", nil), 0)
	r.clock.advance(repeatLife)
	r.wantCode(r.template(token, wang, "T1", "n-1", nil), 0) // forgotten
	got := r.p.Sends(SendTemplate)
	if got.Calls != 5 || got.Accepted != 4 || got.Repeated != 1 {
		t.Errorf("sends: %+v", got)
	}
	if byID := r.p.SendsByID(SendTemplate); byID["n-1"] != 3 || byID["n-2"] != 1 {
		t.Errorf("by id: %v", byID)
	}
}

// Of many calls at the same time with one client_msg_id, one is shown.
func TestTemplateClientIDAtOnce(t *testing.T) {
	var sent atomic.Int64
	r := newRig(t, func(o *Options) { o.OnSend = func(Send) { sent.Add(1) } })
	token := r.token()
	r.p.Follow(app, wang, "")
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { r.wantCode(r.template(token, wang, "T1", "n-1", nil), 0) })
	}
	all.Wait()
	if got := sent.Load(); got != 1 {
		t.Errorf("%d messages, want 1", got)
	}
	if got := r.p.Sends(SendTemplate); got.Repeated != 19 {
		t.Errorf("sends: %+v", got)
	}
}

// A refused message does not use up its client_msg_id.
func TestTemplateRefusedIDIsFree(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Follow(app, wang, "")
	r.wantCode(r.template(token, wang, "T1", "n-1", map[string]string{"thing4": ""}), 47003)
	r.wantCode(r.template(token, wang, "T1", "n-1", nil), 0)
	if got := r.p.Sends(SendTemplate); got.Accepted != 1 || got.Refused[47003] != 1 {
		t.Errorf("sends: %+v", got)
	}
}

// What became of a message is pushed later.
func TestRuleTemplateReport(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Follow(app, wang, "")
	report := func() *wechat.Message {
		var found *wechat.Message
		r.wait(func() bool {
			found = r.last()
			return found.Event == wechat.EventTemplateDone
		})
		return found
	}
	out := r.template(token, wang, "T1", "", nil)
	m := report()
	if m.Status != "success" || m.From != wang || m.ID != jsonNumber(out["msgid"]) {
		t.Errorf("report %q about %s to %s, want %s", m.Status, m.ID, m.From, jsonNumber(out["msgid"]))
	}
	before := r.screen(wang)
	r.p.Block(app, wang, true)
	r.wantCode(r.template(token, wang, "T1", "n-1", nil), 0)
	r.wait(func() bool { return r.last().Status == "failed:user block" })
	if got := r.screen(wang); got != before {
		t.Errorf("the phone of somebody who takes nothing:\n%s", got)
	}
	if got := r.p.SendsByID(SendTemplate)["n-1"]; got != 0 {
		t.Errorf("counted %d times", got)
	}
}

// A report that the webhook does not take shows nobody a failure.
func TestTemplateReportFails(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Follow(app, wang, "")
	before := len(r.p.Phone(app, wang))
	r.answers(raw(200, "{}"))
	r.wantCode(r.template(token, wang, "T1", "", nil), 0)
	r.wait(func() bool {
		return slices.ContainsFunc(r.p.Wire(), func(x WireEntry) bool { // the call it reports on may be logged after it
			return x.Name == "TEMPLATESENDJOBFINISH" && x.Err != ""
		})
	})
	if got := len(r.p.Phone(app, wang)) - before; got != 1 {
		t.Errorf("%d bubbles, want the card alone", got)
	}
}

func TestRuleFieldTypes(t *testing.T) {
	long := strings.Repeat("1", 33)
	for _, c := range []struct {
		kind string
		yes  []string
		no   []string
	}{
		{"thing", []string{"路灯", "a b", strings.Repeat("灯", 20)}, []string{"", strings.Repeat("灯", 21), "\xff"}},
		{"phrase", []string{"已办结", "五个汉字的"}, []string{"六个汉字太长", "OK", "已 办", "1"}},
		{"character_string", []string{"12-1042", "A b#", long[:32]}, []string{long, "单12", "a\n"}},
		{"letter", []string{"Abc"}, []string{"a1", "灯", long}},
		{"number", []string{"0", "-1.5", "42"}, []string{"1,000", "x", "1.", long, "一"}},
		{"symbol", []string{"!?"}, []string{"a", "灯", "1", "!!!!!!"}},
		{"amount", []string{"12.50", "¥3", "3元"}, []string{"免费", "12345678901"}},
		{"phone_number", []string{"+86-0576-88888888"}, []string{"一二三", "123456789012345678"}},
		{"car_number", []string{"浙J12345"}, []string{"浙J12345678"}},
		{"name", []string{"王小明", "Wang Xiaoming"}, []string{strings.Repeat("王", 11), "王 Wang"}},
		{"time", []string{"2026年3月2日", "2026年3月2日 09:30", "2026-03-02 09:30:00", "09:30", "2026/3/2", "09:00~12:00", "2026年3月2日 ~ 2026年3月5日"},
			[]string{"明天", "25:00", "2026-13-01", "09:00~", "~09:00"}},
		{"date", []string{"2026-03-02"}, []string{"3月"}},
		{"const", []string{"路灯", "电梯"}, []string{"井盖", ""}},
		{"invented", nil, []string{"x"}},
	} {
		for _, v := range c.yes {
			if !fits(c.kind, v, []string{"路灯", "电梯"}) {
				t.Errorf("%s does not take %q", c.kind, v)
			}
		}
		for _, v := range c.no {
			if fits(c.kind, v, []string{"路灯", "电梯"}) {
				t.Errorf("%s takes %q", c.kind, v)
			}
		}
	}
}
