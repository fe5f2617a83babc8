package ftpspec

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"harness/internal/ca"
	"harness/internal/conn"
	"harness/mockservers"
	"harness/protocols/dialect"
	"harness/protocols/ftp"
	"harness/protocols/wire"
	"harness/specs"
	"harness/specs/trial"
	"harness/transcript"
)

// serverName is the name of the server that client cases connect to, as the client is told it.
const serverName = "ftp.example.org"

// The account of client cases.
const (
	aliceName     = "alice"
	alicePassword = "wonderland"
)

// clientCase is a row of the tables of client cases: a server that follows a script, and what the client is made to do.
type clientCase struct {
	// name makes the case's id, ftp/client/NAME, and its requirement, ftp/NAME, unless requirement names another.
	name, requirement string
	// also names further requirements that the case touches, without "ftp/".
	also       []string
	labels     []string
	timeout    time.Duration
	deviations []string

	// script is what the server says and what it expects, in the form of sessions (fixtures/sessions/FORMAT.md) without their header. Commands
	// that it does not expect are answered if a client may send them at any time (see [script.aside]); behind its end the client may QUIT.
	// Addresses in 227 and 229 that are values, such as {{1,2,3,4,5,6 pasv}}, become that of a live port. What stands on the data
	// channels d1, d2 and so on goes over the connection that was announced last.
	script string
	// early has the script begin with the greeting. Otherwise it begins behind a login with USER and PASS, in which the client's steps are not
	// judged; [try.login] is its other side.
	early bool
	// feat are the features, one a line; "" refuses FEAT.
	feat string
	// v6 has the server listen on IPv6.
	v6 bool
	// serve stands in place of a script, for what a session cannot say: which octets come in one segment, what depends on what came.
	serve func(s *script)
	// options changes what the client connects with.
	options func(o *ClientOptions)
	// tls changes the server's side of TLS; it has a good certificate for any name that is asked for otherwise.
	tls func(a *ca.CA) (*tls.Config, error)
	// run drives the client. If neither it nor the script settles the judgement, that is Satisfied.
	run func(d *try)
}

// build makes the case.
func (c clientCase) build() specs.Case {
	return trial.Case(specs.Row{
		Catalogue: specs.ClientCases, Protocol: "ftp", Name: c.name, Requirement: c.requirement, Also: c.also,
		Deviations: c.deviations, Labels: c.labels, Timeout: c.timeout,
	}, func(ctx context.Context, t *specs.T, client Client) specs.Judgement {
		return newTry(ctx, t, client, c).judge()
	})
}

// try is one try of a client.
type try struct {
	trial.Try[ClientSession, ClientOptions]
	row clientCase
}

func newTry(ctx context.Context, t *specs.T, client Client, row clientCase) *try {
	d := &try{row: row}
	d.Trial = trial.Trial{Ctx: ctx, T: t}
	d.Client, d.Options = client, d.options
	return d
}

func (d *try) judge() specs.Judgement {
	o := d.options()
	addr := ""
	if d.row.v6 {
		addr = "[::1]:0"
	}
	return d.Judge(trial.Options{Dialect: ftp.Dialect(), Addr: addr, TLSMayEnd: true, ImplicitTLS: o.Security == Implicit, TLS: d.row.tls, Serve: d.serve}, func() { d.row.run(d) })
}

// The client's side.

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
	return d.dialContext(d.Ctx, change...)
}

