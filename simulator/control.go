package simulator

import (
	"encoding/json"
	"io"
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
	post("fail", p.controlFail)
	post("mend", p.controlMend)
	post("tokens", p.controlTokens)
	mux.HandleFunc("GET /sim/state", p.controlState)
	mux.HandleFunc("GET /sim/events", p.controlEvents)
	mux.HandleFunc("GET /sim/wire", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, p.Wire()) })
	mux.HandleFunc("GET /sim/sends", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]Sends{SendCustom: p.Sends(SendCustom), SendTemplate: p.Sends(SendTemplate)})
	})
	mux.HandleFunc("GET /sim/phone", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		writeJSON(w, http.StatusOK, p.Phone(q.Get("app"), q.Get("openid")))
	})
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

// act is what a person does, as the page asks for it.
type act struct {
	App    string  `json:"app"` // empty means the first account
	OpenID string  `json:"openid"`
	Kind   string  `json:"kind"`
	Text   string  `json:"text"` // of a text; what is recognised of a voice; a place's caption
	Key    string  `json:"key"`  // the scene of a code, the key of a menu button
	Lat    float64 `json:"lat"`
	Lng    float64 `json:"lng"`
	Data   []byte  `json:"data"` // a picture or voice, base64
	Wait   bool    `json:"wait"` // answer when the push is settled
}

// acts maps the kinds of act to methods.
func (p *Platform) acts() map[string]func(act) Delivery {
	return map[string]func(act) Delivery{
		"text":     func(a act) Delivery { return p.Text(a.App, a.OpenID, a.Text) },
		"image":    func(a act) Delivery { return p.Image(a.App, a.OpenID, a.Data) },
		"voice":    func(a act) Delivery { return p.Voice(a.App, a.OpenID, a.Data, a.Text) },
		"location": func(a act) Delivery { return p.Location(a.App, a.OpenID, a.Lat, a.Lng, a.Text) },
		"follow":   func(a act) Delivery { return p.Follow(a.App, a.OpenID, a.Key) },
		"unfollow": func(a act) Delivery { return p.Unfollow(a.App, a.OpenID) },
		"scan":     func(a act) Delivery { return p.Scan(a.App, a.OpenID, a.Key) },
		"click":    func(a act) Delivery { return p.Click(a.App, a.OpenID, a.Key) },
		"block":    func(a act) Delivery { p.Block(a.App, a.OpenID, true); return Delivery{} },
		"unblock":  func(a act) Delivery { p.Block(a.App, a.OpenID, false); return Delivery{} },
	}
}

// outcome is a Delivery in short.
type outcome struct {
	Reply    string `json:"reply"`
	Attempts int    `json:"attempts"`
	Failed   bool   `json:"failed"`
	Err      string `json:"err"`
}

func (p *Platform) controlAct(w http.ResponseWriter, body []byte) {
	var in act
	if json.Unmarshal(body, &in) != nil || in.OpenID == "" || p.acts()[in.Kind] == nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	in.App = p.appOr(in.App)
	do := p.acts()[in.Kind]
	if !in.Wait {
		p.background(func() { do(in) })
		writeJSON(w, http.StatusAccepted, struct{}{})
		return
	}
	d := do(in)
	out := outcome{Reply: d.Reply, Attempts: len(d.Attempts), Failed: d.Failed}
	if d.Err != nil {
		out.Err = d.Err.Error()
	}
	writeJSON(w, http.StatusOK, out)
}

func (p *Platform) controlFail(w http.ResponseWriter, body []byte) {
	var in struct {
		App string `json:"app"`
		API string `json:"api"`
		Fault
	}
	if json.Unmarshal(body, &in) != nil || in.API == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.Fail(in.App, in.API, in.Fault)
	writeJSON(w, http.StatusOK, struct{}{})
}

func (p *Platform) controlMend(w http.ResponseWriter, body []byte) {
	var in struct {
		App string `json:"app"`
	}
	if json.Unmarshal(body, &in) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.Mend(in.App)
	writeJSON(w, http.StatusOK, struct{}{})
}

// controlTokens ends an account's tokens: how is kill or expire.
func (p *Platform) controlTokens(w http.ResponseWriter, body []byte) {
	var in struct {
		App string `json:"app"`
		How string `json:"how"`
	}
	if json.Unmarshal(body, &in) != nil || in.How != "kill" && in.How != "expire" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	p.endTokens(in.App, in.How == "kill")
	writeJSON(w, http.StatusOK, struct{}{})
}

// setup is what the page needs once.
type setup struct {
	Notice   string              `json:"notice"`
	Accounts map[string]string   `json:"accounts"` // AppID → name
	Cast     []Person            `json:"cast"`
	Scenes   []Scene             `json:"scenes"`
	Places   []Place             `json:"places"`
	Hints    map[string][]string `json:"hints"`
}

func (p *Platform) controlState(w http.ResponseWriter, _ *http.Request) {
	out := setup{
		Notice: p.o.Notice, Accounts: map[string]string{}, Cast: p.cast(),
		Scenes: p.o.Scenes, Places: p.o.Places, Hints: p.o.Hints,
	}
	for _, a := range p.everyAccount() {
		out.Accounts[a.AppID] = a.Name
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
