package simulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// maxReply bounds what is read of an answer, in bytes. A longer one is illegal.
const maxReply = 1 << 20

// Attempt is one request to the webhook.
type Attempt struct {
	At     time.Time // by the clock of Options.Now
	URL    string
	Status int           // HTTP; 0 when there was no answer
	Body   []byte        // the answer as it came
	Reply  string        // the answer decrypted: success, nothing, or XML
	Err    error         // nil for an answer the platform takes
	Took   time.Duration // real time

	reply   *passiveReply
	bubbles []Bubble
}

// Delivery is what became of a push.
type Delivery struct {
	Push     Push
	Attempts []Attempt
	Reply    string   // the text of the passive reply; empty when there was none
	Shown    []Bubble // what the phone shows because of the answer
	Failed   bool     // no attempt got an answer the platform takes
	Err      error    // of the last attempt, ErrPaused, ErrNoWebhook, ErrNoAccount or ErrNotFollowing
}

// push delivers a message with re-sends. It is visible when the person sees that
// something is under way, and its failure.
func (p *Platform) push(a *account, x *person, m Message, visible bool) Delivery {
	d := Delivery{Push: p.seal(a, x.openid, m)}
	if visible {
		x.addPending(1)
		p.news.publish()
	}
	p.attempt(a, &d)
	p.conclude(x, &d, visible)
	return d
}

// attempt posts until there is an answer. Documented is that silence is followed
// by re-sends; the harsher reading is taken for an HTTP error: again too. An
// illegal answer is final.
func (p *Platform) attempt(a *account, d *Delivery) {
	push := d.Push
	for n := 0; n <= p.o.PushRetries; n++ {
		started := time.Now()
		if a.isPaused(p.now()) {
			d.Err = ErrPaused
			return
		}
		if n > 0 && p.o.Resign {
			push.sign(p.o.Now())
		}
		url, _ := a.target()
		if url == "" {
			d.Err = ErrNoWebhook
			return
		}
		one := p.post(p.ctx, url, push, n+1)
		d.Attempts, d.Err = append(d.Attempts, one), one.Err
		if one.Err == nil || errors.Is(one.Err, ErrIllegal) {
			return
		}
		if n < p.o.PushRetries && !p.rest(started.Add(p.o.RetryGap)) {
			return
		}
	}
}

// rest waits until a moment; it is false when the platform closes.
func (p *Platform) rest(until time.Time) bool {
	t := time.NewTimer(time.Until(until))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-p.ctx.Done():
		return false
	}
}

// conclude shows the answer on the newest connection, which alone reaches the
// person, or that there was none.
func (p *Platform) conclude(x *person, d *Delivery, visible bool) {
	d.Failed = true
	for _, one := range d.Attempts {
		d.Failed = d.Failed && one.Err != nil
	}
	if visible {
		x.addPending(-1) // before the answer is seen
	}
	if n := len(d.Attempts); n > 0 {
		newest := d.Attempts[n-1]
		for _, b := range newest.bubbles {
			d.Shown = append(d.Shown, p.show(x, b))
		}
		if newest.reply != nil && newest.Err == nil {
			d.Reply = newest.reply.Content
		}
	}
	if d.Failed && visible {
		d.Shown = append(d.Shown, p.tell(x, NoteFailed, ""))
	}
	p.news.publish()
}

// Post posts a push once, exactly as it is, and shows nothing on a phone.
func (p *Platform) Post(ctx context.Context, webhook string, push Push) Attempt {
	return p.post(ctx, webhook, push, 1)
}

// Deliver posts the same push once to each webhook, all at the same time, as
// re-sends that overtake each other do. The last one counts as the newest
// connection: its reply is shown. Without webhooks it goes to the account's own,
// with re-sends. The first Deliver does what [Platform.Send] does for the person;
// a later one of the same Push is a late copy.
func (p *Platform) Deliver(push Push, webhooks ...string) Delivery {
	d := Delivery{Push: push}
	x := push.acct.person(push.OpenID)
	if push.acted.CompareAndSwap(false, true) {
		p.enact(x, push.m) // somebody who has left meanwhile is delivered still
	}
	x.addPending(1)
	if len(webhooks) == 0 {
		p.attempt(push.acct, &d)
		p.conclude(x, &d, true)
		return d
	}
	d.Attempts = make([]Attempt, len(webhooks))
	var all sync.WaitGroup
	for i, webhook := range webhooks {
		all.Go(func() { d.Attempts[i] = p.post(p.ctx, webhook, push, i+1) })
	}
	all.Wait()
	d.Err = d.Attempts[len(webhooks)-1].Err
	p.conclude(x, &d, true)
	return d
}

// post is one request, its answer checked, logged and counted for MarkFail.
func (p *Platform) post(ctx context.Context, webhook string, push Push, n int) Attempt {
	started := time.Now()
	ctx, cancel := context.WithTimeout(ctx, p.o.PushTimeout)
	defer cancel()
	one := Attempt{At: p.now(), URL: webhook}
	one.Status, one.Body, one.Err = p.exchange(ctx, webhook, push)
	if one.Err == nil {
		var plain []byte
		plain, one.reply, one.Err = push.read(one.Status, one.Body)
		one.Reply = string(plain)
	}
	if one.Err == nil && one.reply != nil {
		one.bubbles, one.Err = p.bubbles(one.reply)
	}
	one.Took = time.Since(started)
	if push.acct != nil {
		push.acct.settle(one.Err == nil, one.At, p.o.MarkFailAfter)
	}
	p.logPush(push, one, n)
	return one
}

// exchange sends the request and reads the answer before the connection is cut.
func (p *Platform) exchange(ctx context.Context, webhook string, push Push) (int, []byte, error) {
	sep := "?"
	if strings.Contains(webhook, "?") {
		sep = "&"
	}
	address := webhook + sep + push.Query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(push.Body))
	if err != nil {
		return 0, nil, fmt.Errorf("simulator: pushing: %w", err)
	}
	req.Header.Set("Content-Type", "text/xml")
	req.Header.Set("User-Agent", "Mozilla/4.0")
	res, err := p.o.Client.Do(req)
	if err != nil {
		return 0, nil, fmt.Errorf("simulator: pushing: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	if err != nil {
		return 0, nil, fmt.Errorf("simulator: reading the answer: %w", err)
	}
	return res.StatusCode, body, nil
}

func (p *Platform) logPush(push Push, one Attempt, n int) {
	e := WireEntry{
		At: one.At, Kind: WirePush, App: push.App, OpenID: push.OpenID, Name: push.Name,
		Attempt: n, Status: one.Status, Took: one.Took,
	}
	if one.Err != nil {
		e.Err = one.Err.Error()
	}
	if p.wire.bodies {
		e.Request = strings.ToValidUTF8(string(push.Plain), "\uFFFD")
		e.Answer = strings.ToValidUTF8(one.Reply, "\uFFFD")
	}
	p.wire.add(e)
	p.news.publish()
}
