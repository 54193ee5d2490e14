package main

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gridbot/grid"
	"gridbot/store"
)

// gapsHeading are the headings of the list of gaps.
//
//go:embed cmd_staff_gaps.csv
var gapsHeading string

func gapsCommand(read configReader) *cobra.Command {
	var asCSV bool
	c := &cobra.Command{
		Use: "gaps", Short: "List the posts that ought to be held and are not", Args: cobra.NoArgs,
		Long: "gaps lists the grids without a head or a full-time worker and the streets without a\n" +
			"dispatcher. A post whose holder is on leave is no gap.",
		RunE: func(c *cobra.Command, _ []string) error {
			return withGround(c, read, func(_ *store.Store, was imported) error {
				if asCSV {
					return writeGaps(c.OutOrStdout(), was.old)
				}
				return printGaps(c.OutOrStdout(), was.old)
			})
		},
	}
	c.Flags().BoolVar(&asCSV, "csv", false, "comma separated text, for a spreadsheet")
	return c
}

// gapRows are the heading and a row for each gap: area, street and full name, post.
func gapRows(d *grid.Directory) [][]string {
	rows := [][]string{strings.Split(strings.TrimSpace(gapsHeading), ",")}
	for _, g := range d.Gaps() {
		rows = append(rows, []string{g.Area, g.Name, g.Missing.Name()})
	}
	return rows
}

// printGaps prints a table for people, and how long it is.
func printGaps(out io.Writer, d *grid.Directory) error {
	rows := gapRows(d)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(rows) > 1 {
		for _, r := range rows {
			fmt.Fprintln(w, strings.Join(r, "\t"))
		}
	}
	fmt.Fprintf(w, "posts nobody holds: %d\n", len(rows)-1)
	return w.Flush()
}

// writeGaps writes them with a byte order mark, without which spreadsheets take
// Chinese for something else.
func writeGaps(out io.Writer, d *grid.Directory) error {
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return err
	}
	return csv.NewWriter(out).WriteAll(gapRows(d))
}
