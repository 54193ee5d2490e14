package wechat

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"sync"
	"time"

	sdk "github.com/silenceper/wechat/v2/officialaccount/context"
	"github.com/silenceper/wechat/v2/officialaccount/message"

	"gridbot/task"
)

const (
	// MaxImage is the largest picture the platform takes, in bytes.
	MaxImage = 10 << 20

	// mediaLife is how long an upload is used again: an hour less than the
	// 3 days after which the platform forgets it.
	mediaLife = 71 * time.Hour
	// maxUploads bounds what is remembered of uploads.
	maxUploads = 1024

	codeNoMedia = 40007
)

// UploadMedia uploads a picture and returns its media_id. kind is its
// Content-Type: image/jpeg, image/png or image/gif. The same picture is uploaded
// to an account once in 3 days. Errors of the platform are *APIError.
func (c *Client) UploadMedia(ctx context.Context, account string, data []byte, kind string) (string, error) {
	a, err := c.account(account)
	if err != nil {
		return "", err
	}
	if err := picture(data, kind); err != nil {
		return "", err
	}
	id, k := c.mediaID(ctx, a, data, kind)
	switch {
	case id != "":
		return id, nil
	case k.err() != nil:
		return "", k.err()
	}
	return "", &APIError{API: k.last.api, Code: CodeBadAnswer, Detail: "an answer without a media_id"}
}

// SendImage sends a picture as a 客服消息, under the rules of [Client.SendText].
// A media_id the platform has forgotten (40007) is replaced and the message
// repeated once.
func (c *Client) SendImage(ctx context.Context, account, openid string, data []byte, kind string) task.Result {
	a, err := c.account(account)
	if err != nil {
		return task.Result{Outcome: task.Hold, Detail: err.Error()}
	}
	if err := picture(data, kind); err != nil {
		return task.Result{Outcome: task.Bad, Detail: err.Error()}
	}
	if openid == "" {
		return task.Result{Outcome: task.Bad, Detail: APIText + ": no receiver"}
	}
	for attempt := 0; ; attempt++ {
		id, k := c.mediaID(ctx, a, data, kind)
		if id == "" {
			return k.notUploaded(openid)
		}
		r := c.run(ctx, a, func(s *sdk.Context) error {
			return message.NewMessageManager(s).Send(message.NewCustomerImgMessage(openid, id))
		}).result(openid, id)
		if r.Code != codeNoMedia {
			return r
		}
		c.uploads.drop(uploadKey{a.AppID, sha256.Sum256(data)}, id)
		if attempt > 0 {
			return r
		}
	}
}

// picture refuses what the platform would not take as one.
func picture(data []byte, kind string) error {
	if len(data) == 0 || len(data) > MaxImage {
		return fmt.Errorf("wechat: media/upload: a picture has 1 to %d bytes, not %d", MaxImage, len(data))
	}
	switch kind {
	case "image/jpeg", "image/png", "image/gif":
		return nil
	}
	return errors.New("wechat: media/upload: neither a jpeg nor a png nor a gif")
}

// mediaID is the picture's media_id, from memory or by a new upload. Without an
// id the call tells why there is none.
func (c *Client) mediaID(ctx context.Context, a *Account, data []byte, kind string) (string, *call) {
	key := uploadKey{a.AppID, sha256.Sum256(data)}
	if id := c.uploads.get(key, c.now()); id != "" {
		return id, nil
	}
	k := c.upload(ctx, a, data, kind)
	if k.err() != nil {
		return "", k
	}
	var answer struct {
		ID string `json:"media_id"`
	}
	if json.Unmarshal(k.last.body, &answer) != nil || answer.ID == "" {
		return "", k
	}
	c.uploads.put(key, answer.ID, c.now())
	return answer.ID, k
}

// notUploaded is the outcome of a send whose picture could not be uploaded.
// Nothing was sent, so nothing is unknown.
func (k *call) notUploaded(openid string) task.Result {
	r := k.result(openid)
	if r.Outcome == task.Delivered || r.Outcome == task.Unknown {
		r.Outcome = task.RetryLater
	}
	return r
}

// upload makes one call of media/upload. The SDK uploads files only, not what is
// in memory.
func (c *Client) upload(ctx context.Context, a *Account, data []byte, kind string) *call {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	k := &call{ctx: ctx, client: c, account: a}
	body, boundary, err := multipartOf(data, kind)
	if err != nil {
		k.failed = err
		return k
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, DefaultBaseURL+"/cgi-bin/media/upload?type=image", bytes.NewReader(body))
	if err != nil {
		k.failed = err
		return k
	}
	req.Header.Set("Content-Type", boundary)
	if res, err := k.do(req); err == nil {
		res.Body.Close()
	}
	return k
}

// multipartOf is the body of media/upload and its Content-Type. The platform knows a
// picture by the suffix of its name.
func multipartOf(data []byte, mime string) (body []byte, kind string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="media"; filename="picture.` + strings.TrimPrefix(mime, "image/") + `"`},
		"Content-Type":        {mime},
	})
	if err != nil {
		return nil, "", fmt.Errorf("wechat: media/upload: %w", err)
	}
	if _, err := part.Write(data); err != nil {
		return nil, "", fmt.Errorf("wechat: media/upload: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, "", fmt.Errorf("wechat: media/upload: %w", err)
	}
	return b.Bytes(), w.FormDataContentType(), nil
}

// uploads remembers the media_ids of pictures. The zero value is ready.
type uploads struct {
	mu   sync.Mutex
	kept map[uploadKey]upload
}

type uploadKey struct {
	appID string
	sum   [sha256.Size]byte
}

type upload struct {
	id   string
	dies time.Time
}

func (u *uploads) get(key uploadKey, now time.Time) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	if m := u.kept[key]; now.Before(m.dies) {
		return m.id
	}
	return ""
}

// put keeps an id; when there are too many, what is dead goes, and then whatever
// comes first: forgetting one costs an upload.
func (u *uploads) put(key uploadKey, id string, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.kept == nil {
		u.kept = map[uploadKey]upload{}
	}
	if len(u.kept) >= maxUploads {
		maps.DeleteFunc(u.kept, func(_ uploadKey, m upload) bool { return !now.Before(m.dies) })
	}
	for other := range u.kept {
		if len(u.kept) < maxUploads {
			break
		}
		delete(u.kept, other)
	}
	u.kept[key] = upload{id, now.Add(mediaLife)}
}

// drop forgets an id if it is still the one kept.
func (u *uploads) drop(key uploadKey, id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.kept[key].id == id {
		delete(u.kept, key)
	}
}
