package wechat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/task"
)

// brokenPlatform gives tokens, and lets answer handle everything else.
func brokenPlatform(t *testing.T, answer func(w http.ResponseWriter)) *Client {
	t.Helper()
	p := newPlatform(t, nil)
	p.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "stable_token") {
			p.ServeHTTP(w, r)
			return
		}
		// Without reading the body the server does not notice that the
		// client hung up, and Close would wait.
		io.Copy(io.Discard, r.Body)
		answer(w)
	})
	return p.client(t, nil)
}

// impatient lets the client's calls end soon. It has its token and a connection
// then, so that a busy machine is not taken for a platform that hangs.
func impatient(t *testing.T, c *Client) *Client {
	t.Helper()
	if err := c.CheckToken(context.Background(), "xingfu"); err != nil {
		t.Fatal(err)
	}
	c.timeout = 300 * time.Millisecond
	return c
}

func TestSendText(t *testing.T) {
	p := newPlatform(t, always(`{"errcode":0,"errmsg":"ok"}`))
	r := p.client(t, nil).SendText(context.Background(), "xingfu", testOpenid, "已签收 <1042> & "+strings.Repeat("好", 700)+"\x00")
	if r != (task.Result{}) {
		t.Fatalf("result %+v", r)
	}
	got := p.lastCall(t)
	content := got["text"].(map[string]any)["content"].(string)
	if got["touser"] != testOpenid || got["msgtype"] != "text" || !strings.HasPrefix(content, "已签收 <1042> & 好") || len(content) > 1800 {
		t.Errorf("sent %v", got)
	}
	if p.calls[0].path != "/cgi-bin/message/custom/send" {
		t.Errorf("to %s", p.calls[0].path)
	}
}

func TestSendRefusesNothing(t *testing.T) {
	p := newPlatform(t, failing(0))
	c := p.client(t, nil)
	ctx := context.Background()
	for name, r := range map[string]task.Result{
		"unknown account": c.SendText(ctx, "nowhere", testOpenid, "x"),
		"template there":  c.SendTemplate(ctx, "nowhere", testOpenid, Template{ID: "t"}, nil, "", ""),
	} {
		if r.Outcome != task.Hold {
			t.Errorf("%s: %+v", name, r)
		}
	}
	for name, r := range map[string]task.Result{
		"no text":     c.SendText(ctx, "xingfu", testOpenid, " \x00"),
		"no receiver": c.SendText(ctx, "xingfu", "", "x"),
		"nobody":      c.SendTemplate(ctx, "xingfu", "", Template{ID: "t"}, nil, "", ""),
	} {
		if r.Outcome != task.Bad {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if grants, calls := p.counts(); grants+calls != 0 {
		t.Error("something was sent")
	}
}

// A time-out after the request went out means that it may have arrived, and so
// does a caller who gives up.
func TestSendTimeout(t *testing.T) {
	release, arrived := make(chan struct{}), make(chan struct{}, 2)
	c := brokenPlatform(t, func(http.ResponseWriter) {
		arrived <- struct{}{}
		<-release
	})
	defer close(release)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-arrived
		cancel()
	}()
	if r := c.SendText(ctx, "xingfu", testOpenid, "您好"); r.Outcome != task.Unknown {
		t.Errorf("the caller gave up: %+v", r)
	}
	r := impatient(t, c).SendText(context.Background(), "xingfu", testOpenid, "您好")
	if r.Outcome != task.Unknown {
		t.Errorf("result %+v", r)
	}
	noSecrets(t, r.Detail)
}

// A connection that breaks while the answer is read is no different.
func TestSendConnectionLost(t *testing.T) {
	c := brokenPlatform(t, func(w http.ResponseWriter) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
			conn.Close()
		}
	})
	if r := c.SendText(context.Background(), "xingfu", testOpenid, "您好"); r.Outcome != task.Unknown {
		t.Errorf("result %+v", r)
	}
}

// What never went out can safely be sent again.
func TestSendNotConnected(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + l.Addr().String()
	l.Close()
	tokens := NewMemoryTokens(testNow)
	p := newPlatform(t, failing(0))
	for name, prepare := range map[string]func(){
		"without a token": func() {},
		"with a token":    func() { tokens.SaveToken(context.Background(), testApp, "token-1", time.Hour) },
	} {
		prepare()
		c := p.client(t, func(o *Options) { o.BaseURL, o.Tokens = address, tokens })
		r := c.SendText(context.Background(), "xingfu", testOpenid, "您好")
		if r.Outcome != task.RetryLater || r.Code != 0 {
			t.Errorf("%s: %+v", name, r)
		}
		noSecrets(t, r.Detail)
	}
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	if r := p.client(t, nil).SendText(canceled, "xingfu", testOpenid, "x"); r.Outcome != task.RetryLater {
		t.Errorf("given up before: %+v", r)
	}
}

