package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/task"
)

// write leaves a notice to a person in the outbox, and gives its id.
func write(t testing.TB, s *Store, key string, p task.Person, about task.About, now time.Time) string {
	t.Helper()
	n := task.Notice{To: task.Party{Kind: task.ToResident, Person: p}, About: about, Note: key}
	if put := must(s.Enqueue(t.Context(), "12", key, n, now)); !put {
		t.Fatalf("%s was there before", key)
	}
	return "late." + key
}

func wantIDs(t testing.TB, what string, got []Leased, want ...string) {
	t.Helper()
	if !slices.Equal(ids(got), want) {
		t.Errorf("%s: %v, want %v", what, ids(got), want)
	}
}

const news, question = task.AboutProgress, task.AboutQuestion

func TestALineIsLeasedAsAWholeByOne(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		a, b := write(t, s, "a", resident, question, noon), write(t, s, "b", resident, question, noon)
		other := write(t, s, "c", neighbour(1), question, noon)
		first := lease(t, s, 1, noon)
		wantIDs(t, "the line of the one looked at", first, a, b)
		wantIDs(t, "another courier", must(connect(t, srv).Lease(t.Context(), "12", 9, noon, at(hold))), other)
		d := write(t, s, "d", resident, question, at(time.Second))
		wantIDs(t, "what comes while it is told", lease(t, s, 9, at(time.Second)))
		check(t, s.Sent(t.Context(), first[0], at(2*time.Second)))
		wantIDs(t, "while one of it is still told", lease(t, s, 9, at(2*time.Second)))
		check(t, s.Sent(t.Context(), first[1], at(3*time.Second)))
		wantIDs(t, "and at once when the line is free", lease(t, s, 9, at(3*time.Second)), d)
	})
}

func TestNothingPassesWhatWaits(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		a, b := write(t, s, "a", resident, news, noon), write(t, s, "b", resident, news, noon)
		got := lease(t, s, 9, noon)
		wantIDs(t, "first", got, a, b)
		check(t, s.Later(t.Context(), got[0], at(time.Minute), noon, "later", false))
		check(t, s.Later(t.Context(), got[1], at(time.Minute+time.Millisecond), noon, "behind", true))
		c := write(t, s, "c", resident, news, at(time.Second))
		wantIDs(t, "news join those that wait", lease(t, s, 9, at(time.Second)))
		wantIDs(t, "still", lease(t, s, 9, at(59*time.Second)))
		got = lease(t, s, 9, at(time.Minute+time.Second))
		wantIDs(t, "all of it, in its order", got, a, b, c)
		if got[0].Attempts != 2 || got[1].Attempts != 1 || got[2].Attempts != 1 {
			t.Errorf("attempts %d %d %d", got[0].Attempts, got[1].Attempts, got[2].Attempts)
		}
	})
}

func TestWhatCannotWaitBringsWhatWaits(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		a := write(t, s, "a", resident, news, noon)
		check(t, s.Later(t.Context(), lease(t, s, 9, noon)[0], at(time.Hour), noon, "gathers", true))
		b := write(t, s, "b", resident, question, at(time.Second))
		wantIDs(t, "the question and the news before it", lease(t, s, 9, at(time.Second)), a, b)
	})
}

// News of a danger do not wait either, and a line in which something waits long lives as long.
func TestNewsOfADangerBringWhatWaits(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		a := write(t, s, "a", resident, news, noon)
		line := streetOf("12").line(lineFor(task.Notice{To: task.Party{Kind: task.ToResident, Person: resident}}))
		s.rdb.Expire(t.Context(), line, time.Hour)
		check(t, s.Later(t.Context(), lease(t, s, 9, noon)[0], at(time.Hour), noon, "quiet", true))
		if left := s.rdb.TTL(t.Context(), line).Val(); left < 6*24*time.Hour {
			t.Errorf("the line lives for %v", left)
		}
		n := task.Notice{To: task.Party{Kind: task.ToResident, Person: resident}, About: news, Urgent: true}
		must(s.Enqueue(t.Context(), "12", "b", n, at(time.Second)))
		wantIDs(t, "all", lease(t, s, 9, at(time.Second)), a, "late.b")
	})
}

