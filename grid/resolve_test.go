package grid

import (
	"fmt"
	"strings"
	"testing"
)

// twoStreets is ground made to be confused: the same names in two streets.
//
//	street 7: community c1 (grids g1, g2), community c2 (grid g3), grid g9 without a community
//	street 8: community c3 (grid g4), grid g5 without micro-grids
func twoStreets(t testing.TB, more ...Area) *Gazetteer {
	t.Helper()
	areas := append([]Area{
		{ID: "7", Level: Street, Name: "和风街道"},
		{ID: "8", Level: Street, Name: "新河街道"},
		{ID: "c1", Level: Community, Name: "东塘社区", Parent: "7"},
		{ID: "c2", Level: Community, Name: "西塘社区", Parent: "7"},
		{ID: "c3", Level: Community, Name: "南塘社区", Parent: "8"},
		{ID: "g1", Level: Grid, Name: "第一网格", Parent: "c1"},
		{ID: "g2", Level: Grid, Name: "第二网格", Parent: "c1"},
		{ID: "g3", Level: Grid, Name: "第一网格", Parent: "c2"},
		{ID: "g4", Level: Grid, Name: "第一网格", Parent: "c3"},
		{ID: "g5", Level: Grid, Name: "第五网格", Parent: "c3"},
		{ID: "g9", Level: Grid, Name: "直属网格", Parent: "7"},
		{ID: "a1", Level: Microgrid, Name: "翠园小区", Parent: "g1", Roads: []string{"长江路"}, Buildings: []string{"1-5"}},
		{ID: "a2", Level: Microgrid, Name: "翠园小区", Parent: "g2", Roads: []string{"黄河路"}, Buildings: []string{"6-9"}},
		{ID: "b1", Level: Microgrid, Name: "安居小区", Parent: "g2", Roads: []string{"黄河路"}, Buildings: []string{"1-5"}},
		{ID: "b2", Level: Microgrid, Name: "安居小区", Parent: "g3", Roads: []string{"长江路"}, Buildings: []string{"1-8"}},
		{ID: "b3", Level: Microgrid, Name: "安居小区", Parent: "g4", Roads: []string{"长江路"}, Buildings: []string{"1-9"}},
		{ID: "d1", Level: Microgrid, Name: "云台公寓", Parent: "g9", Buildings: []string{"1-2"}},
		{ID: "s1", Level: Microgrid, Name: "石塔楼", Parent: "g4", Buildings: []string{"3"}},
		{ID: "s2", Level: Microgrid, Name: "石塔楼", Parent: "g4", Buildings: []string{"3"}},
	}, more...)
	d, err := Build(Ground{Areas: areas})
	if err != nil {
		t.Fatal(err)
	}
	return NewGazetteer(d)
}

