package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"harness/clients/smtpclient"
	"harness/mockservers/smtpmock"
	"harness/protocols"
	"harness/protocols/smtp"
	"harness/specs"
	"harness/specs/smtpspec"
)

var smtpProtocol = &protocol{
	dialect:    smtp.Dialect(),
	register:   smtpspec.Register,
	builtin:    func() (specs.ServerUnderTest, specs.ClientUnderTest) { return smtpspec.Mock(), smtpspec.NativeClient() },
	reach:      reachSMTP,
	deviations: smtpmock.Deviations,
	content:    contentMail,
	mock: func(o mockOptions) (mock, error) {
		if o.writable {
			return nil, errors.New("--writable means nothing for smtp: the mail of --data is copied into memory")
		}
		store, err := o.mail()
		if err != nil {
			return nil, err
		}
		opts := smtpmock.Options{Options: o.Options, Store: store}
		if o.role != "" {
			opts.Features = append(opts.Features, "MODE="+o.role)
		}
		opts.Features = append(opts.Features, o.features...)
		return smtpmock.NewServer(opts)
	},
	path:      "the mailboxes to which cases send",
	anonymous: true,
}

// reachSMTP logs in if there is an account, and quits.
func reachSMTP(ctx context.Context, t *specs.Target) (software string, err error) {
	_, scheme, err := protocols.ByScheme(t.URL.Scheme)
	if err != nil {
		return "", err
	}
	c, err := smtpclient.Dial(ctx, t.URL.Host, &smtpclient.Options{TLS: t.TLS, ImplicitTLS: scheme.ImplicitTLS, LMTP: scheme.Role == "lmtp", ClearAuth: true})
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := c.Hello(ctx); err != nil {
		return "", err
	}
	if t.StartTLS {
		if err := c.STARTTLS(ctx); err != nil {
			return "", fmt.Errorf("it does not start TLS: %w", err)
		}
	}
	if t.User != "" {
		if err := c.Login(ctx, t.User, t.Password); err != nil {
			return "", fmt.Errorf("the login as %s failed: %w; check the account, and use submissions:// or ?starttls=1 if it wants TLS first", t.User, err)
		}
	}
	return namedIn(c.Greeting().Text), c.Quit(ctx)
}

// namedIn is what the software calls itself behind the server's name in the greeting: "Exim 4.96" in "ESMTP Exim 4.96 Wed, 25 Nov 2026", "Postfix" in
// "ESMTP Postfix (Debian/GNU)"; "" if it says nothing.
func namedIn(text string) string {
	words := strings.Fields(text)
	for len(words) > 0 && (strings.HasSuffix(words[0], "SMTP") || words[0] == "LMTP" || words[0] == "Service" || words[0] == "service") {
		words = words[1:]
	}
	switch {
	case len(words) == 0 || strings.EqualFold(strings.Trim(words[0], "."), "ready"):
		return ""
	case len(words) > 1 && strings.ContainsAny(words[1][:1], "0123456789"):
		return words[0] + " " + words[1]
	}
	return strings.Trim(words[0], ",;.")
}
