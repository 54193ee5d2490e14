package handlers

import (
	"context"
	"sync/atomic"
	"time"
)

// crowd bounds how many messages are worked on at the same time, and foresees how long
// one more would wait.
type crowd struct {
	places  chan struct{} // one in it for each message that is worked on
	waiting atomic.Int64
	mean    atomic.Int64 // of the time one's work takes, in nanoseconds; the latest count most
}

// weight is how many times as much the mean so far counts as the latest time.
const weight = 16

func newCrowd(places int) *crowd { return &crowd{places: make(chan struct{}, places)} }

// wait is how long a message that comes now would wait for a place.
func (c *crowd) wait() time.Duration {
	return time.Duration(c.waiting.Load() * c.mean.Load() / int64(cap(c.places)))
}

// enter waits for a place and returns when it got one; false means that ctx ended.
func (c *crowd) enter(ctx context.Context) (since time.Time, ok bool) {
	if ctx.Err() != nil {
		return since, false
	}
	c.waiting.Add(1)
	defer c.waiting.Add(-1)
	select {
	case c.places <- struct{}{}:
		return time.Now(), true
	case <-ctx.Done():
		return since, false
	}
}

// leave gives back the place that was entered at a moment. Two at once may lose one
// of their times, which the mean bears.
func (c *crowd) leave(since time.Time) {
	<-c.places
	mean := c.mean.Load()
	c.mean.Store(mean + (int64(time.Since(since))-mean)/weight)
}

// working counts those with a place.
func (c *crowd) working() int { return len(c.places) }
