package simulator

import (
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
)

// The types of subscription templates in the official list.
const (
	typeOnce     = 2
	typeLongTerm = 3
)

// privateTemplate is an entry of template/get_all_private_template.
type privateTemplate struct {
	ID       string `json:"template_id"`
	Title    string `json:"title"`
	Industry string `json:"primary_industry"`
	Deputy   string `json:"deputy_industry"`
	Content  string `json:"content"`
	Example  string `json:"example"`
}

// getTemplates is template/get_all_private_template.
func getTemplates(c *call) (any, error) {
	if c.acct.Kind != KindService {
		return nil, errUnauthorised
	}
	out := []privateTemplate{}
	for _, id := range slices.Sorted(maps.Keys(c.acct.Templates)) {
		def := c.acct.Templates[id]
		out = append(out, privateTemplate{ID: id, Title: def.Title, Content: def.content()})
	}
	return map[string]any{"template_list": out}, nil
}

// subscriptionTemplate is an entry of newtmpl/gettemplate.
type subscriptionTemplate struct {
	ID      string    `json:"priTmplId"`
	Title   string    `json:"title"`
	Content string    `json:"content"`
	Example string    `json:"example"`
	Type    int       `json:"type"`
	Allowed []allowed `json:"keywordEnumValueList,omitempty"`
}

type allowed struct {
	Field  string   `json:"keywordCode"`
	Values []string `json:"enumValueList"`
}

// getSubscriptions is newtmpl/gettemplate.
func getSubscriptions(c *call) (any, error) {
	if c.acct.Kind != KindService {
		return nil, errUnauthorised
	}
	out := []subscriptionTemplate{}
	for _, id := range slices.Sorted(maps.Keys(c.acct.Subscriptions)) {
		def := c.acct.Subscriptions[id]
		t := subscriptionTemplate{ID: id, Title: def.Title, Content: def.content(), Type: typeOnce}
		if def.LongTerm {
			t.Type = typeLongTerm
		}
		for _, field := range slices.Sorted(maps.Keys(def.Allowed)) {
			t.Allowed = append(t.Allowed, allowed{field + ".DATA", def.Allowed[field]})
		}
		out = append(out, t)
	}
	return struct {
		apiError
		Data []subscriptionTemplate `json:"data"`
	}{ok, out}, nil
}

// content is a template as the lists show it: a line for each field.
func (d TemplateDef) content() string {
	var out strings.Builder
	for _, f := range d.card(nil).Fields {
		out.WriteString(f.Label + ":{{" + f.Name + ".DATA}}\n")
	}
	return out.String()
}

// getAddresses is getcallbackip and get_api_domain_ip: here both are where the
// stand-in itself is reached.
func getAddresses(c *call) (any, error) {
	list := []string{}
	if u, err := url.Parse(c.p.absolute("")); err == nil && net.ParseIP(u.Hostname()) != nil {
		list = append(list, u.Hostname())
	}
	return map[string][]string{"ip_list": list}, nil
}
