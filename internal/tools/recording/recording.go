// Package recording is what the commands share that make the recorded sessions of the fixtures anew: recordpop3, recordftp, recordnntp and recordsmtp. They start each real
// server in a container, put the recorder before it, and have a client do what the sessions are to show.
package recording

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"harness/internal/record"
	"harness/protocols/dialect"
	"harness/transcript"
)

// ServerName is the name that certificates are for.
const ServerName = "localhost"

const (
	// serverTimeout bounds all sessions of a server, and the building of its image.
	serverTimeout = 10 * time.Minute
	stepTimeout   = 20 * time.Second
)

// Command is a command that records the sessions of a protocol.
type Command struct {
	Name     string // of the command
	Protocol string // the folder of fixtures/sessions
	Servers  []string
	// Record records all sessions of a server into dir.
	Record func(ctx context.Context, stdout io.Writer, name, dir string) error
}

// Run is the command's main function: it reads the arguments, records, and returns the exit status.
func (c Command) Run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet(c.Name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("o", filepath.Join("fixtures", "sessions", c.Protocol), "the `directory` that the sessions are written to; it is made if it is not there")
	flags.Usage = func() {
		fmt.Fprintf(stderr, "usage: %s [-o DIR] [SERVER...]\n\nThe servers are %s.\n\n", c.Name, strings.Join(c.Servers, ", "))
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	names := flags.Args()
	for _, name := range names {
		if !slices.Contains(c.Servers, name) {
			fmt.Fprintf(stderr, "%s: no server is called %q; there are %s\n", c.Name, name, strings.Join(c.Servers, ", "))
			return 2
		}
	}
	if len(names) == 0 {
		names = c.Servers
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := 0
	for _, name := range names {
		if err := c.server(ctx, stdout, name, *dir); err != nil {
			fmt.Fprintf(stderr, "%s: %s: %v\n", c.Name, name, err)
			code = 1
		}
		if ctx.Err() != nil {
			break
		}
	}
	return code
}

func (c Command) server(ctx context.Context, stdout io.Writer, name, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, serverTimeout)
	defer cancel()
	return c.Record(ctx, stdout, name, dir)
}

// Server is what sessions are recorded with.
type Server struct {
	Software           string
	Plain, ImplicitTLS string // addresses; "" if there is none
	Other              string // where others are served: other servers, or users who submit mail; "" if that is nowhere else
	TLS                *tls.Config
	Close              func(context.Context) error
}

// Series is what is recorded of a server: takes that share one, and those that are Alone, which have one each.
type Series struct {
	Server string // its name
	Start  func(context.Context) (*Server, error)
	Takes  []Take
	// Lacks are sessions that there are none of, because the server does not offer what they are about; that is told.
	Lacks []string
}

// Record records all sessions into dir.
func (r Series) Record(ctx context.Context, stdout io.Writer, dir string) error {
	temp, err := os.MkdirTemp("", "recording-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	groups := [][]Take{nil}
	for _, t := range r.Takes {
		t.Dir = temp
		if t.Alone {
			groups = append(groups, []Take{t})
		} else {
			groups[0] = append(groups[0], t)
		}
	}
	var sessions []*transcript.Session
	var software string
	for _, group := range groups {
		list, of, err := r.group(ctx, group)
		if err != nil {
			return err
		}
		sessions, software = append(sessions, list...), of
	}
	size, err := Publish(sessions, dir, r.Server)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %d sessions of %s, %d octets\n", r.Server, len(sessions), software, size)
	if len(r.Lacks) > 0 {
		fmt.Fprintf(stdout, "%s has no session of: %s\n", r.Server, strings.Join(r.Lacks, ", "))
	}
	return nil
}

// group records takes that share a server.
func (r Series) group(ctx context.Context, takes []Take) (sessions []*transcript.Session, software string, err error) {
	s, err := r.Start(ctx)
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, s.Close(ctx)) }()
	for _, t := range takes {
		session, err := t.Record(ctx, s)
		if err != nil {
			return nil, "", fmt.Errorf("the session %q: %w", t.Name, err)
		}
		sessions = append(sessions, session)
	}
	return sessions, s.Software, nil
}

