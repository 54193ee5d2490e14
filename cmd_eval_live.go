package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// agreement is how often staff left it at what the machine had set.
type agreement struct {
	Category string  `json:"category,omitempty"` // that was guessed; "" is all of them
	N        int     `json:"n"`                  // tasks whose category staff has settled
	Agreed   int     `json:"agreed"`
	Share    float64 `json:"share"`
}

func (a *agreement) count(agreed bool) {
	a.N++
	if agreed {
		a.Agreed++
	}
	a.Share = float64(a.Agreed) / float64(a.N)
}

// agreedWeek is one ISO week of reports, such as 2026-W48.
type agreedWeek struct {
	Week string `json:"week"`
	agreement
	Place      agreement   `json:"place"`      // of the places it found
	Urgency    agreement   `json:"urgency"`    // of the urgencies, where the category was right
	Categories []agreement `json:"categories"` // most frequent first
}

// add counts one lesson.
func (w *agreedWeek) add(l lesson) {
	guess := l.task.Guess.Category
	at := slices.IndexFunc(w.Categories, func(a agreement) bool { return a.Category == guess })
	if at < 0 {
		at, w.Categories = len(w.Categories), append(w.Categories, agreement{Category: guess})
	}
	w.Categories[at].count(l.agreed())
	w.count(l.agreed())
	if l.place.counts {
		w.Place.count(l.place.left)
	}
	if l.urgency.counts {
		w.Urgency.count(l.urgency.left)
	}
}

// byWeek counts lessons by the week in which they were reported, oldest first, in the time of
// a place.
func byWeek(all []lesson, at *time.Location) []agreedWeek {
	weeks := map[string]*agreedWeek{}
	for _, l := range all {
		week := weekOf(l.task.OpenedAt.In(at))
		if weeks[week] == nil {
			weeks[week] = &agreedWeek{Week: week}
		}
		weeks[week].add(l)
	}
	out := make([]agreedWeek, 0, len(weeks))
	for _, w := range weeks {
		slices.SortFunc(w.Categories, func(a, b agreement) int {
			return cmp.Or(b.N-a.N, strings.Compare(a.Category, b.Category))
		})
		out = append(out, *w)
	}
	slices.SortFunc(out, func(a, b agreedWeek) int { return strings.Compare(a.Week, b.Week) })
	return out
}

func weekOf(t time.Time) string {
	year, week := t.ISOWeek()
	return fmt.Sprintf("%d-W%02d", year, week)
}

// weeksBack is when the ISO week began that lies so many weeks back, the running one being
// the first.
func weeksBack(now time.Time, weeks int) time.Time {
	sinceMonday := (int(now.Weekday()) + 6) % 7
	return time.Date(now.Year(), now.Month(), now.Day()-sinceMonday-7*(weeks-1), 0, 0, 0, 0, now.Location())
}

// printAgreement writes a table for people, or JSON on one line.
func printAgreement(out io.Writer, weeks []agreedWeek, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(out).Encode(weeks)
	}
	if len(weeks) == 0 {
		_, err := fmt.Fprintln(out, "staff has settled no category in this time")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(week, what string, a agreement) {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%.3f\n", week, what, a.N, a.Agreed, a.Share)
	}
	fmt.Fprintln(w, "week\tguessed\tn\tagreed\tshare")
	for _, week := range weeks {
		line(week.Week, "all", week.agreement)
		line("", "place", week.Place)
		line("", "urgency", week.Urgency)
		for _, c := range week.Categories {
			line("", c.Category, c)
		}
	}
	return w.Flush()
}
