package simulator

import (
	"crypto/rand"
	"crypto/subtle"
	"net"
	"slices"
	"sync"
	"time"
)

// The lives of tokens, from the official documentation.
const (
	tokenLife    = 2 * time.Hour
	tokenOverlap = 5 * time.Minute // in which the old and the new one both work
	forcedPerDay = 20
	tokenLength  = 52 // characters of a token of ours; another word is not one
)

// tokenKind tells the two token APIs apart: what one issues does not disturb the
// other.
type tokenKind int

const (
	stable tokenKind = iota
	plain
)

type token struct {
	acct    *account
	expires time.Time
	dead    bool // killed: answered with 40001 where an expired one gets 42001
	latest  bool // false once a newer one cut its life short: 40001 at its end
}

type tokenSlot struct {
	acct *account
	kind tokenKind
}

// tokenBook holds the tokens of all accounts.
type tokenBook struct {
	mu     sync.Mutex
	issued map[string]*token
	last   map[tokenSlot]string
}

// check returns the account a token speaks for.
func (b *tokenBook) check(word string, now time.Time) (*account, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.issued[word]
	switch {
	case word == "":
		return nil, errNoToken
	case len(word) != tokenLength:
		return nil, errTokenForm
	case t == nil || t.dead:
		return nil, errTokenInvalid
	case !now.Before(t.expires) && !t.latest:
		return nil, errTokenInvalid
	case !now.Before(t.expires):
		return nil, errTokenExpired
	}
	return t.acct, nil
}

// get returns the account's token with its remaining life, a new one when there
// is none, when the old one is about to end, or when fresh is asked for.
// The old one lives for overlap more, or until its own end.
func (b *tokenBook) get(slot tokenSlot, now time.Time, fresh bool, overlap time.Duration) (string, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	old := b.issued[b.last[slot]]
	if old != nil && !fresh && !old.dead {
		if rest := old.expires.Sub(now); rest > tokenOverlap {
			return b.last[slot], rest
		}
	}
	if old != nil {
		old.latest = old.latest && !now.Add(overlap).Before(old.expires)
		old.expires = earlier(old.expires, now.Add(overlap))
		old.dead = old.dead || overlap == 0
	}
	return b.issue(slot, now), tokenLife
}

func (b *tokenBook) issue(slot tokenSlot, now time.Time) string {
	if b.issued == nil {
		b.issued, b.last = map[string]*token{}, map[tokenSlot]string{}
	}
	for word, t := range b.issued { // there are never more than a few
		if now.Sub(t.expires) > tokenLife {
			delete(b.issued, word)
		}
	}
	word := rand.Text() + rand.Text()
	b.issued[word] = &token{acct: slot.acct, expires: now.Add(tokenLife), latest: true}
	b.last[slot] = word
	return word
}

// end kills or expires all tokens of an account.
func (b *tokenBook) end(a *account, kill bool, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range b.issued {
		if t.acct == a {
			t.dead = t.dead || kill
			t.expires = earlier(t.expires, now)
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// KillTokens makes all tokens of an account invalid: calls with them get 40001.
func (p *Platform) KillTokens(app string) { p.endTokens(app, true) }

// ExpireTokens ends the life of all tokens of an account: calls with them get
// 42001.
func (p *Platform) ExpireTokens(app string) { p.endTokens(app, false) }

func (p *Platform) endTokens(app string, kill bool) {
	if a := p.account(app); a != nil {
		p.tokens.end(a, kill, p.now())
	}
}

type tokenRequest struct {
	GrantType    string `json:"grant_type"`
	AppID        string `json:"appid"`
	Secret       string `json:"secret"`
	ForceRefresh bool   `json:"force_refresh"`
}

type tokenAnswer struct {
	Token   string `json:"access_token"`
	Expires int    `json:"expires_in"` // seconds
}

func byToken(c *call) (*account, error) {
	return c.p.tokens.check(c.r.URL.Query().Get("access_token"), c.at)
}

func byJSONSecret(c *call) (*account, error) {
	var in tokenRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	return c.p.identify(in, c.r.RemoteAddr)
}

func byQuerySecret(c *call) (*account, error) {
	q := c.r.URL.Query()
	return c.p.identify(tokenRequest{GrantType: q.Get("grant_type"), AppID: q.Get("appid"), Secret: q.Get("secret")}, c.r.RemoteAddr)
}

func (p *Platform) identify(in tokenRequest, from string) (*account, error) {
	a := p.account(in.AppID)
	switch {
	case in.GrantType != "client_credential":
		return nil, errGrantType
	case a == nil:
		return nil, errAppID
	case !a.allows(from):
		return nil, refusal(40164)
	case subtle.ConstantTimeCompare([]byte(a.Secret), []byte(in.Secret)) == 0:
		return nil, errSecret
	}
	return a, nil
}

// allows checks the address of a caller, as the request gives it, against the
// account's list.
func (a *account) allows(from string) bool {
	host, _, err := net.SplitHostPort(from)
	return len(a.Allowed) == 0 || err == nil && slices.Contains(a.Allowed, host)
}

// stableToken is cgi-bin/stable_token: the same token until it is about to end,
// or a new one by force, which ends the old one at once.
func stableToken(c *call) (any, error) {
	var in tokenRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	overlap := tokenOverlap
	if in.ForceRefresh {
		overlap = 0
		if c.p.quotas.count(quotaKey{callKey{c.acct.AppID, "stable_token?force_refresh"}, perDay}, c.at) > forcedPerDay {
			return nil, errDailyQuota
		}
	}
	word, rest := c.p.tokens.get(tokenSlot{c.acct, stable}, c.at, in.ForceRefresh, overlap)
	return tokenAnswer{word, int(rest / time.Second)}, nil
}

// plainToken is cgi-bin/token: a new one for each call, the old one for five
// minutes more.
func plainToken(c *call) (any, error) {
	word, rest := c.p.tokens.get(tokenSlot{c.acct, plain}, c.at, true, tokenOverlap)
	return tokenAnswer{word, int(rest / time.Second)}, nil
}
