package simulator

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
)

// token fetches a stable token.
func (r *rig) token() string {
	r.Helper()
	out := r.post("stable_token", map[string]any{"grant_type": "client_credential", "appid": app, "secret": secret})
	token, _ := out["access_token"].(string)
	if token == "" {
		r.Fatalf("no token: %v", out)
	}
	return token
}

// post calls an API with JSON; a path with ? has its own query.
func (r *rig) post(path string, in any) map[string]any {
	r.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		r.Fatal(err)
	}
	return r.json(r.do(http.MethodPost, path, "application/json", body))
}

func (r *rig) get(path string) map[string]any {
	r.Helper()
	return r.json(r.do(http.MethodGet, path, "", nil))
}

// do calls an API and returns its status and answer.
func (r *rig) do(method, path, kind string, body []byte) (int, []byte) {
	r.Helper()
	req, err := http.NewRequestWithContext(r.Context(), method, r.api.URL+"/cgi-bin/"+path, bytes.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	res, err := r.api.Client().Do(req)
	if err != nil {
		r.Fatal(err)
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		r.Fatal(err)
	}
	return res.StatusCode, out
}

func (r *rig) json(status int, body []byte) map[string]any {
	r.Helper()
	if status != http.StatusOK {
		r.Fatalf("status %d: %s", status, body)
	}
	var out map[string]any
	if err := json.Unmarshal(body, &out); err != nil {
		r.Fatalf("%v: %s", err, body)
	}
	return out
}

// code is the errcode of an answer; 0 when it has none.
func code0(out map[string]any) int {
	n, _ := out["errcode"].(float64)
	return int(n)
}

func (r *rig) wantCode(out map[string]any, want int) {
	r.Helper()
	if got := code0(out); got != want {
		r.Errorf("errcode %d, want %d (%v)", got, want, out)
	}
}

// custom sends a customer-service text.
func (r *rig) custom(token, openid, text string) map[string]any {
	r.Helper()
	return r.post("message/custom/send?access_token="+token, map[string]any{
		"touser": openid, "msgtype": "text", "text": map[string]string{"content": text},
	})
}

// goodData fits template T1.
func goodData() map[string]string {
	return map[string]string{"character_string1": "12-1042", "phrase2": "已派单", "time3": "2026-03-02 09:00", "thing4": "路灯不亮"}
}

// template sends T1 with some values replaced; an empty value leaves the field out.
func (r *rig) template(token, openid, id, clientID string, change map[string]string) map[string]any {
	r.Helper()
	data := map[string]map[string]string{}
	for name, value := range goodData() {
		if v, ok := change[name]; ok {
			value = v
		}
		if value != "" {
			data[name] = map[string]string{"value": value}
		}
	}
	return r.post("message/template/send?access_token="+token, map[string]any{
		"touser": openid, "template_id": id, "url": "https://example.org/t/1", "client_msg_id": clientID, "data": data,
	})
}

// jsonNumber writes a whole number of JSON without an exponent.
func jsonNumber(v any) string {
	n, _ := v.(float64)
	return strconv.FormatInt(int64(n), 10)
}
