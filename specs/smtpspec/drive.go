package smtpspec

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/protocols/smtp"
	"harness/protocols/wire"
	"harness/specs"
	"harness/specs/drive"
)

// replyLines is how many lines are read of a server's reply at most.
const replyLines = 1000

// helloName is the name that cases give in EHLO.
const helloName = "client.example.org"

// serverCase is a row of the tables of server cases.
type serverCase struct {
	// name makes the case's id, smtp/server/NAME, and its requirement, smtp/NAME, unless requirement names another.
	name, requirement string
	// also names further requirements that the case touches, without "smtp/".
	also []string
	// needs are what the rule does not apply without: keywords of EHLO as they are listed ("SIZE", "AUTH PLAIN"), or one of the words in kinds.
	needs []string
	// features are switches of the mock; see targets.go. One that begins with "?" is left out where there are no switches; for the sake of any other
	// the case is inconclusive there.
	features []string
	// mutates marks a case that sends mail.
	mutates bool
	labels  []string
	timeout time.Duration
	// deviations are those of the mock by which the case must fail.
	deviations []string
	// run drives the server. The first step that settles the judgement ends it; if none does, the judgement is Satisfied.
	run func(d *driver)
}

// Needs that are no keywords of EHLO. They say what kind of server the rule binds, or what the target has to be able to do.
const (
	needSMTP       = "SMTP"        // not LMTP
	needLMTP       = "LMTP"        // the scheme of the target's URL is lmtp
	needSubmission = "SUBMISSION"  // it is submission or submissions
	needImplicit   = "SUBMISSIONS" // it is submissions: submission with implicit TLS
	needDelivery   = "DELIVERY"    // what is delivered can be read: Target.Delivered
	needTLS        = "TLS"         // connections begin with TLS, or STARTTLS is there and sessions use it
)

// isKeyword reports whether a need is a keyword of EHLO.
func isKeyword(need string) bool {
	return !slices.Contains([]string{needSMTP, needLMTP, needSubmission, needImplicit, needDelivery, needTLS}, need)
}

// build makes the case.
func (c serverCase) build() specs.Case {
	for _, kind := range []string{needLMTP, needSubmission, needImplicit} {
		if slices.Contains(c.needs, kind) {
			c.features = append(slices.Clone(c.features), "?"+kind) // the mock can be either
		}
	}
	return specs.Row{
		Catalogue: specs.ServerCases, Protocol: "smtp", Name: c.name, Requirement: c.requirement, Also: c.also, Needs: c.needs,
		Mutates: c.mutates, Deviations: c.deviations, Labels: c.labels, Timeout: c.timeout,
	}.Case(func(ctx context.Context, t *specs.T) specs.Judgement {
		common, unstarted := drive.New(ctx, t, specs.Setup{Features: c.features})
		if unstarted != nil {
			return *unstarted
		}
		d := &driver{Driver: common, row: c}
		if d.suits() {
			c.run(d)
		}
		return d.Judgement()
	})
}

// driver drives a server for one case, over any number of connections.
type driver struct {
	*drive.Driver
	row serverCase

	checked bool // the row's keywords were looked for
}

// suits settles if the target is not of the kind that the row needs.
func (d *driver) suits() bool {
	for _, need := range d.row.needs {
		switch {
		case need == needSMTP && d.lmtp(), need == needLMTP && !d.lmtp(), need == needSubmission && !d.submission(), need == needImplicit && d.Target.URL.Scheme != "submissions":
			d.Absent(need)
		case need == needDelivery && d.Target.Delivered == nil:
			d.Unclear("%v: what it delivers cannot be read", specs.ErrCannotSetUp)
		}
	}
	return !d.Settled()
}

func (d *driver) lmtp() bool { return d.Target.URL.Scheme == "lmtp" }

func (d *driver) submission() bool { return strings.HasPrefix(d.Target.URL.Scheme, "submission") }

// mailboxes are those to which cases send: the path of the target's URL names them, separated by commas. Without one it is postmaster, which every server has
// to have (RFC 5321 section 4.5.1).
func (d *driver) mailboxes() []string {
	if path := strings.TrimPrefix(d.Target.URL.Path, "/"); path != "" {
		return strings.Split(path, ",")
	}
	return []string{"postmaster"}
}

// mailbox is the first of them.
func (d *driver) mailbox() string { return d.mailboxes()[0] }

// second is the second mailbox, or the first one if there is no other.
func (d *driver) second() string { m := d.mailboxes(); return m[min(1, len(m)-1)] }

// local is the local part of the first mailbox, and domain its domain; "" for postmaster without one.
func (d *driver) local() string  { l, _ := splitMailbox(d.mailbox()); return l }
func (d *driver) domain() string { _, dom := splitMailbox(d.mailbox()); return dom }

