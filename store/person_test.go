package store

import (
	"errors"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/task"
)

// begin begins a message that is not replayed and opens no window.
func begin(t testing.TB, s *Store, p task.Person, key string) Turn {
	t.Helper()
	turn, err := s.Begin(t.Context(), p, key, Window{}, false, noon)
	check(t, err)
	return turn
}

// fresh begins a message and insists on getting it.
func fresh(t testing.TB, s *Store, p task.Person, key string) Turn {
	t.Helper()
	turn := begin(t, s, p, key)
	if turn.State != Fresh {
		t.Fatalf("message %s is %s, want fresh", key, turn.State)
	}
	return turn
}

func commit(t testing.TB, s *Store, turn Turn, e Ending) {
	t.Helper()
	check(t, s.Commit(t.Context(), turn, e, noon))
}

func TestFreshThenDoneWithTheSameAnswer(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		commit(t, s, fresh(t, s, resident, "m1"), Ending{Answer: "已登记 12-1001"})
		first, second := begin(t, s, resident, "m1"), begin(t, s, resident, "m1")
		if first.State != Done || first.Answer != "已登记 12-1001" || first.Told {
			t.Errorf("first delivery after: %+v", first)
		}
		if second.State != Done || second.Answer != first.Answer || !second.Told {
			t.Errorf("second delivery after: %+v, want it told", second)
		}
		lapse(t, s, srv, personOf(resident).answer("m1"), answerFor)
		if late := begin(t, s, resident, "m1"); late.State != Done || late.Answer != "" {
			t.Errorf("when the answer is no longer kept: %+v", late)
		}
		if !srv.Real() {
			srv.Advance(LeaseFor)
		}
		lapse(t, s, srv, personOf(resident).seen("m1"), seenFor)
		fresh(t, s, resident, "m1")
	})
}

func TestReplayDoesNotCountAsTelling(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		commit(t, s, fresh(t, s, resident, "m1"), Ending{Answer: "好的"})
		for range 2 {
			turn, err := s.Begin(t.Context(), resident, "m1", Window{}, true, noon)
			if err != nil || turn.State != Done || turn.Told {
				t.Errorf("replay %+v, %v; want done and not told", turn, err)
			}
		}
		begin(t, s, resident, "m1")
		turn, err := s.Begin(t.Context(), resident, "m1", Window{}, true, noon)
		if err != nil || !turn.Told {
			t.Errorf("replay after a delivery %+v, %v; want told", turn, err)
		}
	})
}

func TestOnePersonOneMessageAtATime(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		other := connect(t, srv)
		turn := fresh(t, s, resident, "m1")
		for _, key := range []string{"m1", "m2"} {
			if got := begin(t, other, resident, key); got.State != Busy {
				t.Errorf("%s while m1 is worked on: %s, want busy", key, got.State)
			}
		}
		fresh(t, other, neighbour(1), "m1") // another person never waits
		commit(t, s, turn, Ending{})
		fresh(t, other, resident, "m2")
	})
}

func TestOnlyOneOfManyDeliveriesGetsTheTurn(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		for i := range 30 {
			var won atomic.Int32
			together(3, func(int) {
				turn, err := s.Begin(t.Context(), neighbour(i), "m1", Window{}, false, noon)
				if err != nil {
					t.Error(err)
				}
				if turn.State == Fresh {
					won.Add(1)
				}
			})
			if won.Load() != 1 {
				t.Fatalf("round %d: %d deliveries got the turn", i, won.Load())
			}
		}
	})
}