// Take is a session that is to be recorded.
type Take struct {
	Name     string // of the session, without ".session"
	Dialect  dialect.Dialect
	Client   string // what the header says
	Dir      string // where the recorder writes
	Password string // that the session must not hold
	// Implicit has the session begin with TLS; Other is for those who are served there.
	Implicit, Other bool
	// Alone takes leave the server changed.
	Alone bool
	// Wrong, if it is not "", is the only password in the session. It is written down: redacted, it would be replayed as the right one.
	Wrong string
	// Header is added: cites and notes.
	Header []transcript.Field
	// Volatiles find what changes from run to run and no rule of the protocol tells.
	Volatiles []Volatile
	// Play has a client do what the session is to show.
	Play func(ctx context.Context, addr string, roots *x509.CertPool) error
}

// Volatile makes a value of what the first group of an expression finds in a line of the server's.
type Volatile struct {
	Kind string
	Re   *regexp.Regexp
}

// Record records one session.
func (t Take) Record(ctx context.Context, s *Server) (*transcript.Session, error) {
	scheme, addr := t.Dialect.Name(), s.Plain
	switch {
	case t.Implicit:
		scheme, addr = scheme+"s", s.ImplicitTLS
	case t.Other && s.Other != "":
		addr = s.Other
	}
	proxy, err := record.Start(ctx, record.Options{
		Upstream: scheme + "://" + addr, Dir: t.Dir, Name: t.Name, TLS: s.TLS, Server: s.Software, Client: t.Client, KeepSecrets: t.Wrong != "",
	})
	if err != nil {
		return nil, err
	}
	defer proxy.Close()
	a, err := proxy.Authority()
	if err != nil {
		return nil, err
	}
	if err := t.Play(ctx, proxy.Addr(), a.Pool()); err != nil {
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
	session.Name = t.Name + ".session"
	if err := t.finish(session); err != nil {
		return nil, err
	}
	// What was changed is written anew, so that places in messages are those of the file.
	text := session.Format()
	done, err := transcript.Parse(session.Name, text)
	if err != nil {
		return nil, err
	}
	done.SetBlobs(transcript.DirBlobs{FS: os.DirFS(t.Dir)})
	return done, Check(done, t.Dialect, t.Password)
}

// finish writes into a recorded session what the recorder cannot know.
func (t Take) finish(s *transcript.Session) error {
	s.Header = append(s.Header, t.Header...)
	if t.Wrong != "" {
		s.Header = append(s.Header, transcript.Field{Name: "note", Value: "password: " + t.Wrong})
	}
	// A server that has gone before the client says goodbye answers that with a reset, over TLS: it depends on who was faster.
	if last := len(s.Items) - 1; last > 0 && ends(s.Items[last], transcript.Reset) && ends(s.Items[last-1], transcript.Close) {
		s.Items = s.Items[:last]
	}
	for it := range s.All() {
		say, ok := it.(*transcript.Say)
		if !ok || say.Blob() != nil {
			continue
		}
		if t.Wrong != "" {
			open(say)
		}
		if say.Who.Party == dialect.Server && len(say.Parts) == 1 {
			t.Mark(say)
		}
	}
	if t.Wrong == "" {
		return nil
	}
	_, err := transcript.Redact(s, t.Dialect) // what was opened and is not about the wrong password, such as a name
	return err
}

// ends says whether an item is the end of the control connection, of a kind.
func ends(it transcript.Item, kind transcript.EventKind) bool {
	e, ok := it.(*transcript.Event)
	return ok && e.Kind == kind && e.Who.Channel == ""
}

// open makes plain text of the secrets of a line: a player would put the right ones in their place.
func open(say *transcript.Say) {
	for i, p := range say.Parts {
		if p.Value != nil && transcript.LookupKind(p.Value.Kind).Secret {
			say.Parts[i] = transcript.Part{Text: p.Value.Octets}
		}
	}
}

// Mark makes a value of what changes from run to run in a line.
func (t Take) Mark(say *transcript.Say) {
	text := say.Parts[0].Text
	for _, v := range t.Volatiles {
		m := v.Re.FindSubmatchIndex(text)
		if m == nil {
			continue
		}
		parts := []transcript.Part{{Text: text[:m[2]]}, {Value: &transcript.Value{Kind: v.Kind, Octets: text[m[2]:m[3]]}}}
		if m[3] < len(text) {
			parts = append(parts, transcript.Part{Text: text[m[3]:]})
		}
		say.Parts = parts
		return
	}
}

// Publish writes the sessions of a server in place of those that are there, and returns their size in octets, blobs included.
func Publish(sessions []*transcript.Session, dir, name string) (size int64, err error) {
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
