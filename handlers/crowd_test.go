package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gridbot/bot"
	"gridbot/redistest"
	"gridbot/simulator"
	"gridbot/store"
)

// What does not get its turn in time is kept on disk and answered at once, instead of
// using up the time the platform gives; nothing of it is lost or worked twice.
func TestCrowdOfPersonsIsKept(t *testing.T) {
	const many, places = 40, 2
	w := embedded(t, func(o *Options) { o.AtOnce, o.Queue = places, 200*time.Millisecond })
	gate := make(chan struct{})
	w.talk.set(func(ctx context.Context, m bot.Message, turn store.Turn) (bot.Answer, error) {
		<-gate
		return echo(ctx, m, turn)
	})
	var all sync.WaitGroup
	var kept, answered atomic.Int64
	for n := range many {
		all.Go(func() {
			a := w.send(w.textFrom(fmt.Sprint("oPerson", n), "路灯不亮", n))
			switch {
			case a.body == received && a.took < 2*time.Second:
				kept.Add(1)
			case a.body == "答：路灯不亮":
				answered.Add(1)
			default:
				t.Errorf("%d: %+v", n, a)
			}
		})
	}
	eventually(t, "all but those worked on are answered", func() bool { return kept.Load() == many-places })
	if at := w.count("gridbot_messages_worked"); at != places {
		t.Errorf("%v at once", at)
	}
	close(gate)
	all.Wait()
	w.run()
	w.spooled(0)
	w.talk.mu.Lock()
	defer w.talk.mu.Unlock()
	if answered.Load() != places || len(w.talk.replies) != many || w.count("gridbot_messages_total", outQueued) != many-places {
		t.Errorf("%d answered, %d worked, %v queued", answered.Load(), len(w.talk.replies), w.count("gridbot_messages_total", outQueued))
	}
	for key, n := range w.talk.replies {
		if n != 1 {
			t.Errorf("%s was worked %d times", key, n)
		}
	}
}

// Who would wait too long is not let in; nobody waiting is nobody to wait for.
func TestCrowdForesees(t *testing.T) {
	c := newCrowd(2)
	full, cancel := context.WithCancel(t.Context())
	for range 2 {
		if _, ok := c.enter(full); !ok {
			t.Fatal("no place in an empty crowd")
		}
	}
	c.mean.Store(int64(time.Second))
	if c.wait() != 0 {
		t.Errorf("nobody waits, and one more would wait %v", c.wait())
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { c.enter(full) })
	}
	eventually(t, "four wait", func() bool { return c.waiting.Load() == 4 })
	if c.wait() != 2*time.Second {
		t.Errorf("behind four whose work takes a second, two at once: %v", c.wait())
	}
	cancel()
	all.Wait()
	if _, ok := c.enter(full); ok || c.wait() != 0 || c.working() != 2 {
		t.Errorf("entered %v, wait %v, working %d", ok, c.wait(), c.working())
	}
	c.leave(time.Now())
	if c.working() != 1 || time.Duration(c.mean.Load()) > time.Second {
		t.Errorf("working %d, mean %v", c.working(), time.Duration(c.mean.Load()))
	}
}

// A disk that is too slow does not make the answer late. The person is told that the
// message is likely lost; if the disk takes it after all, it is worked once.
func TestSlowDisk(t *testing.T) {
	w := embedded(t, nil)
	w.server.inbox.disk = -3 * time.Second // all of what it may take
	w.talk.set(func(context.Context, bot.Message, store.Turn) (bot.Answer, error) {
		return bot.Answer{}, errors.New("away")
	})
	p := w.textFrom(alice, "路灯不亮", 1)
	if a := w.send(p); a.status != 200 || a.body != sorry {
		t.Errorf("answer %+v", a)
	}
	w.spooled(1)
	w.talk.set(echo)
	w.run()
	w.spooled(0)
	if late := w.late(); fmt.Sprint(late) != "[答：路灯不亮]" {
		t.Errorf("late answers %q", late)
	}
}

