package task

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func shipped(t testing.TB) *Categories {
	t.Helper()
	c, err := DefaultCategories()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestShippedCategories(t *testing.T) {
	c := shipped(t)
	// 80 matters in eleven main categories, and the two of "other".
	leaves := map[string]int{"sanitation": 8, "municipal": 7, "utility": 7, "property": 9, "parking": 5, "safety": 10,
		"dispute": 8, "enforcement": 7, "care": 7, "service": 5, "participation": 7, "other": 2}
	if len(c.All()) != 82 || len(c.Mains()) != len(leaves) {
		t.Errorf("%d leaves in %d main categories, want 82 in %d", len(c.All()), len(c.Mains()), len(leaves))
	}
	got := map[string]int{}
	for _, leaf := range c.All() {
		got[leaf.Main]++
		if again, ok := c.Get(leaf.ID); !ok || again.Name != leaf.Name {
			t.Errorf("%s is not found by its id", leaf.ID)
		}
		if utf8.RuneCountInString(leaf.Name) > nameRunes || leaf.MainName == "" || len(leaf.Handlers) == 0 {
			t.Errorf("%+v", leaf)
		}
	}
	for _, main := range c.Mains() {
		if got[main] != leaves[main] {
			t.Errorf("%s has %d leaves, want %d", main, got[main], leaves[main])
		}
	}
}

func TestShippedCategoriesThatMatterMost(t *testing.T) {
	c := shipped(t)
	var confidential, critical []string
	for _, leaf := range c.All() {
		if leaf.Confidential {
			confidential = append(confidential, leaf.ID)
		}
		if leaf.Urgency == Critical {
			critical = append(critical, leaf.ID)
		}
	}
	if want := []string{"domestic_violence", "life_crisis", "staff_complaint"}; !slices.Equal(confidential, want) {
		t.Errorf("confidential: %v, want %v", confidential, want)
	}
	want := []string{"manhole", "road_collapse", "exposed_wire", "gas_leak", "elevator_trapped", "facade_danger", "fire", "medical",
		"rescue", "public_security", "flood_typhoon", "domestic_violence", "missing_person", "life_crisis", "elder_unreachable"}
	if !slices.Equal(critical, want) {
		t.Errorf("critical: %v, want %v", critical, want)
	}
	for id, platform := range map[string]string{"food_license": "market", "dogs": "enforcement", "fire": "public_security", "streetlight": "service"} {
		if leaf, _ := c.Get(id); leaf.Platform != platform {
			t.Errorf("%s belongs to %q, want %q", id, leaf.Platform, platform)
		}
	}
	if _, ok := c.Get("pothole"); ok {
		t.Error("a category that does not exist is found")
	}
}

// sound is a small file without a mistake; the tests break it.
const sound = `categories:
  - id: municipal
    name: 市政设施
    platform: service
    subs:
      - {id: streetlight, name: 路灯故障, urgency: normal, finish: 3d, handlers: [municipal]}
      - {id: manhole, name: 井盖缺失破损, urgency: critical, finish: 24h, handlers: [grid, municipal]}
  - id: other
    name: 其他
    platform: service
    subs:
      - {id: unclassified, name: 未分类, urgency: normal, finish: 5d, handlers: [dispatcher], platform: market, confidential: true}
`

func TestParseCategories(t *testing.T) {
	c, err := ParseCategories([]byte(sound))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(c.Mains(), []string{"municipal", "other"}) || len(c.All()) != 3 {
		t.Errorf("%v, %d leaves", c.Mains(), len(c.All()))
	}
	leaf, _ := c.Get("unclassified")
	if leaf.Main != "other" || leaf.MainName != "其他" || leaf.Urgency != Normal || leaf.Finish != (Term{Workdays: 5}) ||
		!slices.Equal(leaf.Handlers, []string{"dispatcher"}) || !leaf.Confidential || leaf.Platform != "market" {
		t.Errorf("%+v", leaf)
	}
	if leaf, _ = c.Get("manhole"); leaf.Finish != (Term{Hours: 24}) || leaf.Confidential || leaf.Platform != "service" {
		t.Errorf("%+v", leaf)
	}
}

// mistakes is what can be wrong in a file: how to break the sound one, and the
// words that must name the mistake.
var mistakes = []struct{ name, old, new, want string }{
	{"no YAML at all", "categories:\n", "categories: [\n", "task: category file: yaml: line"},
	{"an unknown key", "{id: manhole,", "{id: manhole, colour: red,", "line 7: field colour not found"},
	{"a key of a wrong type", "finish: 24h", "confidential: perhaps, finish: 24h", "line 7: cannot unmarshal"},
	{"a key twice", "{id: manhole,", "{id: manhole, id: manhole,", "already defined"},
	{"no id", "{id: manhole,", "{", `id and name are both needed (name "井盖缺失破损")`},
	{"no name", "name: 路灯故障, ", "", `category streetlight: id and name are both needed (name "")`},
	{"a name too long", "路灯故障", strings.Repeat("灯", 31), "category streetlight: name longer than 30 characters"},
	{"an unknown urgency", "urgency: critical", "urgency: high", `category manhole: urgency "high" unknown`},
	{"no urgency", "urgency: critical, ", "", `category manhole: urgency "" unknown`},
	{"no finish", "finish: 24h, ", "", `category manhole: task: finish "": want a number and h or d`},
	{"a finish in weeks", "finish: 24h", "finish: 2w", `category manhole: task: finish "2w": want h (hours) or d (working days)`},
	{"a finish of nothing", "finish: 24h", "finish: 0h", `category manhole: task: finish "0h": want a positive number and h or d`},
	{"no handlers", ", handlers: [municipal]", "", "category streetlight: no handlers"},
	{"an unknown platform", "platform: market", "platform: mars", `category unclassified: platform "mars" unknown`},
	{"an id twice", "id: manhole", "id: streetlight", "category streetlight: the id stands twice"},
	{"a name twice", "井盖缺失破损", "路灯故障", "category manhole: the name 路灯故障 is that of streetlight too"},
	{"a main category without a name", "    name: 市政设施\n", "", `main category "municipal" "": id and name are both needed`},
	{"a main category twice", "id: other", "id: municipal", "main category municipal stands twice"},
	{"no place for what nobody has named", "id: unclassified", "id: misc", `"unclassified" is missing`},
}

func TestEachMistakeHasItsMessage(t *testing.T) {
	for _, x := range mistakes {
		t.Run(x.name, func(t *testing.T) {
			c, err := ParseCategories([]byte(strings.Replace(sound, x.old, x.new, 1)))
			if err == nil || c != nil {
				t.Fatalf("accepted: %+v", c)
			}
			if !strings.Contains(err.Error(), x.want) || !strings.HasPrefix(err.Error(), "task: ") {
				t.Errorf("got %q, want %q", err, x.want)
			}
			if lines := strings.Count(err.Error(), "task: category ") + strings.Count(err.Error(), "task: main category "); lines != 1 {
				t.Errorf("one mistake, but %d messages: %v", lines, err)
			}
		})
	}
}

func TestAllMistakesAtOnce(t *testing.T) {
	const broken = `categories:
  - id: municipal
    colour: red
    platform: service
    subs:
      - {id: streetlight, name: 路灯故障, urgency: high, finish: soon}
      - {id: streetlight, name: 路灯故障, urgency: normal, finish: 3d, handlers: [municipal], platform: mars}
  - {id: empty, name: 空, platform: service}
`
	_, err := ParseCategories([]byte(broken))
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"line 3: field colour", `main category "municipal" ""`, `urgency "high"`, `finish "soon"`, "no handlers",
		"the id stands twice", "the name 路灯故障 is that of streetlight", `platform "mars"`, "main category empty has no categories", `"unclassified" is missing`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not reported in:\n%v", want, err)
		}
	}
	for _, empty := range []string{"", "# nothing\n", "categories:\n"} {
		if _, err := ParseCategories([]byte(empty)); err == nil || !strings.Contains(err.Error(), `"unclassified" is missing`) {
			t.Errorf("an empty file: %v", err)
		}
	}
}

