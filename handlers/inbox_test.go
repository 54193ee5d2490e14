package handlers

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gridbot/bot"
	"gridbot/redistest"
	"gridbot/store"
	"gridbot/task"
	"gridbot/wechat"
)

// One message delivered three times at once to two replicas is worked once, and
// every delivery gets the same answer.
func TestThreeDeliveriesTwoReplicas(t *testing.T) {
	redises.Each(t, func(t *testing.T, r *redistest.Server) {
		a, b := newWorld(t, r, nil), newWorld(t, r, nil)
		var number atomic.Int64
		reply := func(_ context.Context, m bot.Message, turn store.Turn) (bot.Answer, error) {
			return bot.Answer{Text: fmt.Sprint("编号", number.Add(1)), Ending: store.Ending{Profile: turn.Profile}}, nil
		}
		a.talk.set(reply)
		b.talk.set(reply)
		const rounds = 40
		for n := range rounds {
			p := a.textFrom(fmt.Sprintf("oPerson%d", n%7), "路灯不亮", n)
			answers := make([]got, 3)
			var all sync.WaitGroup
			for i, w := range []*world{a, b, a} {
				all.Go(func() { answers[i] = w.send(p) })
			}
			all.Wait()
			for _, got := range answers {
				if got.status != 200 || got.body != answers[0].body || !strings.HasPrefix(got.body, "编号") {
					t.Fatalf("round %d: %+v", n, answers)
				}
			}
		}
		if number.Load() != rounds {
			t.Errorf("%d messages worked %d times", rounds, number.Load())
		}
	})
}

// Messages of one person are worked one at a time in their order; another person
// is answered while they wait.
func TestOnePersonAtATime(t *testing.T) {
	w := embedded(t, func(o *Options) { o.Within, o.Queue = patience, patience })
	gate := make(chan struct{})
	var inside, most atomic.Int64
	var mu sync.Mutex
	var order []string
	w.talk.set(func(ctx context.Context, m bot.Message, turn store.Turn) (bot.Answer, error) {
		if m.Person.OpenID == alice {
			most.Store(max(most.Load(), inside.Add(1)))
			defer inside.Add(-1)
			<-gate
			mu.Lock()
			order = append(order, m.Text)
			mu.Unlock()
		}
		return echo(ctx, m, turn)
	})
	var all sync.WaitGroup
	for n := range 10 {
		all.Go(func() {
			if a := w.send(w.textFrom(alice, fmt.Sprint(n), n)); a.body != fmt.Sprint("答：", n) {
				t.Errorf("%d: %+v", n, a)
			}
		})
		eventually(t, "the message joins the line", func() bool { return w.waiting(alice) == n })
	}
	if a := w.send(w.textFrom(bob, "我不用等", 1)); a.body != "答：我不用等" || a.took > time.Second {
		t.Errorf("another person: %+v", a)
	}
	close(gate)
	all.Wait()
	if most.Load() != 1 || fmt.Sprint(order) != "[0 1 2 3 4 5 6 7 8 9]" {
		t.Errorf("%d at a time, in the order %v", most.Load(), order)
	}
	eventually(t, "everybody leaves", func() bool { return w.server.inbox.lines.persons() == 0 })
}

// waiting counts who stands behind the front of a person's line, −1 for nobody at all.
func (w *world) waiting(openid string) int {
	l := w.server.inbox.lines
	l.mu.Lock()
	defer l.mu.Unlock()
	behind, ok := l.waiting[lineOf(task.Person{Account: "community", OpenID: openid})]
	if !ok {
		return -1
	}
	return len(behind)
}

// More than memory shall hold waits on disk, and all of it is worked.
func TestCrowd(t *testing.T) {
	w := embedded(t, func(o *Options) { o.Within, o.Queue = patience, patience })
	gate, inside := make(chan struct{}), make(chan struct{}, 1)
	w.talk.set(func(ctx context.Context, m bot.Message, turn store.Turn) (bot.Answer, error) {
		select {
		case inside <- struct{}{}:
		default:
		}
		<-gate
		return echo(ctx, m, turn)
	})
	const many = maxWaiting + 20
	var kept, answered atomic.Int64
	var all sync.WaitGroup
	send := func(n int) {
		switch a := w.send(w.textFrom(alice, fmt.Sprint(n), n)); a.body {
		case received:
			kept.Add(1)
		default:
			answered.Add(1)
		}
	}
	all.Go(func() { send(0) })
	<-inside // whose work has not begun when others are spooled joins them
	for n := range many - 1 {
		all.Go(func() { send(n + 1) })
	}
	eventually(t, "the line is full and the rest is on disk", func() bool { return kept.Load() == many-maxWaiting-1 })
	close(gate)
	all.Wait()
	if kept.Load()+answered.Load() != many {
		t.Errorf("%d kept, %d answered of %d", kept.Load(), answered.Load(), many)
	}
	w.run()
	w.spooled(0)
	w.talk.mu.Lock()
	defer w.talk.mu.Unlock()
	if len(w.talk.replies) != many {
		t.Errorf("%d of %d messages were worked", len(w.talk.replies), many)
	}
}

