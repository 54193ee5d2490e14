package handlers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"gridbot/redistest"
	"gridbot/wechat"
)

func TestMessageIsAnswered(t *testing.T) {
	redises.Each(t, func(t *testing.T, r *redistest.Server) {
		w := newWorld(t, r, nil)
		p := w.textFrom(alice, "路灯不亮", 1)
		for n := range 3 {
			if a := w.send(p); a.status != http.StatusOK || a.body != "答：路灯不亮" {
				t.Fatalf("delivery %d: %+v", n, a)
			}
		}
		if n := w.talk.asked(keyOf(t, p)); n != 1 {
			t.Errorf("worked %d times", n)
		}
		if w.count("gridbot_messages_total", "text", outAnswered) != 1 || w.count("gridbot_messages_total", "text", outAgain) != 2 {
			t.Error("the metrics do not tell one message and two repetitions")
		}
		if n := w.server.inbox.spool.Depth(); n != 0 {
			t.Errorf("%d messages left in the spool", n)
		}
	})
}

// Without an answer the body is the literal success.
func TestNothingToSay(t *testing.T) {
	w := embedded(t, nil)
	w.talk.set(say(""))
	if a := w.send(w.textFrom(alice, "好", 1)); a.body != wechat.Success {
		t.Errorf("answer %+v", a)
	}
}

func TestModes(t *testing.T) {
	doc := func(w *world) string {
		return fmt.Sprintf("<xml><ToUserName>gh_1</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime>"+
			"<MsgType>text</MsgType><Content>你好</Content><MsgId>7</MsgId></xml>", alice, w.now().Unix())
	}
	plainPush := func(body string) push {
		stamp := fmt.Sprint(time.Now().Unix())
		return push{url.Values{"timestamp": {stamp}, "nonce": {"1"}, "signature": {wechat.Signature(testToken, stamp, "1")}}, []byte(body)}
	}
	for mode, want := range map[string]int{wechat.ModePlain: 200, wechat.ModeCompat: 200, wechat.ModeSafe: 403} {
		t.Run(mode, func(t *testing.T) {
			w := embedded(t, func(o *Options) {
				o.Accounts[0].Mode = mode
				if mode == wechat.ModePlain {
					o.Accounts[0].AESKey = ""
				}
			})
			p := plainPush(doc(w))
			res, err := http.Post(w.web.URL+"/wechat/community?"+p.query.Encode(), "text/xml", strings.NewReader(string(p.body)))
			check(t, err)
			defer res.Body.Close()
			body, _ := io.ReadAll(res.Body)
			if res.StatusCode != want || want == 200 && !strings.Contains(string(body), "答：你好") {
				t.Errorf("status %d, body %s", res.StatusCode, body)
			}
		})
	}
}

// What is not an authentic message, and how it is answered and counted.
func TestRefusals(t *testing.T) {
	w := embedded(t, nil)
	good := w.textFrom(alice, "路灯不亮", 1)
	bad := func(key, value string) push {
		q := url.Values{}
		for k, v := range good.query {
			q[k] = v
		}
		q.Set(key, value)
		return push{q, good.body}
	}
	old := sealed(t, fmt.Sprintf("<xml><ToUserName>gh_1</ToUserName><FromUserName>%s</FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType>text</MsgType><Content>旧</Content><MsgId>9</MsgId></xml>", alice, time.Now().Add(-7*24*time.Hour).Unix()))
	cases := []struct {
		name, path string
		p          push
		status     int
		body       string
		outcome    string
	}{
		{"wrong signature", "community", bad("msg_signature", strings.Repeat("0", 40)), 403, "", "forged"},
		{"another nonce", "community", bad("nonce", "1"), 403, "", "forged"},
		{"JSON", "community", push{good.query, []byte(`{"msgtype":"text"}`)}, 403, "", "forged"},
		{"no body", "community", push{good.query, nil}, 403, "", "forged"},
		{"no query", "community", push{nil, good.body}, 403, "", "forged"},
		{"too long", "community", push{good.query, make([]byte, wechat.MaxBody+1)}, 413, "", "too_long"},
		{"another account", "elsewhere", good, 404, "", "no_account"},
		{"a week old", "community", old, 200, wechat.Success, "too_old"},
		{"not XML", "community", sealed(t, "hello"), 200, wechat.Success, "malformed"},
		{"no sender", "community", sealed(t, "<xml><MsgType>text</MsgType></xml>"), 200, wechat.Success, "malformed"},
		{"deep XML", "community", sealed(t, strings.Repeat("<a>", 5000)), 200, wechat.Success, "malformed"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := w.count("gridbot_messages_total", c.outcome)
			a := w.sendTo("/wechat/"+c.path, c.p)
			if a.status != c.status || a.body != c.body {
				t.Errorf("answer %+v, want %d %q", a, c.status, c.body)
			}
			if w.count("gridbot_messages_total", c.outcome) != before+1 {
				t.Errorf("%s was not counted", c.outcome)
			}
		})
	}
	if n := w.server.inbox.spool.Depth(); n != 0 {
		t.Errorf("%d of them were kept", n)
	}
	if a := w.send(good); a.body != "答：路灯不亮" {
		t.Errorf("after all that, a good one: %+v", a)
	}
}

