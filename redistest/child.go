package redistest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"time"
)

// child is one life of a redis-server process.
type child struct {
	cmd  *exec.Cmd
	log  tail
	done chan struct{} // closed when the process is gone and waited for
}

// spawn starts the program. The child's life is tied to the thread that starts
// it (Pdeathsig follows the thread, not the process), so one goroutine keeps its
// thread from start to end.
func spawn(bin string, args []string, lock *os.File) (*child, error) {
	c := &child{done: make(chan struct{})}
	c.cmd = exec.Command(bin, args...)
	c.cmd.Stdout, c.cmd.Stderr = &c.log, &c.log
	c.cmd.SysProcAttr = attributes()
	c.cmd.ExtraFiles = inherit(lock)
	c.cmd.WaitDelay = time.Second // a rewriting grandchild may hold the output open
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.cmd.Start()
		started <- err
		if err == nil {
			_ = c.cmd.Wait() // how it ended is read from its log
			close(c.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return c, nil
}

func (c *child) pid() int { return c.cmd.Process.Pid }

func (c *child) alive() bool {
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}

// kill ends the process at once, frozen or not, and waits until it is gone.
func (c *child) kill() error {
	if !c.alive() {
		return nil
	}
	err := c.cmd.Process.Kill()
	if err != nil && c.alive() {
		return err
	}
	<-c.done
	return nil
}

// stop asks the process to end and kills it when ctx runs out first.
func (c *child) stop(ctx context.Context) error {
	if !c.alive() {
		return nil
	}
	_ = c.thaw() // a frozen process takes no other signal
	if err := c.terminate(); err != nil && c.alive() {
		return err
	}
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		_ = c.kill()
		return fmt.Errorf("did not end when asked and was killed: %w", ctx.Err())
	}
}

// tail keeps the last lines a server wrote, for error messages.
type tail struct {
	mu sync.Mutex
	b  []byte
}

// tailBytes is enough for the reason of a failed start.
const tailBytes = 4 << 10

// Write never fails, so that a server is never held up by its log.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, p...)
	if n := len(t.b) - tailBytes; n > 0 {
		t.b = append(t.b[:0], t.b[n:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.b))
}
