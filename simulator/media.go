package simulator

import (
	"bytes"
	"crypto/rand"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"time"
)

// mediaLife is how long a temporary media_id can be fetched and used.
const mediaLife = 3 * 24 * time.Hour

// maxImage is the largest picture the platform takes, in bytes.
const maxImage = 10 << 20

type media struct {
	id   string
	data []byte
	at   time.Time
}

// mediaBox keeps media up to a number of bytes; the oldest go first.
type mediaBox struct {
	limit int

	mu    sync.Mutex
	size  int
	byID  map[string]media
	queue []string // oldest first
}

func (b *mediaBox) put(data []byte, now time.Time) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.byID == nil {
		b.byID = map[string]media{}
	}
	id := rand.Text() + rand.Text()
	b.byID[id] = media{id, data, now}
	b.queue = append(b.queue, id)
	for b.size += len(data); b.size > b.limit && len(b.queue) > 1; {
		b.size -= len(b.byID[b.queue[0]].data)
		delete(b.byID, b.queue[0])
		b.queue = b.queue[1:]
	}
	return id
}

func (b *mediaBox) get(id string, now time.Time) (media, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	m, found := b.byID[id]
	return m, found && now.Sub(m.at) < mediaLife
}

// uploadMedia is media/upload.
func uploadMedia(c *call) (any, error) {
	kind := c.r.URL.Query().Get("type")
	switch kind {
	case "image", "voice", "video", "thumb":
	default:
		return nil, errMediaType
	}
	data, err := c.upload()
	if err != nil {
		return nil, err
	}
	return map[string]any{"type": kind, "media_id": c.p.media.put(data, c.at), "created_at": c.at.Unix()}, nil
}

// uploadPicture is media/uploadimg.
func uploadPicture(c *call) (any, error) {
	data, err := c.upload()
	if err != nil {
		return nil, err
	}
	return map[string]string{"url": c.p.absolute(picturePath(c.p.media.put(data, c.at)))}, nil
}

// upload reads the part named media.
func (c *call) upload() ([]byte, error) {
	c.r.Body = io.NopCloser(bytes.NewReader(c.body))
	parts, err := c.r.MultipartReader()
	if err != nil {
		return nil, errNoMedia
	}
	var part *multipart.Part
	for part == nil || part.FormName() != "media" {
		if part, err = parts.NextPart(); err != nil {
			return nil, errNoMedia
		}
	}
	data, err := io.ReadAll(part)
	switch {
	case len(data) > maxImage || len(c.body) == maxUpload:
		return nil, errImageSize
	case err != nil || len(data) == 0:
		return nil, errNoMedia
	}
	return data, nil
}

// getMedia is media/get. Of a video it gives an address instead of the data, as
// documented; the platform is seen to send the data now and then.
func getMedia(c *call) (any, error) {
	m, found := c.p.media.get(c.r.URL.Query().Get("media_id"), c.at)
	if !found {
		return nil, errMediaID
	}
	kind := mimeOf(m.data)
	if strings.HasPrefix(kind, "video/") {
		return map[string]string{"video_url": c.p.absolute(picturePath(m.id))}, nil
	}
	return file{kind, m.data}, nil
}

func picturePath(id string) string { return "/pic/" + id }

// absolute is a link to the handler as others reach it.
func (p *Platform) absolute(path string) string { return *p.url.Load() + path }

// picture serves a picture without a token, like the platform's picture host.
// Anything that is not a picture is only offered as a download.
func (p *Platform) picture(w http.ResponseWriter, r *http.Request) {
	m, found := p.media.get(r.PathValue("media"), p.now())
	if !found {
		http.NotFound(w, r)
		return
	}
	mime := mimeOf(m.data)
	if !strings.HasPrefix(mime, "image/") {
		mime = "application/octet-stream"
	}
	secure(w.Header())
	w.Header().Set("Content-Type", mime)
	w.Header().Set("Cache-Control", "private, max-age=3600")
	w.Write(m.data)
}

// mimeOf knows AMR, which net/http does not.
func mimeOf(data []byte) string {
	if bytes.HasPrefix(data, []byte("#!AMR")) {
		return "audio/amr"
	}
	return http.DetectContentType(data)
}
