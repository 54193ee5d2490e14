package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// envPrefix begins every variable that is meant for us.
const envPrefix = "GRIDBOT_"

// secretKey tells whether a key would hold a secret.
func secretKey(key string) bool {
	return slices.Contains([]string{"password", "secret", "token", "aes_key", "previous_aes_key", "previous_secret"}, key)
}

// readEnv sets what the environment says. A variable that begins like ours and
// sets nothing is a mistake: it may be a secret with a typing error.
func readEnv(c *Config, env []string) []mistake {
	setters := c.setters()
	var found []mistake
	for _, pair := range slices.Sorted(slices.Values(env)) {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, envPrefix) {
			continue
		}
		set := setters[name]
		if base, isFile := strings.CutSuffix(name, "_FILE"); set == nil && isFile && setters[base] != nil {
			set = fromFile(setters[base])
		}
		if set == nil {
			found = append(found, mistake{where: name, text: "no such variable"})
		} else if err := set(value); err != nil {
			found = append(found, mistake{where: name, text: err.Error()})
		}
	}
	return found
}

// fromFile makes a setter read its value from the file it is given. Blanks around
// it, such as the last line's end, do not belong to it.
func fromFile(set func(string) error) func(string) error {
	return func(path string) error {
		data, err := os.ReadFile(path)
		var broken *fs.PathError
		if errors.As(err, &broken) {
			return fmt.Errorf("the file it names cannot be read: %w", broken.Err) // its name may be the secret itself
		}
		if err != nil {
			return err
		}
		return set(strings.TrimSpace(string(data)))
	}
}

// setters finds everything the environment can set: each single value of
// config.yaml, and the secrets.
func (c *Config) setters() map[string]func(string) error {
	out := map[string]func(string) error{}
	var tree yaml.Node
	if yaml.Unmarshal(manual, &tree) != nil {
		return out // defaults has told that the manual is broken
	}
	top := tree.Content[0]
	for i := 0; i+1 < len(top.Content); i += 2 {
		section, values := top.Content[i].Value, top.Content[i+1]
		for j := 0; values.Kind == yaml.MappingNode && j+1 < len(values.Content); j += 2 {
			key, kind := values.Content[j].Value, values.Content[j+1].Kind
			if kind == yaml.MappingNode {
				continue
			}
			out[envName(section, key)] = func(value string) error { return c.set(section, key, kind, value) }
		}
	}
	out[envName("redis", "password")] = keep(&c.Redis.Password)
	out[envName("sms", "secret")] = keep(&c.SMS.Secret)
	out[envName("media", "key")] = keep(&c.Media.Key)
	for i := range c.Accounts {
		a := &c.Accounts[i]
		out[envName("account", a.Name, "secret")] = keep(&a.Secret)
		out[envName("account", a.Name, "token")] = keep(&a.Token)
		out[envName("account", a.Name, "aes_key")] = keep(&a.AESKey)
		out[envName("account", a.Name, "previous_aes_key")] = keep(&a.PreviousAESKey)
	}
	for i := range c.Systems {
		y := &c.Systems[i]
		out[envName("system", y.Name, "secret")] = keep(&y.Secret)
		out[envName("system", y.Name, "previous_secret")] = keep(&y.Previous)
	}
	return out
}

// envName is the variable of a path.
func envName(path ...string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(strings.Join(path, "_"), "-", "_"))
}

func keep(to *string) func(string) error {
	return func(value string) error {
		*to = value
		return nil
	}
}

// set decodes one value as if it stood in the file. The elements of a list are
// parted by commas.
func (c *Config) set(section, key string, kind yaml.Kind, value string) error {
	leaf := &yaml.Node{Kind: yaml.ScalarNode, Value: value}
	if kind == yaml.SequenceNode {
		leaf = &yaml.Node{Kind: yaml.SequenceNode}
		for _, v := range strings.Split(value, ",") {
			leaf.Content = append(leaf.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: strings.TrimSpace(v)})
		}
	}
	err := mapping(section, mapping(key, leaf)).Decode(c)
	var types *yaml.TypeError
	if errors.As(err, &types) {
		return fmt.Errorf("%s", reword(types.Errors[0]).text)
	}
	return err
}

func mapping(key string, value *yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: key}, value}}
}
