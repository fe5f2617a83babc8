package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"harness/clients/nntpclient"
	"harness/mockservers/newsstore"
	"harness/mockservers/nntpmock"
	"harness/protocols/nntp"
	"harness/specs"
	"harness/specs/nntpspec"
)

var nntpProtocol = &protocol{
	dialect:    nntp.Dialect(),
	register:   nntpspec.Register,
	builtin:    func() (specs.ServerUnderTest, specs.ClientUnderTest) { return nntpspec.Mock(), nntpspec.NativeClient() },
	reach:      reachNNTP,
	deviations: nntpmock.Deviations,
	content:    contentNews,
	mock: func(o mockOptions) (mock, error) {
		if o.writable {
			return nil, errors.New("--writable means nothing for nntp: the news of --data are copied into memory")
		}
		opts := nntpmock.Options{Options: o.Options, Features: o.features}
		for _, a := range o.accounts {
			opts.Accounts = append(opts.Accounts, nntpmock.Account{Name: a.User, Password: a.Password})
		}
		if o.data != "" {
			var err error
			if opts.Store, err = newsstore.Load(o.data, newsstore.Options{}); err != nil {
				return nil, fmt.Errorf("--data: %w", err)
			}
		}
		return nntpmock.NewServer(opts)
	},
	path:      "the newsgroup with which cases work",
	anonymous: true,
}

// reachNNTP logs in if there is an account, looks for the group if the URL names one, and quits.
func reachNNTP(ctx context.Context, t *specs.Target) (software string, err error) {
	c, err := nntpclient.Dial(ctx, t.URL.Host, &nntpclient.Options{TLS: t.TLS, ImplicitTLS: t.URL.Scheme == "nntps"})
	if err != nil {
		return "", err
	}
	defer c.Close()
	group := strings.TrimPrefix(t.URL.Path, "/")
	if group != "" {
		// Before TLS and authentication, behind which it is forbidden (RFC 4642 section 2.2.2, RFC 4643 section 2.2).
		if caps, err := c.Capabilities(ctx); err == nil && caps.Has("MODE-READER") {
			if _, err := c.ModeReader(ctx); err != nil {
				return "", fmt.Errorf("it does not serve readers: %w; leave the group %s out to check it as a transit server", err, group)
			}
		}
	}
	if t.StartTLS {
		if err := c.STARTTLS(ctx); err != nil {
			return "", fmt.Errorf("it does not start TLS: %w", err)
		}
	}
	if t.User != "" {
		if err := c.Login(ctx, t.User, t.Password); err != nil {
			return "", fmt.Errorf("the login as %s failed: %w; check the account, and use nntps:// or ?starttls=1 if it wants TLS first", t.User, err)
		}
	}
	if caps, err := c.Capabilities(ctx); err == nil {
		software = caps.Implementation()
	}
	if group != "" {
		if _, err := c.Group(ctx, group); err != nil {
			return "", fmt.Errorf("the group %s of the URL: %w", group, err)
		}
	}
	return software, c.Quit(ctx)
}
