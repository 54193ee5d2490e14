package grid

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func TestLinesAreCountedAsAnEditorCountsThem(t *testing.T) {
	in := areaHeading +
		"12,街道,\"和风\n街道\",,,,,,\n" + // lines 2 and 3
		"\n" + // 4
		"1201,大区,甲,12,,,,,\r\n" + // 5
		"  \n" + // 6
		"1202,社区,,12,,,,,\n" // 7
	_, err := ReadAreas(strings.NewReader(in))
	if err == nil {
		t.Fatal("accepted")
	}
	if got := strings.Join(rowErrors(t, err), " "); got != "5/级别/level 7/名称/missing" {
		t.Errorf("got %s", got)
	}
}

func TestEveryBadRowOfALongFileIsTold(t *testing.T) {
	var b strings.Builder
	b.WriteString(areaHeading)
	const rows = 5000
	for i := range rows {
		fmt.Fprintf(&b, "%d,街道,,,,,,,\n", i+1)
	}
	_, err := ReadAreas(strings.NewReader(b.String()))
	if err == nil {
		t.Fatal("accepted")
	}
	if n := strings.Count(err.Error(), "\n") + 1; n != rows {
		t.Errorf("%d mistakes told, want %d", n, rows)
	}
	if !strings.Contains(err.Error(), "第5001行「名称」") {
		t.Error("the last line is missing")
	}
}

func TestStaffInTheEncodingOfASpreadsheet(t *testing.T) {
	text := "工号,姓名,岗位,辖区,状态\r\ns01,郑秀兰,社区书记,1201,在岗\r\ns02,𠮷田,网格长,120101,请假\r\n"
	for name, encode := range map[string]func(string) (string, error){
		"gbk": func(s string) (string, error) {
			return simplifiedchinese.GBK.NewEncoder().String(strings.Replace(s, "𠮷", "吉", 1))
		},
		"gb18030": simplifiedchinese.GB18030.NewEncoder().String,
		"utf-8":   func(s string) (string, error) { return s, nil },
		"mark":    func(s string) (string, error) { return "\ufeff" + s, nil },
	} {
		file, err := encode(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := ReadStaff(iotest.OneByteReader(strings.NewReader(file)))
		if err != nil || len(got) != 2 || got[0].Name != "郑秀兰" || got[1].Posts[0].Role != GridHead || !got[1].Away {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestHeadingsMayStandInSpaces(t *testing.T) {
	got, err := ReadStaff(strings.NewReader(" 工号 ,姓名 , 岗位,辖区, 手机\n s01 , 周敏华 , 社区书记 , 1201 ,\n"))
	if err != nil || len(got) != 1 || got[0].ID != "s01" || got[0].Name != "周敏华" || got[0].Posts[0] != (Post{Role: Secretary, Area: "1201"}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestSeparatorsOfLists(t *testing.T) {
	for _, cell := range []string{"甲;乙", "甲；乙", "甲、乙", "甲|乙", "甲，乙", "\"甲,乙\"", " 甲 ; 乙 ;", ";甲;;乙"} {
		got, err := ReadAreas(strings.NewReader(areaHeading + "1,微网格,丙,2," + cell + ",,,,\n"))
		if err != nil || strings.Join(got[0].Aliases, "/") != "甲/乙" {
			t.Errorf("%q: %+v, %v", cell, got, err)
		}
	}
}

func TestRowErrorsCanBeTakenApart(t *testing.T) {
	_, err := ReadAreas(strings.NewReader(areaHeading + "12,大区,甲,\n"))
	var e *RowError
	if !errors.As(err, &e) || *e != (RowError{Line: 2, Column: "级别", Code: "level", Value: "大区"}) {
		t.Fatalf("got %+v", e)
	}
	for want, e := range map[string]RowError{
		"文件：没有内容":              {Code: "empty"},
		"第7行：引号不成对，无法读取":       {Line: 7, Code: "quotes"},
		"第3行「岗位」：不认识岗位或部门「科长」": {Line: 3, Column: "岗位", Code: "role", Value: "科长"},
		"第3行「岗位」：不能为空":         {Line: 3, Column: "岗位", Code: "missing"},
		"第1行「级别」：缺少这一列":        {Line: 1, Column: "级别", Code: "no_column"},
		"第2行「纬度」：「{9}」不是有效的度数": {Line: 2, Column: "纬度", Code: "degrees", Value: "{9}"},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPlatesKeepRangesAsRanges(t *testing.T) {
	p := newPlates([]string{"1-4", "5", "9-12", "A座", "幼儿园", "坏-了"})
	if len(p.spans) != 2 || p.spans[0] != (run{1, 6}) || p.spans[1] != (run{9, 13}) {
		t.Errorf("spans %v", p.spans)
	}
	for building, want := range map[string]bool{
		"1":    true,
		"5":    true,
		"6":    false,
		"9":    true,
		"12":   true,
		"13":   false,
		"0":    false,
		"A":    true,
		"B":    false,
		"幼儿园":  true,
		"":     false,
		"坏-了":  true,
		"9999": false,
	} {
		if p.holds(building) != want {
			t.Errorf("holds(%q) = %v", building, !want)
		}
	}
	if p.none() || !newPlates(nil).none() || !newPlates([]string{"9-2"}).none() {
		t.Error("none is wrong")
	}
}
