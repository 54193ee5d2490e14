package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gridbot/simulator"
	"gridbot/store"
	"gridbot/task"
)

// checks are the verbs that look at something and change nothing.
func (s *stage) checks() map[string]func(line) error {
	return map[string]func(line) error{
		"答":    s.answered,
		"不答":   s.answered,
		"没有回答": s.silent,
		"其中一人": s.oneOfThem,
		"另一人":  s.oneOfThem,
		"拒绝":   s.refused,
		"收到":   s.received, "收到客服": s.received, "收到模板": s.received,
		"没收到":   s.notReceived,
		"没有新消息": s.nothingNew,
		"工单":    s.aboutTask,
		"经过":    s.history,
		"死信":    s.buried,
		"资料":    s.profile,
		"警报":    s.alarmed,
		"照片夹":   s.folder,
		"打开":    s.opened, "打不开": s.opened,
	}
}

// answered looks into the passive answer of the person named, else of who spoke last.
func (s *stage) answered(l line) error {
	who := l.who
	if who == "" {
		who = s.last
	}
	return has(s.answers[who].Reply, l.rest, l.verb == "答")
}

func has(text, want string, yes bool) error {
	switch {
	case want == "":
		return errors.New("要写看见什么")
	case strings.Contains(text, want) && !yes:
		return fmt.Errorf("不该有 %q:\n%s", want, text)
	case !strings.Contains(text, want) && yes:
		return fmt.Errorf("没有 %q:\n%s", want, text)
	}
	return nil
}

func (s *stage) silent(line) error {
	if reply := s.answers[s.last].Reply; reply != "" {
		return fmt.Errorf("有回答:\n%s", reply)
	}
	return nil
}

// oneOfThem looks for the one of 同时 whose answer has the words; 另一人 is the rest.
func (s *stage) oneOfThem(l line) error {
	verb, want, _ := strings.Cut(l.rest, " ")
	if verb != "答" {
		return errors.New("要写：其中一人 答 …")
	}
	var replies []string
	for _, who := range s.pair {
		if l.verb == "另一人" && who == s.winner {
			continue
		}
		reply := s.answers[who].Reply
		if strings.Contains(reply, want) {
			if l.verb == "其中一人" {
				s.winner = who
			}
			return nil
		}
		replies = append(replies, who+": "+reply)
	}
	return fmt.Errorf("没有人的答复里有 %q:\n%s", want, strings.Join(replies, "\n"))
}

// refused looks at the HTTP status of what was forged, and that nothing was told.
func (s *stage) refused(l line) error {
	if want := strconv.Itoa(s.raw.Status); want != l.rest || len(s.raw.Body) > 0 {
		return fmt.Errorf("状态 %d，内容 %q", s.raw.Status, s.raw.Body)
	}
	return nil
}

// notices are the account's own messages on a phone, with the passive answers left out.
func (s *stage) notices(who string) []simulator.Bubble {
	var out []simulator.Bubble
	for _, b := range s.platform.Phone(s.app, s.people[who]) {
		if !b.Out && (b.Via == simulator.ViaCustom || b.Via == simulator.ViaTemplate) {
			out = append(out, b)
		}
	}
	return out
}

// words is all a bubble says.
func words(b simulator.Bubble) string {
	text := b.Text
	for _, f := range b.Fields {
		text += "\n" + f.Value
	}
	return text
}

// received looks for a notice that no line before this one has found.
func (s *stage) received(l line) error {
	if s.matched[l.who] == nil {
		s.matched[l.who] = map[int]bool{}
	}
	for _, b := range s.notices(l.who) {
		via := l.verb == "收到" || l.verb == "收到客服" && b.Via == simulator.ViaCustom || l.verb == "收到模板" && b.Via == simulator.ViaTemplate
		if via && !s.matched[l.who][b.ID] && strings.Contains(words(b), l.rest) {
			s.matched[l.who][b.ID] = true
			return s.clean(b.Text)
		}
	}
	return fmt.Errorf("手机上没有:\n%s", s.show(l.who))
}

func (s *stage) notReceived(l line) error {
	for _, b := range s.notices(l.who) {
		if !s.matched[l.who][b.ID] && strings.Contains(words(b), l.rest) {
			return fmt.Errorf("收到了:\n%s", words(b))
		}
	}
	return nil
}

