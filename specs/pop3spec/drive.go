package pop3spec

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/protocols/pop3"
	"harness/protocols/wire"
	"harness/specs"
	"harness/specs/drive"
)

const (
	// authTimeout is the timeout of cases about authentication that set no other.
	authTimeout = 90 * time.Second
	// blockLimit is what is read of a server's response at most, in octets.
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
	timeout := c.timeout
	if timeout == 0 && slices.Contains(c.labels, "auth") {
		timeout = authTimeout
	}
	return specs.Row{
		Catalogue: specs.ServerCases, Protocol: "pop3", Name: c.name, Requirement: c.requirement, Also: c.also, Needs: c.needs,
		Mutates: c.mutates, Deviations: c.deviations, Labels: c.labels, Timeout: timeout,
	}.Case(func(ctx context.Context, t *specs.T) specs.Judgement {
		setup, err := c.setup()
		if err != nil {
			return specs.NotStarted(err)
		}
		common, unstarted := drive.New(ctx, t, setup)
		if unstarted != nil {
			return *unstarted
		}
		d := &driver{Driver: common, row: c}
		c.run(d)
		return d.Judgement()
	})
}

// driver drives a server for one case, over any number of connections.
type driver struct {
	*drive.Driver
	row serverCase

	checked bool              // the row's needs were looked for in the capabilities
	probed  bool              // and by trying
	capa    pop3.Capabilities // as the first session of a case with needs was told; nil if CAPA was refused
}

// session is a connection to the server under test. Methods that judge what the server does settle with a violation; those of the session
// that [session.given] returns settle as inconclusive, for the steps that only lead to what is judged.
type session struct {
	drive.Conn
	d     *driver
	state *sessionState
}

type sessionState struct {
	greeting  *pop3.Greeting
	marked    bool // DELE was accepted, and neither RSET nor QUIT since
	utf8      bool // UTF8 or LANG was accepted: texts may be UTF-8
	forgiving bool // what was forgiven is noted once
	replies   []*reply
}

// given returns the session for steps that the rule is not about: if one goes wrong, the case is inconclusive.
func (s *session) given() *session {
	g := *s
	g.Pre = true
	return &g
}

// connect makes a connection, TLS included if it begins with it, and reads nothing.
func (d *driver) connect() *session { return d.sessionOn(d.Connect(pop3.Dialect())) }

// sessionOn returns the session of a connection.
func (d *driver) sessionOn(c drive.Conn) *session {
	s := &session{Conn: c, d: d, state: &sessionState{}}
	d.T.Cleanup(s.release)
	return s
}

// partingTime bounds the polite end of a session that the case has left open.
const partingTime = time.Second

// release ends a session that the case has left open. Marks of deletion are taken off first: a server that is not ours may remove messages
// although it must not. A server that the next case uses too is told QUIT, so that it has let go of the maildrop by then.
func (s *session) release() {
	if s.C == nil {
		return
	}
	if !s.Ended() && !s.d.row.mutates {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.d.Ctx), 2*partingTime)
		defer cancel()
		var err error
		if s.state.marked {
			err = s.Last(ctx, 0, "RSET")
		}
		if err == nil && !s.d.T.Fresh() {
			_ = s.Last(ctx, partingTime, "QUIT")
		}
	}
	s.Close()
}

// open returns a session in the AUTHORIZATION state: greeted, and in TLS if the target asks for the upgrade. If the row has needs that
// the server does not offer, the case ends.
func (d *driver) open() *session {
	s := d.connect()
	s.given().greet()
	if d.Target.StartTLS {
		s.given().startTLS()
	}
	if len(d.row.needs) > 0 && !d.checked && !d.Settled() {
		d.checked = true
		s.checkNeeds()
	}
	return s
}

