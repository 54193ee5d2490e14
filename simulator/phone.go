package simulator

import (
	"context"
	"slices"
	"time"
)

// What a bubble is.
const (
	BubbleText     = "text"
	BubbleImage    = "image"
	BubbleVoice    = "voice"
	BubbleLocation = "location"
	BubbleTemplate = "template"
	BubbleLink     = "link"
	BubbleSystem   = "system" // a grey line of WeChat's own
)

// By which channel the account's bubble came.
const (
	ViaPassive  = "passive"
	ViaCustom   = "custom"
	ViaTemplate = "template"
	// ViaSubscription is a 订阅通知.
	ViaSubscription = "subscription"
)

// What a system bubble tells; it is the bubble's Note.
const (
	NoteFailed   = "failed" // no valid answer came: the service is unavailable
	NoteFollowed = "followed"
	NoteLeft     = "left"
	NoteScanned  = "scanned"
	NoteTapped   = "tapped"
	// What was said to the question for consent to a template.
	NoteConsented = "consented"
	NoteDeclined  = "declined"
)

// BubbleField is a line of a template message's card.
type BubbleField struct {
	Name  string `json:"name"` // such as thing1
	Label string `json:"label"`
	Value string `json:"value"`
}

// Bubble is one thing a phone shows.
type Bubble struct {
	ID   int       `json:"id"` // counts up from 1 on each phone
	At   time.Time `json:"at"`
	Out  bool      `json:"out"` // sent by the phone's owner
	Kind string    `json:"kind"`
	Via  string    `json:"via"`  // of the account's bubbles: passive, custom, template or subscription
	Note string    `json:"note"` // of system bubbles
	// Text is the text, the caption of a place, the title of a card or a link,
	// what a voice message says if the platform recognised it, or the words of
	// a system bubble.
	Text   string        `json:"text"`
	Fields []BubbleField `json:"fields"` // of a template or subscription message
	URL    string        `json:"url"`    // where a card or link leads, or the picture's path
	Lat    float64       `json:"lat"`    // of a location, degrees
	Lng    float64       `json:"lng"`
	// ClientID is the client_msg_id of a template message.
	ClientID string `json:"client_id,omitempty"`
}

// Phone returns what a person's phone shows for an account, oldest first. It
// keeps at least the last Options.PhoneSize bubbles.
func (p *Platform) Phone(app, openid string) []Bubble {
	out, _, _ := p.phoneAfter(app, openid, 0)
	return out
}

// WaitPhone waits for a bubble on a phone that want accepts, and returns the
// first one; bubbles that are there already count.
func (p *Platform) WaitPhone(ctx context.Context, app, openid string, want func(Bubble) bool) (Bubble, error) {
	var found Bubble
	seen := 0
	err := p.Wait(ctx, func() bool {
		news, _, _ := p.phoneAfter(app, openid, seen)
		for _, b := range news {
			seen = b.ID
			if want(b) {
				found = b
				return true
			}
		}
		return false
	})
	return found, err
}

// phoneAfter returns the bubbles that follow the one with this ID, and whether
// the person follows and waits for an answer.
func (p *Platform) phoneAfter(app, openid string, id int) (news []Bubble, following bool, pending int) {
	a := p.account(app)
	if a == nil {
		return nil, false, 0
	}
	x := a.known(openid)
	if x == nil {
		return nil, false, 0
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if n := min(x.numbers-id, len(x.shown)); n > 0 {
		news = slices.Clone(x.shown[len(x.shown)-n:])
	}
	return news, x.following, x.pending
}

// show puts a bubble on a phone and returns it with its ID and time.
func (p *Platform) show(x *person, b Bubble) Bubble {
	b.At = p.now()
	x.mu.Lock()
	x.numbers++
	b.ID = x.numbers
	if size := p.o.PhoneSize; len(x.shown) >= 2*size {
		x.shown = slices.Clone(x.shown[len(x.shown)-size+1:])
	}
	x.shown = append(x.shown, b)
	x.mu.Unlock()
	if !b.Out && b.Kind != BubbleSystem {
		p.got.add(x, b)
	}
	p.news.publish()
	return b
}

// tell shows one of WeChat's own lines.
func (p *Platform) tell(x *person, note, detail string) Bubble {
	return p.show(x, Bubble{Kind: BubbleSystem, Note: note, Text: p.words.system(note, detail)})
}
