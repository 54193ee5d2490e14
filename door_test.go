package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/partner"
	"gridbot/redistest"
)

// hotline is another system, played: it sends matters and keeps what it is told.
type hotline struct {
	s      *stage
	secret string
	web    *httptest.Server

	mu     sync.Mutex
	events []partner.Event
	ids    []string
	fail   []int // statuses of the next answers
}

const (
	hotlineName   = "hotline-12345"
	hotlineSecret = "0123456789abcdef0123456789abcdef"
)

// newHotline is a stage with a system beside it.
func newHotline(t *testing.T) *hotline {
	t.Helper()
	h := &hotline{secret: hotlineSecret}
	h.web = httptest.NewServer(http.HandlerFunc(h.told))
	t.Cleanup(h.web.Close)
	redis := redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded})
	h.s = newStage(t, redis, func(c *Config) {
		c.Systems = []SystemConfig{{Name: hotlineName, Title: "12345热线", Street: talkStreet, Callback: h.web.URL + "/events?from=gridbot",
			PerMinute: 600, Secret: hotlineSecret}}
	})
	return h
}

// told takes an event if it is signed well.
func (h *hotline) told(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.fail) > 0 {
		w.WriteHeader(h.fail[0])
		h.fail = h.fail[1:]
		return
	}
	body, err := io.ReadAll(r.Body)
	trust := partner.Secrets{Current: h.secret}.Verify(r.Method, r.RequestURI, r.Header.Get(partner.HeaderTime),
		r.Header.Get(partner.HeaderSignature), body, h.s.clock.Now())
	var e partner.Event
	if err != nil || trust != nil || json.Unmarshal(body, &e) != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if id := r.Header.Get(partner.HeaderKey); !slices.Contains(h.ids, id) {
		h.ids, h.events = append(h.ids, id), append(h.events, e)
	}
}

// heard are the events the system has been told of, as "event status".
func (h *hotline) heard() (out []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range h.events {
		out = append(out, e.Event+" "+string(e.Status))
	}
	return out
}

// call makes a signed call and reads the answer.
func (h *hotline) call(method, path, body string) (int, map[string]any) {
	h.s.t.Helper()
	target := "/api/v1/systems/" + hotlineName + "/matters" + path
	stamp := partner.Stamp(h.s.clock.Now())
	r, err := http.NewRequestWithContext(h.s.t.Context(), method, strings.TrimSuffix(h.s.webhook, "/wechat/"+talkAccount)+target, strings.NewReader(body))
	if err != nil {
		h.s.t.Fatal(err)
	}
	r.Header.Set(partner.HeaderTime, stamp)
	r.Header.Set(partner.HeaderSignature, partner.Sign(h.secret, method, target, stamp, []byte(body)))
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		h.s.t.Fatal(err)
	}
	defer a.Body.Close()
	raw, err := io.ReadAll(a.Body)
	if err != nil {
		h.s.t.Fatal(err)
	}
	out := map[string]any{}
	if err := json.NewDecoder(bytes.NewReader(raw)).Decode(&out); err != nil {
		h.s.t.Fatalf("%s %s: %d %q: %v", method, path, a.StatusCode, raw, err)
	}
	return a.StatusCode, out
}

// play performs lines of a conversation.
func (h *hotline) play(lines string) {
	h.s.t.Helper()
	var who strings.Builder // the people who are there, for the parser
	for name := range h.s.people {
		fmt.Fprintf(&who, "人物 %s 居民\n", name)
	}
	k, err := parseTalk("door_test.go", who.String()+lines)
	if err != nil {
		h.s.t.Fatal(err)
	}
	for _, l := range k.lines[len(h.s.people):] {
		if err := h.s.perform(l); err != nil {
			h.s.t.Fatalf("%s\n\t%v", l.text, err)
		}
	}
}

const lamp = `{"number":"20261123-0007","text":"幸福里小区3幢楼下路灯不亮了，晚上老人走路看不见","reported_at":"2026-11-23T09:12:00+08:00",
	"contact":{"name":"王女士","phone":"13800138000"}}`

