package pop3spec

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"harness/internal/ca"
	"harness/internal/conn"
	"harness/mockservers"
	"harness/protocols/dialect"
	"harness/protocols/pop3"
	"harness/protocols/wire"
	"harness/specs"
	"harness/transcript"
)

// serverName is the name of the server that client cases connect to, as the client is told it.
const serverName = "mail.example.org"

// clientCase is a row of the tables of client cases: a server that follows a script, and what the client is made to do.
type clientCase struct {
	// name makes the case's id, pop3/client/NAME, and its requirement, pop3/NAME, unless requirement names another.
	name, requirement string
	// also names further requirements that the case touches, without "pop3/".
	also       []string
	labels     []string
	timeout    time.Duration
	deviations []string

	// script is what the server says and what it expects, in the form of sessions (fixtures/sessions/FORMAT.md) without their header. A CAPA that
	// it doesn't expect is answered by caps; behind its end the client may QUIT.
	script string
	// login has the script begin behind a login with USER and PASS, in which the client's steps are not judged. [trial.login] is its other side.
	login bool
	// caps are the capabilities, one a line; "" refuses CAPA.
	caps string
	// serve stands in place of a script, for what a session cannot say: which octets come in one segment, what depends on what came.
	serve func(s *script)
	// options changes what the client connects with.
	options func(o *ClientOptions)
	// tls changes the server's side of TLS; it has a good certificate for any name that is asked for otherwise.
	tls func(a *ca.CA) (*tls.Config, error)
	// run drives the client. If neither it nor the script settles the judgement, that is Satisfied.
	run func(d *trial)
}

// build makes the case.
func (c clientCase) build() specs.Case {
	requirement := c.requirement
	if requirement == "" {
		requirement = c.name
	}
	var also []string
	for _, id := range c.also {
		also = append(also, "pop3/"+id)
	}
	return specs.Case{
		ID: "pop3/client/" + c.name, Catalogue: specs.ClientCases, Requirement: "pop3/" + requirement, Also: also,
		Deviations: c.deviations, Labels: c.labels, Timeout: c.timeout,
		Run: func(ctx context.Context, t *specs.T) specs.Judgement {
			client, ok := t.Env.Client.(Client)
			if !ok {
				return specs.Unclear("the client under test is none for POP3: a %T", t.Env.Client)
			}
			d := &trial{ctx: ctx, t: t, client: client, row: c}
			return d.judge()
		},
	}
}

// authority signs the certificates of the servers of client cases.
var authority = sync.OnceValues(ca.New)

// trial is one try of a client: the server and the client run side by side, and the first of the two that settles the judgement decides.
type trial struct {
	// ctx is the case's: a trial lives no longer than the call that made it.
	ctx    context.Context
	t      *specs.T
	client Client
	row    clientCase
	server *mockservers.Server
	addr   string

	mu       sync.Mutex
	found    *specs.Judgement
	said     []saidLine
	dialled  int
	ending   bool // the client is done: what the server still misses no longer counts
	sessions []ClientSession
}

// saidLine is a line of the client.
type saidLine struct {
	wire.Line
	// conn counts connections from 1; tls says that the line was protected, sasl that it is a response of an AUTH exchange.
	conn      int
	tls, sasl bool
}

// verb is the keyword in upper case.
func (l saidLine) verb() string {
	v, _ := dialect.Verb(l.Text)
	return v
}

func (d *trial) judge() specs.Judgement {
	a, err := authority()
	if err != nil {
		return specs.Unclear("no certificate: %v", err)
	}
	cfg := a.ServerConfig()
	if d.row.tls != nil {
		if cfg, err = d.row.tls(a); err != nil {
			return specs.Unclear("no certificate: %v", err)
		}
	}
	tap := func(s *mockservers.Session) conn.Tap {
		if s.ID() == 1 {
			return d.t.Tap("")
		}
		return d.t.Tap(strconv.Itoa(s.ID()))
	}
	var o ClientOptions
	if d.row.options != nil {
		d.row.options(&o)
	}
	d.server, err = mockservers.NewServer(pop3.Dialect(), mockservers.Options{
		TLS: cfg, Tap: tap, Capture: -1, ImplicitTLS: o.Security == Implicit, Timeouts: mockservers.Timeouts{Idle: d.wait(), Write: d.wait(), Handshake: d.wait()},
	}, d.serve)
	if err == nil {
		err = d.server.Start(context.Background())
	}
	if err != nil {
		return specs.Unclear("the scripted server cannot start: %v", err)
	}
	d.t.Cleanup(func() { d.server.Close() })
	d.addr = d.server.Addr()
	d.row.run(d)
	d.finish()
	if d.found == nil {
		return specs.OK()
	}
	return *d.found
}

