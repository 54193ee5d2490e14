package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// phoneEvent is what changed on one phone.
type phoneEvent struct {
	App       string   `json:"app"`
	OpenID    string   `json:"openid"`
	Bubbles   []Bubble `json:"bubbles"` // those that were not sent yet
	Following bool     `json:"following"`
	Pending   int      `json:"pending"` // pushes under way
}

// menuEvent is an account's menu; null when there is none.
type menuEvent struct {
	App  string          `json:"app"`
	Menu json.RawMessage `json:"menu"`
}

// stream is one open page. It asks for what is new instead of being told each
// change, so a slow page costs nobody else anything and never misses a bubble.
type stream struct {
	p      *Platform
	w      http.ResponseWriter
	cast   []Person
	phones map[int]phoneEvent // the last state sent, by the place in cast
	menus  map[string]string
	wire   uint64
}

// controlEvents is the page's live stream (server-sent events). It begins with
// everything there is and ends with the platform.
func (p *Platform) controlEvents(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	// The server's write time-out is for answers, not for a stream.
	if err := out.SetWriteDeadline(time.Time{}); err != nil {
		http.Error(w, http.StatusText(http.StatusNotImplemented), http.StatusNotImplemented)
		return
	}
	s := &stream{p: p, w: w, cast: p.cast(), phones: map[int]phoneEvent{}, menus: map[string]string{}}
	for {
		change := p.news.next()
		if s.send() != nil || out.Flush() != nil || !p.anything(r, change) {
			return
		}
	}
}

// anything waits for a change, or for the time of a ping. It is false when the
// page or the platform is gone.
func (p *Platform) anything(r *http.Request, change <-chan struct{}) bool {
	ping := time.NewTimer(pingEvery)
	defer ping.Stop()
	select {
	case <-change:
	case <-ping.C:
		return true
	case <-r.Context().Done():
		return false
	case <-p.ctx.Done():
		return false
	}
	return p.rest(time.Now().Add(gather))
}

// send writes what is new, or a ping.
func (s *stream) send() error {
	if _, err := fmt.Fprint(s.w, ": ping\n\n"); err != nil {
		return err
	}
	for i, person := range s.cast {
		if err := s.phone(i, person); err != nil {
			return err
		}
	}
	for _, a := range s.p.everyAccount() {
		if err := s.menu(a); err != nil {
			return err
		}
	}
	news := s.p.wire.after(s.wire)
	if len(news) == 0 {
		return nil
	}
	s.wire = news[len(news)-1].Seq
	return s.event("wire", news)
}

func (s *stream) phone(i int, person Person) error {
	old, known := s.phones[i]
	last := 0
	if n := len(old.Bubbles); n > 0 {
		last = old.Bubbles[n-1].ID
	}
	now := phoneEvent{App: person.App, OpenID: person.OpenID}
	now.Bubbles, now.Following, now.Pending = s.p.phoneAfter(person.App, person.OpenID, last)
	same := now.Following == old.Following && now.Pending == old.Pending && len(now.Bubbles) == 0
	if known && same {
		return nil
	}
	err := s.event("phone", now)
	if n := len(now.Bubbles); n > 0 {
		now.Bubbles = now.Bubbles[n-1:] // only its ID is needed
	} else {
		now.Bubbles = old.Bubbles
	}
	s.phones[i] = now
	return err
}

func (s *stream) menu(a *account) error {
	now := a.getMenu()
	if s.menus[a.AppID] == string(now) {
		return nil
	}
	s.menus[a.AppID] = string(now)
	return s.event("menu", menuEvent{a.AppID, now})
}

func (s *stream) event(name string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("simulator: event %s: %w", name, err)
	}
	_, err = fmt.Fprintf(s.w, "event: %s\ndata: %s\n\n", name, data)
	return err
}
