package simulator

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
)

// The most an API call may carry, in bytes: JSON, and an uploaded file.
const (
	maxJSON   = 1 << 20
	maxUpload = 11 << 20
)

// call is one request to the API.
type call struct {
	p    *Platform
	acct *account
	r    *http.Request
	body []byte
	at   time.Time
	// undelivered keeps an accepted message from the phone.
	undelivered bool
}

// decode reads the JSON body.
func (c *call) decode(v any) error {
	if json.Unmarshal(c.body, v) != nil {
		return errJSON
	}
	return nil
}

// endpoint is one API. Its name is the path without cgi-bin/ or wxaapi/, and is
// what Fail, Daily and the wire log call it.
type endpoint struct {
	name   string
	under  string // the beginning of the path; empty means /cgi-bin/
	method string
	limit  int64
	// caller finds the account; by access_token unless it is set.
	caller func(*call) (*account, error)
	run    func(*call) (any, error)
}

// file is an answer that is not JSON.
type file struct {
	mime string
	data []byte
}

func endpoints() []endpoint {
	post, get := http.MethodPost, http.MethodGet
	return []endpoint{
		{name: "stable_token", method: post, caller: byJSONSecret, run: stableToken},
		{name: "token", method: get, caller: byQuerySecret, run: plainToken},
		{name: "message/custom/send", method: post, run: customSend},
		{name: "message/template/send", method: post, run: templateSend},
		{name: "qrcode/create", method: post, run: createCode},
		{name: "user/info", method: get, run: userInfo},
		{name: "media/upload", method: post, limit: maxUpload, run: uploadMedia},
		{name: "media/uploadimg", method: post, limit: maxUpload, run: uploadPicture},
		{name: "media/get", method: get, run: getMedia},
		{name: "menu/create", method: post, run: createMenu},
		{name: "menu/get", method: get, run: getMenu},
		{name: "menu/delete", method: get, run: deleteMenu},
		{name: "get_current_selfmenu_info", method: get, run: getSelfMenu},
		{name: "get_current_autoreply_info", method: get, run: getAutoReply},
		{name: "template/get_all_private_template", method: get, run: getTemplates},
		{name: "newtmpl/gettemplate", under: "/wxaapi/", method: get, run: getSubscriptions},
		{name: "getcallbackip", method: get, run: getAddresses},
		{name: "get_api_domain_ip", method: get, run: getAddresses},
		{name: "clear_quota", method: post, run: clearQuota},
		{name: "message/subscribe/bizsend", method: post, run: subscribeSend},
		{name: "openapi/quota/get", method: post, run: getQuota},
	}
}

// path is where an endpoint is served.
func (e endpoint) path() string { return cmp.Or(e.under, "/cgi-bin/") + e.name }

// apiAt is the name of the API at a path.
func apiAt(path string) (string, bool) {
	for _, e := range endpoints() {
		if e.path() == path {
			return e.name, true
		}
	}
	return "", false
}

func (p *Platform) routes() http.Handler {
	mux := http.NewServeMux()
	for _, e := range endpoints() {
		mux.Handle(e.path(), p.serve(e))
	}
	mux.HandleFunc("GET /cgi-bin/showqrcode", p.showCode)
	mux.HandleFunc("GET /qr/{ticket}", p.followCode)
	mux.HandleFunc("GET /pic/{media}", p.picture)
	p.controlRoutes(mux)
	p.pageRoutes(mux)
	return mux
}

// serve answers one API and writes it into the wire log.
func (p *Platform) serve(e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		c := &call{p: p, r: r, at: p.now()}
		out, err := c.perform(e)
		if errors.Is(err, errDropped) {
			// The server closes the connection without an answer.
			panic(http.ErrAbortHandler)
		}
		status, answer := write(w, out, err)
		p.logCall(e, c, status, answer, time.Since(start))
	})
}

// perform checks the call as the platform does, with an injected fault before or
// after it takes effect.
func (c *call) perform(e endpoint) (any, error) {
	if err := c.read(e); err != nil {
		return nil, err
	}
	fault, hit := c.trouble(e)
	c.undelivered = hit && fault.Undelivered
	if hit && !fault.Performed {
		if err := fault.strike(c.r.Context()); err != nil {
			return nil, err
		}
	}
	out, err := c.run(e)
	if hit && fault.Performed {
		if err := fault.strike(c.r.Context()); err != nil {
			return nil, err
		}
	}
	return out, err
}

// run lets the call take effect.
func (c *call) run(e endpoint) (any, error) {
	if err := c.p.quotas.use(callKey{c.acct.AppID, e.name}, c.at); err != nil {
		return nil, err
	}
	return e.run(c)
}

func (c *call) read(e endpoint) (err error) {
	if c.r.Method != e.method {
		if e.method == http.MethodGet {
			return errNeedsGet
		}
		return errNeedsPost
	}
	limit := e.limit
	if limit == 0 {
		limit = maxJSON
	}
	if c.body, err = io.ReadAll(io.LimitReader(c.r.Body, limit)); err != nil {
		return errJSON
	}
	caller := e.caller
	if caller == nil {
		caller = byToken
	}
	c.acct, err = caller(c)
	return err
}

// write sends an answer and returns what was sent.
func write(w http.ResponseWriter, out any, err error) (status int, answer []byte) {
	var refusal apiError
	var broken httpFault
	switch {
	case errors.As(err, &broken):
		http.Error(w, http.StatusText(int(broken)), int(broken))
		return int(broken), nil
	case errors.As(err, &refusal):
		out = refusal
	case err != nil:
		out = apiError{-1, "system error"}
	}
	if f, isFile := out.(file); isFile {
		w.Header().Set("Content-Type", f.mime)
		w.Header().Set("Content-Disposition", "attachment")
		w.Write(f.data)
		return http.StatusOK, nil
	}
	answer, _ = json.Marshal(out) // our own types, which always marshal
	w.Header().Set("Content-Type", "application/json; encoding=utf-8")
	w.Write(answer)
	return http.StatusOK, answer
}

// logCall leaves tokens and secrets out: the query is not logged, nor what the
// token APIs say.
func (p *Platform) logCall(e endpoint, c *call, status int, answer []byte, took time.Duration) {
	entry := WireEntry{At: c.at, Kind: WireCall, Name: e.name, Status: status, Took: took}
	if c.acct != nil {
		entry.App = c.acct.AppID
	}
	var got struct {
		ToUser string `json:"touser"`
	}
	var said struct {
		Code int `json:"errcode"`
	}
	json.Unmarshal(answer, &said) // an answer without a code has none
	entry.Code = said.Code
	if p.wire.bodies && e.caller == nil && e.limit == 0 {
		json.Unmarshal(c.body, &got) // only to name the person
		entry.OpenID, entry.Request, entry.Answer = got.ToUser, string(c.body), string(answer)
	}
	entry.Request = strings.ToValidUTF8(entry.Request, "\uFFFD")
	p.wire.add(entry)
	p.news.publish()
}
