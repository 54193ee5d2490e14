package dispatch

import (
	"strings"
	"testing"
	"time"

	"gridbot/task"
)

// deadlines were worked out by hand, with a calendar on the wall and the State
// Council's notices; where the code said otherwise, both were looked at again.
//
// A workday is 08:30–12:00 (3½ h) and 13:30–17:30 (4 h). Free and worked are:
//
//	2025  New Year       1 January (Wed)
//	      Spring         28 January (Tue) – 4 February (Tue); worked Sun 26 January, Sat 8 February
//	      Qingming       4 – 6 April (Fri – Sun)
//	      Labour Day     1 – 5 May (Thu – Mon); worked Sun 27 April
//	      Dragon Boat    31 May – 2 June (Sat – Mon)
//	      National, Moon 1 – 8 October (Wed – Wed); worked Sun 28 September, Sat 11 October
//	2026  New Year       1 – 3 January (Thu – Sat); worked Sun 4 January
//	      Spring         15 – 23 February (Sun – Mon); worked Sat 14, Sat 28 February
//	      Qingming       4 – 6 April (Sat – Mon)
//	      Labour Day     1 – 5 May (Fri – Tue); worked Sat 9 May
//	      Dragon Boat    19 – 21 June (Fri – Sun)
//	      Mid-Autumn     25 – 27 September (Fri – Sun)
//	      National Day   1 – 7 October (Thu – Wed); worked Sun 20 September, Sat 10 October
//
// From noon to 13:30 the clock reads as at noon, after 17:30 as at 17:30, and a
// deadline is the first moment that reads enough: n workdays from 13:30 are over at
// noon of the n-th day after; n from 17:30, from a free day or from before 08:30 are
// over at 17:30 of the n-th day that is still worked.
const deadlines = `
New Year 2025, a single day
2024-12-31 Tue 16:00 normal exposed_garbage → accept 2025-01-02 Thu 09:00, contact 2025-01-02 Thu 16:00, finish 2025-01-02 Thu 16:00
2024-12-31 Tue 17:30 info suggestion → accept 2025-01-02 Thu 10:30, finish 2025-01-02 Thu 17:30
2024-12-31 Tue 23:00 critical gas_leak → accept 12-31 Tue 23:10, contact 12-31 Tue 23:30, feedback 2025-01-01 Wed 01:00, finish 2025-01-01 Wed 23:00
2025-01-01 Wed 10:00 rework greening → accept 01-02 Thu 09:00, contact 01-02 Thu 17:30, finish 01-06 Mon 17:30

Spring Festival 2025 and the worked Sunday before, the worked Saturday after
2025-01-24 Fri 16:30 normal greening → accept 01-26 Sun 09:30, contact 01-26 Sun 16:30, finish 02-07 Fri 16:30
2025-01-25 Sat 11:00 normal common_repair → accept 01-26 Sun 10:30, contact 01-26 Sun 17:30, finish 01-27 Mon 17:30
2025-01-26 Sun 10:15 info suggestion → accept 01-26 Sun 13:45, finish 01-27 Mon 10:15
2025-01-27 Mon 15:30 complex house_leak → accept 01-27 Mon 17:30, contact 02-05 Wed 15:30, finish 02-24 Mon 15:30
2025-01-27 Mon 15:45 normal streetlight → accept 02-05 Wed 08:45, contact 02-05 Wed 15:45, finish 02-07 Fri 15:45
2025-01-27 Mon 17:30 normal streetlight → accept 02-05 Wed 10:30, contact 02-05 Wed 17:30, finish 02-07 Fri 17:30
2025-01-29 Wed 09:00 rework house_leak → accept 02-05 Wed 09:00, contact 02-05 Wed 17:30, finish 02-07 Fri 17:30
2025-01-31 Fri 20:00 urgent water_outage → accept 01-31 Fri 20:30, contact 01-31 Fri 22:00, finish 02-01 Sat 20:00
2025-02-01 Sat 23:45 urgent road_flooding → accept 02-02 Sun 00:15, contact 02-02 Sun 01:45, finish 02-02 Sun 03:45
2025-02-04 Tue 23:59 critical elevator_trapped → accept 02-05 Wed 00:09, contact 02-05 Wed 00:29, feedback 02-05 Wed 01:59, finish 02-05 Wed 23:59
2025-02-07 Fri 13:30 normal exposed_garbage → accept 02-07 Fri 15:30, contact 02-08 Sat 12:00, finish 02-08 Sat 12:00
2025-02-08 Sat 17:00 info policy → accept 02-10 Mon 10:00, finish 02-10 Mon 17:00
2025-02-09 Sun 12:00 normal common_repair → accept 02-10 Mon 10:30, contact 02-10 Mon 17:30, finish 02-11 Tue 17:30

Qingming 2025
2025-04-03 Thu 11:30 normal streetlight → accept 04-03 Thu 15:00, contact 04-07 Mon 11:30, finish 04-09 Wed 11:30
2025-04-03 Thu 17:00 rework streetlight → accept 04-03 Thu 17:30, contact 04-07 Mon 17:00, finish 04-09 Wed 17:00
2025-04-04 Fri 08:30 normal exposed_garbage → accept 04-07 Mon 10:30, contact 04-07 Mon 17:30, finish 04-07 Mon 17:30

Labour Day 2025 and the worked Sunday before
2025-04-25 Fri 17:00 normal greening → accept 04-27 Sun 10:00, contact 04-27 Sun 17:00, finish 05-06 Tue 17:00
2025-04-26 Sat 09:00 info suggestion → accept 04-27 Sun 10:30, finish 04-27 Sun 17:30
2025-04-30 Wed 10:00 normal exposed_garbage → accept 04-30 Wed 12:00, contact 05-06 Tue 10:00, finish 05-06 Tue 10:00
2025-04-30 Wed 12:45 complex house_leak → accept 04-30 Wed 15:30, contact 05-06 Tue 12:00, finish 05-26 Mon 12:00
2025-05-03 Sat 14:00 critical streetlight → accept 05-03 Sat 14:10, contact 05-03 Sat 14:30, feedback 05-03 Sat 16:00, finish 05-04 Sun 14:00

Dragon Boat 2025
2025-05-30 Fri 16:00 normal common_repair → accept 06-03 Tue 09:00, contact 06-03 Tue 16:00, finish 06-04 Wed 16:00
2025-06-02 Mon 18:00 normal streetlight → accept 06-03 Tue 10:30, contact 06-03 Tue 17:30, finish 06-05 Thu 17:30

National Day and Mid-Autumn 2025, the worked Sunday before, the worked Saturday after
2025-09-26 Fri 16:00 normal streetlight → accept 09-28 Sun 09:00, contact 09-28 Sun 16:00, finish 09-30 Tue 16:00
2025-09-26 Fri 16:00 normal greening → accept 09-28 Sun 09:00, contact 09-28 Sun 16:00, finish 10-10 Fri 16:00
2025-09-27 Sat 08:00 rework streetlight → accept 09-28 Sun 09:00, contact 09-28 Sun 17:30, finish 09-30 Tue 17:30
2025-09-28 Sun 13:00 info suggestion → accept 09-28 Sun 15:30, finish 09-29 Mon 12:00
2025-09-30 Tue 16:00 normal exposed_garbage → accept 10-09 Thu 09:00, contact 10-09 Thu 16:00, finish 10-09 Thu 16:00
2025-09-30 Tue 16:00 complex house_leak → accept 10-09 Thu 09:00, contact 10-09 Thu 16:00, finish 10-28 Tue 16:00
2025-09-30 Tue 17:29 normal streetlight → accept 10-09 Thu 10:29, contact 10-09 Thu 17:29, finish 10-11 Sat 17:29
2025-09-30 Tue 18:00 urgent sewage → accept 09-30 Tue 18:30, contact 09-30 Tue 20:00, finish 10-01 Wed 18:00
2025-10-01 Wed 00:00 normal greening → accept 10-09 Thu 10:30, contact 10-09 Thu 17:30, finish 10-14 Tue 17:30
2025-10-08 Wed 22:00 urgent illegal_building_ongoing → accept 10-08 Wed 22:30, contact 10-09 Thu 00:00, finish 10-09 Thu 02:00
2025-10-09 Thu 08:30 normal streetlight → accept 10-09 Thu 10:30, contact 10-09 Thu 17:30, finish 10-11 Sat 17:30
2025-10-10 Fri 17:15 normal common_repair → accept 10-11 Sat 10:15, contact 10-11 Sat 17:15, finish 10-13 Mon 17:15
2025-10-11 Sat 11:00 normal streetlight → accept 10-11 Sat 14:30, contact 10-13 Mon 11:00, finish 10-15 Wed 11:00
2025-10-12 Sun 15:00 info house_leak → accept 10-13 Mon 10:30, finish 10-13 Mon 17:30

New Year 2026 and the worked Sunday after
2025-12-29 Mon 09:30 complex house_leak → accept 12-29 Mon 11:30, contact 12-30 Tue 09:30, finish 2026-01-20 Tue 09:30
2025-12-31 Wed 16:30 normal streetlight → accept 2026-01-04 Sun 09:30, contact 2026-01-04 Sun 16:30, finish 2026-01-06 Tue 16:30
2025-12-31 Wed 23:30 critical gas_leak → accept 12-31 Wed 23:40, contact 2026-01-01 Thu 00:00, feedback 2026-01-01 Thu 01:30, finish 2026-01-01 Thu 23:30
2026-01-02 Fri 10:00 normal exposed_garbage → accept 01-04 Sun 10:30, contact 01-04 Sun 17:30, finish 01-04 Sun 17:30
2026-01-04 Sun 12:00 info suggestion → accept 01-04 Sun 15:30, finish 01-05 Mon 12:00

Spring Festival 2026 between two worked Saturdays
2026-02-13 Fri 16:00 normal greening → accept 02-14 Sat 09:00, contact 02-14 Sat 16:00, finish 02-27 Fri 16:00
2026-02-13 Fri 18:00 normal common_repair → accept 02-14 Sat 10:30, contact 02-14 Sat 17:30, finish 02-24 Tue 17:30
2026-02-14 Sat 10:00 normal exposed_garbage → accept 02-14 Sat 12:00, contact 02-24 Tue 10:00, finish 02-24 Tue 10:00
2026-02-14 Sat 16:45 rework greening → accept 02-14 Sat 17:15, contact 02-24 Tue 16:45, finish 02-26 Thu 16:45
2026-02-14 Sat 17:20 complex house_leak → accept 02-24 Tue 10:20, contact 02-24 Tue 17:20, finish 03-13 Fri 17:20
2026-02-16 Mon 23:50 critical fire → accept 02-17 Tue 00:00, contact 02-17 Tue 00:20, feedback 02-17 Tue 01:50, finish 02-17 Tue 23:50
2026-02-17 Tue 09:00 normal streetlight → accept 02-24 Tue 10:30, contact 02-24 Tue 17:30, finish 02-26 Thu 17:30
2026-02-20 Fri 14:00 urgent road_flooding → accept 02-20 Fri 14:30, contact 02-20 Fri 16:00, finish 02-20 Fri 18:00
2026-02-27 Fri 17:30 normal exposed_garbage → accept 02-28 Sat 10:30, contact 02-28 Sat 17:30, finish 02-28 Sat 17:30
2026-02-28 Sat 14:00 normal streetlight → accept 02-28 Sat 16:00, contact 03-02 Mon 14:00, finish 03-04 Wed 14:00
2026-02-28 Sat 16:00 info policy → accept 03-02 Mon 09:00, finish 03-02 Mon 16:00

Qingming 2026
2026-04-03 Fri 15:00 normal streetlight → accept 04-03 Fri 17:00, contact 04-07 Tue 15:00, finish 04-09 Thu 15:00
2026-04-06 Mon 07:00 info suggestion → accept 04-07 Tue 10:30, finish 04-07 Tue 17:30

Labour Day 2026 and the worked Saturday after
2026-04-30 Thu 17:00 normal greening → accept 05-06 Wed 10:00, contact 05-06 Wed 17:00, finish 05-11 Mon 17:00
2026-05-02 Sat 11:11 urgent water_outage → accept 05-02 Sat 11:41, contact 05-02 Sat 13:11, finish 05-03 Sun 11:11
2026-05-08 Fri 16:00 normal common_repair → accept 05-09 Sat 09:00, contact 05-09 Sat 16:00, finish 05-11 Mon 16:00
2026-05-09 Sat 12:00 complex house_leak → accept 05-09 Sat 15:30, contact 05-11 Mon 12:00, finish 05-29 Fri 12:00

Dragon Boat 2026
2026-06-18 Thu 14:15 normal exposed_garbage → accept 06-18 Thu 16:15, contact 06-22 Mon 14:15, finish 06-22 Mon 14:15
2026-06-19 Fri 10:00 rework streetlight → accept 06-22 Mon 09:00, contact 06-22 Mon 17:30, finish 06-24 Wed 17:30

Mid-Autumn 2026 and the worked Sunday before
2026-09-18 Fri 16:30 normal common_repair → accept 09-20 Sun 09:30, contact 09-20 Sun 16:30, finish 09-21 Mon 16:30
2026-09-19 Sat 10:00 normal exposed_garbage → accept 09-20 Sun 10:30, contact 09-20 Sun 17:30, finish 09-20 Sun 17:30
2026-09-20 Sun 16:00 info suggestion → accept 09-21 Mon 09:00, finish 09-21 Mon 16:00
2026-09-21 Mon 10:00 complex house_leak → accept 09-21 Mon 12:00, contact 09-22 Tue 10:00, finish 10-19 Mon 10:00
2026-09-24 Thu 17:00 normal greening → accept 09-28 Mon 10:00, contact 09-28 Mon 17:00, finish 10-09 Fri 17:00
2026-09-25 Fri 20:00 rework house_leak → accept 09-28 Mon 09:00, contact 09-28 Mon 17:30, finish 09-30 Wed 17:30
2026-09-26 Sat 13:00 urgent dust_burning → accept 09-26 Sat 13:30, contact 09-26 Sat 15:00, finish 09-27 Sun 13:00

National Day 2026 and the worked Saturday after
2026-09-30 Wed 15:29 normal common_repair → accept 09-30 Wed 17:29, contact 10-08 Thu 15:29, finish 10-09 Fri 15:29
2026-09-30 Wed 16:00 normal exposed_garbage → accept 10-08 Thu 09:00, contact 10-08 Thu 16:00, finish 10-08 Thu 16:00
2026-09-30 Wed 16:00 normal greening → accept 10-08 Thu 09:00, contact 10-08 Thu 16:00, finish 10-13 Tue 16:00
2026-09-30 Wed 17:31 info greening → accept 10-08 Thu 10:30, finish 10-08 Thu 17:30
2026-10-01 Thu 10:00 critical gas_leak → accept 10-01 Thu 10:10, contact 10-01 Thu 10:30, feedback 10-01 Thu 12:00, finish 10-02 Fri 10:00
2026-10-05 Mon 12:00 complex house_leak → accept 10-08 Thu 10:30, contact 10-08 Thu 17:30, finish 10-27 Tue 17:30
2026-10-07 Wed 23:30 urgent road_flooding → accept 10-08 Thu 00:00, contact 10-08 Thu 01:30, finish 10-08 Thu 03:30
2026-10-09 Fri 13:31 normal exposed_garbage → accept 10-09 Fri 15:31, contact 10-10 Sat 13:31, finish 10-10 Sat 13:31
2026-10-09 Fri 17:00 rework greening → accept 10-09 Fri 17:30, contact 10-10 Sat 17:00, finish 10-13 Tue 17:00
2026-10-10 Sat 09:00 normal common_repair → accept 10-10 Sat 11:00, contact 10-12 Mon 09:00, finish 10-13 Tue 09:00
2026-10-10 Sat 11:59 normal streetlight → accept 10-10 Sat 15:29, contact 10-12 Mon 11:59, finish 10-14 Wed 11:59
`

