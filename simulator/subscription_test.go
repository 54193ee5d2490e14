package simulator

import (
	"errors"
	"strings"
	"testing"
)

// subscriptions are a one-time template, S1, and a long-term one, L1.
func subscriptions(o *Options) {
	fields := map[string]string{"thing1": "thing", "phrase2": "phrase"}
	o.Accounts[0].Subscriptions = map[string]SubscriptionDef{
		"S1": {TemplateDef: TemplateDef{Title: "办理结果通知", Fields: fields}},
		"L1": {TemplateDef: TemplateDef{Title: "工单进度通知", Fields: fields}, LongTerm: true},
	}
}

// subscription calls message/subscribe/bizsend.
func (r *rig) subscription(token, openid, template, thing string) map[string]any {
	r.Helper()
	return r.post("message/subscribe/bizsend?access_token="+token, map[string]any{
		"touser": openid, "template_id": template, "page": "https://example.org/t/1",
		"data": map[string]any{"thing1": map[string]string{"value": thing}, "phrase2": map[string]string{"value": "已派单"}},
	})
}

// TestRuleConsentOnceAndForEver wants one message for one consent to a one-time
// template, and any number after one consent to a long-term template.
func TestRuleConsentOnceAndForEver(t *testing.T) {
	r := newRig(t, subscriptions)
	token := r.token()
	r.p.Follow(app, wang, "")
	r.wantCode(r.subscription(token, wang, "S1", "路灯"), 43101)
	r.wantCode(r.subscription(token, wang, "L1", "路灯"), 43101)
	r.p.Consent(app, wang, Answer{"S1", true}, Answer{"L1", true})
	r.p.Consent(app, wang, Answer{"S1", true}, Answer{"L1", true})
	for _, want := range []int{0, 0, 43101} {
		r.wantCode(r.subscription(token, wang, "S1", "路灯"), want)
		r.wantCode(r.subscription(token, wang, "L1", "路灯"), 0)
	}
	if got := r.p.Consents(app, wang); got["S1"].Left != 0 || !got["L1"].Always {
		t.Errorf("consents %+v", got)
	}
	r.p.Consent(app, wang, Answer{"L1", false})
	r.wantCode(r.subscription(token, wang, "L1", "路灯"), 43101)
	r.p.Consent(app, wang, Answer{"S1", true}, Answer{"S1", false})
	r.wantCode(r.subscription(token, wang, "S1", "路灯"), 0) // a refusal takes no earlier consent away
	got := r.p.Sends(SendSubscription)
	if got.Calls != 10 || got.Accepted != 6 || got.Refused[43101] != 4 {
		t.Errorf("sends: %+v", got)
	}
}

// TestRuleConsentTurnedOff wants everything gone that a person turned off in
// WeChat's settings, and a long-term template back when it is turned on.
func TestRuleConsentTurnedOff(t *testing.T) {
	r := newRig(t, subscriptions)
	token := r.token()
	r.p.Consent(app, wang, Answer{"S1", true}, Answer{"L1", true})
	for _, template := range []string{"S1", "L1"} {
		r.p.Manage(app, wang, template, false)
		r.wantCode(r.subscription(token, wang, template, "路灯"), 43101)
	}
	before := r.pushes()
	for template, want := range map[string]int{"S1": 43101, "L1": 0} {
		r.p.Manage(app, wang, template, true)
		r.wantCode(r.subscription(token, wang, template, "路灯"), want)
	}
	r.wait(func() bool { return r.pushes() == before+1 }) // the report; turning on is not pushed
	if d := r.p.Manage(app, wang, "S9", false); !errors.Is(d.Err, ErrNoTemplate) {
		t.Errorf("an unknown template: %v", d.Err)
	}
	if d := r.p.Consent(app, wang, Answer{"S9", true}); !errors.Is(d.Err, ErrNoTemplate) {
		t.Errorf("an unknown template: %v", d.Err)
	}
}

