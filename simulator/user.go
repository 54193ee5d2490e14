package simulator

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
