package store

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/redistest"
	"gridbot/task"
)

// standing tells in which queues street 12 has its tasks.
func standing(t *testing.T, s *Store, staff ...string) (in []string) {
	t.Helper()
	note := func(name string, p Page, err error) {
		check(t, err)
		if p.Total > 0 {
			in = append(in, name)
		}
	}
	p, err := s.GridQueues(t.Context(), "12", []string{"g1"}, 0, 10)
	note("grid", p, err)
	p, err = s.DeskQueue(t.Context(), "12", 0, 10)
	note("desk", p, err)
	p, err = s.PausedQueue(t.Context(), "12", 0, 10)
	note("paused", p, err)
	tasks, err := s.CheckQueue(t.Context(), "12", []string{"g1", ""}, 10)
	note("check", Page{Total: len(tasks)}, err)
	tasks, _, err = s.Survey(t.Context(), "12", "m31", "streetlight", 10, nil)
	note("alike", Page{Total: len(tasks)}, err)
	for _, id := range staff {
		p, err = s.StaffQueue(t.Context(), "12", id, 0, 10)
		note("staff "+id, p, err)
	}
	return in
}

func TestQueuesFollowTheStatus(t *testing.T) {
	grid, desk, hand, alike := "grid", "desk", "staff 7", "alike"
	want := map[task.Status][]string{
		task.Pending: {grid, desk, alike}, task.Accepted: {grid, desk, alike}, task.Returned: {grid, desk, alike},
		task.Dispatched: {grid, alike, hand}, task.Signed: {grid, alike, hand}, task.Processing: {grid, alike, hand},
		task.Checking: {grid, "check", alike}, task.NeedInfo: {grid, "paused", alike}, task.Suspended: {grid, "paused", alike},
	}
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		for _, from := range task.Statuses() {
			for _, to := range task.Statuses() {
				k := streetOf("12")
				check(t, s.rdb.Del(t.Context(), k.queue("g1"), k.desk(), k.staff("7"), k.paused(), k.check("g1"), k.alike("m31", "streetlight")).Err())
				c := opened()
				c.After.Status = from
				key := string(from + ">" + to)
				id := create(t, s, key, c)
				if got := standing(t, s, "7"); !slices.Equal(got, want[from]) {
					t.Errorf("made %s: stands in %v, want %v", from, got, want[from])
				}
				_, _, err := s.Update(t.Context(), id, key, noon, turnInto(to))
				check(t, err)
				if got := standing(t, s, "7"); !slices.Equal(got, want[to]) {
					t.Errorf("%s: stands in %v, want %v", key, got, want[to])
				}
			}
		}
	})
}

func TestAConfidentialTaskStandsInNoGrid(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", opened())
		hide := func(confidential bool) {
			_, _, err := s.Update(t.Context(), id, time.Now().String(), noon, func(before task.Task) (task.Change, error) {
				c, err := turnInto(before.Status)(before)
				c.After.Confidential = confidential
				return c, err
			})
			check(t, err)
		}
		hide(true)
		if got := standing(t, s, "7"); !slices.Equal(got, []string{"staff 7"}) {
			t.Errorf("confidential: stands in %v", got)
		}
		hide(false)
		if got := standing(t, s, "7"); !slices.Equal(got, []string{"grid", "alike", "staff 7"}) {
			t.Errorf("no longer confidential: stands in %v", got)
		}
	})
}

func TestATaskWithoutAGridStandsAtTheDeskOnly(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		c := opened()
		c.After.Status, c.After.Place, c.After.Handler = task.Pending, task.Place{Text: "小公园"}, ""
		create(t, s, "m1", c)
		if got := standing(t, s, "7", ""); !slices.Equal(got, []string{"desk"}) {
			t.Errorf("stands in %v", got)
		}
	})
}

func TestATaskMovesToItsNewHandlerAndGrid(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", opened())
		_, _, err := s.Update(t.Context(), id, "op1", noon, func(before task.Task) (task.Change, error) {
			c, err := turnInto(task.Dispatched)(before)
			c.After.Handler, c.After.Place.Grid = "8", "g2"
			return c, err
		})
		check(t, err)
		if got := standing(t, s, "7", "8"); !slices.Equal(got, []string{"alike", "staff 8"}) {
			t.Errorf("stands in %v", got)
		}
		if p := must(s.GridQueues(t.Context(), "12", []string{"g2"}, 0, 10)); p.Total != 1 || p.Tasks[0].ID != id {
			t.Errorf("the new grid has %+v", p)
		}
		loads := must(s.Loads(t.Context(), "12", []string{"8", "7", "9"}))
		if !slices.Equal(loads, []int{1, 0, 0}) {
			t.Errorf("loads %v", loads)
		}
		if none, err := s.Loads(t.Context(), "12", nil); len(none) != 0 || err != nil {
			t.Errorf("loads of nobody: %v, %v", none, err)
		}
	})
}

