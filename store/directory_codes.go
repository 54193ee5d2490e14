package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// codeFor is how long a join code is good.
const codeFor = 30 * 24 * time.Hour

// Code is a join code and the member of staff it is for.
type Code struct{ Code, Staff string }

// AddCodes makes join codes, each good for 30 days and one person, in one round
// trip. A city's are made some hundreds at a time.
func (s *Store) AddCodes(ctx context.Context, codes []Code) error {
	if len(codes) == 0 {
		return nil
	}
	_, err := s.rdb.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		for _, c := range codes {
			pipe.Del(ctx, codeKey(c.Code))
			pipe.HSet(ctx, codeKey(c.Code), "staff", c.Staff)
			pipe.Expire(ctx, codeKey(c.Code), codeFor)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store: add join codes: %w", err)
	}
	return nil
}

// Join binds the member of staff a code belongs to, to a person, and gives the
// staff id: task.ErrNotFound when there is no such code or somebody else used
// it. Doing it again is the same.
func (s *Store) Join(ctx context.Context, code string, p task.Person) (string, error) {
	staff, err := s.run.claim.Run(ctx, s.rdb, []string{codeKey(code)}, claimant(p)).Text()
	if err != nil {
		return "", fmt.Errorf("store: claim join code: %w", err)
	}
	if staff == "" {
		return "", task.ErrNotFound
	}
	return staff, s.bind(ctx, staff, p)
}

func (s *Store) bind(ctx context.Context, staff string, p task.Person) error {
	b, _ := json.Marshal(p) // two strings: cannot fail
	if err := s.rdb.Set(ctx, staffPerson(staff), b, 0).Err(); err != nil {
		return fmt.Errorf("store: bind staff: %w", err)
	}
	return nil
}

// Unbind forgets which person a member of staff is, if it is still this one.
func (s *Store) Unbind(ctx context.Context, staff string, p task.Person) error {
	bound, err := s.StaffPerson(ctx, staff)
	if err != nil || bound != p {
		return err
	}
	if err := s.rdb.Del(ctx, staffPerson(staff)).Err(); err != nil {
		return fmt.Errorf("store: unbind staff: %w", err)
	}
	return nil
}

// StaffPerson tells which person a member of staff is; the zero Person before
// they joined.
func (s *Store) StaffPerson(ctx context.Context, staff string) (task.Person, error) {
	list, err := s.StaffPersons(ctx, []string{staff})
	if err != nil {
		return task.Person{}, err
	}
	return list[0], nil
}

// StaffPersons is StaffPerson for several, in the order asked, in one round trip.
func (s *Store) StaffPersons(ctx context.Context, staff []string) ([]task.Person, error) {
	pipe := s.rdb.Pipeline()
	reads := make([]*redis.StringCmd, len(staff))
	for i, id := range staff {
		reads[i] = pipe.Get(ctx, staffPerson(id))
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, fmt.Errorf("store: read staff bindings: %w", err)
	}
	list := make([]task.Person, len(staff))
	for i, r := range reads {
		b, err := r.Bytes()
		if errors.Is(err, redis.Nil) {
			continue
		}
		if err == nil {
			err = json.Unmarshal(b, &list[i])
		}
		if err != nil {
			return nil, fmt.Errorf("store: read staff binding: %w", err)
		}
	}
	return list, nil
}
