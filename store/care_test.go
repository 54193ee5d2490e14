package store

import (
	"testing"
	"time"

	"gridbot/task"
)

// ended stores a task that ended at a time, with nothing waiting for it.
func ended(t testing.TB, s *Store, key string, when time.Time) task.ID {
	t.Helper()
	c := told()
	c.After.Status, c.After.ClosedAt, c.After.FinishedAt = task.Closed, when, when
	c.Notices = nil
	return create(t, s, key, c)
}

// care calls what the care of personal data writes, for the tests of keys.
func care(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	id := ended(t, s, "old:1", noon)
	check(t, s.Redact(ctx, id, mask))
	shelve(t, s, id)
	check(t, s.Audit(ctx, "12", Sight{At: noon, Name: "王建国", Act: Viewed, Task: id}))
	must(s.DropAudit(ctx, "12", "2026-05", 7))
	must(s.Sweep(ctx, "12", Retention{Buried: time.Hour}, noon, mask))
}

// shelve takes a task out of Redis as the archive does.
func shelve(t testing.TB, s *Store, id task.ID) {
	t.Helper()
	if went, err := s.Shelve(t.Context(), "2026-05", must(s.Record(t.Context(), id))); err != nil || !went[0] {
		t.Fatalf("shelved: %v, %v", went, err)
	}
}
