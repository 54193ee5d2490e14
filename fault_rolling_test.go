package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gridbot/redistest"
)

// front passes each message on to the next replica that says it is ready, as a
// balancer in front of several does. It tries none a second time.
type front struct {
	replicas []*replica
	proxies  []*httputil.ReverseProxy
	up       []atomic.Bool
	next     atomic.Int64
}

// newFront begins to look after the replicas and returns the address of the webhook.
func newFront(t *testing.T, replicas []*replica) string {
	t.Helper()
	f := &front{replicas: replicas, up: make([]atomic.Bool, len(replicas))}
	for _, p := range replicas {
		target, err := url.Parse("http://127.0.0.1:" + p.port)
		check(t, err)
		f.proxies = append(f.proxies, httputil.NewSingleHostReverseProxy(target))
	}
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for i := range replicas {
		f.up[i].Store(replicas[i].ready())
		all.Go(func() { f.look(ctx, i) })
	}
	web := httptest.NewServer(f)
	t.Cleanup(func() { web.Close(); cancel(); all.Wait() })
	return web.URL + "/wechat/fault"
}

func (f *front) look(ctx context.Context, i int) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			f.up[i].Store(f.replicas[i].ready())
		}
	}
}

// ServeHTTP implements http.Handler.
func (f *front) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	for range f.replicas {
		i := int(f.next.Add(1)) % len(f.replicas)
		if f.up[i].Load() {
			f.proxies[i].ServeHTTP(w, q)
			return
		}
	}
	w.WriteHeader(http.StatusServiceUnavailable)
}

// Replicas behind a front are replaced one by one while reports come in: each report
// is answered at its first delivery, is one task, and is told once; the token was
// fetched once among all.
func TestRollingRestart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ replicas, replaced int }{{2, 2}, {4, scale(1, 4)}} {
		t.Run(fmt.Sprint(c.replicas), func(t *testing.T) {
			r := newRig(t, redistest.Options{})
			replicas := make([]*replica, c.replicas)
			var all sync.WaitGroup
			for i := range replicas {
				replicas[i] = r.replica(fmt.Sprint("r", i))
				all.Go(replicas[i].start)
			}
			all.Wait()
			eventually(t, 20*time.Second, "all to be ready", func() bool {
				for _, p := range replicas {
					if !p.ready() {
						return false
					}
				}
				return true
			})
			people := r.residents(c.replaced * 2000)
			r.platform.SetWebhook(rigApp, newFront(t, replicas))
			l := newLoad()
			stop, done := make(chan struct{}), make(chan struct{})
			go func() { l.run(r, people, 2*pace(), stop); close(done) }()
			for _, p := range replicas[:c.replaced] {
				before := l.count()
				eventually(t, 30*time.Second, "more reports", func() bool { return l.count() >= before+30 })
				p.stop()
				p.start()
				eventually(t, 20*time.Second, "the new one to be ready", p.ready)
			}
			close(stop)
			<-done
			r.settled(settling(), replicas...)
			l.verify(t, r, fmt.Sprintf("%d of %d replicas replaced one by one", c.replaced, c.replicas))
			if l.failed > 0 || len(l.took) != l.sent {
				t.Errorf("%d reports needed %d deliveries, %d failed", l.sent, len(l.took), l.failed)
			}
			_, twice := r.untold()
			r.mu.Lock()
			defer r.mu.Unlock()
			if n := r.asks["/cgi-bin/stable_token"]; n != 1 || twice > 0 {
				t.Errorf("the token was fetched %d times, %d were told twice", n, twice)
			}
		})
	}
}
