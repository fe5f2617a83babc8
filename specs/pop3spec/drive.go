package pop3spec

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/internal/conn"
	"harness/protocols/pop3"
	"harness/protocols/wire"
	"harness/specs"
)

const (
	// replyWait is how long a server may take for a line, an octet or a close that it owes.
	replyWait = 5 * time.Second
	// authWait is how long it may take to answer an authentication: failures are delayed on purpose by many servers, and one waits ten
	// seconds for a maildrop that is locked.
	authWait = 20 * time.Second
	// authTimeout is the timeout of cases about authentication that set no other.
	authTimeout = 90 * time.Second
	// lineLimit and blockLimit are what is read of a server at most, in octets.
	lineLimit  = 1 << 20
	blockLimit = 64 << 20
	// retryFirst and retryMost are how long a login to a maildrop that is still locked waits before it is tried anew: twice as long each time.
	retryFirst = 10 * time.Millisecond
	retryMost  = 500 * time.Millisecond
)

// fewMails are the messages of a case that asks for none of its own: nothing about them is odd.
var fewMails = []string{"01-plain", "15-utf8", "03-alternative"}

// ownMails are messages that are not in the corpus: with lines of dots, the first of them not the first of the message, and one whose line
// ends are stored as LF.
var ownMails = []fixtures.Mail{
	{Name: "dots", Data: []byte("From: greta@example.org\r\nTo: ada@example.org\r\nSubject: ...\r\nDate: Mon, 4 Mar 2024 10:00:00 +0000\r\n" +
		"X-Folded: a\r\n .\r\n\r\nThe next line is a dot.\r\n.\r\n..\r\n...\r\n\r\n.profile\r\n..double\r\nnot.first\r\n. \r\n.\r\n")},
	{Name: "bare-lf", Data: []byte("From: ada@example.org\nTo: hugo@example.net\nSubject: Stored as on Unix\nDate: Mon, 4 Mar 2024 10:00:00 +0000\n" +
		"\nThe first line.\n\n.\nThe last line.\n")},
}

// serverCase is a row of the tables of server cases.
type serverCase struct {
	// name makes the case's id, pop3/server/NAME, and its requirement, pop3/NAME, unless requirement names another.
	name, requirement string
	// also names further requirements that the case touches, without "pop3/".
	also []string
	// needs are the extensions without which the rule does not apply, as the register names them: capabilities, and "APOP" for a timestamp
	// in the greeting, "CAPA" for the command. The first session that the case opens finds out, and ends the case if one is not offered.
	needs []string
	// mail names the messages that the maildrop holds, of ownMails and of the corpus; nil means fewMails.
	mail []string
	// empty asks for a maildrop that holds nothing.
	empty bool
	// features are switches of the mock; see targets.go. One that begins with "?" is left out where there are no switches; for the sake of
	// any other the case is inconclusive there.
	features []string
	mutates  bool
	labels   []string
	timeout  time.Duration
	// deviations are those of the mock by which the case must fail.
	deviations []string
	// run drives the server. The first step that settles the judgement ends it; if none does, the judgement is Satisfied.
	run func(d *driver)
}

// setup is what the case wants the server to hold.
func (c serverCase) setup() (specs.Setup, error) {
	s := specs.Setup{Features: c.features, Mail: []fixtures.Mail{}}
	names := c.mail
	if names == nil {
		names = fewMails
	}
	if c.empty {
		names = nil
	}
	for _, name := range names {
		m, err := mailByName(name)
		if err != nil {
			return s, err
		}
		s.Mail = append(s.Mail, m)
	}
	return s, nil
}

func mailByName(name string) (fixtures.Mail, error) {
	if i := slices.IndexFunc(ownMails, func(m fixtures.Mail) bool { return m.Name == name }); i >= 0 {
		return ownMails[i], nil
	}
	return fixtures.MailByName(name)
}