func TestWhichOfTheSameName(t *testing.T) {
	g := twoStreets(t)
	tests := []struct{ name, text, home, want string }{
		{"all of them", "安居小区3幢", "", "b1 3///!;b2 3///!;b3 3///!"},
		{"the building rules two out", "安居小区9幢", "", "b3 9///!"},
		{"the building rules one out", "安居小区7幢", "", "b2 7///!;b3 7///!"},
		{"the community of home first", "安居小区3幢", "a1", "b1 3///!"},
		{"then the street of home", "安居小区3幢", "d1", "b1 3///!;b2 3///!"},
		{"another street has it alone", "安居小区9幢", "a1", "b3 9///!"},
		{"a street said", "新河街道安居小区3幢", "", "b3 3///!"},
		{"a street said, home in the other", "新河街道安居小区3幢", "a1", "b3 3///!"},
		{"a community said", "西塘社区的安居小区3幢", "a1", "b2 3///!"},
		{"a road said before", "长江路安居小区3幢", "", "b2 3///!;b3 3///!"},
		{"a road and a street said", "新河街道长江路安居小区3幢", "", "b3 3///!"},
		{"a road said behind", "安居小区3幢，靠黄河路", "", "b1 3///!"},
		{"a grid said", "东塘社区第二网格安居小区3幢", "", "b1 3///!"},
		{"what does not fit does not narrow", "黄河路翠园小区3幢", "", "a1 3///!"},

		{"where one lives does not narrow", "我住东塘社区，安居小区3幢", "", "b1 3///!;b2 3///!;b3 3///!"},
		{"where one lives gives way", "我住云台公寓，翠园小区很脏", "", "c1 ///"},
		{"where one lives, nothing else said", "我住云台公寓，路很脏", "", "d1 ///"},
		{"the 小区 behind rather than the road before", "黄河路3幢，翠园小区", "", "a1 3///!"},
		{"a unit near by", "翠园小区3幢，在2单元", "", "a1 3/2//!"},
		{"a unit far off", "翠园小区3幢的事情已经反映过很多次了，2单元", "", "a1 3///!"},
		{"another building's unit", "翠园小区3幢，4幢2单元", "", "a1 3///!"},

		{"over two grids", "翠园小区很脏", "", "c1 ///"},
		{"over two grids, at home in one", "翠园小区很脏", "a2", "a2 ///"},
		{"over two grids, building", "翠园小区8幢", "", "a2 8///!"},
		{"over two grids, no such building", "翠园小区88幢", "", "c1 88///"},
		{"home 小区 over two grids", "2幢", "a2", "a1 2///!"},
		{"home 小区 of that community only", "8幢", "b1", "g2 8///"},
		{"in three communities", "安居小区很脏", "", "g2 ///;g3 ///;g4 ///"},
		{"one building in two micro-grids", "石塔楼3幢", "", "s1 3///!;s2 3///!"},
		{"one building in two, at home in one", "石塔楼3幢", "s2", "s2 3///!"},
		{"one building in two, said bare", "3幢", "s1", "s1 3///!"},

		{"no community around", "云台公寓1幢", "", "d1 1///!"},
		{"no community around, no such building", "云台公寓9幢", "", "g9 9///"},
		{"no community around, home", "2幢", "d1", "d1 2///!"},
		{"a grid without micro-grids", "第五网格的问题", "", "g5 ///"},
		{"a grid without micro-grids, building", "第五网格3幢", "", "g5 3///"},
		{"grids of one name", "第一网格谁负责", "", "g1 ///;g3 ///;g4 ///"},
		{"grids of one name, from home, the only micro-grid", "第一网格谁负责", "b1", "a1 ///"},
		{"a community and a building", "东塘社区3幢", "", "a1 3///!;b1 3///!"},
		{"a community and a building, at home there", "东塘社区3幢", "a1", "a1 3///!"},
		{"community of home", "东塘社区太脏了", "b1", "b1 ///"},
	}
	for _, tt := range tests {
		var got []string
		for _, p := range g.Find(tt.text, tt.home) {
			got = append(got, placeText(p))
		}
		if s := strings.Join(got, ";"); s != tt.want {
			t.Errorf("%s: Find(%q, %q)\n got %q\nwant %q", tt.name, tt.text, tt.home, s, tt.want)
		}
	}
}

func TestPlacesOfOneNameAreToldApart(t *testing.T) {
	g := twoStreets(t)
	for text, want := range map[string]string{
		"安居小区3幢":  "东塘社区安居小区3幢;西塘社区安居小区3幢;南塘社区安居小区3幢",
		"安居小区很脏":  "东塘社区第二网格;西塘社区第一网格;南塘社区第一网格",
		"翠园小区3幢":  "翠园小区3幢",
		"云台公寓1幢":  "云台公寓1幢",
		"第一网格谁负责": "东塘社区第一网格;西塘社区第一网格;南塘社区第一网格",
		"东塘社区3幢":  "翠园小区3幢;东塘社区安居小区3幢",
	} {
		var got []string
		for _, p := range g.Find(text, "") {
			got = append(got, g.d.PlaceName(p))
		}
		if s := strings.Join(got, ";"); s != want {
			t.Errorf("%q is told as %s, want %s", text, s, want)
		}
	}
}

