package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/simulator"
	"gridbot/store"
)

// perform does one line.
func (s *stage) perform(l line) error {
	if f, ok := s.checks()[l.verb]; ok {
		return f(l)
	}
	s.clock.set(s.clock.Now().Add(2 * time.Second))
	if err := s.act(l); err != nil {
		return err
	}
	err := s.drain()
	s.tell(l)
	return err
}

// tell writes the conversation as it went into the test's log, for go test -v.
func (s *stage) tell(l line) {
	if !testing.Verbose() {
		return
	}
	s.t.Logf("%s", l.text)
	for _, who := range append(blockPeople(l), l.who) {
		if reply := s.answers[who].Reply; reply != "" {
			s.t.Logf("    答 %s: %s", who, reply)
		}
	}
	for who := range s.people {
		for _, b := range s.notices(who) {
			if b.ID > s.told[who] {
				s.told[who] = b.ID
				s.t.Logf("    → %s (%s) %s", who, b.Via, words(b))
			}
		}
	}
}

func blockPeople(l line) (who []string) {
	for _, b := range l.block {
		who = append(who, b.who)
	}
	return who
}

// act makes something happen.
func (s *stage) act(l line) error {
	switch l.verb {
	case "人物":
		return s.enter(l.rest)
	case "过":
		return s.pass(l.rest)
	case "时间":
		at, err := time.ParseInLocation("2006-01-02 15:04", l.rest, s.clock.Now().Location())
		if err == nil && len(s.people) == 0 { // the conversation begins then
			s.clock.set(at)
			return nil
		}
		if err == nil && at.Before(s.clock.Now()) {
			err = errors.New("时间不能倒流")
		}
		if err != nil {
			return err
		}
		return s.until(at)
	case "设置":
		return s.set(strings.Fields(l.rest))
	case "平台":
		return s.fault(strings.Fields(l.rest))
	case "休假", "在岗":
		return s.duty(l.rest, l.verb == "休假")
	case "重发死信":
		return s.resend()
	case "同时":
		return s.together(l.block)
	case "重复":
		return s.repeat(l.rest)
	case "再送一次":
		d := s.platform.Deliver(s.push, s.webhook)
		return s.acted(s.last, d)
	case "伪造":
		return s.forge(l.rest)
	case "拒收":
		s.platform.Block(s.app, s.people[l.who], true)
		return nil
	}
	return s.acted(l.who, s.deed(l))
}

// deed is what a person does on the phone.
func (s *stage) deed(l line) simulator.Delivery {
	p, id := s.platform, s.people[l.who]
	s.said.WriteString(l.rest + "\n")
	switch l.verb {
	case "发照片":
		return p.Image(s.app, id, photo(l.rest))
	case "发语音":
		return p.Voice(s.app, id, voice(), l.rest)
	case "发位置":
		f := strings.Fields(l.rest + " 0 0")
		lat, _ := strconv.ParseFloat(f[0], 64)
		lon, _ := strconv.ParseFloat(f[1], 64)
		label := ""
		if len(f) > 4 {
			label = f[2]
		}
		return p.Location(s.app, id, lat, lon, label)
	case "发其他":
		return p.Send(s.app, id, simulator.Message{Type: l.rest, Fields: []simulator.Field{{Name: "MediaId", Value: "m1"}}})
	case "扫码":
		return p.Scan(s.app, id, l.rest)
	case "关注":
		return p.Follow(s.app, id, l.rest)
	case "取消关注":
		return p.Unfollow(s.app, id)
	case "点菜单":
		return p.Click(s.app, id, l.rest)
	case "点选":
		return p.Choose(s.app, id, l.rest, l.rest)
	}
	return p.Text(s.app, id, l.rest)
}

// acted remembers an answer. A push the service failed to answer ends the script.
func (s *stage) acted(who string, d simulator.Delivery) error {
	s.last, s.push = who, d.Push
	s.answers[who] = d
	if d.Failed || d.Err != nil {
		return fmt.Errorf("没有正常应答: %w", d.Err)
	}
	return s.clean(d.Reply)
}