// build makes the case.
func (c serverCase) build() specs.Case {
	requirement := c.requirement
	if requirement == "" {
		requirement = c.name
	}
	timeout := c.timeout
	if timeout == 0 && slices.Contains(c.labels, "auth") {
		timeout = authTimeout
	}
	var also []string
	for _, id := range c.also {
		also = append(also, "pop3/"+id)
	}
	return specs.Case{
		ID: "pop3/server/" + c.name, Catalogue: specs.ServerCases, Requirement: "pop3/" + requirement, Also: also, Needs: c.needs,
		Mutates: c.mutates, Deviations: c.deviations, Labels: c.labels, Timeout: timeout,
		Run: func(ctx context.Context, t *specs.T) specs.Judgement {
			setup, err := c.setup()
			if err != nil {
				return specs.NotStarted(err)
			}
			target, err := t.Start(ctx, setup)
			if err != nil {
				return specs.NotStarted(err)
			}
			d := &driver{ctx: ctx, t: t, target: target, row: c}
			c.run(d)
			if d.found == nil {
				return specs.OK()
			}
			return *d.found
		},
	}
}

// driver drives a server for one case, over any number of connections. Its steps, and those of its sessions, do nothing once the
// judgement is settled, and return zero values: a case is written down straight, and only has to look before it takes an element of
// a list (see [driver.settled]).
type driver struct {
	// ctx is the case's: a driver lives no longer than the call that made it.
	ctx    context.Context
	t      *specs.T
	target *specs.Target
	row    serverCase
	found  *specs.Judgement

	opened  int
	checked bool              // the row's needs were looked for in the capabilities
	probed  bool              // and by trying
	capa    pop3.Capabilities // as the first session of a case with needs was told; nil if CAPA was refused
}

// settled says whether the case has come to a judgement.
func (d *driver) settled() bool { return d.found != nil }

// settle gives the judgement; only the first one counts.
func (d *driver) settle(j specs.Judgement) {
	if d.found == nil {
		d.found = &j
	}
}

// fail settles: the requirement is violated.
func (d *driver) fail(expected, format string, args ...any) {
	d.settle(specs.Failf(expected, format, args...))
}

// check fails unless ok.
func (d *driver) check(ok bool, expected, format string, args ...any) {
	if !ok {
		d.fail(expected, format, args...)
	}
}

// unclear settles: the case could not find out.
func (d *driver) unclear(format string, args ...any) { d.settle(specs.Unclear(format, args...)) }

// saw settles: the requirement leaves a choice, and this is the one made.
func (d *driver) saw(format string, args ...any) { d.settle(specs.Saw(format, args...)) }

// absent settles: the server does not offer the extension.
func (d *driver) absent(extension string) { d.settle(specs.Absent(extension)) }

// wait is replyWait with the environment's factor.
func (d *driver) wait() time.Duration { return d.scale(replyWait) }

func (d *driver) scale(wait time.Duration) time.Duration {
	if f := d.t.Env.TimeFactor; f > 0 {
		return time.Duration(float64(wait) * f)
	}
	return wait
}

// session is a connection to the server under test. Methods that judge what the server does settle with a violation; those of the session
// that [session.given] returns settle as inconclusive, for the steps that only lead to what is judged.
type session struct {
	d     *driver
	c     *conn.Conn
	state *sessionState
	// pre: the steps are preconditions.
	pre bool
}

type sessionState struct {
	name      string
	greeting  *pop3.Greeting
	marked    bool // DELE was accepted, and neither RSET nor QUIT since
	ended     bool
	wait      time.Duration // for the reply to the last command
	utf8      bool          // UTF8 or LANG was accepted: texts may be UTF-8
	forgiving bool          // what was forgiven is noted once
	replies   []*reply
}

// given returns the session for steps that the rule is not about: if one goes wrong, the case is inconclusive.
func (s *session) given() *session {
	g := *s
	g.pre = true
	return &g
}

