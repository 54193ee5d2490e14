package main

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/simulator"
)

//go:embed demo.yaml
var demoFile []byte

// demoApp is the AppID of the demo's account.
const demoApp = "wx00000000demo0000"

// cast is demo.yaml.
type cast struct {
	Title, Street, Join, Kept, Lost string
	Residents                       []struct{ OpenID, Name, Role, Scene string }
	Scenes                          []struct{ Key, Label string }
	Places                          []struct {
		Label    string
		Lat, Lng float64
	}
	Hints     map[string][]string
	Templates map[string]struct {
		Title  string
		Labels map[string]string
	}
	Fields map[string]string
}

func readCast() (cast, error) {
	var c cast
	if err := yaml.Unmarshal(demoFile, &c); err != nil {
		return c, fmt.Errorf("demo.yaml: %w", err)
	}
	return c, nil
}

// staffOpenID is the WeChat identity of a member of the sample staff.
func staffOpenID(staff string) string { return "oDemoStaff-" + staff }

// people are the phones of the page: the residents, then the staff, grid workers
// first, because the first task goes to one of them.
func (c cast) people(g *dispatch.Ground) []simulator.Person {
	var out []simulator.Person
	for _, r := range c.Residents {
		out = append(out, simulator.Person{App: demoApp, OpenID: r.OpenID, Name: r.Name, Role: r.Role, Kind: "resident", Scene: r.Scene})
	}
	for _, s := range workersFirst(g.People()) {
		kind := "staff"
		for _, p := range s.Posts {
			if p.Role == grid.Dispatcher {
				kind = "dispatcher"
			}
		}
		out = append(out, simulator.Person{App: demoApp, OpenID: staffOpenID(s.ID), Name: s.Name, Role: caption(g, s), Kind: kind})
	}
	return out
}

// workersFirst puts the full-time grid workers before everybody else.
func workersFirst(staff []grid.Staff) []grid.Staff {
	works := func(s grid.Staff) bool { return len(s.Posts) > 0 && s.Posts[0].Role == grid.FullTime }
	slices.SortStableFunc(staff, func(a, b grid.Staff) int {
		switch {
		case works(a) == works(b):
			return 0
		case works(a):
			return -1
		}
		return 1
	})
	return staff
}

// caption says what somebody is: the first post and where.
func caption(g *dispatch.Ground, s grid.Staff) string {
	if len(s.Posts) == 0 {
		return ""
	}
	return strings.TrimSpace(g.FullName(s.Posts[0].Area) + " " + s.Posts[0].Role.Name())
}

// page is the cast as the stand-in platform shows it.
func (c cast) page(o simulator.Options, g *dispatch.Ground) simulator.Options {
	o.Cast, o.Hints = c.people(g), c.Hints
	for _, s := range c.Scenes {
		o.Scenes = append(o.Scenes, simulator.Scene{Key: s.Key, Label: s.Label})
	}
	for _, p := range c.Places {
		o.Places = append(o.Places, simulator.Place{Label: p.Label, Lat: p.Lat, Lng: p.Lng})
	}
	return o
}

// templates are the account's templates as the platform knows them, and as the
// configuration declares them.
func (c cast) templates() (map[string]simulator.TemplateDef, map[string]TemplateConfig) {
	defs, declared := map[string]simulator.TemplateDef{}, map[string]TemplateConfig{}
	for name, t := range c.Templates {
		def := simulator.TemplateDef{Title: t.Title, Labels: t.Labels, Fields: map[string]string{}}
		for _, field := range []string{"number", "matter", "status", "time"} {
			keyword := c.Fields[field]
			def.Fields[keyword] = strings.TrimRight(keyword, "0123456789")
			def.Order = append(def.Order, keyword)
		}
		defs["demo-"+name] = def
		declared[name] = TemplateConfig{ID: "demo-" + name, Fields: c.Fields}
	}
	return defs, declared
}
