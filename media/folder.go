package media

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gridbot/task"
)

// Why something is not kept. Those that wrap ErrRefused are its own fault, so that
// trying again is of no use; ErrFull is ours.
var (
	// ErrRefused is what all of them wrap that no second try will help.
	ErrRefused = errors.New("media: refused")
	// ErrType means that it is neither a photo nor a voice of a kind we know.
	ErrType = fmt.Errorf("%w: not a photo or voice we can keep", ErrRefused)
	// ErrTooLarge means that it has too many bytes or pixels.
	ErrTooLarge = fmt.Errorf("%w: too large", ErrRefused)
	// ErrDamaged means that it cannot be decoded to its end.
	ErrDamaged = fmt.Errorf("%w: damaged", ErrRefused)
	// ErrFull means that the disk has no room: try again when it has.
	ErrFull = errors.New("media: the disk is full")
	// ErrNone means that there is no such file.
	ErrNone = errors.New("media: no such file")
)

// Options are what a folder works with.
type Options struct {
	Dir string
	// MaxBytes is the greatest size of what is taken in, in bytes.
	MaxBytes int64
	// MinFree is how many bytes must be free on the disk before a file is written.
	MinFree int64
	// Key signs links and names files, at least 32 bytes. Without one it is made once
	// and kept in the folder.
	Key []byte
}

// Folder is where files lie. It is safe for concurrent use, also by several processes.
type Folder struct {
	o   Options
	key []byte
	// one lets one picture be decoded at a time: each may take some hundred megabytes.
	one chan struct{}
}

// Photos and voices are personal data: nobody else on the machine may read them.
const (
	fileMode = 0o600
	dirMode  = 0o700
)

const (
	keyFile   = "key"
	keyBytes  = 32
	partBegin = ".part-"
	small     = ".small"
)

// partFor is how long a file may be in writing. What is older was left by a crash.
const partFor = time.Hour

// Open makes the folder and its key if they are not there yet.
func Open(o Options) (*Folder, error) {
	if o.Dir == "" || o.MaxBytes <= 0 {
		return nil, errors.New("media: a folder needs a directory and a greatest size")
	}
	if len(o.Key) > 0 && len(o.Key) < keyBytes {
		return nil, fmt.Errorf("media: the key has %d bytes, at least %d are needed", len(o.Key), keyBytes)
	}
	if err := os.MkdirAll(o.Dir, dirMode); err != nil {
		return nil, fmt.Errorf("media: make folder: %w", err)
	}
	f := &Folder{o: o, key: o.Key, one: make(chan struct{}, 1)}
	if len(f.key) > 0 {
		return f, nil
	}
	var err error
	f.key, err = f.ownKey()
	return f, err
}

// ownKey reads the folder's key, or makes one. Of two processes that make one at the
// same time the first wins.
func (f *Folder) ownKey() ([]byte, error) {
	path := filepath.Join(f.o.Dir, keyFile)
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		fresh := make([]byte, keyBytes)
		rand.Read(fresh) // never fails
		if err = f.whole(path, []byte(hex.EncodeToString(fresh)), os.Link); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
		key, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("media: read key: %w", err)
	}
	out, err := hex.DecodeString(strings.TrimSpace(string(key)))
	if err != nil || len(out) < keyBytes {
		return nil, fmt.Errorf("media: %s holds no key of %d bytes in hexadecimal", path, keyBytes)
	}
	return out, nil
}

// sum signs words of ours; what says what they are, so that no name is ever a token.
func (f *Folder) sum(what string, parts ...string) []byte {
	mac := hmac.New(sha256.New, f.key)
	for _, p := range append([]string{what}, parts...) {
		fmt.Fprintf(mac, "%d:%s", len(p), p) //nolint:errcheck // a hash takes everything
	}
	return mac.Sum(nil)
}

// nameBytes is how much of a name's hash is used.
const nameBytes = 16

// Name is a medium's file name.
func (f *Folder) Name(id task.ID, medium string) string {
	return hex.EncodeToString(f.sum("name", id.String(), medium)[:nameBytes])
}

// What may become a part of a path.
var (
	plainStreet = regexp.MustCompile(`^[0-9A-Za-z_-]{1,32}$`)
	plainName   = regexp.MustCompile(`^[0-9a-f]{32}$`)
)

// of is a task's folder.
func (f *Folder) of(id task.ID) (string, error) {
	if !plainStreet.MatchString(id.Street) || id.Seq <= 0 {
		return "", fmt.Errorf("media: no folder for task %q", id)
	}
	return filepath.Join(f.o.Dir, id.Street, strconv.FormatInt(id.Seq, 10)), nil
}

// path is where a file lies.
func (f *Folder) path(id task.ID, name string) (string, error) {
	dir, err := f.of(id)
	if err == nil && !plainName.MatchString(name) {
		err = fmt.Errorf("media: %q names no file", name)
	}
	return filepath.Join(dir, name), err
}

