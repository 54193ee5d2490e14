package wechat

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	// renewBefore is how long before its end a token is replaced: the
	// platform lets old and new overlap for 5 minutes.
	renewBefore = 5 * time.Minute
	// fetchRight is how long one replica has the right to fetch.
	fetchRight = 10 * time.Second
	// fetchWait is how long the others wait for its result before they fetch
	// themselves, which costs nothing but a call: stable_token gives all of
	// them the same token.
	fetchWait = 2 * time.Second
	fetchPoll = 50 * time.Millisecond
	// keepOld is how long an old, still living token is used after a new one
	// could not be had.
	keepOld = 5 * time.Second
)

// keeper gives out the accounts' tokens. It holds a copy of each, so that an
// outage of the shared cache costs no fetch per call, asks the shared cache
// next, and the platform last, from one replica and one goroutine at a time.
type keeper struct {
	shared Tokens
	now    func() time.Time
	fetch  func(ctx context.Context, a *Account) (token string, ttl time.Duration, err error)
	limit  time.Duration // of one renewal

	flight singleflight.Group
	mu     sync.Mutex
	held   map[string]heldToken // by AppID
	dead   map[string]string    // by AppID: the token the platform refused last
}

// heldToken is a token, when to look for a newer one, and when it dies.
type heldToken struct {
	token       string
	renew, dies time.Time
}

// token returns a token that is believed to live.
func (k *keeper) token(ctx context.Context, a *Account) (string, error) {
	if h := k.copyOf(a.AppID); h.token != "" && k.now().Before(h.renew) {
		return h.token, nil
	}
	// The renewal belongs to all who wait for it, so it does not end when
	// the one who began it gives up.
	done := k.flight.DoChan(a.AppID, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), k.limit)
		defer cancel()
		return k.renew(ctx, a)
	})
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case r := <-done:
		token, _ := r.Val.(string)
		return token, r.Err
	}
}

// drop forgets a token the platform refused, here and, if it is still the one
// kept there, in the shared cache. When the shared cache cannot be reached the
// token is still known to be dead here.
func (k *keeper) drop(ctx context.Context, a *Account, token string) {
	k.mu.Lock()
	k.dead[a.AppID] = token
	if k.held[a.AppID].token == token {
		delete(k.held, a.AppID)
	}
	k.mu.Unlock()
	_ = k.shared.DropToken(ctx, a.AppID, token)
}

// renew takes the shared token if it will last, else fetches one, else falls
// back on what still lives.
func (k *keeper) renew(ctx context.Context, a *Account) (string, error) {
	token, left := k.lookup(ctx, a.AppID)
	if left > renewBefore {
		return k.hold(a.AppID, token, left, renewBefore), nil
	}
	if left <= 0 {
		h := k.copyOf(a.AppID)
		token, left = h.token, h.dies.Sub(k.now())
	}
	if k.deadOf(a.AppID) == "" && !k.mayFetch(ctx, a.AppID) {
		if left > 0 {
			return k.hold(a.AppID, token, left, left-keepOld), nil
		}
		if token, left = k.await(ctx, a.AppID); left > 0 {
			return k.hold(a.AppID, token, left, min(renewBefore, left/2)), nil
		}
	}
	fresh, ttl, err := k.fetch(ctx, a)
	switch {
	case err == nil:
		// Without the shared cache the copy here serves as well.
		_ = k.shared.SaveToken(ctx, a.AppID, fresh, ttl)
		return k.hold(a.AppID, fresh, ttl, min(renewBefore, ttl/2)), nil
	case left > 0:
		return k.hold(a.AppID, token, left, left-keepOld), nil
	}
	return "", err
}

// lookup asks the shared cache. A token known to be dead, an error and nothing
// are the same: no time left.
func (k *keeper) lookup(ctx context.Context, appID string) (string, time.Duration) {
	token, left, err := k.shared.Token(ctx, appID)
	if err != nil || token == "" || token == k.deadOf(appID) {
		return "", 0
	}
	return token, left
}

// mayFetch asks for the right to fetch. Without the shared cache everybody
// may.
func (k *keeper) mayFetch(ctx context.Context, appID string) bool {
	ok, err := k.shared.LockToken(ctx, appID, fetchRight)
	return ok || err != nil
}

// await waits a while for another replica's token.
func (k *keeper) await(ctx context.Context, appID string) (string, time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, min(fetchWait, k.limit/2))
	defer cancel()
	tick := time.NewTicker(fetchPoll)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return "", 0
		case <-tick.C:
			if token, left := k.lookup(ctx, appID); left > 0 {
				return token, left
			}
		}
	}
}

// hold keeps the copy, to be renewed the given time before its end.
func (k *keeper) hold(appID, token string, left, before time.Duration) string {
	now := k.now()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held[appID] = heldToken{token, now.Add(left - max(before, 0)), now.Add(left)}
	delete(k.dead, appID)
	return token
}

// copyOf is the copy held here.
func (k *keeper) copyOf(appID string) heldToken {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.held[appID]
}

// deadOf is the token refused last, until another one is held.
func (k *keeper) deadOf(appID string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.dead[appID]
}
