package handlers

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gridbot/bot"
	"gridbot/partner"
	"gridbot/redistest"
	"gridbot/task"
)

func TestOneNumberIsOneTask(t *testing.T) {
	for name, o := range map[string]redistest.Options{"embedded": {Kind: redistest.Embedded}, "redis": {Kind: redistest.Real, AppendFsync: "no"}} {
		t.Run(name, func(t *testing.T) {
			d := newDoor(t, redistest.ForTest(t, o), nil)
			body := d.lampAt("a-1")
			var mu sync.Mutex
			var all sync.WaitGroup
			answers := map[int]int{}
			tasks := map[string]bool{}
			for range 20 {
				all.Go(func() {
					r := d.signedCall("POST", "", body)
					w := record(d, r)
					mu.Lock()
					defer mu.Unlock()
					answers[w.status]++
					tasks[w.Task] = true
				})
			}
			all.Wait()
			if answers[http.StatusCreated] != 1 || answers[http.StatusOK] != 19 || len(tasks) != 1 {
				t.Errorf("%v, tasks %v", answers, tasks)
			}
			if got := d.call("POST", "", d.lampAt("a-2")); got.status != http.StatusCreated || tasks[got.Task] {
				t.Errorf("another number: %d %s", got.status, got.Task)
			}
		})
	}
}

// record sends a call without the document, which is not for many at once.
func record(d *door, r *http.Request) heard {
	w := &recorder{header: http.Header{}}
	d.server.Handler().ServeHTTP(w, r)
	got := heard{status: w.status}
	if err := json.Unmarshal(w.body.Bytes(), &got.matterOut); err != nil {
		d.t.Error(err)
	}
	return got
}

type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }

func TestTheSameNumberWithOtherWordsIsRefused(t *testing.T) {
	d := onEmbedded(t, nil)
	first := d.call("POST", "", d.lampAt("a-1"))
	if got := d.call("POST", "", d.saying("a-1", "电梯坏了")); got.status != http.StatusConflict || got.Code != "different" || got.Detail == "" {
		t.Errorf("%+v", got)
	}
	if got := d.call("POST", "", d.lampAt("a-1")); got.status != http.StatusOK || got.Task != first.Task {
		t.Errorf("%+v", got)
	}
}

func TestAMatterIsUnderstoodLikeAReport(t *testing.T) {
	d := onEmbedded(t, nil)
	cases := []struct {
		name, extra, text string
		category          string
		status            task.Status
		urgency           task.Urgency
	}{
		{"clear", ``, "幸福里小区3幢楼下路灯不亮了", "streetlight", task.Dispatched, task.Normal},
		{"place by address", `,"address":"幸福里小区5幢"`, "楼下路灯不亮了", "streetlight", task.Dispatched, task.Normal},
		{"no place", ``, "路灯不亮了", "streetlight", task.Pending, task.Normal},
		{"unclear", ``, "幸福里小区3幢那个事情", task.Unclassified, task.Pending, task.Normal},
		{"their category", `,"category":"streetlight"`, "幸福里小区3幢那个事情", "streetlight", task.Dispatched, task.Normal},
		{"danger", ``, "幸福里小区3幢着火了，快来人", "", "", task.Critical},
		{"raised", `,"urgency":"urgent"`, "幸福里小区7幢楼下路灯不亮了", "streetlight", task.Dispatched, task.Urgent},
		{"never lowered", `,"urgency":"normal"`, "幸福里小区6幢着火了，快来人", "", "", task.Critical},
	}
	for i, c := range cases {
		body := strings.TrimSuffix(d.saying("n-"+string(rune('a'+i)), c.text), "}") + c.extra + "}"
		got := d.call("POST", "", body)
		switch {
		case got.status != http.StatusCreated:
			t.Errorf("%s: %d %+v", c.name, got.status, got.Code)
		case c.category != "" && got.Category != c.category, c.status != "" && got.matterOut.Status != c.status, got.Urgency != c.urgency:
			t.Errorf("%s: %+v", c.name, got.matterOut)
		}
	}
}

