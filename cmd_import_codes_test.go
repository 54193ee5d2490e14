package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/store"
	"gridbot/task"
)

// More people than go in one round trip: each gets one code of their own, those who
// have joined none.
func TestCodesForMany(t *testing.T) {
	s := storeAt(t, redisFor(t, redistest.Options{Kind: redistest.Embedded}))
	var staff []grid.Staff
	for i := range 2*chunk + 7 {
		staff = append(staff, grid.Staff{ID: fmt.Sprintf("p%d", i), Name: "张小燕"})
	}
	check(t, s.AddCodes(t.Context(), []store.Code{{Code: "firstcode", Staff: "p3"}}))
	_, err := s.Join(t.Context(), "firstcode", task.Person{Account: "a", OpenID: "o"})
	check(t, err)
	waiting, err := notJoined(t.Context(), s, staff)
	check(t, err)
	codes, err := makeCodes(t.Context(), s, waiting, progress{})
	check(t, err)
	seen := map[string]bool{}
	for _, c := range codes {
		seen[c.code], seen[c.staff.ID] = true, true
	}
	if len(codes) != len(staff)-1 || len(seen) != 2*len(codes) || seen["p3"] {
		t.Errorf("%d codes, %d codes and people", len(codes), len(seen))
	}
	last := codes[len(codes)-1]
	if who, err := s.Join(t.Context(), last.code, task.Person{Account: "a", OpenID: "p"}); who != last.staff.ID || err != nil {
		t.Errorf("joined as %s: %v", who, err)
	}
}

// A file of codes keeps its old ones until there are new ones, and then has only those.
func TestCodeSheet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "codes.tsv")
	check(t, os.WriteFile(path, []byte("old codes of last year, longer than the new ones\n"), 0o644))
	var out strings.Builder
	sheet, err := openCodes(path, &out)
	check(t, err)
	if old, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(old), "old codes") {
		t.Errorf("%q %v", old, err)
	}
	check(t, sheet.write([]joinCode{{grid.Staff{ID: "s1", Name: "张小燕"}, "abc"}}))
	check(t, sheet.close())
	text, err := os.ReadFile(path)
	info, _ := os.Stat(path)
	if string(text) != "s1\t张小燕\tabc\n" || err != nil || info.Mode().Perm() != 0o600 || !strings.Contains(out.String(), "1 join codes written") {
		t.Errorf("%q %v %v %s", text, err, info.Mode(), out.String())
	}
	sheet, err = openCodes("", &out)
	check(t, err)
	check(t, sheet.write([]joinCode{{grid.Staff{ID: "s2", Name: "金伟强"}, "def"}}))
	if check(t, sheet.close()); !strings.HasSuffix(out.String(), "s2\t金伟强\tdef\n") {
		t.Error(out.String())
	}
}
