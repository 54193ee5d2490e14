package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// personal says what becomes of the fields of a task that tell of a person. Every
// other field is the case itself and stays: what it is, where, by whom and when.
var personal = map[string]func(value string, mask func(string) string) (string, error){
	"ra": dropped, // the reporter's account and openid
	"ro": dropped,
	// A digest of personal data could confirm a guess at it.
	contactField: dropped, digestField: dropped,
	"m":  staffMedia, // what the resident sent
	"t":  masked,     // the resident's words
	"p":  masked,     // the place, which may be in their words
	"r":  masked,     // the result, which may repeat them
	"w":  masked,     // the reason of the guess
	"xc": masked,     // why it is left out of the measures, in staff's words
}

func dropped(string, func(string) string) (string, error) { return "", nil }

func masked(value string, mask func(string) string) (string, error) { return mask(value), nil }

func staffMedia(value string, _ func(string) string) (string, error) {
	var media []task.Media
	if err := json.Unmarshal([]byte(value), &media); err != nil {
		return "", err
	}
	if media = ofStaff(media); len(media) == 0 {
		return "", nil
	}
	b, err := json.Marshal(media)
	return string(b), err
}

// ofStaff leaves out what residents sent.
func ofStaff(media []task.Media) []task.Media {
	return slices.DeleteFunc(slices.Clone(media), func(m task.Media) bool { return m.By == "" })
}

// Redacted is the record without its reporter, what the reporter sent, and, as far
// as mask hides them, personal data in anybody's words. Kinds, order, times and
// staff of the history stay. Redacting twice changes nothing more, if mask does so.
func (r Record) Redacted(mask func(string) string) (Record, error) {
	out := r
	out.fields = maps.Clone(r.fields)
	for name, do := range personal {
		value, ok := r.fields[name]
		if !ok {
			continue
		}
		value, err := do(value, mask)
		if err != nil {
			return r, fmt.Errorf("store: redact %s: field %s: %w", r.ID, name, err)
		}
		if out.fields[name] = value; value == "" {
			delete(out.fields, name)
		}
	}
	out.lines = slices.Clone(r.lines)
	for i, l := range r.lines {
		line, err := redactLine(l, mask)
		if err != nil {
			return r, fmt.Errorf("store: redact %s: %w", r.ID, err)
		}
		out.lines[i] = line
	}
	return out, nil
}

// Same tells whether two records hold the same, so that nothing need be written.
func (r Record) Same(o Record) bool {
	return r.ID == o.ID && r.Version == o.Version && maps.Equal(r.fields, o.fields) && slices.Equal(r.lines, o.lines)
}

// redactLine leaves a line without anything personal as it is, to the byte.
func redactLine(s string, mask func(string) string) (string, error) {
	if isFate(s) {
		return s, nil
	}
	e, err := decodeEvent(s)
	if err != nil {
		return "", err
	}
	before := encodeEvent(e)
	e.Note, e.Media = mask(e.Note), ofStaff(e.Media)
	e.MaskPlaces(mask)
	if e.By == task.ByResident {
		e.Name = ""
	}
	if after := encodeEvent(e); after != before {
		return after, nil
	}
	return s, nil
}

// redactNotice takes a notice's words through mask; "" means that it was for the
// resident, so that it has to go.
func redactNotice(street, id, d string, mask func(string) string) (string, error) {
	n, err := decodeNotice(street, id, d)
	if err != nil {
		return "", nil // nobody can read it, so nobody can send it
	}
	if !n.To.Person.Zero() {
		return "", nil
	}
	if n.To.Kind == task.ToMedia { // its note is an id, which may look like a number
		return d, nil
	}
	if note := mask(n.Note); note != n.Note {
		n.Note = note
		return encodeNotice(n), nil
	}
	return d, nil
}

