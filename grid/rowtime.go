package grid

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// dayText is a day as people write it: 2026-12-01, 2026/12/1, 2026.12.1,
// 2026年12月1日; or a spreadsheet's count of days.
const dayText = `\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{5}`

// leaveText is one day, or two with a mark between them; the second may leave its
// year out.
var leaveText = regexp.MustCompile(`^(` + dayText + `)(?:(?:~|～|至|到|—+|–|-)(` + dayText + `|\d{1,2}[/.月]\d{1,2}日?))?$`)

// wholeDay is a day with its year.
var wholeDay = regexp.MustCompile(`^(?:` + dayText + `)$`)

// dayParts takes a written day apart.
var dayParts = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$`)

// writtenDay reads a day of this century; epoch is added to a count of days.
func writtenDay(s string, epoch int) (time.Time, bool) {
	var d time.Time
	if p := dayParts.FindStringSubmatch(s); p != nil {
		y, _ := strconv.Atoi(p[1]) // the expression allows digits only
		m, _ := strconv.Atoi(p[2])
		n, _ := strconv.Atoi(p[3])
		d = Day(y, time.Month(m), n)
		if d.Day() != n || int(d.Month()) != m {
			return time.Time{}, false
		}
	} else if n, err := strconv.Atoi(s); err == nil {
		d = Day(1899, time.December, 30).AddDate(0, 0, n+epoch)
	}
	return d, d.Year() >= 2000 && d.Year() < 2100
}

// leaves reads the leaves of a row: the list in 请假, and 请假起 with 请假止.
func (r row) leaves() []Leave {
	var list []Leave
	for _, s := range r.items("leave") {
		p := leaveText.FindStringSubmatch(s)
		if p == nil {
			r.fail("leave", "leave", s)
			continue
		}
		switch {
		case p[2] == "":
			p[2] = p[1]
		case !wholeDay.MatchString(p[2]):
			p[2] = p[1][:4] + "-" + p[2]
		}
		list = r.leave(list, "leave", p[1], p[2])
	}
	from, to := r.compact("leave_from"), r.compact("leave_to")
	switch {
	case from == "" && to == "":
	case from == "" || to == "":
		r.fail("leave_from", "half_leave", "")
	default:
		list = r.leave(list, "leave_from", from, to)
	}
	return list
}

// leave appends the leave between two days, both included.
func (r row) leave(list []Leave, column, first, last string) []Leave {
	from, ok := writtenDay(first, r.t.epoch)
	to, ok2 := writtenDay(last, r.t.epoch)
	switch {
	case !ok:
		r.fail(column, "leave", first)
	case !ok2:
		r.fail(column, "leave", last)
	case to.Before(from):
		r.fail(column, "leave_order", first)
	default:
		list = append(list, Leave{from, to.AddDate(0, 0, 1)})
	}
	return list
}

// weekdays reads a set of days: 周一至周五, 周一、周三, 1-5, 每天, 工作日, 周末.
func (r row) weekdays() Weekdays {
	var w Weekdays
	for _, s := range r.some("weekdays") {
		days, ok := parseWeekdays(s)
		if !ok {
			r.fail("weekdays", "weekdays", s)
		}
		w |= days
	}
	return w
}

// parseWeekdays reads one entry: a set by name, days one after the other, or the
// first and the last of a run.
func parseWeekdays(s string) (Weekdays, bool) {
	sets := map[string]Weekdays{"weekday.every": EveryDay, "weekday.work": Days(1, 2, 3, 4, 5), "weekday.end": Days(6, 0)}
	for key, set := range sets {
		for _, name := range wordList(key) {
			if s == name {
				return set, true
			}
		}
	}
	first, last, run := cutRange(s)
	from, ok := parseDays(first)
	if !run {
		return Days(from...), ok && len(from) > 0
	}
	to, ok2 := parseDays(last)
	if !ok || !ok2 || len(from) != 1 || len(to) != 1 {
		return 0, false
	}
	w := Days(to[0])
	for d := from[0]; d != to[0]; d = (d + 1) % 7 {
		w |= Days(d)
	}
	return w, true
}

// parseDays reads days one after the other, in the order of a week: 周一, 星期日,
// 一三五, 6. Any order would let a spreadsheet's count of days pass.
func parseDays(s string) ([]time.Weekday, bool) {
	for _, prefix := range wordList("weekday.prefix") {
		s = strings.ReplaceAll(s, prefix, "")
	}
	var days []time.Weekday
	for _, c := range s {
		d := -1
		for i, names := range wordList("weekday.names") {
			if strings.ContainsRune(names, c) {
				d = i
			}
		}
		if n := len(days); d < 0 || n > 0 && (d+6)%7 <= int(days[n-1]+6)%7 {
			return nil, false
		}
		days = append(days, time.Weekday(d))
	}
	return days, true
}

// cutRange cuts 一至五 or 08:30-12:00 in two.
func cutRange(s string) (first, last string, ok bool) {
	for _, mark := range wordList("range.marks") {
		if first, last, ok = strings.Cut(s, mark); ok {
			return first, last, true
		}
	}
	return s, "", false
}

// spans reads hours: 08:30-12:00, 22:00-次日06:00, 全天.
func (r row) spans() []Span {
	var list []Span
	for _, s := range r.some("span") {
		span, ok := parseHours(s)
		if !ok {
			r.fail("span", "span", s)
		}
		list = append(list, span)
	}
	return list
}

// parseHours reads the hours of a shift; one that does not end later than it
// begins ends on the next day.
func parseHours(s string) (Span, bool) {
	if s == words["span.all"] {
		return Span{0, dayLength}, true
	}
	first, last, ok := cutRange(strings.ReplaceAll(s, "：", ":"))
	last, next := strings.CutPrefix(last, words["span.next"])
	from, ok1 := parseClock(first)
	to, ok2 := parseClock(last)
	if next || to <= from {
		to += dayLength
	}
	span := Span{from, to}
	return span, ok && ok1 && ok2 && (Shift{Span: span}).valid()
}

// parseClock reads 8:30 or 08:30, 24:00 being the end of a day.
func parseClock(s string) (time.Duration, bool) {
	var h, m int
	if _, err := fmt.Sscanf(s, "%d:%d", &h, &m); err != nil || s != fmt.Sprintf("%d:%02d", h, m) && s != fmt.Sprintf("%02d:%02d", h, m) {
		return 0, false
	}
	return clock(h, m), h >= 0 && m >= 0 && m < 60 && clock(h, m) <= dayLength
}
