package store

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/task"
)

const hold = 30 * time.Second

// lease takes up to n notices of street 12 for as long as a courier does.
func lease(t testing.TB, s *Store, n int, now time.Time) []Leased {
	t.Helper()
	out, err := s.Lease(t.Context(), "12", n, now, now.Add(hold))
	check(t, err)
	return out
}

func ids(list []Leased) (out []string) {
	for _, l := range list {
		out = append(out, l.ID)
	}
	return out
}

// post makes a task with one notice, due at that moment.
func post(t testing.TB, s *Store, key string, due time.Time) string {
	t.Helper()
	c := opened()
	c.Notices = c.Notices[:1]
	c.Notices[0].Due, c.Notices[0].To.Staff = due, key // each stands in a line of its own
	return fmt.Sprintf("%d.1.1", create(t, s, key, c).Seq)
}

func TestALeaseHidesANoticeUntilItEnds(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := post(t, s, "m1", noon)
		first := lease(t, s, 10, noon)
		if len(first) != 1 || first[0].ID != id || first[0].Attempts != 1 || !first[0].Until.Equal(at(hold)) || first[0].Street() != "12" {
			t.Fatalf("leased %+v", first)
		}
		if got := lease(t, s, 10, at(hold-time.Millisecond)); len(got) != 0 {
			t.Errorf("leased twice: %v", ids(got))
		}
		again := lease(t, s, 10, at(hold))
		if len(again) != 1 || again[0].ID != id || again[0].Attempts != 2 {
			t.Errorf("when the lease has ended: %+v", again)
		}
		if got, err := s.Lease(t.Context(), "13", 10, noon, at(hold)); len(got) != 0 || err != nil {
			t.Errorf("another street: %v, %v", got, err)
		}
	})
}

func TestNoticesComeInTheOrderTheyAreDue(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		late, soon, now := post(t, s, "m1", at(2*time.Minute)), post(t, s, "m2", at(time.Minute)), post(t, s, "m3", noon)
		if got := ids(lease(t, s, 10, at(time.Second))); !slices.Equal(got, []string{now}) {
			t.Errorf("at once %v", got)
		}
		if got := ids(lease(t, s, 2, at(time.Hour))); !slices.Equal(got, []string{now, soon}) {
			t.Errorf("the first two an hour later %v", got)
		}
		if got := ids(lease(t, s, 2, at(time.Hour))); !slices.Equal(got, []string{late}) {
			t.Errorf("the rest %v", got)
		}
	})
}

// Six couriers on two replicas take and finish 300 notices: each is held by one
// at a time and gone in the end.
func TestTwoCouriersNeverHoldTheSameNotice(t *testing.T) {
	const notices, couriers = 300, 6
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		stores := []*Store{s, connect(t, srv)}
		for i := range notices {
			post(t, s, fmt.Sprint("m", i), noon)
		}
		var mu sync.Mutex
		taken := map[string]int{}
		together(couriers, func(i int) {
			for {
				got, err := stores[i%2].Lease(t.Context(), "12", 7, noon, at(hold+time.Duration(i)))
				if err != nil || len(got) == 0 {
					return
				}
				for _, l := range got {
					mu.Lock()
					taken[l.ID]++
					mu.Unlock()
					if err := stores[i%2].Sent(t.Context(), l, noon); err != nil {
						t.Error(err)
					}
				}
			}
		})
		for id, n := range taken {
			if n != 1 {
				t.Errorf("%s was taken %d times", id, n)
			}
		}
		if d := must(s.OutboxDepth(t.Context(), "12")); len(taken) != notices || d.Waiting != 0 {
			t.Errorf("%d taken, %d wait", len(taken), d.Waiting)
		}
		if left := must(s.rdb.Keys(t.Context(), "*:notice:*").Result()); len(left) != 0 {
			t.Errorf("%d notices are left behind", len(left))
		}
	})
}

