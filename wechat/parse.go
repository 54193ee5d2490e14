package wechat

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// scenePrefix stands before the scene when a scan made the person follow.
const scenePrefix = "qrscene_"

// lastSecond is the last second of the year 9999; what lies beyond cannot be
// written as JSON.
const lastSecond = 253402300799

// maxSubscriptions bounds the list of a subscribe_msg_* event. The platform asks
// for at most a handful of consents at a time.
const maxSubscriptions = 32

// parser collects one push's fields.
type parser struct {
	m       Message
	created string
	item    Subscription
}

// parse reads a push. It fails only when the document is not XML or lacks what
// nothing can be done without: who, to whom, what and when.
func parse(doc string) (*Message, error) {
	var p parser
	if err := scan(doc, p.element); err != nil {
		return nil, err
	}
	return p.finish()
}

// element is the leaf function of scan.
func (p *parser) element(depth int, parent, name, text string) {
	switch depth {
	case 2:
		if name == "List" { // pushed without the element around it
			p.closeItem()
			return
		}
		text = Clean(text)
		_ = p.common(name, text) || p.content(name, text) || p.event(name, text)
	case 3:
		p.nested(parent, name, text)
	case 4:
		if parent == "List" {
			p.subscription(name, Clean(text))
		}
	}
}

// common takes what every push has.
func (p *parser) common(name, text string) bool {
	switch name {
	case "FromUserName":
		p.m.From = text
	case "ToUserName":
		p.m.To = text
	case "CreateTime":
		p.created = text
	case "MsgType":
		p.m.RawType = text
	case "MsgId", "MsgID":
		p.m.ID = text
	default:
		return false
	}
	return true
}

// content takes what messages have.
func (p *parser) content(name, text string) bool {
	m := &p.m
	switch name {
	case "Content":
		m.Text = text
	case "bizmsgmenuid":
		m.MenuID = text
	case "PicUrl":
		m.PicURL = text
	case "MediaId":
		m.MediaID = text
	case "ThumbMediaId":
		m.ThumbMediaID = text
	case "Format":
		m.Format = text
	case "Recognition":
		m.Recognition = text
	case "Title":
		m.Title = text
	case "Description":
		m.Description = text
	case "Url":
		m.URL = text
	default:
		return m.Location.set(name, text)
	}
	return true
}

// event takes what events have.
func (p *parser) event(name, text string) bool {
	m := &p.m
	switch name {
	case "Event":
		m.Event = text
	case "EventKey":
		m.EventKey = text
	case "Ticket":
		m.Ticket = text
	case "Status":
		m.Status = text
	default:
		return false
	}
	return true
}

// nested takes what lies one level deeper, and closes an item of a list.
func (p *parser) nested(parent, name, text string) {
	switch parent {
	case "SendLocationInfo":
		p.m.Location.set(name, Clean(text))
	case "SendPicsInfo":
		if name == "Count" {
			p.m.PicCount, _ = strconv.Atoi(text)
		}
	case "ScanCodeInfo":
		if name == "ScanResult" {
			p.m.ScanResult = Clean(text)
		}
	case "SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent":
		if name == "List" {
			p.closeItem()
			return
		}
		p.subscription(name, Clean(text))
	case "List":
		p.subscription(name, Clean(text))
	}
}

// closeItem ends an entry of a list. An entry that names nothing is left out, and
// so is what goes beyond any list of the platform's.
func (p *parser) closeItem() {
	if p.item != (Subscription{}) && len(p.m.Subscriptions) < maxSubscriptions {
		p.m.Subscriptions = append(p.m.Subscriptions, p.item)
	}
	p.item = Subscription{}
}

// subscription takes a field of a list's item.
func (p *parser) subscription(name, text string) {
	switch name {
	case "TemplateId":
		p.item.TemplateID = text
	case "SubscribeStatusString":
		p.item.Status = text
	case "PopupScene":
		p.item.Scene = text
	case "MsgID":
		p.item.ID = text
	case "ErrorCode":
		p.item.ErrorCode = text
	case "ErrorStatus":
		p.item.ErrorStatus = text
	}
}

// set takes a field of a place: a message spells it Location_X (latitude) and
// Location_Y (longitude), the LOCATION event in full. A number that cannot be
// a place is left out.
func (l *Location) set(name, text string) bool {
	switch name {
	case "Location_X", "Latitude":
		l.Lat = degrees(text, 90)
	case "Location_Y", "Longitude":
		l.Lon = degrees(text, 180)
	case "Scale":
		l.Scale = degrees(text, 1000)
	case "Label":
		l.Label = text
	default:
		return false
	}
	return true
}

// degrees reads a number between −limit and limit; anything else is 0.
func degrees(text string, limit float64) float64 {
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > limit {
		return 0
	}
	return f
}

// finish checks the necessary and derives the rest.
func (p *parser) finish() (*Message, error) {
	m := &p.m
	p.closeItem() // a single entry may stand without a List around it
	if m.From == "" || m.To == "" || m.RawType == "" {
		return nil, fmt.Errorf("sender, receiver or type is missing: %w", errXML)
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(p.created), 10, 64)
	if err != nil || seconds <= 0 || seconds > lastSecond {
		return nil, fmt.Errorf("the creation time is not a time: %w", errXML)
	}
	m.CreateTime = time.Unix(seconds, 0)
	m.Type = kindOf(m.RawType, m.Event)
	m.Scene = sceneOf(m.Event, m.EventKey)
	return m, nil
}

// kindOf tells the kind; what the product does not know is KindUnknown.
func kindOf(msgType, event string) Kind {
	switch k := Kind(msgType); k {
	case KindText, KindImage, KindVoice, KindVideo, KindShortVideo, KindLocation, KindLink:
		return k
	case KindEvent:
		if knownEvent(event) {
			return KindEvent
		}
	}
	return KindUnknown
}

// knownEvent reports whether event is one of the constants.
func knownEvent(event string) bool {
	switch event {
	case EventSubscribe, EventUnsubscribe, EventScan, EventClick, EventView, EventViewMini,
		EventLocation, EventLocationSelect, EventPicSysPhoto, EventPicPhotoOrAlbum, EventPicWeixin,
		EventScanPush, EventScanWait, EventTemplateDone,
		EventSubscribePopup, EventSubscribeChange, EventSubscribeSent:
		return true
	}
	return false
}

// sceneOf is the scene of the code that was scanned, if one was.
func sceneOf(event, key string) string {
	switch event {
	case EventScan:
		return key
	case EventSubscribe:
		if scene, ok := strings.CutPrefix(key, scenePrefix); ok {
			return scene
		}
	}
	return ""
}
