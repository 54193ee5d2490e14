package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
)

// console is where a command speaks with whoever runs it. What the command makes
// goes to out; how it goes, and questions, to errs.
type console struct {
	in        io.Reader
	out, errs io.Writer
	terminal  bool // somebody is there who watches and can answer
}

func consoleOf(c *cobra.Command) console {
	in, errs := c.InOrStdin(), c.ErrOrStderr()
	return console{in, c.OutOrStdout(), errs, isTerminal(in) && isTerminal(errs)}
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// progress shows how far one part of the work is: a bar on a terminal, one line
// anywhere else.
type progress struct{ bar *progressbar.ProgressBar }

// begin starts a part of so many steps.
func (c console) begin(steps int, what string, args ...any) progress {
	what = fmt.Sprintf(what, args...)
	if !c.terminal {
		fmt.Fprintln(c.errs, what)
		return progress{}
	}
	return progress{progressbar.NewOptions(max(steps, 1),
		progressbar.OptionSetWriter(c.errs), progressbar.OptionSetDescription(what),
		progressbar.OptionSetWidth(24), progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetRenderBlankState(true), progressbar.OptionSetPredictTime(false), progressbar.OptionUseANSICodes(true),
		progressbar.OptionOnCompletion(func() { fmt.Fprintln(c.errs) }))}
}

// add tells that n more steps are done. A bar that cannot be drawn is no reason to
// stop the work.
func (p progress) add(n int) {
	if p.bar != nil {
		_ = p.bar.Add(n)
	}
}

// end completes the bar.
func (p progress) end() {
	if p.bar != nil && !p.bar.IsFinished() {
		_ = p.bar.Finish()
	}
}

// stop leaves the bar where it is, so that an error begins on a line of its own.
func (p progress) stop() {
	if p.bar != nil && !p.bar.IsFinished() {
		_ = p.bar.Exit()
	}
}

// errNo: the answer to a question was not yes.
var errNo = errors.New("not confirmed")

// confirm asks a question and returns nil for yes, errNo for anything else.
func (c console) confirm(ctx context.Context, question string) error {
	answer, err := c.ask(ctx, question+" [y/N] ")
	if a := strings.ToLower(answer); err == nil && a != "y" && a != "yes" {
		return errNo
	}
	return err
}

// ask gives the line that answers a question, "" when none comes. It ends with ctx, for
// a program that waits for an answer must still obey Ctrl-C.
func (c console) ask(ctx context.Context, question string) (string, error) {
	fmt.Fprint(c.errs, question)
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(c.in).ReadString('\n')
		answer <- strings.TrimSpace(line)
	}()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case a := <-answer:
		return a, nil
	}
}