// Whatever the platform echoes, and whatever breaks, no secret gets out.
func TestErrorsHoldNoSecrets(t *testing.T) {
	a := safeAccount()
	echo := fmt.Sprintf(`{"errcode":99999,"errmsg":"bad https://x/?appid=1&secret=%s&access_token=token-1 openid: %s text 三幢漏水了"}`, a.Secret, testOpenid)
	c := newPlatform(t, always(echo)).client(t, nil)
	ctx := context.Background()
	texts := []string{
		c.SendText(ctx, "xingfu", testOpenid, "三幢漏水了").Detail,
		c.SendTemplate(ctx, "xingfu", testOpenid, Template{ID: "t"}, map[string]string{"thing1": "三幢漏水了"}, "", "").Detail,
	}
	_, err := c.CreateQR(ctx, "xingfu", "mg", 0)
	texts = append(texts, err.Error())
	_, err = c.UserInfo(ctx, "xingfu", testOpenid)
	texts = append(texts, err.Error())
	_, err = c.FetchMedia(ctx, "xingfu", "media-id")
	texts = append(texts, err.Error())
	for i, text := range texts {
		noSecrets(t, text)
		if !strings.Contains(text, "99999") || i < 2 && strings.Contains(text, "三幢漏水了") {
			t.Errorf("text %q", text)
		}
	}
}

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		`Get "https://a/b?appid=1&secret=abc&x=1": EOF`:   `Get "https://a/b?appid=1&secret=***&x=1": EOF`,
		"access_token=abc_-1 is invalid":                  "access_token=*** is invalid",
		`{"touser":"o123","appsecret": "q"}`:              `{"touser":"***","appsecret": "***"}`,
		"line\nbreak\x00 " + strings.Repeat("x", 300):     "line break " + strings.Repeat("x", 188) + "…",
		"the word secret alone and hunter2hunter2 inside": "the word secret alone and *** inside",
	} {
		if got := redact(in, "hunter2hunter2", "", "a"); got != want {
			t.Errorf("redact(%q)\n= %q\nwant %q", in, got, want)
		}
	}
}

// Several clients and accounts share the SDK's one HTTP client; each must talk
// to its own platform with its own token.
func TestManyClientsInOneProcess(t *testing.T) {
	var wg sync.WaitGroup
	for i := range 8 {
		p := newPlatform(t, failing(0))
		p.serial = 100 + i
		c := p.client(t, nil)
		for range 10 {
			wg.Go(func() {
				if r := c.SendText(context.Background(), "xingfu", testOpenid, "您好"); r.Outcome != task.Delivered {
					t.Errorf("result %+v", r)
				}
			})
		}
		t.Cleanup(func() {
			if grants, calls := p.counts(); grants != 1 || calls != 10 {
				t.Errorf("%d tokens, %d calls", grants, calls)
			}
		})
	}
	wg.Wait()
}

// The SDK's client must not carry a request nobody of ours began, and
// http.DefaultClient must be left alone.
func TestRouterRefusesStrangers(t *testing.T) {
	req := httptest.NewRequest(http.MethodGet, "https://api.weixin.qq.com/cgi-bin/x?access_token=t0", nil)
	if _, err := sdkRouter().RoundTrip(req); err == nil {
		t.Error("a stranger's request was carried")
	}
	if http.DefaultClient.Transport != nil || http.DefaultClient.CheckRedirect != nil {
		t.Error("http.DefaultClient was changed")
	}
}

func TestNewClientRefuses(t *testing.T) {
	for name, o := range map[string]Options{
		"no secret":     {Accounts: []Account{{Name: "a", AppID: "wx1"}}},
		"no name":       {Accounts: []Account{{AppID: "wx1", Secret: "s"}}},
		"http":          {BaseURL: "http://api.weixin.qq.com"},
		"no address":    {BaseURL: "api.weixin.qq.com"},
		"other scheme":  {BaseURL: "ftp://127.0.0.1"},
		"broken":        {BaseURL: "https://%zz"},
		"http by a dot": {BaseURL: "http://127.0.0.1.example.com"},
	} {
		if c, err := NewClient(o); err == nil {
			t.Errorf("%s: %v", name, c.base)
		}
	}
	c, err := NewClient(Options{})
	if err != nil || c.base.String() != DefaultBaseURL || c.timeout != DefaultTimeout {
		t.Errorf("defaults: %+v, %v", c, err)
	}
	if _, err := c.UserInfo(context.Background(), "x", "o"); !errors.Is(err, ErrNoAccount) {
		t.Errorf("unknown account: %v", err)
	}
}

// A base address may have a path, as behind a gateway.
func TestBaseURLWithPath(t *testing.T) {
	p := newPlatform(t, failing(0))
	handler := p.Config.Handler
	p.Config.Handler = http.StripPrefix("/gateway", handler)
	c := p.client(t, func(o *Options) { o.BaseURL = p.URL + "/gateway/" })
	if r := c.SendText(context.Background(), "xingfu", testOpenid, "您好"); r.Outcome != task.Delivered {
		t.Errorf("result %+v", r)
	}
}
