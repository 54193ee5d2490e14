package simulator

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"gridbot/wechat"
)

// Follow makes a person follow the account, by the code with this scene or,
// with an empty scene, by searching for it: subscribe.
func (p *Platform) Follow(app, openid, scene string) Delivery {
	return p.with(app, openid, func(a *account, x *person) Delivery {
		x.follow(scene, p.now())
		p.tell(x, NoteFollowed, "")
		var fields []Field
		if scene != "" {
			fields = []Field{{"EventKey", "qrscene_" + scene}, {"Ticket", ticketOf(scene)}}
		} else {
			fields = []Field{{"EventKey", ""}}
		}
		return p.push(a, x, eventMessage(wechat.EventSubscribe, fields...), true)
	})
}

// Scan scans the code with this scene: SCAN for a follower, otherwise the person
// follows by it.
func (p *Platform) Scan(app, openid, scene string) Delivery {
	return p.with(app, openid, func(a *account, x *person) Delivery {
		if following, _ := x.state(); !following {
			return p.Follow(app, openid, scene)
		}
		x.act(false, p.now())
		p.tell(x, NoteScanned, p.label(scene))
		return p.push(a, x, eventMessage(wechat.EventScan,
			Field{"EventKey", scene}, Field{"Ticket", ticketOf(scene)}), true)
	})
}

// Unfollow makes a person leave. All customer-service windows close.
func (p *Platform) Unfollow(app, openid string) Delivery {
	return p.with(app, openid, func(a *account, x *person) Delivery {
		x.leave()
		p.tell(x, NoteLeft, "")
		return p.push(a, x, eventMessage(wechat.EventUnsubscribe, Field{"EventKey", ""}), false)
	})
}

// Block makes a person take no messages from the account, or take them again:
// customer-service messages get 48002, template messages end as user block.
func (p *Platform) Block(app, openid string, on bool) {
	if a := p.account(app); a != nil {
		a.person(openid).setBlocked(on)
	}
}

// Refuse answers every send to this person with an errcode, such as 50005 (not a
// follower), 43019 (on the account's blacklist) or 48002 (takes no messages). 0
// ends it.
func (p *Platform) Refuse(app, openid string, code int) {
	if a := p.account(app); a != nil {
		a.person(openid).setRefusal(code)
	}
}

// Text writes to the account.
func (p *Platform) Text(app, openid, text string) Delivery {
	return p.say(app, openid, Bubble{Kind: BubbleText, Text: text}, textMessage(text))
}

// Choose taps an item of a msgmenu: a text with the item's id.
func (p *Platform) Choose(app, openid, text, id string) Delivery {
	m := textMessage(text)
	m.Fields = append(m.Fields, Field{"bizmsgmenuid", id})
	return p.say(app, openid, Bubble{Kind: BubbleText, Text: text}, m)
}

// Image sends a picture; its media_id can be fetched for three days.
func (p *Platform) Image(app, openid string, data []byte) Delivery {
	id := p.media.put(data, p.now())
	return p.say(app, openid, Bubble{Kind: BubbleImage, URL: picturePath(id)}, Message{
		Type: "image", Fields: []Field{{"PicUrl", p.absolute(picturePath(id))}, {"MediaId", id}},
	})
}

// Voice sends a voice message in AMR. Recognition is what the platform makes of
// it; the platform is retiring that, so it is mostly empty.
func (p *Platform) Voice(app, openid string, data []byte, recognition string) Delivery {
	id := p.media.put(data, p.now())
	return p.say(app, openid, Bubble{Kind: BubbleVoice, Text: recognition, URL: picturePath(id)}, Message{
		Type: "voice", Fields: []Field{{"MediaId", id}, {"Format", "amr"}, {"Recognition", recognition}},
	})
}

// Location sends a place, in degrees of the platform's own GCJ-02.
func (p *Platform) Location(app, openid string, lat, lng float64, label string) Delivery {
	return p.say(app, openid, Bubble{Kind: BubbleLocation, Text: label, Lat: lat, Lng: lng}, Message{
		Type: "location", Fields: []Field{
			{"Location_X", degrees(lat)}, {"Location_Y", degrees(lng)}, {"Scale", "16"}, {"Label", label},
		},
	})
}

// Click taps a menu button that sends a key.
func (p *Platform) Click(app, openid, key string) Delivery {
	return p.with(app, openid, func(a *account, x *person) Delivery {
		if !x.act(false, p.now()) {
			return Delivery{Err: ErrNotFollowing}
		}
		p.tell(x, NoteTapped, a.buttonName(key))
		return p.push(a, x, eventMessage(wechat.EventClick, Field{"EventKey", key}), true)
	})
}

