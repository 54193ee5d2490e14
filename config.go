package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// manual is config.yaml: the defaults, and what each option means.
//
//go:embed config.yaml
var manual []byte

// Config is everything that can be set. config.yaml says what each key means.
type Config struct {
	Server   ServerConfig      `yaml:"server"`
	Redis    RedisConfig       `yaml:"redis"`
	Spool    SpoolConfig       `yaml:"spool"`
	WeChat   WeChatConfig      `yaml:"wechat"`
	Accounts []AccountConfig   `yaml:"accounts"`
	Systems  []SystemConfig    `yaml:"systems"`
	Numbers  map[string]string `yaml:"numbers"`
	Calendar CalendarConfig    `yaml:"calendar"`
	Clocks   ClocksConfig      `yaml:"clocks"`
	Merge    MergeConfig       `yaml:"merge"`
	Notices  NoticesConfig     `yaml:"notices"`
	SMS      SMSConfig         `yaml:"sms"`
	Media    MediaConfig       `yaml:"media"`
	Classify ClassifyConfig    `yaml:"classify"`
	Log      LogConfig         `yaml:"log"`

	Retention RetentionConfig `yaml:"retention"`
}

// ServerConfig is the section server.
type ServerConfig struct {
	Addr           string        `yaml:"addr"`
	ReplyWithin    time.Duration `yaml:"reply_within"`
	QueueWithin    time.Duration `yaml:"queue_within"`
	AtOnce         int           `yaml:"at_once"`
	Drain          time.Duration `yaml:"drain"`
	ShutdownWithin time.Duration `yaml:"shutdown_within"`
	Refresh        time.Duration `yaml:"refresh"`
	PublicURL      string        `yaml:"public_url"`
}

// RedisConfig is the section redis. Password comes from the environment.
type RedisConfig struct {
	Addrs      []string `yaml:"addrs"`
	MasterName string   `yaml:"master_name"`
	Username   string   `yaml:"username"`
	Password   string   `yaml:"-"`
	DB         int      `yaml:"db"`
	TLS        bool     `yaml:"tls"`
	PoolSize   int      `yaml:"pool_size"`
	AcceptLoss bool     `yaml:"accept_loss"`
}

// SpoolConfig is the section spool.
type SpoolConfig struct {
	Path     string        `yaml:"path"`
	MaxBytes int64         `yaml:"max_bytes"`
	AlarmAt  float64       `yaml:"alarm_at"`
	Retry    time.Duration `yaml:"retry"`
}

// WeChatConfig is the section wechat.
type WeChatConfig struct {
	BaseURL string        `yaml:"base_url"`
	Timeout time.Duration `yaml:"timeout"`
}

// AccountConfig is one entry of accounts. The secrets come from the environment.
type AccountConfig struct {
	Name           string                    `yaml:"name"`
	AppID          string                    `yaml:"app_id"`
	Mode           string                    `yaml:"mode"`
	Street         string                    `yaml:"street"`
	Abilities      AbilityConfig             `yaml:"abilities"`
	Templates      map[string]TemplateConfig `yaml:"templates"`
	Subscriptions  map[string]TemplateConfig `yaml:"subscriptions"`
	Menu           []MenuConfig              `yaml:"menu"`
	Follow         string                    `yaml:"follow"`
	Keywords       []KeywordConfig           `yaml:"keywords"`
	Secret         string                    `yaml:"-"`
	Token          string                    `yaml:"-"`
	AESKey         string                    `yaml:"-"`
	PreviousAESKey string                    `yaml:"-"`
}

// AbilityConfig is what an account may do.
type AbilityConfig struct {
	Template     bool `yaml:"template"`
	QRCode       bool `yaml:"qrcode"`
	OAuth        bool `yaml:"oauth"`
	Subscription bool `yaml:"subscription"`
}

// TemplateConfig is one approved template of an account, of template messages or
// of subscriptions.
type TemplateConfig struct {
	ID     string              `yaml:"id"`
	Fields map[string]string   `yaml:"fields"`
	Const  map[string][]string `yaml:"const"`
	Once   bool                `yaml:"once"`
}

