package simulator

// AutoReply is what the account's console answers by itself while no server is set
// (自动回复). The stand-in never answers with it, because it always has a server;
// get_current_autoreply_info tells it to who moves it into a bot.
type AutoReply struct {
	Welcome  string // after a follow; empty means off
	Default  string // to any message; empty means off
	Keywords []KeywordReply
}

// KeywordReply is a text that answers messages with one of some words.
type KeywordReply struct {
	Name  string // of the rule in the console
	Words []string
	Exact bool // the message must be the word, not only hold it
	Text  string
}

type autoText struct {
	Type    string `json:"type"`
	Mode    string `json:"match_mode,omitempty"`
	Content string `json:"content"`
}

type autoRule struct {
	Name    string     `json:"rule_name"`
	Created int64      `json:"create_time"`
	Mode    string     `json:"reply_mode"`
	Words   []autoText `json:"keyword_list_info"`
	Replies []autoText `json:"reply_list_info"`
}

type autoAnswer struct {
	Welcoming  int       `json:"is_add_friend_reply_open"`
	Answering  int       `json:"is_autoreply_open"`
	Welcome    *autoText `json:"add_friend_autoreply_info,omitempty"`
	ForAny     *autoText `json:"message_default_autoreply_info,omitempty"`
	ByKeywords *autoList `json:"keyword_autoreply_info,omitempty"`
}

type autoList struct {
	List []autoRule `json:"list"`
}

// getAutoReply is get_current_autoreply_info.
func getAutoReply(c *call) (any, error) {
	def, out := c.acct.Replies, autoAnswer{}
	if def.Welcome != "" {
		out.Welcoming, out.Welcome = 1, &autoText{Type: "text", Content: def.Welcome}
	}
	if def.Default != "" {
		out.ForAny = &autoText{Type: "text", Content: def.Default}
	}
	if len(def.Keywords) > 0 {
		out.ByKeywords = &autoList{}
	}
	for _, k := range def.Keywords {
		out.ByKeywords.List = append(out.ByKeywords.List, k.rule(c))
	}
	if out.ForAny != nil || out.ByKeywords != nil {
		out.Answering = 1
	}
	return out, nil
}

func (k KeywordReply) rule(c *call) autoRule {
	mode := "contain"
	if k.Exact {
		mode = "equal"
	}
	r := autoRule{Name: k.Name, Created: c.at.Unix(), Mode: "reply_all", Replies: []autoText{{Type: "text", Content: k.Text}}}
	for _, word := range k.Words {
		r.Words = append(r.Words, autoText{Type: "text", Mode: mode, Content: word})
	}
	return r
}
