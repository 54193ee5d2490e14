package wechat

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

const qrAnswer = `{"ticket":"gQH47","expire_seconds":60,"url":"http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI"}`

func TestCreateQR(t *testing.T) {
	for name, c := range map[string]struct {
		expire time.Duration
		action string
	}{
		"permanent": {0, "QR_LIMIT_STR_SCENE"},
		"temporary": {MaxCodeLife, "QR_STR_SCENE"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlatform(t, always(qrAnswer))
			url, err := p.client(t, nil).CreateQR(context.Background(), "xingfu", "mg:12-3", c.expire)
			if err != nil || url != "http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI" {
				t.Fatalf("CreateQR = %q, %v", url, err)
			}
			got := p.lastCall(t)
			scene := got["action_info"].(map[string]any)["scene"].(map[string]any)["scene_str"]
			seconds, _ := got["expire_seconds"].(float64)
			if got["action_name"] != c.action || scene != "mg:12-3" || seconds != c.expire.Seconds() {
				t.Errorf("asked %v", got)
			}
		})
	}
}

// The SDK takes an errmsg "ok" for an error; it is none.
func TestCreateQRWithErrmsgOK(t *testing.T) {
	p := newPlatform(t, always(strings.Replace(qrAnswer, "{", `{"errcode":0,"errmsg":"ok",`, 1)))
	if url, err := p.client(t, nil).CreateQR(context.Background(), "xingfu", "mg", 0); err != nil || url == "" {
		t.Errorf("CreateQR = %q, %v", url, err)
	}
}

func TestCreateQRRefuses(t *testing.T) {
	p := newPlatform(t, always(qrAnswer))
	c := p.client(t, nil)
	for name, in := range map[string]struct {
		scene  string
		expire time.Duration
	}{
		"no scene":     {"", 0},
		"long scene":   {strings.Repeat("x", 65), 0},
		"long life":    {"mg", MaxCodeLife + time.Second},
		"short life":   {"mg", time.Millisecond},
		"negative":     {"mg", -time.Hour},
		"long Chinese": {strings.Repeat("灯", 22), 0},
	} {
		if url, err := c.CreateQR(context.Background(), "xingfu", in.scene, in.expire); err == nil {
			t.Errorf("%s: %q", name, url)
		}
	}
	if _, err := c.CreateQR(context.Background(), "nowhere", "mg", 0); !errors.Is(err, ErrNoAccount) {
		t.Errorf("unknown account: %v", err)
	}
	unable := p.client(t, func(o *Options) { o.Accounts[0].Abilities.QRCode = false })
	if _, err := unable.CreateQR(context.Background(), "xingfu", "mg", 0); !errors.Is(err, ErrNotAble) {
		t.Errorf("an account without codes: %v", err)
	}
	if grants, _ := p.counts(); grants != 0 {
		t.Error("the platform was asked")
	}
}

// wantCode fails unless err is an *APIError with that code.
func wantCode(t *testing.T, err error, code int) {
	t.Helper()
	var e *APIError
	if !errors.As(err, &e) || e.Code != code {
		t.Errorf("error %v, want code %d", err, code)
		return
	}
	noSecrets(t, err.Error())
}

func TestQueriesFail(t *testing.T) {
	ctx := context.Background()
	for body, code := range map[string]int{
		`{"errcode":48001,"errmsg":"api unauthorized"}`: 48001,
		`{"errcode":-1,"errmsg":"busy"}`:                -1,
		`<html>`:                                        CodeBadAnswer,
		`{}`:                                            CodeBadAnswer,
	} {
		c := newPlatform(t, always(body)).client(t, nil)
		_, err := c.CreateQR(ctx, "xingfu", "mg", 0)
		wantCode(t, err, code)
		_, err = c.UserInfo(ctx, "xingfu", testOpenid)
		wantCode(t, err, code)
		_, err = c.FetchMedia(ctx, "xingfu", "m1")
		wantCode(t, err, code)
	}
}

func TestUserInfo(t *testing.T) {
	p := newPlatform(t, always(`{"subscribe":1,"openid":"`+testOpenid+`","subscribe_time":2147483648,"unionid":"u","subscribe_scene":"ADD_SCENE_QR_CODE","qr_scene":0,"qr_scene_str":"mg:1"}`))
	u, err := p.client(t, nil).UserInfo(context.Background(), "xingfu", testOpenid)
	if err != nil || u != (User{testOpenid, true, "u", "mg:1", "ADD_SCENE_QR_CODE"}) {
		t.Errorf("UserInfo = %+v, %v", u, err)
	}
}

// An openid must not be able to add parameters to the address.
func TestUserInfoEscapes(t *testing.T) {
	p := newPlatform(t, always(`{"subscribe":0,"openid":"o&access_token=x"}`))
	u, err := p.client(t, nil).UserInfo(context.Background(), "xingfu", "o&access_token=x")
	if err != nil || u.Subscribed {
		t.Errorf("UserInfo = %+v, %v", u, err)
	}
	if got := p.calls[0].query["openid"]; len(got) != 1 || got[0] != "o&access_token=x" {
		t.Errorf("openid %q", got)
	}
}

// mediaPlatform serves one file with its type.
func mediaPlatform(t *testing.T, kind, body string) *Client {
	t.Helper()
	return brokenPlatform(t, func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", kind)
		w.Write([]byte(body))
	})
}

func TestFetchMedia(t *testing.T) {
	ctx := context.Background()
	m, err := mediaPlatform(t, "image/jpeg", "\xff\xd8\xff").FetchMedia(ctx, "xingfu", "m1")
	if err != nil || m.Type != "image/jpeg" || string(m.Data) != "\xff\xd8\xff" {
		t.Errorf("a picture: %+v, %v", m, err)
	}
	m, err = mediaPlatform(t, "text/plain", `{"video_url":"https://v.example/1"}`).FetchMedia(ctx, "xingfu", "m1")
	if err != nil || m.URL != "https://v.example/1" || m.Data != nil {
		t.Errorf("a video: %+v, %v", m, err)
	}
	for _, kind := range []string{"application/json", "text/plain", "image/jpeg", ""} {
		_, err = mediaPlatform(t, kind, `{"errcode":40007,"errmsg":"invalid media_id"}`).FetchMedia(ctx, "xingfu", "m1")
		wantCode(t, err, 40007)
	}
	_, err = mediaPlatform(t, "image/jpeg", strings.Repeat("x", maxMedia+1)).FetchMedia(ctx, "xingfu", "m1")
	wantCode(t, err, CodeTooLong)
	if _, err := mediaPlatform(t, "", "").FetchMedia(ctx, "nowhere", "m1"); !errors.Is(err, ErrNoAccount) {
		t.Errorf("unknown account: %v", err)
	}
}

// A token that died is repaired for files as for everything else.
func TestFetchMediaRepairsToken(t *testing.T) {
	p := newPlatform(t, func(_ int, r request) string {
		if r.path != "/cgi-bin/media/get" || r.query["media_id"][0] != "m&1" {
			return failing(40007)(0, r)
		}
		return `{"video_url":"https://v.example/1"}`
	})
	tokens := NewMemoryTokens(testNow)
	tokens.SaveToken(context.Background(), testApp, "token-0", time.Hour)
	c := p.client(t, func(o *Options) { o.Tokens = tokens })
	if m, err := c.FetchMedia(context.Background(), "xingfu", "m&1"); err != nil || m.URL == "" {
		t.Errorf("FetchMedia = %+v, %v", m, err)
	}
	p.wantGrants(t, 1)
}
