package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"gridbot/bot"
	"gridbot/redistest"
	"gridbot/spool"
	"gridbot/store"
	"gridbot/task"
)

// A frozen Redis: everybody is answered in time, danger with its number, and
// afterwards each message was worked exactly once and answered late exactly once.
func TestFrozenRedis(t *testing.T) {
	r := redistest.ForTest(t, redistest.Options{Kind: redistest.Real})
	w := newWorld(t, r, nil)
	w.run()
	before := w.textFrom(alice, "冻结之前", 1)
	w.send(before)
	check(t, r.Freeze())
	t.Cleanup(func() { r.Thaw() })
	for n, c := range []struct{ who, text, want string }{
		{alice, "路灯不亮", received}, {bob, "厨房着火了", call119 + "\n" + received}, {alice, "还有电梯", received},
	} {
		a := w.send(w.textFrom(c.who, c.text, n+2))
		if a.status != 200 || a.body != c.want || a.took > 4*time.Second {
			t.Errorf("%s: %+v", c.text, a)
		}
	}
	w.spooled(3)
	check(t, r.Thaw())
	w.spooled(0)
	late := w.late()
	if len(late) != 3 || position(late, "答：路灯不亮") > position(late, "答：还有电梯") || position(late, "答：厨房着火了") < 0 {
		t.Errorf("late answers %q", late)
	}
	w.talk.mu.Lock()
	defer w.talk.mu.Unlock()
	for key, n := range w.talk.replies {
		if n > 2 { // one that was under way when the server froze is asked again
			t.Errorf("message %s was worked %d times", key, n)
		}
	}
}

func position(list []string, s string) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}

// Redis stopped and started again, as for an upgrade.
func TestStoppedRedis(t *testing.T) {
	redises.Each(t, func(t *testing.T, r *redistest.Server) {
		w := newWorld(t, r, nil)
		check(t, r.Kill())
		if a := w.send(w.textFrom(alice, "路灯不亮", 1)); a.body != received || a.took > 4*time.Second {
			t.Fatalf("answer %+v", a)
		}
		w.run()
		check(t, r.Restart(t.Context()))
		w.spooled(0)
		if late := w.late(); fmt.Sprint(late) != "[答：路灯不亮]" {
			t.Errorf("late answers %q", late)
		}
	})
}

// The answer of work that was committed after the person had been told to wait
// goes out late, unless another delivery has handed it over.
func TestReplayOfDone(t *testing.T) {
	cases := []struct {
		name    string
		deliver bool // another delivery comes before the replay
		want    string
	}{{"nobody told", false, "[答：路灯]"}, {"told by another delivery", true, "[]"}}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := embedded(t, nil)
			p := w.textFrom(alice, "路灯", 1)
			m := w.open(p)
			_, _, err := w.server.inbox.converse(t.Context(), m, false)
			check(t, err)
			if c.deliver {
				w.send(p)
			}
			check(t, w.server.inbox.put(t.Context(), m, received))
			for range 3 {
				w.server.inbox.round(t.Context())
			}
			if late := w.late(); fmt.Sprint(late) != c.want {
				t.Errorf("late answers %q, want %s", late, c.want)
			}
			w.spooled(0)
		})
	}
}

// open makes the message of a push.
func (w *world) open(p push) bot.Message {
	w.t.Helper()
	m := bot.Message{Key: keyOf(w.t, p), Person: person(alice), Street: testStreet, At: w.now(), Kind: bot.Text, Text: "路灯"}
	return m
}

// A crash between the late answer and the commit repeats neither.
func TestReplayAfterCrash(t *testing.T) {
	w := embedded(t, nil)
	m := w.open(w.textFrom(alice, "路灯", 1))
	check(t, w.server.inbox.tell(t.Context(), m, "答：路灯")) // and then the program died
	check(t, w.server.inbox.put(t.Context(), m, received))
	w.server.inbox.round(t.Context())
	if late := w.late(); fmt.Sprint(late) != "[答：路灯]" {
		t.Errorf("late answers %q", late)
	}
}

// A message that fails every time does not hold up its writer for ever: a
// dispatcher gets it.
func TestHopelessGoesToAPerson(t *testing.T) {
	w := embedded(t, nil)
	w.talk.set(func(ctx context.Context, m bot.Message, turn store.Turn) (bot.Answer, error) {
		if strings.Contains(m.Text, "毒") {
			panic("poison")
		}
		return echo(ctx, m, turn)
	})
	poison := w.textFrom(alice, "毒药着火了", 1)
	w.send(poison)
	w.send(w.textFrom(alice, "后面的话", 2))
	w.spooled(2)
	for range maxPanics + 1 {
		if w.server.inbox.spool.Depth() != 2 {
			t.Fatal("given up too early")
		}
		w.server.inbox.round(t.Context())
	}
	w.spooled(0)
	id, made, err := w.store.Made(t.Context(), testStreet, keyOf(t, poison)+":1")
	check(t, err)
	if !made {
		t.Fatal("no task was made")
	}
	got, err := w.store.Get(t.Context(), id)
	check(t, err)
	if got.Text != "毒药着火了" || got.Status != task.Pending || got.Urgency != task.Critical || got.Reporter != person(alice) {
		t.Errorf("task %+v", got)
	}
	if late := w.late(); fmt.Sprint(late) != "[答：后面的话]" {
		t.Errorf("late answers %q", late)
	}
}