func (d *try) dialContext(ctx context.Context, change ...func(o *ClientOptions)) (*subject, error) {
	s, err := d.DialContext(ctx, change...)
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

// turnedAway has the client connect, which has to fail.
func (d *try) turnedAway(expected string) error {
	return d.TurnedAway(expected, func(ctx context.Context, c ClientSession) error { return c.Quit(ctx) })
}

// login has the client connect and log in, which is not judged.
func (d *try) login(change ...func(o *ClientOptions)) *subject {
	s := d.open(change...)
	s.given().login()
	return s
}

// step is something that a client does.
type step = func(ctx context.Context, c ClientSession) error

func value[T any](s *subject, what string, f func(ctx context.Context, c ClientSession) (T, error)) T {
	return trial.Value(&s.Subject, what, f)
}

// alice is who logs in.
func alice() Credentials { return Credentials{User: aliceName, Password: alicePassword} }

func (s *subject) login() {
	s.Do("a login", func(ctx context.Context, c ClientSession) error { return c.Login(ctx, alice()) })
}

func (s *subject) quit() {
	s.Do("QUIT", func(ctx context.Context, c ClientSession) error { return c.Quit(ctx) })
}

func (s *subject) noop() {
	s.Do("NOOP", func(ctx context.Context, c ClientSession) error { return c.Noop(ctx) })
}

func (s *subject) cwd(path string) {
	s.Do("CWD", func(ctx context.Context, c ClientSession) error { return c.Cwd(ctx, path) })
}

func (s *subject) pwd() string {
	return value(s, "PWD", func(ctx context.Context, c ClientSession) (string, error) { return c.Pwd(ctx) })
}

func (s *subject) retr(path string) string { return s.retrWith(path, TransferOptions{}) }

func (s *subject) retrWith(path string, o TransferOptions) string {
	return string(value(s, "RETR "+path, func(ctx context.Context, c ClientSession) ([]byte, error) { return c.Retr(ctx, path, o) }))
}

func (s *subject) stor(path, data string) { s.storWith(path, data, TransferOptions{}) }

func (s *subject) storWith(path, data string, o TransferOptions) {
	s.Do("STOR "+path, func(ctx context.Context, c ClientSession) error { return c.Stor(ctx, path, []byte(data), o) })
}

func (s *subject) nlst(path string) []string {
	return value(s, "NLST", func(ctx context.Context, c ClientSession) ([]string, error) { return c.Nlst(ctx, path) })
}

func (s *subject) mlsd(path string) []Listed {
	return value(s, "MLSD", func(ctx context.Context, c ClientSession) ([]Listed, error) { return c.Mlsd(ctx, path) })
}

// Steps that stand for themselves.
func noop(ctx context.Context, c ClientSession) error  { return c.Noop(ctx) }
func quit(ctx context.Context, c ClientSession) error  { return c.Quit(ctx) }
func login(ctx context.Context, c ClientSession) error { return c.Login(ctx, alice()) }

func retr(path string) step {
	return func(ctx context.Context, c ClientSession) error {
		_, err := c.Retr(ctx, path, TransferOptions{})
		return err
	}
}

func stor(path, data string) step {
	return func(ctx context.Context, c ClientSession) error {
		return c.Stor(ctx, path, []byte(data), TransferOptions{})
	}
}

func nlst(ctx context.Context, c ClientSession) error {
	_, err := c.Nlst(ctx, "")
	return err
}

// replyOf returns the refusal in an error; an empty one if there is none.
func replyOf(err error) *ftp.Reply {
	var r *ftp.Reply
	if errors.As(err, &r) {
		return r
	}
	return &ftp.Reply{}
}

// refusedWith has the client do something that the server refuses with a code, and fails unless it hands on the refusal.
func (s *subject) refusedWith(code int, what string, f step) *ftp.Reply {
	err := s.Refuses(what, f)
	r := replyOf(err)
	if err != nil && err != trial.ErrSettled && r.Code != code {
		s.d.Fail(fmt.Sprintf("the refusal %d of %s", code, what), "the client says: %v", err)
	}
	return r
}

// The server's side.

// script is a connection of the scripted server.
type script struct {
	trial.Script
	d *try
	// feat is the row's, unless the script changes it.
	feat string
	// private says that PROT P is in force, and dataTLS is the server's side then, nil for the same as on the control connection.
	private bool
	dataTLS *tls.Config

	ln       *net.TCPListener // of the last 227 or 229
	target   netip.AddrPort   // of the last PORT or EPRT
	dc       *conn.Conn       // the data connection
	channels int
}

// serve is the server's function for a connection.
func (d *try) serve(c *mockservers.Conn) error {
	s := d.newScript(c)
	defer s.dropData()
	if !d.row.early {
		s.welcome()
	}
	if d.row.serve != nil {
		d.row.serve(s)
	} else {
		s.Play(d.row.script)
		s.Rest()
	}
	return s.Err()
}

// newScript returns the script's side of a connection.
func (d *try) newScript(c *mockservers.Conn) *script {
	s := &script{Script: d.NewScript(c), d: d, feat: d.row.feat}
	s.Aside = s.aside
	s.Before = s.item
	s.Leaves = func(l trial.Said) bool {
		if l.Verb() != "QUIT" {
			return false
		}
		s.Say("221 bye")
		return true
	}
	return s
}

func (s *script) dropData() {
	if s.ln != nil {
		s.ln.Close()
	}
	if s.dc != nil {
		s.dc.Close()
	}
}

// aside answers the commands that a client may send at any time, beside what it is told to do: those that set up a transfer, and those that ask what
// the server can.
func (s *script) aside(l trial.Said) bool {
	arg := ""
	if _, rest := dialect.Verb(l.Text); rest != nil {
		arg = string(rest)
	}
	switch l.Verb() {
	case "EPSV":
		if strings.EqualFold(arg, "ALL") {
			s.Say("200 ok")
			return true
		}
		s.Say(fmt.Sprintf("229 Entering Extended Passive Mode (|||%d|)", s.listen()))
	case "PASV":
		s.Say("227 Entering Passive Mode (" + sixOf(s.listen()) + ")")
	case "PORT", "EPRT":
		s.announced(l)
		s.Say("200 ok")
	case "TYPE", "OPTS", "CLNT", "NOOP":
		s.Say("200 ok")
	case "SYST":
		s.Say("215 UNIX Type: L8")
	case "FEAT":
		s.Say(featAnswer(s.feat)...)
	case "PBSZ":
		s.Say("200 PBSZ=0")
	case "PROT":
		s.private = strings.EqualFold(arg, "P")
		s.Say("200 ok")
	case "REST":
		if arg != "0" {
			return false
		}
		s.Say("350 ok")
	default:
		return false
	}
	return true
}

// featAnswer is the answer to FEAT: features one a line, or a refusal.
func featAnswer(feat string) []string {
	if feat == "" {
		return []string{"502 no features"}
	}
	out := []string{"211-Features:"}
	for f := range strings.SplitSeq(feat, "\n") {
		out = append(out, " "+f)
	}
	return append(out, "211 End")
}

// welcome plays the server's side of a login that is not judged, TLS included.
func (s *script) welcome() {
	was := s.Pre
	s.Pre = true
	s.Say("220 harness ready")
	for !s.Over {
		l, ok := s.Next("USER and PASS")
		if !ok {
			return
		}
		switch l.Verb() {
		case "AUTH":
			s.Say("234 go on")
			s.Flush()
			s.StartTLS()
		case "USER":
			s.Say("331 and the password?")
		case "PASS":
			s.Say("230 logged in")
			s.Pre = was
			return
		default:
			s.Wrong("USER and PASS", "%s", l.Shown())
		}
	}
}

// expect reads a command, which has to be the one that is given, word for word but for the case of the verb.
func (s *script) expect(command string) {
	s.Hear(transcript.NewSay(transcript.Who{Party: dialect.Client}, []byte(command), wire.CRLF))
}

// answer reads a command and says what is to be said.
func (s *script) answer(command string, lines ...string) {
	s.expect(command)
	s.Say(lines...)
}

// listen opens a port for the next data connection and returns it.
func (s *script) listen() int {
	s.dropData()
	s.dc, s.target = nil, netip.AddrPort{}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.d.Unclear("no port to listen on: %v", err)
		s.Stop(err)
		return 1
	}
	s.ln = ln.(*net.TCPListener)
	return ln.Addr().(*net.TCPAddr).Port
}

