package store

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"gridbot/task"
)

// anyTime is the zero time or a moment to the millisecond, which is what is kept.
func anyTime() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		return fromMS(rapid.Int64Range(0, 4e12).Draw(t, "ms"))
	})
}

// generators fill every field of a struct, also those added after this was
// written: a field the codec forgets fails the tests below.
func generators() rapid.MakeConfig {
	return rapid.MakeConfig{Types: map[reflect.Type]*rapid.Generator[any]{
		reflect.TypeFor[time.Time](): anyTime().AsAny(),
		reflect.TypeFor[int]():       rapid.IntRange(-3, 1e6).AsAny(),
		reflect.TypeFor[string]():    rapid.StringN(0, 40, -1).AsAny(),
		reflect.TypeFor[[]task.Media](): rapid.Custom(func(t *rapid.T) []task.Media {
			drawn := rapid.SliceOfN(rapid.Make[task.Media](), 0, 3).Draw(t, "media")
			return append([]task.Media(nil), drawn...) // none is nil, as decode gives it
		}).AsAny(),
		reflect.TypeFor[[]int64](): rapid.Custom(func(t *rapid.T) []int64 {
			return append([]int64(nil), rapid.SliceOfN(rapid.Int64Range(1001, 1e9), 0, 3).Draw(t, "numbers")...)
		}).AsAny(),
		reflect.TypeFor[[]task.Helper](): rapid.Custom(func(t *rapid.T) []task.Helper {
			var out []task.Helper
			for range rapid.IntRange(0, 3).Draw(t, "helpers") {
				text := rapid.StringN(0, 10, -1)
				out = append(out, task.Helper{ID: text.Draw(t, "id"), Name: text.Draw(t, "name"), CalledAt: anyTime().Draw(t, "called"),
					Due: anyTime().Draw(t, "due"), Answered: anyTime().Draw(t, "answered"), Done: anyTime().Draw(t, "done"), Late: rapid.Bool().Draw(t, "late")})
			}
			return out
		}).AsAny(),
	}}
}

func anyTask(t *rapid.T, name string) task.Task {
	x := rapid.MakeCustom[task.Task](generators()).Draw(t, name)
	x.ID = task.ID{Street: "12", Seq: 1042}
	x.Version = 7
	return x
}

// hashOf is what Redis holds after these field and value pairs.
func hashOf(pairs []any) map[string]string {
	hash := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		hash[pairs[i].(string)] = pairs[i+1].(string)
	}
	return hash
}

func TestEveryFieldOfATaskComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyTask(t, "task")
		hash := hashOf(encode(&want))
		hash["v"] = "7"
		got, err := decode(want.ID, hash)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v\n%v", got, want, err)
		}
	})
}

func TestDifferenceAppliedIsTheTaskAfter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := anyTask(t, "before"), anyTask(t, "after")
		if rapid.Bool().Draw(t, "alike") {
			after.Text, after.Plan, after.Media = before.Text, before.Plan, before.Media
		}
		hash := hashOf(encode(&before))
		set, del := differ(&before, &after)
		for field, value := range hashOf(set) {
			if hash[field] == value {
				t.Fatalf("%s is set though it is the same", field)
			}
			hash[field] = value
		}
		for _, field := range del {
			delete(hash, field.(string))
		}
		if want := hashOf(encode(&after)); !reflect.DeepEqual(hash, want) {
			t.Fatalf("got  %v\nwant %v", hash, want)
		}
	})
}

func TestNothingDiffersFromItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyTask(t, "task")
		if set, del := differ(&x, &x); len(set)+len(del) > 0 {
			t.Fatalf("set %v, delete %v", set, del)
		}
	})
}

func TestEmptyFieldsTakeNoSpace(t *testing.T) {
	if got := encode(&task.Task{ID: task.ID{Street: "12"}}); len(got) != 0 {
		t.Errorf("an empty task is written as %v", got)
	}
}

func TestFieldNamesAreShortAndDifferent(t *testing.T) {
	seen := map[string]bool{"v": true}
	for _, f := range fields {
		if seen[f.name] || len(f.name) > 2 {
			t.Errorf("field name %q is taken or long", f.name)
		}
		seen[f.name] = true
	}
}

