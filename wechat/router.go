package wechat

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/silenceper/wechat/v2/officialaccount/config"
	sdk "github.com/silenceper/wechat/v2/officialaccount/context"
	"github.com/silenceper/wechat/v2/util"
)

// sdkRouter puts the router under the SDK, once in a process: the SDK's HTTP
// client is one variable for everybody. The variable's pointer is replaced,
// because what it points to is http.DefaultClient.
var sdkRouter = sync.OnceValue(func() *router {
	r := &router{}
	util.DefaultHTTPClient = &http.Client{
		Transport:     r,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return r
})

// router carries the SDK's requests to the call they belong to. The SDK knows
// neither context nor token: it is given a ticket in place of the token, and
// the router finds by it which client, account and context the request is for.
// So several clients with several addresses live in one process, and no text
// of the SDK can hold a token.
type router struct {
	last  atomic.Uint64
	calls sync.Map // ticket → *call
}

// ticket stands for the token in one call; it is the SDK's token handle.
type ticket string

// GetAccessToken implements the SDK's credential.AccessTokenHandle.
func (t ticket) GetAccessToken() (string, error) { return string(t), nil }

// RoundTrip implements http.RoundTripper for the SDK.
func (r *router) RoundTrip(req *http.Request) (*http.Response, error) {
	k, ok := r.calls.Load(ticket(req.URL.Query().Get("access_token")))
	if !ok {
		return nil, errors.New("wechat: a request of the SDK without a ticket")
	}
	return k.(*call).do(req)
}

// call is one use of an API by one account.
type call struct {
	ctx     context.Context
	client  *Client
	account *Account
	file    bool      // the answer is a file unless it is an error
	last    *exchange // nil until something was sent
	failed  error     // why nothing was sent
	token   string    // the last one used
}

// run lets the SDK make a call. The returned call tells what happened; the
// SDK's own error is of use only when nothing was sent.
func (c *Client) run(ctx context.Context, a *Account, use func(*sdk.Context) error) *call {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	k := &call{ctx: ctx, client: c, account: a}
	t := ticket("t" + strconv.FormatUint(c.router.last.Add(1), 10))
	c.router.calls.Store(t, k)
	defer c.router.calls.Delete(t)
	err := use(&sdk.Context{Config: &config.Config{AppID: a.AppID}, AccessTokenHandle: t})
	if k.last == nil && k.failed == nil {
		k.failed = err
	}
	return k
}

// do sends a request with the account's token. A token that died is dropped
// and the request repeated once with the next one.
func (k *call) do(req *http.Request) (*http.Response, error) {
	for attempt := 0; ; attempt++ {
		next, err := k.prepare(req)
		if err != nil {
			// What the token died of is no use without a new one.
			k.last, k.failed = nil, err
			return nil, err
		}
		k.last = k.client.exchange(next, k.file)
		if attempt > 0 || !tokenDied(k.last.code) {
			return k.answer(req)
		}
		k.client.tokens.drop(k.ctx, k.account, k.token)
	}
}

// prepare copies the request, under this call's context and with a token.
func (k *call) prepare(req *http.Request) (*http.Request, error) {
	token, err := k.client.tokens.token(k.ctx, k.account)
	if err != nil {
		return nil, err
	}
	k.token = token
	next := req.Clone(k.ctx)
	if req.GetBody != nil {
		if next.Body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
	query := next.URL.Query()
	query.Set("access_token", token)
	next.URL.RawQuery = query.Encode()
	return next, nil
}

// answer gives the SDK what came back; without an answer, a bare error.
func (k *call) answer(req *http.Request) (*http.Response, error) {
	if k.last.body == nil {
		return nil, errors.New("wechat: no answer")
	}
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {k.last.kind}}, Request: req,
		Body: io.NopCloser(bytes.NewReader(k.last.body)), ContentLength: int64(len(k.last.body)),
	}, nil
}

// err is nil for success, else why the call did not succeed, redacted.
func (k *call) err(secrets ...string) error {
	if k.failed != nil {
		if e := (*APIError)(nil); errors.As(k.failed, &e) {
			return e
		}
		return &APIError{API: "stable_token", Code: CodeNoAnswer, Detail: k.redact(k.failed.Error(), secrets...)}
	}
	return k.last.err(append(secrets, k.account.Secret, k.token)...)
}

// redact takes the account's secrets and the given ones out of a text.
func (k *call) redact(text string, secrets ...string) string {
	return redact(text, append(secrets, k.account.Secret, k.token)...)
}
