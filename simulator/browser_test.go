package simulator

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
)

// noBrowser is what a test is skipped with on a machine without Chromium.
const noBrowser = "chromium not installed: run make test, which installs it"

// browserLimit bounds a test with a browser.
const browserLimit = 90 * time.Second

// browser finds Chromium. Without one the test fails when the environment
// variable CI is true, and is otherwise skipped.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if ci, _ := strconv.ParseBool(os.Getenv("CI")); ci {
		t.Fatal(noBrowser)
	}
	t.Skip(noBrowser)
	return ""
}

// tab opens a fresh browser of the given size. It ends with the test.
func tab(t *testing.T, width, height int) context.Context {
	t.Helper()
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(browser(t)), chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("lang", "zh-CN"),
	)
	ctx, cancel := context.WithTimeout(t.Context(), browserLimit)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, flags...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(log.New(os.Stderr, "chromium: ", 0).Printf))
	t.Cleanup(cancel)
	do(t, ctx, chromedp.EmulateViewport(int64(width), int64(height)))
	return ctx
}

// step is a browser action without a value.
type step = chromedp.Action[chromedp.Void]

// do runs browser actions.
func do(t *testing.T, ctx context.Context, steps ...step) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// picture keeps a screenshot in the folder of the environment variable
// SCREENSHOTS, if there is one.
func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Steps on the first element a CSS selector finds.

func click(css string) step      { return chromedp.Click(chromedp.CSS(css)) }
func visible(css string) step    { return chromedp.WaitVisible(chromedp.CSS(css)) }
func keys(css, text string) step { return chromedp.SendKeys(chromedp.CSS(css), text) }

// until waits for a JavaScript expression to be true. The page's policy forbids
// the eval that chromedp's own polling needs.
func until(expression string) step {
	script := "new Promise(done => { const look = () => (" + expression + ") ? done(true) : setTimeout(look, 20); look() })"
	wait := chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise)
	return func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		if _, err := wait(ctx, target); err != nil {
			return chromedp.Void{}, fmt.Errorf("waiting for %s: %w", expression, err)
		}
		return chromedp.Void{}, nil
	}
}

// value reads a JavaScript expression.
func value[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatal(err)
	}
	return out
}
