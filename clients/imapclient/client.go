package imapclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"time"

	"harness/internal/client"
	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/imap"
	"harness/protocols/wire"
)

const protocol = "imap"

// Client is a connection to an IMAP server.
type Client struct {
	b        *client.Base
	c        *conn.Conn // of b
	d        *imap.Decoder
	e        *imap.Encoder
	opts     Options
	greeting *imap.Status
	caps     imap.Capabilities
	capsDone bool // they are known
	told     int  // how often they were told
	state    imap.State
	mailbox  *Mailbox // that is selected
	enabled  imap.Capabilities

	tags  int
	calls []*call // that are not answered, in the order in which they were sent
	kept  []imap.Response

	// While something waits for the server:
	busy    bool
	ctx     context.Context
	renewed time.Time
	asking  *call // whose literal waits for the server to ask
	asked   bool
	full    error // what is kept passed its limit
}

// Dial connects to addr, "host:port" or "host", and reads the greeting. Opts may be nil. The error of a server that greets with BYE is its [*imap.Status].
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
	c := &Client{b: b, c: nc, opts: o, d: imap.NewDecoder(nc.R), e: imap.NewEncoder(nc.W), state: imap.NotAuthenticated}
	c.d.Limits = imap.Limits{Literal: o.Limits.Literal, Total: o.Limits.Response, Nesting: o.Limits.Nesting}
	if !o.Strict {
		c.d.Rules = imap.Rules{Lenient: true, Forgave: b.Forgave}
	}
	c.d.Body = c.body
	c.e.Continue = c.wait
	c.e.Append = c.message
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
	const name = "greeting"
	c.b.Begin(name)
	var r imap.Response
	err := c.b.Do(ctx, func() (err error) {
		r, err = c.d.ReadResponse()
		return err
	})
	if err != nil {
		return c.b.Wrap(name, err)
	}
	s, ok := r.(*imap.Status)
	if ok && s.Tag == "" {
		c.greeting = s
		c.note(r)
		switch s.Kind {
		case "OK":
			return nil
		case "PREAUTH":
			c.state = imap.Authenticated
			return nil
		case "BYE":
			return c.b.Wrap(name, s)
		}
	}
	return c.b.Wrap(name, &wire.SyntaxError{Got: fmt.Sprintf("%T", r), Want: `"* OK", "* PREAUTH" or "* BYE"`, Cite: "RFC 9051 section 7.1"})
}

// Greeting returns the status with which the server began.
func (c *Client) Greeting() *imap.Status { return c.greeting }

// State returns the state of the session.
func (c *Client) State() imap.State { return c.state }

// Addr returns the server's address.
func (c *Client) Addr() string { return c.b.Addr }

// TLS returns the state of TLS; ok is false without TLS.
func (c *Client) TLS() (state tls.ConnectionState, ok bool) { return c.c.TLS() }

// Forgiven returns what a lenient client let pass, at most the first 100 departures, and how many there were in all.
func (c *Client) Forgiven() ([]Forgiven, int) { return c.b.Forgiven() }

// Known returns the capabilities that the server told; ok is false if it told none since the connection, TLS or authentication began.
func (c *Client) Known() (caps imap.Capabilities, ok bool) { return slices.Clone(c.caps), c.capsDone }

// Enabled returns what ENABLE switched on.
func (c *Client) Enabled() imap.Capabilities { return slices.Clone(c.enabled) }

// Unsolicited returns the responses that were no part of a command's answer, in their order, and forgets them. With Options.Handler there are none.
func (c *Client) Unsolicited() []imap.Response {
	kept := c.kept
	c.kept = nil
	return kept
}

// Close closes the connection without LOGOUT. A second call does nothing. To leave a mailbox, see [Client.CloseMailbox].
func (c *Client) Close() error {
	_, err := c.b.Close()
	return err
}

// call is a command that is under way.
type call struct {
	cmd  *imap.Command
	name string
	// take is given each untagged response; it reports whether that is a part of the answer. It may be nil.
	take func(r imap.Response) bool
	// ended is called with the tagged response; it may be nil.
	ended func(s *imap.Status)
	// plus answers a continuation request that is for no literal; nil if the command has none.
	plus func(r *imap.Continuation) error
	// body takes the literals of sections in FETCH responses that mine says are of this answer; nil to keep them.
	body BodyFunc
	mine func(f *imap.Fetch) bool
	// message gives the message of APPEND.
	message io.Reader

	status *imap.Status // the tagged one
	err    error        // the first of the grammar, or of what the caller gave
}

