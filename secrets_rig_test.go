package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/sample"
	"gridbot/simulator"
	"gridbot/store"
	"gridbot/task"
)

const (
	watchedApp    = "wx00000000005ec2e7"
	watchedSystem = "hotline-12345"
	// of the resident; it makes a report the classifier is sure of
	markedWords = "紫檀木琴盒旁边三单元楼道的路灯不亮了，我的电话13887650912，请快来看看"
)

// secretMarks are what may stand nowhere but in the environment.
func secretMarks() marks {
	return marks{
		"AppSecret": "5b9e2d7c41f0a836bd17e49c0f62a85d", "token": "Tk7Q2m9Xc4Vb1Ne8Lz", "AES key": "Zx8Cv6Bn4Mq2We0Rt1Yu3Io5Pa7Sd9Fg2Hj4Kl6Qz7W",
		"AES key before": "Pq1Wo2Ei3Ru4Ty5Al6Sk7Dj8Fh9Gz0Xm1Cn2Vb3Lk4J", "Redis password": "rP-3k9Wq7_vL0xTz", "SMS secret": "sMs~8fKq2&Lw=5Zx",
		"system secret": "hL2nB8vC4xZ6mQ0wE1rT3yU5iO7pA9sD", "media key": "mK4dX7sJ1gH9fL3kP6qW2eR8tY5uN0bV",
	}
}

// personMarks are what may stand only where it is kept or sent.
func personMarks() marks {
	return marks{"words": markedWords, "openid": "oQ5Zr8-Resident_7Lw2Kx9", "number in words": "13887650912",
		"openid of staff": "oQ5Zr8-Staff_4Nc1Vb6Hj", "number of staff": "13946820357", "words of a system": "胭脂巷口的路灯坏了，一整夜不亮"}
}

// echo stands before the platform, the gateway and the other system. When it is told to,
// it answers with all it was sent, as hostile or broken ones do.
type echo struct {
	next http.Handler

	mu     sync.Mutex
	code   int    // errcode or status of the next answers; 0 passes the call on
	heard  string // everything it was sent
	called int
}

// hangsUp is a code: no answer at all.
const hangsUp = -2

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	said := fmt.Sprint(r.URL, " ", r.Header, " ", string(body))
	e.mu.Lock()
	code := e.code
	e.heard, e.called = e.heard+said+"\n", e.called+1
	e.mu.Unlock()
	switch {
	case code == 0 && e.next != nil:
		e.next.ServeHTTP(w, r)
	case code == hangsUp:
		panic(http.ErrAbortHandler)
	case code >= 300 && code < 600 || code == 0:
		w.Header().Set("Location", "http://127.0.0.1:1/?"+r.URL.RawQuery)
		if code == 0 {
			code = http.StatusInternalServerError
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, said)
	default:
		fmt.Fprintf(w, `{"errcode":%d,"errmsg":%q}`, code, said)
	}
}

// answer sets what is answered from now on.
func (e *echo) answer(code int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.code = code
}

// calls counts them.
func (e *echo) calls() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.called
}

// all is everything that was sent.
func (e *echo) all() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.heard
}

// watched is a real process whose every word is kept, with all it speaks to.
type watched struct {
	*testing.T
	dir, port string
	redis     *redistest.Server
	standIn   *simulator.Platform
	platform  *echo
	others    *echo // the gateway of short messages and the other system
	cmd       *exec.Cmd
	told      map[string]string // by where it was told
	codes     []store.Code
}

func newWatched(t *testing.T) *watched {
	s := secretMarks()
	w := &watched{T: t, dir: t.TempDir(), port: freePort(t), told: map[string]string{}, others: &echo{}}
	w.redis = redistest.ForTest(t, redistest.Options{Kind: redistest.Real, Args: []string{"--user", "gridbot", "on", ">" + s["Redis password"], "~*", "&*", "+@all"}})
	w.standIn = simulator.New(simulator.Options{MarkFailAfter: -1, RetryGap: 200 * time.Millisecond, Accounts: []simulator.Account{{AppID: watchedApp,
		Secret: s["AppSecret"], Token: s["token"], AESKey: s["AES key"], Mode: simulator.ModeSafe, Webhook: w.url("/wechat/watched")}}})
	t.Cleanup(w.standIn.Close)
	w.platform = &echo{next: w.standIn.Handler()}
	w.people()
	w.write("config.yaml", w.config())
	w.environment()
	return w
}

func (w *watched) url(path string) string { return "http://127.0.0.1:" + w.port + path }

// serving gives an echo an address.
func (w *watched) serving(e *echo) string {
	s := httptest.NewServer(e)
	s.Config.ErrorLog = nil
	w.Cleanup(s.Close)
	return s.URL
}

