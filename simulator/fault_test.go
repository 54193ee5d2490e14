package simulator

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// try sends a customer-service text and returns the status, or the error.
func (r *rig) try(ctx context.Context, token string) (int, error) {
	r.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.api.URL+"/cgi-bin/message/custom/send?access_token="+token,
		strings.NewReader(`{"touser":"`+wang+`","msgtype":"text","text":{"content":"您好"}}`))
	if err != nil {
		r.Fatal(err)
	}
	res, err := r.api.Client().Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

func TestRuleSystemBusy(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Text(app, wang, "您好")
	r.p.Fail(app, "message/custom/send", Fault{Times: 2, Errcode: -1})
	for _, want := range []int{-1, -1, 0} {
		r.wantCode(r.custom(token, wang, "您好"), want)
	}
	r.p.Fail(app, "message/custom/send", Fault{Errcode: 45009})
	r.wantCode(r.get("menu/get?access_token="+token), 46003) // another API
	r.wantCode(r.custom(token, wang, "您好"), 45009)
	r.wantCode(r.custom(token, wang, "您好"), 0)
}

func TestFaultUntilMended(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Text(app, wang, "您好")
	r.p.Fail(app, "message/custom/send", Fault{Times: -1, Errcode: 61450})
	r.p.Fail("wx-other", "message/custom/send", Fault{Times: -1, Errcode: 1})
	for range 5 {
		r.wantCode(r.custom(token, wang, "您好"), 61450)
	}
	r.p.Mend(app)
	r.wantCode(r.custom(token, wang, "您好"), 0)
	if _, hit := r.p.faults.take("wx-other", "message/custom/send", r.clock.Now()); !hit {
		t.Error("mending one account mended another")
	}
}

func TestRuleHTTPFailure(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Text(app, wang, "您好")
	r.p.Fail(app, "message/custom/send", Fault{Status: 502})
	for _, want := range []int{502, 200} {
		if got, err := r.try(t.Context(), token); got != want || err != nil {
			t.Errorf("status %d (%v), want %d", got, err, want)
		}
	}
	r.wantScreen(wang, ">text : 您好", "<text custom: 您好")
}

func TestFaultDrop(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Text(app, wang, "您好")
	r.p.Fail(app, "message/custom/send", Fault{Drop: true})
	if status, err := r.try(t.Context(), token); err == nil {
		t.Errorf("status %d instead of a closed connection", status)
	}
	r.wantScreen(wang, ">text : 您好")
}

// A call that takes effect while its answer is lost: the caller cannot know.
func TestRuleAnswerLost(t *testing.T) {
	for name, f := range map[string]Fault{
		"drop":   {Drop: true, Performed: true},
		"status": {Status: 500, Performed: true},
		"code":   {Errcode: -1, Performed: true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			token := r.token()
			r.p.Text(app, wang, "您好")
			r.p.Fail(app, "message/custom/send", f)
			r.try(t.Context(), token) // its outcome is what the fault says
			r.wantScreen(wang, ">text : 您好", "<text custom: 您好")
		})
	}
}

// A caller who gives up while the call hangs finds that nothing was done.
func TestRuleSlowAndTimedOut(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Text(app, wang, "您好")
	r.p.Fail(app, "message/custom/send", Fault{Hang: time.Hour})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := r.try(ctx, token); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	r.wantScreen(wang, ">text : 您好")
	r.p.Fail(app, "message/custom/send", Fault{Hang: time.Millisecond})
	if status, err := r.try(t.Context(), token); status != 200 || err != nil {
		t.Errorf("a slow answer: %d, %v", status, err)
	}
	r.wantScreen(wang, ">text : 您好", "<text custom: 您好")
}

func TestFaultOfTokens(t *testing.T) {
	r := newRig(t)
	r.p.Fail(app, "stable_token", Fault{Errcode: -1})
	r.wantCode(r.post("stable_token", grant(nil)), -1)
	r.token()
}

// Quotas end with the day of Shanghai, and clear_quota ends them sooner.
func TestRuleDailyQuota(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Accounts[0].Daily = map[string]int{"menu/get": 2} })
	r.clock.now = time.Date(2026, 3, 2, 23, 30, 0, 0, shanghai())
	token := r.token()
	get := func(want int) {
		t.Helper()
		r.wantCode(r.get("menu/get?access_token="+token), want)
	}
	get(46003)
	get(46003)
	get(45009)
	r.wantCode(r.get("user/info?access_token="+token+"&openid=x"), 40003) // not limited
	r.clock.advance(29 * time.Minute)
	get(45009)
	r.clock.advance(time.Minute) // midnight
	get(46003)
	get(46003)
	get(45009)
	r.wantCode(r.post("clear_quota?access_token="+token, map[string]string{"appid": "wx-other"}), 40013)
	r.wantCode(r.post("clear_quota?access_token="+token, map[string]string{"appid": app}), 0)
	get(46003)
}