// enter lets a person follow the account, and a member of staff join.
func (s *stage) enter(rest string) error {
	f := strings.Fields(rest)
	if len(f) < 2 {
		return errors.New("要写：人物 姓名 居民，或 人物 姓名 员工 工号")
	}
	id := fmt.Sprintf("o-person-%02d", len(s.people)+1)
	s.people[f[0]] = id
	scene := ""
	if f[1] == "居民" && len(f) == 4 && f[2] == "扫码" {
		scene = f[3]
	}
	if err := s.acted(f[0], s.platform.Follow(s.app, id, scene)); err != nil || f[1] == "居民" {
		return err
	}
	if len(f) != 3 {
		return errors.New("员工要写工号")
	}
	if err := s.service.store.AddCodes(s.t.Context(), []store.Code{{Code: "88" + f[2], Staff: f[2]}}); err != nil {
		return err
	}
	s.joined[f[0]] = f[2]
	d := s.platform.Text(s.app, id, "绑定 88"+f[2])
	if !strings.Contains(d.Reply, "绑定成功") {
		return fmt.Errorf("绑定的答复是 %q", d.Reply)
	}
	return s.acted(f[0], d)
}

// pass lets time go by.
func (s *stage) pass(rest string) error {
	d, err := span(rest)
	if err != nil {
		return err
	}
	return s.until(s.clock.Now().Add(d))
}

// until lets time go by up to a moment; what clocks ask for on the way is asked for when
// it is due.
func (s *stage) until(end time.Time) error {
	for {
		tasks, err := s.tasks()
		if err != nil {
			return err
		}
		next := end
		for _, t := range tasks {
			if !t.Next.IsZero() && t.Next.Before(next) {
				next = t.Next
			}
		}
		s.redis.Advance(next.Sub(s.clock.Now()))
		s.clock.set(next)
		if err := s.drain(); err != nil || !next.Before(end) {
			return err
		}
	}
}

// fault makes the platform fail: 客服 or 模板, then an errcode, 超时, or 丢答复,
// then how often; 恢复 ends all of it.
// set changes an option of the courier: 合并 is notices.gather, 时段 is notices.hours.
func (s *stage) set(f []string) error {
	if len(f) != 2 {
		return errors.New("要写：设置 合并 1分钟，或：设置 时段 07:00-22:00")
	}
	n := &s.service.config.Notices
	var err error
	switch f[0] {
	case "合并":
		n.Gather, err = span(f[1])
	case "时段":
		n.Hours = f[1]
	default:
		err = fmt.Errorf("没有选项 %s", f[0])
	}
	if err != nil {
		return err
	}
	s.service.client.Close()
	return s.service.buildCourier()
}

func (s *stage) fault(f []string) error {
	if len(f) == 1 && f[0] == "恢复" {
		s.platform.Mend(s.app)
		return nil
	}
	if len(f) < 2 {
		return errors.New("要写：平台 客服 45015 2次")
	}
	api := map[string]string{"客服": "message/custom/send", "模板": "message/template/send", "取照片": "media/get"}[f[0]]
	if api == "" {
		return fmt.Errorf("没有接口 %s", f[0])
	}
	var fault simulator.Fault
	var err error
	switch f[1] {
	case "超时":
		fault.Drop = true
	case "丢答复":
		fault.Drop, fault.Performed = true, true
	default:
		fault.Errcode, err = strconv.Atoi(f[1])
	}
	if err == nil && len(f) > 2 {
		fault.Times, err = count(f[2])
	}
	s.platform.Fail(s.app, api, fault)
	return err
}

// resend does what `gridbot outbox resend` does, with the script's clock: every
// buried notice is listed and given another try.
func (s *stage) resend() error {
	ctx := s.t.Context()
	if err := listOutbox(ctx, s.service.store, []string{talkStreet}, io.Discard); err != nil {
		return err
	}
	buried, err := s.service.store.Buried(ctx, talkStreet, outboxPage)
	if err != nil {
		return err
	}
	for _, b := range buried {
		if _, err := s.service.store.Unbury(ctx, talkStreet, b.ID, s.clock.Now()); err != nil {
			return err
		}
	}
	return nil
}

