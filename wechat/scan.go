package wechat

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds nesting. The deepest known push, a publishing event, has 5
// levels.
const maxDepth = 16

// errXML is the one error of scan. Where the document broke would put a
// resident's words into a log.
var errXML = errors.New("not the platform's XML")

// leaf is told of every element as it ends: its depth (the root is 1), the
// name of the element around it, its own name, and its text without that of
// the elements inside it. The text is raw: it still needs clean.
type leaf func(depth int, parent, name, text string)

// element is an open element. Text lies in text while it is one piece of the
// document, which costs nothing; the second piece moves it to joined.
type element struct {
	name, text string
	joined     []byte
}

// add appends a piece of character data.
func (e *element) add(piece string) {
	switch {
	case piece == "":
	case e.text == "" && e.joined == nil:
		e.text = piece
	default:
		if e.joined == nil {
			e.joined = append(make([]byte, 0, len(e.text)+2*len(piece)), e.text...)
		}
		e.joined = append(e.joined, piece...)
	}
}

// content is the whole text.
func (e *element) content() string {
	if e.joined != nil {
		return string(e.joined)
	}
	return e.text
}

// scanner walks one document. It knows what the platform sends: elements,
// CDATA, references to characters and the five named entities; comments,
// processing instructions and attributes are passed over. A document type is
// refused, so there are no entities to expand.
type scanner struct {
	rest  string
	depth int
	open  [maxDepth]element
	visit leaf
}

// scan walks a document whose root is <xml> and calls visit for each element.
// What follows the root is ignored. The measured reason not to use
// encoding/xml: it is most of the cost of a message, and it refuses control
// characters that residents do send.
func scan(doc string, visit leaf) error {
	s := scanner{rest: strings.TrimPrefix(doc, "\ufeff"), visit: visit}
	for {
		i := strings.IndexByte(s.rest, '<')
		if i < 0 || !s.text(s.rest[:i]) {
			return errXML
		}
		s.rest = s.rest[i:]
		if !s.markup() {
			return errXML
		}
		if s.depth == 0 && s.open[0].name != "" {
			return nil
		}
	}
}

// text adds character data to the open element; outside the root only white
// space may stand.
func (s *scanner) text(raw string) bool {
	if s.depth == 0 {
		return strings.Trim(raw, " \t\r\n") == ""
	}
	raw = newlines(raw)
	if strings.IndexByte(raw, '&') >= 0 {
		raw = unescape(raw)
	}
	s.open[s.depth-1].add(raw)
	return true
}

// markup handles whatever the "<" at the front begins.
func (s *scanner) markup() bool {
	switch {
	case strings.HasPrefix(s.rest, "<![CDATA["):
		data, ok := s.until("<![CDATA[", "]]>")
		if !ok || s.depth == 0 {
			return false
		}
		s.open[s.depth-1].add(newlines(data))
		return true
	case strings.HasPrefix(s.rest, "<!--"):
		_, ok := s.until("<!--", "-->")
		return ok
	case strings.HasPrefix(s.rest, "<?"):
		_, ok := s.until("<?", "?>")
		return ok
	case strings.HasPrefix(s.rest, "<!"):
		return false
	case strings.HasPrefix(s.rest, "</"):
		name, ok := s.until("</", ">")
		return ok && s.end(strings.TrimRight(name, " \t\r\n"))
	}
	return s.start()
}

// until cuts off what lies between the given opening and the next closing.
func (s *scanner) until(opening, closing string) (string, bool) {
	inside, rest, ok := strings.Cut(s.rest[len(opening):], closing)
	s.rest = rest
	return inside, ok
}

// start opens an element, and closes it at once when it is empty (<a/>).
func (s *scanner) start() bool {
	inside, ok := s.tag()
	if !ok || s.depth == maxDepth {
		return false
	}
	inside, empty := strings.CutSuffix(inside, "/")
	name := inside
	if i := strings.IndexAny(inside, " \t\r\n"); i >= 0 {
		name = inside[:i]
	}
	if name == "" || s.depth == 0 && name != "xml" {
		return false
	}
	s.open[s.depth] = element{name: name}
	s.depth++
	return !empty || s.end(name)
}

// tag cuts off a start tag. A ">" inside a quoted attribute does not end it.
func (s *scanner) tag() (string, bool) {
	quote := byte(0)
	for i := 1; i < len(s.rest); i++ {
		c := s.rest[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<':
			return "", false
		case c == '>':
			inside := s.rest[1:i]
			s.rest = s.rest[i+1:]
			return inside, true
		}
	}
	return "", false
}

// end closes the open element, which must have that name.
func (s *scanner) end(name string) bool {
	if s.depth == 0 || s.open[s.depth-1].name != name {
		return false
	}
	s.depth--
	parent := ""
	if s.depth > 0 {
		parent = s.open[s.depth-1].name
	}
	s.visit(s.depth+1, parent, name, s.open[s.depth].content())
	return true
}

// newlines turns \r\n and \r into \n, as XML asks, before references to
// characters are resolved.
func newlines(raw string) string {
	if strings.IndexByte(raw, '\r') < 0 {
		return raw
	}
	return strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\r", "\n")
}

// unescape resolves references. One that names nothing is kept as it is
// written: a resident may have typed it.
func unescape(raw string) string {
	out := make([]byte, 0, len(raw))
	for {
		i := strings.IndexByte(raw, '&')
		if i < 0 {
			return string(append(out, raw...))
		}
		out = append(out, raw[:i]...)
		raw = raw[i:]
		text, size := reference(raw)
		out = append(out, text...)
		raw = raw[size:]
	}
}

// reference resolves the reference at the front of raw and returns its text and
// how many bytes it took. References to nothing that is a character give an
// empty text; clean takes control characters out later.
func reference(raw string) (string, int) {
	end := 1
	for end < len(raw) && (raw[end] == '#' || alphanumeric(raw[end])) {
		end++
	}
	if end == len(raw) || raw[end] != ';' {
		return "&", 1
	}
	switch name := raw[1:end]; name {
	case "lt":
		return "<", end + 1
	case "gt":
		return ">", end + 1
	case "amp":
		return "&", end + 1
	case "apos":
		return "'", end + 1
	case "quot":
		return `"`, end + 1
	default:
		if digits, ok := strings.CutPrefix(name, "#"); ok {
			return character(digits, raw[:end+1]), end + 1
		}
		return "&", 1
	}
}

// alphanumeric reports whether c is an ASCII letter or digit.
func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// character is the character with that number, decimal or after an x
// hexadecimal; written is kept when it is not a number at all.
func character(digits, written string) string {
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return ""
	case err != nil:
		return written
	case n > utf8.MaxRune || !utf8.ValidRune(rune(n)):
		return ""
	}
	return string(rune(n))
}