func (k *call) fail(err error) {
	if k.err == nil {
		k.err = err
	}
}

// fail breaks the client, and closes the connection: the two ends no longer agree on what comes next.
func (c *Client) fail(name string, err error) error {
	err = c.b.Fail(name, err)
	c.c.Close()
	return err
}

// ready tells whether a command may be sent at all.
func (c *Client) ready(name string) error {
	if err := c.b.Ready(name); err != nil {
		return err
	}
	if c.busy {
		return c.b.Wrap(name, ErrBusy)
	}
	return nil
}

// allowed tells whether a command may be sent as the session stands.
func (c *Client) allowed(cmd *imap.Command, name string, state imap.State) error {
	if s := cmd.Spec(); s != nil && s.States&state == 0 && !c.opts.AnyState {
		return c.b.Wrap(name, ErrState)
	}
	return nil
}

// errRefused ends the sending of a command that the server answered before it had it whole.
var errRefused = errors.New("refused")

// run sends a command and waits for what ends it. A refusal is an error, the [*imap.Status].
func (c *Client) run(ctx context.Context, k *call) error {
	k.name = k.cmd.String()
	if err := c.ready(k.name); err != nil {
		return err
	}
	if err := c.allowed(k.cmd, k.name, c.state); err != nil {
		return err
	}
	err := c.do(ctx, k.name, func() error {
		if err := c.send(k); err != nil {
			return err
		}
		if err := c.c.W.Flush(); err != nil {
			return err
		}
		return c.until(func() bool { return k.status != nil })
	})
	if err != nil {
		return c.broke(k.name, err)
	}
	return c.result(k)
}

// notSent is the error of a command that cannot be sent, and of which nothing was.
type notSent struct{ error }

func (n notSent) Unwrap() error { return n.error }

// broke returns the error of what ended before its answer: it breaks the client, unless nothing was sent.
func (c *Client) broke(name string, err error) error {
	var unsent notSent
	if errors.As(err, &unsent) {
		return c.b.Wrap(name, unsent.error)
	}
	return c.fail(name, err)
}

// do runs f, in which the server is spoken to.
func (c *Client) do(ctx context.Context, name string, f func() error) error {
	c.b.Begin(name)
	c.busy, c.ctx, c.renewed = true, ctx, time.Now()
	defer func() { c.busy, c.ctx, c.asking = false, nil, nil }()
	return c.b.Do(ctx, f)
}

// send gives a command its tag and writes it; what waits to be flushed is not. The error is a notSent if nothing of it was.
func (c *Client) send(k *call) error {
	c.tags++
	tagged := *k.cmd
	tagged.Tag = "a" + strconv.Itoa(c.tags)
	k.cmd = &tagged
	c.e.Literals = imap.Synchronizing
	if !c.opts.Synchronizing {
		c.e.Literals = c.caps.Literals()
	}
	c.calls = append(c.calls, k)
	c.asking = k
	err := c.e.Command(k.cmd)
	c.asking = nil
	var argument *imap.ArgumentError
	switch {
	case err == errRefused:
		return nil
	case errors.As(err, &argument):
		c.drop(k)
		c.tags--
		return notSent{err}
	}
	return err
}

func (c *Client) drop(k *call) {
	c.calls = slices.DeleteFunc(c.calls, func(x *call) bool { return x == k })
}

// result returns the error of a command that was answered.
func (c *Client) result(k *call) error {
	no := k.status.Kind != "OK"
	switch {
	case k.err != nil && no:
		return c.b.Wrap(k.name, fmt.Errorf("%w (and the server answered %w)", k.err, k.status))
	case k.err != nil:
		return c.b.Wrap(k.name, k.err)
	case no:
		return c.b.Wrap(k.name, k.status)
	}
	return nil
}

// pace renews the deadline when a good part of it has gone by: the client may wait for ever as long as something comes.
func (c *Client) pace(timeout time.Duration) error {
	if timeout <= 0 || c.ctx == nil {
		return nil
	}
	now := time.Now()
	if now.Sub(c.renewed) < timeout/4 {
		return nil
	}
	c.renewed = now
	return c.c.Renew(c.ctx, timeout)
}