func TestRefuseIsComplete(t *testing.T) {
	cases := []struct {
		err    error
		status int
	}{
		{errNoAccount, 404}, {errUnreadable, 400}, {&http.MaxBytesError{}, 413},
		{wechat.ErrForged, 403}, {wechat.ErrTooOld, 200}, {wechat.ErrMalformed, 200}, {errors.New("another"), 500},
	}
	for _, c := range cases {
		if r := refuse(fmt.Errorf("around: %w", c.err)); r.status != c.status || r.outcome == "" || r.status == 200 && r.body != wechat.Success {
			t.Errorf("%v: %+v, want %d", c.err, r, c.status)
		}
	}
}

func TestHandshake(t *testing.T) {
	w := embedded(t, nil)
	q := url.Values{"timestamp": {"1714037059"}, "nonce": {"486452656"}, "echostr": {"<b>7130481"}, "signature": {"899cf89e464efb63f54ddac96b0a0a235f53aa78"}}
	forged := url.Values{"timestamp": {"1714037059"}, "nonce": {"486452656"}, "echostr": {"7130481"}, "signature": {"899cf89e"}}
	for _, c := range []struct {
		account string
		q       url.Values
		status  int
		body    string
	}{{"community", q, 200, "<b>7130481"}, {"community", forged, 403, ""}, {"elsewhere", q, 404, ""}} {
		res, err := http.Get(w.web.URL + "/wechat/" + c.account + "?" + c.q.Encode())
		check(t, err)
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != c.status || string(body) != c.body {
			t.Errorf("%s: %d %q, want %d %q", c.account, res.StatusCode, body, c.status, c.body)
		}
		if c.status == 200 && (!strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") || res.Header.Get("X-Content-Type-Options") != "nosniff") {
			t.Errorf("headers %v", res.Header)
		}
	}
}

// What fails before the message was taken is not acknowledged, and no words reach
// the log.
func TestRecovery(t *testing.T) {
	w := embedded(t, nil)
	w.server.accounts["broken"] = &account{} // has no envelope to open with
	p := w.textFrom(alice, "机密的话", 1)
	if status := w.broken("/wechat/broken", p); status != 0 {
		t.Errorf("POST: %d", status)
	}
	res, err := http.Get(w.web.URL + "/wechat/broken")
	check(t, err)
	res.Body.Close()
	if res.StatusCode != 500 {
		t.Errorf("GET: %d", res.StatusCode)
	}
	if w.alarms.Load() != 2 || strings.Contains(w.log.String(), "机密") {
		t.Errorf("%d alarms, log %s", w.alarms.Load(), w.log)
	}
}

// broken posts a push whose connection is to end without an answer, and returns the
// status if there is one all the same.
func (w *world) broken(path string, p push) int {
	w.t.Helper()
	res, err := http.Post(w.web.URL+path+"?"+p.query.Encode(), "text/xml", bytes.NewReader(p.body))
	if err != nil {
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}

// A failure after the message was taken never reaches the person who wrote it.
func TestRecoveryOfWhatWasTaken(t *testing.T) {
	w := embedded(t, nil)
	r := gin.New()
	r.Use(w.server.recovery)
	r.POST("/wechat/:account", func(c *gin.Context) { c.Set(taken, true); panic("seal") })
	res, err := http.Post(newWeb(t, r)+"/wechat/community", "text/xml", nil)
	check(t, err)
	defer res.Body.Close()
	if body, _ := io.ReadAll(res.Body); res.StatusCode != 200 || string(body) != wechat.Success {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

// An aborted request stays aborted, and what was already answered is left alone.
func TestRecoveryLeavesAlone(t *testing.T) {
	w := embedded(t, nil)
	r := gin.New()
	r.Use(w.server.recovery)
	r.GET("/abort", func(*gin.Context) { panic(http.ErrAbortHandler) })
	r.GET("/half", func(c *gin.Context) { plain(c, 202, "half"); panic("later") })
	web := newWeb(t, r)
	if _, err := http.Get(web + "/abort"); err == nil {
		t.Error("an aborted request was answered")
	}
	res, err := http.Get(web + "/half")
	check(t, err)
	res.Body.Close()
	if res.StatusCode != 202 {
		t.Errorf("status %d", res.StatusCode)
	}
}
