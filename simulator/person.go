package simulator

import (
	"sync"
	"time"
)

// How many customer-service messages an act of the person allows, and for how
// long, by the official table.
const (
	messageWindow = 48 * time.Hour // after a message
	messageCount  = 5
	tapWindow     = time.Minute // after a menu tap, a follow or a scan
	tapCount      = 3
)

// person is one openid of one account.
type person struct {
	app, openid string

	mu        sync.Mutex
	following bool
	left      bool // has followed once and does not any more
	blocked   bool // takes no messages from the account
	since     time.Time
	scene     string // of the code by which the person came
	message   window
	tap       window
	refusal   int                // the errcode of every send to this person, if not 0
	consents  map[string]Consent // by template id

	shown   []Bubble
	numbers int // of the last bubble
	pending int // pushes under way
}

// window is an allowance of customer-service messages.
type window struct {
	until time.Time
	left  int
}

func (w *window) open(now time.Time) bool { return now.Before(w.until) }

func (w *window) use(now time.Time) bool {
	if !w.open(now) || w.left == 0 {
		return false
	}
	w.left--
	return true
}

// spend takes one message from an open allowance. The shorter one is used first.
func (x *person) spend(now time.Time) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.following {
		return errNotFollower
	}
	if x.blocked {
		return errRefuses
	}
	if x.tap.use(now) || x.message.use(now) {
		return nil
	}
	if x.tap.open(now) || x.message.open(now) {
		return errUsedUp
	}
	return errWindowClosed
}

func (x *person) follow(scene string, now time.Time) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.following, x.left, x.since = true, false, now
	if scene != "" {
		x.scene = scene
	}
	x.tap = window{now.Add(tapWindow), tapCount}
}

func (x *person) leave() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.following, x.left = false, true
	x.message, x.tap = window{}, window{}
}

// act opens the window that a message or a tap opens. It is false for somebody
// who left. Somebody the platform never saw is taken for a follower, so that a
// test need not begin with everybody following.
func (x *person) act(message bool, now time.Time) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.left {
		return false
	}
	if !x.following {
		x.following, x.since = true, now
	}
	if message {
		x.message = window{now.Add(messageWindow), messageCount}
	} else {
		x.tap = window{now.Add(tapWindow), tapCount}
	}
	return true
}

// refuses returns what every send to this person is answered with, if anything.
func (x *person) refuses() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.refusal != 0 {
		return refusal(x.refusal)
	}
	return nil
}

func (x *person) setRefusal(code int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.refusal = code
}

func (x *person) state() (following, blocked bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.following, x.blocked
}

func (x *person) setBlocked(on bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.blocked = on
}

func (x *person) addPending(n int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.pending += n
}
