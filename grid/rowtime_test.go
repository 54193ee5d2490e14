package grid

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// staffRow reads one person with these cells for 状态, 请假, 请假起, 请假止, 替班.
func staffRow(cells string) ([]Staff, error) {
	return ReadStaff(strings.NewReader("工号,姓名,岗位,辖区,状态,请假,请假起,请假止,替班\ns1,甲,网格长,g1," + cells + "\n"))
}

func TestLeaveAsAClerkWritesIt(t *testing.T) {
	for cells, want := range map[string]string{
		"":                                     "[]",
		",2026-12-01":                          "[2026-12-01~2026-12-01]",
		",2026-12-01~2026-12-03":               "[2026-12-01~2026-12-03]",
		",2026/12/1～2026/12/3":                 "[2026-12-01~2026-12-03]",
		",2026/12/1-2026/12/3":                 "[2026-12-01~2026-12-03]",
		",2026-12-01 - 2026-12-03":             "[2026-12-01~2026-12-03]",
		",2026年12月1日至2026年12月3日":               "[2026-12-01~2026-12-03]",
		",2026年12月1日至12月3日":                    "[2026-12-01~2026-12-03]",
		",2026.12.1 到 12.3":                    "[2026-12-01~2026-12-03]",
		",2026-12-01——2026-12-03":              "[2026-12-01~2026-12-03]",
		",2026-12-30~2027-01-02":               "[2026-12-30~2027-01-02]",
		",46357":                               "[2026-12-01~2026-12-01]",
		",46357-46359":                         "[2026-12-01~2026-12-03]",
		",2026-12-01；2026-12-05~2026-12-06":    "[2026-12-01~2026-12-01 2026-12-05~2026-12-06]",
		",,2026-12-01,2026/12/3":               "[2026-12-01~2026-12-03]",
		",,2026年12月1日,46359":                   "[2026-12-01~2026-12-03]",
		",2026-11-01,2026-12-01,2026-12-03,":   "[2026-11-01~2026-11-01 2026-12-01~2026-12-03]",
		"请假,2028-02-29":                        "[2028-02-29~2028-02-29]",
		",2026-12-01~":                         "请假/leave",
		",2026-02-29":                          "请假/leave",
		",2026-13-01":                          "请假/leave",
		",1926-12-01":                          "请假/leave",
		",明天":                                  "请假/leave",
		",12月1日":                               "请假/leave",
		",2026-12-01~2026-12-33":               "请假/leave",
		",2026-12-03~2026-12-01":               "请假/leave_order",
		",46359~12月1日":                         "请假/leave",
		",99999":                               "请假/leave",
		",12345":                               "请假/leave",
		",,2026-12-01,":                        "请假起/half_leave",
		",,,2026-12-01":                        "请假起/half_leave",
		",,2026-12-01,后天":                      "请假起/leave",
		",,2026-12-03,2026-12-01":              "请假起/leave_order",
		",,2026-12-01 08:30:00,2026-12-01 9:0": "请假起/leave",
	} {
		got, err := staffRow(cells)
		if err != nil {
			var list []string
			for _, e := range rowErrors(t, err) {
				list = append(list, strings.TrimPrefix(e, "2/"))
			}
			if strings.Join(list, " ") != want {
				t.Errorf("%s: got %v, want %s", cells, err, want)
			}
			continue
		}
		if s := fmt.Sprint(got[0].Leaves); s != want {
			t.Errorf("%s: got %s, want %s", cells, s, want)
		}
	}
}

func TestRowsOfOnePersonAreJoined(t *testing.T) {
	got, err := ReadStaff(strings.NewReader("工号,姓名,岗位,辖区,请假,替班\n" +
		"s1,甲,网格长,g1,2026-12-01,s2;s3\ns1,甲,市政,g2,2026/12/1;2026-12-05,s3、s4\n"))
	if err != nil || len(got) != 1 {
		t.Fatalf("got %v, %v", got, err)
	}
	want := "{s1 甲 [{grid_head g1 } {department g2 municipal}] false [2026-12-01~2026-12-01 2026-12-05~2026-12-05] [s2 s3 s4] }"
	if s := fmt.Sprint(got[0]); s != want {
		t.Errorf("got %s", s)
	}
}

func TestPostsByTheirNames(t *testing.T) {
	for cell, want := range map[string]string{
		"网格长": "{grid_head g1 }", "grid_head": "{grid_head g1 }", "社工": "{social_worker g1 }", "在职党员": "{party_member g1 }",
		"部门": "{department g1 }", "市政": "{department g1 municipal}", "部门:市政": "{department g1 municipal}", "部门： 城管": "{department g1 urban_management}",
		"fire": "{department g1 fire}", "综合执法队": "{department g1 urban_management}",
		"部门:皇帝": "", "物业:市政": "", "部门:": "", "三方": "", "皇帝": "",
	} {
		got, err := ReadStaff(strings.NewReader("工号,姓名,岗位,辖区\ns1,甲," + cell + ",g1\n"))
		if want == "" {
			if err == nil || rowErrors(t, err)[0] != "2/岗位/role" {
				t.Errorf("%s: got %v, %v", cell, got, err)
			}
			continue
		}
		if err != nil || fmt.Sprint(got[0].Posts[0]) != want {
			t.Errorf("%s: got %v, %v", cell, got, err)
		}
	}
}

