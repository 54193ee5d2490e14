package main

import (
	"path/filepath"
	"strings"
	"testing"

	"gridbot/grid"
	"gridbot/redistest"
)

// One bad row in either file, and nothing is changed; every bad row is told.
func TestImportAllOrNothing(t *testing.T) {
	r := redisFor(t, redistest.Options{Kind: redistest.Embedded})
	s := storeAt(t, r)
	good, staff := "编号,级别,名称,上级\n12,街道,和风街道,\n", "工号,姓名,岗位,辖区\ns01,周敏华,街道指挥室,12\n"
	cases := []struct {
		name, areas, staff string
		told               []string
	}{
		{"areas", "编号,级别,名称,上级\n12,星球,和风街道,\n,街道,没有编号,\n", staff, []string{"areas.csv: 第2行", "areas.csv: 第3行"}},
		{"staff", good, "工号,姓名,岗位,辖区\ns01,周敏华,皇帝,12\n", []string{"staff.csv: 第2行"}},
		{"both", "编号,级别,名称,上级\n12,星球,和风街道,\n", "工号,姓名,岗位,辖区\ns01,周敏华,皇帝,12\n", []string{"areas.csv: ", "staff.csv: "}},
		{"together", good, "工号,姓名,岗位,辖区\ns01,周敏华,街道指挥室,99\n", []string{"s01", "99"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			code, out, errs := command("import", "-c", settings(t, ""), "--areas", write(t, "areas.csv", c.areas), "--staff", write(t, "staff.csv", c.staff))
			if code != 1 || out != "" {
				t.Errorf("%d %s", code, out)
			}
			for _, told := range append(c.told, "nothing was imported") {
				if !strings.Contains(errs, told) {
					t.Errorf("%q is not told in %s", told, errs)
				}
			}
			if v, err := s.DirectoryVersion(t.Context()); err != nil || v != 0 {
				t.Errorf("version %d: %v", v, err)
			}
		})
	}
}

// A street without a dispatcher, or nobody at all, is refused and changes nothing,
// unless it is wanted; so is a file of codes that cannot be written.
func TestImportWantsDispatchers(t *testing.T) {
	r := redisFor(t, redistest.Options{Kind: redistest.Embedded})
	s := storeAt(t, r)
	areas := write(t, "areas.csv", "编号,级别,名称,上级\n12,街道,和风街道,\n")
	leader := write(t, "staff.csv", "工号,姓名,岗位,辖区\ns01,周敏华,街道领导,12\n")
	desk := write(t, "desk.csv", "工号,姓名,岗位,辖区\ns01,周敏华,街道指挥室,12\n")
	for _, c := range []struct {
		told string
		args []string
	}{
		{"street 12 has no dispatcher", []string{"--staff", leader}},
		{"nobody in the list of staff", []string{"--staff", write(t, "none.csv", "工号,姓名,岗位,辖区\n")}},
		{"nothing was imported", []string{"--staff", desk, "--codes", filepath.Join(t.TempDir(), "no", "codes")}},
	} {
		code, _, errs := command(append([]string{"import", "-c", settings(t, ""), "--areas", areas}, c.args...)...)
		if v, err := s.DirectoryVersion(t.Context()); code != 1 || !strings.Contains(errs, c.told) || v != 0 || err != nil {
			t.Errorf("%s: %d %s, version %d, %v", c.told, code, errs, v, err)
		}
	}
	if code, _, errs := command("import", "-c", settings(t, ""), "--areas", areas, "--staff", leader, "--force"); code != 0 {
		t.Error(errs)
	}
}

