package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gridbot/grid"
	"gridbot/redistest"
	"gridbot/sample"
	"gridbot/simulator"
	"gridbot/task"
)

// stage is where a conversation is played: the whole service, the stand-in for the
// platform, and the phones of the people in it.
type stage struct {
	t        *testing.T
	redis    *redistest.Server
	service  *service
	platform *simulator.Platform
	webhook  string
	app      string
	clock    *talkClock
	log      *talkLog
	areas    []grid.Area
	staff    []grid.Staff

	people  map[string]string // openid by name
	joined  map[string]string // staff id by name
	said    strings.Builder   // every word of everybody
	told    map[string]int    // newest notice of each phone that the test's log has
	matched map[string]map[int]bool
	answers map[string]simulator.Delivery // the newest of each person
	last    string                        // who acted last
	pair    []string                      // who acted in the last 同时
	winner  string
	push    simulator.Push
	raw     simulator.Attempt
	// expected are the words of warnings and alarms the script speaks of.
	expected []string
}

// apps gives every stage an account of its own: what the SDK keeps for the whole
// process goes by the AppID.
var apps atomic.Int64

const (
	talkAccount = "community"
	talkSecret  = "the-secret-of-the-talk-account"
	talkToken   = "AAAAA"
	talkKey     = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	talkStreet  = "12"
)

// talkStart is a Monday in the middle of the morning.
func talkStart() time.Time {
	zone, err := time.LoadLocation(grid.Zone)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 11, 23, 10, 0, 0, 0, zone)
}

