package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"gridbot/store"
)

// outboxPage is how many buried notices of a street are listed.
const outboxPage = 200

func outboxCommand(read configReader) *cobra.Command {
	var street string
	var all bool
	with := func(c *cobra.Command, do func(ctx context.Context, s *store.Store, streets []string, out io.Writer) error) error {
		return withStore(c, read, func(config Config, s *store.Store) error {
			streets, err := chosenStreets(c.Context(), s, config, street)
			if err != nil {
				return err
			}
			return do(c.Context(), s, streets, c.OutOrStdout())
		})
	}
	show := func(c *cobra.Command, _ []string) error { return with(c, listOutbox) }
	root := &cobra.Command{
		Use: "outbox", Short: "Show what could not be delivered, and send it again", Args: cobra.NoArgs,
		Long: "outbox shows how many notices wait and which are buried: those that could not be\n" +
			"delivered, with the reason. `outbox resend` gives one or all of them another try.",
		RunE: show,
	}
	root.PersistentFlags().StringVar(&street, "street", "", "ID of one street; without it all streets")
	list := &cobra.Command{Use: "list", Short: "Show what waits and what is buried", Args: cobra.NoArgs, RunE: show}
	resend := &cobra.Command{
		Use: "resend [ID | --all]", Short: "Send a buried notice again", Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if (len(args) == 1) == all {
				return errors.New("say either the id of a notice, as `outbox list` shows it, or --all")
			}
			return with(c, func(ctx context.Context, s *store.Store, streets []string, out io.Writer) error {
				return resendBuried(ctx, s, streets, args, out)
			})
		},
	}
	resend.Flags().BoolVar(&all, "all", false, "send every buried notice again")
	root.AddCommand(list, resend)
	return root
}

// listOutbox prints a table of the buried notices. It shows no words of anybody.
func listOutbox(ctx context.Context, s *store.Store, streets []string, out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, street := range streets {
		d, err := s.OutboxDepth(ctx, street)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "street %s: %d waiting, %d buried\n", street, d.Waiting, d.Buried)
		buried, err := s.Buried(ctx, street, outboxPage)
		if err != nil {
			return err
		}
		for _, b := range buried {
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%d attempts\t%s\n", b.ID, b.Task, b.About, b.At.Format(time.DateTime), b.Attempts, b.LastErr)
		}
		if d.Buried > len(buried) {
			fmt.Fprintf(w, "  and %d more\n", d.Buried-len(buried))
		}
	}
	return w.Flush()
}

// resendBuried sends the notice with the id again, or all of them without one.
func resendBuried(ctx context.Context, s *store.Store, streets, ids []string, out io.Writer) error {
	sent := 0
	for _, street := range streets {
		n, err := resendStreet(ctx, s, street, ids)
		if err != nil {
			return err
		}
		sent += n
	}
	if sent == 0 && len(ids) > 0 {
		return fmt.Errorf("no buried notice has the id %s", ids[0])
	}
	_, err := fmt.Fprintf(out, "%d notices will be sent again\n", sent)
	return err
}

// resendStreet is resendBuried for one street. All of them go page by page, and
// those that are buried anew meanwhile are left alone.
func resendStreet(ctx context.Context, s *store.Store, street string, ids []string) (sent int, err error) {
	start := time.Now()
	for {
		batch := ids
		if len(ids) == 0 {
			if batch, err = buriedBefore(ctx, s, street, start); err != nil {
				return sent, err
			}
		}
		moved := 0
		for _, id := range batch {
			done, err := s.Unbury(ctx, street, id, time.Now())
			if err != nil {
				return sent, err
			}
			if done {
				moved++
			}
		}
		sent += moved
		if len(ids) > 0 || moved == 0 {
			return sent, nil
		}
	}
}

// buriedBefore lists ids of a page of buried notices.
func buriedBefore(ctx context.Context, s *store.Store, street string, start time.Time) ([]string, error) {
	page, err := s.Buried(ctx, street, outboxPage)
	var ids []string
	for _, b := range page {
		if b.At.Before(start) {
			ids = append(ids, b.ID)
		}
	}
	return ids, err
}