func TestSettlingWithAnEndedLeaseIsLost(t *testing.T) {
	for name, settle := range map[string]func(*Store, *testing.T, Leased) error{
		"sent": func(s *Store, t *testing.T, l Leased) error { return s.Sent(t.Context(), l, noon) },
		"later": func(s *Store, t *testing.T, l Leased) error {
			return s.Later(t.Context(), l, at(time.Hour), noon, "why", false)
		},
		"bury": func(s *Store, t *testing.T, l Leased) error { return s.Bury(t.Context(), l, at(time.Hour), "why") },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
				post(t, s, "m1", noon)
				mine := lease(t, s, 1, noon)[0]
				theirs := lease(t, s, 1, at(hold))[0]
				if err := settle(s, t, mine); !errors.Is(err, ErrLost) {
					t.Errorf("%v, want ErrLost", err)
				}
				d := must(s.OutboxDepth(t.Context(), "12"))
				if d.Waiting != 1 || d.Buried != 0 || !d.Oldest.Equal(theirs.Until) {
					t.Errorf("the loser changed the outbox: %+v", d)
				}
				check(t, s.Sent(t.Context(), theirs, noon))
				if err := settle(s, t, theirs); !errors.Is(err, ErrLost) {
					t.Errorf("settled twice: %v, want ErrLost", err)
				}
			})
		})
	}
}

func TestLater(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		post(t, s, "m1", noon)
		check(t, s.Later(t.Context(), lease(t, s, 1, noon)[0], at(5*time.Minute), noon, "45011", false))
		if got := lease(t, s, 1, at(5*time.Minute-1)); len(got) != 0 {
			t.Errorf("too early: %v", ids(got))
		}
		l := lease(t, s, 1, at(5*time.Minute))[0]
		if l.Attempts != 2 {
			t.Errorf("attempt %d, want 2", l.Attempts)
		}
		check(t, s.Later(t.Context(), l, at(time.Hour), noon, "40164", true))
		if l = lease(t, s, 1, at(time.Hour))[0]; l.Attempts != 2 {
			t.Errorf("an attempt that does not count was counted: %d, want 2", l.Attempts)
		}
		check(t, s.Again(t.Context(), l, at(2*time.Hour), noon, "no answer"))
		if l = lease(t, s, 1, at(2*time.Hour))[0]; l.Attempts != 3 || l.Unsure != 1 {
			t.Errorf("attempt %d, %d unsure, want 3 and 1", l.Attempts, l.Unsure)
		}
	})
}

func TestBuriedIsSeenAndCanBeSentAgain(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		first, second := post(t, s, "m1", noon), post(t, s, "m2", noon)
		for i, l := range lease(t, s, 2, noon) {
			check(t, s.Bury(t.Context(), l, at(time.Duration(i)*time.Minute), fmt.Sprint("reason ", i)))
		}
		if got := lease(t, s, 10, at(time.Hour)); len(got) != 0 {
			t.Errorf("buried ones are delivered: %v", ids(got))
		}
		list := must(s.Buried(t.Context(), "12", 10))
		if len(list) != 2 || list[0].ID != second || list[1].ID != first || list[0].LastErr != "reason 1" ||
			!list[0].At.Equal(at(time.Minute)) || list[1].Attempts != 1 || list[1].To.Staff != "m1" || list[1].Task.Seq != 1001 {
			t.Errorf("buried %+v", list)
		}
		if newest := must(s.Buried(t.Context(), "12", 1)); len(newest) != 1 || newest[0].ID != second {
			t.Errorf("the newest one %+v", newest)
		}
		for i, want := range []bool{true, false} {
			if got, err := s.Unbury(t.Context(), "12", first, at(time.Hour)); got != want || err != nil {
				t.Errorf("unbury %d: %v, %v", i, got, err)
			}
		}
		if got := lease(t, s, 10, at(time.Hour)); len(got) != 1 || got[0].ID != first || got[0].Attempts != 1 {
			t.Errorf("after unburying %+v", got)
		}
		if d := must(s.OutboxDepth(t.Context(), "12")); d.Waiting != 1 || d.Buried != 1 {
			t.Errorf("depth %+v", d)
		}
	})
}

