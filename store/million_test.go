package store

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/task"
)

// What is promised of a full Redis: with a million open tasks, reading a page and
// making a move take at most 1.3 times what they take with a thousand, and a task
// takes at most 2 KiB with its history, its places in the queues and its marks.
const (
	promisedRatio = 1.3
	promisedBytes = 2048
)

// Grids and workers of one street of a crowd. The more tasks, the longer their
// queues: nobody adds staff because much is reported.
const crowdGrids, crowdWorkers = 40, 50

// crowd is a Redis with many open tasks.
type crowd struct {
	streets, tasks int
	s              *Store
	ids            []task.ID // the first tasks of the first street
	next           int       // which of them was signed last
	bytes          float64   // of each task
}

// fill makes the crowd's tasks by Create, from many goroutines and without an
// append-only file, and then switches on what the product asks for. There are no
// notices: those of open tasks have long been delivered. Three in ten tasks have
// gone on: signed, or signed and contacted.
func fill(t *testing.T, streets, tasks int) *crowd {
	t.Helper()
	srv := redistest.ForTest(t, redistest.Options{Kind: redistest.Real})
	c := &crowd{streets: streets, tasks: tasks, s: connectWith(t, Options{Addrs: addresses(srv), Patient: true}), ids: make([]task.ID, 1000)}
	check(t, c.s.rdb.ConfigSet(t.Context(), "appendonly", "no").Err())
	before := c.used(t)
	const writers = 16
	together(writers, func(w int) {
		for i := w; i < tasks; i += writers {
			c.add(t, c.street(i), i/streets, i)
		}
	})
	c.bytes = float64(c.used(t)-before) / float64(tasks)
	check(t, c.s.rdb.ConfigSet(t.Context(), "appendonly", "yes").Err())
	c.await(t)
	return c
}

func (c *crowd) street(i int) string { return strconv.Itoa(10 + i%c.streets) }

// add makes one task, with the marks its message and its moves have left.
func (c *crowd) add(t *testing.T, street string, i, message int) {
	out, moves := lived(t, street, i)
	out.Notices = nil
	key := func(n int) string { return fmt.Sprintf("wx0123456789abcdef|oResident-with-28-characters|%020d", n) }
	id, _, err := c.s.Create(t.Context(), key(message)+":1", out, noon)
	check(t, err)
	if street == c.street(0) && i < len(c.ids) {
		c.ids[i] = id
	}
	for n := range moves {
		check(t, c.s.rdb.Set(t.Context(), streetOf(street).op(id.Seq, key(message*10+n)), n+2, opFor).Err())
	}
}

// lived is the life of task i of a street so far, and how many moves it holds.
func lived(t *testing.T, street string, i int) (task.Change, int) {
	out := reported(t, street, i, crowdGrids, crowdWorkers)
	by := task.Actor{Kind: task.ByStaff, ID: out.After.Handler, Name: out.After.HandlerName, InGrid: true}
	steps := []task.Move{{Kind: task.Sign}, {Kind: task.Contact, Note: "已打电话，下午两点到现场"}}
	done := map[int]int{1: 1, 2: 2, 3: 2}[i%10]
	for _, m := range steps[:done] {
		m.By, m.At = by, out.After.OpenedAt.Add(time.Hour)
		out = then(t, out, m)
	}
	wind(&out.After)
	return out, done
}

// used is how many bytes Redis has in use.
func (c *crowd) used(t *testing.T) int64 {
	t.Helper()
	for line := range strings.Lines(must(c.s.rdb.Info(t.Context(), "memory").Result())) {
		if n, ok := strings.CutPrefix(line, "used_memory:"); ok {
			return must(strconv.ParseInt(strings.TrimSpace(n), 10, 64))
		}
	}
	t.Fatal("no used_memory")
	return 0
}

// await waits until the append-only file has been written anew.
func (c *crowd) await(t *testing.T) {
	t.Helper()
	for ctx := within(t, 10*time.Minute); ; {
		info := must(c.s.rdb.Info(ctx, "persistence").Result())
		if strings.Contains(info, "aof_rewrite_in_progress:0\r\n") && strings.Contains(info, "aof_rewrite_scheduled:0\r\n") {
			return
		}
		check(t, Pace{Pause: 20 * time.Millisecond}.rest(ctx))
	}
}

// longest is the number of tasks in one of n like queues of a street.
func (c *crowd) longest(n int) int { return c.tasks / c.streets / n }

// signNext signs the next task that waits for it, outside of the queues whose
// pages are read.
func (c *crowd) signNext(ctx context.Context) error {
	for c.next++; c.next%10 < 4 || c.next%crowdGrids == 3 || c.next%crowdWorkers == 3; c.next++ {
	}
	return c.move(ctx, moved(task.Sign, "", at(time.Hour)), "sign")
}

// finishNext finishes the task that was just signed.
func (c *crowd) finishNext(ctx context.Context) error {
	return c.move(ctx, moved(task.Finish, "换了一只新的灯头，晚上亮灯看过", at(2*time.Hour)), "finish")
}

