package simulator

import (
	"maps"
	"strings"
	"sync"
	"time"
)

// clearings is how often a month an account may clear its quotas.
const clearings = 10

// dailyQuotas are the calls a day of a new account, from the official table and,
// for stable_token and template messages, from the pages of those APIs. What is
// not listed is not limited here.
func dailyQuotas() map[string]int {
	return map[string]int{
		"token": 2_000, "stable_token": 500_000,
		"message/custom/send": 500_000, "message/template/send": 100_000,
		"menu/create": 1_000, "menu/get": 10_000, "menu/delete": 1_000,
		"media/upload": 100_000, "media/get": 200_000,
		"qrcode/create": 100_000, "user/info": 5_000_000,
	}
}

// minuteQuotas are the calls a minute. Only that of stable_token is published.
func minuteQuotas() map[string]int { return map[string]int{"stable_token": 10_000} }

// shanghai is the platform's time zone, in which its days end.
func shanghai() *time.Location { return time.FixedZone("CST", 8*60*60) }

// The spans over which calls are counted, by how the moment is written.
const (
	perDay    = time.DateOnly
	perMinute = "2006-01-02 15:04"
	perMonth  = "2006-01"
)

type callKey struct{ app, api string }

type quotaKey struct {
	callKey
	span string
}

// quotaBook counts calls per account, API and span of time.
type quotaBook struct {
	mu    sync.Mutex
	limit map[quotaKey]int
	used  map[quotaKey]usage
}

type usage struct {
	when string
	n    int
}

// grant sets the usual limits of a new account, changed by its own.
func (b *quotaBook) grant(app string, daily, minute map[string]int) {
	days, minutes := dailyQuotas(), minuteQuotas()
	maps.Copy(days, daily)
	maps.Copy(minutes, minute)
	for api, n := range days {
		b.set(quotaKey{callKey{app, api}, perDay}, n)
	}
	for api, n := range minutes {
		b.set(quotaKey{callKey{app, api}, perMinute}, n)
	}
}

func (b *quotaBook) set(key quotaKey, limit int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.limit == nil {
		b.limit, b.used = map[quotaKey]int{}, map[quotaKey]usage{}
	}
	b.limit[key] = limit
}

// use counts a call and refuses it when a quota is used up. What the minute
// refuses does not count for the day.
func (b *quotaBook) use(key callKey, now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over(quotaKey{key, perMinute}, now) {
		return errMinuteQuota
	}
	if b.over(quotaKey{key, perDay}, now) {
		return errDailyQuota
	}
	return nil
}

// over counts and compares. The caller holds the lock.
func (b *quotaBook) over(key quotaKey, now time.Time) bool {
	limit, limited := b.limit[key]
	return limited && limit >= 0 && b.add(key, now) > limit
}

// count counts one more and returns how many that makes in the span.
func (b *quotaBook) count(key quotaKey, now time.Time) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.add(key, now)
}

func (b *quotaBook) add(key quotaKey, now time.Time) int {
	n := b.spent(key, now) + 1
	if b.used == nil {
		b.used = map[quotaKey]usage{}
	}
	b.used[key] = usage{now.In(shanghai()).Format(key.span), n}
	return n
}

func (b *quotaBook) spent(key quotaKey, now time.Time) int {
	u := b.used[key]
	if u.when != now.In(shanghai()).Format(key.span) {
		return 0
	}
	return u.n
}

// tell returns the limit, 0 for none, and the use of it.
func (b *quotaBook) tell(key quotaKey, now time.Time) (limit, used int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return max(b.limit[key], 0), b.spent(key, now)
}

// clear forgets the calls of today and of this minute.
func (b *quotaBook) clear(app string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for key := range b.used {
		if key.app == app && key.span != perMonth {
			delete(b.used, key)
		}
	}
}

// SetQuota limits the calls of an API, by its name as in [Platform.Fail], per day
// of Asia/Shanghai (45009 beyond) and per minute (45011). A negative number means
// no limit. What was called already today counts.
func (p *Platform) SetQuota(app, api string, daily, minute int) {
	p.quotas.set(quotaKey{callKey{app, api}, perDay}, daily)
	p.quotas.set(quotaKey{callKey{app, api}, perMinute}, minute)
}

// clearQuota is cgi-bin/clear_quota.
func clearQuota(c *call) (any, error) {
	var in struct {
		AppID string `json:"appid"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.AppID != c.acct.AppID {
		return nil, errAppID
	}
	if c.p.quotas.count(quotaKey{callKey{c.acct.AppID, "clear_quota"}, perMonth}, c.at) > clearings {
		return nil, errClearings
	}
	c.p.quotas.clear(c.acct.AppID)
	return ok, nil
}

type quotaAnswer struct {
	apiError
	Quota struct {
		Limit  int `json:"daily_limit"`
		Used   int `json:"used"`
		Remain int `json:"remain"`
	} `json:"quota"`
	Rate *rateLimit `json:"rate_limit,omitempty"`
}

type rateLimit struct {
	Calls   int `json:"call_count"`
	Seconds int `json:"refresh_second"`
}

// getQuota is openapi/quota/get. An API without a limit answers with zeros, as in
// the official example.
func getQuota(c *call) (any, error) {
	var in struct {
		Path string `json:"cgi_path"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(in.Path, "/") {
		return nil, errQuotaPath
	}
	name, known := apiAt(in.Path)
	if !known {
		return nil, errNoQuotaPath
	}
	out := quotaAnswer{apiError: ok}
	key := callKey{c.acct.AppID, name}
	limit, used := c.p.quotas.tell(quotaKey{key, perDay}, c.at)
	out.Quota.Limit, out.Quota.Used, out.Quota.Remain = limit, used, max(limit-used, 0)
	if calls, _ := c.p.quotas.tell(quotaKey{key, perMinute}, c.at); calls > 0 {
		out.Rate = &rateLimit{calls, int(time.Minute / time.Second)}
	}
	return out, nil
}
