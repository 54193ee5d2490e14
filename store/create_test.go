package store

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/task"
)

func TestCreateKeepsTheWholeChange(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		want := opened()
		id := create(t, s, "m1:1", want)
		if id != (task.ID{Street: "12", Seq: task.FirstNumber}) {
			t.Fatalf("the first task is %s", id)
		}
		want.After.ID, want.After.Version = id, 1
		got, err := s.Get(t.Context(), id)
		check(t, err)
		sameTask(t, got, want.After)
		events := must(s.History(t.Context(), id, 100))
		if !slices.Equal(kinds(events), []task.Kind{task.Opened, task.Accept, task.Dispatch}) || !events[0].At.Equal(noon) {
			t.Errorf("history %+v", events)
		}
		if first := must(s.History(t.Context(), id, 2)); len(first) != 2 || first[1].Kind != task.Accept {
			t.Errorf("the first two events: %+v", first)
		}
		notices := must(s.Lease(t.Context(), "12", 10, noon, at(time.Minute)))
		if len(notices) != 2 || notices[0].ID != "1001.1.1" || notices[0].Task != id || notices[0].To.Staff != "7" ||
			notices[1].About != task.AboutLink || notices[1].To.Person != resident {
			t.Errorf("notices %+v", notices)
		}
	})
}

func kinds(events []task.Event) (out []task.Kind) {
	for _, e := range events {
		out = append(out, e.Kind)
	}
	return out
}

// sameTask compares what is kept: times to the millisecond, whatever their zone.
func sameTask(t *testing.T, got, want task.Task) {
	t.Helper()
	if got.ID != want.ID || got.Version != want.Version || !reflect.DeepEqual(encode(&got), encode(&want)) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestOneTaskForAMessage(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		if _, found, err := s.Made(t.Context(), "12", "m1:1"); found || err != nil {
			t.Fatalf("before: %v, %v", found, err)
		}
		id := create(t, s, "m1:1", opened())
		changed := opened()
		changed.After.Text, changed.Notices = "别的", nil
		again, was, err := s.Create(t.Context(), "m1:1", changed, at(time.Hour))
		if err != nil || !was || again != id {
			t.Errorf("again %s, %v, %v; want %s", again, was, err, id)
		}
		if got := must(s.Get(t.Context(), id)); got.Text != opened().After.Text {
			t.Errorf("the second call changed the text to %q", got.Text)
		}
		if made, found, err := s.Made(t.Context(), "12", "m1:1"); made != id || !found || err != nil {
			t.Errorf("made %s, %v, %v", made, found, err)
		}
		if _, found, _ := s.Made(t.Context(), "13", "m1:1"); found {
			t.Error("the message made a task in another street")
		}
		if second := create(t, s, "m1:2", opened()); second.Seq != id.Seq+1 {
			t.Errorf("the message's second task is %s", second)
		}
	})
}

// Three deliveries of one message reach two replicas at once, 500 times over.
func TestDeliveriesAtOnceMakeOneTask(t *testing.T) {
	const rounds = 500
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		stores := []*Store{s, connect(t, srv)}
		numbers := map[int64]bool{}
		for round := range rounds {
			var ids [3]task.ID
			var again [3]bool
			together(3, func(i int) {
				var err error
				ids[i], again[i], err = stores[i%2].Create(t.Context(), fmt.Sprint("m", round), opened(), noon)
				if err != nil {
					t.Error(err)
				}
			})
			made := slices.DeleteFunc(again[:], func(a bool) bool { return a })
			if ids[0] != ids[1] || ids[1] != ids[2] || len(made) != 1 || numbers[ids[0].Seq] {
				t.Fatalf("round %d: %v, again %v", round, ids, again)
			}
			numbers[ids[0].Seq] = true
		}
		page := must(s.StaffQueue(t.Context(), "12", "7", 0, 1))
		depth := must(s.OutboxDepth(t.Context(), "12"))
		if len(numbers) != rounds || page.Total != rounds || depth.Waiting != 2*rounds {
			t.Errorf("%d numbers, %d tasks in hand, %d notices; want %d, %d, %d",
				len(numbers), page.Total, depth.Waiting, rounds, rounds, 2*rounds)
		}
	})
}

