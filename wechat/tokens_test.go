package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"gridbot/task"
)

// clock is a clock tests move by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: testNow()} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// send sends one text, which must end in the given outcome.
func send(t *testing.T, c *Client, want task.Outcome) {
	t.Helper()
	if r := c.SendText(context.Background(), "xingfu", testOpenid, "您好"); r.Outcome != want {
		t.Fatalf("result %+v, want %v", r, want)
	}
}

// wantGrants fails unless the platform was asked for n tokens so far.
func (p *platform) wantGrants(t *testing.T, n int) {
	t.Helper()
	if grants, _ := p.counts(); grants != n {
		t.Fatalf("%d tokens were asked for, want %d", grants, n)
	}
}

func TestTokenRequest(t *testing.T) {
	p := newPlatform(t, failing(0))
	send(t, p.client(t, nil), task.Delivered)
	var got map[string]any
	if err := json.Unmarshal([]byte(p.grants[0]), &got); err != nil {
		t.Fatal(err)
	}
	if got["grant_type"] != "client_credential" || got["appid"] != testApp ||
		got["secret"] != safeAccount().Secret || got["force_refresh"] != false {
		t.Errorf("asked with %v", got)
	}
	if p.observe["stable_token 0"] != 1 {
		t.Errorf("observed %v", p.observe)
	}
}

func TestTokenIsRenewedBeforeItsEnd(t *testing.T) {
	p, clk := newPlatform(t, failing(0)), newClock()
	c := p.client(t, func(o *Options) { o.Now = clk.Now })
	send(t, c, task.Delivered)
	clk.Add(7200*time.Second - renewBefore - time.Second)
	send(t, c, task.Delivered)
	p.wantGrants(t, 1)
	clk.Add(2 * time.Second)
	send(t, c, task.Delivered)
	p.wantGrants(t, 2)
}

// Replicas share one token, and none asks while the shared one will last.
func TestTokenIsShared(t *testing.T) {
	p, clk := newPlatform(t, failing(0)), newClock()
	shared := NewMemoryTokens(clk.Now)
	var wg sync.WaitGroup
	for range 4 {
		c := p.client(t, func(o *Options) { o.Now, o.Tokens = clk.Now, shared })
		for range 5 {
			wg.Go(func() { c.SendText(context.Background(), "xingfu", testOpenid, "您好") })
		}
	}
	wg.Wait()
	p.wantGrants(t, 1)
	if _, calls := p.counts(); calls != 20 {
		t.Errorf("%d calls", calls)
	}
}

func TestTokenDeath(t *testing.T) {
	for _, code := range []int{40001, 40014, 42001} {
		p := newPlatform(t, func(n int, _ request) string {
			if n == 1 {
				return failing(code)(n, request{})
			}
			return failing(0)(n, request{})
		})
		c := p.client(t, nil)
		send(t, c, task.Delivered)
		send(t, c, task.Delivered)
		if grants, calls := p.counts(); grants != 2 || calls != 3 {
			t.Errorf("%d: %d tokens, %d calls", code, grants, calls)
		}
	}
}

// One replica replaces the dead token; the others find it without asking the
// platform again.
func TestTokenDeathOnReplicas(t *testing.T) {
	p := newPlatform(t, failing(0))
	shared := NewMemoryTokens(testNow)
	one := p.client(t, func(o *Options) { o.Tokens = shared })
	two := p.client(t, func(o *Options) { o.Tokens = shared })
	send(t, one, task.Delivered)
	send(t, two, task.Delivered)
	p.killToken()
	send(t, one, task.Delivered)
	p.wantGrants(t, 2)
	send(t, two, task.Delivered)
	p.wantGrants(t, 2)
}

// A token that stays refused is a broken account: one repair, then the alarm.
func TestTokenStaysDead(t *testing.T) {
	p := newPlatform(t, failing(40001))
	send(t, p.client(t, nil), task.Hold)
	if grants, calls := p.counts(); grants != 2 || calls != 2 {
		t.Errorf("%d tokens, %d calls", grants, calls)
	}
}

func TestTokenRefused(t *testing.T) {
	for body, want := range map[string]task.Outcome{
		`{"errcode":40125,"errmsg":"invalid appsecret"}`:   task.Hold,
		`{"errcode":40164,"errmsg":"invalid ip 1.2.3.4"}`:  task.Hold,
		`{"errcode":-1,"errmsg":"system error"}`:           task.RetryLater,
		`{"errcode":45009,"errmsg":"reach max api daily"}`: task.QuotaUsed,
		`{"errcode":45011,"errmsg":"api minute-quota"}`:    task.SlowDown,
		`<html>`:              task.RetryLater,
		`{}`:                  task.RetryLater,
		`{"access_token":""}`: task.RetryLater,
	} {
		p := newPlatform(t, failing(0))
		p.refuse = body
		r := p.client(t, nil).SendText(context.Background(), "xingfu", testOpenid, "您好")
		if r.Outcome != want || r.Detail == "" {
			t.Errorf("%s: %+v, want %v", body, r, want)
		}
		noSecrets(t, r.Detail)
		if _, calls := p.counts(); calls != 0 {
			t.Errorf("%s: %d calls without a token", body, calls)
		}
	}
}

