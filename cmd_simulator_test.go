package main

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// standIn is a process of `gridbot simulator`.
type standIn struct {
	t    *testing.T
	cmd  *exec.Cmd
	url  string
	told string // what it printed, without the address
}

// startSimulator runs the command on a free port until the test ends.
func startSimulator(t *testing.T, args ...string) *standIn {
	t.Helper()
	s := &standIn{t: t, cmd: exec.Command(os.Args[0], append([]string{"simulator", "--addr", "127.0.0.1:0"}, args...)...)}
	s.cmd.Env = append(os.Environ(), childVariable+"=1")
	s.cmd.Stderr = os.Stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.cmd.Process.Kill() }) // it has ended long ago, mostly
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		s.told += lines.Text() + "\n"
		if strings.Contains(lines.Text(), "pushes go to") {
			break
		}
	}
	_, rest, _ := strings.Cut(s.told, "stand-in WeChat at ")
	s.url, _, _ = strings.Cut(rest, " ")
	if s.url == "" {
		t.Fatalf("it printed:\n%s", s.told)
	}
	return s
}

// ask calls the stand-in and reads its JSON.
func (s *standIn) ask(method, path, body string) map[string]any {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	var out map[string]any
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
	return out
}

// interrupted sends SIGINT and wants an end without an error.
func (s *standIn) interrupted() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("after SIGINT: %v", err)
	}
}

// tinyBot is a WeChat bot of another house: plaintext, nothing of ours.
type tinyBot struct {
	token string

	mu    sync.Mutex
	heard []string
}

func (b *tinyBot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	parts := []string{b.token, q.Get("timestamp"), q.Get("nonce")}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	if hex.EncodeToString(sum[:]) != q.Get("signature") {
		http.Error(w, "forged", http.StatusForbidden)
		return
	}
	if r.Method == http.MethodGet {
		io.WriteString(w, q.Get("echostr"))
		return
	}
	var in struct{ ToUserName, FromUserName, MsgType, Event, Content string }
	if xml.NewDecoder(r.Body).Decode(&in) != nil {
		http.Error(w, "not XML", http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.heard = append(b.heard, in.MsgType+in.Event+":"+in.Content)
	if in.MsgType != "text" {
		io.WriteString(w, "success")
		return
	}
	fmt.Fprintf(w, "<xml><ToUserName>%s</ToUserName><FromUserName>%s</FromUserName><CreateTime>1</CreateTime>"+
		"<MsgType>text</MsgType><Content>听到了：%s</Content></xml>", in.FromUserName, in.ToUserName, in.Content)
}

// TestSimulatorCommand points another house's bot at the stand-in: its webhook is
// verified, a person writes, it answers and calls the API; then SIGINT.
func TestSimulatorCommand(t *testing.T) {
	bot := &tinyBot{token: "tinytoken"}
	web := httptest.NewServer(bot)
	defer web.Close()
	s := startSimulator(t, "--webhook", web.URL+"/any/path", "--token", bot.token, "--mode", "plain", "--appid", "wxtiny", "--secret", "tinysecret")
	for _, part := range []string{"wxtiny", "tinysecret", "tinytoken", web.URL + "/any/path"} {
		if !strings.Contains(s.told, part) {
			t.Errorf("it does not tell %s:\n%s", part, s.told)
		}
	}
	if out := s.ask("POST", "/sim/verify", "{}"); out["err"] != nil {
		t.Fatalf("verifying: %v", out)
	}
	out := s.ask("POST", "/sim/act", `{"openid":"oStandIn-chen","kind":"text","text":"路灯不亮","wait":true}`)
	if out["reply"] != "听到了：路灯不亮" {
		t.Errorf("the bot answered %v", out)
	}
	token, _ := s.ask("POST", "/cgi-bin/stable_token", `{"grant_type":"client_credential","appid":"wxtiny","secret":"tinysecret"}`)["access_token"].(string)
	send := func(want float64) {
		t.Helper()
		out := s.ask("POST", "/cgi-bin/message/custom/send?access_token="+token, `{"touser":"oStandIn-chen","msgtype":"text","text":{"content":"修好了"}}`)
		if out["errcode"] != want {
			t.Errorf("errcode %v, want %v", out["errcode"], want)
		}
	}
	send(0)
	s.ask("POST", "/sim/time", `{"advance":"1h59m"}`)
	send(0)
	s.ask("POST", "/sim/time", `{"advance":"1m"}`)
	send(42001)
	s.interrupted()
}

// TestSimulatorWebhookStaysHere wants a webhook elsewhere refused at the start and
// later, unless that is allowed.
func TestSimulatorWebhookStaysHere(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--webhook", "http://203.0.113.7/wechat"}, "--allow-remote"},
		{[]string{"--webhook", "http://bot.example.org/wechat"}, "--allow-remote"},
		{[]string{"--webhook", "ftp://127.0.0.1/"}, "is no address"},
		{[]string{"--config", "/no/such.yaml"}, "no such file"},
		{[]string{"--aeskey", "short"}, "key"},
		{[]string{"--mode", "loud"}, "loud"},
		{[]string{"--addr", "nowhere"}, "nowhere"},
	} {
		code, _, errs := command(append([]string{"simulator", "--addr", "127.0.0.1:0"}, c.args...)...)
		if code != 1 || !strings.Contains(errs, c.want) {
			t.Errorf("%v: %d, %s", c.args, code, errs)
		}
	}
	s := startSimulator(t)
	s.ask("POST", "/sim/webhook", `{"url":"http://203.0.113.7/wechat"}`)
	if out := s.ask("POST", "/sim/verify", "{}"); !strings.Contains(fmt.Sprint(out["err"]), "not on this machine") {
		t.Errorf("a webhook elsewhere: %v", out)
	}
	s.interrupted()
}

// TestSimulatorFile wants a file of one's own read strictly.
func TestSimulatorFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "stage.yaml")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for text, want := range map[string]string{
		"people: []\n":                         "no account",
		"accounts: [{appid: a, secrt: b}]\n":   "secrt",
		"accounts: [{appid: a}, {appid: a}]\n": "twice",
		"accounts: [{secret: a}]\n":            "AppID",
	} {
		write(text)
		if code, _, errs := command("simulator", "--addr", "127.0.0.1:0", "--config", file); code != 1 || !strings.Contains(errs, want) {
			t.Errorf("%s: %d, %s", text, code, errs)
		}
	}
	write("accounts: [{appid: wxone, secret: s, token: t, name: 一号}, {appid: wxtwo, secret: s, token: t}]\npeople: [{openid: o-1, name: 王阿姨, kind: resident}]\n")
	s := startSimulator(t, "--config", file)
	var state bytes.Buffer
	if err := json.NewEncoder(&state).Encode(s.ask("GET", "/sim/state", "")); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"wxone", "一号", "wxtwo", "王阿姨"} {
		if !strings.Contains(state.String(), part) {
			t.Errorf("the state lacks %s: %s", part, state.String())
		}
	}
	s.interrupted()
}