func newStage(t *testing.T, redis *redistest.Server, change ...func(*Config)) *stage {
	t.Helper()
	s := &stage{t: t, redis: redis, app: fmt.Sprintf("wx%016x", apps.Add(1)), clock: &talkClock{now: talkStart()}, log: &talkLog{},
		people: map[string]string{}, joined: map[string]string{}, told: map[string]int{}, matched: map[string]map[int]bool{},
		answers: map[string]simulator.Delivery{}}
	s.platform = simulator.New(simulator.Options{
		Accounts: []simulator.Account{{AppID: s.app, Secret: talkSecret, Token: talkToken, AESKey: talkKey,
			Templates: map[string]simulator.TemplateDef{"R": talkTemplate(), "S": talkTemplate()}}},
		Now: s.clock.Now, RetryGap: time.Nanosecond,
	})
	api := httptest.NewServer(s.platform.Handler())
	t.Cleanup(api.Close)
	t.Cleanup(s.platform.Close)
	s.platform.SetURL(api.URL)
	config := s.config(api.URL)
	for _, f := range change {
		f(&config)
	}
	var err error
	if s.service, err = newService(config, slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})), s.clock.Now); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.service.server.Handler())
	t.Cleanup(func() {
		web.Close()
		if err := s.service.close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	s.webhook = web.URL + "/wechat/" + talkAccount
	s.platform.SetWebhook(s.app, s.webhook)
	s.settle()
	return s
}

func talkTemplate() simulator.TemplateDef {
	return simulator.TemplateDef{Title: "工单进度通知", Order: []string{"character_string1", "thing2", "phrase3", "time4"},
		Fields: map[string]string{"character_string1": "character_string", "thing2": "thing", "phrase3": "phrase", "time4": "time"}}
}

// config is the shipped configuration with the stage's own addresses.
func (s *stage) config(api string) Config {
	c, err := defaults()
	if err != nil {
		s.t.Fatal(err)
	}
	fields := map[string]string{"number": "character_string1", "matter": "thing2", "status": "phrase3", "time": "time4"}
	c.Redis.Addrs = []string{s.redis.Addr()}
	if s.redis.Cluster() {
		c.Redis.Addrs = []string{s.redis.Addr(), s.redis.Addr()}
	}
	c.Spool.Path = filepath.Join(s.t.TempDir(), "spool.db")
	c.Notices.Gather, c.Notices.Hours = 0, "00:00-24:00" // a conversation that is about them says so
	c.Media.Dir, c.Media.MinFree, c.Server.PublicURL = filepath.Join(s.t.TempDir(), "media"), 0, linkAddress
	c.WeChat.BaseURL, c.WeChat.Timeout = api, 500*time.Millisecond
	c.Accounts = []AccountConfig{{
		Name: talkAccount, AppID: s.app, Mode: "safe", Street: talkStreet, Secret: talkSecret, Token: talkToken, AESKey: talkKey,
		Abilities: AbilityConfig{Template: true, QRCode: true},
		Templates: map[string]TemplateConfig{"resident": {ID: "R", Fields: fields}, "staff": {ID: "S", Fields: fields}},
		Follow:    "欢迎关注幸福街道。",
		Menu:      []MenuConfig{{Name: "查进度", Key: "cmd:进度"}, {Name: "服务时间", Key: "hours", Reply: "工作日8:30到17:30开门。"}},
		Keywords: []KeywordConfig{
			{Words: []string{"服务时间", "几点开门"}, Match: matchExact, Reply: "工作日8:30到17:30开门。"},
			{Words: []string{"停水公告"}, Match: matchContains, Reply: "停水公告贴在小区门口。"},
			{Words: []string{"着火"}, Match: matchContains, Reply: "这句话不该出现。"},
		},
	}}
	return c
}

// settle imports the sample street.
func (s *stage) settle() {
	s.t.Helper()
	var err error
	if s.areas, err = grid.ReadAreas(bytes.NewReader(sample.Areas)); err != nil {
		s.t.Fatal(err)
	}
	if s.staff, err = grid.ReadStaff(bytes.NewReader(sample.Staff)); err != nil {
		s.t.Fatal(err)
	}
	s.imported()
}

// imported saves the areas and people as they are now and lets the desk see them.
func (s *stage) imported() {
	s.t.Helper()
	if err := s.service.store.SaveDirectory(s.t.Context(), s.areas, s.staff); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.service.desk.Refresh(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// duty sends people on leave or brings them back.
func (s *stage) duty(ids string, away bool) error {
	for _, id := range strings.Fields(ids) {
		found := false
		for i := range s.staff {
			if s.staff[i].ID == id {
				s.staff[i].Away, found = away, true
			}
		}
		if !found {
			return fmt.Errorf("没有工号 %s", id)
		}
	}
	s.imported()
	return nil
}

// drain lets the clocks ask for what is due now, and the courier send all of it.
func (s *stage) drain() error {
	if _, err := s.service.poller.Round(s.t.Context()); err != nil {
		return err
	}
	for {
		n, err := s.service.courier.Round(s.t.Context(), talkStreet)
		if err != nil || n == 0 {
			return err
		}
	}
}

// tasks reads every task there is.
func (s *stage) tasks() ([]task.Task, error) {
	var out []task.Task
	for seq := int64(task.FirstNumber); ; seq++ {
		t, err := s.service.store.Get(s.t.Context(), task.ID{Street: talkStreet, Seq: seq})
		if err == task.ErrNotFound { //nolint:errorlint // exactly this one ends the list
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
}

// moves notes the moves in the histories of all tasks.
func (s *stage) moves(made map[task.Kind]bool) error {
	tasks, err := s.tasks()
	if err != nil {
		return err
	}
	for _, one := range tasks {
		events, err := s.service.store.History(s.t.Context(), one.ID, 100)
		if err != nil {
			return err
		}
		for _, e := range events {
			made[e.Kind] = true
		}
	}
	return nil
}

// talkClock is a clock that moves only when told.
type talkClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *talkClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *talkClock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// talkLog keeps the service's log.
type talkLog struct {
	mu    sync.Mutex
	lines []string
}

func (l *talkLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, string(p))
	return len(p), nil
}

func (l *talkLog) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.lines...)
}
