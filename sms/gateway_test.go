package sms

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gridbot/task"
)

const (
	testPhone  = "13812345678"
	testSecret = "hunter2\"&=hunter2"
)

// options are those of a gateway that takes JSON.
func options(address string) Options {
	return Options{
		URL: address, Method: http.MethodPost, Format: "json", Timeout: 30 * time.Second, IDHeader: "Idempotency-Key",
		Headers: map[string]string{"Content-Type": "application/json", "Authorization": "Bearer {{.Secret}}"},
		Body:    `{"to":"{{.Phone}}","sign":"{{.Sign}}","key":"{{.Secret}}","text":["{{.Number}}","{{.Matter}}","{{.Status}}","{{.Time}}"],"id":"{{.ID}}"}`,
		Success: "result.code=0", Sign: "海门街道", Secret: testSecret,
	}
}

// fields are a notice's values; note is a worker's words, which must not go out.
func fields() map[string]string {
	return map[string]string{"number": "12-1042", "matter": "路灯 \"不亮\"\n& 3幢", "status": "已办结", "time": "2026-10-01 08:30", "note": "私密的话"}
}

// gateway makes one for a server that answers by answer.
func gateway(t *testing.T, change func(*Options), answer http.HandlerFunc) *Gateway {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	o := options(server.URL + "/send?region=cn")
	if change != nil {
		change(&o)
	}
	g, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(g.Close)
	return g
}

func TestSendJSON(t *testing.T) {
	var calls atomic.Int32
	g := gateway(t, nil, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		body, _ := io.ReadAll(r.Body)
		var got struct {
			To, Sign, Key, ID string
			Text              []string
		}
		if err := json.Unmarshal(body, &got); err != nil {
			t.Errorf("%v: %s", err, body)
		}
		want := "[12-1042 路灯 \"不亮\" & 3幢 已办结 2026-10-01 08:30]"
		if got.To != testPhone || got.Sign != "海门街道" || got.Key != testSecret || got.ID != "12.7-1" || fmt.Sprint(got.Text) != want {
			t.Errorf("got %+v", got)
		}
		if strings.Contains(string(body), "私密") {
			t.Error("somebody's own words were sent")
		}
		if r.Method != http.MethodPost || r.URL.Query().Get("region") != "cn" || r.Header.Get("Authorization") != "Bearer "+testSecret ||
			r.Header.Get("Idempotency-Key") != "12.7-1" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
		}
		io.WriteString(w, `{"result":{"code":0}}`)
	})
	if r := g.Send(context.Background(), "138-1234 5678", fields(), "12.7-1"); r != (task.Result{}) || calls.Load() != 1 {
		t.Errorf("%+v after %d calls", r, calls.Load())
	}
}

func TestSendForm(t *testing.T) {
	change := func(o *Options) {
		o.Format, o.Success = "form", ""
		o.Headers = map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
		o.Body = "mobile={{.Phone}}&secret={{.Secret}}&p1={{.Number}}&p2={{.Matter}}"
	}
	g := gateway(t, change, func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		want := url.Values{"mobile": {testPhone}, "secret": {testSecret}, "p1": {"12-1042"}, "p2": {"路灯 \"不亮\" & 3幢"}}
		if r.PostForm.Encode() != want.Encode() {
			t.Errorf("got %v", r.PostForm)
		}
		w.WriteHeader(http.StatusAccepted)
	})
	if r := g.Send(context.Background(), testPhone, fields(), "1"); r != (task.Result{}) {
		t.Errorf("%+v", r)
	}
}

