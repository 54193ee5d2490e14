package handlers

import (
	"gridbot/bot"
	"gridbot/task"
	"gridbot/wechat"
)

// messageOf turns a push into what the conversation understands.
func messageOf(w *wechat.Message, street string) bot.Message {
	m := bot.Message{
		Key: w.Key(), Person: task.Person{Account: w.Account, OpenID: w.From}, Street: street, At: w.CreateTime,
		Kind: kindOf(w), Text: w.Text, MenuID: w.MenuID, MediaID: w.MediaID, PicURL: w.PicURL,
		Label: w.Location.Label, Lat: w.Location.Lat, Lon: w.Location.Lon, Scene: w.Scene,
	}
	switch m.Kind {
	case bot.Voice:
		m.Text = w.Recognition
	case bot.Click:
		m.Text = w.EventKey
	case bot.Receipt:
		for _, r := range w.Receipts() {
			m.Receipts = append(m.Receipts, bot.Delivery{Ref: r.Ref, Arrived: r.Fate == wechat.FateDelivered})
		}
		for _, x := range w.Consents() {
			m.Consents = append(m.Consents, bot.Consent{Template: x.TemplateID, Given: x.Given})
		}
	}
	return m
}

// kindOf sorts a push. Events that nobody did in order to be answered are quiet:
// position reports and the events that announce an ordinary
// message (pic_*, location_select), which follows by itself.
func kindOf(w *wechat.Message) bot.Kind {
	switch w.Type {
	case wechat.KindText:
		return bot.Text
	case wechat.KindImage:
		return bot.Image
	case wechat.KindVoice:
		return bot.Voice
	case wechat.KindLocation:
		return bot.Location
	}
	if w.Event == "" {
		return bot.Other
	}
	switch w.Event {
	case wechat.EventSubscribe:
		return bot.Subscribe
	case wechat.EventScan:
		return bot.Scan
	case wechat.EventUnsubscribe:
		return bot.Unsubscribe
	case wechat.EventClick:
		return bot.Click
	}
	if len(w.Receipts())+len(w.Consents()) > 0 {
		return bot.Receipt
	}
	return bot.Quiet
}

// lineOf names whose line a message stands in: one person on one account.
func lineOf(p task.Person) string { return p.Account + " " + p.OpenID }
