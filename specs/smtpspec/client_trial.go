package smtpspec

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"harness/internal/ca"
	"harness/mockservers"
	"harness/mockservers/smtpmock"
	"harness/protocols/smtp"
	"harness/protocols/wire"
	"harness/specs"
	"harness/specs/trial"
)

// serverName is the name of the server that client cases connect to, as the client is told it, and clientName how the client is to call itself where
// that matters.
const (
	serverName = "mail.example.org"
	clientName = "client.example.com"
)

// Extensions of a server, one a line.
const (
	plainExts = "8BITMIME\nEXPN\nHELP"
	// noExts are none.
	noExts = "="
)

// clientCase is a row of the tables of client cases: a server that follows a script, or answers whatever it is asked, and what the client is made to do.
type clientCase struct {
	// name makes the case's id, smtp/client/NAME, and its requirement, smtp/NAME, unless requirement names another.
	name, requirement string
	labels            []string
	timeout           time.Duration
	deviations        []string

	// script is what the server says and what it expects, in the form of sessions (fixtures/sessions/FORMAT.md) without their header, from behind the
	// greeting. EHLO, HELO, LHLO, RSET and NOOP that it doesn't expect are answered; behind its end the client may QUIT. Without script and serve the server
	// answers what it is asked; see [script.respond].
	script string
	// greeting is the greeting, "220 mail.example.org ready" if it is "".
	greeting string
	// exts are the extensions that EHLO lists, one a line, plainExts if it is "", and secured those over TLS where they are others.
	exts, secured string
	// answer has other answers than the usual ones of respond: to a verb, or "." for content, which in LMTP is asked for each recipient. Text is the whole line,
	// or the recipient; "" stands for the usual answer. Lines are separated by LF. silence and hangUp are answers, too.
	answer func(s *script, verb, text string) string
	// hold are the verbs behind which respond waits before it answers whether the client says more, "*" for all.
	hold []string
	// serve stands in place of greeting, script and answers, for what these cannot say: which octets come in one segment, what depends on what came.
	serve func(s *script)
	// options changes what the client connects with.
	options func(o *ClientOptions)
	// tls changes the server's side of TLS; it has a good certificate for any name that is asked for otherwise.
	tls func(a *ca.CA) (*tls.Config, error)
	// run drives the client. If neither it nor the server settles the judgement, that is Satisfied.
	run func(d *try)
}

// of returns the row as one for a requirement whose name is not its own.
func (c clientCase) of(requirement string) clientCase {
	c.requirement = requirement
	return c
}

// with returns the row with options for the client.
func (c clientCase) with(options func(o *ClientOptions)) clientCase {
	c.options = options
	return c
}

// labelled returns the rows with labels.
func labelled(rows []clientCase, labels ...string) []clientCase {
	for i := range rows {
		rows[i].labels = append(slices.Clone(labels), rows[i].labels...)
	}
	return rows
}

// build makes the case.
func (c clientCase) build() specs.Case {
	return trial.Case(specs.Row{
		Catalogue: specs.ClientCases, Protocol: "smtp", Name: c.name, Requirement: c.requirement, Deviations: c.deviations, Labels: c.labels, Timeout: c.timeout,
	}, func(ctx context.Context, t *specs.T, client Client) specs.Judgement {
		return newTry(ctx, t, client, c).judge()
	})
}

// try is one try of a client.
type try struct {
	trial.Try[ClientSession, ClientOptions]
	row  clientCase
	lmtp bool // the client is to speak it

	mu    sync.Mutex
	mails []*received
}

// received is a transaction as the server saw it.
type received struct {
	conn int
	tls  bool
	// mail and rcpts are the commands, those that were refused included.
	mail  smtp.Command
	rcpts []smtp.Command
	// accepted are the recipients that were.
	accepted []string
	// content is what came of it, without stuffed dots, and block what followed a 354, with them and without the final one; chunks are its BDATs. Whole says
	// that its end came.
	content []byte
	block   []byte
	chunks  []smtp.Command
	whole   bool
}

// received returns the transactions so far.
func (d *try) received() []received {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []received
	for _, m := range d.mails {
		out = append(out, *m)
	}
	return out
}

// message returns the only transaction, which has to be whole.
func (d *try) message() received {
	all := d.received()
	if len(all) == 1 && all[0].whole {
		return all[0]
	}
	d.Fail("one transaction with its content", "%d transactions", len(all))
	return received{}
}

func newTry(ctx context.Context, t *specs.T, client Client, row clientCase) *try {
	d := &try{row: row}
	d.Trial = trial.Trial{Ctx: ctx, T: t}
	d.Client, d.Options = client, d.options
	return d
}