func FuzzParseCategories(f *testing.F) {
	f.Add([]byte(sound))
	f.Add(defaultCategories)
	for _, x := range mistakes {
		f.Add([]byte(strings.Replace(sound, x.old, x.new, 1)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseCategories(data)
		if (c == nil) != (err != nil) {
			t.Fatalf("%v with %v", c, err)
		}
		if err != nil {
			return
		}
		for _, leaf := range c.All() {
			if got, ok := c.Get(leaf.ID); !ok || got.Name != leaf.Name || !leaf.Urgency.Valid() || leaf.Finish == (Term{}) {
				t.Fatalf("accepted %+v", leaf)
			}
		}
	})
}

func TestMatch(t *testing.T) {
	c := shipped(t)
	for _, x := range []struct {
		word string
		want []string
	}{
		{"streetlight", []string{"streetlight"}},
		{"路灯故障", []string{"streetlight"}},
		{"路灯", []string{"streetlight"}},
		{" 路灯 ", []string{"streetlight"}},
		{"电梯", []string{"elevator_trapped", "elevator_fault"}},
		{"违建", []string{"illegal_building_ongoing", "illegal_building"}},
		{"停气", []string{"gas_outage"}},
		{"噪声", []string{"neighbor_noise", "construction_noise", "public_noise"}},
		{"飞碟", nil},
		{"light", nil}, // a part of an id is no word of people's
		{"", nil},
		{"  ", nil},
	} {
		var got []string
		for _, leaf := range c.Match(x.word) {
			got = append(got, leaf.ID)
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%q: %v, want %v", x.word, got, x.want)
		}
	}
}

func TestMatchPrefersTheWholeName(t *testing.T) {
	c, err := ParseCategories([]byte(strings.Replace(sound, "井盖缺失破损", "路灯故障和井盖", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Match("路灯故障"); len(got) != 1 || got[0].ID != "streetlight" {
		t.Errorf("%+v", got)
	}
	if got := c.Match("路灯"); len(got) != 2 {
		t.Errorf("%+v", got)
	}
}
