package simulator_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"gridbot/simulator"
)

// A platform, an account, and a resident who gets an answer and a notice.
func Example() {
	webhook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "success") // the service would open the push and seal a reply
	}))
	defer webhook.Close()
	p := simulator.New(simulator.Options{Accounts: []simulator.Account{{
		AppID: "wx01", Secret: "s", Token: "t", AESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", Webhook: webhook.URL,
	}}})
	defer p.Close()

	p.Follow("wx01", "o-wang", "mg-1")
	d := p.Text("wx01", "o-wang", "3幢路灯不亮")
	fmt.Println(len(d.Attempts), d.Failed, d.Attempts[0].Reply)

	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	b, err := p.WaitPhone(ctx, "wx01", "o-wang", func(b simulator.Bubble) bool { return b.Out })
	fmt.Println(b.Kind, b.Text, err)
	// Output:
	// 1 false success
	// text 3幢路灯不亮 <nil>
}

// A push can be forged, and delivered again later.
func ExamplePlatform_Prepare() {
	webhook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("signature") == "forged" {
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	defer webhook.Close()
	p := simulator.New(simulator.Options{Accounts: []simulator.Account{{AppID: "wx01", Token: "t", Webhook: webhook.URL}}})
	defer p.Close()

	push := p.Prepare("wx01", "o-wang", simulator.Message{Type: "text", Fields: []simulator.Field{{Name: "Content", Value: "您好"}}})
	copies := p.Deliver(push, webhook.URL, webhook.URL)
	fmt.Println(len(copies.Attempts), copies.Failed)
	push.Query.Set("signature", "forged")
	fmt.Println(p.Post(context.Background(), webhook.URL, push).Status)
	// Output:
	// 2 false
	// 403
}

// The next two customer-service messages fail as if the platform were busy.
func ExamplePlatform_Fail() {
	p := simulator.New(simulator.Options{Accounts: []simulator.Account{{AppID: "wx01", Token: "t"}}})
	defer p.Close()
	p.Fail("wx01", "message/custom/send", simulator.Fault{Times: 2, Errcode: -1})
	p.Fail("wx01", "message/template/send", simulator.Fault{Hang: 10 * time.Second, Performed: true})
	p.Mend("wx01")
	fmt.Println(p.Sends(simulator.SendCustom).Calls)
	// Output:
	// 0
}
