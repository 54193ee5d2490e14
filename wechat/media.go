package wechat

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"gridbot/task"
)

// Fetched is what became of fetching a file: with task.Delivered it is in Media.
type Fetched struct {
	Media Media
	task.Result
}

// picHosts are the platform's own hosts of pictures. A push is authentic, but its link
// is still only a text: nothing else is ever asked.
func picHosts() []string { return []string{"mmbiz.qpic.cn", "mmsns.qpic.cn", "wx.qlogo.cn"} }

// Fetch brings a file a person sent, by its media_id and, where the API cannot give
// it, a photo by the link that came with it. task.RetryLater: a passing fault;
// task.Hold and the like: the account's; task.Bad: nothing will bring it.
func (c *Client) Fetch(ctx context.Context, account, mediaID, link string) Fetched {
	m, err := c.FetchMedia(ctx, account, mediaID)
	r := c.fetchResult(err)
	switch {
	case err != nil:
	case len(m.Data) == 0: // a film, of which the platform gives no bytes
		r = task.Result{Outcome: task.Bad, Detail: "no bytes in the answer"}
	case strings.Contains(m.Type, "html"): // a gateway's page on the way
		r = task.Result{Outcome: task.RetryLater, Detail: "a page in place of a file"}
	}
	switch r.Outcome {
	case task.Delivered:
		return Fetched{m, r}
	case task.RetryLater, task.SlowDown:
		return Fetched{Result: r}
	}
	if picture, err := c.picture(ctx, link); err == nil {
		return Fetched{picture, task.Result{}}
	}
	return Fetched{Result: r}
}

// fetchResult is what an error of FetchMedia asks for. Asking twice does no harm here,
// so what may have arrived is simply asked again.
func (c *Client) fetchResult(err error) task.Result {
	if err == nil {
		return task.Result{}
	}
	var api *APIError
	if !errors.As(err, &api) {
		return task.Result{Outcome: task.Bad, Detail: err.Error()}
	}
	outcome := outcomeOf(api.Code)
	if api.Code == CodeNoAnswer || api.Code == CodeBadAnswer {
		outcome = task.RetryLater
	}
	return task.Result{Outcome: outcome, Code: api.Code, Detail: api.Detail, RetryAfter: pause(outcome, api.Code, c.now())}
}

// errPicture means that a link is not the platform's, or gives no picture.
var errPicture = errors.New("wechat: no picture of the platform's behind the link")

// picture fetches a photo by its link: from the platform's own hosts by https, or from
// the stand-in, where the API is. It goes below http.Client, so no redirect is followed.
func (c *Client) picture(ctx context.Context, link string) (Media, error) {
	u, err := url.Parse(link)
	if err != nil || !c.ours(u) {
		return Media{}, errPicture
	}
	u.Scheme = "https" // pushes name http, and the hosts answer both
	if loopback(u.Hostname()) {
		u.Scheme = c.base.Scheme
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Media{}, errPicture
	}
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return Media{}, errPicture // its text holds the link
	}
	defer res.Body.Close()
	x := &exchange{api: "picture", code: CodeNoAnswer}
	err = x.read(res, true)
	c.observe(x.api, x.code)
	if err != nil || x.code != 0 || !strings.HasPrefix(x.kind, "image/") {
		return Media{}, errPicture
	}
	return Media{Type: x.kind, Data: x.body}, nil
}

// ours tells whether a link leads to the platform.
func (c *Client) ours(u *url.URL) bool {
	if u.Host == c.base.Host && loopback(u.Hostname()) {
		return u.Scheme == c.base.Scheme
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.Port() != "" {
		return false
	}
	for _, host := range picHosts() {
		if u.Hostname() == host {
			return true
		}
	}
	return false
}
