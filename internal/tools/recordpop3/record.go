package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"regexp"
	"time"

	"harness/clients/pop3client"
	"harness/internal/tools/recording"
	"harness/internal/tools/recordpop3/maildrop"
	"harness/protocols/pop3"
	"harness/transcript"
)

// recorder records the sessions of one server.
type recorder struct {
	name     string
	dir      string // where the recorder writes
	software string
	offer    *offer
	lacks    []string
	sessions []*transcript.Session
}

const stepTimeout = 20 * time.Second

// ask finds out what the server offers.
func (r *recorder) ask(ctx context.Context, s *recording.Server) error {
	c, err := pop3client.Dial(ctx, s.Plain, options(nil, false))
	if err != nil {
		return err
	}
	defer c.Close()
	o, err := offers(ctx, c)
	r.offer = &o
	return err
}

func options(roots *x509.CertPool, implicit bool) *pop3client.Options {
	return &pop3client.Options{
		TLS: &tls.Config{RootCAs: roots, ServerName: recording.ServerName, MinVersion: tls.VersionTLS12}, ImplicitTLS: implicit,
		Timeouts: pop3client.Timeouts{Connect: stepTimeout, Handshake: stepTimeout, Command: stepTimeout, Idle: stepTimeout},
	}
}

// A server may keep the maildrop locked for a moment after it has closed the connection of the session before.
const (
	attempts     = 50
	attemptPause = 100 * time.Millisecond
)

// record records one session.
func (r *recorder) record(ctx context.Context, s *recording.Server, sc scenario) error {
	for i := 1; ; i++ {
		session, err := r.attempt(ctx, s, sc)
		var reply *pop3.Reply
		if err == nil {
			r.sessions = append(r.sessions, session)
			return nil
		}
		if !errors.As(err, &reply) || reply.Code != pop3.CodeInUse || i == attempts {
			return err
		}
		pause := time.NewTimer(attemptPause)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		}
	}
}

func (r *recorder) attempt(ctx context.Context, s *recording.Server, sc scenario) (*transcript.Session, error) {
	take := recording.Take{
		Name: r.name + "-" + sc.name, Dialect: pop3.Dialect(), Client: "harness pop3client", Dir: r.dir, Password: password, Implicit: sc.implicit,
		Volatiles: volatiles, Play: sc.play,
	}
	for _, cite := range sc.cites {
		take.Header = append(take.Header, transcript.Field{Name: "cite", Value: cite})
	}
	take.Header = append(take.Header, maildrop.Field(sc.mail))
	if sc.wrong {
		take.Wrong = wrongPassword
	}
	return take.Record(ctx, s)
}

// play has a client do what the scenario says.
func (sc scenario) play(ctx context.Context, addr string, roots *x509.CertPool) error {
	c, err := pop3client.Dial(ctx, addr, options(roots, sc.implicit))
	if err != nil {
		return err
	}
	defer c.Close()
	for _, s := range sc.steps {
		if err := s(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// volatiles find what changes from run to run and no rule of the protocol tells, by the kind of value that it is.
var volatiles = []recording.Volatile{
	{Kind: "token", Re: regexp.MustCompile(`^\+OK .*SESSIONID=<([^ <>]+)>$`)}, // Cyrus names each session in the reply to a login
	{Kind: "token", Re: regexp.MustCompile(`boundary="(=_[0-9]+-[0-9]+)"$`)},  // Courier wraps what it may not give to a client without UTF8
	{Kind: "token", Re: regexp.MustCompile(`^--(=_[0-9]+-[0-9]+)(?:--)?$`)},   // into a multipart
	{Kind: "uid", Re: regexp.MustCompile(`^X-UIDL: ([!-~]{1,70})$`)},          // Mailutils adds this to a message
}
