package grid

import (
	"strings"
	"testing"
)

// placeText writes a place as area building/unit/floor/room, with ! when exact.
func placeText(p Place) string {
	s := p.Area + " " + strings.Join([]string{p.Building, p.Unit, p.Floor, p.Room}, "/")
	if p.Exact {
		s += "!"
	}
	return s
}

func TestFind(t *testing.T) {
	g := NewGazetteer(sampleStreet(t))
	const home = "12010102" // 幸福里小区 5-8
	tests := []struct{ name, text, home, want, span string }{
		{"estate and building", "幸福里小区3幢楼下路灯不亮了", "", "12010101 3///!", "幸福里小区3幢楼下"},
		{"in another micro-grid", "幸福里小区18幢电梯坏了", "", "12010105 18///!", "幸福里小区18幢"},
		{"short name", "幸福里3幢2单元501漏水", "", "12010101 3/2//501!", "幸福里3幢2单元501"},
		{"alias", "幸福里二区 10幢 垃圾没人收", "", "12010103 10///!", "幸福里二区 10幢"},
		{"numerals", "锦绣花苑三幢二单元五楼", "", "12010201 3/2/5/!", "锦绣花苑三幢二单元五楼"},
		{"full width", "幸福里小区３幢", "", "12010101 3///!", "幸福里小区３幢"},
		{"dashes", "柳岸花园12-2-602停水", "", "12020103 12/2//602!", "柳岸花园12-2-602"},
		{"words between", "幸福里小区北门进来的3幢", "", "12010101 3///!", "幸福里小区北门进来的3幢"},
		{"name behind", "3幢的灯坏了，是幸福里小区", "", "12010101 3///!", "3幢的灯坏了，是幸福里小区"},
		{"letter", "银杏大厦B座12楼", "", "12020304 B//12/!", "银杏大厦B座12楼"},
		{"road and number", "临江路17号门口井盖没了", "", "12010206 17///!", "临江路17号门口"},
		{"village and number", "石桥头村45号旁边", "", "12020302 45///!", "石桥头村45号旁边"},
		{"road and estate", "康宁路幸福里小区6幢", "", "12010102 6///!", "幸福里小区6幢"},
		{"road does not hide the building", "橘园路边上的幸福里小区3幢", "", "12010101 3///!", "幸福里小区3幢"},
		{"two doors, the first", "幸福里小区3幢和5幢都停电", "", "12010101 3///!", "幸福里小区3幢"},
		{"unit said later", "幸福里小区3幢楼下，2单元门口", "", "12010101 3/2//!", "幸福里小区3幢楼下，2单元门口"},

		{"building only", "3幢楼下路灯不亮", home, "12010101 3///!", "3幢楼下"},
		{"building of home", "6幢的电梯", home, "12010102 6///!", "6幢"},
		{"building only, no home", "3幢楼下路灯不亮", "", " 3///", "3幢楼下"},
		{"building the 小区 lacks", "99幢路灯不亮", home, "120101 99///", "99幢"},
		{"named building the 小区 lacks", "幸福里小区99幢路灯不亮", home, "120101 99///", "幸福里小区99幢"},
		{"unit only", "2单元电梯坏了", home, "12010102 /2//", "2单元"},
		{"room only", "502室一直漏水", home, "12010102 ///502", "502室"},
		{"unit only, no home", "2单元电梯坏了", "", " /2//", "2单元"},
		{"lives elsewhere", "我住6幢，3幢楼下路灯不亮", home, "12010101 3///!", "3幢楼下"},
		{"lives in another", "我住在柳岸花园3幢，幸福里小区3幢楼下有人烧东西", "", "12010101 3///!", "幸福里小区3幢楼下"},

		{"home words", "我家楼下路灯不亮", home, "12010102 ///", "我家楼下"},
		{"our estate", "我们小区垃圾没人收", home, "12010102 ///", "我们小区"},
		{"home words, no home", "我家楼下路灯不亮", "", " ///", "我家楼下"},
		{"the estate of home", "幸福里小区门口路灯不亮", home, "12010102 ///", "幸福里小区门口"},

		{"another 小区 wins over home", "柳岸花园3幢有人烧东西", home, "12020101 3///!", "柳岸花园3幢"},
		{"another 小区 without building", "柳岸花园门口很臭", home, "120201 ///", "柳岸花园门口"},
		{"one micro-grid", "粮站宿舍漏水", "", "12010205 ///", "粮站宿舍"},
		{"community", "幸福里社区服务中心", "", "1201 ///", "幸福里社区"},
		{"grid", "柳岸社区第二网格", "", "120202 ///", "第二网格"},
		{"grid of home's community", "第二网格的人", home, "120102 ///", "第二网格"},
		{"road in one community", "临江路路灯坏了", "", "120102 ///", "临江路"},
		{"road of home", "康宁路路灯坏了", home, "12010102 ///", "康宁路"},

		{"unknown 小区 and building", "翡翠花园3幢路灯坏了", home, " 3///", "翡翠花园3幢"},
		{"unknown 小区", "我在翠湖小区门口摔了一跤", home, " ///", "翠湖小区门口"},
		{"unknown short ending", "江南府3幢", home, " 3///", "江南府3幢"},
		{"unknown beside known", "幸福里小区对面的翠湖花园3幢", home, " 3///", "翠湖花园3幢"},
		{"next door's 小区", "隔壁小区放鞭炮", home, " ///", "隔壁小区"},

		{"same name twice", "安居小区3幢停水", "", "12010204 3///!;12020203 3///!", "安居小区3幢;安居小区3幢"},
		{"same name, a street apart from home", "安居小区3幢停水", home, "12010204 3///!", "安居小区3幢"},
		{"same name, community said", "柳岸社区安居小区3幢停水", home, "12020203 3///!", "安居小区3幢"},
		{"same name, only one has it", "安居小区6幢停水", home, "12020203 6///!", "安居小区6幢"},
		{"same name, road said", "学海路安居小区停水", "", "12020203 ///", "安居小区"},
		{"road through two communities", "和风大道路面坑洼", "", "120101 ///;1202 ///", "和风大道;和风大道"},

		{"no place", "路灯坏了", home, "", ""},
		{"no place at all", "你好", "", "", ""},
		{"empty", "", home, "", ""},
		{"generic garden", "公共花园里有人种菜", home, "", ""},
		{"street alone", "和风街道办事处几点上班", home, "", ""},
		{"unknown home", "我家楼下", "nowhere", " ///", "我家楼下"},
		{"home that is no micro-grid", "我家楼下", "1201", " ///", "我家楼下"},
	}
	for _, tt := range tests {
		var got, span []string
		for _, p := range g.Find(tt.text, tt.home) {
			got, span = append(got, placeText(p)), append(span, p.Text)
			if tt.text[p.Start:p.End] != p.Text {
				t.Errorf("%s: span %d:%d is not %q", tt.name, p.Start, p.End, p.Text)
			}
			if a, _ := g.d.Area(p.Area); (a.Level == Microgrid) != (p.Microgrid != "") || p.Microgrid != "" && p.Microgrid != p.Area {
				t.Errorf("%s: area %q but micro-grid %q", tt.name, p.Area, p.Microgrid)
			}
		}
		if s, x := strings.Join(got, ";"), strings.Join(span, ";"); s != tt.want || x != tt.span {
			t.Errorf("%s: Find(%q, %q)\n got %q in %q\nwant %q in %q", tt.name, tt.text, tt.home, s, x, tt.want, tt.span)
		}
	}
}
