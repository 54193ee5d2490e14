package grid

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// ids lists the IDs of areas or people, separated by spaces.
func ids[T Area | Staff](list []T) string {
	var s []string
	for _, v := range list {
		switch v := any(v).(type) {
		case Area:
			s = append(s, v.ID)
		case Staff:
			s = append(s, v.ID)
		}
	}
	return strings.Join(s, " ")
}

// small is a city of one street, with a post on leave at every rung.
func small(t testing.TB, away ...string) *Directory {
	t.Helper()
	areas := []Area{
		{ID: "g2", Level: Grid, Name: "第二网格", Parent: "c1"},
		{ID: "m1", Level: Microgrid, Name: "幸福里小区", Parent: "g1", Buildings: []string{"1-4", "6"}},
		{ID: "city", Level: City, Name: "台城市"},
		{ID: "7", Level: Street, Name: "和风街道", Parent: "city"},
		{ID: "c1", Level: Community, Name: "幸福里社区", Parent: "7"},
		{ID: "g1", Level: Grid, Name: "幸福里社区第一网格", Parent: "c1"},
		{ID: "g3", Level: Grid, Name: "直属网格", Parent: "7"},
		{ID: "m2", Level: Microgrid, Name: "商业街", Parent: "g1", Buildings: []string{"A", "幼儿园"}},
		{ID: "m3", Level: Microgrid, Name: "橘园", Parent: "g2"},
	}
	staff := []Staff{
		{ID: "d2", Name: "吴志远", Posts: []Post{{Role: Dispatcher, Area: "7"}}}, {ID: "d1", Name: "周敏华", Posts: []Post{{Role: Dispatcher, Area: "7"}, {Role: StreetLeader, Area: "7"}}},
		{ID: "b1", Name: "郑秀兰", Posts: []Post{{Role: Secretary, Area: "c1"}}},
		{ID: "h1", Name: "林海波", Posts: []Post{{Role: GridHead, Area: "g1"}}}, {ID: "f1", Name: "李思远", Posts: []Post{{Role: FullTime, Area: "g1"}}},
		{ID: "f2", Name: "李思远", Posts: []Post{{Role: FullTime, Area: "g1"}, {Role: PartTime, Area: "g2"}}}, {ID: "p1", Name: "杨春芳", Posts: []Post{{Role: PartTime, Area: "g1"}}},
		{ID: "w1", Name: "卢永康", Posts: []Post{{Role: Property, Area: "m1"}}}, {ID: "k1", Name: "何所长", Posts: []Post{{Role: Department, Area: "7"}}},
		{ID: "x1", Name: "双肩挑", Posts: []Post{{Role: Secretary, Area: "c1"}, {Role: GridHead, Area: "g2"}}},
	}
	for i := range staff {
		staff[i].Away = slices.Contains(away, staff[i].ID)
	}
	d, err := Build(Ground{Areas: areas, Staff: staff})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWaysThroughTheAreas(t *testing.T) {
	d := small(t)
	up := func(id string, l Level) string { a, _ := d.Up(id, l); return a.ID }
	for name, tt := range map[string]struct{ got, want string }{
		"path of a micro-grid":  {ids(d.Path("m1")), "7 c1 g1 m1"},
		"path of a street":      {ids(d.Path("7")), "7"},
		"path of the city":      {ids(d.Path("city")), "city"},
		"path of nothing":       {ids(d.Path("nowhere")), ""},
		"path over a rung":      {ids(d.Path("g3")), "7 g3"},
		"children":              {ids(d.Children("c1")), "g2 g1"},
		"children of the last":  {ids(d.Children("m1")), ""},
		"children of nothing":   {ids(d.Children("nowhere")), ""},
		"up to itself":          {up("g1", Grid), "g1"},
		"up to the city":        {up("m1", City), "city"},
		"up to a missing rung":  {up("g3", Community), ""},
		"down is not up":        {up("c1", Grid), ""},
		"street of a grid":      {d.StreetOf("g3"), "7"},
		"street of itself":      {d.StreetOf("7"), "7"},
		"street of the city":    {d.StreetOf("city"), ""},
		"full name, grid":       {d.FullName("g2"), "幸福里社区第二网格"},
		"full name, not twice":  {d.FullName("g1"), "幸福里社区第一网格"},
		"full name, micro-grid": {d.FullName("m1"), "幸福里社区第一网格幸福里小区1-4、6幢"},
		"full name, by name":    {d.FullName("m2"), "幸福里社区第一网格商业街A、幼儿园"},
		"full name, bare":       {d.FullName("m3"), "幸福里社区第二网格橘园"},
		"full name, community":  {d.FullName("c1"), "幸福里社区"},
		"full name, street":     {d.FullName("7"), "和风街道"},
		"full name, no such":    {d.FullName("nowhere"), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", name, tt.got, tt.want)
		}
	}
	if !d.Contains("c1", "m1") || !d.Contains("m1", "m1") || d.Contains("m1", "c1") || d.Contains("g2", "m1") || d.Contains("nowhere", "m1") {
		t.Error("Contains is wrong")
	}
	if _, ok := d.Area("nowhere"); ok {
		t.Error("an area that is not there was found")
	}
	if got := ids(d.Areas()); got != "city 7 c1 g2 m3 g1 m1 m2 g3" {
		t.Errorf("Areas() = %s", got)
	}
}

func TestPlaceName(t *testing.T) {
	d := small(t)
	for _, tt := range []struct {
		p    Place
		want string
	}{
		{Place{Microgrid: "m1", Area: "m1", Building: "3", Exact: true}, "幸福里小区3幢"},
		{Place{Microgrid: "m1", Area: "m1", Building: "3", Unit: "2", Floor: "5", Room: "501"}, "幸福里小区3幢2单元5楼"},
		{Place{Area: "g1", Building: "99"}, "幸福里社区第一网格99幢"},
		{Place{Area: "c1"}, "幸福里社区"},
		{Place{Area: "m3", Building: "17", Text: "橘园17号门口"}, "橘园17号"},
		{Place{Area: "m3", Building: "17", Text: "橘园１７号"}, "橘园17号"},
		{Place{Area: "m3", Building: "17", Text: "橘园17号楼"}, "橘园17幢"},
		{Place{Area: "m3", Building: "17", Text: "橘园17号幢"}, "橘园17幢"},
		{Place{Area: "m3", Text: "橘园17号"}, "橘园"},
		{Place{Building: "3", Text: "翡翠花园3幢"}, "翡翠花园3幢"},
		{Place{Building: "12", Unit: "1", Room: "301", Text: "翡翠湾12-1-301"}, "翡翠湾12-1"},
		{Place{Text: "翡翠花园３幢２单元５０１室门口"}, "翡翠花园３幢２单元门口"},
		{Place{Text: "翡翠花园3幢一单元五零二"}, "翡翠花园3幢一单元"},
		{Place{Text: "翡翠大厦2102"}, "翡翠大厦"},
		{Place{Text: "翡翠花园3-0501"}, "翡翠花园3"},
		{Place{Text: "翡翠花园3幢825A室"}, "翡翠花园3幢"},
		{Place{Text: "502室"}, ""},
		{Place{}, ""},
	} {
		if got := d.PlaceName(tt.p); got != tt.want {
			t.Errorf("PlaceName(%+v) = %q, want %q", tt.p, got, tt.want)
		}
	}
}

func TestAskingDoesNotChangeTheDirectory(t *testing.T) {
	d := small(t, "f1")
	d.On(at(2, 12, 0)).Ladder("g1")
	d.On(at(2, 12, 0)).Superiors("f1", "g1")
	d.People()[0].Name = "改"
	d.Areas()[0].Name = "改"
	if got := ids(d.At("g1", FullTime)); got != "f1 f2" {
		t.Errorf("the ladder changed the posts: %s", got)
	}
	if p := d.People()[0]; p.Name == "改" {
		t.Error("the list of people is the directory's own")
	}
	if a := d.Areas()[0]; a.Name == "改" {
		t.Error("the list of areas is the directory's own")
	}
}

func TestDirectoryCopiesWhatItIsGiven(t *testing.T) {
	areas := []Area{{ID: "7", Level: Street, Name: "和风街道", Aliases: []string{"和风"}}}
	staff := []Staff{{ID: "d1", Name: "周", Posts: []Post{{Role: Dispatcher, Area: "7"}}}}
	d, err := Build(Ground{Areas: areas, Staff: staff})
	if err != nil {
		t.Fatal(err)
	}
	areas[0].Aliases[0], staff[0].Posts[0].Role = "改", Guide
	a, _ := d.Area("7")
	s, _ := d.Staff("d1")
	if a.Aliases[0] != "和风" || s.Posts[0].Role != Dispatcher {
		t.Error("the caller's slices are still in use")
	}
}

func TestGaps(t *testing.T) {
	want := []Gap{{"g2", "和风街道 幸福里社区第二网格", FullTime}, {"g3", "和风街道 直属网格", GridHead}, {"g3", "和风街道 直属网格", FullTime}}
	if got := small(t, "h1", "f1", "f2").Gaps(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	d, err := Build(Ground{Areas: []Area{{ID: "7", Level: Street, Name: "和风街道"}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Gaps(); !slices.Equal(got, []Gap{{"7", "和风街道", Dispatcher}}) {
		t.Errorf("got %v", got)
	}
}

func TestBuildTellsEveryProblem(t *testing.T) {
	ok := Area{ID: "7", Level: Street, Name: "和风街道"}
	for code, tt := range map[string]struct {
		areas []Area
		staff []Staff
	}{
		"area_id":      {areas: []Area{{ID: "a b", Level: City, Name: "甲"}}},
		"street_id":    {areas: []Area{{ID: "0576", Level: Street, Name: "甲"}}},
		"area_twice":   {areas: []Area{ok, ok}},
		"area_level":   {areas: []Area{{ID: "x", Level: "moon", Name: "甲"}}},
		"area_name":    {areas: []Area{{ID: "x", Level: City}}},
		"no_parent":    {areas: []Area{{ID: "c", Level: Community, Name: "甲", Parent: "gone"}}},
		"parent_level": {areas: []Area{ok, {ID: "8", Level: Street, Name: "甲", Parent: "7"}}},
		"no_street":    {areas: []Area{{ID: "c", Level: Community, Name: "甲"}}},
		"buildings":    {areas: []Area{{ID: "7", Level: Street, Name: "甲", Buildings: []string{"9-2"}}}},
		"position":     {areas: []Area{{ID: "7", Level: Street, Name: "甲", Lat: 128}}},
		"staff_id":     {areas: []Area{ok}, staff: []Staff{{ID: "", Name: "周", Posts: []Post{{Role: Guide, Area: "7"}}}}},
		"staff_twice":  {areas: []Area{ok}, staff: []Staff{{ID: "s", Name: "周", Posts: []Post{{Role: Guide, Area: "7"}}}, {ID: "s", Name: "周", Posts: []Post{{Role: Guide, Area: "7"}}}}},
		"staff_name":   {areas: []Area{ok}, staff: []Staff{{ID: "s", Posts: []Post{{Role: Guide, Area: "7"}}}}},
		"no_post":      {areas: []Area{ok}, staff: []Staff{{ID: "s", Name: "周"}}},
		"role":         {areas: []Area{ok}, staff: []Staff{{ID: "s", Name: "周", Posts: []Post{{Role: "king", Area: "7"}}}}},
		"unit":         {areas: []Area{ok}, staff: []Staff{{ID: "s", Name: "周", Posts: []Post{{Department, "7", "moon"}}}}},
		"leave":        {areas: []Area{ok}, staff: []Staff{{ID: "s", Name: "周", Posts: []Post{{Role: Guide, Area: "7"}}, Leaves: []Leave{{Day(2026, 12, 3), Day(2026, 12, 3)}}}}},
		"substitute":   {areas: []Area{ok}, staff: []Staff{{ID: "s", Name: "周", Posts: []Post{{Role: Guide, Area: "7"}}, Substitutes: []string{"s"}}}},
		"post_area":    {areas: []Area{ok}, staff: []Staff{{ID: "s", Name: "周", Posts: []Post{{Role: Guide, Area: "gone"}}}}},
	} {
		d, err := Build(Ground{Areas: tt.areas, Staff: tt.staff})
		var p *Problem
		if d != nil || !errors.As(err, &p) || p.Code != code {
			t.Errorf("%s: got %v", code, err)
			continue
		}
		if strings.ContainsAny(err.Error(), "{}") || strings.Contains(err.Error(), "problem.") {
			t.Errorf("%s: unfinished words: %v", code, err)
		}
	}
	for _, wrong := range []Post{{Guide, "7", "fire"}, {Property, "7", "fire"}} {
		if _, err := Build(Ground{Areas: []Area{ok}, Staff: []Staff{{ID: "s", Name: "周", Posts: []Post{wrong}}}}); err == nil {
			t.Errorf("%v is no department and has a unit", wrong)
		}
	}
	_, err := Build(Ground{Areas: []Area{{ID: "", Level: "moon"}, {ID: "c", Level: Community, Name: "甲", Parent: "gone"}}, Staff: []Staff{{ID: "s"}}})
	if n := strings.Count(err.Error(), "\n") + 1; n != 6 {
		t.Errorf("want all six problems, got %d: %v", n, err)
	}
	if _, err := Build(Ground{Areas: []Area{{ID: "city", Level: City, Name: "市"}, {ID: "c", Level: Community, Name: "甲", Parent: "city"}}}); err == nil {
		t.Error("a community outside any street was accepted")
	}
}

func TestLevels(t *testing.T) {
	if !City.Above(Microgrid) || Grid.Above(Grid) || Grid.Above(Community) || Level("moon").Above(Grid) || City.Above("moon") {
		t.Error("Above is wrong")
	}
	if !Grid.Valid() || Level("").Valid() || !Guide.Valid() || Role("").Valid() {
		t.Error("Valid is wrong")
	}
}

func TestExpandBuildings(t *testing.T) {
	for spec, want := range map[string]string{
		"1-4":    "1 2 3 4",
		"15":     "15",
		"15幢":    "15",
		"3号楼":    "3",
		"３－５":    "3 4 5",
		"a座":     "A",
		"A":      "A",
		"幼儿园":    "幼儿园",
		"03":     "3",
		"7-7":    "7",
		"":       "?",
		" ":      "?",
		"9-2":    "?",
		"0-3":    "?",
		"1-9999": "?",
		"幢":      "幢",
	} {
		got, ok := expandBuildings(spec)
		if s := strings.Join(got, " "); ok != (want != "?") || ok && s != want {
			t.Errorf("expandBuildings(%q) = %q, %v", spec, s, ok)
		}
	}
}