func TestTooManyPlacesAreNone(t *testing.T) {
	var more []Area
	for i := range 8 {
		c, gr := fmt.Sprintf("x%d", i), fmt.Sprintf("y%d", i)
		more = append(more,
			Area{ID: c, Level: Community, Name: "第" + c + "社区", Parent: "8"}, Area{ID: gr, Level: Grid, Name: "九号网格", Parent: c},
			Area{ID: "z" + c, Level: Microgrid, Name: "人民新村小区", Parent: gr, Buildings: []string{"1-3"}, Roads: []string{"人民路"}})
	}
	g := twoStreets(t, more...)
	for _, tt := range []struct{ text, home, want string }{
		{"人民新村小区2幢", "", " 2///"},
		{"人民新村小区很脏", "", " ///"},
		{"人民路很脏", "", " ///"},
		{"九号网格", "", " ///"},
		{"人民新村小区2幢", "zx3", "zx3 2///!"},
		{"人民路很脏", "zx3", "zx3 ///"},
		{"人民新村小区2幢", "a1", " 2///"},
	} {
		got := g.Find(tt.text, tt.home)
		if len(got) != 1 || placeText(got[0]) != tt.want || got[0].Text == "" {
			t.Errorf("Find(%q, %q) = %+v, want %q", tt.text, tt.home, got, tt.want)
		}
	}
}

func TestTheTextOfAPlace(t *testing.T) {
	g := twoStreets(t)
	for text, want := range map[string]string{
		"报告：翠园小区3幢楼下有水":      "翠园小区3幢楼下",
		"翠园小区3幢2单元501":       "翠园小区3幢2单元501",
		"翠园小区 3幢 大门口有水":      "翠园小区 3幢",
		"翠园小区3幢大门口有水":        "翠园小区3幢大门口",
		"翠园小区的绿化带旁边靠近3幢":     "翠园小区的绿化带旁边靠近3幢",
		"翠园小区的业主反映了很多次，就是3幢": "翠园小区",
		"3幢（翠园小区）没水":         "3幢（翠园小区",
		"黄河路有坑":              "黄河路",
		"黄河路路口有坑":            "黄河路路口",
		"我在翡翠花园门口":           "翡翠花园门口",
		"昨天去翡翠花园３幢":          "翡翠花园３幢",
		"翠园小区３幢２单元楼道里堆满了东西":  "翠园小区３幢２单元楼道里",
		"东塘社区活动中心":           "东塘社区",
		"翠园小区东门外":            "翠园小区东门",
		"\xff翠园小区\xff3幢\xff": "翠园小区\xff3幢",
		"👍翠园小区👍":             "翠园小区",
	} {
		got := g.Find(text, "")
		if len(got) == 0 || got[0].Text != want || text[got[0].Start:got[0].End] != want {
			t.Errorf("Find(%q) = %+v, want the text %q", text, got, want)
		}
	}
}

func TestStrangersAreOnlyWhatLooksLikeAName(t *testing.T) {
	g := twoStreets(t)
	for text, want := range map[string]string{
		"翡翠花园":          "翡翠花园",
		"我住翡翠花园":        "翡翠花园",
		"请问翡翠花园怎么走":     "翡翠花园",
		"和风街道翡翠花园":      "翡翠花园",
		"去年搬到江南新村":      "江南新村",
		"花园":            "",
		"小花园":           "",
		"我们的花园":         "",
		"楼顶花园漏水":        "",
		"青年公寓申请":        "",
		"美丽家园建设":        "",
		"江南府的路灯":        "",
		"政府几点上班":        "",
		"江南府3幢":         "江南府3幢",
		"湖3幢":           "3幢",
		"翠湖苑12-2-602":   "翠湖苑12-2-602",
		"我家在城里3幢":       "3幢",
		"人民法院3楼":        "3楼",
		"翠园花园":          "翠园",
		"比较好的小区":        "小区",
		"小区小区小区":        "小区",
		"abc花园":         "",
		"路灯坏了，小区花园没人修剪": "小区",
	} {
		got := ""
		if list := g.Find(text, ""); len(list) > 0 {
			got = list[0].Text
			if list[0].Area != "" && got != "翠园" {
				t.Errorf("Find(%q) resolved a stranger to %s", text, list[0].Area)
			}
		}
		if got != want {
			t.Errorf("Find(%q) gave %q, want %q", text, got, want)
		}
	}
}
