package wechat

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/basic"
	sdk "github.com/silenceper/wechat/v2/officialaccount/context"
	"github.com/silenceper/wechat/v2/officialaccount/user"
)

// Limits of codes with a scene.
const (
	// MaxScene is the longest scene, in bytes.
	MaxScene = 64
	// MaxCodeLife is the longest life of a temporary code.
	MaxCodeLife = 30 * 24 * time.Hour
)

// CreateQR makes a code with a scene and returns the address it has to hold
// when it is drawn. expire 0 makes a permanent one, of which an account has
// 100,000 in all; a temporary one lives up to MaxCodeLife.
func (c *Client) CreateQR(ctx context.Context, account, scene string, expire time.Duration) (string, error) {
	a, err := c.account(account)
	switch {
	case err != nil:
		return "", err
	case !a.Abilities.QRCode:
		return "", fmt.Errorf("%w: %q has no codes with a scene", ErrNotAble, account)
	case scene == "" || len(scene) > MaxScene:
		return "", fmt.Errorf("wechat: a scene has 1 to %d bytes, not %d", MaxScene, len(scene))
	case expire < 0 || expire > MaxCodeLife || expire > 0 && expire < time.Second:
		return "", fmt.Errorf("wechat: a code lives 1 second to %s, not %s", MaxCodeLife, expire)
	}
	request := basic.NewLimitQrRequest(scene)
	if expire > 0 {
		request = basic.NewTmpQrRequest(expire, scene)
	}
	var ticket *basic.Ticket
	k := c.run(ctx, a, func(s *sdk.Context) error {
		// The SDK takes any errmsg, even "ok", for an error, but fills
		// the ticket all the same; the call below knows the errcode.
		ticket, err = basic.NewBasic(s).GetQRTicket(request)
		return err
	})
	if err := k.err(); err != nil {
		return "", err
	}
	if ticket == nil || ticket.URL == "" {
		return "", &APIError{API: k.last.api, Code: CodeBadAnswer, Detail: "an answer without an address"}
	}
	return ticket.URL, nil
}

// User is what the platform tells about a person. It gives no name any more.
type User struct {
	OpenID     string
	Subscribed bool   // follows the account; all else is empty when not
	UnionID    string // the same for all accounts of one open-platform owner
	Scene      string // of the code through which the person came
	Source     string // how: ADD_SCENE_QR_CODE, ADD_SCENE_SEARCH …
}

// UserInfo asks whether a person follows the account, and since which code.
func (c *Client) UserInfo(ctx context.Context, account, openid string) (User, error) {
	a, err := c.account(account)
	if err != nil {
		return User{}, err
	}
	var info *user.Info
	k := c.run(ctx, a, func(s *sdk.Context) error {
		// The SDK's error beyond the errcode is a time that does not
		// fit into 32 bits; the rest is filled. It does not escape.
		info, err = user.NewUser(s).GetUserInfo(url.QueryEscape(openid))
		return err
	})
	if err := k.err(openid); err != nil {
		return User{}, err
	}
	if info == nil || info.OpenID != openid {
		return User{}, &APIError{API: k.last.api, Code: CodeBadAnswer, Detail: "an answer about somebody else"}
	}
	return User{OpenID: openid, Subscribed: info.Subscribe != 0, UnionID: info.UnionID,
		Scene: info.QrSceneStr, Source: info.SubscribeScene}, nil
}

// Media is a file a person sent.
type Media struct {
	Type string // its Content-Type
	Data []byte // empty for a video
	URL  string // where a video can be fetched; the platform gives no bytes of it
}

// FetchMedia fetches a picture or a voice message by its media_id, which lives
// 3 days: fetch at once. The SDK has no such call. An *APIError with code 40007
// means that it is gone.
func (c *Client) FetchMedia(ctx context.Context, account, mediaID string) (Media, error) {
	a, err := c.account(account)
	if err != nil {
		return Media{}, err
	}
	address := DefaultBaseURL + "/cgi-bin/media/get?media_id=" + url.QueryEscape(mediaID)
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Media{}, fmt.Errorf("wechat: fetching a file: %w", err)
	}
	k := &call{ctx: ctx, client: c, account: a, file: true}
	res, err := k.do(req)
	if err == nil {
		res.Body.Close()
	}
	if err := k.err(mediaID); err != nil {
		return Media{}, err
	}
	return k.last.media()
}

// media is the file in an answer, or the address of a video.
func (x *exchange) media() (Media, error) {
	if !looksLikeJSON(x.kind, x.body) {
		return Media{Type: x.kind, Data: x.body}, nil
	}
	var video struct {
		URL string `json:"video_url"`
	}
	if json.Unmarshal(x.body, &video) != nil || video.URL == "" {
		return Media{}, &APIError{API: x.api, Code: CodeBadAnswer, Detail: "neither a file nor an error"}
	}
	return Media{Type: "video/mp4", URL: video.URL}, nil
}