// finish closes what the client left open, and has the server come to its end.
func (d *trial) finish() {
	for _, s := range d.sessions {
		s.Close()
	}
	ctx, cancel := context.WithTimeout(d.ctx, d.wait())
	defer cancel()
	d.server.WaitSessions(ctx, d.dialled)
	d.mu.Lock()
	d.ending = true
	d.mu.Unlock()
	d.server.Close()
}

// settle gives the judgement; only the first one counts.
func (d *trial) settle(j specs.Judgement) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.found == nil && !d.ending {
		d.found = &j
	}
}

func (d *trial) settled() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.found != nil
}

// fail settles: the requirement is violated.
func (d *trial) fail(expected, format string, args ...any) {
	d.settle(specs.Failf(expected, format, args...))
}

// check fails unless ok.
func (d *trial) check(ok bool, expected, format string, args ...any) {
	if !ok {
		d.fail(expected, format, args...)
	}
}

// same fails unless the client gave what it was to give.
func (d *trial) same(what string, got, want any) {
	if fmt.Sprint(got) != fmt.Sprint(want) {
		d.fail(fmt.Sprintf("%s: %s", what, quoteValue(want)), "%s", quoteValue(got))
	}
}

func quoteValue(v any) string {
	if s, ok := v.(string); ok {
		return wire.Quote([]byte(s))
	}
	return fmt.Sprint(v)
}

// unclear settles: the case could not find out.
func (d *trial) unclear(format string, args ...any) { d.settle(specs.Unclear(format, args...)) }

// saw settles: the requirement leaves a choice, and this is the one made.
func (d *trial) saw(format string, args ...any) { d.settle(specs.Saw(format, args...)) }

// wait is replyWait with the environment's factor.
func (d *trial) wait() time.Duration { return d.scaled(replyWait) }

func (d *trial) scaled(t time.Duration) time.Duration {
	if f := d.t.Env.TimeFactor; f > 0 {
		return time.Duration(float64(t) * f)
	}
	return t
}

// lines returns what the client has said so far.
func (d *trial) lines() []saidLine {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]saidLine(nil), d.said...)
}

// sent returns the lines of the client with that verb, responses of AUTH aside.
func (d *trial) sent(verb string) []saidLine {
	var out []saidLine
	for _, l := range d.lines() {
		if !l.sasl && l.verb() == verb {
			out = append(out, l)
		}
	}
	return out
}

// never fails if the client has sent a command with one of the verbs.
func (d *trial) never(why string, verbs ...string) {
	for _, v := range verbs {
		if l := d.sent(v); len(l) > 0 {
			d.fail("no "+v+" "+why, "%s", wire.Quote(l[0].Text))
		}
	}
}

// The client's side.

// subject is a session of the client under test. Its steps do nothing once the judgement is settled, and return zero values. A step that
// fails settles: violated, or inconclusive in the session that given returns.
type subject struct {
	d   *trial
	c   ClientSession
	pre bool
}

// given returns the session for steps that the rule is not about.
func (s *subject) given() *subject { return &subject{s.d, s.c, true} }

func (d *trial) options(change ...func(o *ClientOptions)) ClientOptions {
	o := ClientOptions{Addr: d.addr, Host: serverName, Timeout: d.wait()}
	if a, err := authority(); err == nil {
		o.TLS = &tls.Config{RootCAs: a.Pool()}
	}
	if d.row.options != nil {
		d.row.options(&o)
	}
	for _, f := range change {
		f(&o)
	}
	return o
}

