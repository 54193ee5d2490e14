package handlers

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"gridbot/bot"
	"gridbot/classify"
	"gridbot/dispatch"
	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/sample"
	"gridbot/store"
	"gridbot/task"
	"gridbot/wechat"
)

var redises redistest.Set

func TestMain(m *testing.M) {
	store.LogTo(func(string) {}) // the client would tell of every outage the tests make
	var code int
	defer func() { os.Exit(code) }()
	defer redises.Close()
	code = m.Run()
}

const (
	testApp    = "wx0123456789abcdef"
	testToken  = "AAAAA"
	testKey    = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	testStreet = "12"
	alice      = "oAlice000000000000000000000"
	bob        = "oBob0000000000000000000000"
	received   = "已收到，我们会尽快处理。"
	call119    = "请马上拨打119。"
	sorry      = "恐怕没能记下来，请再发一次。"
)

// patience bounds every wait for a condition.
const patience = 40 * time.Second

// fakeTalk is a conversation whose reply a test can change while it runs.
type fakeTalk struct {
	reply atomic.Value // func(context.Context, bot.Message, store.Turn) (bot.Answer, error)

	mu      sync.Mutex
	replies map[string]int // by message key
}

// echo answers with the words it was given.
func echo(_ context.Context, m bot.Message, t store.Turn) (bot.Answer, error) {
	return bot.Answer{Text: "答：" + m.Text, Ending: store.Ending{Profile: t.Profile}}, nil
}

func (f *fakeTalk) set(reply func(context.Context, bot.Message, store.Turn) (bot.Answer, error)) {
	f.reply.Store(reply)
}

func (f *fakeTalk) talk() Talk {
	f.replies = map[string]int{}
	f.set(echo)
	danger := func(m bot.Message) string {
		if strings.Contains(m.Text, "着火") {
			return call119
		}
		return ""
	}
	return Talk{
		Reply: func(ctx context.Context, m bot.Message, t store.Turn) (bot.Answer, error) {
			f.mu.Lock()
			f.replies[m.Key]++
			f.mu.Unlock()
			return f.reply.Load().(func(context.Context, bot.Message, store.Turn) (bot.Answer, error))(ctx, m, t)
		},
		Window:   func(bot.Message) store.Window { return store.MessageWindow() },
		Danger:   danger,
		Received: func(m bot.Message) string { return strings.TrimSpace(danger(m) + "\n" + received) },
		Unkept: func(m bot.Message) string {
			if m.Kind == bot.Unsubscribe {
				return ""
			}
			return strings.TrimSpace(danger(m) + "\n" + sorry)
		},
	}
}

// asked tells how often the conversation was asked about a message.
func (f *fakeTalk) asked(key string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.replies[key]
}

// world is one replica with its own spool.
type world struct {
	t        testing.TB
	talk     fakeTalk
	store    *store.Store
	desk     *dispatch.Desk
	server   *Server
	web      *httptest.Server
	registry *prometheus.Registry
	log      *logBuffer
	alarms   atomic.Int64
	clock    atomic.Int64 // added to the time, in nanoseconds
}

// logBuffer is a log that tests read.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newWorld(t testing.TB, r *redistest.Server, change func(*Options)) *world {
	t.Helper()
	w := &world{t: t, registry: prometheus.NewRegistry(), log: &logBuffer{}}
	w.store = must(store.Open(store.Options{Addrs: []string{r.Addr()}}))
	t.Cleanup(func() { w.store.Close() })
	w.desk = must(dispatch.New(dispatch.Options{
		Store: w.store, Categories: must(task.DefaultCategories()), Calendar: must(grid.NewCalendar(grid.CalendarOptions{})), Now: w.now,
		Mask: classify.Mask, Alarm: func(string, string) {}, Moved: func(task.Kind) {}, Wake: func(string) {},
	}))
	areas := must(grid.ReadAreas(bytes.NewReader(sample.Areas)))
	staff := must(grid.ReadStaff(bytes.NewReader(sample.Staff)))
	check(t, w.store.SaveDirectory(t.Context(), areas, staff))
	_, err := w.desk.Refresh(t.Context())
	check(t, err)
	o := Options{
		Accounts: []wechat.Account{{Name: "community", AppID: testApp, Token: testToken, AESKey: testKey, Mode: wechat.ModeSafe, Street: testStreet}},
		Talk:     w.talk.talk(), Desk: w.desk, SpoolPath: filepath.Join(t.TempDir(), "spool.db"), SpoolBytes: 16 << 20, SpoolAlarm: 0.5,
		Metrics: must(NewMetrics(w.registry)), Gatherer: w.registry, Now: w.now,
		Log:    slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Within: 3 * time.Second, Queue: 3 * time.Second, AtOnce: 64, Retry: 20 * time.Millisecond, Wake: func(string) {},
		Alarm: func(string, string) { w.alarms.Add(1) },
	}
	if change != nil {
		change(&o)
	}
	w.server = must(New(o))
	w.web = httptest.NewServer(w.server.Handler())
	t.Cleanup(w.close)
	return w
}

func (w *world) close() {
	w.web.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := w.server.Close(ctx); err != nil {
		w.t.Error(err)
	}
}

func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.clock.Load())) }

// embedded is a world on the stand-in for Redis, which starts at once.
func embedded(t *testing.T, change func(*Options)) *world {
	t.Helper()
	return newWorld(t, redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded}), change)
}

