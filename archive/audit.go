package archive

import (
	"context"
	"fmt"
	"os"
	"slices"

	"gridbot/store"
)

// auditFile begins the names of files that hold the audit.
const auditFile = "audit-"

// MoveAudit moves a month of a street's audit from Redis to its file. A crash
// leaves it in both; the next call adds only what the file lacks.
func (a *Archive) MoveAudit(ctx context.Context, s *store.Store, street, month string) error {
	var kept []string
	for l, err := range s.AuditLines(ctx, street, month) {
		if err != nil {
			return err
		}
		kept = append(kept, l)
	}
	err := a.locked(street, auditFile, month, func(f *os.File) error {
		written, err := a.audit(street, month)
		if err != nil {
			return err
		}
		var text []byte
		for _, l := range kept[overlap(written, kept):] {
			text = appendLine(text, []byte(l))
		}
		return add(f, text)
	})
	if err != nil {
		return err
	}
	gone, err := s.DropAudit(ctx, street, month, len(kept))
	if err == nil && !gone && len(kept) > 0 {
		return fmt.Errorf("archive: the audit of street %s and %s grows still; it stays in Redis", street, month)
	}
	return err
}

// overlap tells how many lines at the beginning of kept stand at the end of written.
func overlap(written, kept []string) int {
	for n := min(len(written), len(kept)); n > 0; n-- {
		if slices.Equal(written[len(written)-n:], kept[:n]) {
			return n
		}
	}
	return 0
}

// audit reads the lines of a month's audit file.
func (a *Archive) audit(street, month string) ([]string, error) {
	var out []string
	for l, err := range a.read(street, auditFile, month) {
		if err != nil {
			return nil, err
		}
		if l.state == good {
			out = append(out, string(l.payload))
		}
	}
	return out, nil
}

// Audits reads the chosen sights of a month that was moved to a file, oldest first.
func (a *Archive) Audits(street, month string, f store.AuditFilter) ([]store.Sight, error) {
	lines, err := a.audit(street, month)
	if err != nil {
		return nil, err
	}
	var out []store.Sight
	for _, l := range lines {
		sights, err := store.ReadSights(street, l)
		if err != nil {
			return nil, err
		}
		for _, x := range sights {
			if f.Wants(x) {
				out = append(out, x)
			}
		}
	}
	return out, nil
}