// A conversation that is too slow is cut off: the person is told in time, and the
// message waits on disk.
func TestSlow(t *testing.T) {
	w := embedded(t, nil)
	gate := make(chan struct{})
	w.talk.set(func(ctx context.Context, m bot.Message, turn store.Turn) (bot.Answer, error) {
		<-gate // heeds no deadline
		return echo(ctx, m, turn)
	})
	p := w.textFrom(alice, "厨房着火了", 1)
	a := w.send(p)
	if a.status != 200 || a.body != call119+"\n"+received || a.took > 3500*time.Millisecond {
		t.Fatalf("answer %+v", a)
	}
	w.spooled(1)
	if b := w.send(w.textFrom(alice, "还在烧", 2)); b.body != received || b.took > time.Second {
		t.Errorf("the next message does not join behind: %+v", b)
	}
	w.run()
	close(gate)
	w.spooled(0)
	if late := w.late(); fmt.Sprint(late) != "[答：厨房着火了 答：还在烧]" {
		t.Errorf("late answers %q", late)
	}
	if again := w.send(p); again.body != wechat.Success {
		t.Errorf("a delivery after the late answer: %+v", again)
	}
	if w.count("gridbot_messages_total", outLate) != 1 || w.count("gridbot_messages_total", outBehind) != 1 {
		t.Error("not counted as late and behind")
	}
}

// A panic costs nobody a message, and no words reach the log.
func TestPanic(t *testing.T) {
	w := embedded(t, nil)
	w.talk.set(func(_ context.Context, m bot.Message, _ store.Turn) (bot.Answer, error) { panic(m.Text) })
	if a := w.send(w.textFrom(alice, "机密的话", 1)); a.status != 200 || a.body != received {
		t.Fatalf("answer %+v", a)
	}
	if strings.Contains(w.log.String(), "机密") || strings.Contains(w.log.String(), alice) || w.alarms.Load() == 0 {
		t.Errorf("alarms %d, log %s", w.alarms.Load(), w.log)
	}
	w.talk.set(echo)
	w.run()
	w.spooled(0)
	if late := w.late(); fmt.Sprint(late) != "[答：机密的话]" {
		t.Errorf("late answers %q", late)
	}
}

// A fault of the conversation is no different.
func TestFault(t *testing.T) {
	w := embedded(t, nil)
	w.talk.set(func(context.Context, bot.Message, store.Turn) (bot.Answer, error) {
		return bot.Answer{}, errors.New("template")
	})
	if a := w.send(w.textFrom(alice, "路灯", 1)); a.body != received {
		t.Fatalf("answer %+v", a)
	}
	if w.count("gridbot_messages_total", outFault) != 1 {
		t.Error("not counted as a fault")
	}
	// The lease was given back, so another message of the person need not wait for its end.
	eventually(t, "the lease is free", func() bool {
		turn, err := w.store.Begin(t.Context(), person(alice), "probe", store.Window{}, false, w.now())
		check(t, err)
		return turn.State == store.Fresh
	})
}

func person(openid string) task.Person { return task.Person{Account: "community", OpenID: openid} }

// Words that cannot be made must not keep the message from being kept.
func TestWordsFail(t *testing.T) {
	w := embedded(t, func(o *Options) {
		o.Talk.Received = func(bot.Message) string { panic("words") }
		o.Talk.Reply = func(context.Context, bot.Message, store.Turn) (bot.Answer, error) { panic("reply") }
	})
	if a := w.send(w.textFrom(alice, "路灯", 1)); a.status != 200 || a.body != wechat.Success {
		t.Errorf("answer %+v", a)
	}
	w.spooled(1)
}

