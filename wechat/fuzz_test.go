package wechat

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/silenceper/wechat/v2/util"
)

// FuzzOpen: whatever arrives, in whatever mode, nothing panics, every error is
// one of the three a handler knows, and what is opened is clean.
func FuzzOpen(f *testing.F) {
	f.Add(textPush("<![CDATA[路灯]]>"), 0)
	f.Add(eventPush("subscribe", "<EventKey>qrscene_1</EventKey>"), 1)
	f.Add(eventPush("subscribe_msg_sent_event", "<SubscribeMsgSentEvent><List><MsgID>5</MsgID><ErrorCode>0</ErrorCode></List></SubscribeMsgSentEvent>"), 0)
	f.Add(eventPush("subscribe_msg_change_event", "<List><TemplateId>a</TemplateId></List><List/>"), 0)
	f.Add(`{"a":1}`, 2)
	f.Add("<xml><Encrypt>AAAA</Encrypt></xml>", 2)
	f.Fuzz(func(t *testing.T, doc string, mode int) {
		name := []string{ModePlain, ModeCompat, ModeSafe}[uint(mode)%3]
		e := envelopeIn(t, name)
		q, body := sealedPush(t, testKey, doc)
		if name != ModeSafe {
			q, body = plainQuery(), []byte(doc)
		}
		m, s, err := e.Open(q, body)
		switch {
		case err == nil:
			checkMessage(t, m)
			s.Seal(m.Text)
		case !errors.Is(err, ErrForged) && !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrTooOld):
			t.Errorf("unexpected error %v", err)
		case string(s.Seal("x")) != Success:
			t.Error("an error came with a Sealer")
		}
		if _, _, err := e.Open(Query{Signature: doc, MsgSignature: doc}, []byte(doc)); !errors.Is(err, ErrForged) {
			t.Errorf("an unsigned push: %v", err)
		}
	})
}

// checkMessage checks what every opened message promises.
func checkMessage(t *testing.T, m *Message) {
	t.Helper()
	for _, text := range []string{m.From, m.To, m.Text, m.EventKey, m.Scene, m.Location.Label, m.RawType, m.ID} {
		if !utf8.ValidString(text) || Clean(text) != text {
			t.Errorf("unclean %q", text)
		}
	}
	if m.From == "" || m.Type == "" || len(m.Key()) != 32 {
		t.Errorf("incomplete %+v", m)
	}
	receipts, consents := m.Receipts(), m.Consents()
	if len(receipts) > maxSubscriptions || len(consents) > maxSubscriptions || len(receipts) > 0 && len(consents) > 0 {
		t.Errorf("%d receipts and %d consents", len(receipts), len(consents))
	}
	for _, r := range receipts {
		if r.Fate == "" || Clean(r.Detail) != r.Detail || utf8.RuneCountInString(r.Detail) > maxDetail {
			t.Errorf("receipt %+v", r)
		}
	}
}

// FuzzXML compares the scanner with encoding/xml: what encoding/xml accepts
// the scanner accepts, and both read the same.
func FuzzXML(f *testing.F) {
	for _, doc := range []string{
		textPush("<![CDATA[x]]>"), textPush("a&amp;b&#x4e00;"), eventPush("SCAN", "<EventKey/>"),
		"<xml><a>x<b>y</b><!-- c -->z\r\n</a></xml>", `<?xml version="1.0"?><xml n="v"><a m='">'/></xml>`,
		"<xml><a>]]&gt;<![CDATA[]]]]><![CDATA[>]]></a></xml>", "<!DOCTYPE x><xml/>",
	} {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		got, err := leaves(doc)
		for i := range got {
			got[i] = alike(got[i])
		}
		want, ok := oracle(doc)
		if !ok {
			return
		}
		if err != nil {
			t.Fatalf("scan refuses what encoding/xml reads as %q", want)
		}
		if !slices.Equal(got, want) {
			t.Errorf("scan         %q\nencoding/xml %q", got, want)
		}
	})
}

// alike cleans a leaf and takes out the replacement character, which
// encoding/xml writes for a reference to no character.
func alike(s string) string { return strings.ReplaceAll(Clean(s), "\ufffd", "") }

// oracle reads a document by encoding/xml. It is not ok where the two are meant
// to differ: name spaces, document types, depth, another root.
func oracle(doc string) ([]string, bool) {
	type open struct{ name, text string }
	var stack []open
	var out []string
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(doc, "\ufeff")))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("only UTF-8") }
	for {
		token, err := d.Token()
		if err != nil {
			return nil, false
		}
		switch v := token.(type) {
		case xml.StartElement:
			if v.Name.Space != "" || strings.Contains(v.Name.Local, ":") || len(stack) == maxDepth ||
				len(stack) == 0 && v.Name.Local != "xml" || slices.ContainsFunc(v.Attr, foreign) {
				return nil, false
			}
			stack = append(stack, open{name: v.Name.Local})
		case xml.CharData:
			if len(stack) == 0 {
				if strings.Trim(string(v), " \t\r\n") != "" {
					return nil, false
				}
				continue
			}
			stack[len(stack)-1].text += string(v)
		case xml.Directive:
			return nil, false
		case xml.EndElement:
			top, parent := stack[len(stack)-1], ""
			stack = stack[:len(stack)-1]
			if len(stack) > 0 {
				parent = stack[len(stack)-1].name
			}
			out = append(out, alike(leafLine(len(stack)+1, parent, top.name, top.text)))
			if len(stack) == 0 {
				return out, true
			}
		}
	}
}

// foreign reports whether an attribute declares or uses a name space.
func foreign(a xml.Attr) bool { return a.Name.Space != "" || a.Name.Local == "xmlns" }

// FuzzDecrypt: no ciphertext panics, and we open exactly what the SDK opens,
// except that our padding check is complete.
func FuzzDecrypt(f *testing.F) {
	c := newTestCipher(f)
	good, _ := c.Encrypt([]byte("<xml></xml>"))
	f.Add(good, []byte("x"))
	f.Add("", []byte{})
	f.Add("AAAA", []byte("路灯"))
	f.Fuzz(func(t *testing.T, b64 string, plain []byte) {
		if got, err := c.Decrypt(b64); err == nil {
			_, sdk, err := util.DecryptMsg(testApp, b64, testKey)
			if err != nil || !bytes.Equal(got, sdk) {
				t.Errorf("Decrypt = %q, the SDK: %q, %v", got, sdk, err)
			}
		}
		sealed, err := c.Encrypt(plain)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Decrypt(sealed); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("round trip of %q: %q, %v", plain, got, err)
		}
	})
}

// FuzzSeal: every text becomes valid XML that reads back as the cleaned and
// clipped text.
func FuzzSeal(f *testing.F) {
	for _, text := range []string{"好", "]]>", "<a>&amp;", "\x00\xff", "\r\n", strings.Repeat("🔥", 500), "]]]]>>", "\u2028"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		body := plainSealer(t).Seal(text)
		want := Clip(Clean(text))
		if string(body) == Success {
			if strings.TrimSpace(want) != "" {
				t.Errorf("%q was not answered", want)
			}
			return
		}
		if got := read[answer](t, body); got.Content != want {
			t.Errorf("Content %q, want %q", got.Content, want)
		}
		if len(want) > maxReplyBytes || utf8.RuneCountInString(want) > maxReplyRunes {
			t.Errorf("%d bytes, %d characters", len(want), utf8.RuneCountInString(want))
		}
	})
}
