package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/store"
)

// platformFor answers as the platform does: a token, and each API by its path.
func platformFor(t *testing.T, answers map[string]string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := answers[r.URL.Path]
		if answer == "" && r.URL.Path == "/cgi-bin/stable_token" {
			answer = `{"access_token":"secret-token","expires_in":7200}`
		}
		if answer == "" {
			answer = `{"errcode":48001,"errmsg":"api unauthorized"}`
		}
		if answers["date"] != "" {
			w.Header().Set("Date", answers["date"])
		}
		io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// allAllowed are the answers for an account to which everything was granted.
func allAllowed() map[string]string {
	const content = `编号:{{character_string1.DATA}}\n事项:{{thing2.DATA}}\n状态:{{phrase3.DATA}}\n时间:{{time4.DATA}}`
	return map[string]string{
		"/cgi-bin/template/get_all_private_template": `{"template_list":[{"template_id":"T1","title":"工单进度通知","content":"` + content + `"}]}`,
		"/wxaapi/newtmpl/gettemplate": `{"errcode":0,"errmsg":"ok","data":[{"priTmplId":"S1","title":"进度","content":"` + content + `","type":3},
			{"priTmplId":"S2","title":"一次","content":"` + content + `","type":2}]}`,
		"/cgi-bin/openapi/quota/get":         `{"errcode":0,"errmsg":"ok","quota":{"daily_limit":100,"used":10,"remain":90}}`,
		"/cgi-bin/qrcode/create":             `{"ticket":"t","expire_seconds":60,"url":"http://weixin.qq.com/q/x"}`,
		"/cgi-bin/get_current_selfmenu_info": `{"is_menu_open":1}`,
	}
}

// patientWith is the doctor of a service whose one account has these templates.
func patientWith(t *testing.T, r *redistest.Server, base, templates, subscriptions string) *doctor {
	t.Helper()
	text := fmt.Sprintf(`
redis: {addrs: ["%s"]}
spool: {path: %s}
wechat: {base_url: %s}
accounts:
  - {name: a, app_id: wx0123456789abcdef, street: "12", mode: plain, abilities: {template: true, qrcode: true, subscription: true},
     templates: {resident: {id: %s, fields: {number: character_string1, matter: thing2, status: phrase3, time: time4}}},
     subscriptions: {resident: {id: %s, fields: {number: character_string1, matter: thing2, status: phrase3, time: time4}}}}
`, r.Addr(), filepath.Join(t.TempDir(), "spool.db"), base, templates, subscriptions)
	c, err := parseConfig("config.yaml", []byte(text), []string{"GRIDBOT_ACCOUNT_A_SECRET=top-secret", "GRIDBOT_ACCOUNT_A_TOKEN=t"}, true)
	check(t, err)
	return &doctor{config: c, now: time.Now, disk: func(string) (disk, error) { return disk{kind: "ext4", free: 1 << 40}, nil }}
}

// told are the doctor's findings of one state, a line each.
func (d *doctor) told(s state) string {
	var out strings.Builder
	for _, f := range d.found {
		if f.State == s {
			fmt.Fprintf(&out, "%s: %s\n", f.Part, f.Text)
		}
	}
	return out.String()
}

// wants fails unless each text stands in the findings of a state, and no secret in any.
func (d *doctor) wants(t *testing.T, s state, texts ...string) {
	t.Helper()
	all := d.told(s)
	for _, want := range texts {
		if !strings.Contains(all, want) {
			t.Errorf("%s does not say %q:\n%s", s, want, all)
		}
	}
	for _, secret := range []string{"top-secret", "secret-token"} {
		if strings.Contains(fmt.Sprint(d.found), secret) {
			t.Errorf("a secret was told: %v", d.found)
		}
	}
}

// On a service where all is well nothing is to be changed.
func TestDoctorOfTheHealthy(t *testing.T) {
	r := redistest.ForTest(t, redistest.Options{Kind: redistest.Real})
	s := storeAt(t, r)
	t.Setenv("GRIDBOT_REDIS_ADDRS", r.Addr())
	if code, _, errs := command("import", "-c", settings(t, ""), "--areas", "sample/areas.csv", "--staff", "sample/staff.csv", "--codes", filepath.Join(t.TempDir(), "c")); code != 0 {
		t.Fatal(errs)
	}
	d := patientWith(t, r, platformFor(t, allAllowed()), "T1", "S1")
	d.config.Accounts[0].Street = streetOf(t, s)
	d.examine(t.Context())
	d.wants(t, stateGood, "redis: version 7", "every write is on disk", "its clock and this machine's agree", "spool: ", "gives a token",
		"90 of 100 calls of message/subscribe/bizsend", "templates.resident is approved", "subscriptions.resident is approved", "codes with a scene", "areas, ")
	if changes := d.told(stateChange); changes != "" {
		t.Errorf("to change:\n%s", changes)
	}
	if err := d.report(io.Discard, false); err != nil {
		t.Error(err)
	}
}

// streetOf is a street of the import.
func streetOf(t *testing.T, s *store.Store) string {
	t.Helper()
	was, err := loadImported(t.Context(), s)
	check(t, err)
	return was.old.Streets()[0]
}

// A Redis that loses data, a clock that is wrong, a disk that does not last, an
// account that may do nothing of what is declared.
func TestDoctorOfTheSick(t *testing.T) {
	r := redistest.ForTest(t, redistest.Options{Kind: redistest.Real, AppendFsync: "everysec",
		Args: []string{"--maxmemory-policy", "allkeys-lru", "--hash-max-listpack-value", "64"}})
	d := patientWith(t, r, platformFor(t, nil), "T1", "S1")
	d.disk = func(string) (disk, error) { return disk{kind: "tmpfs", free: 5 << 20}, nil }
	d.now = func() time.Time { return time.Now().Add(time.Hour) }
	d.examine(t.Context())
	d.wants(t, stateChange, "set appendfsync always", "set noeviction", "its clock is 1h0m0s behind this machine's", "lies on tmpfs", "5 MiB are free",
		"run `gridbot import`", "abilities.template is true and the platform refuses", "abilities.subscription is true and the platform refuses",
		"abilities.qrcode is true and the platform makes no code")
	d.wants(t, stateNote, "hash-max-listpack-value is 64", "what is left of today's message/custom/send is not told", "no gateway of short messages")
	if err := d.report(io.Discard, false); err == nil || !strings.Contains(err.Error(), "to change") {
		t.Errorf("report: %v", err)
	}
}

// examined looks at the account only.
func examined(t *testing.T, answers map[string]string, template, subscription string, change func(*doctor)) *doctor {
	t.Helper()
	r := redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded})
	d := patientWith(t, r, platformFor(t, answers), template, subscription)
	if change != nil {
		change(d)
	}
	d.examineAccounts(t.Context())
	return d
}

