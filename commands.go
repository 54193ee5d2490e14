package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"gridbot/classify"
)

// run does what the arguments say and returns the exit code: 0, or 1 when it
// failed and told why.
func run(args []string, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := commands()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(errs)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(errs, "gridbot:", err)
		return 1
	}
	return 0
}

// commands is the tree of commands.
func commands() *cobra.Command {
	root := &cobra.Command{
		Use:   "gridbot",
		Short: "A community's WeChat account that brings residents' reports to grid workers",
		Long: "gridbot answers a community's WeChat Official Account: what residents write becomes\n" +
			"tasks in the right grid, and every step of a task comes back to them.\n\n" +
			"`gridbot demo` shows all of it on this machine, without an account or a Redis.\n" +
			"`gridbot serve` is the real thing; config.yaml is the manual of its options.",
		SilenceUsage: true, SilenceErrors: true, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	config := root.PersistentFlags().StringP("config", "c", "", "configuration file (default config.yaml, if there is one)")
	read := func(serving bool) (Config, error) {
		path := *config
		if path == "" {
			path = "config.yaml"
		}
		return loadConfig(path, *config != "", os.Environ(), serving)
	}
	root.AddCommand(serveCommand(read), demoCommand(), simulatorCommand(), importCommand(read), exportCommand(read), staffCommand(read), outboxCommand(read),
		taskCommand(read), menuCommand(read), personCommand(read), auditCommand(read), archiveCommand(read),
		backupCommand(read), restoreCommand(read), reconcileCommand(read), migrateCommand(read),
		doctorCommand(read), trainCommand(read), evalCommand(read), versionCommand())
	return root
}

// configReader reads the configuration; serving asks for the secrets too.
type configReader func(serving bool) (Config, error)

// newLog writes structured lines to w. Nothing that is logged anywhere in the
// program holds a person's words, openid or number; what a library says of what it
// could not do is masked all the same.
func newLog(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: masked}))
}

// masked hides numbers in what is said at length: errors, panics and reasons. Keys,
// addresses and counts stay as they are, or nobody could look them up.
func masked(_ []string, a slog.Attr) slog.Attr {
	switch a.Key {
	case slog.MessageKey, "err", "value", "detail", "why", "line":
		a.Value = slog.StringValue(classify.Mask(a.Value.Resolve().String()))
	}
	return a
}

// version is written by the linker (see Makefile); a plain `go run` leaves it empty.
var version string

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(c.OutOrStdout(), "gridbot", versionOf(version), runtime.Version())
			return err
		},
	}
}

// versionOf is the linker's version, else what the Go tool wrote into the program.
func versionOf(linked string) string {
	if linked != "" {
		return linked
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return info.Main.Version
}
