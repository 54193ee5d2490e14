package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// ErrMigrating: the data is being moved to a newer layout by somebody else, or
// was until at most migrateFor ago.
var ErrMigrating = errors.New("store: the data is being migrated")

// migrateFor is how long a migration that died keeps others away. Each batch of
// tasks renews it, and is over within batchWithin of when it asked for that.
const (
	migrateFor  = 30 * time.Second
	batchWithin = 20 * time.Second
)

// Migration says how to move data to this version's layout.
type Migration struct {
	// Wind sets the next clock of an open task that has none (Task.Next); layout 1
	// had no clocks. It may leave it zero, and is then asked again at every run.
	Wind   func(*task.Task)
	DryRun bool // counts what would be done and writes nothing
	Now    time.Time
	Pace   Pace
}

// Migrated is what Migrate did, or would do.
type Migrated struct {
	From, To   string    // layouts; equal when there was nothing to do, both "" for an empty Redis
	Tasks      int       // looked at, in this run
	Changed    int       // rewritten, in this run
	Unreadable []task.ID // left as they are
}

// step moves the data from one layout to the next. It must do no harm when it is
// done again, wholly or in part.
type step struct {
	from, to string
	run      func(*migration, context.Context) error
}

// steps lead from the oldest layout to Schema, in order.
func steps() []step {
	return []step{
		{"1", "2", (*migration).windClocks}, // clocks: field tn, queue due
	}
}

// migration is one run, holding the lease.
type migration struct {
	s     *Store
	o     Migration
	out   *Migrated
	token string
	step  step
	marks map[string]int64 // street → last number done
	until time.Time        // when the present batch must be over
}

// Migrate moves the data to the layout Schema, step by step. A run that died is
// taken up where it stopped, once its lease has ended; ErrMigrating before that,
// and while another works. ErrSchema: the data is newer than this program, or of
// a layout no step begins from.
//
// No older gridbot may serve meanwhile, since what it writes has the old layout.
// This version does not serve before it is done: Check refuses.
func (s *Store) Migrate(ctx context.Context, o Migration) (Migrated, error) {
	o.Pace = o.Pace.filled()
	found, err := s.layout(ctx)
	if err != nil {
		return Migrated{}, err
	}
	out := Migrated{From: found, To: found}
	for _, st := range steps() {
		if st.from != out.To {
			continue
		}
		m := &migration{s: s, o: o, out: &out, token: s.process + newToken(), step: st}
		if err := m.perform(ctx); err != nil {
			return out, fmt.Errorf("store: migrate from layout %s to %s: %w", st.from, st.to, err)
		}
		out.To = st.to
	}
	if out.To != Schema && out.To != "" {
		return out, layoutError(out.To)
	}
	return out, nil
}

// layout reads the version of the data, "" where nothing is stored.
func (s *Store) layout(ctx context.Context) (string, error) {
	found, err := s.rdb.Get(ctx, schemaKey).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return "", fmt.Errorf("store: read schema version: %w", err)
	}
	return found, nil
}

// perform takes the lease, makes the step, and marks the data as moved.
func (m *migration) perform(ctx context.Context) error {
	if m.o.DryRun {
		return m.step.run(m, ctx)
	}
	marks, err := m.ask(ctx, "take", "", "")
	if err != nil {
		return err
	}
	m.marks = marks
	if err = m.step.run(m, ctx); err == nil {
		_, err = m.ask(ctx, "done", "", "")
	}
	// What ended early can be taken up at once; where Redis is away the lease ends
	// by itself, and one that was lost is not ours to give back.
	_, _ = m.ask(context.WithoutCancel(ctx), "leave", "", "")
	return err
}

// ask runs the script that leads a migration.
func (m *migration) ask(ctx context.Context, verb, field, value string) (map[string]int64, error) {
	m.until = time.Now().Add(batchWithin)
	out, err := m.s.run.migrate.Run(ctx, m.s.rdb, []string{migratingKey, migrationKey, schemaKey},
		m.token, migrateFor.Milliseconds(), verb, m.step.from, m.step.to, field, value).StringSlice()
	switch {
	case err != nil:
		return nil, err
	case out[0] == "lost":
		return nil, ErrMigrating
	case out[0] == "schema":
		return nil, layoutError(out[1])
	}
	marks := map[string]int64{}
	for i := 1; i+1 < len(out); i += 2 {
		if n, err := strconv.ParseInt(out[i+1], 10, 64); err == nil && out[i] != "to" {
			marks[out[i]] = n
		}
	}
	return marks, nil
}

