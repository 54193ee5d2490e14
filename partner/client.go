package partner

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"gridbot/task"
)

// Event is what a system is told of its matter, as JSON. Times are RFC 3339.
type Event struct {
	Number   string      `json:"number"` // theirs
	Task     string      `json:"task"`   // ours, such as 12-1042
	Event    string      `json:"event"`  // what happened, such as signed or progress
	Status   task.Status `json:"status"` // after it
	At       time.Time   `json:"at"`
	Deadline time.Time   `json:"deadline,omitzero"` // as it is now
	// Note is what the resident reads: a question, a progress, a reason, a result; without
	// telephone numbers.
	Note string `json:"note,omitempty"`
}

// Callee is a system that is told of its matters.
type Callee struct {
	URL    string // "" is told nothing: it asks
	Secret string
}

// Client calls other systems.
type Client struct {
	callees map[string]Callee
	now     func() time.Time
	http    *http.Client
}

// callWithin bounds one call.
const callWithin = 5 * time.Second

// NewClient makes a client of the systems by their names. It follows no redirect and
// calls nothing but the addresses given.
func NewClient(callees map[string]Callee, now func() time.Time) *Client {
	return &Client{callees: callees, now: now, http: &http.Client{
		Timeout:       callWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Close gives the connections back.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Call tells a system of an event; id names it, and is the same at every attempt. A
// system without an address is told nothing, which is the end of it; one that is not
// known any more is an outcome people see.
func (c *Client) Call(ctx context.Context, system, id string, e Event) task.Result {
	callee, ok := c.callees[system]
	switch {
	case !ok:
		return task.Result{Outcome: task.Bad, Detail: "no such system in the configuration"}
	case callee.URL == "":
		return task.Result{Outcome: task.Delivered}
	}
	body, err := json.Marshal(e)
	if err != nil {
		return task.Result{Outcome: task.Bad, Detail: "no JSON"}
	}
	r, err := c.request(ctx, callee, id, body)
	if err != nil {
		return task.Result{Outcome: task.Bad, Detail: "no request"}
	}
	answer, err := c.http.Do(r)
	if err != nil { // a time-out too: the system drops what it has had
		return task.Result{Outcome: task.RetryLater, Detail: "no answer"}
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, mostRead) // for the connection's sake
	return outcome(answer)
}

// mostRead is how much of an answer is read: nothing in it matters.
const mostRead = 64 << 10

func (c *Client) request(ctx context.Context, callee Callee, id string, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, callee.URL, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	stamp := Stamp(c.now())
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "gridbot")
	r.Header.Set(HeaderKey, id)
	r.Header.Set(HeaderTime, stamp)
	r.Header.Set(HeaderSignature, Sign(callee.Secret, r.Method, r.URL.RequestURI(), stamp, body))
	return r, nil
}

// outcome reads an answer's status. Who does not take our signature is an account that
// is broken, so what waits is kept; who knows of it already (409) or has done with it
// (410) needs no more.
func outcome(a *http.Response) task.Result {
	r := task.Result{Code: a.StatusCode, RetryAfter: retryAfter(a)}
	switch code := a.StatusCode; {
	case code >= 200 && code < 300, code == http.StatusConflict, code == http.StatusGone:
		return task.Result{Outcome: task.Delivered, Code: code}
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		r.Outcome, r.Detail = task.Hold, "the system refuses our signature"
	case code == http.StatusTooManyRequests:
		r.Outcome = task.SlowDown
	case code >= 500, code == http.StatusRequestTimeout, code == http.StatusTooEarly:
		r.Outcome = task.RetryLater
	default:
		r.Outcome, r.Detail = task.Bad, "the system does not take it"
	}
	return r
}

// longestWait bounds what a system may ask us to wait.
const longestWait = time.Hour

// retryAfter reads the header in its form of seconds; 0 for none.
func retryAfter(a *http.Response) time.Duration {
	n, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if err != nil || n < 0 {
		return 0
	}
	return min(time.Duration(n)*time.Second, longestWait)
}
