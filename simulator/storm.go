package simulator

import (
	"math/rand/v2"
	"sync"
)

// Rate lets a share of an account's calls fail.
type Rate struct {
	// API is the name as in [Platform.Fail]. Empty or [EveryAPI] means all.
	API string `json:"api"`
	// Share of the calls, from 0 to 1, that the fault strikes. Its Times and For
	// mean nothing here.
	Share float64 `json:"share"`
	Fault
}

// Storm is trouble by chance that lasts until [Platform.Mend]. The rates that fit
// a call exclude each other: of 0.2 and 0.05 a quarter of the calls is struck. A
// failure on demand goes before it.
type Storm struct {
	// Seed makes the draws repeatable: the n-th call of the account always draws
	// the same number.
	Seed  uint64 `json:"seed"`
	Rates []Rate `json:"rates"`
	// TokenCalls kills all tokens with every so many calls that carry one; that
	// call gets 40001. 0 means never.
	TokenCalls int `json:"token_calls"`
}

// storm is a Storm and how far it got.
type storm struct {
	Storm
	draws  *rand.Rand
	tokens int
}

type stormBook struct {
	mu  sync.Mutex
	now map[string]*storm // by AppID
}

// Storm begins trouble by chance for an account, in place of an earlier one.
func (p *Platform) Storm(app string, s Storm) {
	b := &p.storms
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.now == nil {
		b.now = map[string]*storm{}
	}
	b.now[app] = &storm{Storm: s, draws: rand.New(rand.NewPCG(s.Seed, 0))}
}

func (b *stormBook) clear(app string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.now, app)
}

// take draws for one call: the fault that strikes it, and whether it is the one
// with which the tokens die.
func (b *stormBook) take(app, api string, withToken bool) (f Fault, hit, kill bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.now[app]
	if s == nil {
		return f, false, false
	}
	if withToken && s.TokenCalls > 0 {
		s.tokens++
		kill = s.tokens%s.TokenCalls == 0
	}
	drawn := s.draws.Float64()
	for _, r := range s.Rates {
		if r.API != "" && r.API != EveryAPI && r.API != api {
			continue
		}
		if drawn -= r.Share; drawn < 0 {
			return r.Fault, true, kill
		}
	}
	return f, false, kill
}
