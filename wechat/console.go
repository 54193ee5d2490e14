package wechat

import (
	"context"
)

// Console is what the console of an account answers by itself while no server is
// switched on: what is lost then and has to be brought along.
type Console struct {
	Menu    []Button          // as far as a server can have it
	Taps    map[string]string // replies to buttons that say a text, by their keys
	Left    []string          // names of buttons and rules that only the console can have
	Follow  string            // said to who follows the account
	Default string            // said to every message without a rule
	Rules   []Rule
}

// Rule is a keyword reply of the console.
type Rule struct {
	Name  string
	Words []Keyword
	Reply string
}

// Keyword is what a rule listens to.
type Keyword struct {
	Text  string
	Exact bool // the whole message, else a part of it
}

// consoleButton is a button as get_current_selfmenu_info tells it.
type consoleButton struct {
	Button
	Value string `json:"value"` // of a text, the text
	Sub   struct {
		List []consoleButton `json:"list"`
	} `json:"sub_button"`
}

// consoleReply is an answer as get_current_autoreply_info tells it.
type consoleReply struct {
	Type    string `json:"type"`
	Content string `json:"content"`
}

// consoleRule is a keyword rule of get_current_autoreply_info.
type consoleRule struct {
	Name  string `json:"rule_name"`
	Words []struct {
		Type    string `json:"type"`
		Match   string `json:"match_mode"` // contain or equal
		Content string `json:"content"`
	} `json:"keyword_list_info"`
	Replies []consoleReply `json:"reply_list_info"`
}

// Console asks for the menu in use and the replies of the console. It tells of them also
// after the server was switched on, though they answer nobody then.
func (c *Client) Console(ctx context.Context, account string) (Console, error) {
	var menu struct {
		Info struct {
			Button []consoleButton `json:"button"`
		} `json:"selfmenu_info"`
	}
	if _, err := c.ask(ctx, account, "/cgi-bin/get_current_selfmenu_info", nil, &menu); err != nil {
		return Console{}, err
	}
	var replies struct {
		Follow  consoleReply `json:"add_friend_autoreply_info"`
		Default consoleReply `json:"message_default_autoreply_info"`
		Rules   struct {
			List []consoleRule `json:"list"`
		} `json:"keyword_autoreply_info"`
	}
	if _, err := c.ask(ctx, account, "/cgi-bin/get_current_autoreply_info", nil, &replies); err != nil {
		return Console{}, err
	}
	out := Console{Taps: map[string]string{}, Follow: replies.Follow.text(), Default: replies.Default.text()}
	for _, b := range menu.Info.Button {
		out.Menu = append(out.Menu, out.button(b))
	}
	for _, r := range replies.Rules.List {
		out.rule(r)
	}
	return out, nil
}

func (r consoleReply) text() string {
	if r.Type != "text" {
		return ""
	}
	return r.Content
}

// button takes a button of the console over. One that says a text becomes a tap that is
// answered with it; pictures and articles stay behind.
func (o *Console) button(b consoleButton) Button {
	out := b.Button
	out.Buttons = nil
	for _, s := range b.Sub.List {
		out.Buttons = append(out.Buttons, o.button(s))
	}
	if len(out.Buttons) > 0 {
		out.Type = ""
		return out
	}
	if b.Type == "text" && b.Value != "" {
		out.Type, out.Key = "click", b.Name
		o.Taps[out.Key] = b.Value
	} else if out.Fault(true) != "" {
		o.Left = append(o.Left, b.Name)
	}
	return out
}

// rule takes the words of a rule over that answers with a text.
func (o *Console) rule(r consoleRule) {
	out := Rule{Name: r.Name}
	for _, w := range r.Words {
		if w.Type == "text" && w.Content != "" {
			out.Words = append(out.Words, Keyword{w.Content, w.Match == "equal"})
		}
	}
	for _, reply := range r.Replies {
		if text := reply.text(); text != "" && out.Reply == "" {
			out.Reply = text
		}
	}
	if out.Reply == "" || len(out.Words) == 0 {
		o.Left = append(o.Left, r.Name)
		return
	}
	o.Rules = append(o.Rules, out)
}
