package wechat

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

// base is what every pushed document holds, as a Message.
func base(kind Kind, raw string) Message {
	return Message{From: testOpenid, To: testOrigin, Type: kind, RawType: raw, CreateTime: time.Unix(testCreated, 0)}
}

// messageOf is base with changes.
func messageOf(kind Kind, change func(*Message)) Message {
	m := base(kind, string(kind))
	m.ID = "7"
	change(&m)
	return m
}

// eventOf is a base event with changes.
func eventOf(name string, change func(*Message)) Message {
	m := base(KindEvent, "event")
	m.Event = name
	if change != nil {
		change(&m)
	}
	return m
}

func TestParseMessages(t *testing.T) {
	const id = "<MsgId>7</MsgId>"
	for name, c := range map[string]struct {
		doc  string
		want Message
	}{
		"text": {push("text", "<Content><![CDATA[路灯不亮]]></Content>"+id),
			messageOf(KindText, func(m *Message) { m.Text = "路灯不亮" })},
		"menu tap": {push("text", "<Content>不满意</Content><bizmsgmenuid>101</bizmsgmenuid>"+id),
			messageOf(KindText, func(m *Message) { m.Text, m.MenuID = "不满意", "101" })},
		"image": {push("image", "<PicUrl><![CDATA[http://mmbiz.qpic.cn/x?a=1&b=2]]></PicUrl><MediaId>m1</MediaId>"+id),
			messageOf(KindImage, func(m *Message) { m.PicURL, m.MediaID = "http://mmbiz.qpic.cn/x?a=1&b=2", "m1" })},
		"voice": {push("voice", "<MediaId>m2</MediaId><Format>amr</Format><Recognition><![CDATA[漏水。]]></Recognition>"+id),
			messageOf(KindVoice, func(m *Message) { m.MediaID, m.Format, m.Recognition = "m2", "amr", "漏水。" })},
		"video": {push("video", "<MediaId>m3</MediaId><ThumbMediaId>t3</ThumbMediaId>"+id),
			messageOf(KindVideo, func(m *Message) { m.MediaID, m.ThumbMediaID = "m3", "t3" })},
		"short video": {push("shortvideo", "<MediaId>m4</MediaId>"+id),
			messageOf(KindShortVideo, func(m *Message) { m.MediaID = "m4" })},
		"location": {push("location", "<Location_X>28.6561</Location_X><Location_Y>121.4208</Location_Y><Scale>15</Scale><Label><![CDATA[椒江区]]></Label>"+id),
			messageOf(KindLocation, func(m *Message) { m.Location = Location{28.6561, 121.4208, 15, "椒江区"} })},
		"impossible place": {push("location", "<Location_X>NaN</Location_X><Location_Y>1e309</Location_Y><Scale>-Inf</Scale>"+id),
			messageOf(KindLocation, func(*Message) {})},
		"link": {push("link", "<Title>t</Title><Description>d</Description><Url>https://example.com/?a=1&amp;b=2</Url>"+id),
			messageOf(KindLink, func(m *Message) { m.Title, m.Description, m.URL = "t", "d", "https://example.com/?a=1&b=2" })},
		"a kind of tomorrow": {push("hologram", "<Content>x</Content>"+id),
			messageOf(KindUnknown, func(m *Message) { m.RawType, m.Text = "hologram", "x" })},
	} {
		t.Run(name, func(t *testing.T) {
			if got := *mustParse(t, c.doc); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestParseEvents(t *testing.T) {
	list := func(outer, items string) string { return "<" + outer + ">" + items + "</" + outer + ">" }
	for name, c := range map[string]struct {
		doc  string
		want Message
	}{
		"subscribe": {eventPush("subscribe", "<EventKey></EventKey>"), eventOf(EventSubscribe, nil)},
		"subscribe by code": {eventPush("subscribe", "<EventKey>qrscene_mg:12-3</EventKey><Ticket>tk</Ticket>"),
			eventOf(EventSubscribe, func(m *Message) { m.EventKey, m.Scene, m.Ticket = "qrscene_mg:12-3", "mg:12-3", "tk" })},
		"subscribe after paying": {eventPush("subscribe", "<EventKey>last_trade_no_1</EventKey>"),
			eventOf(EventSubscribe, func(m *Message) { m.EventKey = "last_trade_no_1" })},
		"scan": {eventPush("SCAN", "<EventKey>mg:12-3</EventKey>"),
			eventOf(EventScan, func(m *Message) { m.EventKey, m.Scene = "mg:12-3", "mg:12-3" })},
		"unsubscribe": {eventPush("unsubscribe", "<EventKey/>"), eventOf(EventUnsubscribe, nil)},
		"click": {eventPush("CLICK", "<EventKey>progress</EventKey>"),
			eventOf(EventClick, func(m *Message) { m.EventKey = "progress" })},
		"view": {eventPush("VIEW", "<EventKey>https://a.b/</EventKey><MenuId>1</MenuId>"),
			eventOf(EventView, func(m *Message) { m.EventKey = "https://a.b/" })},
		"where they are": {eventPush("LOCATION", "<Latitude>28.6</Latitude><Longitude>121.4</Longitude><Precision>65.0</Precision>"),
			eventOf(EventLocation, func(m *Message) { m.Location = Location{Lat: 28.6, Lon: 121.4} })},
		"place picked": {eventPush("location_select", "<SendLocationInfo><Location_X>28.6</Location_X><Location_Y>121.4</Location_Y><Scale>15</Scale><Label>椒江</Label><Poiname>x</Poiname></SendLocationInfo>"),
			eventOf(EventLocationSelect, func(m *Message) { m.Location = Location{28.6, 121.4, 15, "椒江"} })},
		"photo picked": {eventPush("pic_photo_or_album", "<SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item></PicList></SendPicsInfo>"),
			eventOf(EventPicPhotoOrAlbum, func(m *Message) { m.PicCount = 2 })},
		"code read": {eventPush("scancode_waitmsg", "<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>abc</ScanResult></ScanCodeInfo>"),
			eventOf(EventScanWait, func(m *Message) { m.ScanResult = "abc" })},
		"template done": {eventPush("TEMPLATESENDJOBFINISH", "<MsgID>99</MsgID><Status>failed:user block</Status>"),
			eventOf(EventTemplateDone, func(m *Message) { m.ID, m.Status = "99", "failed:user block" })},
		"consents": {eventPush("subscribe_msg_popup_event", list("SubscribeMsgPopupEvent",
			"<List><TemplateId>a</TemplateId><SubscribeStatusString>accept</SubscribeStatusString><PopupScene>2</PopupScene></List>"+
				"<List><TemplateId>b</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List>")),
			eventOf(EventSubscribePopup, func(m *Message) {
				m.Subscriptions = []Subscription{{TemplateID: "a", Status: "accept", Scene: "2"}, {TemplateID: "b", Status: "reject"}}
			})},
		"consent taken back": {eventPush("subscribe_msg_change_event", list("SubscribeMsgChangeEvent",
			"<List><TemplateId>a</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List>")),
			eventOf(EventSubscribeChange, func(m *Message) {
				m.Subscriptions = []Subscription{{TemplateID: "a", Status: "reject"}}
			})},
		"subscription sent": {eventPush("subscribe_msg_sent_event", list("SubscribeMsgSentEvent",
			"<List><TemplateId>a</TemplateId><MsgID>5</MsgID><ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus></List>")),
			eventOf(EventSubscribeSent, func(m *Message) {
				m.Subscriptions = []Subscription{{TemplateID: "a", ID: "5", ErrorCode: "0", ErrorStatus: "success"}}
			})},
		"an event of tomorrow": {eventPush("user_levitates", "<EventKey>k</EventKey>"),
			eventOf("user_levitates", func(m *Message) { m.Type, m.EventKey = KindUnknown, "k" })},
	} {
		t.Run(name, func(t *testing.T) {
			if got := *mustParse(t, c.doc); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// What residents' telephones really send must arrive, cleaned and whole.
func TestOpenOddText(t *testing.T) {
	long := strings.Repeat("灯", 20000)
	for name, c := range map[string][2]string{
		"20,000 characters": {long, long},
		"emoji":             {"着火了🔥👨\u200d👩\u200d👧", "着火了🔥👨\u200d👩\u200d👧"},
		"right to left":     {"مرحبا \u202eabc", "مرحبا abc"},
		"zero width":        {"进\u200b度", "进度"},
		"NUL":               {"路\x00灯", "路灯"},
		"controls":          {"\x01\x02路灯\x1f\x7f", "路灯"},
		"broken UTF-8":      {"路灯\xff\xfe不\xe4亮", "路灯不亮"},
		"markup":            {"<b>x</b><FromUserName>y</FromUserName>", "<b>x</b><FromUserName>y</FromUserName>"},
		"entity":            {"&lt;a&gt;", "&lt;a&gt;"},
		"end of section":    {"a]]]]><![CDATA[>b", "a]]>b"},
	} {
		t.Run(name, func(t *testing.T) {
			m := openSafeOrPlain(t, textPush("<![CDATA["+c[0]+"]]>"))
			if m.Text != c[1] || m.From != testOpenid {
				t.Errorf("Text %.60q, want %.60q", m.Text, c[1])
			}
		})
	}
	m := openSafe(t, textPush("a&#0;b&#27;c&#x85;d&#xFFFF;"))
	if m.Text != "abcd" {
		t.Errorf("references to controls gave %q", m.Text)
	}
}

// openSafeOrPlain opens in safe mode what fits there: encryption and base64
// make a body a third longer than its text.
func openSafeOrPlain(t *testing.T, doc string) *Message {
	t.Helper()
	if len(doc) < MaxBody/2 {
		return openSafe(t, doc)
	}
	m, _, err := envelopeIn(t, ModePlain).Open(plainQuery(), []byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestKey(t *testing.T) {
	text := func(change func(*Message)) string {
		m := mustParse(t, textPush("x"))
		m.AppID = testApp
		change(m)
		return m.Key()
	}
	same := text(func(*Message) {})
	if len(same) != 32 || strings.Trim(same, "0123456789abcdef") != "" {
		t.Errorf("key %q", same)
	}
	if again := text(func(m *Message) { m.Text, m.Account = "y", "z" }); again != same {
		t.Error("the key depends on what is no part of it")
	}
	differ := map[string]string{"the message": same}
	for name, change := range map[string]func(*Message){
		"AppID":       func(m *Message) { m.AppID = "wx1" },
		"sender":      func(m *Message) { m.From = "o2" },
		"MsgId":       func(m *Message) { m.ID = "8" },
		"time":        func(m *Message) { m.CreateTime = m.CreateTime.Add(time.Second) },
		"event":       func(m *Message) { m.Event = "CLICK" },
		"event key":   func(m *Message) { m.Event, m.EventKey = "CLICK", "k" },
		"event MsgID": func(m *Message) { m.Event, m.EventKey, m.ID = "CLICK", "k", "8" },
		"sent":        func(m *Message) { m.ID, m.Subscriptions = "", []Subscription{{ID: "9"}} },
	} {
		key := text(change)
		for other, k := range differ {
			if k == key {
				t.Errorf("%s and %s have the same key", name, other)
			}
		}
		differ[name] = key
	}
}

// A replica of another version must come to the same key, or a repeated
// delivery would make a second task.
func TestKeyIsStable(t *testing.T) {
	m := Message{AppID: "wx1", From: "o1", ID: "7", CreateTime: time.Unix(1785900000, 0)}
	if got, want := m.Key(), "c23c036bf78bccdbb88d7f9b37c545c7"; got != want {
		t.Errorf("Key = %s, want %s", got, want)
	}
}

// The spool keeps messages as JSON.
func TestMessageSurvivesJSON(t *testing.T) {
	doc := eventPush("location_select", "<SendLocationInfo><Location_X>28.6</Location_X></SendLocationInfo>")
	m := mustParse(t, strings.Replace(doc, strconv.Itoa(testCreated), "253402300799", 1))
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var back Message
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if back.Key() != m.Key() || back.Location != m.Location {
		t.Errorf("got  %+v\nwant %+v", back, *m)
	}
}
