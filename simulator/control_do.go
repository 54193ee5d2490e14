package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// span is a duration as the control API takes it: "30s", or nanoseconds.
type span time.Duration

// UnmarshalJSON reads a span.
func (s *span) UnmarshalJSON(data []byte) error {
	var words string
	if json.Unmarshal(data, &words) != nil {
		return json.Unmarshal(data, (*int64)(s))
	}
	d, err := time.ParseDuration(words)
	*s = span(d)
	return err
}

// faultOrder is a Fault with its durations in words.
type faultOrder struct {
	Fault
	Hang span `json:"hang"`
	For  span `json:"for"`
}

func (f faultOrder) fault() Fault {
	f.Fault.Hang, f.Fault.For = time.Duration(f.Hang), time.Duration(f.For)
	return f.Fault
}

// The years the clock of the rules may be moved to.
const (
	firstYear = 2000
	lastYear  = 2200
)

// moment is what the clock of the rules shows.
type moment struct {
	Now time.Time `json:"now"`
}

type (
	appOrder  struct{ App string }
	failOrder struct {
		App, API string
		faultOrder
	}
	rateOrder struct {
		API   string
		Share float64
		faultOrder
	}
	stormOrder struct {
		App        string
		Seed       uint64
		Rates      []rateOrder
		TokenCalls int `json:"token_calls"`
	}
	tokensOrder struct{ App, How string }
	quotaOrder  struct {
		App, API      string
		Daily, Minute *int
	}
	timeOrder struct {
		Advance span
		Set     time.Time
	}
	refuseOrder struct {
		App, OpenID string
		Code        int
	}
	webhookOrder struct{ App, URL string }
	keyOrder     struct{ App, AESKey string }
)

// commands are what the control API can be told, by name.
func (p *Platform) commands() map[string]func(http.ResponseWriter, []byte) {
	return map[string]func(http.ResponseWriter, []byte){
		"fail":    command(p.doFail),
		"storm":   command(p.doStorm),
		"mend":    command(func(in appOrder) error { p.Mend(p.appOr(in.App)); return nil }),
		"tokens":  command(p.doTokens),
		"quota":   command(p.doQuota),
		"time":    p.doTime,
		"account": command(p.AddAccount),
		"person":  command(p.doPerson),
		"refuse":  command(func(in refuseOrder) error { p.Refuse(p.appOr(in.App), in.OpenID, in.Code); return nil }),
		"webhook": command(func(in webhookOrder) error { p.SetWebhook(p.appOr(in.App), in.URL); return nil }),
		"key":     command(p.doKey),
		"verify":  command(func(in appOrder) error { return p.Verify(p.ctx, p.appOr(in.App)) }),
		"forget":  command(func(struct{}) error { p.ForgetReceived(); return nil }),
	}
}

// command answers {} when do went well, and otherwise 400 and what was wrong.
func command[T any](do func(T) error) func(http.ResponseWriter, []byte) {
	return func(w http.ResponseWriter, body []byte) {
		var in T
		err := strictly(body, &in)
		if err == nil {
			err = do(in)
		}
		if err != nil {
			refuse(w, err)
			return
		}
		writeJSON(w, http.StatusOK, struct{}{})
	}
}

// strictly refuses fields that do not exist, because a misspelt fault would look
// like a system that survives it.
func strictly(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

func refuse(w http.ResponseWriter, err error) {
	writeJSON(w, http.StatusBadRequest, map[string]string{"err": err.Error()})
}

func (p *Platform) doFail(in failOrder) error {
	if in.API != EveryAPI && !isAPI(in.API) {
		return fmt.Errorf("there is no API %q; * means all", in.API)
	}
	p.Fail(p.appOr(in.App), in.API, in.fault())
	return nil
}

func isAPI(name string) bool {
	for _, e := range endpoints() {
		if e.name == name {
			return true
		}
	}
	return false
}

func (p *Platform) doStorm(in stormOrder) error {
	s := Storm{Seed: in.Seed, TokenCalls: in.TokenCalls}
	sum := 0.0
	for _, r := range in.Rates {
		if r.API != "" && r.API != EveryAPI && !isAPI(r.API) {
			return fmt.Errorf("there is no API %q; * means all", r.API)
		}
		if sum += r.Share; r.Share < 0 || sum > 1 {
			return errors.New("shares are between 0 and 1, and so is their sum")
		}
		s.Rates = append(s.Rates, Rate{API: r.API, Share: r.Share, Fault: r.fault()})
	}
	p.Storm(p.appOr(in.App), s)
	return nil
}

func (p *Platform) doTokens(in tokensOrder) error {
	if in.How != "kill" && in.How != "expire" {
		return errors.New("how is kill (40001) or expire (42001)")
	}
	p.endTokens(p.appOr(in.App), in.How == "kill")
	return nil
}

// doQuota leaves the limit alone that is not given.
func (p *Platform) doQuota(in quotaOrder) error {
	if !isAPI(in.API) {
		return fmt.Errorf("there is no API %q", in.API)
	}
	key := callKey{p.appOr(in.App), in.API}
	if in.Daily != nil {
		p.quotas.set(quotaKey{key, perDay}, *in.Daily)
	}
	if in.Minute != nil {
		p.quotas.set(quotaKey{key, perMinute}, *in.Minute)
	}
	return nil
}

// doTime moves the clock and answers what it shows.
func (p *Platform) doTime(w http.ResponseWriter, body []byte) {
	var in timeOrder
	if err := strictly(body, &in); err != nil {
		refuse(w, err)
		return
	}
	to := p.Now()
	if !in.Set.IsZero() {
		to = in.Set
	}
	if to = to.Add(time.Duration(in.Advance)); to.Year() < firstYear || to.Year() > lastYear {
		refuse(w, fmt.Errorf("the clock goes from %d to %d", firstYear, lastYear))
		return
	}
	p.SetTime(to)
	writeJSON(w, http.StatusOK, moment{p.Now()})
}

func (p *Platform) doPerson(in Person) error {
	if in.OpenID == "" {
		return errors.New("a person needs an openid")
	}
	p.AddPerson(in)
	return nil
}

func (p *Platform) doKey(in keyOrder) error {
	a := p.account(p.appOr(in.App))
	if a == nil {
		return fmt.Errorf("%w: %s", ErrNoAccount, in.App)
	}
	if a.Mode == ModePlain {
		return fmt.Errorf("account %s is in plain mode and has no key", a.AppID)
	}
	return a.setKey(in.AESKey)
}
