package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"gridbot/task"
)

// personal is what the commands about one person are told.
type personal struct {
	person task.Person
	task   string // or a task they reported
	dir    string
	file   string // export: where to, "" prints
	why    string
	yes    bool // erase: do not ask
	in     io.Reader
}

func personCommand(read configReader) *cobra.Command {
	var in personal
	root := &cobra.Command{
		Use: "person", Short: "Answer a person's request about their data", Args: cobra.NoArgs,
		Long: "person gives out, or erases, what is held about a person who asked for it in another way\n" +
			"than by their telephone: on paper, or at the counter. They are named by a task they\n" +
			"reported, or by the account and their openid. Make sure that it is their own.",
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	with := func(do func(context.Context, *careful, personal) error) func(*cobra.Command, []string) error {
		return func(c *cobra.Command, _ []string) error {
			in.in = c.InOrStdin()
			return withCare(c, read, "", in.dir, func(ctx context.Context, with *careful) error {
				p, err := with.who(ctx, in)
				if err != nil {
					return err
				}
				in.person = p
				return do(ctx, with, in)
			})
		}
	}
	export := &cobra.Command{Use: "export", Short: "Write down what is held about a person, as JSON", Args: cobra.NoArgs,
		Long: "export writes everything that is held about a person as JSON, to be read by somebody\n" +
			"before it is handed over: what staff wrote may tell of others.", RunE: with(exportPerson)}
	erase := &cobra.Command{Use: "erase", Short: "Erase a person and mask what they said", Args: cobra.NoArgs,
		Long: "erase takes a person out of all their tasks, in Redis and in the archive, masks personal\n" +
			"data in the words, and deletes everything else that is held about them. The cases and\n" +
			"their histories stay. It cannot be undone; it may be run again.", RunE: with(erasePerson)}
	for _, c := range []*cobra.Command{export, erase} {
		f := c.Flags()
		f.StringVar(&in.task, "task", "", "number of a task they reported")
		f.StringVar(&in.person.Account, "account", "", "name of the account")
		f.StringVar(&in.person.OpenID, "openid", "", "openid of the person on it")
		f.StringVar(&in.dir, "dir", "", "directory of the archive (default the configured one)")
		f.StringVar(&in.why, "why", "", "the reason, for the audit: such as the number of the request")
		c.MarkFlagsOneRequired("task", "openid")
		c.MarkFlagsMutuallyExclusive("task", "openid")
		c.MarkFlagsRequiredTogether("account", "openid")
	}
	export.Flags().StringVar(&in.file, "file", "", "write to this file instead of printing")
	erase.Flags().BoolVar(&in.yes, "yes", false, "do not ask")
	root.AddCommand(export, erase)
	return root
}

// who finds the person meant.
func (c *careful) who(ctx context.Context, in personal) (task.Person, error) {
	if in.task == "" {
		return in.person, nil
	}
	id, err := task.ParseID(in.task)
	if err != nil {
		return task.Person{}, err
	}
	r, _, err := c.find(ctx, id)
	if errors.Is(err, task.ErrNotFound) {
		return task.Person{}, fmt.Errorf("there is no task %s", id)
	}
	if err == nil && r.Reporter().Zero() {
		err = fmt.Errorf("the reporter of %s is gone already", id)
	}
	return r.Reporter(), err
}

// output is the file named, which must be new and nobody else may read, or out.
func output(name string, out io.Writer, write func(io.Writer) error) error {
	if name == "" {
		return write(out)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Sync(), f.Close())
}
