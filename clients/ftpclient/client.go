package ftpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"harness/internal/client"
	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/ftp"
	"harness/protocols/wire"
)

const protocol = "ftp"

// Client is a control connection to an FTP server.
type Client struct {
	b        *client.Base
	c        *conn.Conn // of b
	opts     Options
	host     string // what data connections are dialled with where Options.Dial is set
	greeting *ftp.Reply

	features ftp.Features
	loggedIn bool
	noHost   bool // HOST was refused as unknown
	featDone bool // FEAT was answered since the connection or TLS began; features may be nil then

	now    Parameters // in force at the server; a zero Type is not known
	wanted ftp.Type   // of transfers that name none

	active     bool
	noEPSV     bool
	epsvAll    bool
	passiveOK  bool   // EPSV or PASV has worked
	marker     string // of Rest, for the next transfer
	restSet    bool   // a REST is not used up: the server may apply it to the next transfer (RFC 3659 section 5.3)
	protChosen bool   // Prot was called, or the client has called for protection itself

	sessions *sessions
	open     *Transfer
	kept     *Data                // left open by MODE B or C
	live     atomic.Pointer[Data] // what Close closes: the open transfer's, or the one that was left open
	opened   int                  // data connections so far
	look     look

	scratch []byte
}

// Parameters are the transfer parameters in force (RFC 959 section 5.1 has the defaults: A N, F, S; RFC 4217 section 9: C).
type Parameters struct {
	// Type is the representation type that the server was told last; the zero value means that it is not known.
	Type       ftp.Type
	Structure  ftp.Structure
	Mode       ftp.Mode
	Protection ftp.Protection
}

var defaultParameters = Parameters{Type: ftp.ASCII, Structure: ftp.FileStructure, Mode: ftp.StreamMode, Protection: ftp.ClearProtection}

// Dial connects to addr, "host:port" or "host", and reads the greeting. Opts may be nil. The error of a server that greets with a refusal is
// its [*ftp.Reply].
func Dial(ctx context.Context, addr string, opts *Options) (*Client, error) {
	o := opts.withDefaults()
	hostPort, host := address(addr, o.ImplicitTLS)
	if o.Host == "" {
		o.Host = host
	}
	nc, err := o.dial(ctx, hostPort, 0)
	if err != nil {
		return nil, &Error{Protocol: protocol, Addr: hostPort, Command: "connect", Err: err}
	}
	return start(ctx, nc, hostPort, host, o)
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
// name the server. A *tls.Conn is taken as it is: Options.ImplicitTLS is for connections that are not. Passive data connections go to the
// connection's peer; where that is no IP address, Options.Host and Options.Dial are needed.
func New(ctx context.Context, nc net.Conn, opts *Options) (*Client, error) {
	o := opts.withDefaults()
	addr := "(unnamed)"
	if a := nc.RemoteAddr(); a != nil && a.String() != "" {
		addr = a.String()
	}
	return start(ctx, nc, addr, o.Host, o)
}

func (o *Options) dial(ctx context.Context, hostPort string, keepAlive time.Duration) (net.Conn, error) {
	if o.Timeouts.Connect > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.Timeouts.Connect)
		defer cancel()
	}
	if o.Dial != nil {
		return o.Dial(ctx, "tcp", hostPort)
	}
	d := net.Dialer{KeepAlive: keepAlive}
	return d.DialContext(ctx, "tcp", hostPort)
}

