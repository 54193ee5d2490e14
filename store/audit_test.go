package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/task"
)

func numbered(n int64) task.ID { return task.ID{Street: "12", Seq: n} }

// audits reads a month whole.
func audits(t *testing.T, s *Store, month string, f AuditFilter) (out []Sight) {
	t.Helper()
	for x, err := range s.Audits(t.Context(), "12", month, f) {
		check(t, err)
		out = append(out, x)
	}
	return out
}

func TestAudit(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		ctx := t.Context()
		seen := Sight{At: noon, Staff: "s11", Name: "王建国", Act: Viewed, Task: numbered(1042)}
		check(t, s.Audit(ctx, "12", seen))
		var list []Sight
		for n := range int64(20) {
			list = append(list, Sight{At: at(time.Minute), Staff: "s12", Name: "李", Act: Listed, Task: numbered(1040 + n)})
		}
		check(t, s.Audit(ctx, "12", list...))
		check(t, s.Audit(ctx, "12", Sight{At: at(2 * time.Minute), Name: "operator root", Act: Audited, Why: "按月检查"}))
		check(t, s.Audit(ctx, "12"))
		key := streetOf("12").audit("2026-05")
		if n := s.rdb.LLen(ctx, key).Val(); n != 3 {
			t.Errorf("%d lines, want one for each answer", n)
		}
		all := audits(t, s, "2026-05", AuditFilter{})
		if len(all) != 22 || all[0] != local(seen) || !slices.IsSortedFunc(all, func(a, b Sight) int { return a.At.Compare(b.At) }) {
			t.Errorf("%+v", all)
		}
		if last := all[21]; last.Act != Audited || !last.Task.Zero() || last.Why != "按月检查" {
			t.Errorf("last %+v", last)
		}
		cases := []struct {
			f    AuditFilter
			want int
		}{
			{AuditFilter{Task: numbered(1042)}, 2},
			{AuditFilter{Staff: "s12"}, 20},
			{AuditFilter{Task: numbered(1042), Staff: "s12"}, 1},
			{AuditFilter{Task: numbered(9999)}, 0},
			{AuditFilter{Staff: "s1"}, 0},
		}
		for _, c := range cases {
			if got := audits(t, s, "2026-05", c.f); len(got) != c.want {
				t.Errorf("%+v: %d, want %d", c.f, len(got), c.want)
			}
		}
		if got := audits(t, s, "2026-04", AuditFilter{}); len(got) != 0 {
			t.Errorf("another month: %+v", got)
		}
	})
}

// local is a sight as it comes back: with the time of this machine's zone.
func local(s Sight) Sight { s.At = fromMS(ms(s.At)); return s }

// One answer is one command, whatever it shows.
func TestAuditIsOneWrite(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		var r recorder
		s.rdb.AddHook(&r)
		check(t, s.Audit(t.Context(), "12",
			Sight{At: noon, Staff: "a", Act: Listed, Task: numbered(1001)}, Sight{At: noon, Staff: "a", Act: Searched, Task: numbered(1002)}))
		pushes := 0
		for _, args := range r.sent { // beside them the client greets the server
			if args[0] == "rpush" {
				pushes++
			}
		}
		if pushes != 1 {
			t.Errorf("%v", r.sent)
		}
	})
}

func TestAuditRefusesAnotherStreet(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		err := s.Audit(t.Context(), "12", Sight{At: noon, Act: Viewed, Task: task.ID{Street: "13", Seq: 1042}})
		if err == nil || len(audits(t, s, "2026-05", AuditFilter{})) != 0 {
			t.Errorf("%v", err)
		}
	})
}

// More lines than one page, and a reader who has seen enough.
func TestAuditsPageByPage(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		n := 2*auditPage + 3
		var list []Sight
		for i := range n {
			list = append(list, Sight{At: at(time.Duration(i) * time.Second), Act: Viewed, Task: numbered(int64(1001 + i))})
		}
		check(t, s.Audit(t.Context(), "12", list...))
		got := audits(t, s, "2026-05", AuditFilter{})
		if len(got) != n || got[n-1].Task != numbered(int64(1000+n)) {
			t.Errorf("%d of %d", len(got), n)
		}
		count := 0
		for range s.Audits(t.Context(), "12", "2026-05", AuditFilter{}) {
			if count++; count == 3 {
				break
			}
		}
		if count != 3 {
			t.Errorf("read on to %d", count)
		}
	})
}

func TestAuditDamage(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		check(t, s.rdb.RPush(t.Context(), streetOf("12").audit("2026-05"), "{").Err())
		failed := 0
		for _, err := range s.Audits(t.Context(), "12", "2026-05", AuditFilter{}) {
			if err == nil || !strings.Contains(err.Error(), "street 12") {
				t.Errorf("%v", err)
			}
			failed++
		}
		if failed != 1 {
			t.Errorf("told %d times", failed)
		}
	})
}

func TestAuditMonths(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		ctx := t.Context()
		for _, month := range []time.Time{noon, noon.AddDate(0, -1, 0), noon.AddDate(0, -14, 0), noon.AddDate(-11, 0, 0), noon.AddDate(0, 1, 0)} {
			check(t, s.Audit(ctx, "12", Sight{At: month, Act: Viewed}))
		}
		end := time.Date(2026, 5, 31, 23, 0, 0, 0, time.UTC) // a month back from here there is no 31st
		for _, c := range []struct {
			before time.Time
			want   string
		}{
			{noon, "[2025-03 2026-04]"}, {end, "[2025-03 2026-04]"}, {end.Add(time.Hour), "[2025-03 2026-04 2026-05]"},
			{noon.AddDate(-5, 0, 0), "[2015-05]"},
		} {
			if got := fmt.Sprint(must(s.AuditMonths(ctx, "12", c.before))); got != c.want {
				t.Errorf("before %v: %s, want %s", c.before, got, c.want)
			}
		}
	})
}

func TestDropAuditOnlyWhatWasWritten(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		ctx := t.Context()
		check(t, s.Audit(ctx, "12", Sight{At: noon, Act: Viewed}, Sight{At: at(1e9), Act: Viewed}))
		for _, c := range []struct {
			written int
			gone    bool
		}{{1, false}, {3, false}, {2, true}, {2, false}, {0, false}} {
			if gone, err := s.DropAudit(ctx, "12", "2026-05", c.written); gone != c.gone || err != nil {
				t.Errorf("%d written: %v, %v", c.written, gone, err)
			}
		}
	})
}
