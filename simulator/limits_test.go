package simulator

import (
	"testing"
	"time"
)

// TestRuleMinuteQuota wants 45011 beyond the minute's calls, until the minute is
// over, without use of the day's.
func TestRuleMinuteQuota(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Accounts[0].Minute = map[string]int{"menu/get": 2} })
	token := r.token()
	get := func(want int) {
		t.Helper()
		r.wantCode(r.get("menu/get?access_token="+token), want)
	}
	for range 2 {
		for _, want := range []int{46003, 46003, 45011, 45011} {
			get(want)
		}
		r.clock.advance(time.Minute)
	}
	r.p.SetQuota(app, "menu/get", 5, -1)
	get(46003) // the fifth of the day: what the minute refused did not count
	get(45009)
	r.p.SetQuota(app, "menu/get", -1, -1)
	get(46003)
}

// TestRuleQuotasOfANewAccount wants the published limits without being told, and
// openapi/quota/get to tell them.
func TestRuleQuotasOfANewAccount(t *testing.T) {
	r := newRig(t)
	token := r.token()
	for path, want := range map[string][3]int{
		"/cgi-bin/stable_token":          {500_000, 1, 10_000},
		"/cgi-bin/token":                 {2_000, 0, 0},
		"/cgi-bin/message/custom/send":   {500_000, 0, 0},
		"/cgi-bin/message/template/send": {100_000, 0, 0},
		"/cgi-bin/qrcode/create":         {100_000, 0, 0},
		"/cgi-bin/clear_quota":           {0, 0, 0},
	} {
		out := r.post("openapi/quota/get?access_token="+token, map[string]string{"cgi_path": path})
		r.wantCode(out, 0)
		quota, _ := out["quota"].(map[string]any)
		rate, _ := out["rate_limit"].(map[string]any)
		calls, _ := rate["call_count"].(float64)
		got := [3]int{int(quota["daily_limit"].(float64)), int(quota["used"].(float64)), int(calls)}
		if got != want || quota["remain"].(float64) != float64(want[0]-want[1]) && want[0] > 0 {
			t.Errorf("%s: %v, want %v (%v)", path, got, want, out)
		}
	}
	r.wantCode(r.post("openapi/quota/get?access_token="+token, map[string]string{"cgi_path": "cgi-bin/token"}), 76003)
	r.wantCode(r.post("openapi/quota/get?access_token="+token, map[string]string{"cgi_path": "/cgi-bin/dance"}), 76021)
}

// TestRuleQuotasClearedTenTimesAMonth wants 48006 for the eleventh clearing.
func TestRuleQuotasClearedTenTimesAMonth(t *testing.T) {
	r := newRig(t)
	token := r.token()
	for i := range clearings + 1 {
		want := 0
		if i == clearings {
			want = 48006
		}
		r.wantCode(r.post("clear_quota?access_token="+token, map[string]string{"appid": app}), want)
	}
	r.clock.advance(31 * 24 * time.Hour)
	r.wantCode(r.post("clear_quota?access_token="+r.token(), map[string]string{"appid": app}), 0)
}

// TestRuleAccountLimited wants each state of an account answered with its code:
// banned, frozen, uncertified, called from a strange address.
func TestRuleAccountLimited(t *testing.T) {
	for _, code := range []int{48004, 50002} {
		r := newRig(t)
		token := r.token()
		r.p.Text(app, wang, "您好")
		r.p.Fail(app, EveryAPI, Fault{Times: -1, Errcode: code})
		for range 3 {
			r.wantCode(r.custom(token, wang, "您好"), code)
		}
		r.p.Mend(app)
		r.wantCode(r.custom(token, wang, "您好"), 0)
	}
	r := newRig(t, subscriptions, func(o *Options) { o.Accounts[0].Kind = KindUncertified })
	r.p.Text(app, wang, "您好")
	r.wantCode(r.custom(r.token(), wang, "您好"), 48001)
	r.wantCode(r.subscription(r.token(), wang, "S1", "路灯"), 48001)
	for address, want := range map[string]int{"127.0.0.1": 0, "203.0.113.7": 40164} {
		r := newRig(t, func(o *Options) { o.Accounts[0].Allowed = []string{address} })
		r.wantCode(r.post("stable_token", grant(nil)), want)
	}
}

// TestRulePersonRefused wants each reason why one person cannot be reached.
func TestRulePersonRefused(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Text(app, wang, "您好")
	r.p.Text(app, li, "您好")
	for _, code := range []int{50005, 43019, 48002} {
		r.p.Refuse(app, wang, code)
		r.wantCode(r.custom(token, wang, "您好"), code)
		r.wantCode(r.template(token, wang, "T1", "", nil), code)
		r.wantCode(r.template(token, li, "T1", "", nil), 0)
	}
	r.p.Refuse(app, wang, 0)
	r.p.Refuse("wx-nobody", wang, 1) // does nothing
	r.wantCode(r.custom(token, wang, "您好"), 0)
}

