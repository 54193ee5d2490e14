package grid

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const areaHeading = "编号,级别,名称,上级,别名,道路,楼栋,纬度,经度,边界\n"

func TestReadAreas(t *testing.T) {
	text := areaHeading + `12,街道,和风街道,,,,,28.65,121.42
1201,社区,幸福里社区,12,,,,,
120101,grid,第一网格,1201,,,,,

12010101,微网格,幸福里小区,120101,"幸福里；幸福里一期",康宁路;橘园路,1-4、6; A座,28.66,121.41
`
	want := []Area{
		{ID: "12", Level: Street, Name: "和风街道", Lat: 28.65, Lon: 121.42},
		{ID: "1201", Level: Community, Name: "幸福里社区", Parent: "12"},
		{ID: "120101", Level: Grid, Name: "第一网格", Parent: "1201"},
		{ID: "12010101", Level: Microgrid, Name: "幸福里小区", Parent: "120101", Aliases: []string{"幸福里", "幸福里一期"},
			Roads: []string{"康宁路", "橘园路"}, Buildings: []string{"1-4", "6", "A座"}, Lat: 28.66, Lon: 121.41},
	}
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]string{
		"utf-8": text, "byte order mark": "\ufeff" + text, "gbk": gbk, "windows lines": strings.ReplaceAll(text, "\n", "\r\n"),
		"no last newline": strings.TrimSuffix(text, "\n"),
	} {
		got, err := ReadAreas(strings.NewReader(in))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
		}
	}
}

func TestColumnsInAnyOrderAndSomeUnknown(t *testing.T) {
	got, err := ReadAreas(strings.NewReader("备注,上级,名称,级别,编号\n老城,,和风街道,镇,12\n"))
	if err != nil || len(got) != 1 || got[0].ID != "12" || got[0].Level != Street || got[0].Name != "和风街道" {
		t.Errorf("got %+v, %v", got, err)
	}
}

// rowErrors takes joined errors apart, as line/column/code.
func rowErrors(t *testing.T, err error) []string {
	t.Helper()
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	var codes []string
	for _, e := range list {
		var re *RowError
		if !errors.As(e, &re) {
			t.Fatalf("%v is no RowError", e)
		}
		codes = append(codes, strings.Trim(string(rune('0'+re.Line))+"/"+re.Column+"/"+re.Code, "/"))
	}
	return codes
}

func TestReadAreasTellsEveryMistake(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"empty":        {"", "0//empty"},
		"no headings":  {"a,b,c\n", "1/编号/no_column 1/级别/no_column 1/名称/no_column 1/上级/no_column"},
		"twice":        {"编号,编号,级别,名称,上级\n", "1/编号/column_twice"},
		"not text":     {"\xff\xfe\x00\x01", "0//encoding"},
		"zero bytes":   {areaHeading + "12,街道,a\x00b,\n", "0//encoding"},
		"missing":      {areaHeading + "12,街道,,\n,街道,和风,\n13,,新河,\n", "2/名称/missing 3/编号/missing 4/级别/missing"},
		"id twice":     {areaHeading + "12,街道,甲,\n12,街道,乙,\n", "3/编号/twice"},
		"level":        {areaHeading + "12,大区,甲,\n", "2/级别/level"},
		"buildings":    {areaHeading + "1,微网格,甲,2,,,9-2;1-9000\n", "2/楼栋/buildings 2/楼栋/buildings"},
		"degrees":      {areaHeading + "12,街道,甲,,,,,北,500\n", "2/纬度/degrees 2/经度/degrees"},
		"not a number": {areaHeading + "12,街道,甲,,,,,NaN,1\n", "2/纬度/degrees"},
		"half":         {areaHeading + "12,街道,甲,,,,,28.1,\n", "2/纬度/half_position"},
		"no boundary":  {areaHeading + "1,微网格,甲,2,,,,,,POINT(121 28)\n2,微网格,乙,2,,,,,,围墙以内\n3,微网格,丙,2,,,,,,POLYGON EMPTY\n", "2/边界/boundary 3/边界/boundary 4/边界/boundary"},
		"open":         {areaHeading + "1,微网格,甲,2,,,,,,\"POLYGON((121 28,121.1 28,121.1 28.1,121 28.1))\"\n", "2/边界/boundary_open"},
		"turned":       {areaHeading + "1,微网格,甲,2,,,,,,\"POLYGON((28 121,28.1 121,28.1 121.1,28 121))\"\n", "2/边界/boundary_turned"},
		"wide":         {areaHeading + "1,微网格,甲,2,,,,,,\"POLYGON((121 28,12.1 28,121.1 28.1,121 28))\"\n", "2/边界/boundary_wide"},
		"flat":         {areaHeading + "1,微网格,甲,2,,,,,,\"POLYGON((121 28,121.1 28,121.2 28,121 28))\"\n", "2/边界/boundary_flat"},
		"long":         {areaHeading + "1,微网格,甲,2,,,,,,\"" + ringed(mostCorners+1) + "\"\n", "2/边界/boundary_long"},
		"not finite":   {areaHeading + "1,微网格,甲,2,,,,,,\"POLYGON((NaN 28,121.1 28,121.2 28,NaN 28))\"\n", "2/边界/boundary_open"},
		"quotes":       {areaHeading + "12,街道,\"甲,\n", "2//quotes"},
		"bare quote":   {areaHeading + "12,街道,甲\"乙,\n13,大区,丙,\n", "2//quotes 3/级别/level"},
	} {
		areas, err := ReadAreas(strings.NewReader(tt.in))
		if err == nil || areas != nil {
			t.Errorf("%s: accepted as %v", name, areas)
			continue
		}
		got := strings.Join(rowErrors(t, err), " ")
		if wanted := strings.Fields(tt.want); len(wanted) != strings.Count(got, " ")+1 {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		} else {
			for _, w := range wanted {
				if !strings.Contains(" "+got+" ", " "+w+" ") {
					t.Errorf("%s: got %q, want %q", name, got, w)
				}
			}
		}
		if text := err.Error(); strings.ContainsAny(text, "{}%") || strings.Contains(text, "row.") {
			t.Errorf("%s: unfinished words: %s", name, text)
		}
	}
}

