package wechat

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestVerify(t *testing.T) {
	for _, mode := range []string{ModePlain, ModeCompat, ModeSafe} {
		t.Run(mode, func(t *testing.T) {
			e := envelopeIn(t, mode)
			q := Query{Timestamp: "1714037059", Nonce: "486452656", Echostr: "7130481",
				Signature: "899cf89e464efb63f54ddac96b0a0a235f53aa78"}
			if echo, err := e.Verify(q); err != nil || echo != "7130481" {
				t.Errorf("Verify = %q, %v", echo, err)
			}
			for _, bad := range []string{"", "899cf89e", strings.ToUpper(q.Signature), strings.Repeat("0", 40)} {
				q.Signature = bad
				if echo, err := e.Verify(q); !errors.Is(err, ErrForged) || echo != "" {
					t.Errorf("Verify with signature %q = %q, %v", bad, echo, err)
				}
			}
		})
	}
}

// Which bodies each mode takes: rows are what arrives, columns the modes.
func TestModes(t *testing.T) {
	doc := textPush("<![CDATA[路灯不亮]]>")
	safe, sealed := sealedPush(t, testKey, doc)
	old, sealedOld := sealedPush(t, testOldKey, doc)
	both := []byte(strings.Replace(string(sealed), "</xml>", doc[len("<xml>"):], 1))
	untyped := safe
	untyped.EncryptType = ""
	typed := plainQuery()
	typed.EncryptType = "aes"
	unsigned := safe
	unsigned.MsgSignature = ""
	cases := []struct {
		name                string
		q                   Query
		body                []byte
		plain, compat, safe error
	}{
		{"plaintext", plainQuery(), []byte(doc), nil, nil, ErrForged},
		{"plaintext said to be encrypted", typed, []byte(doc), nil, ErrForged, ErrForged},
		{"ciphertext", safe, sealed, ErrMalformed, nil, nil},
		{"ciphertext of the previous key", old, sealedOld, ErrMalformed, nil, nil},
		{"ciphertext not said to be encrypted", untyped, sealed, ErrMalformed, nil, nil},
		{"both", safe, both, nil, nil, nil},
		{"ciphertext without msg_signature", unsigned, sealed, ErrMalformed, ErrForged, ErrForged},
	}
	for _, c := range cases {
		for mode, want := range map[string]error{ModePlain: c.plain, ModeCompat: c.compat, ModeSafe: c.safe} {
			t.Run(c.name+"/"+mode, func(t *testing.T) {
				m, s, err := envelopeIn(t, mode).Open(c.q, c.body)
				if !errors.Is(err, want) {
					t.Fatalf("error %v, want %v", err, want)
				}
				if want == nil && (m.Text != "路灯不亮" || m.Account != "xingfu" || m.AppID != testApp || s == nil) {
					t.Errorf("message %+v, sealer %v", m, s)
				}
				if want != nil && (m != nil || s != nil) {
					t.Errorf("an error came with %v, %v", m, s)
				}
			})
		}
	}
}

func TestOpenRefusesForged(t *testing.T) {
	e := envelopeIn(t, ModeSafe)
	doc := textPush("hi")
	q, body := sealedPush(t, testKey, doc)
	otherApp, err := NewCipher("wxffffffffffffffff", testKey)
	if err != nil {
		t.Fatal(err)
	}
	foreign, _ := otherApp.Encrypt([]byte(doc))
	appQ, appBody := signedPush(foreign)
	keyQ, keyBody := sealedPush(t, strings.Repeat("k", 43), doc)
	cutQ, cutBody := signedPush("AAAA")
	with := func(change func(*Query)) Query { c := q; change(&c); return c }
	cases := []struct {
		name string
		q    Query
		body []byte
	}{
		{"no query", Query{}, body},
		{"another nonce", with(func(q *Query) { q.Nonce = "1" }), body},
		{"another time", with(func(q *Query) { q.Timestamp = "1" }), body},
		{"signature for msg_signature", with(func(q *Query) { q.MsgSignature = q.Signature }), body},
		{"another ciphertext", q, keyBody},
		{"another AppID", appQ, appBody},
		{"another key", keyQ, keyBody},
		{"truncated ciphertext", cutQ, cutBody},
		{"empty body", q, nil},
		{"JSON", q, []byte(`{"Encrypt":"AAAA"}`)},
		{"too long", q, append(body, make([]byte, MaxBody)...)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			m, s, err := e.Open(c.q, c.body)
			if !errors.Is(err, ErrForged) || errors.Is(err, ErrMalformed) || m != nil {
				t.Fatalf("Open = %v, %v", m, err)
			}
			noSecrets(t, err.Error())
			if got := string(s.Seal("x")); got != Success {
				t.Errorf("a nil Sealer wrote %q", got)
			}
		})
	}
}

