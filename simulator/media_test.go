package simulator

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// pngBytes is a small picture.
func pngBytes(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// upload posts a file under a form's name.
func (r *rig) upload(path, field string, data []byte) map[string]any {
	r.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile(field, "a.png")
	if err != nil {
		r.Fatal(err)
	}
	part.Write(data)
	form.Close()
	return r.json(r.do(http.MethodPost, path, form.FormDataContentType(), b.Bytes()))
}

// fetch gets any address of the handler.
func (r *rig) fetch(path string) (*http.Response, []byte) {
	r.Helper()
	client := &http.Client{CheckRedirect: noRedirect}
	res, err := client.Get(r.api.URL + path)
	if err != nil {
		r.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		r.Fatal(err)
	}
	return res, body
}

func TestRuleMediaLiveThreeDays(t *testing.T) {
	r := newRig(t)
	token, picture := r.token(), pngBytes(t)
	id, _ := r.upload("media/upload?type=image&access_token="+token, "media", picture)["media_id"].(string)
	status, got := r.do(http.MethodGet, "media/get?access_token="+token+"&media_id="+id, "", nil)
	if status != 200 || !bytes.Equal(got, picture) {
		t.Fatalf("status %d, %d bytes", status, len(got))
	}
	r.clock.advance(mediaLife - time.Second)
	token = r.token()
	if _, got = r.do(http.MethodGet, "media/get?access_token="+token+"&media_id="+id, "", nil); !bytes.Equal(got, picture) {
		t.Error("gone before three days")
	}
	r.clock.advance(time.Second)
	r.wantCode(r.get("media/get?access_token="+token+"&media_id="+id), 40007)
	r.p.Text(app, wang, "您好")
	r.wantCode(r.post("message/custom/send?access_token="+token, map[string]any{
		"touser": wang, "msgtype": "image", "image": map[string]string{"media_id": id}}), 40007)
}

func TestMediaRefused(t *testing.T) {
	r := newRig(t)
	token := r.token()
	upload := "media/upload?access_token=" + token + "&type="
	r.wantCode(r.upload(upload+"dance", "media", pngBytes(t)), 40004)
	r.wantCode(r.upload(upload+"image", "picture", pngBytes(t)), 41005)
	r.wantCode(r.upload(upload+"image", "media", nil), 41005)
	r.wantCode(r.upload(upload+"image", "media", make([]byte, maxImage+1)), 40009)
	r.wantCode(r.upload(upload+"image", "media", make([]byte, maxUpload+1)), 40009)
	r.wantCode(r.post(upload+"image", map[string]string{}), 41005)
	r.wantCode(r.upload("media/uploadimg?access_token="+token, "x", pngBytes(t)), 41005)
	r.wantCode(r.get("media/get?access_token="+token+"&media_id=invented"), 40007)
}

func TestMediaUploadPicture(t *testing.T) {
	r := newRig(t)
	address, _ := r.upload("media/uploadimg?access_token="+r.token(), "media", pngBytes(t))["url"].(string)
	path, ok := strings.CutPrefix(address, r.api.URL)
	if !ok {
		t.Fatalf("address %q", address)
	}
	if res, got := r.fetch(path); res.StatusCode != 200 || !bytes.Equal(got, pngBytes(t)) {
		t.Errorf("status %d, %d bytes", res.StatusCode, len(got))
	}
}

// The oldest media go when there are too many bytes; the newest stays, however
// large.
func TestMediaBounded(t *testing.T) {
	box := mediaBox{limit: 100}
	now := time.Now()
	var ids []string
	for range 5 {
		ids = append(ids, box.put(make([]byte, 40), now))
	}
	for i, id := range ids {
		if _, found := box.get(id, now); found != (i >= 3) {
			t.Errorf("number %d kept: %v", i, found)
		}
	}
	large := box.put(make([]byte, 1000), now)
	if _, found := box.get(large, now); !found || len(box.byID) != 1 || box.size != 1000 {
		t.Errorf("%d media of %d bytes", len(box.byID), box.size)
	}
}

// A picture can be looked at; anything else is a download, so that nobody's file
// runs as a page.
func TestPictureAddress(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"png", pngBytes(t), "image/png"},
		{"html", []byte("<html><script>alert(1)</script>"), "application/octet-stream"},
		{"svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "application/octet-stream"},
		{"amr", []byte("#!AMR\n..."), "application/octet-stream"},
	} {
		id := r.p.media.put(c.data, r.clock.Now())
		res, _ := r.fetch("/pic/" + id)
		if got := res.Header.Get("Content-Type"); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s: headers %v", c.name, res.Header)
		}
	}
	if res, _ := r.fetch("/pic/invented"); res.StatusCode != 404 {
		t.Errorf("invented: %d", res.StatusCode)
	}
	if got := mimeOf([]byte("#!AMR\n...")); got != "audio/amr" {
		t.Errorf("a voice message is %s", got)
	}
}

