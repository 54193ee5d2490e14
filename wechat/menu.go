package wechat

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
)

// The limits of a menu, from the platform's documentation; lengths in bytes.
const (
	MaxButtons    = 3
	MaxSubButtons = 5
	maxButton     = 16
	maxSubName    = 60
	maxKey        = 128
	maxURL        = 1024
)

// Button is an entry of an account's menu: with entries below it, or with a deed.
type Button struct {
	Type    string   `json:"type,omitempty"` // click, view, miniprogram, scancode_push …
	Name    string   `json:"name"`
	Key     string   `json:"key,omitempty"` // what a tap tells the server
	URL     string   `json:"url,omitempty"` // what a tap opens; of a miniprogram, where there is none
	AppID   string   `json:"appid,omitempty"`
	Page    string   `json:"pagepath,omitempty"`
	Buttons []Button `json:"sub_button,omitempty"`
}

// Keyed lists the kinds of buttons that tell the server of a tap.
func Keyed() []string {
	return []string{"click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select"}
}

// Fault tells what the platform would refuse of a button, "" for nothing; sub is for one
// below another.
func (b Button) Fault(sub bool) string {
	limit := maxButton
	if sub {
		limit = maxSubName
	}
	switch {
	case b.Name == "" || len(b.Name) > limit:
		return fmt.Sprintf("a name has 1 to %d bytes (%d Chinese characters), not %d", limit, limit/3, len(b.Name))
	case len(b.Buttons) > 0 && sub:
		return "a menu has two levels"
	case len(b.Buttons) > MaxSubButtons:
		return fmt.Sprintf("%d buttons stand below one at most, not %d", MaxSubButtons, len(b.Buttons))
	case len(b.Buttons) > 0 && b.Key+b.URL+b.AppID+b.Page != "":
		return "a button with others below it does nothing by itself"
	case len(b.Buttons) > 0:
		return ""
	}
	return b.deedFault()
}

// deedFault is what is wrong with what a button does.
func (b Button) deedFault() string {
	u, err := url.Parse(b.URL)
	web := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && len(b.URL) <= maxURL
	switch {
	case slices.Contains(Keyed(), b.Type) && (b.Key == "" || len(b.Key) > maxKey):
		return fmt.Sprintf("a key has 1 to %d bytes", maxKey)
	case slices.Contains(Keyed(), b.Type):
		return ""
	case b.Type != "view" && b.Type != "miniprogram":
		return fmt.Sprintf("%q is no type of button", b.Type)
	case !web:
		return fmt.Sprintf("an address of the web is needed, %d bytes at most", maxURL)
	case b.Type == "miniprogram" && (b.AppID == "" || b.Page == ""):
		return "a miniprogram needs its AppID and its page"
	}
	return ""
}

// errNoMenu is the platform's code for an account without a menu.
const errNoMenu = 46003

// Menu reads the menu that was made by the API, nil when there is none.
func (c *Client) Menu(ctx context.Context, account string) ([]Button, error) {
	var answer struct {
		Menu struct {
			Button []Button `json:"button"`
		} `json:"menu"`
	}
	_, err := c.ask(ctx, account, "/cgi-bin/menu/get", nil, &answer)
	var refused *APIError
	if errors.As(err, &refused) && refused.Code == errNoMenu {
		return nil, nil
	}
	return answer.Menu.Button, err
}

// SetMenu makes the menu anew; followers see it within 5 minutes, or when they open the
// account anew.
func (c *Client) SetMenu(ctx context.Context, account string, menu []Button) error {
	_, err := c.ask(ctx, account, "/cgi-bin/menu/create", map[string]any{"button": menu}, &struct{}{})
	return err
}
