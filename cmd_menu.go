package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"

	"gridbot/store"
	"gridbot/wechat"
)

// menuWork is one account's menu before a command.
type menuWork struct {
	account AccountConfig
	client  *wechat.Client
	at      console
}

func menuCommand(read configReader) *cobra.Command {
	var account string
	var yes bool
	with := func(do func(context.Context, menuWork) error) func(*cobra.Command, []string) error {
		return func(c *cobra.Command, _ []string) error {
			return withMenu(c, read, account, func(w menuWork) error { return do(c.Context(), w) })
		}
	}
	root := &cobra.Command{
		Use: "menu", Short: "Bring an account's menu and keyword replies along", Args: cobra.NoArgs,
		Long: "menu brings along what the console of an account answers by itself and no longer does\n" +
			"once the server is switched on. docs/moving.md is the whole way.",
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.PersistentFlags().StringVar(&account, "account", "", "name of the account; not needed where there is one only")
	push := &cobra.Command{Use: "push", Short: "Make the menu of the configuration, where it differs", Args: cobra.NoArgs,
		RunE: with(func(ctx context.Context, w menuWork) error { return w.push(ctx, yes) })}
	push.Flags().BoolVar(&yes, "yes", false, "do not ask")
	root.AddCommand(push,
		&cobra.Command{Use: "show", Short: "Show the menu the platform has", Args: cobra.NoArgs, RunE: with(func(ctx context.Context, w menuWork) error { return w.show(ctx) })},
		&cobra.Command{Use: "check", Short: "Tell whether the platform's menu is the configuration's", Args: cobra.NoArgs, RunE: with(func(ctx context.Context, w menuWork) error { return w.check(ctx) })},
		&cobra.Command{Use: "import", Short: "Print the console's menu and replies as config.yaml has them", Args: cobra.NoArgs, RunE: with(func(ctx context.Context, w menuWork) error { return w.bring(ctx) })})
	return root
}

// withMenu finds the account and makes a client that shares the service's token: one of
// its own would end that.
func withMenu(c *cobra.Command, read configReader, name string, do func(menuWork) error) error {
	return withStore(c, read, func(config Config, s *store.Store) error {
		i := slices.IndexFunc(config.Accounts, func(a AccountConfig) bool { return a.Name == name || name == "" && len(config.Accounts) == 1 })
		if i < 0 {
			return errors.New("say which account of the configuration is meant: --account NAME")
		}
		client, err := wechat.NewClient(wechat.Options{Accounts: config.accounts()[i : i+1], BaseURL: config.WeChat.BaseURL,
			Timeout: config.WeChat.Timeout, Tokens: s})
		if err != nil {
			return err
		}
		defer client.Close()
		return do(menuWork{config.Accounts[i], client, consoleOf(c)})
	})
}

// show prints the platform's menu.
func (w menuWork) show(ctx context.Context) error {
	menu, err := w.client.Menu(ctx, w.account.Name)
	if err != nil {
		return err
	}
	for _, line := range menuLines(menu) {
		fmt.Fprintln(w.at.out, line)
	}
	return nil
}

// errMenuDiffers: the platform's menu is another than the configuration's.
var errMenuDiffers = errors.New("the menu differs; `gridbot menu push` makes it")

// check prints how the platform's menu differs, if it does.
func (w menuWork) check(ctx context.Context) error {
	same, err := w.compare(ctx)
	switch {
	case err != nil:
		return err
	case !same:
		return errMenuDiffers
	}
	fmt.Fprintln(w.at.out, "the menu is as configured")
	return nil
}

// compare prints the difference between what is and what is configured.
func (w menuWork) compare(ctx context.Context) (same bool, err error) {
	menu, err := w.client.Menu(ctx, w.account.Name)
	if err != nil {
		return false, err
	}
	is, want := menuLines(menu), menuLines(w.account.menu())
	if slices.Equal(is, want) {
		return true, nil
	}
	for _, line := range is {
		if !slices.Contains(want, line) {
			fmt.Fprintln(w.at.out, "-", line)
		}
	}
	for _, line := range want {
		mark := "+"
		if slices.Contains(is, line) {
			mark = " "
		}
		fmt.Fprintln(w.at.out, mark, line)
	}
	return false, nil
}

// push makes the configured menu, after it has shown what changes and was told to.
func (w menuWork) push(ctx context.Context, yes bool) error {
	if len(w.account.Menu) == 0 {
		return fmt.Errorf("account %s has no menu in the configuration", w.account.Name)
	}
	same, err := w.compare(ctx)
	switch {
	case err != nil:
		return err
	case same:
		fmt.Fprintln(w.at.out, "the menu is as configured: nothing to do")
		return nil
	case !yes && !w.at.terminal:
		return errors.New("nothing was changed: nobody is here to confirm it; add --yes if it is meant")
	}
	if !yes {
		if err := w.at.confirm(ctx, "Make this menu?"); err != nil {
			return fmt.Errorf("nothing was changed: %w", err)
		}
	}
	if err := w.client.SetMenu(ctx, w.account.Name, w.account.menu()); err != nil {
		return err
	}
	fmt.Fprintln(w.at.out, "made; followers see it within five minutes")
	return nil
}

// bring prints what the console answers by itself as it belongs into config.yaml.
func (w menuWork) bring(ctx context.Context) error {
	found, err := w.client.Console(ctx, w.account.Name)
	if err != nil {
		return err
	}
	if err := printReplies(w.at.out, found); err != nil {
		return err
	}
	for _, name := range found.Left {
		fmt.Fprintf(w.at.errs, "left behind, since it answers with a picture, an article or the like: %s\n", name)
	}
	if found.Default != "" {
		fmt.Fprintf(w.at.errs, "left behind, since every message gets an answer of its own: the reply to all messages\n")
	}
	return nil
}

// printReplies writes what was found as YAML of an account.
func printReplies(out io.Writer, found wechat.Console) error {
	var own struct {
		Menu     []MenuConfig    `yaml:"menu"`
		Follow   string          `yaml:"follow"`
		Keywords []KeywordConfig `yaml:"keywords"`
	}
	for _, b := range found.Menu {
		own.Menu = append(own.Menu, broughtButton(b, found.Taps))
	}
	own.Follow = found.Follow
	for _, r := range found.Rules {
		own.Keywords = append(own.Keywords, broughtRule(r)...)
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := errors.Join(e.Encode(own), e.Close()); err != nil {
		return err
	}
	for line := range strings.Lines(b.String()) {
		fmt.Fprint(out, "    ", line) // where it stands below an account
	}
	return nil
}

// broughtButton is a button for the configuration, with its reply where the console had
// one.
func broughtButton(b wechat.Button, taps map[string]string) MenuConfig {
	m := MenuConfig{Name: b.Name, Type: b.Type, Key: b.Key, URL: b.URL, AppID: b.AppID, Page: b.Page}
	for _, sub := range b.Buttons {
		m.Buttons = append(m.Buttons, broughtButton(sub, taps))
	}
	if b.Type == "click" {
		m.Reply = taps[b.Key]
	}
	if probe := m; probe.Type != "" {
		if probe.Type = ""; probe.button().Type == m.Type {
			m.Type = "" // as it would be taken anyway
		}
	}
	return m
}

// broughtRule is a rule for the configuration, one entry for each kind of match.
func broughtRule(r wechat.Rule) []KeywordConfig {
	var out []KeywordConfig
	for _, match := range []string{matchExact, matchContains} {
		k := KeywordConfig{Match: match, Reply: r.Reply}
		for _, w := range r.Words {
			if w.Exact == (match == matchExact) {
				k.Words = append(k.Words, w.Text)
			}
		}
		if len(k.Words) > 0 {
			out = append(out, k)
		}
	}
	return out
}

// menuLines writes a menu a line for each button.
func menuLines(menu []wechat.Button) []string {
	var out []string
	for _, b := range menu {
		out = append(out, menuLine(b))
		for _, sub := range b.Buttons {
			out = append(out, b.Name+" / "+menuLine(sub))
		}
	}
	return out
}

func menuLine(b wechat.Button) string {
	return strings.Join(strings.Fields(strings.Join([]string{b.Name, b.Type, b.Key, b.URL, b.AppID, b.Page}, " ")), " ")
}
