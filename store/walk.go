package store

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// Pace bounds work that goes through all data beside live traffic: it asks for
// little at a time and rests in between, so that nobody waits for it.
type Pace struct {
	Batch int           // keys, members or tasks at a time; 0 is 200
	Pause time.Duration // rest after each batch; 0 is 2 ms, below 0 is none
}

func (p Pace) filled() Pace {
	if p.Batch <= 0 {
		p.Batch = 200
	}
	if p.Pause == 0 {
		p.Pause = 2 * time.Millisecond
	}
	return p
}

// rest waits for the pause; the error is that of ctx when it ends meanwhile.
func (p Pace) rest(ctx context.Context) error {
	if p.Pause <= 0 {
		return ctx.Err()
	}
	wake := time.NewTimer(p.Pause)
	defer wake.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-wake.C:
		return nil
	}
}

// nodes runs f for every node that holds keys, one after the other: the only one
// of a single Redis, each master of a cluster.
func (s *Store) nodes(ctx context.Context, f func(ctx context.Context, node redis.Cmdable) error) error {
	cluster, ok := s.rdb.(*redis.ClusterClient)
	if !ok {
		return f(ctx, s.rdb)
	}
	var one sync.Mutex
	var failed error
	err := cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
		one.Lock() // the client asks all of them at once
		defer one.Unlock()
		if failed == nil {
			failed = f(ctx, node)
		}
		return failed
	})
	return err
}

// walk gives every key that matches to f, batch by batch. A key that is there
// from beginning to end comes at least once, and may come twice; what is made or
// deleted meanwhile may come or not, and so may what a cluster moves from node to
// node meanwhile.
func (s *Store) walk(ctx context.Context, match string, p Pace, f func(ctx context.Context, keys []string) error) error {
	return s.nodes(ctx, func(ctx context.Context, node redis.Cmdable) error {
		for cursor := uint64(0); ; {
			keys, next, err := node.Scan(ctx, cursor, match, int64(p.Batch)).Result()
			if err != nil {
				return err
			}
			if len(keys) > 0 {
				if err := f(ctx, keys); err != nil {
					return err
				}
			}
			if cursor = next; cursor == 0 {
				return nil
			}
			if err := p.rest(ctx); err != nil {
				return err
			}
		}
	})
}

// members gives every member and score of a sorted set to f, batch by batch, with
// the same promise as walk.
func (s *Store) members(ctx context.Context, key string, p Pace, f func(batch []redis.Z) error) error {
	for cursor := uint64(0); ; {
		flat, next, err := s.rdb.ZScan(ctx, key, cursor, "", int64(p.Batch)).Result()
		if err != nil {
			return err
		}
		if len(flat) > 0 {
			if err := f(pairsOf(flat)); err != nil {
				return err
			}
		}
		if cursor = next; cursor == 0 {
			return nil
		}
		if err := p.rest(ctx); err != nil {
			return err
		}
	}
}

// streetPattern matches all keys of a street, of every street for "".
func streetPattern(street string) string {
	if street == "" {
		return prefix + "{s*}:*"
	}
	return glob(string(streetOf(street))) + "*"
}

// glob writes s so that it matches nothing but itself.
func glob(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`, `^`, `\^`).Replace(s)
}

// streetKey parts a key of a street into the street's id and what stands behind
// the tag, such as task:1042.
func streetKey(key string) (street, rest string, ok bool) {
	tagged, ok := strings.CutPrefix(key, prefix+"{s")
	if !ok {
		return "", "", false
	}
	return strings.Cut(tagged, "}:")
}

// wrongType tells whether a command failed because the key holds another type
// than it should, which is a fault of the data and not of the connection.
func wrongType(err error) bool { return redis.HasErrorPrefix(err, "WRONGTYPE") }

// all runs a pipeline whose single answers are judged one by one: only what is
// neither an absent key nor one of another type is an error.
func all(ctx context.Context, pipe redis.Pipeliner) error {
	cmds, err := pipe.Exec(ctx)
	if err == nil {
		return nil
	}
	for _, cmd := range cmds {
		if e := cmd.Err(); e != nil && !errors.Is(e, redis.Nil) && !wrongType(e) {
			return e
		}
	}
	if errors.Is(err, redis.Nil) || wrongType(err) {
		return nil
	}
	return err
}

// pairsOf reads members and scores as ZSCAN lists them.
func pairsOf(flat []string) []redis.Z {
	out := make([]redis.Z, 0, len(flat)/2)
	for i := 0; i+1 < len(flat); i += 2 {
		score, _ := strconv.ParseFloat(flat[i+1], 64) // Redis writes nothing else
		out = append(out, redis.Z{Member: flat[i], Score: score})
	}
	return out
}