// CalendarConfig is the section calendar.
type CalendarConfig struct {
	Spans     []string        `yaml:"spans"`
	Service   string          `yaml:"service"`
	File      string          `yaml:"file"`
	Overrides map[string]bool `yaml:"overrides"`
}

// ClocksConfig is the section clocks.
type ClocksConfig struct {
	Every   time.Duration `yaml:"every"`
	Workers int           `yaml:"workers"`
}

// MergeConfig is the section merge.
type MergeConfig struct {
	Alike float64 `yaml:"alike"`
}

// NoticesConfig is the section notices.
type NoticesConfig struct {
	Poll    time.Duration `yaml:"poll"`
	Lease   time.Duration `yaml:"lease"`
	Workers int           `yaml:"workers"`
	Bury    int           `yaml:"bury"`
	Gather  time.Duration `yaml:"gather"`
	Hours   string        `yaml:"hours"`
}

// SMSConfig is the section sms. Secret comes from the environment.
type SMSConfig struct {
	URL      string            `yaml:"url"`
	Method   string            `yaml:"method"`
	Headers  map[string]string `yaml:"headers"`
	Body     string            `yaml:"body"`
	Format   string            `yaml:"format"`
	Success  string            `yaml:"success"`
	IDHeader string            `yaml:"id_header"`
	Sign     string            `yaml:"sign"`
	Timeout  time.Duration     `yaml:"timeout"`
	Secret   string            `yaml:"-"`
}

// MediaConfig is the section media. Key comes from the environment.
type MediaConfig struct {
	Dir      string        `yaml:"dir"`
	MaxBytes int64         `yaml:"max_bytes"`
	MinFree  int64         `yaml:"min_free"`
	Links    time.Duration `yaml:"links"`
	Key      string        `yaml:"-"`
}

// ClassifyConfig is the section classify.
type ClassifyConfig struct {
	Model string `yaml:"model"`
}

// LogConfig is the section log.
type LogConfig struct {
	Level string `yaml:"level"`
}

// defaults is what config.yaml says, without its example of an account.
func defaults() (Config, error) {
	var c Config
	if found := decodeStrict(manual, &c); len(found) > 0 {
		return c, fmt.Errorf("the built-in config.yaml: %w", mistakes(found))
	}
	c.Accounts, c.Systems = nil, nil
	return c, nil
}

// loadConfig reads a file over the defaults and the environment over both. The
// error tells every mistake at once. A file that is not named may be missing.
func loadConfig(path string, named bool, env []string, serving bool) (Config, error) {
	data, err := os.ReadFile(path)
	if err != nil && (named || !os.IsNotExist(err)) {
		return Config{}, fmt.Errorf("read configuration: %w", err)
	}
	return parseConfig(path, data, env, serving)
}

// parseConfig is loadConfig for a file's contents; env holds KEY=value.
func parseConfig(path string, data []byte, env []string, serving bool) (Config, error) {
	c, err := defaults()
	if err != nil {
		return c, err
	}
	found := decodeStrict(data, &c)
	found = append(found, readEnv(&c, env)...)
	var tree yaml.Node
	if yaml.Unmarshal(data, &tree) == nil { // what is no YAML at all was told above
		found = append(found, c.check(lineFinder{&tree}, serving)...)
	}
	if len(found) > 0 {
		slices.SortStableFunc(found, func(a, b mistake) int { return cmp.Compare(a.line, b.line) })
		return c, fmt.Errorf("%s: %w", path, mistakes(found))
	}
	return c, nil
}

// mistake is one thing wrong with the configuration. where is a key's path or a
// variable's name, line is 0 when it is not the file that is wrong.
type mistake struct {
	line  int
	where string
	text  string
}

func (m mistake) String() string {
	s := m.text
	if m.where != "" {
		s = m.where + ": " + s
	}
	if m.line > 0 {
		s = fmt.Sprintf("line %d: %s", m.line, s)
	}
	return s
}

// mistakes is all of them as one error, a line each.
type mistakes []mistake

// Error implements error.
func (m mistakes) Error() string {
	lines := make([]string, len(m))
	for i, one := range m {
		lines[i] = "\n  " + one.String()
	}
	return fmt.Sprintf("%d to mend:%s", len(m), strings.Join(lines, ""))
}