// What comes back, and what follows from it.
func TestOutcomes(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   task.Outcome
		after  time.Duration
	}{
		{200, `{"result":{"code":0}}`, task.Delivered, 0},
		{202, `{"result":{"code":"0"}}`, task.Delivered, 0},
		{200, `{"result":{"code":1,"msg":"13812345678 hunter2"}}`, task.Bad, 0},
		{200, `{"code":0}`, task.Bad, 0},
		{200, `<html>`, task.Bad, 0},
		{200, ``, task.Bad, 0},
		{429, ``, task.SlowDown, 7 * time.Second},
		{500, `13812345678`, task.RetryLater, 0},
		{503, ``, task.RetryLater, 0},
		{400, `13812345678`, task.Bad, 0},
		{404, ``, task.Bad, 0},
		{401, ``, task.Hold, 0},
		{403, ``, task.Hold, 0},
		{302, ``, task.Bad, 0},
	} {
		var calls atomic.Int32
		g := gateway(t, nil, func(w http.ResponseWriter, r *http.Request) {
			calls.Add(1)
			w.Header().Set("Location", "/elsewhere")
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(c.status)
			io.WriteString(w, c.body)
		})
		r := g.Send(context.Background(), testPhone, fields(), "1")
		if r.Outcome != c.want || r.RetryAfter != c.after || calls.Load() != 1 {
			t.Errorf("%d %s: %+v after %d calls", c.status, c.body, r, calls.Load())
		}
		discreet(t, r.Detail)
	}
}

// discreet fails when a text holds what must not be told.
func discreet(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{testPhone, "hunter2", "12-1042", "路灯"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q holds %q", text, secret)
		}
	}
}

// A request that went out and was not answered may have been acted on; one that
// never went out cannot have been.
func TestUnanswered(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	given, up := context.WithCancel(context.Background()) // when the request has arrived
	frozen := gateway(t, nil, func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		up()
		<-release
	})
	broken := gateway(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "{")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	refused, err := New(options("http://" + l.Addr().String()))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		g    *Gateway
		ctx  context.Context
		want task.Outcome
	}{
		"frozen":  {frozen, given, task.Unknown},
		"broken":  {broken, context.Background(), task.Unknown},
		"refused": {refused, context.Background(), task.RetryLater},
	} {
		r := c.g.Send(c.ctx, testPhone, fields(), "1")
		if r.Outcome != c.want || r.Detail == "" {
			t.Errorf("%s: %+v", name, r)
		}
		discreet(t, r.Detail)
	}
	if r := frozen.Send(given, testPhone, fields(), "1"); r.Outcome != task.RetryLater {
		t.Errorf("given up before: %+v", r)
	}
}

// What cannot be sent is not tried.
func TestNotTried(t *testing.T) {
	g := gateway(t, nil, func(http.ResponseWriter, *http.Request) { t.Error("a call was made") })
	ctx := context.Background()
	for _, phone := range []string{"", "110", "abc", "138\r\n12345678", "1381234567890123456"} {
		if r := g.Send(ctx, phone, fields(), "1"); r.Outcome != task.Unreachable {
			t.Errorf("%q: %+v", phone, r)
		}
	}
	if r := g.Send(ctx, testPhone, fields(), "1\r\nX: y"); r.Outcome != task.Bad {
		t.Errorf("an id with a header in it: %+v", r)
	}
	off, err := New(Options{})
	if err != nil || off.Enabled() || !g.Enabled() {
		t.Fatalf("without a url: %v", err)
	}
	off.Close()
	if r := off.Send(ctx, testPhone, fields(), "1"); r.Outcome != task.NextChannel {
		t.Errorf("without a url: %+v", r)
	}
}