// MenuPicture sends a picture by a menu button of the types pic_sysphoto,
// pic_photo_or_album and pic_weixin: the event of that name and then the ordinary
// message, which is what is returned.
func (p *Platform) MenuPicture(app, openid, event, key string, data []byte) Delivery {
	sum := md5.Sum(data)
	m := eventMessage(event, Field{"EventKey", key})
	m.Inner = "<SendPicsInfo><Count>1</Count><PicList><item><PicMd5Sum><![CDATA[" + hex.EncodeToString(sum[:]) +
		"]]></PicMd5Sum></item></PicList></SendPicsInfo>"
	if d := p.Send(app, openid, m); d.Err != nil && len(d.Attempts) == 0 {
		return d
	}
	return p.Image(app, openid, data)
}

// MenuLocation sends a place by a menu button: location_select and then the
// ordinary message, which is what is returned.
func (p *Platform) MenuLocation(app, openid, key string, lat, lng float64, label string) Delivery {
	m := eventMessage("location_select", Field{"EventKey", key})
	var b bytes.Buffer
	for _, f := range []Field{{"Location_X", degrees(lat)}, {"Location_Y", degrees(lng)}, {"Scale", "16"}, {"Label", label}, {"Poiname", ""}} {
		cdata(&b, f.Name, f.Value)
	}
	m.Inner = "<SendLocationInfo>" + b.String() + "</SendLocationInfo>"
	if d := p.Send(app, openid, m); d.Err != nil && len(d.Attempts) == 0 {
		return d
	}
	return p.Location(app, openid, lat, lng, label)
}

// Send pushes any message or event, with what it means for the platform: a
// subscribe follows, an unsubscribe leaves, CLICK, SCAN and the codes scanned by a
// menu button open the short window, a message opens the long one and is shown on
// the person's phone.
func (p *Platform) Send(app, openid string, m Message) Delivery {
	return p.with(app, openid, func(a *account, x *person) Delivery {
		if err := p.enact(x, m); err != nil {
			return Delivery{Err: err}
		}
		return p.push(a, x, m, true)
	})
}

// enact does what a message means for the platform itself.
func (p *Platform) enact(x *person, m Message) error {
	now, following := p.now(), true
	switch m.name() {
	case wechat.EventSubscribe:
		x.follow(strings.TrimPrefix(m.field("EventKey"), "qrscene_"), now)
	case wechat.EventUnsubscribe:
		x.leave()
	case wechat.EventClick, wechat.EventScan, "scancode_push", "scancode_waitmsg":
		following = x.act(false, now)
	default:
		if m.Type == "event" {
			return nil
		}
		if following = x.act(true, now); following {
			p.show(x, m.bubble())
		}
	}
	if !following {
		return ErrNotFollowing
	}
	return nil
}

// bubble is what the person's phone shows of a message without a method of its
// own.
func (m Message) bubble() Bubble {
	if m.Type == "text" {
		return Bubble{Out: true, Kind: BubbleText, Text: m.field("Content")}
	}
	return Bubble{Out: true, Kind: BubbleLink, Text: m.Type}
}

// say shows what the person sent and pushes it.
func (p *Platform) say(app, openid string, b Bubble, m Message) Delivery {
	return p.with(app, openid, func(a *account, x *person) Delivery {
		if !x.act(true, p.now()) {
			return Delivery{Err: ErrNotFollowing}
		}
		b.Out = true
		p.show(x, b)
		return p.push(a, x, m, true)
	})
}

func (p *Platform) with(app, openid string, do func(*account, *person) Delivery) Delivery {
	a := p.account(app)
	if a == nil {
		return Delivery{Err: fmt.Errorf("%w: %s", ErrNoAccount, app)}
	}
	return do(a, a.person(openid))
}

// Verify makes the handshake with which the console turns the webhook on: a
// signed GET that must be answered with its echostr. It is plaintext in every
// mode.
func (p *Platform) Verify(ctx context.Context, app string) error {
	a := p.account(app)
	if a == nil {
		return fmt.Errorf("%w: %s", ErrNoAccount, app)
	}
	push := Push{OpenID: "", acct: a}
	push.sign(p.o.Now())
	push.Query.Del("openid")
	echo := rand.Text()
	push.Query.Set("echostr", echo)
	return p.handshake(ctx, a, push.Query, echo)
}

// label is the caption of a scene the page knows, or the scene itself.
func (p *Platform) label(scene string) string {
	for _, s := range p.o.Scenes {
		if s.Key == scene {
			return s.Label
		}
	}
	return scene
}

// ticketOf stands for the ticket of a code that was not made here.
func ticketOf(scene string) string { return "ticket-" + url.QueryEscape(scene) }

func degrees(v float64) string { return strings.TrimSpace(strconv.FormatFloat(v, 'f', 6, 64)) }
