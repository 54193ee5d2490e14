package archive

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gridbot/redistest"
	"gridbot/store"
	"gridbot/task"
)

func TestAppendAndFind(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
		all := records(t, s, 5)
		check(t, a.Append("12", "2026-05", all[:2]))
		check(t, a.Append("12", "2026-05", all[2:4]))
		check(t, a.Append("12", "2026-04", all[4:]))
		for _, r := range all[:4] {
			if got, err := a.Find(r.ID, "2026-05"); err != nil || !got.Same(r) {
				t.Errorf("%s: %+v %v", r.ID, got, err)
			}
		}
		for _, month := range []string{"2026-05", "2026-03"} { // one has a file, the other none
			if _, err := a.Find(all[4].ID, month); !errors.Is(err, task.ErrNotFound) {
				t.Errorf("%s: %v", month, err)
			}
		}
		if got := tasks(t, a, "2026-05"); len(got) != 4 {
			t.Errorf("%d tasks", len(got))
		}
		if months, err := a.Months("12"); err != nil || !reflect.DeepEqual(months, []string{"2026-04", "2026-05"}) {
			t.Errorf("%v %v", months, err)
		}
		if months, err := a.Months("13"); err != nil || len(months) != 0 {
			t.Errorf("of a street without files: %v %v", months, err)
		}
		if err := a.Append("13", "2026-05", all); err == nil || leaks(err.Error()) {
			t.Errorf("tasks of another street: %v", err)
		}
	})
}

// Nobody but the service reads what people said.
func TestFilesAreOurs(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
		check(t, a.Append("12", "2026-05", records(t, s, 1)))
		err := filepath.Walk(a.dir, func(path string, info os.FileInfo, err error) error {
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s: %v", filepath.Base(path), info.Mode())
			}
			return err
		})
		check(t, err)
	})
}

func TestNamesStayInTheDirectory(t *testing.T) {
	a := empty(t)
	for _, c := range [][2]string{{"..", "2026-05"}, {"", "2026-05"}, {"a/b", "2026-05"}, {"12", "2026-5"}, {"12", "2026-13"}, {"12", "../2026-05"}, {"12", ""}} {
		if path, err := a.path(c[0], "", c[1]); err == nil {
			t.Errorf("%v became %s", c, path)
		}
		if err := a.Append(c[0], c[1], nil); err == nil {
			t.Errorf("%v was written", c)
		}
		if _, err := a.Rewrite(c[0], c[1], Changes{}); err == nil {
			t.Errorf("%v was rewritten", c)
		}
	}
	if _, err := a.Months("../12"); err == nil {
		t.Error("months of a path")
	}
	if _, err := Open(""); err == nil {
		t.Error("no directory")
	}
}

// A line that a later one makes void does not count, nor does one that is damaged.
func TestTheLastLineCounts(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
		r := records(t, s, 2)
		masked := must(r[0].Redacted(mask))
		check(t, a.Append("12", "2026-05", []store.Record{r[0], r[1], masked}))
		text := file(t, a, "", "2026-05")
		put(t, a, "2026-05", text+"00000000 {\"id\":\""+r[1].ID.String()+"\",\"v\":9}\n")
		if got := must(a.Find(r[0].ID, "2026-05")); !got.Same(masked) {
			t.Errorf("%+v", got)
		}
		got := tasks(t, a, "2026-05")
		if len(got) != 2 || !got[r[0].ID].Same(masked) || !got[r[1].ID].Same(r[1]) {
			t.Errorf("%+v", got)
		}
	})
}

// Whatever a crash leaves of what was not acknowledged, everything acknowledged is
// found, what comes after it too, and the rest is struck.
func TestATornEnd(t *testing.T) {
	srv := redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded})
	s := connect(t, addresses(srv))
	all := records(t, s, 6)
	a := empty(t)
	check(t, a.Append("12", "2026-05", all[:2]))
	kept := file(t, a, "", "2026-05")
	check(t, a.Append("12", "2026-05", all[2:4]))
	whole := file(t, a, "", "2026-05")
	rapid.Check(t, func(rt *rapid.T) {
		cut := rapid.IntRange(len(kept), len(whole)).Draw(rt, "cut")
		put(t, a, "2026-05", whole[:cut])
		check(t, a.Append("12", "2026-05", all[4:]))
		for _, r := range append(all[:2:2], all[4:]...) {
			if got, err := a.Find(r.ID, "2026-05"); err != nil || !got.Same(r) {
				rt.Fatalf("%s: %v", r.ID, err)
			}
		}
		for l, err := range a.read("12", "", "2026-05") {
			if err != nil || l.state != good && l.state != struck {
				rt.Fatalf("%+v %v", l, err)
			}
		}
		unread := strings.Count(whole[:cut], "\n")
		if n := len(tasks(t, a, "2026-05")); n != unread+2 {
			rt.Fatalf("%d tasks, %d lines", n, unread)
		}
	})
}

// A long unfinished line, longer than what is read at once.
func TestALongTornEnd(t *testing.T) {
	a := empty(t)
	line := string(appendLine(nil, []byte(`{"id":"12-1042","v":1,"f":{},"l":null}`)))
	for _, begin := range []string{"", line, strings.Repeat(line, 3000)} {
		put(t, a, "2026-05", begin+strings.Repeat(telephone, 20_000))
		check(t, a.Append("12", "2026-05", nil))
		text := file(t, a, "", "2026-05")
		if leaks(text) || !strings.HasPrefix(text, begin) || !strings.HasSuffix(text, " \n") {
			t.Errorf("%d bytes after %d", len(text), len(begin))
		}
	}
}

// Where nothing can be written, it is told, and says nothing of anybody.
func TestNoPlaceToWrite(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
		r := records(t, s, 1)
		check(t, os.WriteFile(a.dir, nil, 0o600)) // a file where the directory should be
		err := a.Append("12", "2026-05", r)
		if err == nil || leaks(err.Error()) {
			t.Errorf("%v", err)
		}
		done, err := a.Move(t.Context(), s, "12", noon.Add(day))
		if err == nil || done.Tasks != 0 {
			t.Errorf("%+v %v", done, err)
		}
		if _, err := s.Get(t.Context(), r[0].ID); err != nil {
			t.Errorf("the task is gone: %v", err)
		}
	})
}
