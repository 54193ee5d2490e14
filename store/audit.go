package store

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/redis/go-redis/v9"

	"gridbot/task"
)

// Act is what somebody did with personal data without changing it, or by erasing
// it. Every other change stands in the task's own history.
type Act string

// The acts. The values are stored.
const (
	Viewed   Act = "viewed"   // one task was opened
	Listed   Act = "listed"   // a list showed it
	Searched Act = "searched" // it was found by a search
	Exported Act = "exported" // it left the system in a file
	Erased   Act = "erased"   // personal data was taken out on request
	Audited  Act = "audited"  // the audit itself was read
)

// Sight is one line of the audit: who saw what, when and why.
type Sight struct {
	At    time.Time
	Staff string // staff id, "" for who runs the service
	Name  string
	Act   Act
	Task  task.ID // zero when the act is about no single task
	Why   string  // the reason given; never a resident's words, number or openid
}

// sightLine is one line as it is kept. Sights of one answer differ only in the
// task, so they share a line.
type sightLine struct {
	At    int64   `json:"t"`
	Staff string  `json:"s,omitempty"`
	Name  string  `json:"n,omitempty"`
	Act   string  `json:"a"`
	Tasks []int64 `json:"q,omitempty"`
	Why   string  `json:"w,omitempty"`
}

// Audit adds what somebody saw of a street to its audit of the month: one write
// for an answer, however many tasks it shows. A task of another street is refused.
func (s *Store) Audit(ctx context.Context, street string, sights ...Sight) error {
	byMonth := map[string][]any{}
	for i := 0; i < len(sights); {
		one := sights[i]
		l := sightLine{At: ms(one.At), Staff: one.Staff, Name: one.Name, Act: string(one.Act), Why: one.Why}
		for ; i < len(sights) && sights[i].shares(one); i++ {
			id := sights[i].Task
			if !id.Zero() && id.Street != street {
				return fmt.Errorf("store: write audit of street %s: %s is another street's", street, id)
			}
			l.Tasks = append(l.Tasks, id.Seq)
		}
		b, _ := json.Marshal(l) // strings and numbers: cannot fail
		month := Month(one.At)
		byMonth[month] = append(byMonth[month], b)
	}
	for month, lines := range byMonth { // one, unless an answer spans the turn of a month
		if err := s.rdb.RPush(ctx, streetOf(street).audit(month), lines...).Err(); err != nil {
			return fmt.Errorf("store: write audit of street %s: %w", street, err)
		}
	}
	return nil
}

// shares tells whether two sights differ only in the task.
func (s Sight) shares(o Sight) bool {
	return s.At.Equal(o.At) && s.Staff == o.Staff && s.Name == o.Name && s.Act == o.Act && s.Why == o.Why
}

// ReadSights reads one kept line of a street's audit.
func ReadSights(street, line string) ([]Sight, error) {
	var l sightLine
	if err := json.Unmarshal([]byte(line), &l); err != nil {
		return nil, fmt.Errorf("store: read audit of street %s: %w", street, err)
	}
	one := Sight{At: fromMS(l.At), Staff: l.Staff, Name: l.Name, Act: Act(l.Act), Why: l.Why}
	if len(l.Tasks) == 0 {
		return []Sight{one}, nil
	}
	out := make([]Sight, len(l.Tasks))
	for i, seq := range l.Tasks {
		out[i] = one
		if seq != 0 {
			out[i].Task = task.ID{Street: street, Seq: seq}
		}
	}
	return out, nil
}

// AuditFilter chooses among sights; what is zero does not choose.
type AuditFilter struct {
	Task  task.ID
	Staff string
}

// Wants tells whether a sight is among the chosen.
func (f AuditFilter) Wants(s Sight) bool {
	return (f.Task.Zero() || f.Task == s.Task) && (f.Staff == "" || f.Staff == s.Staff)
}

// auditPage is how many lines are read in one round trip.
const auditPage = 500

// AuditLines reads a month of a street's audit as it is kept, oldest first. A
// month that was moved to a file is empty.
func (s *Store) AuditLines(ctx context.Context, street, month string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for from := int64(0); ; from += auditPage {
			lines, err := s.rdb.LRange(ctx, streetOf(street).audit(month), from, from+auditPage-1).Result()
			if err != nil {
				yield("", fmt.Errorf("store: read audit of street %s: %w", street, err))
				return
			}
			for _, l := range lines {
				if !yield(l, nil) {
					return
				}
			}
			if len(lines) < auditPage {
				return
			}
		}
	}
}

// Audits reads the chosen sights of a street's month, oldest first, the newest
// last.
func (s *Store) Audits(ctx context.Context, street, month string, f AuditFilter) iter.Seq2[Sight, error] {
	return func(yield func(Sight, error) bool) {
		for line, err := range s.AuditLines(ctx, street, month) {
			var sights []Sight
			if err == nil {
				sights, err = ReadSights(street, line)
			}
			if err != nil {
				yield(Sight{}, err)
				return
			}
			for _, x := range sights {
				if f.Wants(x) && !yield(x, nil) {
					return
				}
			}
		}
	}
}

// auditYears is how far back AuditMonths looks.
const auditYears = 10

// AuditMonths lists the months before the one of a time, of the ten years before
// it, of which a street's audit is in Redis, oldest first.
func (s *Store) AuditMonths(ctx context.Context, street string, before time.Time) ([]string, error) {
	pipe := s.rdb.Pipeline()
	u := before.UTC()
	months := make([]string, 0, 12*auditYears)
	lengths := make([]*redis.IntCmd, 0, cap(months))
	for back := 12 * auditYears; back > 0; back-- {
		month := Month(time.Date(u.Year(), u.Month()-time.Month(back), 1, 0, 0, 0, 0, time.UTC))
		months = append(months, month)
		lengths = append(lengths, pipe.LLen(ctx, streetOf(street).audit(month)))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, fmt.Errorf("store: list audits of street %s: %w", street, err)
	}
	var out []string
	for i, n := range lengths {
		if n.Val() > 0 {
			out = append(out, months[i])
		}
	}
	return out, nil
}

// DropAudit takes a month of a street's audit out of Redis that was written to a
// synced file, unless it has more lines than were written, and tells whether it did.
func (s *Store) DropAudit(ctx context.Context, street, month string, written int) (bool, error) {
	n, err := s.run.dropAudit.Run(ctx, s.rdb, []string{streetOf(street).audit(month)}, written).Int()
	if err != nil {
		return false, fmt.Errorf("store: drop audit of street %s: %w", street, err)
	}
	return n == 1, nil
}
