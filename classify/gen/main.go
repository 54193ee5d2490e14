// Command gen writes the two character tables that the classifier embeds:
//
//	tables/simplified.txt  traditional → simplified, one pair of characters a word
//	tables/pinyin.txt      one toneless syllable a line, a tab, its characters
//
// The pairs come from OpenCC's dictionary (Apache-2.0), the syllables from
// go-pinyin (MIT). Run it with `go generate` in the package above.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/longbridgeapp/opencc"
	"github.com/mozillazg/go-pinyin"
)

// The block of Chinese characters both tables cover.
const first, last = 0x4E00, 0x9FFF

func main() {
	out := flag.String("out", "../tables", "folder the tables are written to")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(out string) error {
	pairs, err := simplified()
	if err != nil {
		return fmt.Errorf("gen: character pairs: %w", err)
	}
	if err := os.WriteFile(filepath.Join(out, "simplified.txt"), []byte(pairs), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "pinyin.txt"), []byte(syllables()), 0o644)
}

// simplified lists every character whose simplified form is another single one.
func simplified() (string, error) {
	cc, err := opencc.New("t2s")
	if err != nil {
		return "", err
	}
	var b strings.Builder
	n := 0
	for r := rune(first); r <= last; r++ {
		s, err := cc.Convert(string(r))
		if err != nil {
			return "", err
		}
		to := []rune(s)
		if len(to) != 1 || to[0] == r || to[0] < first || to[0] > last {
			continue
		}
		b.WriteRune(r)
		b.WriteRune(to[0])
		if n++; n%20 == 0 {
			b.WriteByte('\n')
		} else {
			b.WriteByte(' ')
		}
	}
	return strings.TrimSpace(b.String()) + "\n", nil
}

// syllables groups the characters by their most usual reading.
func syllables() string {
	args := pinyin.NewArgs()
	groups := map[string][]rune{}
	for r := rune(first); r <= last; r++ {
		if p := pinyin.SinglePinyin(r, args); len(p) > 0 && p[0] != "" {
			groups[p[0]] = append(groups[p[0]], r)
		}
	}
	names := make([]string, 0, len(groups))
	for name := range groups {
		names = append(names, name)
	}
	sort.Strings(names)
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "%s\t%s\n", name, string(groups[name]))
	}
	return b.String()
}