func (d *try) judge() specs.Judgement {
	o := d.options()
	d.lmtp = o.LMTP
	return d.Judge(trial.Options{Dialect: smtp.Dialect(), ImplicitTLS: o.Security == Implicit, TLS: d.row.tls, Serve: d.serve}, func() { d.row.run(d) })
}

// The client's side.

// step is something that the client is to do.
type step = func(ctx context.Context, c ClientSession) error

// subject is a session of the client under test.
type subject struct {
	trial.Subject[ClientSession]
	d *try
}

// given returns the session for steps that the rule is not about.
func (s *subject) given() *subject {
	g := *s
	g.Pre = true
	return &g
}

func (d *try) options() ClientOptions {
	o := ClientOptions{Connection: d.Connection(serverName)}
	if d.row.options != nil {
		d.row.options(&o)
	}
	return o
}

// dial has the client connect, and settles nothing.
func (d *try) dial(change ...func(o *ClientOptions)) (*subject, error) {
	s, err := d.DialContext(d.Ctx, change...)
	return &subject{s, d}, err
}

// connect has the client connect, which is judged.
func (d *try) connect(change ...func(o *ClientOptions)) *subject {
	return &subject{d.Connect(false, change...), d}
}

// open has the client connect, which is not judged.
func (d *try) open(change ...func(o *ClientOptions)) *subject {
	return &subject{d.Connect(true, change...), d}
}

// alice are the credentials of the account.
func alice() Credentials {
	return Credentials{User: smtpmock.DefaultUser, Password: smtpmock.DefaultPassword}
}

func quit(ctx context.Context, c ClientSession) error     { return c.Quit(ctx) }
func starttls(ctx context.Context, c ClientSession) error { return c.STARTTLS(ctx) }
func rset(ctx context.Context, c ClientSession) error     { return c.Rset(ctx) }
func noop(ctx context.Context, c ClientSession) error     { return c.Noop(ctx) }
func data(ctx context.Context, c ClientSession) error     { return c.Data(ctx, []byte(sample)) }
func helo(ctx context.Context, c ClientSession) error     { return c.Helo(ctx) }

func ehlo(ctx context.Context, c ClientSession) error {
	_, err := c.Ehlo(ctx)
	return err
}

func vrfy(ctx context.Context, c ClientSession) error {
	_, err := c.Vrfy(ctx, "postmaster")
	return err
}

func expn(ctx context.Context, c ClientSession) error {
	_, err := c.Expn(ctx, "staff")
	return err
}

func help(ctx context.Context, c ClientSession) error {
	_, err := c.Help(ctx, "")
	return err
}

func mail(ctx context.Context, c ClientSession) error { return c.Mail(ctx, ada, smtp.MailOptions{}) }
func rcpt(ctx context.Context, c ClientSession) error { return rcptTo(bert)(ctx, c) }

func rcptTo(address string) step {
	return func(ctx context.Context, c ClientSession) error {
		_, err := c.Rcpt(ctx, address, smtp.RcptOptions{})
		return err
	}
}

func bdat(chunk string, last bool) step {
	return func(ctx context.Context, c ClientSession) error { return c.Bdat(ctx, []byte(chunk), last) }
}

func authBy(mechanism string) step {
	return func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, mechanism, alice()) }
}

func login(mechanisms ...string) step {
	return func(ctx context.Context, c ClientSession) error { return c.Login(ctx, alice(), mechanisms...) }
}

// send sends a message.
func send(m Message) step {
	return func(ctx context.Context, c ClientSession) error {
		_, err := c.Send(ctx, m)
		return err
	}
}

func (s *subject) quit()     { s.Do("QUIT", quit) }
func (s *subject) starttls() { s.Do("STARTTLS", starttls) }

// here has the client ask what the server answers as [afterwards] says: it shows that the client has not lost its place.
func (s *subject) here() {
	r := trial.Value(&s.Subject, "VRFY", func(ctx context.Context, c ClientSession) (*smtp.Reply, error) { return c.Vrfy(ctx, "postmaster") })
	if r != nil && !s.d.Settled() {
		s.d.Check(strings.Contains(r.Text(), "postmaster@"), "250 and the mailbox in answer to VRFY", "%s", r.Error())
	}
}

// done has the client ask, and quit.
func (s *subject) done() {
	s.here()
	s.quit()
}

// send has the client send a message, which it has to do.
func (s *subject) send(m Message) []Delivery {
	got := trial.Value(&s.Subject, "a message sent", func(ctx context.Context, c ClientSession) ([]Delivery, error) { return c.Send(ctx, m) })
	return s.outcomes(got, m)
}