// sixOf are the six numbers of a port of this host.
func sixOf(port int) string { return fmt.Sprintf("127,0,0,1,%d,%d", port>>8, port&0xff) }

// announced takes note of the address in PORT or EPRT.
func (s *script) announced(l trial.Said) {
	s.dropData()
	s.dc, s.ln = nil, nil
	_, arg := dialect.Verb(l.Text)
	if l.Verb() == "PORT" {
		s.target, _ = sixNumbers(string(arg))
		return
	}
	if f := strings.Split(string(arg), string(arg[:min(1, len(arg))])); len(f) == 5 {
		a, _ := netip.ParseAddr(f[2])
		port, _ := strconv.ParseUint(f[3], 10, 16)
		s.target = netip.AddrPortFrom(a, uint16(port))
	}
}

// open makes the data connection that was announced last, with its TLS handshake under PROT P, unless it is there.
func (s *script) open() bool {
	if s.Over || s.dc != nil {
		return !s.Over
	}
	s.Flush()
	var nc net.Conn
	var err error
	switch {
	case s.ln != nil:
		s.ln.SetDeadline(time.Now().Add(s.d.Wait()))
		nc, err = s.ln.Accept()
		s.ln.Close()
	case s.target.IsValid():
		nc, err = (&net.Dialer{Timeout: s.d.Wait()}).DialContext(s.d.Ctx, "tcp", s.target.String())
	default:
		err = errors.New("none was set up by PASV, EPSV, PORT or EPRT")
	}
	if err != nil {
		s.Wrong("a data connection", "%v", err)
		return false
	}
	s.channels++
	s.dc = conn.New(nc, conn.Options{Local: dialect.Server, Channel: "d" + strconv.Itoa(s.channels), Tap: s.Tap()})
	if s.private {
		return s.protectData()
	}
	return true
}