func TestWhatASystemSendsIsKept(t *testing.T) {
	d := onEmbedded(t, nil)
	deadline := d.now().Add(90 * time.Minute).Truncate(time.Second)
	body := strings.TrimSuffix(d.lampAt("a-1"), "}") + `,"contact":{"name":"王女士","phone":"13800138000"},"hide_contact":true,"lat":30.27,"lng":120.15,"deadline":"` +
		deadline.UTC().Format(time.RFC3339) + `"}`
	got := d.call("POST", "", body)
	if got.status != http.StatusCreated || !got.Deadline.Equal(deadline) {
		t.Fatalf("%+v", got)
	}
	kept := must(d.store.Get(t.Context(), must(task.ParseID(got.Task))))
	if kept.Sent.Contact != "王女士 13800138000" || !kept.Hidden || kept.Reporter != task.Matter(hotline, "a-1") {
		t.Errorf("%+v", kept)
	}
	if l := d.desk.LetterFor(&kept, kept.Handler); l.Caller != "" || l.Theirs != "a-1" {
		t.Errorf("the handler reads %q of %q, though it is hidden", l.Caller, l.Theirs)
	}
	if l := d.desk.LetterFor(&kept, "s01"); l.Caller == "" {
		t.Error("the desk does not read the contact")
	}
	check(t, d.store.Redact(t.Context(), kept.ID, func(s string) string { return strings.ReplaceAll(s, "13800138000", "*") }))
	if after := must(d.store.Get(t.Context(), kept.ID)); after.Sent.Contact != "" || after.Sent.Digest != "" {
		t.Errorf("after masking: %+v", after.Sent)
	}
	if got := d.call("POST", "", body); got.status != http.StatusGone || got.Code != "archived" {
		t.Errorf("after masking: %+v", got)
	}
}

func TestASystemMovesItsOwnMatters(t *testing.T) {
	d := onEmbedded(t, nil)
	made := d.call("POST", "", d.lampAt("a-1"))
	before := must(d.store.Get(t.Context(), must(task.ParseID(made.Task)))).Version
	for range 2 {
		if got := d.call("POST", "/a-1/supplements", `{"id":"s1","text":"灯杆也歪了"}`); got.status != http.StatusOK {
			t.Fatalf("%+v", got)
		}
	}
	if after := must(d.store.Get(t.Context(), must(task.ParseID(made.Task)))).Version; after != before+1 {
		t.Errorf("a supplement sent twice made %d changes", after-before)
	}
	if got := d.call("POST", "/a-1/urges", `{"id":"u1"}`); got.Code != "urge_early" {
		t.Errorf("%+v", got)
	}
	d.clock.Add(int64(30 * 24 * time.Hour))
	if got := d.call("POST", "/a-1/urges", `{"id":"u1"}`); got.status != http.StatusOK {
		t.Errorf("%+v", got)
	}
	if got := d.call("POST", "/a-1/urges", `{"id":"u2"}`); got.Code != "urged" {
		t.Errorf("%+v", got)
	}
	for range 2 {
		if got := d.call("POST", "/a-1/withdrawal", `{"id":"w1","text":"居民自己解决了"}`); got.matterOut.Status != task.Withdrawn {
			t.Errorf("%+v", got)
		}
	}
	if got := d.call("POST", "/a-1/supplements", `{"id":"s2","text":"又坏了"}`); got.Code != "status" {
		t.Errorf("%+v", got)
	}
	fire := d.call("POST", "", d.saying("a-2", "幸福里小区6幢着火了，快来人"))
	if got := d.call("POST", "/a-2/withdrawal", `{"id":"w1"}`); got.Code != "safety" {
		t.Errorf("%+v, after %+v", got, fire)
	}
}

func TestASystemSeesItsOwnMattersOnly(t *testing.T) {
	d := onEmbedded(t, nil)
	d.call("POST", "", d.lampAt("a-1"))
	as := func(method, path, body string) heard {
		return d.do(d.signedBy("other", otherSecret, method, path, body, d.now()))
	}
	for _, got := range []heard{as("GET", "/a-1", ""), as("POST", "/a-1/supplements", `{"id":"s","text":"x"}`), as("POST", "/a-1/withdrawal", `{"id":"s"}`),
		d.call("GET", "/a-9", ""), d.call("GET", "/..", "")} {
		if got.status != http.StatusNotFound || got.Code != "not_found" {
			t.Errorf("%+v", got)
		}
	}
	if got := as("POST", "", d.lampAt("a-1")); got.status != http.StatusCreated {
		t.Errorf("the same number of another system: %+v", got)
	}
}

