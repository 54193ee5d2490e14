package handlers

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"gridbot/partner"
)

// System is another system whose matters come in (12345, 四个平台).
type System struct {
	Name      string // in the address and in keys
	Street    string // its matters go there
	Secrets   partner.Secrets
	Allow     []netip.Prefix // from where it calls; none is from anywhere
	PerMinute int            // calls it may make, on each replica
}

// caller is a system with its calls of this minute.
type caller struct {
	System
	mu     sync.Mutex
	minute int64
	calls  int
}

// may counts a call and tells whether it is one too many.
func (c *caller) may(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if minute := now.Unix() / 60; minute != c.minute {
		c.minute, c.calls = minute, 0
	}
	c.calls++
	return c.calls <= c.PerMinute
}

// from tells whether an address is one of the system's. Behind a proxy that is the
// proxy's: then the proxy keeps others out.
func (c *caller) from(remote string) bool {
	if len(c.Allow) == 0 {
		return true
	}
	at, err := netip.ParseAddrPort(remote)
	for _, p := range c.Allow {
		if err == nil && p.Contains(at.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// maxCall is how long a system's body may be, in bytes.
const maxCall = 64 << 10

// trusted reads a call and tells which system it is from. An unknown system is told the
// same as one with a wrong signature.
func (s *Server) trusted(c *gin.Context) (*caller, []byte, error) {
	from := s.systems[c.Param("system")]
	if from == nil {
		return nil, nil, partner.ErrForged
	}
	r := c.Request
	if !from.from(r.RemoteAddr) {
		return from, nil, errAddress
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, r.Body, maxCall))
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return from, nil, err
	case err != nil:
		return from, nil, fmt.Errorf("%w: %w", errUnreadable, err)
	}
	now := s.o.Now()
	err = from.Secrets.Verify(r.Method, r.RequestURI, r.Header.Get(partner.HeaderTime), r.Header.Get(partner.HeaderSignature), body, now)
	switch {
	case err != nil:
		return from, nil, err
	case !from.may(now):
		return from, nil, errTooFast
	case s.Held():
		return from, nil, errHeld
	}
	return from, body, nil
}

// answer is what a call gets when all is well.
type answer struct {
	status   int
	location string
	body     any
}

// signed makes a route of what is done for a trusted system.
func (s *Server) signed(do func(c *gin.Context, from *caller, body []byte) (answer, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		from, body, err := s.trusted(c)
		name, a := "unknown", answer{}
		if from != nil {
			name = from.Name
		}
		if err == nil {
			a, err = do(c, from, body)
		}
		if err != nil {
			code := s.problem(c, err)
			s.o.Metrics.called(name, code)
			s.o.Log.Debug("call of a system refused", "system", name, "code", code, "err", err)
			return
		}
		if a.location != "" {
			c.Header("Location", a.location)
		}
		c.JSON(a.status, a.body)
		s.o.Metrics.called(name, "ok")
	}
}
