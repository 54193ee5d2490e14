package archive

import (
	"errors"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gridbot/redistest"
	"gridbot/store"
	"gridbot/task"
)

// masking masks every task.
func masking() Changes {
	return Changes{Task: func(r store.Record) (store.Record, bool, error) {
		after, err := r.Redacted(mask)
		return after, true, err
	}}
}

func TestRewriteLeavesNothingOfTheOld(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
		all := records(t, s, 5)
		check(t, a.Append("12", "2026-05", all))
		check(t, a.Append("12", "2026-05", all[:1])) // written twice
		if !leaks(file(t, a, "", "2026-05")) {
			t.Fatal("the test puts nothing there")
		}
		for i, want := range []Changed{{Tasks: 5, Struck: 6}, {}} {
			if got, err := a.Rewrite("12", "2026-05", masking()); err != nil || got != want {
				t.Errorf("%d: %+v %v", i, got, err)
			}
			if text := file(t, a, "", "2026-05"); leaks(text) {
				t.Errorf("%s", text)
			}
		}
		got := tasks(t, a, "2026-05")
		for _, r := range all {
			if want := must(r.Redacted(mask)); !got[r.ID].Same(want) {
				t.Errorf("%s: %+v", r.ID, got[r.ID])
			}
		}
	})
}

func TestRewriteForgetsAndRefuses(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
		all := records(t, s, 3)
		check(t, a.Append("12", "2026-05", all))
		before := file(t, a, "", "2026-05")
		broken := errors.New("broken")
		for _, r := range all {
			_, err := a.Rewrite("12", "2026-05", Changes{Task: func(x store.Record) (store.Record, bool, error) {
				if x.ID == r.ID {
					return x, true, broken
				}
				return x, false, nil
			}})
			if !errors.Is(err, broken) || file(t, a, "", "2026-05") != before {
				t.Fatalf("%v", err)
			}
		}
		got, err := a.Rewrite("12", "2026-05", Changes{Task: func(x store.Record) (store.Record, bool, error) { return x, x.ID != all[1].ID, nil }})
		if got != (Changed{Tasks: 1, Struck: 1}) || err != nil {
			t.Errorf("%+v %v", got, err)
		}
		if left := tasks(t, a, "2026-05"); len(left) != 2 || strings.Contains(file(t, a, "", "2026-05"), all[1].ID.String()) {
			t.Errorf("%v", left)
		}
		if got, err := a.Rewrite("12", "2020-01", masking()); got != (Changed{}) || err != nil {
			t.Errorf("a month without a file: %+v %v", got, err)
		}
		if _, err := os.Stat(must(a.path("12", "", "2020-01"))); err == nil {
			t.Error("it has a file now")
		}
	})
}

// Damaged lines stay for somebody to look at, unless they are told to go.
func TestRewriteOfDamage(t *testing.T) {
	a := empty(t)
	line := `00000000 {"id":"12-1042","v":1,"f":{"t":"` + telephone + `"}}` + "\n"
	put(t, a, "2026-05", line+"xx\n")
	if got, err := a.Rewrite("12", "2026-05", masking()); err != nil || got != (Changed{Damaged: 2}) || file(t, a, "", "2026-05") != line+"xx\n" {
		t.Errorf("%+v %v", got, err)
	}
	c := masking()
	c.Damaged = func(raw []byte) bool { return leaks(string(raw)) }
	if got, err := a.Rewrite("12", "2026-05", c); err != nil || got != (Changed{Struck: 1, Damaged: 1}) || leaks(file(t, a, "", "2026-05")) {
		t.Errorf("%+v %v", got, err)
	}
}

// A rewrite that died anywhere: some new lines are there or not, some old ones have
// their # or not, and are blank or not. The next one ends it.
func TestRewriteCutShort(t *testing.T) {
	srv := redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded})
	s := connect(t, addresses(srv))
	all := records(t, s, 4)
	a := empty(t)
	check(t, a.Append("12", "2026-05", all))
	old := file(t, a, "", "2026-05")
	var masked []store.Record
	for _, r := range all {
		masked = append(masked, must(r.Redacted(mask)))
	}
	check(t, a.Append("12", "2026-05", masked))
	added := strings.TrimPrefix(file(t, a, "", "2026-05"), old)
	rapid.Check(t, func(rt *rapid.T) {
		text := old
		if rapid.Bool().Draw(rt, "striking") { // only once the new lines are synced
			text = halfStruck(rt, old) + added
		} else {
			text += added[:rapid.IntRange(0, len(added)).Draw(rt, "added")]
		}
		put(t, a, "2026-05", text)
		if _, err := a.Rewrite("12", "2026-05", masking()); err != nil {
			rt.Fatal(err)
		}
		if leaks(file(t, a, "", "2026-05")) {
			rt.Fatalf("%s", file(t, a, "", "2026-05"))
		}
		got := tasks(t, a, "2026-05")
		for i, r := range all {
			if !got[r.ID].Same(masked[i]) {
				rt.Fatalf("%s is %+v", r.ID, got[r.ID])
			}
		}
	})
}

// halfStruck strikes lines as far as a crash let it.
func halfStruck(t *rapid.T, text string) string {
	out := ""
	for l := range strings.Lines(text) {
		if rapid.Bool().Draw(t, "marked") {
			blank := rapid.IntRange(0, len(l)-2).Draw(t, "blank")
			l = "#" + strings.Repeat(" ", blank) + l[1+blank:]
		}
		out += l
	}
	return out
}

func TestMask(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
		old, young := ended(t, s, "m1", noon), ended(t, s, "m2", noon.Add(2*day))
		ended(t, s, "m3", noon.AddDate(0, 1, 0))
		earlier := ended(t, s, "m4", noon.AddDate(0, -1, 0))
		if done, err := a.Move(t.Context(), s, "12", noon.Add(400*day)); err != nil || done != (Moved{Tasks: 4}) {
			t.Fatalf("%+v %v", done, err)
		}
		april := must(a.path("12", "", "2026-04"))
		check(t, os.WriteFile(april, []byte(file(t, a, "", "2026-04")+"damaged "+telephone+"\n"), 0o600))
		for i, want := range []Changed{{Tasks: 2, Struck: 3}, {}} {
			if got, err := a.Mask("12", noon.Add(day), mask); got != want || err != nil {
				t.Errorf("%d: %+v %v", i, got, err)
			}
		}
		got := tasks(t, a, "2026-05")
		if !got[old].Reporter().Zero() || got[young].Reporter().OpenID != openid {
			t.Errorf("%+v", got)
		}
		if r := tasks(t, a, "2026-04")[earlier]; !r.Reporter().Zero() || leaks(file(t, a, "", "2026-04")) {
			t.Errorf("%+v", r)
		}
		if !leaks(file(t, a, "", "2026-06")) {
			t.Error("a later month was masked")
		}
	})
}

// The course of a masked task is whole.
func TestMaskedHistory(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, a *Archive, _ *redistest.Server) {
		r := records(t, s, 1)[0]
		check(t, a.Append("12", "2026-05", []store.Record{r}))
		must(a.Rewrite("12", "2026-05", masking()))
		held := must(must(a.Find(r.ID, "2026-05")).Held())
		if h := held.History; len(h) != 2 || h[1].Kind != task.Supplement || h[1].Note != "还是打139******34" || !h[1].At.Equal(noon) {
			t.Errorf("%+v", h)
		}
	})
}