func (c *crowd) move(ctx context.Context, move func(task.Task) (task.Change, error), op string) error {
	id := c.ids[c.next]
	_, again, err := c.s.Update(ctx, id, op, noon, move)
	if again {
		return fmt.Errorf("%s: %s was done before", id, op)
	}
	return err
}

// measure is one thing that is timed, and how it is done once.
type measure struct {
	name string
	do   func(ctx context.Context, c *crowd) error
}

// measures lists what is timed: the first and the last page of a queue of each
// kind, and two moves.
func measures() []measure {
	return slices.Concat(
		pages("a worker's queue", crowdWorkers, func(ctx context.Context, c *crowd, from int) (Page, error) {
			return c.s.StaffQueue(ctx, c.street(0), worker(3).ID, from, 10)
		}),
		pages("a grid's queue", crowdGrids, func(ctx context.Context, c *crowd, from int) (Page, error) {
			return c.s.queue(ctx, c.street(0), streetOf(c.street(0)).queue("g3"), from, 10)
		}),
		pages("the desk's queue", 10, func(ctx context.Context, c *crowd, from int) (Page, error) {
			return c.s.DeskQueue(ctx, c.street(0), from, 10)
		}),
		[]measure{{"sign", func(ctx context.Context, c *crowd) error { return c.signNext(ctx) }},
			{"finish", func(ctx context.Context, c *crowd) error { return c.finishNext(ctx) }}})
}

// pages are the first and the last page of one of so many like queues.
func pages(name string, queues int, read func(ctx context.Context, c *crowd, from int) (Page, error)) []measure {
	one := func(ctx context.Context, c *crowd, from int) error {
		p, err := read(ctx, c, from)
		if err == nil && len(p.Tasks) != 10 {
			err = fmt.Errorf("%d tasks from %d of %d", len(p.Tasks), from, p.Total)
		}
		return err
	}
	return []measure{
		{name + ", first page", func(ctx context.Context, c *crowd) error { return one(ctx, c, 0) }},
		{name + ", last page", func(ctx context.Context, c *crowd) error { return one(ctx, c, c.longest(queues)-10) }},
	}
}

// compare times everything on both crowds by turns, each first as often as the
// other, and gives the medians.
func compare(t *testing.T, few, many *crowd, rounds int) map[string][2]time.Duration {
	t.Helper()
	took := map[string]*[2][]time.Duration{}
	for _, m := range measures() {
		took[m.name] = &[2][]time.Duration{}
	}
	for round := range rounds {
		for n := range 2 {
			which := (round + n) % 2
			c := []*crowd{few, many}[which]
			for _, m := range measures() {
				start := time.Now()
				if err := m.do(t.Context(), c); err != nil {
					t.Fatalf("%s of %d tasks: %v", m.name, c.tasks, err)
				}
				took[m.name][which] = append(took[m.name][which], time.Since(start))
			}
		}
	}
	out := map[string][2]time.Duration{}
	for name, both := range took {
		slices.Sort(both[0])
		slices.Sort(both[1])
		out[name] = [2]time.Duration{both[0][rounds/2], both[1][rounds/2]}
	}
	return out
}

// judgeCrowd reports the figures and holds them against the bounds.
func judgeCrowd(t *testing.T, few, many *crowd, rounds int, most float64) {
	t.Helper()
	medians := compare(t, few, many, rounds)
	t.Logf("%d tasks over %d streets against %d over %d; %d rounds by turns, medians", many.tasks, many.streets, few.tasks, few.streets, rounds)
	for _, m := range measures() {
		few, many := medians[m.name][0], medians[m.name][1]
		ratio := float64(many) / float64(few)
		t.Logf("%-30s %8v against %8v: %.2f", m.name, many.Round(time.Microsecond), few.Round(time.Microsecond), ratio)
		if ratio > most {
			t.Errorf("%s takes %.2f times as long, want at most %.2f", m.name, ratio, most)
		}
	}
	t.Logf("%.0f bytes a task", many.bytes)
	if many.bytes > promisedBytes {
		t.Errorf("a task takes %.0f bytes, want at most %d", many.bytes, promisedBytes)
	}
}

// With many times the tasks nothing is slower. The bounds of the small form leave
// room for a machine that is busy; the promise is measured by
//
//	MILLION=1 go test ./store -run Million -v -timeout 30m
//
// which takes some minutes and 3 GB.
func TestAMillionOpenTasks(t *testing.T) {
	tasks, streets, rounds, most := 20_000, []int{1, 5}, 100, 2.5
	if os.Getenv("MILLION") != "" {
		tasks, streets, rounds, most = 1_000_000, []int{1, 100}, 500, promisedRatio
	}
	for _, n := range streets {
		t.Run(fmt.Sprint(n, " streets"), func(t *testing.T) {
			judgeCrowd(t, fill(t, 1, 1000), fill(t, n, tasks), rounds, most)
		})
	}
}