// A fault that is no panic may be an outage: it is given more time.
func TestFaultyGoesToAPersonLater(t *testing.T) {
	w := embedded(t, nil)
	w.talk.set(func(context.Context, bot.Message, store.Turn) (bot.Answer, error) {
		return bot.Answer{}, errors.New("template")
	})
	p := w.textFrom(alice, "路灯不亮", 1)
	w.send(p)
	for range 3 * maxPanics {
		w.server.inbox.round(t.Context())
	}
	w.spooled(1)
	w.clock.Store(int64(hopelessFrom + time.Minute))
	w.server.inbox.round(t.Context())
	w.spooled(0)
	if _, made, err := w.store.Made(t.Context(), testStreet, keyOf(t, p)+":1"); err != nil || !made {
		t.Errorf("no task was made: %v", err)
	}
	if n := strings.Count(w.log.String(), "replay of message"); n > 2 {
		t.Errorf("%d warnings", n)
	}
}

// What waited longer than the done-marks live is not worked again.
func TestExpired(t *testing.T) {
	cases := []struct {
		name  string
		m     bot.Message
		task  bool
		asked int
		words string
	}{
		{"text", bot.Message{Kind: bot.Text, Text: "路灯不亮"}, true, 0, "路灯不亮"},
		{"image", bot.Message{Kind: bot.Image, MediaID: "mid", PicURL: "http://p"}, true, 0, ""},
		{"voice", bot.Message{Kind: bot.Voice, MediaID: "mid"}, true, 0, ""},
		{"location", bot.Message{Kind: bot.Location, Label: "康宁路"}, true, 0, "康宁路"},
		{"tap on the menu", bot.Message{Kind: bot.Click, Text: "status"}, false, 0, ""},
		{"unsubscribe", bot.Message{Kind: bot.Unsubscribe}, false, 1, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := embedded(t, nil)
			c.m.Key, c.m.Person, c.m.Street, c.m.At = "k-"+c.name, person(alice), testStreet, w.now()
			check(t, w.server.inbox.put(t.Context(), c.m, received))
			w.clock.Store(int64(7 * 24 * time.Hour))
			w.server.inbox.round(t.Context())
			w.spooled(0)
			id, made, err := w.store.Made(t.Context(), testStreet, bot.KeyOf(c.m, 1))
			check(t, err)
			if made != c.task || w.talk.asked(c.m.Key) != c.asked {
				t.Fatalf("task made: %v, asked %d times", made, w.talk.asked(c.m.Key))
			}
			if made {
				got, err := w.store.Get(t.Context(), id)
				check(t, err)
				if got.Text != c.words || len(got.Media) != map[bot.Kind]int{bot.Image: 1, bot.Voice: 1}[c.m.Kind] {
					t.Errorf("task %+v", got)
				}
			}
		})
	}
}

// An entry nobody can read stays, and says so.
func TestUnreadableEntry(t *testing.T) {
	w := embedded(t, nil)
	check(t, w.server.inbox.spool.Put(spool.Entry{Account: "community", Person: "x", Key: "k", Raw: []byte("{")}))
	w.server.inbox.round(t.Context())
	w.spooled(1)
	w.clock.Store(int64(7 * 24 * time.Hour))
	w.server.inbox.round(t.Context())
	w.spooled(1)
	if !strings.Contains(w.log.String(), "read kept message k") {
		t.Errorf("log %s", w.log)
	}
}

// While Redis does not answer nothing is tried, so that no attempt is counted.
func TestNoRoundWithoutRedis(t *testing.T) {
	r := redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded})
	w := newWorld(t, r, nil)
	check(t, r.Kill())
	w.send(w.textFrom(alice, "路灯", 1))
	for range maxPanics + 2 {
		w.server.inbox.round(t.Context())
	}
	check(t, r.Restart(t.Context()))
	w.run()
	w.spooled(0)
	if late := w.late(); fmt.Sprint(late) != "[答：路灯]" {
		t.Errorf("late answers %q", late)
	}
}

// A message survives the form it waits in.
func TestMessageOnDisk(t *testing.T) {
	m := bot.Message{Key: "k", Person: person(alice), Street: "12", At: time.Unix(1785900000, 0).UTC(), Kind: bot.Location, Text: "a\u2028<b>", MenuID: "1",
		MediaID: "m", PicURL: "p", Label: "l", Scene: "s", Lat: 28.123456, Lon: 121.5,
		Receipts: []bot.Delivery{{Ref: "1", Arrived: true}}, Consents: []bot.Consent{{Template: "T", Given: true}}}
	raw, err := json.Marshal(m)
	check(t, err)
	got, err := decode(spool.Entry{Raw: raw})
	if err != nil || !reflect.DeepEqual(got, m) {
		t.Errorf("%+v, %v\nwant %+v", got, err, m)
	}
	if _, err := decode(spool.Entry{Key: "k", Raw: []byte("[]")}); err == nil || !strings.Contains(err.Error(), "k") {
		t.Errorf("a broken one: %v", err)
	}
	var syntax *json.SyntaxError
	if _, err := decode(spool.Entry{Raw: []byte("{")}); !errors.As(err, &syntax) {
		t.Errorf("a broken one: %v", err)
	}
}

// While the server holds, messages are received, kept and not worked on; afterwards
// they are, in order.
func TestHold(t *testing.T) {
	redises.Each(t, func(t *testing.T, r *redistest.Server) {
		w := newWorld(t, r, nil)
		w.run()
		w.server.Hold(true)
		for n, text := range []string{"路灯不亮", "还有电梯"} {
			if a := w.send(w.textFrom(alice, text, n+1)); a.status != 200 || a.body != received {
				t.Errorf("%s: %+v", text, a)
			}
		}
		w.spooled(2)
		w.server.Hold(false)
		w.spooled(0)
		if late := w.late(); fmt.Sprint(late) != "[答：路灯不亮 答：还有电梯]" {
			t.Errorf("late answers %q", late)
		}
	})
}
