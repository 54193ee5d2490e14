package redistest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

const (
	askLimit = 10 * time.Second // for one question when ctx allows more; a busy disk can hold up a write
	maxBulk  = 1 << 20          // bytes of one answer; INFO is some KiB
)

var (
	errNil      = errors.New("no such value")
	errProtocol = errors.New("answer is not RESP")
)

// answerError is an error the server itself answered, such as "LOADING …".
type answerError string

func (e answerError) Error() string { return string(e) }

// ask sends one command over a connection of its own and returns the answer's
// text. A missing value is errNil, an error answer an answerError.
func ask(ctx context.Context, addr string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if t, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(t); err != nil {
			return "", err
		}
	}
	if _, err := io.WriteString(c, request(args)); err != nil {
		return "", err
	}
	return answer(bufio.NewReader(c))
}

// askOK is ask for commands that answer OK.
func askOK(ctx context.Context, addr string, args ...string) error {
	a, err := ask(ctx, addr, args...)
	if err == nil && a != "OK" {
		err = fmt.Errorf("%w: %q where OK was due", errProtocol, a)
	}
	return err
}

// request renders a command as a RESP array of bulk strings.
func request(args []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(a), a)
	}
	return b.String()
}

// answer reads one RESP2 answer that is not an array.
func answer(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return "", err
	}
	text, ok := strings.CutSuffix(string(line), "\r\n")
	if !ok || text == "" {
		return "", errProtocol
	}
	switch kind, rest := text[0], text[1:]; kind {
	case '+', ':':
		return rest, nil
	case '-':
		return "", answerError(rest)
	case '$':
		return bulk(r, rest)
	}
	return "", errProtocol
}

func bulk(r *bufio.Reader, length string) (string, error) {
	n, err := strconv.Atoi(length)
	switch {
	case err != nil || n < -1 || n > maxBulk:
		return "", fmt.Errorf("%w: length %q", errProtocol, length)
	case n == -1:
		return "", errNil
	}
	b := make([]byte, n+2)
	if _, err := io.ReadFull(r, b); err != nil {
		return "", err
	}
	text, ok := strings.CutSuffix(string(b), "\r\n")
	if !ok {
		return "", errProtocol
	}
	return text, nil
}
