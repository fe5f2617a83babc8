package nntpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"

	"harness/internal/client"
	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/nntp"
	"harness/protocols/wire"
)

const protocol = "nntp"

// Client is a connection to an NNTP server.
type Client struct {
	b        *client.Base
	c        *conn.Conn // of b
	opts     Options
	greeting *nntp.Response
	caps     nntp.Capabilities
	capsDone bool // CAPABILITIES was answered since the connection, TLS or authentication began; caps may be nil then
	authed   bool
	squeezed bool
	selected bool // a group is
	switched bool // MODE READER was sent
	guarded  bool // STARTTLS or AUTHINFO was sent
	streams  bool // MODE STREAM was answered by 203
	stream   *Article

	scratch []byte
}

// Dial connects to addr, "host:port" or "host", and reads the greeting. Opts may be nil. The error of a server that greets with a refusal is its
// [*nntp.Response].
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
	c := &Client{b: b, c: nc, opts: o}
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
	err := c.b.Do(ctx, func() (err error) {
		c.greeting, err = c.response("greeting")
		return err
	})
	switch {
	case err != nil:
		return c.b.Wrap("greeting", err)
	case c.greeting.Code == nntp.CodePostingAllowed, c.greeting.Code == nntp.CodePostingForbidden:
		return nil
	case c.greeting.Class() >= 4:
		return c.b.Wrap("greeting", c.greeting)
	}
	return c.b.Wrap("greeting", unexpected(c.greeting, "200, 201, 400 or 502", "RFC 3977 section 5.1.1"))
}

// unexpected is the error of a response with a code that the command does not have.
func unexpected(r *nntp.Response, want, cite string) *wire.SyntaxError {
	return &wire.SyntaxError{Got: r.Line(), Want: "the code " + want, Cite: cite}
}

// Greeting returns the line with which the server began.
func (c *Client) Greeting() *nntp.Response { return c.greeting }

// PostingAllowed reports whether the greeting said that POST is permitted. The capabilities know better (RFC 3977 section 5.1.2).
func (c *Client) PostingAllowed() bool { return c.greeting.Code == nntp.CodePostingAllowed }

// Addr returns the server's address.
func (c *Client) Addr() string { return c.b.Addr }

// TLS returns the state of TLS; ok is false without TLS.
func (c *Client) TLS() (state tls.ConnectionState, ok bool) { return c.c.TLS() }

// Compressed reports whether compression is active.
func (c *Client) Compressed() bool { return c.squeezed }

// Forgiven returns what a lenient client let pass, at most the first 100 departures, and how many there were in all.
func (c *Client) Forgiven() ([]Forgiven, int) { return c.b.Forgiven() }

// Close closes the connection without QUIT. A second call does nothing.
func (c *Client) Close() error {
	_, err := c.b.Close()
	return err
}

// fail breaks the client, and closes the connection: the two ends no longer agree on what comes next.
func (c *Client) fail(name string, err error) error {
	err = c.b.Fail(name, err)
	c.c.Close()
	return err
}

// rules returns the rules for what the server says.
func (c *Client) rules() nntp.Rules {
	if c.opts.Strict {
		return nntp.Rules{}
	}
	return nntp.Rules{Lenient: true, Forgave: c.b.Forgave}
}

// ready tells whether a command may be sent at all.
func (c *Client) ready(command string) error {
	if err := c.b.Ready(command); err != nil {
		return err
	}
	if c.stream != nil {
		return c.b.Wrap(command, ErrStreamOpen)
	}
	return nil
}

// response reads the initial line of a response; it runs inside Do.
func (c *Client) response(name string) (*nntp.Response, error) {
	l, err := c.b.Line()
	if err != nil {
		return nil, err
	}
	r, err := c.rules().ParseResponse(l)
	if err != nil {
		return nil, err
	}
	r.Command = name
	if r.Code == nntp.CodeUnavailable {
		c.b.Reason = r // the server closes the connection now (RFC 3977 section 3.2.1)
	}
	return r, nil
}

// exchange sends octets and reads the initial line of a response.
func (c *Client) exchange(ctx context.Context, name string, text []byte) (r *nntp.Response, err error) {
	c.b.Begin(name)
	err = c.b.Do(ctx, func() error {
		if err := c.b.Write(text); err != nil {
			return err
		}
		r, err = c.response(name)
		return err
	})
	if err != nil {
		return nil, c.fail(name, err)
	}
	return r, nil
}

// send checks a command and sends it, and reads the initial line of the response. A refusal is an error; so is a code that is none of want, if there
// are any: the response is returned with either.
func (c *Client) send(ctx context.Context, cmd nntp.Command, want ...int) (*nntp.Response, error) {
	name := cmd.String()
	if err := c.ready(name); err != nil {
		return nil, err
	}
	if !c.selected && needsGroup(cmd) {
		return nil, c.b.Wrap(name, ErrNoGroup)
	}
	text, err := nntp.Rules{}.AppendCommand(c.scratch[:0], cmd)
	c.scratch = text[:0]
	if err != nil {
		return nil, c.b.Wrap(name, err)
	}
	c.guarded = c.guarded || cmd.Name == "STARTTLS" || cmd.Verb() == "AUTHINFO"
	r, err := c.exchange(ctx, name, text)
	if err != nil {
		return nil, err
	}
	err = c.judge(r, name, want...)
	c.selected = c.selected || err == nil && r.Code == nntp.CodeGroup
	return r, err
}