func splitMailbox(m string) (local, domain string) {
	if i := strings.LastIndexByte(m, '@'); i >= 0 {
		return m[:i], m[i+1:]
	}
	return m, ""
}

// sender is the reverse-path of the cases' mail, in the domain of the mailbox: of another one a server might want to know whether it exists.
func (d *driver) sender() string { return "harness@" + d.someDomain() }

// stranger is a mailbox that nobody has, in the domain of the first mailbox.
func (d *driver) stranger() string { return "harness.no.such.mailbox@" + d.someDomain() }

func (d *driver) someDomain() string {
	if dom := d.domain(); dom != "" {
		return dom
	}
	return "example.org"
}

// session is a connection to the server under test. Methods that judge what the server does settle with a violation; those of the session that
// [session.given] returns settle as inconclusive, for the steps that only lead to what is judged.
type session struct {
	drive.Conn
	d     *driver
	state *sessionState
}

type sessionState struct {
	ext   *smtp.Extensions // as the last EHLO told; nil before
	rcpts int              // recipients accepted in the transaction
}

// given returns the session for steps that the rule is not about: if one goes wrong, the case is inconclusive.
func (s *session) given() *session {
	g := *s
	g.Pre = true
	return &g
}

// connect makes a connection, TLS included if it begins with it, and reads nothing.
func (d *driver) connect() *session {
	s := &session{Conn: d.Connect(smtp.Dialect()), d: d, state: &sessionState{}}
	d.T.Cleanup(func() { s.Release("QUIT") })
	return s
}

// greet reads the greeting, which has to be 220. Servers may take their time with it (RFC 5321 section 4.5.3.2.1).
func (s *session) greet() *reply {
	s.Patience(3 * s.d.Wait())
	r := s.reply("the connection (a greeting)")
	s.Patience(s.d.Wait())
	if !s.d.Settled() && r.code != smtp.CodeReady {
		s.Wrong("a greeting of 220", "%s", r.shown())
	}
	return r
}

// greeted returns a session in its initial state: greeted, and in TLS if the target asks for the upgrade, or if the row needs it. If the row has needs that the
// server does not offer, the case ends.
func (d *driver) greeted() *session {
	if !d.checked && slices.ContainsFunc(d.row.needs, isKeyword) {
		d.open()
	}
	s := d.connect()
	s.given().greet()
	needed := slices.Contains(d.row.needs, needTLS) && !s.protected()
	if d.Target.StartTLS || needed {
		s.given().hello()
		if needed && !d.Settled() && !s.state.ext.Has(smtp.ExtStartTLS) {
			d.Absent(smtp.ExtStartTLS)
		}
		s.given().expect("220", "STARTTLS")
		s.given().Handshake()
		s.state.ext = nil
	}
	return s
}

// protected reports whether the connection is in TLS.
func (s *session) protected() bool {
	if s.C == nil {
		return false
	}
	_, ok := s.C.TLS()
	return ok
}

// open returns a session behind EHLO, authenticated if the server is somebody's and an account is given, or if it is one for submission. If the row has
// needs that the server does not offer, the case ends.
func (d *driver) open() *session {
	checking := !d.checked
	d.checked = true
	s := d.greeted()
	s.given().hello()
	if (!d.T.Fresh() || d.submission()) && d.Target.User != "" && !d.Settled() {
		s.given().login()
	}
	if checking && !d.Settled() {
		s.checkNeeds()
	}
	return s
}

// checkNeeds ends the case if the server does not list what its row needs.
func (s *session) checkNeeds() {
	for _, need := range s.d.row.needs {
		keyword, arg, two := strings.Cut(need, " ")
		switch {
		case !isKeyword(need):
		case !s.state.ext.Has(keyword), two && keyword == "AUTH" && !slices.Contains(s.state.ext.Auth(), arg):
			s.d.Absent(need)
		}
	}
}

// helloCommand is EHLO, or LHLO.
func (d *driver) helloCommand() string {
	if d.lmtp() {
		return "LHLO " + helloName
	}
	return "EHLO " + helloName
}

// hello sends EHLO or LHLO, which has to be accepted, and takes note of the extensions.
func (s *session) hello() *reply {
	r := s.expect("250", "%s", s.d.helloCommand())
	if !s.d.Settled() {
		s.state.ext = r.extensions()
		s.state.rcpts = 0
	}
	return r
}