func TestReadRoster(t *testing.T) {
	got, err := ReadRoster(strings.NewReader("区域,星期,时段,工号\ng1;g2,周一至周五,08:30-12:00；13:30-17:30,s1\ng1,每天,22:00-06:00,s1、s2\n"))
	work := Days(1, 2, 3, 4, 5)
	morning, afternoon, night := Span{clock(8, 30), clock(12, 0)}, Span{clock(13, 30), clock(17, 30)}, hours(22, 30)
	want := []Shift{{"g1", work, morning, "s1"}, {"g1", work, afternoon, "s1"}, {"g2", work, morning, "s1"}, {"g2", work, afternoon, "s1"},
		{"g1", EveryDay, night, "s1"}, {"g1", EveryDay, night, "s2"}}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, %v", got, err)
	}
	_, err = ReadRoster(strings.NewReader("区域,星期,时段,工号\n,,,s1\ng1,周八,25:00-26:00,\n"))
	if err == nil {
		t.Fatal("accepted")
	}
	if s := strings.Join(rowErrors(t, err), " "); s != "2/星期/missing 2/时段/missing 2/区域/missing 3/星期/weekdays 3/时段/span 3/工号/missing" {
		t.Errorf("got %s", s)
	}
	if text := err.Error(); strings.ContainsAny(text, "{}%") || strings.Contains(text, "row.") {
		t.Errorf("unfinished words: %s", text)
	}
}

func TestWeekdaysAsAClerkWritesThem(t *testing.T) {
	work, end := Days(1, 2, 3, 4, 5), Days(6, 0)
	for text, want := range map[string]Weekdays{
		"周一": Days(1), "星期日": Days(0), "星期天": Days(0), "礼拜六": Days(6), "7": Days(0), "周一至周五": work, "周一到五": work, "1-5": work, "一~五": work,
		"一三五": Days(1, 3, 5), "每天": EveryDay, "周六周日": end, "工作日": work, "周末": end, "周五至周一": Days(5, 6, 0, 1), "周三至周三": Days(3),
		"周": 0, "周八": 0, "周一至": 0, "至": 0, "一二至五": 0, "8": 0, "0": 0, "46357": 0, "周日周一": 0, "一一": 0, "六日": end, "Mon": 0,
	} {
		got, ok := parseWeekdays(text)
		if got != want && want != 0 || ok != (want != 0) {
			t.Errorf("%s: got %07b, %v", text, got, ok)
		}
	}
}

func TestHoursAsAClerkWritesThem(t *testing.T) {
	for text, want := range map[string]Span{
		"08:30-12:00": {clock(8, 30), clock(12, 0)}, "8:30～12:00": {clock(8, 30), clock(12, 0)}, "8：30至12：00": {clock(8, 30), clock(12, 0)},
		"22:00-06:00": hours(22, 30), "22:00-次日06:00": hours(22, 30), "8:00-8:00": hours(8, 32), "00:00-24:00": hours(0, 24), "全天": hours(0, 24),
		"18:00-24:00": hours(18, 24), "18:00-00:00": hours(18, 24), "08:00-次日08:00": hours(8, 32),
		"08:00-次日09:00": {}, "8:30": {}, "8-12": {}, "24:00-25:00": {}, "24:00-01:00": {}, "08:60-09:00": {}, "-1:00-2:00": {}, "08:30-12:00x": {}, "": {}, "8:3-9:0": {},
	} {
		got, ok := parseHours(text)
		if ok != (want != Span{}) || ok && got != want {
			t.Errorf("%s: got %v, %v", text, got, ok)
		}
	}
}

// TestDaysAreReadBack writes sets of days and hours and reads them.
func TestDaysAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := Weekdays(rapid.IntRange(1, 127).Draw(t, "days"))
		var back Weekdays
		for s := range strings.SplitSeq(w.String(), ";") {
			days, ok := parseWeekdays(s)
			if !ok {
				t.Fatalf("%s is not read", s)
			}
			back |= days
		}
		from := time.Duration(rapid.IntRange(0, 24*60-1).Draw(t, "from")) * time.Minute
		span := Span{from, from + time.Duration(rapid.IntRange(1, 24*60).Draw(t, "for"))*time.Minute}
		hours, ok := parseHours(hoursText(span))
		if back != w || !ok || hours != span {
			t.Fatalf("wrote %s %s, read %s %v", w, hoursText(span), back, hours)
		}
	})
}

func TestBuildingsThatBecameDays(t *testing.T) {
	for _, cell := range []string{"1月4日", "46026", "3;12月1日"} {
		_, err := ReadAreas(strings.NewReader(areaHeading + "1,微网格,甲,2,,," + cell + "\n"))
		if err == nil || rowErrors(t, err)[0] != "2/楼栋/turned" {
			t.Errorf("%s: %v", cell, err)
		}
	}
	if _, err := ReadAreas(strings.NewReader(areaHeading + "1,微网格,甲,2,,,1-4;1008;一月楼\n")); err != nil {
		t.Error(err)
	}
}
