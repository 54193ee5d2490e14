package wechat_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"

	"gridbot/wechat"
)

// webhook answers one account's callbacks.
func webhook(e *wechat.Envelope) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		values := r.URL.Query()
		q := wechat.Query{
			Signature: values.Get("signature"), Timestamp: values.Get("timestamp"), Nonce: values.Get("nonce"),
			EncryptType: values.Get("encrypt_type"), MsgSignature: values.Get("msg_signature"), Echostr: values.Get("echostr"),
		}
		if r.Method == http.MethodGet {
			echo, err := e.Verify(q)
			if err != nil {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			io.WriteString(w, echo)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, wechat.MaxBody))
		if err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		m, sealer, err := e.Open(q, body)
		switch {
		case errors.Is(err, wechat.ErrForged):
			w.WriteHeader(http.StatusForbidden)
		case err != nil:
			io.WriteString(w, wechat.Success)
		default:
			w.Write(sealer.Seal("收到：" + m.Text))
		}
	}
}

// A whole callback: the handshake, a message, a forgery, and one that cannot
// be read.
func Example() {
	e, err := wechat.NewEnvelope(wechat.Account{Name: "xingfu", AppID: "wx1", Token: "AAAAA"})
	if err != nil {
		fmt.Println(err)
		return
	}
	e.Now = func() time.Time { return time.Unix(1785900002, 0) }
	server := httptest.NewServer(webhook(e))
	defer server.Close()
	timestamp := strconv.Itoa(1785900001)
	query := "?timestamp=" + timestamp + "&nonce=7&signature=" + wechat.Signature("AAAAA", timestamp, "7")
	post := func(query, body string) {
		res, err := http.Post(server.URL+query, "text/xml", strings.NewReader(body))
		if err != nil {
			fmt.Println(err)
			return
		}
		defer res.Body.Close()
		answer, _ := io.ReadAll(res.Body)
		fmt.Println(strings.TrimSpace(fmt.Sprint(res.StatusCode, " ", string(answer))))
	}
	res, err := http.Get(server.URL + query + "&echostr=71304")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	echo, _ := io.ReadAll(res.Body)
	fmt.Println(string(echo))
	post(query, `<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1785900000</CreateTime>`+
		`<MsgType>text</MsgType><Content>路灯不亮</Content><MsgId>1</MsgId></xml>`)
	post("?signature=0", "<xml></xml>")
	post(query, `{"json":true}`)
	// Output:
	// 71304
	// 200 <xml><ToUserName><![CDATA[o1]]></ToUserName><FromUserName><![CDATA[gh_1]]></FromUserName><CreateTime>1785900002</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[收到：路灯不亮]]></Content></xml>
	// 403
	// 200 success
}
