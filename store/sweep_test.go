package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/redistest"
	"gridbot/task"
)

const day = 24 * time.Hour

func TestSweepMasksWhatIsOldOnly(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		ctx := t.Context()
		now := at(800 * day)
		old := ended(t, s, "m1", noon)
		edge := ended(t, s, "m2", now.Add(-730*day)) // to the millisecond: not longer ago
		open := create(t, s, "m3", told())
		r := Retention{Closed: 730 * day}
		for i, want := range []Swept{{Masked: 1}, {}} {
			if got, err := s.Sweep(ctx, "12", r, now, mask); got != want || err != nil {
				t.Errorf("%d: %+v, %v", i, got, err)
			}
		}
		if x := must(s.Get(ctx, old)); !x.Reporter.Zero() || strings.Contains(x.Text, telephone) {
			t.Errorf("%+v", x)
		}
		for _, id := range []task.ID{edge, open} {
			if x := must(s.Get(ctx, id)); x.Version != 1 || x.Reporter != resident {
				t.Errorf("%+v", x)
			}
		}
		if got, err := s.Sweep(ctx, "12", Retention{}, now.Add(9000*day), mask); got != (Swept{}) || err != nil {
			t.Errorf("for ever: %+v, %v", got, err)
		}
	})
}

// What was merged into another task never ends by itself: it ends with that one, or its
// personal data would be kept for ever.
func TestFaultAPartOutlivesTheTaskItIsPartOf(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		ctx, now := t.Context(), at(800*day)
		part := func(key string, parent int64) task.ID {
			c := told()
			c.After.Status, c.After.Parent, c.After.PausedAt, c.Notices = task.Merged, parent, noon.Add(-day), nil
			return create(t, s, key, c)
		}
		over, open := ended(t, s, "m1", noon), create(t, s, "m2", told())
		old, lives, lost := part("m3", over.Seq), part("m4", open.Seq), part("m5", 9999)
		found, _, err := s.Walk(ctx, "12", task.FirstNumber, 99)
		check(t, err)
		for i, want := range []time.Time{noon, {}, noon, {}, noon.Add(-day)} {
			if !found[i].Ended.Equal(want) {
				t.Errorf("%s ended %v, want %v", found[i].ID, found[i].Ended, want)
			}
		}
		if got, err := s.Sweep(ctx, "12", Retention{Closed: 730 * day}, now, mask); got.Masked != 3 || err != nil {
			t.Errorf("%+v, %v", got, err)
		}
		for id, masked := range map[task.ID]bool{old: true, lost: true, lives: false} {
			if x := must(s.Get(ctx, id)); x.Reporter.Zero() != masked {
				t.Errorf("%s of %+v", id, x.Reporter)
			}
		}
	})
}

func TestSweepForgetsOldBuriedNotices(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		ctx := t.Context()
		n := 2*sweepBatch + 5
		k := streetOf("12")
		pipe := s.rdb.Pipeline()
		for i := range n + 1 {
			id := fmt.Sprint("late.", i)
			when := noon
			if i == 0 {
				when = at(10 * day)
			}
			pipe.ZAdd(ctx, k.buried(), redis.Z{Score: float64(ms(when)), Member: id})
			pipe.HSet(ctx, k.notice(id), "d", encodeNotice(task.Notice{Note: telephone}))
		}
		_, err := pipe.Exec(ctx)
		check(t, err)
		got, err := s.Sweep(ctx, "12", Retention{Buried: 90 * day}, at(100*day), mask)
		if got != (Swept{Dropped: n}) || err != nil {
			t.Errorf("%+v, %v", got, err)
		}
		if d := must(s.OutboxDepth(ctx, "12")); d.Buried != 1 {
			t.Errorf("%+v", d)
		}
		if keys := must(s.rdb.Keys(ctx, "*notice*").Result()); len(keys) != 1 {
			t.Errorf("%d notices are left", len(keys))
		}
	})
}

// One task that cannot be read keeps no other from being masked, and is told of.
func TestSweepGoesOnAfterDamage(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		ctx := t.Context()
		broken, good := ended(t, s, "m1", noon), ended(t, s, "m2", noon)
		check(t, s.rdb.RPush(ctx, streetOf("12").log(broken.Seq), telephone+"{").Err())
		got, err := s.Sweep(ctx, "12", Retention{Closed: 30 * day}, at(40*day), mask)
		if got != (Swept{Masked: 1, Failed: 1}) || err == nil || !strings.Contains(err.Error(), broken.String()) || strings.Contains(err.Error(), telephone) {
			t.Errorf("%+v, %v", got, err)
		}
		if x := must(s.Get(ctx, good)); !x.Reporter.Zero() {
			t.Error("the good one is not masked")
		}
	})
}

// Sweeps of several replicas do the work of one.
func TestSweepsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		for i := range 20 {
			ended(t, s, fmt.Sprint("m", i), noon)
		}
		together(4, func(int) {
			if _, err := s.Sweep(t.Context(), "12", Retention{Closed: 30 * day}, at(40*day), mask); err != nil {
				t.Error(err)
			}
		})
		if found := leaks(t, s, traces()...); len(found) > 0 {
			t.Errorf("%v", found)
		}
		found, _, err := s.Walk(t.Context(), "12", 0, 100)
		check(t, err)
		for _, x := range found {
			if !x.Masked || x.Version != 2 {
				t.Errorf("%+v", x)
			}
		}
	})
}