// wrong settles: violated, or inconclusive for a given step.
func (s *session) wrong(expected, format string, args ...any) {
	if s.d.ctx.Err() != nil {
		s.d.unclear("interrupted while waiting for %s", expected)
		return
	}
	if s.pre {
		s.d.unclear("the case needs %s, and got: %s", expected, fmt.Sprintf(format, args...))
		return
	}
	s.d.fail(expected, format, args...)
}

// connect makes a connection, TLS included if it begins with it, and reads nothing.
func (d *driver) connect() *session {
	d.opened++
	state := &sessionState{wait: d.wait()}
	if d.opened > 1 {
		state.name = strconv.Itoa(d.opened)
	}
	s := &session{d: d, state: state}
	if d.settled() {
		return s
	}
	u := d.target.URL
	port := u.Port()
	implicit := u.Scheme == "pop3s"
	if port == "" {
		port = strconv.Itoa(pop3.Port)
		if implicit {
			port = strconv.Itoa(pop3.PortTLS)
		}
	}
	opts := conn.Options{Tap: d.t.Tap(state.name), LineLimit: lineLimit}
	c, err := conn.Dial(d.ctx, "tcp", net.JoinHostPort(u.Hostname(), port), d.wait(), opts)
	if err != nil {
		d.unclear("%v", err)
		return s
	}
	s.c = c
	d.t.Cleanup(s.release)
	if implicit {
		if err := c.StartTLS(d.ctx, d.wait(), d.tlsConfig()); err != nil {
			d.unclear("%v", err)
		}
	}
	return s
}

func (d *driver) tlsConfig() *tls.Config {
	cfg := &tls.Config{}
	if d.target.TLS != nil {
		cfg = d.target.TLS.Clone()
	}
	if cfg.ServerName == "" {
		cfg.ServerName = d.target.URL.Hostname()
	}
	return cfg
}

// partingTime bounds the polite end of a session that the case has left open.
const partingTime = time.Second

// release ends a session that the case has left open. Marks of deletion are taken off first: a server that is not ours may remove messages
// although it must not. A server that the next case uses too is told QUIT, so that it has let go of the maildrop by then.
func (s *session) release() {
	if s.c == nil {
		return
	}
	if !s.state.ended && !s.d.row.mutates {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.d.ctx), 2*partingTime)
		defer cancel()
		var err error
		if s.state.marked {
			err = s.c.Do(ctx, 0, func() error {
				if err := s.parting("RSET"); err != nil {
					return err
				}
				_, err := s.c.R.ReadLine()
				return err
			})
		}
		if _, fresh := s.d.t.Env.Server.(*MockServer); err == nil && !fresh {
			_ = s.c.Do(ctx, partingTime, func() error {
				if err := s.parting("QUIT"); err != nil {
					return err
				}
				_, err := s.c.R.ReadLine()
				return err
			})
		}
	}
	s.close()
}

// parting sends a last command.
func (s *session) parting(command string) error {
	if err := s.c.W.Linef("%s", command); err != nil {
		return err
	}
	return s.c.W.Flush()
}

// close closes the connection without QUIT.
func (s *session) close() {
	if s.c != nil {
		s.c.Close()
		s.state.ended = true
	}
}

// reset breaks the connection (TCP RST), where the transport can.
func (s *session) reset() {
	if s.c != nil {
		s.c.Reset()
		s.state.ended = true
	}
}

// open returns a session in the AUTHORIZATION state: greeted, and in TLS if the target asks for the upgrade. If the row has needs that
// the server does not offer, the case ends.
func (d *driver) open() *session {
	s := d.connect()
	s.given().greet()
	if d.target.StartTLS {
		s.given().startTLS()
	}
	if len(d.row.needs) > 0 && !d.checked && !d.settled() {
		d.checked = true
		s.checkNeeds()
	}
	return s
}

// greet reads the greeting, which has to be positive.
func (s *session) greet() *reply {
	r := s.reply("the connection (a greeting)")
	if !s.d.settled() && r.Status != pop3.OK {
		s.wrong(`a greeting that begins with "+OK"`, "%s", r.shown())
	}
	if s.d.settled() {
		return r
	}
	g, _ := pop3.Rules{Lenient: true}.ParseGreeting(r.line)
	s.state.greeting = g
	return r
}

