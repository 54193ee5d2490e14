package classify

import "fmt"

// reader turns a text into what rules and model work on. It is built once from
// the embedded files and never changes; trainer and classifier share it, so
// that both see the same features.
type reader struct {
	tables   *tables
	list     *wordList
	danger   *dangerRules
	concepts *concepts
	commands commands
}

func newReader() (*reader, error) {
	r := &reader{tables: charTables(), list: newWordList()}
	var err error
	if r.danger, err = compileDanger(dangerFile, r.list); err != nil {
		return nil, err
	}
	if r.concepts, err = compileConcepts(conceptFile, r.list); err != nil {
		return nil, err
	}
	if r.commands, err = compileCommands(commandFile); err != nil {
		return nil, err
	}
	r.list.seal()
	return r, nil
}

// scratch holds the buffers one message needs; they are used again for the next.
type scratch struct {
	scene  []rune
	hits   []hit
	model  []rune
	feats  []feature
	ids    []uint32
	logits []float32
	says   []float32 // what each feature says for the answer
	quote  []byte
}

// reading is one message, read. It lives in its scratch.
type reading struct {
	scene  scene
	danger Danger    // by the rules alone
	model  []rune    // normalised text
	feats  []feature // what the model sees
}

// open and shut stand at the ends of the searched text, so that a word can be
// anchored there; Normalise drops both characters from a message.
const (
	open = '\x02'
	shut = '\x03'
)

// scan finds all words of all rules.
func (r *reader) scan(text string, s *scratch) scene {
	s.scene = append(clean(text, append(s.scene[:0], open)), shut)
	s.hits = r.list.find(s.scene, s.hits[:0])
	return scene{text: s.scene, hits: s.hits}
}

// judge applies the danger rules to a scene.
func (r *reader) judge(sc scene, found func(rule, level int)) Danger {
	rule, level, words := r.danger.judge(sc, found)
	if level == 0 {
		return Danger{}
	}
	d := &r.danger.rules[rule]
	return Danger{Level: level, Kind: d.kind, Category: d.category, Rule: d.name + ":" + sc.quote(words)}
}

// quote gives the words of a finding as they stand in the text.
func (s scene) quote(words [2]hit) string {
	q := s.plain(words[0])
	if words[1].to > 0 {
		q += "+" + s.plain(words[1])
	}
	return q
}

// plain is the text of a hit without the anchors.
func (s scene) plain(h hit) string {
	return string(s.text[max(h.from, 1):min(int(h.to), len(s.text)-1)])
}

// read does everything up to the features.
func (r *reader) read(text string, s *scratch) reading {
	out := reading{scene: r.scan(text, s)}
	s.ids = s.ids[:0]
	out.danger = r.judge(out.scene, func(rule, level int) {
		s.ids = append(s.ids, r.danger.rules[rule].id+uint32(level))
	})
	s.ids = r.danger.marks(out.scene, s.ids)
	inner := out.scene.text[1 : len(out.scene.text)-1]
	s.model = collapse(append(s.model[:0], inner...))
	out.model = s.model
	s.ids = r.concepts.marks(out.scene, s.ids)
	s.feats = features(r.tables, s.model, s.ids, s.feats[:0])
	out.feats = s.feats
	return out
}

// fileError says which embedded file is wrong.
func fileError(file string, err error) error {
	return fmt.Errorf("classify: %s: %w", file, err)
}
