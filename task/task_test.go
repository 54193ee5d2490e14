package task

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseID(t *testing.T) {
	for _, x := range []struct {
		in   string
		want ID // zero: refused
	}{
		{"12-1042", ID{"12", 1042}},
		{"12-1001", ID{"12", 1001}},
		{"临海-1042", ID{"临海", 1042}},
		{"12-1000", ID{}},
		{"12-1", ID{}},
		{"12--1042", ID{}},
		{"12-+1042", ID{}},
		{"12-01042", ID{}},
		{"12-1042 ", ID{}},
		{"12-１０４２", ID{}},
		{"12-99999999999999999999", ID{}},
		{"1-2-1042", ID{}},
		{"-1042", ID{}},
		{"12-", ID{}},
		{"1042", ID{}},
		{"", ID{}},
	} {
		got, err := ParseID(x.in)
		if got != x.want || (err == nil) == x.want.Zero() {
			t.Errorf("%q: %v, %v; want %v", x.in, got, err, x.want)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "task: ") {
			t.Errorf("%q: %v does not say where it comes from", x.in, err)
		}
	}
}

func FuzzParseID(f *testing.F) {
	for _, seed := range []string{"12-1042", "12-01042", "12-+1042", "-1042", "a-b-1042", "12－1042", "12-1e9", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseID(s)
		switch {
		case err != nil && !id.Zero():
			t.Errorf("%q is refused, but gives %v", s, id)
		case err == nil && (id.String() != s || id.Street == "" || id.Seq < FirstNumber):
			t.Errorf("%q gives %+v, written %q", s, id, id)
		}
	})
}

func TestShown(t *testing.T) {
	sees := map[string]bool{"reporter": true, "handler": true, "colleague": true, "chief": true, "desk": true,
		"system": true, "himself": true, "resident": false, "stranger": false, "helper": true, "senior": true, "joined": true}
	for _, s := range Statuses() {
		for name, a := range actors() {
			x := in(s)
			if got := x.Shown(a); got != sees[name] {
				t.Errorf("%s to %s: %t, want %t", s, name, got, sees[name])
			}
		}
	}
	elsewhere := staff("li") // the handler keeps sight of it without any flag
	if x := in(Signed); !x.Shown(elsewhere) {
		t.Error("the handler of another grid does not see the task")
	}
	if x := in(Pending); x.Shown(Actor{}) || x.Shown(Actor{Kind: ByStaff}) || x.Shown(Actor{Kind: ByResident}) {
		t.Error("an actor who is nobody sees the task")
	}
}

