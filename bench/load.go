package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// tally is one round of one case: how long each message took.
type tally struct {
	took    []time.Duration // sorted
	elapsed time.Duration
	first   []byte // the first answer's body
}

func (s tally) rps() float64 { return float64(len(s.took)) / s.elapsed.Seconds() }

// quantile is in milliseconds.
func (s tally) quantile(q float64) float64 {
	if len(s.took) == 0 {
		return 0
	}
	i := min(int(q*float64(len(s.took))), len(s.took)-1)
	return float64(s.took[i].Microseconds()) / 1000
}

// drive sends requests over so many connections that stay open, for a time or until
// there are no more. rate 0 sends each as soon as a connection is free; else so many a
// second, and a message's time counts from when it was due.
func drive(addr string, requests [][]byte, connections int, rate float64, d time.Duration) (tally, error) {
	var next atomic.Int64
	var all sync.WaitGroup
	took, faults := make([][]time.Duration, connections), make([]error, connections)
	var first atomic.Pointer[[]byte]
	start := time.Now()
	for w := range connections {
		all.Go(func() {
			c, err := dial(addr)
			if err != nil {
				faults[w] = err
				return
			}
			defer c.conn.Close()
			for {
				i := int(next.Add(1) - 1)
				due := time.Now()
				if rate > 0 {
					due = start.Add(time.Duration(float64(i) / rate * float64(time.Second)))
					time.Sleep(time.Until(due))
				}
				if i >= len(requests) || due.Sub(start) > d {
					return
				}
				body, err := c.do(requests[i])
				if err != nil {
					faults[w] = err
					return
				}
				took[w] = append(took[w], time.Since(due))
				if first.Load() == nil {
					kept := bytes.Clone(body)
					first.CompareAndSwap(nil, &kept)
				}
			}
		})
	}
	all.Wait()
	s := tally{elapsed: time.Since(start), took: slices.Concat(took...)}
	slices.Sort(s.took)
	if b := first.Load(); b != nil {
		s.first = *b
	}
	return s, errors.Join(faults...)
}

// client is one connection. It is written by hand so that the load costs little and the
// same for every server.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	body []byte
}

func dial(addr string) (*client, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &client{conn: c, in: bufio.NewReaderSize(c, 4096)}, nil
}

// do sends one request and reads the answer's body, which is good until the next.
func (c *client) do(request []byte) ([]byte, error) {
	if _, err := c.conn.Write(request); err != nil {
		return nil, err
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	if len(line) < 12 || string(line[9:12]) != "200" {
		return nil, fmt.Errorf("answer: %s", bytes.TrimSpace(line))
	}
	size, chunked := 0, false
	for {
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return nil, err
		}
		line = bytes.TrimSpace(line)
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case len(line) == 0:
			return c.read(size, chunked)
		case string(name) == "Content-Length":
			size, err = strconv.Atoi(string(value))
		case string(name) == "Transfer-Encoding":
			chunked = true
		}
		if err != nil {
			return nil, err
		}
	}
}

// read reads a body of a known size, or in chunks.
func (c *client) read(size int, chunked bool) ([]byte, error) {
	c.body = c.body[:0]
	if !chunked {
		err := c.more(size)
		return c.body, err
	}
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 32)
		if err != nil {
			return nil, err
		}
		if err := c.more(int(n)); err != nil {
			return nil, err
		}
		if _, err := c.in.Discard(2); err != nil {
			return nil, err
		}
		if n == 0 {
			return c.body, nil
		}
	}
}

func (c *client) more(n int) error {
	at := len(c.body)
	c.body = slices.Grow(c.body, n)[:at+n]
	_, err := io.ReadFull(c.in, c.body[at:])
	return err
}
