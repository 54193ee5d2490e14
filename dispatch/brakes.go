package dispatch

import (
	"fmt"
	"sync"
	"time"

	"gridbot/task"
)

// brakes remember which accounts may not be called on which channel, until when
// and why, so that a queue does not hammer a platform that has said stop. The
// zero value is ready. Each replica learns it for itself.
type brakes struct {
	mu   sync.Mutex
	held map[[2]string]brake
}

type brake struct {
	until time.Time
	r     task.Result
}

// call makes a call unless the brake is on, and puts it on when the answer is
// about the account. The operator is told once for each time it is put on.
func (b *brakes) call(c *Courier, account, channel string, send func() task.Result) task.Result {
	key, now := [2]string{account, channel}, c.o.Now()
	b.mu.Lock()
	on := b.held[key]
	b.mu.Unlock()
	if on.until.After(now) {
		on.r.RetryAfter = on.until.Sub(now)
		return on.r
	}
	r := send()
	if !accountsFault(r.Outcome) && r.Outcome != task.ChannelStopped {
		return r
	}
	r.RetryAfter = c.pause(r)
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.held[key].until.After(now) {
		c.o.Alarm(r.Outcome.String(), fmt.Sprintf("account %s, channel %s, code %d: %s", account, channel, r.Code, r.Detail))
	}
	if b.held == nil {
		b.held = map[[2]string]brake{}
	}
	b.held[key] = brake{now.Add(r.RetryAfter), r}
	return r
}

// pause is how long to wait when the account, not the notice, is at fault. The
// day's quota is new at midnight, Asia/Shanghai.
func (c *Courier) pause(r task.Result) time.Duration {
	if r.RetryAfter > 0 {
		return r.RetryAfter
	}
	switch r.Outcome {
	case task.QuotaUsed:
	case task.ChannelStopped: // until the operator has mended it; then it is found out within the hour
		return time.Hour
	default:
		return time.Minute
	}
	now := c.o.Now().In(c.o.Desk.Calendar().Location())
	midnight := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
	return midnight.Sub(now)
}
