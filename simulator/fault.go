package simulator

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Fault is a failure of an API on demand. After Hang the call is answered with
// Status, or Errcode, or no answer at all (Drop); with none of these it is only
// slow. A caller who gives up while it hangs finds that nothing was done, unless
// Performed is set.
type Fault struct {
	// Times is how many calls it strikes. 0 means 1, a negative number all
	// until [Platform.Mend].
	Times   int           `json:"times"`
	Errcode int           `json:"errcode"` // such as -1, 45009 or 61450
	Status  int           `json:"status"`  // an HTTP status such as 502
	Drop    bool          `json:"drop"`    // the connection is closed without an answer
	Hang    time.Duration `json:"hang"`    // real time, in nanoseconds in JSON
	// Performed lets the call take effect first, so that only its answer is
	// late, wrong or lost.
	Performed bool `json:"performed"`
}

// errDropped makes the server close the connection.
var errDropped = errors.New("simulator: connection dropped")

// httpFault is an HTTP status instead of an answer.
type httpFault int

func (httpFault) Error() string { return "simulator: HTTP fault" }

// strike waits and returns what is answered instead, or nil.
func (f Fault) strike(ctx context.Context) error {
	if f.Hang > 0 {
		t := time.NewTimer(f.Hang)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
			return errDropped
		}
	}
	switch {
	case f.Drop:
		return errDropped
	case f.Status != 0:
		return httpFault(f.Status)
	case f.Errcode != 0:
		return apiError{f.Errcode, "failure on demand"}
	}
	return nil
}

// Fail makes the next calls of an API fail. The api is the path without cgi-bin/,
// such as message/custom/send; a later Fail for the same API replaces an earlier
// one.
func (p *Platform) Fail(app, api string, f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	p.faults.set(app, api, f)
}

// Mend ends all failures on demand of an account.
func (p *Platform) Mend(app string) { p.faults.clear(app) }

type faultKey struct{ app, api string }

// faultBook holds the failures to come.
type faultBook struct {
	mu   sync.Mutex
	next map[faultKey]Fault
}

func (b *faultBook) set(app, api string, f Fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == nil {
		b.next = map[faultKey]Fault{}
	}
	b.next[faultKey{app, api}] = f
}

func (b *faultBook) take(app, api string) (Fault, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := faultKey{app, api}
	f, hit := b.next[key]
	if !hit {
		return f, false
	}
	if f.Times > 0 {
		f.Times--
		b.next[key] = f
	}
	if f.Times == 0 {
		delete(b.next, key)
	}
	return f, true
}

func (b *faultBook) clear(app string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for key := range b.next {
		if key.app == app {
			delete(b.next, key)
		}
	}
}

// quotaBook counts calls per account, API and day.
type quotaBook struct {
	mu   sync.Mutex
	used map[faultKey]dayCount
}

type dayCount struct {
	day string
	n   int
}

// shanghai is the platform's time zone, in which its days end.
func shanghai() *time.Location { return time.FixedZone("CST", 8*60*60) }

// use is false when the day's quota is used up.
func (b *quotaBook) use(a *account, api string, now time.Time) bool {
	limit, limited := a.Daily[api]
	if !limited {
		return true
	}
	return b.count(faultKey{a.AppID, api}, now) <= limit
}

// count counts one more and returns how many that makes today.
func (b *quotaBook) count(key faultKey, now time.Time) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.used == nil {
		b.used = map[faultKey]dayCount{}
	}
	c, today := b.used[key], now.In(shanghai()).Format(time.DateOnly)
	if c.day != today {
		c = dayCount{day: today}
	}
	c.n++
	b.used[key] = c
	return c.n
}

func (b *quotaBook) clear(app string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for key := range b.used {
		if key.app == app {
			delete(b.used, key)
		}
	}
}

// clearQuota is cgi-bin/clear_quota.
func clearQuota(c *call) (any, error) {
	var in struct {
		AppID string `json:"appid"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.AppID != c.acct.AppID {
		return nil, errAppID
	}
	c.p.quotas.clear(c.acct.AppID)
	return ok, nil
}
