package task

import (
	"slices"
	"strconv"
	"time"
)

// Media is a photo or a voice message that belongs to a task. The platform keeps it
// for three days under its id; what is fetched in time lies in a folder of ours,
// under the task and this id.
type Media struct {
	ID      string `json:"id"`           // the platform's media id
	Kind    string `json:"k"`            // image or voice
	URL     string `json:"u,omitempty"`  // the platform's own link, short-lived
	By      string `json:"by,omitempty"` // staff id, "" for the resident
	Account string `json:"a,omitempty"`  // name of the account it was sent to, which alone can fetch it
	Part    int64  `json:"p,omitempty"`  // number of the part whose reporter sent it, 0 for the task's own
	Lost    bool   `json:"l,omitempty"`  // it could not be fetched, or was nothing we keep
}

// Names of media kinds.
const (
	Image = "image"
	Voice = "voice"
)

// dropAfter lets an erasure that follows a Forget end before what is not named any
// more is looked for.
const dropAfter = time.Minute

// fetches are the notices that bring in the media behind those a task has already, one
// for each, so that one that is slow keeps no other waiting. They stand in the write that
// names the media.
func fetches(id ID, media []Media, had int) []Notice {
	var out []Notice
	for i, m := range media {
		if i < had || slices.ContainsFunc(media[:i], func(x Media) bool { return x.ID == m.ID }) {
			continue
		}
		out = append(out, Notice{Task: id, To: Party{Kind: ToMedia}, About: AboutFetch, Note: m.ID})
	}
	return out
}

// drops is the notice that takes away what a task has no right to any more.
func drops(id ID, at time.Time) Notice {
	return Notice{Task: id, To: Party{Kind: ToMedia}, About: AboutDrop, Due: at.Add(dropAfter)}
}

// sentBy copies the media with who sent them: a staff id, or the reporter of a part.
func sentBy(media []Media, m Move) []Media {
	out := slices.Clone(media)
	for i := range out {
		out[i].By, out[i].Part = m.By.ID, m.Part
	}
	return out
}

// Named finds a medium by its id.
func (t *Task) Named(id string) (Media, bool) {
	i := slices.IndexFunc(t.Media, func(m Media) bool { return m.ID == id })
	if i < 0 {
		return Media{}, false
	}
	return t.Media[i], true
}

// Kept lists the media whose files are kept: all that were not lost, and of a
// reporter who has left none any more once the matter has ended.
func (t *Task) Kept() []Media {
	gone := t.Reporter.Zero() && t.Status.Over()
	return slices.DeleteFunc(slices.Clone(t.Media), func(m Media) bool {
		return m.Lost || gone && m.By == "" && m.Part == 0
	})
}

// doLose marks a medium as lost. One that is marked, or is not the task's any more,
// changes nothing.
func doLose(before, after *Task, m Move) (string, error) {
	i := slices.IndexFunc(before.Media, func(x Media) bool { return x.ID == m.Lost && !x.Lost })
	if i < 0 {
		return "", ErrStatus
	}
	after.Media[i].Lost = true
	return "", nil
}

// lost asks whoever sent it to send it again: once for a task and a person, and only
// while it is of use.
func (l *letters) lost() {
	m, ok := l.after.Named(l.m.Lost)
	asked := slices.ContainsFunc(l.before.Media, func(x Media) bool { return x.Lost && x.By == m.By && x.Part == m.Part })
	switch {
	case !ok || asked || !l.after.Status.Open():
	case m.By != "":
		l.staff(m.By, AboutStaffAgain)
	case m.Part != 0: // the desk finds whose part it is
		l.to(Party{Kind: ToResident}, AboutAgain)
		l.out[len(l.out)-1].Note = strconv.FormatInt(m.Part, 10)
	case !l.after.Reporter.Zero():
		l.resident(AboutAgain)
	}
}