// until reads responses until done.
func (c *Client) until(done func() bool) error {
	for !done() {
		if c.full != nil {
			return c.full
		}
		if err := c.pace(c.opts.Timeouts.Command); err != nil {
			return err
		}
		if err := c.next(); err != nil {
			return err
		}
	}
	return c.full
}

// next reads one response.
func (c *Client) next() error {
	r, err := c.d.ReadResponse()
	if err == nil {
		return c.got(r)
	}
	syntax, ok := err.(*wire.SyntaxError)
	if !ok {
		return err
	}
	// The stream is in step: what cannot be understood is the error of a command.
	switch r := r.(type) {
	case *imap.Status:
		if k := c.find(r.Tag); k != nil {
			k.fail(syntax)
			return c.got(r)
		}
	case *imap.Continuation:
		if len(c.calls) > 0 {
			c.calls[len(c.calls)-1].fail(syntax)
		}
		return c.got(r)
	}
	if len(c.calls) == 0 {
		return c.b.Forgive(syntax)
	}
	c.calls[0].fail(syntax)
	return nil
}

func (c *Client) find(tag string) *call {
	for _, k := range c.calls {
		if k.cmd.Tag == tag {
			return k
		}
	}
	return nil
}

// got gives a response to whom it concerns.
func (c *Client) got(r imap.Response) error {
	switch r := r.(type) {
	case *imap.Continuation:
		if c.asking != nil && !c.asked {
			c.asked = true
			return nil
		}
		for _, k := range c.calls {
			if k.plus != nil {
				return k.plus(r)
			}
		}
		c.keep(r)
		return nil
	case *imap.Status:
		if r.Tag == "" {
			break
		}
		k := c.find(r.Tag)
		if k == nil {
			c.keep(r)
			return c.b.Forgive(&wire.SyntaxError{Got: r.Tag, Want: "the tag of a command that is not answered yet", Cite: "RFC 9051 section 2.2.2"})
		}
		k.status = r
		c.note(r)
		c.drop(k)
		if k.ended != nil {
			k.ended(r)
		}
		return nil
	}
	c.note(r)
	for _, k := range c.calls {
		if k.take != nil && k.take(r) {
			return nil
		}
	}
	c.keep(r)
	return nil
}

// keep delivers what is no part of an answer.
func (c *Client) keep(r imap.Response) {
	if c.opts.Handler != nil {
		c.opts.Handler(r)
		return
	}
	if len(c.kept) >= c.opts.Limits.Unsolicited {
		c.full = fmt.Errorf("%d responses that nobody asked for are kept, and that is the limit: call Unsolicited, or set Options.Handler", len(c.kept))
		return
	}
	c.kept = append(c.kept, r)
}

// note has the client know what a response says of the session.
func (c *Client) note(r imap.Response) {
	switch r := r.(type) {
	case *imap.CapabilityData:
		c.learn(r.Capabilities)
	case *imap.EnabledData:
		c.enabled = append(c.enabled, r.Capabilities...)
		if r.Capabilities.Has("UTF8=ACCEPT") || r.Capabilities.Has("IMAP4rev2") {
			c.d.Rules.UTF8, c.e.Rules.UTF8 = true, true
		}
	case *imap.Status:
		if r.Kind == "BYE" {
			c.b.Reason = r // the server closes the connection now (RFC 9051 section 7.1.5)
		}
		if r.Code != nil && r.Code.Name == "CAPABILITY" {
			c.learn(r.Code.Words)
		}
	}
	if c.mailbox != nil {
		c.mailbox.note(r)
	}
}

func (c *Client) learn(caps imap.Capabilities) {
	c.caps, c.capsDone = caps, true
	c.told++
}

// forget drops the capabilities: they may be others now.
func (c *Client) forget() { c.caps, c.capsDone = nil, false }

// wait reads responses until the server asks for the octets of a literal, or refuses the command.
func (c *Client) wait() error {
	k := c.asking
	c.asked = false
	err := c.until(func() bool { return c.asked || k.status != nil })
	switch {
	case err != nil:
		return err
	case k.status != nil:
		return errRefused
	}
	return nil
}
