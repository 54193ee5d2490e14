package simulator

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// The page's files are served with a policy that lets nothing else run.
func TestPageFiles(t *testing.T) {
	r := newRig(t)
	for path, want := range map[string]string{
		"/": "text/html", "/sim/page/app.js": "text/javascript", "/sim/page/style.css": "text/css", "/sim/page/icon.svg": "image/svg",
	} {
		res, body := r.fetch(path)
		csp := res.Header.Get("Content-Security-Policy")
		if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), want) || len(body) == 0 {
			t.Errorf("%s: %d %s", path, res.StatusCode, res.Header.Get("Content-Type"))
		}
		if !contains(csp, "default-src 'none'") || !contains(csp, "script-src 'self';") || contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
	}
	for _, path := range []string{"/nothing", "/sim/page/none.js", "/sim/page/..%2fdoc.go"} {
		if res, _ := r.fetch(path); res.StatusCode < 400 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

// The page works below another path, needs nothing from elsewhere, and has no
// inline script or style.
func TestPageSelfContained(t *testing.T) {
	inline := regexp.MustCompile(`<script>|<style|\sstyle=|\son[a-z]+=|innerHTML|insertAdjacentHTML|document\.write|eval\(`)
	outside := regexp.MustCompile(`(src|href)="/|https?://[a-z]|url\(`)
	err := fs.WalkDir(pageFiles, "page", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := pageFiles.ReadFile(path)
		if m := inline.FindString(string(body)); m != "" {
			t.Errorf("%s has %q", path, m)
		}
		if m := outside.FindString(string(body)); m != "" && !strings.HasSuffix(path, ".svg") {
			t.Errorf("%s reaches outside with %q", path, m)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	mounted := http.NewServeMux()
	r := newRig(t)
	mounted.Handle("/phones/", http.StripPrefix("/phones", r.p.Handler()))
	for _, path := range []string{"/phones/", "/phones/sim/page/app.js", "/phones/sim/state"} {
		w := httptest.NewRecorder()
		mounted.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
