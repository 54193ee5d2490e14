package main

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	sdkconfig "github.com/silenceper/wechat/v2/officialaccount/config"
	sdkcontext "github.com/silenceper/wechat/v2/officialaccount/context"
	"github.com/silenceper/wechat/v2/officialaccount/message"
	"github.com/silenceper/wechat/v2/officialaccount/server"
)

// peerVariable makes this program serve the peers, at the Redis it names: each
// server of the comparison is a process of its own.
const peerVariable = "GRIDBENCH_PEER"

// once is the one script of the peers: a message seen before does nothing, another
// one goes onto a queue. It is less than any real service would do.
const once = `if redis.call('SET', KEYS[1], '1', 'NX', 'EX', 604800) then
  return redis.call('RPUSH', KEYS[2], ARGV[1])
end
return 0`

// peers are the servers we are compared with.
type peers struct {
	rdb    *redis.Client
	script *redis.Script
	block  cipher.Block
	iv     []byte
	sdk    *sdkcontext.Context
}

// servePeers serves until its standard input ends, and says where on its output.
func servePeers(redisAddr string) error {
	key, err := base64.StdEncoding.DecodeString(aesKey + "=")
	if err != nil {
		return err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return err
	}
	p := &peers{rdb: redis.NewClient(&redis.Options{Addr: redisAddr, DB: peerDB}), script: redis.NewScript(once), block: block, iv: key[:aes.BlockSize],
		sdk: &sdkcontext.Context{Config: &sdkconfig.Config{AppID: appID, Token: token, EncodingAESKey: aesKey}}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /floor", p.floor)
	mux.HandleFunc("POST /script", p.scripted)
	mux.HandleFunc("POST /sdk", p.bySDK)
	mux.HandleFunc("GET /usage", usage)
	fmt.Println(l.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with whoever started us
		os.Exit(0)
	}()
	return http.Serve(l, mux)
}

// usage tells what the process has used so far.
func usage(w http.ResponseWriter, _ *http.Request) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	_ = json.NewEncoder(w).Encode(used{Mallocs: float64(m.Mallocs), CPU: ownCPU(), Bytes: float64(m.Sys)})
}

// incoming is a message as a hand-written handler reads it.
type incoming struct {
	FromUserName, ToUserName, MsgType, Content, MsgId string
}

var errForged = errors.New("forged")

// open verifies, decrypts and parses.
func (p *peers) open(r *http.Request) (m incoming, err error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	if err != nil {
		return m, err
	}
	var envelope struct{ Encrypt string }
	if err := xml.Unmarshal(body, &envelope); err != nil {
		return m, err
	}
	q := r.URL.Query()
	if q.Get("msg_signature") != sign(token, q.Get("timestamp"), q.Get("nonce"), envelope.Encrypt) {
		return m, errForged
	}
	buf, err := base64.StdEncoding.DecodeString(envelope.Encrypt)
	if err != nil || len(buf) < 32 || len(buf)%aes.BlockSize != 0 {
		return m, errForged
	}
	cipher.NewCBCDecrypter(p.block, p.iv).CryptBlocks(buf, buf)
	end := 20 + int(binary.BigEndian.Uint32(buf[16:]))
	if end+len(appID) > len(buf) || string(buf[end:end+len(appID)]) != appID {
		return m, errForged
	}
	return m, xml.Unmarshal(buf[20:end], &m)
}

func sign(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// reply is an encrypted answer as the platform takes it.
func (p *peers) reply(m incoming, text string) string {
	now := strconv.FormatInt(time.Now().Unix(), 10)
	plain := "<xml><ToUserName><![CDATA[" + m.FromUserName + "]]></ToUserName><FromUserName><![CDATA[" + m.ToUserName +
		"]]></FromUserName><CreateTime>" + now + "</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[" + text + "]]></Content></xml>"
	buf := make([]byte, 20, 20+len(plain)+len(appID)+32)
	_, _ = rand.Read(buf[:16])
	binary.BigEndian.PutUint32(buf[16:], uint32(len(plain)))
	buf = append(append(buf, plain...), appID...)
	pad := 32 - len(buf)%32
	for range pad {
		buf = append(buf, byte(pad))
	}
	cipher.NewCBCEncrypter(p.block, p.iv).CryptBlocks(buf, buf)
	encrypted, nonce := base64.StdEncoding.EncodeToString(buf), rand.Text()
	return "<xml><Encrypt><![CDATA[" + encrypted + "]]></Encrypt><MsgSignature><![CDATA[" + sign(token, now, nonce, encrypted) +
		"]]></MsgSignature><TimeStamp>" + now + "</TimeStamp><Nonce><![CDATA[" + nonce + "]]></Nonce></xml>"
}

// run is the one script.
func (p *peers) run(ctx context.Context, key, content string) error {
	return p.script.Run(ctx, p.rdb, []string{"seen:" + key, "queue"}, content).Err()
}

// floor opens a message and does nothing with it.
func (p *peers) floor(w http.ResponseWriter, r *http.Request) {
	if _, err := p.open(r); err != nil {
		http.Error(w, "", http.StatusForbidden)
		return
	}
	_, _ = io.WriteString(w, "success")
}

// scripted opens a message, runs the script and answers encrypted, with words as
// long as ours.
func (p *peers) scripted(w http.ResponseWriter, r *http.Request) {
	m, err := p.open(r)
	if err != nil {
		http.Error(w, "", http.StatusForbidden)
		return
	}
	if err := p.run(r.Context(), m.MsgId, m.Content); err != nil {
		http.Error(w, "", http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(w, p.reply(m, peerAnswer))
}

// bySDK serves through the SDK's own server, runs the script and has no answer.
func (p *peers) bySDK(w http.ResponseWriter, r *http.Request) {
	s := server.NewServer(p.sdk)
	s.Writer, s.Request = w, r
	var failed error
	s.SetMessageHandler(func(m *message.MixMessage) *message.Reply {
		failed = p.run(r.Context(), strconv.FormatInt(m.MsgID, 10), m.Content)
		return nil
	})
	if err := errors.Join(s.Serve(), failed); err != nil {
		http.Error(w, "", http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(w, "success")
}
