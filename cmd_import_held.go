package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/store"
)

// chunk is how many people, codes or queues go to Redis in one round trip.
const chunk = 500

// held is a queue of tasks that an import would leave without anybody to look at it.
type held struct {
	line     store.Line
	staff    string // whose queue it is, "" for a grid's or a street's
	fate     string // what the import would do
	standing store.Standing
}

// losing lists the queues that nobody would look at any more once next replaces
// old: of people without a post in a street they had one in, of grids and streets
// that are not there any more. A grid that moves to another street is gone from
// its own, because a task never leaves the street whose number it has.
func losing(old, next *grid.Directory) []held {
	var out []held
	before, after := old.Streets(), next.Streets()
	for _, p := range old.People() {
		now, stays := next.Staff(p.ID)
		keeps := streetsOf(next, after, now)
		for _, street := range streetsOf(old, before, p) {
			if slices.Contains(keeps, street) {
				continue
			}
			fate := "would be gone"
			if stays {
				fate = "would have no post left in street " + street
			}
			out = append(out, held{line: store.StaffLine(street, p.ID), staff: p.ID, fate: p.Name + " " + fate})
		}
	}
	return append(out, losingAreas(old, next)...)
}

// losingAreas is losing for grids and streets.
func losingAreas(old, next *grid.Directory) []held {
	var out []held
	for _, a := range old.Areas() {
		now, _ := next.Area(a.ID)
		street := old.StreetOf(a.ID)
		if now.Level == a.Level && next.StreetOf(a.ID) == street {
			continue
		}
		switch a.Level {
		case grid.Grid:
			out = append(out, held{line: store.GridLine(street, a.ID), fate: fmt.Sprintf("grid %s %s would be gone from street %s", a.ID, old.FullName(a.ID), street)})
		case grid.Street:
			fate := fmt.Sprintf("street %s %s would be gone", a.ID, a.Name)
			out = append(out, held{line: store.DeskLine(street), fate: fate}, held{line: store.ClockLine(street), fate: fate})
		}
	}
	return out
}

// streetsOf lists those of the streets in which a person has a post; a post in a
// county or the city is one in each of its streets.
func streetsOf(d *grid.Directory, streets []string, p grid.Staff) []string {
	var out []string
	for _, post := range p.Posts {
		if street := d.StreetOf(post.Area); street != "" {
			out = append(out, street)
			continue
		}
		for _, street := range streets {
			if d.Contains(post.Area, street) {
				out = append(out, street)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// holding keeps the queues in which tasks stand.
func holding(ctx context.Context, s *store.Store, queues []held, shown progress) ([]held, error) {
	var out []held
	for part := range slices.Chunk(queues, chunk) {
		lines := make([]store.Line, len(part))
		for i, h := range part {
			lines[i] = h.line
		}
		standings, err := s.Standings(ctx, lines, shownTasks)
		if err != nil {
			return nil, err
		}
		for i, h := range part {
			if h.standing = standings[i]; h.standing.Total > 0 {
				out = append(out, h)
			}
		}
		shown.add(len(part))
	}
	return out, nil
}

// shownTasks is how many numbers of tasks are told of one queue, shownQueues how
// many queues without --all.
const (
	shownTasks  = 5
	shownQueues = 20
)

// orphans is the refusal of an import that would leave tasks alone; nil if it leaves
// none.
func orphans(queues []held, all bool) error {
	if len(queues) == 0 {
		return nil
	}
	var b strings.Builder
	for i, h := range queues {
		if i == shownQueues && !all {
			fmt.Fprintf(&b, "\n  and %d more (--all lists them)", len(queues)-i)
			break
		}
		fmt.Fprintf(&b, "\n  %s; open tasks %d:", strings.TrimSpace(h.staff+" "+h.fate), h.standing.Total)
		for _, id := range h.standing.First {
			b.WriteString(" " + id.String())
		}
		if h.standing.Total > len(h.standing.First) {
			b.WriteString(" …")
		}
	}
	return fmt.Errorf("nothing was imported, because tasks would be left alone:%s\n"+
		"--handover gives what people have in hand to whoever is on duty. Tasks of a grid or a street that\n"+
		"goes are finished or handed on first; until then keep it in the files", b.String())
}

// handOver gives what people had in hand who are not there any more to whoever is on
// duty now, or back to the desk when nobody is.
func handOver(ctx context.Context, desk *dispatch.Desk, version int64, leaving []held, at console) error {
	if len(leaving) == 0 {
		return nil
	}
	if _, err := desk.Refresh(ctx); err != nil {
		return fmt.Errorf("everything was imported, but tasks were not handed on; run `gridbot staff handover`: %w", err)
	}
	total := 0
	for _, h := range leaving {
		moved, err := desk.HandOver(ctx, h.line.Street(), h.staff, fmt.Sprintf("import:%d", version))
		if total += moved; err != nil {
			return fmt.Errorf("everything was imported, but tasks of %s were not all handed on; run `gridbot staff handover %s`: %w", h.staff, h.staff, err)
		}
	}
	_, err := fmt.Fprintf(at.out, "%d tasks handed on\n", total)
	return err
}
