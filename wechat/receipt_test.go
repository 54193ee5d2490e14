package wechat

import (
	"reflect"
	"strings"
	"testing"
)

// sentItem is one entry of a subscribe_msg_sent_event.
func sentItem(id, code, status string) string {
	return "<TemplateId>a</TemplateId><MsgID>" + id + "</MsgID><ErrorCode><![CDATA[" + code + "]]></ErrorCode><ErrorStatus>" + status + "</ErrorStatus>"
}

func TestReceipts(t *testing.T) {
	sent := func(inside string) string {
		return eventPush("subscribe_msg_sent_event", "<SubscribeMsgSentEvent>"+inside+"</SubscribeMsgSentEvent>")
	}
	done := func(status string) string {
		return eventPush("TEMPLATESENDJOBFINISH", "<MsgID>9007199254740993</MsgID><Status><![CDATA["+status+"]]></Status>")
	}
	one := func(fate Fate, detail string) []Receipt {
		return []Receipt{{Ref: "9007199254740993", Fate: fate, Detail: detail}}
	}
	for name, c := range map[string]struct {
		doc  string
		want []Receipt
	}{
		"delivered":         {done("success"), one(FateDelivered, "success")},
		"blocked":           {done("failed:user block"), one(FateBlocked, "failed:user block")},
		"blocked, spaced":   {done("failed: user  block"), one(FateBlocked, "failed: user  block")},
		"failed":            {done("failed: system failed"), one(FateFailed, "failed: system failed")},
		"of tomorrow":       {done("levitating"), one(FateFailed, "levitating")},
		"no status":         {done(""), one(FateFailed, "")},
		"subscription":      {sent("<List>" + sentItem("5", "0", "success") + "</List>"), []Receipt{{"5", "a", FateDelivered, "0 success"}}},
		"without a list":    {sent(sentItem("5", "0", "success")), []Receipt{{"5", "a", FateDelivered, "0 success"}}},
		"a list on its own": {eventPush("subscribe_msg_sent_event", "<List>"+sentItem("5", "0", "success")+"</List>"), []Receipt{{"5", "a", FateDelivered, "0 success"}}},
		"subscription blocked": {sent("<List>" + sentItem("5", "43101", "user refuse to accept the msg") + "</List>"),
			[]Receipt{{"5", "a", FateBlocked, "43101 user refuse to accept the msg"}}},
		"several": {sent("<List>" + sentItem("5", "0", "success") + "</List><List>" + sentItem("6", "1", "other") + "</List>"),
			[]Receipt{{"5", "a", FateDelivered, "0 success"}, {"6", "a", FateFailed, "1 other"}}},
		"a consent":  {eventPush("subscribe_msg_popup_event", "<List><TemplateId>a</TemplateId></List>"), nil},
		"empty list": {sent("<List></List><List/>"), nil},
		"a text":     {textPush("success"), nil},
	} {
		if got := mustParse(t, c.doc).Receipts(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestConsents(t *testing.T) {
	item := func(template, status string) string {
		return "<TemplateId>" + template + "</TemplateId><SubscribeStatusString>" + status + "</SubscribeStatusString>"
	}
	popup := func(inside string) string {
		return eventPush("subscribe_msg_popup_event", "<SubscribeMsgPopupEvent>"+inside+"</SubscribeMsgPopupEvent>")
	}
	for name, c := range map[string]struct {
		doc  string
		want []Consent
	}{
		"one":               {popup("<List>" + item("a", "accept") + "</List>"), []Consent{{"a", true}}},
		"several":           {popup("<List>" + item("a", "accept") + "</List><List>" + item("b", "reject") + "</List>"), []Consent{{"a", true}, {"b", false}}},
		"without a list":    {popup(item("a", "accept")), []Consent{{"a", true}}},
		"a list on its own": {eventPush("subscribe_msg_change_event", "<List>"+item("a", "reject")+"</List>"), []Consent{{"a", false}}},
		"documented change": {eventPush("subscribe_msg_change_event", "<SubscribeMsgPopupEvent><List>"+item("a", "reject")+"</List></SubscribeMsgPopupEvent>"), []Consent{{"a", false}}},
		"of tomorrow":       {popup("<List>" + item("a", "perhaps") + "</List>"), []Consent{{"a", false}}},
		"no template":       {popup("<List><SubscribeStatusString>accept</SubscribeStatusString></List>"), nil},
		"a receipt":         {eventPush("subscribe_msg_sent_event", "<List>"+item("a", "accept")+"</List>"), nil},
	} {
		if got := mustParse(t, c.doc).Consents(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// A list nobody would send takes no more room than a long one.
func TestSubscriptionsAreBounded(t *testing.T) {
	m := mustParse(t, eventPush("subscribe_msg_popup_event", strings.Repeat("<List><TemplateId>a</TemplateId></List>", 1000)))
	if len(m.Subscriptions) != maxSubscriptions {
		t.Errorf("%d entries", len(m.Subscriptions))
	}
}

// Two lists within one second are two events; the same list again is a repeat.
func TestListsHaveKeys(t *testing.T) {
	keys := map[string]string{}
	for _, inside := range []string{"<TemplateId>a</TemplateId><SubscribeStatusString>reject</SubscribeStatusString>",
		"<TemplateId>b</TemplateId><SubscribeStatusString>reject</SubscribeStatusString>", "<TemplateId>a</TemplateId><SubscribeStatusString>accept</SubscribeStatusString>",
		sentItem("5", "0", "success"), sentItem("6", "0", "success")} {
		for _, event := range []string{EventSubscribeChange, EventSubscribeSent} {
			doc := eventPush(event, "<List>"+inside+"</List>")
			key := mustParse(t, doc).Key()
			if other, taken := keys[key]; taken {
				t.Errorf("%q and %q have one key", doc, other)
			}
			if keys[key] = doc; mustParse(t, doc).Key() != key {
				t.Error("a repeat has another key")
			}
		}
	}
}
