package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"harness/clients/pop3client"
	"harness/mockservers/pop3mock"
	"harness/protocols/pop3"
	"harness/specs"
	"harness/specs/pop3spec"
)

var pop3Protocol = &protocol{
	dialect:    pop3.Dialect(),
	register:   pop3spec.Register,
	builtin:    func() (specs.ServerUnderTest, specs.ClientUnderTest) { return pop3spec.Mock(), pop3spec.NativeClient() },
	reach:      reachPOP3,
	deviations: pop3mock.Deviations,
	content:    contentMail,
	mock: func(o mockOptions) (mock, error) {
		opts := pop3mock.Options{Options: o.Options, Features: o.features}
		if o.writable {
			return nil, errors.New("--writable means nothing for pop3: the mail of --data is copied into memory")
		}
		store, err := o.mail()
		if err != nil {
			return nil, err
		}
		opts.Store = store
		return pop3mock.NewServer(opts)
	},
}

const (
	// inUseWait is how long reachPOP3 waits for a maildrop that another session still holds, such as one of a check that has just ended.
	inUseWait  = 10 * time.Second
	inUsePause = 200 * time.Millisecond
)

// reachPOP3 logs in and out.
func reachPOP3(ctx context.Context, t *specs.Target) (software string, err error) {
	patience, cancel := context.WithTimeout(ctx, inUseWait)
	defer cancel()
	for {
		software, err = tryPOP3(ctx, t)
		var reply *pop3.Reply
		if !errors.As(err, &reply) || !strings.EqualFold(string(reply.Code), string(pop3.CodeInUse)) {
			return software, err
		}
		pause := time.NewTimer(inUsePause)
		select {
		case <-pause.C:
		case <-patience.Done():
			pause.Stop()
			return "", fmt.Errorf("%w, for %v; end the other session", err, inUseWait)
		}
	}
}

func tryPOP3(ctx context.Context, t *specs.Target) (software string, err error) {
	c, err := pop3client.Dial(ctx, t.URL.Host, &pop3client.Options{TLS: t.TLS, ImplicitTLS: t.URL.Scheme == "pop3s"})
	if err != nil {
		return "", err
	}
	defer c.Close()
	if t.StartTLS {
		if err := c.STLS(ctx); err != nil {
			return "", fmt.Errorf("it does not start TLS: %w", err)
		}
	}
	if err := c.Login(ctx, t.User, t.Password); err != nil {
		if errors.Is(err, pop3client.ErrNoLogin) {
			return "", fmt.Errorf("it offers no way to log in: %w; use pop3s:// or ?starttls=1 if it wants TLS first", err)
		}
		return "", fmt.Errorf("the login as %s failed: %w; check the account", t.User, err)
	}
	// RFC 2449 section 6.9: some servers tell their name only now.
	if caps, err := c.Capa(ctx); err == nil {
		software = caps.Implementation()
	}
	return software, c.Quit(ctx)
}
