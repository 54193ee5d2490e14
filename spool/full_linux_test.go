package spool

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Environment of the child that meets a limit of file size, in bytes, which a
// write hits as it hits the end of a disk.
const (
	crowdEnv = "SPOOL_CROWD_FILE"
	limitEnv = "SPOOL_CROWD_LIMIT"
)

// crowd fills the file to its limit and tells what it was promised. Then it makes
// room and goes on, as a service does after such an hour.
func crowd(path string, limit uint64) error {
	s, err := Open(path, Options{})
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		return err
	}
	var kept []string
	for i := 0; ; i++ {
		e := entry("zhang", fmt.Sprint("k", i))
		e.Raw = make([]byte, 2000)
		if err = s.Put(e); err != nil {
			break
		}
		kept = append(kept, e.Key)
	}
	if !strings.Contains(err.Error(), "file too large") || s.Depth() != len(kept) {
		return fmt.Errorf("%d kept, depth %d, then %w", len(kept), s.Depth(), err)
	}
	for _, key := range kept[:10] {
		if err := s.Remove(key); err != nil {
			return err
		}
	}
	if err := s.Put(entry("zhang", "after")); err != nil {
		return err
	}
	fmt.Println(strings.Join(append(kept[10:], "after"), " "))
	return nil // without Close: the process simply ends
}

func TestFullDiskLosesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "messages.db")
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrowdChild$")
	cmd.Env = append(os.Environ(), crowdEnv+"="+path, limitEnv+"=262144")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	said, _, _ := strings.Cut(string(out), "\n") // then the test binary says PASS
	kept := strings.Fields(said)
	s := open(t, path, Options{})
	for _, key := range kept {
		if s.items[key] == nil {
			t.Errorf("%s is lost", key)
		}
	}
	if s.Depth() != len(kept) || len(kept) < 20 {
		t.Errorf("%d entries, %d acknowledged", s.Depth(), len(kept))
	}
}

// TestCrowdChild is the child's part and does nothing elsewhere.
func TestCrowdChild(t *testing.T) {
	limit, err := strconv.ParseUint(os.Getenv(limitEnv), 10, 64)
	if err != nil {
		return
	}
	if err := crowd(os.Getenv(crowdEnv), limit); err != nil {
		t.Fatal(err)
	}
}
