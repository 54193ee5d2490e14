package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/simulator"
)

// full says to break things as often and as long as the promises are stated for,
// instead of just often enough to notice a mistake.
func full() bool { return os.Getenv("FAULTS") == "full" }

func scale(few, many int) int {
	if full() {
		return many
	}
	return few
}

// report is a resident's clear report, told apart from every other by its number.
func report(n int) string {
	return fmt.Sprintf("幸福里小区3幢楼下的路灯不亮了，我是%d号住户", n)
}

// danger is what somebody writes in the middle of an outage.
const danger = "着火了，幸福里小区5幢三楼在冒浓烟"

// residents lets residents follow the account, so that an answer is shown. It is
// called before there is a webhook: their following is not what is tested.
func (r *rig) residents(n int) []string { return r.residentsFrom(0, n) }

// residentsFrom lets n more follow, numbered from first on.
func (r *rig) residentsFrom(first, n int) []string {
	out := make([]string, n)
	var all sync.WaitGroup
	for i := range out {
		out[i] = fmt.Sprintf("resident-%d", first+i)
		all.Go(func() { r.platform.Follow(rigApp, out[i], "") })
	}
	all.Wait()
	return out
}

// pace is the time from one report to the next: 200 in a second, or 100, which the
// race detector bears.
func pace() time.Duration { return time.Duration(scale(10, 5)) * time.Millisecond }

// latest is when the last answer must have come: WeChat hangs up after 5 s, and a
// busy machine measures late.
const latest = 4500 * time.Millisecond

// settling is how long what was kept may take to be worked and told.
func settling() time.Duration { return time.Duration(scale(1, 10)) * time.Minute }

var numbered = regexp.MustCompile(`12-\d{4,}`)

// One report is delivered three times at the same moment, to two processes on one
// Redis: one task, and one number in all three answers.
func TestThreeDeliveriesMakeOneTask(t *testing.T) {
	t.Parallel()
	r := newRig(t, redistest.Options{})
	a, b := r.replica("a"), r.replica("b")
	a.start()
	b.start()
	reports := scale(60, 500)
	people := r.residents(reports)
	r.platform.SetWebhook(rigApp, a.url())
	answers := map[string]int{}
	for i, openid := range people {
		push := r.platform.Prepare(rigApp, openid, simulator.Message{Type: "text", Fields: []simulator.Field{{Name: "Content", Value: report(i)}}})
		d := r.platform.Deliver(push, a.url(), b.url(), a.url())
		if len(d.Attempts) != 3 {
			t.Fatalf("report %d: %d attempts", i, len(d.Attempts))
		}
		first := numbered.FindString(d.Attempts[0].Reply)
		for _, at := range d.Attempts {
			if n := numbered.FindString(at.Reply); at.Err != nil || n == "" || n != first {
				t.Fatalf("report %d: answer %q (%v), first was %q", i, at.Reply, at.Err, first)
			}
		}
		answers[first]++
	}
	texts, all := r.tasks()
	if len(all) != reports || len(texts) != reports || len(answers) != reports {
		t.Fatalf("%d reports made %d tasks with %d texts and %d numbers", reports, len(all), len(texts), len(answers))
	}
	t.Logf("%d reports × 3 deliveries to 2 processes: %d tasks, %d numbers, each the same in all three answers", reports, len(all), len(answers))
}

// load writes reports, each by another resident, until stop is closed.
type load struct {
	mu      sync.Mutex
	sent    int
	acked   map[string]bool // texts the service acknowledged
	refused int             // told that they were not kept
	failed  int             // without any answer
	took    []time.Duration
	slow    time.Duration
	bad     []string
}

func newLoad() *load { return &load{acked: map[string]bool{}} }

// notKept is what a person reads whose message was not kept.
const notKept = "没能记下来"

func (l *load) run(r *rig, people []string, gap time.Duration, stop <-chan struct{}) {
	var all sync.WaitGroup
	tick := time.NewTicker(gap)
	defer tick.Stop()
	for i, openid := range people {
		select {
		case <-stop:
			all.Wait()
			return
		case <-tick.C:
		}
		all.Go(func() { l.note(report(i), r.platform.Text(rigApp, openid, report(i))) })
	}
	all.Wait()
}

func (l *load) note(text string, d simulator.Delivery) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent++
	switch {
	case d.Failed:
		l.failed++
	case strings.Contains(d.Reply, notKept):
		l.refused++
	default:
		l.acked[text] = true
	}
	for _, a := range d.Attempts {
		l.took = append(l.took, a.Took)
		if a.Status != 0 && a.Took > l.slow {
			l.slow = a.Took
		}
		if a.Status >= 500 {
			l.bad = append(l.bad, fmt.Sprintf("status %d", a.Status))
		}
	}
}

