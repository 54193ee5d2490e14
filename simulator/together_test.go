package simulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/wechat"
)

// two is a rig with a second account in plain mode at a webhook of its own.
func two(t *testing.T, webhook http.HandlerFunc, change ...func(*Options)) (*rig, string) {
	t.Helper()
	hook := httptest.NewServer(webhook)
	t.Cleanup(hook.Close)
	const second = "wx-second"
	change = append(change, func(o *Options) {
		o.Accounts = append(o.Accounts, Account{AppID: second, Secret: "s2", Token: "t2", Webhook: hook.URL, Templates: templates()})
	})
	return newRig(t, change...), second
}

// Two accounts share a process and nothing else: people, windows, phones, menus,
// failures and pauses.
func TestAccountsApart(t *testing.T) {
	r, second := two(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		func(o *Options) { o.MarkFailAfter = 4 })
	r.answers(say("收到"))
	if d := r.p.Text(second, wang, "您好"); !d.Failed || len(d.Attempts) != 4 {
		t.Errorf("the second: %+v", d)
	}
	if d := r.p.Text(second, wang, "您好"); !errors.Is(d.Err, ErrPaused) {
		t.Errorf("the second is not paused: %v", d.Err)
	}
	if d := r.p.Text(app, wang, "您好"); d.Reply != "收到" {
		t.Errorf("the first suffers: %+v", d)
	}
	r.wantScreen(wang, ">text : 您好", "<text passive: 收到")
	if n := len(r.p.Phone(second, wang)); n != 4 {
		t.Errorf("the second chat has %d bubbles, want 4", n)
	}
	r.p.Unfollow(second, wang)
	r.p.Fail(second, "menu/get", Fault{Times: -1, Errcode: -1})
	token := r.token()
	r.wantCode(r.custom(token, wang, "进展"), 0)
	r.wantCode(r.get("menu/get?access_token="+token), 46003)
	other := r.post("stable_token", grant(map[string]any{"appid": second, "secret": "s2"}))["access_token"].(string)
	r.wantCode(r.get("menu/get?access_token="+other), -1)
	r.wantCode(r.custom(other, wang, "进展"), 43004)
}

// The same client_msg_id on two accounts is two messages.
func TestClientIDPerAccount(t *testing.T) {
	r, second := two(t, func(w http.ResponseWriter, _ *http.Request) {})
	r.p.Follow(app, wang, "")
	r.p.Follow(second, wang, "")
	other := r.post("stable_token", grant(map[string]any{"appid": second, "secret": "s2"}))["access_token"].(string)
	for _, token := range []string{r.token(), other} {
		r.wantCode(r.template(token, wang, "T1", "n-1", nil), 0)
	}
	if got := r.p.Sends(SendTemplate); got.Accepted != 2 || got.Repeated != 0 {
		t.Errorf("sends: %+v", got)
	}
}

// An account in plain mode pushes what anybody can read, and signs it.
func TestPlainAccount(t *testing.T) {
	var mu sync.Mutex
	var body, query string
	r, second := two(t, func(_ http.ResponseWriter, req *http.Request) {
		b, _ := io.ReadAll(req.Body)
		mu.Lock()
		defer mu.Unlock()
		body, query = string(b), req.URL.RawQuery
	})
	r.p.Text(second, wang, "路灯不亮")
	mu.Lock()
	defer mu.Unlock()
	if !strings.Contains(body, "<Content><![CDATA[路灯不亮]]></Content>") || !strings.Contains(body, "<ToUserName><![CDATA[gh_"+second) {
		t.Errorf("body %s", body)
	}
	if strings.Contains(query, "msg_signature") || strings.Contains(query, "encrypt_type") || !strings.Contains(query, "signature=") {
		t.Errorf("query %s", query)
	}
}

// TestTogether does everything at the same time, for the race detector, and then
// counts: nothing that was accepted is missing.
func TestTogether(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Cast = []Person{{OpenID: "o-0"}}; o.MarkFailAfter = -1; o.PhoneSize = 2000 })
	r.answers(func(m *wechat.Message, s *wechat.Sealer) (int, []byte) { return 200, s.Seal(m.Text) })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	events := r.stream(ctx)
	go func() {
		for range events {
		}
	}()
	token := r.token()
	const people, rounds = 8, 12
	var all sync.WaitGroup
	for i := range people {
		openid := fmt.Sprint("o-", i)
		all.Go(func() { r.live(token, openid, rounds) })
		all.Go(func() { r.watch(openid, rounds) })
	}
	all.Wait()
	custom, template := r.p.Sends(SendCustom), r.p.Sends(SendTemplate)
	if custom.Accepted != people*rounds || template.Accepted != people*rounds || custom.Calls != custom.Accepted {
		t.Errorf("sends: %+v, %+v", custom, template)
	}
	r.wait(func() bool { return r.reports() == people*rounds })
	for i := range people {
		// Followed, then for each round: words, an answer, two messages.
		if n := len(r.p.Phone(app, fmt.Sprint("o-", i))); n != 1+4*rounds {
			t.Errorf("o-%d shows %d bubbles, want %d", i, n, 1+4*rounds)
		}
	}
}

// live is a person's life: words, and messages from the account.
func (r *rig) live(token, openid string, rounds int) {
	r.p.Follow(app, openid, "")
	for n := range rounds {
		if d := r.p.Text(app, openid, fmt.Sprint("话", n)); d.Reply != fmt.Sprint("话", n) {
			r.Errorf("%s: %+v", openid, d)
		}
		r.wantCode(r.custom(token, openid, "进展"), 0)
		r.wantCode(r.template(token, openid, "T1", fmt.Sprint("n-", n), nil), 0)
	}
}

// watch reads and disturbs without changing what live counts.
func (r *rig) watch(openid string, rounds int) {
	for range rounds {
		r.p.Phone(app, openid)
		r.p.Wire()
		r.p.SendsByID(SendTemplate)
		r.p.Block(app, "o-nobody", true)
		r.p.Fail(app, "menu/delete", Fault{Errcode: -1})
		r.p.Mend(app)
		r.p.SetURL(r.api.URL)
		r.p.SetWebhook(app, r.hook.URL)
		r.p.SetKey(app, key)
	}
}

// reports counts the delivery reports that came to the webhook.
func (r *rig) reports() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.seen {
		if m.Event == wechat.EventTemplateDone {
			n++
		}
	}
	return n
}

// TestCloseLeavesNothing starts and ends platforms and wants no goroutine left.
func TestCloseLeavesNothing(t *testing.T) {
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer hook.Close()
	once := func() {
		p := New(Options{Accounts: []Account{{AppID: app, Token: word, Webhook: hook.URL}}})
		p.Text(app, wang, "您好")
		p.Close()
	}
	once()
	hook.CloseClientConnections()
	before := runtime.NumGoroutine()
	for range 20 {
		once()
	}
	hook.CloseClientConnections()
	deadline := time.After(10 * time.Second)
	for runtime.NumGoroutine() > before+5 {
		select {
		case <-deadline:
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		default:
			runtime.Gosched()
		}
	}
}
