package simulator

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/wechat"
)

const (
	app    = "wx0123456789abcdef"
	secret = "the-secret-of-the-test-account"
	key    = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	newKey = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
	word   = "AAAAA"
	wang   = "o-wang"
	li     = "o-li"
)

// clock is a clock that moves only when told.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// answer is what the webhook of a test says to a message.
type answer func(m *wechat.Message, s *wechat.Sealer) (status int, body []byte)

func say(text string) answer {
	return func(_ *wechat.Message, s *wechat.Sealer) (int, []byte) { return 200, s.Seal(text) }
}

func raw(status int, body string) answer {
	return func(*wechat.Message, *wechat.Sealer) (int, []byte) { return status, []byte(body) }
}

// rig is a platform with a webhook that opens pushes as the product does.
type rig struct {
	*testing.T
	p     *Platform
	api   *httptest.Server
	hook  *httptest.Server
	clock *clock

	mu     sync.Mutex
	env    *wechat.Envelope
	answer answer
	seen   []*wechat.Message
	bodies []string // as they came
	asked  []string // the raw queries
}

func templates() map[string]TemplateDef {
	return map[string]TemplateDef{"T1": {
		Title:   "工单进度通知",
		Fields:  map[string]string{"character_string1": "character_string", "phrase2": "phrase", "time3": "time", "thing4": "thing"},
		Labels:  map[string]string{"character_string1": "工单编号", "phrase2": "当前状态", "time3": "更新时间"},
		Order:   []string{"character_string1", "phrase2"},
		Allowed: nil,
	}}
}

func newRig(t *testing.T, change ...func(*Options)) *rig {
	t.Helper()
	r := &rig{T: t, clock: &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, shanghai())}, answer: say("")}
	r.hook = httptest.NewServer(http.HandlerFunc(r.webhook))
	t.Cleanup(r.hook.Close)
	o := Options{
		Accounts: []Account{{AppID: app, Secret: secret, Token: word, AESKey: key, Webhook: r.hook.URL, Templates: templates()}},
		Now:      r.clock.Now, RetryGap: time.Nanosecond,
	}
	for _, f := range change {
		f(&o)
	}
	r.p = New(o)
	r.api = httptest.NewServer(r.p.Handler())
	r.p.SetURL(r.api.URL)
	t.Cleanup(r.api.Close)
	t.Cleanup(r.p.Close) // first, so that open streams end
	r.open(o.Accounts[0])
	return r
}

// open makes the product's envelope for an account.
func (r *rig) open(a Account) {
	r.Helper()
	env, err := wechat.NewEnvelope(wechat.Account{Name: "a", AppID: a.AppID, Token: a.Token, AESKey: a.AESKey, Mode: a.Mode})
	if err != nil {
		r.Fatal(err)
	}
	env.Now = r.clock.Now
	r.mu.Lock()
	defer r.mu.Unlock()
	r.env = env
}

func (r *rig) webhook(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // cut off
	}
	v := req.URL.Query()
	q := wechat.Query{
		Signature: v.Get("signature"), Timestamp: v.Get("timestamp"), Nonce: v.Get("nonce"),
		EncryptType: v.Get("encrypt_type"), MsgSignature: v.Get("msg_signature"), Echostr: v.Get("echostr"),
	}
	r.mu.Lock()
	env, answer := r.env, r.answer
	r.mu.Unlock()
	if req.Method == http.MethodGet {
		r.echo(w, env, q)
		return
	}
	m, s, err := env.Open(q, body)
	if err != nil {
		http.Error(w, "forged", http.StatusForbidden)
		return
	}
	r.mu.Lock()
	r.seen, r.bodies, r.asked = append(r.seen, m), append(r.bodies, string(body)), append(r.asked, req.URL.RawQuery)
	r.mu.Unlock()
	status, out := answer(m, s)
	w.WriteHeader(status)
	w.Write(out)
}

func (r *rig) echo(w http.ResponseWriter, env *wechat.Envelope, q wechat.Query) {
	echo, err := env.Verify(q)
	if err != nil {
		http.Error(w, "forged", http.StatusForbidden)
		return
	}
	io.WriteString(w, echo)
}

func (r *rig) answers(a answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = a
}

// last is the newest message the webhook saw.
func (r *rig) last() *wechat.Message {
	r.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.seen) == 0 {
		r.Fatal("the webhook saw nothing")
	}
	return r.seen[len(r.seen)-1]
}

// wire is what came to the webhook so far: bodies and queries.
func (r *rig) wire() (bodies, queries []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.bodies), slices.Clone(r.asked)
}

func (r *rig) pushes() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.seen)
}

// wait waits for a condition, at most ten seconds.
func (r *rig) wait(cond func() bool) {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
	defer cancel()
	if err := r.p.Wait(ctx, cond); err != nil {
		r.Fatal(err)
	}
}

// screen is what a phone shows, one line a bubble.
func (r *rig) screen(openid string) string {
	var lines []string
	for _, b := range r.p.Phone(app, openid) {
		who := "<"
		if b.Out {
			who = ">"
		}
		lines = append(lines, who+b.Kind+" "+b.Via+b.Note+": "+b.Text)
	}
	return strings.Join(lines, "\n")
}

func (r *rig) wantScreen(openid string, want ...string) {
	r.Helper()
	if got := r.screen(openid); got != strings.Join(want, "\n") {
		r.Errorf("phone of %s:\n%s\nwant:\n%s", openid, got, strings.Join(want, "\n"))
	}
}
