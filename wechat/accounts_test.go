package wechat

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"gridbot/task"
)

// Two accounts have two tokens, and what befalls one leaves the other alone.
func TestTwoAccounts(t *testing.T) {
	second := Account{Name: "haimen", AppID: "wxfedcba9876543210", Secret: "another-secret"}
	p := newPlatform(t, failing(0))
	shared := NewMemoryTokens(testNow)
	ctx := context.Background()
	shared.SaveToken(ctx, testApp, "token-0", time.Hour) // dead already
	shared.SaveToken(ctx, second.AppID, "token-1", time.Hour)
	c := p.client(t, func(o *Options) {
		o.Accounts = append(o.Accounts, second)
		o.Tokens = shared
	})
	for _, account := range []string{"haimen", "xingfu", "haimen", "xingfu"} {
		if r := c.SendText(ctx, account, testOpenid, "您好"); r.Outcome != task.Delivered {
			t.Errorf("%s: %+v", account, r)
		}
	}
	p.wantGrants(t, 1)
	if !strings.Contains(p.grants[0], testApp) {
		t.Errorf("the wrong account asked: %s", p.grants[0])
	}
	if token, _, _ := shared.Token(ctx, second.AppID); token != "token-1" {
		t.Errorf("the second account's token is now %q", token)
	}
}

// The accounts are copied: a change of the caller's slice changes nothing.
func TestAccountsAreCopied(t *testing.T) {
	accounts := []Account{safeAccount()}
	p := newPlatform(t, failing(0))
	c := p.client(t, func(o *Options) { o.Accounts = accounts })
	accounts[0].Name = "changed"
	send(t, c, task.Delivered)
}

// Every exchange is told, with a code that says what it was.
func TestObserve(t *testing.T) {
	ctx := context.Background()
	p := newPlatform(t, failing(45015))
	c := p.client(t, nil)
	c.SendText(ctx, "xingfu", testOpenid, "您好")
	c.SendTemplate(ctx, "xingfu", testOpenid, Template{ID: "t"}, nil, "", "")
	c.CreateQR(ctx, "xingfu", "mg", 0)
	c.UserInfo(ctx, "xingfu", testOpenid)
	c.FetchMedia(ctx, "xingfu", "m")
	for _, want := range []string{"stable_token 0", "message/custom/send 45015", "message/template/send 45015",
		"qrcode/create 45015", "user/info 45015", "media/get 45015"} {
		if p.observe[want] != 1 {
			t.Errorf("%q was told %d times", want, p.observe[want])
		}
	}
}

// Failures below the platform's codes are told too.
func TestObserveFailures(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter)
		want   int
	}{
		"gateway":  {func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) }, http.StatusBadGateway},
		"page":     {func(w http.ResponseWriter) { fmt.Fprint(w, "<html>") }, CodeBadAnswer},
		"hung up":  {func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, CodeNoAnswer},
		"too long": {func(w http.ResponseWriter) { w.Write(make([]byte, maxAnswer+1)) }, CodeBadAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			var told []int
			client := brokenPlatform(t, c.answer)
			client.observe = func(api string, code int) {
				if api != "stable_token" {
					told = append(told, code)
				}
			}
			client.SendText(context.Background(), "xingfu", testOpenid, "您好")
			if len(told) != 1 || told[0] != c.want {
				t.Errorf("told %v, want %d", told, c.want)
			}
		})
	}
}
