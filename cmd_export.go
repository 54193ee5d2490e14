package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"gridbot/grid"
	"gridbot/store"
)

func exportCommand(read configReader) *cobra.Command {
	var to exporting
	c := &cobra.Command{
		Use:   "export {--workbook F | --areas F --staff F --roster F | --template F}",
		Short: "Export areas, staff and the duty roster", Args: cobra.NoArgs,
		Long: "export writes what was imported last, as one workbook (xlsx) or as csv files of your\n" +
			"choice, in the form `gridbot import` reads: an export that is imported again changes\n" +
			"nothing. --template writes an empty workbook to begin with. A file is there whole or not\n" +
			"at all, and only its owner may read it.",
		RunE: func(c *cobra.Command, _ []string) error {
			if to.template != "" {
				return to.blank(c.OutOrStdout())
			}
			return withGround(c, read, func(_ *store.Store, was imported) error {
				return to.write(c.Context(), was.ground, c.OutOrStdout())
			})
		},
	}
	f := c.Flags()
	f.StringVar(&to.workbook, "workbook", "", "workbook for everything")
	f.StringVar(&to.areas, "areas", "", "csv file for the areas")
	f.StringVar(&to.staff, "staff", "", "csv file for the staff")
	f.StringVar(&to.roster, "roster", "", "csv file for the weekly roster")
	f.StringVar(&to.template, "template", "", "write an empty workbook to this file instead")
	c.MarkFlagsOneRequired("workbook", "areas", "staff", "roster", "template")
	for _, other := range []string{"workbook", "areas", "staff", "roster"} {
		c.MarkFlagsMutuallyExclusive("template", other)
	}
	return c
}

// exporting is what the command export is told: paths of files, which may be "".
type exporting struct{ workbook, areas, staff, roster, template string }

// blank writes the workbook to begin with.
func (e exporting) blank(out io.Writer) error {
	err := writeWhole(e.template, func(w io.Writer) error { return grid.WriteWorkbook(w, grid.Ground{}) })
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "an empty workbook is in %s\n", e.template)
	return err
}

// write writes the files that were asked for.
func (e exporting) write(ctx context.Context, g grid.Ground, out io.Writer) error {
	for _, f := range []struct {
		path  string
		write func(io.Writer) error
	}{
		{e.workbook, func(w io.Writer) error { return grid.WriteWorkbook(w, g) }},
		{e.areas, func(w io.Writer) error { return grid.WriteAreas(w, g.Areas) }},
		{e.staff, func(w io.Writer) error { return grid.WriteStaff(w, g.Staff) }},
		{e.roster, func(w io.Writer) error { return grid.WriteRoster(w, g.Roster) }},
	} {
		if f.path == "" {
			continue
		}
		if err := errors.Join(ctx.Err(), writeWhole(f.path, f.write)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "%d areas, %d people and %d shifts exported\n", len(g.Areas), len(g.Staff), len(g.Roster))
	return err
}

// writeWhole writes a file that is there whole or not at all, for its owner only.
func writeWhole(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", path, err), os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), path)
}
