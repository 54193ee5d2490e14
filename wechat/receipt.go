package wechat

import "strings"

// Fate is what became of a message the platform had taken.
type Fate string

// What can become of one.
const (
	FateDelivered Fate = "delivered"
	FateBlocked   Fate = "blocked" // the person takes no such messages
	FateFailed    Fate = "failed"  // the platform could not, whatever the reason
)

// Receipt is what the platform tells later about one message by a template: a
// TEMPLATESENDJOBFINISH, or an entry of a subscribe_msg_sent_event.
type Receipt struct {
	// Ref is the platform's number of the message, the Ref of the
	// task.Result with which it was sent. A subscription's send does not
	// always tell one, so its receipt may match nothing.
	Ref string
	// TemplateID is the subscription's template; a TEMPLATESENDJOBFINISH
	// does not tell it.
	TemplateID string
	Fate       Fate
	// Detail is the platform's own words, for the operator.
	Detail string
}

// Consent is a person's answer to one subscription's template.
type Consent struct {
	TemplateID string
	// Given is true only for an acceptance the platform names: whatever else
	// it says, nothing may be sent.
	Given bool
}

// Receipts are what the event tells of messages sent before, nil for every other
// message.
func (m *Message) Receipts() []Receipt {
	switch m.Event {
	case EventTemplateDone:
		return []Receipt{{Ref: m.ID, Fate: templateFate(m.Status), Detail: detailOf(m.Status)}}
	case EventSubscribeSent:
		var out []Receipt
		for _, s := range m.Subscriptions {
			out = append(out, Receipt{Ref: s.ID, TemplateID: s.TemplateID, Fate: s.fate(), Detail: detailOf(s.ErrorCode + " " + s.ErrorStatus)})
		}
		return out
	}
	return nil
}

// Consents are the answers a subscribe_msg_popup_event or a
// subscribe_msg_change_event brings, in the platform's order; the later of two
// for one template counts. Nil for every other message.
func (m *Message) Consents() []Consent {
	if m.Event != EventSubscribePopup && m.Event != EventSubscribeChange {
		return nil
	}
	var out []Consent
	for _, s := range m.Subscriptions {
		if s.TemplateID != "" {
			out = append(out, Consent{TemplateID: s.TemplateID, Given: s.Status == "accept"})
		}
	}
	return out
}

// templateFate reads a TEMPLATESENDJOBFINISH's Status: success, failed:user
// block, failed: system failed. The blanks differ between the platform's own
// documents.
func templateFate(status string) Fate {
	status = strings.ToLower(strings.Join(strings.Fields(status), " "))
	switch {
	case status == "success":
		return FateDelivered
	case strings.Contains(status, "user block"):
		return FateBlocked
	}
	return FateFailed
}

// fate reads an entry's ErrorCode: 0 is delivered, 43101 a refusal.
func (s Subscription) fate() Fate {
	words := strings.ToLower(s.ErrorStatus)
	switch {
	case s.ErrorCode == "0":
		return FateDelivered
	case s.ErrorCode == "43101", strings.Contains(words, "block"), strings.Contains(words, "refuse"):
		return FateBlocked
	}
	return FateFailed
}

// detailOf bounds the platform's words.
func detailOf(words string) string { return clip(strings.TrimSpace(words), maxDetail, 4*maxDetail) }
