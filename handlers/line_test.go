package handlers

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestLine(t *testing.T) {
	l := newLines()
	first, _ := l.join("a", 2)
	second, ok := l.join("a", 2)
	third, ok3 := l.join("a", 2)
	if _, full := l.join("a", 2); !ok || !ok3 || full {
		t.Fatal("the limit counts those who wait")
	}
	other, _ := l.join("b", 2)
	<-other // another person does not wait
	<-first
	if open(second) {
		t.Fatal("two at the front")
	}
	l.leave("a")
	<-second
	if open(third) {
		t.Fatal("the third passed the second")
	}
	l.leave("a")
	<-third
	l.leave("a")
	l.leave("b")
	if l.persons() != 0 {
		t.Errorf("%d persons remembered", l.persons())
	}
}

func open(turn <-chan struct{}) bool {
	select {
	case <-turn:
		return true
	default:
		return false
	}
}

// Whatever the order of coming and going: at most one at the front of each line,
// in the order of joining, and nobody is remembered at the end.
func TestLineProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLines()
		queues := map[string][]<-chan struct{}{}
		people := rapid.SampledFrom([]string{"a", "b", "c"})
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			who := people.Draw(t, "who")
			if q := queues[who]; len(q) > 0 && rapid.Bool().Draw(t, "leave") {
				l.leave(who)
				queues[who] = q[1:]
			} else if turn, ok := l.join(who, 5); ok {
				queues[who] = append(q, turn)
			} else if len(q) < 6 {
				t.Fatalf("refused behind %d", len(q))
			}
			for name, q := range queues {
				for i, turn := range q {
					if open(turn) != (i == 0) {
						t.Fatalf("%s: place %d is open: %v", name, i, open(turn))
					}
				}
			}
		}
		for who, q := range queues {
			for range q {
				l.leave(who)
			}
		}
		if l.persons() != 0 {
			t.Fatal(fmt.Sprint(l.waiting))
		}
	})
}
