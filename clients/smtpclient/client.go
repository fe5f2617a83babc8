package smtpclient

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"harness/internal/client"
	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/smtp"
	"harness/protocols/wire"
)

// Client is a connection to an SMTP or LMTP server.
type Client struct {
	b        *client.Base
	c        *conn.Conn // of b
	opts     Options
	greeting *smtp.Greeting
	exts     *smtp.Extensions // nil until the session was opened
	state    smtp.State
	tx       transaction
	mails    int // transactions begun
	authed   bool

	scratch []byte
}

// transaction is what is known of the transaction that goes on.
type transaction struct {
	body     smtp.Body
	utf8     bool
	accepted int      // how many recipients were
	spoiled  bool     // a chunk was refused
	paths    []string // their forward-paths, in LMTP, whose replies are by recipient
}

// Dial connects to addr and reads the greeting: "host:port", "host", or the path of a Unix socket, which begins with "/". The port that may be missing is 25, 465
// with Options.ImplicitTLS, and 24 with Options.LMTP; submission is on 587 (RFC 6409 section 3.1). Opts may be nil. The error of a server that greets with a
// refusal is its [*smtp.Reply].
func Dial(ctx context.Context, addr string, opts *Options) (*Client, error) {
	o := opts.withDefaults()
	network, hostPort, host := o.address(addr)
	if o.Host == "" {
		o.Host = host
	}
	if _, port, err := net.SplitHostPort(hostPort); err == nil && network == "tcp" && o.LMTP && port == strconv.Itoa(smtp.Port) {
		return nil, &Error{Protocol: o.protocol(), Addr: hostPort, Command: "connect", Err: errors.New("LMTP must not be used on port 25 (RFC 2033 section 5)")}
	}
	c, err := conn.Dial(ctx, network, hostPort, o.Timeouts.Connect, o.conn())
	if err != nil {
		return nil, &Error{Protocol: o.protocol(), Addr: hostPort, Command: "connect", Err: errors.Unwrap(err)}
	}
	return start(ctx, c, hostPort, o)
}

// DialTLS is [Dial] with implicit TLS.
func DialTLS(ctx context.Context, addr string, opts *Options) (*Client, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	o.ImplicitTLS = true
	return Dial(ctx, addr, &o)
}

// New makes a client of a connection, which it owns from then on, and reads the greeting. For TLS, Options.Host or Options.TLS.ServerName has to
// name the server. A *tls.Conn is taken as it is: Options.ImplicitTLS is for connections that are not.
func New(ctx context.Context, nc net.Conn, opts *Options) (*Client, error) {
	o := opts.withDefaults()
	addr := "(unnamed)"
	if a := nc.RemoteAddr(); a != nil && a.String() != "" {
		addr = a.String()
	}
	return start(ctx, conn.New(nc, o.conn()), addr, o)
}

func (o *Options) conn() conn.Options {
	return conn.Options{Local: dialect.Client, Tap: o.Tap, LineLimit: o.Limits.Line}
}

func (o *Options) protocol() string {
	if o.LMTP {
		return "lmtp"
	}
	return "smtp"
}

