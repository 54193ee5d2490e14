package simulator

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// contrast is a JavaScript expression for all texts with less contrast than
// WCAG 2.2 asks of normal text, 4.5 to 1.
const contrast = `(() => {
	const rgb = c => (c.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
	const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b };
	const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c.slice(0, 3) } return [255, 255, 255] };
	return [...document.querySelectorAll('body *')].filter(e => e.offsetParent && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => {
		const [a, b] = [light(rgb(getComputedStyle(e).color).slice(0, 3)), light(ground(e))].sort((x, y) => y - x);
		return [(a + .05) / (b + .05), e.tagName + ' ' + e.className + ': ' + e.textContent.trim().slice(0, 30)];
	}).filter(([ratio]) => ratio < 4.5).map(([ratio, what]) => ratio.toFixed(2) + ' ' + what);
})()`

// TestPageContrast looks at every text of a full page, the wire included.
func TestPageContrast(t *testing.T) {
	r := onStage(t)
	ctx := tab(t, 1280, 900)
	do(t, ctx, chromedp.Navigate(r.api.URL+"/"), join("resident"), typeIn("resident", "坏"), until(says("resident", "暂时无法提供服务")))
	r.sendBoth()
	do(t, ctx, until(says("resident", "查看详情")), click("#phone-resident .plus"), click("#wire-box > summary"), click("#wire > li:nth-child(4) summary"), click("#wire > li:nth-child(5) summary"))
	picture(t, ctx, "contrast-1280")
	if low := value[[]string](t, ctx, contrast); len(low) > 0 {
		t.Errorf("low contrast: %q", low)
	}
	if got := value[string](t, ctx, "document.querySelector('#wire > li:nth-child(4)').textContent"); !strings.Contains(got, "不记录内容") {
		t.Errorf("a token's entry: %s", got)
	}
	logs := value[int](t, ctx, "document.querySelectorAll('[role=log][aria-live=polite][aria-label]').length")
	if logs != 3 {
		t.Errorf("%d chats are announced, want 3", logs)
	}
}

// TestPageTabs changes between the phones on a narrow screen: one is shown, and
// what the others get is counted on their tabs.
func TestPageTabs(t *testing.T) {
	r := onStage(t)
	r.p.Follow(app, li, "")
	ctx := tab(t, 360, 720)
	shown := "[...document.querySelectorAll('.phone')].filter(e => e.offsetParent).map(e => e.id).join()"
	do(t, ctx, chromedp.Navigate(r.api.URL+"/"), join("resident"))
	if got := value[string](t, ctx, shown); got != "phone-resident" {
		t.Errorf("shown: %s", got)
	}
	r.wantCode(r.custom(r.token(), li, "新工单 12-1042"), 0)
	do(t, ctx, until("document.querySelector('#tabs button:nth-child(2) .badge')?.textContent > 0"))
	picture(t, ctx, "tabs-360")
	do(t, ctx, click("#tabs button:nth-child(2)"), until(says("staff", "新工单 12-1042")))
	if got := value[string](t, ctx, shown); got != "phone-staff" {
		t.Errorf("shown: %s", got)
	}
	if !value[bool](t, ctx, "document.querySelector('#tabs button:nth-child(2) .badge').hidden") {
		t.Error("still counted after it was seen")
	}
	do(t, ctx, typeIn("staff", "签收 1042"))
	r.wait(func() bool { return r.last().From == li && r.last().Text == "签收 1042" })
	do(t, ctx, click("#phone-staff .plus"), visible("#phone-staff .more"))
	picture(t, ctx, "more-360")
	r.checkLayout(ctx, 360)
	do(t, ctx, click("#wire-box > summary"), click("#wire > li summary"))
	picture(t, ctx, "wire-360")
	r.checkLayout(ctx, 360)
}

// TestPageTablet shows two phones side by side and the third below.
func TestPageTablet(t *testing.T) {
	r := onStage(t)
	ctx := tab(t, 820, 1180)
	do(t, ctx, chromedp.Navigate(r.api.URL+"/"), join("resident"))
	picture(t, ctx, "tablet-820")
	tops := value[[]float64](t, ctx, "[...document.querySelectorAll('.phone')].map(e => e.getBoundingClientRect().top)")
	if len(tops) != 3 || tops[0] != tops[1] || tops[2] <= tops[0] {
		t.Errorf("phones begin at %v", tops)
	}
	r.checkLayout(ctx, 820)
}

