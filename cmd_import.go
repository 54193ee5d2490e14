package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"gridbot/grid"
	"gridbot/store"
)

func importCommand(read configReader) *cobra.Command {
	var areas, staff, codes string
	c := &cobra.Command{
		Use: "import --areas F --staff F", Short: "Import areas and staff from csv files", Args: cobra.NoArgs,
		Long: "import reads areas and staff from csv files, UTF-8 or GBK, and replaces what was there.\n" +
			"Every bad row is told; with one of them nothing is changed. sample/areas.csv and\n" +
			"sample/staff.csv show the form.\n\n" +
			"Everybody who has not joined yet gets a new join code, good for 30 days and one\n" +
			"person, who sends it to the account. Codes are printed, or written to a file.",
		RunE: func(c *cobra.Command, _ []string) error {
			config, err := read(false)
			if err != nil {
				return err
			}
			s, err := store.Open(config.store())
			if err != nil {
				return err
			}
			err = importFiles(c.Context(), s, areas, staff, codes, c.OutOrStdout())
			return errors.Join(err, s.Close())
		},
	}
	c.Flags().StringVar(&areas, "areas", "", "csv file of areas")
	c.Flags().StringVar(&staff, "staff", "", "csv file of staff")
	c.Flags().StringVar(&codes, "codes", "", "write the join codes to this file instead of printing them")
	_ = c.MarkFlagRequired("areas") // these fail only for flags that do not exist
	_ = c.MarkFlagRequired("staff")
	return c
}

// importFiles is the command import: all of both files or nothing.
func importFiles(ctx context.Context, s *store.Store, areaFile, staffFile, codeFile string, out io.Writer) error {
	areaData, err := os.ReadFile(areaFile)
	if err != nil {
		return err
	}
	staffData, err := os.ReadFile(staffFile)
	if err != nil {
		return err
	}
	areas, staff, err := readGround(areaFile, areaData, staffFile, staffData)
	if err != nil {
		return err
	}
	if err := s.Check(ctx); err != nil {
		return err
	}
	if err := s.SaveDirectory(ctx, areas, staff); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d areas and %d people imported\n", len(areas), len(staff))
	codes, err := makeCodes(ctx, s, staff)
	if err != nil || len(codes) == 0 {
		return err
	}
	if codeFile == "" {
		return writeCodes(out, codes)
	}
	var list bytes.Buffer
	if err := writeCodes(&list, codes); err != nil {
		return err
	}
	if err := os.WriteFile(codeFile, list.Bytes(), 0o600); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d join codes written to %s\n", len(codes), codeFile)
	return err
}

// readGround reads both files and checks that they fit together. The error tells
// every bad row.
func readGround(areaFile string, areaData []byte, staffFile string, staffData []byte) ([]grid.Area, []grid.Staff, error) {
	areas, areaErr := grid.ReadAreas(bytes.NewReader(areaData))
	staff, staffErr := grid.ReadStaff(bytes.NewReader(staffData))
	if areaErr != nil || staffErr != nil {
		return nil, nil, fmt.Errorf("nothing was imported:%s%s", rows(areaFile, areaErr), rows(staffFile, staffErr))
	}
	if _, err := grid.NewDirectory(areas, staff); err != nil {
		return nil, nil, fmt.Errorf("nothing was imported:%s", rows("", err))
	}
	return areas, staff, nil
}

// rows puts each of joined errors on a line of its own, behind the file's name.
func rows(file string, err error) string {
	if err == nil {
		return ""
	}
	if file != "" {
		file += ": "
	}
	var b strings.Builder
	for line := range strings.SplitSeq(err.Error(), "\n") {
		b.WriteString("\n  " + file + line)
	}
	return b.String()
}

// joinCode is the code with which one member of staff joins.
type joinCode struct {
	staff grid.Staff
	code  string
}

// makeCodes makes a code for everybody who has not joined.
func makeCodes(ctx context.Context, s *store.Store, staff []grid.Staff) ([]joinCode, error) {
	var out []joinCode
	for _, p := range staff {
		bound, err := s.StaffPerson(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		if !bound.Zero() {
			continue
		}
		code := newCode()
		if err := s.AddCode(ctx, code, p.ID); err != nil {
			return nil, err
		}
		out = append(out, joinCode{p, code})
	}
	return out, nil
}

func writeCodes(w io.Writer, codes []joinCode) error {
	b := bufio.NewWriter(w)
	for _, c := range codes {
		fmt.Fprintf(b, "%s\t%s\t%s\n", c.staff.ID, c.staff.Name, c.code)
	}
	return b.Flush()
}

// codeSigns are small letters and digits that nobody takes for another. The
// first sign is a letter, so that a code is never taken for a task's number.
const codeSigns = "abcdefghjkmnpqrstuvwxyz23456789"

// codeLetters are the letters among codeSigns, codeLength the signs of a code:
// 6 × 10^11 codes, of which a street has some hundreds for 30 days.
const (
	codeLetters = 23
	codeLength  = 8
)

func newCode() string {
	b := make([]byte, codeLength)
	for i := range b {
		n := len(codeSigns)
		if i == 0 {
			n = codeLetters
		}
		b[i] = codeSigns[draw(n)]
	}
	return string(b)
}

// draw gives a number below n, each as likely as the others.
func draw(n int) int {
	limit := 256 - 256%n
	for {
		var b [1]byte
		_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
		if int(b[0]) < limit {
			return int(b[0]) % n
		}
	}
}
