package main

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is the path all our packages begin with.
const module = "gridbot"

// layer is one line of the table: what a package may import of ours.
type layer struct {
	code []string
	test []string // more, for its test files
}

// layers is the table of docs/architecture.md. A package without a line fails
// the test; one that is not there yet may have one.
func layers() map[string]layer {
	talk := []string{"task", "grid", "store", "dispatch", "classify"}
	return map[string]layer{
		"task":      {},
		"grid":      {test: []string{"sample"}},
		"sample":    {test: []string{"grid"}},
		"classify":  {code: []string{"task", "grid"}, test: []string{"sample"}},
		"store":     {code: []string{"task", "grid"}, test: []string{"redistest", "sample"}},
		"partner":   {code: []string{"task"}},
		"spool":     {},
		"media":     {code: []string{"task"}, test: []string{"sample"}},
		"archive":   {code: []string{"task", "store"}, test: []string{"redistest"}},
		"dispatch":  {code: []string{"task", "grid", "store", "partner"}, test: []string{"redistest", "sample"}},
		"bot":       {code: talk, test: []string{"redistest", "sample"}},
		"wechat":    {code: []string{"task"}},
		"sms":       {code: []string{"task"}},
		"handlers":  {code: append(talk, "bot", "wechat", "spool", "media", "web", "partner"), test: []string{"redistest", "sample", "simulator"}},
		"web":       {},
		"simulator": {code: []string{"wechat"}, test: []string{"task"}},
		"redistest": {},
		".": {code: append(talk, "archive", "bot", "wechat", "sms", "spool", "media", "web", "handlers", "simulator", "redistest", "sample", "partner"),
			test: []string{}},
	}
}

// rooms are the libraries that only one package may know.
func rooms() map[string]string {
	return map[string]string{
		"github.com/redis/go-redis/":     "store",
		"github.com/gin-gonic/":          "handlers",
		"github.com/silenceper/wechat/":  "wechat",
		"go.etcd.io/bbolt":               "spool",
		"github.com/alicebob/miniredis/": "redistest",
		"github.com/spf13/cobra":         ".",
	}
}

// source is one Go file of the module.
type source struct {
	path string // slash separated, from the root
	test bool
	file *ast.File
	set  *token.FileSet
}

func (s source) room() string { return path.Dir(s.path) }

// sources parses every Go file that is built here. Nested modules are not ours.
func sources(t *testing.T) []source {
	t.Helper()
	var out []source
	err := filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p != "." && (nested(p) || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		if built, err := build.Default.MatchFile(filepath.Dir(p), d.Name()); err != nil || !built || filepath.Ext(p) != ".go" {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, p, nil, parser.ParseComments)
		out = append(out, source{filepath.ToSlash(p), strings.HasSuffix(p, "_test.go"), file, set})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("only %d files found: the test looks in the wrong place", len(out))
	}
	return out
}

func nested(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

func TestLayers(t *testing.T) {
	table := layers()
	for _, s := range sources(t) {
		line, ok := table[s.room()]
		if !ok {
			t.Errorf("%s: package %s has no line in the table of layers", s.path, s.room())
			continue
		}
		for _, spec := range s.file.Imports {
			for _, fault := range line.refuse(s, strings.Trim(spec.Path.Value, `"`)) {
				t.Errorf("%s: %s", s.set.Position(spec.Pos()), fault)
			}
		}
	}
}

// refuse tells why a file may not import something, nothing if it may.
func (l layer) refuse(s source, imported string) []string {
	var out []string
	for library, room := range rooms() {
		if strings.HasPrefix(imported+"/", library) && s.room() != room {
			out = append(out, imported+" belongs in "+room+" only")
		}
	}
	own, ours := strings.CutPrefix(imported, module+"/")
	if !ours || own == s.room() || slices.Contains(l.code, own) || s.test && slices.Contains(l.test, own) {
		return out
	}
	return append(out, s.room()+" may not import "+own)
}

// The table itself: no circle, and no package deeper than six imports.
func TestLayersHaveABottom(t *testing.T) {
	table := layers()
	var depth func(room string, above []string) int
	depth = func(room string, above []string) int {
		if slices.Contains(above, room) {
			t.Fatalf("circle: %v and again %s", above, room)
		}
		deepest := 0
		for _, below := range table[room].code {
			if _, ok := table[below]; !ok {
				t.Errorf("%s may import %s, which has no line", room, below)
			}
			deepest = max(deepest, depth(below, append(above, room)))
		}
		return deepest + 1
	}
	if n := depth(".", nil); n > 7 { // the root and six below it
		t.Errorf("the deepest chain of imports has %d packages", n)
	}
}

func TestRefuse(t *testing.T) {
	cases := []struct {
		path, imported string
		test, wrong    bool
	}{
		{"task/task.go", "gridbot/store", false, true},
		{"task/task.go", "fmt", false, false},
		{"store/store.go", "gridbot/task", false, false},
		{"store/store.go", "gridbot/redistest", false, true},
		{"store/store_test.go", "gridbot/redistest", true, false},
		{"bot/bot.go", "github.com/redis/go-redis/v9", false, true},
		{"store/store.go", "github.com/redis/go-redis/v9", false, false},
		{"bot/bot.go", "github.com/gin-gonic/gin", false, true},
		{"handlers/router.go", "github.com/gin-gonic/gin", false, false},
		{"handlers/router.go", "gridbot/simulator", false, true},
		{"handlers/push_test.go", "gridbot/simulator", true, false},
		{"dispatch/sender.go", "github.com/silenceper/wechat/v2/util", false, true},
	}
	for _, c := range cases {
		s := source{path: c.path, test: c.test}
		if got := layers()[s.room()].refuse(s, c.imported); (len(got) > 0) != c.wrong {
			t.Errorf("%s importing %s: %v, want refused %v", c.path, c.imported, got, c.wrong)
		}
	}
}

// longest is how many lines a function may have, its first and last included.
const longest = 60

func TestFunctionsAreShort(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			first, last := s.set.Position(f.Pos()), s.set.Position(f.End())
			if n := last.Line - first.Line + 1; n > longest {
				t.Errorf("%s: %s has %d lines", first, f.Name.Name, n)
			}
		}
	}
}

func TestNothingIsLeftForLater(t *testing.T) {
	for _, s := range sources(t) {
		for _, group := range s.file.Comments {
			for _, mark := range []string{"TO" + "DO", "FIX" + "ME", "XX" + "X"} {
				if strings.Contains(group.Text(), mark) {
					t.Errorf("%s: %s in a comment", s.set.Position(group.Pos()), mark)
				}
			}
		}
	}
}

// What is exported is documented, packages included.
func TestExportedNamesAreDocumented(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		documented[s.room()] = documented[s.room()] || s.file.Doc != nil
		for _, d := range s.file.Decls {
			if name, bare := undocumented(d); bare {
				t.Errorf("%s: %s has no comment", s.set.Position(d.Pos()), name)
			}
		}
	}
	for room, ok := range documented {
		if !ok {
			t.Errorf("package %s has no comment", room)
		}
	}
}

// undocumented finds an exported declaration without a comment of its own.
func undocumented(d ast.Decl) (name string, bare bool) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		return d.Name.Name, d.Doc == nil && d.Name.IsExported() && exportedReceiver(d)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if s, ok := spec.(*ast.TypeSpec); ok && s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
				return s.Name.Name, true
			}
		}
	}
	return "", false
}

// exportedReceiver tells whether a function is no method, or one of an exported type.
func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	kind := f.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	name, ok := kind.(*ast.Ident)
	return ok && name.IsExported()
}