// TestPageScanLink follows a printed code: the page offers to scan just that.
func TestPageScanLink(t *testing.T) {
	r := onStage(t)
	link, _ := r.code(r.token(), "QR_STR_SCENE", 3600, "mg-2")["url"].(string)
	ctx := tab(t, 360, 720)
	do(t, ctx, chromedp.Navigate(link), visible("#scan [data-ok]"))
	picture(t, ctx, "scan-360")
	if got := value[string](t, ctx, "document.querySelector('#scan-scene').selectedOptions[0].textContent"); got != "幸福里小区 5 幢" {
		t.Errorf("offers %q", got)
	}
	do(t, ctx, click("#scan [data-ok]"), until(says("resident", "您好，这里是网格小助手")))
	if m := r.last(); m.Scene != "mg-2" {
		t.Errorf("scanned %q", m.Scene)
	}
}

// TestPageUpload sends a picture from the person's own files.
func TestPageUpload(t *testing.T) {
	r := onStage(t)
	path := filepath.Join(t.TempDir(), "lamp.png")
	if err := os.WriteFile(path, pngBytes(t), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := tab(t, 1280, 900)
	do(t, ctx, chromedp.Navigate(r.api.URL+"/"), join("resident"), click("#phone-resident .plus"),
		click("#phone-resident [data-do=photo]"), visible("#photo-file"),
		chromedp.SetUploadFiles(chromedp.CSS("#photo-file"), []string{path}), until(inPhone("resident", ".shot")+"?.naturalWidth === 4"))
	id := strings.TrimPrefix(r.p.Phone(app, wang)[2].URL, "/pic/")
	if m, found := r.p.media.get(id, r.clock.Now()); !found || string(m.data) != string(pngBytes(t)) {
		t.Errorf("arrived with %d bytes", len(m.data))
	}
}

// TestPageTwice opens the page twice: what is typed in one is seen in the other.
func TestPageTwice(t *testing.T) {
	r := onStage(t)
	one, two := tab(t, 1280, 900), tab(t, 360, 720)
	do(t, one, chromedp.Navigate(r.api.URL+"/"))
	do(t, two, chromedp.Navigate(r.api.URL+"/"), join("resident"), typeIn("resident", "3幢路灯不亮"))
	do(t, one, until(says("resident", "编号 12-1042")))
	n := value[int](t, one, "document.querySelectorAll('#phone-resident .line.out').length")
	if n != 1 {
		t.Errorf("%d bubbles of one message", n)
	}
}

// TestPageLost says so when the service goes away, and that a message was not
// sent.
func TestPageLost(t *testing.T) {
	r := onStage(t)
	front := httptest.NewServer(r.p.Handler())
	ctx := tab(t, 360, 720)
	do(t, ctx, chromedp.Navigate(front.URL+"/"), join("resident"))
	front.CloseClientConnections()
	closed := make(chan struct{})
	go func() { front.Close(); close(closed) }()
	do(t, ctx, until("!document.querySelector('#lost').hidden"), typeIn("resident", "您好"), until(says("resident", "没有发出去")))
	picture(t, ctx, "lost-360")
	<-closed
}

// TestPageNobody is the page of a platform without people, and one whose setup
// cannot be had: it says so instead of showing nothing.
func TestPageNobody(t *testing.T) {
	r := newRig(t)
	ctx := tab(t, 360, 720)
	lost := "document.querySelector('#lost').hidden"
	do(t, ctx, chromedp.Navigate(r.api.URL+"/"), until("document.readyState === 'complete' && "+lost))
	if got := value[int](t, ctx, "document.querySelectorAll('.phone').length"); got != 0 {
		t.Errorf("%d phones", got)
	}
	broken := http.NewServeMux()
	broken.Handle("/", r.p.Handler())
	broken.HandleFunc("/sim/state", http.NotFound)
	front := httptest.NewServer(broken)
	defer front.Close()
	do(t, ctx, chromedp.Navigate(front.URL+"/"), until("!"+lost))
}
