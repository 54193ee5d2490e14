package simulator

import (
	"bytes"
	"crypto/rand"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"gridbot/wechat"
)

// Field is an element of a message's XML.
type Field struct{ Name, Value string }

// Message is what a person's phone makes the platform push.
type Message struct {
	// Type is the MsgType: text, image, voice, video, shortvideo, location, link
	// or event.
	Type string
	// ID is the MsgId. 0 means the next free one. Events have none.
	ID int64
	// At is the CreateTime. Zero means now.
	At time.Time
	// Fields follow the common elements, in this order, as CDATA; numbers of the
	// official examples stand without.
	Fields []Field
	// Inner is XML that follows the fields as it is.
	Inner string
}

func textMessage(text string) Message {
	return Message{Type: "text", Fields: []Field{{"Content", text}}}
}

func eventMessage(event string, fields ...Field) Message {
	return Message{Type: "event", Fields: append([]Field{{"Event", event}}, fields...)}
}

// field returns the value of a field, or nothing.
func (m Message) field(name string) string {
	for _, f := range m.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// name is the message's type, or an event's own name.
func (m Message) name() string {
	if event := m.field("Event"); event != "" {
		return event
	}
	return m.Type
}

// xml is the message as the platform writes it. Control characters and broken
// UTF-8 stay as they are, because residents' phones do send them.
func (m Message) xml(to, from string) []byte {
	var b bytes.Buffer
	b.WriteString("<xml>")
	cdata(&b, "ToUserName", to)
	cdata(&b, "FromUserName", from)
	element(&b, "CreateTime", strconv.FormatInt(m.At.Unix(), 10))
	cdata(&b, "MsgType", m.Type)
	for _, f := range m.Fields {
		f.write(&b)
	}
	b.WriteString(m.Inner)
	if m.Type != "event" {
		element(&b, "MsgId", strconv.FormatInt(m.ID, 10))
	}
	b.WriteString("</xml>")
	return b.Bytes()
}

// write writes a field as the official examples do: some numbers without CDATA.
func (f Field) write(b *bytes.Buffer) {
	switch f.Name {
	case "MsgID", "ErrorCode", "PopupScene", "Location_X", "Location_Y", "Scale", "Latitude", "Longitude", "Precision":
		if _, err := strconv.ParseFloat(f.Value, 64); err == nil {
			element(b, f.Name, f.Value)
			return
		}
	}
	cdata(b, f.Name, f.Value)
}

func element(b *bytes.Buffer, name, value string) {
	b.WriteString("<" + name + ">" + value + "</" + name + ">")
}

func cdata(b *bytes.Buffer, name, value string) {
	element(b, name, "<![CDATA["+strings.ReplaceAll(value, "]]>", "]]]]><![CDATA[>")+"]]>")
}

// Push is a message as it goes over the wire. A test may change everything in it
// before it posts it.
type Push struct {
	App    string
	OpenID string
	Name   string     // the message's type, or an event's own name
	Query  url.Values // with the signatures
	Body   []byte
	Plain  []byte // the XML before encryption

	acct   *account
	m      Message
	acted  *atomic.Bool   // whether Deliver has seen it
	cipher *wechat.Cipher // with which the answer is read
	sealed string         // the Encrypt element
}

// Prepare signs and, depending on the mode, encrypts a message without pushing
// it. Nothing is shown and no window opens before [Platform.Deliver]. It panics for an unknown account.
func (p *Platform) Prepare(app, openid string, m Message) Push {
	a := p.account(app)
	if a == nil {
		panic(ErrNoAccount.Error() + ": " + app)
	}
	return p.seal(a, openid, m)
}

func (p *Platform) seal(a *account, openid string, m Message) Push {
	if m.At.IsZero() {
		m.At = p.o.Now()
	}
	if m.ID == 0 {
		m.ID = p.serial.Add(1)
	}
	plain := m.xml(a.Original, openid)
	push := Push{
		App: a.AppID, OpenID: openid, Name: m.name(), Body: plain, Plain: plain,
		acct: a, m: m, acted: new(atomic.Bool),
	}
	if _, push.cipher = a.target(); push.cipher != nil {
		push.encrypt()
	}
	push.sign(p.o.Now())
	return push
}

// encrypt makes the body of safe mode, or adds the ciphertext in compat mode.
func (u *Push) encrypt() {
	var err error
	if u.sealed, err = u.cipher.Encrypt(u.Plain); err != nil {
		panic("simulator: encrypting: " + err.Error()) // only beyond 4 GiB
	}
	var b bytes.Buffer
	if u.acct.Mode == ModeCompat {
		b.Write(bytes.TrimSuffix(u.Plain, []byte("</xml>")))
	} else {
		b.WriteString("<xml>")
		cdata(&b, "ToUserName", u.acct.Original)
	}
	cdata(&b, "Encrypt", u.sealed)
	b.WriteString("</xml>")
	u.Body = b.Bytes()
}

// sign gives the push a timestamp, a nonce and the signatures over them.
func (u *Push) sign(now time.Time) {
	stamp, nonce := strconv.FormatInt(now.Unix(), 10), rand.Text()[:10]
	u.Query = url.Values{
		"signature": {wechat.Signature(u.acct.Token, stamp, nonce)},
		"timestamp": {stamp}, "nonce": {nonce}, "openid": {u.OpenID},
	}
	if u.cipher != nil {
		u.Query.Set("encrypt_type", "aes")
		u.Query.Set("msg_signature", wechat.Signature(u.acct.Token, stamp, nonce, u.sealed))
	}
}
