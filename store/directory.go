package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"gridbot/grid"
)

// ErrImported: the directory was imported by somebody else since it was read.
// Nothing was written.
var ErrImported = errors.New("store: somebody else has imported meanwhile")

// SaveDirectory replaces the areas and the staff, both or neither.
func (s *Store) SaveDirectory(ctx context.Context, areas []grid.Area, staff []grid.Staff) error {
	return s.saveDirectory(ctx, areas, staff, s.rdb.TxPipelined)
}

// ReplaceDirectory is SaveDirectory for what was worked out from the version that
// DirectoryVersion gave: ErrImported when another one is there by now.
func (s *Store) ReplaceDirectory(ctx context.Context, version int64, areas []grid.Area, staff []grid.Staff) error {
	err := s.rdb.Watch(ctx, func(tx *redis.Tx) error {
		found, err := tx.Get(ctx, versionKey).Int64()
		if err != nil && !errors.Is(err, redis.Nil) {
			return fmt.Errorf("store: read directory version: %w", err)
		}
		if found != version {
			return ErrImported
		}
		return s.saveDirectory(ctx, areas, staff, tx.TxPipelined)
	}, versionKey)
	if errors.Is(err, redis.TxFailedErr) {
		return ErrImported
	}
	return err
}

// saveDirectory writes both lists in one transaction.
func (s *Store) saveDirectory(ctx context.Context, areas []grid.Area, staff []grid.Staff,
	transact func(context.Context, func(redis.Pipeliner) error) ([]redis.Cmder, error)) error {
	a, err := pack(areas)
	if err != nil {
		return fmt.Errorf("store: pack areas: %w", err)
	}
	p, err := pack(staff)
	if err != nil {
		return fmt.Errorf("store: pack staff: %w", err)
	}
	_, err = transact(ctx, func(pipe redis.Pipeliner) error {
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
	once := seen{}
	if areas, err = unpack(str(lists[0]), once.area); err != nil {
		return nil, nil, fmt.Errorf("store: unpack areas: %w", err)
	}
	if staff, err = unpack(str(lists[1]), once.staff); err != nil {
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