// run replays the spool in the background until the test ends.
func (w *world) run() {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); w.server.Run(ctx) }()
	w.t.Cleanup(func() { stop(); <-ended })
}

// push is a message on the wire.
type push struct {
	query url.Values
	body  []byte
}

// request is the push without a network.
func (p push) request() *http.Request {
	return httptest.NewRequest(http.MethodPost, "/wechat/community?"+p.query.Encode(), bytes.NewReader(p.body))
}

// textFrom makes a text message; id tells messages apart.
func (w *world) textFrom(openid, text string, id int) push {
	return w.messageFrom(openid, "text", fmt.Sprintf("<Content><![CDATA[%s]]></Content><MsgId>%d</MsgId>", text, id))
}

func (w *world) messageFrom(openid, kind, rest string) push {
	return document(w.t, openid, kind, rest, w.now())
}

// textDoc is textFrom without a world.
func textDoc(t testing.TB, openid, text string, id int) push {
	return document(t, openid, "text", fmt.Sprintf("<Content><![CDATA[%s]]></Content><MsgId>%d</MsgId>", text, id), time.Now())
}

func document(t testing.TB, openid, kind, rest string, at time.Time) push {
	return sealed(t, fmt.Sprintf("<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName>"+
		"<CreateTime>%d</CreateTime><MsgType><![CDATA[%s]]></MsgType>%s</xml>", openid, at.Unix(), kind, rest))
}

// sealed encrypts and signs a document as the platform does.
func sealed(t testing.TB, doc string) push {
	t.Helper()
	encrypted := must(must(wechat.NewCipher(testApp, testKey)).Encrypt([]byte(doc)))
	stamp, nonce := strconv.FormatInt(time.Now().Unix(), 10), "486452656"
	return push{
		query: url.Values{"timestamp": {stamp}, "nonce": {nonce}, "encrypt_type": {"aes"},
			"signature": {wechat.Signature(testToken, stamp, nonce)}, "msg_signature": {wechat.Signature(testToken, stamp, nonce, encrypted)}},
		body: []byte("<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><Encrypt><![CDATA[" + encrypted + "]]></Encrypt></xml>"),
	}
}

// got is what came back.
type got struct {
	status int
	body   string // decrypted; success as it is
	took   time.Duration
}

// send posts a push to the account's webhook.
func (w *world) send(p push) got {
	w.t.Helper()
	return w.sendTo("/wechat/community", p)
}

func (w *world) sendTo(path string, p push) got {
	w.t.Helper()
	start := time.Now()
	res, err := http.Post(w.web.URL+path+"?"+p.query.Encode(), "text/xml", bytes.NewReader(p.body))
	if err != nil {
		w.t.Error(err)
		return got{}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Error(err)
	}
	return got{res.StatusCode, unseal(w.t, body), time.Since(start)}
}

// unseal reads an answer as the platform does: the words, or the body as it is.
func unseal(t testing.TB, body []byte) string {
	if !bytes.HasPrefix(body, []byte("<")) {
		return string(body)
	}
	var envelope struct{ Encrypt string }
	if err := xml.Unmarshal(body, &envelope); err != nil {
		t.Errorf("answer %q: %v", body, err)
		return ""
	}
	var answer struct{ Content string }
	plain := must(must(wechat.NewCipher(testApp, testKey)).Decrypt(envelope.Encrypt))
	if err := xml.Unmarshal(plain, &answer); err != nil {
		t.Errorf("answer %q: %v", plain, err)
	}
	return answer.Content
}

// keyOf is the key of a pushed message.
func keyOf(t testing.TB, p push) string {
	t.Helper()
	e := must(wechat.NewEnvelope(wechat.Account{Name: "community", AppID: testApp, Token: testToken, AESKey: testKey}))
	q := p.query
	m, _, err := e.Open(wechat.Query{Timestamp: q.Get("timestamp"), Nonce: q.Get("nonce"), EncryptType: "aes", MsgSignature: q.Get("msg_signature")}, p.body)
	check(t, err)
	return m.Key()
}

// late takes all late answers out of the outbox, in order.
func (w *world) late() []string {
	w.t.Helper()
	leased, err := w.store.Lease(w.t.Context(), testStreet, 1000, w.now(), w.now().Add(time.Minute))
	check(w.t, err)
	var out []string
	for _, l := range leased {
		if l.About == task.AboutAnswer {
			out = append(out, l.Note)
		}
		check(w.t, w.store.Sent(w.t.Context(), l, w.now()))
	}
	return out
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.After(patience)
	for !cond() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("%s did not happen within %v", what, patience)
		}
	}
}

// spooled waits until so many messages are on disk.
func (w *world) spooled(n int) {
	w.t.Helper()
	eventually(w.t, fmt.Sprintf("%d messages in the spool", n), func() bool { return w.server.inbox.spool.Depth() == n })
}

// count reads a counter of the registry.
func (w *world) count(name string, labels ...string) float64 {
	w.t.Helper()
	families, err := w.registry.Gather()
	check(w.t, err)
	sum := 0.0
	for _, f := range families {
		for _, m := range f.GetMetric() {
			text := fmt.Sprint(m.GetLabel())
			hit := f.GetName() == name
			for _, l := range labels {
				hit = hit && strings.Contains(text, `value:"`+l+`"`)
			}
			if hit {
				sum += m.GetCounter().GetValue() + m.GetGauge().GetValue()
			}
		}
	}
	return sum
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
