package grid

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestReadPlans(t *testing.T) {
	got, err := ReadPlans(strings.NewReader(`# an invented year
2027:
  free: [2026-12-31..2027-01-02, 2027-10-01]
  work: [2027-01-04]
2026:
  work:
    - 2026-02-15 # a local change of a year that is known
`))
	if err != nil {
		t.Fatal(err)
	}
	want := Plans{
		2026: {"2026-02-15": true},
		2027: {"2026-12-31": false, "2027-01-01": false, "2027-01-02": false, "2027-01-04": true, "2027-10-01": false},
	}
	if !maps.EqualFunc(got, want, maps.Equal) {
		t.Errorf("read %v", got)
	}
	for _, nothing := range []string{"", "# nothing yet\n", "{}"} {
		if got, err := ReadPlans(strings.NewReader(nothing)); err != nil || len(got) != 0 {
			t.Errorf("%q holds %v, %v", nothing, got, err)
		}
	}
}

// Each file is followed by what is told about it, all of it.
func TestReadPlansTellsEveryMistake(t *testing.T) {
	for _, tt := range []struct{ file, want string }{
		{"- 2027-01-01\n", "line 1: want years, such as 2027, each with free and work"},
		{"2027\n", "line 1: want years, such as 2027, each with free and work"},
		{"next year:\n  free: []\n", `line 1: "next year" is not a year between 2001 and 2199`},
		{"2200: {}\n", `line 1: "2200" is not a year between 2001 and 2199`},
		{"2027:\n", "line 1: want free and work, each with a list of days"},
		{"2026:\n  free: 2026-12-24\n", "line 2: want a list of days, such as [2027-01-01..2027-01-03]"},
		{"2026:\n  holidays: [2026-12-24]\n", `line 2: "holidays" is neither free nor work`},
		{"2026:\n  free:\n    - {day: 2026-12-24}\n", "line 3: want a day or a range of days, such as 2027-01-01..2027-01-03"},
		{"2026: {free: [&a 2026-12-24, *a]}\n", "line 1: want a day or a range of days, such as 2027-01-01..2027-01-03"},
		{"2026:\n  free: [2026-02-29]\n", `line 2: "2026-02-29" is not a day such as 2027-01-04`},
		{"2026:\n  free: [2026-1-1]\n", `line 2: "2026-1-1" is not a day such as 2027-01-04`},
		{"2026:\n  free: [~]\n", `line 2: "~" is not a day such as 2027-01-04`},
		{"2026:\n  free: [2026-02-01 .. 2026-02-02]\n", `line 2: "2026-02-01 " is not a day such as 2027-01-04`},
		{"2026:\n  free: [2026-02-01..]\n", `line 2: "" is not a day such as 2027-01-04`},
		{"2026:\n  free: [2026-02-03..2026-02-01]\n", "line 2: 2026-02-03..2026-02-01 runs backwards"},
		{"2026:\n  free: [2025-11-30]\n", "line 2: 2025-11-30 is neither in 2026 nor in the December before"},
		{"2026:\n  free: [2026-12-31..2027-01-01]\n", "line 2: 2026-12-31..2027-01-01 is neither in 2026 nor in the December before"},
		{"2026:\n  free: [2026-02-01]\n  free: [2026-02-02]\n", "line 3: free stands twice, first in line 2"},
		{"2026: {}\n2026: {}\n", "line 2: 2026 stands twice, first in line 1"},
		{"2026:\n  free: [2026-02-01..2026-02-02]\n  work: [2026-02-02]\n", "line 3: 2026-02-02 stands twice, first in line 2"},
		{"2025:\n  work: [2025-12-31]\n2026:\n  free: [2025-12-31..2026-01-01]\n", "line 4: 2025-12-31 stands twice, first in line 2"},
		{"2027:\n  free: [2027-03-05]\n", "line 1: 2027-10-01 is not free, so this is not the whole plan of 2027; single days belong under calendar.overrides"},
		{"2027: {work: [2027-10-01]}\n", "line 1: 2027-10-01 is not free, so this is not the whole plan of 2027; single days belong under calendar.overrides"},
		{"2026: {}\n---\n2025: {}\n", "line 2: nothing may follow the first document"},
		{"2026: {free: [\n", "line 1: did not find expected node content"},
		{"2027:\n  free: [tomorrow, 2027-10-01]\n  work:\n    - 2026-01-01\n2O28: {}\n",
			"line 2: \"tomorrow\" is not a day such as 2027-01-04\n" +
				"line 4: 2026-01-01 is neither in 2027 nor in the December before\n" +
				"line 5: \"2O28\" is not a year between 2001 and 2199"},
	} {
		got, err := ReadPlans(strings.NewReader(tt.file))
		if err == nil {
			t.Errorf("%q was read as %v", tt.file, got)
		} else if err.Error() != tt.want {
			t.Errorf("%q:\n%v\nwant\n%s", tt.file, err, tt.want)
		}
	}
}

// write is plans in the form of the file.
func write(plans Plans) []byte {
	var b bytes.Buffer
	for _, year := range slices.Sorted(maps.Keys(plans)) {
		days := map[bool][]string{}
		for _, d := range slices.Sorted(maps.Keys(plans[year])) {
			days[plans[year][d]] = append(days[plans[year][d]], d)
		}
		fmt.Fprintf(&b, "%d:\n  free: [%s]\n  work: [%s]\n", year, strings.Join(days[false], ", "), strings.Join(days[true], ", "))
	}
	return b.Bytes()
}

// Whatever is read makes a calendar that follows it, and reads the same again.
func FuzzReadPlans(f *testing.F) {
	f.Add([]byte(councilPlans))
	f.Add([]byte("2027: {free: [2026-12-31..2027-01-02, 2027-10-01], work: [2027-01-04]}"))
	f.Add([]byte("2026:\n  work:\n    - 2026-02-15 # late\n---\n"))
	f.Add([]byte("2026: &a {free: [\"2026-02-15\"]}\n2025: *a\n<<: *a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		plans, err := ReadPlans(bytes.NewReader(data))
		if err != nil {
			return
		}
		c, err := NewCalendar(CalendarOptions{Plans: plans})
		if err != nil {
			t.Fatalf("read and refused: %v", err)
		}
		for year, days := range plans {
			if !c.Known(year) {
				t.Fatalf("%d was read and is not known", year)
			}
			for s, works := range days {
				if c.Workday(when(t, c, s+" 12:00")) != works {
					t.Fatalf("%s is worked: %v", s, !works)
				}
			}
		}
		if again, err := ReadPlans(bytes.NewReader(write(plans))); err != nil || !maps.EqualFunc(again, plans, maps.Equal) {
			t.Fatalf("written and read again: %v, %v", again, err)
		}
	})
}

// The sample reads, and changes no year that anybody lives to work in.
func TestSamplePlans(t *testing.T) {
	data, err := os.ReadFile("../sample/calendar.yaml")
	if err != nil {
		t.Fatal(err)
	}
	plans, err := ReadPlans(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if years := slices.Collect(maps.Keys(plans)); !slices.Equal(years, []int{2099}) {
		t.Errorf("the sample has the years %v", years)
	}
	c, err := NewCalendar(CalendarOptions{Plans: plans})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]bool{"2098-12-31": false, "2099-01-02": false, "2099-01-03": true, "2099-10-01": false, "2099-10-10": true} {
		if c.Workday(when(t, c, day+" 12:00")) != want {
			t.Errorf("%s is worked: %v", day, !want)
		}
	}
}
