package wechat

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"gridbot/task"
)

// reaction is one row of the platform's error table: what comes back, and what
// follows from it.
type reaction struct {
	code  int // an errcode, or below 1000 a status of HTTP
	want  task.Outcome
	after time.Duration // when to try again, where the row says so
	calls int           // calls made, 1 when it is not said
	then  string        // the row in words
}

// reactions is the whole error table, which docs/channels.md tells to operators.
// Rows without an errcode are in the tests below it; 47003, 40037 and 40007 say more in tests of their own.
func reactions() []reaction {
	midnight := untilMidnight(testNow())
	return []reaction{
		{code: 0, want: task.Delivered, then: "done"},
		{code: -1, want: task.RetryLater, then: "back off 1, 2, 4 s …"},
		{code: 61450, want: task.RetryLater, then: "back off 1, 2, 4 s …"},
		{code: 500, want: task.RetryLater, then: "back off 1, 2, 4 s …"},
		{code: 502, want: task.RetryLater, then: "back off 1, 2, 4 s …"},
		{code: 504, want: task.RetryLater, then: "back off 1, 2, 4 s …"},
		{code: 404, want: task.RetryLater, then: "a gateway on the way: back off"},
		{code: 429, want: task.SlowDown, after: time.Minute, then: "slow down, again after 60 s"},
		{code: 40001, want: task.Hold, calls: 2, then: "drop the token, fetch once, repeat once, then hold and alarm"},
		{code: 40014, want: task.Hold, calls: 2, then: "drop the token, fetch once, repeat once, then hold and alarm"},
		{code: 42001, want: task.Hold, calls: 2, then: "drop the token, fetch once, repeat once, then hold and alarm"},
		{code: 40013, want: task.Hold, then: "alarm the operator, hold the queue"},
		{code: 40125, want: task.Hold, then: "alarm the operator, hold the queue"},
		{code: 40164, want: task.Hold, then: "alarm the operator, hold the queue"},
		{code: 40243, want: task.Hold, then: "alarm the operator, hold the queue"},
		{code: 48001, want: task.Hold, then: "alarm the operator, hold the queue"},
		{code: 40003, want: task.Unreachable, after: time.Hour, then: "one late retry, then unreachable here, next channel"},
		{code: 43004, want: task.Unreachable, then: "unreachable here, next channel"},
		{code: 50005, want: task.Unreachable, then: "unreachable here, next channel"},
		{code: 43019, want: task.Unreachable, then: "unreachable here, next channel"},
		{code: 48002, want: task.Unreachable, then: "unreachable here, next channel"},
		{code: 43101, want: task.NoConsent, then: "consent 0, next channel"},
		{code: 45015, want: task.WindowClosed, then: "never retry, budget 0, next channel"},
		{code: 45047, want: task.WindowClosed, then: "never retry, budget 0, next channel"},
		{code: 45009, want: task.QuotaUsed, after: midnight, then: "stop this API until midnight in Shanghai"},
		{code: 45011, want: task.SlowDown, after: time.Minute, then: "slow down, again after 60 s"},
		{code: 45002, want: task.Shorten, then: "shorten with a link, once"},
		{code: 47003, want: task.Bad, then: "mend the named field, once, else dead letter"},
		{code: 40037, want: task.RetryLater, after: templateGrace, then: "once later, then off, next channel, alarm"},
		{code: 40007, want: task.Bad, then: "upload again, once; without a picture a dead letter"},
		{code: 48004, want: task.ChannelStopped, then: "stop the channel, alarm; other channels go on"},
		{code: 50002, want: task.ChannelStopped, then: "stop the channel, alarm; other channels go on"},
		{code: 99999, want: task.Bad, then: "any other: dead letter, visible"},
		{code: -2, want: task.Bad, then: "any other: dead letter, visible"},
	}
}

// Every row, from the wire to the courier, on each way of sending.
func TestErrorTable(t *testing.T) {
	for _, row := range reactions() {
		t.Logf("%6d → %-15s %s", row.code, row.want, row.then)
		for way, send := range map[string]func(*Client) task.Result{
			"message/custom/send":       sendText,
			"message/template/send":     sendTemplate,
			"message/subscribe/bizsend": sendSubscription,
		} {
			if way == "message/custom/send" && row.code == codeNoTemplate {
				continue // there is no template in it
			}
			row.try(t, way, send)
		}
	}
}

func sendText(c *Client) task.Result {
	return c.SendText(context.Background(), "xingfu", testOpenid, "您好")
}

