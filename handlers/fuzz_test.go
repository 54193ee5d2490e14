package handlers

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/gin-gonic/gin"

	"gridbot/bot"
	"gridbot/redistest"
	"gridbot/store"
)

// Whatever is posted, the answer is one of a few and nothing panics.
func FuzzPush(f *testing.F) {
	f.Add("timestamp=1&nonce=2&signature=3", []byte("<xml></xml>"))
	f.Add("encrypt_type=aes", []byte(`{"a":1}`))
	f.Add("%zz", []byte{0, 1, 2})
	r := redistest.ForTest(f, redistest.Options{Kind: redistest.Embedded})
	var h http.Handler
	f.Fuzz(func(t *testing.T, query string, body []byte) {
		if h == nil { // nothing forged gets as far as the world's store or spool
			h = newWorld(t, r, nil).server.Handler()
		}
		fuzzed(t, h, query, body)
	})
}

// fuzzed posts anything without a network between.
func fuzzed(t *testing.T, h http.Handler, query string, body []byte) {
	req := httptest.NewRequest(http.MethodPost, "/wechat/community", bytes.NewReader(body))
	req.URL.RawQuery = query
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	if !slices.Contains([]int{200, 403, 413}, rec.Code) {
		t.Errorf("status %d for query %q and body %q", rec.Code, query, body)
	}
}

func newWeb(t *testing.T, r *gin.Engine) string {
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	return s.URL
}

// say is a reply of always the same words.
func say(text string) func(context.Context, bot.Message, store.Turn) (bot.Answer, error) {
	return func(_ context.Context, _ bot.Message, t store.Turn) (bot.Answer, error) {
		return bot.Answer{Text: text, Ending: store.Ending{Profile: t.Profile}}, nil
	}
}
