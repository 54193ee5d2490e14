package grid

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

// at is a moment by the clock in Shanghai; 1 December 2026 is a Tuesday.
func at(day, hour, minute int) time.Time {
	return Day(2026, time.December, day).Add(clock(hour, minute))
}

// hours is a span from one full hour to another.
func hours(from, to int) Span { return Span{clock(from, 0), clock(to, 0)} }

func TestWeekdays(t *testing.T) {
	w := Days(time.Monday, time.Sunday)
	if !w.Has(time.Monday) || !w.Has(time.Sunday) || w.Has(time.Saturday) || w == EveryDay || Weekdays(0).Has(time.Sunday) {
		t.Errorf("%07b is wrong", w)
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if !EveryDay.Has(d) || Days(d).Has((d+1)%7) {
			t.Errorf("%v is wrong", d)
		}
	}
}

func TestHoursOfAShift(t *testing.T) {
	for name, tt := range map[string]struct {
		shift Shift
		on    []time.Time
		off   []time.Time
	}{
		"a morning": {Shift{Weekdays: Days(time.Tuesday), Span: hours(8, 12)},
			[]time.Time{at(1, 8, 0), at(1, 11, 59), at(8, 9, 0)}, []time.Time{at(1, 7, 59), at(1, 12, 0), at(2, 9, 0), at(30, 9, 0).AddDate(0, 0, -28)}},
		"a night": {Shift{Weekdays: Days(time.Tuesday), Span: hours(22, 30)},
			[]time.Time{at(1, 22, 0), at(2, 5, 59)}, []time.Time{at(1, 5, 0), at(2, 6, 0), at(2, 22, 0)}},
		"into Sunday": {Shift{Weekdays: Days(time.Saturday), Span: hours(20, 32)},
			[]time.Time{at(5, 23, 0), at(6, 7, 59)}, []time.Time{at(5, 7, 0), at(6, 8, 0)}},
		"round the clock": {Shift{Weekdays: Days(time.Tuesday), Span: hours(8, 32)},
			[]time.Time{at(1, 8, 0), at(2, 7, 59)}, []time.Time{at(1, 7, 59), at(2, 8, 0)}},
	} {
		d := &Directory{shifts: map[int32][]shift{0: {{0, tt.shift.Weekdays, tt.shift.Span}}}, end: []int32{1}}
		for i, moment := range append(tt.on, tt.off...) {
			for _, zone := range []*time.Location{time.UTC, shanghai, time.FixedZone("", -7*3600)} {
				listed, on := d.On(moment.In(zone)).shift(0, 0)
				if want := i < len(tt.on); !listed || on != want {
					t.Errorf("%s at %v: on duty is %v", name, moment, on)
				}
			}
		}
	}
}

func TestARosterIsChecked(t *testing.T) {
	g := Ground{
		Areas: []Area{{ID: "7", Level: Street, Name: "和风街道"}, {ID: "8", Level: Street, Name: "新河街道"}},
		Staff: []Staff{{ID: "d1", Name: "周敏华", Posts: []Post{{Role: Dispatcher, Area: "7"}}}},
	}
	good := Shift{"7", EveryDay, hours(8, 20), "d1"}
	for code, change := range map[string]func(*Shift){
		"shift_area":  func(s *Shift) { s.Area = "nowhere" },
		"shift_staff": func(s *Shift) { s.Staff = "nobody" },
		"shift_days":  func(s *Shift) { s.Weekdays = 0 },
		"shift_span":  func(s *Shift) { s.Span = hours(8, 8) },
		"shift_post":  func(s *Shift) { s.Area = "8" },
	} {
		bad := good
		change(&bad)
		g.Roster = []Shift{good, bad}
		d, err := Build(g)
		var p *Problem
		if d != nil || !errors.As(err, &p) || p.Code != code || strings.ContainsAny(err.Error(), "{}") || strings.Contains(err.Error(), "problem.") {
			t.Errorf("%s: got %v", code, err)
		}
	}
	for _, span := range []Span{hours(24, 25), hours(8, 33), hours(-1, 3), hours(9, 8)} {
		g.Roster = []Shift{{"7", EveryDay, span, "d1"}}
		if _, err := Build(g); err == nil {
			t.Errorf("the span %v was accepted", span)
		}
	}
	g.Roster = []Shift{{"7", 1 << 7, hours(8, 9), "d1"}}
	if _, err := Build(g); err == nil {
		t.Error("an eighth day was accepted")
	}
}

