package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"gridbot/redistest"
	"gridbot/task"
)

// chromium finds the browser. On CI a machine without one fails.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const missing = "chromium not installed: run make test, which installs it"
	if ci, _ := strconv.ParseBool(os.Getenv("CI")); ci {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// open opens a page in a fresh browser of the given size.
func open(t *testing.T, url string, width, height int64) context.Context {
	t.Helper()
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)), chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, flags...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(log.New(os.Stderr, "chromium: ", 0).Printf))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, height), chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// until waits for a JavaScript expression to be true.
func until(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	script := "new Promise(done => { const look = () => (" + expression + ") ? done(true) : setTimeout(look, 20); look() })"
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise)); err != nil {
		t.Fatalf("waiting for %s: %v", expression, err)
	}
}

// says writes on a phone of the page and sends.
func says(t *testing.T, ctx context.Context, phone, text string) {
	t.Helper()
	field := "#phone-" + phone + " .say .words"
	if err := chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS(field)), chromedp.SendKeys(chromedp.CSS(field), text+"\r")); err != nil {
		t.Fatal(err)
	}
}

// reads waits until a phone shows a text.
func reads(t *testing.T, ctx context.Context, phone, text string) {
	t.Helper()
	until(t, ctx, fmt.Sprintf("document.querySelector('#phone-%s .chat')?.textContent.includes(%q)", phone, text))
}

// picture keeps a screenshot in the folder $SCREENSHOTS names, if any.
func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// The demo as a newcomer plays it: a report typed on the page is answered with a
// number within a second, and is worked to 满意 with nothing but the page, on a real
// Redis and on the embedded one.
func TestDemoFromReportToThanks(t *testing.T) {
	for _, kind := range []redistest.Kind{redistest.Real, redistest.Embedded} {
		t.Run(kind.String(), func(t *testing.T) {
			began := time.Now()
			d, _ := runDemo(t, t.TempDir(), kind)
			t.Logf("demo ready after %v", time.Since(began).Round(time.Millisecond))
			ctx := open(t, d.url(), 1280, 900)
			until(t, ctx, "document.querySelector('#phone-resident .say .words') !== null")
			reads(t, ctx, "resident", "已记住您在")
			asked := time.Now()
			says(t, ctx, "resident", "3幢楼下路灯不亮了，晚上老人走路看不见")
			reads(t, ctx, "resident", "12-1001")
			if took := time.Since(asked); took > time.Second {
				t.Errorf("the number came after %v, not within a second", took)
			}
			playToThanks(t, ctx, d)
			picture(t, ctx, "demo-"+kind.String()+"-1280")
			narrow(t, ctx, "demo-"+kind.String()+"-360")
		})
	}
}

// playToThanks works task 12-1001 on the page alone: its handler signs, calls,
// reports and finishes, and the resident is content.
func playToThanks(t *testing.T, ctx context.Context, d *demo) {
	t.Helper()
	one, err := d.service.store.Get(t.Context(), task.ID{Street: "12", Seq: 1001})
	if err != nil {
		t.Fatal(err)
	}
	if one.Handler == "" {
		t.Fatalf("nobody has the task: %+v", one)
	}
	choose := fmt.Sprintf(`(() => { const s = document.querySelector('#phone-staff .switch');
		s.value = [...s.options].find(o => o.value === %q || o.textContent.startsWith(%q)).value;
		s.dispatchEvent(new Event('change', {bubbles: true})); return true })()`, staffOpenID(one.Handler), one.HandlerName)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](choose)); err != nil {
		t.Fatal(err)
	}
	reads(t, ctx, "staff", "新任务")
	for _, step := range []struct{ say, told string }{
		{"签收 1001", "已签收"}, {"联系 1001", "已着手处理"}, {"进展 1001 已联系路灯所，下午来修", "下午来修"}, {"办结 1001 灯泡换好了，现场看过亮着", "已办结"},
	} {
		says(t, ctx, "staff", step.say)
		reads(t, ctx, "resident", step.told)
	}
	says(t, ctx, "resident", "满意")
	reads(t, ctx, "resident", "已结案")
	reads(t, ctx, "staff", "居民评价：满意")
}

// narrow looks at the page on a telephone's width: nothing sticks out.
func narrow(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(360, 740)); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, "document.documentElement.scrollWidth <= 360")
	picture(t, ctx, name)
}