func TestAnEndedLeaseGoesToAnother(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		slow := fresh(t, s, resident, "m1")
		lapse(t, s, srv, personOf(resident).lease(), LeaseFor)
		quick := fresh(t, s, resident, "m1")
		late := Ending{Answer: "晚了", Session: []byte("slow"), Profile: Profile{Home: "m9"}, Tasks: []task.ID{{Street: "12", Seq: 1001}}}
		if err := s.Commit(t.Context(), slow, late, noon); !errors.Is(err, ErrLost) {
			t.Errorf("commit after the lease ended: %v, want ErrLost", err)
		}
		check(t, s.Release(t.Context(), slow)) // must not free the other's lease
		if got := begin(t, s, resident, "m2"); got.State != Busy {
			t.Errorf("the loser's release freed the lease: %s", got.State)
		}
		commit(t, s, quick, Ending{Answer: "好的"})
		if err := s.Commit(t.Context(), slow, late, noon); !errors.Is(err, ErrLost) {
			t.Errorf("commit after another's commit: %v, want ErrLost", err)
		}
		next := fresh(t, s, resident, "m2")
		if next.Session != nil || next.Profile != (Profile{}) || next.Tasks != nil {
			t.Errorf("the loser wrote %+v", next)
		}
	})
}

func TestReleaseLetsTheNextDeliveryIn(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		turn := fresh(t, s, resident, "m1")
		check(t, s.Release(t.Context(), turn))
		check(t, s.Release(t.Context(), turn)) // twice does nothing
		if err := s.Commit(t.Context(), turn, Ending{}, noon); !errors.Is(err, ErrLost) {
			t.Errorf("commit after release: %v, want ErrLost", err)
		}
		fresh(t, s, resident, "m1")
	})
}

func TestCommitKeepsSessionProfileAndList(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		profile := Profile{Home: "m31", Door: "3幢2单元", Staff: "7", Informed: true}
		id := task.ID{Street: "12", Seq: 1001}
		commit(t, s, fresh(t, s, resident, "m1"), Ending{Session: []byte("{\"step\":\"where\"}\x00"), Profile: profile, Tasks: []task.ID{id}})
		turn := fresh(t, s, resident, "m2")
		if string(turn.Session) != "{\"step\":\"where\"}\x00" || turn.Profile != profile || !reflect.DeepEqual(turn.Tasks, []task.ID{id}) {
			t.Errorf("the next turn has %+v", turn)
		}
		if got, err := s.Profile(t.Context(), resident); err != nil || got != profile {
			t.Errorf("profile %+v, %v", got, err)
		}
		profile.Staff, profile.Informed = "", false
		commit(t, s, turn, Ending{Profile: profile}) // no session ends the step
		turn = fresh(t, s, resident, "m3")
		if turn.Session != nil || turn.Profile != profile {
			t.Errorf("after the step ended: %+v", turn)
		}
		commit(t, s, turn, Ending{Session: []byte("x"), Profile: profile})
		lapse(t, s, srv, personOf(resident).session(), sessionFor)
		if turn = fresh(t, s, resident, "m4"); turn.Session != nil {
			t.Errorf("after its time the session is %q", turn.Session)
		}
	})
}

func TestProfileOfAStrangerIsEmpty(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		if got, err := s.Profile(t.Context(), neighbour(1)); err != nil || got != (Profile{}) {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestTheNewestTwentyTasksComeNewestFirst(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		var want []task.ID
		for i := range 25 {
			id := task.ID{Street: "12", Seq: int64(1001 + i)}
			check(t, s.List(t.Context(), resident, id, at(time.Duration(i)*time.Minute)))
			if i >= 5 {
				want = append([]task.ID{id}, want...)
			}
		}
		check(t, s.List(t.Context(), resident, want[0], at(24*time.Minute))) // repairing what is not broken
		if got := fresh(t, s, resident, "m1").Tasks; !reflect.DeepEqual(got, want) {
			t.Errorf("got %v\nwant %v", got, want)
		}
	})
}

