package main

import (
	"fmt"
	"log/slog"
	"maps"
	"net"
	"regexp"
	"slices"
	"strings"
	"time"

	"gridbot/grid"
	"gridbot/wechat"
)

// checker gathers what contradicts itself.
type checker struct {
	lines lineFinder
	found []mistake
}

// wrong notes a mistake at a path when it is one.
func (k *checker) wrong(bad bool, text string, path ...any) {
	if !bad {
		return
	}
	where := make([]string, len(path))
	for i, step := range path {
		where[i] = fmt.Sprint(step)
	}
	k.found = append(k.found, mistake{k.lines.at(path...), strings.Join(where, "."), text})
}

// between notes a length of time that is out of bounds.
func (k *checker) between(d, least, most time.Duration, path ...any) {
	k.wrong(d < least || d > most, fmt.Sprintf("%v is not between %v and %v", d, least, most), path...)
}

// among notes a number that is out of bounds.
func (k *checker) among(n, least, most int, path ...any) {
	k.wrong(n < least || n > most, fmt.Sprintf("%d is not between %d and %d", n, least, most), path...)
}

// check tells what is out of bounds or contradicts itself. Only who serves needs
// accounts and their secrets.
func (c *Config) check(lines lineFinder, serving bool) []mistake {
	k := &checker{lines: lines}
	c.checkServer(k)
	c.checkRedis(k)
	c.checkSpool(k)
	c.checkNotices(k)
	c.checkMedia(k)
	k.between(c.Clocks.Every, 100*time.Millisecond, time.Minute, "clocks", "every")
	k.among(c.Clocks.Workers, 1, 256, "clocks", "workers")
	k.wrong(c.Merge.Alike < .05 || c.Merge.Alike > 2, fmt.Sprintf("%v is not between 0.05 and 2", c.Merge.Alike), "merge", "alike")
	c.checkNumbers(k)
	c.checkCalendar(k)
	c.checkRetention(k)
	c.checkSMS(k)
	for i := range c.Accounts {
		c.checkAccount(k, i)
		if serving {
			checkSecrets(k, c.Accounts[i], i)
		}
	}
	k.wrong(serving && c.SMS.asksSecret() && c.SMS.Secret == "", "its templates ask for a secret: set "+envName("sms", "secret"), "sms")
	for i := range c.Systems {
		c.checkSystem(k, i, serving)
	}
	k.wrong(serving && len(c.Accounts) == 0, "no account is configured", "accounts")
	var level slog.Level
	k.wrong(level.UnmarshalText([]byte(c.Log.Level)) != nil, fmt.Sprintf("%q is none of debug, info, warn, error", c.Log.Level), "log", "level")
	return k.found
}

func (c *Config) checkServer(k *checker) {
	s := c.Server
	_, _, err := net.SplitHostPort(s.Addr)
	k.wrong(err != nil, fmt.Sprintf("%q is not host:port", s.Addr), "server", "addr")
	k.between(s.ReplyWithin, 100*time.Millisecond, 3500*time.Millisecond, "server", "reply_within")
	k.between(s.QueueWithin, 50*time.Millisecond, s.ReplyWithin, "server", "queue_within")
	k.among(s.AtOnce, 0, 10000, "server", "at_once")
	k.between(s.Drain, 0, time.Minute, "server", "drain")
	k.wrong(s.ShutdownWithin <= s.ReplyWithin, fmt.Sprintf("%v does not leave time for what has begun; reply_within is %v",
		s.ShutdownWithin, s.ReplyWithin), "server", "shutdown_within")
	k.between(s.Refresh, time.Second, time.Hour, "server", "refresh")
}

func (c *Config) checkRedis(k *checker) {
	r := c.Redis
	k.wrong(len(r.Addrs) == 0, "at least one address is needed", "redis", "addrs")
	for i, addr := range r.Addrs {
		_, _, err := net.SplitHostPort(addr)
		if strings.Contains(addr, "@") { // an address with its password
			k.wrong(true, "not host:port: the user belongs under username, the password into "+envName("redis", "password"), "redis", "addrs", i)
			continue
		}
		k.wrong(err != nil, fmt.Sprintf("%q is not host:port", addr), "redis", "addrs", i)
	}
	k.among(r.DB, 0, 1<<20, "redis", "db")
	k.wrong(r.DB != 0 && len(r.Addrs) > 1 && r.MasterName == "", "a cluster has only database 0", "redis", "db")
	k.among(r.PoolSize, 0, 10000, "redis", "pool_size")
}