// streets finds every street that ever had a task, in order.
func (s *Store) streets(ctx context.Context, p Pace) ([]string, error) {
	var out []string
	err := s.walk(ctx, prefix+"{s*}:seq", p, func(_ context.Context, keys []string) error {
		for _, key := range keys {
			if street, rest, ok := streetKey(key); ok && rest == "seq" {
				out = append(out, street)
			}
		}
		return nil
	})
	slices.Sort(out)
	return slices.Compact(out), err
}

// eachBatch gives every task to f, street by street and in batches by number,
// and marks each batch as done. It begins where an earlier run stopped.
func (m *migration) eachBatch(ctx context.Context, f func(ctx context.Context, tasks []task.Task) error) error {
	streets, err := m.s.streets(ctx, m.o.Pace)
	if err != nil {
		return err
	}
	for _, street := range streets {
		last, err := m.s.rdb.Get(ctx, streetOf(street).seq()).Int64()
		if err != nil {
			return fmt.Errorf("street %s: last number: %w", street, err)
		}
		for n := max(task.FirstNumber, m.marks[street]+1); n <= last; n += int64(m.o.Pace.Batch) {
			end := min(n+int64(m.o.Pace.Batch)-1, last)
			if err := m.batch(ctx, street, n, end, f); err != nil {
				return err
			}
			if err := m.o.Pace.rest(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// batch does the tasks from n to end. It is over before the lease is, so that
// nothing is written once another may have it.
func (m *migration) batch(ctx context.Context, street string, n, end int64, f func(context.Context, []task.Task) error) error {
	if m.o.DryRun {
		m.until = time.Now().Add(batchWithin)
	}
	within, cancel := context.WithDeadline(ctx, m.until)
	defer cancel()
	ids := make([]task.ID, 0, end-n+1)
	for seq := n; seq <= end; seq++ {
		ids = append(ids, task.ID{Street: street, Seq: seq})
	}
	found, err := m.s.readAll(within, ids)
	if err != nil {
		return err
	}
	var tasks []task.Task
	for _, r := range found {
		if r.err != nil {
			m.out.Unreadable = append(m.out.Unreadable, r.task.ID)
		} else if r.task.Version > 0 {
			tasks = append(tasks, r.task)
		}
	}
	m.out.Tasks += len(tasks)
	if err := f(within, tasks); err != nil || m.o.DryRun {
		return err
	}
	_, err = m.ask(ctx, "mark", street, strconv.FormatInt(end, 10))
	return err
}

// errSame is what a move says that has nothing to change.
var errSame = errors.New("store: nothing to change")

// windClocks sets the next clock of every task that has not ended and has none.
func (m *migration) windClocks(ctx context.Context) error {
	return m.eachBatch(ctx, func(ctx context.Context, tasks []task.Task) error {
		for _, t := range tasks {
			if _, ok := m.wound(t); !ok {
				continue
			}
			m.out.Changed++
			if m.o.DryRun {
				continue
			}
			if err := m.rewind(ctx, t.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// wound gives a task with its clock set, false when there is nothing to set.
func (m *migration) wound(t task.Task) (task.Task, bool) {
	if t.Status.Over() || !t.Next.IsZero() {
		return t, false
	}
	m.o.Wind(&t)
	return t, !t.Next.IsZero()
}

// rewind writes a task with its clock set if it is still as it was read.
func (m *migration) rewind(ctx context.Context, id task.ID) error {
	_, _, err := m.s.Update(ctx, id, "layout:"+m.step.to, m.o.Now, func(t task.Task) (task.Change, error) {
		after, ok := m.wound(t)
		if !ok {
			return task.Change{}, errSame
		}
		return task.Change{Before: t, After: after}, nil
	})
	if errors.Is(err, errSame) || errors.Is(err, task.ErrNotFound) {
		return nil
	}
	return err
}
