package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gridbot/task"
)

// versionField holds a task's version.
const versionField = "v"

// RedactPart takes what the reporter of a part added to the whole out of it: the words
// of those lines of the history are masked, there, in the report and in notices that
// wait, and their photos go. Everything else of the task stays. It may be called again,
// and does nothing then. task.ErrNotFound: there is no such task, or it is archived.
func (s *Store) RedactPart(ctx context.Context, whole task.ID, part int64, mask func(string) string) error {
	return s.redact(ctx, whole, func(before Record) (redaction, error) {
		p, err := before.said(part)
		if err != nil {
			return redaction{}, err
		}
		after, err := p.redacted(before, mask)
		r := redaction{after: after, mark: versionField, done: true, notice: func(_, _, d string) (string, error) { return p.masked(d, mask) }}
		if before.masked() { // and it stays so
			r.mark = maskedField
		}
		return r, err
	})
}

// said is what the reporter of one part has added.
type said struct {
	at    []int // lines of the history
	notes []string
	media []string // ids
}

// said finds the lines of a part.
func (r Record) said(part int64) (said, error) {
	var p said
	for i, l := range r.lines {
		if isFate(l) {
			continue
		}
		e, err := decodeEvent(l)
		if err != nil {
			return p, fmt.Errorf("store: redact %s: %w", r.ID, err)
		}
		if e.Part != part {
			continue
		}
		p.at = append(p.at, i)
		if e.Note != "" {
			p.notes = append(p.notes, e.Note)
		}
		for _, m := range e.Media {
			p.media = append(p.media, m.ID)
		}
	}
	return p, nil
}

// redacted is a record without what was said.
func (p said) redacted(r Record, mask func(string) string) (Record, error) {
	out := r
	out.fields, out.lines = maps.Clone(r.fields), slices.Clone(r.lines)
	for _, i := range p.at {
		line, err := redactLine(r.lines[i], mask)
		if err != nil {
			return r, err
		}
		out.lines[i] = line
	}
	if text, ok := r.fields["t"]; ok {
		out.fields["t"] = p.hidden(text, mask)
	}
	return out, p.withoutMedia(out.fields)
}

// withoutMedia takes the part's photos out of those of the task.
func (p said) withoutMedia(fields map[string]string) error {
	value, ok := fields["m"]
	if !ok || len(p.media) == 0 {
		return nil
	}
	var media []task.Media
	if err := json.Unmarshal([]byte(value), &media); err != nil {
		return err
	}
	media = slices.DeleteFunc(media, func(m task.Media) bool { return slices.Contains(p.media, m.ID) })
	if len(media) == 0 {
		delete(fields, "m")
		return nil
	}
	b, err := json.Marshal(media)
	fields["m"] = string(b)
	return err
}

// hidden masks what was said where it stands in a text.
func (p said) hidden(text string, mask func(string) string) string {
	for _, note := range p.notes {
		text = strings.ReplaceAll(text, note, mask(note))
	}
	return text
}

// masked hides what was said in a notice, which stays unless it fetches a photo of theirs.
func (p said) masked(d string, mask func(string) string) (string, error) {
	n, err := decodeNotice("", "", d)
	if err != nil {
		return d, nil //nolint:nilerr // nobody can read it, so nobody can send it
	}
	if n.To.Kind == task.ToMedia {
		if slices.Contains(p.media, n.Note) { // there is nothing to fetch any more
			return "", nil
		}
		return d, nil
	}
	if note := p.hidden(n.Note, mask); note != n.Note {
		n.Note = note
		return encodeNotice(n), nil
	}
	return d, nil
}
