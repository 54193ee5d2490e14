package grid

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// door writes a Door as building/unit/floor/room.
func doorText(d Door) string {
	return strings.Join([]string{d.Building, d.Unit, d.Floor, d.Room}, "/")
}

func TestScanDoor(t *testing.T) {
	tests := []struct{ text, want, span string }{
		{"3幢2单元501室漏水", "3/2//501", "3幢2单元501室"},
		{"三幢二单元五楼的灯", "3/2/5/", "三幢二单元五楼"},
		{"12-2-602家里停水", "12/2//602", "12-2-602"},
		{"三十二幢1-1502", "32/1//1502", "三十二幢1-1502"},
		{"3#楼电梯坏了", "3///", "3#楼"},
		{"3#2单元", "3/2//", "3#2单元"},
		{"３幢２单元５０１室", "3/2//501", "３幢２单元５０１室"},
		{"３－２－５０１", "3/2//501", "３－２－５０１"},
		{"12-1042", "12///1042", "12-1042"},
		{"我是12—1042的", "12///1042", "12—1042"},
		{"3号楼门口", "3///", "3号楼"},
		{"3 幢 2 单元", "3/2//", "3 幢 2 单元"},
		{"3栋-2-501有人", "3/2//501", "3栋-2-501"},
		{"3幢501", "3///501", "3幢501"},
		{"3幢501家漏水", "3///501", "3幢501"},
		{"3幢501号", "3///501", "3幢501号"},
		{"03幢", "3///", "03幢"},
		{"A座12楼", "A//12/", "A座12楼"},
		{"A3幢", "A3///", "A3幢"},
		{"b栋", "B///", "b栋"},
		{"第十二幢的", "12///", "十二幢"},
		{"廿三幢", "23///", "廿三幢"},
		{"一百零二幢", "102///", "一百零二幢"},
		{"3幢楼下路灯不亮", "3///", "3幢"},
		{"三幢楼下路灯不亮", "3///", "三幢"},
		{"3幢楼都没电", "3///", "3幢"},
		{"3幢负一楼积水", "3//-1/", "3幢负一楼"},
		{"负二楼车库", "//-2/", "负二楼"},
		{"2单元电梯", "/2//", "2单元"},
		{"十单元", "/10//", "十单元"},
		{"五零二室", "///502", "五零二室"},
		{"1502室太吵", "///1502", "1502室"},
		{"五楼扔垃圾", "//5/", "五楼"},
		{"3幢5层", "3//5/", "3幢5层"},
		{"3幢二层", "3//2/", "3幢二层"},
		{"3幢，2单元，501", "3/2//501", "3幢，2单元，501"},
		{"2单元302室", "/2//302", "2单元302室"},
		{"3幢和5幢", "3///;5///", "3幢;5幢"},
		{"3、5幢", "5///", "5幢"},
		{"3-0501", "3///501", "3-0501"},
		{"3幢2-501室", "3/2//501", "3幢2-501室"},
		{"和平路11号14楼", "//14/", "14楼"},
		{"6幢11F", "6//11/", "6幢11F"},
		{"王家楼8单503", "/8//503", "8单503"},
		{"3_6_2101", "3/6//2101", "3_6_2101"},
		{"C座1391", "C///1391", "C座1391"},
		{"八幢八单元1974", "8/8//1974", "八幢八单元1974"},
		{"松涛小区5-3", "5/3//", "5-3"},
		{"松涛小区 49-4-10", "49/4//10", "49-4-10"},
		{"松涛新村108--7-905", "108/7//905", "108--7-905"},
		{"松涛苑12一7一944", "12/7//944", "12一7一944"},
		{"松涛小区2-6-5-1187", "2/6/5/1187", "2-6-5-1187"},
		{"松涛公寓8-895号", "8///895", "8-895号"},
		{"松涛花园A29-2980", "A29///2980", "A29-2980"},
		{"松涛村136号", "136///", "136号"},
		{"松涛弄125号门口", "125///", "125号"},
		{"松涛大厦2102灯坏了", "///2102", "2102"},
		{"松涛大厦757室", "///757", "757室"},
		{"松涛中心A1264室", "A///1264", "A1264室"},
		{"松涛市场D788", "///D788", "D788"},
		{"松涛市场66号", "", ""},
		{"松涛市场166号", "///166", "166号"},
		{"松涛大厦115楼", "//115/", "115楼"},
		{"松涛大厦五层", "//5/", "五层"},
		{"3幢825A", "3///825A", "3幢825A"},
		{"4幢B58号", "4///B58", "4幢B58号"},
		{"3幢A区", "3///", "3幢"},
		{"3幢501房", "3///501", "3幢501房"},
		{"3幢605-606室", "3///605", "3幢605-606室"},
		{"3幢300", "3///300", "3幢300"},
		{"3幢300户都停水", "3///", "3幢"},
		{"3幢119", "3///", "3幢"},
		{"3幢2门501", "3/2//501", "3幢2门501"},
		{"3幢2号501", "3/2//501", "3幢2号501"},
		{"3幢5号", "3/5//", "3幢5号"},
		{"3幢5号停水", "3///", "3幢"},
		{"3幢4楼5号，漏水", "3//4/5", "3幢4楼5号"},
		{"一单元五零二", "/1//502", "一单元五零二"},
		{"12幢一单元一二零三家里漏水", "12/1//1203", "12幢一单元一二零三"},
		{"3幢一二三楼都没电", "3///", "3幢"},
		{"3幢一二三单元", "3///", "3幢"},
		{"3幢五百人", "3///", "3幢"},
		{"3撞2单元", "3/2//", "3撞2单元"},
		{"三栋楼811室", "3///811", "三栋楼811室"},
		{"地下二层积水", "//-2/", "地下二层"},
		{"3幢地下一层", "3//-1/", "3幢地下一层"},
	}
	for _, tt := range tests {
		var got, span []string
		for _, d := range ScanDoor(tt.text) {
			got, span = append(got, doorText(d)), append(span, tt.text[d.Start:d.End])
		}
		if g, s := strings.Join(got, ";"), strings.Join(span, ";"); g != tt.want || s != tt.span {
			t.Errorf("ScanDoor(%q) = %q in %q, want %q in %q", tt.text, g, s, tt.want, tt.span)
		}
	}
}

