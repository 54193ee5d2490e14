package simulator

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// receivedKinds bounds the different messages that are counted.
const receivedKinds = 1 << 18

// Received says how often a phone got one and the same message of an account. The
// phone counts what it is shown, so a send whose answer was lost counts, and one
// that the platform knew for a repetition does not: above 1 the person sees a
// duplicate.
type Received struct {
	App    string `json:"app"`
	OpenID string `json:"openid"`
	Via    string `json:"via"` // passive, custom, template or subscription
	// ClientID is the client_msg_id; only template messages have one.
	ClientID string `json:"client_id,omitempty"`
	// Text is the text, or a card's title and fields with line breaks between.
	Text  string `json:"text"`
	Count int    `json:"count"`
}

// receivedBook counts by what was received. Count is 0 in its keys.
type receivedBook struct {
	mu    sync.Mutex
	times map[Received]int
}

// add counts a bubble that an account sent.
func (b *receivedBook) add(x *person, bubble Bubble) {
	key := Received{App: x.app, OpenID: x.openid, Via: bubble.Via, ClientID: bubble.ClientID, Text: bubble.plain()}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.times == nil {
		b.times = map[Received]int{}
	}
	if b.times[key] > 0 || len(b.times) < receivedKinds {
		b.times[key]++
	}
}

// plain is a bubble as text: of a card the title and the fields, of a picture
// its path.
func (b Bubble) plain() string {
	parts := []string{b.Text}
	for _, f := range b.Fields {
		parts = append(parts, f.Name+": "+f.Value)
	}
	if b.Text == "" {
		parts[0] = b.URL
	}
	return strings.Join(parts, "\n")
}

// Received lists what phones got from an account, by person and text. An empty
// openid means everybody.
func (p *Platform) Received(app, openid string) []Received {
	p.got.mu.Lock()
	out := []Received{}
	for r, n := range p.got.times {
		if r.App == app && (openid == "" || r.OpenID == openid) {
			r.Count = n
			out = append(out, r)
		}
	}
	p.got.mu.Unlock()
	slices.SortFunc(out, func(a, b Received) int {
		return cmp.Or(cmp.Compare(a.OpenID, b.OpenID), cmp.Compare(a.Text, b.Text),
			cmp.Compare(a.Via, b.Via), cmp.Compare(a.ClientID, b.ClientID))
	})
	return out
}

// ForgetReceived begins the counts of [Platform.Received] again.
func (p *Platform) ForgetReceived() {
	p.got.mu.Lock()
	defer p.got.mu.Unlock()
	p.got.times = nil
}