// together lets several people act at the same moment.
func (s *stage) together(block []line) error {
	results := make([]simulator.Delivery, len(block))
	var all sync.WaitGroup
	for i, l := range block {
		s.said.WriteString(l.rest + "\n")
		all.Go(func() { results[i] = s.platform.Text(s.app, s.people[l.who], l.rest) })
	}
	all.Wait()
	s.pair, s.winner = nil, ""
	var errs []error
	for i, l := range block {
		s.pair = append(s.pair, l.who)
		errs = append(errs, s.acted(l.who, results[i]))
	}
	return errors.Join(errs...)
}

// repeat delivers one message several times at once, as impatient re-sends do, and
// wants the same answer each time: 3次 王阿姨> 路灯不亮.
func (s *stage) repeat(rest string) error {
	times, rest, _ := strings.Cut(rest, " ")
	n, err := count(times)
	if err != nil {
		return err
	}
	who, text, _ := strings.Cut(rest, ">")
	who, text = strings.TrimSpace(who), strings.TrimSpace(text)
	s.said.WriteString(text + "\n")
	push := s.platform.Prepare(s.app, s.people[who], simulator.Message{Type: "text", Fields: []simulator.Field{{Name: "Content", Value: text}}})
	d := s.platform.Deliver(push, slices.Repeat([]string{s.webhook}, n)...)
	for _, a := range d.Attempts {
		if a.Err != nil || contentOf(a.Reply) != contentOf(d.Attempts[0].Reply) || contentOf(a.Reply) == "" {
			return fmt.Errorf("答复不一样: %q 与 %q (%w)", contentOf(a.Reply), contentOf(d.Attempts[0].Reply), a.Err)
		}
	}
	return s.acted(who, d)
}

// contentOf cuts the words out of a decrypted passive reply.
func contentOf(xml string) string {
	_, after, _ := strings.Cut(xml, "<Content>")
	content, _, _ := strings.Cut(after, "</Content>")
	return content
}

// forge posts what the platform would never send: 签名, 明文, 密钥 or 号码, then
// 王阿姨> words.
func (s *stage) forge(rest string) error {
	how, rest, _ := strings.Cut(rest, " ")
	who, text, _ := strings.Cut(rest, ">")
	id := s.people[strings.TrimSpace(who)]
	m := simulator.Message{Type: "text", Fields: []simulator.Field{{Name: "Content", Value: strings.TrimSpace(text)}}}
	push := s.platform.Prepare(s.app, id, m)
	switch how {
	case "签名":
		push.Query.Set("msg_signature", strings.Repeat("0", 40))
	case "明文":
		push.Body = push.Plain
		push.Query.Del("encrypt_type")
		push.Query.Del("msg_signature")
	case "内容":
		push.Body = []byte(strings.Replace(string(push.Body), "<Encrypt><![CDATA[", "<Encrypt><![CDATA[AAAA", 1))
	case "密钥", "账号":
		push = stranger(s.app, id, m, s.clock.Now, how == "密钥")
	case "过长":
		push.Body = append(push.Body, make([]byte, 70<<10)...)
	default:
		return fmt.Errorf("不会伪造 %s", how)
	}
	s.raw = s.platform.Post(context.Background(), s.webhook, push)
	return nil
}

// stranger prepares a push as somebody would who does not know the key, or whose
// account is another one.
func stranger(app, id string, m simulator.Message, now func() time.Time, sameApp bool) simulator.Push {
	a := simulator.Account{AppID: "wxffffffffffffffff", Secret: "x", Token: talkToken, AESKey: talkKey}
	if sameApp {
		a.AppID, a.AESKey = app, "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
	}
	p := simulator.New(simulator.Options{Accounts: []simulator.Account{a}, Now: now})
	defer p.Close()
	return p.Prepare(a.AppID, id, m)
}
