package store

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// Tasks of these tests are made and moved by the rules of package task, and
// wound by wind, as the desk does it.

// lampPost is a matter of one grid, bribe one that only the street may see.
func lampPost() task.Category {
	return task.Category{ID: "streetlight", Name: "路灯故障", Urgency: task.Normal}
}

func bribe() task.Category {
	return task.Category{ID: "staff_complaint", Name: "投诉工作人员", Urgency: task.Rework, Confidential: true}
}

// worker is one of the staff of a grid.
func worker(i int) task.Assignee {
	return task.Assignee{ID: fmt.Sprint("w", i), Name: fmt.Sprint("网格员", i)}
}

// wind sets the next clock of a task as the tests need it: the deadline that is
// next, while somebody has something to do.
func wind(t *task.Task) {
	t.Next = time.Time{}
	switch {
	case t.Status.Over():
	case t.Status == task.Dispatched:
		t.Next = t.Plan.Accept
	case t.Plan.Finish.IsZero():
		t.Next = t.OpenedAt.Add(30 * time.Minute)
	default:
		t.Next = t.Plan.Finish
	}
}

// reported is report i of a street with the given numbers of grids and workers:
// every tenth waits at the desk, every thirtieth is confidential, the others are
// in a worker's hands.
func reported(t testing.TB, street string, i, grids, workers int) task.Change {
	t.Helper()
	when := at(time.Duration(i%100000) * time.Second)
	plan := task.Plan{Accept: when.Add(2 * time.Hour), Contact: when.Add(8 * time.Hour),
		Finish: when.Add(time.Duration(24+i%97) * time.Hour), Return: when.Add(48 * time.Hour)}
	category := lampPost()
	if i%30 == 1 {
		category = bribe()
	}
	c := task.New(task.Report{Street: street, At: when, Reporter: neighbour(i), Category: category, Plan: plan,
		Text:   fmt.Sprintf("%d号楼前面那盏灯从昨晚开始一闪一闪的，今天干脆不亮了，麻烦看看（第%d次说）", i%60, i%7),
		Place:  task.Place{Text: fmt.Sprintf("槐荫里%d号楼", i%60), Microgrid: fmt.Sprint("m", i%500), Grid: fmt.Sprint("g", i%grids)},
		Reason: "路灯 0.97; 楼道灯 0.02"})
	if i%10 != 0 {
		c = then(t, c, task.Move{Kind: task.Accept, At: when, By: task.Actor{Kind: task.BySystem}, Category: category, Place: c.After.Place, Plan: plan})
		c = then(t, c, task.Move{Kind: task.Dispatch, At: when, By: task.Actor{Kind: task.BySystem}, To: worker(i % workers), Plan: plan})
	}
	wind(&c.After)
	return c
}

func then(t testing.TB, c task.Change, m task.Move) task.Change {
	t.Helper()
	next, err := c.Then(m)
	check(t, err)
	return next
}

// moved makes a move of a task's handler as Update takes it.
func moved(kind task.Kind, note string, when time.Time) func(task.Task) (task.Change, error) {
	return func(before task.Task) (task.Change, error) {
		by := task.Actor{Kind: task.ByStaff, ID: before.Handler, Name: before.HandlerName, InGrid: true}
		c, err := before.Apply(task.Move{Kind: kind, At: when, By: by, Note: note})
		wind(&c.After)
		return c, err
	}
}

// go through a worker's steps, as far as told.
func walked(t testing.TB, s *Store, id task.ID, far int) {
	t.Helper()
	steps := []func(task.Task) (task.Change, error){
		moved(task.Sign, "", at(time.Hour)), moved(task.Contact, "已打电话，下午两点到现场", at(2*time.Hour)),
		moved(task.Finish, "换了一只新的灯头，晚上亮灯看过", at(3*time.Hour)),
	}
	for i, step := range steps[:far] {
		_, _, err := s.Update(t.Context(), id, fmt.Sprint("step", i), at(time.Hour), step)
		check(t, err)
	}
}