// dial has the client connect, and settles nothing.
func (d *trial) dial(change ...func(o *ClientOptions)) (*subject, error) {
	return d.dialContext(d.ctx, change...)
}

func (d *trial) dialContext(ctx context.Context, change ...func(o *ClientOptions)) (*subject, error) {
	s := &subject{d: d}
	if d.settled() {
		return s, errSettled
	}
	d.dialled++
	c, err := d.client.Connect(ctx, d.options(change...))
	if err != nil {
		return s, err
	}
	d.sessions = append(d.sessions, c)
	s.c = c
	return s, nil
}

var errSettled = errors.New("the case is settled")

// connect has the client connect, which is judged.
func (d *trial) connect(change ...func(o *ClientOptions)) *subject {
	s, err := d.dial(change...)
	s.done("a connection", err)
	return s
}

// open has the client connect, which is not judged.
func (d *trial) open(change ...func(o *ClientOptions)) *subject {
	s, err := d.dial(change...)
	s.pre = true
	s.done("a connection", err)
	s.pre = false
	return s
}

// turnedAway has the client connect, which has to fail.
func (d *trial) turnedAway(expected string) error {
	s, err := d.dial()
	if err == nil {
		d.fail(expected, "the client goes on")
		s.given().quit()
	}
	return err
}

// login has the client connect and log in with USER and PASS, which is not judged.
func (d *trial) login() *subject {
	s := d.open()
	s.given().user(firstUser)
	s.given().pass(firstPassword)
	return s
}

// done settles if a step failed.
func (s *subject) done(what string, err error) {
	switch {
	case err == nil || err == errSettled:
	case errors.Is(err, errors.ErrUnsupported):
		s.d.settle(specs.Absent(what + ", which the client cannot do"))
	case s.d.ctx.Err() != nil:
		s.d.unclear("interrupted while waiting for %s", what)
	case s.pre:
		s.d.unclear("the case needs %s, and the client says: %v", what, err)
	default:
		s.d.fail(what, "the client says: %v", err)
	}
}

// try has the client do something whose outcome is judged otherwise.
func (s *subject) try(f func(ctx context.Context, c ClientSession) error) error {
	if s.d.settled() || s.c == nil {
		return errSettled
	}
	return f(s.d.ctx, s.c)
}

func (s *subject) do(what string, f func(ctx context.Context, c ClientSession) error) {
	s.done(what, s.try(f))
}

// refuses has the client do something that must end in an error.
func (s *subject) refuses(what string, f func(ctx context.Context, c ClientSession) error) error {
	err := s.try(f)
	switch {
	case err == nil:
		s.d.fail("an error of the client for "+what, "it takes it as done")
	case errors.Is(err, errors.ErrUnsupported):
		s.done(what, err)
	}
	return err
}

// attempt has the client do something that it may refuse to; the script judges what it sends.
func (s *subject) attempt(what string, f func(ctx context.Context, c ClientSession) error) {
	if err := s.try(f); errors.Is(err, errors.ErrUnsupported) {
		s.done(what, err)
	}
}

func value[T any](s *subject, what string, f func(ctx context.Context, c ClientSession) (T, error)) (v T) {
	s.do(what, func(ctx context.Context, c ClientSession) (err error) {
		v, err = f(ctx, c)
		return err
	})
	return v
}

func (s *subject) user(name string) {
	s.do("USER", func(ctx context.Context, c ClientSession) error { return c.User(ctx, name) })
}

func (s *subject) pass(password string) {
	s.do("PASS", func(ctx context.Context, c ClientSession) error { return c.Pass(ctx, password) })
}

func (s *subject) apop(user, secret string) {
	s.do("APOP", func(ctx context.Context, c ClientSession) error { return c.APOP(ctx, user, secret) })
}

func (s *subject) auth(mechanism string, creds Credentials) {
	s.do("AUTH "+mechanism, func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, mechanism, creds) })
}

// alice are the credentials of the first account.
func alice() Credentials { return Credentials{User: firstUser, Password: firstPassword} }