func TestMistakesAreToldInChinese(t *testing.T) {
	_, err := ReadAreas(strings.NewReader(areaHeading + "12,街道,甲,\n12,大区,乙,\n"))
	want := "第3行「编号」：「12」前面已出现过\n第3行「级别」：不认识级别「大区」"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestReadStaff(t *testing.T) {
	in := "工号,姓名,岗位,辖区,状态\n" +
		"s01,周敏华,街道指挥室,12,\n" +
		"s02,沈若水,网格指导员,120101;120102,请假\n" +
		"s03,金伟强,专职网格员;网格长,120101,在岗\n" +
		"s04,李思远,网格长；part_time,120102；120103,\n" +
		"s01,周敏华,社区书记,1201,\n"
	want := []Staff{
		{ID: "s01", Name: "周敏华", Posts: []Post{{Role: Dispatcher, Area: "12"}, {Role: Secretary, Area: "1201"}}},
		{ID: "s02", Name: "沈若水", Posts: []Post{{Role: Guide, Area: "120101"}, {Role: Guide, Area: "120102"}}, Away: true},
		{ID: "s03", Name: "金伟强", Posts: []Post{{Role: FullTime, Area: "120101"}, {Role: GridHead, Area: "120101"}}},
		{ID: "s04", Name: "李思远", Posts: []Post{{Role: GridHead, Area: "120102"}, {Role: PartTime, Area: "120103"}}},
	}
	got, err := ReadStaff(strings.NewReader(in))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestOneRowOfLeaveIsLeave(t *testing.T) {
	for _, states := range [][2]string{{"请假", "在岗"}, {"在岗", "休假"}, {"", "离岗"}} {
		in := fmt.Sprintf("工号,姓名,岗位,辖区,状态\ns01,周敏华,网格长,1,%s\ns01,周敏华,网格长,2,%s\n", states[0], states[1])
		got, err := ReadStaff(strings.NewReader(in))
		if err != nil || len(got) != 1 || !got[0].Away || len(got[0].Posts) != 2 {
			t.Errorf("%v: got %+v, %v", states, got, err)
		}
	}
}

func TestStaffWithoutAStateArePresent(t *testing.T) {
	got, err := ReadStaff(strings.NewReader("工号,姓名,岗位,辖区\ns01,周敏华,网格长,1\n"))
	if err != nil || len(got) != 1 || got[0].Away {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestShortRowsAreReadAsEmptyCells(t *testing.T) {
	got, err := ReadAreas(strings.NewReader(areaHeading + "12,街道,和风街道\n\n  \n,,,,\n"))
	if err != nil || len(got) != 1 || got[0].Parent != "" || got[0].Lat != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestReadStaffTellsEveryMistake(t *testing.T) {
	in := "工号,姓名,岗位,辖区,状态\n" +
		"s01,周敏华,科长,12,在岗\n" + // 2
		",吴志远,网格长,12,在岗\n" + // 3
		"s02,,网格长,,\n" + // 4
		"s03,甲,网格长;专职网格员,1;2;3,\n" + // 5
		"s04,乙,网格长,1,出差\n" + // 6
		"s04,丙,,1,在岗\n" // 7
	staff, err := ReadStaff(strings.NewReader(in))
	if err == nil || staff != nil {
		t.Fatalf("accepted as %v", staff)
	}
	got := strings.Join(rowErrors(t, err), " ")
	want := "2/岗位/role 3/工号/missing 4/姓名/missing 4/辖区/missing 5/辖区/pairs 6/状态/state 7/岗位/missing 7/姓名/other_name"
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	if text := err.Error(); strings.ContainsAny(text, "{}%") || strings.Contains(text, "row.") {
		t.Errorf("unfinished words: %s", text)
	}
}

func TestReadersPassOnWhatTheyCannotRead(t *testing.T) {
	broken := errors.New("disk gone")
	if _, err := ReadAreas(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("areas: %v", err)
	}
	if _, err := ReadStaff(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("staff: %v", err)
	}
}

// endless gives the same byte for ever.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func TestEndlessFileIsRefused(t *testing.T) {
	_, err := ReadAreas(io.Reader(endless{}))
	var re *RowError
	if !errors.As(err, &re) || re.Code != "too_large" {
		t.Errorf("got %v", err)
	}
}

func TestEveryCodeHasWords(t *testing.T) {
	for _, r := range Roles() {
		if r.Name() == string(r) {
			t.Errorf("role %s has no name", r)
		}
	}
	for _, l := range Levels() {
		if l.Name() == string(l) || words["level.names."+string(l)] == "" {
			t.Errorf("level %s has no name", l)
		}
	}
	if Role("king").Name() != "king" || Level("moon").Name() != "moon" {
		t.Error("what has no name is its own word")
	}
	for _, code := range []string{
		"area_id", "street_id", "area_twice", "area_level", "area_name", "no_parent", "parent_level", "no_street", "buildings",
		"position", "staff_id", "staff_twice", "staff_name", "no_post", "role", "post_area", "phone",
	} {
		if text := (&Problem{code, "甲", "乙"}).Error(); strings.Contains(text, code) || !strings.Contains(text, "甲") {
			t.Errorf("problem %s reads %q", code, text)
		}
	}
}

// readWhole is what both fuzz targets check: all or nothing, errors with words.
func readWhole[T any](t *testing.T, list []T, err error) {
	t.Helper()
	if err != nil && list != nil {
		t.Fatal("both a list and an error")
	}
	if err != nil && strings.Contains(err.Error(), "row.") {
		t.Fatalf("no words for %v", err)
	}
}

func FuzzReadAreas(f *testing.F) {
	data, err := os.ReadFile("../sample/areas.csv")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(areaHeading + "12,街道,\"甲\n"))
	f.Add([]byte(areaHeading + "1,微网格,甲,2,,,,28,121,\"MULTIPOLYGON(((121 28,121.1 28,121.1 28.1,121 28)))\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		areas, err := ReadAreas(strings.NewReader(string(data)))
		readWhole(t, areas, err)
		for _, a := range areas {
			if a.ID == "" || a.Name == "" || !a.Level.Valid() {
				t.Fatalf("took %+v", a)
			}
		}
		if d, err := Build(Ground{Areas: areas}); err == nil {
			g := NewGazetteer(d)
			g.Find(string(data), "")
			g.Nearest(28, 121)
		}
	})
}

func FuzzReadStaff(f *testing.F) {
	data, err := os.ReadFile("../sample/staff.csv")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	for _, cell := range []string{"13912345678", "+86 139-1234-5678", "1.39E+10", "1.3912345678E+10", "13912345678.0", "0576-88881234"} {
		f.Add([]byte("工号,姓名,岗位,辖区,手机\ns1,甲,网格长,g1," + cell + "\ns1,甲,市政,g2,13812345678\n"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		staff, err := ReadStaff(strings.NewReader(string(data)))
		readWhole(t, staff, err)
		for _, s := range staff {
			if s.ID == "" || s.Name == "" || len(s.Posts) == 0 || s.Phone != "" && !mobile.MatchString(s.Phone) {
				t.Fatalf("took %+v", s)
			}
		}
	})
}