// needsGroup reports whether a command depends on a group that is selected: all that take articles by number, or the current one.
func needsGroup(cmd nntp.Command) bool {
	at := 0
	switch cmd.Name {
	case "NEXT", "LAST":
		return true
	case "LISTGROUP":
		return len(cmd.Args) == 0
	case "ARTICLE", "HEAD", "BODY", "STAT", "OVER", "XOVER", "XROVER":
	case "HDR", "XHDR", "XPAT":
		at = 1
	default:
		return false
	}
	return len(cmd.Args) <= at || cmd.Args[at][0] != '<'
}

// plain are the codes that say no more than that the command was carried out: another one of 2xx says the same (RFC 3977 section 3.2).
var plain = map[int]bool{
	nntp.CodeTransferred: true, nntp.CodePosted: true, nntp.CodeTaken: true, nntp.CodeSendIt: true, nntp.CodeStreamingAllowed: true, nntp.CodeSlaveNoted: true,
	nntp.CodeClosing: true,
}

// judge returns the error that a response is.
func (c *Client) judge(r *nntp.Response, name string, want ...int) error {
	switch {
	case r.Class() >= 4:
		return c.b.Wrap(name, r)
	case len(want) == 0:
		return nil
	}
	var codes []string
	for _, w := range want {
		if r.Code == w {
			return nil
		}
		codes = append(codes, (&nntp.Response{Code: w}).Line())
		if r.Class() == 2 && plain[w] {
			return c.b.Forgive(unexpected(r, codes[0], "RFC 3977 section 3.2"))
		}
	}
	// A data block may follow or not: nobody can tell.
	return c.fail(name, unexpected(r, strings.Join(codes, " or "), "RFC 3977 section 3.2"))
}

// list sends a command whose answer is a data block and gives each of its lines to f, unstuffed. An error of f ends the giving; the rest is read away.
func (c *Client) list(ctx context.Context, cmd nntp.Command, code int, f func(line []byte) error) (*nntp.Response, error) {
	r, err := c.send(ctx, cmd, code)
	if err != nil {
		return nil, err
	}
	return r, c.lines(ctx, cmd.String(), f)
}

// lines reads the lines of a data block and gives each to f, unstuffed. An error of f that is a departure from the grammar breaks the client; another one is
// returned when the block was read to its end.
func (c *Client) lines(ctx context.Context, name string, f func(line []byte) error) error {
	c.b.Begin(name)
	defer c.c.R.Bulk()()
	var failed error
	for more := true; more; {
		// One wait a batch: the deadline is renewed when more has to be read.
		err := c.b.Ended(c.c.Do(ctx, c.opts.Timeouts.Idle, func() error {
			for first := true; first || c.c.R.Buffered() > 0; first = false {
				l, err := c.b.Line()
				if err != nil {
					return err
				}
				if l.End != wire.CRLF {
					if err := c.b.Forgive(&wire.SyntaxError{Offset: len(l.Text), Got: l.End.Octets(), Want: "CRLF", Cite: "RFC 3977 section 3.1.1"}); err != nil {
						return err
					}
				}
				text := l.Text
				if len(text) > 0 && text[0] == '.' {
					if len(text) == 1 {
						more = false
						return nil
					}
					text = text[1:]
				}
				if failed != nil {
					continue
				}
				if failed = f(text); failed != nil {
					var syntax *wire.SyntaxError
					var limit *wire.LimitError
					if errors.As(failed, &syntax) || errors.As(failed, &limit) {
						return failed
					}
				}
			}
			return nil
		}))
		if err != nil {
			return c.fail(name, err)
		}
	}
	if failed != nil {
		return c.b.Wrap(name, failed)
	}
	return nil
}

