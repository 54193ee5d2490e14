package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Token reads an account's access token and how long it is still good; "" when
// there is none.
func (s *Store) Token(ctx context.Context, appID string) (string, time.Duration, error) {
	pipe := s.rdb.Pipeline()
	token := pipe.Get(ctx, tokenKey(appID))
	left := pipe.PTTL(ctx, tokenKey(appID))
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return "", 0, fmt.Errorf("store: read token: %w", err)
	}
	if token.Val() == "" || left.Val() <= 0 { // absent, or gone between the two reads
		return "", 0, nil
	}
	return token.Val(), left.Val(), nil
}

// SaveToken keeps an account's access token for all replicas. A ttl that is not
// positive is refused: a token without an end would never be renewed.
func (s *Store) SaveToken(ctx context.Context, appID, token string, ttl time.Duration) error {
	if ttl <= 0 {
		return fmt.Errorf("store: save token: ttl %v is not positive", ttl)
	}
	if err := s.rdb.Set(ctx, tokenKey(appID), token, ttl).Err(); err != nil {
		return fmt.Errorf("store: save token: %w", err)
	}
	return nil
}

// DropToken forgets a token the platform refused, unless another replica has
// already put a new one in its place.
func (s *Store) DropToken(ctx context.Context, appID, token string) error {
	if err := s.run.dropToken.Run(ctx, s.rdb, []string{tokenKey(appID)}, token).Err(); err != nil {
		return fmt.Errorf("store: drop token: %w", err)
	}
	return nil
}

// LockToken lets one replica fetch a new token; the others wait for it. A ttl
// that is not positive is refused: such a lock would never end.
func (s *Store) LockToken(ctx context.Context, appID string, ttl time.Duration) (bool, error) {
	if ttl <= 0 {
		return false, fmt.Errorf("store: lock token: ttl %v is not positive", ttl)
	}
	ok, err := s.rdb.SetNX(ctx, tokenLockKey(appID), "1", ttl).Result()
	if err != nil {
		return false, fmt.Errorf("store: lock token: %w", err)
	}
	return ok, nil
}
