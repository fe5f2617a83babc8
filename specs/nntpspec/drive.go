package nntpspec

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/protocols/nntp"
	"harness/protocols/wire"
	"harness/specs"
	"harness/specs/drive"
)

// authTimeout is the timeout of cases in which several authentications fail, to which a server takes its time.
const authTimeout = 90 * time.Second

// blockLimit is what is read of a server's block at most, in octets.
const blockLimit = 64 << 20

// serverCase is a row of the tables of server cases.
type serverCase struct {
	// name makes the case's id, nntp/server/NAME, and its requirement, nntp/NAME, unless requirement names another.
	name, requirement string
	// also names further requirements that the case touches, without "nntp/".
	also []string
	// needs are the capabilities without which the rule does not apply, as they are listed: "POST", "LIST ACTIVE.TIMES", "OVER MSGID". A server without
	// CAPABILITIES is taken to offer those of long ago, and nothing else.
	needs []string
	// features are switches of the mock; see targets.go. One that begins with "?" is left out where there are no switches; for the sake of any other
	// the case is inconclusive there.
	features []string
	mutates  bool
	labels   []string
	timeout  time.Duration
	// deviations are those of the mock by which the case must fail.
	deviations []string
	// run drives the server. The first step that settles the judgement ends it; if none does, the judgement is Satisfied.
	run func(d *driver)
}

