package store

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/task"
)

func TestUpdateWritesTheWholeChange(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", opened())
		after, again, err := s.Update(t.Context(), id, "op1", at(time.Hour), func(before task.Task) (task.Change, error) {
			c, err := turnInto(task.Feedback)(before)
			c.After.Result, c.After.Reason, c.After.FinishedAt = "已更换灯泡", "", at(time.Hour)
			return c, err
		})
		if err != nil || again || after.Version != 2 {
			t.Fatalf("version %d, again %v, %v", after.Version, again, err)
		}
		got := must(s.Get(t.Context(), id))
		sameTask(t, got, after)
		if got.Result != "已更换灯泡" || got.Reason != "" || got.Text != opened().After.Text {
			t.Errorf("stored %+v", got)
		}
		if events := must(s.History(t.Context(), id, 100)); len(events) != 4 || events[3].To != task.Feedback {
			t.Errorf("history %+v", events)
		}
		notices := must(s.Lease(t.Context(), "12", 10, at(time.Hour), at(2*time.Hour)))
		if len(notices) != 3 || notices[1].ID != fmt.Sprintf("%d.2.1", id.Seq) || notices[1].Task != id {
			t.Errorf("notices %+v", notices)
		}
	})
}

func TestAnOperationIsDoneOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id, other := create(t, s, "m1", opened()), create(t, s, "m2", opened())
		_, _, err := s.Update(t.Context(), id, "op1", noon, turnInto(task.Signed))
		check(t, err)
		waiting := must(s.OutboxDepth(t.Context(), "12")).Waiting
		after, again, err := s.Update(t.Context(), id, "op1", noon, func(task.Task) (task.Change, error) {
			t.Error("the move is asked again")
			return task.Change{}, nil
		})
		if err != nil || !again || after.Version != 2 || after.Status != task.Signed {
			t.Errorf("again: version %d, %s, %v, %v", after.Version, after.Status, again, err)
		}
		if n := len(must(s.History(t.Context(), id, 100))); n != 4 {
			t.Errorf("%d events, want 4", n)
		}
		if n := must(s.OutboxDepth(t.Context(), "12")).Waiting; n != waiting {
			t.Errorf("%d notices, were %d", n, waiting)
		}
		if _, again, err = s.Update(t.Context(), other, "op1", noon, turnInto(task.Signed)); again || err != nil {
			t.Errorf("the operation on another task: again %v, %v", again, err)
		}
	})
}

// A second delivery that slips in between reading and writing.
func TestAnOperationDoneMeanwhileIsNotDoneAgain(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", opened())
		after, again, err := s.Update(t.Context(), id, "op1", noon, func(before task.Task) (task.Change, error) {
			_, _, err := s.Update(t.Context(), id, "op1", noon, turnInto(task.Signed))
			check(t, err)
			return turnInto(task.Processing)(before)
		})
		if err != nil || !again || after.Status != task.Signed || after.Version != 2 {
			t.Errorf("%s, version %d, again %v, %v", after.Status, after.Version, again, err)
		}
	})
}

func TestMoveIsAskedAgainWhenTheTaskChanged(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", opened())
		var seen []task.Status
		after, _, err := s.Update(t.Context(), id, "mine", noon, func(before task.Task) (task.Change, error) {
			if seen = append(seen, before.Status); len(seen) == 1 {
				_, _, err := s.Update(t.Context(), id, "theirs", noon, turnInto(task.Signed))
				check(t, err)
			}
			return turnInto(task.Processing)(before)
		})
		if err != nil || after.Version != 3 || len(seen) != 2 || seen[1] != task.Signed {
			t.Errorf("version %d, saw %v, %v", after.Version, seen, err)
		}
	})
}

func TestUpdateGivesUpWhenTheTaskNeverHoldsStill(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", opened())
		tries := 0
		_, _, err := s.Update(t.Context(), id, "mine", noon, func(before task.Task) (task.Change, error) {
			tries++
			_, _, err := s.Update(t.Context(), id, fmt.Sprint("theirs", tries), noon, turnInto(task.Signed))
			check(t, err)
			return turnInto(task.Closed)(before)
		})
		if !errors.Is(err, ErrBusy) || tries < 2 {
			t.Errorf("after %d tries: %v, want ErrBusy", tries, err)
		}
		if got := must(s.Get(t.Context(), id)); got.Status != task.Signed || got.Version != int64(1+tries) {
			t.Errorf("%s, version %d", got.Status, got.Version)
		}
	})
}

func TestAMoveThatFailsWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", opened())
		keys := must(s.rdb.Keys(t.Context(), "*").Result())
		got, again, err := s.Update(t.Context(), id, "op1", noon, func(before task.Task) (task.Change, error) {
			c, _ := turnInto(task.Closed)(before)
			return c, task.ErrTaken
		})
		if err != task.ErrTaken || again || got.Handler != "7" { //nolint:errorlint // as it is, not wrapped
			t.Errorf("%v, again %v, handler %q; want task.ErrTaken and the task as it is", err, again, got.Handler)
		}
		stored := must(s.Get(t.Context(), id))
		if stored.Version != 1 || len(must(s.History(t.Context(), id, 100))) != 3 || len(must(s.rdb.Keys(t.Context(), "*").Result())) != len(keys) {
			t.Errorf("something was written: %+v", stored)
		}
		if _, again, err = s.Update(t.Context(), id, "op1", noon, turnInto(task.Signed)); again || err != nil {
			t.Errorf("the operation that failed counts as done: %v, %v", again, err)
		}
	})
}

func TestUpdateOfATaskThatIsNotThere(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := task.ID{Street: "12", Seq: 4711}
		if _, _, err := s.Update(t.Context(), id, "op1", noon, turnInto(task.Signed)); !errors.Is(err, task.ErrNotFound) {
			t.Errorf("%v, want task.ErrNotFound", err)
		}
		id = create(t, s, "m1", opened())
		_, _, err := s.Update(t.Context(), id, "op2", noon, func(before task.Task) (task.Change, error) {
			check(t, s.rdb.Del(t.Context(), streetOf("12").task(id.Seq)).Err())
			return turnInto(task.Signed)(before)
		})
		if !errors.Is(err, task.ErrNotFound) {
			t.Errorf("gone meanwhile: %v, want task.ErrNotFound", err)
		}
		if n := s.rdb.Exists(t.Context(), streetOf("12").task(id.Seq)).Val(); n != 0 {
			t.Error("the task came back")
		}
	})
}

// A move may give the task before as it likes: what is compared is what was read.
func TestTheVersionReadIsTheOneCompared(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", opened())
		after, _, err := s.Update(t.Context(), id, "op1", noon, func(before task.Task) (task.Change, error) {
			c, err := turnInto(task.Signed)(before)
			c.Before = task.Task{}
			return c, err
		})
		if err != nil || after.Version != 2 || must(s.Get(t.Context(), id)).Status != task.Signed {
			t.Errorf("version %d, %v", after.Version, err)
		}
	})
}

// urge counts one urge: only a compare-and-set keeps the count right.
func urge(before task.Task) (task.Change, error) {
	after := before
	after.Urges++
	return task.Change{After: after, Events: []task.Event{{Kind: task.Urge, At: noon, By: task.ByResident, Note: fmt.Sprint(after.Urges)}}}, nil
}

func TestNoUpdateIsLostAmongSixteen(t *testing.T) {
	const workers, rounds = 16, 10
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		stores := []*Store{s, connect(t, srv)}
		id := create(t, s, "m1", opened())
		var accepted, busy atomic.Int64
		together(workers, func(i int) {
			for n := range rounds {
				_, again, err := stores[i%2].Update(context.WithoutCancel(t.Context()), id, fmt.Sprintf("%d.%d", i, n), noon, urge)
				switch {
				case errors.Is(err, ErrBusy):
					busy.Add(1)
				case err != nil || again:
					t.Errorf("again %v, %v", again, err)
				default:
					accepted.Add(1)
				}
			}
		})
		moves := accepted.Load()
		got := must(s.Get(t.Context(), id))
		events := must(s.History(t.Context(), id, 1000))
		if got.Version != 1+moves || int64(got.Urges) != moves || int64(len(events)) != 3+moves || moves+busy.Load() != workers*rounds {
			t.Fatalf("%d accepted, %d busy: version %d, %d urges, %d events", moves, busy.Load(), got.Version, got.Urges, len(events))
		}
		for i, e := range events[3:] {
			if e.Note != fmt.Sprint(i+1) {
				t.Fatalf("event %d is urge %s", i, e.Note)
			}
		}
		t.Logf("%d accepted, %d gave up with ErrBusy", moves, busy.Load())
	})
}