func TestScanDoorLeavesOtherNumbersAlone(t *testing.T) {
	for _, text := range []string{
		"",
		"路灯坏了",
		"2025-11-02",
		"2025-11-02晚上",
		"25-11-02",
		"11-02",
		"2025-1102",
		"8-10点",
		"10:30",
		"8-10",
		"13812345678",
		"138-1234-5678",
		"0576-88501234",
		"0576-8850",
		"400-820-8820",
		"86-138-0013-8000",
		"100-200元",
		"300块",
		"50-150个",
		"200-300人",
		"20-100",
		"3号",
		"11月3号",
		"十月三号",
		"一层灰",
		"两幢楼都停电了",
		"这3幢都停电",
		"三栋楼都停水",
		"几十幢房子",
		"一共12345",
		"打110-119",
		"1-110",
		"3.5米高",
		"99999幢",
		"0幢",
		"000室",
		"12315",
		"浙J12345",
		"京A12-345",
		"12/2025",
		"1-2-3",
		"1-2-3-4",
		"192.168.1.101",
		"2楼盘",
		"5层楼高",
		"一期",
		"3区",
		"第3次",
		"501",
		"10-1130-0",
		"６０-１０１人",
		"十几幢",
		"806-808号",
		"605-606",
		"11号",
		"8单",
		"3FA",
		"12-199",
		"松涛小区2-3天没人来",
		"松涛小区300户",
		"松涛小区5-10月",
		"松涛路口5-3",
		"尾号883",
		"C区147旁边停着车",
		"耳朵里一层茧",
		"松涛中心110",
		"松涛小区7",
	} {
		if got := ScanDoor(text); len(got) > 0 {
			t.Errorf("ScanDoor(%q) = %+v, want nothing", text, got)
		}
	}
}

func FuzzScanDoor(f *testing.F) {
	for _, s := range []string{"3幢2单元501室", "12-2-602", "三十二幢1-1502", "2025-11-02 10:30", "\xff3幢\xff", "３＃楼", "负一楼"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, d := range ScanDoor(text) {
			if d.Start < end || d.End <= d.Start || d.End > len(text) {
				t.Fatalf("%q: span %d:%d out of order", text, d.Start, d.End)
			}
			end = d.End
			if doorText(d) == "///" {
				t.Fatalf("%q: an empty door at %d", text, d.Start)
			}
			for _, part := range []string{d.Unit, strings.TrimPrefix(d.Floor, "-"), strings.Trim(d.Room, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")} {
				if strings.Trim(part, "0123456789") != "" || part == "0" || len(part) > 5 {
					t.Fatalf("%q: %q is not digits", text, part)
				}
			}
		}
	})
}