// When the disk is full too, the person is told that the message is likely lost, and
// in danger the number to call. What nobody would read is left unanswered, so that
// the platform brings it again.
func TestDiskFull(t *testing.T) {
	w := embedded(t, func(o *Options) { o.SpoolBytes = 1 })
	w.talk.set(func(context.Context, bot.Message, store.Turn) (bot.Answer, error) {
		return bot.Answer{}, errors.New("away")
	})
	if a := w.send(w.textFrom(alice, "路灯不亮", 1)); a.status != 200 || a.body != sorry {
		t.Errorf("answer %+v", a)
	}
	if a := w.send(w.textFrom(bob, "着火了", 2)); a.status != 200 || a.body != call119+"\n"+sorry {
		t.Errorf("danger: %+v", a)
	}
	if status := w.broken("/wechat/community", w.messageFrom(bob, "event", "<Event><![CDATA[unsubscribe]]></Event>")); status != 0 {
		t.Errorf("an unsubscribe was acknowledged with %d", status)
	}
	eventually(t, "three alarms", func() bool { return w.alarms.Load() == 3 })
	if w.count("gridbot_messages_total", outUnkept) != 3 {
		t.Errorf("%v counted, %d alarms", w.count("gridbot_messages_total", outUnkept), w.alarms.Load())
	}
	w.talk.set(echo)
	if a := w.send(w.textFrom(alice, "路灯不亮", 1)); a.body != "答：路灯不亮" {
		t.Errorf("the platform brings it again: %+v", a)
	}
}

// Events that want no answer touch neither Redis nor the disk.
func TestQuiet(t *testing.T) {
	r := redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded})
	w := newWorld(t, r, nil)
	check(t, r.Kill())
	p := w.messageFrom(alice, "event", "<Event><![CDATA[LOCATION]]></Event><Latitude>28.6</Latitude><Longitude>121.4</Longitude><Precision>9</Precision>")
	if a := w.send(p); a.status != 200 || a.body != wechat.Success || a.took > time.Second {
		t.Errorf("answer %+v", a)
	}
	if w.server.inbox.spool.Depth() != 0 {
		t.Error("kept")
	}
}

// A lease that was lost while the conversation ran is begun again.
func TestLostLease(t *testing.T) {
	w := embedded(t, nil)
	var times atomic.Int64
	w.talk.set(func(ctx context.Context, m bot.Message, turn store.Turn) (bot.Answer, error) {
		if times.Add(1) == 1 {
			check(t, w.store.Release(ctx, turn)) // as if it had run out
		}
		return echo(ctx, m, turn)
	})
	if a := w.send(w.textFrom(alice, "路灯", 1)); a.body != "答：路灯" || times.Load() != 2 {
		t.Errorf("answer %+v after %d times", a, times.Load())
	}
}

// While another replica works on the person's message, this one waits for it, and
// not longer than its deadline.
func TestBusyElsewhere(t *testing.T) {
	w := embedded(t, func(o *Options) { o.Within = 400 * time.Millisecond })
	turn, err := w.store.Begin(t.Context(), person(alice), "elsewhere", store.Window{}, false, w.now())
	check(t, err)
	if a := w.send(w.textFrom(alice, "路灯", 1)); a.body != received || a.took > 2*time.Second {
		t.Fatalf("answer %+v", a)
	}
	check(t, w.store.Commit(t.Context(), turn, store.Ending{}, w.now()))
	w.run()
	w.spooled(0)
	if a := w.send(w.textFrom(alice, "电梯", 2)); a.body != "答：电梯" {
		t.Errorf("answer %+v", a)
	}
}

// The window a message opens is counted from when it was sent.
func TestWindow(t *testing.T) {
	now := time.Unix(1785900000, 0)
	in := &inbox{talk: Talk{Window: func(bot.Message) store.Window { return store.MessageWindow() }}}
	for age, want := range map[time.Duration]store.Window{
		0: store.MessageWindow(), -time.Minute: store.MessageWindow(),
		8 * time.Hour: {For: 40 * time.Hour, Count: 5}, 48 * time.Hour: {}, 72 * time.Hour: {},
	} {
		if w := in.window(bot.Message{At: now.Add(-age)}, now); w != want {
			t.Errorf("after %v: %+v, want %+v", age, w, want)
		}
	}
}

// Close waits for work whose request was answered before it ended.
func TestCloseWaits(t *testing.T) {
	r := redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded})
	w := newWorld(t, r, func(o *Options) { o.Within = 100 * time.Millisecond })
	gate := make(chan struct{})
	var ended atomic.Bool
	w.talk.set(func(ctx context.Context, m bot.Message, turn store.Turn) (bot.Answer, error) {
		<-gate
		ended.Store(true)
		return echo(ctx, m, turn)
	})
	w.send(w.textFrom(alice, "路灯", 1))
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	waited := make(chan error, 1)
	go func() {
		idle := make(chan struct{})
		go func() { w.server.inbox.busy.Wait(); close(idle) }()
		select {
		case <-idle:
			waited <- nil
		case <-short.Done():
			waited <- short.Err()
		}
	}()
	if err := <-waited; err == nil || ended.Load() {
		t.Fatal("nothing was under way")
	}
	close(gate)
	check(t, w.server.Close(t.Context()))
	if !ended.Load() {
		t.Error("closed before the work ended")
	}
}