func start(ctx context.Context, nc *conn.Conn, addr string, o Options) (*Client, error) {
	b := &client.Base{Conn: nc, Protocol: o.protocol(), Addr: addr, Timeout: o.Timeouts.Command, Strict: o.Strict}
	c := &Client{b: b, c: nc, opts: o, state: smtp.Connected}
	if err := c.begin(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *Client) begin(ctx context.Context) error {
	if c.opts.ImplicitTLS {
		if err := c.StartTLS(ctx); err != nil {
			return err
		}
	}
	c.b.Begin("greeting")
	r, err := c.read(ctx, c.opts.Timeouts.Greeting, "greeting", c.rules(smtp.EnhancedNever))
	if err != nil {
		return c.b.Wrap("greeting", err)
	}
	c.greeting, err = c.rules(smtp.EnhancedNever).ParseGreeting(r)
	if err == nil && r.Negative() {
		err = r
	}
	return c.b.Wrap("greeting", err)
}

// Greeting returns the reply with which the server began.
func (c *Client) Greeting() *smtp.Greeting { return c.greeting }

// State returns the state of the session.
func (c *Client) State() smtp.State { return c.state }

// SetState tells the client what it can't know: the state after commands on the raw level.
func (c *Client) SetState(s smtp.State) { c.state = s }

// Addr returns the server's address.
func (c *Client) Addr() string { return c.b.Addr }

// TLS returns the state of TLS; ok is false without TLS.
func (c *Client) TLS() (state tls.ConnectionState, ok bool) { return c.c.TLS() }

// Extensions returns what the server offered in its last answer to EHLO or LHLO; ok is false if there was none since the connection or TLS began. Of a
// server that took HELO they are empty.
func (c *Client) Extensions() (x *smtp.Extensions, ok bool) { return c.exts, c.exts != nil }

// HasExtension reports whether the server offered the extension of that EHLO keyword.
func (c *Client) HasExtension(keyword string) bool { return c.exts.Has(keyword) }

// Forgiven returns what a lenient client let pass, at most the first 100 departures, and how many there were in all.
func (c *Client) Forgiven() ([]Forgiven, int) { return c.b.Forgiven() }

// Close closes the connection without QUIT. A second call does nothing.
func (c *Client) Close() error {
	_, err := c.b.Close()
	return err
}

// rules returns the rules for what the server says.
func (c *Client) rules(enhanced smtp.EnhancedUse) smtp.Rules {
	r := smtp.Rules{LMTP: c.opts.LMTP, Enhanced: enhanced, UTF8: c.tx.utf8}
	if !c.opts.Strict {
		r.Lenient, r.Forgave = true, c.b.Forgave
	}
	return r
}

// replies are the rules for the reply to a command.
func (c *Client) replies(cmd smtp.Command) smtp.Rules {
	use := smtp.EnhancedMaybe
	if c.exts.Has(smtp.ExtEnhancedStatusCodes) {
		use = smtp.EnhancedAlways
	}
	switch cmd.Verb {
	case "EHLO", "HELO", "LHLO":
		use = smtp.EnhancedNever
	}
	r := c.rules(use)
	r.UTF8 = r.UTF8 || cmd.UTF8()
	return r
}

// outgoing are the rules for what the client says: always strict. The client's name is ASCII (RFC 6531 section 3.7.1).
func (c *Client) outgoing(verb string) smtp.Rules {
	r := smtp.Rules{LMTP: c.opts.LMTP, UTF8: verb != "EHLO" && verb != "HELO" && verb != "LHLO"}
	if !c.opts.AnyState {
		r.Limit = smtp.CommandLimit(verb, c.exts.Has)
	}
	return r
}

// read reads a reply, which may be there already.
func (c *Client) read(ctx context.Context, timeout time.Duration, name string, rules smtp.Rules) (r *smtp.Reply, err error) {
	err = c.b.DoBufferedFor(ctx, timeout, c.single(), func() error {
		r, err = c.reply(name, rules)
		return err
	})
	return r, err
}

// single reports whether a reply of one line is buffered, as far as can be told.
func (c *Client) single() bool {
	p := c.c.R.Peek()
	return len(p) > 3 && p[3] != '-'
}

// reply reads a reply; it runs inside Do.
func (c *Client) reply(name string, rules smtp.Rules) (*smtp.Reply, error) {
	r, err := rules.ReadReply(c.c.R)
	if err != nil {
		return nil, err
	}
	r.Command = name
	if r.Code == smtp.CodeUnavailable {
		c.b.Reason = r // the server closes the connection now (RFC 5321 section 3.8)
	}
	return r, nil
}

// quiet is an error if the server has said something that nothing asked for. A 421 may come at any time: it is why the connection ends.
func (c *Client) quiet(name string) error {
	if c.c.R.Buffered() == 0 {
		return nil
	}
	said := c.c.R.Peek()
	if strings.HasPrefix(string(said), strconv.Itoa(smtp.CodeUnavailable)) && c.single() && bytes.IndexByte(said, '\n') >= 0 {
		if r, err := c.reply(name, c.rules(smtp.EnhancedMaybe)); err == nil {
			return c.b.Fail(name, r)
		}
	}
	return c.b.Fail(name, fmt.Errorf("%w: %s", ErrAhead, wire.Quote(said)))
}

// ready tells whether a command may be sent at all.
func (c *Client) ready(name string) error {
	if err := c.b.Ready(name); err != nil {
		return err
	}
	return c.quiet(name)
}

// check tells whether the command may be sent in the given state.
func (c *Client) check(cmd smtp.Command, state smtp.State) error {
	spec, ok := smtp.Lookup(cmd.Verb, c.opts.LMTP)
	if !ok || c.opts.AnyState {
		return nil
	}
	wrap := func(err error) error { return c.b.Wrap(cmd.String(), err) }
	if spec.States&state == 0 {
		return wrap(&StateError{State: state, Valid: spec.States})
	}
	if cmd.Verb == "BDAT" && c.tx.spoiled {
		return wrap(errSpoiled)
	}
	if !c.exts.Offers(spec) && spec.Extension != smtp.ExtExpn && spec.Extension != smtp.ExtHelp { // many servers have those and do not list them
		return wrap(&NotOfferedError{What: cmd.Verb, Extension: spec.Extension, Cite: spec.Cite})
	}
	for _, p := range cmd.Params {
		param, ok := smtp.LookupParam(cmd.Verb, p.Name)
		if !ok {
			continue
		}
		need := param.Extensions
		if p.Name == "BODY" {
			need = need[:1]
			if strings.EqualFold(p.Value, string(smtp.BodyBinaryMIME)) {
				need = []string{smtp.ExtBinaryMIME, smtp.ExtChunking}
			}
		}
		for _, e := range need {
			if !c.exts.Has(e) {
				return wrap(&NotOfferedError{What: "the parameter " + p.String(), Extension: e, Cite: param.Cite})
			}
		}
	}
	if cmd.Verb == "MAIL" && c.opts.RequireTLS {
		if _, ok := c.c.TLS(); !ok {
			return wrap(ErrNeedTLS)
		}
	}
	return nil
}

// timeout returns how long the answer to a command may take (RFC 5321 section 4.5.3.2).
func (c *Client) timeout(verb string) time.Duration {
	switch verb {
	case "DATA":
		return c.opts.Timeouts.Data
	case "BDAT":
		return c.opts.Timeouts.Final
	}
	return c.opts.Timeouts.Command
}

// send opens the session if that is needed, checks a command and sends it, and reads the reply. A refusal is an error; the reply is returned with it.
func (c *Client) send(ctx context.Context, cmd smtp.Command) (*smtp.Reply, error) {
	name := cmd.String()
	if err := c.ready(name); err != nil {
		return nil, err
	}
	if err := c.check(cmd, c.state); err != nil {
		return nil, err
	}
	text, err := c.outgoing(cmd.Verb).AppendCommand(c.scratch[:0], cmd)
	c.scratch = text[:0]
	if err != nil {
		return nil, c.b.Wrap(name, err)
	}
	r, err := c.exchange(ctx, cmd, name, text)
	if err != nil {
		return nil, err
	}
	c.answered(cmd, r)
	return r, c.judge(cmd, r)
}

// exchange sends octets and reads the reply.
func (c *Client) exchange(ctx context.Context, cmd smtp.Command, name string, text []byte) (r *smtp.Reply, err error) {
	c.b.Begin(name)
	err = c.b.Ended(c.c.Do(ctx, c.timeout(cmd.Verb), func() error {
		if err := c.b.Write(text); err != nil {
			return err
		}
		r, err = c.reply(name, c.replies(cmd))
		return err
	}))
	if err != nil {
		return nil, c.b.Fail(name, err)
	}
	return r, nil
}

// answered takes note of what a command changed. DATA changes nothing before its content was answered.
func (c *Client) answered(cmd smtp.Command, r *smtp.Reply) {
	ok := r.Positive()
	if cmd.Verb != "DATA" {
		c.state = c.state.After(cmd, ok)
	}
	switch {
	case !ok:
		c.tx.spoiled = c.tx.spoiled || cmd.Verb == "BDAT"
	case cmd.Verb == "MAIL":
		c.tx = newTransaction(cmd.Params)
		c.mails++
	case cmd.Verb == "RCPT":
		c.tx.accepted++
		if c.opts.LMTP {
			c.tx.paths = append(c.tx.paths, cmd.Path.String())
		}
	case cmd.Verb == "RSET", cmd.Verb == "EHLO", cmd.Verb == "HELO", cmd.Verb == "LHLO":
		c.tx = transaction{}
	}
}

// errSpoiled is why no chunk follows one that was refused.
var errSpoiled = errors.New("not sent: a chunk was refused, and the transaction has to be ended by Rset (RFC 3030 section 2)")

func newTransaction(ps smtp.Params) transaction {
	var t transaction
	if p, ok := ps.Get("BODY"); ok {
		t.body = smtp.Body(strings.ToUpper(p.Value))
	}
	_, t.utf8 = ps.Get("SMTPUTF8")
	return t
}

// judge returns the error that a reply is.
func (c *Client) judge(cmd smtp.Command, r *smtp.Reply) error {
	want := 2
	if cmd.Verb == "DATA" {
		want = 3
	}
	switch {
	case r.Negative():
		return c.b.Wrap(r.Command, r)
	case r.Class() == want, cmd.Verb == "AUTH" && r.Code == smtp.CodeChallenge:
		return nil
	}
	// What comes next nobody can tell.
	e := &wire.SyntaxError{Got: strconv.Itoa(r.Code), Want: fmt.Sprintf("a reply %dyz or a refusal", want), Cite: "RFC 5321 section 4.3.2"}
	return c.b.Fail(r.Command, e)
}

// name returns what EHLO says.
func (c *Client) name(literal bool) string {
	if c.opts.Name != "" {
		return c.opts.Name
	}
	host, err := os.Hostname()
	valid := err == nil && (smtp.Rules{}).ParseDomain(host, false) == nil
	if valid && strings.Contains(host, ".") {
		return host
	}
	if literal {
		if a, err := netip.ParseAddrPort(c.c.LocalAddr().String()); err == nil {
			return smtp.LiteralOf(a.Addr().WithZone(""))
		}
	}
	if valid {
		return host
	}
	return "localhost"
}

// Hello opens the session if that was not done: by EHLO, or LHLO in LMTP, and by HELO if the server does not know EHLO (RFC 5321 section 3.2).
func (c *Client) Hello(ctx context.Context) error {
	if c.state != smtp.Connected {
		return nil
	}
	_, err := c.Ehlo(ctx)
	var r *smtp.Reply
	if c.opts.LMTP || !errors.As(err, &r) {
		return err
	}
	switch r.Code {
	case smtp.CodeUnrecognized, smtp.CodeSyntax, smtp.CodeNotImplemented, smtp.CodeParamNotImplemented:
		_, err = c.Helo(ctx)
	}
	return err
}

// open is Hello where commands depend on it.
func (c *Client) open(ctx context.Context) error {
	if c.opts.AnyState {
		return nil
	}
	return c.Hello(ctx)
}

// Ehlo opens the session with EHLO, or LHLO in LMTP, and returns what the server offers. It may be sent again, and aborts a transaction then.
func (c *Client) Ehlo(ctx context.Context) (*smtp.Extensions, error) {
	verb := "EHLO"
	if c.opts.LMTP {
		verb = "LHLO"
	}
	cmd := smtp.NewCommand(verb, c.name(true))
	r, err := c.send(ctx, cmd)
	if err != nil {
		return nil, err
	}
	x, err := c.rules(smtp.EnhancedNever).ParseExtensions(r)
	if err != nil {
		return nil, c.b.Fail(r.Command, err)
	}
	c.exts = x
	return x, nil
}

// Helo opens the session with HELO: the server offers no extensions then.
func (c *Client) Helo(ctx context.Context) (*smtp.Reply, error) {
	r, err := c.send(ctx, smtp.NewCommand("HELO", c.name(false)))
	if err == nil {
		c.exts = &smtp.Extensions{}
		c.exts.Domain, c.exts.Greeting, _ = strings.Cut(r.Lines[0], " ")
	}
	return r, err
}

// ask opens the session if that is needed, which clients SHOULD do before any other command (RFC 5321 section 4.1.4), and sends the command.
func (c *Client) ask(ctx context.Context, cmd func() smtp.Command) (*smtp.Reply, error) {
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	return c.send(ctx, cmd())
}

func plain(verb string, args ...string) func() smtp.Command {
	return func() smtp.Command { return smtp.NewCommand(verb, args...) }
}

// Rset aborts the transaction.
func (c *Client) Rset(ctx context.Context) error {
	_, err := c.ask(ctx, plain("RSET"))
	return err
}

// Noop does nothing but keep the connection from being closed.
func (c *Client) Noop(ctx context.Context) error {
	_, err := c.ask(ctx, plain("NOOP"))
	return err
}

// Help returns the server's text for people, of a command or, for "", in general.
func (c *Client) Help(ctx context.Context, about string) ([]string, error) {
	r, err := c.ask(ctx, plain("HELP", about))
	if err != nil {
		return nil, err
	}
	return r.Lines, nil
}

// Vrfy asks whether a user or a mailbox exists (RFC 5321 section 4.1.1.6). The user is quoted if it is neither an atom nor a mailbox. 250 names one mailbox, 252 says that
// the server cannot tell; [smtp.Rules.ParseUsers] reads the former. A 553 may list several.
func (c *Client) Vrfy(ctx context.Context, user string) (*smtp.Reply, error) {
	return c.ask(ctx, func() smtp.Command { return c.question("VRFY", user) })
}

// Expn asks for the members of a mailing list (RFC 5321 section 4.1.1.7). Lines that are no mailbox become names.
func (c *Client) Expn(ctx context.Context, list string) ([]smtp.User, error) {
	r, err := c.ask(ctx, func() smtp.Command { return c.question("EXPN", list) })
	if err != nil {
		return nil, err
	}
	if r.Code != smtp.CodeOK {
		return nil, c.b.Wrap(r.Command, r) // 252: it will not tell
	}
	rules := c.rules(smtp.EnhancedMaybe)
	rules.UTF8 = true
	users, err := rules.ParseUsers(r)
	return users, c.b.Wrap(r.Command, err)
}

// question returns VRFY or EXPN, with SMTPUTF8 if the server offers that (RFC 6531 section 3.7.4.2).
func (c *Client) question(verb, about string) smtp.Command {
	cmd := smtp.NewCommand(verb, smtp.QuoteString(about))
	if c.exts.Has(smtp.ExtSMTPUTF8) {
		cmd.Args = append(cmd.Args, "SMTPUTF8")
	}
	return cmd
}

// Quit ends the session and closes the connection, whatever happens, also if ctx is done.
func (c *Client) Quit(ctx context.Context) error {
	_, err := c.send(ctx, smtp.NewCommand("QUIT"))
	return c.b.Quit("QUIT", err, c.Close())
}

// STARTTLS begins TLS (RFC 3207 section 4), and opens the session again: what was known of the server is forgotten. What it sent in the clear behind its
// reply is refused with a [*BufferedError].
func (c *Client) STARTTLS(ctx context.Context) error {
	const name = "STARTTLS"
	if _, ok := c.c.TLS(); ok {
		return c.b.Wrap(name, ErrTLSActive)
	}
	if err := c.open(ctx); err != nil {
		return err
	}
	r, err := c.send(ctx, smtp.NewCommand(name))
	if err != nil {
		return err
	}
	if r.Code != smtp.CodeReady {
		return c.b.Fail(name, &wire.SyntaxError{Got: strconv.Itoa(r.Code), Want: "220 or a refusal", Cite: "RFC 3207 section 4"})
	}
	if err := c.StartTLS(ctx); err != nil {
		return err
	}
	return c.open(ctx)
}

// StartTLS makes a TLS handshake, without STARTTLS before it: for the raw level. One that fails closes the connection (RFC 3207 section 4).
func (c *Client) StartTLS(ctx context.Context) error {
	if err := c.c.StartTLS(ctx, c.opts.Timeouts.Handshake, client.TLSConfig(c.opts.TLS, c.opts.Host)); err != nil {
		err = c.b.Fail("TLS", err)
		c.c.Close()
		return err
	}
	c.exts, c.state, c.tx, c.authed = nil, smtp.Connected, transaction{}, false
	return nil
}
