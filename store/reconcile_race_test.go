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

// between runs something once, just before the first script of a kind is sent.
type between struct {
	script *redis.Script
	do     func()
}

func (b *between) DialHook(next redis.DialHook) redis.DialHook { return next }

func (b *between) before(cmd redis.Cmder) {
	if args := cmd.Args(); len(args) > 1 && args[1] == b.script.Hash() && b.do != nil {
		do := b.do
		b.do = nil
		do()
	}
}

func (b *between) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		b.before(cmd)
		return next(ctx, cmd)
	}
}

func (b *between) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		for _, cmd := range cmds {
			b.before(cmd)
		}
		return next(ctx, cmds)
	}
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

func (o *onCommand) before(cmd redis.Cmder) {
	if cmd.Name() == o.name && o.do != nil {
		do := o.do
		o.do = nil
		do()
	}
}

func (o *onCommand) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		o.before(cmd)
		return next(ctx, cmd)
	}
}

func (o *onCommand) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		for _, cmd := range cmds {
			o.before(cmd)
		}
		return next(ctx, cmds)
	}
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
