package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/store"
)

// runImport imports a ground through the whole command, from a workbook.
func runImport(t *testing.T, s *store.Store, g grid.Ground, in importing, at console) error {
	t.Helper()
	var b bytes.Buffer
	check(t, grid.WriteWorkbook(&b, g))
	in.force = true
	in.workbook = filepath.Join(t.TempDir(), "ground.xlsx")
	check(t, os.WriteFile(in.workbook, b.Bytes(), 0o600))
	return in.run(t.Context(), s, at)
}

// changed is furnished with a change of every kind.
func changed() grid.Ground {
	g := moved(without(furnished(), "g13", "w13", "d13"), "h12", "12")
	g.Roster = g.Roster[:1]
	g.Roster[0].Staff, g.Roster[0].Area = "both", "12"
	for i := range g.Areas {
		switch a := &g.Areas[i]; a.ID {
		case "13":
			a.Name = "新河街道"
		case "m12":
			a.Buildings = []string{"1-9"}
		}
	}
	g.Areas = append(g.Areas, grid.Area{ID: "g14", Level: grid.Grid, Name: "第四网格", Parent: "c13"})
	for i := range g.Staff {
		switch p := &g.Staff[i]; p.ID {
		case "d12":
			p.Name, p.Away, p.Phone = "周敏桦", true, "13912345678"
		case "w12":
			p.Posts = []grid.Post{{Role: grid.GridHead, Area: "g14"}, p.Posts[0]}
			p.Leaves, p.Substitutes, p.Phone = nil, []string{"both"}, ""
		}
	}
	g.Staff = append(g.Staff, grid.Staff{ID: "new", Name: "马小玲", Posts: []grid.Post{{Role: grid.FullTime, Area: "g14"}}})
	return g
}

// Every kind of change is told, with names as they were or will be.
func TestDifferenceIsShown(t *testing.T) {
	p := imported{version: 1, old: built(t, furnished()), next: built(t, changed())}
	d := grid.Compare(p.old, p.next)
	var out strings.Builder
	showDifference(&out, p, d, false)
	for _, want := range []string{
		"areas removed: 1\n  g13 名c13名g13\n", "areas added: 1\n  g14 名c13第四网格\n", "areas renamed: 1\n  13 名13 → 新河街道\n",
		"areas moved: 1\n  h12 名h12: c12 名c12 → 12 名12\n", "position: 1\n  m12 名c12名g12幸福里小区1-9幢\n",
		"people removed: 2\n  d13 吴志远\n  w13 金伟强\n", "people added: 1\n  new 马小玲\n", "people renamed: 1\n  d12 周敏华 → 周敏桦\n",
		"posts lost: 1\n  both 潘晓东: 网格指导员 g13 名c13名g13\n", "posts gained: 1\n  w12 张小燕: 网格长 g14 名c13第四网格\n",
		"people with other leave: 2\n  d12 周敏桦: none → away\n  w12 张小燕: 2026-12-01~2026-12-03 → none\n",
		"people with other substitutes: 1\n  w12 张小燕: d12, both → both\n",
		"people with another phone number: 2\n  d12 周敏桦: none → *5678\n  w12 张小燕: *5678 → none\n", "shifts removed: 2\n", "shifts added: 1\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	if kinds := p.kinds(d); len(kinds) != 15 || !removes(d) {
		t.Errorf("%d kinds", len(kinds))
	}
	out.Reset()
	if showDifference(&out, p, grid.Difference{}, false); out.String() != "nothing changes\n" {
		t.Error(out.String())
	}
}

// A long list is cut, unless all of it is wanted.
func TestLongDifferenceIsCut(t *testing.T) {
	next := small()
	for i := range shownChanges + 5 {
		next.Staff = append(next.Staff, grid.Staff{ID: fmt.Sprintf("n%02d", i), Name: "马小玲", Posts: next.Staff[0].Posts})
	}
	p := imported{version: 1, old: built(t, small()), next: built(t, next)}
	d := grid.Compare(p.old, p.next)
	var short, long strings.Builder
	showDifference(&short, p, d, false)
	showDifference(&long, p, d, true)
	if !strings.Contains(short.String(), "people added: 15\n") || !strings.Contains(short.String(), "and 5 more (--all shows them)") || strings.Contains(short.String(), "n10") {
		t.Error(short.String())
	}
	if !strings.Contains(long.String(), "n14 马小玲") || strings.Contains(long.String(), "more") {
		t.Error(long.String())
	}
}

// Who has to confirm what, and that nothing is imported without.
func TestImportIsConfirmed(t *testing.T) {
	more := small()
	more.Staff = append(more.Staff, grid.Staff{ID: "new", Name: "马小玲", Posts: more.Staff[0].Posts})
	less := without(small(), "w13")
	for _, c := range []struct {
		name     string
		next     grid.Ground
		in       importing
		answer   string // "-" for no terminal
		told     string
		version  int64
		mistaken bool
	}{
		{"yes", less, importing{}, "y\n", "people removed: 1", 2, false},
		{"no", less, importing{}, "n\n", "not confirmed", 1, true},
		{"no answer", more, importing{}, "", "not confirmed", 1, true},
		{"nobody to ask, something goes", less, importing{}, "-", "add --yes", 1, true},
		{"nobody to ask, something comes", more, importing{}, "-", "people added: 1", 2, false},
		{"said beforehand", less, importing{yes: true}, "-", "people removed: 1", 2, false},
		{"only to see", less, importing{yes: true, dryRun: true}, "-", "people removed: 1", 1, false},
		{"nothing to confirm", small(), importing{}, "n\n", "nothing changes", 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := storeAt(t, redisFor(t, redistest.Options{Kind: redistest.Embedded}))
			check(t, s.SaveGround(t.Context(), 0, small()))
			var out, errs strings.Builder
			err := runImport(t, s, c.next, c.in, console{strings.NewReader(c.answer), &out, &errs, c.answer != "-"})
			v, versionErr := s.DirectoryVersion(t.Context())
			if (err != nil) != c.mistaken || v != c.version || versionErr != nil {
				t.Errorf("%v, version %d, %v", err, v, versionErr)
			}
			if text := out.String() + fmt.Sprint(err); !strings.Contains(text, c.told) {
				t.Errorf("%q is not told in %s", c.told, text)
			}
			asked := strings.Contains(errs.String(), "changes? [y/N]")
			if want := c.answer != "-" && c.told != "nothing changes"; asked != want {
				t.Errorf("asked %v: %s", asked, errs.String())
			}
			if errors.Is(err, errNo) != (c.told == "not confirmed") {
				t.Error(err)
			}
		})
	}
}