// timestamp is the greeting's, for APOP; "" if it has none.
func (s *session) timestamp() string {
	if s.state.greeting == nil {
		return ""
	}
	return s.state.greeting.Timestamp
}

// startTLS sends STLS, which has to be accepted, and makes the handshake.
func (s *session) startTLS() {
	s.ok("STLS")
	s.handshake()
}

// handshake makes the TLS handshake.
func (s *session) handshake() {
	if s.d.settled() {
		return
	}
	if err := s.c.StartTLS(s.d.ctx, s.d.wait(), s.d.tlsConfig()); err != nil {
		s.wrong("a TLS handshake", "%v", err)
	}
}

// checkNeeds ends the case if the server does not offer what its row needs. A server without CAPA is taken to have what RFC 1939 defines;
// login tries its commands then.
func (s *session) checkNeeds() {
	d := s.d
	d.capa = s.given().capa()
	for _, need := range d.row.needs {
		switch {
		case d.settled():
			return
		case need == "APOP":
			if s.timestamp() == "" {
				d.absent("APOP (no timestamp in the greeting)")
			}
		case d.capa == nil && slices.Contains([]string{"USER", "TOP", "UIDL"}, need):
		case need == "CAPA" && d.capa != nil:
		case !d.capa.Has(need):
			d.absent(need)
		}
	}
}

// probeNeeds tries the optional commands of RFC 1939 on a server without CAPA.
func (s *session) probeNeeds() {
	if s.d.capa != nil || s.d.probed {
		return
	}
	s.d.probed = true
	for _, need := range s.d.row.needs {
		if need != "UIDL" && need != "TOP" {
			continue
		}
		command := "UIDL"
		if need == "TOP" {
			command = "TOP 1 0"
		}
		r := s.given().cmd("%s", command)
		if r.Status == pop3.OK {
			s.given().block(command)
		} else {
			s.d.absent(need + " (and no CAPA)")
		}
	}
}

// eachRefused sends each command in a session of its own, from open, and expects "-ERR": some servers end a session after a few wrong
// commands, which no rule forbids.
func (d *driver) eachRefused(open func() *session, lines ...string) {
	for _, line := range lines {
		s := open()
		s.refused("%s", line)
		s.release()
	}
}

// capa returns the capabilities, not nil, or nil if CAPA is refused.
func (s *session) capa() pop3.Capabilities {
	r := s.cmd("CAPA")
	if s.d.settled() || r.Status != pop3.OK {
		return nil
	}
	out := pop3.Capabilities{}
	for _, l := range s.block("CAPA").texts() {
		if c, err := (pop3.Rules{Lenient: true}).ParseCapability([]byte(l)); err == nil {
			out = append(out, c)
		}
	}
	return out
}

// login returns a session of the first account in the TRANSACTION state. A maildrop that is still locked by a session that has ended is
// waited for.
func (d *driver) login() *session { return d.loginAs(d.target.User, d.target.Password) }

// loginAs is login to any account.
func (d *driver) loginAs(user, password string) *session {
	s, r := d.tryLogin(user, password)
	if !d.settled() && r.Status != pop3.OK {
		d.unclear("the login as %q failed: %s", user, r.shown())
	}
	return s
}

// tryLogin is loginAs that leaves the last reply to be judged.
func (d *driver) tryLogin(user, password string) (*session, *reply) {
	deadline := time.Now().Add(d.wait())
	for pause := retryFirst; ; pause = min(2*pause, retryMost) {
		s := d.open()
		r := s.given().authenticate(user, password)
		if d.settled() {
			return s, r
		}
		if r.Status == pop3.OK {
			s.probeNeeds()
			return s, r
		}
		if !inUse(r) || time.Now().After(deadline) {
			return s, r
		}
		s.close()
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-d.ctx.Done():
			timer.Stop()
		}
	}
}

