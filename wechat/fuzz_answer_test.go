package wechat

import (
	"context"
	"strings"
	"testing"
	"time"
)

// hostile is a platform that answers anything, with what it was sent in it.
type hostile struct {
	*platform
	client *Client
	body   string
}

// answering makes the next calls be answered with a body in which marks stand for
// what the call was made with.
func (h *hostile) answering(body string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.body = strings.NewReplacer("SECRET", safeAccount().Secret, "TOKEN", "token-1", "OPENID", testOpenid).Replace(body)
}

// token asks for a token and gets the body in its place.
func (h *hostile) token(t *testing.T) error {
	h.mu.Lock()
	h.refuse = h.body
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		h.refuse = ""
		h.mu.Unlock()
	}()
	a := safeAccount()
	_, _, err := h.client.fetchToken(t.Context(), &a)
	return err
}

// every makes one call of each kind and gives everything that is told of them.
func (h *hostile) every(t *testing.T) []string {
	ctx, c := context.Background(), h.client
	told := []string{
		c.SendText(ctx, "xingfu", testOpenid, "路灯").Detail,
		c.SendTemplate(ctx, "xingfu", testOpenid, Template{ID: "t"}, map[string]string{"thing1": "路灯"}, "", "").Detail,
		c.SendSubscription(ctx, "xingfu", testOpenid, Template{ID: "s"}, map[string]string{"thing1": "路灯"}, "").Detail,
	}
	_, qr := c.CreateQR(ctx, "xingfu", "mg", 0)
	_, who := c.UserInfo(ctx, "xingfu", testOpenid)
	_, file := c.FetchMedia(ctx, "xingfu", "media-id")
	_, picture := c.UploadMedia(ctx, "xingfu", []byte("GIF89a"), "image/gif")
	_, templates := c.Templates(ctx, "xingfu")
	_, subscriptions := c.Subscriptions(ctx, "xingfu")
	_, quota := c.CallQuota(ctx, "xingfu", APIText)
	_, menu := c.MenuOpen(ctx, "xingfu")
	for _, err := range []error{qr, who, file, picture, templates, subscriptions, quota, menu} {
		if err != nil {
			told = append(told, err.Error())
		}
	}
	if err := h.token(t); err != nil { // who has no token yet cannot know which words are one
		told = append(told, strings.ReplaceAll(err.Error(), "token-1", "…"))
	}
	return told
}

// FuzzAnswer: whatever the platform answers, or a proxy in its place, nothing panics, and
// what is told of it is short, on one line and without the secret, the token or, where the
// call is about a person, who that is.
func FuzzAnswer(f *testing.F) {
	f.Add(`{"errcode":0,"errmsg":"ok","msgid":9223372036854775807}`)
	f.Add(`{"errcode":40001,"errmsg":"invalid credential, access_token=TOKEN&secret=SECRET"}`)
	f.Add(`{"errcode":45015,"errmsg":"touser OPENID of S` + "\x00" + `ECRET SEC\u0000RET"}`)
	f.Add(`{"errcode":-1e400}`)
	f.Add(`{"access_token":"TOKEN","expires_in":-1}`)
	f.Add(`{"template_list":[{"template_id":"T","content":"{{thing2.DATA}}{{.DATA}}"}],"data":[{"keywordEnumValueList":[{"keywordCode":"}}"}]}]}`)
	f.Add(`{"ticket":1,"url":[],"openid":"OPENID","subscribe_time":99999999999999999999,"media_id":{}}`)
	f.Add("<html>502 SECRET</html>")
	f.Add(`{"errCode":1,"errmsg":"TOKEN"}`)
	f.Add("")
	h := &hostile{}
	h.platform = newPlatform(f, func(int, request) string {
		h.mu.Lock()
		defer h.mu.Unlock()
		return h.body
	})
	h.client = h.platform.client(f, func(o *Options) { o.Timeout = time.Minute })
	f.Fuzz(func(t *testing.T, body string) {
		h.answering(body)
		for _, text := range h.every(t) {
			if strings.Contains(text, safeAccount().Secret) || strings.Contains(text, "token-1") || strings.ContainsAny(text, "\n\r\x00") || len(text) > 5*maxDetail {
				t.Errorf("told %q of %q", text, body)
			}
		}
	})
}
