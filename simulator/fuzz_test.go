package simulator

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// FuzzAnswer wants no answer of a webhook to break the platform, and only legal
// ones shown.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{"success", "", "{}", "<xml></xml>", "<xml><Encrypt>x</Encrypt></xml>",
		"<xml><ToUserName>o-wang</ToUserName><FromUserName>gh_wx</FromUserName><MsgType>text</MsgType><Content>x</Content></xml>"} {
		f.Add([]byte(s), true)
		f.Add([]byte(s), false)
	}
	p := New(Options{Accounts: []Account{{AppID: "wx", Token: word, AESKey: key}, {AppID: "wx-plain", Token: word}}})
	f.Fuzz(func(t *testing.T, body []byte, safe bool) {
		id := "wx-plain"
		if safe {
			id = "wx"
		}
		push := p.Prepare(id, wang, textMessage("您好"))
		_, reply, err := push.read(200, body)
		if err != nil && !errors.Is(err, ErrIllegal) {
			t.Fatalf("error %v", err)
		}
		if err == nil && reply != nil && reply.To != wang {
			t.Fatalf("took %q", body)
		}
	})
}

// FuzzMessage wants any text to arrive at the product, whatever is in it.
func FuzzMessage(f *testing.F) {
	for _, s := range []string{"", "您好", "]]>", "]]]]>>", "<xml>", "&amp;", "\u202e", "😀", "]]>]]>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got struct{ Content string }
		body := textMessage(text).xml("gh_x", wang)
		if err := xml.Unmarshal(body, &got); err != nil {
			if !xmlText(text) {
				return // such text is sent as it is, and the product must cope
			}
			t.Fatalf("%q: %v", body, err)
		}
		// XML readers make one line end of the three kinds.
		want := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
		if got.Content != want {
			t.Fatalf("%q became %q", text, got.Content)
		}
	})
}

// xmlText is true for text that XML can hold.
func xmlText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffd || r == 0xfffe || r == 0xffff
	})
}

// BenchmarkPush is one message there and back in safe mode, over HTTP.
func BenchmarkPush(b *testing.B) {
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("success")) }))
	defer hook.Close()
	p := New(Options{Accounts: []Account{{AppID: app, Token: word, AESKey: key, Webhook: hook.URL}}, NoBodies: true})
	defer p.Close()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if d := p.Text(app, wang, "3幢路灯不亮"); d.Failed {
				b.Error(d.Err)
			}
		}
	})
}

// FuzzAPI wants no body to break an API.
func FuzzAPI(f *testing.F) {
	f.Add("message/custom/send", []byte(`{"touser":"o-wang","msgtype":"text","text":{"content":"x"}}`))
	f.Add("message/template/send", []byte(`{"touser":"o-wang","template_id":"T1","data":{"thing4":{"value":"x"}}}`))
	f.Add("qrcode/create", []byte(`{"action_name":"QR_SCENE","expire_seconds":-1,"action_info":{"scene":{"scene_id":1}}}`))
	f.Add("menu/create", []byte(`{"button":[{"sub_button":[null]}]}`))
	f.Add("media/upload", []byte("--x\r\n"))
	f.Add("message/subscribe/bizsend", []byte(`{"touser":"o-wang","template_id":"S1","data":{"thing1":null}}`))
	f.Add("openapi/quota/get", []byte(`{"cgi_path":"/cgi-bin/menu/get"}`))
	p := New(Options{Accounts: []Account{{AppID: app, Secret: secret, Token: word, Templates: templates()}}})
	p.Follow(app, wang, "")
	token, _ := p.tokens.get(tokenSlot{p.account(app), stable}, time.Now(), false, 0)
	f.Fuzz(func(t *testing.T, api string, body []byte) {
		if strings.ContainsAny(api, "?#% ") || !httpPath(api) {
			return
		}
		req := httptest.NewRequest(http.MethodPost, "/cgi-bin/"+api+"?type=image&access_token="+token, strings.NewReader(string(body)))
		req.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		w := httptest.NewRecorder()
		p.Handler().ServeHTTP(w, req)
		if w.Code == http.StatusInternalServerError || contains(w.Body.String(), `"errcode":-1`) {
			t.Fatalf("%s %q: %d %s", api, body, w.Code, w.Body)
		}
	})
}

// httpPath is true for bytes that a path may hold.
func httpPath(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// FuzzControl tells the stand-in anything: it takes it or refuses it with a reason,
// and the time it then shows can be written.
func FuzzControl(f *testing.F) {
	f.Add("fail", []byte(`{"api":"*","for":"1h","hang":-1,"times":-9,"errcode":-1}`))
	f.Add("storm", []byte(`{"rates":[{"share":1e308},{"share":1e308}]}`))
	f.Add("storm", []byte(`{"token_calls":-1,"rates":[null]}`))
	f.Add("quota", []byte(`{"api":"token","daily":-9223372036854775808}`))
	f.Add("time", []byte(`{"advance":"-290y","set":"0000-01-01T00:00:00Z"}`))
	f.Add("account", []byte(`{"appid":"\u0000","templates":{"":{"fields":null}}}`))
	f.Add("refuse", []byte(`{"openid":"o-wang","code":9}`))
	f.Add("person", []byte(`{"openid":"x","app":"y"}`))
	p := New(Options{Accounts: []Account{{AppID: app, Secret: secret, Token: word}}})
	f.Fuzz(func(t *testing.T, name string, body []byte) {
		do := p.commands()[name]
		if do == nil || name == "verify" { // which goes out to the network
			return
		}
		w := httptest.NewRecorder()
		do(w, body)
		if w.Code != http.StatusOK && !contains(w.Body.String(), `"err":`) {
			t.Fatalf("%s %q: %d %s", name, body, w.Code, w.Body)
		}
		if out, err := json.Marshal(moment{p.Now()}); err != nil {
			t.Fatalf("%s %q: %s, %v", name, body, out, err)
		}
	})
}
