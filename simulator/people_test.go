package simulator

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gridbot/wechat"
)

// What each act of a person is for the product, as its own parser reads it.
func TestRuleMessagesAndEvents(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*Platform) Delivery
		want wechat.Message
	}{
		{"text", func(p *Platform) Delivery { return p.Text(app, wang, "路灯不亮") },
			wechat.Message{Type: wechat.KindText, Text: "路灯不亮"}},
		{"menu item", func(p *Platform) Delivery { return p.Choose(app, wang, "满意", "101") },
			wechat.Message{Type: wechat.KindText, Text: "满意", MenuID: "101"}},
		{"location", func(p *Platform) Delivery { return p.Location(app, wang, 28.65, 121.42, "幸福里") },
			wechat.Message{Type: wechat.KindLocation, Location: wechat.Location{Lat: 28.65, Lon: 121.42, Scale: 16, Label: "幸福里"}}},
		{"follow", func(p *Platform) Delivery { return p.Follow(app, wang, "") },
			wechat.Message{Type: wechat.KindEvent, Event: wechat.EventSubscribe}},
		{"follow by code", func(p *Platform) Delivery { return p.Follow(app, wang, "mg-1") },
			wechat.Message{Type: wechat.KindEvent, Event: wechat.EventSubscribe, EventKey: "qrscene_mg-1", Scene: "mg-1", Ticket: "ticket-mg-1"}},
		{"scan as a stranger", func(p *Platform) Delivery { return p.Scan(app, wang, "mg-1") },
			wechat.Message{Type: wechat.KindEvent, Event: wechat.EventSubscribe, EventKey: "qrscene_mg-1", Scene: "mg-1", Ticket: "ticket-mg-1"}},
		{"scan as a follower", func(p *Platform) Delivery { p.Follow(app, wang, ""); return p.Scan(app, wang, "mg-1") },
			wechat.Message{Type: wechat.KindEvent, Event: wechat.EventScan, EventKey: "mg-1", Scene: "mg-1", Ticket: "ticket-mg-1"}},
		{"leave", func(p *Platform) Delivery { return p.Unfollow(app, wang) },
			wechat.Message{Type: wechat.KindEvent, Event: wechat.EventUnsubscribe}},
		{"tap", func(p *Platform) Delivery { return p.Click(app, wang, "progress") },
			wechat.Message{Type: wechat.KindEvent, Event: wechat.EventClick, EventKey: "progress"}},
		{"any event", func(p *Platform) Delivery {
			return p.Send(app, wang, eventMessage("VIEW", Field{"EventKey", "https://example.org/"}))
		}, wechat.Message{Type: wechat.KindEvent, Event: wechat.EventView, EventKey: "https://example.org/"}},
		{"any text", func(p *Platform) Delivery { return p.Send(app, wang, textMessage("您好")) },
			wechat.Message{Type: wechat.KindText, Text: "您好"}},
		{"link", func(p *Platform) Delivery {
			return p.Send(app, wang, Message{Type: "link", Fields: []Field{{"Title", "新闻"}, {"Url", "https://example.org/"}}})
		}, wechat.Message{Type: wechat.KindLink, Title: "新闻", URL: "https://example.org/"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t)
			if d := c.do(r.p); d.Err != nil || d.Failed {
				t.Fatalf("delivery: %+v", d)
			}
			got := *r.last()
			if got.From != wang || got.To != "gh_"+app || !got.CreateTime.Equal(r.clock.Now()) {
				t.Errorf("from %s to %s at %v", got.From, got.To, got.CreateTime)
			}
			if hasID := got.ID != ""; hasID != (got.Type != wechat.KindEvent) {
				t.Errorf("MsgId %q of a %s", got.ID, got.Type)
			}
			got.Account, got.AppID, got.From, got.To, got.ID, got.RawType = "", "", "", "", "", ""
			got.CreateTime = time.Time{}
			c.want.RawType = ""
			if !sameMessage(got, c.want) {
				t.Errorf("arrived %+v\nwant    %+v", got, c.want)
			}
		})
	}
}

func sameMessage(a, b wechat.Message) bool {
	return a.Type == b.Type && a.Text == b.Text && a.MenuID == b.MenuID && a.Location == b.Location &&
		a.Event == b.Event && a.EventKey == b.EventKey && a.Scene == b.Scene && a.Ticket == b.Ticket &&
		a.Title == b.Title && a.URL == b.URL
}

// A picture and a voice message bring a media_id that can be fetched.
func TestActsWithMedia(t *testing.T) {
	r := newRig(t)
	r.p.Image(app, wang, pngBytes(t))
	m := r.last()
	if m.Type != wechat.KindImage || !strings.HasPrefix(m.PicURL, r.api.URL+"/pic/") {
		t.Errorf("picture: %+v", m)
	}
	if _, got := r.do("GET", "media/get?access_token="+r.token()+"&media_id="+m.MediaID, "", nil); string(got) != string(pngBytes(t)) {
		t.Errorf("the media_id gives %d bytes", len(got))
	}
	if _, got := r.fetch(strings.TrimPrefix(m.PicURL, r.api.URL)); string(got) != string(pngBytes(t)) {
		t.Errorf("the PicUrl gives %d bytes", len(got))
	}
	r.p.Voice(app, wang, []byte("#!AMR\nabc"), "路灯不亮")
	m = r.last()
	if m.Type != wechat.KindVoice || m.Format != "amr" || m.Recognition != "路灯不亮" {
		t.Errorf("voice: %+v", m)
	}
	if _, got := r.do("GET", "media/get?access_token="+r.token()+"&media_id="+m.MediaID, "", nil); string(got) != "#!AMR\nabc" {
		t.Errorf("the voice's media_id gives %q", got)
	}
}