// authenticate tries to log in, by USER and PASS, and where USER is refused by APOP or AUTH PLAIN. It returns the last reply.
func (s *session) authenticate(user, password string) *reply {
	r := s.cmd("USER %s", user)
	switch {
	case s.d.settled():
		return r
	case r.Status == pop3.OK:
		return s.cmd("PASS %s", password)
	case s.timestamp() != "":
		return s.apop(user, password)
	}
	if again := s.authPlain(user, password); again.Status == pop3.OK {
		return again
	}
	return r
}

// authPlain logs in by AUTH PLAIN, without an initial response.
func (s *session) authPlain(user, password string) *reply {
	r := s.cmd("AUTH PLAIN")
	if r.Status != pop3.Continue {
		return r
	}
	s.send(auth.Encode([]byte("\x00"+user+"\x00"+password)) + "\r\n")
	return s.reply("the response in AUTH PLAIN")
}

// apop sends APOP with the right digest.
func (s *session) apop(user, password string) *reply {
	return s.cmd("APOP %s %s", user, pop3.APOPDigest(s.timestamp(), password))
}

// inUse says whether a login was refused because another session has the maildrop.
func inUse(r *reply) bool {
	if r.Code.Is(pop3.CodeInUse) {
		return true
	}
	text := strings.ToLower(r.Text)
	return slices.ContainsFunc([]string{"lock", "in use", "busy", "already"}, func(w string) bool { return strings.Contains(text, w) })
}

// send sends octets as they are.
func (s *session) send(octets string) {
	if s.d.settled() {
		return
	}
	// What a server that has closed did not take shows when its reply is missing.
	_ = s.c.Do(s.d.ctx, s.d.wait(), func() error {
		if _, err := s.c.W.WriteString(octets); err != nil {
			return err
		}
		return s.c.W.Flush()
	})
}

// readLine reads one line; what says what it is, for the judgement if none comes.
func (s *session) readLine(what string) (wire.Line, bool) {
	if s.d.settled() {
		return wire.Line{}, false
	}
	var l wire.Line
	err := s.c.Do(s.d.ctx, s.state.wait, func() error {
		var err error
		l, err = s.c.R.ReadLine()
		l.Text = slices.Clone(l.Text)
		return err
	})
	if err != nil {
		s.wrong(what, "%s", s.trouble(err))
		return wire.Line{}, false
	}
	if l.End == wire.None {
		s.wrong(what, "the connection closed within the line %s", wire.Quote(l.Text))
		return wire.Line{}, false
	}
	return l, true
}

// trouble describes an error of the connection as what the server did.
func (s *session) trouble(err error) string {
	var limit *wire.LimitError
	switch {
	case errors.As(err, &limit):
		return limit.Error()
	case errors.Is(err, os.ErrDeadlineExceeded):
		got := "nothing"
		if n := s.c.R.Buffered(); n > 0 {
			got = "no line end behind " + wire.Quote(s.c.R.Peek())
		}
		return fmt.Sprintf("%s within %v", got, s.state.wait)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the server closed the connection"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the server reset the connection"
	}
	return err.Error()
}

// reply is a status line.
type reply struct {
	*pop3.Reply
	// to is what it answers, fit for a judgement.
	to string
	// line is it as it came.
	line wire.Line
	// problem is what the strict grammar has against it.
	problem error
}

// shown is the reply for a judgement.
func (r *reply) shown() string {
	if r.line.Text == nil {
		return "no response"
	}
	return wire.Quote(r.line.Text)
}

// reply reads a status line. To is what it answers.
func (s *session) reply(to string) *reply {
	r := reply{Reply: &pop3.Reply{}, to: to}
	l, ok := s.readLine("a response to " + to)
	if !ok {
		return &r
	}
	parsed, err := pop3.Rules{Lenient: true}.ParseReply(l)
	if err != nil && parsed.Status == 0 {
		s.wrong(`a response to `+to+` that begins with "+OK" or "-ERR"`, "%s", wire.Quote(l.Text))
		return &r
	}
	r = reply{Reply: parsed, to: to, line: l}
	s.state.replies = append(s.state.replies, &r)
	if _, r.problem = (pop3.Rules{UTF8: s.state.utf8}).ParseReply(l); r.problem != nil && !s.state.forgiving {
		s.state.forgiving = true
		s.d.t.Note("put up with here: %v", r.problem)
	}
	return &r
}

