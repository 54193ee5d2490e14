package wechat

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gridbot/task"
)

// mediaHost answers uploads with a new media_id each, and messages by send.
func mediaHost(t *testing.T, send func(mediaID string) string) *platform {
	uploads := 0
	return newPlatform(t, func(_ int, r request) string {
		if r.path == "/cgi-bin/media/upload" {
			uploads++
			return fmt.Sprintf(`{"type":"image","media_id":"m%d","created_at":1785900000}`, uploads)
		}
		_, rest, _ := strings.Cut(r.body, `"media_id":"`)
		id, _, _ := strings.Cut(rest, `"`)
		return send(id)
	})
}

func sendImage(c *Client) task.Result {
	return c.SendImage(context.Background(), "xingfu", testOpenid, []byte("\xff\xd8\xff"), "image/jpeg")
}

// paths lists the calls made.
func (p *platform) paths() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, r := range p.calls {
		out = append(out, strings.TrimPrefix(r.path, "/cgi-bin/"))
	}
	return strings.Join(out, " ")
}

// A picture is uploaded once in three days.
func TestSendImage(t *testing.T) {
	p, clk := mediaHost(t, func(string) string { return `{"errcode":0}` }), newClock()
	p.life = 90 * 24 * 3600
	c := p.client(t, func(o *Options) { o.Now = clk.Now })
	for range 3 {
		if r := sendImage(c); r.Outcome != task.Delivered {
			t.Fatalf("result %+v", r)
		}
	}
	clk.Add(72 * time.Hour)
	if r := sendImage(c); r.Outcome != task.Delivered {
		t.Fatalf("result %+v", r)
	}
	const want = "media/upload message/custom/send message/custom/send message/custom/send media/upload message/custom/send"
	if got := p.paths(); got != want {
		t.Errorf("calls %s", got)
	}
	upload := p.calls[0]
	if upload.query["type"][0] != "image" || !strings.Contains(upload.body, `name="media"; filename="picture.jpeg"`) || !strings.Contains(upload.body, "\xff\xd8\xff") {
		t.Errorf("uploaded %q", upload.body)
	}
}

// 40007: the platform forgot the picture; it is uploaded again, once.
func TestSendImageUploadsAgain(t *testing.T) {
	p := mediaHost(t, func(id string) string {
		if id == "m1" {
			return failing(40007)(0, request{})
		}
		return `{"errcode":0}`
	})
	c := p.client(t, nil)
	for range 2 {
		if r := sendImage(c); r.Outcome != task.Delivered {
			t.Fatalf("result %+v", r)
		}
	}
	if got := p.paths(); got != "media/upload message/custom/send media/upload message/custom/send message/custom/send" {
		t.Errorf("calls %s", got)
	}
	p = mediaHost(t, func(string) string { return failing(40007)(0, request{}) })
	if r := sendImage(p.client(t, nil)); r.Outcome != task.Bad || r.Code != 40007 || p.paths() != "media/upload message/custom/send media/upload message/custom/send" {
		t.Errorf("always forgotten: %+v after %s", r, p.paths())
	}
}

// When the upload fails, nothing was sent.
func TestSendImageNotUploaded(t *testing.T) {
	for answer, want := range map[string]task.Outcome{
		`{"errcode":-1}`: task.RetryLater, `{"errcode":45009}`: task.QuotaUsed, `{"errcode":40009}`: task.Bad, `{"errcode":48001}`: task.Hold,
		`{"errcode":0}`: task.RetryLater, `{"type":"image"}`: task.RetryLater, `<html>`: task.RetryLater,
	} {
		p := newPlatform(t, always(answer))
		if r := sendImage(p.client(t, nil)); r.Outcome != want || strings.Contains(p.paths(), "custom") {
			t.Errorf("%s: %+v after %s", answer, r, p.paths())
		}
	}
	p := newPlatform(t, failing(0))
	c := p.client(t, nil)
	ctx := context.Background()
	for name, r := range map[string]task.Result{
		"no picture":  c.SendImage(ctx, "xingfu", testOpenid, nil, "image/png"),
		"too big":     c.SendImage(ctx, "xingfu", testOpenid, make([]byte, MaxImage+1), "image/png"),
		"no image":    c.SendImage(ctx, "xingfu", testOpenid, []byte("x"), "image/png\r\nX: y"),
		"no receiver": c.SendImage(ctx, "xingfu", "", []byte("x"), "image/png"),
	} {
		if r.Outcome != task.Bad {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if r := c.SendImage(ctx, "nowhere", testOpenid, []byte("x"), "image/png"); r.Outcome != task.Hold || p.paths() != "" {
		t.Errorf("no account: %+v after %s", r, p.paths())
	}
}

func TestUploadMedia(t *testing.T) {
	ctx := context.Background()
	c := mediaHost(t, nil).client(t, nil)
	for range 2 {
		if id, err := c.UploadMedia(ctx, "xingfu", []byte("x"), "image/png"); id != "m1" || err != nil {
			t.Errorf("UploadMedia = %q, %v", id, err)
		}
	}
	_, err := newPlatform(t, failing(40009)).client(t, nil).UploadMedia(ctx, "xingfu", []byte("x"), "image/png")
	wantCode(t, err, 40009)
	_, err = newPlatform(t, failing(0)).client(t, nil).UploadMedia(ctx, "xingfu", []byte("x"), "image/png")
	wantCode(t, err, CodeBadAnswer)
	if _, err := c.UploadMedia(ctx, "nowhere", []byte("x"), "image/png"); !errors.Is(err, ErrNoAccount) {
		t.Errorf("unknown account: %v", err)
	}
	if _, err := c.UploadMedia(ctx, "xingfu", nil, "image/png"); err == nil {
		t.Error("nothing was uploaded")
	}
}

// What is remembered of uploads is bounded.
func TestUploadsAreBounded(t *testing.T) {
	var u uploads
	for i := range 3 * maxUploads {
		u.put(uploadKey{appID: fmt.Sprint(i)}, "m", testNow().Add(time.Duration(i)*time.Minute))
	}
	if len(u.kept) > maxUploads {
		t.Errorf("%d kept", len(u.kept))
	}
	last := uploadKey{appID: fmt.Sprint(3*maxUploads - 1)}
	if u.get(last, testNow()) != "m" {
		t.Error("the newest was forgotten")
	}
}