func TestNumbersSkipWhatIsReserved(t *testing.T) {
	for _, c := range []struct {
		name     string
		reserved [][2]int
		last     int64 // number given before, 0 for none
		want     []int64
	}{
		{"from the first", nil, 0, []int64{1001, 1002, 1003}},
		{"a sequence that lags behind is lifted", nil, 17, []int64{1001, 1002}},
		{"one number", [][2]int{{12345, 12345}}, 12343, []int64{12344, 12346, 12347}},
		{"a block", [][2]int{{12300, 12399}}, 12298, []int64{12299, 12400, 12401}},
		{"the very first", [][2]int{{1001, 1001}}, 0, []int64{1002}},
		{"blocks that touch", [][2]int{{1001, 1001}, {1002, 1005}, {1006, 1006}}, 0, []int64{1007, 1008}},
		{"several, far away", [][2]int{{12300, 12399}, {95598, 95598}}, 95596, []int64{95597, 95599}},
		{"beyond 32 bits", nil, 1 << 40, []int64{1<<40 + 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			redises.Each(t, func(t *testing.T, srv *redistest.Server) {
				s := connectWith(t, Options{Addrs: addresses(srv), Reserved: c.reserved})
				if c.last > 0 {
					check(t, s.rdb.Set(t.Context(), streetOf("12").seq(), c.last, 0).Err())
				}
				for i, want := range c.want {
					if id := create(t, s, fmt.Sprint("m", i), opened()); id.Seq != want {
						t.Errorf("number %d is %d, want %d", i, id.Seq, want)
					}
				}
			})
		})
	}
}

func TestEachStreetCountsForItself(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		create(t, s, "m1", opened())
		elsewhere := opened()
		elsewhere.After.ID.Street = "13"
		if id := create(t, s, "m1", elsewhere); id.String() != "13-1001" {
			t.Errorf("the other street's first task is %s", id)
		}
		if page := must(s.GridQueues(t.Context(), "12", []string{"g1"}, 0, 10)); page.Total != 1 {
			t.Errorf("%d tasks in the grid of street 12, want 1", page.Total)
		}
	})
}

func TestGet(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		if _, err := s.Get(t.Context(), task.ID{Street: "12", Seq: 1001}); !errors.Is(err, task.ErrNotFound) {
			t.Errorf("a task that is not there: %v", err)
		}
		a, b := create(t, s, "a", opened()), create(t, s, "b", opened())
		got := must(s.GetAll(t.Context(), []task.ID{b, {Street: "12", Seq: 9999}, a}))
		if len(got) != 2 || got[0].ID != b || got[1].ID != a {
			t.Errorf("several: %+v", got)
		}
		if got, err := s.GetAll(t.Context(), nil); got != nil || err != nil {
			t.Errorf("none: %v, %v", got, err)
		}
		if events, err := s.History(t.Context(), task.ID{Street: "12", Seq: 9999}, 10); len(events) != 0 || err != nil {
			t.Errorf("history of a task that is not there: %v, %v", events, err)
		}
	})
}

func TestANoticeThatMustWaitIsNotDueBefore(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		c := opened()
		c.Notices[0].Due = at(time.Hour)
		c.Notices[1].Due = at(-time.Hour) // past: at once, not before everybody else
		create(t, s, "m1", c)
		if d := must(s.OutboxDepth(t.Context(), "12")); !d.Oldest.Equal(noon) {
			t.Errorf("the oldest is due at %v, want noon", d.Oldest)
		}
		if got := must(s.Lease(t.Context(), "12", 10, noon, at(time.Minute))); len(got) != 1 || got[0].About != task.AboutLink {
			t.Errorf("at noon %+v", got)
		}
		check(t, s.rdb.ZRem(t.Context(), streetOf("12").outbox(), "1001.1.2").Err())
		if got := must(s.Lease(t.Context(), "12", 10, at(time.Hour), at(2*time.Hour))); len(got) != 1 || got[0].About != task.AboutNew {
			t.Errorf("an hour later %+v", got)
		}
	})
}