func TestAskingForNoneGivesNone(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", opened())
		check(t, s.Bury(t.Context(), lease(t, s, 1, noon)[0], noon, "why"))
		for _, n := range []int{0, -1, -5} {
			page := must(s.StaffQueue(t.Context(), "12", "7", 0, n))
			events := must(s.History(t.Context(), id, n))
			buried := must(s.Buried(t.Context(), "12", n))
			leased := must(s.Lease(t.Context(), "12", n, noon, at(hold)))
			if len(page.Tasks) != 0 || page.Total != 1 || len(events) != 0 || len(buried) != 0 || len(leased) != 0 {
				t.Errorf("%d: page %+v, %d events, %d buried, %d leased", n, page, len(events), len(buried), len(leased))
			}
		}
		if page := must(s.StaffQueue(t.Context(), "12", "7", -3, 1)); len(page.Tasks) != 1 {
			t.Errorf("from before the first: %+v", page)
		}
	})
}

func TestTheMostPressingComesFirst(t *testing.T) {
	type spec struct {
		urgency task.Urgency
		finish  time.Duration // 0: no deadline yet
		opened  time.Duration
	}
	wanted := []spec{ // in the order of the queue
		{task.Critical, 24 * time.Hour, 0},
		{task.Urgent, 3 * time.Hour, 0},
		{task.Urgent, 3*time.Hour + time.Millisecond, 0},
		{task.Rework, 72 * time.Hour, 0},
		{task.Normal, 0, -2 * time.Hour},
		{task.Normal, 0, -time.Hour},
		{task.Normal, time.Hour, -48 * time.Hour},
		{task.Normal, 90 * 24 * time.Hour, 0},
		{task.Info, time.Minute, 0},
	}
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		var ids []task.ID
		for i := range wanted {
			x := wanted[len(wanted)-1-i] // the last one is made first
			c := opened()
			c.After.Urgency, c.After.OpenedAt, c.After.Plan = x.urgency, at(x.opened), task.Plan{}
			if x.finish != 0 {
				c.After.Plan.Finish = at(x.finish)
			}
			ids = append([]task.ID{create(t, s, string(rune('a'+i)), c)}, ids...)
		}
		for from := 0; from < len(ids)+4; from += 4 {
			page := must(s.StaffQueue(t.Context(), "12", "7", from, 4))
			want := ids[min(from, len(ids)):min(from+4, len(ids))]
			if page.Total != len(ids) || len(page.Tasks) != len(want) {
				t.Fatalf("page from %d: %d of %d", from, len(page.Tasks), page.Total)
			}
			for i, x := range page.Tasks {
				if x.ID != want[i] {
					t.Errorf("place %d: %s (%s), want %s", from+i, x.ID, x.Urgency, want[i])
				}
			}
		}
	})
}

func TestDueListsWhatAClockAsksFor(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		rings := func(street string, next time.Time) task.ID {
			c := opened()
			c.After.ID.Street, c.After.Next = street, next
			return create(t, s, street+next.String(), c)
		}
		late, early, later, never := rings("12", noon), rings("12", at(-time.Hour)), rings("12", at(time.Second)), rings("12", time.Time{})
		other := rings("13", noon)
		due := func(now time.Time, n int, streets ...string) []task.ID {
			t.Helper()
			return must(s.Due(t.Context(), streets, now, n))
		}
		if got := due(noon, 10, "12", "13"); !slices.Equal(got, []task.ID{early, late, other}) {
			t.Errorf("due at noon: %v", got)
		}
		if got := due(noon, 1, "12"); !slices.Equal(got, []task.ID{early}) {
			t.Errorf("one of the due: %v", got)
		}
		if got := due(at(time.Hour), 10, "12"); !slices.Equal(got, []task.ID{early, late, later}) || slices.Contains(got, never) {
			t.Errorf("due an hour later: %v", got)
		}
		if got := due(noon, 10); got != nil {
			t.Errorf("of no street: %v", got)
		}
		stop := func(before task.Task) (task.Change, error) {
			after := before
			after.Next, after.Status = time.Time{}, task.Closed
			return task.Change{Before: before, After: after}, nil
		}
		_, _, err := s.Update(t.Context(), early, "stop", noon, stop)
		check(t, err)
		if got := due(noon, 10, "12"); !slices.Equal(got, []task.ID{late}) {
			t.Errorf("after one has stopped: %v", got)
		}
	})
}

