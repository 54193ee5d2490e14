package main

import (
	"fmt"
	"strings"

	"gridbot/bot"
	"gridbot/wechat"
)

// MenuConfig is one button of an account's menu.
type MenuConfig struct {
	Name    string       `yaml:"name"`
	Type    string       `yaml:"type,omitempty"`
	Key     string       `yaml:"key,omitempty"`
	Reply   string       `yaml:"reply,omitempty"`
	URL     string       `yaml:"url,omitempty"`
	AppID   string       `yaml:"app_id,omitempty"`
	Page    string       `yaml:"page,omitempty"`
	Buttons []MenuConfig `yaml:"buttons,omitempty"`
}

// KeywordConfig is one reply to words.
type KeywordConfig struct {
	Words []string `yaml:"words,flow"`
	Match string   `yaml:"match"`
	Reply string   `yaml:"reply"`
}

// The kinds of match, and the longest reply: with our own words it fits into one answer.
const (
	matchExact    = "exact"
	matchContains = "contains"
	longestReply  = 300 // characters
)

// button is a button as the platform has it.
func (m MenuConfig) button() wechat.Button {
	b := wechat.Button{Type: m.Type, Name: m.Name, Key: m.Key, URL: m.URL, AppID: m.AppID, Page: m.Page}
	for _, sub := range m.Buttons {
		b.Buttons = append(b.Buttons, sub.button())
	}
	switch {
	case m.Type != "" || len(m.Buttons) > 0:
	case m.AppID != "":
		b.Type = "miniprogram"
	case m.URL != "":
		b.Type = "view"
	default:
		b.Type = "click"
	}
	return b
}

// menu is the account's menu as the platform has it.
func (a AccountConfig) menu() []wechat.Button {
	var out []wechat.Button
	for _, m := range a.Menu {
		out = append(out, m.button())
	}
	return out
}

// replies are the account's own answers.
func (a AccountConfig) replies() bot.Replies {
	out := bot.Replies{Follow: a.Follow, Taps: map[string]string{}}
	for _, k := range a.Keywords {
		out.Keywords = append(out.Keywords, bot.Keyword{Words: k.Words, Exact: k.Match == matchExact, Reply: k.Reply})
	}
	for _, m := range a.Menu {
		for _, b := range append([]MenuConfig{m}, m.Buttons...) {
			if b.Reply != "" {
				out.Taps[b.Key] = b.Reply
			}
		}
	}
	return out
}

// replies are the accounts' own answers by their names.
func (c *Config) replies() map[string]bot.Replies {
	out := map[string]bot.Replies{}
	for _, a := range c.Accounts {
		out[a.Name] = a.replies()
	}
	return out
}

func checkReplies(k *checker, a AccountConfig, i int) {
	k.wrong(len(a.Menu) > wechat.MaxButtons, fmt.Sprintf("a menu has %d buttons at most, each with %d below", wechat.MaxButtons, wechat.MaxSubButtons),
		"accounts", i, "menu")
	for j, m := range a.Menu {
		checkButton(k, m, false, "accounts", i, "menu", j)
		for n, sub := range m.Buttons {
			checkButton(k, sub, true, "accounts", i, "menu", j, "buttons", n)
		}
	}
	checkReply(k, a.Follow, "accounts", i, "follow")
	for j, w := range a.Keywords {
		path := []any{"accounts", i, "keywords", j}
		blank := len(w.Words) == 0
		for _, word := range w.Words {
			blank = blank || strings.TrimSpace(word) == ""
		}
		k.wrong(blank, "words are missing", append(path, "words")...)
		k.wrong(w.Match != matchExact && w.Match != matchContains, fmt.Sprintf("%q is neither exact nor contains", w.Match), append(path, "match")...)
		k.wrong(w.Reply == "", "the reply is missing", append(path, "reply")...)
		checkReply(k, w.Reply, append(path, "reply")...)
	}
}

func checkButton(k *checker, m MenuConfig, sub bool, path ...any) {
	if fault := m.button().Fault(sub); fault != "" {
		k.wrong(true, fault, path...)
	}
	k.wrong(m.Reply != "" && m.Key == "", "a reply needs a key", path...)
	k.wrong(m.Reply != "" && strings.HasPrefix(m.Key, "cmd:"), "a key with cmd: is a command and has no reply", path...)
	checkReply(k, m.Reply, path...)
}

func checkReply(k *checker, reply string, path ...any) {
	n := len([]rune(reply))
	k.wrong(n > longestReply, fmt.Sprintf("a reply has %d characters at most, not %d", longestReply, n), path...)
}

// tellShadowed tells of keywords that never answer, since they are commands.
func (s *service) tellShadowed(talk *bot.Bot) {
	for _, a := range s.config.Accounts {
		for _, k := range a.Keywords {
			for _, word := range k.Words {
				if talk.Command(word) {
					s.log.Warn("a keyword never answers: it is a command of ours", "account", a.Name, "word", word)
				}
			}
		}
	}
}
