package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// wantJSON compares an answer with JSON in the official form.
func (r *rig) wantJSON(got []byte, want string) {
	r.Helper()
	var a, b any
	if json.Unmarshal(got, &a) != nil || json.Unmarshal([]byte(want), &b) != nil {
		r.Fatalf("not JSON: %s or %s", got, want)
	}
	one, _ := json.Marshal(a)
	two, _ := json.Marshal(b)
	if string(one) != string(two) {
		r.Errorf("answer\n%s\nwant\n%s", one, two)
	}
}

// TestRuleMenuLimits wants each refusal of a menu, top level and below.
func TestRuleMenuLimits(t *testing.T) {
	r := newRig(t)
	token := r.token()
	top := func(b string) string { return `{"button":[` + b + `]}` }
	sub := func(b string) string { return top(`{"name":"更多","sub_button":[` + b + `]}`) }
	click := `{"type":"click","name":"进度","key":"k"}`
	long := strings.Repeat("a", 2000)
	for _, c := range []struct {
		name, body string
		want       int
	}{
		{"right", top(click), 0},
		{"none", `{"button":[]}`, 40016},
		{"four", top(strings.Join([]string{click, click, click, click}, ",")), 40016},
		{"unknown type", top(`{"type":"dance","name":"进度","key":"k"}`), 40017},
		{"no type", top(`{"name":"进度","key":"k"}`), 40017},
		{"five characters", top(`{"type":"click","name":"我的工单呀","key":"k"}`), 0},
		{"six characters", top(`{"type":"click","name":"我的工单进度","key":"k"}`), 40018},
		{"no name", top(`{"type":"click","key":"k"}`), 40018},
		{"no key", top(`{"type":"click","name":"进度"}`), 40019},
		{"long key", top(`{"type":"click","name":"进度","key":"` + long + `"}`), 40019},
		{"no address", top(`{"type":"view","name":"进度"}`), 40020},
		{"long address", top(`{"type":"view","name":"进度","url":"https://e.org/` + long + `"}`), 40020},
		{"no web address", top(`{"type":"view","name":"进度","url":"javascript:x"}`), 40055},
		{"three levels", sub(`{"name":"更多","sub_button":[` + click + `]}`), 40022},
		{"six below", sub(strings.Join([]string{click, click, click, click, click, click}, ",")), 40023},
		{"below: unknown type", sub(`{"type":"dance","name":"进度","key":"k"}`), 40024},
		{"below: 20 characters", sub(`{"type":"click","name":"` + strings.Repeat("单", 20) + `","key":"k"}`), 0},
		{"below: 21 characters", sub(`{"type":"click","name":"` + strings.Repeat("单", 21) + `","key":"k"}`), 40025},
		{"below: no key", sub(`{"type":"click","name":"进度"}`), 40026},
		{"below: no address", sub(`{"type":"view","name":"进度"}`), 40027},
		{"below: no web address", sub(`{"type":"view","name":"进度","url":"e.org"}`), 40054},
		{"long name above", top(`{"name":"我的工单进度","sub_button":[` + click + `]}`), 40018},
		{"a medium without its id", top(`{"type":"media_id","name":"进度"}`), 40007},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.wantCode(r.json(r.do(http.MethodPost, "menu/create?access_token="+token, "application/json", []byte(c.body))), c.want)
		})
	}
}

// TestRuleMenuForms wants the menu in the two official forms.
func TestRuleMenuForms(t *testing.T) {
	r := newRig(t)
	token := r.token()
	ask := func(name string) []byte {
		_, body := r.do(http.MethodGet, name+"?access_token="+token, "", nil)
		return body
	}
	r.wantJSON(ask("get_current_selfmenu_info"), `{"is_menu_open":0,"selfmenu_info":{"button":[]}}`)
	made := `{"button":[{"type":"click","name":"进度","key":"k"},{"name":"更多","sub_button":[{"type":"view","name":"指南","url":"https://e.org/"}]}]}`
	r.wantCode(r.json(r.do(http.MethodPost, "menu/create?access_token="+token, "application/json", []byte(made))), 0)
	r.wantJSON(ask("menu/get"), `{"menu":{"button":[{"type":"click","name":"进度","key":"k","sub_button":[]},
		{"name":"更多","sub_button":[{"type":"view","name":"指南","url":"https://e.org/","sub_button":[]}]}]}}`)
	r.wantJSON(ask("get_current_selfmenu_info"), `{"is_menu_open":1,"selfmenu_info":{"button":[{"type":"click","name":"进度","key":"k"},
		{"name":"更多","sub_button":{"list":[{"type":"view","name":"指南","url":"https://e.org/"}]}}]}}`)
}