// What an earlier program let pass must not stand in the way for ever: it is told,
// and --force replaces it.
func TestImportOverWhatDoesNotFit(t *testing.T) {
	s := storeAt(t, redisFor(t, redistest.Options{Kind: redistest.Embedded}))
	check(t, s.SaveGround(t.Context(), 0, grid.Ground{Staff: []grid.Staff{{ID: "s01", Name: "周敏华", Posts: []grid.Post{{Role: "king", Area: "12"}}}}}))
	args := []string{"import", "-c", settings(t, ""), "--areas", write(t, "areas.csv", "编号,级别,名称,上级\n12,街道,和风街道,\n"),
		"--staff", write(t, "staff.csv", "工号,姓名,岗位,辖区\ns01,周敏华,街道指挥室,12\n")}
	if code, _, errs := command(args...); code != 1 || !strings.Contains(errs, "does not fit together; an import with --force replaces it") || !strings.Contains(errs, "king") {
		t.Errorf("%d %s", code, errs)
	}
	if code, out, errs := command(append(args, "--force")...); code != 0 || !strings.Contains(out, "1 areas and 1 people imported") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	if code, out, errs := command("staff", "gaps", "-c", args[2]); code != 0 || !strings.Contains(out, "posts nobody holds: 0") {
		t.Errorf("%d %s %s", code, out, errs)
	}
}

// Without a file for it the roster stays; a workbook without one has none.
func TestImportKeepsTheRoster(t *testing.T) {
	s := storeAt(t, redisFor(t, redistest.Options{Kind: redistest.Embedded}))
	check(t, s.SaveGround(t.Context(), 0, furnished()))
	dir := t.TempDir()
	areas, staff := filepath.Join(dir, "areas.csv"), filepath.Join(dir, "staff.csv")
	config := settings(t, "")
	if code, _, errs := command("export", "-c", config, "--areas", areas, "--staff", staff); code != 0 {
		t.Fatal(errs)
	}
	if code, out, errs := command("import", "-c", config, "--areas", areas, "--staff", staff); code != 0 || !strings.Contains(out, "nothing changes") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	bare := furnished()
	bare.Roster = nil
	at := console{out: &strings.Builder{}, errs: &strings.Builder{}}
	if err := runImport(t, s, bare, importing{}, at); err == nil || !strings.Contains(err.Error(), "--yes") {
		t.Errorf("a roster was removed unasked: %v", err)
	}
	check(t, runImport(t, s, bare, importing{yes: true}, at))
	if g, err := s.LoadGround(t.Context()); len(g.Roster) != 0 || err != nil {
		t.Errorf("%v, %v", g.Roster, err)
	}
}

// Boundaries and centres that were surveyed are shifted to the system of the platform, and
// come out of the store as they went in.
func TestImportShiftsSurveyedPositions(t *testing.T) {
	s := storeAt(t, redisFor(t, redistest.Options{Kind: redistest.Embedded}))
	rows := "编号,级别,名称,上级,纬度,经度,边界\n12,街道,和风街道,,,,\n1201,社区,幸福里社区,12,,,\n120101,网格,第一网格,1201,,,\n" +
		`m1,微网格,幸福里小区,120101,28.65,121.42,"POLYGON((121.419 28.649, 121.421 28.649, 121.421 28.651, 121.419 28.649))"` + "\n"
	args := []string{"import", "-c", settings(t, ""), "--areas", write(t, "areas.csv", rows),
		"--staff", write(t, "staff.csv", "工号,姓名,岗位,辖区\ns01,周敏华,街道指挥室,12\n"), "--yes"}
	if code, _, errs := command(append(args, "--coordinates", "bd09")...); code != 1 || !strings.Contains(errs, "must be gcj02 or wgs84") {
		t.Errorf("%d %s", code, errs)
	}
	for system, shifted := range map[string]bool{"gcj02": false, "wgs84": true} {
		if code, _, errs := command(append(args, "--coordinates", system)...); code != 0 {
			t.Fatalf("%d %s", code, errs)
		}
		g, err := s.LoadGround(t.Context())
		check(t, err)
		a := g.Areas[len(g.Areas)-1]
		if corner := a.Boundary[0][0][0]; (a.Lon != 121.42) != shifted || (corner.Lon() != 121.419) != shifted || len(a.Boundary[0][0]) != 4 {
			t.Errorf("%s: centre %v, %v, boundary %v", system, a.Lat, a.Lon, a.Boundary)
		}
	}
}