// login authenticates with the target's account, if the server offers a mechanism for it.
func (s *session) login() {
	mechs := s.state.ext.Auth()
	user, password := s.d.Target.User, s.d.Target.Password
	encode := func(t string) string { return base64.StdEncoding.EncodeToString([]byte(t)) }
	switch {
	case slices.Contains(mechs, "PLAIN"):
		s.expect("235", "AUTH PLAIN %s", encode("\x00"+user+"\x00"+password))
	case slices.Contains(mechs, "LOGIN"):
		s.expect("334", "AUTH LOGIN")
		s.expect("334", "%s", encode(user))
		s.expect("235", "%s", encode(password))
	default:
		s.d.T.Note("no authentication: neither PLAIN nor LOGIN is offered")
	}
}

// reply is a reply as it came.
type reply struct {
	// to is what it answers, fit for a judgement.
	to    string
	lines []wire.Line
	// code is that of the last line.
	code int
}

// shown is the reply for a judgement.
func (r *reply) shown() string {
	if len(r.lines) == 0 {
		return "no reply"
	}
	const most = 4
	var out []string
	for _, l := range r.lines[:min(len(r.lines), most)] {
		out = append(out, wire.Quote(l.Text))
	}
	if n := len(r.lines) - most; n > 0 {
		out = append(out, fmt.Sprintf("%d more", n))
	}
	return strings.Join(out, ", ")
}

// texts are the texts of the lines, behind the code and what separates it.
func (r *reply) texts() []string {
	var out []string
	for _, l := range r.lines {
		out = append(out, string(l.Text[min(4, len(l.Text)):]))
	}
	return out
}

// is reports whether the code is one of those, separated by spaces; "4yz" stands for all that begin with 4.
func (r *reply) is(codes string) bool {
	got := strconv.Itoa(r.code)
	return slices.ContainsFunc(strings.Fields(codes), func(c string) bool {
		return c == got || strings.HasSuffix(c, "yz") && c[0] == got[0]
	})
}

// extensions are what a reply to EHLO or LHLO lists. Rules about its form have cases of their own.
func (r *reply) extensions() *smtp.Extensions {
	x := &smtp.Extensions{}
	for i, text := range r.texts() {
		if i == 0 {
			x.Domain, x.Greeting, _ = strings.Cut(text, " ")
			continue
		}
		if e, err := (smtp.Rules{Lenient: true}).ParseExtension(text); err == nil && e.Keyword != "" {
			x.List = append(x.List, e)
		}
	}
	return x
}

// reply reads a reply. To is what it answers, as a judgement calls it.
func (s *session) reply(to string) *reply {
	r := &reply{to: to}
	for {
		l, ok := s.ReadLine("a reply to " + to)
		if !ok {
			return &reply{to: to}
		}
		code := ""
		if len(l.Text) >= 3 {
			code = string(l.Text[:3])
		}
		n, err := strconv.Atoi(code)
		if err != nil || n < 100 {
			s.Wrong("a reply to "+to+" that begins with a code of three digits", "%s", wire.Quote(l.Text))
			return &reply{to: to}
		}
		r.lines, r.code = append(r.lines, l), n
		if len(l.Text) == 3 || l.Text[3] != '-' {
			return r
		}
		if len(r.lines) == replyLines {
			s.Wrong(fmt.Sprintf("a reply to %s of at most %d lines", to, replyLines), "more")
			return &reply{to: to}
		}
	}
}

// cmd sends a command and reads the reply, whatever it is.
func (s *session) cmd(format string, args ...any) *reply {
	line := fmt.Sprintf(format, args...)
	s.Send(line + "\r\n")
	return s.reply(shownCommand(line))
}

// shownCommand is a command for a judgement, without secrets and not too long.
func shownCommand(line string) string {
	switch {
	case strings.HasPrefix(line, "AUTH ") && strings.Count(line, " ") > 1:
		return strings.Join(strings.Fields(line)[:2], " ") + " ***"
	case len(line) > 80:
		return fmt.Sprintf("%s... (%d octets)", wire.Quote([]byte(line[:40])), len(line))
	}
	if i := strings.IndexFunc(line, func(c rune) bool { return c < ' ' || c > '~' }); i >= 0 {
		return wire.Quote([]byte(line))
	}
	return line
}

// expect sends a command and expects one of the codes, separated by spaces; "2yz" stands for all that begin with 2.
func (s *session) expect(codes, format string, args ...any) *reply {
	return s.want(codes, s.cmd(format, args...))
}

// want expects one of the codes.
func (s *session) want(codes string, r *reply) *reply {
	if !s.d.Settled() && !r.is(codes) {
		s.Wrong(oneOf(codes)+" to "+r.to, "%s", r.shown())
	}
	return r
}

// oneOf is a list of codes for a judgement.
func oneOf(codes string) string {
	list := strings.Fields(codes)
	if len(list) > 4 {
		return "one of " + strings.Join(list, ", ")
	}
	return strings.Join(list, " or ")
}

