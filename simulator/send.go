package simulator

import (
	"maps"
	"sync"
	"time"
)

// The kinds of sends.
const (
	SendCustom       = "custom"
	SendTemplate     = "template"
	SendSubscription = "subscription"
)

// The template API remembers a client_msg_id for ten minutes.
const repeatLife = 10 * time.Minute

// sendIDs bounds the client_msg_ids that are counted.
const sendIDs = 1 << 17

// Send is a message that was accepted for delivery.
type Send struct {
	At       time.Time
	Kind     string // SendCustom, SendTemplate or SendSubscription
	App      string
	OpenID   string
	ClientID string // client_msg_id of a template message; may be empty
	Bubble   Bubble // as the phone shows it
}

// Sends counts the calls of a send API.
type Sends struct {
	Calls    int
	Accepted int         // for delivery; shown on a phone unless a fault lost it
	Repeated int         // answered with ok, but known by their client_msg_id
	Refused  map[int]int // by errcode
}

type sendCount struct {
	Sends
	byID map[string]int
}

type sentKey struct{ app, openid, id string }

type sentID struct {
	key   sentKey
	at    time.Time
	msgID int64
}

// sendBook counts sends and knows repetitions.
type sendBook struct {
	mu     sync.Mutex
	counts map[string]*sendCount
	known  map[sentKey]sentID
	queue  []sentID // of known, oldest first
}

func (b *sendBook) of(kind string) *sendCount {
	if b.counts == nil {
		b.counts, b.known = map[string]*sendCount{}, map[sentKey]sentID{}
	}
	if b.counts[kind] == nil {
		b.counts[kind] = &sendCount{Sends: Sends{Refused: map[int]int{}}, byID: map[string]int{}}
	}
	return b.counts[kind]
}

// count counts one call by its outcome.
func (b *sendBook) count(kind, id string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.of(kind)
	c.Calls++
	if refusal, no := err.(apiError); no {
		c.Refused[refusal.Code]++
		return
	}
	c.Accepted++
	if id != "" && (c.byID[id] > 0 || len(c.byID) < sendIDs) {
		c.byID[id]++
	}
}

// claim keeps a client_msg_id, or returns the msgid under which the same person
// got the same one within ten minutes.
func (b *sendBook) claim(s sentID) (msgID int64, again bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.of(SendTemplate)
	for len(b.queue) > 0 && s.at.Sub(b.queue[0].at) >= repeatLife {
		delete(b.known, b.queue[0].key)
		b.queue = b.queue[1:]
	}
	if old, again := b.known[s.key]; again {
		c.Calls++
		c.Repeated++
		return old.msgID, true
	}
	b.known[s.key] = s
	b.queue = append(b.queue, s)
	return s.msgID, false
}

// Sends counts the calls of a kind of send, such as SendCustom.
func (p *Platform) Sends(kind string) Sends {
	b := &p.sends
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.of(kind).Sends
	out.Refused = maps.Clone(out.Refused)
	return out
}

// SendsByID returns how often each client_msg_id was accepted for delivery. A repetition
// that the platform recognised does not count.
func (p *Platform) SendsByID(kind string) map[string]int {
	b := &p.sends
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.of(kind).byID)
}