func (c *Config) checkSpool(k *checker) {
	k.wrong(c.Spool.Path == "", "a file is needed: without it messages are lost while Redis is away", "spool", "path")
	k.wrong(c.Spool.MaxBytes < 1<<20, fmt.Sprintf("%d is less than 1048576", c.Spool.MaxBytes), "spool", "max_bytes")
	k.wrong(!(c.Spool.AlarmAt > 0 && c.Spool.AlarmAt <= 1), fmt.Sprintf("%v is not above 0 and at most 1", c.Spool.AlarmAt), "spool", "alarm_at")
	k.between(c.Spool.Retry, 100*time.Millisecond, time.Minute, "spool", "retry")
}

// leaseMargin is what a lease must leave beside the call it covers.
const leaseMargin = 3 * time.Second

func (c *Config) checkNotices(k *checker) {
	n, call := c.Notices, c.WeChat.Timeout
	k.between(call, 500*time.Millisecond, time.Minute, "wechat", "timeout")
	k.between(n.Poll, 100*time.Millisecond, time.Minute, "notices", "poll")
	// A text and, when its window is closed, a template: two calls under one lease.
	k.wrong(n.Lease < 2*call+leaseMargin, fmt.Sprintf("%v is too short for two calls of wechat.timeout (%v) and %v more: notices would go out twice",
		n.Lease, call, leaseMargin), "notices", "lease")
	k.among(n.Workers, 1, 256, "notices", "workers")
	k.among(n.Bury, 1, 100, "notices", "bury")
	k.between(n.Gather, 0, 10*time.Minute, "notices", "gather")
	_, err := grid.ParseSpan(n.Hours)
	k.wrong(err != nil, fmt.Sprintf("%q is not of the form 07:00-22:00", n.Hours), "notices", "hours")
}

// checkSMS looks at the gateway, if there is one; its mistakes begin with their
// key.
func (c *Config) checkSMS(k *checker) {
	k.between(c.SMS.Timeout, 500*time.Millisecond, time.Minute, "sms", "timeout")
	_, err := c.SMS.gateway()
	if err == nil {
		return
	}
	for _, one := range strings.Split(err.Error(), "\n") {
		key, text, _ := strings.Cut(one, ": ")
		k.wrong(true, text, "sms", key)
	}
}

// callable is what a telephone key pad can dial.
var callable = regexp.MustCompile(`^[0-9][0-9-]{2,15}$`)

func (c *Config) checkNumbers(k *checker) {
	k.wrong(c.Numbers[anyDanger] == "", "a number for every kind of danger is needed", "numbers", anyDanger)
	known, err := defaults()
	for _, kind := range slices.Sorted(maps.Keys(c.Numbers)) {
		k.wrong(!callable.MatchString(c.Numbers[kind]), fmt.Sprintf("%q is not a telephone number", c.Numbers[kind]), "numbers", kind)
		_, ok := known.Numbers[kind]
		k.wrong(err == nil && !ok, "no such kind of danger", "numbers", kind)
	}
}

func (c *Config) checkCalendar(k *checker) {
	for i, s := range c.Calendar.Spans {
		_, err := grid.ParseSpan(s)
		k.wrong(err != nil, fmt.Sprintf("%q is not a span such as 08:30-12:00", s), "calendar", "spans", i)
	}
	_, err := grid.ParseSpan(c.Calendar.Service)
	k.wrong(err != nil, fmt.Sprintf("%q is not a span such as 08:30-20:30", c.Calendar.Service), "calendar", "service")
	for _, day := range slices.Sorted(maps.Keys(c.Calendar.Overrides)) {
		_, err := time.Parse(time.DateOnly, day)
		k.wrong(err != nil, "not a day such as 2027-01-04", "calendar", "overrides", day)
	}
	if _, err = c.Calendar.plans(); err != nil {
		for _, one := range strings.Split(err.Error(), "\n") {
			k.wrong(true, fmt.Sprintf("%s: %s", c.Calendar.File, one), "calendar", "file")
		}
	}
	if len(k.found) > 0 {
		return // the calendar would say the same again
	}
	_, err = c.calendar()
	k.wrong(err != nil, fmt.Sprint(err), "calendar")
}

// The forms of what identifies an account.
var (
	accountName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)
	accountApp  = regexp.MustCompile(`^wx[0-9a-f]{16}$`)
	streetID    = regexp.MustCompile(`^[1-9][0-9]{0,2}$`)
)

// aesKeyLength is how long the console's EncodingAESKey is.
const aesKeyLength = 43