// collect sends a command whose answer is a list, and returns it whole.
func collect[T any](c *Client, ctx context.Context, cmd nntp.Command, code int, parse func(line []byte) (T, error)) ([]T, error) {
	out := []T{}
	var size int64
	_, err := c.list(ctx, cmd, code, func(line []byte) error {
		if size += int64(len(line)) + 2; size > c.opts.Limits.List {
			return &wire.LimitError{What: "list", Limit: c.opts.Limits.List}
		}
		v, err := parse(line)
		if err == nil {
			out = append(out, v)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// text is a line as it is.
func text(line []byte) (string, error) { return string(line), nil }

// Quit ends the session and closes the connection, whatever happens, also if ctx is done.
func (c *Client) Quit(ctx context.Context) error {
	_, err := c.send(ctx, nntp.NewCommand("QUIT"), nntp.CodeClosing)
	return c.b.Quit("QUIT", err, c.Close())
}

// Capabilities asks for the capabilities (RFC 3977 section 5.2) and keeps them, until TLS, authentication or compression begins. Lines that cannot be
// capabilities are passed over (section 3.3.1).
func (c *Client) Capabilities(ctx context.Context) (nntp.Capabilities, error) {
	caps := nntp.Capabilities{}
	_, err := c.list(ctx, nntp.NewCommand("CAPABILITIES"), nntp.CodeCapabilities, func(line []byte) error {
		one, ok, err := c.rules().ParseCapability(line)
		if ok {
			caps = append(caps, one)
		}
		return err
	})
	if err != nil {
		var refused *nntp.Response
		if errors.As(err, &refused) {
			c.caps, c.capsDone = nil, true
		}
		return nil, err
	}
	c.caps, c.capsDone = caps, true
	return caps, nil
}

// Known returns the last answer to CAPABILITIES; ok is false if there was none since the connection, TLS, authentication or compression began.
func (c *Client) Known() (caps nntp.Capabilities, ok bool) { return c.caps, c.caps != nil }

// capabilities returns the known capabilities, and asks for them if they are not known. A server without the command has none.
func (c *Client) capabilities(ctx context.Context) (nntp.Capabilities, error) {
	if c.capsDone {
		return c.caps, nil
	}
	caps, err := c.Capabilities(ctx)
	if err != nil && c.capsDone {
		return nil, nil
	}
	return caps, err
}

// forget drops the capabilities: they may be others now.
func (c *Client) forget() { c.caps, c.capsDone = nil, false }

// Reader makes ready for reading: it asks for the capabilities if they are not known, and sends MODE READER where they list MODE-READER, or where the server
// has no CAPABILITIES and may want it (RFC 3977 section 3.4.2). It is to be called before TLS and authentication.
func (c *Client) Reader(ctx context.Context) error {
	caps, err := c.capabilities(ctx)
	if err != nil {
		return err
	}
	if caps.Has("MODE-READER") {
		_, err = c.ModeReader(ctx)
		return err
	}
	if caps != nil || c.switched || c.guarded || c.squeezed {
		return nil
	}
	_, err = c.ModeReader(ctx)
	var refused *nntp.Response
	if errors.As(err, &refused) && (refused.Code == nntp.CodeUnknownCommand || refused.Code == nntp.CodeSyntax) {
		return nil // it knows no modes either
	}
	return err
}

// ModeReader asks a server that serves peers first for reader's commands (RFC 3977 section 5.3). It reports whether posting is permitted.
func (c *Client) ModeReader(ctx context.Context) (posting bool, err error) {
	switch {
	case c.switched:
		return false, c.b.Wrap("MODE READER", ErrModeReader)
	case c.squeezed:
		return false, c.b.Wrap("MODE READER", ErrCompressed)
	case c.authed:
		return false, c.b.Wrap("MODE READER", ErrAuthenticated)
	case c.guarded:
		return false, c.b.Wrap("MODE READER", ErrModeReader)
	}
	r, err := c.send(ctx, nntp.NewCommand("MODE READER"), nntp.CodePostingAllowed, nntp.CodePostingForbidden)
	c.switched = true
	c.selected = false // the server may begin anew
	c.forget()
	if err != nil {
		return false, err
	}
	return r.Code == nntp.CodePostingAllowed, nil
}

// STARTTLS begins TLS (RFC 4642 section 2.2). What was known of the server is forgotten. What the server sent in the clear behind its response is refused
// with a [*BufferedError].
func (c *Client) STARTTLS(ctx context.Context) error {
	if _, ok := c.c.TLS(); ok {
		return c.b.Wrap("STARTTLS", ErrTLSActive)
	}
	switch {
	case c.squeezed:
		return c.b.Wrap("STARTTLS", ErrCompressed)
	case c.authed:
		return c.b.Wrap("STARTTLS", ErrAuthenticated)
	}
	if _, err := c.send(ctx, nntp.NewCommand("STARTTLS"), nntp.CodeStartTLS); err != nil {
		return err
	}
	return c.StartTLS(ctx)
}

// StartTLS makes a TLS handshake, without STARTTLS before it: for the raw level.
func (c *Client) StartTLS(ctx context.Context) error {
	if err := c.c.StartTLS(ctx, c.opts.Timeouts.Handshake, client.TLSConfig(c.opts.TLS, c.opts.Host)); err != nil {
		return c.fail("TLS", err)
	}
	c.selected, c.streams = false, false
	c.forget()
	return nil
}

// Compress compresses both directions with DEFLATE (RFC 8054). No authentication and no TLS can follow.
func (c *Client) Compress(ctx context.Context) error {
	if c.squeezed {
		return c.b.Wrap("COMPRESS", ErrCompressed)
	}
	if _, err := c.send(ctx, nntp.NewCommand("COMPRESS", "DEFLATE"), nntp.CodeCompressing); err != nil {
		return err
	}
	if err := c.c.StartDeflate(); err != nil {
		return c.fail("COMPRESS", err)
	}
	c.squeezed = true
	c.forget()
	return nil
}
