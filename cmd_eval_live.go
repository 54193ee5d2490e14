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

// agreement is how often staff left it at the machine's first guess.
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
	Categories []agreement `json:"categories"` // most frequent first
}

// byWeek counts lessons by the week in which they were reported, oldest first, in the time of
// a place.
func byWeek(all []lesson, at *time.Location) []agreedWeek {
	weeks := map[string]map[string]*agreement{}
	for _, l := range all {
		week := weekOf(l.task.OpenedAt.In(at))
		if weeks[week] == nil {
			weeks[week] = map[string]*agreement{"": {}}
		}
		guess := l.task.Guess.Category
		if weeks[week][guess] == nil {
			weeks[week][guess] = &agreement{Category: guess}
		}
		weeks[week][guess].count(l.agreed())
		weeks[week][""].count(l.agreed())
	}
	out := make([]agreedWeek, 0, len(weeks))
	for week, counts := range weeks {
		one := agreedWeek{Week: week, agreement: *counts[""]}
		delete(counts, "")
		for _, c := range counts {
			one.Categories = append(one.Categories, *c)
		}
		slices.SortFunc(one.Categories, func(a, b agreement) int {
			return cmp.Or(b.N-a.N, strings.Compare(a.Category, b.Category))
		})
		out = append(out, one)
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
	fmt.Fprintln(w, "week\tguessed\tn\tagreed\tshare")
	for _, week := range weeks {
		fmt.Fprintf(w, "%s\tall\t%d\t%d\t%.3f\n", week.Week, week.N, week.Agreed, week.Share)
		for _, c := range week.Categories {
			fmt.Fprintf(w, "\t%s\t%d\t%d\t%.3f\n", c.Category, c.N, c.Agreed, c.Share)
		}
	}
	return w.Flush()
}
