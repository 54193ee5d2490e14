package archive

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gridbot/redistest"
	"gridbot/store"
	"gridbot/task"
)

var redises redistest.Set

func TestMain(m *testing.M) {
	var code int
	defer func() { os.Exit(code) }()
	defer redises.Close()
	if os.Getenv(childVariable) != "" {
		code = child()
		return
	}
	code = m.Run()
}

// each runs f with an empty archive on an empty real node, cluster node and stand-in.
func each(t *testing.T, f func(t *testing.T, s *store.Store, a *Archive, srv *redistest.Server)) {
	t.Helper()
	redises.Each(t, func(t *testing.T, srv *redistest.Server) {
		f(t, connect(t, addresses(srv)), empty(t), srv)
	})
}

// addresses names a cluster's one node twice, which makes the store take it for one.
func addresses(srv *redistest.Server) []string {
	if srv.Cluster() {
		return []string{srv.Addr(), srv.Addr()}
	}
	return []string{srv.Addr()}
}

func connect(t *testing.T, addrs []string) *store.Store {
	t.Helper()
	s, err := store.Open(store.Options{Addrs: addrs})
	check(t, err)
	t.Cleanup(func() { check(t, s.Close()) })
	return s
}

func empty(t *testing.T) *Archive {
	t.Helper()
	a, err := Open(filepath.Join(t.TempDir(), "archive"))
	check(t, err)
	return a
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

const (
	telephone = "13900001234"
	openid    = "oResident1"
	day       = 24 * time.Hour
)

var numbers = regexp.MustCompile(`1\d{10}`)

func mask(s string) string { return numbers.ReplaceAllString(s, "139******34") }

// noon is when tasks are opened.
var noon = time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)

// ended stores a task that ended at a time, whose words hold a telephone number.
func ended(t testing.TB, s *store.Store, key string, when time.Time) task.ID {
	t.Helper()
	id, _, err := s.Create(t.Context(), key, task.Change{
		After: task.Task{ID: task.ID{Street: "12"}, Status: task.Closed, Category: "flooding", Urgency: task.Normal,
			Text: key + " 楼道积水，电话" + telephone, Reporter: task.Person{Account: "main", OpenID: openid}, OpenedAt: noon, ClosedAt: when},
		Events: []task.Event{
			{Kind: task.Opened, At: noon, By: task.ByResident, To: task.Pending},
			{Kind: task.Supplement, At: noon, By: task.ByResident, From: task.Pending, To: task.Pending, Note: "还是打" + telephone},
		}}, noon)
	check(t, err)
	return id
}

// records are tasks as Redis gave them, all of street 12.
func records(t testing.TB, s *store.Store, n int) []store.Record {
	t.Helper()
	out := make([]store.Record, n)
	for i := range out {
		out[i] = must(s.Record(t.Context(), ended(t, s, fmt.Sprint("m", i), noon)))
	}
	return out
}

// file is all that stands in a month's file.
func file(t testing.TB, a *Archive, what, month string) string {
	t.Helper()
	data, err := os.ReadFile(must(a.path("12", what, month)))
	check(t, err)
	return string(data)
}

// put writes a month's file as it is told.
func put(t testing.TB, a *Archive, month, text string) {
	t.Helper()
	path := must(a.path("12", "", month))
	check(t, os.MkdirAll(filepath.Dir(path), 0o700))
	check(t, os.WriteFile(path, []byte(text), 0o600))
}

// tasks reads a month's tasks by number; each must come once.
func tasks(t testing.TB, a *Archive, month string) map[task.ID]store.Record {
	t.Helper()
	out := map[task.ID]store.Record{}
	for r, err := range a.Tasks("12", month) {
		check(t, err)
		if _, twice := out[r.ID]; twice {
			t.Errorf("%s comes twice", r.ID)
		}
		out[r.ID] = r
	}
	return out
}

func leaks(text string) bool {
	return strings.Contains(text, telephone) || strings.Contains(text, openid)
}

// putAudit writes the file of May's audit as it is told.
func putAudit(t testing.TB, a *Archive, text string) {
	t.Helper()
	check(t, os.WriteFile(must(a.path("12", auditFile, "2026-05")), []byte(text), 0o600))
}
