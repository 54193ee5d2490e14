package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gridbot/redistest"
)

// oldAccount is an account with a console's menu and replies, and the menu it is given.
type oldAccount struct {
	base string
	made string // what menu/create was sent
}

func newOldAccount(t *testing.T) *oldAccount {
	t.Helper()
	a := &oldAccount{}
	answers := map[string]string{
		"/cgi-bin/token":        `{"access_token":"T","expires_in":7200}`,
		"/cgi-bin/stable_token": `{"access_token":"T","expires_in":7200}`,
		"/cgi-bin/menu/create":  `{"errcode":0,"errmsg":"ok"}`,
		"/cgi-bin/get_current_selfmenu_info": `{"is_menu_open":1,"selfmenu_info":{"button":[{"type":"text","name":"服务时间","value":"8:30到17:30"},
			{"name":"办事","sub_button":{"list":[{"type":"view","name":"指南","url":"https://a.example/"}]}}]}}`,
		"/cgi-bin/get_current_autoreply_info": `{"add_friend_autoreply_info":{"type":"text","content":"欢迎"},
			"message_default_autoreply_info":{"type":"text","content":"稍后"},"keyword_autoreply_info":{"list":[
			{"rule_name":"时间","keyword_list_info":[{"type":"text","match_mode":"contain","content":"几点"},{"type":"text","match_mode":"equal","content":"时间"}],
			 "reply_list_info":[{"type":"text","content":"8:30到17:30"}]}]}}`,
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		answer := answers[r.URL.Path]
		switch r.URL.Path {
		case "/cgi-bin/menu/create":
			a.made = string(body)
		case "/cgi-bin/menu/get":
			if answer = `{"errcode":46003,"errmsg":"menu no exist"}`; a.made != "" {
				answer = `{"menu":` + a.made + `}`
			}
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(web.Close)
	a.base = web.URL
	return a
}

// The way of docs/moving.md: what the console answers is printed, pasted, and pushed.
func TestAnAccountMovesWithItsMenu(t *testing.T) {
	a := newOldAccount(t)
	redisFor(t, redistest.Options{Kind: redistest.Embedded})
	t.Setenv("GRIDBOT_ACCOUNT_A_SECRET", "s")
	head := "wechat: {base_url: " + a.base + "}\naccounts:\n  - name: a\n    app_id: wx0123456789abcdef\n    street: \"12\"\n"
	code, out, errs := command("menu", "import", "-c", settings(t, head))
	if code != 0 || !strings.Contains(errs, "the reply to all messages") {
		t.Fatalf("%d\n%s\n%s", code, out, errs)
	}
	pasted := settings(t, head+out)
	c, err := loadConfig(pasted, true, nil, false)
	check(t, err)
	if r := c.Accounts[0].replies(); r.Follow != "欢迎" || len(r.Keywords) != 2 || r.Taps["服务时间"] != "8:30到17:30" || len(c.Accounts[0].Menu[1].Buttons) != 1 {
		t.Errorf("%s\n%+v", out, r)
	}
	steps := []struct {
		args, out, errs string
		code            int
	}{
		{"menu show", "", "", 0},
		{"menu check", "+ 办事 / 指南 view https://a.example/", "differs", 1},
		{"menu push", "+ 服务时间 click 服务时间", "nobody is here", 1},
		{"menu push --yes", "made", "", 0},
		{"menu check", "as configured", "", 0},
		{"menu push --yes", "nothing to do", "", 0},
		{"menu show --account a", "办事 / 指南", "", 0},
		{"menu show --account b", "", "--account NAME", 1},
	}
	for _, s := range steps {
		code, out, errs := command(append(strings.Fields(s.args), "-c", pasted)...)
		if code != s.code || !strings.Contains(out, s.out) || !strings.Contains(errs, s.errs) {
			t.Errorf("%s: %d\n%s\n%s", s.args, code, out, errs)
		}
	}
	if !strings.Contains(a.made, "https://a.example/") {
		t.Errorf("made %s", a.made)
	}
	if code, _, errs := command("menu", "push", "--yes", "-c", settings(t, head)); code != 1 || !strings.Contains(errs, "no menu") {
		t.Errorf("without a menu: %d %s", code, errs)
	}
}
