package simulator

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"gridbot/wechat"
)

// onStage is a rig with people, for the page.
func onStage(t *testing.T) *rig {
	r := newRig(t, func(o *Options) {
		subscriptions(o)
		o.Accounts[0].Name = "幸福街道网格小助手"
		o.Now = time.Now // the page shows the time
		o.Notice = "这是演示，数据不保存。"
		o.Cast = []Person{
			{OpenID: wang, Name: "王阿姨", Role: "居民", Kind: "resident", Scene: "mg-1"},
			{OpenID: "o-zhao", Name: "赵师傅", Role: "居民", Kind: "resident", Scene: "mg-2"},
			{OpenID: li, Name: "李小网", Role: "专职网格员", Kind: "staff"},
			{OpenID: "o-chen", Name: "陈主任", Role: "街道指挥室", Kind: "dispatcher"},
		}
		o.Scenes = []Scene{{"mg-1", "幸福里小区 3 幢"}, {"mg-2", "幸福里小区 5 幢"}}
		o.Places = []Place{{"幸福里小区南门", 28.65, 121.42}, {"东升菜场", 28.66, 121.43}}
		o.Hints = map[string][]string{"resident": {"3幢楼下路灯不亮了", "进度"}, "staff": {"待办", "签收"}}
	})
	r.clock.now = time.Now()
	r.answers(conversation)
	return r
}

// conversation answers as a service would, so that the page has something to show.
func conversation(m *wechat.Message, s *wechat.Sealer) (int, []byte) {
	switch {
	case m.Event == wechat.EventSubscribe:
		return 200, s.Seal("您好，这里是网格小助手。您在幸福里小区 3 幢，有事直接说，我们马上派人。")
	case m.Text == "坏":
		return 200, []byte(`{"error":"broken"}`)
	case m.Type == wechat.KindText && m.Text != "":
		return 200, s.Seal("已收到：路灯故障 · 幸福里小区 3 幢\n编号 12-1042，网格员李小网，今天 17:30 前答复。<script>document.title='hacked'</script>")
	}
	return 200, s.Seal("")
}

// inPhone is a JavaScript expression for an element of a phone.
func inPhone(kind, selector string) string {
	return fmt.Sprintf("document.querySelector('#phone-%s %s')", kind, selector)
}

// says is true when a phone's chat holds a text.
func says(kind, text string) string {
	return fmt.Sprintf("%s?.textContent.includes(%q)", inPhone(kind, ".chat"), text)
}

// join makes a resident scan the code in the stairwell with the page's own means.
func join(kind string) step {
	return chromedp.Steps(
		until(inPhone(kind, ".stranger")+" && !"+inPhone(kind, ".stranger")+".hidden"),
		click("#phone-"+kind+" .join"),
		visible("#scan [data-ok]"),
		click("#scan [data-ok]"),
		until(inPhone(kind, ".foot")+" && !"+inPhone(kind, ".foot")+".hidden"),
	)
}

// type_ writes into a phone and sends with Enter.
func typeIn(kind, text string) step {
	field := "#phone-" + kind + " .say .words"
	return chromedp.Steps(
		visible(field),
		keys(field, text+"\r"),
	)
}

// TestPageLive types a message, sees the passive reply, and sees a
// customer-service message and a template message arrive without a reload.
func TestPageLive(t *testing.T) {
	for _, width := range []int{1280, 360} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			r := onStage(t)
			ctx := tab(t, width, map[int]int{1280: 900, 360: 720}[width])
			do(t, ctx, chromedp.Navigate(r.api.URL+"/"))
			picture(t, ctx, fmt.Sprintf("start-%d", width))
			do(t, ctx, join("resident"), until(says("resident", "您好，这里是网格小助手")),
				typeIn("resident", "3幢楼下路灯不亮了，晚上老人走路看不见"), until(says("resident", "编号 12-1042")))
			if got := r.last(); got.Text != "3幢楼下路灯不亮了，晚上老人走路看不见" || got.From != wang {
				t.Errorf("the webhook got %q from %s", got.Text, got.From)
			}
			r.sendBoth()
			do(t, ctx, until(says("resident", "李小网已签收")), until(says("resident", "查看详情")))
			r.checkLayout(ctx, width)
			picture(t, ctx, fmt.Sprintf("chat-%d", width))
		})
	}
}

