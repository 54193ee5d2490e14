package handlers

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"gridbot/redistest"
)

// Every answer, whatever was asked, carries what keeps a browser from running, framing
// or keeping it, and none sends anybody elsewhere.
func TestEveryAnswerIsGuarded(t *testing.T) {
	d := onEmbedded(t, nil)
	good := d.textFrom(alice, "路灯不亮", 1)
	for _, r := range []struct{ method, target, body string }{
		{http.MethodPost, "/wechat/community?" + good.query.Encode(), string(good.body)},
		{http.MethodPost, "/wechat/community?signature=1", "<xml>"},
		{http.MethodPost, "/wechat/community/", "<xml>"},
		{http.MethodGet, "/wechat/community?echostr=<script>", ""},
		{http.MethodGet, "/wechat/../metrics", ""},
		{http.MethodGet, "//example.com/%2e%2e/healthz/", ""},
		{http.MethodDelete, "/wechat/community", ""},
		{http.MethodOptions, "*", ""},
		{http.MethodGet, "/healthz", ""},
		{http.MethodGet, "/healthz/", ""},
		{http.MethodGet, "/readyz", ""},
		{http.MethodGet, "/metrics", ""},
		{http.MethodGet, "/api/v1/openapi.yaml", ""},
		{http.MethodPost, "/api/v1/systems/hotline-12345/matters", "{}"},
		{http.MethodGet, "/debug/pprof/", ""},
		{http.MethodGet, "/<script>", ""},
	} {
		head, body := d.raw(t, r.method+" "+r.target+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "+fmt.Sprint(len(r.body))+"\r\n\r\n"+r.body)
		if r.target == "*" { // answered by the library, with nothing in it
			continue
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
			"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"} {
			if got := head.Header.Get(name); got != want {
				t.Errorf("%s %s: %s is %q", r.method, r.target, name, got)
			}
		}
		if head.Header.Get("Location") != "" || head.Header.Get("Server") != "" || strings.Contains(body, "<script>") {
			t.Errorf("%s %s: %v %s", r.method, r.target, head.Header, body)
		}
	}
}

// raw sends bytes to the server as they are and reads the answer.
func (w *world) raw(t *testing.T, request string) (*http.Response, string) {
	t.Helper()
	conn, err := net.DialTimeout("tcp", w.web.Listener.Addr().String(), patience)
	check(t, err)
	defer conn.Close()
	check(t, conn.SetDeadline(time.Now().Add(patience)))
	_, err = io.WriteString(conn, request)
	check(t, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	check(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	check(t, err)
	return res, string(body)
}

// Requests that are no HTTP, or two in one, or say their length twice, are answered 4xx
// and reach no handler.
func TestBrokenRequests(t *testing.T) {
	r := redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded})
	w := newWorld(t, r, nil)
	good := w.textFrom(alice, "路灯不亮", 1)
	target := "/wechat/community?" + good.query.Encode()
	for name, request := range map[string]string{
		"two lengths":        "POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
		"length and chunks":  "POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"length of words":    "POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
		"header in the path": "GET /wechat/x\rX-Evil: 1 HTTP/1.1\r\nHost: x\r\n\r\n",
		"NUL in the path":    "GET /wechat/\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
		"NUL in a header":    "GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: \x00\r\n\r\n",
		"no host":            "GET /healthz HTTP/1.1\r\n\r\n",
		"another protocol":   "GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n",
		"chunk of words":     "POST /wechat/community HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n",
	} {
		res, _ := w.raw(t, request)
		if res.StatusCode < 400 || res.StatusCode >= 600 {
			t.Errorf("%s: status %d", name, res.StatusCode)
		}
	}
	if n := w.talk.asked("x"); n != 0 || strings.Contains(w.log.String(), "outcome=answered") {
		t.Errorf("something was worked on:\n%s", w.log.String())
	}
}
