package simulator

import (
	"encoding/json"
	"net/url"
	"slices"
)

// The limits of a menu, from the official documentation; lengths in bytes.
const (
	maxButtons    = 3
	maxSubButtons = 5
	maxName       = 16
	maxSubName    = 60
	maxKey        = 128
	maxURL        = 1024
)

// button is an entry of the menu.
type button struct {
	Type    string   `json:"type,omitempty"`
	Name    string   `json:"name"`
	Key     string   `json:"key,omitempty"`
	URL     string   `json:"url,omitempty"`
	AppID   string   `json:"appid,omitempty"`
	Page    string   `json:"pagepath,omitempty"`
	Media   string   `json:"media_id,omitempty"`
	Article string   `json:"article_id,omitempty"`
	Sub     []button `json:"sub_button"`
}

type menu struct {
	Buttons []button `json:"button"`
}

// buttonCodes are the refusals of one level of the menu.
type buttonCodes struct{ kind, name, key, url, domain apiError }

func topCodes() buttonCodes {
	return buttonCodes{
		apiError{40017, "invalid button type"}, apiError{40018, "invalid button name size"},
		apiError{40019, "invalid button key size"}, apiError{40020, "invalid button url size"},
		apiError{40055, "invalid button url domain"},
	}
}

func subCodes() buttonCodes {
	return buttonCodes{
		apiError{40024, "invalid sub button type"}, apiError{40025, "invalid sub button name size"},
		apiError{40026, "invalid sub button key size"}, apiError{40027, "invalid sub button url size"},
		apiError{40054, "invalid sub button url domain"},
	}
}

// check refuses what the platform refuses, the first wrong button first.
func (m menu) check() error {
	if len(m.Buttons) < 1 || len(m.Buttons) > maxButtons {
		return errButtonCount
	}
	for _, b := range m.Buttons {
		if err := b.check(); err != nil {
			return err
		}
	}
	return nil
}

func (b button) check() error {
	if len(b.Sub) == 0 {
		return b.leaf(topCodes(), maxName)
	}
	if b.Name == "" || len(b.Name) > maxName {
		return topCodes().name
	}
	if len(b.Sub) > maxSubButtons {
		return errSubCount
	}
	for _, s := range b.Sub {
		if len(s.Sub) > 0 {
			return errMenuLevel
		}
		if err := s.leaf(subCodes(), maxSubName); err != nil {
			return err
		}
	}
	return nil
}

// leaf checks a button that does something.
func (b button) leaf(codes buttonCodes, name int) error {
	if b.Name == "" || len(b.Name) > name {
		return codes.name
	}
	switch b.Type {
	case "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select":
		if b.Key == "" || len(b.Key) > maxKey {
			return codes.key
		}
	case "view", "miniprogram":
		if b.URL == "" || len(b.URL) > maxURL {
			return codes.url
		}
		if u, err := url.Parse(b.URL); err != nil || !slices.Contains([]string{"http", "https"}, u.Scheme) || u.Host == "" {
			return codes.domain
		}
	case "media_id", "view_limited", "article_id", "article_view_limited":
		if b.Media == "" && b.Article == "" {
			return errMediaID
		}
	default:
		return codes.kind
	}
	return nil
}

// createMenu is menu/create: at most three buttons with five below each.
func createMenu(c *call) (any, error) {
	var in menu
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	stored, err := json.Marshal(in.complete())
	c.acct.setMenu(stored)
	c.p.news.publish()
	return ok, err
}

// complete gives every button a list of those below it, empty or not, as the
// platform answers.
func (m menu) complete() menu {
	for i, b := range m.Buttons {
		m.Buttons[i].Sub = menu{append([]button{}, b.Sub...)}.complete().Buttons
	}
	return m
}

// getMenu is menu/get.
func getMenu(c *call) (any, error) {
	stored := c.acct.getMenu()
	if stored == nil {
		return nil, errNoMenu
	}
	return map[string]json.RawMessage{"menu": stored}, nil
}

// selfButton is a button in the form of get_current_selfmenu_info, where those
// below it are in a list of their own.
type selfButton struct {
	Type string    `json:"type,omitempty"`
	Name string    `json:"name"`
	Key  string    `json:"key,omitempty"`
	URL  string    `json:"url,omitempty"`
	Sub  *selfList `json:"sub_button,omitempty"`
}

type selfList struct {
	List []selfButton `json:"list"`
}

// getSelfMenu is get_current_selfmenu_info: the menu in use.
func getSelfMenu(c *call) (any, error) {
	var m menu
	open := 0
	if stored := c.acct.getMenu(); json.Unmarshal(stored, &m) == nil {
		open = 1
	}
	info := map[string][]selfButton{"button": selfButtons(m.Buttons)}
	return map[string]any{"is_menu_open": open, "selfmenu_info": info}, nil
}

func selfButtons(buttons []button) []selfButton {
	out := []selfButton{}
	for _, b := range buttons {
		s := selfButton{Type: b.Type, Name: b.Name, Key: b.Key, URL: b.URL}
		if len(b.Sub) > 0 {
			s.Sub = &selfList{selfButtons(b.Sub)}
		}
		out = append(out, s)
	}
	return out
}

// deleteMenu is menu/delete.
func deleteMenu(c *call) (any, error) {
	c.acct.setMenu(nil)
	c.p.news.publish()
	return ok, nil
}

func (a *account) setMenu(m json.RawMessage) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.menu = m
}

func (a *account) getMenu() json.RawMessage {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.menu
}

// buttonName is the caption of the menu's button with this key, or the key.
func (a *account) buttonName(key string) string {
	var m menu
	if json.Unmarshal(a.getMenu(), &m) != nil {
		return key // there is no menu
	}
	for _, b := range m.Buttons {
		for _, b := range append(b.Sub, b) {
			if b.Key == key {
				return b.Name
			}
		}
	}
	return key
}