func TestCoHandlersHaveATaskInHandUntilTheirPartIsDone(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		c := opened()
		c.After.Helpers = []task.Helper{{ID: "8", Name: "城管"}, {ID: "9", Name: "物业", Done: noon}}
		id := create(t, s, "called", c)
		if got := standing(t, s, "7", "8", "9"); !slices.Equal(got, []string{"grid", "alike", "staff 7", "staff 8"}) {
			t.Errorf("stands in %v", got)
		}
		_, _, err := s.Update(t.Context(), id, "done", noon, func(before task.Task) (task.Change, error) {
			after := before
			after.Helpers = []task.Helper{{ID: "8", Name: "城管", Done: noon}}
			return task.Change{After: after}, nil
		})
		check(t, err)
		if got := standing(t, s, "7", "8", "9"); !slices.Equal(got, []string{"grid", "alike", "staff 7"}) {
			t.Errorf("after the part is done: %v", got)
		}
	})
}

func TestGridQueuesAreOneQueue(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		var want []task.ID
		for i := range 9 {
			c := opened()
			c.After.Place.Grid = fmt.Sprintf("g%d", i%3)
			c.After.Plan.Finish = at(time.Duration(i) * time.Hour)
			want = append(want, create(t, s, fmt.Sprint("m", i), c))
		}
		var got []task.ID
		for from := 0; from < 12; from += 4 {
			p := must(s.GridQueues(t.Context(), "12", []string{"g0", "g1", "g2", "nobody's"}, from, 4))
			if p.Total != 9 {
				t.Errorf("%d in all", p.Total)
			}
			for _, x := range p.Tasks {
				got = append(got, x.ID)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if p := must(s.GridQueues(t.Context(), "12", nil, 0, 4)); p.Total != 0 {
			t.Errorf("of no grid: %+v", p)
		}
	})
}

func TestAnOperationWithoutANameIsNotRemembered(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", opened())
		for range 2 {
			if _, again, err := s.Update(t.Context(), id, "", noon, turnInto(task.Signed)); again || err != nil {
				t.Errorf("again %v, %v", again, err)
			}
		}
		if n := s.rdb.Exists(t.Context(), streetOf("12").op(id.Seq, "")).Val(); n != 0 {
			t.Error("a mark without a name was left")
		}
	})
}
func TestRewind(t *testing.T) {
	at := func(d time.Duration) float64 { return float64(ms(noon.Add(d))) }
	for name, c := range map[string]struct {
		next   time.Duration // of the task, 0 for none
		stands float64       // in the queue, 0 for not at all
		gone   bool          // there is no such task
		moved  bool
		want   float64
	}{
		"right":                     {next: time.Hour, stands: at(time.Hour), want: at(time.Hour)},
		"too early":                 {next: time.Hour, stands: at(-time.Hour), moved: true, want: at(time.Hour)},
		"missing":                   {next: time.Hour, moved: true, want: at(time.Hour)},
		"nothing is asked for":      {stands: at(-time.Hour), moved: true},
		"nothing at all":            {},
		"there is no task any more": {gone: true, stands: at(-time.Hour), moved: true},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
				o := opened()
				if c.next != 0 {
					o.After.Next = noon.Add(c.next)
				}
				id := create(t, s, "k", o)
				due := streetOf(id.Street).due()
				check(t, s.rdb.Del(t.Context(), due).Err())
				if c.stands != 0 {
					check(t, s.rdb.ZAdd(t.Context(), due, redis.Z{Score: c.stands, Member: id.Seq}).Err())
				}
				if c.gone {
					check(t, s.rdb.Del(t.Context(), streetOf(id.Street).task(id.Seq)).Err())
				}
				if moved := must(s.Rewind(t.Context(), id)); moved != c.moved {
					t.Errorf("moved %v, want %v", moved, c.moved)
				}
				if got := s.rdb.ZScore(t.Context(), due, strconv.FormatInt(id.Seq, 10)).Val(); got != c.want {
					t.Errorf("stands at %v, want %v", got, c.want)
				}
			})
		})
	}
}
