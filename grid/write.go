package grid

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// WriteAreas writes areas as [ReadAreas] reads them: comma separated UTF-8 with a
// byte order mark, by which spreadsheets know it.
func WriteAreas(w io.Writer, areas []Area) error { return writeCSV(w, areaList(), areas, areaCells) }

// WriteStaff writes people as [ReadStaff] reads them, a row each.
func WriteStaff(w io.Writer, staff []Staff) error { return writeCSV(w, staffList(), staff, staffCells) }

// WriteRoster writes a roster as [ReadRoster] reads it, a row a shift.
func WriteRoster(w io.Writer, roster []Shift) error {
	return writeCSV(w, rosterList(), roster, shiftCells)
}

// columns are the codes of the columns a list is written with.
func (l list) columns() []string { return slices.Concat(l.required, l.optional) }

// headings are the columns by name.
func (l list) headings() []string {
	var names []string
	for _, code := range l.columns() {
		names = append(names, words["column."+code])
	}
	return names
}

// writeCSV writes a list with its headings.
func writeCSV[T any](w io.Writer, l list, entries []T, cells func(T) []string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("grid: writing %s: %w", words[l.sheet], err)
	}
	c := csv.NewWriter(w)
	_ = c.Write(l.headings()) // csv.Writer keeps its first error for Error
	for _, e := range entries {
		row := cells(e)
		for i := range row {
			row[i] = guarded(row[i])
		}
		_ = c.Write(row)
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("grid: writing %s: %w", words[l.sheet], err)
	}
	return nil
}

// joined is a list as a cell.
func joined(list []string) string { return strings.Join(list, ";") }

// areaCells are the cells of an area's row.
func areaCells(a Area) []string {
	row := []string{a.ID, a.Level.Name(), a.Name, a.Parent, joined(a.Aliases), joined(a.Roads), joined(a.Buildings), "", "", boundaryText(a.Boundary)}
	if a.Lat != 0 || a.Lon != 0 {
		row[7], row[8] = strconv.FormatFloat(a.Lat, 'f', -1, 64), strconv.FormatFloat(a.Lon, 'f', -1, 64)
	}
	return row
}

// staffCells are the cells of a person's row: posts and their areas in pairs, or
// one post for all the areas.
func staffCells(s Staff) []string {
	var posts, areas, leaves []string
	for _, p := range s.Posts {
		posts, areas = append(posts, p.title()), append(areas, p.Area)
	}
	if len(slices.Compact(slices.Clone(posts))) == 1 {
		posts = posts[:1]
	}
	for _, l := range s.Leaves {
		leaves = append(leaves, l.String())
	}
	state := wordList("state.present")[0]
	if s.Away {
		state = wordList("state.away")[0]
	}
	return []string{s.ID, s.Name, joined(posts), joined(areas), state, joined(leaves), joined(s.Substitutes), s.Phone}
}

// title is what a post is called: the department's name, or else the role's.
func (p Post) title() string {
	if p.Unit != "" {
		return HandlerName(p.Unit)
	}
	return p.Role.Name()
}

// shiftCells are the cells of a shift's row.
func shiftCells(s Shift) []string {
	return []string{s.Area, s.Weekdays.String(), hoursText(s.Span), s.Staff}
}

// String writes the days as they are read: 每天, or 周一;周三.
func (w Weekdays) String() string {
	if w == EveryDay {
		return wordList("weekday.every")[0]
	}
	prefixes, names := wordList("weekday.prefix"), wordList("weekday.names")
	var list []string
	for i := range 7 {
		d := (i + 1) % 7 // a week begins on Monday
		if w.Has(time.Weekday(d)) {
			list = append(list, prefixes[len(prefixes)-1]+string([]rune(names[d])[:1]))
		}
	}
	return joined(list)
}

// hoursText writes the hours of a shift: 08:30-12:00, 22:00-次日06:00.
func hoursText(s Span) string {
	next := ""
	if s.To > dayLength {
		s.To -= dayLength
		next = words["span.next"]
	}
	at := func(d time.Duration) string { return fmt.Sprintf("%02d:%02d", d/time.Hour, d/time.Minute%60) }
	return at(s.From) + "-" + next + at(s.To)
}
