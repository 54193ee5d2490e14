package simulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gridbot/wechat"
)

// In each mode the product opens the push and its answer reaches the phone.
func TestRuleModes(t *testing.T) {
	for _, mode := range []string{ModePlain, ModeCompat, ModeSafe} {
		t.Run(mode, func(t *testing.T) {
			r := newRig(t, func(o *Options) {
				o.Accounts[0].Mode = mode
				if mode == ModePlain {
					o.Accounts[0].AESKey = ""
				}
			})
			r.answers(say("收到"))
			d := r.p.Text(app, wang, "3幢路灯 ]]> & <b>不亮</b>")
			if d.Err != nil || d.Failed || d.Reply != "收到" || len(d.Attempts) != 1 {
				t.Fatalf("delivery: %+v", d)
			}
			if got := r.last().Text; got != "3幢路灯 ]]> & <b>不亮</b>" {
				t.Errorf("the product read %q", got)
			}
			encrypted := strings.Contains(r.bodies[0], "<Encrypt>")
			if encrypted != (mode != ModePlain) || strings.Contains(r.bodies[0], "不亮") != (mode != ModeSafe) {
				t.Errorf("body in %s mode: %s", mode, r.bodies[0])
			}
			r.wantScreen(wang, ">text : 3幢路灯 ]]> & <b>不亮</b>", "<text passive: 收到")
		})
	}
}

// The official example: token AAAAA, timestamp 1714037059, nonce 486452656.
func TestRuleSignature(t *testing.T) {
	if got := wechat.Signature("AAAAA", "1714037059", "486452656"); got != "899cf89e464efb63f54ddac96b0a0a235f53aa78" {
		t.Errorf("signature %s", got)
	}
	r := newRig(t)
	q := r.p.Prepare(app, wang, textMessage("您好")).Query
	for _, name := range []string{"signature", "timestamp", "nonce", "openid", "encrypt_type", "msg_signature"} {
		if q.Get(name) == "" {
			t.Errorf("the query lacks %s: %v", name, q)
		}
	}
	if q.Get("signature") != wechat.Signature(word, q.Get("timestamp"), q.Get("nonce")) || q.Get("encrypt_type") != "aes" {
		t.Errorf("query %v", q)
	}
	r.p.SetWebhook(app, r.hook.URL+"/wechat?tenant=1")
	if d := r.p.Text(app, wang, "您好"); d.Failed || !strings.Contains(r.asked[0], "tenant=1&") {
		t.Errorf("a webhook with a query: %v, %q", d.Err, r.asked)
	}
}

// Silence is cut after the time-out, and the same body comes again three times.
func TestRuleFiveSecondsThenTheSameBodyAgain(t *testing.T) {
	r := newRig(t, func(o *Options) { o.PushTimeout = 150 * time.Millisecond })
	free := make(chan struct{})
	defer close(free)
	r.answers(func(*wechat.Message, *wechat.Sealer) (int, []byte) { <-free; return 200, nil })
	d := r.p.Text(app, wang, "您好")
	if !d.Failed || len(d.Attempts) != 4 || !errors.Is(d.Err, context.DeadlineExceeded) {
		t.Fatalf("failed %v, %d attempts, %v", d.Failed, len(d.Attempts), d.Err)
	}
	bodies, queries := r.wire()
	for i, one := range d.Attempts {
		if one.Took < 150*time.Millisecond || one.Status != 0 {
			t.Errorf("attempt %d: status %d after %v", i+1, one.Status, one.Took)
		}
	}
	for i := range bodies { // a slow machine may have been cut before it read one
		if bodies[i] != bodies[0] || queries[i] != queries[0] {
			t.Errorf("attempt %d differs", i+1)
		}
	}
	r.wantScreen(wang, ">text : 您好", "<system failed: 该公众号暂时无法提供服务，请稍后再试")
}

