package store

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/grid"
	"gridbot/task"
)

// codeFor is how long a join code is good.
const codeFor = 30 * 24 * time.Hour

// SaveDirectory replaces the areas and the staff, both or neither.
func (s *Store) SaveDirectory(ctx context.Context, areas []grid.Area, staff []grid.Staff) error {
	a, err := pack(areas)
	if err != nil {
		return fmt.Errorf("store: pack areas: %w", err)
	}
	p, err := pack(staff)
	if err != nil {
		return fmt.Errorf("store: pack staff: %w", err)
	}
	_, err = s.rdb.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.Set(ctx, areasKey, a, 0)
		pipe.Set(ctx, peopleKey, p, 0)
		pipe.Incr(ctx, versionKey)
		return nil
	})
	if err != nil {
		return fmt.Errorf("store: save directory: %w", err)
	}
	return nil
}

// LoadDirectory reads what SaveDirectory wrote; empty lists when nothing was
// imported yet.
func (s *Store) LoadDirectory(ctx context.Context) (areas []grid.Area, staff []grid.Staff, err error) {
	lists, err := s.rdb.MGet(ctx, areasKey, peopleKey).Result() // one read, so both are of one import
	if err != nil {
		return nil, nil, fmt.Errorf("store: read directory: %w", err)
	}
	if err = unpack(str(lists[0]), &areas); err != nil {
		return nil, nil, fmt.Errorf("store: unpack areas: %w", err)
	}
	if err = unpack(str(lists[1]), &staff); err != nil {
		return nil, nil, fmt.Errorf("store: unpack staff: %w", err)
	}
	return areas, staff, nil
}

// DirectoryVersion grows with each import; 0 before the first.
func (s *Store) DirectoryVersion(ctx context.Context) (int64, error) {
	v, err := s.rdb.Get(ctx, versionKey).Int64()
	if err != nil && !errors.Is(err, redis.Nil) {
		return 0, fmt.Errorf("store: read directory version: %w", err)
	}
	return v, nil
}

func pack(v any) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(v); err != nil {
		return nil, err
	}
	err := z.Close()
	return b.Bytes(), err
}

// unpack reads what pack wrote, and nothing from an absent list.
func unpack(packed string, to any) error {
	if packed == "" {
		return nil
	}
	z, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		return err
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, to)
}

// AddCode makes a join code for a member of staff, good for 30 days and one person.
func (s *Store) AddCode(ctx context.Context, code, staff string) error {
	_, err := s.rdb.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.Del(ctx, codeKey(code))
		pipe.HSet(ctx, codeKey(code), "staff", staff)
		pipe.Expire(ctx, codeKey(code), codeFor)
		return nil
	})
	if err != nil {
		return fmt.Errorf("store: add join code: %w", err)
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
	var p task.Person
	b, err := s.rdb.Get(ctx, staffPerson(staff)).Bytes()
	if errors.Is(err, redis.Nil) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil {
		return p, fmt.Errorf("store: read staff binding: %w", err)
	}
	return p, nil
}
