package grid

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// fail records an error about one cell of the row.
func (r row) fail(column, code, value string) {
	heading, ok := r.t.heading[column]
	if !ok {
		heading = words["column."+column]
	}
	r.t.errs = append(r.t.errs, &RowError{r.t.sheet, r.line, heading, code, value})
}

// text is a cell without the white space around it; empty if the file or the
// row has no such cell.
func (r row) text(column string) string {
	i, ok := r.t.column[column]
	if !ok || i >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(r.cells[i])
}

// must is a cell that may not be empty.
func (r row) must(column string) string {
	s := r.text(column)
	if s == "" {
		r.fail(column, "missing", "")
	}
	return s
}

// unique is a cell that may not be empty nor repeat one in seen.
func (r row) unique(column string, seen map[string]bool) string {
	s := r.must(column)
	if seen[s] && s != "" {
		r.fail(column, "twice", s)
	}
	seen[s] = true
	return s
}

// items is a cell's list, nil if it is empty.
func (r row) items(column string) []string {
	list := strings.FieldsFunc(r.compact(column), func(c rune) bool { return strings.ContainsRune(";；、，,|", c) })
	if len(list) == 0 {
		return nil
	}
	return list
}

// some is a cell's list that may not be empty.
func (r row) some(column string) []string {
	list := r.items(column)
	if len(list) == 0 {
		r.fail(column, "missing", "")
	}
	return list
}

// compact is a cell without any spaces.
func (r row) compact(column string) string { return strings.ReplaceAll(r.text(column), " ", "") }

// level is the area's level, by its Chinese name or its code.
func (r row) level() Level {
	s := r.must("level")
	for _, l := range Levels() {
		if s == string(l) || s != "" && strings.Contains(" "+words["level.names."+string(l)]+" ", " "+s+" ") {
			return l
		}
	}
	if s != "" {
		r.fail("level", "level", s)
	}
	return ""
}

// buildings is the list of buildings, checked entry by entry.
func (r row) buildings() []string {
	list := r.items("buildings")
	for _, spec := range list {
		if _, ok := expandBuildings(spec); !ok {
			r.fail("buildings", "buildings", spec)
		}
		if turnedIntoDay.MatchString(spec) {
			r.fail("buildings", "turned", spec)
		}
	}
	return list
}

// turnedIntoDay is what spreadsheets make of buildings such as 1-4: the 4th of
// January, shown as such or stored as a count of days.
var turnedIntoDay = regexp.MustCompile(`^(?:\d{1,2}月\d{1,2}日|\d{5})$`)

// degrees is a coordinate, 0 for an empty cell.
func (r row) degrees(column string, limit float64) float64 {
	s := r.text(column)
	if s == "" {
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > limit {
		r.fail(column, "degrees", s)
		return 0
	}
	return v
}

// posts pairs the roles of the row with its areas.
func (r row) posts() []Post {
	roles, areas := r.some("post"), r.some("area")
	if len(roles) == 0 || len(areas) == 0 {
		return nil
	}
	if len(roles) != len(areas) && len(roles) > 1 && len(areas) > 1 {
		r.fail("area", "pairs", r.text("area"))
		return nil
	}
	posts := make([]Post, max(len(roles), len(areas)))
	for i := range posts {
		posts[i] = r.post(roles[i%len(roles)])
		posts[i].Area = areas[i%len(areas)]
	}
	return posts
}

// post is a post by the name of its role or of its department: 网格长, 市政, 部门:市政.
// The area is left open.
func (r row) post(s string) Post {
	if role, ok := roleNamed(s); ok {
		return Post{Role: role}
	}
	unit, other := s, false
	for _, mark := range []string{":", "："} {
		if kind, named, ok := strings.Cut(s, mark); ok {
			role, _ := roleNamed(kind)
			unit, other = named, role != Department
		}
	}
	if code, ok := HandlerNamed(unit); ok && validUnit(code) && !other {
		return Post{Role: Department, Unit: code}
	}
	r.fail("post", "role", s)
	return Post{}
}

// away reads the state: empty is present.
func (r row) away() bool {
	s := r.text("state")
	for _, w := range wordList("state.away") {
		if s == w {
			return true
		}
	}
	for _, w := range wordList("state.present") {
		if s == w {
			return false
		}
	}
	if s != "" {
		r.fail("state", "state", s)
	}
	return false
}
