package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/redistest"
)

// furnished is a ground with everything a file can hold.
func furnished() grid.Ground {
	g := small()
	g.Areas[8] = grid.Area{ID: "m12", Level: grid.Microgrid, Name: "幸福里小区", Parent: "g12", Aliases: []string{"幸福里", "老粮站"},
		Roads: []string{"康宁路"}, Buildings: []string{"1-4", "A", "幼儿园"}, Lat: 28.6592, Lon: 121.4141}
	g.Staff[3].Leaves = []grid.Leave{{From: grid.Day(2026, 12, 1), To: grid.Day(2026, 12, 4)}}
	g.Staff[3].Substitutes = []string{"d12", "both"}
	g.Staff[2].Phone, g.Staff[3].Phone = "13812345678", "13812345678"
	g.Staff[4].Away = true
	g.Staff[4].Posts = append(g.Staff[4].Posts, grid.Post{Role: grid.Department, Area: "13", Unit: grid.Units()[0]})
	g.Roster = []grid.Shift{
		{Area: "g12", Weekdays: grid.Days(time.Monday, time.Sunday), Span: grid.Span{From: 22 * time.Hour, To: 30 * time.Hour}, Staff: "w12"},
		{Area: "13", Weekdays: grid.EveryDay, Span: grid.Span{From: 8*time.Hour + 30*time.Minute, To: 20 * time.Hour}, Staff: "d13"},
	}
	return g
}

// An export that is imported again changes nothing, as a workbook and as csv files.
func TestImportOfAnExportChangesNothing(t *testing.T) {
	s := storeAt(t, redisFor(t, redistest.Options{Kind: redistest.Embedded}))
	check(t, s.SaveGround(t.Context(), 0, furnished()))
	config, dir := settings(t, ""), t.TempDir()
	for _, files := range [][]string{
		{"--workbook", filepath.Join(dir, "all.xlsx")},
		{"--areas", filepath.Join(dir, "areas.csv"), "--staff", filepath.Join(dir, "staff.csv"), "--roster", filepath.Join(dir, "roster.csv")},
	} {
		code, out, errs := command(append([]string{"export", "-c", config}, files...)...)
		if code != 0 || !strings.Contains(out, "9 areas, 6 people and 2 shifts exported") {
			t.Fatalf("%d %s %s", code, out, errs)
		}
		for i := 1; i < len(files); i += 2 {
			if info, err := os.Stat(files[i]); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v %v", files[i], info, err)
			}
		}
		code, out, errs = command(append([]string{"import", "-c", config}, files...)...)
		if v, err := s.DirectoryVersion(t.Context()); code != 0 || !strings.Contains(out, "nothing changes") || v != 1 || err != nil {
			t.Errorf("%d %s %s, version %d, %v", code, out, errs, v, err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// The sheet to begin with needs no Redis, and is read as nothing rather than refused
// for its form.
func TestExportTemplate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "empty.xlsx")
	if code, out, errs := command("export", "--template", file, "-c", settings(t, "redis: {addrs: [\"127.0.0.1:1\"]}\n")); code != 0 || !strings.Contains(out, file) {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	f, err := os.Open(file)
	check(t, err)
	defer f.Close()
	if g, err := grid.ReadWorkbook(f); err != nil || len(g.Areas)+len(g.Staff)+len(g.Roster) != 0 {
		t.Errorf("%+v, %v", g, err)
	}
}

// A file that cannot be written whole is not there at all, and one that was stays.
func TestExportIsWholeOrNotAtAll(t *testing.T) {
	path := write(t, "areas.csv", "what was there")
	broken := errors.New("disk full")
	err := writeWhole(path, func(w io.Writer) error { _, _ = io.WriteString(w, "half"); return broken })
	text, readErr := os.ReadFile(path)
	if !errors.Is(err, broken) || readErr != nil || string(text) != "what was there" {
		t.Errorf("%v, %q, %v", err, text, readErr)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := writeWhole(filepath.Join(t.TempDir(), "no", "areas.csv"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("into no folder: %v", err)
	}
}
