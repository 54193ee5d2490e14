package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"gridbot/store"
)

// Append adds tasks to a month's file. When it returns without an error they are
// on disk and stay there.
func (a *Archive) Append(street, month string, records []store.Record) error {
	var text []byte
	for _, r := range records {
		if r.ID.Street != street {
			return fmt.Errorf("archive: task %s is not of street %s", r.ID, street)
		}
		payload, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("archive: write task %s: %w", r.ID, err)
		}
		text = appendLine(text, payload)
	}
	return a.locked(street, "", month, func(f *os.File) error { return add(f, text) })
}

// locked opens a file for writing, made if it is missing, and works on it alone.
func (a *Archive) locked(street, what, month string, work func(f *os.File) error) (err error) {
	path, err := a.path(street, what, month)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	unlock, err := lock(filepath.Join(dir, "lock"))
	if err != nil {
		return fmt.Errorf("archive: lock street %s: %w", street, err)
	}
	defer unlock()
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return fmt.Errorf("archive: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	// A new file is only safe once its name is, and the name of its directory.
	for _, named := range []string{dir, a.dir, filepath.Dir(a.dir)} {
		if err := syncDir(named); err != nil && !errors.Is(err, fs.ErrPermission) { // one we may not read we did not make
			return fmt.Errorf("archive: sync directory: %w", err)
		}
	}
	if err := mend(f); err != nil {
		return fmt.Errorf("archive: mend: %w", err)
	}
	if err := work(f); err != nil {
		return fmt.Errorf("archive: write: %w", err)
	}
	return nil
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// add writes whole lines at the end and syncs them.
func add(f *os.File, text []byte) error {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := f.WriteAt(text, end); err != nil {
		return err
	}
	return f.Sync()
}

// mend strikes the beginning of a line at the end of a file: who wrote it died
// before it was acknowledged.
func mend(f *os.File) error {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil || end == 0 {
		return err
	}
	at, err := lastBreak(f, end)
	if err != nil || at == end {
		return err
	}
	if err := strike(f, []line{{at: at, size: end - at + 1}}); err != nil {
		return err
	}
	return add(f, []byte{'\n'})
}

// lastBreak tells where the file's last, unfinished line begins: at its end, when
// there is none.
func lastBreak(f *os.File, end int64) (int64, error) {
	buf := make([]byte, 1<<16)
	for to := end; to > 0; {
		from := max(0, to-int64(len(buf)))
		part := buf[:to-from]
		if _, err := f.ReadAt(part, from); err != nil {
			return 0, err
		}
		if i := bytes.LastIndexByte(part, '\n'); i >= 0 {
			return from + int64(i) + 1, nil
		}
		to = from
	}
	return 0, nil
}

// strike overwrites lines with a # and blanks. The # comes first and is synced, so
// that a strike which is cut short can be told and completed.
func strike(f *os.File, gone []line) error {
	if len(gone) == 0 {
		return nil
	}
	for _, l := range gone {
		if _, err := f.WriteAt([]byte{'#'}, l.at); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	for _, l := range gone {
		blanks := bytes.Repeat([]byte{' '}, int(max(0, l.size-2))) // but for the # and the line break
		if _, err := f.WriteAt(blanks, l.at+1); err != nil {
			return err
		}
	}
	return f.Sync()
}
