package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// maskedField holds the version that Redact made: a task that has it as its
// version was not touched since. It is no field of the task itself.
const maskedField = "mk"

// Record is a task as it is kept, with its whole history: what goes to the
// archive, and what redaction works on. As JSON it is one object without line
// breaks, the same whatever fields a later version adds.
type Record struct {
	ID      task.ID
	Version int64

	fields  map[string]string // of the hash, without v
	lines   []string          // of the history, oldest first
	notices []string          // ids of its notices, waiting and buried; not part of the JSON
}

// Notices tells how many notices of the task wait or are buried.
func (r Record) Notices() int { return len(r.notices) }

// Task reads the task itself.
func (r Record) Task() (task.Task, error) {
	hash := map[string]string{"v": strconv.FormatInt(r.Version, 10)}
	for name, value := range r.fields {
		hash[name] = value
	}
	return decode(r.ID, hash)
}

// History reads the task's events, oldest first.
func (r Record) History() ([]task.Event, error) {
	out := make([]task.Event, 0, len(r.lines))
	for _, l := range r.lines {
		if isFate(l) {
			continue
		}
		e, err := decodeEvent(l)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// recordJSON is a Record on disk. The lines of the history are JSON already.
type recordJSON struct {
	ID      string            `json:"id"`
	Version int64             `json:"v"`
	Fields  map[string]string `json:"f"`
	Lines   []json.RawMessage `json:"l"`
}

// MarshalJSON writes the record on one line that begins with the number.
func (r Record) MarshalJSON() ([]byte, error) {
	out := recordJSON{ID: r.ID.String(), Version: r.Version, Fields: r.fields}
	for _, l := range r.lines {
		out.Lines = append(out.Lines, json.RawMessage(l))
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (r *Record) UnmarshalJSON(b []byte) error {
	var in recordJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return fmt.Errorf("store: read record: %w", err)
	}
	id, err := task.ParseID(in.ID)
	if err != nil {
		return fmt.Errorf("store: read record: %w", err)
	}
	*r = Record{ID: id, Version: in.Version, fields: in.Fields}
	for _, l := range in.Lines {
		r.lines = append(r.lines, string(l))
	}
	return nil
}

// Record reads a task, its history and which notices it still has, all of one
// moment: task.ErrNotFound when there is no such task, or it is archived. Whether
// the task can be understood is for Held to tell.
func (s *Store) Record(ctx context.Context, id task.ID) (Record, error) {
	k := streetOf(id.Street)
	var hash *redis.MapStringStringCmd
	var lines, waiting, buried *redis.StringSliceCmd
	_, err := s.rdb.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		hash = pipe.HGetAll(ctx, k.task(id.Seq))
		lines = pipe.LRange(ctx, k.log(id.Seq), 0, -1)
		waiting = pipe.ZRange(ctx, k.outbox(), 0, -1)
		buried = pipe.ZRange(ctx, k.buried(), 0, -1)
		return nil
	})
	if err != nil {
		return Record{}, fmt.Errorf("store: read record of %s: %w", id, err)
	}
	if len(hash.Val()) == 0 {
		return Record{}, task.ErrNotFound
	}
	version, err := strconv.ParseInt(hash.Val()["v"], 10, 64)
	if err != nil {
		return Record{}, fmt.Errorf("store: task %s: version: %w", id, err)
	}
	r := Record{ID: id, Version: version, fields: hash.Val(), lines: lines.Val()}
	delete(r.fields, "v")
	own := strconv.FormatInt(id.Seq, 10) + "."
	for _, notice := range slices.Concat(waiting.Val(), buried.Val()) {
		if strings.HasPrefix(notice, own) {
			r.notices = append(r.notices, notice)
		}
	}
	return r, nil
}

// Reporter is whose report it is, the zero Person when they are gone.
func (r Record) Reporter() task.Person {
	return task.Person{Account: r.fields["ra"], OpenID: r.fields["ro"]}
}
