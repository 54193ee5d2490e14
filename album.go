package main

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"gridbot/dispatch"
	"gridbot/handlers"
	"gridbot/media"
	"gridbot/task"
	"gridbot/wechat"
)

// album brings photos and voices from the platform into the folder, and makes the links
// under which they are seen.
type album struct {
	folder  *media.Folder
	client  *wechat.Client
	metrics *handlers.Metrics
	now     func() time.Time
	address string        // server.public_url
	links   time.Duration // how long a link lives
}

// whenFull is how long a full disk is left alone.
const whenFull = 5 * time.Minute

// dispatch is the album as the courier uses it.
func (a *album) dispatch() dispatch.Album {
	return dispatch.Album{Fetch: a.fetch, Keep: func(id task.ID, kept []task.Media) error {
		_, err := a.folder.Keep(id, kept, a.now())
		return err
	}}
}

// fetch brings one medium in. A disk that is full is told like an account that is
// blocked: the operator hears of it once, everything waits, and nothing is lost for it.
func (a *album) fetch(ctx context.Context, id task.ID, m task.Media) task.Result {
	if a.folder.Has(id, m.ID) {
		return task.Result{}
	}
	got := a.client.Fetch(ctx, m.Account, m.ID, m.URL)
	if got.Outcome != task.Delivered {
		a.metrics.Fetched(m.Kind, got.Outcome.String(), 0)
		return got.Result
	}
	size, err := a.folder.Put(ctx, id, m.ID, bytes.NewReader(got.Media.Data))
	switch {
	case err == nil:
		a.metrics.Fetched(m.Kind, "kept", size)
		return task.Result{}
	case errors.Is(err, media.ErrRefused):
		a.metrics.Fetched(m.Kind, "refused", 0)
		return task.Result{Outcome: task.Bad, Detail: err.Error()}
	case errors.Is(err, media.ErrFull):
		a.metrics.Fetched(m.Kind, "full", 0)
		return task.Result{Outcome: task.Hold, Detail: err.Error(), RetryAfter: whenFull}
	}
	a.metrics.Fetched(m.Kind, "fault", 0)
	return task.Result{Outcome: task.RetryLater, Detail: err.Error()}
}

// link is where a reader sees a medium for a while; false while it is not there.
func (a *album) link(id task.ID, m task.Media, reader string) (string, bool) {
	if m.Lost || !a.folder.Has(id, m.ID) {
		return "", false
	}
	token, err := a.folder.Token(media.Link{Task: id, Name: a.folder.Name(id, m.ID), For: reader, Until: a.now().Add(a.links)})
	return a.address + "/m/" + token, err == nil
}

// openMedia finds what a token stands for. Whoever may not see the task any more, since
// it was given, sees nothing of it either.
func (s *service) openMedia(ctx context.Context, token string, preview bool) (media.Kind, []byte, error) {
	l, err := s.album.folder.Read(token, s.now())
	if err != nil {
		return media.None, nil, err
	}
	t, err := s.store.Get(ctx, l.Task)
	if errors.Is(err, task.ErrNotFound) {
		return media.None, nil, media.ErrNone
	}
	if err != nil {
		return media.None, nil, err
	}
	may, err := s.mayLook(ctx, t, l.For)
	switch {
	case err != nil:
		return media.None, nil, err
	case !may, !slices.ContainsFunc(t.Kept(), func(m task.Media) bool { return s.album.folder.Name(l.Task, m.ID) == l.Name }):
		return media.None, nil, media.ErrNone
	}
	return s.album.folder.File(l.Task, l.Name, preview)
}

// mayLook tells whether a reader may still see a task: themselves, or as part of one
// they see.
func (s *service) mayLook(ctx context.Context, t task.Task, reader string) (bool, error) {
	if reader == "" {
		return !t.Reporter.Zero(), nil
	}
	if s.desk.Sees(&t, reader) || t.Parent == 0 {
		return s.desk.Sees(&t, reader), nil
	}
	whole, err := s.store.Get(ctx, task.ID{Street: t.ID.Street, Seq: t.Parent})
	if err != nil && !errors.Is(err, task.ErrNotFound) {
		return false, err
	}
	return err == nil && s.desk.Sees(&whole, reader), nil
}
