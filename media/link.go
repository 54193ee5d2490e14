package media

import (
	"bytes"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"gridbot/task"
)

// Errors of links.
var (
	// ErrForged means that a token was not made with this key, or was changed.
	ErrForged = errors.New("media: no token of ours")
	// ErrExpired means that a token was good once.
	ErrExpired = errors.New("media: the token has expired")
)

// Link is what a token says: one file, for whom it was made, and until when.
type Link struct {
	Task  task.ID
	Name  string    // of the file
	For   string    // staff id; "" for the resident who reported the task
	Until time.Time // to the second
}

// Of a token: eight bytes of time, the name, the number, the street and the reader,
// each text behind its length, and the first 16 bytes of their HMAC-SHA-256.
const (
	timeBytes = 8
	macBytes  = 16
	maxToken  = 256
	maxFor    = 64
)

// Token makes a link's token: letters, digits, - and _.
func (f *Folder) Token(l Link) (string, error) {
	name, err := hex.DecodeString(l.Name)
	if _, bad := f.path(l.Task, l.Name); err != nil || bad != nil || len(l.For) > maxFor {
		return "", fmt.Errorf("media: no token for file %q of task %s", l.Name, l.Task)
	}
	b := binary.BigEndian.AppendUint64(nil, uint64(l.Until.Unix()))
	b = append(b, name...)
	b = binary.AppendUvarint(b, uint64(l.Task.Seq))
	for _, s := range []string{l.Task.Street, l.For} {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	return base64.RawURLEncoding.EncodeToString(append(b, f.mac(b)...)), nil
}

func (f *Folder) mac(b []byte) []byte { return f.sum("link", string(b))[:macBytes] }

// Read takes a token apart: ErrForged or ErrExpired.
func (f *Folder) Read(token string, now time.Time) (Link, error) {
	if len(token) > maxToken {
		return Link{}, ErrForged
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < timeBytes+nameBytes+macBytes {
		return Link{}, ErrForged
	}
	b, mac := raw[:len(raw)-macBytes], raw[len(raw)-macBytes:]
	if !hmac.Equal(mac, f.mac(b)) {
		return Link{}, ErrForged
	}
	l := Link{Until: time.Unix(int64(binary.BigEndian.Uint64(b)), 0), Name: hex.EncodeToString(b[timeBytes : timeBytes+nameBytes])}
	r := bytes.NewReader(b[timeBytes+nameBytes:])
	seq, err := binary.ReadUvarint(r)
	l.Task.Seq = int64(seq)
	for _, s := range []*string{&l.Task.Street, &l.For} {
		n, bad := binary.ReadUvarint(r)
		if err != nil || bad != nil || n > uint64(r.Len()) {
			return Link{}, ErrForged
		}
		text := make([]byte, n)
		_, _ = r.Read(text)
		*s = string(text)
	}
	if now.After(l.Until) {
		return l, ErrExpired
	}
	return l, nil
}

// File reads a file, or its preview, and tells what it is. A voice has no preview.
// ErrNone: it is not there any more.
func (f *Folder) File(id task.ID, name string, preview bool) (Kind, []byte, error) {
	path, err := f.path(id, name)
	if err != nil {
		return None, nil, ErrNone
	}
	if preview {
		path += small
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return None, nil, ErrNone
	}
	if err != nil {
		return None, nil, fmt.Errorf("media: read a file: %w", err)
	}
	return Sniff(data), data, nil
}
