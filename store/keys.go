package store

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"gridbot/task"
)

// Every key of gridbot. {…} is the hash tag: one street, one person, one member
// of staff, one account, or the directory.
//
//	street, tag {s12}
//	  gb:{s12}:seq              string   last number given
//	  gb:{s12}:task:1042        hash     the task (codec.go); v is its version
//	  gb:{s12}:log:1042         list     its history, append only, each event as JSON
//	  gb:{s12}:queue:<grid>     zset     open tasks of a grid, by urgency and deadline
//	  gb:{s12}:desk             zset     tasks that wait for the dispatcher
//	  gb:{s12}:staff:<id>       zset     tasks a person has in hand
//	  gb:{s12}:check:<grid>     zset     results of a grid to be checked; without a grid, the street's
//	  gb:{s12}:paused           zset     what is asked about or suspended, by when the pause ends
//	  gb:{s12}:alike:<micro>:<category> zset open tasks a new report could be the same as
//	  gb:{s12}:due              zset     tasks by when a clock next asks for something
//	  gb:{s12}:outbox           zset     notices by due time; a lease is a later score
//	  gb:{s12}:buried           zset     notices nobody could deliver, by time of burial
//	  gb:{s12}:notice:<id>      hash     d = JSON, n = attempts, e = last error, l = its line, u = 1 when the line does not keep it waiting,
//	                                     y = attempts with which it may have arrived
//	  gb:{s12}:line:<whom>      list     ids of the notices to one person, oldest first      7 days
//	  gb:{s12}:telling          zset     lines a courier is telling, by the end of its lease
//	  gb:{s12}:from:<key>       string   message → task number            7 days
//	  gb:{s12}:matter:<system>:<number> string another system's number → task number 1100 days
//	  gb:{s12}:op:1042:<key>    string   operation on a task → version it made 7 days
//	  gb:{s12}:late:<key>       string   late answer was put in the outbox 7 days
//	  gb:{s12}:archived         string   two bytes for each number: the month of its archive file
//	  gb:{s12}:audit:<month>    list     who saw what, append only, each line as JSON
//	person, tag {r<account>:<openid>}
//	  …:lease                   string   fencing token of who works on a message  10 s
//	  …:session                 string   where the conversation stands           48 h
//	  …:profile                 hash     home, staff id, what was explained
//	  …:tasks                   zset     own tasks by time of report
//	  …:budget                  hash     free messages WeChat allows: until, left, tapuntil, tapleft; told = when news were 48 h
//	  …:consents                hash     subscription template → 0 refused or used up, more: consents left
//	  …:job:<id>                string   a notice the platform took and has not reported on, by its number 3 days
//	  …:rate                    string   messages in this minute                 60 s
//	  …:seen:<key>              string   message is done                         7 days
//	  …:answer:<key>            hash     text, told                              10 min
//	staff, tag {p<id>}
//	  gb:{p<id>}:person         string   account and openid
//	directory, tag {dir}
//	  gb:{dir}:areas, :people, :roster  string  gzip JSON of the imported lists
//	  gb:{dir}:version          string   grows with each import
//	  gb:{dir}:code:<code>      hash     join code: staff, by                    30 days
//	  gb:{dir}:schema           string   layout version of all of the above
//	  gb:{dir}:migrating        string   token of who moves the data to a newer layout 30 s
//	  gb:{dir}:migration        hash     to = layout, <street> = last task done; while it lasts
//	account, tag {a<appid>}
//	  …:token, :tokenlock       string   access token; who fetches a new one
const prefix = "gb:"

type streetKeys string

func streetOf(id string) streetKeys { return streetKeys(prefix + "{s" + id + "}:") }

func (k streetKeys) seq() string              { return string(k) + "seq" }
func (k streetKeys) task(n int64) string      { return string(k) + "task:" + strconv.FormatInt(n, 10) }
func (k streetKeys) log(n int64) string       { return string(k) + "log:" + strconv.FormatInt(n, 10) }
func (k streetKeys) queue(grid string) string { return string(k) + "queue:" + grid }
func (k streetKeys) desk() string             { return string(k) + "desk" }
func (k streetKeys) staff(id string) string   { return string(k) + "staff:" + id }
func (k streetKeys) due() string              { return string(k) + "due" }
func (k streetKeys) check(grid string) string { return string(k) + "check:" + grid }
func (k streetKeys) paused() string           { return string(k) + "paused" }

// alike is where open tasks of a kind in one micro-grid stand.
func (k streetKeys) alike(microgrid, category string) string {
	return string(k) + "alike:" + microgrid + ":" + category
}

func (k streetKeys) outbox() string             { return string(k) + "outbox" }
func (k streetKeys) buried() string             { return string(k) + "buried" }
func (k streetKeys) notice(id string) string    { return string(k) + "notice:" + id }
func (k streetKeys) telling() string            { return string(k) + "telling" }
func (k streetKeys) line(whom string) string    { return string(k) + "line:" + whom }
func (k streetKeys) from(message string) string { return string(k) + "from:" + message }

// matter is the task a matter of another system has made.
func (k streetKeys) matter(system, number string) string {
	return string(k) + "matter:" + system + ":" + number
}

// op keeps the marks of one operation on different tasks apart.
func (k streetKeys) op(n int64, key string) string {
	return string(k) + "op:" + strconv.FormatInt(n, 10) + ":" + key
}

func (k streetKeys) late(message string) string { return string(k) + "late:" + message }
func (k streetKeys) archived() string           { return string(k) + "archived" }
func (k streetKeys) audit(month string) string  { return string(k) + "audit:" + month }

type personKeys string

func personOf(p task.Person) personKeys {
	return personKeys(prefix + "{r" + p.Account + ":" + p.OpenID + "}:")
}

func (k personKeys) lease() string                { return string(k) + "lease" }
func (k personKeys) session() string              { return string(k) + "session" }
func (k personKeys) profile() string              { return string(k) + "profile" }
func (k personKeys) tasks() string                { return string(k) + "tasks" }
func (k personKeys) budget() string               { return string(k) + "budget" }
func (k personKeys) consents() string             { return string(k) + "consents" }
func (k personKeys) job(id string) string         { return string(k) + "job:" + id }
func (k personKeys) rate() string                 { return string(k) + "rate" }
func (k personKeys) seen(message string) string   { return string(k) + "seen:" + message }
func (k personKeys) answer(message string) string { return string(k) + "answer:" + message }

func staffPerson(id string) string { return prefix + "{p" + id + "}:person" }

const (
	areasKey   = prefix + "{dir}:areas"
	peopleKey  = prefix + "{dir}:people"
	rosterKey  = prefix + "{dir}:roster"
	versionKey = prefix + "{dir}:version"
	schemaKey  = prefix + "{dir}:schema"

	migratingKey = prefix + "{dir}:migrating"
	migrationKey = prefix + "{dir}:migration"
)

// isQueue tells whether a street's key, without its tag, is a queue of tasks: one of
// those places can name, and nothing else.
func isQueue(rest string) bool {
	if rest == "desk" || rest == "due" || rest == "paused" {
		return true
	}
	for _, family := range []string{"queue:", "staff:", "check:", "alike:"} {
		if strings.HasPrefix(rest, family) {
			return true
		}
	}
	return false
}

func codeKey(code string) string { return prefix + "{dir}:code:" + code }

func tokenKey(appID string) string     { return prefix + "{a" + appID + "}:token" }
func tokenLockKey(appID string) string { return prefix + "{a" + appID + "}:tokenlock" }

// Hash makes a short name of a key or a person for logs: the same input gives
// the same name, and the name gives nothing back.
func Hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:6])
}
