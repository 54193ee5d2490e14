package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"gridbot/media"
	"gridbot/redistest"
	"gridbot/sample"
	"gridbot/task"
)

// photos gives a test of commands a folder in which each task has the resident's photo and
// one that nobody names.
func (c *care) photos(ids ...task.ID) *media.Folder {
	c.t.Helper()
	dir := filepath.Join(c.t.TempDir(), "media")
	folder, err := media.Open(media.Options{Dir: dir, MaxBytes: 1 << 20})
	check(c.t, err)
	for _, id := range ids {
		for _, medium := range []string{"residentPhoto", "unnamed"} {
			_, err := folder.Put(c.t.Context(), id, medium, bytes.NewReader(sample.Photo(1)))
			check(c.t, err)
		}
	}
	c.args = []string{"-c", settings(c.t, "accounts:\n  - {name: a, app_id: wx0123456789abcdef, street: \"12\"}\nretention: {dir: "+c.dir+"}\nmedia: {dir: "+dir+"}\n")}
	return folder
}

// photosOf tells for each task whether the resident's photo and the other one are there.
func photosOf(f *media.Folder, ids ...task.ID) string {
	var out []string
	for _, id := range ids {
		out = append(out, fmt.Sprint(f.Has(id, "residentPhoto"), f.Has(id, "unnamed")))
	}
	return strings.Join(out, ", ")
}

// Files go with what they belong to: 180 days after the end in Redis and in the archive,
// at once when nothing names them any more, and not at all where nobody knows the task.
func TestArchiveSweepsPhotos(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	old, closed, open, unknown := c.report("m1", 300), c.report("m2", 20), c.report("m3", -1), task.ID{Street: "12", Seq: 99999}
	folder := c.photos(old, closed, open, unknown)
	out, _ := c.do(0, "archive")
	if got, want := photosOf(folder, old, closed, open, unknown), "false false, true false, true false, true true"; got != want {
		t.Errorf("held %s, want %s", got, want)
	}
	if !strings.Contains(out, "8 files of photos and voices deleted") { // with their previews
		t.Errorf("%s", out)
	}
	c.do(0, "archive --older 16d") // moves the closed one to the files, too young for its month to be over
	if got := photosOf(folder, closed); got != "true false" {
		t.Errorf("after it was archived: %s", got)
	}
}

// Whoever asks to be erased leaves no photo, in Redis or in the archive.
func TestErasedPersonLeavesNoPhoto(t *testing.T) {
	c := newCare(t, redistest.Options{Kind: redistest.Embedded})
	archived, closed, open := c.report("m1", 40), c.report("m2", 20), c.report("m3", -1)
	folder := c.photos(archived, closed, open)
	c.do(0, "archive")
	c.do(0, "person erase --yes --account a --openid "+careOpenID)
	if got, want := photosOf(folder, archived, closed, open), "false false, false false, false false"; got != want {
		t.Errorf("held %s, want %s", got, want)
	}
}
