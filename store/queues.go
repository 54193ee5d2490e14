package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// place is one queue a task stands in, and where in it.
type place struct {
	key   string
	score float64
}

// places tells the queues a task belongs in: that of the clocks while one asks for
// something, its grid's while it is open, the desk's while it waits there, that of
// who has it in hand, of results to check, of what is paused, and of what a report
// from the same place could be the same as. A confidential task stands in no grid's
// queue.
func places(k streetKeys, t *task.Task) []place {
	var out []place
	if !t.Next.IsZero() {
		out = append(out, place{k.due(), float64(ms(t.Next))})
	}
	if !t.Status.Open() || t.Status == "" {
		return out
	}
	score, grid := pressing(t), t.Place.Grid
	if t.Confidential {
		grid = ""
	}
	if grid != "" {
		out = append(out, place{k.queue(grid), score})
	}
	if t.Mergeable() {
		out = append(out, place{k.alike(t.Place.Microgrid, t.Category), float64(ms(t.OpenedAt))})
	}
	switch t.Status {
	case task.Pending, task.Accepted, task.Returned:
		out = append(out, place{k.desk(), score})
	case task.NeedInfo, task.Suspended:
		out = append(out, place{k.paused(), float64(ms(t.Until))})
	case task.Checking:
		out = append(out, place{k.check(grid), score})
	case task.Dispatched, task.Signed, task.Processing:
		out = append(out, inHand(k, t, score)...)
	}
	return out
}

// inHand are the queues of who works on a task: its handler and the co-handlers
// whose part is not done.
func inHand(k streetKeys, t *task.Task, score float64) []place {
	out := []place{{k.staff(t.Handler), score}}
	for _, h := range t.Helpers {
		if h.Done.IsZero() {
			out = append(out, place{k.staff(h.ID), score})
		}
	}
	return out
}

// pressing orders a queue: by urgency, then by deadline, and what has no deadline
// yet by when it was reported. Exact in a float64: below 2^53.
func pressing(t *task.Task) float64 {
	due := t.Plan.Finish
	if due.IsZero() {
		due = t.OpenedAt
	}
	return float64(t.Urgency.Rank())*1e13 + float64(ms(due))
}

// Page is one page of a queue and how long the whole queue is.
type Page struct {
	Tasks []task.Task
	Total int
}

// StaffQueue lists what a person has in hand, most pressing first.
func (s *Store) StaffQueue(ctx context.Context, street, staff string, from, n int) (Page, error) {
	return s.queue(ctx, street, streetOf(street).staff(staff), from, n)
}

// DeskQueue lists what waits for a street's dispatcher, most pressing first.
func (s *Store) DeskQueue(ctx context.Context, street string, from, n int) (Page, error) {
	return s.queue(ctx, street, streetOf(street).desk(), from, n)
}

// GridQueues lists the open tasks of several grids as one queue, most pressing first:
// two round trips. A page far behind costs as much as all before it.
func (s *Store) GridQueues(ctx context.Context, street string, grids []string, from, n int) (Page, error) {
	if len(grids) == 0 {
		return Page{}, nil
	}
	_, last := span(0, from+n)
	pipe := s.rdb.Pipeline()
	reads, counts := make([]*redis.ZSliceCmd, len(grids)), make([]*redis.IntCmd, len(grids))
	for i, g := range grids {
		key := streetOf(street).queue(g)
		reads[i], counts[i] = pipe.ZRangeWithScores(ctx, key, 0, last), pipe.ZCard(ctx, key)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return Page{}, fmt.Errorf("store: read queues: %w", err)
	}
	var all []redis.Z
	var page Page
	for i := range grids {
		all, page.Total = append(all, reads[i].Val()...), page.Total+int(counts[i].Val())
	}
	slices.SortStableFunc(all, func(a, b redis.Z) int { return cmp.Compare(a.Score, b.Score) })
	var members []string
	for _, z := range all[min(from, len(all)):min(from+n, len(all))] {
		members = append(members, str(z.Member))
	}
	var err error
	page.Tasks, err = s.GetAll(ctx, taskIDs(street, members))
	return page, err
}

// PausedQueue lists what is asked about or suspended in a street, by when its pause
// ends.
func (s *Store) PausedQueue(ctx context.Context, street string, from, n int) (Page, error) {
	return s.queue(ctx, street, streetOf(street).paused(), from, n)
}

