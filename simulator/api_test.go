package simulator

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// FuzzAPI wants no body to break an API.
func FuzzAPI(f *testing.F) {
	f.Add("message/custom/send", []byte(`{"touser":"o-wang","msgtype":"text","text":{"content":"x"}}`))
	f.Add("message/template/send", []byte(`{"touser":"o-wang","template_id":"T1","data":{"thing4":{"value":"x"}}}`))
	f.Add("qrcode/create", []byte(`{"action_name":"QR_SCENE","expire_seconds":-1,"action_info":{"scene":{"scene_id":1}}}`))
	f.Add("menu/create", []byte(`{"button":[{"sub_button":[null]}]}`))
	f.Add("media/upload", []byte("--x\r\n"))
	p := New(Options{Accounts: []Account{{AppID: app, Secret: secret, Token: word, Templates: templates()}}})
	p.Follow(app, wang, "")
	token, _ := p.tokens.get(tokenSlot{p.first, stable}, time.Now(), false, 0)
	f.Fuzz(func(t *testing.T, api string, body []byte) {
		if strings.ContainsAny(api, "?#% ") || !httpPath(api) {
			return
		}
		req := httptest.NewRequest(http.MethodPost, "/cgi-bin/"+api+"?type=image&access_token="+token, strings.NewReader(string(body)))
		req.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		w := httptest.NewRecorder()
		p.Handler().ServeHTTP(w, req)
		if w.Code == http.StatusInternalServerError || contains(w.Body.String(), `"errcode":-1`) {
			t.Fatalf("%s %q: %d %s", api, body, w.Code, w.Body)
		}
	})
}

// httpPath is true for bytes that a path may hold.
func httpPath(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
