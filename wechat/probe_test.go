package wechat

import (
	"context"
	"errors"
	"reflect"
	"testing"
)

// told answers each API by its path, in the shapes of the platform's documents.
func told(_ int, r request) string {
	switch r.path {
	case "/cgi-bin/template/get_all_private_template":
		return `{"template_list":[{"template_id":"T1","title":"工单进度通知","primary_industry":"","deputy_industry":"",
			"content":"{{first.DATA}}编号:{{character_string1.DATA}}\n事项:{{thing2.DATA}}\n再说:{{thing2.DATA}}{{remark.DATA}}","example":""}]}`
	case "/wxaapi/newtmpl/gettemplate":
		return `{"errcode":0,"errmsg":"ok","data":[{"priTmplId":"S1","title":"进度","content":"状态:{{enum_string1.DATA}}\n","example":"","type":3,
			"keywordEnumValueList":[{"keywordCode":"enum_string1.DATA","enumValueList":["处理中","已办结"]}]},{"priTmplId":"S2","title":"一次","content":"","type":2}]}`
	case "/cgi-bin/openapi/quota/get":
		if r.body != `{"cgi_path":"/cgi-bin/message/custom/send"}` {
			return `{"errcode":76021,"errmsg":"cgi_path not found, please check"}`
		}
		return `{"errcode":0,"errmsg":"ok","quota":{"daily_limit":500000,"used":12,"remain":499988}}`
	case "/cgi-bin/get_current_selfmenu_info":
		return `{"is_menu_open":1,"selfmenu_info":{"button":[]}}`
	}
	return `{"errcode":48001,"errmsg":"api unauthorized"}`
}

func TestProbe(t *testing.T) {
	ctx := context.Background()
	c := newPlatform(t, told).client(t, nil)
	if err := c.CheckToken(ctx, "xingfu"); err != nil {
		t.Error(err)
	}
	templates, err := c.Templates(ctx, "xingfu")
	if want := []Approved{{ID: "T1", Title: "工单进度通知", Keywords: []string{"character_string1", "thing2"}}}; err != nil || !reflect.DeepEqual(templates, want) {
		t.Errorf("templates %+v, %v", templates, err)
	}
	subscriptions, err := c.Subscriptions(ctx, "xingfu")
	want := []Approved{{ID: "S1", Title: "进度", Keywords: []string{"enum_string1"}, LongTerm: true, Values: map[string][]string{"enum_string1": {"处理中", "已办结"}}},
		{ID: "S2", Title: "一次", Values: map[string][]string{}}}
	if err != nil || !reflect.DeepEqual(subscriptions, want) {
		t.Errorf("subscriptions %+v, %v", subscriptions, err)
	}
	q, err := c.CallQuota(ctx, "xingfu", "message/custom/send")
	if err != nil || q.Limit != 500000 || q.Used != 12 || q.Remain != 499988 || q.At.IsZero() {
		t.Errorf("quota %+v, %v", q, err)
	}
	if open, err := c.MenuOpen(ctx, "xingfu"); err != nil || !open {
		t.Errorf("menu %v, %v", open, err)
	}
	_, err = c.CallQuota(ctx, "xingfu", "nothing")
	wantCode(t, err, 76021)
}

func TestProbeFails(t *testing.T) {
	ctx := context.Background()
	for answer, code := range map[string]int{`{"errcode":48001,"errmsg":"api unauthorized"}`: 48001, `<html>`: CodeBadAnswer,
		`{"template_list":1,"data":1,"quota":1,"is_menu_open":"x"}`: CodeBadAnswer} {
		c := newPlatform(t, always(answer)).client(t, nil)
		_, err := c.Templates(ctx, "xingfu")
		wantCode(t, err, code)
		_, err = c.Subscriptions(ctx, "xingfu")
		wantCode(t, err, code)
		_, err = c.CallQuota(ctx, "xingfu", "x")
		wantCode(t, err, code)
		_, err = c.MenuOpen(ctx, "xingfu")
		wantCode(t, err, code)
	}
	p := newPlatform(t, told)
	p.refuse = `{"errcode":40125,"errmsg":"invalid appsecret"}`
	c := p.client(t, nil)
	wantCode(t, c.CheckToken(ctx, "xingfu"), 40125)
	if err := c.CheckToken(ctx, "nowhere"); !errors.Is(err, ErrNoAccount) {
		t.Errorf("unknown account: %v", err)
	}
	if _, err := c.Templates(ctx, "nowhere"); !errors.Is(err, ErrNoAccount) {
		t.Errorf("unknown account: %v", err)
	}
}