// protectData makes the TLS handshake of the data connection. One that fails ends it; whether it has to is judged on the client's side.
func (s *script) protectData() bool {
	cfg := s.dataTLS
	if cfg == nil {
		cfg = s.d.TLS
	}
	if err := s.dc.StartTLS(s.d.Ctx, s.d.Wait(), cfg); err != nil {
		s.d.T.Note("the data connection: %v", err)
		return false
	}
	return true
}

// data sends octets over the data connection.
func (s *script) data(octets string) {
	if !s.open() {
		return
	}
	// What a client does not take, it misses.
	_ = s.dc.Do(s.d.Ctx, s.d.Wait(), func() error {
		if _, err := s.dc.W.WriteString(octets); err != nil {
			return err
		}
		return s.dc.W.Flush()
	})
}

// eof closes the data connection.
func (s *script) eof() {
	if s.open() {
		s.dc.Close()
		s.dc, s.ln = nil, nil
	}
}

// cut closes the data connection without TLS's close_notify.
func (s *script) cut() {
	if s.open() {
		s.dc.Raw().Close()
	}
}

// received returns what the client sends over the data connection, to its end.
func (s *script) received() string {
	if !s.open() {
		return ""
	}
	var b bytes.Buffer
	err := s.dc.Do(s.d.Ctx, s.d.Wait(), func() error {
		_, err := io.Copy(&b, readerOf(s.dc))
		return err
	})
	if err != nil {
		s.Wrong("the end of the data connection", "%s, behind %d octets", s.Trouble(err), b.Len())
	}
	if s.private && s.dc.Truncated() {
		s.Wrong("close_notify at the end of the data", "the end of the connection without it")
	}
	s.dc.Close()
	s.dc, s.ln = nil, nil
	return b.String()
}