// TestRuleTemplateLists wants the two lists of templates in the official form.
func TestRuleTemplateLists(t *testing.T) {
	r := newRig(t, subscriptions)
	token := r.token()
	_, got := r.do(http.MethodGet, "template/get_all_private_template?access_token="+token, "", nil)
	r.wantJSON(got, `{"template_list":[{"template_id":"T1","title":"工单进度通知","primary_industry":"","deputy_industry":"",
		"content":"工单编号:{{character_string1.DATA}}\n当前状态:{{phrase2.DATA}}\nthing4:{{thing4.DATA}}\n更新时间:{{time3.DATA}}\n","example":""}]}`)
	_, got = r.do(http.MethodGet, "../wxaapi/newtmpl/gettemplate?access_token="+token, "", nil)
	r.wantJSON(got, `{"errcode":0,"errmsg":"ok","data":[
		{"priTmplId":"L1","title":"工单进度通知","content":"phrase2:{{phrase2.DATA}}\nthing1:{{thing1.DATA}}\n","example":"","type":3},
		{"priTmplId":"S1","title":"办理结果通知","content":"phrase2:{{phrase2.DATA}}\nthing1:{{thing1.DATA}}\n","example":"","type":2}]}`)
	_, got = r.do(http.MethodGet, "getcallbackip?access_token="+token, "", nil)
	r.wantJSON(got, `{"ip_list":["127.0.0.1"]}`)
	other := newRig(t, func(o *Options) { o.Accounts[0].Kind = KindSubscription })
	other.wantCode(other.get("template/get_all_private_template?access_token="+other.token()), 48001)
}

// TestRuleVideoIsAnAddress wants media/get to answer a video with JSON and an
// address from which it can be fetched.
func TestRuleVideoIsAnAddress(t *testing.T) {
	r := newRig(t)
	video := []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")
	id := r.p.media.put(video, r.clock.Now())
	address, _ := r.get("media/get?access_token=" + r.token() + "&media_id=" + id)["video_url"].(string)
	path, ok := strings.CutPrefix(address, r.api.URL)
	if !ok {
		t.Fatalf("address %q", address)
	}
	if res, got := r.fetch(path); res.StatusCode != http.StatusOK || string(got) != string(video) {
		t.Errorf("status %d, %d bytes", res.StatusCode, len(got))
	}
}

// TestRuleAutoReply wants the console's own replies in the official form.
func TestRuleAutoReply(t *testing.T) {
	r := newRig(t, func(o *Options) {
		o.Accounts[0].Replies = AutoReply{Welcome: "欢迎", Keywords: []KeywordReply{
			{Name: "电话", Words: []string{"电话", "热线"}, Text: "0576-8888"}, {Name: "一", Words: []string{"1"}, Exact: true, Text: "办事指南"},
		}}
	})
	ask := func(r *rig) []byte {
		_, body := r.do(http.MethodGet, "get_current_autoreply_info?access_token="+r.token(), "", nil)
		return body
	}
	r.wantJSON(ask(r), `{"is_add_friend_reply_open":1,"is_autoreply_open":1,"add_friend_autoreply_info":{"type":"text","content":"欢迎"},
		"keyword_autoreply_info":{"list":[
		{"rule_name":"电话","create_time":1772413200,"reply_mode":"reply_all","keyword_list_info":[{"type":"text","match_mode":"contain","content":"电话"},
		{"type":"text","match_mode":"contain","content":"热线"}],"reply_list_info":[{"type":"text","content":"0576-8888"}]},
		{"rule_name":"一","create_time":1772413200,"reply_mode":"reply_all","keyword_list_info":[{"type":"text","match_mode":"equal","content":"1"}],
		"reply_list_info":[{"type":"text","content":"办事指南"}]}]}}`)
	r = newRig(t)
	r.wantJSON(ask(r), `{"is_add_friend_reply_open":0,"is_autoreply_open":0}`)
	r = newRig(t, func(o *Options) { o.Accounts[0].Replies.Default = "请稍候" })
	r.wantJSON(ask(r), `{"is_add_friend_reply_open":0,"is_autoreply_open":1,"message_default_autoreply_info":{"type":"text","content":"请稍候"}}`)
}