// sendBoth sends Wang a customer-service and a template message.
func (r *rig) sendBoth() {
	r.Helper()
	token := r.token()
	r.wantCode(r.custom(token, wang, "李小网已签收，今天下午到现场。"), 0)
	r.wantCode(r.template(token, wang, "T1", "", nil), 0)
}

// checkLayout wants nothing wider than the screen, readable text, targets big
// enough for a finger, and no script of a message run.
func (r *rig) checkLayout(ctx context.Context, width int) {
	r.Helper()
	if got := value[int](r.T, ctx, "document.documentElement.scrollWidth"); got > width {
		r.Errorf("the page is %d px wide on a screen of %d", got, width)
	}
	shown := "[...document.querySelectorAll('button, input, select, summary')].filter(e => e.offsetParent)"
	small := value[[]string](r.T, ctx, shown+".filter(e => e.type !== 'checkbox' && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)")
	if len(small) > 0 {
		r.Errorf("targets under 44 px: %q", small)
	}
	tiny := value[[]string](r.T, ctx, `[...document.querySelectorAll('body *')].filter(e => e.offsetParent && e.childElementCount === 0 &&
		e.textContent.trim() && parseFloat(getComputedStyle(e).fontSize) < 15).map(e => e.outerHTML)`)
	if len(tiny) > 0 {
		r.Errorf("text under 15 px: %q", tiny)
	}
	nameless := value[[]string](r.T, ctx, shown+`.filter(e => !e.textContent.trim() && !e.getAttribute('aria-label') && !e.labels?.length).map(e => e.outerHTML)`)
	if len(nameless) > 0 {
		r.Errorf("controls without a name: %q", nameless)
	}
	if title := value[string](r.T, ctx, "document.title"); strings.Contains(title, "hacked") {
		r.Error("a message ran a script")
	}
}

// TestPageMarkupIsText wants a message with markup shown as it was written, and
// only web addresses made into links.
func TestPageMarkupIsText(t *testing.T) {
	r := onStage(t)
	ctx := tab(t, 1280, 900)
	do(t, ctx, chromedp.Navigate(r.api.URL+"/"), join("resident"))
	nasty := `<script>document.title="hacked"</script><img src=x onerror="document.title='hacked'">`
	r.p.Text(app, wang, nasty)
	token := r.token()
	r.custom(token, wang, `看 <a href="javascript:document.title='hacked'">这里</a> 和 <a href="https://example.org/ok">那里</a>`)
	r.template(token, wang, "T1", "", map[string]string{"thing4": "<b>粗</b>"})
	do(t, ctx, until(says("resident", nasty)), until(says("resident", "那里")), until(says("resident", "<b>粗</b>")))
	if got := value[string](t, ctx, "document.title"); strings.Contains(got, "hacked") {
		t.Error("markup ran as a script")
	}
	hrefs := value[[]string](t, ctx, "[...document.querySelectorAll('#phone-resident .bubble a')].map(a => a.getAttribute('href'))")
	if len(hrefs) != 1 || hrefs[0] != "https://example.org/ok" {
		t.Errorf("links: %q", hrefs)
	}
	if n := value[int](t, ctx, "document.querySelectorAll('#phone-resident .chat script, #phone-resident .chat b').length"); n != 0 {
		t.Errorf("%d elements came from messages", n)
	}
}

// TestPageEverything uses photo, place, leaving, switching people and the wire.
func TestPageEverything(t *testing.T) {
	r := onStage(t)
	ctx := tab(t, 1280, 900)
	more := func(what string) step {
		return chromedp.Steps(
			click("#phone-resident .plus"),
			click("#phone-resident [data-do="+what+"]"),
		)
	}
	do(t, ctx, chromedp.Navigate(r.api.URL+"/"), join("resident"),
		more("photo"), visible("#photo-samples button"))
	picture(t, ctx, "photo-1280")
	do(t, ctx, click("#photo-samples button"),
		until(inPhone("resident", ".shot")+"?.naturalWidth > 0"),
		more("place"), visible("#place [data-ok]"))
	picture(t, ctx, "place-1280")
	do(t, ctx, click("#place [data-ok]"), until(says("resident", "幸福里小区南门")),
		click("#phone-resident .hints button"), until(says("resident", "编号 12-1042")),
		typeIn("resident", "坏"), until(says("resident", "该公众号暂时无法提供服务")))
	r.wantTypes("event", "image", "location", "text", "text")
	do(t, ctx, click("#wire-box > summary"),
		click("#wire > li:first-child summary"))
	picture(t, ctx, "wire-1280")
	first := value[string](t, ctx, "document.querySelector('#wire > li').textContent")
	for _, want := range []string{"推送", "文字", "王阿姨", "坏", "出错"} {
		if !strings.Contains(first, want) {
			t.Errorf("the newest entry of the wire lacks %q: %s", want, first)
		}
	}
	do(t, ctx, more("leave"), until("!"+inPhone("resident", ".stranger")+".hidden"))
	r.switchPerson(ctx)
}

