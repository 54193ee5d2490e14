package simulator

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// grant is a request for a stable token.
func grant(change map[string]any) map[string]any {
	in := map[string]any{"grant_type": "client_credential", "appid": app, "secret": secret}
	for k, v := range change {
		in[k] = v
	}
	return in
}

// menuCode is the errcode a token gets.
func (r *rig) menuCode(token string) int {
	r.Helper()
	return code0(r.get("menu/get?access_token=" + url.QueryEscape(token)))
}

func TestTokenRefused(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		name string
		in   map[string]any
		want int
	}{
		{"unknown appid", map[string]any{"appid": "wx-nobody"}, 40013},
		{"wrong secret", map[string]any{"secret": "guess"}, 40125},
		{"no secret", map[string]any{"secret": ""}, 40125},
		{"wrong grant", map[string]any{"grant_type": "password"}, 40002},
		{"right", nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.wantCode(r.post("stable_token", grant(c.in)), c.want)
			q := url.Values{}
			for k, v := range grant(c.in) {
				q.Set(k, v.(string))
			}
			r.wantCode(r.get("token?"+q.Encode()), c.want)
		})
	}
}

func TestRuleTokenNeeded(t *testing.T) {
	r := newRig(t)
	for token, want := range map[string]int{"": 41001, "invented": 40014, strings.Repeat("A", tokenLength): 40001, r.token(): 46003} {
		if got := r.menuCode(token); got != want {
			t.Errorf("token %q: errcode %d, want %d", token, got, want)
		}
	}
}

func TestMethods(t *testing.T) {
	r := newRig(t)
	r.wantCode(r.get("stable_token"), 43002)
	r.wantCode(r.post("menu/get", nil), 43001)
	status, body := r.do("POST", "stable_token", "application/json", []byte("{nonsense"))
	r.wantCode(r.json(status, body), 47001)
}

// A stable token is the same until five minutes before its end, when a new one is
// given and both work.
func TestRuleStableTokenOverlap(t *testing.T) {
	r := newRig(t)
	old := r.token()
	r.clock.advance(tokenLife - tokenOverlap - time.Second)
	if again := r.token(); again != old {
		t.Fatal("another token long before the end")
	}
	r.clock.advance(time.Second)
	fresh := r.token()
	if fresh == old {
		t.Fatal("the same token five minutes before its end")
	}
	for _, token := range []string{old, fresh} {
		if got := r.menuCode(token); got != 46003 {
			t.Errorf("in the overlap: errcode %d", got)
		}
	}
	r.clock.advance(tokenOverlap)
	if got := r.menuCode(old); got != 42001 {
		t.Errorf("the old one after the overlap: errcode %d, want 42001", got)
	}
	if got := r.menuCode(fresh); got != 46003 {
		t.Errorf("the new one after the overlap: errcode %d", got)
	}
}

func TestStableTokenTellsItsLife(t *testing.T) {
	r := newRig(t)
	r.token()
	r.clock.advance(time.Hour)
	if got := r.post("stable_token", grant(nil))["expires_in"]; got != 3600.0 {
		t.Errorf("expires_in %v after an hour, want 3600", got)
	}
}

// A forced refresh ends the old token at once, twenty times a day.
func TestRuleForceRefresh(t *testing.T) {
	r := newRig(t)
	old := r.token()
	for i := range forcedPerDay {
		out := r.post("stable_token", grant(map[string]any{"force_refresh": true}))
		if out["access_token"] == old {
			t.Fatalf("refresh %d gave the old token", i)
		}
	}
	if got := r.menuCode(old); got != 40001 {
		t.Errorf("the old token: errcode %d, want 40001", got)
	}
	r.wantCode(r.post("stable_token", grant(map[string]any{"force_refresh": true})), 45009)
	r.clock.advance(24 * time.Hour)
	r.wantCode(r.post("stable_token", grant(map[string]any{"force_refresh": true})), 0)
}

// cgi-bin/token gives a new one each time, the old one works for five minutes,
// and stable tokens are not touched.
func TestRuleOldTokenDies(t *testing.T) {
	r := newRig(t)
	q := "token?grant_type=client_credential&appid=" + app + "&secret=" + secret
	stable := r.token()
	first, _ := r.get(q)["access_token"].(string)
	second, _ := r.get(q)["access_token"].(string)
	if first == second || first == "" {
		t.Fatalf("tokens %q and %q", first, second)
	}
	r.clock.advance(tokenOverlap - time.Second)
	for _, token := range []string{stable, first, second} {
		if got := r.menuCode(token); got != 46003 {
			t.Errorf("errcode %d in the overlap", got)
		}
	}
	r.clock.advance(time.Second)
	if got := r.menuCode(first); got != 40001 {
		t.Errorf("the first after five minutes: errcode %d, want 40001", got)
	}
	if got := r.menuCode(stable); got != 46003 {
		t.Errorf("the stable one: errcode %d", got)
	}
}

func TestRuleTokensOnDemand(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(*Platform)
		want int
	}{
		"killed":  {func(p *Platform) { p.KillTokens(app) }, 40001},
		"expired": {func(p *Platform) { p.ExpireTokens(app) }, 42001},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			old := r.token()
			c.end(r.p)
			if got := r.menuCode(old); got != c.want {
				t.Errorf("errcode %d, want %d", got, c.want)
			}
			if fresh := r.token(); fresh == old || r.menuCode(fresh) != 46003 {
				t.Error("no new token after it")
			}
			c.end(r.p)
			c.end(r.p) // twice is once
			if got := r.menuCode(old); got != c.want {
				t.Errorf("errcode %d the second time, want %d", got, c.want)
			}
		})
	}
	r := newRig(t)
	r.p.KillTokens("wx-nobody")
}

// Two accounts have tokens of their own.
func TestTokenOfItsAccount(t *testing.T) {
	r := newRig(t, func(o *Options) {
		o.Accounts = append(o.Accounts, Account{AppID: "wx-other", Secret: "s2", Token: word})
	})
	other, _ := r.post("stable_token", grant(map[string]any{"appid": "wx-other", "secret": "s2"}))["access_token"].(string)
	r.p.Text(app, wang, "您好")
	r.wantCode(r.custom(other, wang, "您好"), 40003)
	r.wantCode(r.custom(r.token(), wang, "您好"), 0)
	r.p.KillTokens("wx-other")
	r.wantCode(r.custom(r.token(), wang, "您好"), 0)
	r.wantCode(r.custom(other, wang, "您好"), 40001)
}
