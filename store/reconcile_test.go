package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

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
		check(t, s.Later(t.Context(), leased[0], noon, "why", true)) // the attempt does not count
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
		if page, err := s.GridQueue(t.Context(), "12", "g1", 0, 20); err != nil || len(page.Tasks) == 0 {
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

// between runs something once, just before the first script of a kind is sent.
type between struct {
	script *redis.Script
	do     func()
}

func (b *between) DialHook(next redis.DialHook) redis.DialHook { return next }

func (b *between) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if args := cmd.Args(); len(args) > 1 && args[1] == b.script.Hash() && b.do != nil {
			do := b.do
			b.do = nil
			do()
		}
		return next(ctx, cmd)
	}
}

func (b *between) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// A task that moves between the look and the repair is judged again as it then is.
func TestATaskThatMovesMeanwhileIsJudgedAnew(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", reported(t, "12", 5, 3, 4))
		check(t, s.List(t.Context(), neighbour(5), id, noon))
		k := streetOf("12")
		check(t, s.rdb.ZAdd(t.Context(), k.desk(), redis.Z{Score: 7, Member: id.Seq}).Err())
		s.rdb.AddHook(&between{s.run.mend, func() {
			_, _, err := s.Update(t.Context(), id, "back", at(time.Hour), moved(task.Return, "不是我们网格的，请指挥室看看", at(time.Hour)))
			check(t, err)
		}})
		if f := reconciled(t, s, "12", brisk(true)); len(f.Count) > 0 {
			t.Errorf("found %+v", f)
		}
		if page := must(s.DeskQueue(t.Context(), "12", 0, 9)); page.Total != 1 || page.Tasks[0].Status != task.Returned {
			t.Errorf("the desk has %+v", page)
		}
		clean(t, s, "12")
	})
}

// Somebody who leaves while the list is mended has no list afterwards.
func TestWhoLeavesMeanwhileHasNoListAgain(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", reported(t, "12", 5, 3, 4))
		forget := func() {
			_, _, err := s.Update(t.Context(), id, "bye", at(time.Hour), func(before task.Task) (task.Change, error) {
				return before.Apply(task.Move{Kind: task.Forget, At: at(time.Hour), By: task.Actor{Kind: task.BySystem}})
			})
			check(t, err)
		}
		s.rdb.AddHook(&onCommand{"zadd", forget})
		if f := reconciled(t, s, "12", brisk(true)); f.Count[Unlisted] != 0 {
			t.Errorf("found %+v", f)
		}
		if n := s.rdb.Exists(t.Context(), personOf(neighbour(5)).tasks()).Val(); n != 0 {
			t.Error("the person has a list again")
		}
	})
}

// onCommand runs something once, just before the first command of a name is sent.
type onCommand struct {
	name string
	do   func()
}

func (o *onCommand) DialHook(next redis.DialHook) redis.DialHook { return next }

func (o *onCommand) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if cmd.Name() == o.name && o.do != nil {
			do := o.do
			o.do = nil
			do()
		}
		return next(ctx, cmd)
	}
}

func (o *onCommand) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// queuesOf is what all queues of a street should be, told by places alone.
func queuesOf(t testing.TB, s *Store, street string, ids []task.ID) map[string]string {
	t.Helper()
	want := map[string]map[string]string{}
	for _, x := range must(s.GetAll(t.Context(), ids)) {
		for _, p := range places(streetOf(street), &x) {
			if want[p.key] == nil {
				want[p.key] = map[string]string{}
			}
			want[p.key][fmt.Sprint(x.ID.Seq)] = fmt.Sprint(p.score)
		}
	}
	out := map[string]string{}
	for key, members := range want {
		var lines []string
		for _, m := range slices.Sorted(maps.Keys(members)) {
			lines = append(lines, m+"="+members[m])
		}
		out[key] = strings.Join(lines, "\n")
	}
	return out
}

// parts splits a dump into the queues and all the rest.
func partsOf(all map[string]string) (queues, rest map[string]string) {
	queues, rest = map[string]string{}, map[string]string{}
	for key, value := range all {
		if _, name, ok := streetKey(key); ok && isQueue(name) {
			queues[key] = value
		} else {
			rest[key] = value
		}
	}
	return queues, rest
}

