package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"gridbot/store"
)

// RetentionConfig is the section retention.
type RetentionConfig struct {
	Closed  Days   `yaml:"closed"`
	Buried  Days   `yaml:"buried"`
	Audit   Days   `yaml:"audit"`
	Archive Days   `yaml:"archive"`
	Media   Days   `yaml:"media"`
	Dir     string `yaml:"dir"`
}

// Days is a length of time in days of 24 hours, written 30d.
type Days int

// daysType is how the YAML library names the type in its complaints.
const daysType = "main.Days"

// maxDays is ten years.
const maxDays = 3650

// Duration is the length of time.
func (d Days) Duration() time.Duration { return time.Duration(d) * 24 * time.Hour }

// String writes it as Set reads it.
func (d Days) String() string { return strconv.Itoa(int(d)) + "d" }

// Set reads 30d; it makes a Days a flag of a command.
func (d *Days) Set(s string) error {
	number, ok := strings.CutSuffix(s, "d")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n < 0 || n > maxDays {
		return fmt.Errorf("%q is no number of days such as 30d", s)
	}
	*d = Days(n)
	return nil
}

// Type names it in the help of commands.
func (d *Days) Type() string { return "days" }

// UnmarshalYAML complains in the library's form, so that the mistake is told with
// all the others.
func (d *Days) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode && d.Set(n.Value) == nil {
		return nil
	}
	value := ""
	if n.Kind == yaml.ScalarNode {
		value = " `" + n.Value + "`"
	}
	return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: cannot unmarshal %s%s into %s", n.Line, n.ShortTag(), value, daysType)}}
}

// checkRetention keeps what is deleted apart from what is still worked with.
func (c *Config) checkRetention(k *checker) {
	r := c.Retention
	for _, x := range []struct {
		key    string
		days   Days
		least  Days
		always bool // 0d makes no sense
	}{
		{"closed", r.Closed, 30, false}, {"buried", r.Buried, 7, false},
		{"audit", r.Audit, 31, false}, {"archive", r.Archive, leastArchive, true}, {"media", r.Media, 30, false},
	} {
		forEver := x.days == 0 && !x.always
		k.wrong(!forEver && (x.days < x.least || x.days > maxDays),
			fmt.Sprintf("%v is not between %v and %dd", x.days, x.least, maxDays), "retention", x.key)
	}
	k.wrong(r.Closed > 0 && (r.Media == 0 || r.Media > r.Closed), fmt.Sprintf("%v is longer than closed, %v", r.Media, r.Closed), "retention", "media")
	k.wrong(r.Dir == "", "a directory is needed", "retention", "dir")
}

// leastArchive is a day more than a resident has to say that it is not solved.
const leastArchive Days = 16

// limits is the section as the store takes it.
func (r RetentionConfig) limits() store.Retention {
	return store.Retention{Closed: r.Closed.Duration(), Buried: r.Buried.Duration()}
}