// With Redis away and the disk full, a 503 for each message makes the platform stop
// pushing for a minute (MarkFail), and then nobody gets any answer, not even the
// number to call. Told the truth with a 200, everybody gets one.
func TestMarkFailWhenNothingCanBeKept(t *testing.T) {
	w := embedded(t, func(o *Options) { o.SpoolBytes = 1 })
	w.talk.set(func(context.Context, bot.Message, store.Turn) (bot.Answer, error) {
		return bot.Answer{}, errors.New("away")
	})
	refuses := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(503) }))
	t.Cleanup(refuses.Close)
	told := map[string]int{}
	for name, url := range map[string]string{"503": refuses.URL, "200": w.web.URL + "/wechat/community"} {
		p := simulator.New(simulator.Options{RetryGap: time.Millisecond, NoBodies: true, Accounts: []simulator.Account{{
			AppID: testApp, Secret: "s", Token: testToken, AESKey: testKey, Webhook: url, Mode: simulator.ModeSafe,
		}}})
		for n := range 30 {
			person := fmt.Sprint("oPerson", n)
			p.Follow(testApp, person, "")
			if d := p.Text(testApp, person, "路灯不亮"); strings.Contains(d.Reply, sorry) {
				told[name]++
			}
		}
		d := p.Text(testApp, "oPerson0", "着火了")
		if name == "503" && !errors.Is(d.Err, simulator.ErrPaused) || name == "200" && !strings.Contains(d.Reply, call119) {
			t.Errorf("%s: danger gets %q, %v", name, d.Reply, d.Err)
		}
		p.Close()
	}
	if told["503"] != 0 || told["200"] != 30 {
		t.Errorf("told %v", told)
	}
}

// The operator is told when the spool fills, once for each time, and in good time.
func TestFillAlarm(t *testing.T) {
	f := fill{limit: 1000, part: 0.5}
	for i, c := range []struct {
		used, free int64
		want       string
	}{
		{0, -1, ""}, {499, -1, ""}, {500, -1, "500 of 1000"}, {900, -1, ""}, {450, -1, ""}, {520, -1, ""},
		{399, -1, ""}, {500, 500, "500 of 1000"}, {0, 1000, ""},
		{0, 999, "999 bytes left"}, {0, 10, ""}, {0, 5000, ""}, {100, 899, "899 bytes left and the spool may need 900 more"},
	} {
		if got := f.check(c.used, c.free); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("step %d: %q, want %q", i, got, c.want)
		}
	}
	var kinds sync.Map
	w := embedded(t, func(o *Options) {
		o.SpoolBytes = 1000
		o.Alarm = func(kind, _ string) { kinds.Store(kind, true) }
	})
	w.server.Hold(true)
	w.run()
	for n := range 4 {
		w.send(w.textFrom(alice, "路灯不亮", n))
	}
	eventually(t, "the alarm", func() bool { _, ok := kinds.Load("spool_filling"); return ok })
	w.server.Hold(false)
}

// A message that waits on one replica is passed by one that comes to another replica
// later; those of one replica keep their order, and where the answer to one was
// awaited the next comes after it, on whichever replica.
func TestOrderAcrossReplicas(t *testing.T) {
	for _, n := range []int{2, 4} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			r := redistest.ForTest(t, redistest.Options{Kind: redistest.Real})
			var mu sync.Mutex
			var order []string
			var away atomic.Bool
			replicas := make([]*world, n)
			for i := range replicas {
				replicas[i] = newWorld(t, r, nil)
				replicas[i].talk.set(func(ctx context.Context, m bot.Message, turn store.Turn) (bot.Answer, error) {
					if away.Load() && i == 0 {
						return bot.Answer{}, errors.New("away")
					}
					mu.Lock()
					defer mu.Unlock()
					order = append(order, m.Text)
					return echo(ctx, m, turn)
				})
			}
			text := func(k int) string { return fmt.Sprintf("%02d", k) }
			var want []string
			for k := range 40 {
				if a := replicas[k%n].send(replicas[0].textFrom(alice, text(k), k)); a.body != "答："+text(k) {
					t.Fatalf("%d: %+v", k, a)
				}
				want = append(want, text(k))
			}
			if !slices.Equal(order, want) {
				t.Errorf("awaited messages were worked in the order %v", order)
			}

			order = nil
			away.Store(true)
			for k, to := range []int{0, 0, 1, 0} {
				w := replicas[to]
				if a := w.send(w.textFrom(alice, text(k), 100+k)); to == 0 && a.body != received || to == 1 && a.body != "答："+text(k) {
					t.Fatalf("%d: %+v", k, a)
				}
			}
			away.Store(false)
			replicas[0].run()
			replicas[0].spooled(0)
			mu.Lock()
			defer mu.Unlock()
			if fmt.Sprint(order) != "[02 00 01 03]" {
				t.Errorf("with one replica's messages kept: %v", order)
			}
		})
	}
}
