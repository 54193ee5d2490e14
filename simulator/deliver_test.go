package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gridbot/wechat"
)

// A prepared push can be posted as it is, changed, again, and to several.
func TestForgedAndReplayed(t *testing.T) {
	r := newRig(t)
	r.answers(say("收到"))
	push := r.p.Prepare(app, wang, textMessage("您好"))
	if one := r.p.Post(t.Context(), r.hook.URL, push); one.Err != nil || !strings.Contains(one.Reply, "收到") {
		t.Errorf("as it is: %+v", one)
	}
	for name, change := range map[string]func(*Push){
		"signature": func(u *Push) { u.Query.Set("msg_signature", strings.Repeat("0", 40)) },
		"body":      func(u *Push) { u.Body = []byte("<xml></xml>") },
		"plaintext": func(u *Push) { u.Body = u.Plain },
		"timestamp": func(u *Push) { u.Query.Set("timestamp", "1") },
	} {
		forged := push
		forged.Query = copied(push.Query)
		change(&forged)
		if one := r.p.Post(t.Context(), r.hook.URL, forged); one.Status != http.StatusForbidden {
			t.Errorf("changed %s: status %d", name, one.Status)
		}
	}
	if got := r.screen(wang); got != "" {
		t.Errorf("Post showed:\n%s", got)
	}
}

func copied(q url.Values) url.Values {
	out, _ := url.ParseQuery(q.Encode())
	return out
}

// Copies at once: the newest connection's reply is shown, the others are not.
func TestDeliverCopies(t *testing.T) {
	r := newRig(t)
	var n atomic.Int64
	r.answers(func(m *wechat.Message, s *wechat.Sealer) (int, []byte) {
		return 200, s.Seal(fmt.Sprint("收到 ", n.Add(1)))
	})
	push := r.p.Prepare(app, wang, textMessage("您好"))
	d := r.p.Deliver(push, r.hook.URL, r.hook.URL+"/b", r.hook.URL+"/c")
	if len(d.Attempts) != 3 || d.Failed || r.pushes() != 3 {
		t.Fatalf("delivery: %+v", d)
	}
	if d.Attempts[1].URL != r.hook.URL+"/b" || d.Attempts[2].reply.Content != d.Reply {
		t.Errorf("attempts are not in order, or not the last is shown: %q", d.Reply)
	}
	r.wantScreen(wang, ">text : 您好", "<text passive: "+d.Reply)
	r.clock.advance(time.Hour)
	if late := r.p.Deliver(push); late.Reply != "收到 4" || r.bodies[3] != r.bodies[0] {
		t.Errorf("late copy: %+v", late)
	}
	r.wantScreen(wang, ">text : 您好", "<text passive: "+d.Reply, "<text passive: 收到 4")
}

// One copy that is answered is enough, though the newest connection's person sees
// nothing of it.
func TestRuleNewestConnectionCounts(t *testing.T) {
	r := newRig(t)
	r.answers(say("收到"))
	dead := httptest.NewServer(nil)
	dead.Close()
	d := r.p.Deliver(r.p.Prepare(app, wang, textMessage("您好")), r.hook.URL, dead.URL)
	if d.Failed || d.Err == nil || d.Reply != "" || len(d.Shown) != 0 {
		t.Errorf("delivery: %+v", d)
	}
	d = r.p.Deliver(r.p.Prepare(app, wang, textMessage("您好")), dead.URL, dead.URL)
	if !d.Failed || d.Shown[0].Note != NoteFailed {
		t.Errorf("all dead: %+v", d)
	}
}

func TestVerify(t *testing.T) {
	r := newRig(t)
	if err := r.p.Verify(t.Context(), app); err != nil {
		t.Error(err)
	}
	if err := r.p.Verify(t.Context(), "wx-nobody"); !errors.Is(err, ErrNoAccount) {
		t.Errorf("unknown account: %v", err)
	}
	r.open(Account{AppID: app, Token: "another-token", AESKey: key})
	if err := r.p.Verify(t.Context(), app); !errors.Is(err, ErrStatus) {
		t.Errorf("wrong token: %v", err)
	}
	wrong := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("hello")) }))
	r.p.SetWebhook(app, wrong.URL)
	if err := r.p.Verify(t.Context(), app); !errors.Is(err, ErrIllegal) {
		t.Errorf("wrong echo: %v", err)
	}
	wrong.Close()
	for _, webhook := range []string{wrong.URL, "http://%zz"} {
		r.p.SetWebhook(app, webhook)
		if err := r.p.Verify(t.Context(), app); err == nil {
			t.Errorf("webhook %q verified", webhook)
		}
	}
}

// What a push means for the platform happens with its first delivery, and once.
func TestDeliverEnacts(t *testing.T) {
	r := newRig(t)
	token := r.token()
	push := r.p.Prepare(app, wang, textMessage("您好"))
	r.wantCode(r.custom(token, wang, "早了"), 40003)
	r.p.Deliver(push, r.hook.URL, r.hook.URL)
	for range messageCount {
		r.wantCode(r.custom(token, wang, "进展"), 0)
	}
	r.p.Deliver(push)
	r.wantCode(r.custom(token, wang, "第六条"), 45047)

	leave := r.p.Prepare(app, wang, eventMessage(wechat.EventUnsubscribe))
	r.wantCode(r.custom(token, wang, "还没有走"), 45047)
	r.p.Deliver(leave)
	r.wantCode(r.custom(token, wang, "走了"), 43004)
	if d := r.p.Deliver(r.p.Prepare(app, wang, textMessage("迟到的话"))); d.Failed {
		t.Errorf("a message under way when its person left: %+v", d)
	}
	r.p.Deliver(r.p.Prepare(app, wang, eventMessage(wechat.EventSubscribe, Field{"EventKey", "qrscene_mg-1"})))
	for range tapCount {
		r.wantCode(r.custom(token, wang, "回来了"), 0)
	}
	r.p.Deliver(r.p.Prepare(app, wang, eventMessage(wechat.EventClick, Field{"EventKey", "k"})))
	r.wantCode(r.custom(token, wang, "点了"), 0)
	if got := r.get("user/info?access_token=" + token + "&openid=" + wang)["qr_scene_str"]; got != "mg-1" {
		t.Errorf("came by %v", got)
	}
}

// Sending an event by hand means what its method means.
func TestSendEnacts(t *testing.T) {
	r := newRig(t)
	r.p.Send(app, wang, eventMessage(wechat.EventSubscribe, Field{"EventKey", ""}))
	if following, _ := r.p.person(wang).state(); !following {
		t.Error("does not follow after subscribe")
	}
	r.p.Send(app, wang, eventMessage(wechat.EventUnsubscribe))
	for _, m := range []Message{textMessage("您好"), eventMessage(wechat.EventScan), {Type: "link"}} {
		if d := r.p.Send(app, wang, m); !errors.Is(d.Err, ErrNotFollowing) {
			t.Errorf("%s after leaving: %+v", m.name(), d)
		}
	}
	if d := r.p.Send(app, wang, eventMessage("subscribe_msg_sent_event")); d.Err != nil {
		t.Errorf("the platform's own event: %v", d.Err)
	}
}
