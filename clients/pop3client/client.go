package pop3client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"

	"harness/internal/auth"
	"harness/internal/client"
	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/pop3"
	"harness/protocols/wire"
)

const protocol = "pop3"

// Client is a connection to a POP3 server.
type Client struct {
	b        *client.Base
	c        *conn.Conn // of b
	opts     Options
	greeting *pop3.Greeting
	state    pop3.State
	caps     pop3.Capabilities
	capaDone bool // CAPA was answered since the connection or TLS began; caps may be nil then
	utf8     bool // texts may be UTF-8: UTF8 or LANG succeeded
	utf8Mode bool // UTF8 succeeded
	marked   marks
	stream   *Message

	badChallenge error // what is wrong with the challenge read last

	scratch []byte
}

// Dial connects to addr, "host:port" or "host", and reads the greeting. Opts may be nil. The error of a server that greets with -ERR is its
// [*pop3.Reply].
func Dial(ctx context.Context, addr string, opts *Options) (*Client, error) {
	o := opts.withDefaults()
	hostPort, host := address(addr, o.ImplicitTLS)
	if o.Host == "" {
		o.Host = host
	}
	c, err := conn.Dial(ctx, "tcp", hostPort, o.Timeouts.Connect, o.conn())
	if err != nil {
		return nil, &Error{Protocol: protocol, Addr: hostPort, Command: "connect", Err: errors.Unwrap(err)}
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

func start(ctx context.Context, nc *conn.Conn, addr string, o Options) (*Client, error) {
	b := &client.Base{Conn: nc, Protocol: protocol, Addr: addr, Timeout: o.Timeouts.Command, Strict: o.Strict}
	c := &Client{b: b, c: nc, opts: o, state: pop3.Authorization}
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
	var l wire.Line
	err := c.b.Do(ctx, func() (err error) {
		l, err = c.b.Line()
		return err
	})
	if err != nil {
		return c.b.Wrap("greeting", err)
	}
	if c.greeting, err = c.rules().ParseGreeting(l); err != nil {
		return c.b.Wrap("greeting", err)
	}
	if c.greeting.Status != pop3.OK {
		return c.b.Wrap("greeting", c.greeting.Reply)
	}
	return nil
}

// Greeting returns the line with which the server began.
func (c *Client) Greeting() *pop3.Greeting { return c.greeting }

// State returns the state of the session.
func (c *Client) State() pop3.State { return c.state }

// SetState tells the client what it can't know: the state after commands on the raw level.
func (c *Client) SetState(s pop3.State) { c.state = s }

// Addr returns the server's address.
func (c *Client) Addr() string { return c.b.Addr }

// TLS returns the state of TLS; ok is false without TLS.
func (c *Client) TLS() (state tls.ConnectionState, ok bool) { return c.c.TLS() }

// Capabilities returns the last answer to CAPA; ok is false if there was none since the connection or TLS began.
func (c *Client) Capabilities() (caps pop3.Capabilities, ok bool) { return c.caps, c.caps != nil }

// Forgiven returns what a lenient client let pass, at most the first 100 departures, and how many there were in all.
func (c *Client) Forgiven() ([]Forgiven, int) {
	return c.b.Forgiven()
}

// Close closes the connection without QUIT: the server keeps all messages (RFC 1939 section 6). A second call does nothing.
func (c *Client) Close() error {
	_, err := c.b.Close()
	return err
}

// rules returns the rules for what the server says.
func (c *Client) rules() pop3.Rules {
	r := pop3.Rules{UTF8: c.utf8, RespCodes: c.caps.Has(pop3.CapaRespCodes)}
	if !c.opts.Strict {
		r.Lenient, r.Forgave = true, c.b.Forgave
	}
	return r
}

// ready tells whether a command may be sent at all.
func (c *Client) ready(command string) error {
	if err := c.b.Ready(command); err != nil || c.stream == nil {
		return err
	}
	return c.b.Wrap(command, ErrStreamOpen)
}

// marks are the messages that are marked as deleted, by number.
type marks map[int]bool

// after returns the marks behind a command that succeeded.
func (m marks) after(cmd pop3.Command) marks {
	switch cmd.Verb {
	case "DELE":
		if n, ok := cmd.Number(); ok {
			if m == nil {
				m = marks{}
			}
			m[n] = true
		}
	case "RSET":
		clear(m)
	}
	return m
}

// check tells whether the command may be sent in the given state and with these marks.
func (c *Client) check(cmd pop3.Command, state pop3.State, marked marks) error {
	spec := cmd.Spec()
	if spec == nil {
		return nil
	}
	if !c.opts.AnyState {
		if spec.States&state == 0 {
			return c.b.Wrap(cmd.String(), &StateError{State: state, Valid: spec.States})
		}
		if n, ok := cmd.Number(); ok && marked[n] {
			return c.b.Wrap(cmd.String(), ErrDeleted)
		}
	}
	if c.opts.RequireTLS && (cmd.Verb == "USER" || cmd.Verb == "PASS" || cmd.Verb == "RPOP") {
		if _, ok := c.c.TLS(); !ok {
			return c.b.Wrap(cmd.String(), ErrNeedTLS)
		}
	}
	return nil
}

// outgoing are the rules for what the client says: always strict.
func (c *Client) outgoing() pop3.Rules {
	// A server that has refused CAPA takes arguments of RFC 1939 section 3.
	return pop3.Rules{UTF8: c.caps.UTF8User(), ShortArguments: c.capaDone && c.caps == nil}
}

// send checks a command and sends it, and reads the status line of the reply. A refusal is an error.
func (c *Client) send(ctx context.Context, cmd pop3.Command) (*pop3.Reply, error) {
	name := cmd.String()
	if err := c.ready(name); err != nil {
		return nil, err
	}
	if err := c.check(cmd, c.state, c.marked); err != nil {
		return nil, err
	}
	text, err := c.outgoing().AppendCommand(c.scratch[:0], cmd)
	c.scratch = text[:0]
	if err != nil {
		return nil, c.b.Wrap(name, err)
	}
	reply, err := c.exchange(ctx, name, text)
	if err != nil {
		return nil, err
	}
	if reply.Status == pop3.Continue {
		if cmd.Verb == "AUTH" {
			return reply, nil
		}
		return nil, c.b.Fail(name, &wire.SyntaxError{Got: "+", Want: `"+OK" or "-ERR"`, Cite: "RFC 1939 section 3"})
	}
	c.answered(cmd, reply)
	if reply.Status == pop3.Err {
		return reply, c.b.Wrap(name, reply)
	}
	return reply, nil
}

// answered takes note of what a command changed.
func (c *Client) answered(cmd pop3.Command, reply *pop3.Reply) {
	c.state = c.state.After(cmd.Verb, reply.Status == pop3.OK)
	if reply.Status == pop3.OK {
		c.marked = c.marked.after(cmd)
	}
}

// exchange sends octets and reads a status line.
func (c *Client) exchange(ctx context.Context, name string, text []byte) (*pop3.Reply, error) {
	c.b.Begin(name)
	var reply *pop3.Reply
	err := c.b.Do(ctx, func() error {
		err := c.b.Write(text)
		if err != nil {
			return err
		}
		reply, err = c.reply(name)
		return err
	})
	if err != nil {
		return nil, c.b.Fail(name, err)
	}
	return reply, nil
}

// reply reads a status line; it runs inside do.
func (c *Client) reply(name string) (*pop3.Reply, error) {
	l, err := c.b.Line()
	if err != nil {
		return nil, err
	}
	reply, err := c.rules().ParseReply(l)
	c.badChallenge = nil
	if err != nil && reply.Status == pop3.Continue {
		c.badChallenge = err // an exchange is cancelled because of it, in order (RFC 5034 section 4)
	} else if err != nil {
		return nil, err
	}
	reply.Command = name
	return reply, nil
}

// listing reads the lines of a multi-line answer and hands each to f, unstuffed.
func (c *Client) listing(ctx context.Context, name string, f func(line []byte) error) error {
	c.b.Begin(name)
	var size int64
	for {
		// One wait a batch: the deadline is renewed when more has to be read.
		more := true
		err := c.b.Ended(c.c.Do(ctx, c.opts.Timeouts.Idle, func() error {
			for first := true; first || c.c.R.Buffered() > 0; first = false {
				l, err := c.b.Line()
				if err != nil {
					return err
				}
				size += int64(len(l.Text)) + 2
				if size > c.opts.Limits.Listing {
					return &wire.LimitError{What: "listing", Limit: c.opts.Limits.Listing}
				}
				if l.End != wire.CRLF {
					e := &wire.SyntaxError{Offset: len(l.Text), Got: l.End.Octets(), Want: "CRLF", Cite: "RFC 1939 section 3"}
					if err := c.b.Forgive(e); err != nil {
						return err
					}
				}
				if string(l.Text) == "." {
					more = false
					return nil
				}
				text := l.Text
				if len(text) > 0 && text[0] == '.' {
					text = text[1:]
				}
				if err := f(text); err != nil {
					return err
				}
			}
			return nil
		}))
		if err != nil {
			return c.b.Fail(name, err)
		}
		if !more {
			return nil
		}
	}
}

// User names the mailbox (RFC 1939 section 7). Pass has to follow.
func (c *Client) User(ctx context.Context, name string) error {
	_, err := c.send(ctx, pop3.NewCommand("USER", name))
	return err
}

// Pass gives the password (RFC 1939 section 7); spaces in it are sent as they are.
func (c *Client) Pass(ctx context.Context, password string) error {
	_, err := c.send(ctx, pop3.NewCommand("PASS", password))
	return err
}

// APOP authenticates with a digest of the greeting's timestamp and the shared secret (RFC 1939 section 7). It fails if the greeting has no
// timestamp. Text outside of ASCII is prepared as RFC 6856 section 2.2 wants.
func (c *Client) APOP(ctx context.Context, user, secret string) error {
	name := pop3.NewCommand("APOP", user).String()
	if err := c.ready(name); err != nil {
		return err
	}
	if c.greeting.Timestamp == "" {
		return c.b.Wrap(name, errors.New("not sent: the greeting has no timestamp, so the server does not offer APOP (RFC 1939 section 7)"))
	}
	user, err := auth.PrepareQuery(user)
	if err != nil {
		return c.b.Wrap(name, fmt.Errorf("user: %w", err))
	}
	if secret, err = auth.Prepare(secret); err != nil {
		return c.b.Wrap(name, fmt.Errorf("secret: %w", err))
	}
	_, err = c.send(ctx, pop3.NewCommand("APOP", user, pop3.APOPDigest(c.greeting.Timestamp, secret)))
	return err
}

// RPOP authenticates by the word of the client's host (RFC 1081), which hardly any server takes.
func (c *Client) RPOP(ctx context.Context, user string) error {
	_, err := c.send(ctx, pop3.NewCommand("RPOP", user))
	return err
}

// Stat returns the drop listing: how many messages there are, and their size.
func (c *Client) Stat(ctx context.Context) (pop3.DropListing, error) {
	return one(c, ctx, pop3.NewCommand("STAT"), pop3.Rules.ParseStat)
}

// List returns the scan listing of message n: its size.
func (c *Client) List(ctx context.Context, n int) (pop3.ScanListing, error) {
	return one(c, ctx, pop3.NewCommand("LIST", strconv.Itoa(n)), pop3.Rules.ParseScanReply)
}

// ListAll returns the scan listings of all messages.
func (c *Client) ListAll(ctx context.Context) ([]pop3.ScanListing, error) {
	return all(c, ctx, pop3.NewCommand("LIST"), pop3.Rules.ParseScan)
}

// Uidl returns the unique-id of message n.
func (c *Client) Uidl(ctx context.Context, n int) (pop3.UniqueID, error) {
	return one(c, ctx, pop3.NewCommand("UIDL", strconv.Itoa(n)), pop3.Rules.ParseUniqueIDReply)
}

// UidlAll returns the unique-ids of all messages.
func (c *Client) UidlAll(ctx context.Context) ([]pop3.UniqueID, error) {
	return all(c, ctx, pop3.NewCommand("UIDL"), pop3.Rules.ParseUniqueID)
}

// one sends a command whose reply is one line of data.
func one[T any](c *Client, ctx context.Context, cmd pop3.Command, parse func(pop3.Rules, *pop3.Reply) (T, error)) (T, error) {
	var zero T
	reply, err := c.send(ctx, cmd)
	if err != nil {
		return zero, err
	}
	v, err := parse(c.rules(), reply)
	if err != nil {
		return zero, c.b.Fail(cmd.String(), err)
	}
	return v, nil
}

// all sends a command whose answer is a listing.
func all[T any](c *Client, ctx context.Context, cmd pop3.Command, parse func(pop3.Rules, []byte) (T, error)) ([]T, error) {
	if _, err := c.send(ctx, cmd); err != nil {
		return nil, err
	}
	return collect(c, ctx, cmd.String(), parse)
}

func collect[T any](c *Client, ctx context.Context, name string, parse func(pop3.Rules, []byte) (T, error)) ([]T, error) {
	list := []T{}
	rules := c.rules()
	err := c.listing(ctx, name, func(line []byte) error {
		v, err := parse(rules, line)
		if err == nil {
			list = append(list, v)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Dele marks message n as deleted; QUIT removes it. Until Rset no command is sent for it any more ([ErrDeleted]).
func (c *Client) Dele(ctx context.Context, n int) error {
	_, err := c.send(ctx, pop3.NewCommand("DELE", strconv.Itoa(n)))
	return err
}

// Noop does nothing but keep the server from logging out.
func (c *Client) Noop(ctx context.Context) error {
	_, err := c.send(ctx, pop3.NewCommand("NOOP"))
	return err
}

// Rset unmarks all messages.
func (c *Client) Rset(ctx context.Context) error {
	_, err := c.send(ctx, pop3.NewCommand("RSET"))
	return err
}

// Quit ends the session and closes the connection, whatever happens, also if ctx is done. From the TRANSACTION state the server then removes
// what is marked; a refusal says that it could not remove all of it (RFC 1939 section 6).
func (c *Client) Quit(ctx context.Context) error {
	_, err := c.send(ctx, pop3.NewCommand("QUIT"))
	return c.b.Quit("QUIT", err, c.Close())
}

// Capa asks for the capabilities (RFC 2449 section 5) and keeps them.
func (c *Client) Capa(ctx context.Context) (pop3.Capabilities, error) {
	caps, err := all(c, ctx, pop3.NewCommand("CAPA"), pop3.Rules.ParseCapability)
	if err != nil {
		var reply *pop3.Reply
		if errors.As(err, &reply) {
			c.caps, c.capaDone = nil, true
		}
		return nil, err
	}
	c.caps, c.capaDone = caps, true
	return c.caps, nil
}

// capabilities returns the known capabilities, and asks for them if they are not known. A server without CAPA has none.
func (c *Client) capabilities(ctx context.Context) (pop3.Capabilities, error) {
	if c.capaDone {
		return c.caps, nil
	}
	caps, err := c.Capa(ctx)
	if err != nil && c.capaDone {
		return nil, nil
	}
	return caps, err
}

// STLS begins TLS (RFC 2595 section 4). The capabilities that were known are forgotten; the greeting is not. What the server sent in the
// clear behind its reply is refused with a [*BufferedError]. After UTF8 it is not permitted (RFC 6856 section 2.1).
func (c *Client) STLS(ctx context.Context) error {
	if err := c.ready("STLS"); err != nil {
		return err
	}
	if _, ok := c.c.TLS(); ok {
		return c.b.Wrap("STLS", ErrTLSActive)
	}
	if c.utf8Mode && !c.opts.AnyState {
		return c.b.Wrap("STLS", errors.New("not sent: it may not follow UTF8 (RFC 6856 section 2.1)"))
	}
	if _, err := c.send(ctx, pop3.NewCommand("STLS")); err != nil {
		return err
	}
	return c.StartTLS(ctx)
}

// StartTLS makes a TLS handshake, without STLS before it: for the raw level.
func (c *Client) StartTLS(ctx context.Context) error {
	if err := c.c.StartTLS(ctx, c.opts.Timeouts.Handshake, client.TLSConfig(c.opts.TLS, c.opts.Host)); err != nil {
		return c.b.Fail("TLS", err)
	}
	c.caps, c.capaDone = nil, false
	return nil
}

// UTF8 enters UTF-8 mode (RFC 6856 section 2.1).
func (c *Client) UTF8(ctx context.Context) error {
	_, err := c.send(ctx, pop3.NewCommand("UTF8"))
	if err == nil {
		c.utf8, c.utf8Mode = true, true
	}
	return err
}

// Lang chooses the language of texts by a language range, "*" for the server's preference, and returns what the server chose (RFC 6856
// section 3.2).
func (c *Client) Lang(ctx context.Context, languageRange string) (pop3.Language, error) {
	was := c.utf8
	c.utf8 = true // the text of this very reply is UTF-8
	l, err := one(c, ctx, pop3.NewCommand("LANG", languageRange), pop3.Rules.ParseLanguageReply)
	if err != nil {
		c.utf8 = was
	}
	return l, err
}

// LangAll returns the languages that the server has.
func (c *Client) LangAll(ctx context.Context) ([]pop3.Language, error) {
	return all(c, ctx, pop3.NewCommand("LANG"), pop3.Rules.ParseLanguage)
}
