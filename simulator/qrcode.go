package simulator

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"rsc.io/qr"
)

// The limits of codes, from the official documentation.
const (
	maxScene     = 64                  // characters of scene_str
	maxCodeLife  = 30 * 24 * time.Hour // of a temporary code
	minCodeLife  = time.Minute         // and the default of one
	maxPermanent = 100_000             // codes without an end, per account
	maxSceneID   = 100_000             // of a permanent code with a number
	permanent    = "QR_LIMIT_"         // begins the action_name of one
	stringScene  = "STR_SCENE"         // ends the action_name of one with a word
	ticketLen    = 40
)

type code struct {
	app     string
	scene   string
	expires time.Time // zero for a permanent one
}

// codeBook holds the codes made by qrcode/create.
type codeBook struct {
	mu        sync.Mutex
	byTicket  map[string]code
	permanent map[string]int // by AppID
}

func (b *codeBook) add(c code) (ticket string, full bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.byTicket == nil {
		b.byTicket, b.permanent = map[string]code{}, map[string]int{}
	}
	if c.expires.IsZero() {
		if b.permanent[c.app] >= maxPermanent {
			return "", true
		}
		b.permanent[c.app]++
	}
	ticket = (rand.Text() + rand.Text())[:ticketLen]
	b.byTicket[ticket] = c
	return ticket, false
}

func (b *codeBook) get(ticket string, now time.Time) (code, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, found := b.byTicket[ticket]
	return c, found && (c.expires.IsZero() || now.Before(c.expires))
}

type codeRequest struct {
	Action string `json:"action_name"`
	Expire int64  `json:"expire_seconds"`
	Info   struct {
		Scene struct {
			ID  int64  `json:"scene_id"`
			Str string `json:"scene_str"`
		} `json:"scene"`
	} `json:"action_info"`
}

type codeAnswer struct {
	Ticket string `json:"ticket"`
	Expire int64  `json:"expire_seconds,omitempty"` // seconds
	URL    string `json:"url"`
}

// createCode is qrcode/create.
func createCode(c *call) (any, error) {
	var in codeRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if c.acct.Kind != KindService {
		return nil, errUnauthorised
	}
	made, err := in.code(c.at)
	if err != nil {
		return nil, err
	}
	made.app = c.acct.AppID
	ticket, full := c.p.codes.add(made)
	if full {
		return nil, errTooManyCodes
	}
	out := codeAnswer{Ticket: ticket, URL: c.p.absolute("/qr/" + ticket)}
	if !made.expires.IsZero() {
		out.Expire = int64(made.expires.Sub(c.at) / time.Second)
	}
	return out, nil
}

func (in codeRequest) code(now time.Time) (out code, err error) {
	lasting := strings.HasPrefix(in.Action, permanent)
	switch in.Action {
	case "QR_SCENE", permanent + "SCENE":
		id := in.Info.Scene.ID
		if id < 1 || lasting && id > maxSceneID || id > 1<<32-1 {
			return out, errAction
		}
		out.scene = strconv.FormatInt(id, 10)
	case "QR_" + stringScene, permanent + stringScene:
		out.scene = in.Info.Scene.Str
		if n := len([]rune(out.scene)); n < 1 || n > maxScene {
			return out, errAction
		}
	default:
		return out, errAction
	}
	if !lasting {
		life := max(time.Duration(in.Expire)*time.Second, minCodeLife)
		if in.Expire > int64(maxCodeLife/time.Second) {
			return out, errAction
		}
		out.expires = now.Add(life)
	}
	return out, nil
}

// showCode is showqrcode: the picture of a code.
func (p *Platform) showCode(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	if _, found := p.codes.get(ticket, p.now()); !found {
		write(w, nil, errUnknownTicket)
		return
	}
	picture, err := qr.Encode(p.absolute("/qr/"+ticket), qr.M)
	if err != nil {
		write(w, nil, err)
		return
	}
	write(w, file{"image/png", picture.PNG()}, nil)
}

// followCode is where a code leads: the page, with the scan about to be made.
func (p *Platform) followCode(w http.ResponseWriter, r *http.Request) {
	c, found := p.codes.get(r.PathValue("ticket"), p.now())
	if !found {
		http.NotFound(w, r)
		return
	}
	http.Redirect(w, r, "../?scene="+url.QueryEscape(c.scene), http.StatusSeeOther)
}