func TestNewRefuses(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"url: not an address":    func(o *Options) { o.URL = "gateway.example" },
		"url: a password":        func(o *Options) { o.URL = "https://u:p@gateway.example" },
		"url: it would send":     func(o *Options) { o.URL = "http://gateway.example" },
		"method":                 func(o *Options) { o.Method = "DELETE" },
		"timeout":                func(o *Options) { o.Timeout = 0 },
		"id_header":              func(o *Options) { o.IDHeader = "a b" },
		"headers: \"a:b\"":       func(o *Options) { o.Headers = map[string]string{"a:b": ""} },
		"headers.X":              func(o *Options) { o.Headers = map[string]string{"X": "{{.Note}}"} },
		"body: template":         func(o *Options) { o.Body = "{{" },
		"body: not JSON":         func(o *Options) { o.Body = `{"n":{{.Number}}}` },
		"body: not a form":       func(o *Options) { o.Format, o.Body = "form", "a=%zz" },
		"body: template: body:1": func(o *Options) { o.Body = "{{.Note}}" },
		"format":                 func(o *Options) { o.Format = "xml" },
		"success":                func(o *Options) { o.Success = "code" },
	} {
		o := options("https://gateway.example")
		change(&o)
		_, err := New(o)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		discreet(t, err.Error())
	}
	o := options("https://gateway.example")
	o.Method, o.Format, o.Success = "", "", "="
	if _, err := New(o); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("three mistakes: %v", err)
	}
}

// A gateway's answer may be anything.
func FuzzRule(f *testing.F) {
	f.Add("result.0.code=0", `{"result":[{"code":0}]}`)
	f.Add("ok=true", `{"ok":true}`)
	f.Add("=", `null`)
	f.Fuzz(func(t *testing.T, text, body string) {
		r, err := parseRule(text)
		if err != nil || text == "" || !r.met([]byte(body)) {
			return
		}
		var v any
		if json.NewDecoder(strings.NewReader(body)).Decode(&v) != nil {
			t.Errorf("%q is met by %q", text, body)
		}
	})
}

// FuzzForm: whatever a value holds, the body keeps its form and the value comes out of it
// as it went in, so that nobody's words become another field.
func FuzzForm(f *testing.F) {
	f.Add(`"},"to":"1`, "a&to=2", "{{.Secret}}")
	f.Add("\\", "路灯\x00\n\u2028", "%zz")
	inJSON, err := newForm(Options{Format: formatJSON, Body: `{"to":"{{.Phone}}","n":"{{.Number}}","m":"{{.Matter}}","s":"{{.Status}}"}`})
	if err != nil {
		f.Fatal(err)
	}
	inForm, err := newForm(Options{Format: formatForm, Body: "to={{.Phone}}&n={{.Number}}&m={{.Matter}}&s={{.Status}}"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, number, matter, status string) {
		v := inJSON.values("13800000000", map[string]string{"number": number, "matter": matter, "status": status}, "id")
		want := map[string]string{"to": "13800000000", "n": v.Number, "m": v.Matter, "s": v.Status}
		got := map[string]string{}
		text, err := inJSON.fill(v)
		if err != nil || json.Unmarshal([]byte(text), &got) != nil || !maps.Equal(got, want) {
			t.Errorf("JSON %q, %v", text, err)
		}
		text, err = inForm.fill(v)
		q, bad := url.ParseQuery(text)
		if err != nil || bad != nil || len(q) != len(want) {
			t.Fatalf("form %q: %v, %v", text, err, bad)
		}
		for k := range want {
			if len(q[k]) != 1 || q.Get(k) != want[k] {
				t.Errorf("form %q: %s is %q", text, k, q[k])
			}
		}
	})
}

func TestRule(t *testing.T) {
	for _, c := range []struct {
		rule, body string
		want       bool
	}{
		{"", "anything", true},
		{"code=0", `{"code":0}`, true},
		{"code=0", `{"code":"0"}`, true},
		{"code=0", `{"code":0.0}`, false},
		{"list.1.ok=true", `{"list":[{},{"ok":true}]}`, true},
		{"list.9.ok=true", `{"list":[]}`, false},
		{"code=", `{}`, false},
		{"code=", `{"code":""}`, true},
		{"code=0", `{"code":null}`, false},
		{"code=0", `not json`, false},
	} {
		r, err := parseRule(c.rule)
		if err != nil || r.met([]byte(c.body)) != c.want {
			t.Errorf("%s on %s: %v, %v", c.rule, c.body, !c.want, err)
		}
	}
}