// outcomes returns as many deliveries as the message has recipients.
func (s *subject) outcomes(got []Delivery, m Message) []Delivery {
	if !s.d.Settled() && len(got) != len(m.To) {
		s.d.Fail(fmt.Sprintf("%d results", len(m.To)), "%d", len(got))
	}
	return append(got, make([]Delivery, max(len(m.To)-len(got), 0))...)
}

// replyOf returns the refusal in an error; an empty one if there is none.
func replyOf(err error) *smtp.Reply {
	var r *smtp.Reply
	if errors.As(err, &r) {
		return r
	}
	return &smtp.Reply{}
}

// refusedWith has the client do something that the server refuses, and fails unless it hands on the refusal.
func (s *subject) refusedWith(code int, what string, f step) *smtp.Reply {
	err := s.Refuses(what, f)
	r := replyOf(err)
	if err != nil && err != trial.ErrSettled && r.Code != code {
		s.d.Fail(fmt.Sprintf("the refusal of %s by %d", what, code), "the client says: %v", err)
	}
	return r
}

// The server's side.

// script is a connection of the scripted server.
type script struct {
	trial.Script
	d *try
	// block says that the client is to say lines that are no commands: content, or a response.
	block bool
	lmtp  bool
	open  *received // the transaction
}

// serve is the server's function for a connection.
func (d *try) serve(c *mockservers.Conn) error {
	s := &script{Script: d.NewScript(c), d: d, lmtp: d.lmtp}
	s.Aside = s.aside
	s.Canonical = canonical
	s.Prompts = func(said string) bool {
		s.block = strings.HasPrefix(said, "354")
		return s.block || strings.HasPrefix(said, "334")
	}
	s.Continues = func(l trial.Said) bool {
		if l.Prompted && string(l.Text) == "." && l.End == wire.CRLF {
			s.block = false
		}
		return s.block
	}
	s.Leaves = func(l trial.Said) bool {
		if l.Verb() != "QUIT" {
			return false
		}
		s.Say("221 bye")
		return true
	}
	switch {
	case d.row.serve != nil:
		d.row.serve(s)
	case d.row.script != "":
		s.greet()
		s.Play(d.row.script)
		s.Rest()
	default:
		s.greet()
		s.respond()
	}
	return s.Err()
}

// canonical has FROM and TO in upper case, which may be in any.
func canonical(text []byte) []byte {
	for _, word := range []string{"MAIL FROM:", "RCPT TO:"} {
		if len(text) >= len(word) && strings.EqualFold(string(text[:len(word)]), word) {
			return append([]byte(word), text[len(word):]...)
		}
	}
	return text
}

// aside answers what a client may say at any time.
func (s *script) aside(l trial.Said) bool {
	switch l.Verb() {
	case "EHLO", "LHLO":
		s.abandon()
		s.extensions()
	case "HELO":
		s.abandon()
		s.Say("250 " + serverName)
	case "RSET":
		s.abandon()
		s.Say("250 nothing is left")
	case "NOOP":
		s.Say("250 still here")
	default:
		return false
	}
	return true
}

// greet says the greeting.
func (s *script) greet() {
	if s.d.row.greeting != "" {
		s.Say(strings.Split(s.d.row.greeting, "\n")...)
		return
	}
	s.Say("220 " + serverName + " ready")
}

// listed are the extensions that EHLO lists now.
func (s *script) listed() string {
	if _, secured := s.C.TLS(); secured && s.d.row.secured != "" {
		return s.d.row.secured
	}
	return cmp.Or(s.d.row.exts, plainExts)
}

// extensions answers EHLO.
func (s *script) extensions() {
	exts := s.listed()
	if exts == noExts {
		s.Say("250 " + serverName)
		return
	}
	lines := append([]string{serverName + " hello"}, strings.Split(exts, "\n")...)
	for i, l := range lines {
		if i < len(lines)-1 {
			s.Say("250-" + l)
		} else {
			s.Say("250 " + l)
		}
	}
}

// The usual answers.
const (
	vrfyAnswer = "250 <postmaster@example.org>"
	expnAnswer = "250-<bert@example.org>\n250 <cleo@example.org>"
)

// afterwards is what the server says to the VRFY with which a client shows that it has not lost its place; see [subject.here].
const afterwards = "C: VRFY postmaster{{\"\" any}}\nS: " + vrfyAnswer + "\n"

// respond answers what the client says, as a server that takes everything does, but for what the row has other answers for.
func (s *script) respond() {
	for !s.Over {
		l, err := s.Read()
		if err != nil {
			s.Stop(nil)
			return
		}
		s.respondTo(l)
	}
}

