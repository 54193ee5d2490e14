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
	// Undelivered lets a send be accepted without ever reaching the phone. The
	// report of a template or subscription message then says that the system
	// failed. It goes without any of the others.
	Undelivered bool `json:"undelivered"`
	// For lets the fault end by the clock, like an outage, in place of Times;
	// nanoseconds in JSON.
	For time.Duration `json:"for"`
}

// EveryAPI in place of an API's name means all of an account's calls, those for
// tokens too.
const EveryAPI = "*"

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
		return refusal(f.Errcode)
	}
	return nil
}

// Fail makes the next calls of an API fail. The api is the path without cgi-bin/
// or wxaapi/, such as message/custom/send, or [EveryAPI]; a later Fail for the
// same API replaces an earlier one. An API's own failure goes before one of all.
func (p *Platform) Fail(app, api string, f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	p.faults.set(callKey{app, api}, pendingFault{f, p.now().Add(f.For)})
}

// Mend ends all failures on demand and the storm of an account.
func (p *Platform) Mend(app string) {
	p.faults.clear(app)
	p.storms.clear(app)
}

// trouble is the failure that strikes a call, if one does.
func (c *call) trouble(e endpoint) (Fault, bool) {
	byChance, struck, kill := c.p.storms.take(c.acct.AppID, e.name, e.caller == nil)
	if f, hit := c.p.faults.take(c.acct.AppID, e.name, c.at); hit {
		return f, true
	}
	if kill {
		c.p.KillTokens(c.acct.AppID)
		return Fault{Errcode: errTokenInvalid.Code}, true
	}
	return byChance, struck
}

// pendingFault is a failure to come; end counts if it is one For a time.
type pendingFault struct {
	Fault
	end time.Time
}

// faultBook holds the failures to come.
type faultBook struct {
	mu   sync.Mutex
	next map[callKey]pendingFault
}

func (b *faultBook) set(key callKey, f pendingFault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.next == nil {
		b.next = map[callKey]pendingFault{}
	}
	b.next[key] = f
}

func (b *faultBook) take(app, api string, now time.Time) (Fault, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, key := range []callKey{{app, api}, {app, EveryAPI}} {
		if f, found := b.next[key]; found && b.strikes(key, f, now) {
			return f.Fault, true
		}
	}
	return Fault{}, false
}

// strikes counts a strike and drops what is over. The caller holds the lock.
func (b *faultBook) strikes(key callKey, f pendingFault, now time.Time) bool {
	if f.For > 0 {
		if now.Before(f.end) {
			return true
		}
		delete(b.next, key)
		return false
	}
	if f.Times > 0 {
		f.Times--
		b.next[key] = f
	}
	if f.Times == 0 {
		delete(b.next, key)
	}
	return true
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
