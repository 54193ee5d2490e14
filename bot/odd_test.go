package bot

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gridbot/redistest"
	"gridbot/store"
	"gridbot/task"
)

// TestOddTexts: whatever comes, there is an answer that can be sent, and a report in
// it is kept.
func TestOddTexts(t *testing.T) {
	w := embedded(t)
	for i, c := range []struct{ name, text, kept string }{
		{"20,000 characters", "楼下路灯不亮了，" + strings.Repeat("晚上看不见，", 3332), "楼下路灯不亮了"},
		{"emoji", "楼下路灯不亮了😡😡😡💡", "路灯不亮了😡"},
		{"only emoji", "😀😀😀", ""},
		{"a flag and skin tones", "👍🏽🇨🇳", ""},
		{"right to left", "\u202e楼下路灯不亮了\u202c", "路灯不亮了"},
		{"zero width", "楼下\u200b路灯\u200d不亮了\ufeff", "不亮了"},
		{"only zero width", "\u200b\u200b", ""},
		{"NUL and controls", "楼下路灯不亮了\x00\x01\x1b[31m", "路灯不亮了"},
		{"broken UTF-8", "楼下路灯不亮了\xff\xfe", "路灯不亮了"},
		{"template", "楼下路灯不亮了{{.Handler}}{{template \"x\"}}", "{{.Handler}}"},
		{"markup", "楼下路灯不亮了]]><xml><a>&amp;", "]]><xml>"},
		{"format", "楼下路灯不亮了%s%d%!v(MISSING)", "%s%d"},
		{"spaces", " \t\n ", ""},
		{"one mark", "？", ""},
		{"digits", "88888888888888888888888888", ""},
		{"a number too long", "12-99999999999999999999", ""},
	} {
		who := fmt.Sprintf("p%d", i)
		w.live(who, "12010101.3")
		got := w.say(who, c.text)
		if got == "" || utf8.RuneCountInString(got) > maxRunes || len(got) > maxBytes {
			t.Errorf("%s: answered with %d bytes: %s", c.name, len(got), got)
		}
		if c.kept != "" && !w.holds(c.kept) {
			t.Errorf("%s is kept nowhere; answered %s", c.name, got)
		}
	}
	for _, x := range w.tasks() {
		if utf8.RuneCountInString(x.Text) > maxText {
			t.Errorf("%s holds %d characters", x.ID, utf8.RuneCountInString(x.Text))
		}
	}
}

// TestFlood: ten thousand messages of one person in a minute are all kept with one
// task, answered until they are too many, then once, and the worker is not told of
// those.
func TestFlood(t *testing.T) {
	const messages = 10000
	w := newWorld(t, redistest.ForTest(t, redistest.Options{AppendFsync: "no"}))
	w.live("li", "12010101.3")
	start := time.Now()
	answered := 0
	for i := range messages {
		m := w.text("li", fmt.Sprintf("楼下第%d盏路灯不亮了", i))
		at := w.now
		if got := w.send(m); got != "" {
			answered++
		}
		w.now = at.Add(time.Minute / messages)
	}
	t.Logf("%d messages in %v", messages, time.Since(start))
	tasks := w.tasks()
	if len(tasks) != 1 {
		t.Fatalf("%d tasks", len(tasks))
	}
	events, err := w.store.History(t.Context(), tasks[0].ID, messages+10)
	check(t, err)
	kept := map[string]bool{tasks[0].Text: true}
	for _, e := range events {
		kept[e.Note] = true
	}
	for i := range messages {
		if !kept[fmt.Sprintf("楼下第%d盏路灯不亮了", i)] {
			t.Fatalf("message %d is kept nowhere", i)
		}
	}
	if answered > floodAt+1 {
		t.Errorf("answered %d times", answered)
	}
	if depth, err := w.store.OutboxDepth(t.Context(), "12"); err != nil || depth.Waiting > floodAt+5 {
		t.Errorf("%d notices wait, %v", depth.Waiting, err)
	}
}

