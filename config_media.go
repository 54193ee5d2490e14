package main

import (
	"fmt"
	"net/netip"
	"net/url"
	"time"

	"gridbot/bot"
	"gridbot/handlers"
	"gridbot/media"
	"gridbot/wechat"
)

// checkMedia looks at the folder of photos and voices and at the links to them.
func (c *Config) checkMedia(k *checker) {
	m := c.Media
	k.wrong(m.Dir == "", "a folder is needed: the platform keeps photos for three days only", "media", "dir")
	k.wrong(m.MaxBytes < 64<<10 || m.MaxBytes > 12<<20, fmt.Sprintf("%d is not between 65536 and 12582912", m.MaxBytes), "media", "max_bytes")
	k.wrong(m.MinFree < 0, fmt.Sprintf("%d is below 0", m.MinFree), "media", "min_free")
	k.between(m.Links, time.Minute, 24*time.Hour, "media", "links")
	k.wrong(m.Key != "" && len(m.Key) < 32, fmt.Sprintf("%s has %d characters, at least 32 are needed", envName("media", "key"), len(m.Key)), "media")
	k.wrong(!outside(c.Server.PublicURL), fmt.Sprintf("%q is not an address such as https://grid.example.gov.cn, without a path", c.Server.PublicURL),
		"server", "public_url")
}

// outside tells whether an address can begin a link. None is fine: then there are no
// links.
func outside(address string) bool {
	if address == "" {
		return true
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && onThisMachine(u)
}

// onThisMachine tells an address of this machine, where nothing crosses a network.
func onThisMachine(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}

// folder opens the folder of photos and voices.
func (c *Config) folder() (*media.Folder, error) {
	return media.Open(media.Options{Dir: c.Media.Dir, MaxBytes: c.Media.MaxBytes, MinFree: c.Media.MinFree, Key: []byte(c.Media.Key)})
}

func newAlbum(c Config, client *wechat.Client, m *handlers.Metrics, now func() time.Time) (*album, error) {
	folder, err := c.folder()
	if err != nil {
		return nil, err
	}
	return &album{folder: folder, client: client, metrics: m, now: now, address: c.Server.PublicURL, links: c.Media.Links}, nil
}

// shown is the album as the conversation uses it: without an address from outside it
// gives no links.
func (a *album) shown() bot.Album {
	if a.address == "" {
		return bot.Album{}
	}
	return bot.Album{Link: a.link, Life: a.links}
}
