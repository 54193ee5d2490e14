package bot

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"gridbot/store"
)

func TestSessionOfAnotherVersion(t *testing.T) {
	w := embedded(t)
	w.live("li", "12010101.3")
	for _, kept := range []string{`{"s":"dance","c":["x"]}`, `{"s":"matter","d":{"t":"none"}}`, `{"s":"matter"}`, `{"s":"place","d":{"t":"12-9999"}}`,
		`{"s":"choose"}`, `{"s":"choose","o":{"c":"sign","t":"?"},"f":"task","c":["bogus"]}`, `{"s":"result"}`, `{"s":"number","c":["a"]}`,
		`{"s":"number","c":[]}`, `{"s":"photo"}`, `{"s":"proof"}`, `{"s":"proof","c":["a"],"ms":[{"id":"x"}]}`, `{"p":true,"m":{"id":"x"}}`, `[1,2]`, `nonsense`, ``} {
		for _, words := range []string{"1", "都不是", "楼下路灯不亮了", "12-1001", "谢谢"} {
			m := w.text("li", words)
			turn := store.Turn{State: store.Fresh, Session: []byte(kept), Profile: store.Profile{Home: "12010101"}}
			if a, err := w.bot.Reply(context.Background(), m, turn); err != nil || a.Text == "" {
				t.Errorf("session %s, %q: answered %q, %v", kept, words, a.Text, err)
			}
		}
	}
}

func TestSessionSurvivesItself(t *testing.T) {
	s := session{Step: stepChoose, At: 5, Order: &order{Cmd: cmdSign, Task: "12-1001"}, Fill: fillTask, Choices: []string{"12-1001"}, Unclear: "嗯？"}
	b, err := s.save()
	check(t, err)
	if got := loadSession(b); got.Step != s.Step || got.Order == nil || !reflect.DeepEqual(got.Order, s.Order) || got.Unclear != s.Unclear {
		t.Errorf("%s reads as %+v", b, got)
	}
	empty := session{}
	if b, err := empty.save(); b != nil || err != nil {
		t.Errorf("an empty session is kept as %q, %v", b, err)
	}
}

// TestWrittenBeforeTheQuestion: an older message that arrives late is no answer, and
// the question still stands for the answer that comes.
func TestWrittenBeforeTheQuestion(t *testing.T) {
	w := embedded(t)
	w.live("li", "12010101.3")
	late := w.text("li", "1")
	late.At = w.now.Add(-time.Minute)
	w.says("li", "太吵了", "回复数字就行")
	w.answers(w.send(late), "late 1", "!已交给")
	w.says("li", "1", "已交给")
}

func FuzzSession(f *testing.F) {
	for _, s := range []string{"", "{}", `{"s":"matter","c":["a","b"],"d":{"t":"12-1001"}}`, `{"ms":[{"id":"1"}]}`, "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, kept []byte) {
		s := loadSession(kept)
		b, err := s.save()
		if err != nil {
			t.Fatal(err)
		}
		again := loadSession(b)
		if c, err := again.save(); err != nil || strings.Compare(string(b), string(c)) != 0 {
			t.Errorf("%q becomes %q, then %q (%v)", kept, b, c, err)
		}
	})
}