// TestScanDoorReadsEveryWayOfWriting writes doors in the ways people do and
// reads them back.
func TestScanDoorReadsEveryWayOfWriting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		building, unit := rapid.IntRange(1, 199).Draw(t, "building"), rapid.IntRange(1, 9).Draw(t, "unit")
		floor, flat := rapid.IntRange(1, 33).Draw(t, "floor"), rapid.IntRange(1, 8).Draw(t, "flat")
		room := floor*100 + flat
		number := func(n int) string {
			return rapid.SampledFrom([]string{strconv.Itoa(n), wide(strconv.Itoa(n)), aloud(n)}).Draw(t, "form")
		}
		b := number(building) + rapid.SampledFrom([]string{"幢", "栋", "号楼", "#", "#楼", "号幢"}).Draw(t, "word")
		if room == 110 || room == 119 || room == 120 {
			room++
		}
		for text, want := range map[string]Door{
			b:                       {Building: strconv.Itoa(building)},
			b + number(unit) + "单元": {Building: strconv.Itoa(building), Unit: strconv.Itoa(unit)},
			b + number(unit) + "单元" + number(floor) + "楼":       {Building: strconv.Itoa(building), Unit: strconv.Itoa(unit), Floor: strconv.Itoa(floor)},
			b + number(floor) + "层":                             {Building: strconv.Itoa(building), Floor: strconv.Itoa(floor)},
			b + strconv.Itoa(room):                              {Building: strconv.Itoa(building), Room: strconv.Itoa(room)},
			fmt.Sprintf("%s%d单元%d室", b, unit, room):             {Building: strconv.Itoa(building), Unit: strconv.Itoa(unit), Room: strconv.Itoa(room)},
			fmt.Sprintf("%s%d-%d", b, unit, room):               {Building: strconv.Itoa(building), Unit: strconv.Itoa(unit), Room: strconv.Itoa(room)},
			fmt.Sprintf("%d-%d-%d", building, unit, room):       {Building: strconv.Itoa(building), Unit: strconv.Itoa(unit), Room: strconv.Itoa(room)},
			fmt.Sprintf("%d单元%d", unit, room):                   {Unit: strconv.Itoa(unit), Room: strconv.Itoa(room)},
			wide(fmt.Sprintf("%d-%d-%d", building, unit, room)): {Building: strconv.Itoa(building), Unit: strconv.Itoa(unit), Room: strconv.Itoa(room)},
		} {
			got := ScanDoor("，" + text + "，灯坏了")
			if len(got) != 1 || doorText(got[0]) != doorText(want) {
				t.Fatalf("ScanDoor(%q) = %+v, want %s", text, got, doorText(want))
			}
			if span := ("，" + text + "，灯坏了")[got[0].Start:got[0].End]; span != text {
				t.Fatalf("%q spans %q", text, span)
			}
		}
	})
}

// TestScanDoorNeverTakesATelephone writes numbers that are not doors.
func TestScanDoorNeverTakesATelephone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, form := range []string{
			`1[3-9][0-9]{9}`, `1[3-9][0-9]{1}-[0-9]{4}-[0-9]{4}`, `0[1-9][0-9]{2}-[0-9]{7,8}`, `400-[0-9]{3}-[0-9]{4}`,
			`20[0-9]{2}-(0[1-9]|1[0-2])-[0-3][0-9]`, `20[0-9]{2}年1?[0-9]月[12]?[0-9]日`, `[12]?[0-9]:[0-5][0-9]`, `[1-9][0-9]{0,3}(元|块|米|斤|个)`,
			`[1-9][0-9]{1,2}-[1-9][0-9]{2}(元|块|人|米)`, `33[0-9]{15}[0-9X]`, `浙J[0-9]{5}`,
		} {
			text := rapid.StringMatching(form).Draw(t, "number")
			for _, s := range []string{text, "打" + text + "没人接", wide(text)} {
				if got := ScanDoor(s); len(got) > 0 {
					t.Fatalf("ScanDoor(%q) = %+v", s, got)
				}
			}
		}
	})
}
