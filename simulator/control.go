package simulator

import (
	"encoding/json"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"time"
)

// maxControl bounds a request to the control API: a picture in base64.
const maxControl = 16 << 20

// controlRoutes are under /sim/. What changes something takes JSON from the
// page's own origin only.
func (p *Platform) controlRoutes(mux *http.ServeMux) {
	own := http.NewCrossOriginProtection()
	post := func(name string, h func(http.ResponseWriter, []byte)) {
		mux.Handle("POST /sim/"+name, own.Handler(jsonOnly(h)))
	}
	post("act", p.controlAct)
	for name, command := range p.commands() {
		post(name, command)
	}
	mux.HandleFunc("GET /sim/state", p.controlState)
	mux.HandleFunc("GET /sim/events", p.controlEvents)
	read := func(name string, answer func(app, openid string) any) {
		mux.HandleFunc("GET /sim/"+name, func(w http.ResponseWriter, r *http.Request) {
			q := r.URL.Query()
			writeJSON(w, http.StatusOK, answer(p.appOr(q.Get("app")), q.Get("openid")))
		})
	}
	read("wire", func(string, string) any { return p.Wire() })
	read("sends", func(string, string) any {
		return map[string]Sends{
			SendCustom: p.Sends(SendCustom), SendTemplate: p.Sends(SendTemplate), SendSubscription: p.Sends(SendSubscription),
		}
	})
	read("phone", func(app, openid string) any { return p.Phone(app, openid) })
	read("received", func(app, openid string) any { return p.Received(app, openid) })
	read("consents", func(app, openid string) any { return p.Consents(app, openid) })
	read("time", func(string, string) any { return moment{p.Now()} })
}

// jsonOnly refuses what a form on another site could send.
func jsonOnly(next func(http.ResponseWriter, []byte)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || kind != "application/json" {
			w.WriteHeader(http.StatusUnsupportedMediaType)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControl))
		if err != nil {
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		}
		next(w, body)
	})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	secure(w.Header())
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v) // fails only when the browser has left
}

// setup is what the page needs once.
type setup struct {
	Notice   string              `json:"notice"`
	Accounts map[string]string   `json:"accounts"` // AppID → name
	Cast     []Person            `json:"cast"`
	Scenes   []Scene             `json:"scenes"`
	Places   []Place             `json:"places"`
	Hints    map[string][]string `json:"hints"`
	// Notices are the templates of 订阅通知 by AppID.
	Notices map[string][]noticeChoice `json:"notices"`
}

// noticeChoice is a template that the page can ask consent for.
type noticeChoice struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	LongTerm bool   `json:"longterm"`
}

// choices lists an account's templates of 订阅通知.
func (a *account) choices() []noticeChoice {
	var out []noticeChoice
	for _, id := range slices.Sorted(maps.Keys(a.Subscriptions)) {
		def := a.Subscriptions[id]
		out = append(out, noticeChoice{id, def.Title, def.LongTerm})
	}
	return out
}

func (p *Platform) controlState(w http.ResponseWriter, _ *http.Request) {
	out := setup{
		Notice: p.o.Notice, Accounts: map[string]string{}, Notices: map[string][]noticeChoice{}, Cast: p.cast(),
		Scenes: p.o.Scenes, Places: p.o.Places, Hints: p.o.Hints,
	}
	for _, a := range p.everyAccount() {
		out.Accounts[a.AppID] = a.Name
		out.Notices[a.AppID] = a.choices()
	}
	writeJSON(w, http.StatusOK, out)
}

// cast is Options.Cast with every account filled in.
func (p *Platform) cast() []Person {
	p.mu.Lock()
	out := slices.Clone(p.people)
	p.mu.Unlock()
	for i := range out {
		out[i].App = p.appOr(out[i].App)
	}
	return out
}

// Page timing, in real time.
const (
	pingEvery = 20 * time.Second      // keeps proxies from closing the stream
	gather    = 25 * time.Millisecond // changes within it travel together
)
