package grid

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// sampleGround is the invented street with a roster and some leave.
func sampleGround(t testing.TB) Ground {
	t.Helper()
	d := sampleStreet(t)
	g := Ground{Areas: d.Areas(), Staff: d.People()}
	g.Staff[10].Leaves, g.Staff[10].Substitutes = []Leave{{Day(2026, 12, 1), Day(2026, 12, 4)}}, []string{"s12"}
	g.Staff[11].Phone = "13912345678"
	g.Roster = []Shift{{"120101", EveryDay, hours(8, 20), "s11"}, {"120101", Days(1, 2, 3, 4, 5), hours(20, 32), "s12"}}
	return g
}

// workbook is a ground as a file, changed by whoever had it open.
func workbook(t testing.TB, g Ground, change func(*excelize.File)) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteWorkbook(&b, g); err != nil {
		t.Fatal(err)
	}
	if change == nil {
		return b.Bytes()
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	change(f)
	var out bytes.Buffer
	if err := errors.Join(f.Write(&out), f.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// set types into a cell.
func set(t testing.TB, f *excelize.File, sheet, cell string, v any) {
	t.Helper()
	if err := f.SetCellValue(sheet, cell, v); err != nil {
		t.Fatal(err)
	}
}

func TestAWholeWorkbook(t *testing.T) {
	g := sampleGround(t)
	got, err := ReadWorkbook(bytes.NewReader(workbook(t, g, nil)))
	if err != nil || fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", g) {
		t.Fatalf("got %+v, %v", got, err)
	}
	if _, err := Build(got); err != nil {
		t.Error(err)
	}
}

func TestTheTemplate(t *testing.T) {
	data := workbook(t, Ground{}, nil)
	if got, err := ReadWorkbook(bytes.NewReader(data)); err != nil || len(got.Areas)+len(got.Staff)+len(got.Roster) > 0 {
		t.Errorf("read as %+v, %v", got, err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(f.GetSheetList(), " "); got != "说明 区域 人员 值班" {
		t.Errorf("sheets %s", got)
	}
	for sheet, want := range map[string]struct{ headings, offered string }{
		"区域": {"编号 级别 名称 上级 别名 道路 楼栋 纬度 经度 边界", "B2:B200000"},
		"人员": {"工号 姓名 岗位 辖区 状态 请假 替班 手机", "C2:C200000 E2:E200000"},
		"值班": {"区域 星期 时段 工号", ""},
	} {
		rows, err := f.GetRows(sheet)
		if err != nil || len(rows) != 1 || strings.Join(rows[0], " ") != want.headings {
			t.Errorf("%s: %v, %v", sheet, rows, err)
		}
		panes, err := f.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: the heading moves: %+v, %v", sheet, panes, err)
		}
		lists, err := f.GetDataValidations(sheet)
		var offered []string
		for _, l := range lists {
			offered = append(offered, l.Sqref)
		}
		if err != nil || strings.Join(offered, " ") != want.offered {
			t.Errorf("%s: lists at %v, %v", sheet, offered, err)
		}
		if w, err := f.GetColWidth(sheet, "C"); err != nil || w < 12 {
			t.Errorf("%s: column C is %v wide, %v", sheet, w, err)
		}
		if id, err := f.GetColStyle(sheet, "B"); err != nil {
			t.Error(err)
		} else if s, err := f.GetStyle(id); err != nil || s.NumFmt != asText {
			t.Errorf("%s: column B is not text: %+v, %v", sheet, s, err)
		}
	}
	text, err := f.GetCellValue("说明", "A1")
	if err != nil || text != words["guide.1"] || text == "" {
		t.Errorf("the explanation begins %q, %v", text, err)
	}
}

// What can be chosen from a list must be read.
func TestChoicesAreRead(t *testing.T) {
	for _, l := range Levels() {
		if _, err := ReadAreas(strings.NewReader("编号,级别,名称,上级\n1," + wordList("level.names." + string(l))[0] + ",甲,\n")); err != nil {
			t.Error(err)
		}
	}
	var posts []string
	for _, r := range Roles() {
		posts = append(posts, r.Name())
	}
	for _, u := range Units() {
		posts = append(posts, HandlerName(u))
	}
	seen := map[string]bool{}
	for _, p := range posts {
		got, err := ReadStaff(strings.NewReader("工号,姓名,岗位,辖区\ns1,甲," + p + ",g1\n"))
		if err != nil || got[0].Posts[0].title() != p || seen[p] {
			t.Errorf("%s: %v, %v, twice %v", p, got, err, seen[p])
		}
		seen[p] = true
	}
}

func TestNumbersAndDaysOfASpreadsheet(t *testing.T) {
	data := workbook(t, sampleGround(t), func(f *excelize.File) {
		set(t, f, "区域", "A2", 12)
		set(t, f, "区域", "H2", 28.656)
		set(t, f, "人员", "A1", " 工号 ")
		set(t, f, "人员", "J1", "请假起")
		set(t, f, "人员", "I1", "请假止")
		set(t, f, "人员", "J2", Day(2026, 12, 1)) // cells with a format of days
		set(t, f, "人员", "I2", Day(2026, 12, 3))
		set(t, f, "人员", "F3", Day(2026, 12, 9))
	})
	g, err := ReadWorkbook(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if a := g.Areas[0]; a.ID != "12" || a.Lat != 28.656 {
		t.Errorf("got %+v", a)
	}
	if s := fmt.Sprint(g.Staff[0].Leaves, g.Staff[1].Leaves); s != "[2026-12-01~2026-12-03] [2026-12-09~2026-12-09]" {
		t.Errorf("leaves %s", s)
	}
}

func TestTheOtherCountOfDays(t *testing.T) {
	data := workbook(t, sampleGround(t), func(f *excelize.File) {
		yes := true
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
		set(t, f, "人员", "F2", 46357-1462)
	})
	g, err := ReadWorkbook(bytes.NewReader(data))
	if err != nil || fmt.Sprint(g.Staff[0].Leaves) != "[2026-12-01~2026-12-01]" {
		t.Errorf("got %v, %v", g.Staff, err)
	}
}

func TestFormulasAreNotComputed(t *testing.T) {
	data := workbook(t, sampleGround(t), func(f *excelize.File) {
		if err := f.SetCellFormula("区域", "C2", `"甲"&"乙"`); err != nil {
			t.Fatal(err)
		}
	})
	g, err := ReadWorkbook(bytes.NewReader(data))
	if err == nil && g.Areas[0].Name == "甲乙" {
		t.Error("the formula was computed")
	}
}

func TestOneListFromAWorkbook(t *testing.T) {
	g := sampleGround(t)
	only := func(sheet string) []byte {
		return workbook(t, g, func(f *excelize.File) {
			for _, s := range f.GetSheetList() {
				if s != sheet {
					if err := f.DeleteSheet(s); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := f.SetSheetName(sheet, "Sheet1"); err != nil {
				t.Fatal(err)
			}
		})
	}
	if got, err := ReadAreas(bytes.NewReader(only("区域"))); err != nil || len(got) != len(g.Areas) {
		t.Errorf("areas: %d, %v", len(got), err)
	}
	if got, err := ReadStaff(bytes.NewReader(only("人员"))); err != nil || len(got) != len(g.Staff) {
		t.Errorf("staff: %d, %v", len(got), err)
	}
	if got, err := ReadRoster(bytes.NewReader(only("值班"))); err != nil || fmt.Sprint(got) != fmt.Sprint(g.Roster) {
		t.Errorf("roster: %v, %v", got, err)
	}
	if got, err := ReadRoster(bytes.NewReader(workbook(t, g, nil))); err != nil || len(got) != len(g.Roster) {
		t.Errorf("roster of a whole workbook: %v, %v", got, err)
	}
}

// sheetErrors takes joined errors apart, however deep, as sheet/line/column/code.
func sheetErrors(err error) string {
	var list []string
	var walk func(error)
	walk = func(err error) {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range joined.Unwrap() {
				walk(e)
			}
			return
		}
		var e *RowError
		if errors.As(err, &e) {
			list = append(list, fmt.Sprintf("%s/%d/%s/%s", e.Sheet, e.Line, e.Column, e.Code))
		}
	}
	walk(err)
	return strings.Join(list, " ")
}

func TestAWorkbookTellsEveryMistake(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*excelize.File)
		want   string
	}{
		"rows of all sheets": {func(f *excelize.File) {
			set(t, f, "区域", "B3", "大区")
			set(t, f, "人员", "C4", "科长")
			set(t, f, "人员", "F5", "明天")
			set(t, f, "人员", "H6", 1.3e10)
			set(t, f, "人员", "H7", "057688881234")
			set(t, f, "值班", "B2", "周八")
		}, "区域/3/级别/level 人员/4/岗位/role 人员/5/请假/leave 人员/6/手机/phone_turned 人员/7/手机/phone 值班/2/星期/weekdays"},
		"no such sheet":         {func(f *excelize.File) { _ = f.DeleteSheet("人员") }, "人员/0//no_sheet"},
		"hidden":                {func(f *excelize.File) { _ = f.SetSheetVisible("人员", false) }, "人员/0//hidden"},
		"hidden roster":         {func(f *excelize.File) { _ = f.SetSheetVisible("值班", false) }, "值班/0//hidden"},
		"no roster":             {func(f *excelize.File) { _ = f.DeleteSheet("值班") }, ""},
		"a sheet more":          {func(f *excelize.File) { _, _ = f.NewSheet("备注") }, ""},
		"column missing":        {func(f *excelize.File) { set(t, f, "区域", "B1", "等级") }, "区域/1/级别/no_column"},
		"nothing at all":        {func(f *excelize.File) { _ = f.DeleteSheet("值班"); _, _ = f.NewSheet("值班") }, "值班/0//empty"},
		"empty rows":            {func(f *excelize.File) { _ = f.InsertRows("人员", 3, 4); set(t, f, "人员", "C8", "科长") }, "人员/8/岗位/role"},
		"far away a cell":       {func(f *excelize.File) { set(t, f, "人员", "XFD2", "远") }, ""},
		"building became a day": {func(f *excelize.File) { set(t, f, "区域", "G10", Day(2026, 1, 4)) }, "区域/10/楼栋/turned"},
	} {
		_, err := ReadWorkbook(bytes.NewReader(workbook(t, sampleGround(t), tt.change)))
		if got := sheetErrors(err); got != tt.want || (err == nil) != (tt.want == "") {
			t.Errorf("%s: got %q, want %q (%v)", name, got, tt.want, err)
		}
		if err != nil && (strings.ContainsAny(err.Error(), "{}") || strings.Contains(err.Error(), "row.")) {
			t.Errorf("%s: unfinished words: %v", name, err)
		}
	}
}

func TestMistakesNameTheirSheet(t *testing.T) {
	for want, e := range map[string]RowError{
		"「人员」表第3行「岗位」：不能为空": {Sheet: "人员", Line: 3, Column: "岗位", Code: "missing"},
		"「人员」表：没有这个表":       {Sheet: "人员", Code: "no_sheet"},
		"文件：没有内容":           {Code: "empty"},
	} {
		if e.Error() != want {
			t.Errorf("got %s, want %s", e.Error(), want)
		}
	}
}

func TestWhatIsNoWorkbook(t *testing.T) {
	for name, tt := range map[string]struct{ data, want string }{
		"old xls":      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on", "/0//not_xlsx"},
		"a torn zip":   {"PK\x03\x04 and no more", "/0//workbook"},
		"another zip":  {string(zipped(t, map[string]string{"a.txt": "a"})), "/0//workbook"},
		"a bomb":       {string(bomb(t)), "/0//workbook"},
		"text as book": {"编号,级别\n", "/0//not_xlsx"},
	} {
		_, err := ReadWorkbook(strings.NewReader(tt.data))
		if got := sheetErrors(err); got != tt.want || name == "a bomb" && !strings.Contains(err.Error(), "limit") {
			t.Errorf("%s: %s, %v", name, got, err)
		}
		if name == "text as book" {
			continue
		}
		if _, err := ReadAreas(strings.NewReader(tt.data)); sheetErrors(err) != tt.want {
			t.Errorf("%s as areas: %v", name, err)
		}
	}
}

// bomb is a zip that says it unpacks to more than is allowed.
func bomb(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	_, err := z.CreateRaw(&zip.FileHeader{Name: "xl/workbook.xml", Method: zip.Deflate, UncompressedSize64: largestUnpacked + 1})
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestSheetsWithoutEnd feeds small files that would keep a reader busy.
func TestSheetsWithoutEnd(t *testing.T) {
	files := unzipped(t, workbook(t, sampleGround(t), nil))
	for name, tt := range map[string]struct{ rows, want string }{
		"cells far to the right": {strings.Repeat(`<row><c r="XFD1"><v>1</v></c></row>`, 100_000), "人员/0//too_many"},
		"a row far down":         {`<row r="1048576"><c r="A1048576"><v>1</v></c></row>`, "人员/1048576/工号/no_column 人员/1048576/姓名/no_column 人员/1048576/岗位/no_column 人员/1048576/辖区/no_column"},
		"a row beyond":           {`<row r="2000000000"><c r="A1"><v>1</v></c></row>`, "人员/0//workbook"},
	} {
		files["xl/worksheets/sheet3.xml"] = "<worksheet><sheetData>" + tt.rows + "</sheetData></worksheet>"
		start := time.Now()
		_, err := ReadStaff(bytes.NewReader(zipped(t, files)))
		if got := sheetErrors(err); got != tt.want {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
		t.Logf("%s: %v", name, time.Since(start))
	}
}

// zipped packs files.
func zipped(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// unzipped are the files of a workbook.
func unzipped(t testing.TB, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		files[f.Name] = b.String()
	}
	return files
}

// brokenWriter fails after some bytes.
type brokenWriter struct{ left int }

func (w *brokenWriter) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, os.ErrClosed
	}
	return len(p), nil
}

func TestWritersTellWhatFailed(t *testing.T) {
	g := sampleGround(t)
	for name, write := range map[string]func(*brokenWriter) error{
		"areas":    func(w *brokenWriter) error { return WriteAreas(w, g.Areas) },
		"staff":    func(w *brokenWriter) error { return WriteStaff(w, g.Staff) },
		"roster":   func(w *brokenWriter) error { return WriteRoster(w, g.Roster) },
		"workbook": func(w *brokenWriter) error { return WriteWorkbook(w, g) },
	} {
		for _, left := range []int{0, 10} {
			if err := write(&brokenWriter{left}); !errors.Is(err, os.ErrClosed) || !strings.HasPrefix(err.Error(), "grid: writing") {
				t.Errorf("%s, after %d bytes: %v", name, left, err)
			}
		}
	}
}

func TestNamesThatLookLikeFormulas(t *testing.T) {
	areas := []Area{{ID: "12", Level: Street, Name: "=1+1"}, {ID: "13", Level: Street, Name: "@和风"}, {ID: "14", Level: Street, Name: "'='"}, {ID: "-1", Level: City, Name: "+"}}
	var b bytes.Buffer
	if err := WriteAreas(&b, areas); err != nil {
		t.Fatal(err)
	}
	for _, sign := range []string{",=", ",@", "\n-", ",+"} {
		if strings.Contains(b.String(), sign) {
			t.Errorf("a spreadsheet would compute %q in %s", sign, b.String())
		}
	}
	got, err := ReadAreas(&b)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(areas) {
		t.Errorf("got %v, %v", got, err)
	}
}

// FuzzReadWorkbook puts anything in the place of a sheet's and the strings' XML.
func FuzzReadWorkbook(f *testing.F) {
	files := unzipped(f, workbook(f, sampleGround(f), nil))
	f.Add(files["xl/worksheets/sheet3.xml"], files["xl/workbook.xml"])
	f.Add(strings.Replace(files["xl/worksheets/sheet3.xml"], "13912345678", "1.3912345678E10", 1), files["xl/workbook.xml"])
	f.Add(`<worksheet><sheetData><row r="9"><c r="CV1" t="s"><v>-1</v></c></row></sheetData></worksheet>`, files["xl/workbook.xml"])
	f.Add(`<worksheet><sheetData><row r="0"><c r="A0" t="b"><v></v></c><c r="1A"/></row></sheetData>`, files["xl/workbook.xml"])
	f.Fuzz(func(t *testing.T, sheet, book string) {
		files["xl/worksheets/sheet3.xml"], files["xl/workbook.xml"] = sheet, book
		g, err := ReadWorkbook(bytes.NewReader(zipped(t, files)))
		readWhole(t, g.Staff, err)
		for _, s := range g.Staff {
			if s.ID == "" || s.Name == "" || len(s.Posts) == 0 || s.Phone != "" && !mobile.MatchString(s.Phone) {
				t.Fatalf("took %+v", s)
			}
		}
		_, _ = Build(g)
	})
}

func FuzzReadRoster(f *testing.F) {
	f.Add([]byte("区域,星期,时段,工号\ng1;g2,周一至周五,08:30-12:00；22:00-次日06:00,s1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		roster, err := ReadRoster(bytes.NewReader(data))
		readWhole(t, roster, err)
		for _, s := range roster {
			if s.Area == "" || s.Staff == "" || s.Weekdays == 0 || s.Weekdays > EveryDay || !s.valid() {
				t.Fatalf("took %+v", s)
			}
		}
	})
}
