package store

import (
	"context"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// reading is what was found where a task should be: the task; with version 0
// nothing; with an error, which wraps ErrUnreadable, something else.
type reading struct {
	task task.Task
	err  error
}

// readAll reads several tasks in one round trip, in the order asked.
func (s *Store) readAll(ctx context.Context, ids []task.ID) ([]reading, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	pipe := s.rdb.Pipeline()
	hashes := make([]*redis.MapStringStringCmd, len(ids))
	for i, id := range ids {
		hashes[i] = pipe.HGetAll(ctx, streetOf(id.Street).task(id.Seq))
	}
	if err := all(ctx, pipe); err != nil {
		return nil, err
	}
	out := make([]reading, len(ids))
	for i, hash := range hashes {
		out[i] = read(ids[i], hash)
	}
	return out, nil
}

func read(id task.ID, hash *redis.MapStringStringCmd) reading {
	if wrongType(hash.Err()) {
		return noHash(id)
	}
	return readHash(id, hash.Val())
}

func readHash(id task.ID, hash map[string]string) reading {
	if len(hash) == 0 {
		return reading{task: task.Task{ID: id}}
	}
	t, err := decode(id, hash)
	return reading{t, err}
}

func noHash(id task.ID) reading {
	return reading{task.Task{ID: id}, fmt.Errorf("%w: task %s: no hash", ErrUnreadable, id)}
}

// readPairs reads tasks of a street as a script gives them: number and hash in turns, nil
// in place of what is no hash.
func readPairs(street string, pairs []any) []reading {
	out := make([]reading, 0, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		seq, err := strconv.ParseInt(str(pairs[i]), 10, 64)
		id := task.ID{Street: street, Seq: seq}
		switch {
		case err != nil: // a member no version has written
		case pairs[i+1] == nil:
			out = append(out, noHash(id))
		default:
			out = append(out, readHash(id, fieldsOf(pairs[i+1])))
		}
	}
	return out
}

// fieldsOf makes a hash of what HGETALL gives a script.
func fieldsOf(v any) map[string]string {
	pairs := list(v)
	hash := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		hash[str(pairs[i])] = str(pairs[i+1])
	}
	return hash
}

// list is a result of a script that is a list.
func list(v any) []any {
	l, _ := v.([]any)
	return l
}
