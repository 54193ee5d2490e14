package main

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"gridbot/redistest"
)

// Redis is killed and started again, over and over, while reports come in: 200 a second in
// the long run.
func TestRedisKilledUnderLoad(t *testing.T) {
	t.Parallel()
	r := newRig(t, redistest.Options{})
	p := r.replica("a")
	p.start()
	kills := scale(3, 20)
	people := r.residents(kills * 600)
	r.platform.SetWebhook(rigApp, p.url())
	l := newLoad()
	stop, done := make(chan struct{}), make(chan struct{})
	go func() { l.run(r, people, pace(), stop); close(done) }()
	more := func(n int) {
		before := l.count()
		eventually(t, 30*time.Second, "more reports", func() bool { return l.count() >= before+n || finished(done) })
	}
	for i := range kills {
		more(60 + i%40)
		check(t, r.redis.Kill())
		more(40)
		check(t, r.redis.Restart(t.Context()))
	}
	close(stop)
	<-done
	r.settled(settling(), p)
	l.verify(t, r, fmt.Sprintf("Redis killed %d times", kills))
}

// The service is killed in the middle of its replay, over and over, until all that
// was kept is worked.
func TestKilledWhileReplaying(t *testing.T) {
	t.Parallel()
	r := newRig(t, redistest.Options{})
	p := r.replica("a")
	p.start()
	many, kills := scale(240, 4000), scale(4, 30)
	people := r.residents(many)
	r.platform.SetWebhook(rigApp, p.url())
	l := newLoad()
	check(t, r.redis.Stop())
	l.run(r, people, pace(), nil)
	if n := p.metric("gridbot_spool_entries"); int(n) != many {
		t.Errorf("%v of %d are kept", n, many)
	}
	check(t, r.redis.Restart(t.Context()))
	killed := 0
	for k := range kills {
		left := float64(many - many*(k+1)/(kills+1))
		reached := 0.0
		eventually(t, settling(), "the replay to go on", func() bool { reached = p.metric("gridbot_spool_entries"); return reached >= 0 && reached <= left })
		if reached > 0 {
			killed++
		}
		p.kill()
		p.start()
	}
	r.settled(settling(), p)
	l.verify(t, r, fmt.Sprintf("service killed %d times while replaying %d", killed, many))
	if killed == 0 {
		t.Error("never killed in the middle of a replay")
	}
}

// More people write at once than can be worked on: everybody is answered in good
// time, with the number of the task or with word that it was received.
func TestOverload(t *testing.T) {
	r := newRig(t, redistest.Options{})
	p := r.replica("a")
	p.start()
	senders, many := scale(50, 300), scale(300, 4000)
	people := r.residents(many)
	r.platform.SetWebhook(rigApp, p.url())
	l := newLoad()
	next := make(chan int)
	var all sync.WaitGroup
	begun := time.Now()
	for range senders {
		all.Go(func() {
			for i := range next {
				l.note(report(i), r.platform.Text(rigApp, people[i], report(i)))
			}
		})
	}
	for i := range people {
		next <- i
	}
	close(next)
	all.Wait()
	took := time.Since(begun)
	kept := p.metric(`gridbot_messages_total{kind="text",outcome="queued"}`)
	r.settled(settling(), p)
	l.verify(t, r, fmt.Sprintf("%d people at once", senders))
	slices.Sort(l.took)
	at := func(part float64) time.Duration {
		return l.took[int(part*float64(len(l.took)-1))].Round(time.Millisecond)
	}
	t.Logf("%.0f reports a second; answers p50 %v, p99 %v, slowest %v; %v kept first because their turn did not come",
		float64(many)/took.Seconds(), at(.5), at(.99), at(1), max(0, kept))
	if l.slow > latest || l.failed > 0 || l.refused > 0 {
		t.Errorf("slowest %v, %d without an answer, %d not kept", l.slow, l.failed, l.refused)
	}
}