func TestHistoryHoldsWhatAResidentWouldKnow(t *testing.T) {
	d := onEmbedded(t, nil)
	made := d.call("POST", "", d.lampAt("a-1"))
	d.moves(made.Task, d.handler(made.Task), task.Sign, task.Contact, task.Finish)
	got := d.call("GET", "/a-1", "")
	var events []string
	for _, e := range got.History {
		events = append(events, string(e.Event)+" "+string(e.Status))
	}
	want := []string{"open pending", "accept accepted", "dispatch dispatched", "sign signed", "contact processing", "finish feedback"}
	if !slices.Equal(events, want) || got.Result == "" {
		t.Errorf("%q %q", events, got.Result)
	}
}

func TestOnlySignedCallsAreTaken(t *testing.T) {
	d := onEmbedded(t, func(o *Options) {
		o.Systems[0].Secrets.Previous = "the-secret-before-it-was-changed"
		o.Systems[1].Allow = []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}
	})
	body := d.lampAt("a-1")
	swapped := d.signedCall("POST", "", body)
	swapped.Body = http.NoBody
	swapped.ContentLength = 0
	unsigned := d.signedCall("POST", "", body)
	unsigned.Header.Del(partner.HeaderSignature)
	for name, c := range map[string]struct {
		r    *http.Request
		code string
	}{
		"another secret":  {d.signedBy(hotline, otherSecret, "POST", "", body, d.now()), "forged"},
		"unknown system":  {d.signedBy("nobody", hotlineSecret, "POST", "", body, d.now()), "forged"},
		"another body":    {swapped, "forged"},
		"no signature":    {unsigned, "forged"},
		"too old":         {d.signedBy(hotline, hotlineSecret, "POST", "", body, d.now().Add(-6*time.Minute)), "clock"},
		"too young":       {d.signedBy(hotline, hotlineSecret, "POST", "", body, d.now().Add(6*time.Minute)), "clock"},
		"from elsewhere":  {d.signedBy("other", otherSecret, "POST", "", body, d.now()), "address"},
		"previous secret": {d.signedBy(hotline, "the-secret-before-it-was-changed", "POST", "", body, d.now()), ""},
		"late but good":   {d.signedBy(hotline, hotlineSecret, "POST", "", body, d.now().Add(-4*time.Minute)), ""},
	} {
		if got := d.do(c.r); got.Code != c.code {
			t.Errorf("%s: %+v", name, got)
		}
	}
	inside := d.signedBy("other", otherSecret, "POST", "", body, d.now())
	inside.RemoteAddr = "10.1.2.3:4711"
	if got := d.do(inside); got.status != http.StatusCreated {
		t.Errorf("from inside: %+v", got)
	}
	if strings.Contains(d.log.String(), hotlineSecret) || strings.Contains(d.log.String(), "路灯") {
		t.Error("the log holds a secret or a person's words")
	}
}

func TestTooManyCallsWait(t *testing.T) {
	d := onEmbedded(t, func(o *Options) { o.Systems[0].PerMinute = 3 })
	for i := range 4 {
		got := d.call("GET", "/a-1", "")
		if want := map[bool]string{true: "not_found", false: "too_fast"}[i < 3]; got.Code != want {
			t.Errorf("call %d: %+v", i, got)
		}
	}
	d.clock.Add(int64(time.Minute))
	if got := d.call("GET", "/a-1", ""); got.Code != "not_found" {
		t.Errorf("a minute later: %+v", got)
	}
}

func TestWhatIsWrongIsNamed(t *testing.T) {
	d := onEmbedded(t, nil)
	in := func(s string) string {
		return strings.TrimSuffix(d.lampAt("a-1"), "}") + "," + s + "}"
	}
	for body, want := range map[string]string{
		``: "not_json", `[]`: "not_json", `null`: "not_json", `{`: "not_json", `{} {}`: "not_json", "{\"text\":\"\xff\"}": "not_json",
		in(`"grid":"1"`): "not_json", in(`"lat":"30"`): "not_json", in(`"reported_at":"gestern"`): "not_json",
		`{}`:                    "invalid number text reported_at",
		in(`"category":"nope"`): "invalid category", in(`"lat":30.1`): "invalid lat", in(`"lat":91,"lng":0`): "invalid lat",
		in(`"urgency":"info"`): "invalid urgency", in(`"contact":{}`): "invalid contact", in(`"deadline":"2001-01-01T00:00:00Z"`): "invalid deadline",
		in(`"reported_at":"2999-01-01T00:00:00Z"`): "invalid reported_at",
		d.saying("a 1", "路灯不亮"):                    "invalid number", d.saying("a-1", strings.Repeat("灯", 2001)): "invalid text", d.saying("a-1", " \u200b\u0000 "): "invalid text",
		d.saying("a-1", strings.Repeat("灯", 30000)): "too_long",
	} {
		got := d.call("POST", "", body)
		line := got.Code
		for _, f := range got.Fields {
			if line += " " + f.Name; f.Detail == "" {
				t.Errorf("%s has no words", f.Name)
			}
		}
		if line != want || got.Detail == "" {
			t.Errorf("%.80q: %s, want %s (%s)", body, line, want, got.Detail)
		}
	}
	if got := d.call("POST", "/a-1/supplements", `{"text":"x"}`); got.Code != "invalid" {
		t.Errorf("%+v", got)
	}
	if got := d.call("POST", "/a-1/supplements", `{"id":"1"}`); got.Code != "invalid" {
		t.Errorf("%+v", got)
	}
}

