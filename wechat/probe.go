package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"time"
)

// What an account may do and has is asked here, for `gridbot doctor`. Nothing in
// this file sends anything to anybody. Errors the platform gives are *APIError.

// Approved is a template the platform has approved for an account.
type Approved struct {
	ID, Title string
	// Keywords are all of its fields, such as thing2. Each must get a value.
	Keywords []string
	// LongTerm tells a subscription that one consent opens for good; others
	// cost a consent for each notice.
	LongTerm bool
	// Values are the values that an enum takes, by keyword, where the
	// platform tells them.
	Values map[string][]string
}

// Quota is how often an API may be called.
type Quota struct {
	Limit, Used, Remain int64 // of this day, in Asia/Shanghai
	// At is the platform's clock in whole seconds, zero when it did not tell.
	At time.Time
}

// CheckToken obtains a token: AppID, secret and the list of allowed addresses are
// right when it does.
func (c *Client) CheckToken(ctx context.Context, account string) error {
	a, err := c.account(account)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	_, failed := c.tokens.token(ctx, a)
	return (&call{client: c, account: a, failed: failed, last: &exchange{}}).err()
}

// Templates lists the account's 模板消息. Whether it is declared able to send them
// is not asked.
func (c *Client) Templates(ctx context.Context, account string) ([]Approved, error) {
	var answer struct {
		List []struct {
			ID      string `json:"template_id"`
			Title   string `json:"title"`
			Content string `json:"content"`
		} `json:"template_list"`
	}
	if _, err := c.ask(ctx, account, "/cgi-bin/template/get_all_private_template", nil, &answer); err != nil {
		return nil, err
	}
	out := make([]Approved, len(answer.List))
	for i, t := range answer.List {
		out[i] = Approved{ID: t.ID, Title: Clean(t.Title), Keywords: keywords(t.Content)}
	}
	return out, nil
}

// longTerm is the platform's type of a subscription that holds for good; 2 is one
// notice for each consent.
const longTerm = 3

// Subscriptions lists the templates of the account's 订阅通知.
func (c *Client) Subscriptions(ctx context.Context, account string) ([]Approved, error) {
	var answer struct {
		List []struct {
			ID      string `json:"priTmplId"`
			Title   string `json:"title"`
			Content string `json:"content"`
			Type    int    `json:"type"`
			Enums   []struct {
				Keyword string   `json:"keywordCode"`
				Values  []string `json:"enumValueList"`
			} `json:"keywordEnumValueList"`
		} `json:"data"`
	}
	if _, err := c.ask(ctx, account, "/wxaapi/newtmpl/gettemplate", nil, &answer); err != nil {
		return nil, err
	}
	out := make([]Approved, len(answer.List))
	for i, t := range answer.List {
		out[i] = Approved{ID: t.ID, Title: Clean(t.Title), Keywords: keywords(t.Content), LongTerm: t.Type == longTerm, Values: map[string][]string{}}
		for _, e := range t.Enums {
			if k := keywords("{{" + e.Keyword + "}}"); k != nil {
				out[i].Values[k[0]] = e.Values
			}
		}
	}
	return out, nil
}

// CallQuota asks how often an API may still be called today; api is its name, such
// as "message/custom/send". Asking costs nothing of it.
func (c *Client) CallQuota(ctx context.Context, account, api string) (Quota, error) {
	var answer struct {
		Quota struct {
			Limit  int64 `json:"daily_limit"`
			Used   int64 `json:"used"`
			Remain int64 `json:"remain"`
		} `json:"quota"`
	}
	k, err := c.ask(ctx, account, "/cgi-bin/openapi/quota/get", map[string]string{"cgi_path": "/cgi-bin/" + api}, &answer)
	if err != nil {
		return Quota{}, err
	}
	q := answer.Quota
	at, err := http.ParseTime(k.last.date)
	if err != nil {
		at = time.Time{}
	}
	return Quota{Limit: q.Limit, Used: q.Used, Remain: q.Remain, At: at}, nil
}

// MenuOpen tells whether the account shows a menu under its conversations.
func (c *Client) MenuOpen(ctx context.Context, account string) (bool, error) {
	var answer struct {
		Open int `json:"is_menu_open"`
	}
	_, err := c.ask(ctx, account, "/cgi-bin/get_current_selfmenu_info", nil, &answer)
	return answer.Open == 1, err
}

// keywordMark finds a field in a template's content: {{thing2.DATA}}.
var keywordMark = regexp.MustCompile(`\{\{\s*([A-Za-z_]+[0-9]*)(?:\.DATA)?\s*\}\}`)

// keywords are the fields of a template's content, each once. The first and last
// line of a template from before 2023 are none: the platform leaves them out.
func keywords(content string) []string {
	var out []string
	for _, m := range keywordMark.FindAllStringSubmatch(content, -1) {
		if !slices.Contains(out, m[1]) && m[1] != "first" && m[1] != "remark" {
			out = append(out, m[1])
		}
	}
	return out
}

// ask calls an API that tells something and reads its answer into to. A body
// makes it a POST.
func (c *Client) ask(ctx context.Context, account, path string, body, to any) (*call, error) {
	a, err := c.account(account)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := question(ctx, path, body)
	if err != nil {
		return nil, fmt.Errorf("wechat: %s: %w", apiName(path), err)
	}
	k := &call{ctx: ctx, client: c, account: a}
	if res, err := k.do(req); err == nil {
		res.Body.Close()
	}
	if err := k.err(); err != nil {
		return nil, err
	}
	if json.Unmarshal(k.last.body, to) != nil {
		return nil, &APIError{API: k.last.api, Code: CodeBadAnswer, Detail: "an answer of another form"}
	}
	return k, nil
}

// question is a GET, or a POST of the body's JSON.
func question(ctx context.Context, path string, body any) (*http.Request, error) {
	method, data := http.MethodGet, io.Reader(nil)
	if body != nil {
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false) // the platform shows \u0026 as it stands
		if err := e.Encode(body); err != nil {
			return nil, err
		}
		method, data = http.MethodPost, bytes.NewReader(bytes.TrimSpace(b.Bytes())) // without the encoder's line break
	}
	req, err := http.NewRequestWithContext(ctx, method, DefaultBaseURL+path, data)
	if err == nil && body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, err
}
