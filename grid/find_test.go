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

		{"homophone in the name", "辛福里小区3幢灯坏了", "", "12010101 3///!", "辛福里小区3幢"},
		{"wrong in the middle", "我在幸复里小区18幢", "", "12010105 18///!", "幸复里小区18幢"},
		{"wrong at its end", "幸福理小区3幢", home, "12010101 3///!", "幸福理小区3幢"},
		{"wrong in the short name", "兴福里3幢停水", "", "12010101 3///!", "兴福里3幢"},
		{"another ending is another name", "幸福村3幢停水", "", " 3///", "幸福村3幢"},
		{"two wrong", "辛复里小区3幢", home, " 3///", "辛复里小区3幢"},
		{"too short to be mistyped", "望朝小区7幢", home, " 7///", "望朝小区7幢"},

		{"crossing", "康宁路和和风大道交叉口红绿灯坏了", "", "12010106 ///", "康宁路和和风大道交叉口"},
		{"crossing without and", "和风大道康宁路口积水", "", "12010106 ///", "和风大道康宁路口"},
		{"crossing of home", "柳岸路与和风大道路口有坑", "12020101", "12020103 ///", "柳岸路与和风大道路口"},
		{"crossing that no micro-grid lies at", "临江路、学海路交叉口", "", "120102 ///;120202 ///", "临江路、学海路交叉口;临江路、学海路交叉口"},
		{"two roads and no crossing", "和风大道、康宁路都没灯", "", "120101 ///;1202 ///", "和风大道;和风大道"},

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

func TestFindWithoutAreas(t *testing.T) {
	d, err := Build(Ground{})
	if err != nil {
		t.Fatal(err)
	}
	g := NewGazetteer(d)
	if got := g.Find("幸福里小区3幢", "12010101"); len(got) != 1 || placeText(got[0]) != " 3///" || got[0].Text != "幸福里小区3幢" {
		t.Errorf("got %+v", got)
	}
	if _, _, ok := g.Nearest(28.65, 121.42); ok {
		t.Error("nothing is near")
	}
}

