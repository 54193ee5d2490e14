package simulator

import "encoding/json"

// user is what user/info says. The platform gives no nickname or picture any
// more.
type user struct {
	Subscribe int    `json:"subscribe"` // 1 for a follower
	OpenID    string `json:"openid"`
	Nickname  string `json:"nickname"`
	Language  string `json:"language,omitempty"`
	Since     int64  `json:"subscribe_time,omitempty"` // Unix seconds
	Source    string `json:"subscribe_scene,omitempty"`
	Scene     string `json:"qr_scene_str,omitempty"`
}

// userInfo is user/info.
func userInfo(c *call) (any, error) {
	x := c.acct.known(c.r.URL.Query().Get("openid"))
	if x == nil {
		return nil, errOpenID
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	u := user{OpenID: x.openid}
	if !x.following {
		return u, nil
	}
	u.Subscribe, u.Language, u.Since = 1, "zh_CN", x.since.Unix()
	u.Source, u.Scene = "ADD_SCENE_SEARCH", x.scene
	if x.scene != "" {
		u.Source = "ADD_SCENE_QR_CODE"
	}
	return u, nil
}

// button is an entry of the menu.
type button struct {
	Type string   `json:"type,omitempty"`
	Name string   `json:"name"`
	Key  string   `json:"key,omitempty"`
	URL  string   `json:"url,omitempty"`
	Sub  []button `json:"sub_button,omitempty"`
}

type menu struct {
	Buttons []button `json:"button"`
}

// createMenu is menu/create: at most three buttons with five below each.
func createMenu(c *call) (any, error) {
	var in menu
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if len(in.Buttons) < 1 || len(in.Buttons) > 3 {
		return nil, errButtonCount
	}
	for _, b := range in.Buttons {
		if len(b.Sub) > 5 {
			return nil, errButtonCount
		}
	}
	stored, err := json.Marshal(in)
	c.acct.setMenu(stored)
	c.p.news.publish()
	return ok, err
}

// getMenu is menu/get.
func getMenu(c *call) (any, error) {
	stored := c.acct.getMenu()
	if stored == nil {
		return nil, errNoMenu
	}
	return map[string]json.RawMessage{"menu": stored}, nil
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
