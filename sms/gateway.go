package sms

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"gridbot/task"
)

const (
	maxAnswer = 64 << 10 // bytes of an answer that are read
	slowDown  = time.Minute
	longest   = time.Hour // that a gateway may ask to wait
)

// Options say how to speak to a gateway.
type Options struct {
	// URL is where requests go; without one the channel is off. It must be
	// https, except on the loopback.
	URL    string
	Method string // POST, PUT or GET
	// Headers and Body are text/templates over .Phone, .Number, .Matter,
	// .Status, .Time, .Sign, .Secret and .ID.
	Headers map[string]string
	Body    string
	// Format is how values are escaped in the body: json, for the inside of
	// quotation marks, or form, for the values of a form.
	Format string
	// Success is what an answer must say beside a status of 2xx, a path in
	// its JSON and the value: "result.code=0". Without one the status is
	// enough.
	Success string
	// IDHeader is the header that holds the notice's id, so that a gateway
	// that knows it sends a repeat once.
	IDHeader string
	Sign     string // 短信签名, without its brackets
	Secret   string
	Timeout  time.Duration // of a whole call
}

// Gateway sends short messages. It is safe for concurrent use.
type Gateway struct {
	o         Options
	form      form
	success   rule
	transport *http.Transport
}

// New checks the options and makes a gateway. It makes no call. All mistakes are
// told at once, a line each.
func New(o Options) (*Gateway, error) {
	if o.URL == "" {
		return &Gateway{}, nil
	}
	g := &Gateway{o: o, transport: &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: o.Timeout}).DialContext,
		MaxIdleConnsPerHost: 4,
		IdleConnTimeout:     time.Minute,
	}}
	var form, rule error
	g.form, form = newForm(o)
	g.success, rule = parseRule(o.Success)
	return g, errors.Join(checkURL(o.URL), checkCall(o), form, rule)
}

// Enabled tells whether there is a gateway at all.
func (g *Gateway) Enabled() bool { return g.o.URL != "" }

// Close ends the idle connections.
func (g *Gateway) Close() {
	if g.transport != nil {
		g.transport.CloseIdleConnections()
	}
}

func checkURL(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return errors.New("url: not an address of a gateway")
	case u.User != nil:
		return errors.New("url: a password must not stand in it; use {{.Secret}} in a header or the body")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return errors.New("url: it would send telephone numbers in the clear; use https")
	}
	return nil
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func checkCall(o Options) error {
	var wrong []error
	if o.Method != http.MethodPost && o.Method != http.MethodPut && o.Method != http.MethodGet {
		wrong = append(wrong, fmt.Errorf("method: %q is none of POST, PUT, GET", o.Method))
	}
	if o.Timeout <= 0 {
		wrong = append(wrong, errors.New("timeout: must be above 0"))
	}
	if !headerName.MatchString(o.IDHeader) {
		wrong = append(wrong, fmt.Errorf("id_header: %q is not a name of a header", o.IDHeader))
	}
	return errors.Join(wrong...)
}

// The forms of what goes into a request: a telephone number, once blanks and
// dashes are gone, and a header's name and value.
var (
	dialled     = regexp.MustCompile(`^\+?[0-9]{5,15}$`)
	headerName  = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)
	headerValue = regexp.MustCompile(`^[\x20-\x7e]*$`)
)

// Send sends one message. values holds number, matter, status and time; anything
// else in it is left out. id is the same for every attempt at one notice, so that
// after task.Unknown the call may be made again where the gateway knows the
// header.
func (g *Gateway) Send(ctx context.Context, phone string, values map[string]string, id string) task.Result {
	if !g.Enabled() {
		return task.Result{Outcome: task.NextChannel, Detail: "sms: no gateway is configured"}
	}
	phone = strings.NewReplacer(" ", "", "-", "").Replace(phone)
	if !dialled.MatchString(phone) {
		return task.Result{Outcome: task.Unreachable, Detail: "sms: no telephone number"}
	}
	ctx, cancel := context.WithTimeout(ctx, g.o.Timeout)
	defer cancel()
	var wrote atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }})
	req, err := g.request(ctx, phone, values, id)
	if err != nil {
		return task.Result{Outcome: task.Bad, Detail: "sms: the request cannot be made"}
	}
	// Below http.Client, which would follow a redirect with number and secret.
	res, err := g.transport.RoundTrip(req)
	if err != nil {
		return unanswered(err, wrote.Load())
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil && res.StatusCode < http.StatusMultipleChoices {
		return unanswered(err, true)
	}
	return g.judge(res, body)
}

// request fills the configured form.
func (g *Gateway) request(ctx context.Context, phone string, values map[string]string, id string) (*http.Request, error) {
	v := g.form.values(phone, values, id)
	body, err := g.form.fill(v)
	if err != nil {
		return nil, err
	}
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, g.o.Method, g.o.URL, reader)
	if err != nil {
		return nil, err
	}
	for name, t := range g.form.headers {
		value, err := render(t, v)
		if err != nil || !headerValue.MatchString(value) {
			return nil, errors.New("sms: a header cannot hold its value")
		}
		req.Header.Set(name, value)
	}
	if !headerValue.MatchString(id) {
		return nil, errors.New("sms: the id cannot stand in a header")
	}
	req.Header.Set(g.o.IDHeader, id)
	return req, nil
}

// unanswered tells a call that may have been acted on from one that cannot have.
// The network's own words may hold an address, so they are left out.
func unanswered(err error, wrote bool) task.Result {
	why := "the connection broke"
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		why = "the connection was refused"
	case errors.Is(err, context.DeadlineExceeded):
		why = "no answer in time"
	}
	if wrote {
		return task.Result{Outcome: task.Unknown, Detail: "sms: " + why + ", after the request was sent"}
	}
	return task.Result{Outcome: task.RetryLater, Detail: "sms: " + why}
}

// judge maps an answer. A refused secret is the account's fault, not the
// notice's.
func (g *Gateway) judge(res *http.Response, body []byte) task.Result {
	code := res.StatusCode
	r := task.Result{Outcome: task.Bad, Code: code, Detail: fmt.Sprintf("sms: the gateway answered with status %d", code)}
	switch {
	case code >= 200 && code < 300:
		if g.success.met(body) {
			return task.Result{Outcome: task.Delivered}
		}
		r.Detail = fmt.Sprintf("sms: the gateway took the request and did not say %s", g.success.text)
	case code == http.StatusTooManyRequests:
		r.Outcome, r.RetryAfter = task.SlowDown, retryAfter(res.Header.Get("Retry-After"))
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		r.Outcome = task.Hold
	case code >= 500:
		r.Outcome = task.RetryLater
	}
	return r
}

// retryAfter reads the header's seconds, within reason.
func retryAfter(header string) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(header))
	if err != nil || n <= 0 || n > int(longest/time.Second) {
		return slowDown
	}
	return time.Duration(n) * time.Second
}