func TestNamesTooGeneralAreNotMatchedAlone(t *testing.T) {
	d, err := Build(Ground{Areas: []Area{
		{ID: "7", Level: Street, Name: "和风街道"}, {ID: "c", Level: Community, Name: "新河社区", Parent: "7"}, {ID: "g", Level: Grid, Name: "第一网格", Parent: "c"},
		{ID: "m1", Level: Microgrid, Name: "翠园小区", Parent: "g", Aliases: []string{"一期", "园"}, Buildings: []string{"1-9"}},
		{ID: "m2", Level: Microgrid, Name: "翠园小区", Parent: "g", Aliases: []string{"二期"}, Buildings: []string{"1-9"}},
		{ID: "m3", Level: Microgrid, Name: "小区", Parent: "g"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	g := NewGazetteer(d)
	for text, want := range map[string]string{
		"一期路灯坏了": "", "园里的灯": "", "小区": " ///", "翠园一期3幢": "m1 3///!", "翠园二期3幢": "m2 3///!",
		"翠园3幢": "m1 3///!;m2 3///!", "翠园小区": "g ///", "翠园12幢": "g 12///",
	} {
		var got []string
		for _, p := range g.Find(text, "") {
			got = append(got, placeText(p))
		}
		if s := strings.Join(got, ";"); s != want {
			t.Errorf("Find(%q) = %q, want %q", text, s, want)
		}
	}
}

func TestBuildingsNobodyListed(t *testing.T) {
	d, err := Build(Ground{Areas: []Area{
		{ID: "7", Level: Street, Name: "和风街道"}, {ID: "c", Level: Community, Name: "新河社区", Parent: "7"}, {ID: "g", Level: Grid, Name: "第一网格", Parent: "c"},
		{ID: "m1", Level: Microgrid, Name: "翠园小区", Parent: "g", Buildings: []string{"1-9"}}, {ID: "m2", Level: Microgrid, Name: "翠园小区", Parent: "g"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	g := NewGazetteer(d)
	for _, tt := range []struct{ text, home, want string }{
		{"翠园小区3幢", "", "m1 3///!"}, {"翠园小区12幢", "", "m2 12///"}, {"12幢", "m1", "m2 12///"}, {"12幢", "m2", "m2 12///"},
	} {
		if got := g.Find(tt.text, tt.home); len(got) != 1 || placeText(got[0]) != tt.want {
			t.Errorf("Find(%q, %q) = %+v, want %s", tt.text, tt.home, got, tt.want)
		}
	}
}

func FuzzFind(f *testing.F) {
	g := NewGazetteer(sampleStreet(f))
	for _, s := range []string{
		"幸福里小区3幢楼下路灯不亮", "我住6幢，3幢楼下", "翡翠花园3幢", "安居小区3幢", "\xff我家楼下\xf0", "临江路17号", "和风大道", "３　幢　２　单元", "第二网格12-2-602",
	} {
		f.Add(s, "12010102")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, text, home string) {
		places := g.Find(text, home)
		if len(places) > manyPlaces {
			t.Fatalf("%d places", len(places))
		}
		for _, p := range places {
			if p.Start < 0 || p.End <= p.Start || p.End > len(text) || text[p.Start:p.End] != p.Text {
				t.Fatalf("%q: span %d:%d, text %q", text, p.Start, p.End, p.Text)
			}
			a, ok := g.d.Area(p.Area)
			if ok != (p.Area != "") || (a.Level == Microgrid) != (p.Microgrid != "") || p.Exact && (p.Building == "" || p.Microgrid == "") {
				t.Fatalf("%q: %+v", text, p)
			}
		}
	})
}

// TestEveryNameOfTheSampleLeadsHome asks for every alias and road of every
// micro-grid; whatever else the name may mean, a person bound there means there.
func TestEveryNameOfTheSampleLeadsHome(t *testing.T) {
	d := sampleStreet(t)
	g := NewGazetteer(d)
	for _, a := range d.Areas() {
		if a.Level != Microgrid {
			continue
		}
		for _, name := range append([]string{a.Name}, append(a.Aliases, a.Roads...)...) {
			got := g.Find("请来"+name+"看看，太脏了", a.ID)
			if len(got) != 1 || got[0].Microgrid != a.ID || got[0].Exact {
				t.Errorf("%s from %s: %+v", name, a.ID, got)
			}
			if anywhere := g.Find("请来"+name+"看看，太脏了", ""); len(anywhere) == 0 || anywhere[0].Area == "" {
				t.Errorf("%s without a home: %+v", name, anywhere)
			}
		}
		grid, _ := d.Up(a.ID, Grid)
		community, _ := d.Up(a.ID, Community)
		got := g.Find(community.Name+grid.Name+"的负责人是谁", "")
		if len(got) != 1 || got[0].Area != grid.ID {
			t.Errorf("%s: %+v", d.FullName(grid.ID), got)
		}
		if full := d.FullName(a.ID); !strings.HasPrefix(full, d.FullName(grid.ID)) || !strings.Contains(full, a.Name) {
			t.Errorf("%s is called %s", a.ID, full)
		}
	}
}

// TestFullNamesOfTheSampleDiffer: two posters must never bear the same words.
func TestFullNamesOfTheSampleDiffer(t *testing.T) {
	seen := make(map[string]string)
	d := sampleStreet(t)
	for _, a := range d.Areas() {
		name := d.FullName(a.ID)
		if other, twice := seen[name]; twice {
			t.Errorf("%s and %s are both %s", a.ID, other, name)
		}
		seen[name] = a.ID
	}
}

// TestTheSampleStreetStandsUp finds every building of every micro-grid by its own name.
func TestTheSampleStreetStandsUp(t *testing.T) {
	d := sampleStreet(t)
	g := NewGazetteer(d)
	if gaps := d.Gaps(); len(gaps) != 1 || gaps[0] != (Gap{"120203", "和风街道 柳岸社区第三网格", FullTime}) {
		t.Errorf("gaps: %v", gaps)
	}
	if twins := d.StaffNamed("12", "李思远"); ids(twins) != "s14 s16" {
		t.Errorf("twins: %s", ids(twins))
	}
	for _, a := range d.Areas() {
		if a.Level != Microgrid {
			continue
		}
		if len(d.On(at(2, 12, 0)).Ladder(a.ID)) < 3 || a.Lat == 0 {
			t.Errorf("%s has no proper ladder or no centre", a.ID)
		}
		if near, _, _ := g.Nearest(a.Lat, a.Lon); near != a.ID {
			t.Errorf("nearest to %s is %s", a.ID, near)
		}
		for _, spec := range a.Buildings {
			all, _ := expandBuildings(spec)
			for _, b := range all {
				if _, numbered := Numeral(b); !numbered {
					continue
				}
				got := g.Find(a.Name+b+"幢", a.ID)
				if len(got) != 1 || got[0].Microgrid != a.ID || !got[0].Exact {
					t.Errorf("%s%s幢: %+v", a.Name, b, got)
				}
			}
		}
	}
}
