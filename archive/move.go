package archive

import (
	"context"
	"errors"
	"time"

	"gridbot/store"
	"gridbot/task"
)

// Moved is what Move has done.
type Moved struct {
	Tasks int // are in a file and no longer in Redis
	Left  int // were changed meanwhile, have notices that wait or are buried, or cannot be read
}

// moveBatch is how many numbers are looked at, and at most written with one sync.
const moveBatch = 200

// Move moves a street's tasks that ended before a time from Redis to the files of
// the months they ended in: written and synced first, then removed from Redis if
// they are still as they were written. It may be cut short anywhere and called
// again.
func (a *Archive) Move(ctx context.Context, s *store.Store, street string, before time.Time) (Moved, error) {
	m := moving{a: a, s: s, street: street, before: before, touched: map[string]bool{}}
	for next := int64(task.FirstNumber); next > 0; {
		found, further, err := s.Walk(ctx, street, next, moveBatch)
		if err == nil {
			err = m.batch(ctx, found)
		}
		if err != nil {
			return m.done, err
		}
		next = further
	}
	for month := range m.touched { // a crash may have left lines that are void now
		keep := func(r store.Record) (store.Record, bool, error) { return r, true, nil }
		if _, err := a.Rewrite(street, month, Changes{Task: keep}); err != nil {
			return m.done, err
		}
	}
	return m.done, nil
}

// moving is one street's Move.
type moving struct {
	a       *Archive
	s       *store.Store
	street  string
	before  time.Time
	touched map[string]bool // months that were written to
	done    Moved
}

// batch moves those of the tasks found that ended long enough ago.
func (m *moving) batch(ctx context.Context, found []store.Stub) error {
	months := map[string][]store.Record{}
	for _, x := range found {
		if x.Ended.IsZero() || !x.Ended.Before(m.before) {
			continue
		}
		r, err := m.s.Record(ctx, x.ID)
		switch month := store.Month(x.Ended); {
		case errors.Is(err, task.ErrNotFound): // another process was faster
		case err != nil:
			return err
		case r.Notices() > 0 || r.Version != x.Version || !readable(r):
			m.done.Left++
		default:
			months[month] = append(months[month], r)
		}
	}
	for month, records := range months {
		if err := m.month(ctx, month, records); err != nil {
			return err
		}
	}
	return nil
}

// readable keeps what somebody has to look at out of the files.
func readable(r store.Record) bool {
	_, err := r.Held()
	return err == nil
}

// month writes tasks to one file and takes them out of Redis.
func (m *moving) month(ctx context.Context, month string, records []store.Record) error {
	if err := m.a.Append(m.street, month, records); err != nil {
		return err
	}
	m.touched[month] = true
	went, err := m.s.Shelve(ctx, month, records...)
	if err != nil {
		return err
	}
	var back []store.Record
	for i, r := range records {
		if went[i] {
			m.done.Tasks++
		} else {
			m.done.Left++
			back = append(back, r)
		}
	}
	return m.a.takeBack(ctx, m.s, m.street, month, back)
}

// takeBack forgets the lines of tasks that are in Redis in another version: they
// may hold what was taken out of the task meanwhile. A task that is in Redis no
// more was moved by another process, and its line may be the only one.
func (a *Archive) takeBack(ctx context.Context, s *store.Store, street, month string, back []store.Record) error {
	stale := map[task.ID]int64{}
	for _, r := range back {
		switch t, err := s.Get(ctx, r.ID); {
		case errors.Is(err, task.ErrNotFound):
		case err != nil:
			return err
		case t.Version != r.Version:
			stale[r.ID] = r.Version
		}
	}
	if len(stale) == 0 {
		return nil
	}
	_, err := a.Rewrite(street, month, Changes{Task: func(r store.Record) (store.Record, bool, error) {
		version, ok := stale[r.ID]
		return r, !ok || r.Version != version, nil
	}})
	return err
}

// Mask takes personal data out of the tasks in a street's files that ended before a
// time, and tells how many.
func (a *Archive) Mask(street string, before time.Time, mask func(string) string) (Changed, error) {
	months, err := a.Months(street)
	if err != nil {
		return Changed{}, err
	}
	var done Changed
	for _, month := range months {
		if month > store.Month(before) {
			continue
		}
		c := Changes{Task: func(r store.Record) (store.Record, bool, error) {
			t, err := r.Task()
			if err != nil || !t.ClosedAt.Before(before) {
				return r, true, err
			}
			after, err := r.Redacted(mask)
			return after, true, err
		}}
		if month < store.Month(before) { // whatever stands there has outlived its time
			c.Damaged = func([]byte) bool { return true }
		}
		n, err := a.Rewrite(street, month, c)
		if err != nil {
			return done, err
		}
		done.Tasks, done.Struck, done.Damaged = done.Tasks+n.Tasks, done.Struck+n.Struck, done.Damaged+n.Damaged
	}
	return done, nil
}