func TestDoctorOfTemplates(t *testing.T) {
	d := examined(t, allAllowed(), "T9", "S2", nil)
	d.wants(t, stateChange, "templates.resident: the platform has no template T9; it has T1 工单进度通知", "subscriptions.resident: it costs a consent for each notice")
	d = examined(t, allAllowed(), "T1", "S1", func(d *doctor) {
		d.config.Accounts[0].Templates["resident"].Fields["matter"] = "thing5"
	})
	d.wants(t, stateChange, "the template has no thing5; it has character_string1, thing2, phrase3, time4", "thing2 of the template gets no value")
	d = examined(t, allAllowed(), "T1", "S1", func(d *doctor) { d.config.Accounts[0].Abilities = AbilityConfig{} })
	d.wants(t, stateNote, "the platform has 1 approved templates for templates, and abilities.template is false", "abilities.subscription is false")
	if changes := d.told(stateChange); changes != "" {
		t.Errorf("to change:\n%s", changes)
	}
	enum := allAllowed()
	enum["/wxaapi/newtmpl/gettemplate"] = `{"errcode":0,"data":[{"priTmplId":"S1","type":3,"content":"{{enum_string1.DATA}}","keywordEnumValueList":[{"keywordCode":"enum_string1.DATA","enumValueList":["处理中"]}]}]}`
	d = examined(t, enum, "T1", "S1", func(d *doctor) {
		d.config.Accounts[0].Subscriptions["resident"] = TemplateConfig{ID: "S1", Fields: map[string]string{"status": "enum_string1"},
			Const: map[string][]string{"enum_string1": {"处理中", "已飞走"}}}
	})
	d.wants(t, stateChange, `subscriptions.resident: "已飞走" is no approved value of enum_string1`)
}

