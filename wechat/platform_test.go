package wechat

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// platform is a scripted API for tests: stable_token works, every other call
// is answered by reply.
type platform struct {
	*httptest.Server
	mu      sync.Mutex
	serial  int       // of the token that lives
	life    int       // seconds of a token
	grants  []string  // bodies of stable_token
	calls   []request // all other calls
	refuse  string    // answer of stable_token instead of a token
	status  int       // of HTTP, of all other calls
	reply   func(n int, r request) string
	observe map[string]int // "api code" → count
}

// request is a call the platform received.
type request struct {
	path, token, body string
	query             map[string][]string
}

// newPlatform starts a platform whose calls answer reply(n), n from 0.
func newPlatform(t testing.TB, reply func(n int, r request) string) *platform {
	t.Helper()
	p := &platform{life: 7200, serial: 1, reply: reply, observe: map[string]int{}}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// always answers every call alike.
func always(body string) func(int, request) string {
	return func(int, request) string { return body }
}

// failing answers every call with an errcode.
func failing(code int) func(int, request) string {
	return always(fmt.Sprintf(`{"errcode":%d,"errmsg":"no rid: 1"}`, code))
}

// ServeHTTP implements http.Handler. A token other than the living one is
// answered 40001, as the platform does.
func (p *platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json; encoding=utf-8")
	if r.URL.Path == "/cgi-bin/stable_token" {
		io.WriteString(w, p.grant(string(body)))
		return
	}
	req := request{r.URL.Path, r.URL.Query().Get("access_token"), string(body), r.URL.Query()}
	p.mu.Lock()
	n := len(p.calls)
	p.calls = append(p.calls, req)
	alive := req.token == fmt.Sprint("token-", p.serial)
	p.mu.Unlock()
	if !alive {
		io.WriteString(w, `{"errcode":40001,"errmsg":"invalid credential, access_token=`+req.token+` is invalid"}`)
		return
	}
	if p.status != 0 {
		w.WriteHeader(p.status)
	}
	io.WriteString(w, p.reply(n, req))
}

// grant answers stable_token.
func (p *platform) grant(body string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.grants = append(p.grants, body)
	if p.refuse != "" {
		return p.refuse
	}
	return fmt.Sprintf(`{"access_token":"token-%d","expires_in":%d}`, p.serial, p.life)
}

// killToken ends the living token; the next stable_token gives another.
func (p *platform) killToken() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.serial++
}

// counts tells how many tokens were asked for and how many calls made.
func (p *platform) counts() (grants, calls int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.grants), len(p.calls)
}

// lastCall is the last call's decoded JSON.
func (p *platform) lastCall(t testing.TB) map[string]any {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	var v map[string]any
	if err := json.Unmarshal([]byte(p.calls[len(p.calls)-1].body), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// client makes a client of the platform for the test account.
func (p *platform) client(t testing.TB, change func(*Options)) *Client {
	t.Helper()
	o := Options{Accounts: []Account{safeAccount()}, BaseURL: p.URL, Timeout: 30 * time.Second, Now: testNow,
		Observe: func(api string, code int) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.observe[fmt.Sprint(api, " ", code)]++
		}}
	if change != nil {
		change(&o)
	}
	c, err := NewClient(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}