func (c *Config) checkAccount(k *checker, i int) {
	a := c.Accounts[i]
	at := func(key string) []any { return []any{"accounts", i, key} }
	k.wrong(!accountName.MatchString(a.Name), fmt.Sprintf("%q is not a name of small letters, digits and dashes", a.Name), at("name")...)
	k.wrong(!accountApp.MatchString(a.AppID), fmt.Sprintf("%q is not an AppID: wx and 16 digits or letters a to f", a.AppID), at("app_id")...)
	k.wrong(!streetID.MatchString(a.Street), fmt.Sprintf("%q is not a street: 1 to 3 digits", a.Street), at("street")...)
	for _, b := range c.Accounts[:i] {
		k.wrong(a.Name == b.Name, fmt.Sprintf("%q is the name of an account above", a.Name), at("name")...)
		k.wrong(a.AppID == b.AppID, fmt.Sprintf("%q is the AppID of an account above", a.AppID), at("app_id")...)
	}
	k.wrong(!slices.Contains([]string{"", wechat.ModePlain, wechat.ModeCompat, wechat.ModeSafe}, a.Mode),
		fmt.Sprintf("%q is none of safe, compat, plain", a.Mode), at("mode")...)
	checkTemplates(k, a, i)
	checkReplies(k, a, i)
	for _, key := range []struct{ name, value string }{{"aes_key", a.AESKey}, {"previous_aes_key", a.PreviousAESKey}} {
		k.wrong(key.value != "" && len(key.value) != aesKeyLength, fmt.Sprintf("%s holds %d characters, an AES key has %d",
			envName("account", a.Name, key.name), len(key.value), aesKeyLength), "accounts", i)
	}
}

// placeholder begins the ids of templates in the manual's example.
const placeholder = "TEMPLATE_ID_"

// checkSecrets finds what only who serves needs: secrets that are missing or of
// no use, and the example left as it was. What a secret is, is never told, only
// the variable it belongs in.
func checkSecrets(k *checker, a AccountConfig, i int) {
	name := func(key string) string { return envName("account", a.Name, key) }
	mode := []any{"accounts", i, "mode"}
	encrypted := a.Mode == wechat.ModeSafe || a.Mode == wechat.ModeCompat
	k.wrong(encrypted && a.AESKey == "", fmt.Sprintf("mode %s needs an AES key: set %s", a.Mode, name("aes_key")), mode...)
	k.wrong(a.Mode == wechat.ModePlain && a.AESKey != "", "mode plain does not use the AES key of "+name("aes_key")+"; say safe or compat", mode...)
	k.wrong(a.PreviousAESKey != "" && a.AESKey == "", name("previous_aes_key")+" is set and "+name("aes_key")+" is not", mode...)
	for _, t := range slices.Sorted(maps.Keys(a.Templates)) {
		k.wrong(a.Abilities.Template && strings.HasPrefix(a.Templates[t].ID, placeholder),
			"this is the example's id: put the platform's here, or say template: false", "accounts", i, "templates", t, "id")
	}
	for _, t := range slices.Sorted(maps.Keys(a.Subscriptions)) {
		k.wrong(a.Abilities.Subscription && strings.HasPrefix(a.Subscriptions[t].ID, placeholder),
			"this is the example's id: put the platform's here, or say subscription: false", "accounts", i, "subscriptions", t, "id")
	}
	k.wrong(a.Secret == "", "the AppSecret is missing: set "+name("secret"), "accounts", i)
	k.wrong(a.Token == "", "the token is missing: set "+name("token"), "accounts", i)
}

// checkTemplates looks at both kinds of an account's templates.
func checkTemplates(k *checker, a AccountConfig, i int) {
	checkForms(k, a.Templates, "accounts", i, "templates")
	checkForms(k, a.Subscriptions, "accounts", i, "subscriptions")
	k.wrong(a.Abilities.Template && len(a.Templates) == 0, "an account that may send templates needs their ids under templates",
		"accounts", i, "abilities", "template")
	k.wrong(a.Abilities.Subscription && len(a.Subscriptions) == 0, "an account that may send subscriptions needs their ids under subscriptions",
		"accounts", i, "abilities", "subscription")
}

// checkForms looks at the templates that stand at a path.
func checkForms(k *checker, forms map[string]TemplateConfig, at ...any) {
	for _, name := range slices.Sorted(maps.Keys(forms)) {
		path := slices.Concat(at, []any{name})
		k.wrong(name != "resident" && name != "staff", "no such template; there are resident and staff", path...)
		k.wrong(forms[name].ID == "", "the platform's id is missing", path...)
		for _, field := range slices.Sorted(maps.Keys(forms[name].Fields)) {
			known := slices.Contains([]string{"number", "matter", "status", "time"}, field)
			k.wrong(!known, "no such field; there are number, matter, status and time", slices.Concat(path, []any{"fields", field})...)
		}
		if err := forms[name].template().CheckFields(); err != nil {
			for _, one := range strings.Split(err.Error(), "\n") {
				k.wrong(true, one, path...)
			}
		}
	}
}
