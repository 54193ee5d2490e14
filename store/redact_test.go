package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gridbot/redistest"
	"gridbot/task"
)

// telephone is what residents in these tests say and mask hides.
const telephone = "13900001234"

var numbers = regexp.MustCompile(`1\d{10}`)

// mask hides telephone numbers, as the real one does among other things.
func mask(s string) string { return numbers.ReplaceAllString(s, "139******34") }

// told is a report that tells of its reporter wherever it can: with a supplement, a
// question, a result, and notices to both sides.
func told() task.Change {
	c := opened()
	sent := task.Media{ID: "residentPhoto", Kind: task.Image, URL: "http://127.0.0.1/residentPhoto"}
	own := task.Media{ID: "staffPhoto", Kind: task.Image, By: "7"}
	c.After.Text = "楼道积水，请打我电话" + telephone
	c.After.Place.Text = "幸福里小区3幢，" + telephone
	c.After.Result = "已联系" + telephone + "，水已抽干"
	c.After.Reason = "积水 0.9; " + telephone
	c.After.Media = []task.Media{sent, own}
	c.Events = append(c.Events,
		task.Event{Kind: task.Supplement, At: at(time.Hour), By: task.ByResident, Name: "住户", Note: "换个号码" + telephone, Media: []task.Media{sent}},
		task.Event{Kind: task.Ask, At: at(2 * time.Hour), By: task.ByStaff, ID: "7", Name: "王建国", Note: "您是" + telephone + "吗", Media: []task.Media{own}})
	c.Notices = append(c.Notices,
		task.Notice{To: task.Party{Kind: task.ToStaff, Staff: "7"}, About: task.AboutSupplement, Note: "换个号码" + telephone},
		task.Notice{To: task.Party{Kind: task.ToStaff, Staff: "8"}, About: task.AboutSupplement, Note: "又说了" + telephone},
		task.Notice{To: task.Party{Kind: task.ToResident, Person: resident}, About: task.AboutQuestion, Note: "您是" + telephone + "吗"})
	return c
}

// toldAndBuried stores such a report with two of its notices buried, one of each
// side, and the rest waiting.
func toldAndBuried(t *testing.T, s *Store) task.ID {
	t.Helper()
	id := create(t, s, "m1", told())
	buried := map[task.About]bool{}
	for _, l := range lease(t, s, 9, noon) {
		if l.About != task.AboutLink && l.About != task.AboutNew && !buried[l.About] {
			buried[l.About] = true
			check(t, s.Bury(t.Context(), l, noon, "custom: bad 45015"))
		}
	}
	if d := must(s.OutboxDepth(t.Context(), "12")); d.Buried != 2 || d.Waiting != 3 {
		t.Fatalf("%+v", d)
	}
	return id
}

// leaks walks every key and value of the server and tells where one of the words is
// found: the only place where all keys are read.
func leaks(t *testing.T, s *Store, words ...string) (out []string) {
	t.Helper()
	ctx := t.Context()
	for _, key := range must(s.rdb.Keys(ctx, "*").Result()) {
		var held []string
		switch s.rdb.Type(ctx, key).Val() {
		case "string":
			held = []string{must(s.rdb.Get(ctx, key).Result())}
		case "hash":
			for f, v := range must(s.rdb.HGetAll(ctx, key).Result()) {
				held = append(held, f, v)
			}
		case "list":
			held = must(s.rdb.LRange(ctx, key, 0, -1).Result())
		case "zset":
			held = must(s.rdb.ZRange(ctx, key, 0, -1).Result())
		default:
			t.Fatalf("%s is of a type this test does not read", key)
		}
		for _, w := range words {
			for _, v := range append(held, key) {
				if strings.Contains(v, w) {
					out = append(out, key+" holds "+w)
				}
			}
		}
	}
	return out
}

// traces are what must be found nowhere after an erasure.
func traces() []string { return []string{resident.OpenID, telephone, "residentPhoto"} }

func TestRedactLeavesTheCaseAndNothingOfThePerson(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := toldAndBuried(t, s)
		before, events := must(s.Get(t.Context(), id)), must(s.History(t.Context(), id, 100))
		if len(leaks(t, s, traces()...)) < 8 {
			t.Fatal("the test does not put traces everywhere")
		}
		check(t, s.Redact(t.Context(), id, mask))
		if found := leaks(t, s, traces()...); len(found) > 0 {
			t.Errorf("%v", found)
		}
		after := must(s.Get(t.Context(), id))
		want := before
		want.Version, want.Reporter = before.Version+1, task.Person{}
		want.Text, want.Result, want.Reason, want.Place.Text = mask(want.Text), mask(want.Result), mask(want.Reason), mask(want.Place.Text)
		want.Media = want.Media[1:]
		sameTask(t, after, want)
		sameCourse(t, must(s.History(t.Context(), id, 100)), events)
		d := must(s.OutboxDepth(t.Context(), "12"))
		if d.Waiting != 2 || d.Buried != 1 { // to the staff: new, and a supplement on each side
			t.Errorf("%+v", d)
		}
		if page := must(s.GridQueues(t.Context(), "12", []string{"g1"}, 0, 9)); page.Total != 1 {
			t.Errorf("the grid's queue has %d", page.Total)
		}
	})
}

