package wechat

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const (
	testKey     = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	testOldKey  = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
	testApp     = "wx0123456789abcdef"
	testToken   = "AAAAA"
	testOpenid  = "oABCdefGHI-jkl_MNOpqrSTU"
	testOrigin  = "gh_0123456789ab"
	testCreated = 1785900000
)

// testNow is a little after testCreated.
func testNow() time.Time { return time.Unix(testCreated+2, 0) }

// safeAccount is an account in safe mode with a current and a previous key.
func safeAccount() Account {
	return Account{
		Name: "xingfu", AppID: testApp, Secret: "s3cr3t-of-the-account", Token: testToken,
		AESKey: testKey, PreviousAESKey: testOldKey, Mode: ModeSafe,
		Abilities: Ability{Template: true, QRCode: true},
	}
}

// envelopeOf opens the account's envelope with the test clock.
func envelopeOf(t testing.TB, a Account) *Envelope {
	t.Helper()
	e, err := NewEnvelope(a)
	if err != nil {
		t.Fatal(err)
	}
	e.Now = testNow
	return e
}

// envelopeIn opens the test account's envelope in the given mode.
func envelopeIn(t testing.TB, mode string) *Envelope {
	a := safeAccount()
	a.Mode = mode
	if mode == ModePlain {
		a.AESKey, a.PreviousAESKey = "", ""
	}
	return envelopeOf(t, a)
}

// textPush is the platform's XML of a text message; content goes in as it is.
func textPush(content string) string {
	return push("text", "<Content>"+content+"</Content><MsgId>23456789012345678</MsgId>")
}

// eventPush is the platform's XML of an event.
func eventPush(event, rest string) string {
	return push("event", "<Event><![CDATA["+event+"]]></Event>"+rest)
}

// push is the platform's XML of any message.
func push(msgType, rest string) string {
	return fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName>\n<FromUserName><![CDATA[%s]]></FromUserName>"+
		"\n<CreateTime>%d</CreateTime>\n<MsgType><![CDATA[%s]]></MsgType>\n%s\n</xml>",
		testOrigin, testOpenid, testCreated, msgType, rest)
}

// plainQuery signs as the platform does for plaintext.
func plainQuery() Query {
	q := Query{Timestamp: fmt.Sprint(testCreated + 1), Nonce: "486452656"}
	q.Signature = Signature(testToken, q.Timestamp, q.Nonce)
	return q
}

// sealedPush encrypts and signs a document as the platform does in safe mode.
func sealedPush(t testing.TB, key, doc string) (Query, []byte) {
	t.Helper()
	c, err := NewCipher(testApp, key)
	if err != nil {
		t.Fatal(err)
	}
	encrypted, err := c.Encrypt([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	return signedPush(encrypted)
}

// signedPush wraps and signs any ciphertext.
func signedPush(encrypted string) (Query, []byte) {
	q := plainQuery()
	q.EncryptType = "aes"
	q.MsgSignature = Signature(testToken, q.Timestamp, q.Nonce, encrypted)
	return q, []byte("<xml><ToUserName><![CDATA[" + testOrigin + "]]></ToUserName><Encrypt><![CDATA[" + encrypted + "]]></Encrypt></xml>")
}

// openSafe opens a document pushed in safe mode, which must succeed.
func openSafe(t testing.TB, doc string) *Message {
	t.Helper()
	q, body := sealedPush(t, testKey, doc)
	m, _, err := envelopeIn(t, ModeSafe).Open(q, body)
	if err != nil {
		t.Fatalf("Open(%.80q): %v", doc, err)
	}
	return m
}

// mustParse parses a document, which must succeed.
func mustParse(t testing.TB, doc string) *Message {
	t.Helper()
	m, err := parse(doc)
	if err != nil {
		t.Fatalf("parse(%.80q): %v", doc, err)
	}
	return m
}

// noSecrets fails when text holds anything that must not reach a log.
func noSecrets(t testing.TB, text string) {
	t.Helper()
	for _, secret := range []string{safeAccount().Secret, testKey, testOldKey, testOpenid, "token-"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q holds %q", text, secret)
		}
	}
}