// Has tells whether a medium was fetched.
func (f *Folder) Has(id task.ID, medium string) bool {
	path, err := f.path(id, f.Name(id, medium))
	if err != nil {
		return false
	}
	_, err = os.Stat(path)
	return err == nil
}

// Put takes a medium in, cleaned, and tells its size as it is kept. Putting it again
// replaces it by the same. Its errors are ErrRefused, ErrFull, or a fault of the disk;
// whatever it is, no half file is left where one is looked for.
func (f *Folder) Put(ctx context.Context, id task.ID, medium string, r io.Reader) (int64, error) {
	path, err := f.path(id, f.Name(id, medium))
	if err != nil {
		return 0, err
	}
	raw, err := io.ReadAll(io.LimitReader(r, f.o.MaxBytes+1))
	switch {
	case err != nil:
		return 0, fmt.Errorf("media: read what is to be kept: %w", err)
	case int64(len(raw)) > f.o.MaxBytes:
		return 0, fmt.Errorf("%w: over %d bytes", ErrTooLarge, f.o.MaxBytes)
	}
	if err := f.room(); err != nil {
		return 0, err
	}
	clean, preview, err := f.clean(ctx, raw)
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(filepath.Dir(path), dirMode); err != nil {
		return 0, full("make the folder of a task", err)
	}
	if preview != nil { // first: that the file is there says that all of it is
		if err := f.whole(path+small, preview, os.Rename); err != nil {
			return 0, err
		}
	}
	return int64(len(clean) + len(preview)), f.whole(path, clean, os.Rename)
}

// clean is what is kept of what came, with its preview if it is a picture.
func (f *Folder) clean(ctx context.Context, raw []byte) (clean, preview []byte, err error) {
	kind := Sniff(raw)
	if !kind.picture() {
		clean, err = cleanVoice(kind, raw)
		return clean, nil, err
	}
	select {
	case f.one <- struct{}{}:
		defer func() { <-f.one }()
	case <-ctx.Done():
		return nil, nil, fmt.Errorf("media: wait to decode: %w", ctx.Err())
	}
	return cleanPicture(kind, raw)
}

// whole writes a file aside, syncs it and puts it in its place, so that nobody ever
// finds half of it, whenever the process or the machine dies.
func (f *Folder) whole(path string, data []byte, place func(from, to string) error) error {
	dir := filepath.Dir(path)
	part, err := os.CreateTemp(dir, partBegin) // 0600
	if err != nil {
		return full("write a file", err)
	}
	defer os.Remove(part.Name()) // of no effect once it was renamed
	_, err = part.Write(data)
	err = cmp.Or(err, part.Sync())
	if err = cmp.Or(part.Close(), err); err != nil {
		return full("write a file", err)
	}
	if err := place(part.Name(), path); err != nil {
		return full("put a file in its place", err)
	}
	return syncDir(dir)
}

// syncDir makes a new name last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("media: sync folder: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return full("sync folder", err)
	}
	return nil
}

// Keep leaves of a task's files those of the given media, and tells how many it
// removed. What a crash left half written goes too.
func (f *Folder) Keep(id task.ID, media []task.Media, now time.Time) (int, error) {
	dir, err := f.of(id)
	if err != nil {
		return 0, err
	}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("media: list the folder of a task: %w", err)
	}
	var named []string
	for _, m := range media {
		named = append(named, f.Name(id, m.ID))
	}
	removed, left := 0, 0
	for _, e := range entries {
		if slices.Contains(named, strings.TrimSuffix(e.Name(), small)) || underWay(e, now) {
			left++
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, fmt.Errorf("media: remove a file: %w", err)
		}
		removed++
	}
	if left == 0 {
		_ = os.Remove(dir) // not if somebody has just put something into it
	}
	return removed, nil
}

// underWay tells whether somebody may still be writing a file.
func underWay(e fs.DirEntry, now time.Time) bool {
	if !strings.HasPrefix(e.Name(), partBegin) {
		return false
	}
	info, err := e.Info()
	return err == nil && now.Sub(info.ModTime()) < partFor
}

// Tasks lists the tasks of a street that have files, in no order.
func (f *Folder) Tasks(street string) iter.Seq2[task.ID, error] {
	return func(yield func(task.ID, error) bool) {
		if !plainStreet.MatchString(street) {
			yield(task.ID{}, fmt.Errorf("media: no folder for street %q", street))
			return
		}
		entries, err := os.ReadDir(filepath.Join(f.o.Dir, street))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			yield(task.ID{}, fmt.Errorf("media: list the folder of a street: %w", err))
			return
		}
		for _, e := range entries {
			seq, err := strconv.ParseInt(e.Name(), 10, 64)
			if err == nil && e.IsDir() && !yield(task.ID{Street: street, Seq: seq}, nil) {
				return
			}
		}
	}
}
