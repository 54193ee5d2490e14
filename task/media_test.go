package task

import (
	"errors"
	"slices"
	"testing"
)

func fetched(notices []Notice) []string {
	var ids []string
	for _, n := range notices {
		if n.About == AboutFetch {
			ids = append(ids, n.Note)
		}
	}
	return ids
}

// Whatever brings media leaves a notice for each in the same change, also when nobody is
// told, and none for what the task had before.
func TestMediaIsFetched(t *testing.T) {
	two := []Media{{ID: "a", Kind: Image}, {ID: "b", Kind: Voice}}
	c, err := in(Signed).Apply(move(Progress, handler, func(m *Move) { m.Media = two }))
	if err != nil || !slices.Equal(fetched(c.Notices), []string{"a", "b"}) || c.After.Media[1].By != handler.ID {
		t.Errorf("a worker's photos: %v, %v, %+v", err, fetched(c.Notices), c.After.Media)
	}
	c, err = in(Signed).Apply(move(Supplement, reporter, func(m *Move) { m.Media, m.Quiet = two, true }))
	if err != nil || !slices.Equal(fetched(c.Notices), []string{"a", "b"}) {
		t.Errorf("kept quietly: %v, %v", err, fetched(c.Notices))
	}
	c, err = in(Signed).Apply(move(Supplement, joined, func(m *Move) { m.Media, m.Part = two, 1001 }))
	if err != nil || c.After.Media[1].Part != 1001 || c.After.Media[1].By != "" {
		t.Errorf("a neighbour's: %v, %+v", err, c.After.Media)
	}
	if c, err = c.After.Apply(move(Supplement, reporter, func(m *Move) { m.Media = two[:1] })); err != nil || len(fetched(c.Notices)) != 0 {
		t.Errorf("what the task has already: %v, %v", err, fetched(c.Notices))
	}
	c, err = in(Signed).Apply(move(Pass, chief, func(m *Move) { m.Media = two }))
	if !errors.Is(err, ErrStatus) || len(c.Notices) > 0 {
		t.Errorf("a refused move: %v, %v", err, c.Notices)
	}
}

func TestLose(t *testing.T) {
	media := []Media{{ID: "m0", Kind: Image}, {ID: "m1", Kind: Voice}, {ID: "w0", Kind: Image, By: "li"}, {ID: "n0", Kind: Image, Part: 1001}}
	lose := func(c Change, id string) Change {
		t.Helper()
		c, err := c.After.Apply(move(Lose, system, func(m *Move) { m.Lost = id }))
		if err != nil {
			t.Fatalf("lose %s: %v", id, err)
		}
		return c
	}
	begin := Change{After: in(Signed, func(t *Task) { t.Media = slices.Clone(media) })}
	c := lose(begin, "m0")
	if inWords(c.Notices) != "resident again" || !c.After.Media[0].Lost || begin.After.Media[0].Lost {
		t.Errorf("told %q, %+v", inWords(c.Notices), c.After.Media)
	}
	if c = lose(c, "m1"); len(c.Notices) > 0 {
		t.Errorf("asked twice: %q", inWords(c.Notices))
	}
	if c = lose(c, "w0"); inWords(c.Notices) != "li again" {
		t.Errorf("the worker is told %q", inWords(c.Notices))
	}
	if c = lose(c, "n0"); inWords(c.Notices) != "resident again" || c.Notices[0].Note != "1001" || !c.Notices[0].To.Person.Zero() {
		t.Errorf("a neighbour is told %+v", c.Notices)
	}
	if len(c.After.Kept()) != 0 {
		t.Errorf("kept of what was lost: %v", c.After.Kept())
	}
	for _, id := range []string{"m0", "none"} {
		if _, err := c.After.Apply(move(Lose, system, func(m *Move) { m.Lost = id })); !errors.Is(err, ErrStatus) {
			t.Errorf("lost again: %v", err)
		}
	}
	over := lose(Change{After: in(Closed)}, "m0")
	if len(over.Notices) > 0 {
		t.Errorf("asked for what is of no use: %q", inWords(over.Notices))
	}
}

// A reporter who has left loses their files with the end of the matter, and theirs only.
func TestKept(t *testing.T) {
	media := []Media{{ID: "m0"}, {ID: "l0", Lost: true}, {ID: "w0", By: "li"}, {ID: "n0", Part: 1001}}
	for _, x := range []struct {
		status Status
		left   bool
		want   []string
	}{
		{Signed, false, []string{"m0", "w0", "n0"}}, {Signed, true, []string{"m0", "w0", "n0"}},
		{Closed, false, []string{"m0", "w0", "n0"}}, {Closed, true, []string{"w0", "n0"}}, {Withdrawn, true, []string{"w0", "n0"}},
	} {
		one := in(x.status, func(t *Task) { t.Media = media })
		if x.left {
			one.Reporter = Person{}
		}
		var got []string
		for _, m := range one.Kept() {
			got = append(got, m.ID)
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%s, left %v: %v, want %v", x.status, x.left, got, x.want)
		}
	}
	c, err := in(Closed).Apply(move(Forget, system))
	if err != nil || len(c.Notices) == 0 || c.Notices[len(c.Notices)-1].About != AboutDrop || !c.Notices[len(c.Notices)-1].Due.After(nextNoon) {
		t.Errorf("forgetting: %v, %+v", err, c.Notices)
	}
}