func (s *subject) automatic(methods ...string) {
	s.do("a login", func(ctx context.Context, c ClientSession) error { return c.Login(ctx, alice(), methods...) })
}

func (s *subject) capa() pop3.Capabilities {
	return value(s, "CAPA", func(ctx context.Context, c ClientSession) (pop3.Capabilities, error) { return c.Capa(ctx) })
}

func (s *subject) stls() {
	s.do("STLS", func(ctx context.Context, c ClientSession) error { return c.STLS(ctx) })
}

func (s *subject) utf8() {
	s.do("UTF8", func(ctx context.Context, c ClientSession) error { return c.UTF8(ctx) })
}

func (s *subject) lang(r string) pop3.Language {
	return value(s, "LANG", func(ctx context.Context, c ClientSession) (pop3.Language, error) { return c.Lang(ctx, r) })
}

func (s *subject) stat() pop3.DropListing {
	return value(s, "STAT", func(ctx context.Context, c ClientSession) (pop3.DropListing, error) { return c.Stat(ctx) })
}

func (s *subject) list(n int) pop3.ScanListing {
	return value(s, fmt.Sprintf("LIST %d", n), func(ctx context.Context, c ClientSession) (pop3.ScanListing, error) { return c.List(ctx, n) })
}

func (s *subject) listAll() []pop3.ScanListing {
	return value(s, "LIST", func(ctx context.Context, c ClientSession) ([]pop3.ScanListing, error) { return c.ListAll(ctx) })
}

func (s *subject) uidl(n int) pop3.UniqueID {
	return value(s, fmt.Sprintf("UIDL %d", n), func(ctx context.Context, c ClientSession) (pop3.UniqueID, error) { return c.Uidl(ctx, n) })
}

func (s *subject) uidlAll() []pop3.UniqueID {
	return value(s, "UIDL", func(ctx context.Context, c ClientSession) ([]pop3.UniqueID, error) { return c.UidlAll(ctx) })
}

func (s *subject) retr(n int) string {
	return string(value(s, fmt.Sprintf("RETR %d", n), func(ctx context.Context, c ClientSession) ([]byte, error) { return c.Retr(ctx, n) }))
}

func (s *subject) top(n, lines int) string {
	return string(value(s, fmt.Sprintf("TOP %d %d", n, lines), func(ctx context.Context, c ClientSession) ([]byte, error) { return c.Top(ctx, n, lines) }))
}

func (s *subject) retrAll(numbers ...int) []Retrieved {
	got := value(s, "the messages", func(ctx context.Context, c ClientSession) ([]Retrieved, error) { return c.RetrAll(ctx, numbers) })
	if !s.d.settled() && len(got) != len(numbers) {
		s.d.fail(fmt.Sprintf("%d results", len(numbers)), "%d", len(got))
	}
	return append(got, make([]Retrieved, max(len(numbers)-len(got), 0))...)
}

func (s *subject) dele(n int) {
	s.do(fmt.Sprintf("DELE %d", n), func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, n) })
}

func (s *subject) noop() {
	s.do("NOOP", func(ctx context.Context, c ClientSession) error { return c.Noop(ctx) })
}

func (s *subject) rset() {
	s.do("RSET", func(ctx context.Context, c ClientSession) error { return c.Rset(ctx) })
}

func (s *subject) quit() {
	s.do("QUIT", func(ctx context.Context, c ClientSession) error { return c.Quit(ctx) })
}

// replyOf returns the refusal in an error; an empty one if there is none.
func replyOf(err error) *pop3.Reply {
	var r *pop3.Reply
	if errors.As(err, &r) {
		return r
	}
	return &pop3.Reply{}
}

// refusedWith has the client do something that the server refuses, and fails unless it hands on the refusal.
func (s *subject) refusedWith(what string, f func(ctx context.Context, c ClientSession) error) *pop3.Reply {
	err := s.refuses(what, f)
	r := replyOf(err)
	if err != nil && err != errSettled && r.Status != pop3.Err {
		s.d.fail("the refusal of "+what, "the client says: %v", err)
	}
	return r
}