// flooded is a turn of somebody who has written too much.
func (w *world) flooded(m Message) string {
	w.Helper()
	turn, err := w.store.Begin(context.Background(), m.Person, m.Key, w.bot.Window(m), false, w.now)
	check(w, err)
	turn.Recent = floodAt + 5
	a, err := w.bot.Reply(context.Background(), m, turn)
	check(w, err)
	check(w, w.store.Commit(context.Background(), turn, a.Ending, w.now))
	return a.Text
}

// TestDangerInAFlood is answered with the number to call and makes a task of its own,
// but only one.
func TestDangerInAFlood(t *testing.T) {
	w := embedded(t)
	w.live("li", "12010101.3")
	w.says("li", "楼下路灯不亮了", "12-1001")
	w.answers(w.flooded(w.text("li", "着火了，厨房着火了")), "danger", "119", "12-1002")
	w.answers(w.flooded(w.text("li", "火越来越大了，着火了快来")), "danger again", "119", "!12-1003")
	if got := w.tasks(); len(got) != 2 || got[1].Urgency != task.Critical || !strings.Contains(w.words(got[1]), "越来越大") {
		t.Errorf("tasks: %+v", got)
	}
}

// TestPhotosInAFlood are kept without an answer to each.
func TestPhotosInAFlood(t *testing.T) {
	w := embedded(t)
	w.live("li", "12010101.3")
	for i := range 3 {
		m := w.text("li", "")
		m.Kind, m.MediaID = Image, fmt.Sprintf("photo%d", i)
		w.flooded(m)
	}
	if got := w.tasks(); len(got) != 1 || len(got[0].Media) != 3 {
		t.Errorf("tasks: %+v", got)
	}
}

// TestPlaceInAFlood is kept with the person's newest task.
func TestPlaceInAFlood(t *testing.T) {
	w := embedded(t)
	w.live("li", "12010101.3")
	w.says("li", "楼下路灯不亮了", "12-1001")
	m := w.text("li", "")
	m.Kind, m.Label = Location, "康宁路口"
	w.flooded(m)
	if got := w.tasks(); len(got) != 1 || !strings.Contains(w.words(got[0]), "康宁路口") {
		t.Errorf("tasks: %+v", got)
	}
}

// TestNoAlarm: numbers and commands hold no words of danger, numbers to call do.
func TestNoAlarm(t *testing.T) {
	w := embedded(t)
	for _, words := range []string{"12-1120", "13812012034", "绑定 112034", "签收 1120", "撤回 11912", "1 2 0 4 5 6", "催办"} {
		if got := w.bot.Danger(w.text("li", words)); got != "" {
			t.Errorf("%q raises the alarm: %s", words, got)
		}
	}
	for _, words := range []string{"着火了", "119", "120！", "家里煤气漏了，味道很大"} {
		if got := w.bot.Danger(w.text("li", words)); got == "" {
			t.Errorf("%q raises no alarm", words)
		}
	}
}

// TestReceived is what is said while nothing can be worked on.
func TestReceived(t *testing.T) {
	w := embedded(t)
	w.answers(w.bot.Received(w.text("li", "楼下路灯不亮了")), "report", "已收到", "!119")
	w.answers(w.bot.Received(w.text("li", "着火了！快来人！")), "fire", "119", "已收到")
	w.answers(w.bot.Unkept(w.text("li", "楼下路灯不亮了")), "unkept", "没能记下来", "再发一次", "110")
	w.answers(w.bot.Unkept(w.text("li", "着火了！快来人！")), "unkept fire", "119", "没能记下来", "!110")
	quiet := Message{Kind: Unsubscribe}
	if got := w.bot.Received(quiet) + w.bot.Unkept(quiet); got != "" {
		t.Errorf("who leaves is told %q", got)
	}
	if got := w.bot.Danger(Message{Kind: Image, Text: "着火了"}); got != "" {
		t.Errorf("a photo speaks of danger: %q", got)
	}
	for kind, want := range map[Kind]store.Window{Text: store.MessageWindow(), Scan: store.TapWindow(), Quiet: {}, Unsubscribe: {}} {
		if got := w.bot.Window(Message{Kind: kind}); got != want {
			t.Errorf("%s opens %v", kind, got)
		}
	}
}
