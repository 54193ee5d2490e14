package simulator

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// ErrAccountExists means that an account with this AppID is there already.
var ErrAccountExists = errors.New("simulator: account given twice")

// accountBook holds the accounts in the order in which they came.
type accountBook struct {
	mu   sync.RWMutex
	byID map[string]*account
	all  []*account
}

// AddAccount registers an account. It fails with [ErrAccountExists] for a known
// AppID, and for a key or a mode that is not one.
func (p *Platform) AddAccount(def Account) error {
	if def.AppID == "" {
		return errors.New("simulator: an account needs an AppID")
	}
	if !slices.Contains([]string{"", ModePlain, ModeCompat, ModeSafe}, def.Mode) {
		return fmt.Errorf("simulator: account %s: mode %q is none of plain, compat and safe", def.AppID, def.Mode)
	}
	a, err := newAccount(def)
	if err != nil {
		return err
	}
	b := &p.accounts
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.byID[def.AppID] != nil {
		return fmt.Errorf("%w: %s", ErrAccountExists, def.AppID)
	}
	if b.byID == nil {
		b.byID = map[string]*account{}
	}
	b.byID[def.AppID] = a
	b.all = append(b.all, a)
	p.quotas.grant(a.AppID, def.Daily, def.Minute)
	p.news.publish()
	return nil
}

// account returns nil for an unknown AppID.
func (p *Platform) account(app string) *account {
	p.accounts.mu.RLock()
	defer p.accounts.mu.RUnlock()
	return p.accounts.byID[app]
}

// everyAccount lists the accounts in the order in which they came.
func (p *Platform) everyAccount() []*account {
	p.accounts.mu.RLock()
	defer p.accounts.mu.RUnlock()
	return slices.Clone(p.accounts.all)
}

// appOr is app, or the AppID of the first account if app is empty.
func (p *Platform) appOr(app string) string {
	if all := p.everyAccount(); app == "" && len(all) > 0 {
		return all[0].AppID
	}
	return app
}

// AddPerson adds somebody to those whose phones the page shows. Pages that are
// open must be loaded again.
func (p *Platform) AddPerson(who Person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.people = append(p.people, who)
}
