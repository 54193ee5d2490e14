package wechat

import (
	"fmt"
	"sync"
	"time"

	"gridbot/task"
)

// templateGrace is how long a template the platform does not know is still
// given the benefit of the doubt.
const templateGrace = 10 * time.Minute

// templateSwitch remembers templates the platform does not know (40037). One
// such answer may be passing, so the notice is tried again later; a second one
// after templateGrace switches the template off until the process restarts,
// because only the operator can put the id right.
type templateSwitch struct {
	mu    sync.Mutex
	since map[[2]string]time.Time // AppID, template id → first refusal
	offs  map[[2]string]bool
}

// off reports whether a template is switched off.
func (s *templateSwitch) off(appID, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.offs[[2]string{appID, id}]
}

// refused notes a 40037 and reports whether the template is off now, and
// whether this one switched it off.
func (s *templateSwitch) refused(appID, id string, now time.Time) (off, first bool) {
	key := [2]string{appID, id}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.since == nil {
		s.since, s.offs = map[[2]string]time.Time{}, map[[2]string]bool{}
	}
	since, known := s.since[key]
	switch {
	case s.offs[key]: // sent at the same time as the one that switched it off
		return true, false
	case !known:
		s.since[key] = now
		return false, false
	case now.Sub(since) < templateGrace:
		return false, false
	}
	s.offs[key] = true
	return true, true
}

// taken notes that the platform knows a template after all.
func (s *templateSwitch) taken(appID, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.since, [2]string{appID, id})
}

// settle turns a template's first refusal into a later try, and tells the
// operator when one is switched off.
func (c *Client) settle(a *Account, api, id string, r task.Result) task.Result {
	switch {
	case r.Outcome == task.Delivered:
		c.templates.taken(a.AppID, id)
	case r.Code == codeNoTemplate:
		off, first := c.templates.refused(a.AppID, id, c.now())
		if !off {
			r.Outcome, r.RetryAfter = task.RetryLater, templateGrace
		}
		if first {
			c.alarm("template", fmt.Sprintf("account %s: %s: the platform does not know the template %s (%d); it is switched off until the service is started again with the right id",
				a.Name, api, id, codeNoTemplate))
		}
	}
	return r
}
