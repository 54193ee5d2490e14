package wechat

import (
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"testing"

	sdk "github.com/silenceper/wechat/v2/officialaccount/message"
	"github.com/silenceper/wechat/v2/util"
)

// BenchmarkOpenSeal is one message in safe mode: checked, decrypted, parsed,
// and answered in ciphertext.
func BenchmarkOpenSeal(b *testing.B) {
	e := envelopeIn(b, ModeSafe)
	q, body := sealedPush(b, testKey, textPush("<![CDATA[3幢楼下路灯不亮了，晚上老人走路看不见]]>"))
	b.ReportAllocs()
	for b.Loop() {
		_, s, err := e.Open(q, body)
		if err != nil {
			b.Fatal(err)
		}
		if len(s.Seal("已受理：路灯故障 12-1042")) < 100 {
			b.Fatal("no answer")
		}
	}
}

// BenchmarkSDK is the same work by the SDK's parts in the order its server
// calls them, without the server's logging and reflection.
func BenchmarkSDK(b *testing.B) {
	q, body := sealedPush(b, testKey, textPush("<![CDATA[3幢楼下路灯不亮了，晚上老人走路看不见]]>"))
	b.ReportAllocs()
	for b.Loop() {
		if err := sdkRoundTrip(q, body); err != nil {
			b.Fatal(err)
		}
	}
}

func sdkRoundTrip(q Query, body []byte) error {
	var sealed sdk.EncryptedXMLMsg
	if err := xml.Unmarshal(body, &sealed); err != nil {
		return err
	}
	if util.Signature(testToken, q.Timestamp, q.Nonce, sealed.EncryptedMsg) != q.MsgSignature {
		return fmt.Errorf("signature")
	}
	_, raw, err := util.DecryptMsg(testApp, sealed.EncryptedMsg, testKey)
	if err != nil {
		return err
	}
	var m sdk.MixMessage
	if err := xml.Unmarshal(raw, &m); err != nil {
		return err
	}
	reply := sdk.NewText("已受理：路灯故障 12-1042")
	reply.SetToUserName(m.FromUserName)
	reply.SetFromUserName(m.ToUserName)
	reply.SetCreateTime(testCreated)
	reply.SetMsgType(sdk.MsgTypeText)
	plain, err := xml.Marshal(reply)
	if err != nil {
		return err
	}
	random := make([]byte, 16)
	rand.Read(random)
	encrypted, err := util.EncryptMsg(random, plain, testApp, testKey)
	if err != nil {
		return err
	}
	_, err = xml.Marshal(sdk.ResponseEncryptedXMLMsg{
		EncryptedMsg: string(encrypted), Timestamp: testCreated, Nonce: q.Nonce,
		MsgSignature: util.Signature(testToken, q.Timestamp, q.Nonce, string(encrypted)),
	})
	return err
}
