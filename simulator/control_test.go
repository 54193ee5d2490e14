package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

// control posts to the control API with some headers and returns the status and
// the answer.
func (r *rig) control(name, body string, headers ...string) (int, map[string]any) {
	r.Helper()
	req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, r.api.URL+"/sim/"+name, strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := r.api.Client().Do(req)
	if err != nil {
		r.Fatal(err)
	}
	defer res.Body.Close()
	var out map[string]any
	json.NewDecoder(res.Body).Decode(&out) // an error has no body
	return res.StatusCode, out
}

// Another site's page can change nothing.
func TestControlSameOrigin(t *testing.T) {
	r := newRig(t)
	text := `{"openid":"o-wang","kind":"text","text":"您好","wait":true}`
	for _, c := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"own page", []string{"Origin", r.api.URL, "Sec-Fetch-Site", "same-origin"}, 200},
		{"no browser", nil, 200},
		{"with a charset", []string{"Content-Type", "application/json; charset=utf-8"}, 200},
		{"another site", []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, 403},
		{"another site, old browser", []string{"Origin", "https://evil.example"}, 403},
		{"a neighbour", []string{"Sec-Fetch-Site", "same-site", "Origin", "http://other.127.0.0.1"}, 403},
		{"a form", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
		{"plain text", []string{"Content-Type", "text/plain"}, 415},
		{"no type", []string{"Content-Type", ""}, 415},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := r.pushes()
			got, _ := r.control("act", text, c.headers...)
			if got != c.want || (r.pushes() > before) != (c.want == 200) {
				t.Errorf("status %d, want %d; %d pushes", got, c.want, r.pushes()-before)
			}
		})
	}
	for _, name := range []string{"fail", "mend", "tokens"} {
		if got, _ := r.control(name, "{}", "Sec-Fetch-Site", "cross-site"); got != 403 {
			t.Errorf("%s from another site: %d", name, got)
		}
	}
}

// Each kind of act does what its method does.
func TestControlAct(t *testing.T) {
	r := newRig(t)
	r.answers(say("收到"))
	for _, c := range []struct{ body, want string }{
		{`{"kind":"follow","key":"mg-1"}`, "followed"},
		{`{"kind":"scan","key":"mg-2"}`, "scanned"},
		{`{"kind":"click","key":"k"}`, "tapped"},
		{`{"kind":"text","text":"您好"}`, "text"},
		{`{"kind":"image","data":"iVBORw0KGgo="}`, "image"},
		{`{"kind":"voice","data":"IyFBTVIK","text":"说话"}`, "voice"},
		{`{"kind":"location","lat":28.5,"lng":121.5,"text":"南门"}`, "location"},
		{`{"kind":"unfollow"}`, "left"},
	} {
		before := len(r.p.Phone(app, wang))
		body := `{"app":"` + app + `","openid":"o-wang","wait":true,` + c.body[1:]
		status, out := r.control("act", body)
		first := r.p.Phone(app, wang)[before]
		if status != 200 || out["attempts"] != 1.0 || out["failed"] != false || first.Kind != c.want && first.Note != c.want {
			t.Errorf("%s: %d %v, shows %+v", c.body, status, out, first)
		}
		if c.want == "text" && out["reply"] != "收到" {
			t.Errorf("reply %v", out["reply"])
		}
	}
	if _, out := r.control("act", `{"openid":"o-wang","kind":"text","text":"x","wait":true}`); !contains(out["err"].(string), "does not follow") {
		t.Errorf("after leaving: %v", out)
	}
}

// Without wait the answer comes at once, and the push later.
func TestControlActLater(t *testing.T) {
	r := newRig(t)
	if status, _ := r.control("act", `{"openid":"o-wang","kind":"text","text":"您好"}`); status != http.StatusAccepted {
		t.Errorf("status %d", status)
	}
	r.wait(func() bool { return len(r.p.Wire()) == 1 })
	if got := r.last().Text; got != "您好" {
		t.Errorf("arrived %q", got)
	}
}

func TestControlActRefused(t *testing.T) {
	r := newRig(t)
	for _, body := range []string{"", "{", `{"openid":"o-wang"}`, `{"openid":"o-wang","kind":"dance"}`, `{"kind":"text"}`, `{"openid":"o-wang","kind":"image","data":"?"}`} {
		if status, _ := r.control("act", body); status != 400 {
			t.Errorf("%q: status %d", body, status)
		}
	}
	if status, _ := r.control("act", strings.Repeat(" ", maxControl+1)); status != 413 {
		t.Errorf("too long: status %d", status)
	}
	for _, name := range []string{"fail", "mend", "tokens"} {
		if status, _ := r.control(name, "["); status != 400 {
			t.Errorf("%s: status %d", name, status)
		}
	}
	for name, body := range map[string]string{"fail": "{}", "tokens": `{"how":"hide"}`} {
		if status, _ := r.control(name, body); status != 400 {
			t.Errorf("%s %s: status %d", name, body, status)
		}
	}
}

func TestControlFailures(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Text(app, wang, "您好")
	r.control("fail", `{"app":"`+app+`","api":"message/custom/send","times":-1,"errcode":45011}`)
	r.wantCode(r.custom(token, wang, "进展"), 45011)
	r.control("mend", `{"app":"`+app+`"}`)
	r.wantCode(r.custom(token, wang, "进展"), 0)
	r.control("act", `{"openid":"o-wang","kind":"block","wait":true}`)
	r.wantCode(r.custom(token, wang, "进展"), 48002)
	r.control("act", `{"openid":"o-wang","kind":"unblock","wait":true}`)
	r.wantCode(r.custom(token, wang, "进展"), 0)
	r.control("tokens", `{"app":"`+app+`","how":"expire"}`)
	r.wantCode(r.custom(token, wang, "进展"), 42001)
	token = r.token()
	r.control("tokens", `{"app":"`+app+`","how":"kill"}`)
	r.wantCode(r.custom(token, wang, "进展"), 40001)
}

// The read side of the control API.
func TestControlReads(t *testing.T) {
	r := newRig(t, func(o *Options) {
		o.Notice, o.Accounts[0].Name = "演示", "小助手"
		o.Cast = []Person{{OpenID: wang, Name: "王阿姨", Kind: "resident"}}
		o.Hints = map[string][]string{"resident": {"进度"}}
	})
	r.p.Text(app, wang, "您好")
	for path, want := range map[string][]string{
		"/sim/state": {`"notice":"演示"`, `"name":"王阿姨"`, `"app":"` + app + `"`, `"` + app + `":"小助手"`, `"进度"`},
		"/sim/wire":  {`"kind":"push"`, "您好"},
		"/sim/sends": {`"custom"`, `"template"`},
		"/sim/phone?app=" + app + "&openid=" + wang:    {`"text":"您好"`, `"out":true`},
		"/sim/phone?app=" + app + "&openid=o-somebody": {"null"},
	} {
		res, body := r.fetch(path)
		if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %v", path, res.StatusCode, res.Header)
		}
		for _, part := range want {
			if !contains(string(body), part) {
				t.Errorf("%s lacks %s: %s", path, part, body)
			}
		}
	}
}
