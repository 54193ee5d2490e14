package wechat

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
)

const (
	maxAnswer = 1 << 20  // bytes of JSON
	maxMedia  = 12 << 20 // bytes of a file; the platform's limit is 10 MB
	maxRef    = 32       // digits of a msgid; the platform's have 19
)

// APIError is a call that did not succeed. Its text holds no secret.
type APIError struct {
	API string // the API's name, such as "qrcode/create"
	// Code is the platform's errcode, an HTTP status, CodeNoAnswer or
	// CodeBadAnswer.
	Code   int
	Detail string // the platform's words or the network's, redacted
}

// Error implements error.
func (e *APIError) Error() string {
	return fmt.Sprintf("wechat: %s: code %d: %s", e.API, e.Code, e.Detail)
}

// exchange is one request and what came back.
type exchange struct {
	api     string
	code    int
	message string // errmsg or the network's words, not redacted
	bare    bool   // the answer held no errcode, which only answers with something else to tell may lack
	wrote   bool   // the request went out, so it may have been acted on
	body    []byte
	kind    string // Content-Type
	date    string // Date, the platform's clock
}

// err is nil for success, else an *APIError without the given secrets.
func (x *exchange) err(secrets ...string) error {
	if x.code == 0 {
		return nil
	}
	return &APIError{API: x.api, Code: x.code, Detail: redact(x.message, secrets...)}
}

// exchange sends one request to the configured address and reads the errcode.
// It goes below http.Client, whose errors hold the address with its secrets and
// which would follow a redirect with them. A file is not read as JSON.
func (c *Client) exchange(req *http.Request, file bool) *exchange {
	x := &exchange{api: apiName(req.URL.Path), code: CodeNoAnswer}
	defer func() { c.observe(x.api, x.code) }()
	var wrote atomic.Bool
	trace := &httptrace.ClientTrace{WroteHeaders: func() { wrote.Store(true) }}
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	req.URL = c.target(req.URL)
	req.Host = ""
	res, err := c.transport.RoundTrip(req)
	if err == nil {
		defer res.Body.Close()
		err = x.read(res, file)
	}
	x.wrote = wrote.Load()
	if err != nil {
		x.message = err.Error()
	}
	return x
}

// target moves an API's address to the configured host.
func (c *Client) target(u *url.URL) *url.URL {
	moved := *u
	moved.Scheme, moved.Host = c.base.Scheme, c.base.Host
	moved.Path = strings.TrimSuffix(c.base.Path, "/") + u.Path
	return &moved
}

// read takes the answer in and sets the code. Its error means that the
// connection broke before the end.
func (x *exchange) read(res *http.Response, file bool) error {
	limit := int64(maxAnswer)
	if file {
		limit = maxMedia
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err != nil {
		return err
	}
	x.body, x.kind, x.date = body, res.Header.Get("Content-Type"), res.Header.Get("Date")
	switch {
	case res.StatusCode != http.StatusOK:
		x.code, x.message = res.StatusCode, res.Status
	case file && int64(len(body)) > limit:
		x.code, x.message = CodeTooLong, "the file is too long"
	case int64(len(body)) > limit:
		x.code, x.message = CodeBadAnswer, "the answer is too long"
	case file && !looksLikeJSON(x.kind, body):
		x.code = 0
	default:
		x.readCode()
	}
	return nil
}

// readCode reads errcode and errmsg; without an errcode it is success.
func (x *exchange) readCode() {
	var answer struct {
		Code    *int   `json:"errcode"`
		Message string `json:"errmsg"`
	}
	if err := json.Unmarshal(x.body, &answer); err != nil {
		x.code, x.message = CodeBadAnswer, "the answer is not the platform's JSON"
		return
	}
	x.code, x.message, x.bare = 0, answer.Message, answer.Code == nil
	if answer.Code != nil {
		x.code = *answer.Code
	}
}

// msgID is the platform's number of what was sent, "" where the answer has none.
// It does not fit into a float64.
func (x *exchange) msgID() string {
	var answer struct {
		ID json.Number `json:"msgid"`
	}
	if json.Unmarshal(x.body, &answer) != nil || len(answer.ID) > maxRef {
		return ""
	}
	return string(answer.ID)
}

// looksLikeJSON tells an error from a file: the platform sends its errors with
// one of several types.
func looksLikeJSON(kind string, body []byte) bool {
	return strings.Contains(kind, "json") || strings.Contains(kind, "text/plain") || len(body) > 0 && body[0] == '{'
}

// errorCode is the code of an *APIError, CodeNoAnswer for any other error.
func errorCode(err error) int {
	var e *APIError
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeNoAnswer
}
