package redistest

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// parentEnv makes this test binary play the parent that gets killed.
const parentEnv = "REDISTEST_PARENT"

func TestMain(m *testing.M) {
	if dir := os.Getenv(parentEnv); dir != "" {
		os.Exit(parent(dir))
	}
	os.Exit(m.Run())
}

// parent starts a server, tells its process id and waits to be killed.
func parent(dir string) int {
	s, err := start(Options{Kind: Real, Dir: dir})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println(s.PID())
	_, _ = os.Stdin.Read(make([]byte, 1)) // until the test ends
	return 0
}

func TestChildDiesWithAKilledParent(t *testing.T) {
	if _, err := Find(); err != nil {
		missing(t)
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), parentEnv+"="+dir)
	in, err := cmd.StdinPipe()
	must(t, err)
	defer in.Close()
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatalf("parent said %q", line)
	}
	must(t, cmd.Process.Kill())
	_ = cmd.Wait() // it was killed, which is an error to Wait
	eventually(t, "the orphan is gone", func() bool {
		return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) || zombie(pid)
	})
	ForTest(t, Options{Kind: Real, Dir: dir}) // the folder's lock went with it
}

// zombie tells whether the process is dead and only not yet waited for, which a
// container without an init process leaves that way.
func zombie(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return errors.Is(err, os.ErrNotExist)
	}
	_, after, _ := strings.Cut(string(b), ") ")
	return strings.HasPrefix(after, "Z")
}
