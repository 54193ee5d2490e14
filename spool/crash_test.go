package spool

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Environment of the child that gets killed: its file, and the round, which
// makes its keys unlike those of earlier rounds.
const (
	fileEnv  = "SPOOL_CHILD_FILE"
	roundEnv = "SPOOL_CHILD_ROUND"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(fileEnv); path != "" {
		os.Exit(writer(path, os.Getenv(roundEnv)))
	}
	os.Exit(m.Run())
}

// writer puts entries from several goroutines without end, says each key once it
// is acknowledged, and removes some, saying so before it begins.
func writer(path, round string) int {
	s, err := Open(path, Options{})
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("r%s-g%d-%d", round, g, i)
				if err := s.Put(entry(fmt.Sprint("p", g), key)); err != nil {
					fmt.Println("error", err)
					return
				}
				fmt.Println("kept", key)
				if i%3 == 0 {
					fmt.Println("removing", key)
					if err := s.Remove(key); err != nil {
						fmt.Println("error", err)
					}
				}
			}
		})
	}
	wg.Wait()
	return 1
}

// Every acknowledged entry is there after kill -9 at any moment: the child is
// killed after a random number of its lines, so in the middle of some write.
func TestAcknowledgedEntriesSurviveKill(t *testing.T) {
	rounds := 30
	if testing.Short() {
		rounds = 5
	}
	path := filepath.Join(t.TempDir(), "messages.db")
	due := map[string]bool{}
	for round := range rounds {
		child(t, path, round, rand.IntN(120), due)
		s := open(t, path, Options{})
		for key := range due {
			if s.items[key] == nil {
				t.Errorf("round %d: %s was acknowledged and is lost", round, key)
			}
		}
		must(t, s.Close())
	}
	t.Logf("%d kills, %d acknowledged entries, none lost", rounds, len(due))
	if len(due) == 0 {
		t.Error("nothing was acknowledged")
	}
}

// child runs the writer, kills it after some lines, and notes in due which keys
// must be there, reading what the child said up to its end.
func child(t *testing.T, path string, round, lines int, due map[string]bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fileEnv+"="+path, fmt.Sprintf("%s=%d", roundEnv, round))
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	in := bufio.NewReader(out)
	for n := 0; ; n++ {
		if n == lines {
			must(t, cmd.Process.Kill())
		}
		line, err := in.ReadString('\n')
		if err != nil {
			break // a line cut short was not said
		}
		note(t, strings.Fields(line), due)
	}
	_ = cmd.Wait() // it was killed, which is an error to Wait
}

func note(t *testing.T, words []string, due map[string]bool) {
	t.Helper()
	switch words[0] {
	case "kept":
		due[words[1]] = true
	case "removing":
		delete(due, words[1])
	default:
		t.Fatalf("child said %v", words)
	}
}

// A child killed before it could say anything has a file that is whole or none.
func TestKillWhileTheFileIsMade(t *testing.T) {
	for round := range 10 {
		path := filepath.Join(t.TempDir(), "messages.db")
		due := map[string]bool{}
		child(t, path, round, 0, due)
		s := open(t, path, Options{})
		for key := range due {
			if s.items[key] == nil {
				t.Errorf("%s is lost", key)
			}
		}
	}
}
