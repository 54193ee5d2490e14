package simulator

import (
	"strings"
	"testing"
	"time"
)

// After a message there are five customer-service messages in 48 hours.
func TestRuleFiveIn48HoursAfterAMessage(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Text(app, wang, "路灯不亮")
	for range messageCount {
		r.wantCode(r.custom(token, wang, "进展"), 0)
	}
	r.wantCode(r.custom(token, wang, "第六条"), 45047)
	r.p.Text(app, wang, "还有吗")
	r.wantCode(r.custom(token, wang, "又可以了"), 0)
	r.clock.advance(messageWindow - time.Second)
	token = r.token()
	r.wantCode(r.custom(token, wang, "最后一秒"), 0)
	r.clock.advance(time.Second)
	r.wantCode(r.custom(token, wang, "过了"), 45015)
}

// After a follow, a scan or a tap there are three in one minute.
func TestRuleThreeInAMinuteAfterATap(t *testing.T) {
	for name, act := range map[string]func(*Platform){
		"follow": func(p *Platform) { p.Follow(app, li, "") },
		"scan":   func(p *Platform) { p.Scan(app, wang, "mg-1") },
		"click":  func(p *Platform) { p.Click(app, wang, "progress") },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			who := wang
			if name == "follow" {
				who = li
			} else {
				r.p.Follow(app, wang, "")
				r.clock.advance(tapWindow)
			}
			act(r.p)
			token := r.token()
			for range tapCount {
				r.wantCode(r.custom(token, who, "您好"), 0)
			}
			r.wantCode(r.custom(token, who, "第四条"), 45047)
			act(r.p)
			r.clock.advance(tapWindow)
			r.wantCode(r.custom(token, who, "一分钟后"), 45015)
		})
	}
}

// Both windows open at once add up, and the shorter one is used first.
func TestRuleWindowsAreApart(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Text(app, wang, "路灯不亮")
	r.p.Click(app, wang, "progress")
	for range tapCount {
		r.wantCode(r.custom(token, wang, "一"), 0)
	}
	r.clock.advance(tapWindow)
	for range messageCount {
		r.wantCode(r.custom(token, wang, "二"), 0)
	}
	r.wantCode(r.custom(token, wang, "三"), 45047)
}

// An event that is not an act of the person opens nothing.
func TestCustomNoWindow(t *testing.T) {
	r := newRig(t)
	r.p.Follow(app, wang, "")
	r.clock.advance(tapWindow)
	r.p.Send(app, wang, eventMessage("VIEW", Field{"EventKey", "https://example.org"}))
	r.wantCode(r.custom(r.token(), wang, "您好"), 45015)
}

func TestRulePersonOfACustomMessage(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.wantCode(r.custom(token, "o-nobody", "您好"), 40003)
	r.p.Text(app, wang, "您好")
	r.p.Unfollow(app, wang)
	r.wantCode(r.custom(token, wang, "您好"), 43004)
	r.p.Follow(app, wang, "")
	r.wantCode(r.custom(token, wang, "您好"), 0)
	r.p.Block(app, wang, true)
	r.wantCode(r.custom(token, wang, "您好"), 48002)
	r.p.Block(app, wang, false)
	r.wantCode(r.custom(token, wang, "您好"), 0)
	r.p.Block("wx-nobody", wang, true) // does nothing
}

func TestRuleCustomContent(t *testing.T) {
	r := newRig(t)
	token := r.token()
	picture := r.p.media.put([]byte("\x89PNG\r\n\x1a\n"), r.clock.Now())
	text := func(s string) map[string]any {
		return map[string]any{"touser": wang, "msgtype": "text", "text": map[string]string{"content": s}}
	}
	article := map[string]string{"title": "办事指南", "url": "https://example.org/"}
	news := func(articles ...any) map[string]any {
		return map[string]any{"touser": wang, "msgtype": "news", "news": map[string]any{"articles": articles}}
	}
	for _, c := range []struct {
		name string
		in   any
		want int
	}{
		{"text", text("您好"), 0},
		{"empty", text(""), 44004},
		{"2,048 bytes", text(strings.Repeat("a", maxText)), 0},
		{"2,049 bytes", text(strings.Repeat("a", maxText+1)), 45002},
		{"683 characters", text(strings.Repeat("灯", 683)), 45002},
		{"unknown type", map[string]any{"touser": wang, "msgtype": "dance"}, 40008},
		{"image", map[string]any{"touser": wang, "msgtype": "image", "image": map[string]string{"media_id": picture}}, 0},
		{"voice", map[string]any{"touser": wang, "msgtype": "voice", "voice": map[string]string{"media_id": picture}}, 0},
		{"unknown image", map[string]any{"touser": wang, "msgtype": "image", "image": map[string]string{"media_id": "x"}}, 40007},
		{"news", news(article), 0},
		{"two articles", news(article, article), 45008},
		{"menu", map[string]any{"touser": wang, "msgtype": "msgmenu", "msgmenu": map[string]any{
			"head_content": "满意吗？", "tail_content": "谢谢", "list": []any{map[string]any{"id": "1", "content": "满意"}}}}, 0},
		{"not an object", []int{1}, 47001},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.p.Text(app, wang, "新的五条")
			r.wantCode(r.post("message/custom/send?access_token="+token, c.in), c.want)
		})
	}
	if got := r.screen(wang); !strings.Contains(got, "<text custom: 满意吗？\n满意\n谢谢") || !strings.Contains(got, "<link custom: 办事指南") {
		t.Errorf("the phone shows:\n%s", got)
	}
}

// What is refused costs nothing of the allowance, and is not shown.
func TestCustomRefusedIsFree(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Text(app, wang, "路灯不亮")
	for range 2 * messageCount {
		r.wantCode(r.custom(token, wang, ""), 44004)
	}
	r.wantCode(r.custom(token, wang, "您好"), 0)
	r.wantScreen(wang, ">text : 路灯不亮", "<text custom: 您好")
	got := r.p.Sends(SendCustom)
	if got.Calls != 11 || got.Accepted != 1 || got.Refused[44004] != 10 {
		t.Errorf("sends: %+v", got)
	}
}
