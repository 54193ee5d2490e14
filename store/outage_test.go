package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/task"
)

// onServers runs f on the kinds of server that can be frozen.
func onServers(t *testing.T, f func(t *testing.T, s *Store, srv *redistest.Server)) {
	t.Helper()
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		if srv.Real() { // the stand-in cannot be frozen
			f(t, s, srv)
		}
	})
}

// calls are all calls that go to Redis; each works on a task and a turn that exist.
func calls(s *Store, id task.ID, turn Turn) map[string]func(context.Context) error {
	l := Leased{Notice: task.Notice{ID: "1001.1.1", Task: id}, Until: noon, street: "12"}
	return map[string]func(context.Context) error{
		"Ping":       s.Ping,
		"Check":      s.Check,
		"Durability": func(ctx context.Context) error { _, err := s.Durability(ctx); return err },
		"Begin": func(ctx context.Context) error {
			_, err := s.Begin(ctx, resident, "m9", Window{}, false, noon)
			return err
		},
		"Commit":      func(ctx context.Context) error { return s.Commit(ctx, turn, Ending{}, noon) },
		"Release":     func(ctx context.Context) error { return s.Release(ctx, turn) },
		"List":        func(ctx context.Context) error { return s.List(ctx, resident, id, noon) },
		"Spend":       func(ctx context.Context) error { _, err := s.Spend(ctx, resident, 0, 0, noon); return err },
		"CloseWindow": func(ctx context.Context) error { return s.CloseWindow(ctx, resident, noon) },
		"Profile":     func(ctx context.Context) error { _, err := s.Profile(ctx, resident); return err },
		"Create":      func(ctx context.Context) error { _, _, err := s.Create(ctx, "m9", opened(), noon); return err },
		"Made":        func(ctx context.Context) error { _, _, err := s.Made(ctx, "12", "m9"); return err },
		"Get":         func(ctx context.Context) error { _, err := s.Get(ctx, id); return err },
		"GetAll":      func(ctx context.Context) error { _, err := s.GetAll(ctx, []task.ID{id}); return err },
		"Update": func(ctx context.Context) error {
			_, _, err := s.Update(ctx, id, "op9", noon, turnInto(task.Signed))
			return err
		},
		"History":          func(ctx context.Context) error { _, err := s.History(ctx, id, 9); return err },
		"StaffQueue":       func(ctx context.Context) error { _, err := s.StaffQueue(ctx, "12", "7", 0, 9); return err },
		"GridQueues":       func(ctx context.Context) error { _, err := s.GridQueues(ctx, "12", []string{"g1"}, 0, 9); return err },
		"DeskQueue":        func(ctx context.Context) error { _, err := s.DeskQueue(ctx, "12", 0, 9); return err },
		"Loads":            func(ctx context.Context) error { _, err := s.Loads(ctx, "12", []string{"7"}); return err },
		"Lease":            func(ctx context.Context) error { _, err := s.Lease(ctx, "12", 9, noon, at(hold)); return err },
		"Sent":             func(ctx context.Context) error { return s.Sent(ctx, l, noon) },
		"Later":            func(ctx context.Context) error { return s.Later(ctx, l, noon, noon, "", false) },
		"Again":            func(ctx context.Context) error { return s.Again(ctx, l, noon, noon, "") },
		"Bury":             func(ctx context.Context) error { return s.Bury(ctx, l, noon, "") },
		"Enqueue":          func(ctx context.Context) error { _, err := s.Enqueue(ctx, "12", "m9", l.Notice, noon); return err },
		"Buried":           func(ctx context.Context) error { _, err := s.Buried(ctx, "12", 9); return err },
		"Unbury":           func(ctx context.Context) error { _, err := s.Unbury(ctx, "12", "1001.1.1", noon); return err },
		"OutboxDepth":      func(ctx context.Context) error { _, err := s.OutboxDepth(ctx, "12"); return err },
		"SaveDirectory":    func(ctx context.Context) error { return s.SaveDirectory(ctx, []grid.Area{{ID: "12"}}, nil) },
		"LoadGround":       func(ctx context.Context) error { _, err := s.LoadGround(ctx); return err },
		"DirectoryVersion": func(ctx context.Context) error { _, err := s.DirectoryVersion(ctx); return err },
		"AddCodes":         func(ctx context.Context) error { return s.AddCodes(ctx, []Code{{Code: "K7Q2", Staff: "7"}}) },
		"Join":             func(ctx context.Context) error { _, err := s.Join(ctx, "K7Q2", resident); return err },
		"Unbind":           func(ctx context.Context) error { return s.Unbind(ctx, "7", resident) },
		"StaffPerson":      func(ctx context.Context) error { _, err := s.StaffPerson(ctx, "7"); return err },
		"Token":            func(ctx context.Context) error { _, _, err := s.Token(ctx, "wx1"); return err },
		"SaveToken":        func(ctx context.Context) error { return s.SaveToken(ctx, "wx1", "x", time.Hour) },
		"DropToken":        func(ctx context.Context) error { return s.DropToken(ctx, "wx1", "x") },
		"Migrate":          func(ctx context.Context) error { _, err := s.Migrate(ctx, Migration{}); return err },
		"Backup":           func(ctx context.Context) error { _, err := s.Backup(ctx, io.Discard, Pace{}); return err },
		"LockToken":        func(ctx context.Context) error { _, err := s.LockToken(ctx, "wx1", time.Hour); return err },
	}
}

