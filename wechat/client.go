package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	// DefaultBaseURL is the platform's API. Its address for disasters is
	// https://api2.weixin.qq.com.
	DefaultBaseURL = "https://api.weixin.qq.com"
	// DefaultTimeout bounds a call when the options do not.
	DefaultTimeout = 5 * time.Second
)

// Errors of calls that are not sends. Those the platform refused are *APIError.
var (
	// ErrNoAccount means that no account of that name is configured.
	ErrNoAccount = errors.New("wechat: no such account")
	// ErrNotAble means that the account is declared unable to do this, so it
	// was not tried.
	ErrNotAble = errors.New("wechat: the account cannot do this")
)

// Options configures a Client.
type Options struct {
	Accounts []Account
	// BaseURL is where the API is, DefaultBaseURL when empty. It must be
	// https, except on the loopback where a stand-in runs.
	BaseURL string
	// Timeout bounds a whole call, the repair of a token included;
	// DefaultTimeout when 0.
	Timeout time.Duration
	// Tokens is the cache all replicas share; one of this process when nil.
	Tokens Tokens
	// Now is the clock, time.Now when nil.
	Now func() time.Time
	// Observe, when set, is told of every exchange: the API's name, such as
	// "message/custom/send", and the errcode, an HTTP status other than 200,
	// CodeNoAnswer or CodeBadAnswer. It is called concurrently.
	Observe func(api string, errcode int)
	// Alarm, when set, is told what only the operator can mend and no result
	// tells: "template" when a template is switched off. It is called
	// concurrently, once for each matter.
	Alarm func(kind, detail string)
}

// Client calls the platform's API for all accounts. It is safe for concurrent
// use.
type Client struct {
	accounts  []Account
	base      *url.URL
	timeout   time.Duration
	now       func() time.Time
	observe   func(api string, errcode int)
	alarm     func(kind, detail string)
	transport *http.Transport
	tokens    *keeper
	templates templateSwitch
	uploads   uploads
	router    *router
}

// NewClient checks the options and makes a client. It makes no call.
func NewClient(o Options) (*Client, error) {
	base, err := parseBase(o.BaseURL)
	if err != nil {
		return nil, err
	}
	for _, a := range o.Accounts {
		if a.Name == "" || a.AppID == "" || a.Secret == "" {
			return nil, fmt.Errorf("wechat: account %q needs a name, an AppID and a secret", a.Name)
		}
	}
	c := &Client{accounts: slices.Clone(o.Accounts), base: base, timeout: o.Timeout, now: o.Now,
		observe: o.Observe, alarm: o.Alarm, transport: newTransport(), router: sdkRouter()}
	if c.timeout <= 0 {
		c.timeout = DefaultTimeout
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.observe == nil {
		c.observe = func(string, int) {}
	}
	if c.alarm == nil {
		c.alarm = func(string, string) {}
	}
	shared := o.Tokens
	if shared == nil {
		shared = NewMemoryTokens(c.now)
	}
	c.tokens = &keeper{shared: shared, now: c.now, fetch: c.fetchToken, limit: c.timeout,
		held: map[string]heldToken{}, dead: map[string]string{}}
	return c, nil
}

// Close ends the idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// newTransport is the standard library's with connections enough for a burst
// of notices to one host.
func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
		TLSHandshakeTimeout: 3 * time.Second,
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     90 * time.Second,
		ForceAttemptHTTP2:   true,
	}
}

// parseBase reads the API's address and refuses one that would send secrets
// over an open network.
func parseBase(address string) (*url.URL, error) {
	if address == "" {
		address = DefaultBaseURL
	}
	u, err := url.Parse(address) // its error holds the address
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("wechat: base_url is no address of an API")
	case u.User != nil:
		return nil, errors.New("wechat: base_url must not hold a password")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, errors.New("wechat: base_url would send secrets in the clear; use https")
	}
	return u, nil
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// account finds an account by its name.
func (c *Client) account(name string) (*Account, error) {
	for i := range c.accounts {
		if c.accounts[i].Name == name {
			return &c.accounts[i], nil
		}
	}
	return nil, fmt.Errorf("%w: %q", ErrNoAccount, name)
}

// fetchToken asks the platform for the account's token, without forcing a new
// one: that is allowed 20 times a day and would end the one other replicas use.
func (c *Client) fetchToken(ctx context.Context, a *Account) (string, time.Duration, error) {
	body, err := json.Marshal(map[string]any{
		"grant_type": "client_credential", "appid": a.AppID, "secret": a.Secret, "force_refresh": false,
	})
	if err != nil {
		return "", 0, fmt.Errorf("wechat: asking for a token: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, DefaultBaseURL+"/cgi-bin/stable_token", bytes.NewReader(body))
	if err != nil {
		return "", 0, fmt.Errorf("wechat: asking for a token: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	x := c.exchange(req, false)
	if err := x.err(a.Secret); err != nil {
		return "", 0, err
	}
	var answer struct {
		Token string `json:"access_token"`
		Life  int64  `json:"expires_in"` // seconds
	}
	if json.Unmarshal(x.body, &answer) != nil || answer.Token == "" || answer.Life <= 0 {
		return "", 0, &APIError{API: x.api, Code: CodeBadAnswer, Detail: "an answer without a token"}
	}
	return answer.Token, time.Duration(answer.Life) * time.Second, nil
}

// apiName is the API's name in a path: "message/custom/send". Some lie outside
// of cgi-bin and keep their first part.
func apiName(path string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, "/cgi-bin"), "/")
}
