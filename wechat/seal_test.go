package wechat

import (
	"encoding/xml"
	"strconv"
	"strings"
	"testing"

	"github.com/silenceper/wechat/v2/util"
)

// answer is a passive reply as encoding/xml, an independent reader, sees it.
type answer struct {
	XMLName      xml.Name `xml:"xml"`
	ToUserName   string
	FromUserName string
	CreateTime   int64
	MsgType      string
	Content      string
}

// sealedAnswer is an encrypted reply.
type sealedAnswer struct {
	XMLName      xml.Name `xml:"xml"`
	Encrypt      string
	MsgSignature string
	TimeStamp    string
	Nonce        string
}

// read decodes XML strictly.
func read[T any](t testing.TB, body []byte) T {
	t.Helper()
	var v T
	if err := xml.Unmarshal(body, &v); err != nil {
		t.Fatalf("the answer is not XML: %v\n%s", err, body)
	}
	return v
}

// openAnswer decrypts a reply with the given key, by the SDK.
func openAnswer(t testing.TB, key string, body []byte) answer {
	t.Helper()
	s := read[sealedAnswer](t, body)
	if want := util.Signature(testToken, s.TimeStamp, s.Nonce, s.Encrypt); s.MsgSignature != want {
		t.Errorf("MsgSignature %s, want %s", s.MsgSignature, want)
	}
	if s.Nonce == "" || s.TimeStamp != strconv.FormatInt(testNow().Unix(), 10) {
		t.Errorf("nonce %q, time %q", s.Nonce, s.TimeStamp)
	}
	_, plain, err := util.DecryptMsg(testApp, s.Encrypt, key)
	if err != nil {
		t.Fatal(err)
	}
	return read[answer](t, plain)
}

// plainSealer is the sealer of a plaintext question.
func plainSealer(t testing.TB) *Sealer {
	t.Helper()
	_, s, err := envelopeIn(t, ModePlain).Open(plainQuery(), []byte(textPush("x")))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSealPlain(t *testing.T) {
	got := read[answer](t, plainSealer(t).Seal("已受理 12-1042"))
	want := answer{got.XMLName, testOpenid, testOrigin, testNow().Unix(), "text", "已受理 12-1042"}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// While a key is being changed each question is answered with its own key.
func TestSealUsesTheKeyOfTheQuestion(t *testing.T) {
	for _, mode := range []string{ModeCompat, ModeSafe} {
		for name, key := range map[string]string{"current": testKey, "previous": testOldKey} {
			t.Run(mode+"/"+name, func(t *testing.T) {
				q, body := sealedPush(t, key, textPush("x"))
				_, s, err := envelopeIn(t, mode).Open(q, body)
				if err != nil {
					t.Fatal(err)
				}
				if got := openAnswer(t, key, s.Seal("好")); got.Content != "好" || got.ToUserName != testOpenid {
					t.Errorf("answer %+v", got)
				}
			})
		}
	}
}

func TestSealCompatAnswersPlaintextInPlaintext(t *testing.T) {
	_, s, err := envelopeIn(t, ModeCompat).Open(plainQuery(), []byte(textPush("x")))
	if err != nil {
		t.Fatal(err)
	}
	if got := read[answer](t, s.Seal("好")); got.Content != "好" {
		t.Errorf("answer %+v", got)
	}
}

func TestSealText(t *testing.T) {
	for name, c := range map[string][2]string{
		"end of section":       {"a]]>b]]>", "a]]>b]]>"},
		"ends of section":      {"]]]]>>]]>", "]]]]>>]]>"},
		"markup":               {"<a href=\"x\">&amp;</a>", "<a href=\"x\">&amp;</a>"},
		"controls":             {"a\x00b\x1bc\nd", "abc\nd"},
		"broken UTF-8":         {"好\xff的", "好的"},
		"too long":             {strings.Repeat("好", 700), strings.Repeat("好", 599) + "…"},
		"long by its rubbish":  {strings.Repeat("\x00", 3000) + "好", "好"},
		"end of section clips": {strings.Repeat("]]>", 300), strings.Repeat("]]>", 199) + "]]…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := read[answer](t, plainSealer(t).Seal(c[0])); got.Content != c[1] {
				t.Errorf("Content %.80q, want %.80q", got.Content, c[1])
			}
		})
	}
}

func TestSealNothing(t *testing.T) {
	q, body := sealedPush(t, testKey, textPush("x"))
	_, s, err := envelopeIn(t, ModeSafe).Open(q, body)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", " \n\t", "\x00\x01", "\u200b"} {
		if got := string(s.Seal(text)); got != Success {
			t.Errorf("Seal(%q) = %q", text, got)
		}
	}
}
