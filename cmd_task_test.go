package main

import (
	"strings"
	"testing"
	"time"

	"gridbot/store"
	"gridbot/task"
)

func TestATaskIsShownWithTheFatesOfItsNotices(t *testing.T) {
	at := time.Date(2026, 5, 20, 9, 0, 0, 0, time.UTC)
	h := store.Held{Task: task.Task{ID: task.ID{Street: "12", Seq: 1001}}, Fates: []task.Fate{
		{At: at, About: task.AboutNew, Staff: "s11", Channel: "sms"},
		{At: at, About: task.AboutProgress, Channel: "template", End: task.Undelivered, Why: task.WhyClosed},
	}}
	var out strings.Builder
	if err := printTask(&out, h, "", false, strings.ToUpper); err != nil {
		t.Fatal(err)
	}
	for _, want := range [][]string{
		{"2026-05-20 09:00:00", string(task.AboutNew), "s11", "sms delivered"},
		{"2026-05-20 09:00:00", string(task.AboutProgress), "reporter", "template undelivered closed"},
	} {
		if !holdsLine(out.String(), want) {
			t.Errorf("%q is not told: %s", want, out.String())
		}
	}
}

// holdsLine tells whether one line holds all the words.
func holdsLine(text string, words []string) bool {
	for line := range strings.Lines(text) {
		all := true
		for _, w := range words {
			all = all && strings.Contains(line, w)
		}
		if all {
			return true
		}
	}
	return false
}
