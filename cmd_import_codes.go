package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"gridbot/grid"
	"gridbot/store"
)

// codeSheet is where join codes are written. They are kept nowhere else, so a file
// is opened before anything is changed, and keeps its old codes while there are no
// new ones.
type codeSheet struct {
	out  io.Writer
	file *os.File // nil: codes are printed
}

// openCodes opens the file for codes; without a path they are printed to out.
func openCodes(path string, out io.Writer) (codeSheet, error) {
	if path == "" {
		return codeSheet{out: out}, nil
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	return codeSheet{out, file}, err
}

func (c codeSheet) close() error {
	if c.file == nil {
		return nil
	}
	return c.file.Close()
}

// write writes one line for each code.
func (c codeSheet) write(codes []joinCode) error {
	if c.file == nil {
		return writeCodes(c.out, codes)
	}
	if err := c.file.Truncate(0); err != nil {
		return err
	}
	if err := errors.Join(c.file.Chmod(0o600), writeCodes(c.file, codes), c.file.Sync()); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.out, "%d join codes written to %s\n", len(codes), c.file.Name())
	return err
}

// joinCode is the code with which one member of staff joins.
type joinCode struct {
	staff grid.Staff
	code  string
}

// notJoined keeps those whom no phone belongs to yet.
func notJoined(ctx context.Context, s *store.Store, staff []grid.Staff) ([]grid.Staff, error) {
	var out []grid.Staff
	for part := range slices.Chunk(staff, chunk) {
		ids := make([]string, len(part))
		for i, p := range part {
			ids[i] = p.ID
		}
		bound, err := s.StaffPersons(ctx, ids)
		if err != nil {
			return nil, err
		}
		for i, p := range part {
			if bound[i].Zero() {
				out = append(out, p)
			}
		}
	}
	return out, nil
}

// makeCodes makes a code for each of these people.
func makeCodes(ctx context.Context, s *store.Store, staff []grid.Staff, shown progress) ([]joinCode, error) {
	var out []joinCode
	taken := make(map[string]bool, len(staff)) // of a city's codes two are the same once in 2,400 imports
	for part := range slices.Chunk(staff, chunk) {
		codes := make([]store.Code, len(part))
		for i, p := range part {
			code := newCode()
			for taken[code] {
				code = newCode()
			}
			taken[code], codes[i] = true, store.Code{Code: code, Staff: p.ID}
			out = append(out, joinCode{p, codes[i].Code})
		}
		if err := s.AddCodes(ctx, codes); err != nil {
			return nil, err
		}
		shown.add(len(part))
	}
	return out, nil
}

// giveCodes makes a code for each of these people and writes them.
func giveCodes(ctx context.Context, s *store.Store, staff []grid.Staff, to codeSheet, at console) error {
	if len(staff) == 0 {
		return nil
	}
	shown := at.begin(len(staff), "making %d join codes", len(staff))
	codes, err := makeCodes(ctx, s, staff, shown)
	shown.stop()
	if err != nil {
		return err
	}
	return to.write(codes)
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
// 6 × 10^11 codes, of which a whole city has some 23,000 for 30 days.
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