// damage harms the queues at random: members taken out, put in, moved, and whole
// queues lost.
func damage(rt *rapid.T, s *Store, ids []task.ID) {
	k, ctx := streetOf("12"), context.Background()
	queues := []string{k.due(), k.desk(), k.queue("g0"), k.queue("g1"), k.queue("g2"), k.queue("gone"), k.staff("w0"), k.staff("w1"), k.staff("w2")}
	for range rapid.IntRange(1, 12).Draw(rt, "harms") {
		key := rapid.SampledFrom(queues).Draw(rt, "queue")
		seq := rapid.SampledFrom(ids).Draw(rt, "task").Seq
		switch rapid.IntRange(0, 9).Draw(rt, "harm") {
		case 0:
			s.rdb.Del(ctx, key)
		case 1:
			s.rdb.ZAdd(ctx, key, redis.Z{Score: 7, Member: rapid.SampledFrom([]string{"1000", "77777", "x", "01001"}).Draw(rt, "nobody")})
		case 2, 3, 4:
			s.rdb.ZAdd(ctx, key, redis.Z{Score: rapid.Float64Range(0, 6e13).Draw(rt, "score"), Member: seq})
		default:
			s.rdb.ZRem(ctx, key, seq)
		}
	}
}

// Whatever happens to the queues, after the repair each is exactly what places
// says, and nothing else has changed; also while tasks are being moved.
func TestAnyDamageIsMendedUnderMoves(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		ids := settled(t, s, "12", 14)
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			round++
			_, before := partsOf(dumped(t, s))
			damage(rt, s, ids)
			calm := ids[7:] // the others are moved meanwhile
			together(2, func(i int) {
				if i == 0 {
					reconciled(t, s, "12", brisk(true))
					return
				}
				for n, id := range ids[:7] {
					_, _, err := s.Update(t.Context(), id, fmt.Sprint(round, i, n), noon, jostled(n+round))
					check(t, err)
				}
			})
			reconciled(t, s, "12", brisk(true)) // what moved at every try is left for the next pass
			queues, rest := partsOf(dumped(t, s))
			if diff := differing(queuesOf(t, s, "12", ids), queues); len(diff) > 0 {
				rt.Fatalf("the queues are not as places says: %v", diff)
			}
			for key, was := range before {
				if now := rest[key]; now != was && untouched(key, calm) {
					rt.Fatalf("%s was\n%s\nand is\n%s", key, was, now)
				}
			}
			clean(t, s, "12")
		})
	})
}

// untouched tells whether a key belongs to one of the tasks nobody moves, or to
// nobody's task.
func untouched(key string, calm []task.ID) bool {
	_, rest, ok := streetKey(key)
	kind, name, _ := strings.Cut(rest, ":")
	if !ok || kind != "task" && kind != "log" {
		return true
	}
	return slices.ContainsFunc(calm, func(id task.ID) bool { return fmt.Sprint(id.Seq) == name })
}

// jostled changes what decides on a task's queues, by turns.
func jostled(n int) func(task.Task) (task.Change, error) {
	return func(before task.Task) (task.Change, error) {
		after := before
		all := task.Statuses()
		after.Status, after.Confidential = all[n%len(all)], n%5 == 0
		after.Handler, after.Place.Grid = fmt.Sprint("w", n%3), fmt.Sprint("g", n%3)
		wind(&after)
		return task.Change{Before: before, After: after}, nil
	}
}

// Reconcile knows every kind of queue that places can name: one that is added
// there must be added to isQueue.
func TestEveryQueueOfPlacesIsKnown(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		x := anyTask(rt, "task")
		x.Status = rapid.SampledFrom(task.Statuses()).Draw(rt, "status")
		for _, p := range places(streetOf("12"), &x) {
			if _, rest, ok := streetKey(p.key); !ok || !isQueue(rest) {
				rt.Fatalf("%s is no queue to Reconcile", p.key)
			}
		}
	})
	for _, rest := range []string{"outbox", "buried", "task:1001", "log:1001", "notice:1", "seq", "events", "desks", "dues"} {
		if isQueue(rest) {
			t.Errorf("%s is taken for a queue", rest)
		}
	}
}
