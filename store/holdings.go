package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// Holdings is what is held about a person outside of the archive.
type Holdings struct {
	Profile Profile
	Session []byte    // where their conversation stands, JSON; nil when it has ended
	Window  time.Time // until when the platform lets us write freely; zero when closed
	Tasks   []Held    // what they reported, newest first
}

// Held is one report of a person.
type Held struct {
	Task    task.Task
	History []task.Event
	Fates   []task.Fate // what became of its notices, oldest first
}

// Holdings reads what is held about a person under their own tag, and the tasks on
// their own list that are still theirs and not archived.
func (s *Store) Holdings(ctx context.Context, p task.Person) (Holdings, error) {
	k := personOf(p)
	pipe := s.rdb.Pipeline()
	session, window := pipe.Get(ctx, k.session()), pipe.HGet(ctx, k.budget(), "until")
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return Holdings{}, fmt.Errorf("store: read holdings: %w", err)
	}
	var h Holdings
	if session.Err() == nil {
		h.Session = []byte(session.Val())
	}
	until, _ := strconv.ParseInt(window.Val(), 10, 64)
	h.Window = fromMS(until)
	var err error
	if h.Profile, err = s.Profile(ctx, p); err != nil {
		return h, err
	}
	for from := 0; ; from += sweepBatch {
		ids, err := s.Reported(ctx, p, from, sweepBatch)
		if err != nil {
			return h, err
		}
		if err := s.hold(ctx, &h, p, ids); err != nil {
			return h, err
		}
		if len(ids) < sweepBatch {
			return h, nil
		}
	}
}

// hold adds those of the tasks that the person reported.
func (s *Store) hold(ctx context.Context, h *Holdings, p task.Person, ids []task.ID) error {
	for _, id := range ids {
		r, err := s.Record(ctx, id)
		if errors.Is(err, task.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		held, err := r.Held()
		if err != nil {
			return err
		}
		if held.Task.Reporter == p {
			h.Tasks = append(h.Tasks, held)
		}
	}
	return nil
}

// Held reads the task with its history and what became of its notices.
func (r Record) Held() (Held, error) {
	t, err := r.Task()
	if err != nil {
		return Held{}, err
	}
	events, err := r.History()
	if err != nil {
		return Held{}, err
	}
	fates, err := r.fates()
	return Held{Task: t, History: events, Fates: fates}, err
}