// Authentic bodies that cannot be read: the platform must still hear success.
func TestOpenMalformed(t *testing.T) {
	for name, doc := range map[string]string{
		"empty":             "",
		"JSON":              `{"FromUserName":"x"}`,
		"words":             "hello",
		"cut":               textPush("x")[:120],
		"wrong end":         "<xml><a></b></xml>",
		"another root":      "<html></html>",
		"no sender":         strings.Replace(textPush("x"), testOpenid, "", 1),
		"no receiver":       strings.Replace(textPush("x"), testOrigin, "", 1),
		"no type":           push("", ""),
		"no time":           strings.Replace(textPush("x"), fmt.Sprint(testCreated), "", 1),
		"time in words":     strings.Replace(textPush("x"), fmt.Sprint(testCreated), "now", 1),
		"time out of range": strings.Replace(textPush("x"), fmt.Sprint(testCreated), "99999999999999999", 1),
		"negative time":     strings.Replace(textPush("x"), fmt.Sprint(testCreated), "-5", 1),
		"deep":              "<xml>" + strings.Repeat("<a>", 5000) + strings.Repeat("</a>", 5000) + "</xml>",
		"laughs":            `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>` + textPush("&b;"),
	} {
		t.Run(name, func(t *testing.T) {
			q, body := sealedPush(t, testKey, doc)
			m, s, err := envelopeIn(t, ModeSafe).Open(q, body)
			if !errors.Is(err, ErrMalformed) || errors.Is(err, ErrForged) || m != nil {
				t.Fatalf("Open = %v, %v", m, err)
			}
			noSecrets(t, err.Error())
			if got := string(s.Seal("x")); got != Success {
				t.Errorf("a nil Sealer wrote %q", got)
			}
		})
	}
}

func TestOpenAge(t *testing.T) {
	at := func(seconds int64) string {
		return strings.Replace(textPush("x"), fmt.Sprint(testCreated), fmt.Sprint(seconds), 1)
	}
	now := testNow().Unix()
	limit := int64(MaxAge / time.Second)
	for name, c := range map[string]struct {
		created int64
		want    error
	}{
		"now":              {now, nil},
		"at the limit":     {now - limit, nil},
		"past the limit":   {now - limit - 1, ErrTooOld},
		"years ago":        {1348831860, ErrTooOld},
		"clock behind":     {now + 300, nil},
		"after 2038":       {1 << 31, nil},
		"after 2106":       {1<<32 + 5, nil},
		"last day of 9999": {253402300799, nil},
	} {
		t.Run(name, func(t *testing.T) {
			q, body := sealedPush(t, testKey, at(c.created))
			m, s, err := envelopeIn(t, ModeSafe).Open(q, body)
			if !errors.Is(err, c.want) || m == nil || (s == nil) != (c.want != nil) {
				t.Fatalf("Open = %v, %v, %v", m, s, err)
			}
			if m.CreateTime.Unix() != c.created {
				t.Errorf("CreateTime %v", m.CreateTime)
			}
		})
	}
}

// A plaintext signature does not cover the body, so an old address is refused
// whatever the body says; one that was made after 2038 is not.
func TestOpenPlainAge(t *testing.T) {
	open := func(timestamp string) error {
		q := Query{Timestamp: timestamp, Nonce: "1", Signature: Signature(testToken, timestamp, "1")}
		_, _, err := envelopeIn(t, ModePlain).Open(q, []byte(textPush("x")))
		return err
	}
	if err := open("1714037059"); !errors.Is(err, ErrTooOld) {
		t.Errorf("an old address: %v", err)
	}
	if err := open("soon"); !errors.Is(err, ErrForged) {
		t.Errorf("an address without a time: %v", err)
	}
	if err := open("4294967296"); err != nil {
		t.Errorf("an address of 2106: %v", err)
	}
}

func TestNewEnvelopeRefuses(t *testing.T) {
	for name, change := range map[string]func(*Account){
		"no AppID":               func(a *Account) { a.AppID = "" },
		"no token":               func(a *Account) { a.Token = "" },
		"unknown mode":           func(a *Account) { a.Mode = "secure" },
		"key in plain mode":      func(a *Account) { a.Mode = ModePlain },
		"safe without key":       func(a *Account) { a.AESKey = "" },
		"compat without key":     func(a *Account) { a.Mode, a.AESKey = ModeCompat, "" },
		"short key":              func(a *Account) { a.AESKey = "short" },
		"broken previous key":    func(a *Account) { a.PreviousAESKey = strings.Repeat("?", 43) },
		"only the previous key":  func(a *Account) { a.Mode, a.AESKey = "", "" },
		"plain and previous key": func(a *Account) { a.Mode, a.AESKey = ModePlain, "" },
	} {
		t.Run(name, func(t *testing.T) {
			a := safeAccount()
			change(&a)
			_, err := NewEnvelope(a)
			if err == nil {
				t.Fatal("no error")
			}
			noSecrets(t, err.Error())
		})
	}
}

func TestModeByDefault(t *testing.T) {
	a := safeAccount()
	a.Mode = ""
	if mode, err := a.mode(); mode != ModeSafe || err != nil {
		t.Errorf("with a key: %q, %v", mode, err)
	}
	a.AESKey, a.PreviousAESKey = "", ""
	if mode, err := a.mode(); mode != ModePlain || err != nil {
		t.Errorf("without a key: %q, %v", mode, err)
	}
}
