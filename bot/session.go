package bot

import (
	"encoding/json"
	"fmt"
	"time"

	"gridbot/task"
)

// The steps a conversation can stand in: what was asked last.
const (
	stepMatter = "matter" // which of these is it? Draft is the task it is about
	stepPlace  = "place"  // where is it? Draft is the task it is about
	stepChoose = "choose" // Order lacks what Fill names; Choices are the answers
	stepResult = "result" // Order lacks words: a result, a reason
	stepName   = "name"   // Order lacks the name of who gets the task
	stepNumber = "number" // is the number Choices[0] a task, or the place asked for?
	stepPhoto  = "photo"  // do these photos, which are with Choices[0] already, belong there?
	stepProof  = "proof"  // which of Choices, all in this worker's hands, do these photos show?
	stepHuman  = "human"  // a person will read what comes next
	stepDays   = "days"   // Order lacks a number of days
	stepErase  = "erase"  // shall all that is held about this person go?
)

// What an answer can fill in.
const (
	fillTask     = "task"
	fillTo       = "to"
	fillCategory = "category"
	fillReason   = "reason"
)

// joinFor is how long what follows a report still belongs to it.
const joinFor = 10 * time.Minute

// keepFor is how long free words are still taken as what was asked for: the rest
// of a result, or what a person shall read. Later they are words like any others.
const keepFor = time.Hour

// session is where a conversation stands. It is kept as JSON for 48 hours.
type session struct {
	Step    string       `json:"s,omitempty"`
	At      int64        `json:"t,omitempty"` // second of the message that led to the question
	Draft   *draft       `json:"d,omitempty"`
	Order   *order       `json:"o,omitempty"`
	Fill    string       `json:"f,omitempty"`
	Choices []string     `json:"c,omitempty"`  // what the numbers 1, 2, 3 … stand for
	Photos  []task.Media `json:"ms,omitempty"` // what stepPhoto and stepProof are about
	Last    string       `json:"l,omitempty"`  // the task last spoken of
	LastAt  int64        `json:"lt,omitempty"`
	Where   *task.Place  `json:"w,omitempty"` // a location that came before its words
	WhereAt int64        `json:"wt,omitempty"`
	Unclear string       `json:"u,omitempty"` // the last message, when it was not understood
	Words   string       `json:"q,omitempty"` // what stepNumber is about
}

// draft is a report that is still being asked about. Its task exists and waits at
// the desk, so nothing is lost if the answer never comes.
type draft struct {
	Task     string `json:"t"`
	Category string `json:"c,omitempty"`
	Known    bool   `json:"y,omitempty"` // the category needs no answer any more
	Danger   bool   `json:"d,omitempty"` // who comes is told of every word at once
}

// order is a command as far as it is understood.
type order struct {
	Cmd      string   `json:"c"`
	Task     string   `json:"t,omitempty"`
	Note     string   `json:"n,omitempty"`
	To       string   `json:"p,omitempty"`
	Category string   `json:"k,omitempty"`
	Days     int      `json:"d,omitempty"`
	Other    string   `json:"o,omitempty"`
	Reason   string   `json:"r,omitempty"`
	Call     []string `json:"b,omitempty"`

	Place   task.Place   `json:"-"` // read from the note anew whenever the order is run
	Urgency task.Urgency `json:"-"`
}

func loadSession(b []byte) session {
	var s session
	if len(b) == 0 {
		return s
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return session{} // written by another version: the conversation begins anew
	}
	return s
}

func (s *session) save() ([]byte, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("bot: keep session: %w", err)
	}
	if string(b) == "{}" {
		return nil, nil
	}
	return b, nil
}

// drop forgets the question asked last.
func (s *session) drop() {
	s.Step, s.At, s.Draft, s.Order, s.Fill, s.Choices, s.Photos, s.Words = "", 0, nil, nil, "", nil, nil, ""
}

// ask remembers a question in place of the one asked before.
func (c *chat) ask(step string, choices ...string) {
	c.s.drop()
	c.s.Step, c.s.At, c.s.Choices = step, c.m.At.Unix(), choices
}

// speakOf remembers the task the conversation is about now.
func (c *chat) speakOf(id task.ID) {
	c.s.Last, c.s.LastAt = id.String(), c.m.At.Unix()
}

// fresh tells whether the question was asked within the last hour.
func (c *chat) fresh() bool { return c.m.At.Unix()-c.s.At <= int64(keepFor.Seconds()) }

// lately is the task spoken of within the last minutes, if any.
func (c *chat) lately() (task.ID, bool) {
	id, err := task.ParseID(c.s.Last)
	if err != nil || c.m.At.Unix()-c.s.LastAt > int64(joinFor.Seconds()) {
		return task.ID{}, false
	}
	return id, true
}

// held gives the location that came before its words, and forgets it.
func (c *chat) held() *task.Place {
	where := c.s.Where
	fresh := c.m.At.Unix()-c.s.WhereAt <= int64(joinFor.Seconds())
	c.s.Where, c.s.WhereAt = nil, 0
	if !fresh {
		return nil
	}
	return where
}
