package simulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// maxCopies bounds the copies of a push.
const maxCopies = 100

// act is what a person does, as the page asks for it.
type act struct {
	App    string  `json:"app"` // empty means the first account
	OpenID string  `json:"openid"`
	Kind   string  `json:"kind"`
	Text   string  `json:"text"` // of a text; what is recognised of a voice; a place's caption
	Key    string  `json:"key"`  // the scene of a code, the key of a menu button, the id of a template or of a msgmenu item
	Lat    float64 `json:"lat"`
	Lng    float64 `json:"lng"`
	Data   []byte  `json:"data"` // a picture or voice, base64
	Wait   bool    `json:"wait"` // answer when the push is settled
	// Copies is how often the same push arrives in all, one after the other. 0
	// means once. Only the first is shown.
	Copies int `json:"copies"`
}

// acts maps the kinds of act to methods.
func (p *Platform) acts() map[string]func(act) Delivery {
	return map[string]func(act) Delivery{
		"text":     func(a act) Delivery { return p.Text(a.App, a.OpenID, a.Text) },
		"image":    func(a act) Delivery { return p.Image(a.App, a.OpenID, a.Data) },
		"voice":    func(a act) Delivery { return p.Voice(a.App, a.OpenID, a.Data, a.Text) },
		"location": func(a act) Delivery { return p.Location(a.App, a.OpenID, a.Lat, a.Lng, a.Text) },
		"choose":   func(a act) Delivery { return p.Choose(a.App, a.OpenID, a.Text, a.Key) },
		"picture":  func(a act) Delivery { return p.MenuPicture(a.App, a.OpenID, "pic_photo_or_album", a.Key, a.Data) },
		"place":    func(a act) Delivery { return p.MenuLocation(a.App, a.OpenID, a.Key, a.Lat, a.Lng, a.Text) },
		"follow":   func(a act) Delivery { return p.Follow(a.App, a.OpenID, a.Key) },
		"unfollow": func(a act) Delivery { return p.Unfollow(a.App, a.OpenID) },
		"scan":     func(a act) Delivery { return p.Scan(a.App, a.OpenID, a.Key) },
		"click":    func(a act) Delivery { return p.Click(a.App, a.OpenID, a.Key) },
		"consent":  func(a act) Delivery { return p.Consent(a.App, a.OpenID, Answer{a.Key, true}) },
		"decline":  func(a act) Delivery { return p.Consent(a.App, a.OpenID, Answer{a.Key, false}) },
		"turn-on":  func(a act) Delivery { return p.Manage(a.App, a.OpenID, a.Key, true) },
		"turn-off": func(a act) Delivery { return p.Manage(a.App, a.OpenID, a.Key, false) },
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
	if err := json.Unmarshal(body, &in); err != nil {
		refuse(w, err)
		return
	}
	if in.OpenID == "" || p.acts()[in.Kind] == nil {
		refuse(w, fmt.Errorf("an act needs an openid and one of the kinds %v", slices.Sorted(maps.Keys(p.acts()))))
		return
	}
	in.App = p.appOr(in.App)
	do := func(a act) Delivery { return p.again(p.acts()[a.Kind](a), a.Copies-1) }
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

// again posts a push that was delivered some times more.
func (p *Platform) again(d Delivery, times int) Delivery {
	if len(d.Attempts) == 0 {
		return d // nothing was pushed
	}
	url, _ := d.Push.acct.target()
	for range min(times, maxCopies) {
		d.Attempts = append(d.Attempts, p.post(p.ctx, url, d.Push, len(d.Attempts)+1))
	}
	return d
}
