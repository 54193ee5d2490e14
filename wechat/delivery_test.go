package wechat

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

// The platform delivers a push up to four times; whether a repeat has the same
// nonce and ciphertext is not documented, so the key must not depend on them.
func TestRedeliveriesHaveOneKey(t *testing.T) {
	docs := map[string]string{
		"message": textPush("路灯不亮"),
		"event":   eventPush("SCAN", "<EventKey>mg:1</EventKey>"),
		"unknown": push("hologram", "<MsgId>1</MsgId>"),
	}
	for name, doc := range docs {
		t.Run(name, func(t *testing.T) {
			keys := map[string]bool{}
			for delivery := range 4 {
				keys[deliver(t, ModePlain, delivery, doc).Key()] = true
				keys[deliver(t, ModeSafe, delivery, doc).Key()] = true
			}
			if len(keys) != 1 {
				t.Errorf("%d keys for one push", len(keys))
			}
		})
	}
}

// deliver opens one delivery, each with its own nonce, time and ciphertext.
func deliver(t *testing.T, mode string, delivery int, doc string) *Message {
	t.Helper()
	q, body := plainQuery(), []byte(doc)
	encrypted := ""
	if mode == ModeSafe {
		var err error
		if encrypted, err = newTestCipher(t).Encrypt(body); err != nil {
			t.Fatal(err)
		}
		q, body = signedPush(encrypted)
	}
	q.Nonce, q.Timestamp = fmt.Sprint(delivery), fmt.Sprint(testCreated+5*delivery)
	q.Signature = Signature(testToken, q.Timestamp, q.Nonce)
	q.MsgSignature = Signature(testToken, q.Timestamp, q.Nonce, encrypted)
	m, _, err := envelopeIn(t, mode).Open(q, body)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Two pushes within one second that the platform's own rule would take for one.
func TestKeysThatMustDiffer(t *testing.T) {
	keys := map[string]string{}
	for name, doc := range map[string]string{
		"first text":      push("text", "<Content>a</Content><MsgId>1</MsgId>"),
		"second text":     push("text", "<Content>a</Content><MsgId>2</MsgId>"),
		"tap":             eventPush("CLICK", "<EventKey>a</EventKey>"),
		"another tap":     eventPush("CLICK", "<EventKey>b</EventKey>"),
		"view":            eventPush("VIEW", "<EventKey>a</EventKey>"),
		"follow":          eventPush("subscribe", ""),
		"leave":           eventPush("unsubscribe", ""),
		"template":        eventPush("TEMPLATESENDJOBFINISH", "<MsgID>1</MsgID>"),
		"second template": eventPush("TEMPLATESENDJOBFINISH", "<MsgID>2</MsgID>"),
		"photo picked":    eventPush("pic_sysphoto", "<EventKey>p</EventKey>"),
		"photo":           push("image", "<MediaId>m</MediaId><MsgId>3</MsgId>"),
		"somebody else's": strings.Replace(push("text", "<MsgId>1</MsgId>"), testOpenid, "oOther", 1),
	} {
		key := mustParse(t, doc).Key()
		if other, taken := keys[key]; taken {
			t.Errorf("%q and %q have one key", name, other)
		}
		keys[key] = name
	}
}

// What the platform adds to its documents must not disturb what is known.
func TestUnknownFieldsAreIgnored(t *testing.T) {
	extra := "<MsgDataId>d</MsgDataId><Idx>1</Idx><MediaId16K>k</MediaId16K><Extra><Content>inner</Content><MsgId>9</MsgId>" +
		"<Deep><Content>deeper</Content></Deep></Extra><Content2>x</Content2><content>y</content>"
	m := mustParse(t, push("text", "<Content>路灯</Content>"+extra+"<MsgId>1</MsgId>"))
	if m.Text != "路灯" || m.ID != "1" || m.MediaID != "" {
		t.Errorf("message %+v", m)
	}
}

// An envelope serves all of an account's connections at once.
func TestEnvelopeIsConcurrent(t *testing.T) {
	e := envelopeIn(t, ModeSafe)
	var wg sync.WaitGroup
	for worker := range 8 {
		key := []string{testKey, testOldKey}[worker%2]
		text := fmt.Sprint("路灯 ", worker)
		q, body := sealedPush(t, key, textPush(text))
		wg.Go(func() {
			for range 50 {
				m, s, err := e.Open(q, body)
				if err != nil || m.Text != text {
					t.Errorf("Open = %+v, %v", m, err)
					return
				}
				if got := openAnswer(t, key, s.Seal(text)); got.Content != text {
					t.Errorf("answer %q to %q", got.Content, text)
				}
			}
		})
	}
	wg.Wait()
}

// A forged push costs the same few microseconds as a real one, whatever it
// holds, and leaves nothing behind: the envelope has no state.
func TestForgeriesDoNotDisturb(t *testing.T) {
	e := envelopeIn(t, ModeSafe)
	good, sealed := sealedPush(t, testKey, textPush("好"))
	for i := range 1000 {
		forged := good
		forged.MsgSignature = fmt.Sprintf("%040x", i)
		if _, _, err := e.Open(forged, sealed); err == nil {
			t.Fatal("a forgery was opened")
		}
	}
	if m, _, err := e.Open(good, sealed); err != nil || m.Text != "好" {
		t.Errorf("Open = %+v, %v", m, err)
	}
}