// code asks for a code of an action and a scene.
func (r *rig) code(token, action string, expire int64, scene any) map[string]any {
	r.Helper()
	name := "scene_str"
	if _, number := scene.(int); number {
		name = "scene_id"
	}
	return r.post("qrcode/create?access_token="+token, map[string]any{
		"action_name": action, "expire_seconds": expire,
		"action_info": map[string]any{"scene": map[string]any{name: scene}},
	})
}

func TestRuleCodes(t *testing.T) {
	r := newRig(t)
	token := r.token()
	const month = 30 * 24 * 3600
	for _, c := range []struct {
		name, action string
		expire       int64
		scene        any
		want         int
		life         any
	}{
		{"temporary", "QR_STR_SCENE", 3600, "mg-1", 0, 3600.0},
		{"a month", "QR_STR_SCENE", month, "mg-1", 0, float64(month)},
		{"more than a month", "QR_STR_SCENE", month + 1, "mg-1", 40053, nil},
		{"no life said", "QR_STR_SCENE", 0, "mg-1", 0, 60.0},
		{"number", "QR_SCENE", 60, 123456, 0, 60.0},
		{"number nought", "QR_SCENE", 60, 0, 40053, nil},
		{"lasting", "QR_LIMIT_STR_SCENE", 0, "mg-1", 0, nil},
		{"lasting number", "QR_LIMIT_SCENE", 0, 100_000, 0, nil},
		{"lasting number too high", "QR_LIMIT_SCENE", 0, 100_001, 40053, nil},
		{"64 characters", "QR_LIMIT_STR_SCENE", 0, strings.Repeat("格", 64), 0, nil},
		{"65 characters", "QR_LIMIT_STR_SCENE", 0, strings.Repeat("格", 65), 40053, nil},
		{"no scene", "QR_LIMIT_STR_SCENE", 0, "", 40053, nil},
		{"unknown action", "QR_DANCE", 0, "mg-1", 40053, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := r.code(token, c.action, c.expire, c.scene)
			r.wantCode(out, c.want)
			if c.want == 0 && (out["expire_seconds"] != c.life || out["ticket"] == "") {
				t.Errorf("answer %v, want a life of %v", out, c.life)
			}
		})
	}
	status, body := r.do("POST", "qrcode/create?access_token="+token, "application/json", []byte("["))
	r.wantCode(r.json(status, body), 47001)
}

