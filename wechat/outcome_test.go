package wechat

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"gridbot/task"
)

// rows are the rows of the platform's error table, one by one.
func rows() map[int]task.Outcome {
	return map[int]task.Outcome{
		0:     task.Delivered,
		-1:    task.RetryLater,
		61450: task.RetryLater,
		40001: task.Hold,
		40014: task.Hold,
		42001: task.Hold,
		40013: task.Hold,
		40125: task.Hold,
		40164: task.Hold,
		40243: task.Hold,
		48001: task.Hold,
		48004: task.Hold,
		50002: task.Hold,
		40003: task.Unreachable,
		43004: task.Unreachable,
		50005: task.Unreachable,
		43019: task.Unreachable,
		48002: task.Unreachable,
		43101: task.NoConsent,
		45015: task.WindowClosed,
		45047: task.WindowClosed,
		45009: task.QuotaUsed,
		45011: task.SlowDown,
		45002: task.Shorten,
		40037: task.NextChannel,
		47003: task.Bad,
		40007: task.Bad,
		99999: task.Bad,
		-2:    task.Bad,
		500:   task.RetryLater,
		502:   task.RetryLater,
		404:   task.RetryLater,
		429:   task.SlowDown,
	}
}

func TestOutcomeOf(t *testing.T) {
	for code, want := range rows() {
		if got := outcomeOf(code); got != want {
			t.Errorf("outcomeOf(%d) = %v, want %v", code, got, want)
		}
	}
}

// Every row again, from the wire to the courier.
func TestSendTextOutcomes(t *testing.T) {
	for code, want := range rows() {
		if code > 0 && code < 1000 {
			continue // HTTP's, see TestSendHTTPStatus
		}
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			p := newPlatform(t, failing(code))
			r := p.client(t, nil).SendText(context.Background(), "xingfu", testOpenid, "您好")
			if r.Outcome != want || r.Code != code && code != -2 {
				t.Errorf("result %+v, want %v", r, want)
			}
			if (r.Detail == "") != (code == 0) {
				t.Errorf("detail %q", r.Detail)
			}
			noSecrets(t, r.Detail)
			_, calls := p.counts()
			wantCalls := 1
			if tokenDied(code) {
				wantCalls = 2
			}
			if calls != wantCalls || p.observe[fmt.Sprint("message/custom/send ", code)] != wantCalls {
				t.Errorf("%d calls, observed %v", calls, p.observe)
			}
		})
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
		"page": "<html>login</html>", "empty": "", "cut": `{"errcode":`, "text": `{"errcode":"0"}`,
	} {
		t.Run(name, func(t *testing.T) {
			r := newPlatform(t, always(body)).client(t, nil).SendText(context.Background(), "xingfu", testOpenid, "您好")
			if r.Outcome != task.Unknown || r.Code != 0 {
				t.Errorf("result %+v", r)
			}
		})
	}
}
