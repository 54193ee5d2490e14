package grid

import (
	"slices"
	"testing"
)

func TestPeople(t *testing.T) {
	d := small(t, "f1")
	for name, tt := range map[string]struct{ got, want string }{
		"everybody":            {ids(d.People()), "b1 d1 d2 f1 f2 h1 k1 p1 w1 x1"},
		"same name":            {ids(d.StaffNamed("7", "李思远")), "f1 f2"},
		"two posts, one name":  {ids(d.StaffNamed("7", "周敏华")), "d1"},
		"name elsewhere":       {ids(d.StaffNamed("8", "李思远")), ""},
		"no such name":         {ids(d.StaffNamed("7", "张三")), ""},
		"at, leave included":   {ids(d.At("g1", FullTime)), "f1 f2"},
		"at exactly this area": {ids(d.At("g1", Secretary)), ""},
		"dispatchers":          {ids(d.Dispatchers("7")), "d1 d2"},
		"no dispatchers":       {ids(d.Dispatchers("8")), ""},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", name, tt.got, tt.want)
		}
	}
	if s, ok := d.Staff("f1"); !ok || s.Name != "李思远" || !s.Away {
		t.Errorf("Staff(f1) = %+v, %v", s, ok)
	}
	if _, ok := d.Staff("nobody"); ok {
		t.Error("nobody was found")
	}
}

func TestHas(t *testing.T) {
	d := small(t)
	for _, tt := range []struct {
		staff string
		role  Role
		area  string
		want  bool
	}{
		{"f1", FullTime, "g1", true}, {"f1", FullTime, "m1", true}, {"f1", FullTime, "m3", false}, {"f1", FullTime, "c1", false},
		{"f1", GridHead, "g1", false}, {"d1", Dispatcher, "m3", true}, {"b1", Secretary, "g3", false}, {"w1", Property, "m1", true},
		{"w1", Property, "m2", false}, {"nobody", FullTime, "g1", false}, {"f1", FullTime, "nowhere", false},
	} {
		if got := d.Has(tt.staff, tt.role, tt.area); got != tt.want {
			t.Errorf("Has(%s, %s, %s) = %v", tt.staff, tt.role, tt.area, got)
		}
	}
	if got := d.RolesIn("x1", "m3"); !slices.Equal(got, []Role{Secretary, GridHead}) {
		t.Errorf("RolesIn = %v", got)
	}
	if got := d.RolesIn("x1", "7"); len(got) > 0 {
		t.Errorf("RolesIn = %v", got)
	}
}

func TestLadder(t *testing.T) {
	for name, tt := range map[string]struct {
		away []string
		area string
		want string
	}{
		"all there":            {nil, "g1", "f1 f2|p1|h1|d1 d2"},
		"from a micro-grid":    {nil, "m1", "f1 f2|p1|h1|d1 d2"},
		"one away":             {[]string{"f1"}, "g1", "f2|p1|h1|d1 d2"},
		"a group away":         {[]string{"f1", "f2", "p1"}, "g1", "h1|d1 d2"},
		"only the dispatcher":  {[]string{"f1", "f2", "p1", "h1", "d1"}, "g1", "d2"},
		"nobody":               {[]string{"f1", "f2", "p1", "h1", "d1", "d2"}, "g1", ""},
		"no full-time":         {nil, "g2", "f2|x1|d1 d2"},
		"nobody in the grid":   {nil, "g3", "d1 d2"},
		"a community":          {nil, "c1", "d1 d2"},
		"a street":             {nil, "7", "d1 d2"},
		"the city has no desk": {nil, "city", ""},
		"nowhere":              {nil, "nowhere", ""},
	} {
		if got := rungs(small(t, tt.away...).On(at(2, 12, 0)).Ladder(tt.area)); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

func TestSuperiors(t *testing.T) {
	for name, tt := range map[string]struct {
		away        []string
		staff, area string
		want        string
	}{
		"full-time":             {nil, "f1", "g1", "h1"},
		"from a micro-grid":     {nil, "f1", "m1", "h1"},
		"part-time":             {nil, "p1", "g1", "h1"},
		"property":              {nil, "w1", "m1", "h1"},
		"head":                  {nil, "h1", "g1", "b1 x1"},
		"secretary":             {nil, "b1", "g1", "d1 d2"},
		"dispatcher":            {nil, "d2", "g1", ""},
		"street leader":         {nil, "d1", "g1", ""},
		"nobody in particular":  {nil, "", "g1", "h1"},
		"a stranger":            {nil, "nobody", "g1", "h1"},
		"head away":             {[]string{"h1"}, "f1", "g1", "b1 x1"},
		"head, secretary away":  {[]string{"h1", "b1", "x1"}, "f1", "g1", "d1 d2"},
		"all away":              {[]string{"h1", "b1", "x1", "d1", "d2"}, "f1", "g1", ""},
		"two hats, the higher":  {nil, "x1", "g2", "d1 d2"},
		"no head, no secretary": {nil, "", "g3", "d1 d2"},
		"nowhere":               {nil, "f1", "nowhere", ""},
	} {
		if got := ids(small(t, tt.away...).On(at(2, 12, 0)).Superiors(tt.staff, tt.area)); got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}
