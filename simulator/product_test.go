package simulator

import (
	"testing"
	"time"

	"gridbot/task"
	"gridbot/wechat"
)

// TestProductAndSubscriptions plays consent, sending and the later report between
// the stand-in and the product's client and envelope: each reads what the other
// writes.
func TestProductAndSubscriptions(t *testing.T) {
	r := newRig(t, func(o *Options) {
		o.Accounts[0].Subscriptions = map[string]SubscriptionDef{"S1": {TemplateDef: templates()["T1"], LongTerm: true}}
	})
	c, err := wechat.NewClient(wechat.Options{BaseURL: r.api.URL, Now: r.clock.Now, Timeout: 5 * time.Second, Accounts: []wechat.Account{{
		Name: "a", AppID: app, Secret: secret, Token: word, AESKey: key, Abilities: wechat.Ability{Template: true, Subscription: true}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	r.p.Follow(app, wang, "")
	send := func() task.Outcome {
		return c.SendSubscription(t.Context(), "a", wang, wechat.Template{ID: "S1"}, goodData(), "https://example.org/").Outcome
	}
	if got := send(); got != task.NoConsent {
		t.Errorf("before the consent: %s", got)
	}
	r.p.Consent(app, wang, Answer{Template: "S1", Accept: true})
	if got := r.last().Consents(); len(got) != 1 || got[0] != (wechat.Consent{TemplateID: "S1", Given: true}) {
		t.Errorf("consent %+v", got)
	}
	if got := send(); got != task.Delivered {
		t.Errorf("with the consent: %s", got)
	}
	r.wait(func() bool {
		got := r.last().Receipts()
		return len(got) == 1 && got[0].Fate == wechat.FateDelivered && got[0].TemplateID == "S1"
	})
	r.p.Manage(app, wang, "S1", false)
	if got := r.last().Consents(); len(got) != 1 || got[0].Given {
		t.Errorf("consent taken back: %+v", got)
	}
	if got := send(); got != task.NoConsent {
		t.Errorf("after it was taken back: %s", got)
	}
}

// A template's Ref is the MsgID of the report that comes later.
func TestProductMatchesReports(t *testing.T) {
	r := newRig(t)
	c := r.client()
	r.p.Follow(app, wang, "")
	template, fields := notice()
	sent := c.SendTemplate(t.Context(), "a", wang, template, fields, "", "n-1")
	if sent.Outcome != task.Delivered || sent.Ref == "" {
		t.Fatalf("%+v", sent)
	}
	r.wait(func() bool {
		got := r.last().Receipts()
		return len(got) == 1 && got[0].Ref == sent.Ref && got[0].Fate == wechat.FateDelivered
	})
}

// What gridbot doctor asks is answered in the forms the product reads.
func TestProductProbes(t *testing.T) {
	r := newRig(t, func(o *Options) {
		o.Accounts[0].Subscriptions = map[string]SubscriptionDef{"S1": {TemplateDef: templates()["T1"], LongTerm: true}}
	})
	c, ctx := r.client(), t.Context()
	for name, list := range map[string]func() ([]wechat.Approved, error){
		"T1": func() ([]wechat.Approved, error) { return c.Templates(ctx, "a") },
		"S1": func() ([]wechat.Approved, error) { return c.Subscriptions(ctx, "a") },
	} {
		got, err := list()
		if err != nil || len(got) != 1 || got[0].ID != name || len(got[0].Keywords) != 4 || got[0].LongTerm != (name == "S1") {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if q, err := c.CallQuota(ctx, "a", wechat.APIText); err != nil || q.At.IsZero() {
		t.Errorf("quota %+v, %v", q, err)
	}
	if _, err := c.MenuOpen(ctx, "a"); err != nil {
		t.Error(err)
	}
	r.p.Follow(app, wang, "")
	if got := c.SendImage(ctx, "a", wang, pngBytes(t), "image/png"); got.Outcome != task.Delivered {
		t.Errorf("a picture: %+v", got)
	}
	r.clock.advance(73 * time.Hour)
	r.p.Text(app, wang, "在吗")
	if got := c.SendImage(ctx, "a", wang, pngBytes(t), "image/png"); got.Outcome != task.Delivered {
		t.Errorf("a picture that was forgotten: %+v", got)
	}
}