// TestRuleSubscriptionChecks wants each refusal of bizsend, none of which uses up
// the consent, and two messages for two equal calls.
func TestRuleSubscriptionChecks(t *testing.T) {
	r := newRig(t, subscriptions)
	token := r.token()
	r.p.Consent(app, wang, Answer{"S1", true}, Answer{"S1", true})
	r.wantCode(r.subscription(token, wang, "T1", "路灯"), 40037)
	r.wantCode(r.subscription(token, "o-nobody", "S1", "路灯"), 40003)
	r.wantCode(r.subscription(token, wang, "S1", strings.Repeat("灯", 21)), 47003)
	r.p.Refuse(app, wang, 43019)
	r.wantCode(r.subscription(token, wang, "S1", "路灯"), 43019)
	r.p.Refuse(app, wang, 0)
	for range 2 {
		r.wantCode(r.subscription(token, wang, "S1", "路灯"), 0)
	}
	if got := r.p.Received(app, wang); len(got) != 1 || got[0].Count != 2 || got[0].Via != ViaSubscription {
		t.Errorf("received %+v", got)
	}
	other := newRig(t, subscriptions, func(o *Options) { o.Accounts[0].Kind = KindSubscription })
	other.p.Text(app, wang, "您好")
	other.wantCode(other.subscription(other.token(), wang, "S1", "路灯"), 48001)
}

// between returns what stands between two words of a text.
func between(text, from, to string) string {
	_, rest, _ := strings.Cut(text, from)
	out, _, _ := strings.Cut(rest, to)
	return out
}

// TestRuleSubscriptionEvents wants the three events in the XML of the official
// examples.
func TestRuleSubscriptionEvents(t *testing.T) {
	r := newRig(t, subscriptions, func(o *Options) { o.Accounts[0].AESKey = "" })
	last := func() string {
		bodies, _ := r.wire()
		return between(bodies[len(bodies)-1], "<MsgType>", "</xml>")
	}
	begin := func(event string) string {
		return "<![CDATA[event]]></MsgType><Event><![CDATA[" + event + "]]></Event>"
	}
	r.p.Consent(app, wang, Answer{"L1", true}, Answer{"S1", false})
	if got, want := last(), begin("subscribe_msg_popup_event")+"<SubscribeMsgPopupEvent>"+
		"<List><TemplateId><![CDATA[L1]]></TemplateId><SubscribeStatusString><![CDATA[accept]]></SubscribeStatusString><PopupScene>1</PopupScene></List>"+
		"<List><TemplateId><![CDATA[S1]]></TemplateId><SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString><PopupScene>1</PopupScene></List>"+
		"</SubscribeMsgPopupEvent>"; got != want {
		t.Errorf("popup:\n%s\nwant\n%s", got, want)
	}
	r.wantCode(r.subscription(r.token(), wang, "L1", "路灯"), 0)
	r.wait(func() bool { return r.pushes() == 2 })
	got := last()
	id := between(got, "<MsgID>", "</MsgID>")
	if want := begin("subscribe_msg_sent_event") + "<SubscribeMsgSentEvent><List><TemplateId><![CDATA[L1]]></TemplateId>" +
		"<MsgID>" + id + "</MsgID><ErrorCode>0</ErrorCode><ErrorStatus><![CDATA[success]]></ErrorStatus></List></SubscribeMsgSentEvent>"; got != want || id == "" {
		t.Errorf("sent:\n%s\nwant\n%s", got, want)
	}
	r.p.Manage(app, wang, "L1", false)
	if got, want := last(), begin("subscribe_msg_change_event")+"<SubscribeMsgChangeEvent><List><TemplateId><![CDATA[L1]]></TemplateId>"+
		"<SubscribeStatusString><![CDATA[reject]]></SubscribeStatusString></List></SubscribeMsgChangeEvent>"; got != want {
		t.Errorf("change:\n%s\nwant\n%s", got, want)
	}
}

// TestRuleSubscriptionNotDelivered wants the sent event to say so when a message
// was taken and did not reach the phone.
func TestRuleSubscriptionNotDelivered(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*rig)
		code  string
	}{
		"takes nothing":  {func(r *rig) { r.p.Block(app, wang, true) }, "43101"},
		"lost on demand": {func(r *rig) { r.p.Fail(app, "message/subscribe/bizsend", Fault{Undelivered: true}) }, "-1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, subscriptions, func(o *Options) { o.Accounts[0].AESKey = "" })
			r.p.Consent(app, wang, Answer{"L1", true})
			c.spoil(r)
			r.wantCode(r.subscription(r.token(), wang, "L1", "路灯"), 0)
			r.wait(func() bool { return r.pushes() == 2 })
			bodies, _ := r.wire()
			if got := between(bodies[1], "<ErrorCode>", "</ErrorCode>"); got != c.code {
				t.Errorf("ErrorCode %s, want %s: %s", got, c.code, bodies[1])
			}
			if got := r.p.Received(app, wang); len(got) != 0 {
				t.Errorf("received %+v", got)
			}
		})
	}
}
