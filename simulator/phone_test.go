package simulator

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"gridbot/wechat"
)

func TestWait(t *testing.T) {
	r := newRig(t)
	if err := r.p.Wait(t.Context(), func() bool { return true }); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.p.Wait(ctx, func() bool { return false }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	var all sync.WaitGroup
	for i := range 20 { // many wait for different things
		all.Go(func() { r.wait(func() bool { return len(r.p.Phone(app, fmt.Sprint("o-", i))) == 1 }) })
	}
	for i := range 20 {
		r.p.Text(app, fmt.Sprint("o-", i), "您好")
	}
	all.Wait()
}

func TestWaitPhone(t *testing.T) {
	r := newRig(t)
	r.answers(say("收到"))
	passive := func(b Bubble) bool { return b.Via == ViaPassive }
	go r.p.Text(app, wang, "您好")
	for range 2 { // the second time it is already there
		b, err := r.p.WaitPhone(t.Context(), app, wang, passive)
		if err != nil || b.Text != "收到" || b.ID != 2 {
			t.Errorf("%+v, %v", b, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := r.p.WaitPhone(ctx, app, li, passive); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("nothing came: %v", err)
	}
}

// While a push is under way its person is seen waiting; nobody else is.
func TestPending(t *testing.T) {
	r := newRig(t)
	asked, free := make(chan struct{}), make(chan struct{})
	r.answers(func(*wechat.Message, *wechat.Sealer) (int, []byte) {
		asked <- struct{}{}
		<-free
		return 200, nil
	})
	done := make(chan Delivery)
	go func() { done <- r.p.Text(app, wang, "您好") }()
	<-asked
	r.p.person(li)
	for openid, want := range map[string]int{wang: 1, li: 0, "o-nobody": 0} {
		if _, _, pending := r.p.phoneAfter(app, openid, 0); pending != want {
			t.Errorf("%s waits for %d, want %d", openid, pending, want)
		}
	}
	close(free)
	<-done
	if _, following, pending := r.p.phoneAfter(app, wang, 0); pending != 0 || !following {
		t.Errorf("afterwards: %d pending, following %v", pending, following)
	}
}

// person makes somebody known.
func (p *Platform) person(openid string) *person { return p.account(app).person(openid) }

func TestPhoneBounded(t *testing.T) {
	r := newRig(t, func(o *Options) { o.PhoneSize = 10 })
	x := r.p.person(wang)
	for i := range 95 {
		r.p.show(x, Bubble{Text: fmt.Sprint(i + 1)})
		shown := r.p.Phone(app, wang)
		if want := min(i+1, 10); len(shown) < want || len(shown) > 20 {
			t.Fatalf("%d bubbles after %d", len(shown), i+1)
		}
		for _, b := range shown {
			if b.Text != fmt.Sprint(b.ID) {
				t.Fatalf("bubble %d is %q", b.ID, b.Text)
			}
		}
	}
	for after, want := range map[int]int{95: 0, 94: 1, 90: 5, 200: 0} {
		if got, _, _ := r.p.phoneAfter(app, wang, after); len(got) != want {
			t.Errorf("after %d: %d bubbles, want %d", after, len(got), want)
		}
	}
}

func TestWireBounded(t *testing.T) {
	l := wireLog{ring: make([]WireEntry, 4), bodies: true}
	if got := l.after(0); got != nil {
		t.Errorf("empty: %v", got)
	}
	for i := range 10 {
		l.add(WireEntry{Name: fmt.Sprint(i + 1)})
	}
	for after, want := range map[uint64][]uint64{0: {7, 8, 9, 10}, 6: {7, 8, 9, 10}, 8: {9, 10}, 10: nil, 99: nil} {
		var got []uint64
		for _, e := range l.after(after) {
			if got = append(got, e.Seq); e.Name != fmt.Sprint(e.Seq) {
				t.Errorf("entry %d is %s", e.Seq, e.Name)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("after %d: %v, want %v", after, got, want)
		}
	}
}

// The log is decrypted, and holds no token, secret or file.
func TestWireContent(t *testing.T) {
	r := newRig(t)
	r.answers(say("收到"))
	token := r.token()
	r.p.Text(app, wang, "路灯不亮")
	r.wantCode(r.custom(token, wang, "进展"), 0)
	r.wantCode(r.custom(token, "o-nobody", "进展"), 40003)
	r.upload("media/upload?type=image&access_token="+token, "media", pngBytes(t))
	log := r.p.Wire()
	for i, want := range []struct {
		kind, name, openid string
		code               int
		request, answer    string
	}{
		{WireCall, "stable_token", "", 0, "", ""},
		{WirePush, "text", wang, 0, "路灯不亮", "收到"},
		{WireCall, "message/custom/send", wang, 0, "进展", `"errmsg":"ok"`},
		{WireCall, "message/custom/send", "o-nobody", 40003, "进展", "invalid openid"},
		{WireCall, "media/upload", "", 0, "", ""},
	} {
		e := log[i]
		if e.Kind != want.kind || e.Name != want.name || e.OpenID != want.openid || e.Code != want.code || e.Status != 200 || e.App != app {
			t.Errorf("entry %d: %+v", i, e)
		}
		if !holds(e.Request, want.request) || !holds(e.Answer, want.answer) {
			t.Errorf("entry %d: request %q, answer %q", i, e.Request, e.Answer)
		}
		for _, no := range []string{token, secret, "PNG"} {
			if contains(e.Request+e.Answer+e.Name+e.Err, no) {
				t.Errorf("entry %d holds %q", i, no)
			}
		}
	}
}

// holds wants a part, or for an empty one nothing at all.
func holds(s, part string) bool {
	if part == "" {
		return s == ""
	}
	return contains(s, part)
}

// OnSend hears of each message that a phone shows.
func TestOnSend(t *testing.T) {
	var mu sync.Mutex
	var got []Send
	r := newRig(t, func(o *Options) {
		o.OnSend = func(s Send) { mu.Lock(); defer mu.Unlock(); got = append(got, s) }
	})
	token := r.token()
	r.p.Text(app, wang, "您好")
	r.custom(token, wang, "进展")
	r.custom(token, "o-nobody", "进展")
	r.template(token, wang, "T1", "n-1", nil)
	r.template(token, wang, "T1", "n-1", nil)
	mu.Lock()
	defer mu.Unlock()
	if len(got) != 2 {
		t.Fatalf("%d sends: %+v", len(got), got)
	}
	if s := got[0]; s.Kind != SendCustom || s.OpenID != wang || s.App != app || s.Bubble.Text != "进展" || !s.At.Equal(r.clock.Now()) {
		t.Errorf("first: %+v", s)
	}
	if s := got[1]; s.Kind != SendTemplate || s.ClientID != "n-1" || s.Bubble.ID != 3 {
		t.Errorf("second: %+v", s)
	}
}

// The counted ids are bounded; those that are counted stay right.
func TestSendIDsBounded(t *testing.T) {
	var b sendBook
	for i := range sendIDs + 10 {
		b.count(SendTemplate, fmt.Sprint(i), nil)
	}
	b.count(SendTemplate, "0", nil)
	c := b.of(SendTemplate)
	if len(c.byID) != sendIDs || c.byID["0"] != 2 || c.Accepted != sendIDs+11 {
		t.Errorf("%d ids, %d of the first, %d accepted", len(c.byID), c.byID["0"], c.Accepted)
	}
}

// Remembered client_msg_ids go after ten minutes, so memory does not grow.
func TestClaimsForgotten(t *testing.T) {
	var b sendBook
	now := time.Now()
	for i := range 1000 {
		b.claim(sentID{sentKey{app, wang, fmt.Sprint(i)}, now.Add(time.Duration(i) * time.Second), int64(i)})
	}
	if n := len(b.known); n != len(b.queue) || n != 600 {
		t.Errorf("%d known, %d in the queue, want 600", n, len(b.queue))
	}
}