// terms are the finish limits the table reckons with. Rework has 3 workdays whatever
// the category, danger 24 hours, a question (info about what is usually a fault) 1.
func terms() map[string]string {
	return map[string]string{
		"exposed_garbage": "1d", "suggestion": "1d", "policy": "1d", "common_repair": "2d", "streetlight": "3d", "greening": "5d", "house_leak": "15d",
		"road_flooding": "4h", "illegal_building_ongoing": "4h", "water_outage": "24h", "sewage": "24h", "dust_burning": "24h",
		"gas_leak": "24h", "elevator_trapped": "24h", "fire": "24h",
	}
}

func TestDeadlinesByHand(t *testing.T) {
	w := quick(t)
	for id, term := range terms() {
		same(t, id, w.category(id).Finish.String(), term)
	}
	rows := 0
	for _, row := range strings.Split(deadlines, "\n") {
		when, want, ok := strings.Cut(row, " → ")
		if !ok {
			continue // a heading
		}
		rows++
		const form = "2006-01-02 Mon 15:04"
		from := must(time.ParseInLocation(form, when[:len(form)], w.cal.Location()))
		same(t, "the weekday", from.Format(form), when[:len(form)])
		urgency, category, _ := strings.Cut(strings.TrimSpace(when[len(form):]), " ")
		if terms()[category] == "" {
			t.Errorf("%s: no term of %q", when, category)
		}
		x := task.Task{Category: category, Urgency: task.Urgency(urgency)}
		p := w.desk.planFor(&x, from.UTC())
		same(t, when, inWords(w, from, p), want)
		same(t, when+", provisional", p.Provisional, false)
	}
	if rows < 60 {
		t.Errorf("only %d rows were read", rows)
	}
}

// inWords says the deadlines of a plan as the table does: without the year where it
// is that of the dispatch.
func inWords(w *world, from time.Time, p task.Plan) string {
	var out []string
	for _, one := range []struct {
		name string
		at   time.Time
	}{{"accept", p.Accept}, {"contact", p.Contact}, {"feedback", p.Feedback}, {"finish", p.Finish}} {
		at, form := one.at.In(w.cal.Location()), "01-02 Mon 15:04"
		if at.Year() != from.Year() {
			form = "2006-" + form
		}
		if !one.at.IsZero() {
			out = append(out, one.name+" "+at.Format(form))
		}
	}
	return strings.Join(out, ", ")
}
