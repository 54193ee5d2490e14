package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"gridbot/archive"
	"gridbot/classify"
	"gridbot/store"
	"gridbot/task"
)

// lesson is a task of which the machine guessed the category and staff settled it.
type lesson struct {
	task     task.Task
	category string    // that staff settled on
	at       time.Time // when they last did

	place, urgency judged // what else the machine had set
}

// judged tells what staff made of something the machine set.
type judged struct {
	counts bool // it set any, and staff was free to change it
	left   bool // staff left it as it was
}

// lessonOf reads a task's lesson from its history. What a corrected category brings with it
// says nothing about the urgency, and a danger is nobody's to make slower.
func lessonOf(t task.Task, category string, at time.Time, history []task.Event) lesson {
	l := lesson{task: t, category: category, at: at}
	l.place.counts, l.place.left = task.PlaceLeft(&t, history)
	l.urgency.counts = l.agreed() && t.Danger < 2
	_, l.urgency.left = task.Left(history, task.Regrade)
	return l
}

// agreed tells whether staff left it at the machine's first guess.
func (l lesson) agreed() bool { return l.category == l.task.Guess.Category }

// lessonsOf reads the lessons there are, in Redis and in the archive, by their numbers.
type lessonsOf struct {
	store   *store.Store
	archive *archive.Archive
	streets []string
	since   time.Time // of tasks that were opened from then on; zero is all
}

// withLessons does something with what staff has taught, of reports since a time that the
// configuration decides.
func withLessons(c *cobra.Command, read configReader, since func(Config) (time.Time, error), do func(Config, []lesson) error) error {
	ctx := c.Context()
	return withStore(c, read, func(config Config, s *store.Store) error {
		from, err := since(config)
		if err != nil {
			return err
		}
		files, err := archive.Open(config.Retention.Dir)
		if err != nil {
			return err
		}
		if err := s.Check(ctx); err != nil {
			return err
		}
		streets, err := chosenStreets(ctx, s, config, "")
		if err != nil {
			return err
		}
		all, err := lessonsOf{s, files, streets, from}.read(ctx)
		if err != nil {
			return err
		}
		return do(config, all)
	})
}

func (r lessonsOf) read(ctx context.Context) ([]lesson, error) {
	var all []lesson
	for _, street := range r.streets {
		found := map[int64]lesson{} // a task that is archived meanwhile comes twice
		if err := r.live(ctx, street, found); err != nil {
			return nil, fmt.Errorf("street %s: %w", street, err)
		}
		if err := r.archived(street, found); err != nil {
			return nil, fmt.Errorf("street %s: %w", street, err)
		}
		for _, l := range found {
			all = append(all, l)
		}
	}
	slices.SortFunc(all, func(a, b lesson) int {
		return cmp.Or(cmp.Compare(a.task.ID.Street, b.task.ID.Street), cmp.Compare(a.task.ID.Seq, b.task.ID.Seq))
	})
	return all, nil
}

// longHistory is how many events of a task are looked at.
const longHistory = 1000

// live adds the lessons of a street's tasks in Redis.
func (r lessonsOf) live(ctx context.Context, street string, found map[int64]lesson) error {
	for next := int64(task.FirstNumber); next > 0; {
		stubs, further, err := r.store.Walk(ctx, street, next, walkBatch)
		if err != nil {
			return err
		}
		ids := make([]task.ID, len(stubs))
		for i, x := range stubs {
			ids[i] = x.ID
		}
		tasks, err := r.store.GetAll(ctx, ids)
		if err != nil {
			return err
		}
		for _, t := range tasks {
			if !r.wanted(t) {
				continue
			}
			history, err := r.store.History(ctx, t.ID, longHistory)
			if err != nil {
				return err
			}
			add(found, t, history)
		}
		next = further
	}
	return nil
}

// archived adds those of its tasks in files. A month before since has none: a task ends
// after it was opened.
func (r lessonsOf) archived(street string, found map[int64]lesson) error {
	months, err := r.archive.Months(street)
	if err != nil {
		return err
	}
	for _, month := range months {
		if month < store.Month(r.since) {
			continue
		}
		for record, err := range r.archive.Tasks(street, month) {
			if err != nil {
				return err
			}
			held, err := record.Held()
			if err != nil {
				return err
			}
			if r.wanted(held.Task) {
				add(found, held.Task, held.History)
			}
		}
	}
	return nil
}

// wanted tells whether a task can hold a lesson. What is left out of the measures is none.
func (r lessonsOf) wanted(t task.Task) bool {
	return t.Guess.Category != "" && t.Excluded == "" && !t.OpenedAt.Before(r.since)
}

func add(found map[int64]lesson, t task.Task, history []task.Event) {
	if category, at := task.Settled(history); category != "" {
		found[t.ID.Seq] = lessonOf(t, category, at, history)
	}
}

// mostLessons bounds what is learned from at a time: training takes as long again for every
// 13,000 of them.
const mostLessons = 10_000

// examples are the lessons a model may learn from, the latest of them, oldest first. What is
// confidential teaches nothing, nor do the words of a person who has left.
func examples(k *classify.Classifier, categories *task.Categories, all []lesson) []classify.Example {
	all = slices.DeleteFunc(slices.Clone(all), func(l lesson) bool {
		cat, known := categories.Get(l.category)
		return !known || cat.Confidential || l.task.Confidential || l.task.Text == "" || l.task.Reporter.Zero()
	})
	slices.SortStableFunc(all, func(a, b lesson) int { return a.at.Compare(b.at) })
	all = all[max(0, len(all)-mostLessons):]
	out := make([]classify.Example, len(all))
	for i, l := range all {
		out[i] = k.Lesson(l.task.Text, l.category)
	}
	return out
}
