package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gridbot/classify"
	"gridbot/redistest"
	"gridbot/task"
)

// taught stores a report the machine guessed the category of, so many days ago, and which
// staff then settled on another one, "" for none. Ended says that it is over; more is what
// else happened to it.
func (c *care) taught(text, guess, settled string, days int, ended bool, more ...task.Event) task.ID {
	c.t.Helper()
	at := time.Now().AddDate(0, 0, -days)
	x := task.Task{ID: task.ID{Street: "12"}, Status: task.Feedback, Category: settled, Urgency: task.Normal, Handler: "s11", Text: text,
		Reporter: carePerson, OpenedAt: at, FinishedAt: at, Guess: task.NewGuess(guess, 0.8),
		Place: task.Place{Text: "幸福里小区3幢", Microgrid: "12010101", Grid: "120101"}}
	if ended {
		x.Status, x.ClosedAt = task.Closed, at
	}
	events := []task.Event{{Kind: task.Opened, At: at, By: task.ByResident, To: task.Pending, Target: guess}}
	switch settled {
	case "":
	case guess:
		events = append(events, task.Event{Kind: task.Finish, At: at, By: task.ByStaff, ID: "s11"})
	default:
		events = append(events, task.Event{Kind: task.Reclassify, At: at, By: task.ByStaff, ID: "s11", Target: settled})
	}
	id, _, err := c.store.Create(c.t.Context(), text, task.Change{After: x, Events: append(events, more...)}, at)
	check(c.t, err)
	return id
}

// What staff made of the guesses is read from Redis and from the files, each task once.
func TestEvalLive(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Real})
	c.taught("路灯不亮", "streetlight", "streetlight", 40, true)
	c.taught("整栋楼的灯灭了", "streetlight", "power_outage", 40, true)
	c.do(0, "archive")
	if months, err := os.ReadDir(filepath.Join(c.dir, "12")); err != nil || len(months) == 0 {
		t.Fatalf("nothing was archived: %v", err)
	}
	moved := task.Event{Kind: task.Relocate, By: task.ByStaff, Was: "12010102 幸福里小区5幢", Target: "12010101 幸福里小区3幢"}
	found := task.Event{Kind: task.Relocate, By: task.ByStaff, Was: "- 桥头", Target: "12010101 幸福里小区3幢"}
	faster := task.Event{Kind: task.Regrade, By: task.ByStaff, Was: "normal", Target: "urgent"}
	c.taught("楼下路灯坏了", "streetlight", "streetlight", 0, false, moved)
	c.taught("路灯闪", "streetlight", "streetlight", 0, false, found, faster)
	c.taught("太吵了", "noise", "streetlight", 0, false, faster)
	c.taught("没人看过", "streetlight", "", 0, false)
	c.report("no guess", -1)
	out, _ := c.do(0, "eval --live --weeks 10 --json")
	var weeks []agreedWeek
	if err := json.Unmarshal([]byte(out), &weeks); err != nil || len(weeks) != 2 {
		t.Fatalf("%v: %s", err, out)
	}
	for i, want := range []string{"2 1 0.50 [streetlight 2/1] place 2/2 urgency 1/1", "3 2 0.67 [streetlight 2/2 noise 1/0] place 2/1 urgency 2/1"} {
		var each []string
		for _, x := range weeks[i].Categories {
			each = append(each, fmt.Sprintf("%s %d/%d", x.Category, x.N, x.Agreed))
		}
		if got := fmt.Sprintf("%d %d %.2f %v place %d/%d urgency %d/%d", weeks[i].N, weeks[i].Agreed, weeks[i].Share, each,
			weeks[i].Place.N, weeks[i].Place.Agreed, weeks[i].Urgency.N, weeks[i].Urgency.Agreed); got != want {
			t.Errorf("week %s: %s, want %s", weeks[i].Week, got, want)
		}
	}
	if out, _ := c.do(0, "eval --live --weeks 1"); strings.Count(out, " all ") != 1 || !strings.Contains(out, "0.667") || !strings.Contains(out, "place     ") {
		t.Errorf("this week:\n%s", out)
	}
	for _, wrong := range []string{"eval --live --weeks 0", "eval --live --file x.tsv", "eval", "eval --live --noise 0.1"} {
		c.do(1, wrong)
	}
}

func TestEvalLiveOfNothing(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	if out, _ := c.do(0, "eval --live"); !strings.Contains(out, "no category") {
		t.Error(out)
	}
	if out, _ := c.do(0, "eval --live --json"); out != "[]\n" {
		t.Error(out)
	}
}

// A danger says nothing about the urgency: nobody may make it slower.
func TestADangerIsNoLessonOfUrgency(t *testing.T) {
	for danger, want := range map[int]bool{0: true, 1: true, 2: false} {
		x := task.Task{Danger: danger, Guess: task.Guess{Category: "streetlight"}}
		if got := lessonOf(x, "streetlight", time.Time{}, nil).urgency; got.counts != want || !got.left {
			t.Errorf("danger %d: %+v", danger, got)
		}
	}
}