func TestDecodeLeavesAloneWhatItDoesNotKnow(t *testing.T) {
	got, err := decode(task.ID{Street: "12", Seq: 1042}, map[string]string{"v": "3", "s": "signed", "zz": "from tomorrow"})
	want := task.Task{ID: task.ID{Street: "12", Seq: 1042}, Version: 3, Status: task.Signed}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestDecodeNamesTheFieldThatIsWrong(t *testing.T) {
	for _, c := range []struct{ field, value, want string }{
		{"v", "", "version"},
		{"v", "seven", "version"},
		{"nr", "two", "field nr"},
		{"df", "tomorrow", "field df"},
		{"m", "[{", "field m"},
	} {
		t.Run(c.field+c.value, func(t *testing.T) {
			hash := map[string]string{"v": "1", "s": "pending"}
			hash[c.field] = c.value
			_, err := decode(task.ID{Street: "12", Seq: 1042}, hash)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "12-1042") {
				t.Errorf("got %v, want the task and %q", err, c.want)
			}
		})
	}
}

func TestEveryFieldOfAnEventComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.MakeCustom[task.Event](generators()).Draw(t, "event")
		got, err := decodeEvent(encodeEvent(want))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v\n%v", got, want, err)
		}
	})
}

// What stands beside a notice's letter (its id, attempts, last error, due time) is
// not part of it.
func TestEveryFieldOfANoticeComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.MakeCustom[task.Notice](generators()).Draw(t, "notice")
		want.ID, want.Task = "1042.7.1", task.ID{Street: "12", Seq: rapid.Int64Range(1001, 1e9).Draw(t, "seq")}
		want.Due, want.Attempts, want.Unsure, want.LastErr = time.Time{}, 0, 0, ""
		got, err := decodeNotice("12", want.ID, encodeNotice(want))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v\n%v", got, want, err)
		}
	})
}

func TestNoticeOfANewTaskTakesTheNumberFromItsID(t *testing.T) {
	for id, want := range map[string]int64{"1042.1.1": 1042, "99001.1.12": 99001, "late.abc": 0, "": 0} {
		got, err := decodeNotice("12", id, encodeNotice(task.Notice{About: task.AboutNew}))
		if err != nil || got.Task != (task.ID{Street: "12", Seq: want}) {
			t.Errorf("%q: task %v, %v; want %d", id, got.Task, err, want)
		}
	}
}

func TestUnknownFieldsOfEventsAndNoticesAreIgnored(t *testing.T) {
	e, err := decodeEvent(`{"k":"sign","t":1,"b":"staff","later":{"x":[1]}}`)
	if err != nil || e.Kind != task.Sign || e.By != task.ByStaff {
		t.Errorf("event %+v, %v", e, err)
	}
	n, err := decodeNotice("12", "1042.2.1", `{"k":"staff","s":"7","x":"staff.new","later":true}`)
	if err != nil || n.To.Staff != "7" || n.About != task.AboutNew {
		t.Errorf("notice %+v, %v", n, err)
	}
}

// FuzzDecode: whatever lies in Redis, reading it gives a task or an error, and
// a task that was read can be written and read again.
func FuzzDecode(f *testing.F) {
	f.Add("s", "signed", "1")
	f.Add("m", `[{"id":"x","k":"image"}]`, "2")
	f.Add("df", "1779278400000", "3")
	f.Add("nr", "-1", "9223372036854775807")
	f.Add("", "\xff\x00", "")
	f.Fuzz(func(t *testing.T, field, value, version string) {
		id := task.ID{Street: "12", Seq: 1042}
		read, err := decode(id, map[string]string{"v": version, field: value})
		if err != nil {
			return
		}
		hash := hashOf(encode(&read))
		hash["v"] = fmt.Sprint(read.Version)
		again, err := decode(id, hash)
		if err != nil || !reflect.DeepEqual(hashOf(encode(&again)), hashOf(encode(&read))) {
			t.Errorf("%v\nfirst  %+v\nsecond %+v", err, read, again)
		}
	})
}

// FuzzDecodeLines: no stored event or notice can bring the reader down.
func FuzzDecodeLines(f *testing.F) {
	f.Add("1042.1.1", `{"k":"open","t":1779278400000,"b":"resident","m":[{"id":"a"}]}`)
	f.Add("late.x", `{"k":"resident","q":-1}`)
	f.Add("..", `null`)
	f.Add("", `[`)
	f.Fuzz(func(t *testing.T, id, s string) {
		if e, err := decodeEvent(s); err == nil {
			if _, err := decodeEvent(encodeEvent(e)); err != nil {
				t.Error(err)
			}
		}
		n, err := decodeNotice("12", id, s)
		if n.ID != id {
			t.Errorf("notice %q became %q", id, n.ID)
		}
		if err == nil {
			if _, err := decodeNotice("12", id, encodeNotice(n)); err != nil {
				t.Error(err)
			}
		}
	})
}
