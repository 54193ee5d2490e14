package archive

import (
	"strings"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/store"
	"gridbot/task"
)

// sights are some of May, at different moments from one on.
func sights(from, n int) (out []store.Sight) {
	for i := from; i < from+n; i++ {
		out = append(out, store.Sight{At: noon.Add(time.Duration(i) * time.Second), Staff: "s11", Name: "王建国", Act: store.Viewed,
			Task: task.ID{Street: "12", Seq: int64(1001 + i)}})
	}
	return out
}

// moved reads a month's file and compares it.
func moved(t *testing.T, a *Archive, want []store.Sight) {
	t.Helper()
	got := must(a.Audits("12", "2026-05", store.AuditFilter{}))
	if len(got) != len(want) {
		t.Fatalf("%d sights, want %d", len(got), len(want))
	}
	for i := range got {
		got[i].At = got[i].At.UTC()
		if got[i] != want[i] {
			t.Errorf("%d: %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestMoveAudit(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
		ctx := t.Context()
		check(t, s.Audit(ctx, "12", sights(0, 5)...))
		check(t, a.MoveAudit(ctx, s, "12", "2026-05"))
		moved(t, a, sights(0, 5))
		for range s.AuditLines(ctx, "12", "2026-05") {
			t.Fatal("it is in Redis still")
		}
		check(t, a.MoveAudit(ctx, s, "12", "2026-05")) // nothing to move
		moved(t, a, sights(0, 5))
		check(t, s.Audit(ctx, "12", sights(5, 3)...)) // written late
		check(t, a.MoveAudit(ctx, s, "12", "2026-05"))
		moved(t, a, sights(0, 8))
		if got := must(a.Audits("12", "2026-05", store.AuditFilter{Task: task.ID{Street: "12", Seq: 1003}})); len(got) != 1 {
			t.Errorf("%+v", got)
		}
		if months := must(a.Months("12")); len(months) != 0 {
			t.Errorf("an audit is taken for tasks: %v", months)
		}
	})
}

// We died while the file was written: it has some of the lines, the last one torn.
func TestMoveAuditAfterACrash(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
		ctx := t.Context()
		check(t, s.Audit(ctx, "12", sights(0, 3)...))
		check(t, a.MoveAudit(ctx, s, "12", "2026-05"))
		check(t, s.Audit(ctx, "12", sights(3, 1)...))
		check(t, s.Audit(ctx, "12", sights(4, 1)...))
		check(t, s.Audit(ctx, "12", sights(5, 1)...))
		full := empty(t)
		check(t, full.MoveAudit(ctx, s, "12", "2026-05"))
		lines := strings.SplitAfter(file(t, full, auditFile, "2026-05"), "\n")
		whole := file(t, a, auditFile, "2026-05") + strings.Join(lines, "")
		check(t, s.Audit(ctx, "12", sights(3, 1)...))
		check(t, s.Audit(ctx, "12", sights(4, 1)...))
		check(t, s.Audit(ctx, "12", sights(5, 1)...))
		putAudit(t, a, whole[:len(whole)-len(lines[2])/2])
		check(t, a.MoveAudit(ctx, s, "12", "2026-05"))
		moved(t, a, sights(0, 6))
	})
}

func TestOverlap(t *testing.T) {
	cases := []struct {
		written, kept string
		want          int
	}{
		{"", "", 0}, {"", "a b", 0}, {"a b", "", 0}, {"a b", "a b", 2}, {"a b", "a b c", 2}, {"a b c", "b c d", 2},
		{"a b", "c d", 0}, {"x a", "a b", 1}, {"a b c", "b c", 2}, {"a a", "a a a", 2},
	}
	for _, c := range cases {
		if got := overlap(strings.Fields(c.written), strings.Fields(c.kept)); got != c.want {
			t.Errorf("%q then %q: %d, want %d", c.written, c.kept, got, c.want)
		}
	}
}
