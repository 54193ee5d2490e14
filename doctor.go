package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"gridbot/grid"
	"gridbot/store"
)

// state says what a finding asks of the operator.
type state string

const (
	stateGood   state = "good"
	stateNote   state = "note"
	stateChange state = "change"
)

// finding is one line of the doctor's.
type finding struct {
	State state  `json:"state"`
	Part  string `json:"part"` // what was looked at: redis, spool, account community
	Text  string `json:"text"` // never holds a secret, a person or anybody's words
}

// doctor looks at what a service relies on.
type doctor struct {
	config Config
	now    func() time.Time
	disk   func(path string) (disk, error)
	found  []finding
}

func (d *doctor) good(part, format string, args ...any)   { d.tell(stateGood, part, format, args) }
func (d *doctor) note(part, format string, args ...any)   { d.tell(stateNote, part, format, args) }
func (d *doctor) change(part, format string, args ...any) { d.tell(stateChange, part, format, args) }

// tell keeps a finding on one line.
func (d *doctor) tell(s state, part, format string, args []any) {
	text := strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")
	d.found = append(d.found, finding{s, part, text})
}

// examine looks at everything, one part after the other; what cannot be asked is
// a finding too.
func (d *doctor) examine(ctx context.Context) {
	d.examineStore(ctx)
	d.examineSpool()
	d.examineAccounts(ctx)
	if d.config.SMS.URL == "" {
		d.note("sms", "no gateway of short messages: staff whom WeChat does not reach are told by nobody (sms.url)")
	} else {
		d.good("sms", "a gateway is configured; whether it works shows with the first message")
	}
}

func (d *doctor) examineStore(ctx context.Context) {
	o := d.config.store()
	o.Patient = true
	s, err := store.Open(o)
	if err != nil {
		d.change("redis", "%v", err)
		return
	}
	defer s.Close()
	nodes, err := s.Conditions(ctx, d.now)
	if err != nil {
		d.change("redis", "%s does not answer, messages would only be kept on disk: %v", strings.Join(d.config.Redis.Addrs, ", "), err)
		return
	}
	for _, n := range nodes {
		d.examineNode(n)
	}
	if err := s.Layout(ctx); err != nil {
		d.change("redis", "%v", err)
	}
	d.examineGround(ctx, s)
}

// leastRedis is the oldest version the scripts are tested on.
const leastRedis = 7

// listpack is the size in bytes up to which a task's words stay in the compact
// form: hash-max-listpack-value of docs/redis.md.
const listpack = 512

func (d *doctor) examineNode(n store.Condition) {
	part := strings.TrimSpace("redis " + n.Addr)
	major, err := strconv.Atoi(strings.SplitN(n.Version, ".", 2)[0])
	switch {
	case err != nil:
		d.note(part, "it does not tell its version; it must be %d.0 or newer", leastRedis)
	case major < leastRedis:
		d.change(part, "version %s is too old: update it to %d.0 or newer", n.Version, leastRedis)
	default:
		d.good(part, "version %s", n.Version)
	}
	lossy := n.Durability.Lossy()
	for _, why := range lossy {
		if n.Durability.Known && !d.config.Redis.AcceptLoss {
			d.change(part, "%s", why)
		} else {
			d.note(part, "%s", why)
		}
	}
	if len(lossy) == 0 {
		d.good(part, "every write is on disk before it is answered, nothing is evicted")
	}
	if n.Durability.Known && n.Listpack < listpack {
		d.note(part, "hash-max-listpack-value is %d: tasks take several times the memory; set it to %d", n.Listpack, listpack)
	}
	d.clock(part, n.Ahead)
}

// How far two clocks may be apart before it is told, and before it must be
// changed: leases and windows are measured in seconds.
const (
	skewNoted = 3 * time.Second
	skewWrong = 15 * time.Second
)

// clock compares a clock with this machine's.
func (d *doctor) clock(part string, ahead time.Duration) {
	apart := ahead.Abs().Round(100 * time.Millisecond)
	way := "ahead of"
	if ahead < 0 {
		way = "behind"
	}
	switch {
	case apart > skewWrong:
		d.change(part, "its clock is %v %s this machine's: let both follow a time server (NTP)", apart, way)
	case apart > skewNoted:
		d.note(part, "its clock is %v %s this machine's", apart, way)
	default:
		d.good(part, "its clock and this machine's agree")
	}
}

// examineGround looks for streets and posts that nobody holds.
func (d *doctor) examineGround(ctx context.Context, s *store.Store) {
	was, err := loadImported(ctx, s)
	switch {
	case err != nil:
		d.change("areas", "they cannot be read: %v", err)
		return
	case was.version == 0:
		d.change("areas", "no areas and staff yet: every report would wait at the desk; run `gridbot import`")
		return
	}
	g := was.old
	d.good("areas", "%d areas, %d people", len(g.Areas()), len(g.People()))
	for _, a := range d.config.Accounts {
		part := "account " + a.Name
		if _, ok := g.Area(a.Street); !ok {
			d.change(part, "street %s is not among the imported areas: correct street, or import it", a.Street)
		} else if len(g.Dispatchers(a.Street)) == 0 {
			d.change(part, "street %s has no dispatcher: a report could wait unseen; import staff with one", a.Street)
		}
	}
	if gaps := g.Gaps(); len(gaps) > 0 {
		d.note("areas", "%s; `gridbot staff gaps` lists them", summary(gaps))
	}
}

// summary counts the posts nobody holds by their role.
func summary(gaps []grid.Gap) string {
	count := map[grid.Role]int{}
	var order []grid.Role
	for _, g := range gaps {
		if count[g.Missing] == 0 {
			order = append(order, g.Missing)
		}
		count[g.Missing]++
	}
	parts := make([]string, len(order))
	for i, r := range order {
		parts[i] = fmt.Sprintf("%d areas without %s", count[r], r.Name())
	}
	return strings.Join(parts, ", ")
}

// disk is what a file system tells of itself.
type disk struct {
	kind string // tmpfs, overlay …, "" when it is not known
	free int64  // bytes that may be written
}

// lasting tells whether a file outlives the machine's or the container's end.
func (d disk) lasting() bool { return d.kind != "tmpfs" && d.kind != "ramfs" && d.kind != "overlay" }

// examineSpool looks whether messages could be kept. The spool itself is left
// alone: a service may have it open.
func (d *doctor) examineSpool() {
	const part = "spool"
	dir := filepath.Dir(d.config.Spool.Path)
	if there := existing(dir); there != dir {
		d.note(part, "%s does not exist yet; `gridbot serve` makes it", dir)
		dir = there
	}
	if err := writable(dir); err != nil {
		d.change(part, "nothing can be written in %s: %v", dir, err)
		return
	}
	at, err := d.disk(dir)
	switch {
	case err != nil:
		d.note(part, "the disk of %s cannot be looked at: %v", dir, err)
		return
	case !at.lasting():
		d.change(part, "%s lies on %s, which does not outlive a restart: mount a volume there, or set spool.path", dir, at.kind)
	default:
		d.good(part, "%s can be written and lies on a disk that lasts", dir)
	}
	room := at.free
	if kept, err := os.Stat(d.config.Spool.Path); err == nil {
		room += kept.Size()
	}
	if room < d.config.Spool.MaxBytes {
		d.change(part, "%d MiB are free and the spool may take %d: make room, or lower spool.max_bytes", room>>20, d.config.Spool.MaxBytes>>20)
	}
}

// writable makes a file in a directory and removes it.
func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// existing is the nearest directory above that is there.
func existing(dir string) string {
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}