func TestRosterComesBack(t *testing.T) {
	g := Ground{
		Areas: []Area{{ID: "7", Level: Street, Name: "和风街道"}},
		Staff: []Staff{{ID: "b", Name: "乙", Posts: []Post{{Role: Dispatcher, Area: "7"}}}, {ID: "a", Name: "甲", Posts: []Post{{Role: Dispatcher, Area: "7"}}}},
	}
	b1, b2, a := Shift{"7", EveryDay, hours(20, 32), "b"}, Shift{"7", Days(time.Monday), hours(8, 9), "b"}, Shift{"7", EveryDay, hours(8, 20), "a"}
	g.Roster = []Shift{b1, a, b2}
	d, err := Build(g)
	if err != nil || !reflect.DeepEqual(d.Roster(), []Shift{a, b1, b2}) {
		t.Errorf("got %v, %v", d.Roster(), err)
	}
}

func TestLeave(t *testing.T) {
	l := Leave{Day(2026, 12, 1), Day(2026, 12, 4)}
	for moment, want := range map[time.Time]bool{
		at(1, 0, 0): true, at(3, 23, 59): true, at(4, 0, 0): false, at(1, 0, 0).Add(-time.Second): false,
		time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC): true, time.Date(2026, 12, 3, 16, 0, 0, 0, time.UTC): false,
	} {
		if l.Holds(moment) != want {
			t.Errorf("at %v: %v", moment, !want)
		}
	}
	if l.String() != "2026-12-01~2026-12-03" || !l.valid() {
		t.Errorf("%s, valid %v", l, l.valid())
	}
	for _, bad := range []Leave{{}, {l.To, l.From}, {l.From, l.From}, {l.From.Add(time.Minute), l.To}, {l.From, l.To.Add(-time.Second)}} {
		if bad.valid() {
			t.Errorf("%v is valid", bad)
		}
	}
}

// Lists stored before there were leaves and units must load as they are, and come
// back from the store as they went in.
func TestStoredPeople(t *testing.T) {
	var old Staff
	if err := json.Unmarshal([]byte(`{"ID":"s1","Name":"甲","Posts":[{"Role":"guide","Area":"7"}],"Away":true}`), &old); err != nil {
		t.Fatal(err)
	}
	if want := (Staff{ID: "s1", Name: "甲", Posts: []Post{{Role: Guide, Area: "7"}}, Away: true}); !reflect.DeepEqual(old, want) {
		t.Errorf("got %+v", old)
	}
	if text, err := json.Marshal(old); err != nil || string(text) != `{"ID":"s1","Name":"甲","Posts":[{"Role":"guide","Area":"7"}],"Away":true}` {
		t.Errorf("written as %s, %v", text, err)
	}
	in := Staff{ID: "s2", Posts: []Post{{Department, "7", "fire"}}, Leaves: []Leave{{Day(2026, 12, 1), Day(2026, 12, 2)}}, Substitutes: []string{"s1"}, Phone: "13912345678"}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out Staff
	if err := json.Unmarshal(text, &out); err != nil || out.Posts[0].Unit != "fire" || out.Substitutes[0] != "s1" || out.Phone != in.Phone ||
		!out.Leaves[0].valid() || out.Leaves[0].String() != in.Leaves[0].String() {
		t.Errorf("got %+v, %v", out, err)
	}
}
