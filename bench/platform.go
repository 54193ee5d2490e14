package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// usual is how long the platform takes for a call: what its servers need from outside.
const usual = 50 * time.Millisecond

// platform stands in for WeChat: it takes everything after a while, and tells who waits
// when a person gets something.
type platform struct {
	addr  string
	delay atomic.Int64 // in nanoseconds
	taken atomic.Int64

	mu      sync.Mutex
	waiting map[string]chan time.Time
}

func newPlatform() (*platform, error) {
	p := &platform{waiting: map[string]chan time.Time{}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p.addr = "http://" + l.Addr().String()
	go func() { _ = http.Serve(l, p) }() // until the program ends
	return p, nil
}

// ServeHTTP answers any call with success.
func (p *platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.tell(body, time.Now())
	time.Sleep(time.Duration(p.delay.Load()))
	w.Header().Set("Content-Type", "application/json")
	if r.URL.Path == "/cgi-bin/stable_token" {
		_, _ = io.WriteString(w, `{"access_token":"T","expires_in":7200}`)
		return
	}
	p.taken.Add(1)
	_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok","msgid":1}`)
}

// tell tells whoever waits for a message to the person a call names.
func (p *platform) tell(body []byte, at time.Time) {
	_, after, found := bytes.Cut(body, []byte(`"touser":"`))
	if !found {
		return
	}
	openid, _, _ := bytes.Cut(after, []byte(`"`))
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.waiting[string(openid)]; c != nil {
		c <- at
		delete(p.waiting, string(openid))
	}
}

// await gives the moment at which the person's next message comes.
func (p *platform) await(openid string) <-chan time.Time {
	c := make(chan time.Time, 1)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting[openid] = c
	return c
}