// wantTypes wants these messages at the webhook, in order.
func (r *rig) wantTypes(want ...string) {
	r.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	var got []string
	for _, m := range r.seen {
		got = append(got, string(m.Type))
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		r.Errorf("the webhook saw %q, want %q", got, want)
	}
}

// switchPerson looks at another resident's phone; what the first gets meanwhile
// is counted at the name.
func (r *rig) switchPerson(ctx context.Context) {
	r.Helper()
	r.p.Follow(app, wang, "")
	choose := `(() => { const s = ` + inPhone("resident", ".switch") + `; s.value = "o-zhao"; s.dispatchEvent(new Event("change")); return true })()`
	value[bool](r.T, ctx, choose)
	r.wantCode(r.custom(r.token(), wang, "悄悄话"), 0)
	do(r.T, ctx, until(inPhone("resident", ".switch")+`.options[0].textContent.includes("条新消息")`))
	if value[bool](r.T, ctx, says("resident", "悄悄话")) {
		r.Error("one person's message is on another's phone")
	}
}

// TestPageMenu taps the account's menu.
func TestPageMenu(t *testing.T) {
	r := onStage(t)
	r.post("menu/create?access_token="+r.token(), map[string]any{"button": []any{
		map[string]any{"type": "click", "name": "我的进度", "key": "progress"},
		map[string]any{"name": "服务", "sub_button": []any{map[string]any{"type": "view", "name": "办事指南", "url": "https://example.org/"}}},
	}})
	ctx := tab(t, 1280, 900)
	do(t, ctx, chromedp.Navigate(r.api.URL+"/"), join("resident"),
		until(inPhone("resident", ".menu button")), click("#phone-resident .menu button"),
		until(says("resident", "点击菜单 我的进度")))
	picture(t, ctx, "menu-1280")
	if m := r.last(); m.Event != wechat.EventClick || m.EventKey != "progress" {
		t.Errorf("the webhook got %s %s", m.Event, m.EventKey)
	}
}

// TestPageConsent answers the question for consent with yes and with no, by the
// page's own button.
func TestPageConsent(t *testing.T) {
	for _, width := range []int{360, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			r := onStage(t)
			ctx := tab(t, width, 900)
			ask := chromedp.Steps(click("#phone-resident .plus"), visible("#phone-resident [data-do=consent]"))
			do(t, ctx, chromedp.Navigate(r.api.URL+"/"), join("resident"), ask)
			picture(t, ctx, fmt.Sprintf("consent-button-%d", width))
			do(t, ctx, click("#phone-resident [data-do=consent]"), visible("#consent [data-ok]"))
			picture(t, ctx, fmt.Sprintf("consent-%d", width))
			do(t, ctx, click("#consent [data-ok]"), until(says("resident", "已同意接收“工单进度通知”")))
			if got := r.p.Consents(app, wang); !got["L1"].Always {
				t.Errorf("consents %+v", got)
			}
			r.wantCode(r.subscription(r.token(), wang, "L1", "路灯不亮"), 0)
			do(t, ctx, until(says("resident", "路灯不亮")), ask, click("#phone-resident [data-do=consent]"),
				visible("#consent [data-no]"), click("#consent [data-no]"), until(says("resident", "已拒绝接收“工单进度通知”")))
			picture(t, ctx, fmt.Sprintf("consent-answered-%d", width))
			if got := r.p.Consents(app, wang); got["L1"].Always {
				t.Errorf("after no: %+v", got)
			}
		})
	}
}