func TestDoctorOfTokens(t *testing.T) {
	for answer, want := range map[string]string{
		`{"errcode":40013,"errmsg":"invalid appid"}`:                               "app_id is wrong",
		`{"errcode":40125,"errmsg":"invalid appsecret"}`:                           "set GRIDBOT_ACCOUNT_A_SECRET",
		`{"errcode":40164,"errmsg":"invalid ip 1.2.3.4, not in whitelist rid: 1"}`: "invalid ip 1.2.3.4",
		`{"errcode":40243,"errmsg":"AppSecret has been frozen"}`:                   "unfreeze it",
		`{"errcode":-1,"errmsg":"busy top-secret"}`:                                "code -1: busy",
	} {
		d := examined(t, map[string]string{"/cgi-bin/stable_token": answer}, "T1", "S1", nil)
		d.wants(t, stateChange, "account a: the platform gives no token: ", want)
	}
	d := examined(t, nil, "T1", "S1", func(d *doctor) { d.config.WeChat.BaseURL = "http://127.0.0.1:1" })
	d.wants(t, stateChange, "no answer: look at wechat.base_url")
}

func TestDoctorOfQuotasAndClocks(t *testing.T) {
	answers := allAllowed()
	answers["/cgi-bin/openapi/quota/get"] = `{"errcode":0,"quota":{"daily_limit":100,"used":95,"remain":5}}`
	answers["/cgi-bin/get_current_selfmenu_info"] = `{"is_menu_open":0}`
	answers["date"] = time.Now().Add(-10 * time.Second).UTC().Format(http.TimeFormat)
	d := examined(t, answers, "T1", "S1", nil)
	d.wants(t, stateNote, "5 of 100 calls of message/template/send are left until midnight", "the account shows no menu", "platform: its clock is ")
}

func TestDoctorOfTheSpool(t *testing.T) {
	look := func(path string, at disk, err error) *doctor {
		d := &doctor{disk: func(string) (disk, error) { return at, err }}
		d.config.Spool = SpoolConfig{Path: path, MaxBytes: 1 << 20}
		d.examineSpool()
		return d
	}
	dir := t.TempDir()
	look(filepath.Join(dir, "no", "such", "spool.db"), disk{free: 1 << 30}, nil).wants(t, stateNote, "does not exist yet")
	look(filepath.Join(dir, "spool.db"), disk{kind: "overlay", free: 1 << 30}, nil).wants(t, stateChange, "does not outlive a restart")
	look(filepath.Join(dir, "spool.db"), disk{}, errors.New("unknown")).wants(t, stateNote, "cannot be looked at")
	look(filepath.Join(write(t, "file", ""), "spool.db"), disk{}, nil).wants(t, stateChange, "nothing can be written in")
	if found, _ := filepath.Glob(filepath.Join(dir, "*")); len(found) != 0 {
		t.Errorf("left behind: %v", found)
	}
	if at, err := diskAt(dir); err != nil || at.free <= 0 {
		t.Errorf("this machine's disk: %+v, %v", at, err)
	}
}

// The command tells the configuration's mistakes with the rest, and says by its
// exit code that something must be changed.
func TestDoctorCommand(t *testing.T) {
	redisFor(t, redistest.Options{Kind: redistest.Real})
	config := settings(t, "spool: {path: "+filepath.Join(t.TempDir(), "s.db")+"}\naccounts: [{name: a, app_id: wx0123456789abcdef, street: \"12\"}]\n")
	code, out, errs := command("doctor", "-c", config)
	if code != 1 || !strings.Contains(out, "the AppSecret is missing") || !strings.Contains(out, "good    redis") || !strings.Contains(errs, "to change") {
		t.Errorf("%d\n%s%s", code, out, errs)
	}
	code, out, _ = command("doctor", "--json", "-c", config)
	var told struct {
		Change   int
		Findings []finding
	}
	if err := json.Unmarshal([]byte(out), &told); err != nil || code != 1 || told.Change == 0 || len(told.Findings) < 5 {
		t.Errorf("%d %v\n%s", code, err, out)
	}
	if code, _, errs := command("doctor", "-c", settings(t, "sever: {}")); code != 1 || !strings.Contains(errs, "no such key") {
		t.Errorf("%d %s", code, errs)
	}
}

// Without a Redis the rest is looked at all the same.
func TestDoctorWithoutRedis(t *testing.T) {
	r := redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded})
	d := patientWith(t, r, platformFor(t, allAllowed()), "T1", "S1")
	d.config.Redis.Addrs = []string{"127.0.0.1:1"}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	d.examine(ctx)
	d.wants(t, stateChange, "redis: 127.0.0.1:1 does not answer")
	d.wants(t, stateGood, "the platform gives a token", "spool")
}
