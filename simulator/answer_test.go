package simulator

import (
	"errors"
	"strings"
	"testing"

	"gridbot/wechat"
)

// What the platform takes and what it shows as a failure.
func TestRuleIllegalAnswerIsAFailure(t *testing.T) {
	plain := func(to, from, rest string) string {
		return "<xml><ToUserName>" + to + "</ToUserName><FromUserName>" + from +
			"</FromUserName><CreateTime>1</CreateTime>" + rest + "</xml>"
	}
	gh := "gh_" + app
	text := "<MsgType>text</MsgType><Content>收到</Content>"
	for _, c := range []struct {
		name, body string
		legal      bool
		shown      string
	}{
		{"success", "success", true, ""},
		{"empty", "", true, ""},
		{"text", plain(wang, gh, text), true, "text 收到"},
		{"news", plain(wang, gh, "<MsgType>news</MsgType><Articles><item><Title>指南</Title><Url>https://e.org</Url></item></Articles>"), true, "link 指南"},
		{"video", plain(wang, gh, "<MsgType>video</MsgType><Video><Title>片</Title></Video>"), true, "link 片"},
		{"music", plain(wang, gh, "<MsgType>music</MsgType><Music><Title>曲</Title></Music>"), true, "link 曲"},
		{"handed to a person", plain(wang, gh, "<MsgType>transfer_customer_service</MsgType>"), true, ""},
		{"SUCCESS", "SUCCESS", false, ""},
		{"JSON", `{"errcode":0}`, false, ""},
		{"error page", "<html><body>502</body></html>", false, ""},
		{"not ended", "<xml><ToUserName>", false, ""},
		{"control character", plain(wang, gh, "<MsgType>text</MsgType><Content>\x01</Content>"), false, ""},
		{"to another person", plain(li, gh, text), false, ""},
		{"from another account", plain(wang, "gh_x", text), false, ""},
		{"time not a number", strings.Replace(plain(wang, gh, text), ">1<", ">now<", 1), false, ""},
		{"unknown type", plain(wang, gh, "<MsgType>dance</MsgType>"), false, ""},
		{"empty text", plain(wang, gh, "<MsgType>text</MsgType><Content></Content>"), false, ""},
		{"2,049 bytes", plain(wang, gh, "<MsgType>text</MsgType><Content>"+strings.Repeat("a", 2049)+"</Content>"), false, ""},
		{"unknown picture", plain(wang, gh, "<MsgType>image</MsgType><Image><MediaId>x</MediaId></Image>"), false, ""},
		{"unknown voice", plain(wang, gh, "<MsgType>voice</MsgType><Voice><MediaId>x</MediaId></Voice>"), false, ""},
		{"no article", plain(wang, gh, "<MsgType>news</MsgType>"), false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, func(o *Options) { o.Accounts[0].AESKey = "" })
			r.answers(raw(200, c.body))
			d := r.p.Text(app, wang, "您好")
			if d.Failed == c.legal || c.legal != (d.Err == nil) || len(d.Attempts) != 1 {
				t.Fatalf("delivery: failed %v, %v, %d attempts", d.Failed, d.Err, len(d.Attempts))
			}
			if !c.legal && (!errors.Is(d.Err, ErrIllegal) || d.Shown[0].Note != NoteFailed) {
				t.Errorf("error %v, shown %+v", d.Err, d.Shown)
			}
			got := ""
			if c.legal && len(d.Shown) > 0 {
				got = d.Shown[0].Kind + " " + d.Shown[0].Text
			}
			if got != c.shown {
				t.Errorf("shown %q, want %q", got, c.shown)
			}
		})
	}
}

// In safe mode a reply must be encrypted for the account, with the right
// signature; compat mode takes plaintext too.
func TestRuleSealedAnswers(t *testing.T) {
	other, err := wechat.NewCipher(app, newKey)
	if err != nil {
		t.Fatal(err)
	}
	foreign, _ := other.Encrypt([]byte("<xml/>"))
	text := "<xml><ToUserName>" + wang + "</ToUserName><FromUserName>gh_" + app +
		"</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>收到</Content></xml>"
	sealed := func(encrypt, signature string) string {
		return "<xml><Encrypt>" + encrypt + "</Encrypt><MsgSignature>" + signature + "</MsgSignature><TimeStamp>1</TimeStamp><Nonce>n</Nonce></xml>"
	}
	for _, c := range []struct {
		name, mode string
		answer     answer
		legal      bool
	}{
		{"sealed", ModeSafe, say("收到"), true},
		{"plaintext in safe mode", ModeSafe, raw(200, text), false},
		{"plaintext in compat mode", ModeCompat, raw(200, text), true},
		{"sealed in compat mode", ModeCompat, say("收到"), true},
		{"another key", ModeSafe, raw(200, sealed(foreign, wechat.Signature(word, "1", "n", foreign))), false},
		{"not base64", ModeSafe, raw(200, sealed("?", wechat.Signature(word, "1", "n", "?"))), false},
		{"no signature", ModeSafe, func(m *wechat.Message, s *wechat.Sealer) (int, []byte) {
			out := string(s.Seal("收到"))
			from, to := strings.Index(out, "<MsgSignature>"), strings.Index(out, "</MsgSignature>")
			return 200, []byte(out[:from] + "<MsgSignature>" + out[to:])
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, func(o *Options) { o.Accounts[0].Mode = c.mode })
			r.answers(c.answer)
			d := r.p.Text(app, wang, "您好")
			if d.Failed == c.legal || c.legal && d.Reply != "收到" {
				t.Errorf("failed %v (%v), reply %q", d.Failed, d.Err, d.Reply)
			}
		})
	}
}