func TestALineWhoseCourierDiedIsLeasedAgain(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		a := write(t, s, "a", resident, question, noon)
		died := lease(t, s, 9, noon)
		b := write(t, s, "b", resident, question, at(time.Second))
		wantIDs(t, "while its lease lasts", lease(t, s, 9, at(time.Second)))
		got := lease(t, s, 9, at(hold+time.Second))
		wantIDs(t, "afterwards", got, a, b)
		if err := s.Sent(t.Context(), died[0], at(hold+time.Second)); err == nil {
			t.Error("the dead one settles what another has")
		}
		for _, l := range got {
			check(t, s.Sent(t.Context(), l, at(hold+time.Second)))
		}
		if left := must(s.rdb.Keys(t.Context(), "gb:{s12}:line:*").Result()); len(left) > 0 {
			t.Errorf("left %v", left)
		}
		if n := s.rdb.ZCard(t.Context(), streetOf("12").telling()).Val(); n != 0 {
			t.Errorf("%d lines are being told", n)
		}
	})
}

// A line heals itself: of what was deleted, of what was buried and comes back, and of a
// notice that an older version wrote.
func TestALineHealsItself(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		k := streetOf("12")
		a, b, c := write(t, s, "a", resident, question, noon), write(t, s, "b", resident, question, noon), write(t, s, "c", resident, question, noon)
		s.rdb.Del(t.Context(), k.notice(a))
		s.rdb.HDel(t.Context(), k.notice(c), "l")
		s.rdb.LRem(t.Context(), k.line(lineFor(task.Notice{To: task.Party{Kind: task.ToResident, Person: resident}})), 1, c)
		got := lease(t, s, 9, noon)
		wantIDs(t, "without the one that is gone", got, b, c)
		check(t, s.Bury(t.Context(), got[0], noon, "why"))
		check(t, s.Sent(t.Context(), got[1], noon))
		must(s.Unbury(t.Context(), "12", b, noon))
		wantIDs(t, "the buried one again", lease(t, s, 9, noon), b)
	})
}

func TestALongLineComesInParts(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		var want []string
		for i := range lineMost + 3 {
			want = append(want, write(t, s, fmt.Sprint("n", i), resident, question, noon))
		}
		for _, part := range [][]string{want[:lineMost], want[lineMost:]} {
			got := lease(t, s, 99, noon)
			wantIDs(t, "a part", got, part...)
			for _, l := range got {
				check(t, s.Sent(t.Context(), l, noon))
			}
		}
	})
}

// Six couriers on two replicas, each as likely to put a notice back as to tell it, or to die
// with it: everybody hears everything, in the order it was written, and each thing once more
// than couriers have died telling it at most.
func TestEverybodyHearsInOrder(t *testing.T) {
	const people, each1 = 5, 40
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		stores := []*Store{s, connect(t, srv)}
		heard := make([][]string, people)
		clock := noon
		for i := range each1 {
			for p := range people {
				about := news
				if (i+p)%3 == 0 {
					about = question
				}
				write(t, s, fmt.Sprintf("p%d.%02d", p, i), neighbour(p), about, clock)
			}
			for c := range 3 {
				for j, l := range must(stores[(i+c)%2].Lease(t.Context(), "12", 3, clock, clock.Add(hold))) {
					var p int
					fmt.Sscanf(l.Note, "p%d.", &p)
					switch (i + j + c) % 5 {
					case 0: // it dies: nothing is settled
					case 1:
						check(t, stores[c%2].Later(t.Context(), l, clock.Add(time.Duration(i)*time.Second), clock, "later", false))
					default:
						if len(heard[p]) > 0 && heard[p][len(heard[p])-1] > l.Note {
							t.Fatalf("%s after %s", l.Note, heard[p][len(heard[p])-1])
						}
						heard[p] = append(heard[p], l.Note)
						check(t, stores[c%2].Sent(t.Context(), l, clock))
						continue
					}
					break // what is behind one that waits is not told
				}
			}
			clock = clock.Add(7 * time.Second)
		}
		for rounds := 0; ; rounds++ {
			got := must(s.Lease(t.Context(), "12", 9, clock, clock.Add(hold)))
			if d := must(s.OutboxDepth(t.Context(), "12")); d.Waiting == 0 {
				break
			} else if rounds > 500 {
				t.Fatalf("%d still wait", d.Waiting)
			}
			for _, l := range got {
				var p int
				fmt.Sscanf(l.Note, "p%d.", &p)
				heard[p] = append(heard[p], l.Note)
				check(t, s.Sent(t.Context(), l, clock))
			}
			clock = clock.Add(time.Minute)
		}
		for p := range people {
			if len(heard[p]) != each1 || !slices.IsSorted(heard[p]) {
				t.Errorf("person %d heard %d: %v", p, len(heard[p]), heard[p])
			}
		}
	})
}
