package task

import (
	"testing"
	"time"
)

func TestSettled(t *testing.T) {
	at := func(minutes int) time.Time { return time.Date(2026, 11, 2, 9, minutes, 0, 0, time.UTC) }
	opened := func(category string) Event {
		return Event{Kind: Opened, By: ByResident, At: at(0), Target: category}
	}
	cases := []struct {
		name    string
		history []Event
		want    string
		when    time.Time
	}{
		{"nothing", nil, "", time.Time{}},
		{"nobody looked", []Event{opened("streetlight"), {Kind: Accept, By: BySystem, Target: "streetlight"}, {Kind: Dispatch, By: BySystem, Target: "s1"}}, "", time.Time{}},
		{"signed is not looked at", []Event{opened("streetlight"), {Kind: Sign, By: ByStaff}}, "", time.Time{}},
		{"finished as it was", []Event{opened("streetlight"), {Kind: Dispatch, By: BySystem, Target: "s1"}, {Kind: Finish, By: ByStaff, At: at(5)}}, "streetlight", at(5)},
		{"corrected", []Event{opened("streetlight"), {Kind: Reclassify, By: ByStaff, At: at(5), Target: "power_outage"},
			{Kind: Accept, By: BySystem, At: at(5), Target: "power_outage"}}, "power_outage", at(5)},
		{"corrected twice", []Event{opened("streetlight"), {Kind: Reclassify, By: ByStaff, At: at(5), Target: "power_outage"},
			{Kind: Reclassify, By: ByStaff, At: at(6), Target: "exposed_wire"}}, "exposed_wire", at(6)},
		{"accepted by the desk", []Event{opened(Unclassified), {Kind: Accept, By: ByStaff, At: at(1), Target: "noise"}}, "noise", at(1)},
		{"given away unclassified", []Event{opened(Unclassified), {Kind: Dispatch, By: ByStaff, At: at(1), Target: "s1"}}, "", time.Time{}},
		{"answered by the resident, then finished", []Event{opened(Unclassified), {Kind: Accept, By: BySystem, Target: "noise"},
			{Kind: Finish, By: ByStaff, At: at(9)}}, "noise", at(9)},
		{"answered by the resident alone", []Event{opened(Unclassified), {Kind: Reclassify, By: BySystem, Target: "noise"}}, "", time.Time{}},
	}
	for _, c := range cases {
		if got, when := Settled(c.history); got != c.want || !when.Equal(c.when) {
			t.Errorf("%s: %q at %v, want %q at %v", c.name, got, when, c.want, c.when)
		}
	}
}

func TestANewTaskKeepsTheGuess(t *testing.T) {
	c := New(Report{Street: "12", Category: Category{ID: Unclassified}, Guess: NewGuess("streetlight", 0.41249)})
	if want := (Guess{"streetlight", 0.412}); c.After.Guess != want {
		t.Errorf("%+v, want %+v", c.After.Guess, want)
	}
	moved, err := c.Then(Move{Kind: Reclassify, By: Actor{Kind: BySystem}, Category: Category{ID: "noise"}})
	if err != nil || moved.After.Guess != c.After.Guess {
		t.Errorf("after a correction: %+v, %v", moved.After.Guess, err)
	}
}
