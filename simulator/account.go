package simulator

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"gridbot/wechat"
)

// account is an Account and what happens to it.
type account struct {
	Account // Webhook and AESKey are superseded by the fields below

	people sync.Map // openid → *person

	mu      sync.RWMutex
	webhook string
	cipher  *wechat.Cipher // nil in plain mode
	menu    json.RawMessage
	failed  int       // failed attempts in a row
	paused  time.Time // no pushes before
}

func newAccount(def Account) (*account, error) {
	a := &account{Account: def, webhook: def.Webhook}
	if a.Mode == "" {
		a.Mode = ModePlain
		if a.AESKey != "" {
			a.Mode = ModeSafe
		}
	}
	if a.Kind == "" {
		a.Kind = KindService
	}
	if a.Original == "" {
		a.Original = "gh_" + a.AppID
	}
	if a.Mode != ModePlain {
		return a, a.setKey(def.AESKey)
	}
	return a, nil
}

func (a *account) setKey(aesKey string) error {
	c, err := wechat.NewCipher(a.AppID, aesKey)
	if err != nil {
		return fmt.Errorf("simulator: key of %s: %w", a.AppID, err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cipher = c
	return nil
}

func (a *account) setWebhook(url string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.webhook = url
}

// target is where to push now, and with which key.
func (a *account) target() (string, *wechat.Cipher) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.webhook, a.cipher
}

// person returns somebody, known or new.
func (a *account) person(openid string) *person {
	if v, ok := a.people.Load(openid); ok {
		return v.(*person)
	}
	v, _ := a.people.LoadOrStore(openid, &person{app: a.AppID, openid: openid})
	return v.(*person)
}

// known returns nil for an openid that never had to do with the account.
func (a *account) known(openid string) *person {
	if v, ok := a.people.Load(openid); ok {
		return v.(*person)
	}
	return nil
}

// settle counts an attempt for MarkFail.
func (a *account) settle(ok bool, now time.Time, limit int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if ok {
		a.failed = 0
		return
	}
	if a.failed++; limit > 0 && a.failed >= limit {
		a.failed = 0
		a.paused = now.Add(time.Minute)
	}
}

func (a *account) isPaused(now time.Time) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return now.Before(a.paused)
}
