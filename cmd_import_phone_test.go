package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gridbot/redistest"
)

// Numbers of staff come and go with the lists; nothing an import or an export prints
// holds one in full, right or wrong.
func TestImportOfPhones(t *testing.T) {
	s := storeAt(t, redisFor(t, redistest.Options{Kind: redistest.Embedded}))
	areas, config := write(t, "areas.csv", "编号,级别,名称,上级\n12,街道,和风街道,\n"), settings(t, "")
	staff := func(heading, first, second string) string {
		return "工号,姓名,岗位,辖区" + heading + "\ns01,周敏华,街道指挥室,12" + first + "\ns02,吴志远,街道指挥室,12" + second + "\n"
	}
	for _, c := range []struct {
		staff, args, told, phone string
		code                     int
	}{
		{staff(",联系电话", ",+86 139-1234-5678", ","), "", "1 areas and 2 people imported", "13912345678", 0},
		{staff(",手机", ",13912345678", ",1391234567"), "", "第3行「手机」：不是手机号", "13912345678", 1},
		{staff(",手机", ",1.39E+10", ","), "", "第2行「手机」：号码不全", "13912345678", 1},
		{staff(",手机", ",13912345678", ",13812345678\ns02,吴志远,网格长,12,13912345678"), "", "第4行「手机」：同一工号前面填的是另一个手机号", "13912345678", 1},
		{staff(",手机", ",13812344321", ","), "", "people with another phone number: 1\n  s01 周敏华: *5678 → *4321\n", "13812344321", 0},
		{staff("", "", ""), "", "add --yes", "13812344321", 1},
		{staff("", "", ""), "--yes", "s01 周敏华: *4321 → none", "", 0},
	} {
		args := append([]string{"import", "-c", config, "--areas", areas, "--staff", write(t, "staff.csv", c.staff)}, strings.Fields(c.args)...)
		code, out, errs := command(args...)
		all := out + errs
		if code != c.code || !strings.Contains(all, c.told) {
			t.Errorf("%s is not told, %d: %s", c.told, code, all)
		}
		for _, number := range []string{"1391234567", "1381234"} {
			if strings.Contains(all, number) {
				t.Errorf("a number is printed: %s", all)
			}
		}
		if g, err := s.LoadGround(t.Context()); err != nil || g.Staff[0].Phone != c.phone {
			t.Errorf("%s: %q is kept, %v", c.told, g.Staff[0].Phone, err)
		}
	}
}

// An export is the one place that shows numbers, in a file for its owner only.
func TestExportOfPhones(t *testing.T) {
	s := storeAt(t, redisFor(t, redistest.Options{Kind: redistest.Embedded}))
	check(t, s.SaveGround(t.Context(), 0, furnished()))
	file := filepath.Join(t.TempDir(), "staff.csv")
	code, out, errs := command("export", "-c", settings(t, ""), "--staff", file)
	text, err := os.ReadFile(file)
	if code != 0 || err != nil || strings.Contains(out+errs, "1381234") || strings.Count(string(text), ",13812345678\n") != 2 {
		t.Errorf("%d %s %s %v\n%s", code, out, errs, err, text)
	}
	info, err := os.Stat(file)
	if check(t, err); info.Mode().Perm() != 0o600 {
		t.Errorf("anybody may read it: %v", info.Mode())
	}
}
