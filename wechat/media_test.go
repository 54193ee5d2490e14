package wechat

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"gridbot/task"
)

func TestFetch(t *testing.T) {
	for name, x := range map[string]struct {
		kind, body string
		want       task.Outcome
	}{
		"a picture":        {"image/jpeg", "\xff\xd8\xff", task.Delivered},
		"busy":             {"text/plain", `{"errcode":-1,"errmsg":"system error"}`, task.RetryLater},
		"too fast":         {"text/plain", `{"errcode":45011,"errmsg":"api minute-quota reach limit"}`, task.SlowDown},
		"gone":             {"text/plain", `{"errcode":40007,"errmsg":"invalid media_id"}`, task.Bad},
		"no right to it":   {"application/json", `{"errcode":48001,"errmsg":"api unauthorized"}`, task.Hold},
		"a film":           {"text/plain", `{"video_url":"https://v.example/1"}`, task.Bad},
		"a gateway's page": {"text/html; charset=utf-8", "<html>", task.RetryLater},
		"not JSON":         {"application/json", "<html>", task.RetryLater},
		"too long":         {"image/jpeg", string(make([]byte, maxMedia+1)), task.Bad},
	} {
		got := mediaPlatform(t, x.kind, x.body).Fetch(t.Context(), "xingfu", "m1", "")
		if got.Outcome != x.want || (got.Outcome == task.Delivered) != (len(got.Media.Data) > 0) {
			t.Errorf("%s: %s, want %s (%d bytes)", name, got.Outcome, x.want, len(got.Media.Data))
		}
	}
	if got := mediaPlatform(t, "", "").Fetch(t.Context(), "nowhere", "m1", ""); got.Outcome != task.Bad {
		t.Errorf("unknown account: %s", got.Outcome)
	}
}

// A photo the API cannot give is taken from the link that came with it, if that leads to
// the platform, which on the loopback is the stand-in; no redirect is followed.
func TestFetchByLink(t *testing.T) {
	var asked atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/cgi-bin/", func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte(`{"errcode":40007,"errmsg":"invalid media_id","access_token":"t","expires_in":7200}`))
	})
	mux.HandleFunc("/cgi-bin/stable_token", func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte(`{"access_token":"t","expires_in":7200}`))
	})
	mux.HandleFunc("/pic/1", func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		w.Header().Set("Content-Type", "image/jpeg")
		w.Write([]byte("\xff\xd8\xff"))
	})
	mux.HandleFunc("/pic/page", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>")) })
	mux.HandleFunc("/pic/away", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/pic/1", http.StatusFound) })
	srv, other := httptest.NewServer(mux), httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	t.Cleanup(other.Close)
	c, err := NewClient(Options{BaseURL: srv.URL, Timeout: 10 * time.Second, Accounts: []Account{{Name: "xingfu", AppID: testApp, Secret: "s"}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	if got := c.Fetch(t.Context(), "xingfu", "m1", srv.URL+"/pic/1"); got.Outcome != task.Delivered || len(got.Media.Data) != 3 {
		t.Errorf("by the link: %s", got.Outcome)
	}
	for _, link := range []string{"", "::", other.URL + "/pic/1", srv.URL + "/pic/page", srv.URL + "/pic/away", srv.URL + "/pic/none",
		"http://169.254.169.254/latest/meta-data", "http://localhost/pic/1", "file:///etc/passwd", "//mmbiz.qpic.cn/x"} {
		asked.Store(0)
		if got := c.Fetch(t.Context(), "xingfu", "m1", link); got.Outcome != task.Bad || asked.Load() > 0 {
			t.Errorf("%q: %s, asked %d times", link, got.Outcome, asked.Load())
		}
	}
}

func TestOurs(t *testing.T) {
	c, err := NewClient(Options{Accounts: []Account{{Name: "a", AppID: testApp, Secret: "s"}}})
	if err != nil {
		t.Fatal(err)
	}
	for link, want := range map[string]bool{
		"http://mmbiz.qpic.cn/mmbiz_jpg/x/0": true, "https://mmbiz.qpic.cn/x": true,
		"https://mmbiz.qpic.cn.evil.example/x": false, "https://evil.example/mmbiz.qpic.cn": false, "https://u@mmbiz.qpic.cn/x": false,
		"https://mmbiz.qpic.cn:8443/x": false, "ftp://mmbiz.qpic.cn/x": false, "https://api.weixin.qq.com/x": false, "http://127.0.0.1/x": false,
	} {
		u, err := url.Parse(link)
		if err != nil || c.ours(u) != want {
			t.Errorf("%s: %v, want %v (%v)", link, !want, want, err)
		}
	}
}
