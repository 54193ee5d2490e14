package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// Condition is how one node of Redis is set up, for an operator who asks. It is
// all read; nothing is written.
type Condition struct {
	Addr       string
	Version    string // of Redis, or which one a compatible server stands for; "" when it does not tell
	Durability Durability
	// Listpack is hash-max-listpack-value in bytes, 0 when the node does not tell.
	Listpack int
	// Ahead is how far the node's clock is before ours; half the way there and
	// back is taken off.
	Ahead time.Duration
}

// Conditions asks every node that holds data; now is our clock.
func (s *Store) Conditions(ctx context.Context, now func() time.Time) ([]Condition, error) {
	cluster, ok := s.rdb.(*redis.ClusterClient)
	if !ok {
		c, err := condition(ctx, s.rdb, now)
		return []Condition{c}, err
	}
	var mu sync.Mutex
	var all []Condition
	err := cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
		c, err := condition(ctx, node, now)
		c.Addr = node.Options().Addr
		mu.Lock()
		defer mu.Unlock()
		all = append(all, c)
		return err
	})
	return all, err
}

// Layout tells whether the data has this version's layout: nil for an empty Redis
// too, otherwise ErrSchema with what to do. Unlike Check it writes nothing.
func (s *Store) Layout(ctx context.Context) error {
	found, err := s.layout(ctx)
	if err != nil || found == "" || found == Schema {
		return err
	}
	return layoutError(found)
}

func condition(ctx context.Context, node redis.UniversalClient, now func() time.Time) (c Condition, err error) {
	var refusal redis.Error // a server that will not say is an answer, not a failure
	info, err := node.Info(ctx, "server").Result()
	if err != nil && !errors.As(err, &refusal) {
		return c, fmt.Errorf("store: ask for the version: %w", err)
	}
	c.Version = versionIn(info)
	if c.Durability, err = durability(ctx, node); err != nil {
		return c, err
	}
	sizes, err := node.ConfigGet(ctx, "hash-max-listpack-value").Result()
	if err != nil && !errors.As(err, &refusal) {
		return c, fmt.Errorf("store: read configuration: %w", err)
	}
	c.Listpack, _ = strconv.Atoi(sizes["hash-max-listpack-value"])
	asked := now()
	at, err := node.Time(ctx).Result()
	if err != nil {
		return c, fmt.Errorf("store: ask for the time: %w", err)
	}
	c.Ahead = at.Sub(asked.Add(now().Sub(asked) / 2))
	return c, nil
}

// versionIn finds the version in what INFO says.
func versionIn(info string) string {
	for line := range strings.Lines(info) {
		if v, ok := strings.CutPrefix(line, "redis_version:"); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
