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

// brisk is a pass without pauses and with small batches, so that a few tasks make
// several of them.
func brisk(repair bool) Reconciling {
	return Reconciling{Repair: repair, Now: at(100 * time.Hour), Pace: Pace{Batch: 3, Pause: -1}}
}

func reconciled(t testing.TB, s *Store, street string, o Reconciling) Findings {
	t.Helper()
	f, err := s.Reconcile(t.Context(), street, o)
	check(t, err)
	return f
}

// clean wants a pass that finds nothing.
func clean(t testing.TB, s *Store, street string) {
	t.Helper()
	if f := reconciled(t, s, street, brisk(false)); len(f.Count) > 0 || f.Left > 0 {
		t.Fatalf("something is wrong: %+v", f)
	}
}

func dumped(t testing.TB, s *Store) map[string]string {
	t.Helper()
	return must(dump(t.Context(), s.rdb))
}

func TestWhatIsWholeIsLeftAlone(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		settled(t, s, "12", 40)
		before := dumped(t, s)
		f := reconciled(t, s, "12", brisk(true))
		if len(f.Count) > 0 || f.Left > 0 || len(f.List) > 0 {
			t.Errorf("found %+v", f)
		}
		if f.Tasks < 40 || f.Members < 100 || f.Notices == 0 {
			t.Errorf("looked at %d tasks, %d members, %d notices", f.Tasks, f.Members, f.Notices)
		}
		if diff := differing(before, dumped(t, s)); len(diff) > 0 {
			t.Errorf("changed: %v", diff)
		}
	})
}

// harm is one way to damage a whole street: what it does, what is found and
// whether the repair brings back exactly what was there.
type harm struct {
	name  string
	do    func(t *testing.T, s *Store, id task.ID)
	fault Fault
	where string
	exact bool
}

func harms() []harm {
	k := streetOf("12")
	zadd := func(key string, score float64, member any) func(*testing.T, *Store, task.ID) {
		return func(t *testing.T, s *Store, _ task.ID) {
			check(t, s.rdb.ZAdd(t.Context(), key, redis.Z{Score: score, Member: member}).Err())
		}
	}
	return []harm{
		{"out of the clocks", func(t *testing.T, s *Store, id task.ID) { check(t, s.rdb.ZRem(t.Context(), k.due(), id.Seq).Err()) }, Absent, "due", true},
		{"out of the grid", func(t *testing.T, s *Store, id task.ID) {
			check(t, s.rdb.ZRem(t.Context(), k.queue("g2"), id.Seq).Err())
		}, Absent, "queue:g2", true},
		{"out of the hand", func(t *testing.T, s *Store, id task.ID) {
			check(t, s.rdb.ZRem(t.Context(), k.staff("w1"), id.Seq).Err())
		}, Absent, "staff:w1", true},
		{"at the desk too", func(t *testing.T, s *Store, id task.ID) { zadd(k.desk(), 7, id.Seq)(t, s, id) }, Astray, "desk", true},
		{"in a grid nobody knows", func(t *testing.T, s *Store, id task.ID) { zadd(k.queue("nowhere"), 7, id.Seq)(t, s, id) }, Astray, "queue:nowhere", true},
		{"in the wrong place", func(t *testing.T, s *Store, id task.ID) { zadd(k.staff("w1"), 7, id.Seq)(t, s, id) }, Misplaced, "staff:w1", true},
		{"a task that is not there", zadd(k.desk(), 7, 9999), Orphan, "desk", true},
		{"a member that is no number", zadd(k.desk(), 7, "x"), Orphan, "desk", true},
		{"a notice without its place", func(t *testing.T, s *Store, _ task.ID) {
			check(t, s.rdb.HSet(t.Context(), k.notice("1005.1.9"), "d", "{}", "n", "0").Err())
		}, Unplaced, "notice 1005.1.9", false},
		{"a place without its notice", zadd(k.outbox(), 7, "1005.1.9"), Hollow, "notice 1005.1.9", true},
		{"a grave without its notice", zadd(k.buried(), 7, "1005.1.9"), Hollow, "notice 1005.1.9", true},
		{"off the reporter's list", func(t *testing.T, s *Store, id task.ID) {
			check(t, s.rdb.ZRem(t.Context(), personOf(must(s.Get(t.Context(), id)).Reporter).tasks(), id.String()).Err())
		}, Unlisted, "", true},
		{"numbers begin again", func(t *testing.T, s *Store, _ task.ID) { check(t, s.rdb.Set(t.Context(), k.seq(), 1002, 0).Err()) }, Behind, "", true},
		{"numbers are lost", func(t *testing.T, s *Store, _ task.ID) { check(t, s.rdb.Del(t.Context(), k.seq()).Err()) }, Behind, "", true},
	}
}

func TestEachHarmIsFoundToldAndMended(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		for _, h := range harms() {
			check(t, srv.Flush(t.Context()))
			ids := settled(t, s, "12", 12)
			whole := dumped(t, s)
			h.do(t, s, ids[5]) // in hand of w1 in grid g2, signed
			harmed := dumped(t, s)
			f := reconciled(t, s, "12", brisk(false))
			if f.Count[h.fault] != 1 || len(f.Count) != 1 || f.Left != 1 || f.List[0].Where != h.where || f.List[0].Repaired {
				t.Errorf("%s: found %+v", h.name, f)
			}
			if diff := differing(harmed, dumped(t, s)); len(diff) > 0 {
				t.Errorf("%s: looking changed %v", h.name, diff)
			}
			f = reconciled(t, s, "", brisk(true))
			if f.Count[h.fault] != 1 || f.Left != 0 || !f.List[0].Repaired {
				t.Errorf("%s: repaired %+v", h.name, f)
			}
			if diff := differing(whole, dumped(t, s)); h.exact && len(diff) > 0 {
				t.Errorf("%s: not as it was: %v", h.name, diff)
			}
			clean(t, s, "12")
		}
	})
}

