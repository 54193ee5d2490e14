package simulator

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"

	"gridbot/wechat"
)

// ErrIllegal means that the webhook answered with something the platform does not
// take: not success, not empty, and not a valid reply. The person is shown a
// failure at once.
var ErrIllegal = errors.New("simulator: not a valid reply")

// ErrStatus means that the webhook answered with another HTTP status than 200.
var ErrStatus = errors.New("simulator: the webhook failed")

// sealedReply is a reply in safe mode.
type sealedReply struct {
	XMLName   xml.Name `xml:"xml"`
	Encrypt   string
	Signature string `xml:"MsgSignature"`
	Stamp     string `xml:"TimeStamp"`
	Nonce     string
}

// passiveReply is a reply in plaintext.
type passiveReply struct {
	XMLName xml.Name `xml:"xml"`
	To      string   `xml:"ToUserName"`
	From    string   `xml:"FromUserName"`
	Created int64    `xml:"CreateTime"`
	Type    string   `xml:"MsgType"`
	Content string
	Image   struct{ MediaId string }
	Voice   struct{ MediaId string }
	Video   struct{ Title string }
	Music   struct{ Title string }
	News    []struct {
		Title string
		URL   string `xml:"Url"`
	} `xml:"Articles>item"`
}

// read checks an answer as the platform does. plain is the answer decrypted.
func (u Push) read(status int, body []byte) (plain []byte, r *passiveReply, err error) {
	if status != http.StatusOK {
		return body, nil, fmt.Errorf("%w: status %d", ErrStatus, status)
	}
	if len(body) == 0 || string(body) == wechat.Success {
		return body, nil, nil
	}
	plain, err = u.open(body)
	if err != nil {
		return body, nil, err
	}
	r = &passiveReply{}
	if err := xml.Unmarshal(plain, r); err != nil {
		return plain, nil, fmt.Errorf("%w: %w", ErrIllegal, err)
	}
	if r.To != u.OpenID || u.acct != nil && r.From != u.acct.Original {
		return plain, nil, fmt.Errorf("%w: from %q to %q", ErrIllegal, r.From, r.To)
	}
	return plain, r, nil
}

// open decrypts a reply. Safe mode takes ciphertext only, plain mode plaintext
// only, compat mode either.
func (u Push) open(body []byte) ([]byte, error) {
	var in sealedReply
	if err := xml.NewDecoder(bytes.NewReader(body)).Decode(&in); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIllegal, err)
	}
	if u.cipher == nil || in.Encrypt == "" && u.acct.Mode == ModeCompat {
		return body, nil
	}
	if in.Encrypt == "" || in.Signature != wechat.Signature(u.acct.Token, in.Stamp, in.Nonce, in.Encrypt) {
		return nil, fmt.Errorf("%w: signature", ErrIllegal)
	}
	plain, err := u.cipher.Decrypt(in.Encrypt)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIllegal, err)
	}
	return plain, nil
}

// bubbles are what a valid reply shows.
func (p *Platform) bubbles(r *passiveReply) ([]Bubble, error) {
	var b Bubble
	var err error
	switch r.Type {
	case "text":
		b, err = textBubble(r.Content)
	case "image":
		b, err = p.mediaBubble(BubbleImage, r.Image.MediaId)
	case "voice":
		b, err = p.mediaBubble(BubbleVoice, r.Voice.MediaId)
	case "video":
		b = Bubble{Kind: BubbleLink, Text: r.Video.Title}
	case "music":
		b = Bubble{Kind: BubbleLink, Text: r.Music.Title}
	case "news":
		if len(r.News) == 0 {
			return nil, fmt.Errorf("%w: no article", ErrIllegal)
		}
		b = Bubble{Kind: BubbleLink, Text: r.News[0].Title, URL: r.News[0].URL}
	case "transfer_customer_service":
		return nil, nil
	default:
		return nil, fmt.Errorf("%w: type %q", ErrIllegal, r.Type)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrIllegal, err)
	}
	b.Via = ViaPassive
	return []Bubble{b}, nil
}