// verify checks that every acknowledged report is a task exactly once and that its
// handler was told of it at least once, and prints a line of the table of faults.
func (l *load) verify(t *testing.T, r *rig, what string) {
	t.Helper()
	texts, all := r.tasks()
	lost, doubled := 0, 0
	untold, repeated := r.untold()
	for text := range l.acked {
		if texts[text] == 0 {
			lost++
		}
	}
	for _, n := range texts {
		if n > 1 {
			doubled++
		}
	}
	t.Logf("| %s | sent %d | acknowledged %d | told not kept %d | no answer %d | tasks %d | lost %d | doubled %d | handlers not told %d, twice %d | slowest answer %v |",
		what, l.sent, len(l.acked), l.refused, l.failed, len(all), lost, doubled, untold, repeated, l.slow.Round(time.Millisecond))
	if l.slow > latest {
		t.Errorf("slowest answer took %v", l.slow)
	}
	if lost+doubled+untold > 0 {
		t.Errorf("lost %d, doubled %d, untold %d", lost, doubled, untold)
	}
	if len(l.bad) > 0 {
		t.Errorf("%d answers with a server error: %v", len(l.bad), l.bad[:min(len(l.bad), 3)])
	}
}

// The service is killed again and again while reports come in and are pushed again.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	r := newRig(t, redistest.Options{})
	p := r.replica("a")
	p.start()
	kills := scale(5, 50)
	people := r.residents(kills * 200)
	r.platform.SetWebhook(rigApp, p.url())
	l := newLoad()
	stop, done := make(chan struct{}), make(chan struct{})
	go func() { l.run(r, people, 10*time.Millisecond, stop); close(done) }()
	for i := range kills {
		before := l.count()
		eventually(t, 20*time.Second, "more reports", func() bool { return l.count() >= before+15+i%20 || finished(done) })
		p.kill()
		p.start()
	}
	close(stop)
	<-done
	r.settled(settling(), p)
	l.verify(t, r, fmt.Sprintf("service killed %d times", kills))
}

func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.acked)
}

func finished(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

// The service is started while Redis is away: it takes messages, says what to do in
// danger, and works on everything once Redis answers, in the right grid.
func TestStartsWhileRedisIsAway(t *testing.T) {
	t.Parallel()
	r := newRig(t, redistest.Options{})
	p := r.replica("a")
	if err := r.redis.Stop(); err != nil {
		t.Fatal(err)
	}
	p.start()
	people := r.residents(20)
	r.platform.SetWebhook(rigApp, p.url())
	l := newLoad()
	for i, openid := range people {
		l.note(report(i), r.platform.Text(rigApp, openid, report(i)))
	}
	if d := r.platform.Text(rigApp, "resident-0", danger); !strings.Contains(d.Reply, "119") {
		t.Errorf("danger while Redis is away: %q", d.Reply)
	}
	if err := r.redis.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	eventually(t, 30*time.Second, "the kept messages to become tasks", func() bool {
		texts, _ := r.tasks()
		return len(texts) == 21
	})
	r.settled(settling(), p)
	l.verify(t, r, "service started while Redis is away")
	_, all := r.tasks()
	for _, one := range all {
		if one.Place.Grid == "" || one.Handler == "" {
			t.Errorf("task %s has no grid or no handler", one.ID)
		}
	}
}

// Redis is frozen, and later gone, while reports come in.
func TestRedisAwayUnderLoad(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		few, many   time.Duration
		begin, ends func(*rig) error
	}{
		{"frozen", 4 * time.Second, 10 * time.Second,
			func(r *rig) error { return r.redis.Freeze() }, func(r *rig) error { return r.redis.Thaw() }},
		{"gone", 5 * time.Second, 5 * time.Minute,
			func(r *rig) error { return r.redis.Stop() }, func(r *rig) error { return r.redis.Restart(context.Background()) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			away := c.few
			if full() {
				away = c.many
			}
			r := newRig(t, redistest.Options{})
			p := r.replica("a")
			p.start()
			people := r.residents(int((away + 3*time.Second) / (20 * time.Millisecond)))
			caller := r.residents(1)[0]
			r.platform.SetWebhook(rigApp, p.url())
			l := newLoad()
			stop, done := make(chan struct{}), make(chan struct{})
			go func() { l.run(r, people, 20*time.Millisecond, stop); close(done) }()
			eventually(t, 10*time.Second, "load", func() bool { return l.count() > 30 })
			if err := c.begin(r); err != nil {
				t.Fatal(err)
			}
			over := time.After(away)
			d := r.platform.Text(rigApp, caller, danger)
			if !strings.Contains(d.Reply, "119") || d.Attempts[0].Took > 4*time.Second {
				t.Errorf("danger while Redis is away: %q after %v", d.Reply, d.Attempts[0].Took)
			}
			<-over
			if err := c.ends(r); err != nil {
				t.Fatal(err)
			}
			<-done
			close(stop)
			r.settled(settling(), p)
			l.verify(t, r, fmt.Sprintf("Redis %s for %v", c.name, away))
			if texts, _ := r.tasks(); texts[danger] != 1 {
				t.Error("the danger reported while Redis was away is not exactly one task")
			}
		})
	}
}