// The server's side.

// script is a connection of the scripted server. Its steps do nothing once it is over.
type script struct {
	d    *trial
	c    *mockservers.Conn
	conn int
	over bool
	caps string // of the row, unless the script changes them
	// pre: what the client does is not judged.
	pre  bool
	sasl bool // a challenge is out
	err  error
}

// serve is the server's function for a connection.
func (d *trial) serve(c *mockservers.Conn) error {
	s := &script{d: d, c: c, conn: c.Session.ID(), caps: d.row.caps}
	switch {
	case d.row.serve != nil:
		d.row.serve(s)
	default:
		if d.row.login {
			s.login()
		}
		s.play(d.row.script)
		s.rest()
	}
	return s.err
}

// stop ends the connection.
func (s *script) stop(err error) {
	if !s.over {
		s.over, s.err = true, err
	}
}

// wrong settles, because the client did something else than expected.
func (s *script) wrong(expected, format string, args ...any) {
	if s.over {
		return
	}
	actual := fmt.Sprintf(format, args...)
	if s.pre {
		s.d.unclear("the case needs %s of the client, and got: %s", expected, actual)
	} else {
		s.d.fail(expected, "%s", actual)
	}
	s.stop(errors.New("not as the script says"))
}

// octets writes octets as they are; they leave before the next wait, or by flush.
func (s *script) octets(text string) {
	if s.over {
		return
	}
	err := s.c.Write(func() error {
		_, err := s.c.W.WriteString(text)
		return err
	})
	if err != nil {
		s.stop(err)
	}
}

// say writes lines, each with CRLF.
func (s *script) say(lines ...string) {
	for _, l := range lines {
		s.octets(l + "\r\n")
		s.sasl = l == "+" || strings.HasPrefix(l, "+ ")
	}
}

// flush sends what was said, in a segment of its own where the network does as it is told.
func (s *script) flush() {
	if s.over {
		return
	}
	if err := s.c.Flush(); err != nil {
		s.stop(err)
	}
}

// pieces sends text one octet at a time.
func (s *script) pieces(text string) {
	for i := range len(text) {
		s.octets(text[i : i+1])
		s.flush()
	}
}

// read reads a line of the client; ok is false at the end of the connection and when the script is over, and err says why.
func (s *script) read() (l saidLine, err error) {
	if s.over {
		return l, io.EOF
	}
	line, err := s.c.ReadLine()
	if err != nil {
		return l, err
	}
	_, protected := s.c.TLS()
	l = saidLine{Line: wire.Line{Text: bytes.Clone(line.Text), End: line.End}, conn: s.conn, tls: protected, sasl: s.sasl}
	s.sasl = false
	s.d.mu.Lock()
	s.d.said = append(s.d.said, l)
	s.d.mu.Unlock()
	return l, nil
}

// trouble describes an error of reading as what the client did.
func (s *script) trouble(err error) string {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Sprintf("nothing within %v", s.d.wait())
	case errors.Is(err, io.EOF):
		return "the client closed the connection"
	}
	return err.Error()
}

// next reads the line that the script expects. A CAPA is answered, unless it is what is expected.
func (s *script) next(expected string, wantCAPA bool) (saidLine, bool) {
	for {
		l, err := s.read()
		if err != nil {
			s.wrong(expected, "%s", s.trouble(err))
			return l, false
		}
		if l.sasl || wantCAPA || !strings.EqualFold(string(l.Text), "CAPA") {
			return l, true
		}
		s.capa()
	}
}

// capa answers CAPA.
func (s *script) capa() { s.say(capaAnswer(s.caps)...) }

// capaAnswer is the answer to CAPA: caps one a line, or a refusal.
func capaAnswer(caps string) []string {
	if caps == "" {
		return []string{"-ERR what?"}
	}
	return append(append([]string{"+OK"}, strings.Split(caps, "\n")...), ".")
}

