package handlers

import (
	"reflect"
	"testing"
	"time"

	"gridbot/bot"
	"gridbot/task"
	"gridbot/wechat"
)

func TestKindOf(t *testing.T) {
	cases := []struct {
		kind  wechat.Kind
		event string
		want  bot.Kind
	}{
		{wechat.KindText, "", bot.Text}, {wechat.KindImage, "", bot.Image}, {wechat.KindVoice, "", bot.Voice},
		{wechat.KindLocation, "", bot.Location}, {wechat.KindVideo, "", bot.Other}, {wechat.KindShortVideo, "", bot.Other},
		{wechat.KindLink, "", bot.Other}, {wechat.KindUnknown, "", bot.Other},
		{wechat.KindEvent, wechat.EventSubscribe, bot.Subscribe}, {wechat.KindEvent, wechat.EventUnsubscribe, bot.Unsubscribe},
		{wechat.KindEvent, wechat.EventScan, bot.Scan}, {wechat.KindEvent, wechat.EventClick, bot.Click},
		{wechat.KindEvent, wechat.EventView, bot.Quiet}, {wechat.KindEvent, wechat.EventLocation, bot.Quiet},
		{wechat.KindEvent, wechat.EventTemplateDone, bot.Receipt}, {wechat.KindEvent, wechat.EventSubscribePopup, bot.Quiet},
		{wechat.KindEvent, wechat.EventPicWeixin, bot.Quiet}, {wechat.KindEvent, wechat.EventLocationSelect, bot.Quiet},
		{wechat.KindUnknown, "some_new_event", bot.Quiet},
	}
	for _, c := range cases {
		if k := kindOf(&wechat.Message{Type: c.kind, Event: c.event}); k != c.want {
			t.Errorf("%s %s: %s, want %s", c.kind, c.event, k, c.want)
		}
	}
}

func TestMessageOf(t *testing.T) {
	at := time.Unix(1785900000, 0)
	base := wechat.Message{Account: "community", AppID: testApp, From: alice, CreateTime: at, ID: "7"}
	person := task.Person{Account: "community", OpenID: alice}
	cases := []struct {
		name string
		in   func(*wechat.Message)
		want bot.Message
	}{
		{"text", func(m *wechat.Message) { m.Type, m.Text, m.MenuID = wechat.KindText, "灯坏了", "2" }, bot.Message{Kind: bot.Text, Text: "灯坏了", MenuID: "2"}},
		{"image", func(m *wechat.Message) { m.Type, m.MediaID, m.PicURL = wechat.KindImage, "mid", "http://p" }, bot.Message{Kind: bot.Image, MediaID: "mid", PicURL: "http://p"}},
		{"voice", func(m *wechat.Message) { m.Type, m.MediaID, m.Recognition = wechat.KindVoice, "mid", "灯坏了" }, bot.Message{Kind: bot.Voice, MediaID: "mid", Text: "灯坏了"}},
		{"location", func(m *wechat.Message) {
			m.Type, m.Location = wechat.KindLocation, wechat.Location{Lat: 28.6, Lon: 121.4, Label: "康宁路"}
		}, bot.Message{Kind: bot.Location, Lat: 28.6, Lon: 121.4, Label: "康宁路"}},
		{"first scan", func(m *wechat.Message) {
			m.Type, m.Event, m.Scene = wechat.KindEvent, wechat.EventSubscribe, "12010101.3"
		}, bot.Message{Kind: bot.Subscribe, Scene: "12010101.3"}},
		{"menu", func(m *wechat.Message) { m.Type, m.Event, m.EventKey = wechat.KindEvent, wechat.EventClick, "status" }, bot.Message{Kind: bot.Click, Text: "status"}},
	}
	for _, c := range cases {
		m := base
		c.in(&m)
		c.want.Key, c.want.Person, c.want.Street, c.want.At = m.Key(), person, testStreet, at
		if got := messageOf(&m, testStreet); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n%+v\nwant\n%+v", c.name, got, c.want)
		}
	}
}

func TestLineOf(t *testing.T) {
	a, b := lineOf(task.Person{Account: "a", OpenID: "bc"}), lineOf(task.Person{Account: "ab", OpenID: "c"})
	if a == b {
		t.Error("two accounts share a line")
	}
}