// Webhooks have four seconds; a message costs at most one call that fails.
const frozenLimit = 2500 * time.Millisecond

// deadlineKept is for calls whose context ends after 0.1 s. It lies below what
// they take without one, 1.6 s, and leaves room for a machine that is busy.
const deadlineKept = 1400 * time.Millisecond

// allFailWithin makes every call at once and wants an error from each in time.
func allFailWithin(t *testing.T, ctx context.Context, s *Store, limit time.Duration) {
	t.Helper()
	all := calls(s, task.ID{Street: "12", Seq: 1001}, Turn{person: resident, key: "m1", token: "t"})
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	took := make([]time.Duration, len(names))
	together(len(names), func(i int) {
		start := time.Now()
		err := all[names[i]](ctx)
		took[i] = time.Since(start)
		if err == nil || took[i] > limit {
			t.Errorf("%s: %v after %v, want an error within %v", names[i], err, took[i], limit)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "store: ") {
			t.Errorf("%s: the error does not say what was attempted: %v", names[i], err)
		}
	})
	worst := 0
	for i := range took {
		if took[i] > took[worst] {
			worst = i
		}
	}
	t.Logf("%d calls at once, the slowest %v: %s", len(names), took[worst].Round(time.Millisecond), names[worst])
}

func TestFrozen(t *testing.T) {
	onServers(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		check(t, s.Ping(t.Context())) // the connection is there already
		check(t, srv.Freeze())
		allFailWithin(t, t.Context(), s, frozenLimit)
		allFailWithin(t, t.Context(), s, frozenLimit)
		allFailWithin(t, within(t, 100*time.Millisecond), s, deadlineKept)
		check(t, srv.Thaw())
		eventually(t, "it answers after the thaw", func() bool { return s.Ping(t.Context()) == nil })
	})
}

func TestFrozenBeforeTheFirstConnection(t *testing.T) {
	onServers(t, func(t *testing.T, _ *Store, srv *redistest.Server) {
		check(t, srv.Freeze())
		allFailWithin(t, t.Context(), connect(t, srv), frozenLimit)
		allFailWithin(t, within(t, 100*time.Millisecond), connect(t, srv), deadlineKept)
	})
}

func TestKilledAndRestarted(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		id := create(t, s, "m1", opened())
		check(t, srv.Kill())
		allFailWithin(t, t.Context(), s, 300*time.Millisecond)
		check(t, srv.Restart(within(t, 30*time.Second)))
		eventually(t, "it answers after the restart", func() bool { return s.Ping(t.Context()) == nil })
		if got := must(s.Get(t.Context(), id)); got.Text != opened().After.Text {
			t.Errorf("after the restart the task is %+v", got)
		}
		if next := create(t, s, "m2", opened()); next.Seq != id.Seq+1 { // the new life knows no script yet
			t.Errorf("the next number is %d", next.Seq)
		}
	})
}

// A call that timed out may have been carried out: the same key makes one task.
func TestATimeOutDoesNotMeanNotWritten(t *testing.T) {
	onServers(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		first := create(t, s, "m0", opened()) // the script is known, so the call itself is what waits
		check(t, srv.Freeze())
		if id, _, err := s.Create(t.Context(), "m1", opened(), noon); err == nil {
			t.Fatalf("a frozen server made %s", id)
		}
		_, _, err := s.Update(t.Context(), first, "op1", noon, turnInto(task.Signed))
		if err == nil || errors.Is(err, task.ErrNotFound) {
			t.Fatalf("update on a frozen server: %v", err)
		}
		check(t, srv.Thaw())
		eventually(t, "it answers after the thaw", func() bool { return s.Ping(t.Context()) == nil })
		id, again, err := s.Create(t.Context(), "m1", opened(), noon)
		check(t, err)
		t.Logf("the call that timed out had been carried out: %v", again)
		page := must(s.StaffQueue(t.Context(), "12", "7", 0, 10))
		if id.Seq != first.Seq+1 || page.Total != 2 || must(s.OutboxDepth(t.Context(), "12")).Waiting != 4 {
			t.Errorf("the task is %s, %d tasks in all", id, page.Total)
		}
		after, _, err := s.Update(t.Context(), first, "op1", noon, turnInto(task.Signed))
		if err != nil || after.Version != 2 || len(must(s.History(t.Context(), first, 100))) != 4 {
			t.Errorf("the update, repeated: version %d, %v", after.Version, err)
		}
	})
}

// What goes from node to node has no deadline of its own, but ends and says what
// was attempted.
func TestAPassOverAllNodesEndsWithTheServer(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		create(t, s, "m1", opened())
		check(t, srv.Kill())
		backup := whole1(sealed("R", `{"k":"gb:{s1}:x","t":"string","v":["x"]}`))
		_, reconciling := s.Reconcile(t.Context(), "12", brisk(true))
		_, restoring := s.Restore(t.Context(), bytes.NewReader(backup), noon)
		for _, err := range []error{reconciling, restoring} {
			if err == nil || !strings.HasPrefix(err.Error(), "store: re") {
				t.Errorf("%v, want what was attempted", err)
			}
		}
	})
}