// hear reads a line and compares it: the verb in any case, the rest octet for octet.
func (s *script) hear(say *transcript.Say) {
	if s.over {
		return
	}
	want := say.Sample()
	shown := strings.TrimPrefix(say.String(), "C: ")
	verb, _ := dialect.Verb(want)
	l, ok := s.next(shown, verb == "CAPA")
	if !ok {
		return
	}
	text := l.Text
	if !l.sasl {
		if v, _ := dialect.Verb(text); v == verb {
			text = append([]byte(verb), text[len(verb):]...)
		}
	}
	if _, ok := say.Match(text, nil); !ok || l.End != say.End {
		s.wrong(shown, "%s", l.shown())
	}
}

func (l saidLine) shown() string { return wire.Quote(append(bytes.Clone(l.Text), l.End.Octets()...)) }

// quiet expects that the client says nothing for a while and stays. After says what came before.
func (s *script) quiet(after string) {
	if s.over {
		return
	}
	s.flush()
	err := s.c.Quiet(s.d.ctx, s.d.t.Quiet())
	switch {
	case err == nil:
	case errors.Is(err, conn.ErrNotQuiet):
		s.wrong("nothing of the client "+after, "%s", wire.Quote(s.c.R.Peek()))
	default:
		s.stop(err)
	}
}

// startTLS makes the handshake. One that fails ends the connection; whether it has to is judged on the client's side.
func (s *script) startTLS() {
	if s.over {
		return
	}
	if err := s.c.StartTLS(); err != nil {
		var buffered *conn.BufferedError
		if errors.As(err, &buffered) {
			s.wrong("the TLS negotiation", "%s in the clear", wire.Quote(buffered.Data))
		}
		s.stop(err)
	}
}

// login plays the server's side of a login that is not judged.
func (s *script) login() {
	was := s.pre
	s.pre = true
	s.say("+OK harness ready")
	for !s.over {
		l, ok := s.next("USER and PASS", false)
		if !ok {
			return
		}
		switch l.verb() {
		case "USER":
			s.say("+OK")
		case "PASS":
			s.say("+OK logged in")
			s.pre = was
			return
		default:
			s.wrong("USER and PASS", "%s", l.shown())
		}
	}
}

// rest is what may follow a script: CAPA, QUIT, the end. Anything else the client should not have said.
func (s *script) rest() {
	for !s.over {
		l, err := s.read()
		switch {
		case err != nil:
			s.stop(nil)
		case strings.EqualFold(string(l.Text), "CAPA"):
			s.capa()
		case l.verb() == "QUIT":
			s.say("+OK bye")
			s.flush()
			s.stop(nil)
		default:
			s.wrong("nothing more, or QUIT", "%s", l.shown())
		}
	}
}

// play plays text, a session without its header.
func (s *script) play(text string) {
	session, err := parseScript(text)
	if err != nil {
		s.d.unclear("the case's script cannot be read: %v", err)
		s.stop(err)
		return
	}
	for it := range session.All() {
		if s.over {
			return
		}
		switch it := it.(type) {
		case *transcript.Say:
			if it.Who.Party == dialect.Client {
				s.hear(it)
				continue
			}
			said := string(it.Sample())
			s.octets(said + it.End.Octets())
			s.sasl = said == "+" || strings.HasPrefix(said, "+ ")
		case *transcript.Event:
			s.event(it)
		}
	}
}

func (s *script) event(e *transcript.Event) {
	s.flush()
	if s.over {
		return
	}
	switch e.Kind {
	case transcript.TLS:
		s.startTLS()
	case transcript.Quiet:
		s.quiet("here")
	case transcript.Close, transcript.HalfClose:
		if e.Who.Party == dialect.Server {
			s.stop(nil)
			return
		}
		if l, err := s.read(); err == nil {
			s.wrong("the end of the connection", "%s", l.shown())
		}
		s.stop(nil)
	case transcript.Reset:
		s.c.Reset()
		s.stop(errors.New("reset"))
	default:
		s.d.unclear("the case's script has an event that is not for it: %s", e.Kind)
		s.stop(nil)
	}
}

func parseScript(text string) (*transcript.Session, error) {
	return transcript.Parse("script", []byte("session: 1\nprotocol: pop3\n\n"+strings.TrimPrefix(text, "\n")))
}