func TestAMatterOfAnotherSystemFromItsReportToItsEnd(t *testing.T) {
	h := newHotline(t)
	h.play("人物 张小燕 员工 s11")
	status, got := h.call("POST", "", lamp)
	if status != http.StatusCreated || got["task"] != "12-1001" || got["status"] != "dispatched" || got["deadline"] == "" {
		t.Fatalf("%d %v", status, got)
	}
	if status, got := h.call("POST", "", lamp); status != http.StatusOK || got["task"] != "12-1001" {
		t.Errorf("again: %d %v", status, got)
	}
	h.play(`过 1分钟
张小燕 收到 来自12345热线，编号20261123-0007
张小燕> 签收
张小燕> 联系 1001
张小燕> 进展 1001 已联系路灯所，下午派人来，电话 13911112222`)
	h.mu.Lock()
	h.fail = []int{500, 502}
	h.mu.Unlock()
	h.play(`张小燕> 办结 1001 已更换灯泡，现场试亮正常
过 1分钟
过 1分钟`)
	want := []string{"signed signed", "contacted processing", "progress processing", "finished feedback"}
	if heard := h.heard(); !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
	h.mu.Lock()
	last, progress := h.events[len(h.events)-1], h.events[2]
	h.mu.Unlock()
	if last.Number != "20261123-0007" || last.Task != "12-1001" || last.Note != "已更换灯泡，现场试亮正常" || last.At.Before(talkStart()) {
		t.Errorf("%+v", last)
	}
	if strings.Contains(progress.Note, "13911112222") || !strings.Contains(progress.Note, "路灯所") {
		t.Errorf("progress: %q", progress.Note)
	}
	status, got = h.call("GET", "/20261123-0007", "")
	if status != http.StatusOK || got["status"] != "feedback" || got["result"] != "已更换灯泡，现场试亮正常" {
		t.Errorf("%d %v", status, got)
	}
	var kinds []string
	for _, e := range got["history"].([]any) {
		kinds = append(kinds, fmt.Sprint(e.(map[string]any)["event"]))
	}
	if line := strings.Join(kinds, " "); line != "open accept dispatch sign contact progress finish" {
		t.Errorf("history: %s", line)
	}
}

// The example of docs/systems.md is run as it stands.
func TestTheExampleOfTheManualRuns(t *testing.T) {
	h := newHotline(t)
	h.s.clock.set(time.Now())
	doc, err := os.ReadFile("docs/systems.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(doc), "```sh\n")
	script, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("no example")
	}
	run := exec.CommandContext(t.Context(), "sh", "-c", "set -e\n"+script)
	run.Env = append(os.Environ(), "BASE="+strings.TrimSuffix(h.s.webhook, "/wechat/"+talkAccount), "SYSTEM="+hotlineName, "SECRET="+hotlineSecret,
		"no_proxy=127.0.0.1")
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		if !strings.Contains(line, `"task":"12-1001"`) {
			t.Errorf("call %d: %s", i+1, line)
		}
	}
	if !strings.Contains(string(out), "灯杆也歪了") && !strings.Contains(string(out), `"event":"supplement"`) {
		t.Errorf("the supplement is not in the history:\n%s", out)
	}
}

func TestASystemThatRefusesUsIsToldLater(t *testing.T) {
	h := newHotline(t)
	h.play("人物 张小燕 员工 s11")
	h.call("POST", "", lamp)
	h.mu.Lock()
	h.secret = strings.Repeat("x", 32) // it has changed its secret, and we have not
	h.mu.Unlock()
	h.play("张小燕> 签收\n张小燕> 联系 1001\n过 30分钟\n警报 hold")
	if heard := h.heard(); len(heard) > 0 {
		t.Errorf("heard %q", heard)
	}
	h.mu.Lock()
	h.secret = hotlineSecret
	h.mu.Unlock()
	h.play("过 2分钟\n过 2分钟")
	if heard := h.heard(); !slices.Equal(heard, []string{"signed signed", "contacted processing"}) {
		t.Errorf("heard %q", heard)
	}
}

func TestASystemSharesATaskWithANeighbour(t *testing.T) {
	h := newHotline(t)
	h.play("人物 张小燕 员工 s11\n人物 王阿姨 居民 扫码 12010101.3\n王阿姨> 幸福里小区3幢的电梯坏了，门打不开了")
	status, got := h.call("POST", "", `{"number":"20261123-0007","text":"幸福里小区3幢的电梯坏了，一直不动","reported_at":"2026-11-23T09:12:00+08:00"}`)
	if status != http.StatusCreated || got["task"] != "12-1002" {
		t.Fatalf("%d %v", status, got)
	}
	h.play("过 1分钟\n张小燕> 签收 1001\n王阿姨 收到 已签收\n张小燕> 进展 1001 已联系电梯公司，下午来修")
	if heard := h.heard(); !slices.Equal(heard, []string{"signed signed", "progress processing"}) {
		t.Errorf("heard %q", heard)
	}
	_, got = h.call("GET", "/20261123-0007", "")
	if got["status"] != "processing" || got["task"] != "12-1002" {
		t.Errorf("%v", got)
	}
	if line := fmt.Sprint(got["history"]); !strings.Contains(line, "event:merge") || !strings.Contains(line, "event:progress") {
		t.Errorf("%v", line)
	}
}
