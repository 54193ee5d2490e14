package handlers

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"gridbot/media"
)

// A link gives its file with what keeps a browser from taking it for anything else, and
// everything else a page in words.
func TestMedia(t *testing.T) {
	var asked string
	files := map[string]struct {
		kind media.Kind
		data string
		err  error
	}{
		"photo": {kind: media.JPEG, data: "\xff\xd8\xff<script>"}, "voice": {kind: media.AMR, data: "#!AMR\n"},
		"old": {err: media.ErrExpired}, "forged": {err: media.ErrForged}, "gone": {err: media.ErrNone}, "fault": {err: errors.New("the disk")},
	}
	w := embedded(t, func(o *Options) {
		o.Media = func(_ context.Context, token string, preview bool) (media.Kind, []byte, error) {
			if asked = token; preview {
				asked += " small"
			}
			f := files[token]
			return f.kind, []byte(f.data), f.err
		}
	})
	for path, want := range map[string]struct {
		status                  int
		kind, disposition, says string
	}{
		"photo":     {200, "image/jpeg", `inline; filename="photo.jpg"`, "\xff\xd8\xff<script>"},
		"photo?s=1": {200, "image/jpeg", `inline; filename="photo.jpg"`, "\xff\xd8\xff<script>"},
		"voice":     {200, "audio/amr", `attachment; filename="voice.amr"`, "#!AMR\n"},
		"old":       {410, "text/html; charset=utf-8", "", "过了时间"},
		"forged":    {404, "text/html; charset=utf-8", "", "没有找到"},
		"gone":      {404, "text/html; charset=utf-8", "", "没有找到"},
		"fault":     {503, "text/html; charset=utf-8", "", "过一会儿"},
	} {
		res, err := http.Get(w.web.URL + "/m/" + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		h := res.Header
		if res.StatusCode != want.status || h.Get("Content-Type") != want.kind || h.Get("Content-Disposition") != want.disposition || !strings.Contains(string(body), want.says) {
			t.Errorf("%s: %d, %v, %q", path, res.StatusCode, h, body)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "private, no-store" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, h)
		}
		if token, preview, _ := strings.Cut(path, "?"); asked != token+map[bool]string{true: " small"}[preview != ""] {
			t.Errorf("%s: asked for %q", path, asked)
		}
	}
	if strings.Contains(w.log.String(), "forged") || !strings.Contains(w.log.String(), "the disk") {
		t.Errorf("log: %s", w.log)
	}
}

func TestMediaMetrics(t *testing.T) {
	w := embedded(t, nil)
	w.server.o.Metrics.Fetched("image", "kept", 500)
	w.server.o.Metrics.Fetched("image", "refused", 0)
	res, err := http.Get(w.web.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	for _, line := range []string{`gridbot_media_fetches_total{kind="image",outcome="kept"} 1`, `gridbot_media_fetches_total{kind="image",outcome="refused"} 1`, `gridbot_media_bytes_total{kind="image"} 500`} {
		if !strings.Contains(string(body), line) {
			t.Errorf("no %s", line)
		}
	}
}