// cmd sends a command and reads the status line, whatever it is.
func (s *session) cmd(format string, args ...any) *reply {
	line := fmt.Sprintf(format, args...)
	verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
	s.state.wait = s.d.wait()
	if verb == "PASS" || verb == "APOP" || verb == "AUTH" {
		s.state.wait = s.d.scale(authWait)
	}
	s.send(line + "\r\n")
	r := s.reply(shownCommand(line))
	if r.Status == pop3.OK {
		switch verb {
		case "DELE":
			s.state.marked = true
		case "RSET", "QUIT":
			s.state.marked = false
		case "UTF8", "LANG":
			s.state.utf8 = true
		}
	}
	return r
}

// shownCommand is a command for a judgement, secrets left out.
func shownCommand(line string) string {
	c, err := pop3.Rules{Lenient: true}.ParseCommand(wire.Line{Text: []byte(line)})
	if err != nil || c.Spec() == nil {
		return wire.Quote([]byte(line))
	}
	return c.String()
}

// ok sends a command and expects "+OK".
func (s *session) ok(format string, args ...any) *reply {
	r := s.cmd(format, args...)
	if !s.d.settled() && r.Status != pop3.OK {
		s.wrong(`"+OK" to `+shownCommand(fmt.Sprintf(format, args...)), "%s", r.shown())
	}
	return r
}

// refused sends a command and expects "-ERR". The lines behind a positive reply are read, so that the report shows them.
func (s *session) refused(format string, args ...any) *reply {
	r := s.cmd(format, args...)
	if !s.d.settled() && r.Status != pop3.Err {
		s.wrong(`"-ERR" to `+shownCommand(fmt.Sprintf(format, args...)), "%s", r.shown())
	}
	return r
}

// block is a multi-line response behind its status line.
type block struct {
	// lines are the content as it stands on the wire, byte-stuffed.
	lines []wire.Line
	// end is the terminating line.
	end wire.Line
}

// texts are the lines without the stuffed dots.
func (b *block) texts() []string {
	out := make([]string, len(b.lines))
	for i, l := range b.lines {
		out[i] = strings.TrimPrefix(string(l.Text), ".")
	}
	return out
}

// content is what the block carries, without the stuffed dots, with its line ends as they came.
func (b *block) content() string {
	var out strings.Builder
	for i, text := range b.texts() {
		out.WriteString(text)
		out.WriteString(b.lines[i].End.Octets())
	}
	return out.String()
}

// block reads the lines behind a positive reply. Of is the command.
func (s *session) block(of string) *block {
	b := &block{}
	total := 0
	for {
		l, ok := s.readLine(fmt.Sprintf("the lines of %s up to the terminating line", of))
		if !ok {
			return &block{}
		}
		if string(l.Text) == "." {
			b.end = l
			return b
		}
		if total += len(l.Text) + 2; total > blockLimit {
			s.d.unclear("the response to %s has more than %d octets: more than the case reads", of, blockLimit)
			return &block{}
		}
		b.lines = append(b.lines, l)
	}
}

// multi sends a command and expects "+OK" and a block.
func (s *session) multi(format string, args ...any) *block {
	s.ok(format, args...)
	return s.block(shownCommand(fmt.Sprintf(format, args...)))
}

// stat returns the drop listing.
func (s *session) stat() pop3.DropListing {
	r := s.ok("STAT")
	if s.d.settled() {
		return pop3.DropListing{}
	}
	d, err := pop3.Rules{Lenient: true}.ParseStat(r.Reply)
	if err != nil {
		s.wrong("a drop listing", "%s: %v", r.shown(), err)
	}
	return d
}

