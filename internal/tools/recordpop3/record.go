package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"harness/clients/pop3client"
	"harness/internal/record"
	"harness/internal/tools/recordpop3/maildrop"
	"harness/protocols/dialect"
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

const (
	stepTimeout = 20 * time.Second
	serverName  = "localhost"
)

// ask finds out what the server offers.
func (r *recorder) ask(ctx context.Context, s *server) error {
	c, err := pop3client.Dial(ctx, s.plain, options(nil, false))
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
		TLS: &tls.Config{RootCAs: roots, ServerName: serverName, MinVersion: tls.VersionTLS12}, ImplicitTLS: implicit,
		Timeouts: pop3client.Timeouts{Connect: stepTimeout, Handshake: stepTimeout, Command: stepTimeout, Idle: stepTimeout},
	}
}

// A server may keep the maildrop locked for a moment after it has closed the connection of the session before.
const (
	attempts     = 50
	attemptPause = 100 * time.Millisecond
)

// record records one session.
func (r *recorder) record(ctx context.Context, s *server, sc scenario) error {
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

func (r *recorder) attempt(ctx context.Context, s *server, sc scenario) (*transcript.Session, error) {
	opts := record.Options{
		Upstream: "pop3://" + s.plain, Dir: r.dir, Name: r.name + "-" + sc.name, TLS: s.tls,
		Server: s.software, Client: "harness pop3client", KeepSecrets: sc.wrong,
	}
	if sc.implicit {
		opts.Upstream = "pop3s://" + s.implicitTLS
	}
	proxy, err := record.Start(ctx, opts)
	if err != nil {
		return nil, err
	}
	defer proxy.Close()
	a, err := proxy.Authority()
	if err != nil {
		return nil, err
	}
	if err := sc.play(ctx, proxy.Addr(), a.Pool()); err != nil {
		return nil, err
	}
	wait, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	files, err := proxy.Wait(wait, 1)
	if err == nil {
		err = proxy.Close()
	}
	if err != nil {
		return nil, err
	}
	if len(files) != 1 {
		return nil, fmt.Errorf("%d sessions were recorded", len(files))
	}
	session, err := transcript.Load(files[0])
	if err != nil {
		return nil, err
	}
	session.Name = r.name + "-" + sc.name + ".session"
	finish(session, sc)
	// What was changed is written anew, so that places in messages are those of the file.
	text := session.Format()
	done, err := transcript.Parse(session.Name, text)
	if err != nil {
		return nil, err
	}
	done.SetBlobs(transcript.DirBlobs{FS: os.DirFS(r.dir)})
	return done, check(done)
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

// finish writes into a recorded session what the recorder cannot know.
func finish(s *transcript.Session, sc scenario) {
	for _, cite := range sc.cites {
		s.Header = append(s.Header, transcript.Field{Name: "cite", Value: cite})
	}
	s.Header = append(s.Header, maildrop.Field(sc.mail))
	if sc.wrong {
		s.Header = append(s.Header, transcript.Field{Name: "note", Value: "password: " + wrongPassword})
	}
	for it := range s.All() {
		say, ok := it.(*transcript.Say)
		if !ok || say.Blob() != nil {
			continue
		}
		if sc.wrong {
			open(say)
		}
		if say.Who.Party == dialect.Server && len(say.Parts) == 1 {
			volatile(say)
		}
	}
}

// open makes plain text of the secrets of a line: a player would put the right ones in their place.
func open(say *transcript.Say) {
	for i, p := range say.Parts {
		if p.Value != nil && transcript.LookupKind(p.Value.Kind).Secret {
			say.Parts[i] = transcript.Part{Text: p.Value.Octets}
		}
	}
}

// volatiles find what changes from run to run and no rule of the protocol tells, by the kind of value that it is.
var volatiles = []struct {
	kind string
	re   *regexp.Regexp
}{
	{"token", regexp.MustCompile(`^\+OK .*SESSIONID=<([^ <>]+)>$`)}, // Cyrus names each session in the reply to a login
	{"token", regexp.MustCompile(`boundary="(=_[0-9]+-[0-9]+)"$`)},  // Courier wraps what it may not give to a client without UTF8
	{"token", regexp.MustCompile(`^--(=_[0-9]+-[0-9]+)(?:--)?$`)},   // into a multipart
	{"uid", regexp.MustCompile(`^X-UIDL: ([!-~]{1,70})$`)},          // Mailutils adds this to a message
}

// volatile makes values of what changes from run to run.
func volatile(say *transcript.Say) {
	text := say.Parts[0].Text
	for _, v := range volatiles {
		m := v.re.FindSubmatchIndex(text)
		if m == nil {
			continue
		}
		parts := []transcript.Part{{Text: text[:m[2]]}, {Value: &transcript.Value{Kind: v.kind, Octets: text[m[2]:m[3]]}}}
		if m[3] < len(text) {
			parts = append(parts, transcript.Part{Text: text[m[3]:]})
		}
		say.Parts = parts
		return
	}
}

// publish writes the sessions of a server in place of those that are there, and returns their size in octets, blobs included.
func publish(sessions []*transcript.Session, dir, name string) (size int64, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	old, err := filepath.Glob(filepath.Join(dir, name+"-*.session"))
	if err != nil {
		return 0, err
	}
	// Blobs that no session mentions any more go too.
	var orphans []string
	for _, file := range old {
		s, err := transcript.Load(file)
		if err == nil {
			for _, b := range s.Blobs() {
				orphans = append(orphans, b.Name)
			}
		}
		if err := os.Remove(file); err != nil {
			return 0, err
		}
	}
	counted := map[string]bool{}
	for _, s := range sessions {
		if err := s.Save(filepath.Join(dir, s.Name)); err != nil {
			return 0, err
		}
		size += int64(len(s.Print()))
		for _, b := range s.Blobs() {
			if !counted[b.Name] {
				size += b.Size
			}
			counted[b.Name] = true
		}
	}
	return size, sweep(dir, orphans)
}

// sweep removes the blobs that no session of the directory mentions.
func sweep(dir string, names []string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.session"))
	if err != nil || len(names) == 0 {
		return err
	}
	var all bytes.Buffer
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		all.Write(text)
	}
	for _, name := range names {
		if strings.Contains(all.String(), "{{blob "+name+" ") {
			continue
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
