package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// told posts to the control API and wants it taken.
func (r *rig) told(name, body string) map[string]any {
	r.Helper()
	status, out := r.control(name, body)
	if status != http.StatusOK {
		r.Fatalf("%s %s: status %d, %v", name, body, status, out)
	}
	return out
}

// TestControlOrders wants each order of the control API to do what its method
// does.
func TestControlOrders(t *testing.T) {
	r := newRig(t, subscriptions)
	token := r.token()
	r.p.Text(app, wang, "您好")
	menu := "menu/get?access_token=" + token
	r.told("storm", `{"seed":1,"rates":[{"api":"message/custom/send","share":1,"errcode":-1}]}`)
	r.wantCode(r.custom(token, wang, "进展"), -1)
	r.told("mend", `{}`)
	r.told("refuse", `{"openid":"o-wang","code":43019}`)
	r.wantCode(r.custom(token, wang, "进展"), 43019)
	r.told("refuse", `{"openid":"o-wang"}`)
	r.told("quota", `{"api":"menu/get","minute":0}`)
	r.wantCode(r.get(menu), 45011)
	r.told("quota", `{"api":"menu/get","minute":-1,"daily":0}`)
	r.wantCode(r.get(menu), 45009)
	r.told("quota", `{"api":"menu/get","daily":-1}`)
	r.told("fail", `{"api":"*","for":"1m","hang":"1ms","errcode":48004}`)
	r.wantCode(r.get(menu), 48004)
	r.told("time", `{"advance":"1m"}`)
	r.wantCode(r.get(menu), 46003)
	r.told("act", `{"openid":"o-wang","kind":"consent","key":"L1","wait":true}`)
	r.wantCode(r.subscription(token, wang, "L1", "路灯"), 0)
	for _, kind := range []string{"turn-off", "decline"} {
		r.told("act", `{"openid":"o-wang","kind":"`+kind+`","key":"L1","wait":true}`)
		r.wantCode(r.subscription(token, wang, "L1", "路灯"), 43101)
		r.told("act", `{"openid":"o-wang","kind":"turn-on","key":"L1","wait":true}`)
		r.wantCode(r.subscription(token, wang, "L1", "路灯"), 0)
	}
	if out := r.told("time", `{"set":"2030-01-02T03:04:05+08:00"}`); !contains(out["now"].(string), "2030-01-02T03:04:05") {
		t.Errorf("the clock shows %v", out)
	}
	if got := r.menuCode(token); got != 42001 {
		t.Errorf("the token in another year: errcode %d", got)
	}
}

// TestControlAccounts wants an account, its webhook, its key and a person made at
// run time.
func TestControlAccounts(t *testing.T) {
	r := newRig(t)
	r.told("account", `{"appid":"wx-new","secret":"s","token":"`+word+`","aeskey":"`+key+`","name":"新号",
		"templates":{"N1":{"title":"进度","fields":{"thing1":"thing"}}},"subscriptions":{"L1":{"title":"进度","fields":{"thing1":"thing"},"longterm":true}}}`)
	r.told("webhook", `{"app":"wx-new","url":"`+r.hook.URL+`"}`)
	r.open(Account{AppID: "wx-new", Token: word, AESKey: key})
	r.told("verify", `{"app":"wx-new"}`)
	if d := r.p.Text("wx-new", li, "您好"); d.Err != nil {
		t.Fatalf("the new account: %v", d.Err)
	}
	r.told("key", `{"app":"wx-new","aeskey":"`+newKey+`"}`)
	if d := r.p.Text("wx-new", li, "您好"); d.Err == nil {
		t.Error("the old key opens the next push")
	}
	r.told("person", `{"app":"wx-new","openid":"o-li","name":"李师傅","role":"网格员","kind":"staff"}`)
	if _, body := r.fetch("/sim/state"); !contains(string(body), "李师傅") || !contains(string(body), `"longterm":true`) {
		t.Errorf("state: %s", body)
	}
	status, out := r.control("account", `{"appid":"wx-new"}`)
	if status != http.StatusBadRequest || !contains(out["err"].(string), ErrAccountExists.Error()) {
		t.Errorf("twice: %d %v", status, out)
	}
}

// TestControlOrdersRefused wants what cannot be done refused with a reason.
func TestControlOrdersRefused(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Accounts[0].Mode, o.Accounts[0].AESKey = ModePlain, "" })
	for _, c := range []struct{ name, body, reason string }{
		{"fail", `{"api":"message/custom/sent"}`, "no API"},
		{"fail", `{"api":"menu/get","errcod":1}`, "errcod"},
		{"fail", `{"api":"menu/get","hang":"soon"}`, "soon"},
		{"storm", `{"rates":[{"api":"dance","share":0.1}]}`, "no API"},
		{"storm", `{"rates":[{"share":0.6},{"share":0.6}]}`, "between 0 and 1"},
		{"storm", `{"rates":[{"share":-0.1}]}`, "between 0 and 1"},
		{"quota", `{"api":"dance","daily":1}`, "no API"},
		{"tokens", `{"how":"hide"}`, "kill"},
		{"time", `{"advance":"a while"}`, "a while"},
		{"time", `{"advance":9223372036854775807}`, "2200"},
		{"time", `{"set":"1999-01-01T00:00:00Z"}`, "2000"},
		{"account", `{}`, "AppID"},
		{"account", `{"appid":"a","mode":"loud"}`, "loud"},
		{"account", `{"appid":"a","aeskey":"short"}`, "key"},
		{"key", `{"app":"wx-nobody"}`, "no such account"},
		{"key", `{"aeskey":"` + key + `"}`, "plain"},
		{"verify", `{"app":"wx-nobody"}`, "no such account"},
		{"person", `{"name":"王阿姨"}`, "openid"},
		{"act", `{"openid":"o-wang","kind":"dance"}`, "turn-off"},
	} {
		status, out := r.control(c.name, c.body)
		if reason, _ := out["err"].(string); status != http.StatusBadRequest || !strings.Contains(reason, c.reason) {
			t.Errorf("%s %s: %d %v", c.name, c.body, status, out)
		}
	}
}

// TestControlTells wants what phones received, consents and the clock to be read.
func TestControlTells(t *testing.T) {
	r := newRig(t, subscriptions)
	r.p.Consent(app, wang, Answer{"S1", true}, Answer{"S1", true}, Answer{"L1", true})
	r.wantCode(r.subscription(r.token(), wang, "S1", "路灯"), 0)
	read := func(path string, v any) {
		t.Helper()
		if _, body := r.fetch("/sim/" + path); json.Unmarshal(body, v) != nil {
			t.Fatalf("%s: %s", path, body)
		}
	}
	var consents map[string]Consent
	read("consents?openid="+wang, &consents)
	if consents["S1"].Left != 1 || !consents["L1"].Always {
		t.Errorf("consents %+v", consents)
	}
	var got []Received
	read("received?openid="+wang, &got)
	if len(got) != 1 || got[0].Count != 1 || got[0].Text != "办理结果通知\nphrase2: 已派单\nthing1: 路灯" {
		t.Errorf("received %+v", got)
	}
	r.told("forget", `{}`)
	read("received", &got)
	if len(got) != 0 {
		t.Errorf("after forgetting: %+v", got)
	}
	var now moment
	if read("time", &now); !now.Now.Equal(r.clock.Now()) {
		t.Errorf("the clock shows %v", now.Now)
	}
}