// greet reads the greeting, which has to be positive.
func (s *session) greet() *reply {
	r := s.reply("the connection (a greeting)")
	if !s.d.Settled() && r.Status != pop3.OK {
		s.Wrong(`a greeting that begins with "+OK"`, "%s", r.shown())
	}
	if s.d.Settled() {
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
	s.Handshake()
}

// checkNeeds ends the case if the server does not offer what its row needs. A server without CAPA is taken to have what RFC 1939 defines;
// login tries its commands then.
func (s *session) checkNeeds() {
	d := s.d
	d.capa = s.given().capa()
	for _, need := range d.row.needs {
		switch {
		case d.Settled():
			return
		case need == "APOP":
			if s.timestamp() == "" {
				d.Absent("APOP (no timestamp in the greeting)")
			}
		case d.capa == nil && slices.Contains([]string{"USER", "TOP", "UIDL"}, need):
		case need == "CAPA" && d.capa != nil:
		case !d.capa.Has(need):
			d.Absent(need)
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
			s.d.Absent(need + " (and no CAPA)")
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
	if s.d.Settled() || r.Status != pop3.OK {
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
func (d *driver) login() *session { return d.loginAs(d.Target.User, d.Target.Password) }

// loginAs is login to any account.
func (d *driver) loginAs(user, password string) *session {
	s, r := d.tryLogin(user, password)
	if !d.Settled() && r.Status != pop3.OK {
		d.Unclear("the login as %q failed: %s", user, r.shown())
	}
	return s
}

// tryLogin is loginAs that leaves the last reply to be judged.
func (d *driver) tryLogin(user, password string) (*session, *reply) {
	deadline := time.Now().Add(d.Wait())
	for pause := retryFirst; ; pause = min(2*pause, retryMost) {
		s := d.open()
		r := s.given().authenticate(user, password)
		if d.Settled() {
			return s, r
		}
		if r.Status == pop3.OK {
			s.probeNeeds()
			return s, r
		}
		if !inUse(r) || time.Now().After(deadline) {
			return s, r
		}
		s.Close()
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-d.Ctx.Done():
			timer.Stop()
		}
	}
}

// authenticate tries to log in, by USER and PASS, and where USER is refused by APOP or AUTH PLAIN. It returns the last reply.
func (s *session) authenticate(user, password string) *reply {
	r := s.cmd("USER %s", user)
	switch {
	case s.d.Settled():
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
	s.Send(auth.Encode([]byte("\x00"+user+"\x00"+password)) + "\r\n")
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
	l, ok := s.ReadLine("a response to " + to)
	if !ok {
		return &r
	}
	parsed, err := pop3.Rules{Lenient: true}.ParseReply(l)
	if err != nil && parsed.Status == 0 {
		s.Wrong(`a response to `+to+` that begins with "+OK" or "-ERR"`, "%s", wire.Quote(l.Text))
		return &r
	}
	r = reply{Reply: parsed, to: to, line: l}
	s.state.replies = append(s.state.replies, &r)
	if _, r.problem = (pop3.Rules{UTF8: s.state.utf8}).ParseReply(l); r.problem != nil && !s.state.forgiving {
		s.state.forgiving = true
		s.d.T.Note("put up with here: %v", r.problem)
	}
	return &r
}

// cmd sends a command and reads the status line, whatever it is.
func (s *session) cmd(format string, args ...any) *reply {
	line := fmt.Sprintf(format, args...)
	verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
	s.Patience(s.d.Wait())
	if verb == "PASS" || verb == "APOP" || verb == "AUTH" {
		s.Patience(s.d.T.Scale(drive.AuthWait))
	}
	s.Send(line + "\r\n")
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
	if !s.d.Settled() && r.Status != pop3.OK {
		s.Wrong(`"+OK" to `+shownCommand(fmt.Sprintf(format, args...)), "%s", r.shown())
	}
	return r
}

// refused sends a command and expects "-ERR". The lines behind a positive reply are read, so that the report shows them.
func (s *session) refused(format string, args ...any) *reply {
	r := s.cmd(format, args...)
	if !s.d.Settled() && r.Status != pop3.Err {
		s.Wrong(`"-ERR" to `+shownCommand(fmt.Sprintf(format, args...)), "%s", r.shown())
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
		l, ok := s.ReadLine(fmt.Sprintf("the lines of %s up to the terminating line", of))
		if !ok {
			return &block{}
		}
		if string(l.Text) == "." {
			b.end = l
			return b
		}
		if total += len(l.Text) + 2; total > blockLimit {
			s.d.Unclear("the response to %s has more than %d octets: more than the case reads", of, blockLimit)
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
	if s.d.Settled() {
		return pop3.DropListing{}
	}
	d, err := pop3.Rules{Lenient: true}.ParseStat(r.Reply)
	if err != nil {
		s.Wrong("a drop listing", "%s: %v", r.shown(), err)
	}
	return d
}

// list returns the scan listings of all messages.
func (s *session) list() []pop3.ScanListing {
	var out []pop3.ScanListing
	for _, text := range s.multi("LIST").texts() {
		l, err := pop3.Rules{Lenient: true}.ParseScan([]byte(text))
		if err != nil {
			s.Wrong("a scan listing", "%s: %v", wire.Quote([]byte(text)), err)
			return nil
		}
		out = append(out, l)
	}
	return out
}

// listOne returns the scan listing of message n.
func (s *session) listOne(n int) pop3.ScanListing {
	r := s.ok("LIST %d", n)
	if s.d.Settled() {
		return pop3.ScanListing{}
	}
	l, err := pop3.Rules{Lenient: true}.ParseScanReply(r.Reply)
	if err != nil {
		s.Wrong("a scan listing", "%s: %v", r.shown(), err)
	}
	return l
}

// uidl returns the unique-id listings of all messages.
func (s *session) uidl() []pop3.UniqueID {
	var out []pop3.UniqueID
	for _, text := range s.multi("UIDL").texts() {
		u, err := pop3.Rules{Lenient: true}.ParseUniqueID([]byte(text))
		if err != nil {
			s.Wrong("a unique-id listing", "%s: %v", wire.Quote([]byte(text)), err)
			return nil
		}
		out = append(out, u)
	}
	return out
}

// uidlOne returns the unique-id of message n.
func (s *session) uidlOne(n int) string {
	r := s.ok("UIDL %d", n)
	if s.d.Settled() {
		return ""
	}
	u, err := pop3.Rules{Lenient: true}.ParseUniqueIDReply(r.Reply)
	if err != nil {
		s.Wrong("a unique-id listing", "%s: %v", r.shown(), err)
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
	if !s.d.Settled() && d.Messages < n {
		s.d.Unclear("needs a maildrop of %d messages or more, and this one has %d: put mail into it", n, d.Messages)
	}
	return d.Messages
}

// quit ends the session by QUIT with a positive reply, and waits for the close.
func (s *session) quit() {
	s.ok("QUIT")
	s.Closed("the response to QUIT")
}
