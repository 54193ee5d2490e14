package simulator

import "encoding/json"

// maxText is the longest text the platform delivers, in bytes.
const maxText = 2048

// customMessage is what message/custom/send takes, as far as the phones show it.
type customMessage struct {
	ToUser string `json:"touser"`
	Type   string `json:"msgtype"`
	Text   struct {
		Content string `json:"content"`
	} `json:"text"`
	Image struct {
		MediaID string `json:"media_id"`
	} `json:"image"`
	Voice struct {
		MediaID string `json:"media_id"`
	} `json:"voice"`
	News struct {
		Articles []struct {
			Title string `json:"title"`
			URL   string `json:"url"`
		} `json:"articles"`
	} `json:"news"`
	Menu menuMessage `json:"msgmenu"`
}

// menuMessage is a msgmenu: a question whose answers are tapped.
type menuMessage struct {
	Head string `json:"head_content"`
	Tail string `json:"tail_content"`
	List []struct {
		ID      json.RawMessage `json:"id"` // a string or a number
		Content string          `json:"content"`
	} `json:"list"`
}

func (m menuMessage) text() string {
	out := m.Head
	for _, item := range m.List {
		out += "\n" + item.Content
	}
	if m.Tail != "" {
		out += "\n" + m.Tail
	}
	return out
}

// customSend is message/custom/send.
func customSend(c *call) (any, error) {
	b, x, err := c.customBubble()
	if err == nil {
		err = x.spend(c.at)
	}
	c.p.sends.count(SendCustom, "", err)
	if err != nil {
		return nil, err
	}
	if c.undelivered {
		return ok, nil
	}
	c.p.deliverSend(Send{Kind: SendCustom, App: c.acct.AppID, OpenID: x.openid, Bubble: b}, x)
	return ok, nil
}

func (c *call) customBubble() (Bubble, *person, error) {
	var in customMessage
	if err := c.decode(&in); err != nil {
		return Bubble{}, nil, err
	}
	if c.acct.Kind == KindUncertified {
		return Bubble{}, nil, errUnauthorised
	}
	x := c.acct.known(in.ToUser)
	if x == nil {
		return Bubble{}, nil, errOpenID
	}
	if err := x.refuses(); err != nil {
		return Bubble{}, nil, err
	}
	b, err := c.p.render(in)
	b.Via = ViaCustom
	return b, x, err
}

// render is the bubble of a customer-service message.
func (p *Platform) render(in customMessage) (Bubble, error) {
	switch in.Type {
	case "text":
		return textBubble(in.Text.Content)
	case "msgmenu":
		return textBubble(in.Menu.text())
	case "image":
		return p.mediaBubble(BubbleImage, in.Image.MediaID)
	case "voice":
		return p.mediaBubble(BubbleVoice, in.Voice.MediaID)
	case "news":
		if len(in.News.Articles) != 1 {
			return Bubble{}, apiError{45008, "article size out of limit"}
		}
		article := in.News.Articles[0]
		return Bubble{Kind: BubbleLink, Text: article.Title, URL: article.URL}, nil
	}
	return Bubble{}, errMessageType
}

func textBubble(text string) (Bubble, error) {
	switch {
	case text == "":
		return Bubble{}, errEmptyText
	case len(text) > maxText:
		return Bubble{}, errTextTooLong
	}
	return Bubble{Kind: BubbleText, Text: text}, nil
}

func (p *Platform) mediaBubble(kind, id string) (Bubble, error) {
	if _, found := p.media.get(id, p.now()); !found {
		return Bubble{}, errMediaID
	}
	return Bubble{Kind: kind, URL: picturePath(id)}, nil
}

// deliverSend shows an accepted message and tells who listens.
func (p *Platform) deliverSend(s Send, x *person) {
	s.Bubble = p.show(x, s.Bubble)
	s.At = s.Bubble.At
	if p.o.OnSend != nil {
		p.o.OnSend(s)
	}
}