// What a phone shows of its owner's acts.
func TestActsShown(t *testing.T) {
	r := newRig(t, func(o *Options) { o.Scenes = []Scene{{"mg-1", "幸福里 3 幢"}} })
	r.answers(func(m *wechat.Message, s *wechat.Sealer) (int, []byte) {
		if m.Event == wechat.EventUnsubscribe {
			return 200, []byte("{}") // a failure here is nobody's business
		}
		return 200, s.Seal("")
	})
	r.p.Follow(app, wang, "mg-1")
	r.p.Scan(app, wang, "mg-1")
	r.p.Scan(app, wang, "mg-2")
	r.p.Text(app, wang, "您好")
	r.p.Image(app, wang, pngBytes(t))
	r.p.Voice(app, wang, []byte("x"), "")
	r.p.Location(app, wang, 1, 2, "南门")
	r.p.Send(app, wang, Message{Type: "video"})
	r.p.Unfollow(app, wang)
	r.wantScreen(wang, "<system followed: 已关注公众号", "<system scanned: 已扫码 幸福里 3 幢", "<system scanned: 已扫码 mg-2",
		">text : 您好", ">image : ", ">voice : ", ">location : 南门", ">link : video", "<system left: 已取消关注")
	b := r.p.Phone(app, wang)[6]
	if b.Lat != 1 || b.Lng != 2 || !b.At.Equal(r.clock.Now()) || b.ID != 7 {
		t.Errorf("location: %+v", b)
	}
	if got := r.screen(li); got != "" {
		t.Errorf("another phone shows:\n%s", got)
	}
}

// Who has left can neither write nor tap, until following again.
func TestLeftIsSilent(t *testing.T) {
	r := newRig(t)
	r.p.Follow(app, wang, "")
	r.p.Unfollow(app, wang)
	seen := r.pushes()
	for _, d := range []Delivery{r.p.Text(app, wang, "您好"), r.p.Click(app, wang, "k"), r.p.Image(app, wang, nil)} {
		if !errors.Is(d.Err, ErrNotFollowing) {
			t.Errorf("delivery: %+v", d)
		}
	}
	if r.pushes() != seen {
		t.Error("something was pushed")
	}
	r.p.Scan(app, wang, "mg-1")
	if m := r.last(); m.Event != wechat.EventSubscribe || m.Scene != "mg-1" {
		t.Errorf("scanning again: %+v", m)
	}
	if d := r.p.Text(app, wang, "您好"); d.Err != nil {
		t.Errorf("writing again: %v", d.Err)
	}
}

func TestUnknownAccount(t *testing.T) {
	r := newRig(t)
	for _, d := range []Delivery{r.p.Text("wx-x", wang, "您好"), r.p.Follow("wx-x", wang, ""), r.p.Unfollow("wx-x", wang),
		r.p.Scan("wx-x", wang, "s"), r.p.Click("wx-x", wang, "k"), r.p.Send("wx-x", wang, eventMessage("VIEW"))} {
		if !errors.Is(d.Err, ErrNoAccount) {
			t.Errorf("delivery: %+v", d)
		}
	}
	if got := r.p.Phone("wx-x", wang); got != nil {
		t.Errorf("phone: %v", got)
	}
	wantPanic(t, "Prepare", func() { r.p.Prepare("wx-x", wang, textMessage("您好")) })
}

func wantPanic(t *testing.T, what string, do func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Errorf("%s did not panic", what)
		}
	}()
	do()
}

func TestNewRefusesNonsense(t *testing.T) {
	for name, accounts := range map[string][]Account{
		"the same twice":       {{AppID: "a"}, {AppID: "a"}},
		"a short key":          {{AppID: "a", AESKey: "short"}},
		"safe without a key":   {{AppID: "a", Mode: ModeSafe}},
		"compat without a key": {{AppID: "a", Mode: ModeCompat}},
	} {
		wantPanic(t, name, func() { New(Options{Accounts: accounts}) })
	}
	r := newRig(t)
	wantPanic(t, "SetKey", func() { r.p.SetKey(app, "short") })
}

// Every number is used once, across messages and restarts at a later time.
func TestNumbersRise(t *testing.T) {
	r := newRig(t)
	r.p.Text(app, wang, "一")
	first := r.last().ID
	r.p.Text(app, wang, "二")
	second := r.last().ID
	later := New(Options{Now: func() time.Time { return r.clock.Now().Add(time.Second) }, Accounts: []Account{{AppID: app, Token: word}}})
	third := string(later.Prepare(app, wang, textMessage("三")).Plain)
	if first >= second || strings.Contains(third, second) || !strings.Contains(third, "<MsgId>") {
		t.Errorf("MsgIds %s, %s, then %s", first, second, third)
	}
	m := textMessage("四")
	m.ID, m.At = 7, r.clock.Now().Add(-time.Hour)
	r.p.Send(app, wang, m)
	if got := r.last(); got.ID != "7" || !got.CreateTime.Equal(m.At) {
		t.Errorf("own number and time: %s at %v", got.ID, got.CreateTime)
	}
}
