package wechat

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
)

// Kind is the sort of a push. Its values are the platform's MsgType, except
// KindUnknown.
type Kind string

// The kinds the product knows.
const (
	KindText       Kind = "text"
	KindImage      Kind = "image"
	KindVoice      Kind = "voice"
	KindVideo      Kind = "video"
	KindShortVideo Kind = "shortvideo"
	KindLocation   Kind = "location"
	KindLink       Kind = "link"
	KindEvent      Kind = "event"
	// KindUnknown is a message or an event the platform added later. It is
	// answered kindly, never refused.
	KindUnknown Kind = "unknown"
)

// The events the product knows, as the platform spells them in Event.
const (
	EventSubscribe       = "subscribe"
	EventUnsubscribe     = "unsubscribe"
	EventScan            = "SCAN"
	EventClick           = "CLICK"
	EventView            = "VIEW"
	EventViewMini        = "view_miniprogram"
	EventLocation        = "LOCATION"
	EventLocationSelect  = "location_select"
	EventPicSysPhoto     = "pic_sysphoto"
	EventPicPhotoOrAlbum = "pic_photo_or_album"
	EventPicWeixin       = "pic_weixin"
	EventScanPush        = "scancode_push"
	EventScanWait        = "scancode_waitmsg"
	EventTemplateDone    = "TEMPLATESENDJOBFINISH"
	EventSubscribePopup  = "subscribe_msg_popup_event"
	EventSubscribeChange = "subscribe_msg_change_event"
	EventSubscribeSent   = "subscribe_msg_sent_event"
)

// Message is one push: a resident's message or an event. Every text in it is
// clean: valid UTF-8 without control characters. Fields a kind does not have
// are empty.
type Message struct {
	Account    string // the configured name of the account it came to
	AppID      string
	From       string // the person's openid; unsubscribed people keep theirs
	To         string // the account's original id, gh_…
	Type       Kind
	RawType    string    // the platform's MsgType, when Type is KindUnknown the only trace
	ID         string    // MsgId of a message, MsgID of a TEMPLATESENDJOBFINISH; events have none
	CreateTime time.Time // the platform's, whole seconds

	Text   string // text
	MenuID string // bizmsgmenuid: the text was not typed, a menu item was tapped

	PicURL       string // image; how long it lives is not documented
	MediaID      string // image, voice, video; lives 3 days
	ThumbMediaID string // video
	Format       string // voice: amr, speex
	Recognition  string // voice; being retired, arrives empty

	Location Location // location, LOCATION, location_select

	Title       string // link
	Description string // link
	URL         string // link

	Event    string // event
	EventKey string // event; a menu's key, a code's scene
	Ticket   string // subscribe, SCAN: of the code
	// Scene is the code's scene, without the "qrscene_" that a first scan
	// puts before it.
	Scene string
	// Status tells how a template went: "success", "failed:user block",
	// "failed: system failed".
	Status     string
	PicCount   int    // pic_*: the images that will follow as messages
	ScanResult string // scancode_*: what the code held
	// Subscriptions is the list of a subscribe_msg_* event.
	Subscriptions []Subscription // at most 32; see Consents and Receipts
}

// Location is a place on the map, in degrees (GCJ-02, as the platform gives
// it). The zero value means none.
type Location struct {
	Lat, Lon float64
	Scale    float64 // zoom of the map it was picked on
	Label    string  // the map's words for it, often an address
}

// Subscription is one template's part in a subscribe_msg_* event.
type Subscription struct {
	TemplateID  string
	Status      string // accept, reject; of a change event too
	Scene       string // popup: where the person was asked, a small number
	ID          string // sent: MsgID
	ErrorCode   string // sent: "0" when it arrived
	ErrorStatus string // sent: success, or why not
}

// Key is what makes two pushes the same: 32 hex digits, equal for every
// delivery of one push on every replica. The platform names MsgId, or
// FromUserName and CreateTime for events; both collide in practice, so the key
// is made of AppID, openid, MsgId and CreateTime for messages, and of AppID,
// openid, Event, EventKey, CreateTime and MsgID (where there is one) for
// events. Of a list of subscriptions the key holds every entry, because several
// lists may come within one second. It is a hash because it holds an openid.
func (m *Message) Key() string {
	buf := make([]byte, 0, 256)
	buf = append(append(buf, m.AppID...), 0)
	buf = append(append(buf, m.From...), 0)
	if m.Event != "" {
		buf = append(append(buf, m.Event...), 0)
		buf = append(append(buf, m.EventKey...), 0)
	}
	buf = append(append(buf, m.ID...), 0)
	for _, s := range m.Subscriptions {
		for _, part := range []string{s.TemplateID, s.Status, s.ID} {
			buf = append(append(buf, part...), 0)
		}
	}
	buf = strconv.AppendInt(buf, m.CreateTime.Unix(), 10)
	sum := sha256.Sum256(buf)
	return hex.EncodeToString(sum[:16])
}
