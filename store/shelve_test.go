package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gridbot/redistest"
	"gridbot/task"
)

func TestShelve(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		ctx := t.Context()
		first, id, third := ended(t, s, "m1", noon), ended(t, s, "m2", noon), ended(t, s, "m3", noon)
		r := must(s.Record(ctx, id))
		for i, want := range []bool{true, false} { // the second time it is not there
			if went, err := s.Shelve(ctx, "2026-05", r); went[0] != want || err != nil {
				t.Fatalf("%d: %v, %v", i, went, err)
			}
		}
		if _, err := s.Get(ctx, id); !errors.Is(err, task.ErrNotFound) {
			t.Errorf("still there: %v", err)
		}
		if n := len(must(s.History(ctx, id, 100))); n != 0 {
			t.Errorf("%d events are left", n)
		}
		if month, ok, err := s.Archived(ctx, id); month != "2026-05" || !ok || err != nil {
			t.Errorf("%s %v %v", month, ok, err)
		}
		for _, other := range []task.ID{first, third, {Street: "12", Seq: 99999}, {Street: "13", Seq: id.Seq}, {Street: "12", Seq: 7}} {
			if month, ok, err := s.Archived(ctx, other); ok || err != nil {
				t.Errorf("%s: %s %v %v", other, month, ok, err)
			}
		}
	})
}

// What was changed since it was read, and what somebody still has to be told of,
// stays.
func TestShelveRefuses(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		ctx := t.Context()
		changed, waits := ended(t, s, "m1", noon), create(t, s, "m2", told())
		stale := must(s.Record(ctx, changed))
		check(t, s.Redact(ctx, changed, mask))
		goes := ended(t, s, "m3", noon)
		if went, err := s.Shelve(ctx, "may", must(s.Record(ctx, goes))); err == nil || went[0] {
			t.Errorf("no month: %v, %v", went, err)
		}
		went, err := s.Shelve(ctx, "2026-05", stale, must(s.Record(ctx, waits)),
			Record{ID: task.ID{Street: "12", Seq: 4}, Version: 1}, must(s.Record(ctx, goes)),
			Record{ID: task.ID{Street: "13", Seq: goes.Seq}, Version: 1})
		if err != nil || fmt.Sprint(went) != "[false false false true false]" {
			t.Errorf("%v, %v", went, err)
		}
		if went, err := s.Shelve(ctx, "2026-05"); err != nil || len(went) != 0 {
			t.Errorf("none: %v, %v", went, err)
		}
		if must(s.Get(ctx, changed)).Version != 2 || must(s.Get(ctx, waits)).Version != 1 {
			t.Error("something was changed")
		}
	})
}

// Only one of many who move the same task does it.
func TestShelveOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		r := must(s.Record(t.Context(), ended(t, s, "m1", noon)))
		done := make(chan bool, 8)
		together(cap(done), func(int) {
			went, err := s.Shelve(t.Context(), "2026-05", r)
			done <- err == nil && went[0]
		})
		n := 0
		for range cap(done) {
			if <-done {
				n++
			}
		}
		if n != 1 {
			t.Errorf("shelved %d times", n)
		}
	})
}

func TestWalk(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		ctx := t.Context()
		if found, next, err := s.Walk(ctx, "12", 0, 10); len(found) != 0 || next != 0 || err != nil {
			t.Errorf("of no street: %v %d %v", found, next, err)
		}
		var want []string
		for i := range 7 {
			id := ended(t, s, fmt.Sprint("m", i), at(time.Duration(i)*time.Hour))
			if i == 2 || i == 6 {
				shelve(t, s, id)
				continue
			}
			want = append(want, id.String())
		}
		for _, step := range []int{1, 2, 3, 7, 100, 0} {
			var got []string
			for next := int64(1); next > 0; {
				found, further, err := s.Walk(ctx, "12", next, step)
				check(t, err)
				for _, x := range found {
					if x.Reporter != resident || x.Version != 1 || x.Masked || x.Ended.IsZero() {
						t.Errorf("%+v", x)
					}
					got = append(got, x.ID.String())
				}
				next = further
			}
			if strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("in steps of %d: %v, want %v", step, got, want)
			}
		}
	})
}

func TestMonthsAreTwoBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		month := fmt.Sprintf("%04d-%02d", rapid.IntRange(1, 5460).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"))
		b, err := packMonth(month)
		if err != nil || len(b) != monthBytes {
			t.Fatalf("%q %v", b, err)
		}
		if got, ok := unpackMonth(b); got != month || !ok {
			t.Fatalf("%s became %s", month, got)
		}
	})
	for _, bad := range []string{"", "2026", "2026-13", "2026-1", "26-01", "2026-01-01"} {
		if _, err := packMonth(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if m := Month(time.Date(2026, 6, 1, 7, 0, 0, 0, time.FixedZone("", 8*3600))); m != "2026-05" {
		t.Errorf("in UTC it is %s", m)
	}
}

// A record comes back from disk as it was, also with fields of a later version.
func TestRecordAsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTask(t, "task")
		want := Record{ID: task.ID{Street: "12", Seq: rapid.Int64Range(task.FirstNumber, 1<<40).Draw(t, "number")},
			Version: 7, fields: hashOf(encode(&x))}
		want.fields["later"] = "value"
		for range rapid.IntRange(0, 4).Draw(t, "events") {
			want.lines = append(want.lines, encodeEvent(rapid.MakeCustom[task.Event](generators()).Draw(t, "event")))
		}
		b := must(json.Marshal(want))
		if strings.ContainsAny(string(b), "\n\r") || !strings.HasPrefix(string(b), `{"id":"`+want.ID.String()+`",`) {
			t.Fatalf("%s", b)
		}
		var got Record
		if err := json.Unmarshal(b, &got); err != nil || !got.Same(want) {
			t.Fatalf("%+v\n%+v\n%v", got, want, err)
		}
	})
	for _, bad := range []string{"", "[]", `{"id":"x"}`, `{"id":"12-7","v":1}`, `{"id":"12-1042","v":"1"}`} {
		var r Record
		if err := r.UnmarshalJSON([]byte(bad)); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}
