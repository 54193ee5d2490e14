package simulator

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// How an account's pushes travel, as the platform's console names it.
const (
	ModePlain  = "plain"  // plaintext; the signature does not cover the body
	ModeCompat = "compat" // plaintext and ciphertext together
	ModeSafe   = "safe"   // ciphertext only
)

// What an account may do. Only a certified service account has template and
// subscription messages and codes, and an uncertified one has no customer-service
// messages either: those calls are refused with 48001.
const (
	KindService      = "service"
	KindSubscription = "subscription"
	KindUncertified  = "uncertified"
)

// ErrNoAccount means that no account with this AppID was given to [New].
var ErrNoAccount = errors.New("simulator: no such account")

// ErrNotFollowing means that a person who has left cannot write any more.
var ErrNotFollowing = errors.New("simulator: the person does not follow the account")

// ErrNoWebhook means that nobody said where the account's pushes go.
var ErrNoWebhook = errors.New("simulator: the account has no webhook")

// ErrRemote means that a webhook is not on this machine and [Options] forbid that.
var ErrRemote = errors.New("simulator: the webhook is not on this machine")

// ErrPaused means that the platform has stopped pushing to the account for a
// minute, because too many pushes failed (MarkFail).
var ErrPaused = errors.New("simulator: pushing is paused for this account")

// Account is one Official Account as the platform knows it.
type Account struct {
	AppID  string
	Secret string // AppSecret, for tokens
	Token  string // the word shared for signatures
	AESKey string // EncodingAESKey, 43 characters; needed unless Mode is plain
	Mode   string // empty means safe with an AESKey and plain without
	Kind   string // empty means service
	// Original is the account's own name in messages (gh_…). Empty means gh_
	// and the AppID.
	Original string
	// Name heads the chat on the phones; it may be empty.
	Name string
	// Webhook is the address pushes go to. [Platform.SetWebhook] changes it.
	Webhook string
	// Templates are the account's approved templates by their id.
	Templates map[string]TemplateDef
	// Subscriptions are the account's approved templates of 订阅通知 by their id.
	Subscriptions map[string]SubscriptionDef
	// Replies are what the console answers by itself while no server is set.
	Replies AutoReply
	// Daily limits calls of an API per day of Asia/Shanghai, by its name as in
	// [Platform.Fail]; beyond it calls get 45009. No entry means the limit of a
	// new account where the platform publishes one, a negative number none.
	Daily map[string]int
	// Minute limits them per minute; beyond it calls get 45011. No entry means no
	// limit, except for stable_token with 10,000.
	Minute map[string]int
	// Allowed are the addresses from which tokens may be fetched (IP 白名单);
	// others get 40164. Empty means all.
	Allowed []string
}

// TemplateDef is an approved template (模板消息).
type TemplateDef struct {
	// Title heads the card on the phone.
	Title string
	// Fields are the type of each field by its name: thing, phrase,
	// character_string, number, time, date, amount, name, phone_number, letter,
	// symbol, car_number or const.
	Fields map[string]string
	// Labels are the fields' captions on the card; a field without one shows
	// its name.
	Labels map[string]string
	// Order is the order of the fields on the card; the others follow by name.
	Order []string
	// Allowed are the approved values of each const field.
	Allowed map[string][]string
}

// Person is somebody whose phone the page can show.
type Person struct {
	App    string `json:"app"` // AppID; empty means the first account
	OpenID string `json:"openid"`
	Name   string `json:"name"`
	Role   string `json:"role"`  // the caption beside the name
	Kind   string `json:"kind"`  // resident, staff or dispatcher: which phone
	Scene  string `json:"scene"` // the code this person scans first; may be empty
}

// Scene is a code that can be scanned on the page.
type Scene struct {
	Key   string `json:"key"` // the scene_str
	Label string `json:"label"`
}

// Place is a sample location of the page.
type Place struct {
	Label string  `json:"label"`
	Lat   float64 `json:"lat"` // degrees
	Lng   float64 `json:"lng"` // degrees
}

// Options configure a [Platform].
type Options struct {
	Accounts []Account
	// Now is the clock of every rule. Nil means time.Now.
	Now func() time.Time
	// PushTimeout is how long an answer may take in real time. 0 means 5 s.
	PushTimeout time.Duration
	// PushRetries is how often an unanswered push is sent again. 0 means 3,
	// a negative number none.
	PushRetries int
	// RetryGap is the least real time between the starts of two attempts.
	// 0 means PushTimeout, as observed at the platform.
	RetryGap time.Duration
	// Resign gives every attempt its own timestamp, nonce and signature over
	// the same body. The platform does not document which of the two it does.
	Resign bool
	// MarkFailAfter is how many failed attempts in a row pause pushing for a
	// minute of the clock. 0 means 60, a negative number never. The platform's
	// own figure is not public.
	MarkFailAfter int
	// Client sends the pushes. Nil means one with many idle connections.
	Client *http.Client
	// LoopbackOnly makes the client of a nil Client push to this machine only:
	// other addresses fail with [ErrRemote], whatever name led to them.
	LoopbackOnly bool
	// URL is the address under which others reach the handler, for picture and
	// code links. [Platform.SetURL] changes it.
	URL string
	// NoBodies leaves bodies out of the wire log.
	NoBodies bool
	// WireSize is how many entries the wire log keeps. 0 means 500.
	WireSize int
	// PhoneSize is how many bubbles each phone keeps at least. 0 means 500.
	PhoneSize int
	// MediaBytes bounds the media kept; the oldest go first. 0 means 64 MiB.
	MediaBytes int
	// OnSend, when set, is called for every message that was accepted for
	// delivery. It must be quick and safe for concurrent use.
	OnSend func(Send)

	// For the page:

	Cast   []Person
	Scenes []Scene
	Places []Place
	// Hints are suggested messages by the kind of person.
	Hints map[string][]string
	// Notice is a banner above the phones, such as that nothing is kept.
	Notice string
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Client == nil {
		o.Client = &http.Client{Transport: pushTransport(o.LoopbackOnly), CheckRedirect: noRedirect}
	}
	o.PushTimeout = cmp.Or(o.PushTimeout, 5*time.Second)
	o.PushRetries = max(0, cmp.Or(o.PushRetries, 3))
	o.RetryGap = cmp.Or(o.RetryGap, o.PushTimeout)
	o.MarkFailAfter = cmp.Or(o.MarkFailAfter, 60)
	o.WireSize = cmp.Or(o.WireSize, 500)
	o.PhoneSize = cmp.Or(o.PhoneSize, 500)
	o.MediaBytes = cmp.Or(o.MediaBytes, 64<<20)
	return o
}

// noRedirect takes a redirect for an answer, because the platform follows none.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// pushTransport keeps enough idle connections for thousands of pushes a second,
// and lets no proxy come between.
func pushTransport(loopbackOnly bool) *http.Transport {
	dialer := net.Dialer{Timeout: 5 * time.Second}
	if loopbackOnly {
		dialer.Control = loopback
	}
	return &http.Transport{
		DialContext:         dialer.DialContext,
		MaxIdleConns:        1024,
		MaxIdleConnsPerHost: 512,
		IdleConnTimeout:     30 * time.Second,
	}
}

// loopback refuses a connection to another machine, after names are resolved.
func loopback(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !to.Addr().Unmap().IsLoopback() {
		return fmt.Errorf("%w: %s", ErrRemote, address)
	}
	return nil
}