// TestRuleTemplateJobFails wants failed: system failed on demand, with nothing on
// the phone.
func TestRuleTemplateJobFails(t *testing.T) {
	r := newRig(t)
	r.p.Follow(app, wang, "")
	before := r.screen(wang)
	r.p.Fail(app, "message/template/send", Fault{Undelivered: true})
	r.wantCode(r.template(r.token(), wang, "T1", "", nil), 0)
	r.wait(func() bool { return r.last().Status == "failed: system failed" })
	if got := r.screen(wang); got != before {
		t.Errorf("the phone shows:\n%s", got)
	}
}

// TestRuleTimeIsMoved wants windows, tokens and media to end when the clock of
// the rules is moved, while pushes carry the account's own time.
func TestRuleTimeIsMoved(t *testing.T) {
	r := newRig(t)
	r.p.Text(app, wang, "您好")
	old := r.token()
	r.p.Advance(messageWindow)
	if got := r.menuCode(old); got != 42001 {
		t.Errorf("the token two days later: errcode %d", got)
	}
	r.wantCode(r.custom(r.token(), wang, "您好"), 45015)
	r.answers(say("收到"))
	if d := r.p.Text(app, wang, "在吗"); d.Reply != "收到" { // the envelope refuses old and future timestamps
		t.Errorf("a push: %+v", d)
	}
	if at := r.last().CreateTime; !at.Equal(r.clock.Now().Truncate(time.Second)) {
		t.Errorf("CreateTime %v", at)
	}
	when := time.Date(2030, 1, 1, 0, 0, 0, 0, shanghai())
	r.p.SetTime(when)
	r.clock.advance(time.Hour)
	if got := r.p.Now(); !got.Equal(when.Add(time.Hour)) {
		t.Errorf("the clock shows %v", got)
	}
}

// TestRuleTapsThatOpenAWindow wants a code scanned by a menu button to open the
// short window, and a link or a picture's event to open none.
func TestRuleTapsThatOpenAWindow(t *testing.T) {
	for event, want := range map[string]int{"scancode_push": 0, "scancode_waitmsg": 0, "VIEW": 45015, "pic_weixin": 45015, "LOCATION": 45015} {
		r := newRig(t)
		r.p.Follow(app, wang, "")
		r.clock.advance(tapWindow)
		r.p.Send(app, wang, eventMessage(event, Field{"EventKey", "k"}))
		if got := code0(r.custom(r.token(), wang, "您好")); got != want {
			t.Errorf("after %s: errcode %d, want %d", event, got, want)
		}
	}
}

// TestRuleMenuSendsEventAndMessage wants a picture and a place sent by a menu
// button to arrive as an event and as an ordinary message.
func TestRuleMenuSendsEventAndMessage(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Accounts[0].AESKey = "" })
	r.told("act", `{"openid":"o-wang","kind":"picture","key":"k","data":"iVBORw0KGgo=","wait":true}`)
	r.told("act", `{"openid":"o-wang","kind":"place","key":"k","lat":28.5,"lng":121.5,"text":"南门","wait":true}`)
	bodies, _ := r.wire()
	for i, want := range []string{
		"<Event><![CDATA[pic_photo_or_album]]></Event><EventKey><![CDATA[k]]></EventKey><SendPicsInfo><Count>1</Count>",
		"<MsgType><![CDATA[image]]></MsgType>",
		"<Event><![CDATA[location_select]]></Event><EventKey><![CDATA[k]]></EventKey><SendLocationInfo><Location_X><![CDATA[28.500000]]></Location_X>",
		"<MsgType><![CDATA[location]]></MsgType>",
	} {
		if !contains(bodies[i], want) {
			t.Errorf("push %d: %s, want %s", i+1, bodies[i], want)
		}
	}
	r.p.Unfollow(app, wang)
	if d := r.p.MenuPicture(app, wang, "pic_weixin", "k", pngBytes(t)); d.Err == nil {
		t.Error("somebody who left sent a picture")
	}
}

// TestRuleCopiesOnDemand wants the same push as often as asked for, its answer
// shown once.
func TestRuleCopiesOnDemand(t *testing.T) {
	r := newRig(t)
	r.answers(say("收到"))
	out := r.told("act", `{"openid":"o-wang","kind":"text","text":"路灯不亮","copies":4,"wait":true}`)
	bodies, _ := r.wire()
	if out["attempts"] != 4.0 || len(bodies) != 4 || bodies[0] != bodies[3] {
		t.Errorf("%v attempts, %d bodies", out["attempts"], len(bodies))
	}
	r.wantScreen(wang, ">text : 路灯不亮", "<text passive: 收到")
}