// takesUntil answers a command by taking octets until they are whole, which they say themselves in block and compressed mode: the connection may
// stay open.
func (s *script) takesUntil(command string, whole func(data string) bool) string {
	s.answer(command, "150 give it")
	if !s.open() {
		return ""
	}
	var got []byte
	buf := make([]byte, 4<<10)
	for !whole(string(got)) {
		var n int
		err := s.dc.Do(s.d.Ctx, s.d.Wait(), func() (err error) {
			n, err = s.dc.R.Read(buf)
			return err
		})
		got = append(got, buf[:n]...)
		if err != nil {
			if !whole(string(got)) {
				s.Wrong("a file that ends as its mode has it", "%s, behind %s", s.Trouble(err), wire.Quote(got))
			}
			break
		}
	}
	s.Say("226 done")
	return string(got)
}

// readerOf reads what a connection brings.
func readerOf(c *conn.Conn) io.Reader {
	return readFunc(func(p []byte) (int, error) { return c.R.Read(p) })
}

type readFunc func(p []byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

// gives answers a command by sending octets, all in order.
func (s *script) gives(command, octets string) {
	s.answer(command, "150 here it comes")
	s.data(octets)
	s.eof()
	s.Say("226 done")
}

// takes answers a command by taking octets, and returns them.
func (s *script) takes(command string) string {
	s.answer(command, "150 give it")
	got := s.received()
	s.Say("226 done")
	return got
}

// item deals with the items of a script that are about data connections.
func (s *script) item(it transcript.Item) bool {
	switch it := it.(type) {
	case *transcript.Say:
		switch {
		case it.Who.IsData():
			s.dataSay(it)
			return true
		case it.Who.Party == dialect.Server:
			return s.announce(it)
		}
		verb, _ := dialect.Verb(it.Sample())
		if verb != "PORT" && verb != "EPRT" {
			return false
		}
		s.Hear(it)
		if lines := s.d.Sent(verb); len(lines) > 0 && !s.Over {
			s.announced(lines[len(lines)-1])
		}
		return true
	case *transcript.Event:
		if !it.Who.IsData() {
			return false
		}
		switch it.Kind {
		case transcript.Open:
			s.open()
		case transcript.Reset:
			if s.open() {
				s.dc.Reset()
				s.dc, s.ln = nil, nil
			}
		case transcript.Close:
			if it.Who.Party == dialect.Server {
				s.eof()
			} else if rest := s.received(); rest != "" {
				s.Wrong("the end of the data", "%s", wire.Quote([]byte(rest)))
			}
		default:
			s.d.Unclear("the case's script has an event that is not for it: %s", it.Kind)
			s.Stop(nil)
		}
		return true
	}
	return false
}

func (s *script) dataSay(it *transcript.Say) {
	octets := string(it.Sample()) + it.End.Octets()
	if it.Who.Party == dialect.Server {
		s.data(octets)
		return
	}
	if !s.open() {
		return
	}
	got := make([]byte, len(octets))
	n := 0
	err := s.dc.Do(s.d.Ctx, s.d.Wait(), func() (err error) {
		n, err = io.ReadFull(readerOf(s.dc), got)
		return err
	})
	if err != nil || string(got) != octets {
		s.Wrong("on the data connection: "+wire.Quote([]byte(octets)), "%s", wire.Quote(got[:n]))
	}
}

// announce says a line with a live port in the place of an address.
func (s *script) announce(it *transcript.Say) bool {
	for _, v := range it.Values() {
		if v.Kind != "pasv" && v.Kind != "epsv" {
			continue
		}
		port := s.listen()
		live := sixOf(port)
		if v.Kind == "epsv" {
			live = fmt.Sprintf("|||%d|", port)
		}
		s.Octets(strings.Replace(string(it.Sample()), string(v.Octets), live, 1) + it.End.Octets())
		return true
	}
	return false
}
