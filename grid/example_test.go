package grid_test

import (
	"fmt"
	"strings"
	"time"

	"gridbot/grid"
)

// street is a street small enough to see at a glance.
const street = `编号,级别,名称,上级,别名,道路,楼栋
12,街道,和风街道,,,,
1201,社区,幸福里社区,12,,,
120101,网格,第一网格,1201,,,
12010101,微网格,幸福里小区,120101,幸福里,康宁路,1-4
12010102,微网格,幸福里小区,120101,幸福里,康宁路,5-8
`

// people serve it.
const people = `工号,姓名,岗位,辖区,状态
s01,周敏华,街道指挥室,12,在岗
s05,林海波,网格长,120101,在岗
s11,张小燕,专职网格员,120101,请假
`

// load builds the directory of the examples.
func load() *grid.Directory {
	areas, err := grid.ReadAreas(strings.NewReader(street))
	if err != nil {
		panic(err)
	}
	staff, err := grid.ReadStaff(strings.NewReader(people))
	if err != nil {
		panic(err)
	}
	d, err := grid.Build(grid.Ground{Areas: areas, Staff: staff})
	if err != nil {
		panic(err)
	}
	return d
}

// A new task goes to the first group of the ladder; people on leave are not on it.
func ExampleDuty_Ladder() {
	for _, group := range load().On(grid.Day(2026, 12, 2)).Ladder("120101") {
		fmt.Println(group[0].Name)
	}
	// Output:
	// 林海波
	// 周敏华
}

// An overdue task goes one rung up from whoever has it.
func ExampleDuty_Superiors() {
	d := load().On(grid.Day(2026, 12, 2))
	fmt.Println(d.Superiors("s11", "120101")[0].Name)
	fmt.Println(d.Superiors("s05", "120101")[0].Name)
	fmt.Println(len(d.Superiors("s01", "120101")))
	// Output:
	// 林海波
	// 周敏华
	// 0
}

func ExampleDirectory_FullName() {
	fmt.Println(load().FullName("12010102"))
	// Output: 幸福里社区第一网格幸福里小区5-8幢
}

// The words decide first, then the home the speaker is bound to.
func ExampleGazetteer_Find() {
	d := load()
	g := grid.NewGazetteer(d)
	for _, text := range []string{"幸福里6幢二单元路灯不亮", "3幢楼下路灯不亮", "我家楼下路灯不亮", "翡翠花园3幢路灯不亮"} {
		for _, p := range g.Find(text, "12010102") {
			fmt.Printf("%q %s %s\n", p.Area, d.PlaceName(p), p.Text)
		}
	}
	// Output:
	// "12010102" 幸福里小区6幢2单元 幸福里6幢二单元
	// "12010101" 幸福里小区3幢 3幢楼下
	// "12010102" 幸福里小区 我家楼下
	// "" 翡翠花园3幢 翡翠花园3幢
}

func ExampleScanDoor() {
	for _, d := range grid.ScanDoor("三十二幢1-1502漏到12-2-602，昨天8-10点来过，电话13800138000") {
		fmt.Println(d.Building, d.Unit, d.Room)
	}
	// Output:
	// 32 1 1502
	// 12 2 602
}

func ExampleNumeral() {
	for _, s := range []string{"三十二", "廿三", "一百零二", "五零二", "３２", "许多"} {
		fmt.Println(grid.Numeral(s))
	}
	// Output:
	// 32 true
	// 23 true
	// 102 true
	// 502 true
	// 32 true
	// 0 false
}

func ExampleParseNumber() {
	for _, s := range []string{"１２－１０４２", " # 1042 号", "12345", "2025-11-02"} {
		n, ok := grid.ParseNumber(s)
		fmt.Println(n.Street, n.Seq, ok)
	}
	// Output:
	// 12 1042 true
	//  1042 true
	//  0 false
	//  0 false
}

// Five workdays from the last day before National Day 2026: Thursday 8, Friday 9,
// the make-up Saturday 10, Monday 12, Tuesday 13 October.
func ExampleCalendar_AddWorkdays() {
	c, err := grid.NewCalendar(grid.CalendarOptions{})
	if err != nil {
		panic(err)
	}
	from := time.Date(2026, 9, 30, 10, 0, 0, 0, c.Location())
	due := c.AddWorkdays(from, 5)
	fmt.Println(due.Format("2006-01-02 15:04"), c.Known(due.Year()))
	// Output: 2026-10-13 10:00 true
}

// Every bad cell of a file is told at once, for the person who imports it.
func ExampleReadAreas() {
	_, err := grid.ReadAreas(strings.NewReader("编号,级别,名称,上级,纬度,经度\n12,街道,,,北,121.4\n12,大区,新河,,,\n"))
	fmt.Println(err)
	// Output:
	// 第2行「名称」：不能为空
	// 第2行「纬度」：「北」不是有效的度数
	// 第3行「编号」：「12」前面已出现过
	// 第3行「级别」：不认识级别「大区」
}