// mail begins a transaction, which has to be accepted. Params stand behind the path.
func (s *session) mail(params ...string) *reply {
	r := s.expect("250", "%s", strings.Join(append([]string{"MAIL FROM:<" + s.d.sender() + ">"}, params...), " "))
	s.state.rcpts = 0
	return r
}

// rcpt names a recipient, which has to be accepted.
func (s *session) rcpt(to string, params ...string) *reply {
	r := s.tryRcpt(to, params...)
	return s.want("250 251", r)
}

// tryRcpt names a recipient.
func (s *session) tryRcpt(to string, params ...string) *reply {
	r := s.cmd("%s", strings.Join(append([]string{"RCPT TO:<" + to + ">"}, params...), " "))
	if r.is("2yz") {
		s.state.rcpts++
	}
	return r
}

// envelope begins a transaction with one recipient.
func (s *session) envelope() {
	s.mail()
	s.rcpt(s.d.mailbox())
}

// data sends DATA, which has to be accepted.
func (s *session) data() *reply { return s.expect("354", "DATA") }

// content sends a message, with its end, and reads the reply: with LMTP the first of those that come, after reading all.
func (s *session) content(octets string) *reply { return s.contents(octets)[0] }

func (s *session) contents(octets string) []*reply {
	s.Send(octets)
	return s.results()
}

// results reads the reply to a message; with LMTP there is one for each recipient (RFC 2033 section 4.2).
func (s *session) results() []*reply {
	n := 1
	if s.d.lmtp() {
		n = max(s.state.rcpts, 1)
	}
	s.state.rcpts = 0
	out := make([]*reply, n)
	for i := range out {
		out[i] = s.reply("a message")
	}
	return out
}

// post sends DATA and a message, dots stuffed, and returns the reply to it.
func (s *session) post(message string) *reply {
	s.given().data()
	return s.content(stuffed(message))
}

// sent sends a message in a transaction of its own to the first mailbox. It has to be accepted.
func (s *session) sent(message string) *reply {
	s.envelope()
	return s.want("250", s.post(message))
}

// stuffed is a message as DATA sends it, with its end.
func stuffed(message string) string {
	if strings.HasPrefix(message, ".") {
		message = "." + message
	}
	return strings.ReplaceAll(message, "\r\n.", "\r\n..") + ".\r\n"
}

// draft is a message with a mark by which it is found again: further header fields (with CRLF), if there are any, the usual ones, and a body.
func (d *driver) draft(mark, fields, body string) string {
	return fmt.Sprintf("%sFrom: <%s>\r\nTo: <%s>\r\nSubject: a test of the harness\r\nDate: %s\r\nMessage-ID: <%s@harness.invalid>\r\n\r\n%s",
		fields, d.sender(), d.address(), time.Now().UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700"), mark, body)
}

// address is the first mailbox as a header has it.
func (d *driver) address() string { return d.local() + "@" + d.someDomain() }

// newMark makes a mark that no message has.
func newMark() string { return "harness-" + strings.ToLower(rand.Text()) }

// message is a short message.
func (d *driver) message() string { return d.draft(newMark(), "", "The only line.\r\n") }

// delivered waits for the message with that mark in a mailbox, and returns it as it was delivered.
func (d *driver) delivered(mailbox, mark string) string {
	more := d.Until()
	for !d.Settled() {
		for _, m := range d.inbox(mailbox) {
			if strings.Contains(m, mark) {
				return m
			}
		}
		if !more() {
			d.Fail("the message in the mailbox "+mailbox+", since it was accepted", "it was not there within %v", d.Wait())
		}
	}
	return ""
}

// inbox is what a mailbox holds.
func (d *driver) inbox(mailbox string) []string {
	if d.Settled() {
		return nil
	}
	if d.Target.Delivered == nil {
		d.Unclear("%v: what it delivers cannot be read", specs.ErrCannotSetUp)
		return nil
	}
	list, err := d.Target.Delivered(d.Ctx, mailbox)
	if err != nil {
		d.Unclear("the mailbox %s cannot be read: %v", mailbox, err)
	}
	out := make([]string, len(list))
	for i, m := range list {
		out[i] = string(m)
	}
	return out
}

// arrive sends a message with further header fields and a body to the first mailbox, and returns it as it was delivered.
func (d *driver) arrive(fields, body string) string {
	mark := newMark()
	d.open().given().sent(d.draft(mark, fields, body))
	return d.delivered(d.mailbox(), mark)
}

// quit ends the session by QUIT, and waits for the close.
func (s *session) quit() {
	s.expect("221", "QUIT")
	s.Closed("the reply to QUIT")
}