// CheckQueue lists results to be checked, at most n of each grid, in two round trips;
// the grid "" stands for those that belong to the street alone.
func (s *Store) CheckQueue(ctx context.Context, street string, grids []string, n int) ([]task.Task, error) {
	if len(grids) == 0 {
		return nil, nil
	}
	first, last := span(0, n)
	pipe := s.rdb.Pipeline()
	reads := make([]*redis.StringSliceCmd, len(grids))
	for i, g := range grids {
		reads[i] = pipe.ZRange(ctx, streetOf(street).check(g), first, last)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("store: read results to check: %w", err)
	}
	var all []task.ID
	for _, r := range reads {
		all = append(all, taskIDs(street, r.Val())...)
	}
	return s.GetAll(ctx, all)
}

// Survey is what has to be known before a new report is given to somebody: the newest
// open tasks of its kind in its micro-grid, at most n, and how many tasks each of some
// people has in hand, in the order asked. It is one round trip; microgrid "" looks for no
// tasks. What GetAll says of tasks that cannot be read holds here too.
func (s *Store) Survey(ctx context.Context, street, microgrid, category string, n int, staff []string) ([]task.Task, []int, error) {
	if microgrid == "" {
		n = 0
	}
	if n <= 0 && len(staff) == 0 {
		return nil, nil, nil
	}
	k := streetOf(street)
	keys := make([]string, 1, 1+len(staff))
	keys[0] = k.alike(microgrid, category)
	for _, id := range staff {
		keys = append(keys, k.staff(id))
	}
	out, err := s.run.survey.Run(ctx, s.rdb, keys, string(k), max(n, 0)).Slice()
	if err != nil {
		return nil, nil, fmt.Errorf("store: survey: %w", err)
	}
	loads := make([]int, len(staff))
	for i, length := range list(out[0]) {
		n, _ := length.(int64)
		loads[i] = int(n)
	}
	return s.readable(readPairs(street, list(out[1]))), loads, nil
}

// Due lists tasks whose clock asks for something by now, longest waiting first: at
// most n of each street, in one round trip.
func (s *Store) Due(ctx context.Context, streets []string, now time.Time, n int) ([]task.ID, error) {
	if len(streets) == 0 {
		return nil, nil
	}
	pipe := s.rdb.Pipeline()
	reads := make([]*redis.StringSliceCmd, len(streets))
	for i, street := range streets {
		reads[i] = pipe.ZRangeByScore(ctx, streetOf(street).due(), &redis.ZRangeBy{Min: "-inf", Max: strconv.FormatInt(ms(now), 10), Count: int64(n)})
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("store: list due tasks: %w", err)
	}
	var out []task.ID
	for i, street := range streets {
		out = append(out, taskIDs(street, reads[i].Val())...)
	}
	return out, nil
}

// Rewind puts a task where it belongs in the queue of clocks, or takes it out when it
// has none or does not exist, and tells whether it stood elsewhere. Every change of a
// task keeps its place right; this mends what a hand or an older version left.
func (s *Store) Rewind(ctx context.Context, id task.ID) (bool, error) {
	k := streetOf(id.Street)
	n, err := s.run.rewind.Run(ctx, s.rdb, []string{k.task(id.Seq), k.due()}, id.Seq, nextField).Int()
	if err != nil {
		return false, fmt.Errorf("store: mend the clock of %s: %w", id, err)
	}
	return n == 1, nil
}

// taskIDs reads the members of a queue.
func taskIDs(street string, members []string) []task.ID {
	out := make([]task.ID, 0, len(members))
	for _, m := range members {
		if seq, err := strconv.ParseInt(m, 10, 64); err == nil {
			out = append(out, task.ID{Street: street, Seq: seq})
		}
	}
	return out
}

// queue reads one page: two round trips, however long the queue.
func (s *Store) queue(ctx context.Context, street, key string, from, n int) (Page, error) {
	first, last := span(from, n)
	pipe := s.rdb.Pipeline()
	members := pipe.ZRange(ctx, key, first, last)
	total := pipe.ZCard(ctx, key)
	if _, err := pipe.Exec(ctx); err != nil {
		return Page{}, fmt.Errorf("store: read queue: %w", err)
	}
	tasks, err := s.GetAll(ctx, taskIDs(street, members.Val()))
	return Page{Tasks: tasks, Total: int(total.Val())}, err
}

// span gives the places of n entries as Redis counts them. For Redis 0 to −1 is
// everything, so that none at all is written as 1 to 0.
func span(from, n int) (first, last int64) {
	if n <= 0 {
		return 1, 0
	}
	from = max(from, 0)
	return int64(from), int64(from + n - 1)
}

// Loads tells how many tasks each person has in hand, in the order asked, in one round
// trip.
func (s *Store) Loads(ctx context.Context, street string, staff []string) ([]int, error) {
	_, loads, err := s.Survey(ctx, street, "", "", 0, staff)
	return loads, err
}