// nothingNew is true when no notice came that no line has looked at.
func (s *stage) nothingNew(l line) error {
	for _, b := range s.notices(l.who) {
		if !s.matched[l.who][b.ID] {
			return fmt.Errorf("收到了:\n%s", words(b))
		}
	}
	return nil
}

// show lists a phone's notices for a message to whoever wrote the script.
func (s *stage) show(who string) string {
	var out strings.Builder
	for _, b := range s.notices(who) {
		mark := " "
		if s.matched[who][b.ID] {
			mark = "*"
		}
		fmt.Fprintf(&out, "%s %s %s\n", mark, b.Via, words(b))
	}
	return out.String()
}

// statusNames is the word of the product for each status.
var statusNames = map[task.Status]string{task.Pending: "待受理", task.Accepted: "已受理", task.Dispatched: "已派单", task.Signed: "已签收",
	task.Processing: "处置中", task.Checking: "待核查", task.Feedback: "待评价", task.Closed: "已结案", task.Returned: "退单", task.Withdrawn: "已撤回",
	task.NeedInfo: "待补充", task.Suspended: "挂账", task.Merged: "已并案", task.Rejected: "不予受理"}

// moveNames is the word of the product for each move.
var moveNames = map[task.Kind]string{task.Opened: "报", task.Accept: "受理", task.Dispatch: "派单", task.Reclassify: "改类", task.Relocate: "改址", task.Regrade: "改急", task.Sign: "签收",
	task.Contact: "联系", task.Progress: "进展", task.Ask: "询问", task.Finish: "办结", task.Pass: "通过", task.Fail: "驳回", task.Return: "退单",
	task.Transfer: "转办", task.Escalate: "上报", task.Rate: "评价", task.Reopen: "未解决", task.Withdraw: "撤回", task.Urge: "催办",
	task.Supplement: "补充", task.Forget: "注销", task.Rule: "裁定", task.SendBack: "下派", task.Confirm: "平安", task.Inquire: "补问",
	task.Suspend: "挂账", task.Resume: "恢复", task.Lapse: "逾期", task.Reject: "不予受理", task.Appeal: "申诉", task.Silence: "未评",
	task.Merge: "并案", task.Unmerge: "拆案", task.Absorb: "并入", task.Shed: "拆出", task.CallIn: "吹哨", task.Respond: "回应",
	task.Complete: "协办完", task.Dismiss: "撤协", task.AskExtension: "申请延期", task.Extend: "延期", task.RefuseExtension: "不准延期",
	task.Ring: "到点", task.Replan: "改期", task.Supervise: "督办", task.Exclude: "剔除", task.Lose: "没收到"}

// aboutTask compares what a task is: 工单 12-1001 状态 已签收 经办 张小燕; 工单 共 2件.
func (s *stage) aboutTask(l line) error {
	f := strings.Fields(l.rest)
	all, err := s.tasks()
	if err != nil || len(f) < 2 {
		return errors.Join(err, errors.New("要写：工单 编号 状态 …"))
	}
	if f[0] == "共" {
		n, err := count(f[1])
		if err == nil && n != len(all) {
			err = fmt.Errorf("共 %d 件", len(all))
		}
		return err
	}
	for _, t := range all {
		if t.ID.String() == f[0] {
			return s.compare(t, f[1:])
		}
	}
	return fmt.Errorf("没有工单 %s", f[0])
}

func (s *stage) compare(t task.Task, pairs []string) error {
	cat, _ := s.service.desk.Categories().Get(t.Category)
	photos := 0
	for _, m := range t.Media {
		if m.Kind == task.Image {
			photos++
		}
	}
	is := map[string]string{"状态": statusNames[t.Status], "经办": t.HandlerName, "类别": cat.Name, "地点": t.Place.Text, "网格": t.Place.Grid,
		"照片": strconv.Itoa(photos), "督办": strconv.FormatBool(t.Supervised), "重办": strconv.Itoa(t.Reworks),
		"紧急": string(t.Urgency), "居民": "有", "评价": string(t.Rating)}
	if t.Reporter.Zero() {
		is["居民"] = "无"
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		key, want := pairs[i], pairs[i+1]
		if key == "话" {
			if err := has(t.Text, want, true); err != nil {
				return err
			}
			continue
		}
		got, ok := is[key]
		if !ok {
			return fmt.Errorf("工单没有 %s", key)
		}
		if want == "无" && key != "居民" {
			want = ""
		}
		if got != want {
			return fmt.Errorf("%s是 %q", key, got)
		}
	}
	return nil
}