// sameCourse compares what a history says of kinds, order, times and staff.
func sameCourse(t *testing.T, got, want []task.Event) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d events, were %d", len(got), len(want))
	}
	for i := range got {
		g, w := got[i], want[i]
		if w.By == task.ByResident {
			w.Name = ""
		}
		w.Note, w.Media = mask(w.Note), ofStaff(w.Media)
		if len(g.Media) == 0 && len(w.Media) == 0 {
			g.Media, w.Media = nil, nil
		}
		if !reflect.DeepEqual(g, w) {
			t.Errorf("event %d is %+v, want %+v", i, g, w)
		}
	}
}

func TestRedactTwiceIsOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := toldAndBuried(t, s)
		check(t, s.Redact(t.Context(), id, mask))
		once := must(s.Record(t.Context(), id))
		check(t, s.Redact(t.Context(), id, mask))
		if twice := must(s.Record(t.Context(), id)); !twice.Same(once) {
			t.Errorf("%+v\n%+v", once, twice)
		}
		if err := s.Redact(t.Context(), task.ID{Street: "12", Seq: 4321}, mask); !errors.Is(err, task.ErrNotFound) {
			t.Errorf("a task that is not there: %v", err)
		}
	})
}

// The client sends a script again whose answer was lost: what is done stays done,
// and Redact may say that somebody else changed the task, but reads it anew.
func TestRedactWhoseAnswerIsLost(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := toldAndBuried(t, s)
		s.rdb.AddHook(twice{})
		check(t, s.Redact(t.Context(), id, mask))
		if v := must(s.Get(t.Context(), id)).Version; v != 2 {
			t.Errorf("version %d", v)
		}
		if found := leaks(t, s, traces()...); len(found) > 0 {
			t.Errorf("%v", found)
		}
	})
}

// A change that was made from the words as they were must not bring them back.
func TestAChangeBegunBeforeRedactionDoesNotBringTheWordsBack(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", told())
		asked := 0
		_, _, err := s.Update(t.Context(), id, "op1", noon, func(before task.Task) (task.Change, error) {
			if asked++; asked == 1 {
				check(t, s.Redact(t.Context(), id, mask))
			}
			c, err := turnInto(task.Processing)(before)
			c.After.Text = before.Text + "\n补充"
			return c, err
		})
		if err != nil || asked != 2 {
			t.Fatalf("asked %d times, %v", asked, err)
		}
		if found := leaks(t, s, traces()...); len(found) > 0 {
			t.Errorf("%v", found)
		}
	})
}

// Redacting while the task changes all the time: every change is kept, and no word
// that was there before the redaction.
func TestRedactAmongWriters(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", told())
		const writers = 8
		var made atomic.Int32
		together(writers+1, func(i int) {
			if i == 0 {
				check(t, s.Redact(context.WithoutCancel(t.Context()), id, mask))
				return
			}
			if _, _, err := s.Update(t.Context(), id, fmt.Sprint("op", i), noon, turnInto(task.Processing)); err != nil {
				t.Error(err)
			}
			made.Add(1)
		})
		if n := len(must(s.History(t.Context(), id, 100))); n != 5+writers || made.Load() != writers {
			t.Errorf("%d events", n)
		}
		if found := leaks(t, s, traces()...); len(found) > 0 {
			t.Errorf("%v", found)
		}
	})
}

// What is added after a redaction is masked by the next one; until then the task is
// not taken for masked.
func TestAChangeAfterRedaction(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", told())
		masked := func() bool {
			found, _, err := s.Walk(t.Context(), "12", 0, 10)
			check(t, err)
			return found[0].Masked
		}
		check(t, s.Redact(t.Context(), id, mask))
		if !masked() {
			t.Error("not marked")
		}
		_, _, err := s.Update(t.Context(), id, "op1", noon, func(before task.Task) (task.Change, error) {
			c, err := turnInto(task.Processing)(before)
			c.Events[0].Note = "打" + telephone
			return c, err
		})
		check(t, err)
		if masked() {
			t.Error("marked though it was changed")
		}
		check(t, s.Redact(t.Context(), id, mask))
		if found := leaks(t, s, traces()...); len(found) > 0 || !masked() {
			t.Errorf("%v", found)
		}
	})
}

// A notice that a courier has in hand goes too: the courier learns that it lost it.
func TestRedactTakesALeasedNotice(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", told())
		leased := lease(t, s, 9, noon)
		check(t, s.Redact(t.Context(), id, mask))
		for _, l := range leased {
			if err := s.Sent(t.Context(), l, noon); errors.Is(err, ErrLost) != !l.To.Person.Zero() {
				t.Errorf("%s to %+v: %v", l.About, l.To, err)
			}
		}
	})
}

// A notice nobody can read cannot be masked, so it goes.
func TestRedactDropsANoticeNobodyCanRead(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := create(t, s, "m1", told())
		key := streetOf("12").notice(fmt.Sprintf("%d.1.3", id.Seq))
		check(t, s.rdb.HSet(t.Context(), key, "d", "{"+telephone).Err())
		check(t, s.Redact(t.Context(), id, mask))
		if found := leaks(t, s, traces()...); len(found) > 0 {
			t.Errorf("%v", found)
		}
	})
}