// A reply on a later attempt is shown, and no failure.
func TestPushSecondTry(t *testing.T) {
	r := newRig(t)
	var n atomic.Int64
	r.answers(func(m *wechat.Message, s *wechat.Sealer) (int, []byte) {
		if n.Add(1) == 1 {
			return 500, []byte("oops")
		}
		return 200, s.Seal("收到")
	})
	d := r.p.Text(app, wang, "您好")
	if d.Failed || d.Err != nil || d.Reply != "收到" || len(d.Attempts) != 2 || !errors.Is(d.Attempts[0].Err, ErrStatus) {
		t.Fatalf("delivery: %+v", d)
	}
	if d.Attempts[0].Status != 500 || string(d.Attempts[0].Body) != "oops" {
		t.Errorf("first attempt: %d %s", d.Attempts[0].Status, d.Attempts[0].Body)
	}
	r.wantScreen(wang, ">text : 您好", "<text passive: 收到")
}

// With Resign the attempts share the body and have signatures of their own.
func TestPushResigned(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Resign, o.PushRetries = true, 1 })
	r.answers(raw(503, ""))
	r.p.Text(app, wang, "您好")
	if len(r.bodies) != 2 || r.bodies[0] != r.bodies[1] || r.asked[0] == r.asked[1] {
		t.Errorf("%d attempts, queries %q", len(r.bodies), r.asked)
	}
}

func TestPushRetriesOff(t *testing.T) {
	r := newRig(t, func(o *Options) { o.PushRetries = -1 })
	r.hook.Close()
	if d := r.p.Text(app, wang, "您好"); len(d.Attempts) != 1 || !d.Failed || d.Attempts[0].Status != 0 {
		t.Errorf("delivery: %+v", d)
	}
}

func TestPushNowhere(t *testing.T) {
	r := newRig(t)
	for webhook, attempts := range map[string]int{"": 0, "http://%zz": 4, "ftp://example.org": 4} {
		r.p.SetWebhook(app, webhook)
		d := r.p.Text(app, wang, "您好")
		if !d.Failed || len(d.Attempts) != attempts || errors.Is(d.Err, ErrNoWebhook) != (webhook == "") {
			t.Errorf("webhook %q: %+v", webhook, d)
		}
	}
	r.p.SetWebhook("wx-nobody", "x")
	r.p.SetKey("wx-nobody", key)
}

// An answer without an end, or a redirect, is not taken.
func TestPushBigAndRedirected(t *testing.T) {
	r := newRig(t)
	r.answers(raw(200, strings.Repeat("x", maxReply+1)))
	if d := r.p.Text(app, wang, "您好"); !errors.Is(d.Err, ErrIllegal) || len(d.Attempts[0].Body) != maxReply {
		t.Errorf("%v with %d bytes", d.Err, len(d.Attempts[0].Body))
	}
	elsewhere := httptest.NewServer(http.RedirectHandler(r.hook.URL, http.StatusTemporaryRedirect))
	defer elsewhere.Close()
	r.answers(say("收到"))
	r.p.SetWebhook(app, elsewhere.URL)
	if d := r.p.Text(app, wang, "您好"); !errors.Is(d.Err, ErrStatus) || d.Attempts[0].Status != 307 {
		t.Errorf("redirected: %v", d.Err)
	}
}

// After many failures in a row nothing is pushed for a minute of the clock.
func TestRuleMarkFail(t *testing.T) {
	r := newRig(t, func(o *Options) { o.MarkFailAfter, o.PushRetries = 3, -1 })
	r.answers(raw(500, ""))
	r.p.Text(app, wang, "一")
	r.p.Text(app, wang, "二")
	r.answers(say(""))
	r.p.Text(app, wang, "三") // success ends the row
	r.answers(raw(500, ""))
	for range 3 {
		r.p.Text(app, wang, "四")
	}
	seen := r.pushes()
	d := r.p.Text(app, wang, "五")
	if !errors.Is(d.Err, ErrPaused) || !d.Failed || len(d.Attempts) != 0 || r.pushes() != seen {
		t.Errorf("paused: %+v", d)
	}
	if d.Shown[0].Note != NoteFailed {
		t.Errorf("shown: %+v", d.Shown)
	}
	r.answers(say("收到"))
	r.clock.advance(time.Minute - time.Second)
	if d := r.p.Text(app, wang, "六"); !errors.Is(d.Err, ErrPaused) {
		t.Errorf("a second too early: %v", d.Err)
	}
	r.clock.advance(time.Second)
	if d := r.p.Text(app, wang, "七"); d.Reply != "收到" {
		t.Errorf("after the minute: %+v", d)
	}
}

