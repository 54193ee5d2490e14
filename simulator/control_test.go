package simulator

import (
	"bufio"
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
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

// event is one event of the stream.
type event struct{ name, data string }

// stream reads the page's stream until the test ends.
func (r *rig) stream(ctx context.Context) <-chan event {
	r.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.api.URL+"/sim/events", nil)
	if err != nil {
		r.Fatal(err)
	}
	res, err := r.api.Client().Do(req)
	if err != nil {
		r.Fatal(err)
	}
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" {
		r.Errorf("Content-Type %s", got)
	}
	out := make(chan event, 100)
	go func() {
		defer close(out)
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(nil, 1<<20)
		name := ""
		for lines.Scan() {
			if v, found := strings.CutPrefix(lines.Text(), "event: "); found {
				name = v
			}
			if v, found := strings.CutPrefix(lines.Text(), "data: "); found {
				out <- event{name, v}
			}
		}
	}()
	return out
}

// next returns the next event that holds a text.
func (r *rig) next(events <-chan event, name, part string) event {
	r.Helper()
	late := time.After(10 * time.Second)
	for {
		select {
		case e, open := <-events:
			if !open {
				r.Fatal("the stream ended")
			}
			if e.name == name && contains(e.data, part) {
				return e
			}
		case <-late:
			r.Fatalf("no %s with %s", name, part)
		}
	}
}

// A page that is opened gets what there is, then each thing once.
func TestStream(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Cast = []Person{{OpenID: wang}, {OpenID: li}} })
	r.answers(say("收到"))
	r.p.Text(app, wang, "早先")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	events := r.stream(ctx)
	r.next(events, "phone", `"openid":"o-wang","bubbles":[{"id":1`)
	r.next(events, "phone", `"openid":"o-li","bubbles":null,"following":false`)
	r.next(events, "wire", "早先")
	r.p.Text(app, wang, "后来")
	e := r.next(events, "phone", "后来")
	if contains(e.data, "早先") {
		t.Errorf("told twice: %s", e.data)
	}
	r.p.Follow(app, li, "")
	r.next(events, "phone", `"following":true`)
	r.post("menu/create?access_token="+r.token(), map[string]any{"button": []any{map[string]string{"name": "进度", "key": "k"}}})
	r.next(events, "menu", "进度")
	r.get("menu/delete?access_token=" + r.token())
	r.next(events, "menu", `"menu":null`)
}

// The stream ends with the page and with the platform.
func TestStreamEnds(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Cast = []Person{{OpenID: wang}} })
	ctx, cancel := context.WithCancel(t.Context())
	gone := r.stream(ctx)
	r.next(gone, "phone", wang)
	cancel()
	for range gone {
	}
	stays := r.stream(t.Context())
	r.next(stays, "phone", wang)
	r.p.Close()
	for range stays {
	}
}

// A writer that cannot stream is told so.
func TestStreamNeedsConnection(t *testing.T) {
	r := newRig(t)
	w := httptest.NewRecorder()
	r.p.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/sim/events", nil))
	if w.Code != http.StatusNotImplemented {
		t.Errorf("status %d", w.Code)
	}
}

// The page's files are served with a policy that lets nothing else run.
func TestPageFiles(t *testing.T) {
	r := newRig(t)
	for path, want := range map[string]string{
		"/": "text/html", "/sim/page/app.js": "text/javascript", "/sim/page/style.css": "text/css", "/sim/page/icon.svg": "image/svg",
	} {
		res, body := r.fetch(path)
		csp := res.Header.Get("Content-Security-Policy")
		if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), want) || len(body) == 0 {
			t.Errorf("%s: %d %s", path, res.StatusCode, res.Header.Get("Content-Type"))
		}
		if !contains(csp, "default-src 'none'") || !contains(csp, "script-src 'self';") || contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
	for _, path := range []string{"/nothing", "/sim/page/none.js", "/sim/page/..%2fdoc.go"} {
		if res, _ := r.fetch(path); res.StatusCode < 400 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

// The page works below another path, needs nothing from elsewhere, and has no
// inline script or style.
func TestPageSelfContained(t *testing.T) {
	inline := regexp.MustCompile(`<script>|<style|\sstyle=|\son[a-z]+=|innerHTML|insertAdjacentHTML|document\.write|eval\(`)
	outside := regexp.MustCompile(`(src|href)="/|https?://[a-z]|url\(`)
	err := fs.WalkDir(pageFiles, "page", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := pageFiles.ReadFile(path)
		if m := inline.FindString(string(body)); m != "" {
			t.Errorf("%s has %q", path, m)
		}
		if m := outside.FindString(string(body)); m != "" && !strings.HasSuffix(path, ".svg") {
			t.Errorf("%s reaches outside with %q", path, m)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	mounted := http.NewServeMux()
	r := newRig(t)
	mounted.Handle("/phones/", http.StripPrefix("/phones", r.p.Handler()))
	for _, path := range []string{"/phones/", "/phones/sim/page/app.js", "/phones/sim/state"} {
		w := httptest.NewRecorder()
		mounted.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// FuzzAPI wants no body to break an API.
func FuzzAPI(f *testing.F) {
	f.Add("message/custom/send", []byte(`{"touser":"o-wang","msgtype":"text","text":{"content":"x"}}`))
	f.Add("message/template/send", []byte(`{"touser":"o-wang","template_id":"T1","data":{"thing4":{"value":"x"}}}`))
	f.Add("qrcode/create", []byte(`{"action_name":"QR_SCENE","expire_seconds":-1,"action_info":{"scene":{"scene_id":1}}}`))
	f.Add("menu/create", []byte(`{"button":[{"sub_button":[null]}]}`))
	f.Add("media/upload", []byte("--x\r\n"))
	p := New(Options{Accounts: []Account{{AppID: app, Secret: secret, Token: word, Templates: templates()}}})
	p.Follow(app, wang, "")
	token, _ := p.tokens.get(tokenSlot{p.first, stable}, time.Now(), false, 0)
	f.Fuzz(func(t *testing.T, api string, body []byte) {
		if strings.ContainsAny(api, "?#% ") || !httpPath(api) {
			return
		}
		req := httptest.NewRequest(http.MethodPost, "/cgi-bin/"+api+"?type=image&access_token="+token, strings.NewReader(string(body)))
		req.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		w := httptest.NewRecorder()
		p.Handler().ServeHTTP(w, req)
		if w.Code == http.StatusInternalServerError || contains(w.Body.String(), `"errcode":-1`) {
			t.Fatalf("%s %q: %d %s", api, body, w.Code, w.Body)
		}
	})
}

// httpPath is true for bytes that a path may hold.
func httpPath(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
