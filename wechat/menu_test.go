package wechat

import (
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
)

// platformOf answers each path with a body, and keeps what it was sent.
func platformOf(t *testing.T, answers map[string]string) (*Client, map[string]string) {
	t.Helper()
	sent := map[string]string{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		sent[r.URL.Path] = string(body)
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "token") {
			_, _ = w.Write([]byte(`{"access_token":"T","expires_in":7200}`))
			return
		}
		_, _ = w.Write([]byte(answers[r.URL.Path]))
	}))
	t.Cleanup(web.Close)
	c, err := NewClient(Options{Accounts: []Account{{Name: "a", AppID: "wx00000000000000ab", Secret: "s"}}, BaseURL: web.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, sent
}

func TestTheMenuIsReadAndMade(t *testing.T) {
	c, sent := platformOf(t, map[string]string{
		"/cgi-bin/menu/get": `{"menu":{"button":[{"type":"click","name":"查进度","key":"cmd:进度","sub_button":[]},
			{"name":"办事","sub_button":[{"type":"view","name":"指南","url":"https://a.example/?x=1&y=2","sub_button":[]}]}]}}`,
		"/cgi-bin/menu/create": `{"errcode":0,"errmsg":"ok"}`,
	})
	menu, err := c.Menu(t.Context(), "a")
	if err != nil || len(menu) != 2 || menu[0].Key != "cmd:进度" || menu[1].Buttons[0].URL != "https://a.example/?x=1&y=2" {
		t.Fatalf("%+v, %v", menu, err)
	}
	if err := c.SetMenu(t.Context(), "a", menu); err != nil {
		t.Fatal(err)
	}
	if got := sent["/cgi-bin/menu/create"]; !strings.Contains(got, "x=1&y=2") || !strings.Contains(got, "查进度") {
		t.Errorf("the platform shows escapes as they stand: %s", got)
	}
	if _, err := c.Menu(t.Context(), "b"); err == nil {
		t.Error("another account has a menu")
	}
}

func TestNoMenuIsNoFault(t *testing.T) {
	c, _ := platformOf(t, map[string]string{"/cgi-bin/menu/get": `{"errcode":46003,"errmsg":"menu no exist"}`})
	if menu, err := c.Menu(t.Context(), "a"); menu != nil || err != nil {
		t.Errorf("%v, %v", menu, err)
	}
	c, _ = platformOf(t, map[string]string{"/cgi-bin/menu/get": `{"errcode":48001,"errmsg":"api unauthorized"}`})
	if _, err := c.Menu(t.Context(), "a"); err == nil || errorCode(err) != 48001 {
		t.Errorf("%v", err)
	}
}

func TestWhatTheConsoleAnswersIsRead(t *testing.T) {
	c, _ := platformOf(t, map[string]string{
		"/cgi-bin/get_current_selfmenu_info": `{"is_menu_open":1,"selfmenu_info":{"button":[
			{"type":"text","name":"服务时间","value":"8:30到17:30"},
			{"name":"办事","sub_button":{"list":[{"type":"view","name":"指南","url":"https://a.example/"},{"type":"news","name":"要闻","value":"KQb"}]}}]}}`,
		"/cgi-bin/get_current_autoreply_info": `{"is_add_friend_reply_open":1,"add_friend_autoreply_info":{"type":"text","content":"欢迎"},
			"message_default_autoreply_info":{"type":"text","content":"稍后回复"},"keyword_autoreply_info":{"list":[
			{"rule_name":"时间","keyword_list_info":[{"type":"text","match_mode":"contain","content":"几点"},{"type":"text","match_mode":"equal","content":"时间"}],
			 "reply_list_info":[{"type":"img","content":"x"},{"type":"text","content":"8:30到17:30"}]},
			{"rule_name":"地图","keyword_list_info":[{"type":"text","match_mode":"equal","content":"地图"}],"reply_list_info":[{"type":"img","content":"x"}]}]}}`,
	})
	got, err := c.Console(t.Context(), "a")
	want := Console{Follow: "欢迎", Default: "稍后回复", Left: []string{"要闻", "地图"}, Taps: map[string]string{"服务时间": "8:30到17:30"},
		Menu: []Button{{Type: "click", Name: "服务时间", Key: "服务时间"}, {Name: "办事", Buttons: []Button{
			{Type: "view", Name: "指南", URL: "https://a.example/"}, {Type: "news", Name: "要闻"}}}},
		Rules: []Rule{{"时间", []Keyword{{"几点", false}, {"时间", true}}, "8:30到17:30"}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\n%+v\n%v", got, want, err)
	}
}

func TestWhatThePlatformRefusesOfAButton(t *testing.T) {
	click := Button{Type: "click", Name: "查进度", Key: "k"}
	for name, c := range map[string]struct {
		b    Button
		sub  bool
		good bool
	}{
		"click":            {click, false, true},
		"long name":        {Button{Type: "click", Name: "查一查进度吧", Key: "k"}, false, false},
		"longer below":     {Button{Type: "click", Name: "查一查进度吧", Key: "k"}, true, true},
		"no name":          {Button{Type: "click", Key: "k"}, false, false},
		"no key":           {Button{Type: "click", Name: "a"}, false, false},
		"scan":             {Button{Type: "scancode_push", Name: "a", Key: "k"}, false, true},
		"no type":          {Button{Type: "tap", Name: "a", Key: "k"}, false, false},
		"view":             {Button{Type: "view", Name: "a", URL: "https://a.example/"}, false, true},
		"no web":           {Button{Type: "view", Name: "a", URL: "javascript:x"}, false, false},
		"miniprogram":      {Button{Type: "miniprogram", Name: "a", URL: "https://a.example/", AppID: "wx1", Page: "p"}, false, true},
		"no page":          {Button{Type: "miniprogram", Name: "a", URL: "https://a.example/", AppID: "wx1"}, false, false},
		"five below":       {Button{Name: "a", Buttons: []Button{click, click, click, click, click}}, false, true},
		"six below":        {Button{Name: "a", Buttons: []Button{click, click, click, click, click, click}}, false, false},
		"three levels":     {Button{Name: "a", Buttons: []Button{click}}, true, false},
		"below and a deed": {Button{Name: "a", Key: "k", Buttons: []Button{click}}, false, false},
	} {
		if fault := c.b.Fault(c.sub); (fault == "") != c.good {
			t.Errorf("%s: %q", name, fault)
		}
	}
}
