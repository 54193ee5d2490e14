package main

import (
	"bytes"
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"

	"gridbot/classify"
	"gridbot/grid"
	"gridbot/sms"
	"gridbot/store"
	"gridbot/task"
	"gridbot/wechat"
)

// anyDanger is the key of the number for every kind without one of its own.
const anyDanger = "default"

// numbers is the table as the conversation takes it, where "" is every kind.
func (c *Config) numbers() map[string]string {
	out := maps.Clone(c.Numbers)
	out[""] = out[anyDanger]
	delete(out, anyDanger)
	return out
}

// calendar makes the calendar of the section.
func (c *Config) calendar() (*grid.Calendar, error) {
	plans, err := c.Calendar.plans()
	if err != nil {
		return nil, fmt.Errorf("calendar.file: %w", err)
	}
	o := grid.CalendarOptions{Plans: plans, Overrides: c.Calendar.Overrides}
	for _, s := range c.Calendar.Spans {
		span, err := grid.ParseSpan(s)
		if err != nil {
			return nil, err
		}
		o.Spans = append(o.Spans, span)
	}
	if o.Service, err = grid.ParseSpan(c.Calendar.Service); err != nil {
		return nil, err
	}
	return grid.NewCalendar(o)
}

// plans reads the file of yearly plans, if there is one.
func (c CalendarConfig) plans() (grid.Plans, error) {
	if c.File == "" {
		return nil, nil
	}
	data, err := os.ReadFile(c.File)
	if err != nil {
		return nil, fmt.Errorf("read plans of years: %w", err)
	}
	return grid.ReadPlans(bytes.NewReader(data))
}

// store says where Redis is, and which numbers no task gets.
func (c *Config) store() store.Options {
	o := store.Options{
		Addrs: c.Redis.Addrs, MasterName: c.Redis.MasterName, Username: c.Redis.Username, Password: c.Redis.Password,
		DB: c.Redis.DB, TLS: c.Redis.TLS, PoolSize: c.Redis.PoolSize,
	}
	for _, b := range grid.ServiceBlocks() {
		o.Reserved = append(o.Reserved, [2]int{b.First, b.Last})
	}
	return o
}

// atOnce is how many messages are worked on at the same time: as many as keep the
// processors busy while most of them wait for Redis, or, where each needs a connection of its
// own, as many as there are.
func (c *Config) atOnce() int {
	if c.store().Gathers() {
		return cmp.Or(c.Server.AtOnce, messagesPerProcessor*runtime.GOMAXPROCS(0))
	}
	return cmp.Or(c.Server.AtOnce, c.Redis.PoolSize, connectionsPerProcessor*runtime.GOMAXPROCS(0))
}

const (
	// messagesPerProcessor leaves an answer well below a second when all places are taken:
	// a processor works through 500 to 1,000 messages in one.
	messagesPerProcessor = 100
	// connectionsPerProcessor is the Redis client's own default of redis.pool_size.
	connectionsPerProcessor = 10
)

// accounts are the Official Accounts as wechat takes them.
func (c *Config) accounts() []wechat.Account {
	out := make([]wechat.Account, len(c.Accounts))
	for i, a := range c.Accounts {
		out[i] = wechat.Account{
			Name: a.Name, AppID: a.AppID, Secret: a.Secret, Token: a.Token, AESKey: a.AESKey, PreviousAESKey: a.PreviousAESKey,
			Mode: a.Mode, Street: a.Street, Templates: forms(a.Templates), Subscriptions: forms(a.Subscriptions),
			Abilities: wechat.Ability{Template: a.Abilities.Template, QRCode: a.Abilities.QRCode,
				OAuth: a.Abilities.OAuth, Subscription: a.Abilities.Subscription},
		}
	}
	return out
}

// forms are an account's templates of one kind as wechat takes them.
func forms(declared map[string]TemplateConfig) map[string]wechat.Template {
	out := make(map[string]wechat.Template, len(declared))
	for name, t := range declared {
		out[name] = t.template()
	}
	return out
}

func (t TemplateConfig) template() wechat.Template {
	return wechat.Template{ID: t.ID, Fields: t.Fields, Const: t.Const}
}

// gateway makes the gateway of short messages, which is off without an address.
func (c SMSConfig) gateway() (*sms.Gateway, error) {
	return sms.New(sms.Options{URL: c.URL, Method: c.Method, Headers: c.Headers, Body: c.Body, Format: c.Format, Success: c.Success,
		IDHeader: c.IDHeader, Sign: c.Sign, Secret: c.Secret, Timeout: c.Timeout})
}

// asksSecret tells whether a gateway is configured that takes the secret.
func (c SMSConfig) asksSecret() bool {
	return c.URL != "" && strings.Contains(c.Body+strings.Join(slices.Collect(maps.Values(c.Headers)), " "), ".Secret")
}

// classifier understands messages by the deployment's own model, or by the one the program
// holds. Only the given categories come out.
func (c *Config) classifier(categories *task.Categories) (*classify.Classifier, error) {
	k, err := classifier(categories, c.Classify.Model)
	if err != nil && c.Classify.Model != "" {
		err = fmt.Errorf("classify.model: %w (empty takes the model of the program)", err)
	}
	return k, err
}

// level is how much is logged.
func (c *Config) level() slog.Level {
	var l slog.Level
	_ = l.UnmarshalText([]byte(c.Log.Level)) // checked when it was read
	return l
}

// hours are those in which notices may ring.
func (n NoticesConfig) hours() grid.Span {
	span, _ := grid.ParseSpan(n.Hours) // checked when it was read
	return span
}

// subscription says which subscription template an account has for a kind of form, and
// whether one consent allows one notice only.
func (c *Config) subscription(account, name string) (template string, once bool) {
	for _, a := range c.Accounts {
		if a.Name == account && a.Abilities.Subscription {
			return a.Subscriptions[name].ID, a.Subscriptions[name].Once
		}
	}
	return "", false
}