func (s *script) respondTo(l trial.Said) {
	verb := l.Verb()
	if slices.Contains(s.d.row.hold, verb) || slices.Contains(s.d.row.hold, "*") {
		s.Quiet("before the reply to " + verb)
	}
	usual := map[string]string{
		"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", "VRFY": vrfyAnswer, "EXPN": expnAnswer, "HELP": "214 harness", "QUIT": "221 bye", "STARTTLS": "220 begin",
	}[verb]
	if verb == "STARTTLS" && !strings.Contains(s.listed(), verb) {
		usual = ""
	}
	cmd, _ := smtp.Rules{Lenient: true, UTF8: true, LMTP: s.lmtp}.ParseCommand(l.Line)
	chunk, held := s.chunk(cmd)
	if held {
		usual = "250 got it"
	}
	answer := s.other(verb, string(l.Text))
	if answer == "" {
		if verb == "AUTH" {
			s.authenticate(l, nil)
			return
		}
		if s.aside(l) {
			return
		}
		if answer = usual; answer == "" {
			answer = "500 what?"
		}
	}
	s.note(cmd, chunk, answer)
	if _, last, _ := cmd.Chunk(); held && last && s.lmtp && s.open != nil {
		s.final()
		return
	}
	s.tell(answer)
	switch {
	case verb == "QUIT":
		s.Flush()
		s.Stop(nil)
	case verb == "STARTTLS" && strings.HasPrefix(answer, "220"):
		s.Flush()
		s.StartTLS()
		s.abandon()
	case verb == "DATA" && strings.HasPrefix(answer, "354"):
		s.content()
		s.final()
	}
}

// other is the row's answer.
func (s *script) other(verb, text string) string {
	if s.d.row.answer == nil {
		return ""
	}
	return s.d.row.answer(s, verb, text)
}

// Answers that are none.
const (
	silence = "(silence)" // the server says nothing more
	hangUp  = "(hang up)" // it closes the connection
)

// tell says an answer.
func (s *script) tell(answer string) {
	switch answer {
	case silence:
		s.Linger()
	case hangUp:
		s.Flush()
		s.Stop(nil)
	default:
		s.Say(strings.Split(answer, "\n")...)
	}
}

// answers are other answers by verb.
func answers(by map[string]string) func(s *script, verb, text string) string {
	return func(_ *script, verb, _ string) string { return by[verb] }
}

// chunk reads the octets behind a BDAT.
func (s *script) chunk(cmd smtp.Command) (octets []byte, ok bool) {
	if cmd.Verb != "BDAT" {
		return nil, false
	}
	n, _, err := cmd.Chunk()
	if err != nil {
		return nil, false
	}
	s.Flush()
	var b bytes.Buffer
	err = s.C.Do(s.d.Ctx, s.d.Wait(), func() error {
		_, err := io.Copy(&b, s.C.R.Octets(n))
		return err
	})
	if err != nil {
		s.Wrong(fmt.Sprintf("%d octets behind %s", n, cmd), "%d, and %s", b.Len(), s.Trouble(err))
	}
	return b.Bytes(), true
}

// content reads what follows a 354.
func (s *script) content() {
	lines := s.Block("content up to its end")
	var block, content []byte
	for _, l := range lines {
		block = l.AppendRaw(block)
		l.Text = bytes.TrimPrefix(l.Text, []byte("."))
		content = l.AppendRaw(content)
	}
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	if s.open != nil {
		s.open.block, s.open.content, s.open.whole = block, content, !s.Over
	}
}

// note takes note of what a command and its answer make of the transaction.
func (s *script) note(cmd smtp.Command, chunk []byte, answer string) {
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	ok := strings.HasPrefix(answer, "2")
	switch {
	case cmd.Verb == "MAIL":
		_, secured := s.C.TLS()
		m := &received{conn: s.Conn, tls: secured, mail: cmd}
		s.d.mails = append(s.d.mails, m)
		if ok {
			s.open = m
		}
	case s.open == nil:
	case cmd.Verb == "RCPT":
		s.open.rcpts = append(s.open.rcpts, cmd)
		if ok {
			s.open.accepted = append(s.open.accepted, cmd.Path.String())
		}
	case cmd.Verb == "BDAT":
		s.open.chunks = append(s.open.chunks, cmd)
		s.open.content = append(s.open.content, chunk...)
		if _, last, _ := cmd.Chunk(); last {
			if s.open.whole = true; !s.lmtp {
				s.open = nil
			}
		}
	}
}

// abandon ends the transaction.
func (s *script) abandon() { s.open = nil }

// final answers content: once, or in LMTP for each recipient.
func (s *script) final() {
	for _, to := range s.settles() {
		answer := s.other(".", to)
		if answer == "" {
			answer = "250 taken"
		}
		s.tell(answer)
	}
	s.abandon()
}

// settles are the recipients who get a reply of their own; one that is nobody where all share it.
func (s *script) settles() []string {
	if s.lmtp && s.open != nil {
		return s.open.accepted
	}
	return []string{""}
}
