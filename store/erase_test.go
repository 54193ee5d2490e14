package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/task"
)

// lives gives a person everything that can lie under their tag, a late answer that
// waits and one that is buried.
func lives(t *testing.T, s *Store, p task.Person, id task.ID) {
	t.Helper()
	ctx := t.Context()
	for i := range 3 {
		turn := must(s.Begin(ctx, p, fmt.Sprint("message", i), MessageWindow(), false, noon))
		check(t, s.Commit(ctx, turn, Ending{Answer: "记下了" + telephone, Session: []byte(`{"text":"` + telephone + `"}`),
			Profile: Profile{Home: "m31", Door: "2单元", Staff: "9", Informed: true}, Tasks: []task.ID{id}}, noon))
	}
	must(s.Begin(ctx, p, "unfinished", TapWindow(), false, noon))
	late := func(key string) {
		must(s.Enqueue(ctx, "12", key, task.Notice{To: task.Party{Kind: task.ToResident, Person: p}, About: task.AboutAnswer, Note: "迟到的答复" + telephone}, noon))
	}
	late(p.OpenID[:3] + "late1")
	check(t, s.Bury(ctx, lease(t, s, 1, noon)[0], noon, "custom: bad 45015"))
	late(p.OpenID[:3] + "late2")
}

func TestEraseLeavesNothingOfThePerson(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		ctx := t.Context()
		other := neighbour(1)
		id := ended(t, s, "m1", noon)
		lives(t, s, resident, id)
		check(t, s.AddCodes(ctx, []Code{{Code: "k7q2", Staff: "9"}}))
		must(s.Join(ctx, "k7q2", resident))
		check(t, s.AddCodes(ctx, []Code{{Code: "other", Staff: "8"}}))
		must(s.Join(ctx, "other", other))
		// A person whose openid goes on where this one ends, or differs by a letter that
		// a pattern would take for any.
		longer := task.Person{Account: "main", OpenID: resident.OpenID + "2"}
		check(t, s.List(ctx, longer, id, noon))
		check(t, s.List(ctx, other, id, noon))

		for range 2 {
			check(t, s.Redact(ctx, id, mask))
			must(s.EraseNotices(ctx, "12", resident))
			check(t, s.Erase(ctx, resident))
			if found := leaks(t, s, resident.OpenID+"}", resident.OpenID+`"`, "|"+resident.OpenID, telephone, "residentPhoto"); len(found) > 0 {
				t.Errorf("%v", found)
			}
		}
		if d := must(s.OutboxDepth(ctx, "12")); d.Waiting != 0 || d.Buried != 0 {
			t.Errorf("%+v", d)
		}
		if bound := must(s.StaffPerson(ctx, "9")); !bound.Zero() {
			t.Errorf("still bound: %+v", bound)
		}
		if bound := must(s.StaffPerson(ctx, "8")); bound != other {
			t.Errorf("the other one is %+v", bound)
		}
		for _, p := range []task.Person{longer, other} {
			if left := must(s.Reported(ctx, p, 0, 9)); len(left) != 1 {
				t.Errorf("%s has %v", p.OpenID, left)
			}
		}
	})
}

// Signs that mean something in a pattern mean themselves in an openid.
func TestErasePattern(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		id := ended(t, s, "m1", noon)
		odd := task.Person{Account: "main", OpenID: `o[a-z]*?\x`}
		plain := task.Person{Account: "main", OpenID: "oabc"}
		for _, p := range []task.Person{odd, plain} {
			check(t, s.List(t.Context(), p, id, noon))
		}
		check(t, s.Erase(t.Context(), odd))
		if must(s.Reported(t.Context(), odd, 0, 9)) == nil || len(must(s.Reported(t.Context(), odd, 0, 9))) != 0 {
			t.Error("the odd one is still there")
		}
		if left := must(s.Reported(t.Context(), plain, 0, 9)); len(left) != 1 {
			t.Error("the plain one is gone")
		}
	})
}

// More keys than one step looks at.
func TestEraseManyMarks(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		pipe := s.rdb.Pipeline()
		for i := range 2*scanBatch + 1 {
			pipe.Set(t.Context(), personOf(resident).seen(fmt.Sprint(i)), "token", time.Hour)
		}
		_, err := pipe.Exec(t.Context())
		check(t, err)
		check(t, s.Erase(t.Context(), resident))
		if keys := must(s.rdb.Keys(t.Context(), "*").Result()); len(keys) > 0 {
			t.Errorf("%d keys are left", len(keys))
		}
	})
}

// A message that is being worked on when its person is erased writes nothing.
func TestEraseEndsATurn(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		turn := must(s.Begin(t.Context(), resident, "m1", MessageWindow(), false, noon))
		check(t, s.Erase(t.Context(), resident))
		if err := s.Commit(t.Context(), turn, Ending{Answer: "好的"}, noon); err == nil {
			t.Error("the turn was committed")
		}
		if keys := must(s.rdb.Keys(t.Context(), "*").Result()); len(keys) > 0 {
			t.Errorf("%v", keys)
		}
	})
}

func TestNoticesToAPersonOnly(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		toldAndBuried(t, s)
		got := must(s.NoticesTo(t.Context(), "12", resident))
		abouts := []string{}
		for _, n := range got {
			abouts = append(abouts, string(n.About))
		}
		slices.Sort(abouts)
		if strings.Join(abouts, " ") != "list.link resident.question" {
			t.Errorf("%v", abouts)
		}
		if n := must(s.EraseNotices(t.Context(), "12", neighbour(3))); n != 0 {
			t.Errorf("%d of a stranger", n)
		}
		if n := must(s.EraseNotices(t.Context(), "12", resident)); n != 2 {
			t.Errorf("%d erased", n)
		}
		if d := must(s.OutboxDepth(t.Context(), "12")); d.Waiting+d.Buried != 3 {
			t.Errorf("%+v", d)
		}
	})
}

func TestHoldings(t *testing.T) {
	each(t, func(t *testing.T, s *Store, _ *redistest.Server) {
		ctx := t.Context()
		empty := must(s.Holdings(ctx, resident))
		if empty.Session != nil || len(empty.Tasks) != 0 || !empty.Window.IsZero() || empty.Profile != (Profile{}) {
			t.Errorf("of a stranger %+v", empty)
		}
		id := ended(t, s, "m1", noon)
		c := told()
		c.After.Reporter = neighbour(1)
		foreign := create(t, s, "m2", c)
		lives(t, s, resident, id)
		check(t, s.List(ctx, resident, foreign, noon)) // no longer theirs
		check(t, s.List(ctx, resident, task.ID{Street: "12", Seq: 4321}, noon))
		h := must(s.Holdings(ctx, resident))
		if h.Profile.Door != "2单元" || !strings.Contains(string(h.Session), telephone) || !h.Window.Equal(at(48*time.Hour)) {
			t.Errorf("%+v", h)
		}
		if len(h.Tasks) != 1 || h.Tasks[0].Task.ID != id || len(h.Tasks[0].History) != 5 {
			t.Errorf("tasks %+v", h.Tasks)
		}
	})
}
