package wechat

import (
	"context"
	"sync"
	"time"
)

// Tokens keeps access tokens where all replicas find them. The store keeps
// them in Redis; [MemoryTokens] keeps them in one process.
type Tokens interface {
	// Token returns the account's token and how long it still lives, or an
	// empty one.
	Token(ctx context.Context, appID string) (token string, left time.Duration, err error)
	// SaveToken keeps a token for ttl.
	SaveToken(ctx context.Context, appID, token string, ttl time.Duration) error
	// DropToken forgets the token if it is still the one kept, so that a
	// replica that is late does not drop its successor.
	DropToken(ctx context.Context, appID, token string) error
	// LockToken reports whether the caller may fetch a new token. The right
	// ends by itself after ttl.
	LockToken(ctx context.Context, appID string, ttl time.Duration) (bool, error)
}

// MemoryTokens is Tokens for a single process: the doctor and tests.
type MemoryTokens struct {
	now  func() time.Time
	mu   sync.Mutex
	kept map[string]keptToken
	lock map[string]time.Time
}

// keptToken is a token and the end of its life.
type keptToken struct {
	token string
	dies  time.Time
}

// NewMemoryTokens makes an empty cache on the given clock.
func NewMemoryTokens(now func() time.Time) *MemoryTokens {
	return &MemoryTokens{now: now, kept: map[string]keptToken{}, lock: map[string]time.Time{}}
}

// Token implements Tokens.
func (m *MemoryTokens) Token(_ context.Context, appID string) (string, time.Duration, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.kept[appID]
	left := k.dies.Sub(m.now())
	if k.token == "" || left <= 0 {
		return "", 0, nil
	}
	return k.token, left, nil
}

// SaveToken implements Tokens.
func (m *MemoryTokens) SaveToken(_ context.Context, appID, token string, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept[appID] = keptToken{token, m.now().Add(ttl)}
	return nil
}

// DropToken implements Tokens.
func (m *MemoryTokens) DropToken(_ context.Context, appID, token string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept[appID].token == token {
		delete(m.kept, appID)
	}
	return nil
}

// LockToken implements Tokens.
func (m *MemoryTokens) LockToken(_ context.Context, appID string, ttl time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.now().Before(m.lock[appID]) {
		return false, nil
	}
	m.lock[appID] = m.now().Add(ttl)
	return true, nil
}