// people are the sample's, each with the marked number, and one of them with the
// marked openid.
func (w *watched) people() {
	areas, err := grid.ReadAreas(bytes.NewReader(sample.Areas))
	check(w, err)
	staff, err := grid.ReadStaff(bytes.NewReader(sample.Staff))
	check(w, err)
	for i := range staff {
		staff[i].Phone = personMarks()["number of staff"]
	}
	s := storeAt(w.T, w.redis)
	check(w, s.SaveDirectory(w.Context(), areas, staff))
	for _, one := range staff {
		w.codes = append(w.codes, store.Code{Code: "code" + one.ID, Staff: one.ID})
	}
	check(w, s.AddCodes(w.Context(), w.codes))
	for i, c := range w.codes {
		_, err := s.Join(w.Context(), c.Code, task.Person{Account: "watched", OpenID: worker(i)})
		check(w, err)
	}
}

// worker is the openid of one of the staff.
func worker(n int) string { return fmt.Sprintf("%s%d", personMarks()["openid of staff"], n) }

// greet lets every member of staff write, so that a free message may be sent to them,
// and sign what is theirs.
func (w *watched) greet() {
	for i, c := range w.codes {
		if w.platform.calls() == 0 {
			w.standIn.Follow(watchedApp, worker(i), "")
			w.standIn.Text(watchedApp, worker(i), "绑定 "+c.Code)
		}
		w.standIn.Text(watchedApp, worker(i), "全部签收")
	}
}

func (w *watched) config() string {
	return fmt.Sprintf(`
server: {addr: "127.0.0.1:%[1]s", reply_within: 2s, public_url: "http://127.0.0.1:%[1]s"}
redis: {addrs: ["%[2]s"], username: gridbot}
spool: {path: "%[3]s/spool/spool.db", retry: 200ms}
wechat: {base_url: "%[4]s", timeout: 1s}
notices: {poll: 200ms, lease: 8s, gather: 0s, hours: "00:00-24:00"}
sms: {url: "%[5]s/sms", method: POST, body: '{"to":"{{.Phone}}","text":"{{.Matter}}"}', headers: {Authorization: "Key {{.Secret}}"}, sign: 网格, timeout: 1s}
retention: {dir: "%[3]s/archive"}
media: {dir: "%[3]s/media", min_free: 0}
log: {level: debug}
accounts:
  - {name: watched, app_id: %[6]s, mode: safe, street: "12"}
systems:
  - {name: %[7]s, title: 热线, street: "12", callback: "%[5]s/events", per_minute: 100}
`, w.port, w.redis.Addr(), w.dir, w.serving(w.platform), w.serving(w.others), watchedApp, watchedSystem)
}

func (w *watched) environment() {
	s := secretMarks()
	for name, value := range map[string]string{
		"ACCOUNT_WATCHED_SECRET": s["AppSecret"], "ACCOUNT_WATCHED_TOKEN": s["token"], "ACCOUNT_WATCHED_AES_KEY": s["AES key"],
		"ACCOUNT_WATCHED_PREVIOUS_AES_KEY": s["AES key before"], "REDIS_PASSWORD": s["Redis password"], "SMS_SECRET": s["SMS secret"],
		"SYSTEM_HOTLINE_12345_SECRET": s["system secret"], "MEDIA_KEY": s["media key"],
	} {
		w.Setenv("GRIDBOT_"+name, value)
	}
}

// write writes a file of the folder and gives its path.
func (w *watched) write(name, text string) string {
	path := filepath.Join(w.dir, name)
	check(w, os.MkdirAll(filepath.Dir(path), 0o700))
	check(w, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// tell keeps what was told somewhere.
func (w *watched) tell(where, text string) { w.told[where] += text + "\n" }

// start runs the process until it answers; stop ends it as an operator does.
func (w *watched) start() {
	log, err := os.Create(filepath.Join(w.dir, "log"))
	check(w, err)
	w.cmd = exec.Command(os.Args[0], "serve", "--config", filepath.Join(w.dir, "config.yaml"))
	w.cmd.Env = append(os.Environ(), childVariable+"=1")
	w.cmd.Stdout, w.cmd.Stderr = log, log
	check(w, w.cmd.Start())
	w.Cleanup(func() {
		_ = w.cmd.Process.Kill()
		_ = w.cmd.Wait()
		if text, err := os.ReadFile(log.Name()); err == nil && w.Failed() {
			w.Logf("the log ends:\n%s", text[max(0, len(text)-4000):])
		}
	})
	eventually(w.T, 30*time.Second, "the service to answer", func() bool {
		res, err := http.Get(w.url("/healthz"))
		return err == nil && res.Body.Close() == nil
	})
}

func (w *watched) stop() {
	w.tell("metrics", w.request(http.MethodGet, "/metrics", "", nil))
	check(w, w.cmd.Process.Signal(syscall.SIGTERM))
	_ = w.cmd.Wait()
	log, err := os.ReadFile(filepath.Join(w.dir, "log"))
	check(w, err)
	check(w, os.Remove(filepath.Join(w.dir, "log")))
	w.tell("log", string(log))
}

// request asks the service and gives all of its answer.
func (w *watched) request(method, target, body string, header map[string]string) string {
	req, err := http.NewRequest(method, w.url(target), strings.NewReader(body))
	check(w, err)
	for name, value := range header {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return err.Error()
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	return fmt.Sprint(method, " ", res.Status, " ", res.Header, " ", string(text))
}
