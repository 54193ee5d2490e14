package simulator

import (
	"sync"
	"time"
)

// The two directions of the wire.
const (
	WirePush = "push" // the platform pushed, the webhook answered
	WireCall = "call" // the account called the API
)

// WireEntry is one exchange, decrypted. Tokens, secrets and files are left out.
type WireEntry struct {
	Seq     uint64        `json:"seq"` // from 1, without gaps
	At      time.Time     `json:"at"`
	Kind    string        `json:"kind"` // WirePush or WireCall
	App     string        `json:"app"`
	OpenID  string        `json:"openid"`
	Name    string        `json:"name"`    // the message's or event's type, or the API
	Attempt int           `json:"attempt"` // of a push, from 1
	Request string        `json:"request"`
	Answer  string        `json:"answer"`
	Status  int           `json:"status"` // HTTP; 0 when there was no answer
	Code    int           `json:"code"`   // errcode of a call
	Err     string        `json:"err"`
	Took    time.Duration `json:"took"` // nanoseconds in JSON
}

// wireLog keeps the last entries in a ring.
type wireLog struct {
	bodies bool

	mu   sync.Mutex
	ring []WireEntry
	seq  uint64
}

func (l *wireLog) add(e WireEntry) {
	if !l.bodies {
		e.Request, e.Answer = "", ""
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seq++
	e.Seq = l.seq
	l.ring[l.seq%uint64(len(l.ring))] = e
}

// after returns the kept entries that follow seq, oldest first.
func (l *wireLog) after(seq uint64) []WireEntry {
	l.mu.Lock()
	defer l.mu.Unlock()
	size := uint64(len(l.ring))
	if l.seq > size {
		seq = max(seq, l.seq-size)
	}
	var out []WireEntry
	for seq++; seq <= l.seq; seq++ {
		out = append(out, l.ring[seq%size])
	}
	return out
}

// Wire returns the log of pushes, API calls and their answers, oldest first. It
// is bounded by Options.WireSize.
func (p *Platform) Wire() []WireEntry { return p.wire.after(0) }
