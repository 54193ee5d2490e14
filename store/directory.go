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

// SaveDirectory is SaveGround for areas and staff without a roster, whatever was
// there before.
func (s *Store) SaveDirectory(ctx context.Context, areas []grid.Area, staff []grid.Staff) error {
	return saveGround(ctx, grid.Ground{Areas: areas, Staff: staff}, s.rdb.TxPipelined)
}

// SaveGround replaces the areas, the staff and the roster, all or nothing, over the
// version that DirectoryVersion gave when they were worked out: ErrImported when
// another one is there by now.
func (s *Store) SaveGround(ctx context.Context, version int64, g grid.Ground) error {
	err := s.rdb.Watch(ctx, func(tx *redis.Tx) error {
		found, err := tx.Get(ctx, versionKey).Int64()
		if err != nil && !errors.Is(err, redis.Nil) {
			return fmt.Errorf("store: read directory version: %w", err)
		}
		if found != version {
			return ErrImported
		}
		return saveGround(ctx, g, tx.TxPipelined)
	}, versionKey)
	if errors.Is(err, redis.TxFailedErr) {
		return ErrImported
	}
	return err
}

// saveGround writes the lists in one transaction.
func saveGround(ctx context.Context, g grid.Ground, transact func(context.Context, func(redis.Pipeliner) error) ([]redis.Cmder, error)) error {
	areas, err := pack(g.Areas)
	if err != nil {
		return fmt.Errorf("store: pack areas: %w", err)
	}
	staff, err := pack(g.Staff)
	if err != nil {
		return fmt.Errorf("store: pack staff: %w", err)
	}
	roster, err := pack(g.Roster)
	if err != nil {
		return fmt.Errorf("store: pack roster: %w", err)
	}
	_, err = transact(ctx, func(pipe redis.Pipeliner) error {
		pipe.Set(ctx, areasKey, areas, 0)
		pipe.Set(ctx, peopleKey, staff, 0)
		pipe.Set(ctx, rosterKey, roster, 0)
		pipe.Incr(ctx, versionKey)
		return nil
	})
	if err != nil {
		return fmt.Errorf("store: save directory: %w", err)
	}
	return nil
}

// LoadGround reads what SaveGround wrote; empty lists when nothing was imported yet.
func (s *Store) LoadGround(ctx context.Context) (grid.Ground, error) {
	lists, err := s.rdb.MGet(ctx, areasKey, peopleKey, rosterKey).Result() // one read, so all are of one import
	if err != nil {
		return grid.Ground{}, fmt.Errorf("store: read directory: %w", err)
	}
	var g grid.Ground
	once := seen{}
	if g.Areas, err = unpack(str(lists[0]), once.area); err != nil {
		return grid.Ground{}, fmt.Errorf("store: unpack areas: %w", err)
	}
	if g.Staff, err = unpack(str(lists[1]), once.staff); err != nil {
		return grid.Ground{}, fmt.Errorf("store: unpack staff: %w", err)
	}
	if g.Roster, err = unpack(str(lists[2]), once.shift); err != nil {
		return grid.Ground{}, fmt.Errorf("store: unpack roster: %w", err)
	}
	return g, nil
}

// DirectoryVersion grows with each import; 0 before the first.
func (s *Store) DirectoryVersion(ctx context.Context) (int64, error) {
	v, err := s.rdb.Get(ctx, versionKey).Int64()
	if err != nil && !errors.Is(err, redis.Nil) {
		return 0, fmt.Errorf("store: read directory version: %w", err)
	}
	return v, nil
}