func TestMarkFailOff(t *testing.T) {
	r := newRig(t, func(o *Options) { o.MarkFailAfter = -1 })
	r.answers(raw(500, ""))
	for range 30 {
		if d := r.p.Text(app, wang, "您好"); errors.Is(d.Err, ErrPaused) {
			t.Fatal("paused")
		}
	}
}

// A changed key counts for the next push; the answer to one under way is read
// with the key it was sealed with.
func TestRuleKeyRotation(t *testing.T) {
	r := newRig(t)
	r.answers(func(m *wechat.Message, s *wechat.Sealer) (int, []byte) {
		if m.Text == "换" {
			r.p.SetKey(app, newKey)
		}
		return 200, s.Seal("收到")
	})
	if d := r.p.Text(app, wang, "换"); d.Reply != "收到" {
		t.Fatalf("the push under way: %+v", d)
	}
	if d := r.p.Text(app, wang, "您好"); d.Attempts[0].Status != http.StatusForbidden {
		t.Errorf("the old key opens the next push: %+v", d)
	}
	r.open(Account{AppID: app, Token: word, AESKey: newKey})
	if d := r.p.Text(app, wang, "您好"); d.Reply != "收到" {
		t.Errorf("the new key: %+v", d)
	}
}

// Closing cuts what is under way.
func TestCloseCuts(t *testing.T) {
	r := newRig(t, func(o *Options) { o.RetryGap = time.Hour })
	r.hook.Close()
	done := make(chan Delivery)
	go func() { done <- r.p.Text(app, wang, "您好") }()
	r.wait(func() bool { return len(r.p.Wire()) == 1 })
	r.p.Close()
	if d := <-done; len(d.Attempts) != 1 {
		t.Errorf("%d attempts", len(d.Attempts))
	}
	r.p.background(func() { t.Error("ran after the end") })
	r.p.Close()
}

// Thousands of pushes by many people at the same time keep every phone in order.
func TestPushMany(t *testing.T) {
	r := newRig(t, func(o *Options) { o.NoBodies, o.PhoneSize = true, 8 })
	r.answers(say("收到"))
	const people, each = 40, 25
	var all sync.WaitGroup
	for i := range people {
		all.Go(func() {
			openid := fmt.Sprint("o-", i)
			for n := range each {
				if d := r.p.Text(app, openid, fmt.Sprint(n)); d.Reply != "收到" {
					t.Errorf("%s %d: %v", openid, n, d.Err)
				}
			}
		})
	}
	all.Wait()
	for i := range people {
		shown := r.p.Phone(app, fmt.Sprint("o-", i))
		if n := len(shown); n < 8 || n > 16 || shown[n-1].ID != 2*each {
			t.Errorf("o-%d keeps %d bubbles", i, n)
		}
		for j := 1; j < len(shown); j++ {
			if shown[j].ID != shown[j-1].ID+1 || shown[j].Out == shown[j-1].Out {
				t.Errorf("o-%d: bubble %d after %d", i, shown[j].ID, shown[j-1].ID)
			}
		}
	}
	log := r.p.Wire()
	if len(log) != 500 || log[499].Seq != people*each || log[0].Request != "" {
		t.Errorf("%d entries, the last %d", len(log), log[len(log)-1].Seq)
	}
}