func TestWithoutRedisASystemTriesAgain(t *testing.T) {
	r := redistest.ForTest(t, redistest.Options{Kind: redistest.Real, AppendFsync: "no"})
	d := newDoor(t, r, nil)
	body := d.lampAt("a-1")
	d.server.Hold(true)
	if got := d.call("POST", "", body); got.status != http.StatusServiceUnavailable {
		t.Errorf("while held: %+v", got)
	}
	d.server.Hold(false)
	check(t, r.Kill())
	got := d.call("POST", "", body)
	if got.status != http.StatusServiceUnavailable || got.Code != "unavailable" || got.header.Get("Retry-After") == "" {
		t.Errorf("%+v", got)
	}
	check(t, r.Restart(t.Context()))
	eventually(t, "the matter is taken", func() bool { return d.call("POST", "", body).status == http.StatusCreated })
}

// Every code there is can be read in the document, and the other way round.
func TestTheDocumentKnowsEveryCode(t *testing.T) {
	d := onEmbedded(t, nil)
	var documented, ours []string
	for _, v := range d.doc.Components.Schemas["Problem"].Value.Properties["code"].Value.Enum {
		documented = append(documented, v.(string))
	}
	for _, k := range codes() {
		ours = append(ours, k.code)
	}
	ours = append(ours, "too_long", "invalid", "unavailable")
	slices.Sort(documented)
	slices.Sort(ours)
	if !slices.Equal(documented, ours) {
		t.Errorf("documented %v\nours       %v", documented, ours)
	}
	for _, code := range ours {
		if d.server.words("problem."+code) == "" {
			t.Errorf("no words for %s", code)
		}
	}
	w := &recorder{header: http.Header{}}
	d.server.o.OpenAPI = []byte("openapi")
	d.server.Handler().ServeHTTP(w, must(http.NewRequest("GET", "/api/v1/openapi.yaml", nil)))
	if w.body.String() != "openapi" {
		t.Errorf("%d %q", w.status, w.body.String())
	}
}

func FuzzReadMatter(f *testing.F) {
	f.Add([]byte(`{"number":"a-1","text":"路灯不亮","reported_at":"2026-11-23T09:12:00+08:00","contact":{"name":"王"},"lat":30,"lng":120}`))
	f.Add([]byte(`{"number":"a-1"} x`))
	f.Add([]byte("null"))
	cats := must(task.DefaultCategories())
	now := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, body []byte) {
		in, err := readMatter(body, cats, now)
		if err != nil {
			return
		}
		if !theirNumber.MatchString(in.Number) || in.Text == "" || len([]rune(in.Text)) > maxText || in.ReportedAt.After(now.Add(clocksApart)) {
			t.Errorf("taken: %+v", in)
		}
		if again := must(readMatter(must(json.Marshal(in)), cats, now)); again.digest() != in.digest() {
			t.Errorf("read again it is another: %+v, %+v", in, again)
		}
	})
}

func TestAFailureOfOursIsToldAsOne(t *testing.T) {
	d := onEmbedded(t, func(o *Options) {
		o.Talk.TakeIn = func(context.Context, bot.Matter) (task.Task, bool, error) { panic("王女士 13800138000") }
	})
	if got := d.call("POST", "", d.lampAt("a-1")); got.Code != "error" || got.status != http.StatusInternalServerError {
		t.Errorf("%+v", got)
	}
	if strings.Contains(d.log.String(), "13800138000") {
		t.Error("the log holds what the panic held")
	}
}
