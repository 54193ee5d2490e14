package store

import (
	"context"
	"fmt"

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
		return reading{task.Task{ID: id}, fmt.Errorf("%w: task %s: no hash", ErrUnreadable, id)}
	}
	if len(hash.Val()) == 0 {
		return reading{task: task.Task{ID: id}}
	}
	t, err := decode(id, hash.Val())
	return reading{t, err}
}
