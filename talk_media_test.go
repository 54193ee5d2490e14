package main

import (
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"gridbot/sample"
)

// linkAddress begins the links of a conversation.
const linkAddress = "https://grid.example.test"

// links of a text.
var links = regexp.MustCompile(regexp.QuoteMeta(linkAddress) + `/m/[A-Za-z0-9_-]+`)

// photo is what somebody sends: a picture with its position, or what is none.
func photo(which string) []byte {
	if which == "坏的" {
		return []byte("%PDF-1.7 <script>alert(1)</script>")
	}
	return sample.Photo(6)
}

// voice is a short voice message.
func voice() []byte {
	return append([]byte("#!AMR\n"), bytes.Repeat(append([]byte{0x04}, make([]byte, 12)...), 50)...)
}

// folder looks at the files of a task: 照片夹 12-1001 2张, each without a trace of where
// it was taken. Previews do not count.
func (s *stage) folder(l line) error {
	f := strings.Fields(l.rest)
	if len(f) != 2 {
		return errors.New("要写：照片夹 12-1001 2张")
	}
	want, err := count(f[1])
	if err != nil {
		return err
	}
	dir := filepath.Join(append([]string{s.service.config.Media.Dir}, strings.Split(f[0], "-")...)...)
	found := 0
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if bytes.Contains(data, []byte("Exif")) || bytes.Contains(data, []byte(sample.Camera)) {
			return fmt.Errorf("%s 里还有拍摄信息", d.Name())
		}
		if !strings.Contains(d.Name(), ".") {
			found++
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if found != want {
		return fmt.Errorf("有 %d 个", found)
	}
	return nil
}

// opened follows every link of a person's last answer: 张小燕 打开 2张, all of them
// pictures without metadata; 张小燕 打不开 410, none of them.
func (s *stage) opened(l line) error {
	found := links.FindAllString(s.answers[l.who].Reply, -1)
	want, err := count(l.rest)
	if l.verb == "打开" && (err != nil || len(found) != want) {
		return errors.Join(err, fmt.Errorf("有 %d 个链接", len(found)))
	}
	if len(found) == 0 {
		return errors.New("没有链接")
	}
	for _, link := range found {
		res := httptest.NewRecorder()
		s.service.server.Handler().ServeHTTP(res, httptest.NewRequest(http.MethodGet, strings.TrimPrefix(link, linkAddress), nil))
		if l.verb == "打不开" {
			if res.Code != want {
				return fmt.Errorf("状态 %d", res.Code)
			}
			continue
		}
		if err := seen(res); err != nil {
			return err
		}
	}
	return nil
}

// seen checks what a link gave.
func seen(res *httptest.ResponseRecorder) error {
	body := res.Body.Bytes()
	if res.Code != http.StatusOK || res.Header().Get("X-Content-Type-Options") != "nosniff" {
		return fmt.Errorf("状态 %d，%v", res.Code, res.Header())
	}
	if res.Header().Get("Content-Type") == "audio/amr" {
		return nil
	}
	if _, err := jpeg.Decode(bytes.NewReader(body)); err != nil || bytes.Contains(body, []byte("Exif")) {
		return fmt.Errorf("不是干净的照片: %w", err)
	}
	return nil
}
