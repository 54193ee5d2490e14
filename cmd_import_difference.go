package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gridbot/grid"
)

// shownChanges is how many changes of each kind are shown without --all.
const shownChanges = 10

// kindOfChange is one kind of change: how many there are, and a line for each.
type kindOfChange struct {
	title string
	lines int
	line  func(i int) string
}

// kinds puts a difference into words. What goes is named as it was, what comes as
// it will be.
func (p imported) kinds(d grid.Difference) []kindOfChange {
	return append(p.areaKinds(d), p.staffKinds(d)...)
}

func (p imported) areaKinds(d grid.Difference) []kindOfChange {
	area := func(in *grid.Directory, list []grid.Area) func(int) string {
		return func(i int) string { return list[i].ID + " " + in.FullName(list[i].ID) }
	}
	return []kindOfChange{
		{"areas removed", len(d.AreasRemoved), area(p.old, d.AreasRemoved)},
		{"areas added", len(d.AreasAdded), area(p.next, d.AreasAdded)},
		{"areas renamed", len(d.AreasRenamed), func(i int) string {
			c := d.AreasRenamed[i]
			return fmt.Sprintf("%s %s → %s", c.After.ID, c.Before.Name, c.After.Name)
		}},
		{"areas moved", len(d.AreasMoved), func(i int) string {
			c := d.AreasMoved[i]
			return fmt.Sprintf("%s %s: %s → %s", c.After.ID, c.After.Name, p.inside(p.old, c.Before), p.inside(p.next, c.After))
		}},
		{"areas with other aliases, roads, buildings, level or position", len(d.AreasEdited), func(i int) string {
			return d.AreasEdited[i].After.ID + " " + p.next.FullName(d.AreasEdited[i].After.ID)
		}},
	}
}

// inside names where an area lies.
func (p imported) inside(in *grid.Directory, a grid.Area) string {
	if a.Parent == "" {
		return "the top"
	}
	return a.Parent + " " + in.FullName(a.Parent)
}

func (p imported) staffKinds(d grid.Difference) []kindOfChange {
	person := func(s grid.Staff) string { return s.ID + " " + s.Name }
	post := func(in *grid.Directory, list []grid.StaffPost) func(int) string {
		return func(i int) string {
			return person(list[i].Staff) + ": " + list[i].Post.Role.Name() + " " + list[i].Post.Area + " " + in.FullName(list[i].Post.Area)
		}
	}
	people := func(list []grid.Staff) func(int) string {
		return func(i int) string { return person(list[i]) }
	}
	shift := func(list []grid.Shift) func(int) string {
		return func(i int) string { return list[i].Staff + " " + list[i].Area + " " + list[i].Span.String() }
	}
	return []kindOfChange{
		{"people removed", len(d.StaffRemoved), people(d.StaffRemoved)},
		{"people added", len(d.StaffAdded), people(d.StaffAdded)},
		{"people renamed", len(d.StaffRenamed), func(i int) string {
			return person(d.StaffRenamed[i].Before) + " → " + d.StaffRenamed[i].After.Name
		}},
		{"posts lost", len(d.PostsLost), post(p.old, d.PostsLost)},
		{"posts gained", len(d.PostsGained), post(p.next, d.PostsGained)},
		{"people with other leave", len(d.LeaveChanged), func(i int) string {
			c := d.LeaveChanged[i]
			return person(c.After) + ": " + leaveText(c.Before) + " → " + leaveText(c.After)
		}},
		{"people with other substitutes", len(d.SubstitutesChanged), func(i int) string {
			c := d.SubstitutesChanged[i]
			return person(c.After) + ": " + strings.Join(c.Before.Substitutes, ", ") + " → " + strings.Join(c.After.Substitutes, ", ")
		}},
		{"people with another phone number", len(d.PhoneChanged), func(i int) string {
			c := d.PhoneChanged[i]
			return person(c.After) + ": " + phoneText(c.Before) + " → " + phoneText(c.After)
		}},
		{"shifts removed", len(d.ShiftsRemoved), shift(d.ShiftsRemoved)},
		{"shifts added", len(d.ShiftsAdded), shift(d.ShiftsAdded)},
	}
}

// phoneText is the end of a person's number, enough to tell it from another: a screen
// and a log of imports are no place for the whole of it.
func phoneText(s grid.Staff) string {
	if s.Phone == "" {
		return "none"
	}
	return "*" + s.Phone[max(0, len(s.Phone)-4):]
}

// leaveText is a person's leave in short.
func leaveText(s grid.Staff) string {
	var list []string
	if s.Away {
		list = append(list, "away")
	}
	for _, l := range s.Leaves {
		list = append(list, l.String())
	}
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// showDifference prints what an import changes: of each kind how many, and the
// first of them or all.
func showDifference(out io.Writer, p imported, d grid.Difference, all bool) {
	if d.Total() == 0 {
		fmt.Fprintln(out, "nothing changes")
		return
	}
	for _, k := range p.kinds(d) {
		if k.lines == 0 {
			continue
		}
		fmt.Fprintf(out, "%s: %d\n", k.title, k.lines)
		for i := range k.lines {
			if i == shownChanges && !all {
				fmt.Fprintf(out, "  and %d more (--all shows them)\n", k.lines-i)
				break
			}
			fmt.Fprintln(out, "  "+k.line(i))
		}
	}
}

// removes tells whether something is there no more afterwards. Numbers count: a list
// without their column would take the last way of telling people without a word.
func removes(d grid.Difference) bool {
	gone := func(c grid.StaffChange) bool { return c.After.Phone == "" }
	return len(d.AreasRemoved)+len(d.StaffRemoved)+len(d.PostsLost)+len(d.ShiftsRemoved) > 0 || slices.ContainsFunc(d.PhoneChanged, gone)
}

// confirm asks whether a difference may be imported. Where nobody can answer, what
// only adds goes through and what removes something needs --yes. The first import
// has nothing to lose.
func (in importing) confirm(ctx context.Context, p imported, d grid.Difference, at console) error {
	if in.yes || p.version == 0 {
		return nil
	}
	if at.terminal {
		if err := at.confirm(ctx, fmt.Sprintf("Import these %d changes?", d.Total())); err != nil {
			return fmt.Errorf("nothing was imported: %w", err)
		}
		return nil
	}
	if removes(d) {
		return errors.New("nothing was imported: the import removes something and nobody is here to confirm it; add --yes if it is meant")
	}
	return nil
}
