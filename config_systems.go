package main

import (
	"fmt"
	"net/netip"
	"net/url"

	"gridbot/handlers"
	"gridbot/partner"
)

// SystemConfig is one entry of systems. The secrets come from the environment.
type SystemConfig struct {
	Name      string   `yaml:"name"`
	Title     string   `yaml:"title"`
	Street    string   `yaml:"street"`
	Callback  string   `yaml:"callback"`
	Allow     []string `yaml:"allow"`
	PerMinute int      `yaml:"per_minute"`
	Secret    string   `yaml:"-"`
	Previous  string   `yaml:"-"`
}

// The bounds of a system's entry.
const (
	longestTitle   = 20 // characters
	shortestSecret = 32
	mostCalls      = 6000 // in a minute
)

func (c *Config) checkSystem(k *checker, i int, serving bool) {
	y := c.Systems[i]
	at := func(key string) []any { return []any{"systems", i, key} }
	k.wrong(!accountName.MatchString(y.Name), fmt.Sprintf("%q is not a name of small letters, digits and dashes", y.Name), at("name")...)
	for _, other := range c.Systems[:i] {
		k.wrong(y.Name == other.Name, fmt.Sprintf("%q is the name of a system above", y.Name), at("name")...)
	}
	n := len([]rune(y.Title))
	k.wrong(n == 0 || n > longestTitle, fmt.Sprintf("what staff reads has 1 to %d characters", longestTitle), at("title")...)
	k.wrong(!streetID.MatchString(y.Street), fmt.Sprintf("%q is not a street: 1 to 3 digits", y.Street), at("street")...)
	k.wrong(!reachable(y.Callback), "not an address with https, or with http on the loopback, and without a password", at("callback")...)
	for j, cidr := range y.Allow {
		_, err := netip.ParsePrefix(cidr)
		k.wrong(err != nil, fmt.Sprintf("%q is not a CIDR such as 10.1.0.0/16", cidr), append(at("allow"), j)...)
	}
	k.among(y.PerMinute, 1, mostCalls, at("per_minute")...)
	if !serving {
		return
	}
	for _, s := range []struct{ key, value string }{{"secret", y.Secret}, {"previous_secret", y.Previous}} {
		k.wrong(s.value != "" && len(s.value) < shortestSecret, fmt.Sprintf("%s holds less than %d characters",
			envName("system", y.Name, s.key), shortestSecret), "systems", i)
	}
	k.wrong(y.Secret == "", "the secret is missing: set "+envName("system", y.Name, "secret"), "systems", i)
}

// reachable tells whether a system can be told at an address, or at none.
func reachable(address string) bool {
	if address == "" {
		return true
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && onThisMachine(u)
}

// systems are the other systems as the door takes them.
func (c *Config) systems() []handlers.System {
	var out []handlers.System
	for _, y := range c.Systems {
		s := handlers.System{Name: y.Name, Street: y.Street, Secrets: partner.Secrets{Current: y.Secret, Previous: y.Previous}, PerMinute: y.PerMinute}
		for _, cidr := range y.Allow {
			if p, err := netip.ParsePrefix(cidr); err == nil { // checked when it was read
				s.Allow = append(s.Allow, p.Masked())
			}
		}
		out = append(out, s)
	}
	return out
}

// callees are the other systems as they are told.
func (c *Config) callees() map[string]partner.Callee {
	out := map[string]partner.Callee{}
	for _, y := range c.Systems {
		out[y.Name] = partner.Callee{URL: y.Callback, Secret: y.Secret}
	}
	return out
}

// titles are their names as staff reads them.
func (c *Config) titles() map[string]string {
	out := map[string]string{}
	for _, y := range c.Systems {
		out[y.Name] = y.Title
	}
	return out
}