func TestWeeksBack(t *testing.T) {
	at := time.FixedZone("CST", 8*3600)
	for _, c := range []struct {
		now   time.Time
		weeks int
		want  string
	}{
		{time.Date(2026, 11, 30, 0, 0, 0, 0, at), 1, "2026-11-30 2026-W49"}, // a Monday
		{time.Date(2026, 11, 29, 23, 0, 0, 0, at), 1, "2026-11-23 2026-W48"},
		{time.Date(2027, 1, 2, 12, 0, 0, 0, at), 1, "2026-12-28 2026-W53"},
		{time.Date(2027, 1, 5, 12, 0, 0, 0, at), 2, "2026-12-28 2026-W53"},
	} {
		got := weeksBack(c.now, c.weeks)
		if told := got.Format(time.DateOnly) + " " + weekOf(got); told != c.want || got.Location() != at {
			t.Errorf("%v, %d: %s, want %s", c.now, c.weeks, told, c.want)
		}
	}
}

// Whose words teach: not the confidential ones, not of somebody who has left, none that are
// not there, and of too many the latest.
func TestWhatTeaches(t *testing.T) {
	categories, err := task.DefaultCategories()
	check(t, err)
	k, err := classifier(categories, "")
	check(t, err)
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	good := lesson{task: task.Task{Text: "路灯坏了，打13800138000", Reporter: carePerson}, category: "streetlight", at: at}
	secret, left, mute, unknown, becameSecret := good, good, good, good, good
	secret.task.Confidential, left.task.Reporter, mute.task.Text, unknown.category = true, task.Person{}, "", "no_such"
	becameSecret.category = task.StaffComplaint
	got := examples(k, categories, []lesson{secret, left, good, mute, unknown, becameSecret})
	if len(got) != 1 || got[0].Text != "路灯坏了，打138******00" || got[0].Category != "streetlight" || got[0].Intent != classify.IntentReport {
		t.Errorf("%+v", got)
	}
	many := slices.Repeat([]lesson{good}, mostLessons)
	late := good
	late.at, late.task.Text = at.Add(time.Hour), "最后一条"
	got = examples(k, categories, append([]lesson{late}, many...))
	if len(got) != mostLessons || got[mostLessons-1].Text != "最后一条" {
		t.Errorf("%d, the last %+v", len(got), got[len(got)-1])
	}
}

// schooling writes a few examples, as many as make a model, and more lines.
func schooling(t *testing.T, more string) string {
	t.Helper()
	text := "text\tintent\tcategory\talso\temergency\n"
	for _, x := range []string{"路灯不亮了", "路灯坏了", "巷子路灯灭了", "路灯一闪一闪"} {
		text += x + "\treport\tstreetlight\t-\t0\n"
	}
	for _, x := range []string{"家里停电了", "整栋楼停电", "又停电", "跳闸停电了"} {
		text += x + "\treport\tpower_outage\t-\t0\n"
	}
	for _, x := range []string{"你好", "您好啊", "早上好", "在吗您"} {
		text += x + "\tgreeting\t-\t-\t0\n"
	}
	return write(t, "small.tsv", text+more)
}

// A model is trained on what staff said, compared, written, and then runs; a worse one is not
// written, and told why.
func TestTrainOnCorrections(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	small, own := schooling(t, ""), filepath.Join(t.TempDir(), "own.gz")
	frozen := schooling(t, "楼上着火了快来人\treport\tpower_outage\t-\t2\n黑灯瞎火没法做饭\treport\tpower_outage\t-\t0\n")
	c.do(0, "train --examples "+small+" --model "+own)
	first, err := os.ReadFile(own)
	check(t, err)
	t.Setenv("GRIDBOT_CLASSIFY_MODEL", own)
	c.taught("没法做饭了黑灯瞎火", "streetlight", "power_outage", 0, false)
	c.taught("黑灯瞎火的做不了饭", "streetlight", "power_outage", 0, false)
	out, _ := c.do(0, "train --corrections --examples "+small+" --frozen "+frozen)
	second, err := os.ReadFile(own)
	check(t, err)
	if !strings.Contains(out, "12 examples and 2 corrections") || string(second) == string(first) {
		t.Errorf("the same model: %v\n%s", string(second) == string(first), out)
	}
	for _, x := range []string{"停电", "停电了停电", "家停电", "楼停电", "里停电了", "楼停电家里停电", "停电跳闸", "家里又停电", "做饭黑灯瞎火", "没法做饭黑灯", "瞎火没法"} {
		c.taught(x, "power_outage", "streetlight", 0, false)
	}
	_, errs := c.do(1, "train --corrections --examples "+small+" --frozen "+frozen)
	if !strings.Contains(errs, "refused and nothing was written:\n  ") || !strings.Contains(errs, "sub-category accuracy fell") {
		t.Error(errs)
	}
	if third, err := os.ReadFile(own); err != nil || string(third) != string(second) {
		t.Errorf("a worse model was written, %v", err)
	}
	if _, errs := c.do(1, "train --corrections --frozen nowhere.tsv"); !strings.Contains(errs, "--frozen") {
		t.Error(errs)
	}
	t.Setenv("GRIDBOT_CLASSIFY_MODEL", "")
	if _, errs := c.do(1, "train --corrections --examples "+small+" --frozen "+frozen); !strings.Contains(errs, "--model") {
		t.Error(errs)
	}
}
