package simulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// codes makes n customer-service calls, each with a window open, and returns
// their errcodes.
func (r *rig) codes(n int) []int {
	r.Helper()
	var out []int
	for range n {
		r.p.account(app).person(wang).act(true, r.clock.Now())
		out = append(out, code0(r.custom(r.token(), wang, "进展")))
	}
	return out
}

// TestRuleFaultsByRate wants each rate's share of the calls to fail, the same
// ones for the same seed, and none of another API's.
func TestRuleFaultsByRate(t *testing.T) {
	const n = 600
	storm := Storm{Seed: 7, Rates: []Rate{
		{API: "message/custom/send", Share: .2, Fault: Fault{Errcode: -1}},
		{API: "message/custom/send", Share: .1, Fault: Fault{Errcode: 45015}},
		{API: "message/template/send", Share: .7, Fault: Fault{Errcode: 43004}},
	}}
	var runs [][]int
	for range 2 {
		r := newRig(t)
		r.p.Text(app, wang, "您好")
		r.p.Storm(app, storm)
		runs = append(runs, r.codes(n))
	}
	if !slices.Equal(runs[0], runs[1]) {
		t.Error("two runs with one seed differ")
	}
	count := map[int]int{}
	for _, code := range runs[0] {
		count[code]++
	}
	near := func(got int, share float64) bool { return float64(got) > n*share*.7 && float64(got) < n*share*1.3 }
	if len(count) != 3 || !near(count[-1], .2) || !near(count[45015], .1) {
		t.Errorf("errcodes of %d calls: %v", n, count)
	}
}

// TestRuleStormEnds wants Mend to end a storm, and a storm to leave other
// accounts alone.
func TestRuleStormEnds(t *testing.T) {
	r := newRig(t)
	r.p.Text(app, wang, "您好")
	r.p.Storm("wx-other", Storm{Rates: []Rate{{Share: 1, Fault: Fault{Errcode: -1}}}})
	r.wantCode(r.custom(r.token(), wang, "您好"), 0)
	token := r.token()
	r.p.Storm(app, Storm{Rates: []Rate{{API: EveryAPI, Share: 1, Fault: Fault{Errcode: -1}}}})
	r.wantCode(r.custom(token, wang, "您好"), -1)
	r.wantCode(r.post("stable_token", grant(nil)), -1)
	r.p.Mend(app)
	r.wantCode(r.custom(token, wang, "您好"), 0)
}

// TestRuleTokenDiesEverySoManyCalls wants the tokens dead with every fifth call.
func TestRuleTokenDiesEverySoManyCalls(t *testing.T) {
	r := newRig(t)
	r.p.Storm(app, Storm{TokenCalls: 5})
	token, died := r.token(), 0
	for i := range 20 {
		if got := r.menuCode(token); got == 40001 {
			died++
			token = r.token()
		} else if got != 46003 {
			t.Fatalf("call %d: errcode %d", i, got)
		}
	}
	if died != 4 {
		t.Errorf("the token died %d times in 20 calls, want 4", died)
	}
}

// TestRuleOutage wants everything to fail for as long as was said, by the clock.
func TestRuleOutage(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.p.Fail(app, EveryAPI, Fault{For: 30 * time.Second, Errcode: -1})
	for range 3 {
		r.wantCode(r.get("menu/get?access_token="+token), -1)
		r.wantCode(r.post("stable_token", grant(nil)), -1)
		r.clock.advance(10*time.Second - 1)
	}
	r.wantCode(r.get("menu/get?access_token="+token), -1)
	r.clock.advance(3)
	r.wantCode(r.get("menu/get?access_token="+token), 46003)
	r.wantCode(r.post("stable_token", grant(nil)), 0)
}

// TestRuleReceivedIsCountedOnThePhone wants duplicates to be counted by who got
// them: an answer that was lost counts, a known client_msg_id does not.
func TestRuleReceivedIsCountedOnThePhone(t *testing.T) {
	r := newRig(t)
	token := r.token()
	r.answers(say("收到"))
	r.p.Text(app, wang, "您好")
	r.answers(say("")) // the template's report needs no answer
	r.p.Fail(app, "message/custom/send", Fault{Drop: true, Performed: true})
	r.try(t.Context(), token) // its answer is lost
	r.wantCode(r.custom(token, wang, "您好"), 0)
	r.p.Fail(app, "message/custom/send", Fault{Undelivered: true})
	r.wantCode(r.custom(token, wang, "您好"), 0) // never arrives
	for range 2 {
		r.wantCode(r.template(token, wang, "T1", "n-1", nil), 0)
	}
	var got []Received
	for _, x := range r.p.Received(app, "") {
		got = append(got, Received{Via: x.Via, ClientID: x.ClientID, Count: x.Count})
	}
	want := []Received{{Via: ViaTemplate, ClientID: "n-1", Count: 1}, {Via: ViaCustom, Count: 2}, {Via: ViaPassive, Count: 1}}
	if !sameSet(got, want) {
		t.Errorf("received %+v, want %+v", got, want)
	}
	if got := r.p.Received(app, li); len(got) != 0 {
		t.Errorf("somebody else received %+v", got)
	}
	r.p.ForgetReceived()
	if got := r.p.Received(app, ""); len(got) != 0 {
		t.Errorf("after forgetting: %+v", got)
	}
}

func sameSet(a, b []Received) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	return true
}

// TestStormReceivedOnce lets senders repeat each template message with its
// client_msg_id until it is accepted, through a storm in which answers are lost:
// every phone gets every message once.
func TestStormReceivedOnce(t *testing.T) {
	const senders, each = 16, 60
	r := newRig(t)
	for i := range senders {
		r.p.Follow(app, fmt.Sprintf("o-%d", i), "")
	}
	token := r.token()
	r.p.Storm(app, Storm{Seed: 3, Rates: []Rate{
		{Share: .2, Fault: Fault{Errcode: -1}},
		{Share: .05, Fault: Fault{Errcode: -1, Performed: true}},
		{Share: .05, Fault: Fault{Status: 502, Performed: true}},
	}})
	var all sync.WaitGroup
	for i := range senders {
		all.Go(func() {
			for n := range each {
				id := fmt.Sprintf("n-%d-%d", i, n)
				for !r.accepted(token, fmt.Sprintf("o-%d", i), id) {
				}
			}
		})
	}
	all.Wait()
	times := map[int]int{}
	for _, x := range r.p.Received(app, "") {
		if x.Via == ViaTemplate {
			times[x.Count]++
		}
	}
	if times[1] != senders*each || len(times) != 1 {
		t.Errorf("messages by how often they were received: %v", times)
	}
	sends := r.p.Sends(SendTemplate)
	if sends.Accepted != senders*each || sends.Repeated == 0 {
		t.Errorf("sends: %+v; no answer was lost", sends)
	}
}

// accepted makes one template call and says whether its answer was ok.
func (r *rig) accepted(token, openid, id string) bool {
	body, err := json.Marshal(map[string]any{"touser": openid, "template_id": "T1", "client_msg_id": id, "data": map[string]any{
		"character_string1": map[string]string{"value": id}, "phrase2": map[string]string{"value": "已派单"},
		"thing4": map[string]string{"value": "路灯"}, "time3": map[string]string{"value": "2026-03-02 09:00"},
	}})
	if err != nil {
		r.Error(err)
		return true
	}
	status, out := r.do("POST", "message/template/send?access_token="+token, "application/json", body)
	return status == 200 && code0(r.json(status, out)) == 0
}
