package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gridbot/wechat"
)

// Codes of the platform that mean one certain thing to change.
const (
	codeAppID      = 40013
	codeSecret     = 40125
	codeAddress    = 40164
	codeFrozen     = 40243
	codeNotGranted = 48001
)

// examineAccounts asks the platform about every account. Tokens are kept in this
// process only: what the platform gives here is the one the service has.
func (d *doctor) examineAccounts(ctx context.Context) {
	for _, a := range d.config.accounts() {
		part := "account " + a.Name
		if a.Secret == "" {
			continue // told with the configuration
		}
		client, err := wechat.NewClient(wechat.Options{Accounts: []wechat.Account{a},
			BaseURL: d.config.WeChat.BaseURL, Timeout: d.config.WeChat.Timeout, Now: d.now})
		if err != nil {
			d.change(part, "%v", err)
			continue
		}
		d.examineAccount(ctx, part, client, a)
		client.Close()
	}
}

func (d *doctor) examineAccount(ctx context.Context, part string, c *wechat.Client, a wechat.Account) {
	if err := c.CheckToken(ctx, a.Name); err != nil {
		d.change(part, "the platform gives no token: %s", advice(err, a.Name))
		return
	}
	d.good(part, "the platform gives a token")
	d.examineQuotas(ctx, part, c, a)
	approved, err := c.Templates(ctx, a.Name)
	d.examineKind(part, kind{a.Name, "template", "templates", a.Abilities.Template, a.Templates}, approved, err)
	approved, err = c.Subscriptions(ctx, a.Name)
	d.examineKind(part, kind{a.Name, "subscription", "subscriptions", a.Abilities.Subscription, a.Subscriptions}, approved, err)
	if a.Abilities.QRCode {
		if _, err := c.CreateQR(ctx, a.Name, "doctor", time.Minute); err != nil {
			d.change(part, "abilities.qrcode is true and the platform makes no code: %s", advice(err, a.Name))
		} else {
			d.good(part, "the platform makes codes with a scene")
		}
	}
	if open, err := c.MenuOpen(ctx, a.Name); err == nil && !open {
		d.note(part, "the account shows no menu: with the server switched on, the console's own menu is off")
	}
}

// advice says what an error of the platform asks for.
func advice(err error, account string) string {
	var e *wechat.APIError
	if !errors.As(err, &e) {
		return err.Error()
	}
	switch e.Code {
	case codeAppID:
		return "app_id is wrong: the console shows the right one"
	case codeSecret:
		return "the AppSecret is wrong: set " + envName("account", account, "secret") + " to the console's"
	case codeAddress:
		return "this machine's address is not on the account's IP list (IP白名单): add it in the console. " + e.Detail
	case codeFrozen:
		return "the AppSecret is frozen: unfreeze it in the console"
	case codeNotGranted:
		return fmt.Sprintf("the account is not granted it (%d)", e.Code)
	case wechat.CodeNoAnswer:
		return "no answer: look at wechat.base_url, the network and a proxy. " + e.Detail
	}
	return e.Error()
}

// few is the part of a day's calls below which it is told.
const few = 0.1

// examineQuotas looks at what is left of the day, and at the platform's clock.
func (d *doctor) examineQuotas(ctx context.Context, part string, c *wechat.Client, a wechat.Account) {
	apis := []string{wechat.APIText}
	if a.Abilities.Template {
		apis = append(apis, wechat.APITemplate)
	}
	if a.Abilities.Subscription {
		apis = append(apis, wechat.APISubscription)
	}
	for _, api := range apis {
		q, err := c.CallQuota(ctx, a.Name, api)
		switch {
		case err != nil:
			d.note(part, "what is left of today's %s is not told: %s", api, advice(err, a.Name))
		case q.Limit > 0 && float64(q.Remain) < few*float64(q.Limit):
			d.note(part, "%d of %d calls of %s are left until midnight", q.Remain, q.Limit, api)
		default:
			d.good(part, "%d of %d calls of %s are left today", q.Remain, q.Limit, api)
		}
		if api == wechat.APIText && err == nil && !q.At.IsZero() {
			d.clock("platform", q.At.Sub(d.now()))
		}
	}
}

// kind is one of the two kinds of templates, as an account declares it.
type kind struct {
	account          string
	ability, section string // keys of the configuration
	able             bool
	declared         map[string]wechat.Template
}

// examineKind compares what an account declares of a kind with what the platform
// has approved.
func (d *doctor) examineKind(part string, k kind, approved []wechat.Approved, err error) {
	switch {
	case err != nil && k.able:
		d.change(part, "abilities.%s is true and the platform refuses: %s; say false, or apply for it", k.ability, advice(err, k.account))
		return
	case !k.able && err == nil && len(approved) > 0:
		d.note(part, "the platform has %d approved templates for %s, and abilities.%s is false", len(approved), k.section, k.ability)
		return
	case !k.able:
		return
	}
	for _, name := range slices.Sorted(maps.Keys(k.declared)) {
		t := k.declared[name]
		i := slices.IndexFunc(approved, func(a wechat.Approved) bool { return a.ID == t.ID })
		if i < 0 {
			d.change(part, "%s.%s: the platform has no template %s; %s", k.section, name, t.ID, choice(approved))
			continue
		}
		wrong := unlike(t, approved[i])
		if k.ability == "subscription" && !approved[i].LongTerm {
			wrong = append(wrong, "it costs a consent for each notice: choose a long-term one (长期订阅)")
		}
		for _, w := range wrong {
			d.change(part, "%s.%s: %s", k.section, name, w)
		}
		if len(wrong) == 0 {
			d.good(part, "%s.%s is approved, and its fields are as configured", k.section, name)
		}
	}
}

// choice lists the templates there are.
func choice(approved []wechat.Approved) string {
	if len(approved) == 0 {
		return "it has none at all"
	}
	names := make([]string, len(approved))
	for i, a := range approved {
		names[i] = a.ID + " " + a.Title
	}
	return "it has " + strings.Join(names, ", ")
}

// unlike tells how a configured template differs from the approved one: each
// difference makes the platform refuse every notice.
func unlike(t wechat.Template, a wechat.Approved) []string {
	var wrong []string
	configured := slices.Sorted(maps.Values(t.Fields))
	for _, keyword := range configured {
		if !slices.Contains(a.Keywords, keyword) {
			wrong = append(wrong, fmt.Sprintf("the template has no %s; it has %s", keyword, strings.Join(a.Keywords, ", ")))
		}
	}
	for _, keyword := range a.Keywords {
		if !slices.Contains(configured, keyword) {
			wrong = append(wrong, fmt.Sprintf("%s of the template gets no value: give it one under fields", keyword))
		}
		for _, v := range t.Const[keyword] {
			if known := a.Values[keyword]; len(known) > 0 && !slices.Contains(known, v) {
				wrong = append(wrong, fmt.Sprintf("%q is no approved value of %s", v, keyword))
			}
		}
	}
	return wrong
}