// history compares the moves of a task, in order: 经过 12-1001 报 受理 派单 签收.
func (s *stage) history(l line) error {
	f := strings.Fields(l.rest)
	id, err := task.ParseID(f[0])
	if err != nil {
		return err
	}
	events, err := s.service.store.History(s.t.Context(), id, 100)
	var got []string
	for _, e := range events {
		got = append(got, moveNames[e.Kind])
	}
	if err == nil && !slices.Equal(got, f[1:]) {
		err = fmt.Errorf("经过是 %s", strings.Join(got, " "))
	}
	return err
}

func (s *stage) buried(l line) error {
	n, err := count(l.rest)
	if err != nil {
		return err
	}
	d, err := s.service.store.OutboxDepth(s.t.Context(), talkStreet)
	if err == nil && d.Buried != n {
		err = fmt.Errorf("死信 %d 条", d.Buried)
	}
	return err
}

// profile looks at what is remembered of a person: 资料 王阿姨 无, 资料 王阿姨 住 12010101.3.
func (s *stage) profile(l line) error {
	f := strings.Fields(l.rest)
	p, err := s.service.store.Profile(s.t.Context(), task.Person{Account: talkAccount, OpenID: s.people[f[0]]})
	switch {
	case err != nil:
		return err
	case len(f) == 2 && f[1] == "无" && p == store.Profile{}:
	case len(f) == 3 && f[1] == "住" && strings.TrimSuffix(p.Home+"."+p.Door, ".") == f[2]:
	default:
		return fmt.Errorf("资料是 %+v", p)
	}
	return nil
}

// alarmed wants a warning or an alarm of this kind in the log, and lets it pass at
// the end.
func (s *stage) alarmed(l line) error {
	for _, entry := range s.log.all() {
		if loud(entry) && strings.Contains(entry, l.rest) {
			s.expected = append(s.expected, l.rest)
			return nil
		}
	}
	return fmt.Errorf("日志里没有:\n%s", strings.Join(s.log.all(), ""))
}

func loud(entry string) bool {
	return strings.Contains(entry, `"level":"WARN"`) || strings.Contains(entry, `"level":"ERROR"`)
}

var (
	latin = regexp.MustCompile(`[A-Za-z]{2,}`)
	han   = regexp.MustCompile(`\p{Han}`)
	// sloppy is what a template leaves behind when a field it counts on is empty.
	sloppy = regexp.MustCompile(`<no value>|%!|\{\{|[，。：、；]{2,}|（）|【】|\(\)`)
)

// clean refuses words no person should see: too long ones, English, ids, the
// remains of a template.
func (s *stage) clean(text string) error {
	said := s.said.String()
	whole := text
	text = links.ReplaceAllString(text, "")
	if n := utf8.RuneCountInString(text); n > 600 || len(whole) > 1800 {
		return fmt.Errorf("太长，%d 字:\n%s", n, text)
	}
	for _, word := range latin.FindAllString(text, -1) {
		if !strings.Contains(said, word) {
			return fmt.Errorf("有英文 %q:\n%s", word, text)
		}
	}
	if found := sloppy.FindString(text); found != "" && !strings.Contains(said, found) {
		return fmt.Errorf("有 %q:\n%s", found, text)
	}
	return nil
}

// finish checks what holds after every conversation: nobody saw words they should
// not, nothing waits unsent that is due, the log holds neither words nor people,
// and nothing was wrong that the script does not speak of.
func (s *stage) finish() error {
	var errs []error
	for who, id := range s.people {
		for _, b := range s.platform.Phone(s.app, id) {
			if b.Out || b.Kind == simulator.BubbleSystem {
				continue
			}
			if err := s.clean(b.Text); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", who, err))
			}
		}
	}
	for _, entry := range s.log.all() {
		expected := slices.ContainsFunc(s.expected, func(word string) bool { return strings.Contains(entry, word) })
		if loud(entry) && !expected && !strings.Contains(entry, `"kind":"unbound"`) { // most of the sample's staff are not in the cast
			errs = append(errs, fmt.Errorf("日志: %s", entry))
		}
		if strings.Contains(entry, "o-person-") || han.MatchString(entry) {
			errs = append(errs, fmt.Errorf("日志里有居民的话或身份: %s", entry))
		}
	}
	return errors.Join(errs...)
}