// list returns the scan listings of all messages.
func (s *session) list() []pop3.ScanListing {
	var out []pop3.ScanListing
	for _, text := range s.multi("LIST").texts() {
		l, err := pop3.Rules{Lenient: true}.ParseScan([]byte(text))
		if err != nil {
			s.wrong("a scan listing", "%s: %v", wire.Quote([]byte(text)), err)
			return nil
		}
		out = append(out, l)
	}
	return out
}

// listOne returns the scan listing of message n.
func (s *session) listOne(n int) pop3.ScanListing {
	r := s.ok("LIST %d", n)
	if s.d.settled() {
		return pop3.ScanListing{}
	}
	l, err := pop3.Rules{Lenient: true}.ParseScanReply(r.Reply)
	if err != nil {
		s.wrong("a scan listing", "%s: %v", r.shown(), err)
	}
	return l
}

// uidl returns the unique-id listings of all messages.
func (s *session) uidl() []pop3.UniqueID {
	var out []pop3.UniqueID
	for _, text := range s.multi("UIDL").texts() {
		u, err := pop3.Rules{Lenient: true}.ParseUniqueID([]byte(text))
		if err != nil {
			s.wrong("a unique-id listing", "%s: %v", wire.Quote([]byte(text)), err)
			return nil
		}
		out = append(out, u)
	}
	return out
}

// uidlOne returns the unique-id of message n.
func (s *session) uidlOne(n int) string {
	r := s.ok("UIDL %d", n)
	if s.d.settled() {
		return ""
	}
	u, err := pop3.Rules{Lenient: true}.ParseUniqueIDReply(r.Reply)
	if err != nil {
		s.wrong("a unique-id listing", "%s: %v", r.shown(), err)
	}
	return u.ID
}

// retr returns message n.
func (s *session) retr(n int) string { return s.multi("RETR %d", n).content() }

// top returns the header and the first lines of message n.
func (s *session) top(n, lines int) string { return s.multi("TOP %d %d", n, lines).content() }

// needs ends the case, as inconclusive, unless the maildrop has n messages or more; it returns how many there are.
func (s *session) needs(n int) int {
	d := s.given().stat()
	if !s.d.settled() && d.Messages < n {
		s.d.unclear("needs a maildrop of %d messages or more, and this one has %d: put mail into it", n, d.Messages)
	}
	return d.Messages
}

// quiet expects that nothing arrives and that the connection stays open. After says what came before.
func (s *session) quiet(after string) {
	if s.d.settled() {
		return
	}
	err := s.c.Quiet(s.d.ctx, s.d.t.Quiet())
	switch {
	case err == nil:
	case errors.Is(err, conn.ErrNotQuiet):
		s.wrong("nothing more after "+after, "%s", wire.Quote(s.c.R.Peek()))
	default:
		s.wrong("an open connection after "+after, "%s", s.trouble(err))
	}
}

// closed expects that the server closes the connection, and sends nothing before. After says what came before.
func (s *session) closed(after string) {
	if s.d.settled() {
		return
	}
	err := s.c.Do(s.d.ctx, s.d.wait(), s.c.R.Wait)
	switch {
	case err == nil:
		s.wrong("the connection closed after "+after, "%s", wire.Quote(s.c.R.Peek()))
	case errors.Is(err, os.ErrDeadlineExceeded), s.d.ctx.Err() != nil:
		s.wrong("the connection closed after "+after, "still open after %v", s.d.wait())
	}
	s.close()
}

// isClosed waits a short time for the server to close, and says whether it did.
func (s *session) isClosed() bool {
	if s.d.settled() {
		return false
	}
	err := s.c.Quiet(s.d.ctx, s.d.t.Quiet())
	return err != nil && !errors.Is(err, conn.ErrNotQuiet)
}

// quit ends the session by QUIT with a positive reply, and waits for the close.
func (s *session) quit() {
	s.ok("QUIT")
	s.closed("the response to QUIT")
}
