package simulator

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// event is one event of the stream.
type event struct{ name, data string }

// stream reads the page's stream until the test ends.
func (r *rig) stream(ctx context.Context) <-chan event {
	r.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.api.URL+"/sim/events", nil)
	if err != nil {
		r.Fatal(err)
	}
	res, err := r.api.Client().Do(req)
	if err != nil {
		r.Fatal(err)
	}
	if got := res.Header.Get("Content-Type"); got != "text/event-stream" {
		r.Errorf("Content-Type %s", got)
	}
	out := make(chan event, 100)
	go func() {
		defer close(out)
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(nil, 1<<20)
		name := ""
		for lines.Scan() {
			if v, found := strings.CutPrefix(lines.Text(), "event: "); found {
				name = v
			}
			if v, found := strings.CutPrefix(lines.Text(), "data: "); found {
				out <- event{name, v}
			}
		}
	}()
	return out
}

// next returns the next event that holds a text.
func (r *rig) next(events <-chan event, name, part string) event {
	r.Helper()
	late := time.After(10 * time.Second)
	for {
		select {
		case e, open := <-events:
			if !open {
				r.Fatal("the stream ended")
			}
			if e.name == name && contains(e.data, part) {
				return e
			}
		case <-late:
			r.Fatalf("no %s with %s", name, part)
		}
	}
}

// A page that is opened gets what there is, then each thing once.
func TestStream(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Cast = []Person{{OpenID: wang}, {OpenID: li}} })
	r.answers(say("收到"))
	r.p.Text(app, wang, "早先")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	events := r.stream(ctx)
	r.next(events, "phone", `"openid":"o-wang","bubbles":[{"id":1`)
	r.next(events, "phone", `"openid":"o-li","bubbles":null,"following":false`)
	r.next(events, "wire", "早先")
	r.p.Text(app, wang, "后来")
	e := r.next(events, "phone", "后来")
	if contains(e.data, "早先") {
		t.Errorf("told twice: %s", e.data)
	}
	r.p.Follow(app, li, "")
	r.next(events, "phone", `"following":true`)
	r.post("menu/create?access_token="+r.token(), map[string]any{"button": []any{map[string]string{"type": "click", "name": "进度", "key": "k"}}})
	r.next(events, "menu", "进度")
	r.get("menu/delete?access_token=" + r.token())
	r.next(events, "menu", `"menu":null`)
}

// The stream ends with the page and with the platform.
func TestStreamEnds(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Cast = []Person{{OpenID: wang}} })
	ctx, cancel := context.WithCancel(t.Context())
	gone := r.stream(ctx)
	r.next(gone, "phone", wang)
	cancel()
	for range gone {
	}
	stays := r.stream(t.Context())
	r.next(stays, "phone", wang)
	r.p.Close()
	for range stays {
	}
}

// A writer that cannot stream is told so.
func TestStreamNeedsConnection(t *testing.T) {
	r := newRig(t)
	w := httptest.NewRecorder()
	r.p.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/sim/events", nil))
	if w.Code != http.StatusNotImplemented {
		t.Errorf("status %d", w.Code)
	}
}