// settled is a street with n tasks in many states, their entries on their
// reporters' lists, and some of its notices sent and some buried.
func settled(t testing.TB, s *Store, street string, n int) []task.ID {
	t.Helper()
	var ids []task.ID
	for i := range n {
		id, _, err := s.Create(t.Context(), fmt.Sprint(street, "m", i), reported(t, street, i, 3, 4), noon)
		check(t, err)
		ids = append(ids, id)
		got := must(s.Get(t.Context(), id))
		check(t, s.List(t.Context(), got.Reporter, id, got.OpenedAt))
		if got.Status == task.Dispatched {
			walked(t, s, id, i%4)
		}
	}
	for i, l := range must(s.Lease(t.Context(), street, n, at(72*time.Hour), at(73*time.Hour))) {
		if i%2 == 0 {
			check(t, s.Sent(t.Context(), l, noon))
		} else if i%3 == 0 {
			check(t, s.Bury(t.Context(), l, at(72*time.Hour), "no such user"))
		}
	}
	return ids
}

// dump writes every key with its value, sorted, as one comparable map, in three
// round trips: the tests dump a lot.
func dump(ctx context.Context, rdb redis.UniversalClient) (map[string]string, error) {
	out := map[string]string{}
	keys := rdb.Keys(ctx, "*").Val()
	if len(keys) == 0 {
		return out, nil
	}
	pipe := rdb.Pipeline()
	kinds := make([]*redis.StatusCmd, len(keys))
	for i, key := range keys {
		kinds[i] = pipe.Type(ctx, key)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	pipe = rdb.Pipeline()
	texts := make([]func() string, len(keys))
	for i, key := range keys {
		if texts[i] = dumpKey(ctx, pipe, key, kinds[i].Val()); texts[i] == nil {
			return nil, fmt.Errorf("%s is a %s", key, kinds[i].Val())
		}
	}
	_, err := pipe.Exec(ctx)
	for i, key := range keys {
		out[key] = texts[i]()
	}
	return out, err
}

// dumpKey asks for one key and tells how to read the answer.
func dumpKey(ctx context.Context, pipe redis.Pipeliner, key, kind string) func() string {
	switch kind {
	case "string":
		return pipe.Get(ctx, key).Val
	case "list":
		cmd := pipe.LRange(ctx, key, 0, -1)
		return func() string { return strings.Join(cmd.Val(), "\n") }
	case "set":
		cmd := pipe.SMembers(ctx, key)
		return func() string { return sorted(cmd.Val()) }
	case "hash":
		cmd := pipe.HGetAll(ctx, key)
		return func() string {
			var parts []string
			for field, value := range cmd.Val() {
				parts = append(parts, field+"="+value)
			}
			return sorted(parts)
		}
	case "zset":
		cmd := pipe.ZRangeWithScores(ctx, key, 0, -1)
		return func() string {
			var parts []string
			for _, z := range cmd.Val() {
				parts = append(parts, fmt.Sprintf("%v=%v", z.Member, z.Score))
			}
			return sorted(parts)
		}
	case "stream":
		cmd := pipe.XRange(ctx, key, "-", "+")
		return func() string { return fmt.Sprint(cmd.Val()) }
	}
	return nil
}

func sorted(parts []string) string {
	sort.Strings(parts)
	return strings.Join(parts, "\n")
}

// differing tells what two dumps do not share, at most ten keys.
func differing(before, after map[string]string) (out []string) {
	for key, was := range before {
		if now, ok := after[key]; !ok {
			out = append(out, key+" is gone")
		} else if now != was {
			out = append(out, fmt.Sprintf("%s was\n%s\nand is\n%s", key, was, now))
		}
	}
	for key := range after {
		if _, ok := before[key]; !ok {
			out = append(out, key+" is new")
		}
	}
	return out[:min(len(out), 10)]
}
