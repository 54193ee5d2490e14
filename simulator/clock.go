package simulator

import (
	"sync/atomic"
	"time"
)

// movedClock is Options.Now with what was added by hand. Only the rules go by it
// (windows, tokens, media, quotas, faults); pushes carry Options.Now, because
// the account's own clock does not move and it may refuse what comes from another
// time.
type movedClock struct{ ahead atomic.Int64 }

// now is the time by which the rules go.
func (p *Platform) now() time.Time { return p.o.Now().Add(time.Duration(p.time.ahead.Load())) }

// Now is the time by which the platform's rules go: Options.Now and what
// [Platform.Advance] added.
func (p *Platform) Now() time.Time { return p.now() }

// Advance moves the clock of the rules. The timestamps of pushes stay with
// Options.Now.
func (p *Platform) Advance(d time.Duration) {
	p.time.ahead.Add(int64(d))
	p.news.publish()
}

// SetTime moves the clock of the rules to a moment, from which it goes on.
func (p *Platform) SetTime(t time.Time) {
	p.time.ahead.Store(int64(t.Sub(p.o.Now())))
	p.news.publish()
}
