package main

import (
	"bytes"
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"runtime"

	"gridbot/grid"
	"gridbot/store"
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

// atOnce is how many messages are worked on at the same time.
func (c *Config) atOnce() int {
	return cmp.Or(c.Server.AtOnce, c.Redis.PoolSize, connectionsPerProcessor*runtime.GOMAXPROCS(0))
}

// connectionsPerProcessor is the Redis client's own default of redis.pool_size.
const connectionsPerProcessor = 10

// accounts are the Official Accounts as wechat takes them.
func (c *Config) accounts() []wechat.Account {
	out := make([]wechat.Account, len(c.Accounts))
	for i, a := range c.Accounts {
		templates := make(map[string]wechat.Template, len(a.Templates))
		for name, t := range a.Templates {
			templates[name] = wechat.Template{ID: t.ID, Fields: t.Fields}
		}
		out[i] = wechat.Account{
			Name: a.Name, AppID: a.AppID, Secret: a.Secret, Token: a.Token, AESKey: a.AESKey, PreviousAESKey: a.PreviousAESKey,
			Mode: a.Mode, Street: a.Street, Templates: templates,
			Abilities: wechat.Ability{Template: a.Abilities.Template, QRCode: a.Abilities.QRCode,
				OAuth: a.Abilities.OAuth, Subscription: a.Abilities.Subscription},
		}
	}
	return out
}

// level is how much is logged.
func (c *Config) level() slog.Level {
	var l slog.Level
	_ = l.UnmarshalText([]byte(c.Log.Level)) // checked when it was read
	return l
}
