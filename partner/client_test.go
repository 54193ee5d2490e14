package partner

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"gridbot/task"
)

func called(t *testing.T, h http.HandlerFunc) (*Client, *httptest.Server) {
	t.Helper()
	web := httptest.NewServer(h)
	t.Cleanup(web.Close)
	c := NewClient(map[string]Callee{"hotline": {URL: web.URL + "/events?x=1", Secret: secret}, "silent": {}}, func() time.Time { return noon })
	t.Cleanup(c.Close)
	return c, web
}

func TestACallIsSignedAndNamed(t *testing.T) {
	var got Event
	var trust error
	var key string
	c, _ := called(t, func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || json.Unmarshal(body, &got) != nil {
			t.Error(err)
		}
		trust, key = Secrets{Current: secret}.Verify(r.Method, r.RequestURI, r.Header.Get(HeaderTime), r.Header.Get(HeaderSignature), body, noon), r.Header.Get(HeaderKey)
	})
	e := Event{Number: "7", Task: "12-1001", Event: "signed", Status: task.Signed, At: noon.UTC()}
	if r := c.Call(t.Context(), "hotline", "12.1001.2.1", e); r.Outcome != task.Delivered || trust != nil || key != "12.1001.2.1" || got != e {
		t.Errorf("%+v, %v, %q, %+v", r, trust, key, got)
	}
}

func TestWhatAnAnswerMeans(t *testing.T) {
	var status atomic.Int64
	c, _ := called(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "30")
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(int(status.Load()))
	})
	for code, want := range map[int]task.Outcome{200: task.Delivered, 202: task.Delivered, 204: task.Delivered, 409: task.Delivered, 410: task.Delivered,
		301: task.Bad, 307: task.Bad, 400: task.Bad, 404: task.Bad, 422: task.Bad, 401: task.Hold, 403: task.Hold,
		408: task.RetryLater, 425: task.RetryLater, 429: task.SlowDown, 500: task.RetryLater, 502: task.RetryLater, 503: task.RetryLater} {
		status.Store(int64(code))
		r := c.Call(t.Context(), "hotline", "1", Event{})
		wait := 30 * time.Second
		if want == task.Delivered {
			wait = 0
		}
		if r.Outcome != want || r.Code != code || r.RetryAfter != wait {
			t.Errorf("%d: %+v, want %v", code, r, want)
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var calls atomic.Int64
	c, _ := called(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		http.Redirect(w, r, "/inside", http.StatusTemporaryRedirect)
	})
	if r := c.Call(t.Context(), "hotline", "1", Event{}); r.Outcome != task.Bad || calls.Load() != 1 {
		t.Errorf("%+v after %d calls", r, calls.Load())
	}
}

func TestWhoIsNotThere(t *testing.T) {
	c, web := called(t, func(http.ResponseWriter, *http.Request) { t.Error("called") })
	web.Close()
	if r := c.Call(t.Context(), "hotline", "1", Event{}); r.Outcome != task.RetryLater {
		t.Errorf("away: %+v", r)
	}
	if r := c.Call(t.Context(), "silent", "1", Event{}); r.Outcome != task.Delivered {
		t.Errorf("without an address: %+v", r)
	}
	if r := c.Call(t.Context(), "nobody", "1", Event{}); r.Outcome != task.Bad {
		t.Errorf("unknown: %+v", r)
	}
}

func TestATimeOutIsTriedAgain(t *testing.T) {
	release := make(chan struct{})
	c, _ := called(t, func(http.ResponseWriter, *http.Request) { <-release })
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if r := c.Call(ctx, "hotline", "1", Event{}); r.Outcome != task.RetryLater {
		t.Errorf("%+v", r)
	}
}
