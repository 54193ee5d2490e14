package simulator

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"gridbot/wechat"
)

// client is the product's own client, pointed at the stand-in.
func (r *rig) client() *wechat.Client {
	r.Helper()
	c, err := wechat.NewClient(wechat.Options{
		BaseURL: r.api.URL, Now: r.clock.Now, Timeout: 5 * time.Second,
		Accounts: []wechat.Account{{
			Name: "a", AppID: app, Secret: secret, Token: word, AESKey: key,
			Abilities: wechat.Ability{Template: true, QRCode: true},
		}},
	})
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(c.Close)
	return c
}

// notice is the template the client sends.
func notice() (wechat.Template, map[string]string) {
	return wechat.Template{ID: "T1"}, goodData()
}

// TestClient plays the product's outbound side against the stand-in, so that the
// two agree about paths, forms and codes.
func TestClient(t *testing.T) {
	r := newRig(t)
	c := r.client()
	r.p.Follow(app, wang, "mg-1")
	if got := c.SendText(t.Context(), "a", wang, "已签收"); got.Outcome.String() != "delivered" {
		t.Errorf("text: %+v", got)
	}
	template, fields := notice()
	for range 2 { // the second is known by its id
		if got := c.SendTemplate(t.Context(), "a", wang, template, fields, "https://example.org/", "n-1"); got.Outcome.String() != "delivered" {
			t.Errorf("template: %+v", got)
		}
	}
	r.wantScreen(wang, "<system followed: 已关注公众号", "<text custom: 已签收", "<template template: 工单进度通知")
	user, err := c.UserInfo(t.Context(), "a", wang)
	if err != nil || !user.Subscribed || user.Scene != "mg-1" || user.Source != "ADD_SCENE_QR_CODE" {
		t.Errorf("user %+v, %v", user, err)
	}
	for _, life := range []time.Duration{0, time.Hour} {
		link, err := c.CreateQR(t.Context(), "a", "mg-1", life)
		if err != nil || !strings.HasPrefix(link, r.api.URL+"/qr/") {
			t.Errorf("code %q, %v", link, err)
		}
	}
	r.p.Image(app, wang, pngBytes(t))
	media, err := c.FetchMedia(t.Context(), "a", r.last().MediaID)
	if err != nil || media.Type != "image/png" || !bytes.Equal(media.Data, pngBytes(t)) {
		t.Errorf("media of %s, %d bytes, %v", media.Type, len(media.Data), err)
	}
}

// TestClientOutcomes wants each rule of the stand-in understood by the client.
func TestClientOutcomes(t *testing.T) {
	send := func(ctx context.Context, c *wechat.Client) string {
		return c.SendText(ctx, "a", wang, "进展").Outcome.String()
	}
	notify := func(ctx context.Context, c *wechat.Client) string {
		template, fields := notice()
		return c.SendTemplate(ctx, "a", wang, template, fields, "", "").Outcome.String()
	}
	custom, template := "message/custom/send", "message/template/send"
	for _, c := range []struct {
		name  string
		spoil func(*rig)
		call  func(context.Context, *wechat.Client) string
		want  string
	}{
		{"all well", func(*rig) {}, send, "delivered"},
		{"window closed", func(r *rig) { r.clock.advance(messageWindow) }, send, "window_closed"},
		{"template needs no window", func(r *rig) { r.clock.advance(messageWindow) }, notify, "delivered"},
		{"left", func(r *rig) { r.p.Unfollow(app, wang) }, send, "unreachable"},
		{"left, template", func(r *rig) { r.p.Unfollow(app, wang) }, notify, "unreachable"},
		{"takes nothing", func(r *rig) { r.p.Block(app, wang, true) }, send, "unreachable"},
		{"token killed", func(r *rig) { r.token(); r.p.KillTokens(app) }, send, "delivered"},
		{"token expired", func(r *rig) { r.token(); r.p.ExpireTokens(app) }, send, "delivered"},
		{"busy", func(r *rig) { r.p.Fail(app, custom, Fault{Times: -1, Errcode: -1}) }, send, "retry_later"},
		{"502", func(r *rig) { r.p.Fail(app, custom, Fault{Times: -1, Status: 502}) }, send, "retry_later"},
		{"daily quota", func(r *rig) { r.p.Fail(app, custom, Fault{Times: -1, Errcode: 45009}) }, send, "quota_used"},
		{"too fast", func(r *rig) { r.p.Fail(app, custom, Fault{Times: -1, Errcode: 45011}) }, send, "slow_down"},
		{"answer lost", func(r *rig) { r.p.Fail(app, template, Fault{Times: -1, Drop: true, Performed: true}) }, notify, "unknown"},
		{"address refused", func(r *rig) { r.p.Fail(app, custom, Fault{Times: -1, Errcode: 40164}) }, send, "hold"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			client := r.client()
			r.p.Text(app, wang, "路灯不亮")
			c.spoil(r)
			if got := c.call(t.Context(), client); got != c.want {
				t.Errorf("outcome %s, want %s", got, c.want)
			}
		})
	}
}

// TestClientRefreshesOnce wants one new token for many calls with a dead one.
func TestClientRefreshesOnce(t *testing.T) {
	r := newRig(t)
	c := r.client()
	for range 4 {
		r.p.Text(app, wang, "路灯不亮")
		for range messageCount {
			if got := c.SendText(t.Context(), "a", wang, "进展"); got.Outcome.String() != "delivered" {
				t.Fatalf("%+v", got)
			}
		}
		r.p.KillTokens(app)
	}
	fetched := 0
	for _, e := range r.p.Wire() {
		if e.Name == "stable_token" {
			fetched++
		}
	}
	if fetched != 4 {
		t.Errorf("%d tokens were fetched, want 4", fetched)
	}
}
