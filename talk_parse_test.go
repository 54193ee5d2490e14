package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// talk is a conversation: its lines in order.
type talk struct {
	file  string
	lines []line
}

// line is one line of a conversation, taken apart.
type line struct {
	number int
	text   string // as it stands in the file
	who    string // the person it is about, "" for none
	verb   string // what happens, one of the words of the language
	rest   string // what stands behind the verb
	block  []line // the indented lines of 同时
}

// verbs of the language. alone are those that stand at the front of a line, of are
// those behind a person's name.
var (
	verbsAlone = []string{"人物", "答", "不答", "没有回答", "同时", "其中一人", "另一人", "重复", "再送一次", "伪造", "拒绝",
		"过", "时间", "平台", "工单", "经过", "设置", "休假", "在岗", "死信", "重发死信", "资料", "警报", "照片夹"}
	verbsOf = []string{"收到", "收到客服", "收到模板", "没收到", "没有新消息", "答", "不答", "发照片", "发语音", "发位置", "发其他",
		"扫码", "关注", "取消关注", "点菜单", "点选", "拒收", "打开", "打不开"}
)

// parseTalk reads a conversation. Every line it does not understand is in the
// error, with file and line.
func parseTalk(file, text string) (talk, error) {
	k := talk{file: file}
	people := map[string]bool{}
	var problems []error
	for i, raw := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(raw)
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		l, err := parseLine(trimmed, people)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s:%d: %s: %w", file, i+1, trimmed, err))
			continue
		}
		l.number = i + 1
		if last := len(k.lines) - 1; strings.HasPrefix(raw, " ") && last >= 0 && k.lines[last].verb == "同时" && l.verb == ">" {
			k.lines[last].block = append(k.lines[last].block, l)
			continue
		}
		k.lines = append(k.lines, l)
	}
	return k, errors.Join(problems...)
}

var (
	errNoVerb   = errors.New("没有这个动词")
	errNoPerson = errors.New("没有这个人物")
)

func parseLine(text string, people map[string]bool) (line, error) {
	l := line{text: text}
	if who, said, ok := strings.Cut(text, ">"); ok && people[strings.TrimSpace(who)] {
		l.who, l.verb, l.rest = strings.TrimSpace(who), ">", strings.ReplaceAll(strings.TrimSpace(said), `\n`, "\n")
		return l, nil
	}
	first, rest, _ := strings.Cut(text, " ")
	if slices.Contains(verbsAlone, first) {
		l.verb, l.rest = first, strings.TrimSpace(rest)
		if l.verb == "人物" {
			name, _, _ := strings.Cut(l.rest, " ")
			people[name] = true
		}
		return l, nil
	}
	if !people[first] {
		return l, fmt.Errorf("%w: %s", errNoPerson, first)
	}
	l.who = first
	l.verb, l.rest, _ = strings.Cut(strings.TrimSpace(rest), " ")
	if !slices.Contains(verbsOf, l.verb) {
		return l, fmt.Errorf("%w: %s", errNoVerb, l.verb)
	}
	l.rest = strings.TrimSpace(l.rest)
	return l, nil
}

// span reads a length of time: 30秒, 10分钟, 2小时, 3天.
func span(s string) (time.Duration, error) {
	for unit, d := range map[string]time.Duration{"秒": time.Second, "分钟": time.Minute, "小时": time.Hour, "天": 24 * time.Hour} {
		if n, ok := strings.CutSuffix(s, unit); ok {
			v, err := strconv.Atoi(strings.TrimSpace(n))
			if err != nil || v < 0 {
				break
			}
			return time.Duration(v) * d, nil
		}
	}
	return 0, fmt.Errorf("%q 不是时间，要写 30秒、10分钟、2小时或3天", s)
}

// count reads how many: 3次, 2条, 1件.
func count(s string) (int, error) {
	n, err := strconv.Atoi(strings.TrimRight(strings.TrimSpace(s), "次条件人张"))
	if err != nil {
		return 0, fmt.Errorf("%q 不是数目", s)
	}
	return n, nil
}

func TestParseTalk(t *testing.T) {
	k, err := parseTalk("x.txt", "# 说明\n人物 王阿姨 居民\n\n王阿姨> 路灯 > 不亮\\n真的\n  答 收到\n同时\n  王阿姨> 一\n  王阿姨> 二\n王阿姨 没收到 新任务\n过 2小时\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range k.lines {
		got = append(got, fmt.Sprintf("%d %s|%s|%s|%d", l.number, l.who, l.verb, l.rest, len(l.block)))
	}
	want := []string{"2 |人物|王阿姨 居民|0", "4 王阿姨|>|路灯 > 不亮\n真的|0", "5 |答|收到|0", "6 |同时||2", "9 王阿姨|没收到|新任务|0", "10 |过|2小时|0"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestParseTalkNamesEveryMistake(t *testing.T) {
	_, err := parseTalk("x.txt", "人物 王阿姨 居民\n王阿姨 唱歌\n李四> 你好\n发生 什么")
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"x.txt:2: ", "唱歌", "x.txt:3: ", "x.txt:4: ", "发生"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
}

func TestSpanAndCount(t *testing.T) {
	for s, want := range map[string]time.Duration{"30秒": 30 * time.Second, "10分钟": 10 * time.Minute, "2 小时": 2 * time.Hour, "3天": 72 * time.Hour} {
		if got, err := span(s); err != nil || got != want {
			t.Errorf("span(%q) = %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "三天", "3", "-1天"} {
		if got, err := span(s); err == nil {
			t.Errorf("span(%q) = %v without an error", s, got)
		}
	}
	if n, err := count("3次"); n != 3 || err != nil {
		t.Errorf("count = %d, %v", n, err)
	}
	if _, err := count("几次"); err == nil {
		t.Error("count(几次) without an error")
	}
}
