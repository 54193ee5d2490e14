package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"gridbot/store"
)

func backupCommand(read configReader) *cobra.Command {
	var path string
	c := &cobra.Command{
		Use: "backup --out F.gz", Short: "Write everything that is kept to a file", Args: cobra.NoArgs,
		Long: "backup writes tasks, histories, queues, notices, persons and the imported lists to one\n" +
			"file, which only its owner may read: it holds what residents wrote. It may run beside\n" +
			"`gridbot serve`. Access tokens, join codes and leases are left out.\n\n" +
			"docs/backup.md tells what a backup is when people work meanwhile, and how to rehearse\n" +
			"the day it is needed.",
		RunE: func(c *cobra.Command, _ []string) error {
			return withStore(c, read, func(_ Config, s *store.Store) error {
				return backUp(c.Context(), s, path, c.OutOrStdout())
			})
		},
	}
	c.Flags().StringVar(&path, "out", "", "file to write; it must not exist yet")
	_ = c.MarkFlagRequired("out") // fails only for flags that do not exist
	return c
}

// backUp writes a backup to a file that is not there yet.
func backUp(ctx context.Context, s *store.Store, path string, out io.Writer) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s exists: a backup replaces no file", path)
	}
	var b store.Backed
	err := writeWhole(path, func(w io.Writer) (err error) {
		b, err = s.Backup(ctx, w, store.Pace{})
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d keys written to %s; %d left out: tokens, join codes, leases\n", b.Keys, path, b.Left)
	return err
}

func restoreCommand(read configReader) *cobra.Command {
	var path string
	c := &cobra.Command{
		Use: "restore --in F.gz", Short: "Read a backup into an empty Redis", Args: cobra.NoArgs,
		Long: "restore reads a file of `gridbot backup` into an empty Redis. The whole file is checked\n" +
			"first: nothing is written of one that is damaged. No gridbot may serve meanwhile.\n\n" +
			"Afterwards: `gridbot reconcile --repair`, then `gridbot serve`. Notices that waited\n" +
			"when the backup was made are sent, again if they were sent since.",
		RunE: func(c *cobra.Command, _ []string) error {
			return withStore(c, read, func(_ Config, s *store.Store) error {
				return restore(c.Context(), s, path, c.OutOrStdout())
			})
		},
	}
	c.Flags().StringVar(&path, "in", "", "file to read")
	_ = c.MarkFlagRequired("in")
	return c
}

// restore reads a backup and says what comes next.
func restore(ctx context.Context, s *store.Store, path string, out io.Writer) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	r, err := s.Restore(ctx, f, time.Now())
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d records with %d tasks restored, as they were on %s; %d had ended since\n",
		r.Records, r.Tasks, r.At.Format(time.DateTime), r.Expired)
	next := "now run `gridbot reconcile --repair`"
	if r.Schema != store.Schema {
		next = fmt.Sprintf("the data has layout %s: now run `gridbot migrate`, then `gridbot reconcile --repair`", r.Schema)
	}
	_, err = fmt.Fprintln(out, next)
	return err
}