func TestEraseLeavesNothingButTheDoneMark(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		full := Ending{Session: []byte("x"), Profile: Profile{Home: "m31"}, Tasks: []task.ID{{Street: "12", Seq: 1001}}}
		commit(t, s, fresh(t, s, resident, "m1"), full)
		_, err := s.Begin(t.Context(), resident, "m2", MessageWindow(), false, noon)
		check(t, err)
		check(t, s.rdb.Del(t.Context(), personOf(resident).lease(), personOf(resident).answer("m1")).Err())
		full.Erase = true
		commit(t, s, fresh(t, s, resident, "m3"), full)
		left := must(s.rdb.Keys(t.Context(), "*"+resident.OpenID+"*").Result())
		for _, key := range left {
			if key != personOf(resident).seen("m1") && key != personOf(resident).seen("m3") {
				t.Errorf("%s is left", key)
			}
		}
		if got := begin(t, s, resident, "m3"); got.State != Done || got.Answer != "" {
			t.Errorf("the unsubscribe again: %+v, want done without an answer", got)
		}
	})
}

func TestRateCountsTheMessagesOfAMinute(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		for want, key := range []string{"m1", "m2", "m3"} {
			turn := fresh(t, s, resident, key)
			if turn.Recent != want+1 {
				t.Errorf("%s is number %d, want %d", key, turn.Recent, want+1)
			}
			begin(t, s, resident, key) // busy: does not count
			commit(t, s, turn, Ending{})
			begin(t, s, resident, key) // done: does not count
		}
		lapse(t, s, srv, personOf(resident).rate(), time.Minute)
		if turn := fresh(t, s, resident, "m4"); turn.Recent != 1 {
			t.Errorf("a minute later it is number %d, want 1", turn.Recent)
		}
	})
}

// After a time-out the client sends the same call again, though the first one
// may have been carried out.
func TestACallTheClientRepeatsIsTheSameCall(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		s.rdb.AddHook(twice{})
		turn := fresh(t, s, resident, "m1")
		if turn.Recent != 1 {
			t.Errorf("counted %d times", turn.Recent)
		}
		commit(t, s, turn, Ending{Answer: "好的", Tasks: []task.ID{{Street: "12", Seq: 1001}}})
		if got := begin(t, s, resident, "m1"); got.State != Done || got.Answer != "好的" {
			t.Errorf("after the commit %+v", got)
		}
		turn = fresh(t, s, resident, "m2")
		commit(t, s, turn, Ending{Erase: true})
		id, _, err := s.Create(t.Context(), "m1:1", opened(), noon)
		check(t, err)
		if id.Seq != task.FirstNumber {
			t.Errorf("the task is %s", id)
		}
		after, _, err := s.Update(t.Context(), id, "m3", noon, turnInto(task.Signed))
		if err != nil || after.Version != 2 || after.Status != task.Signed {
			t.Errorf("update %+v, %v", after, err)
		}
		if events := must(s.History(t.Context(), id, 100)); len(events) != 4 {
			t.Errorf("%d events, want 4", len(events))
		}
	})
}

// A replay takes over what a call of its own process that timed out has left, and
// nothing of anybody else's.
func TestReplayTakesOverItsOwnLease(t *testing.T) {
	each(t, func(t *testing.T, own *Store, srv *redistest.Server) {
		ctx, other := t.Context(), connect(t, srv)
		p, now := task.Person{Account: "a", OpenID: "o"}, time.UnixMilli(1)
		lost, err := own.Begin(ctx, p, "k", Window{}, false, now)
		if err != nil || lost.State != Fresh {
			t.Fatal(lost.State, err)
		}
		if again, err := own.Begin(ctx, p, "k", Window{}, false, now); err != nil || again.State != Busy {
			t.Fatal("a delivery took it over:", again.State, err)
		}
		if foreign, err := other.Begin(ctx, p, "k", Window{}, true, now); err != nil || foreign.State != Busy {
			t.Fatal("another process took it over:", foreign.State, err)
		}
		replay, err := own.Begin(ctx, p, "k", Window{}, true, now)
		if err != nil || replay.State != Fresh {
			t.Fatal("its own replay did not:", replay.State, err)
		}
		if err := own.Commit(ctx, lost, Ending{Answer: "x"}, now); !errors.Is(err, ErrLost) {
			t.Errorf("who lost the lease committed: %v", err)
		}
		if err := own.Commit(ctx, replay, Ending{Answer: "y"}, now); err != nil {
			t.Error(err)
		}
	})
}