// Redact takes the reporter and personal data out of a task, its history and its
// notices, in one write, and leaves nothing of the original: see Record.Redacted.
// Notices to the reporter go. It may be called again, and does nothing then. A
// change that was begun before and not yet written is made anew by Update, from
// the masked task: the version grows. task.ErrNotFound: there is no such task, or
// it is archived.
func (s *Store) Redact(ctx context.Context, id task.ID, mask func(string) string) error {
	return s.redact(ctx, id, func(before Record) (redaction, error) {
		after, err := before.Redacted(mask)
		return redaction{after: after, mark: maskedField, done: before.masked(), notice: func(street, id, d string) (string, error) {
			return redactNotice(street, id, d, mask)
		}}, err
	})
}

// redaction is what becomes of a record and of the notices that wait.
type redaction struct {
	after  Record
	mark   string // the field that is given the new version
	done   bool   // the record need not be marked again
	notice func(street, id, d string) (string, error)
}

// redact writes a redaction in one write, worked out anew when the task has changed
// meanwhile.
func (s *Store) redact(ctx context.Context, id task.ID, work func(Record) (redaction, error)) error {
	for range updateTries {
		before, err := s.Record(ctx, id)
		if err != nil {
			return err
		}
		r, err := work(before)
		if err != nil {
			return err
		}
		letters, err := s.redactNotices(ctx, before, r.notice)
		if err != nil {
			return err
		}
		if r.done && r.after.Same(before) && len(letters) == 0 {
			return nil
		}
		switch result, err := s.writeRedacted(ctx, before, r, letters); {
		case err != nil:
			return err
		case result == "done":
			return nil
		case result == "gone":
			return task.ErrNotFound
		}
	}
	return fmt.Errorf("store: redact task %s: %w", id, ErrBusy)
}

// masked tells whether Redact made this version.
func (r Record) masked() bool { return r.fields[maskedField] == strconv.FormatInt(r.Version, 10) }

// redactNotices gives pairs of id and new contents of the notices that change.
func (s *Store) redactNotices(ctx context.Context, r Record, redact func(street, id, d string) (string, error)) ([]any, error) {
	read, err := s.contents(ctx, r.ID.Street, r.notices)
	if err != nil {
		return nil, err
	}
	var out []any
	for i, id := range r.notices {
		if read[i] == "" {
			continue // delivered meanwhile
		}
		d, err := redact(r.ID.Street, id, read[i])
		if err != nil {
			return nil, err
		}
		if d != read[i] {
			out = append(out, id, d)
		}
	}
	return out, nil
}

// contents reads the JSON of notices in one round trip, "" for one that is gone.
func (s *Store) contents(ctx context.Context, street string, ids []string) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	k := streetOf(street)
	pipe := s.rdb.Pipeline()
	reads := make([]*redis.SliceCmd, len(ids))
	for i, id := range ids {
		reads[i] = pipe.HMGet(ctx, k.notice(id), "d")
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("store: read notices: %w", err)
	}
	out := make([]string, len(ids))
	for i, r := range reads {
		out[i] = str(r.Val()[0])
	}
	return out, nil
}

func (s *Store) writeRedacted(ctx context.Context, before Record, r redaction, letters []any) (string, error) {
	k, after := streetOf(before.ID.Street), r.after
	var set, del, lines []any
	for name, was := range before.fields {
		switch now, ok := after.fields[name]; {
		case !ok:
			del = append(del, name)
		case now != was:
			set = append(set, name, now)
		}
	}
	for i := range before.lines {
		if after.lines[i] != before.lines[i] {
			lines = append(lines, i, after.lines[i])
		}
	}
	args := slices.Concat([]any{string(k), before.Version, r.mark, len(set), len(del), len(lines) / 2, len(letters) / 2},
		set, del, lines, letters)
	keys := []string{k.task(before.ID.Seq), k.log(before.ID.Seq), k.outbox(), k.buried()}
	out, err := s.run.redact.Run(ctx, s.rdb, keys, args...).Slice()
	if err != nil {
		return "", fmt.Errorf("store: redact task %s: %w", before.ID, err)
	}
	return str(out[0]), nil
}
