package main

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"

	"gopkg.in/yaml.v3"
)

// decodeStrict reads YAML over c and tells every unknown key and wrong type.
func decodeStrict(data []byte, c *Config) []mistake {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	err := d.Decode(c)
	var types *yaml.TypeError
	switch {
	case err == nil || errors.Is(err, io.EOF): // an empty file sets nothing
		return nil
	case errors.As(err, &types):
		out := make([]mistake, len(types.Errors))
		for i, text := range types.Errors {
			out[i] = reword(text)
		}
		return out
	}
	return []mistake{reword(err.Error())}
}

// The library's complaints, which name Go types, and what they mean to people.
var (
	atLine     = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)
	unknownKey = regexp.MustCompile(`^field (\S+) not found in type \S+$`)
	twice      = regexp.MustCompile(`^mapping key "(.*)" already defined at line (\d+)$`)
	wrongType  = regexp.MustCompile("^cannot unmarshal !!(\\w+)(?: `(.*)`)? into (\\S+)$")
)

// reword makes a mistake of one complaint of the library.
func reword(text string) mistake {
	parts := atLine.FindStringSubmatch(text)
	line, _ := strconv.Atoi(parts[1])
	m := mistake{line: line, text: parts[2]}
	if key := unknownKey.FindStringSubmatch(m.text); key != nil {
		m.where, m.text = key[1], "no such key"
		if secretKey(key[1]) {
			m.text = "a secret must not stand in the file; set it by an environment variable, config.yaml says which"
		}
	} else if key := twice.FindStringSubmatch(m.text); key != nil {
		m.where, m.text = key[1], "stands twice, first in line "+key[2]
	} else if kind := wrongType.FindStringSubmatch(m.text); kind != nil {
		m.text = describe(kind[1], kind[2]) + " stands where " + wanted(kind[3]) + " is wanted"
	}
	return m
}

// describe names what was found.
func describe(tag, value string) string {
	switch tag {
	case "map":
		return "a section"
	case "seq":
		return "a list"
	}
	return strconv.Quote(value)
}

// wanted names what a Go type takes.
func wanted(kind string) string {
	switch kind {
	case "time.Duration":
		return "a length of time such as 3s"
	case daysType:
		return "a number of days such as 30d"
	case "int", "int64":
		return "a whole number"
	case "bool":
		return "true or false"
	case "string":
		return "one value"
	case "[]string":
		return "a list"
	}
	return "a section"
}

// lineFinder finds the lines of keys in a file.
type lineFinder struct{ tree *yaml.Node }

// at returns the line of a key, or of the nearest thing around it that is there,
// or 0. A path holds names of keys and, for lists, positions.
func (f lineFinder) at(path ...any) int {
	node, line := f.tree, 0
	if node.Kind == yaml.DocumentNode {
		node = node.Content[0]
	}
	for _, step := range path {
		key, value := child(node, step)
		if value == nil {
			return line
		}
		node, line = value, key.Line
	}
	return line
}

// child finds one step of a path: the key's node and the value's.
func child(node *yaml.Node, step any) (key, value *yaml.Node) {
	switch s := step.(type) {
	case int:
		if node.Kind == yaml.SequenceNode && s < len(node.Content) {
			return node.Content[s], node.Content[s]
		}
	case string:
		for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == s {
				return node.Content[i], node.Content[i+1]
			}
		}
	}
	return nil, nil
}