func TestNothingBuried(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		if got, err := s.Buried(t.Context(), "12", 10); len(got) != 0 || err != nil {
			t.Errorf("%v, %v", got, err)
		}
		if got, err := s.Unbury(t.Context(), "12", "1001.1.1", noon); got || err != nil {
			t.Errorf("unbury: %v, %v", got, err)
		}
	})
}

func TestANoticeThatCannotBeReadHoldsUpNoOther(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		broken, vanished, good := post(t, s, "m1", noon), post(t, s, "m2", noon), post(t, s, "m3", noon)
		check(t, s.rdb.HSet(t.Context(), streetOf("12").notice(broken), "d", "{").Err())
		check(t, s.rdb.Del(t.Context(), streetOf("12").notice(vanished)).Err())
		if got := ids(lease(t, s, 10, noon)); !slices.Equal(got, []string{good}) {
			t.Errorf("leased %v", got)
		}
		list := must(s.Buried(t.Context(), "12", 10))
		if len(list) != 1 || list[0].ID != broken || list[0].LastErr == "" {
			t.Errorf("buried %+v", list)
		}
		if d := must(s.OutboxDepth(t.Context(), "12")); d.Waiting != 1 {
			t.Errorf("depth %+v, want only the good one", d)
		}
	})
}

func TestALateAnswerIsPutOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		answer := task.Notice{To: task.Party{Kind: task.ToResident, Person: resident}, About: task.AboutAnswer, Note: "已登记"}
		stores := []*Store{s, connect(t, srv)}
		var mu sync.Mutex
		put := 0
		together(4, func(i int) {
			ok, err := stores[i%2].Enqueue(t.Context(), "12", "m1", answer, noon)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if ok {
				put++
			}
		})
		got := lease(t, s, 10, noon)
		if put != 1 || len(got) != 1 || got[0].Note != "已登记" || got[0].To.Person != resident || got[0].Task.Seq != 0 {
			t.Fatalf("put %d times, leased %+v", put, got)
		}
		check(t, s.Sent(t.Context(), got[0], noon))
		if ok, err := s.Enqueue(t.Context(), "12", "m1", answer, at(time.Hour)); ok || err != nil {
			t.Errorf("after it was sent: %v, %v", ok, err)
		}
	})
}

func TestOutboxDepth(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		if d := must(s.OutboxDepth(t.Context(), "12")); d != (Depth{}) {
			t.Errorf("empty: %+v", d)
		}
		post(t, s, "m1", at(time.Minute))
		post(t, s, "m2", noon)
		if d := must(s.OutboxDepth(t.Context(), "12")); d.Waiting != 2 || !d.Oldest.Equal(noon) {
			t.Errorf("two wait: %+v", d)
		}
	})
}

// What a Commit has done needs no note any more; a note that a courier has, and every other
// notice, stays.
func TestLinkedTakesOutOnlyTheNotesOfTheseTasks(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		c := opened()
		slices.Reverse(c.Notices) // as dispatch writes them: that note first
		a, b := create(t, s, "m1:1", c), create(t, s, "m2:1", c)
		check(t, s.Linked(t.Context(), "12", []int64{a.Seq, 99_999}))
		wantIDs(t, "left", lease(t, s, 9, at(time.Hour)), fmt.Sprintf("%d.1.2", a.Seq), fmt.Sprintf("%d.1.2", b.Seq), fmt.Sprintf("%d.1.1", b.Seq))
		if left := must(s.rdb.Keys(t.Context(), "gb:{s12}:notice:*").Result()); len(left) != 3 {
			t.Errorf("left %v", left)
		}
	})
}