func TestHalfTime(t *testing.T) {
	for _, x := range []struct {
		name string
		task Task
		want time.Time
	}{
		{"from the dispatch", in(Signed), nine.Add(12 * time.Hour)},
		{"from the report", in(Pending), eight.Add(12*time.Hour + 30*time.Minute)},
		{"no deadline", in(Signed, func(t *Task) { t.Plan = Plan{} }), nine},
		{"due before it was given", in(Signed, func(t *Task) { t.Plan.Finish = eight }), nine},
	} {
		if got := x.task.HalfTime(); !got.Equal(x.want) {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
}

func TestStatuses(t *testing.T) {
	named := map[Status]int{}
	for _, x := range []struct {
		status             Status
		open, over, atDesk bool
	}{
		{Pending, true, false, true},
		{Accepted, true, false, true},
		{Dispatched, true, false, false},
		{Signed, true, false, false},
		{Processing, true, false, false},
		{Checking, true, false, false},
		{Feedback, false, false, false},
		{Closed, false, true, false},
		{Returned, true, false, true},
		{NeedInfo, true, false, false},
		{Suspended, true, false, false},
		{Merged, false, false, false},
		{Rejected, false, true, false},
		{Withdrawn, false, true, false},
	} {
		if x.status.Open() != x.open || x.status.Over() != x.over || x.status.AtDesk() != x.atDesk {
			t.Errorf("%s: open %t, over %t, at the desk %t", x.status, x.status.Open(), x.status.Over(), x.status.AtDesk())
		}
		if paused := x.status == NeedInfo || x.status == Suspended; x.status.Paused() != paused {
			t.Errorf("%s: paused %t", x.status, !paused)
		}
		named[x.status]++
	}
	for _, s := range Statuses() {
		if named[s] != 1 {
			t.Errorf("%s stands %d times in the table", s, named[s])
		}
	}
}

func report(tweaks ...func(*Report)) Report {
	r := Report{Street: "12", At: eight, Text: "路灯不亮", Media: []Media{{ID: "m0", Kind: Image}}, Reporter: zhao,
		Category: light, Place: place, Reason: "路灯", Plan: during(eight)}
	for _, f := range tweaks {
		f(&r)
	}
	return r
}

func TestNew(t *testing.T) {
	c := New(report())
	want := Task{ID: ID{Street: "12"}, Status: Pending, Category: "streetlight", Urgency: Normal, Text: "路灯不亮",
		Media: []Media{{ID: "m0", Kind: Image}}, Place: place, Reporter: zhao, Reason: "路灯", Plan: during(eight), OpenedAt: eight}
	if !reflect.DeepEqual(c.After, want) {
		t.Errorf("opened as %+v, want %+v", c.After, want)
	}
	event := Event{Kind: Opened, At: eight, By: ByResident, To: Pending, Target: "streetlight"}
	if len(c.Events) != 1 || !reflect.DeepEqual(c.Events[0], event) || inWords(c.Notices) != "media fetch" || !reflect.DeepEqual(c.Before, Task{}) {
		t.Errorf("opened with %+v", c)
	}
	if x := New(report(func(r *Report) { r.Category = complaint })).After; !x.Confidential {
		t.Error("a confidential category is open to all")
	}
}

func TestNewUrgency(t *testing.T) {
	for _, x := range []struct {
		name     string
		category Category
		given    Urgency
		danger   int
		want     Urgency
	}{
		{"the category's own", light, "", 0, Normal},
		{"a rule's choice", light, Urgent, 0, Urgent},
		{"a risk changes nothing by itself", light, "", 1, Normal},
		{"danger now", light, "", 2, Critical},
		{"danger now against a rule's choice", light, Urgent, 2, Critical},
	} {
		c := New(report(func(r *Report) { r.Category, r.Urgency, r.Danger = x.category, x.given, x.danger }))
		if c.After.Urgency != x.want {
			t.Errorf("%s: %s, want %s", x.name, c.After.Urgency, x.want)
		}
	}
}

func TestNewOwnsItsMedia(t *testing.T) {
	r := report()
	c := New(r)
	r.Media[0].ID = "changed"
	if c.After.Media[0].ID != "m0" {
		t.Error("the task's media change with the report's")
	}
}

func TestThen(t *testing.T) {
	opened := New(report())
	accepted, err := opened.Then(move(Accept, system))
	if err != nil {
		t.Fatal(err)
	}
	given, err := accepted.Then(move(Dispatch, system, give("li")))
	if err != nil {
		t.Fatal(err)
	}
	var kinds []Kind
	for _, e := range given.Events {
		kinds = append(kinds, e.Kind)
	}
	if !reflect.DeepEqual(kinds, []Kind{Opened, Accept, Dispatch}) || inWords(given.Notices) != "media fetch, resident accepted, li new" {
		t.Errorf("events %v, told %q", kinds, inWords(given.Notices))
	}
	if !reflect.DeepEqual(given.Before, Task{}) || given.After.Status != Dispatched || given.After.Handler != "li" {
		t.Errorf("before %+v, after %+v", given.Before, given.After)
	}
	refused, err := given.Then(move(Accept, system))
	if !errors.Is(err, ErrStatus) || !reflect.DeepEqual(refused, given) {
		t.Errorf("a refused move: %v, %+v", err, refused)
	}
	signed, _ := given.Then(move(Sign, handler))
	moved, _ := given.Then(move(Dispatch, desk))
	if signed.Events[3].Kind != Sign || moved.Events[3].Kind != Dispatch || inWords(signed.Notices) != "media fetch, resident accepted, li new, resident signed" {
		t.Error("two continuations of one change write into each other")
	}
}

func TestOutcomeNames(t *testing.T) {
	seen := map[string]bool{}
	for o := Delivered; o <= Bad; o++ {
		if name := o.String(); name == "invalid" || name == "" || seen[name] {
			t.Errorf("outcome %d is named %q", o, name)
		} else {
			seen[name] = true
		}
	}
	if Outcome(-1).String() != "invalid" || (Bad+1).String() != "invalid" {
		t.Error("an outcome that does not exist has a name")
	}
}