// A notice that was never tried is sent; one that was may have arrived, so that a
// person decides; one that waits and is buried waits.
func TestLostNotices(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		k := streetOf("12")
		create(t, s, "m1", opened())
		leased := lease(t, s, 2, noon)
		check(t, s.Later(t.Context(), leased[0], noon, noon, "why", true)) // the attempt does not count
		check(t, s.rdb.Del(t.Context(), k.outbox()).Err())
		f := reconciled(t, s, "12", brisk(true))
		if f.Count[Unplaced] != 2 || f.Left != 0 {
			t.Fatalf("found %+v", f)
		}
		buried := must(s.Buried(t.Context(), "12", 9))
		waiting := must(s.Lease(t.Context(), "12", 9, at(100*time.Hour), at(101*time.Hour)))
		if len(buried) != 1 || buried[0].ID != leased[1].ID || buried[0].LastErr != lostTwice || len(waiting) != 1 || waiting[0].ID != leased[0].ID {
			t.Errorf("buried %+v, waiting %+v", buried, waiting)
		}
		check(t, s.rdb.ZAdd(t.Context(), k.buried(), redis.Z{Score: 1, Member: leased[0].ID}).Err())
		if f = reconciled(t, s, "12", brisk(true)); f.Count[Doubled] != 1 || must(s.OutboxDepth(t.Context(), "12")).Buried != 1 {
			t.Errorf("found %+v", f)
		}
	})
}

// What nobody can read is told and stops nothing: neither the pass nor a list.
func TestOneBadTaskHidesNoOther(t *testing.T) {
	each(t, func(t *testing.T, _ *Store, srv *redistest.Server) {
		var told []string
		s := connectWith(t, Options{Addrs: addresses(srv), Unreadable: func(id task.ID, err error) { told = append(told, err.Error()) }})
		ids := settled(t, s, "12", 12)
		k, secret := streetOf("12"), "三楼老王的电话"
		check(t, s.rdb.HSet(t.Context(), k.task(ids[1].Seq), "to", secret).Err())
		check(t, s.rdb.HDel(t.Context(), k.task(ids[2].Seq), "v").Err())
		check(t, s.rdb.Del(t.Context(), k.task(ids[3].Seq)).Err())
		check(t, s.rdb.Set(t.Context(), k.task(ids[3].Seq), secret, 0).Err())
		check(t, s.rdb.Set(t.Context(), k.queue("broken"), secret, 0).Err())
		check(t, s.rdb.Del(t.Context(), k.notice("1001.1.1")).Err())
		check(t, s.rdb.Set(t.Context(), k.notice("1001.1.1"), secret, 0).Err())
		check(t, s.rdb.ZRem(t.Context(), k.due(), ids[7].Seq).Err())
		if got := must(s.GetAll(t.Context(), ids)); len(got) != 9 || len(told) != 3 {
			t.Errorf("%d tasks, told %q", len(got), told)
		}
		f := reconciled(t, s, "12", brisk(true))
		if f.Count[Unreadable] != 5 || f.Count[Absent] != 1 || f.Left != 5 || len(f.Count) != 2 {
			t.Errorf("found %+v", f)
		}
		if all := strings.Join(told, "\n") + fmt.Sprint(f); strings.Contains(all, secret) || strings.Contains(all, "oNeighbour") {
			t.Errorf("what was told names somebody: %s", all)
		}
		if page, err := s.GridQueues(t.Context(), "12", []string{"g1"}, 0, 20); err != nil || len(page.Tasks) == 0 {
			t.Errorf("a queue with a bad task: %d tasks, %v", len(page.Tasks), err)
		}
	})
}

// A late answer's id holds the message's key, and with it the person.
func TestFindingsNameNobody(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		must(s.Enqueue(t.Context(), "12", "main|oResident1|5", task.Notice{About: task.AboutAnswer}, noon))
		check(t, s.rdb.Del(t.Context(), streetOf("12").outbox()).Err())
		f := reconciled(t, s, "12", brisk(false))
		if f.Count[Unplaced] != 1 || strings.Contains(fmt.Sprint(f), "oResident1") {
			t.Errorf("found %+v", f)
		}
	})
}

func TestAFreshTaskMayNotBeOnItsListYet(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		create(t, s, "m1", opened())
		for after, want := range map[time.Duration]int{time.Minute: 0, 2 * time.Hour: 1} {
			f := reconciled(t, s, "12", Reconciling{Now: at(after)})
			if f.Count[Unlisted] != want {
				t.Errorf("after %v: %+v", after, f)
			}
		}
	})
}

func TestAllFaultsAreCountedAndSomeListed(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		settled(t, s, "12", 20)
		check(t, s.rdb.Del(t.Context(), streetOf("12").due()).Err())
		o := brisk(true)
		o.Most = 4
		f := reconciled(t, s, "12", o)
		if f.Count[Absent] < 10 || len(f.List) != 4 || f.Left != 0 {
			t.Errorf("found %+v", f)
		}
		clean(t, s, "12")
	})
}

func TestOnlyTheStreetIsTouched(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		settled(t, s, "12", 6)
		settled(t, s, "1*", 6)
		check(t, s.rdb.Del(t.Context(), streetOf("12").due()).Err())
		if f := reconciled(t, s, "1*", brisk(true)); len(f.Count) > 0 || f.Tasks < 6 || f.Tasks > 8 {
			t.Errorf("the other street: %+v", f)
		}
		if f := reconciled(t, s, "", brisk(false)); f.Count[Absent] == 0 || f.Tasks < 12 {
			t.Errorf("all streets: %+v", f)
		}
	})
}