// try sends once to a platform that answers with the row's code.
func (row reaction) try(t *testing.T, way string, send func(*Client) task.Result) {
	t.Helper()
	p := newPlatform(t, failing(row.code))
	if row.code >= 100 && row.code < 1000 {
		p.status = row.code
	}
	r := send(p.client(t, func(o *Options) { o.Accounts[0].Abilities.Subscription = true }))
	if r.Outcome != row.want || r.RetryAfter != row.after || (r.Detail == "") != (row.code == 0) {
		t.Errorf("%d by %s: %+v, want %s after %s", row.code, way, r, row.want, row.after)
	}
	if own := row.code == -1 || row.code >= 1000; own && r.Code != row.code || !own && r.Code != 0 {
		t.Errorf("%d by %s: the result says %d", row.code, way, r.Code)
	}
	noSecrets(t, r.Detail)
	if _, calls := p.counts(); calls != max(row.calls, 1) || p.observe[fmt.Sprint(way, " ", row.code)] != calls {
		t.Errorf("%d by %s: %d calls, observed %v", row.code, way, calls, p.observe)
	}
}

// The row “time-out”: a template is safe to repeat, which the courier knows; what
// became of it is unknown on every way.
func TestErrorTableTimeout(t *testing.T) {
	for way, send := range map[string]func(*Client) task.Result{"custom": sendText, "template": sendTemplate, "subscription": sendSubscription} {
		release := make(chan struct{})
		c := impatient(t, brokenPlatform(t, func(http.ResponseWriter) { <-release }))
		c.accounts[0].Abilities.Subscription = true
		if r := send(c); r.Outcome != task.Unknown || r.Code != 0 {
			t.Errorf("%s: %+v", way, r)
		}
		close(release)
	}
}

// Without a token nothing is sent and nothing is wrong with the notice, so that
// it is never buried, and never unknown.
func TestErrorTableOfTokens(t *testing.T) {
	for answer, want := range map[string]task.Outcome{
		`{"errcode":-1,"errmsg":"busy"}`:            task.RetryLater,
		`{"errcode":45009,"errmsg":"quota"}`:        task.QuotaUsed,
		`{"errcode":45011,"errmsg":"frequency"}`:    task.SlowDown,
		`{"errcode":40125,"errmsg":"secret"}`:       task.Hold,
		`{"errcode":40164,"errmsg":"not in white"}`: task.Hold,
		`{"errcode":40243,"errmsg":"frozen"}`:       task.Hold,
		`{"errcode":50002,"errmsg":"limited"}`:      task.ChannelStopped,
		`{"errcode":40002,"errmsg":"grant type"}`:   task.Hold,
		`{"errcode":50004,"errmsg":"forbidden"}`:    task.Hold,
		`{"errcode":99999,"errmsg":"news"}`:         task.Hold,
		`<html>`:                                    task.RetryLater,
		`{}`:                                        task.RetryLater,
	} {
		p := newPlatform(t, failing(0))
		p.refuse = answer
		if r := sendText(p.client(t, nil)); r.Outcome != want {
			t.Errorf("%s: %+v, want %s", answer, r, want)
		}
	}
}

func TestPause(t *testing.T) {
	shanghai := time.FixedZone("", 8*3600)
	evening := time.Date(2026, 10, 1, 23, 30, 0, 0, shanghai)
	for name, c := range map[string]struct {
		outcome task.Outcome
		code    int
		now     time.Time
		want    time.Duration
	}{
		"slow down":                  {task.SlowDown, 45011, evening, time.Minute},
		"half an hour to midnight":   {task.QuotaUsed, 45009, evening, 30 * time.Minute},
		"the same, clock in UTC":     {task.QuotaUsed, 45009, evening.UTC(), 30 * time.Minute},
		"midnight itself":            {task.QuotaUsed, 45009, evening.Add(30 * time.Minute), 24 * time.Hour},
		"an openid worth a late try": {task.Unreachable, 40003, evening, time.Hour},
		"a person who left":          {task.Unreachable, 43004, evening, 0},
		"busy":                       {task.RetryLater, -1, evening, 0},
	} {
		if got := pause(c.outcome, c.code, c.now); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestSendHTTPStatus(t *testing.T) {
	for status, want := range map[int]task.Outcome{
		http.StatusInternalServerError: task.RetryLater,
		http.StatusBadGateway:          task.RetryLater,
		http.StatusTooManyRequests:     task.SlowDown,
		http.StatusFound:               task.RetryLater,
		http.StatusForbidden:           task.RetryLater,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			c := brokenPlatform(t, func(w http.ResponseWriter) {
				w.Header().Set("Location", "https://elsewhere.example/")
				w.WriteHeader(status)
			})
			r := c.SendText(context.Background(), "xingfu", testOpenid, "您好")
			if r.Outcome != want || r.Code != 0 {
				t.Errorf("result %+v, want %v", r, want)
			}
		})
	}
}

// An answer that is not the platform's says nothing about the message.
func TestSendOddAnswers(t *testing.T) {
	for name, body := range map[string]string{
		"page": "<html>login</html>", "empty": "", "cut": `{"errcode":`, "text": `{"errcode":"0"}`, "no errcode": `{"status":"ok"}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := newPlatform(t, always(body)).client(t, nil).SendText(context.Background(), "xingfu", testOpenid, "您好")
			if r.Outcome != task.Unknown || r.Code != 0 {
				t.Errorf("result %+v", r)
			}
		})
	}
}
