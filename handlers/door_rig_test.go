package handlers

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"gridbot/bot"
	"gridbot/classify"
	"gridbot/dispatch"
	"gridbot/partner"
	"gridbot/redistest"
	"gridbot/task"
)

const (
	hotline       = "hotline-12345"
	hotlineSecret = "the-secret-of-the-hotline-000000"
	otherSecret   = "the-secret-of-another-system-000"
)

// door is a world with two systems at its door and the document they go by.
type door struct {
	*world
	doc    *openapi3.T
	router routers.Router
	seen   map[string]bool // codes of problems, and statuses by operation
}

func newDoor(t *testing.T, r *redistest.Server, change func(*Options)) *door {
	t.Helper()
	d := &door{seen: map[string]bool{}}
	d.doc = must(openapi3.NewLoader().LoadFromFile("../docs/openapi.yaml"))
	check(t, d.doc.Validate(t.Context()))
	d.doc.Servers = nil
	d.router = must(legacy.NewRouter(d.doc))
	d.world = newWorld(t, r, func(o *Options) {
		talk := must(bot.New(bot.Options{Desk: o.Desk, Classifier: must(classify.New(o.Desk.Categories())), Now: o.Now, Numbers: map[string]string{"": "110"}}))
		o.Talk.TakeIn = talk.TakeIn
		o.Systems = []System{
			{Name: hotline, Street: testStreet, Secrets: partner.Secrets{Current: hotlineSecret}, PerMinute: 1000},
			{Name: "other", Street: testStreet, Secrets: partner.Secrets{Current: otherSecret}, PerMinute: 1000},
		}
		if change != nil {
			change(o)
		}
	})
	return d
}

func onEmbedded(t *testing.T, change func(*Options)) *door {
	t.Helper()
	return newDoor(t, redistest.ForTest(t, redistest.Options{Kind: redistest.Embedded}), change)
}

// signedCall is a call of the hotline.
func (d *door) signedCall(method, path, body string) *http.Request {
	return d.signedBy(hotline, hotlineSecret, method, path, body, d.now())
}

func (d *door) signedBy(system, secret, method, path, body string, at time.Time) *http.Request {
	target := "/api/v1/systems/" + system + "/matters" + path
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(partner.HeaderTime, partner.Stamp(at))
	r.Header.Set(partner.HeaderSignature, partner.Sign(secret, method, target, partner.Stamp(at), []byte(body)))
	return r
}

// heard is what came back, read and held against the document.
type heard struct {
	status int
	header http.Header
	matterOut
	Code, Detail string  `json:"-"` // of a problem
	Fields       []field `json:"-"`
}

// do sends a call through the real routes. What comes back must be as documented, and so
// must the call be when it succeeds.
func (d *door) do(r *http.Request) heard {
	d.t.Helper()
	body := must(io.ReadAll(r.Body))
	r.Body = io.NopCloser(bytes.NewReader(body))
	w := httptest.NewRecorder()
	d.server.Handler().ServeHTTP(w, r)
	r.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := d.router.FindRoute(r)
	if err != nil {
		d.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true}}
	if w.Code < http.StatusBadRequest {
		if err := openapi3filter.ValidateRequest(d.t.Context(), in); err != nil {
			d.t.Errorf("%s %s: the call is not as documented: %v", r.Method, r.URL, err)
		}
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: w.Code, Header: w.Header(), Options: in.Options}
	if err := openapi3filter.ValidateResponse(d.t.Context(), out.SetBodyBytes(w.Body.Bytes())); err != nil {
		d.t.Errorf("%s %s: the answer %d is not as documented: %v\n%s", r.Method, r.URL, w.Code, err, w.Body)
	}
	got := heard{status: w.Code, header: w.Header()}
	var p problem
	if w.Code >= http.StatusBadRequest {
		check(d.t, json.Unmarshal(w.Body.Bytes(), &p))
	} else {
		check(d.t, json.Unmarshal(w.Body.Bytes(), &got.matterOut))
	}
	got.Code, got.Detail, got.Fields = p.Code, p.Detail, p.Fields
	d.seen[got.Code], d.seen[route.Operation.OperationID+" "+http.StatusText(w.Code)] = true, true
	return got
}

// call is do for the hotline.
func (d *door) call(method, path, body string) heard {
	d.t.Helper()
	return d.do(d.signedCall(method, path, body))
}

// lampAt is a matter that is clear, under a number.
func (d *door) lampAt(number string) string {
	return d.saying(number, "幸福里小区3幢楼下路灯不亮了")
}

func (d *door) saying(number, text string) string {
	return string(must(json.Marshal(map[string]any{"number": number, "text": text, "reported_at": d.now().Add(-time.Hour).Truncate(24 * time.Hour)})))
}

// moves makes moves of a member of staff.
func (d *door) moves(id, staff string, kinds ...task.Kind) {
	d.t.Helper()
	for _, k := range kinds {
		_, err := d.desk.Do(d.t.Context(), dispatch.Order{Task: must(task.ParseID(id)), Move: k, Staff: staff, Note: "已经换好灯泡，现场试亮正常"})
		check(d.t, err)
	}
}

// handler is who has a task.
func (d *door) handler(id string) string {
	return must(d.store.Get(d.t.Context(), must(task.ParseID(id)))).Handler
}
