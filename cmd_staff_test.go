package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/store"
	"gridbot/task"
)

// What grids and streets lack, with their full names, for people and for a spreadsheet.
func TestStaffGaps(t *testing.T) {
	s := storeAt(t, redisFor(t, redistest.Options{Kind: redistest.Embedded}))
	config := settings(t, "")
	if code, _, errs := command("staff", "gaps", "-c", config); code != 1 || !strings.Contains(errs, "nothing was imported yet") {
		t.Errorf("%d %s", code, errs)
	}
	check(t, s.SaveGround(t.Context(), 0, without(small(), "w13", "d13")))
	code, out, errs := command("staff", "gaps", "-c", config)
	if code != 0 || !strings.Contains(out, "名c13名g13") || !strings.Contains(out, "专职网格员") || !strings.Contains(out, "posts nobody holds: 6") {
		t.Errorf("%d %s %s", code, out, errs)
	}
	code, out, errs = command("staff", "gaps", "--csv", "-c", config)
	plain, marked := strings.CutPrefix(out, "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(plain)).ReadAll()
	if code != 0 || !marked || err != nil || len(rows) != 7 || !slices.Equal(rows[0], []string{"编号", "名称", "缺少的岗位"}) {
		t.Fatalf("%d %q %v %s", code, rows, err, errs)
	}
	for _, want := range [][]string{
		{"13", "名13", "街道指挥室"}, {"g13", "名13 名c13名g13", "网格长"}, {"g13", "名13 名c13名g13", "专职网格员"},
		{"g12", "名12 名c12名g12", "网格长"}, {"h12", "名12 名c12名h12", "网格长"}, {"h12", "名12 名c12名h12", "专职网格员"},
	} {
		if !slices.ContainsFunc(rows, func(r []string) bool { return slices.Equal(r, want) }) {
			t.Errorf("%v is not in %v", want, rows)
		}
	}
}

func TestNoGaps(t *testing.T) {
	var out bytes.Buffer
	g := grid.Ground{Areas: []grid.Area{{ID: "12", Level: grid.Street, Name: "和风街道"}},
		Staff: []grid.Staff{{ID: "s1", Name: "周敏华", Posts: []grid.Post{{Role: grid.Dispatcher, Area: "12"}}}}}
	if check(t, printGaps(&out, built(t, g))); out.String() != "posts nobody holds: 0\n" {
		t.Errorf("%q", out.String())
	}
}

// New codes for those named, joined or not, or for everybody who has not joined.
func TestStaffCodes(t *testing.T) {
	s := storeAt(t, redisFor(t, redistest.Options{Kind: redistest.Embedded}))
	check(t, s.SaveGround(t.Context(), 0, small()))
	check(t, s.AddCodes(t.Context(), []store.Code{{Code: "firstcode", Staff: "w12"}}))
	_, err := s.Join(t.Context(), "firstcode", task.Person{Account: "a", OpenID: "old phone"})
	check(t, err)
	config, file := settings(t, ""), filepath.Join(t.TempDir(), "codes.tsv")
	if code, _, errs := command("staff", "codes", "--staff", "w12,nobody", "-c", config); code != 1 || !strings.Contains(errs, "nobody has the id nobody") {
		t.Errorf("%d %s", code, errs)
	}
	code, out, errs := command("staff", "codes", "--staff", "w12", "--staff", "d13", "-c", config)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	first := strings.Split(lines[0], "\t")
	if code != 0 || len(lines) != 2 || len(first) != 3 || first[0] != "w12" {
		t.Fatalf("%d %s %s", code, out, errs)
	}
	phone := task.Person{Account: "a", OpenID: "new phone"}
	if who, err := s.Join(t.Context(), first[2], phone); who != "w12" || err != nil {
		t.Errorf("joined as %s: %v", who, err)
	}
	if p, err := s.StaffPerson(t.Context(), "w12"); p != phone || err != nil {
		t.Errorf("w12 is %v: %v", p, err)
	}
	code, _, errs = command("staff", "codes", "--codes", file, "-c", config)
	list, err := os.ReadFile(file)
	if code != 0 || err != nil || bytes.Count(list, []byte("\n")) != 5 || bytes.Contains(list, []byte("w12")) {
		t.Errorf("%d %s %q %v", code, errs, list, err)
	}
}

// Leave is marked and taken back; a leave that is on ends with it, a later one stays.
func TestStaffAwayAndBack(t *testing.T) {
	s := storeAt(t, redisFor(t, redistest.Options{Kind: redistest.Embedded}))
	g := small()
	today := time.Now().In(time.FixedZone("", 8*60*60))
	on := grid.Leave{From: grid.Day(today.Date()).AddDate(0, 0, -1), To: grid.Day(today.Date()).AddDate(0, 0, 3)}
	later := grid.Leave{From: on.To.AddDate(0, 1, 0), To: on.To.AddDate(0, 1, 2)}
	g.Staff[3].Leaves = []grid.Leave{on, later}
	check(t, s.SaveGround(t.Context(), 0, g))
	config := settings(t, "")
	if code, _, errs := command("staff", "away", "w12", "nobody", "-c", config); code != 1 || !strings.Contains(errs, "nobody has the id nobody") {
		t.Errorf("%d %s", code, errs)
	}
	for i, step := range []struct {
		args       []string
		told       string
		w12, w13   bool // on leave until further notice
		leavesLeft int
	}{
		{[]string{"away", "w12", "w13"}, "w13 金伟强: on leave", true, true, 2},
		{[]string{"back", "w12"}, "w12 张小燕: back", false, true, 1},
	} {
		code, out, errs := command(append(append([]string{"staff"}, step.args...), "-c", config)...)
		d, err := loadImported(t.Context(), s)
		check(t, err)
		w12, _ := d.old.Staff("w12")
		w13, _ := d.old.Staff("w13")
		if code != 0 || !strings.Contains(out, step.told) || d.version != int64(i+2) {
			t.Errorf("%v: %d %s %s, version %d", step.args, code, out, errs, d.version)
		}
		if w12.Away != step.w12 || w13.Away != step.w13 || len(w12.Leaves) != step.leavesLeft {
			t.Errorf("%v: %+v %+v", step.args, w12, w13)
		}
	}
}