// build makes the case.
func (c serverCase) build() specs.Case {
	return specs.Row{
		Catalogue: specs.ServerCases, Protocol: "nntp", Name: c.name, Requirement: c.requirement, Also: c.also, Needs: c.needs,
		Mutates: c.mutates, Deviations: c.deviations, Labels: c.labels, Timeout: c.timeout,
	}.Case(func(ctx context.Context, t *specs.T) specs.Judgement {
		common, unstarted := drive.New(ctx, t, specs.Setup{Features: c.features})
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

	checked bool              // the row's needs were looked for
	tried   bool              // and those of RFC 2980
	caps    nntp.Capabilities // as the first session of a case with needs was told; nil if CAPABILITIES was refused
	before  nntp.Capabilities // as somebody's server listed them before the authentication; nil if it was not asked
	later   nntp.Capabilities // what a server lists behind MODE READER; nil until it is known
	group   string            // in which the case works, once it is known
}

// session is a connection to the server under test. Methods that judge what the server does settle with a violation; those of the session that
// [session.given] returns settle as inconclusive, for the steps that only lead to what is judged.
type session struct {
	drive.Conn
	d     *driver
	state *sessionState
}

type sessionState struct {
	greeting  *response
	forgiving bool // what was forgiven is noted once
}

// given returns the session for steps that the rule is not about: if one goes wrong, the case is inconclusive.
func (s *session) given() *session {
	g := *s
	g.Pre = true
	return &g
}

// connect makes a connection, TLS included if it begins with it, and reads nothing.
func (d *driver) connect() *session {
	s := &session{Conn: d.Connect(nntp.Dialect()), d: d, state: &sessionState{}}
	d.T.Cleanup(func() { s.Release("QUIT") })
	return s
}

// greet reads the greeting, which has to be positive.
func (s *session) greet() *response {
	r := s.reply("greeting", "the connection (a greeting)")
	s.state.greeting = r
	if !s.d.Settled() && r.Code != nntp.CodePostingAllowed && r.Code != nntp.CodePostingForbidden {
		s.Wrong("a greeting of 200 or 201", "%s", r.shown())
	}
	return r
}

// open returns a session that is greeted, in TLS if the target asks for the upgrade, and authenticated if the server is somebody's and an account is
// given. If the row has needs that the server does not offer, the case ends.
func (d *driver) open() *session {
	s := d.connect()
	s.given().greet()
	s.begin()
	return s
}

// plain is open without TLS in mid-session and without authentication: MODE READER may come after neither (RFC 4642 section 2.2.2, RFC 4643 section 2.2).
func (d *driver) plain() *session {
	s := d.connect()
	s.given().greet()
	return s
}

// private is open without authentication, for what is about that.
func (d *driver) private() *session {
	s := d.plain()
	if d.Target.StartTLS {
		s.given().startTLS()
	}
	s.checkNeeds()
	return s
}

// authenticated is open, with an account in any case.
func (d *driver) authenticated() *session {
	s := d.open()
	switch {
	case d.T.Fresh():
		s.given().login()
	case d.Target.User == "":
		d.Absent("an account: name it in the URL, as nntp://user:password@host")
	}
	return s
}

// begin does what comes behind the greeting; see [driver.open].
func (s *session) begin() {
	d := s.d
	if !d.T.Fresh() && (d.Target.StartTLS || d.Target.User != "") && strings.Trim(d.Target.URL.Path, "/") != "" {
		s.given().toReader()
	}
	if d.Target.StartTLS {
		s.given().startTLS()
	}
	if !d.T.Fresh() && d.Target.User != "" && !d.Settled() {
		s.given().login()
	}
	s.checkNeeds()
}

// toReader sends MODE READER to a server that switches. TLS and authentication, which forbid it, are still to come.
func (s *session) toReader() {
	s.d.before = s.capabilities()
	if !s.d.Settled() && s.d.before.Has("MODE-READER") {
		if r := s.cmd("MODE READER"); !s.d.Settled() && r.Code != nntp.CodePostingAllowed && r.Code != nntp.CodePostingForbidden {
			s.Wrong("200 or 201 to MODE READER", "%s", r.shown())
		}
	}
}

// listing returns what CAPABILITIES lists, where that has a label with these arguments; MODE READER is sent if it is listed only behind that. If it is not
// listed there either, the case ends.
func (s *session) listing(label string, args ...string) nntp.Capabilities {
	caps := s.capabilities()
	if !s.d.Settled() && !caps.Has(label, args...) && caps.Has("MODE-READER") {
		s.expect("200 201", "MODE READER")
		caps = s.capabilities()
	}
	if !s.d.Settled() && !caps.Has(label, args...) {
		s.d.Absent(strings.Join(append([]string{label}, args...), " "))
	}
	return caps
}

// startTLS sends STARTTLS, which has to be accepted, and makes the handshake.
func (s *session) startTLS() {
	s.code(nntp.CodeStartTLS, "STARTTLS")
	s.Handshake()
}

// login authenticates with the target's account.
func (s *session) login() {
	r := s.cmd("AUTHINFO USER %s", s.d.Target.User)
	if !s.d.Settled() && r.Code == nntp.CodePasswordWanted {
		r = s.cmd("AUTHINFO PASS %s", s.d.Target.Password)
	}
	if !s.d.Settled() && r.Code != nntp.CodeAuthenticated {
		s.Wrong("281 to the account's name and password", "%s", r.shown())
	}
}

// ancient are the capabilities whose commands servers had before there were capabilities (RFC 977, RFC 2980 section 2.1).
var ancient = []string{"READER", "POST", "IHAVE", "NEWNEWS", "LIST ACTIVE", "LIST NEWSGROUPS"}

// checkNeeds ends the case if the server does not offer what its row needs. It looks once.
func (s *session) checkNeeds() {
	d := s.d
	if len(d.row.needs) == 0 || d.checked || d.Settled() {
		return
	}
	d.checked = true
	d.caps = s.given().capabilities()
	for _, need := range d.row.needs {
		label := strings.Fields(need)
		switch {
		case d.Settled():
			return
		case oldCommands[need] != "": // tried by the first session that may read
		case d.caps == nil && slices.Contains(ancient, need):
		case need == "READER" && d.caps.Has("MODE-READER"):
		case d.before.Has(label[0], label[1:]...), d.caps.Has(label[0], label[1:]...), d.readerCaps().Has(label[0], label[1:]...):
		default:
			d.Absent(need)
		}
	}
}

// switches reports whether MODE READER has to come before reading (RFC 3977 section 5.3).
func (d *driver) switches() bool { return d.caps.Has("MODE-READER") && !d.caps.Has("READER") }

// readerCaps returns what the server lists to who may read. Of a server that switches, a session of its own finds it out.
func (d *driver) readerCaps() nntp.Capabilities {
	if !d.switches() || d.Settled() {
		return d.caps
	}
	if d.later == nil {
		s := d.plain()
		s.read()
		d.later = s.given().capabilities()
		s.Release("QUIT")
	}
	return d.later
}

// capabilities returns what CAPABILITIES lists, not nil, or nil if it is refused.
func (s *session) capabilities() nntp.Capabilities {
	r := s.cmd("CAPABILITIES")
	if s.d.Settled() || r.Code != nntp.CodeCapabilities {
		return nil
	}
	out := nntp.Capabilities{}
	for _, l := range s.block("CAPABILITIES").texts() {
		if c, ok, err := (nntp.Rules{Lenient: true}).ParseCapability([]byte(l)); ok && err == nil {
			out = append(out, c)
		}
	}
	return out
}

// read sends MODE READER where it switches.
func (s *session) read() {
	if s.d.Settled() || !s.d.switches() {
		return
	}
	if r := s.given().cmd("MODE READER"); !s.d.Settled() && r.Class() != 2 {
		s.d.Unclear("MODE READER is refused: %s", r.shown())
	}
}

// peer returns a session for a case that needs IHAVE. Where MODE READER switches, that is in general before it (RFC 3977 section 5.3). The group in
// which the case works is known then.
func (d *driver) peer() *session {
	s := d.open()
	if d.switches() && d.caps.Has("IHAVE") {
		if d.Target.URL.Path == "" || d.Target.URL.Path == "/" {
			d.reader().home()
		}
		return s
	}
	s.read()
	return s
}

// reader returns a session that may read: MODE READER is sent where it switches.
func (d *driver) reader() *session {
	s := d.open()
	if d.Settled() {
		return s
	}
	if d.caps == nil {
		d.caps = s.given().capabilities()
	}
	s.read()
	if d.caps != nil && !d.caps.Has("READER") && !d.caps.Has("MODE-READER") {
		d.Absent("READER")
	}
	if !d.tried {
		d.tried = true
		s.checkOld()
	}
	return s
}

// home returns the group in which the case works: the one that the target's URL names, or else the first that has three articles or more.
func (s *session) home() string {
	d := s.d
	if d.group != "" || d.Settled() {
		return d.group
	}
	if d.group = strings.TrimPrefix(d.Target.URL.Path, "/"); d.group != "" {
		return d.group
	}
	for _, l := range s.given().list("LIST ACTIVE").texts() {
		a, err := nntp.Rules{Lenient: true}.ParseActive([]byte(l))
		if err == nil && a.High-a.Low >= 2 {
			if g, ok := s.given().tryGroup(a.Name); ok && g.Count >= 3 {
				d.group = a.Name
				return a.Name
			}
		}
	}
	if !d.Settled() {
		d.Unclear("there is no group with three articles: name one in the URL, as nntp://host/group")
	}
	return ""
}

// tryGroup selects a group; ok is false if it is refused.
func (s *session) tryGroup(name string) (g nntp.Group, ok bool) {
	r := s.cmd("GROUP %s", name)
	if s.d.Settled() || r.Code != nntp.CodeGroup {
		return g, false
	}
	g, err := nntp.Rules{Lenient: true}.ParseGroup(r.Response)
	if err != nil {
		s.Wrong("number, low and high water mark, and the name of the group", "%s: %v", r.shown(), err)
		return g, false
	}
	return g, true
}

// enter selects the group in which the case works.
func (s *session) enter() nntp.Group { return s.groupOf(s.home()) }

// groupOf selects a group, which has to be there.
func (s *session) groupOf(name string) nntp.Group {
	if s.d.Settled() {
		return nntp.Group{}
	}
	g, ok := s.tryGroup(name)
	if !ok && !s.d.Settled() {
		s.Wrong("211 to GROUP "+name, "another response")
	}
	return g
}

// inGroup returns a session with the group selected in which the case works.
func (d *driver) inGroup() (*session, nntp.Group) {
	s := d.reader()
	return s, s.given().enter()
}

// numbers returns the article numbers of the current group; there have to be n at least.
func (s *session) numbers(n int) []int64 {
	var out []int64
	for _, l := range s.list("LISTGROUP").texts() {
		number, err := nntp.ParseNumber([]byte(l))
		if err != nil {
			s.Wrong("an article number", "%s: %v", wire.Quote([]byte(l)), err)
			return make([]int64, n)
		}
		out = append(out, number)
	}
	if !s.d.Settled() && len(out) < n {
		s.d.Unclear("needs a group with %d articles or more, and %s has %d", n, s.d.group, len(out))
	}
	for len(out) < n {
		out = append(out, 0)
	}
	return out
}

// numberOf returns the number of an article in the current group, which is looked for from its end.
func (s *session) numberOf(id string) int64 {
	numbers := s.numbers(1)
	for i := len(numbers) - 1; i >= 0 && !s.d.Settled(); i-- {
		if f, _ := s.found("STAT %d", numbers[i]); string(f.MessageID) == id {
			return numbers[i]
		}
	}
	if !s.d.Settled() {
		s.Wrong("the article "+id+" in "+s.d.group, "no number of its own")
	}
	return 0
}

// response is the initial line of a response.
type response struct {
	*nntp.Response
	// to is what it answers, fit for a judgement.
	to string
	// line is it as it came.
	line wire.Line
	// problem is what the strict grammar has against it.
	problem error
}

// shown is the response for a judgement.
func (r *response) shown() string {
	if r.line.Text == nil {
		return "no response"
	}
	return wire.Quote(r.line.Text)
}

// is reports whether the code is one of those, separated by spaces; "4yz" stands for all that begin with 4.
func (r *response) is(codes string) bool {
	got := strconv.Itoa(r.Code)
	return slices.ContainsFunc(strings.Fields(codes), func(c string) bool {
		return c == got || strings.HasSuffix(c, "yz") && c[0] == got[0]
	})
}

// reply reads the initial line of a response. Command is the one that it answers, and to what it is called in a judgement.
func (s *session) reply(command, to string) *response {
	r := response{Response: &nntp.Response{}, to: to}
	l, ok := s.ReadLine("a response to " + to)
	if !ok {
		return &r
	}
	parsed, err := nntp.Rules{Lenient: true}.ParseResponse(l)
	if parsed == nil || err != nil && parsed.Code == 0 {
		s.Wrong("a response to "+to+" that begins with a code from 100 to 599", "%s", wire.Quote(l.Text))
		return &r
	}
	parsed.Command = command
	r = response{Response: parsed, to: to, line: l}
	if _, r.problem = (nntp.Rules{}).ParseResponse(l); r.problem != nil && !s.state.forgiving {
		s.state.forgiving = true
		s.d.T.Note("put up with here: %v", r.problem)
	}
	return &r
}

// cmd sends a command and reads the initial line of the response, whatever it is.
func (s *session) cmd(format string, args ...any) *response {
	line := fmt.Sprintf(format, args...)
	s.Send(line + "\r\n")
	return s.reply(line, shownCommand(line))
}

// shownCommand is a command for a judgement, secrets left out.
func shownCommand(line string) string {
	c, err := nntp.Rules{Lenient: true}.ParseCommand(wire.Line{Text: []byte(line), End: wire.CRLF})
	if err != nil || c.Spec() == nil {
		if len(line) > 80 {
			return fmt.Sprintf("%s... (%d octets)", wire.Quote([]byte(line[:40])), len(line))
		}
		return wire.Quote([]byte(line))
	}
	return c.String()
}

// expect sends a command and expects one of the codes, separated by spaces; "2yz" stands for all that begin with 2.
func (s *session) expect(codes, format string, args ...any) *response {
	r := s.cmd(format, args...)
	if !s.d.Settled() && !r.is(codes) {
		s.Wrong(strings.Join(strings.Fields(codes), " or ")+" to "+r.to, "%s", r.shown())
	}
	return r
}

// code sends a command and expects a code.
func (s *session) code(code int, format string, args ...any) *response {
	return s.expect(strconv.Itoa(code), format, args...)
}

// block is a multi-line data block.
type block struct {
	// lines are the content as it stands on the wire, dot-stuffed.
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

// block reads the data block behind a response. Of is the command.
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

// list sends a command and expects a response of 1yz or 2yz and a data block.
func (s *session) list(format string, args ...any) *block {
	r := s.expect("1yz 2yz", format, args...)
	if s.d.Settled() {
		return &block{}
	}
	return s.block(r.to)
}

// drain reads the data block of a response, if it has one, so that the next response can be read.
func (s *session) drain(r *response) *block {
	if s.d.Settled() {
		return &block{}
	}
	// It has a name even if its arguments are wrong, on purpose.
	c, _ := nntp.Rules{Lenient: true}.ParseCommand(wire.Line{Text: []byte(r.Command), End: wire.CRLF})
	if r.Multiline(c) {
		return s.block(r.to)
	}
	return &block{}
}

// found sends a command and expects 220 to 223 with a number and a message-id; a block behind it is read too.
func (s *session) found(format string, args ...any) (nntp.Found, *block) {
	r := s.expect("220 221 222 223", format, args...)
	if s.d.Settled() {
		return nntp.Found{}, &block{}
	}
	f, err := nntp.Rules{Lenient: true}.ParseFound(r.Response)
	if err != nil {
		s.Wrong("an article number and a message-id", "%s: %v", r.shown(), err)
		return f, &block{}
	}
	return f, s.drain(r)
}

// quit ends the session by QUIT, and waits for the close.
func (s *session) quit() {
	s.code(nntp.CodeClosing, "QUIT")
	s.Closed("the response to QUIT")
}

// newID makes a message-id that nobody has used.
func newID() string { return "<" + rand.Text() + "@harness.invalid>" }

// draft is an article to be posted to the case's group: further headers, and a body, both with CRLF line ends.
func (s *session) draft(id, headers, body string) string {
	return fmt.Sprintf("From: harness@harness.invalid\r\nNewsgroups: %s\r\nSubject: a test of the harness\r\nMessage-ID: %s\r\n%s\r\n%s", s.home(), id, headers, body)
}

// stuffed is an article as a data block, with its end.
func stuffed(article string) string {
	if strings.HasPrefix(article, ".") {
		article = "." + article
	}
	return strings.ReplaceAll(article, "\r\n.", "\r\n..") + ".\r\n"
}

// post posts an article and returns the last response.
func (s *session) post(article string) *response {
	r := s.cmd("POST")
	if s.d.Settled() || r.Code != nntp.CodeSendPost {
		return r
	}
	s.Send(stuffed(article))
	return s.reply("POST", "the article that was posted")
}

// posted posts an article of the case's own, which has to be accepted, and returns its message-id when it can be had.
func (s *session) posted(headers, body string) string {
	id := newID()
	r := s.post(s.draft(id, headers, body))
	if s.d.Settled() {
		return id
	}
	if r.Code != nntp.CodePosted {
		s.Wrong("240 to an article that is posted to "+s.d.group, "%s", r.shown())
		return id
	}
	s.given().arrived(id)
	return id
}

// arrived waits until an article can be had: a server may take its time between 240 and that.
func (s *session) arrived(id string) {
	more := s.d.Until()
	for !s.d.Settled() {
		r := s.cmd("STAT %s", id)
		if s.d.Settled() || r.Code == nntp.CodeStat {
			return
		}
		if r.Code == nntp.CodeNoSuchNumber { // the session shows the group as it was when it was selected
			s.tryGroup(s.home())
		}
		if !more() {
			s.Wrong("the article that was posted to be there within "+s.d.Wait().String(), "%s", r.shown())
		}
	}
}

// postWait is how long a server may take to answer an article, before it counts as silent.
const postWait = 2 * time.Second

// articleDate is the present as a Date header has it (RFC 5322 section 3.3).
func articleDate() string { return time.Now().UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700") }