func start(ctx context.Context, nc net.Conn, addr, host string, o Options) (*Client, error) {
	cc := conn.New(nc, conn.Options{Local: dialect.Client, Tap: o.Tap, LineLimit: o.Limits.Line, TLSMayEnd: true})
	c := &Client{
		b: &client.Base{Conn: cc, Protocol: protocol, Addr: addr, Timeout: o.Timeouts.Command, Strict: o.Strict}, c: cc, opts: o, host: host,
		now: defaultParameters, wanted: ftp.Image, active: o.Active, noEPSV: o.NoEPSV, sessions: newSessions(o.TLS),
	}
	if err := c.greet(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *Client) greet(ctx context.Context) error {
	if c.opts.ImplicitTLS {
		if err := c.StartTLS(ctx); err != nil {
			return err
		}
	}
	c.noteCertificate()
	c.b.Begin("greeting")
	for n := 0; ; n++ {
		reply, err := c.next(ctx, "greeting")
		switch {
		case err != nil:
			return c.b.Wrap("greeting", err)
		case reply.Preliminary() && n < maxPreliminary: // 120: the service will be ready later
			continue
		case reply.Negative():
			return c.b.Wrap("greeting", reply)
		case !reply.Completed():
			return c.b.Wrap("greeting", &UnexpectedReplyError{Reply: reply, Want: 2})
		}
		c.greeting = reply
		return nil
	}
}

// maxPreliminary is how many preliminary replies may come before the final one, but for transfers.
const maxPreliminary = 100

// Greeting returns the reply with which the server began.
func (c *Client) Greeting() *ftp.Reply { return c.greeting }

// Addr returns the server's address.
func (c *Client) Addr() string { return c.b.Addr }

// TLS returns the state of TLS on the control connection; ok is false without TLS.
func (c *Client) TLS() (state tls.ConnectionState, ok bool) { return c.c.TLS() }

// Features returns the last answer to FEAT; ok is false if there was none since the connection or TLS began.
func (c *Client) Features() (features ftp.Features, ok bool) { return c.features, c.featDone }

// Parameters returns the transfer parameters in force, as far as the client knows them.
func (c *Client) Parameters() Parameters { return c.now }

// SetParameters tells the client what it can't know: the parameters after commands on the raw level. A zero Type has the next transfer send TYPE;
// of the others, the zero value means the default.
func (c *Client) SetParameters(p Parameters) {
	if p.Structure == 0 {
		p.Structure = ftp.FileStructure
	}
	if p.Mode == 0 {
		p.Mode = ftp.StreamMode
	}
	if p.Protection == 0 {
		p.Protection = ftp.ClearProtection
	} else {
		c.protChosen = true
	}
	c.now = p
}

// SetActive chooses between active mode (PORT, EPRT) and passive (EPSV, PASV) for the transfers that follow.
func (c *Client) SetActive(active bool) { c.active = active }

// Forgiven returns what a lenient client let pass, at most the first 100 departures, and how many there were in all.
func (c *Client) Forgiven() ([]Forgiven, int) {
	return c.b.Forgiven()
}

// Close closes the connection without QUIT; an open transfer is cut off. A second call does nothing.
func (c *Client) Close() error {
	first, err := c.b.Close()
	if !first {
		return nil
	}
	c.look.stop()
	if d := c.live.Load(); d != nil {
		d.Close()
	}
	return err
}

// rules returns the rules for what the server says.
func (c *Client) rules() ftp.Rules {
	r := ftp.Rules{MaxReplyLines: c.opts.Limits.Reply}
	if !c.opts.Strict {
		r.Lenient, r.Forgave = true, c.b.Forgave
	}
	return r
}

// ready tells whether a command may be sent at all.
func (c *Client) ready(command string) error {
	if err := c.b.Ready(command); err != nil || c.open == nil {
		return err
	}
	return c.b.Wrap(command, ErrTransferOpen)
}

// next reads a reply. It does not break the client.
func (c *Client) next(ctx context.Context, name string) (reply *ftp.Reply, err error) {
	err = c.b.Do(ctx, func() error {
		reply, err = c.reply(name)
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply, nil
}

// reply reads a reply; it runs inside do.
func (c *Client) reply(name string) (*ftp.Reply, error) {
	reply, err := c.rules().ReadReply(c.c.R)
	if err != nil {
		return nil, err
	}
	reply.Command = name
	for i, l := range reply.Lines {
		if strings.IndexByte(l, 0xff) >= 0 { // Telnet's IAC (RFC 959 section 5.2)
			text, _ := ftp.StripTelnet([]byte(l))
			reply.Lines[i] = string(text)
		}
	}
	if reply.Code == ftp.CodeServiceNotAvailable {
		c.b.Reason = reply // of the connection's end, if that comes
	}
	return reply, nil
}

// appendCommand checks a command and appends it to b.
func (c *Client) appendCommand(b []byte, cmd ftp.Command) ([]byte, error) {
	if c.opts.RequireTLS && (cmd.Verb == "USER" || ftp.Secret(cmd.Verb)) {
		if _, ok := c.c.TLS(); !ok {
			return b, c.b.Wrap(cmd.String(), ErrNeedTLS)
		}
	}
	b, err := ftp.Rules{}.AppendCommand(b, cmd)
	return b, c.b.Wrap(cmd.String(), err)
}

// send sends a command and reads its reply, of whatever kind.
func (c *Client) send(ctx context.Context, cmd ftp.Command) (*ftp.Reply, error) {
	name := cmd.String()
	if err := c.ready(name); err != nil {
		return nil, err
	}
	text, err := c.appendCommand(c.scratch[:0], cmd)
	c.scratch = text[:0]
	if err != nil {
		return nil, err
	}
	c.b.Begin(name)
	var reply *ftp.Reply
	err = c.b.Do(ctx, func() (err error) {
		if err = c.b.Write(text); err == nil {
			reply, err = c.reply(name)
		}
		return err
	})
	if err != nil {
		return nil, c.b.Fail(name, err)
	}
	return reply, nil
}

// answer sends a command and reads the replies to it up to one that is not preliminary. A refusal is an error.
func (c *Client) answer(ctx context.Context, cmd ftp.Command) (*ftp.Reply, error) {
	reply, err := c.send(ctx, cmd)
	for n := 0; err == nil && reply.Preliminary(); n++ {
		if n == maxPreliminary {
			return nil, c.b.Fail(cmd.String(), &UnexpectedReplyError{Reply: reply, Want: 2})
		}
		// REIN may be answered by 120 first; elsewhere it is forgiven (RFC 1123 section 4.1.4.4).
		if cmd.Verb != "REIN" {
			if err := c.b.Forgive(misplaced(reply, "a final reply")); err != nil {
				return nil, c.b.Fail(cmd.String(), err)
			}
		}
		if reply, err = c.next(ctx, cmd.String()); err != nil {
			return nil, c.b.Fail(cmd.String(), err)
		}
	}
	if err != nil {
		return nil, err
	}
	if reply.Negative() {
		return reply, c.b.Wrap(cmd.String(), reply)
	}
	return reply, nil
}

func misplaced(reply *ftp.Reply, want string) *wire.SyntaxError {
	return &wire.SyntaxError{Got: string(reply.Raw), Want: want, Cite: "RFC 959 section 5.4"}
}

// as returns a positive reply as one with the code that its parser wants: of the code, the first digit is what counts for a client (RFC 1123 section
// 4.1.2.11). Strictly it is left as it is.
func (c *Client) as(reply *ftp.Reply, code int) *ftp.Reply {
	if reply.Code == code || c.opts.Strict {
		return reply
	}
	c.b.Begin(reply.Command)
	c.b.Forgave(misplaced(reply, "the code "+strconv.Itoa(code)))
	same := *reply
	same.Code = code
	return &same
}

// complete sends a command to which 2yz is the positive answer.
func (c *Client) complete(ctx context.Context, cmd ftp.Command) (*ftp.Reply, error) {
	return c.expect(ctx, cmd, 2)
}

// expect sends a command to whose positive answer the first digit is want.
func (c *Client) expect(ctx context.Context, cmd ftp.Command, want int) (*ftp.Reply, error) {
	reply, err := c.answer(ctx, cmd)
	if err == nil && reply.Code/100 != want {
		err = c.b.Wrap(cmd.String(), &UnexpectedReplyError{Reply: reply, Want: want})
	}
	return reply, err
}

// Quit ends the session and closes the connection, whatever happens, also if ctx is done. An open transfer is cut off first.
func (c *Client) Quit(ctx context.Context) error {
	var err error
	if t := c.open; t != nil {
		err = t.Abort(ctx)
	}
	c.dropData()
	_, qerr := c.complete(ctx, ftp.NewCommand("QUIT", ""))
	return errors.Join(err, c.b.Quit("QUIT", qerr, c.Close()))
}
