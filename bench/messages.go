package main

import (
	_ "embed"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"gridbot/wechat"
)

// The account of the benchmark.
const (
	account = "bench"
	appID   = "wx00000000000be9c4"
	token   = "benchtoken"
	secret  = "benchsecret"
	aesKey  = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

// wordFile holds what residents write; see words.txt.
//
//go:embed words.txt
var wordFile string

// peerAnswer is what a peer answers, as long as our answer with a number.
var peerAnswer = strings.Repeat("收", 100)

// writer makes pushes as the platform does. Each message has an id of its own.
type writer struct {
	cipher *wechat.Cipher
	words  map[string][]string
	ids    atomic.Int64
}

func newWriter() (*writer, error) {
	c, err := wechat.NewCipher(appID, aesKey)
	if err != nil {
		return nil, err
	}
	w := &writer{cipher: c, words: map[string][]string{}}
	w.ids.Store(time.Now().UnixNano())
	for line := range strings.Lines(wordFile) {
		if kind, text, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t"); ok {
			w.words[kind] = append(w.words[kind], text)
		}
	}
	return w, nil
}

func (w *writer) pick(kind string) string {
	list := w.words[kind]
	return list[rand.IntN(len(list))]
}

// report is what a resident writes of something new.
func (w *writer) report() string { return w.pick("begin") + w.pick("matter") + w.pick("end") }

// push is one whole request in safe mode.
func (w *writer) push(path, openid, text string) ([]byte, error) {
	now := strconv.FormatInt(time.Now().Unix(), 10)
	plain := fmt.Sprintf("<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%s</CreateTime>"+
		"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%d</MsgId></xml>", openid, now, text, w.ids.Add(1))
	encrypted, err := w.cipher.Encrypt([]byte(plain))
	if err != nil {
		return nil, err
	}
	nonce := strconv.Itoa(rand.Int())
	q := url.Values{"signature": {wechat.Signature(token, now, nonce)}, "timestamp": {now}, "nonce": {nonce}, "openid": {openid},
		"encrypt_type": {"aes"}, "msg_signature": {wechat.Signature(token, now, nonce, encrypted)}}
	body := "<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><Encrypt><![CDATA[" + encrypted + "]]></Encrypt></xml>"
	head := fmt.Sprintf("POST %s?%s HTTP/1.1\r\nHost: bench\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n", path, q.Encode(), len(body))
	return []byte(head + body), nil
}

// read is the text of an encrypted answer.
func (w *writer) read(body []byte) (string, error) {
	var envelope struct{ Encrypt string }
	if err := xml.Unmarshal(body, &envelope); err != nil {
		return "", fmt.Errorf("an answer that is not encrypted: %q", body[:min(len(body), 80)])
	}
	plain, err := w.cipher.Decrypt(envelope.Encrypt)
	if err != nil {
		return "", err
	}
	var m struct{ Content string }
	err = xml.Unmarshal(plain, &m)
	return m.Content, err
}
