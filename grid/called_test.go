package grid

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// town is a street with affiliates at every rung.
func town(t testing.TB) *Directory {
	t.Helper()
	areas := []Area{
		{ID: "city", Level: City, Name: "台城市"}, {ID: "7", Level: Street, Name: "和风街道", Parent: "city"}, {ID: "8", Level: Street, Name: "新河街道", Parent: "city"},
		{ID: "c1", Level: Community, Name: "幸福里社区", Parent: "7"}, {ID: "g1", Level: Grid, Name: "第一网格", Parent: "c1"},
		{ID: "m1", Level: Microgrid, Name: "橘园", Parent: "g1"}, {ID: "m2", Level: Microgrid, Name: "柳园", Parent: "g1"},
		{ID: "g2", Level: Grid, Name: "第二网格", Parent: "c1"}, {ID: "m3", Level: Microgrid, Name: "松园", Parent: "g2"},
	}
	staff := []Staff{
		{ID: "a1", Name: "张物管", Posts: []Post{{Role: Property, Area: "m2"}}}, {ID: "a2", Name: "王物管", Posts: []Post{{Role: Property, Area: "m1"}, {Role: Property, Area: "m3"}}},
		{ID: "a3", Name: "总物管", Posts: []Post{{Role: Property, Area: "7"}}}, {ID: "o1", Name: "赵主任", Posts: []Post{{Role: OwnersCommittee, Area: "m1"}}},
		{ID: "b1", Name: "郑秀兰", Posts: []Post{{Role: Secretary, Area: "c1"}}}, {ID: "b2", Name: "社工甲", Posts: []Post{{Role: SocialWorker, Area: "c1"}}},
		{ID: "f1", Name: "李思远", Posts: []Post{{Role: FullTime, Area: "g1"}}}, {ID: "f0", Name: "杨春芳", Posts: []Post{{Role: PartTime, Area: "g1"}}},
		{ID: "h1", Name: "林海波", Posts: []Post{{Role: GridHead, Area: "g1"}, {Role: GridHead, Area: "g2"}}},
		{ID: "d1", Name: "周敏华", Posts: []Post{{Role: Dispatcher, Area: "7"}}}, {ID: "l1", Name: "方街长", Posts: []Post{{Role: StreetLeader, Area: "7"}}},
		{ID: "u1", Name: "城管甲", Posts: []Post{{Department, "7", "urban_management"}}}, {ID: "u2", Name: "城管乙", Posts: []Post{{Department, "c1", "urban_management"}}},
		{ID: "u3", Name: "城管丙", Posts: []Post{{Department, "city", "urban_management"}}}, {ID: "u4", Name: "城管丁", Posts: []Post{{Department, "8", "urban_management"}}},
		{ID: "k1", Name: "何所长", Posts: []Post{{Role: Department, Area: "7"}}}, {ID: "k2", Name: "市政甲", Posts: []Post{{Department, "7", "municipal"}}},
		{ID: "v1", Name: "志愿甲", Posts: []Post{{Role: Volunteer, Area: "m3"}}},
	}
	d, err := Build(Ground{Areas: areas, Staff: staff})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// leaving gives one of the people a leave and substitutes.
func leaving(t testing.TB, d *Directory, id string, substitutes ...string) *Directory {
	t.Helper()
	staff := d.People()
	for i := range staff {
		if staff[i].ID == id {
			away(substitutes...)(&staff[i])
		}
	}
	d, err := Build(Ground{Areas: d.Areas(), Staff: staff})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestHandlers(t *testing.T) {
	d := town(t)
	for name, tt := range map[string]struct {
		d             *Directory
		area, handler string
		want          string
	}{
		"of the micro-grid":        {d, "m1", "property", "a2 a3"},
		"of a grid, those inside":  {d, "g1", "property", "a1 a2 a3"},
		"of a community, not":      {d, "c1", "property", "a3"},
		"no owners' committee":     {d, "g2", "owners_committee", ""},
		"owners' committee":        {d, "g1", "owners_committee", "o1"},
		"three parties":            {d, "m1", "three_party", "a2 a3 o1 b1"},
		"grid":                     {d, "m1", "grid", "f1 f0 h1"},
		"community":                {d, "g1", "community", "b1 b2"},
		"street":                   {d, "g1", "street", "l1"},
		"street without a leader":  {leaving(t, d, "l1"), "g1", "street", "d1"},
		"dispatcher":               {d, "m1", "dispatcher", "d1"},
		"department, nearest":      {d, "g1", "urban_management", "u2 u1 u3"},
		"department of a street":   {d, "7", "urban_management", "u1 u3"},
		"department not here":      {d, "g1", "fire", ""},
		"department away":          {leaving(t, d, "u2", "k2"), "g1", "urban_management", "k2 u1 u3"},
		"replaced by one of them":  {leaving(t, d, "u1", "u3"), "g1", "urban_management", "u2 u3"},
		"a department unnamed":     {d, "g1", "", ""},
		"a word that is no kind":   {d, "g1", "department", ""},
		"an area that is not":      {d, "nowhere", "property", ""},
		"volunteers are no kind":   {d, "m3", "volunteer", ""},
		"nobody after their leave": {leaving(t, d, "o1"), "m1", "owners_committee", ""},
	} {
		if got := ids(tt.d.On(at(2, 12, 0)).Handlers(tt.area, tt.handler)); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestCalled(t *testing.T) {
	d := town(t)
	for _, tt := range []struct {
		d            *Directory
		street, word string
		want         string
	}{
		{d, "7", "城管", "u1 u2 u3"},
		{d, "7", "综合执法队", "u1 u2 u3"},
		{d, "8", "城管", "u3 u4"},
		{d, "7", "municipal", "k2"},
		{d, "7", "物业", "a1 a2 a3"},
		{d, "7", "业主委员会", "o1"},
		{d, "7", "部门", "k1 k2 u1 u2 u3"},
		{d, "7", "网格长", "h1"},
		{d, "7", "社区工作者", "b2"},
		{d, "7", "志愿者", "v1"},
		{d, "8", "志愿者", ""},
		{d, "7", "何所长", "k1"},
		{d, "8", "何所长", ""},
		{d, "7", "消防", ""},
		{d, "7", "皇帝", ""},
		{d, "7", "", ""},
		{d, "nowhere", "城管", ""},
		{leaving(t, d, "k2", "k1"), "7", "市政", "k1"},
		{leaving(t, d, "k2", "k1"), "7", "市政甲", "k1"},
		{leaving(t, d, "k2"), "7", "市政甲", ""},
	} {
		if got := ids(tt.d.On(at(2, 12, 0)).Called(tt.street, tt.word)); got != tt.want {
			t.Errorf("%s in %s: got %q, want %q", tt.word, tt.street, got, tt.want)
		}
	}
}

func TestAffiliates(t *testing.T) {
	var list []Role
	for _, r := range Roles() {
		if r.Affiliate() {
			list = append(list, r)
			if r.Rank() != 0 {
				t.Errorf("%s has rank %d", r, r.Rank())
			}
		}
	}
	want := []Role{Property, OwnersCommittee, Department, PartyMember, FiveElders, Enforcement, Volunteer}
	if !slices.Equal(list, want) || Role("king").Affiliate() || Role("king").Rank() != -1 || SocialWorker.Rank() != 0 {
		t.Errorf("got %v", list)
	}
}

// Every handler the tree of categories names must have a name here, or a
// department could be called that nobody can be entered for.
func TestEveryHandlerOfTheCategoriesIsKnown(t *testing.T) {
	text, err := os.ReadFile("../task/categories.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var tree struct {
		Categories []struct {
			Subs []struct{ Handlers []string }
		}
	}
	if err := yaml.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	named := 0
	for _, c := range tree.Categories {
		for _, s := range c.Subs {
			for _, h := range s.Handlers {
				named++
				if !slices.Contains(Handlers(), h) {
					t.Errorf("the handler %s is not known", h)
				}
			}
		}
	}
	if named < 100 {
		t.Errorf("only %d handlers read", named)
	}
}

func TestNamesOfHandlers(t *testing.T) {
	han := regexp.MustCompile(`^\p{Han}+$`)
	for _, code := range Handlers() {
		name := HandlerName(code)
		if back, ok := HandlerNamed(name); !ok || back != code || !han.MatchString(name) {
			t.Errorf("%s is named %q, which names %s", code, name, back)
		}
		if back, ok := HandlerNamed(code); !ok || back != code {
			t.Errorf("%s is not named by itself", code)
		}
	}
	for word, code := range map[string]string{"环卫所": "sanitation", "交警": "traffic_police", "物管": "property", "三方": "three_party", "派出所": "police"} {
		if got, ok := HandlerNamed(word); got != code || !ok {
			t.Errorf("%s means %s", word, got)
		}
	}
	for _, word := range []string{"", "皇帝", "handler.property"} {
		if got, ok := HandlerNamed(word); ok {
			t.Errorf("%q means %s", word, got)
		}
	}
	if HandlerName("moon") != "moon" {
		t.Error("what has no name is its own word")
	}
	for _, r := range Roles() {
		for _, word := range append(wordList("role.names."+string(r)), string(r), r.Name()) {
			if got, ok := roleNamed(word); got != r || !ok {
				t.Errorf("%s means %s, want %s", word, got, r)
			}
		}
	}
	seen := map[string]string{}
	for key, names := range words {
		if !strings.HasPrefix(key, "handler.") {
			continue
		}
		for _, n := range strings.Fields(names) {
			if seen[n] != "" {
				t.Errorf("%s is the name of %s and of %s", n, key, seen[n])
			}
			seen[n] = key
		}
	}
}
