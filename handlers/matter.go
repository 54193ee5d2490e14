package handlers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"gridbot/dispatch"
	"gridbot/task"
)

// matterOut is how a matter stands, as a system reads it. Times are RFC 3339.
type matterOut struct {
	Number   string       `json:"number"` // theirs
	Task     string       `json:"task"`   // ours
	Status   task.Status  `json:"status"`
	Category string       `json:"category"`
	Urgency  task.Urgency `json:"urgency"`
	OpenedAt time.Time    `json:"opened_at"`
	Deadline time.Time    `json:"deadline,omitzero"`
	Result   string       `json:"result,omitempty"`
	History  []eventOut   `json:"history,omitempty"`
}

// eventOut is one line of a matter's history.
type eventOut struct {
	Event  task.Kind   `json:"event"`
	Status task.Status `json:"status"`
	At     time.Time   `json:"at"`
	Note   string      `json:"note,omitempty"`
}

// takeMatter makes a task of a matter, once for its number.
func (s *Server) takeMatter(c *gin.Context, from *caller, body []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), s.o.Within)
	defer cancel()
	in, err := readMatter(body, s.o.Desk.Categories(), s.o.Now())
	if err != nil {
		return answer{}, err
	}
	m := in.matter(from)
	t, err := s.matter(ctx, from, in.Number)
	again := err == nil
	if errors.Is(err, task.ErrNotFound) {
		t, again, err = s.o.Talk.TakeIn(ctx, m)
		if again && errors.Is(err, task.ErrNotFound) {
			err = errArchived
		}
	}
	switch {
	case err != nil:
		return answer{}, err
	case again && t.Sent.Digest != "" && t.Sent.Digest != m.Sent.Digest:
		return answer{}, errDifferent
	case again:
		return answer{status: http.StatusOK, body: s.standing(t, in.Number)}, nil
	}
	return answer{http.StatusCreated, c.Request.URL.Path + "/" + in.Number, s.standing(t, in.Number)}, nil
}

// matter reads the task a system's number has made: task.ErrNotFound when it has made
// none, errArchived when it is there no more or nobody's.
func (s *Server) matter(ctx context.Context, from *caller, number string) (task.Task, error) {
	if !theirNumber.MatchString(number) {
		return task.Task{}, task.ErrNotFound
	}
	id, made, err := s.o.Desk.Store().Matter(ctx, from.Street, from.Name, number)
	if err != nil {
		return task.Task{}, err
	}
	if !made {
		return task.Task{}, task.ErrNotFound
	}
	t, err := s.o.Desk.View(ctx, id, "", task.Matter(from.Name, number))
	if errors.Is(err, task.ErrNotFound) {
		return t, errArchived
	}
	return t, err
}

// standing is how a task stands, for a system.
func (s *Server) standing(t task.Task, number string) matterOut {
	zone := s.o.Desk.Calendar().Location()
	out := matterOut{Number: number, Task: t.ID.String(), Status: t.Status, Category: t.Category, Urgency: t.Urgency,
		OpenedAt: t.OpenedAt.In(zone), Result: s.o.Desk.Masked(t.Result)}
	if !t.Plan.Finish.IsZero() {
		out.Deadline = t.Plan.Finish.In(zone)
	}
	return out
}

// tellMatter answers how a matter stands, with its history.
func (s *Server) tellMatter(c *gin.Context, from *caller, _ []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), s.o.Within)
	defer cancel()
	number := c.Param("number")
	t, err := s.matter(ctx, from, number)
	if err != nil {
		return answer{}, err
	}
	events, err := s.o.Desk.Told(ctx, t)
	if err != nil {
		return answer{}, err
	}
	out := s.standing(t, number)
	for _, e := range events {
		out.History = append(out.History, eventOut{e.Kind, e.To, e.At.In(s.o.Desk.Calendar().Location()), e.Note})
	}
	return answer{status: http.StatusOK, body: out}, nil
}

// moveMatter makes a route of a move a system may make, once for its id. wanted tells
// that it needs words.
func (s *Server) moveMatter(kind task.Kind, wanted bool) gin.HandlerFunc {
	return s.signed(func(c *gin.Context, from *caller, body []byte) (answer, error) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), s.o.Within)
		defer cancel()
		in, err := readWords(body, wanted)
		if err != nil {
			return answer{}, err
		}
		number := c.Param("number")
		t, err := s.matter(ctx, from, number)
		if err != nil {
			return answer{}, err
		}
		t, err = s.o.Desk.Do(ctx, dispatch.Order{Task: t.ID, Key: from.Name + ":" + in.ID, Move: kind,
			Person: task.Matter(from.Name, number), Note: in.Text})
		if err != nil {
			return answer{}, err
		}
		return answer{status: http.StatusOK, body: s.standing(t, number)}, nil
	})
}
