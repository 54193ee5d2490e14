package store

import (
	"sync/atomic"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/task"
)

// speak is a message, or a tap, of a person at a moment, worked and committed.
func speak(t *testing.T, s *Store, p task.Person, key string, w Window, now time.Time) {
	t.Helper()
	turn, err := s.Begin(t.Context(), p, key, w, false, now)
	if err != nil || turn.State != Fresh {
		t.Fatalf("%s: %s, %v", key, turn.State, err)
	}
	check(t, s.Commit(t.Context(), turn, Ending{}, now))
}

// spendAll spends until there is nothing left and tells how much there was.
func spendAll(t *testing.T, s *Store, now time.Time) int {
	t.Helper()
	for n := range 100 {
		x, err := s.Spend(t.Context(), resident, 0, 0, now)
		check(t, err)
		if x.Budget != Spent {
			return n
		}
	}
	t.Fatal("the budget has no end")
	return 0
}

func TestWindows(t *testing.T) {
	type step struct {
		after time.Duration
		w     Window
		spend int
	}
	tap, message := TapWindow(), MessageWindow()
	for _, c := range []struct {
		name  string
		steps []step
		at    time.Duration // when what is left is counted
		want  int
	}{
		{"nobody has spoken", nil, 0, 0},
		{"a message opens five", []step{{0, message, 0}}, time.Hour, 5},
		{"until the last moment of 48 hours", []step{{0, message, 0}}, 48*time.Hour - time.Millisecond, 5},
		{"and not after", []step{{0, message, 0}}, 48 * time.Hour, 0},
		{"a tap opens three", []step{{0, tap, 0}}, 0, 3},
		{"for a minute", []step{{0, tap, 0}}, time.Minute, 0},
		{"a message without a window opens none", []step{{0, Window{}, 0}}, 0, 0},
		{"the next message gives five again", []step{{0, message, 4}, {time.Hour, message, 0}}, time.Hour, 5},
		{"a tap does not shorten an open window", []step{{0, message, 1}, {time.Hour, tap, 0}}, 2 * time.Hour, 4},
		{"a tap counts beside an open window", []step{{0, message, 1}, {time.Hour, tap, 0}}, time.Hour, 7},
		{"what a tap gives is spent first", []step{{0, message, 0}, {time.Hour, tap, 2}}, 2 * time.Hour, 5},
		{"a tap helps when the five are used up", []step{{0, message, 5}, {time.Hour, tap, 0}}, time.Hour, 3},
		{"a message after a tap opens the long window", []step{{0, tap, 1}, {time.Second, message, 0}}, time.Hour, 5},
		{"a tap when the long window is about to end", []step{{0, message, 4}, {48*time.Hour - time.Second, tap, 0}}, 48 * time.Hour, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
				for i, x := range c.steps {
					speak(t, s, resident, c.name+string(rune('a'+i)), x.w, at(x.after))
					for range x.spend {
						if got, err := s.Spend(t.Context(), resident, 0, 0, at(x.after)); got.Budget != Spent || err != nil {
							t.Fatalf("step %d: nothing to spend: %v", i, err)
						}
					}
				}
				if got := spendAll(t, s, at(c.at)); got != c.want {
					t.Errorf("%d left, want %d", got, c.want)
				}
			})
		})
	}
}

func TestWhoSpendsFromNothingOwesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		speak(t, s, resident, "m1", MessageWindow(), noon)
		for _, want := range []int{5, 0, 0} {
			if got := spendAll(t, s, noon); got != want {
				t.Errorf("%d to spend, want %d", got, want)
			}
		}
		speak(t, s, resident, "m2", TapWindow(), at(time.Hour))
		if got := spendAll(t, s, at(time.Hour)); got != 3 {
			t.Errorf("%d after a tap, want 3", got)
		}
	})
}

func TestADuplicateOpensNoWindow(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		speak(t, s, resident, "m1", MessageWindow(), noon)
		if got := spendAll(t, s, noon); got != 5 {
			t.Fatalf("%d to spend, want 5", got)
		}
		turn, err := s.Begin(t.Context(), resident, "m1", MessageWindow(), false, noon)
		if err != nil || turn.State != Done {
			t.Fatalf("again: %s, %v", turn.State, err)
		}
		if got := spendAll(t, s, noon); got != 0 {
			t.Errorf("%d to spend after a duplicate, want 0", got)
		}
	})
}

func TestManyWhoSpendAtOnceSpendNoMoreThanThereIs(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		stores := []*Store{s, connect(t, srv)}
		speak(t, s, resident, "m1", Window{For: time.Hour, Count: 40}, noon)
		var spent atomic.Int32
		together(100, func(i int) {
			x, err := stores[i%2].Spend(t.Context(), resident, 0, 0, noon)
			if err != nil {
				t.Error(err)
			}
			if x.Budget == Spent {
				spent.Add(1)
			}
		})
		if spent.Load() != 40 {
			t.Errorf("%d spent of 40", spent.Load())
		}
	})
}

func TestCloseWindow(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		check(t, s.CloseWindow(t.Context(), resident, noon)) // closing what was never open
		speak(t, s, resident, "m1", MessageWindow(), noon)
		check(t, s.CloseWindow(t.Context(), resident, noon))
		if got := spendAll(t, s, noon); got != 0 {
			t.Errorf("%d left in a closed window", got)
		}
		speak(t, s, resident, "m2", MessageWindow(), noon)
		if got := spendAll(t, s, noon); got != 5 {
			t.Errorf("%d after the next message, want 5", got)
		}
		speak(t, s, resident, "m3", MessageWindow(), at(time.Second))
		check(t, s.CloseWindow(t.Context(), resident, noon)) // asked before they wrote
		if got := spendAll(t, s, at(time.Second)); got != 5 {
			t.Errorf("%d in the window opened meanwhile, want 5", got)
		}
	})
}