// While a new token cannot be had the old one serves until its end.
func TestOldTokenServesToItsEnd(t *testing.T) {
	p, clk := newPlatform(t, failing(0)), newClock()
	c := p.client(t, func(o *Options) { o.Now = clk.Now })
	send(t, c, task.Delivered)
	p.refuse = `{"errcode":-1,"errmsg":"busy"}`
	clk.Add(7200*time.Second - renewBefore + time.Second)
	send(t, c, task.Delivered)
	send(t, c, task.Delivered)
	p.wantGrants(t, 2)
	clk.Add(fetchRight)
	send(t, c, task.Delivered)
	p.wantGrants(t, 3)
	clk.Add(renewBefore)
	send(t, c, task.RetryLater)
}

// While another replica fetches, the old token serves; without one the others
// wait for it, and fetch themselves when it does not come.
func TestTokenWhileAnotherFetches(t *testing.T) {
	ctx := context.Background()
	clk := newClock()
	p := newPlatform(t, failing(0))
	shared := NewMemoryTokens(clk.Now)
	shared.SaveToken(ctx, testApp, "token-1", renewBefore-time.Second)
	shared.LockToken(ctx, testApp, time.Hour)
	c := p.client(t, func(o *Options) { o.Now, o.Tokens, o.Timeout = clk.Now, shared, time.Second })
	send(t, c, task.Delivered)
	p.wantGrants(t, 0)

	clk.Add(renewBefore)
	arrived := make(chan struct{})
	go func() {
		defer close(arrived)
		shared.SaveToken(ctx, testApp, "token-1", 2*time.Hour)
	}()
	send(t, c, task.Delivered)
	<-arrived
	p.wantGrants(t, 0)

	clk.Add(2 * time.Hour)
	shared.LockToken(ctx, testApp, time.Hour)
	send(t, c, task.Delivered)
	p.wantGrants(t, 1)
}

// lostTokens is a shared cache that cannot be reached.
type lostTokens struct{}

var errLost = errors.New("connection refused")

func (lostTokens) Token(context.Context, string) (string, time.Duration, error) {
	return "", 0, errLost
}
func (lostTokens) SaveToken(context.Context, string, string, time.Duration) error {
	return errLost
}
func (lostTokens) DropToken(context.Context, string, string) error { return errLost }
func (lostTokens) LockToken(context.Context, string, time.Duration) (bool, error) {
	return false, errLost
}

// Without the shared cache a fetch serves for the token's life, and a dead
// token is still replaced.
func TestTokenWithoutSharedCache(t *testing.T) {
	p := newPlatform(t, failing(0))
	c := p.client(t, func(o *Options) { o.Tokens = lostTokens{} })
	for range 5 {
		send(t, c, task.Delivered)
	}
	p.wantGrants(t, 1)
	p.killToken()
	send(t, c, task.Delivered)
	p.wantGrants(t, 2)
}

// A platform that gives tokens of a short life is not asked for every call.
func TestShortLivedToken(t *testing.T) {
	p, clk := newPlatform(t, failing(0)), newClock()
	p.life = 60
	c := p.client(t, func(o *Options) { o.Now = clk.Now })
	send(t, c, task.Delivered)
	clk.Add(29 * time.Second)
	send(t, c, task.Delivered)
	p.wantGrants(t, 1)
	clk.Add(2 * time.Second)
	send(t, c, task.Delivered)
	p.wantGrants(t, 2)
}

func TestMemoryTokens(t *testing.T) {
	ctx, clk := context.Background(), newClock()
	m := NewMemoryTokens(clk.Now)
	m.SaveToken(ctx, "a", "one", time.Minute)
	if token, left, _ := m.Token(ctx, "a"); token != "one" || left != time.Minute {
		t.Errorf("Token = %q, %v", token, left)
	}
	m.DropToken(ctx, "a", "another")
	if token, _, _ := m.Token(ctx, "a"); token != "one" {
		t.Error("dropped a token that is not the one used")
	}
	if token, _, _ := m.Token(ctx, "b"); token != "" {
		t.Error("another account has the token")
	}
	clk.Add(time.Minute)
	if token, left, _ := m.Token(ctx, "a"); token != "" || left != 0 {
		t.Errorf("after its end: %q, %v", token, left)
	}
	m.SaveToken(ctx, "a", "two", time.Minute)
	m.DropToken(ctx, "a", "two")
	if token, _, _ := m.Token(ctx, "a"); token != "" {
		t.Error("a dropped token is still there")
	}
	first, _ := m.LockToken(ctx, "a", time.Minute)
	second, _ := m.LockToken(ctx, "a", time.Minute)
	clk.Add(time.Minute)
	third, _ := m.LockToken(ctx, "a", time.Minute)
	if !first || second || !third {
		t.Errorf("locks %v %v %v", first, second, third)
	}
}
