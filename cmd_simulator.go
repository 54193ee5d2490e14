package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"

	"gridbot/simulator"
)

//go:embed simulator.yaml
var simulatorFile []byte

// simulatorCast is a file of the form of simulator.yaml.
type simulatorCast struct {
	Accounts []simulator.Account
	People   []simulator.Person
	Scenes   []simulator.Scene
	Places   []simulator.Place
	Hints    map[string][]string // suggested messages by the kind of person
}

// simulatorFlags are the flags of `gridbot simulator`. Those of the account change
// the first one of the file.
type simulatorFlags struct {
	addr, file string
	remote     bool
	account    simulator.Account
}

func simulatorCommand() *cobra.Command {
	var f simulatorFlags
	c := &cobra.Command{
		Use: "simulator", Short: "Run a stand-in for the WeChat platform that any bot can be pointed at", Args: cobra.NoArgs,
		Long: "simulator keeps the rules of the WeChat platform for Official Accounts: it pushes to\n" +
			"your bot what you do on the phones of its page, signed and encrypted, and answers\n" +
			"the API in place of api.weixin.qq.com, quotas, windows, consents and error codes\n" +
			"included. What fails, when, and what the clock shows is told to it under /sim/.\n" +
			"docs/simulator.md is its manual. Nothing is kept when it ends.",
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := readStage(f)
			if err != nil {
				return err
			}
			return runSimulator(c.Context(), f, s, c.OutOrStdout())
		},
	}
	c.Flags().StringVar(&f.addr, "addr", "127.0.0.1:8090", "address to listen on; whoever reaches it can do everything")
	c.Flags().StringVarP(&f.file, "config", "c", "", "file with accounts and people (default: those of simulator.yaml in the sources)")
	c.Flags().BoolVar(&f.remote, "allow-remote", false, "let webhooks be on other machines")
	a := &f.account
	c.Flags().StringVar(&a.Webhook, "webhook", "", "where the first account's messages are pushed")
	c.Flags().StringVar(&a.AppID, "appid", "", "AppID of the first account")
	c.Flags().StringVar(&a.Secret, "secret", "", "AppSecret of the first account; never a real one")
	c.Flags().StringVar(&a.Token, "token", "", "Token of the first account")
	c.Flags().StringVar(&a.AESKey, "aeskey", "", "EncodingAESKey of the first account, 43 characters")
	c.Flags().StringVar(&a.Mode, "mode", "", "plain, compat or safe")
	return c
}

// readStage reads the file and puts the flags over its first account.
func readStage(f simulatorFlags) (s simulatorCast, err error) {
	data, name := simulatorFile, "simulator.yaml"
	if f.file != "" {
		name = f.file
		if data, err = os.ReadFile(name); err != nil {
			return s, err
		}
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		return s, fmt.Errorf("%s: %w", name, err)
	}
	if len(s.Accounts) == 0 {
		return s, fmt.Errorf("%s: there is no account", name)
	}
	a, over := &s.Accounts[0], f.account
	a.AppID, a.Secret = cmp.Or(over.AppID, a.AppID), cmp.Or(over.Secret, a.Secret)
	a.Token, a.AESKey = cmp.Or(over.Token, a.Token), cmp.Or(over.AESKey, a.AESKey)
	a.Mode, a.Webhook = cmp.Or(over.Mode, a.Mode), cmp.Or(over.Webhook, a.Webhook)
	return s, s.check(f.remote)
}

// check wants every webhook to be one, on this machine unless remote.
func (s simulatorCast) check(remote bool) error {
	for _, a := range s.Accounts {
		if a.Webhook == "" {
			continue
		}
		u, err := url.Parse(a.Webhook)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Errorf("account %s: the webhook %q is no address", a.AppID, a.Webhook)
		}
		if !remote && !onThisMachine(u) {
			return fmt.Errorf("account %s: the webhook %s is not on this machine; --allow-remote allows that", a.AppID, a.Webhook)
		}
	}
	return nil
}

// runSimulator serves until ctx ends.
func runSimulator(ctx context.Context, f simulatorFlags, s simulatorCast, out io.Writer) error {
	listener, err := net.Listen("tcp", f.addr)
	if err != nil {
		return err
	}
	address := "http://" + listener.Addr().String()
	p := simulator.New(simulator.Options{
		URL: address, LoopbackOnly: !f.remote, Cast: s.People, Scenes: s.Scenes, Places: s.Places, Hints: s.Hints,
	})
	for _, a := range s.Accounts {
		if err := p.AddAccount(a); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	web := &http.Server{Handler: p.Handler(), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	s.introduce(out, address)
	select {
	case err = <-ended:
	case <-ctx.Done():
	}
	p.Close() // ends the pages' streams, for which Shutdown would wait
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return errors.Join(err, web.Shutdown(stopping))
}

// introduce tells what to set in a bot.
func (s simulatorCast) introduce(out io.Writer, address string) {
	fmt.Fprintf(out, "gridbot simulator: a stand-in WeChat at %s (Ctrl-C ends it)\n", address)
	fmt.Fprintf(out, "Open it in a browser for the phones. Set in your bot, for the time of the test:\n")
	for _, a := range s.Accounts {
		fmt.Fprintf(out, "\n  API address     %s    in place of https://api.weixin.qq.com\n", address)
		fmt.Fprintf(out, "  AppID           %s\n  AppSecret       %s\n  Token           %s\n", a.AppID, a.Secret, a.Token)
		fmt.Fprintf(out, "  EncodingAESKey  %s\n  mode            %s\n", cmp.Or(a.AESKey, "none"), cmp.Or(a.Mode, "safe with a key, plain without"))
		fmt.Fprintf(out, "  pushes go to    %s\n", cmp.Or(a.Webhook, "nowhere yet; POST /sim/webhook"))
	}
}