func TestCodePictureAndLink(t *testing.T) {
	r := newRig(t)
	out := r.code(r.token(), "QR_STR_SCENE", 60, "mg 1&x")
	ticket, _ := out["ticket"].(string)
	_, picture := r.do(http.MethodGet, "showqrcode?ticket="+url.QueryEscape(ticket), "", nil)
	if _, err := png.Decode(bytes.NewReader(picture)); err != nil {
		t.Errorf("not a picture: %v", err)
	}
	if out["url"] != r.api.URL+"/qr/"+ticket {
		t.Errorf("url %v", out["url"])
	}
	res, _ := r.fetch("/qr/" + ticket)
	if got := res.Header.Get("Location"); res.StatusCode != 303 || got != "/?scene=mg+1%26x" {
		t.Errorf("%d to %q", res.StatusCode, got)
	}
	r.clock.advance(time.Minute)
	if res, _ := r.fetch("/qr/" + ticket); res.StatusCode != 404 {
		t.Errorf("after its end: %d", res.StatusCode)
	}
	r.wantCode(r.get("showqrcode?ticket="+ticket), 40053)
}

func TestCodesAccountKind(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Accounts[0].Kind = KindSubscription })
	r.wantCode(r.code(r.token(), "QR_STR_SCENE", 60, "mg-1"), 48001)
}

func TestRuleCodesLimited(t *testing.T) {
	book := codeBook{}
	for i := range maxPermanent {
		if _, full := book.add(code{app: app}); full {
			t.Fatalf("full after %d", i)
		}
	}
	if _, full := book.add(code{app: app}); !full {
		t.Error("no end of permanent codes")
	}
	if _, full := book.add(code{app: "wx-other"}); full {
		t.Error("one account's codes count for another")
	}
	if _, full := book.add(code{app: app, expires: time.Now()}); full {
		t.Error("temporary codes count")
	}
}

func TestUserInfo(t *testing.T) {
	r := newRig(t)
	token := r.token()
	info := func(openid string) map[string]any {
		return r.get("user/info?lang=zh_CN&access_token=" + token + "&openid=" + openid)
	}
	r.wantCode(info(wang), 40003)
	r.p.Follow(app, wang, "mg-1")
	got := info(wang)
	want := map[string]any{
		"subscribe": 1.0, "openid": wang, "nickname": "", "language": "zh_CN",
		"subscribe_time": float64(r.clock.Now().Unix()), "subscribe_scene": "ADD_SCENE_QR_CODE", "qr_scene_str": "mg-1",
	}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s: %v, want %v", k, got[k], v)
		}
	}
	r.p.Unfollow(app, wang)
	if got := info(wang); len(got) != 3 || got["subscribe"] != 0.0 {
		t.Errorf("after leaving: %v", got)
	}
	r.p.Text(app, li, "您好")
	if got := info(li); got["subscribe"] != 1.0 || got["subscribe_scene"] != "ADD_SCENE_SEARCH" {
		t.Errorf("somebody who only wrote: %v", got)
	}
}

func TestMenu(t *testing.T) {
	r := newRig(t)
	token := r.token()
	at := func(name string) string { return "menu/" + name + "?access_token=" + token }
	b := map[string]any{"type": "click", "name": "进度", "key": "progress"}
	six := map[string]any{"name": "更多", "sub_button": []any{b, b, b, b, b, b}}
	five := map[string]any{"name": "更多", "sub_button": []any{b, b, b, b, map[string]any{"type": "click", "name": "帮助", "key": "help"}}}
	r.wantCode(r.get(at("get")), 46003)
	for _, c := range []struct {
		buttons []any
		want    int
	}{{nil, 40016}, {[]any{b, b, b, b}, 40016}, {[]any{six}, 40023}, {[]any{b, five}, 0}} {
		r.wantCode(r.post(at("create"), map[string]any{"button": c.buttons}), c.want)
	}
	r.wantCode(r.post(at("create"), "menu"), 47001)
	stored, _ := r.get(at("get"))["menu"].(map[string]any)
	if buttons, _ := stored["button"].([]any); len(buttons) != 2 {
		t.Errorf("stored: %v", stored)
	}
	r.p.Click(app, wang, "help")
	r.p.Click(app, wang, "gone")
	r.wantScreen(wang, "<system tapped: 点击菜单 帮助", "<system tapped: 点击菜单 gone")
	r.wantCode(r.get(at("delete")), 0)
	r.wantCode(r.get(at("get")), 46003)
}