// Damage is told and nothing is written: half a redaction would look like a whole one.
func TestRedactRefusesDamage(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		k := streetOf("12")
		cases := map[string]func(n int64) error{
			"media":   func(n int64) error { return s.rdb.HSet(t.Context(), k.task(n), "m", "[").Err() },
			"history": func(n int64) error { return s.rdb.RPush(t.Context(), k.log(n), "{").Err() },
		}
		for name, damage := range cases {
			id := create(t, s, name, told())
			check(t, damage(id.Seq))
			err := s.Redact(t.Context(), id, mask)
			if err == nil || strings.Contains(err.Error(), telephone) {
				t.Errorf("%s: %v", name, err)
			}
			if v := s.rdb.HGet(t.Context(), k.task(id.Seq), "v").Val(); v != "1" {
				t.Errorf("%s: version %s", name, v)
			}
		}
	})
}

// A new field of a task or of an event must be looked at: is it personal?
func TestEveryFieldIsKnownToBePersonalOrNot(t *testing.T) {
	cases := strings.Fields("s c u dg cf pm pg h hn da dc db df dr dp d0 d1 dk dw to td ts tc tf te tu tn tr tp tw j ab nr nw nu ng sv rg " +
		"rl rj ap sf hd ex hs fr lk pa mg hp bd ba un gc gp")
	for _, f := range fields {
		if _, ok := personal[f.name]; !ok && !slices.Contains(cases, f.name) {
			t.Errorf("field %s: put it into personal, or among the fields of the case here", f.name)
		}
		if f.name == maskedField {
			t.Errorf("%s is the mark of Redact", f.name)
		}
	}
	known := strings.Fields("Kind At By ID Name From To Note Target Was Media Part")
	for i := range reflect.TypeFor[line]().NumField() {
		if name := reflect.TypeFor[line]().Field(i).Name; !slices.Contains(known, name) {
			t.Errorf("an event's %s: does redactLine have to do something about it?", name)
		}
	}
}

// Whatever a task holds, its redacted record holds no number mask hides and no
// reporter, and redacting it again changes nothing.
func TestRedactedProperty(t *testing.T) {
	words := rapid.SliceOfN(rapid.SampledFrom([]string{telephone, "门口", "\"", "\n", "<b>", "🙂", "x"}), 0, 5)
	rapid.Check(t, func(t *rapid.T) {
		x := anyTask(t, "task")
		for _, at := range []*string{&x.Text, &x.Result, &x.Reason, &x.Place.Text} {
			*at = strings.Join(words.Draw(t, "words"), "")
		}
		r := Record{ID: x.ID, Version: 7, fields: hashOf(encode(&x))}
		for range rapid.IntRange(0, 5).Draw(t, "events") {
			e := rapid.MakeCustom[task.Event](generators()).Draw(t, "event")
			e.Note = strings.Join(words.Draw(t, "note"), "")
			if rapid.Bool().Draw(t, "relocated") {
				e.Kind, e.Was, e.Target = task.Relocate, "- "+strings.Join(words.Draw(t, "was"), ""), "12010101 "+strings.Join(words.Draw(t, "became"), "")
			}
			r.lines = append(r.lines, encodeEvent(e))
		}
		once, err := r.Redacted(mask)
		if err != nil {
			t.Fatal(err)
		}
		y, err := once.Task()
		if err != nil || !y.Reporter.Zero() || y.Status != x.Status || y.Plan != x.Plan || len(once.lines) != len(r.lines) {
			t.Fatalf("%+v %v", y, err)
		}
		if b := must(json.Marshal(once)); strings.Contains(string(b), telephone) {
			t.Fatalf("%s", b)
		}
		if again, err := once.Redacted(mask); err != nil || !again.Same(once) {
			t.Fatalf("%+v\n%+v\n%v", once, again, err)
		}
	})
}

// Redis's own files on disk forget too, once they are written anew.
func TestCompactForgetsOnDisk(t *testing.T) {
	each(t, func(t *testing.T, s *Store, srv *redistest.Server) {
		if !srv.Real() {
			if err := s.Compact(t.Context()); err == nil {
				t.Error("the stand-in has no file to rewrite")
			}
			return
		}
		id := toldAndBuried(t, s)
		if !onDisk(t, srv.Dir(), telephone) {
			t.Fatal("the test does not look where Redis writes")
		}
		check(t, s.Redact(t.Context(), id, mask))
		eventually(t, "Redis takes the order", func() bool { return s.Compact(t.Context()) == nil })
		eventually(t, "the old file is gone", func() bool { return !onDisk(t, srv.Dir(), telephone) })
	})
}

// onDisk tells whether one of Redis's files holds a word. Its files come and go.
func onDisk(t *testing.T, dir, word string) (found bool) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		data, err := os.ReadFile(path)
		found = found || err == nil && strings.Contains(string(data), word)
		return nil
	})
	check(t, err)
	return found
}
