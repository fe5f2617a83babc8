package ftpspec

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/fixtures"
	"harness/protocols/ftp"
	"harness/protocols/wire"
	"harness/specs"
	"harness/specs/drive"
	"harness/specs/trial"
)

const (
	// authWait is how long a server may take to answer a login: failures are delayed on purpose by many.
	authWait = 20 * time.Second
	// authTimeout is the timeout of cases about logins that set no other.
	authTimeout = 90 * time.Second
	// replyLines and dataLimit are what is read of a server's reply, in lines, and over a data connection, in octets, at most.
	replyLines = 10000
	dataLimit  = 64 << 20
	// partingTime bounds the polite end of a session that the case has left open.
	partingTime = time.Second
)

// serverCase is a row of the tables of server cases.
type serverCase struct {
	// name makes the case's id, ftp/server/NAME, and its requirement, ftp/NAME, unless requirement names another.
	name, requirement string
	// also names further requirements that the case touches, without "ftp/".
	also []string
	// needs are the extensions without which the rule does not apply, as the register names them: "MLST", "AUTH TLS", "STRU R". Those that are
	// announced (see announcedBy) are looked for in the answer to FEAT by the first session that the case opens. Of the others the case finds out
	// when it uses them: 502 or 504 (and 500, unless FEAT announces it) to a command that begins with the words of a need ends the case as not offered.
	needs []string
	// files are what the first account's directory holds; nil means the tree of fixtures ([fixtures.Files]). An empty list is an empty directory.
	files []fixtures.File
	// features are switches of the mock; see targets.go. One that begins with "?" is left out where there are no switches; for the sake of
	// any other the case is inconclusive there.
	features []string
	// mutates marks a case that changes what the server keeps, if only for the time of the case: [driver.scratch] is for these.
	mutates bool
	labels  []string
	timeout time.Duration
	// deviations are those of the mock by which the case must fail.
	deviations []string
	// run drives the server. The first step that settles the judgement ends it; if none does, the judgement is Satisfied.
	run func(d *driver)
}

// setup is what the case wants the server to hold.
func (c serverCase) setup() specs.Setup { return specs.Setup{Features: c.features, Files: c.files} }

// build makes the case.
func (c serverCase) build() specs.Case {
	timeout := c.timeout
	if timeout == 0 && slices.Contains(c.labels, "auth") {
		timeout = authTimeout
	}
	return specs.Row{
		Catalogue: specs.ServerCases, Protocol: "ftp", Name: c.name, Requirement: c.requirement, Also: c.also, Needs: c.needs,
		Mutates: c.mutates, Deviations: c.deviations, Labels: c.labels, Timeout: timeout,
	}.Case(func(ctx context.Context, t *specs.T) specs.Judgement {
		common, unstarted := drive.New(ctx, t, c.setup())
		if unstarted != nil {
			return *unstarted
		}
		d := &driver{Driver: common, row: c}
		c.run(d)
		return d.Judgement()
	})
}

// announcedBy are the extensions that a server has to announce, by what stands in the answer to FEAT. "FEAT" itself is there if FEAT is answered.
var announcedBy = map[string]string{
	"FEAT": "", "MLST": "MLST", "SIZE": "SIZE", "MDTM": "MDTM", "REST STREAM": "REST STREAM", "TVFS": "TVFS", "UTF8": "UTF8", "LANG": "LANG", "HOST": "HOST",
	"AUTH TLS": "AUTH TLS", "MFMT": "MFMT", "MODE Z": "MODE Z",
}

// driver drives a server for one case, over any number of sessions.
type driver struct {
	*drive.Driver
	row serverCase

	checked  bool      // the row's needs were looked for in the features
	features *features // as the first session of a case with needs was told
	dir      string    // the absolute pathname of the scratch directory, "" if there is none
}

// session is a control connection to the server under test. Methods that judge what the server does settle with a violation; those of the
// session that [session.given] returns settle as inconclusive, for the steps that only lead to what is judged.
type session struct {
	drive.Conn
	d     *driver
	state *sessionState
}

type sessionState struct {
	greeting  *reply
	tls       *tls.Config // of the control connection and, for the session's sake, of the data connections
	private   bool        // PROT P was accepted
	channels  int         // data connections so far
	replies   []*reply
	forgiving bool // what was forgiven is noted once
}

// given returns the session for steps that the rule is not about: if one goes wrong, the case is inconclusive.
func (s *session) given() *session {
	g := *s
	g.Pre = true
	return &g
}

// connect makes a control connection, TLS included if it begins with it, and reads nothing.
func (d *driver) connect() *session {
	s := &session{d: d, state: &sessionState{tls: d.TLSConfig()}}
	// Servers ask that data connections resume the TLS session of the control connection.
	s.state.tls.ClientSessionCache = tls.NewLRUClientSessionCache(4)
	var err error
	if s.Conn, err = d.ConnectTLS(ftp.Dialect(), s.state.tls); err != nil {
		d.Unclear("%v", err)
	}
	d.T.Cleanup(s.release)
	return s
}

// release ends a session that the case has left open.
func (s *session) release() {
	if s.C == nil {
		return
	}
	if !s.Ended() && !s.d.T.Fresh() && s.d.Judgement().Kind != specs.Violated {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.d.Ctx), partingTime)
		defer cancel()
		_ = s.Last(ctx, partingTime, "QUIT")
	}
	s.Close()
}

// open returns a session that is greeted, and in TLS if the target asks for the upgrade. If the row has needs that the server does not
// announce, the case ends.
func (d *driver) open() *session {
	s := d.connect()
	s.given().greet()
	if d.Target.StartTLS {
		s.given().startTLS()
	}
	s.checkNeeds()
	return s
}

// greet reads the greeting up to 220 (RFC 959 section 5.4).
func (s *session) greet() *reply {
	r := s.reply("the connection (a greeting)")
	for r.code == 120 && !s.d.Settled() {
		r = s.reply("the connection (a greeting behind 120)")
	}
	if !s.d.Settled() && r.code != 220 {
		s.Wrong("the greeting 220", "%s", r.shown())
	}
	s.state.greeting = r
	return r
}

// startTLS sends AUTH TLS, which has to be accepted, and makes the handshake.
func (s *session) startTLS() {
	s.expect("234", "AUTH TLS")
	s.handshake()
}

// handshake makes the TLS handshake of the control connection.
func (s *session) handshake() { s.HandshakeWith(s.state.tls) }

// protect has the data connections use TLS, where the control connection does (RFC 4217 section 9).
func (s *session) protect() {
	s.expect("200", "PBSZ 0")
	s.prot('P')
}

// prot sends PROT, which has to be accepted.
func (s *session) prot(level byte) {
	s.expect("200", "PROT %c", level)
	s.state.private = level == 'P' && !s.d.Settled()
}

// inTLS says whether the control connection uses TLS.
func (s *session) inTLS() bool {
	if s.C == nil {
		return false
	}
	_, on := s.C.TLS()
	return on
}

// features are the answer to FEAT.
type features struct {
	// lines are the features as they stand there, without the space before them; nil if FEAT was refused.
	lines []string
	reply *reply
}

// has says whether a feature is announced: its words, in any case, in a row at the beginning of a line.
func (f *features) has(feature string) bool {
	_, ok := f.params(feature)
	return ok
}

// params returns what stands behind the words of a feature.
func (f *features) params(feature string) (string, bool) {
	if f == nil {
		return "", false
	}
	for _, l := range f.lines {
		if hasWords(l, feature) {
			return strings.TrimPrefix(l[len(feature):], " "), true
		}
	}
	return "", false
}

// hasWords says whether a line begins with words, in any case.
func hasWords(line, words string) bool {
	return len(line) >= len(words) && strings.EqualFold(line[:len(words)], words) && (len(line) == len(words) || strings.ContainsRune(" ;", rune(line[len(words)])))
}

// feat returns the features; none if FEAT is refused.
func (s *session) feat() *features {
	r := s.cmd("FEAT")
	f := &features{reply: r}
	if s.d.Settled() || r.code != 211 {
		return f
	}
	f.lines = []string{}
	for _, l := range r.lines[1:max(len(r.lines)-1, 1)] {
		f.lines = append(f.lines, strings.TrimPrefix(l, " "))
	}
	return f
}

// checkNeeds ends the case if the server does not announce what its row needs.
func (s *session) checkNeeds() {
	d := s.d
	if d.checked || d.Settled() || len(d.row.needs) == 0 {
		return
	}
	d.checked = true
	d.features = s.given().feat()
	for _, need := range d.row.needs {
		words, announced := announcedBy[need]
		switch {
		case !announced:
		case need == "FEAT" && d.features.lines != nil:
		case need == "FEAT", !d.features.has(words) && !(need == "AUTH TLS" && s.inTLS()):
			d.Absent(need)
		}
	}
}

// missing ends the case if a reply says that what the row needs is not there.
func (s *session) missing(line string, r *reply) {
	if r.code != 500 && r.code != 502 && r.code != 504 {
		return
	}
	for _, need := range s.d.row.needs {
		if hasWords(line, need) && (r.code != 500 || !s.d.features.has(need)) {
			s.d.Absent(need + " (" + r.shown() + ")")
		}
	}
}

// login returns a session of the first account, in the directory of the target, in the image type.
func (d *driver) login() *session { return d.loginAs(d.Target.User, d.Target.Password) }

// loginAs is login to any account. Over TLS the data connections are protected, where the server does that.
func (d *driver) loginAs(user, password string) *session {
	s := d.open()
	g := s.given()
	if r := g.authenticate(user, password); !d.Settled() && r.class() != 2 {
		d.Unclear("the login as %q failed: %s", user, r.shown())
	}
	if s.inTLS() {
		if g.cmd("PBSZ 0").code == 200 {
			s.state.private = g.cmd("PROT P").code == 200
		}
	}
	if dir := d.Target.URL.Path; strings.Trim(dir, "/") != "" {
		g.expect("250 200", "CWD %s", strings.TrimPrefix(dir, "/"))
	}
	g.expect("200", "TYPE I")
	return s
}

// authenticate sends USER and, if it is asked for, PASS, and returns the last reply.
func (s *session) authenticate(user, password string) *reply {
	r := s.cmd("USER %s", user)
	if s.d.Settled() || r.code != 331 {
		return r
	}
	return s.cmd("PASS %s", password)
}

// reply is a reply of the server.
type reply struct {
	// code is 0 if there is none.
	code int
	// lines are its lines: the text of the first and the last, those between whole.
	lines []string
	// to is what it answers, fit for a judgement.
	to string
	// raw are its lines as they came.
	raw []wire.Line
}

// class is the first digit of the code, 0 if there is none.
func (r *reply) class() int { return r.code / 100 }

// text is the text of the last line.
func (r *reply) text() string {
	if len(r.lines) == 0 {
		return ""
	}
	return r.lines[len(r.lines)-1]
}

// shown is the reply for a judgement.
func (r *reply) shown() string {
	if len(r.raw) == 0 {
		return "no reply"
	}
	s := wire.Quote(r.raw[0].Text)
	if n := len(r.raw); n > 1 {
		s += fmt.Sprintf(" ... %s (%d lines)", wire.Quote(r.raw[n-1].Text), n)
	}
	return s
}

// is says whether the code is one of those in the list: "226 250", "2yz", "50z". A letter stands for any digit.
func (r *reply) is(codes string) bool {
	code := fmt.Sprintf("%03d", r.code)
	return slices.ContainsFunc(strings.Fields(codes), func(c string) bool {
		for i := range 3 {
			if digit := c[i] >= '0' && c[i] <= '9'; digit && c[i] != code[i] {
				return false
			}
		}
		return r.code != 0
	})
}

// reply reads a reply (RFC 959 section 4.2). To is what it answers. A line end without CR is put up with here.
func (s *session) reply(to string) *reply {
	r := &reply{to: to}
	for len(r.raw) < replyLines {
		l, ok := s.ReadLine("a reply to " + to)
		if !ok {
			return &reply{to: to}
		}
		if l.End != wire.CRLF && !s.state.forgiving {
			s.state.forgiving = true
			s.d.T.Note("put up with here: a line that does not end in CRLF")
		}
		r.raw = append(r.raw, l)
		code, more, ok := splitCode(l.Text)
		switch {
		case len(r.raw) == 1 && !ok:
			s.Wrong("a reply to "+to+" that begins with a code of three digits", "%s", wire.Quote(l.Text))
			return &reply{to: to}
		case len(r.raw) == 1:
			r.code = code
			r.lines = append(r.lines, afterCode(l.Text))
			if more {
				continue
			}
		case ok && code == r.code && !more:
			r.lines = append(r.lines, afterCode(l.Text))
		default:
			r.lines = append(r.lines, string(l.Text))
			continue
		}
		s.state.replies = append(s.state.replies, r)
		return r
	}
	s.d.Unclear("the reply to %s has more than %d lines: more than the case reads", to, replyLines)
	return &reply{to: to}
}

// splitCode returns the code of a reply's line, and whether a hyphen follows. Not ok: the line does not begin with one.
func splitCode(text []byte) (code int, more, ok bool) {
	if len(text) < 3 || len(text) > 3 && text[3] != ' ' && text[3] != '-' {
		return 0, false, false
	}
	for _, c := range text[:3] {
		if c < '0' || c > '9' {
			return 0, false, false
		}
		code = code*10 + int(c-'0')
	}
	return code, len(text) > 3 && text[3] == '-', code >= 100
}

func afterCode(text []byte) string { return string(text[min(4, len(text)):]) }

// cmd sends a command and reads one reply, whatever it is: behind a preliminary one the caller reads on.
func (s *session) cmd(format string, args ...any) *reply {
	return s.raw(fmt.Sprintf(format, args...) + "\r\n")
}

// raw is cmd with the line's end, and whatever else, given.
func (s *session) raw(octets string) *reply {
	line := strings.TrimRight(octets, "\r\n")
	s.Patience(s.d.Wait())
	if hasWords(line, "PASS") || hasWords(line, "USER") || hasWords(line, "ACCT") {
		s.Patience(s.d.T.Scale(authWait))
	}
	s.Send(octets)
	r := s.reply(shownCommand(line))
	if !s.d.Settled() {
		s.missing(line, r)
	}
	return r
}

// shownCommand is a command for a judgement, secrets left out.
func shownCommand(line string) string {
	verb, arg, _ := strings.Cut(line, " ")
	return ftp.NewCommand(verb, arg).String()
}

// expect sends a command and expects one of the codes; see [reply.is].
func (s *session) expect(codes, format string, args ...any) *reply {
	return s.expected(codes, s.cmd(format, args...))
}

// expected expects that a reply has one of the codes.
func (s *session) expected(codes string, r *reply) *reply {
	if !s.d.Settled() && !r.is(codes) {
		s.Wrong(strings.Join(strings.Fields(codes), " or ")+" to "+r.to, "%s", r.shown())
	}
	return r
}

// ok sends a command and expects a positive completion reply, 2yz.
func (s *session) ok(format string, args ...any) *reply { return s.expect("2yz", format, args...) }

// refused sends a command and expects a negative reply, 4yz or 5yz.
func (s *session) refused(format string, args ...any) *reply {
	return s.expect("4yz 5yz", format, args...)
}

// pwd returns the current directory.
func (s *session) pwd() string {
	r := s.expect("257", "PWD")
	dir, ok := quotedPath(r.text())
	if !s.d.Settled() && !ok {
		s.Wrong(`a quoted pathname in the reply to PWD`, "%s", r.shown())
	}
	return dir
}

// quotedPath returns the pathname in the text of a 257, its doubled quotes as one (RFC 959 appendix II).
func quotedPath(text string) (string, bool) {
	_, rest, ok := strings.Cut(text, `"`)
	var b strings.Builder
	for ok {
		var part string
		part, rest, ok = strings.Cut(rest, `"`)
		b.WriteString(part)
		if ok && !strings.HasPrefix(rest, `"`) {
			return b.String(), true
		}
		if ok {
			b.WriteByte('"')
			rest = rest[1:]
		}
	}
	return "", false
}

// Data connections.

// data is a data connection: one that is there, or, in active mode, one that the server is to make.
type data struct {
	drive.Conn
	s    *session
	ln   net.Listener // in active mode, until the server has connected
	addr netip.AddrPort
}

// peer is the server's address as the control connection has it.
func (s *session) peer() netip.AddrPort {
	if s.C == nil {
		return netip.AddrPort{}
	}
	return addrPort(s.C.RemoteAddr())
}

func addrPort(a net.Addr) netip.AddrPort {
	if t, ok := a.(*net.TCPAddr); ok {
		ap := t.AddrPort()
		return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	}
	return netip.AddrPort{}
}

// passive opens a data connection in the usual way: by PASV, or by EPSV over IPv6.
func (s *session) passive() *data {
	if s.peer().Addr().Is4() {
		return s.pasv()
	}
	return s.epsv()
}

// pasv sends PASV and connects to the port that the reply names, on the host of the control connection.
func (s *session) pasv() *data {
	r := s.expect("227", "PASV")
	if s.d.Settled() {
		return &data{s: s}
	}
	at, ok := sixNumbers(r.text())
	if !ok {
		s.Wrong("six numbers from 0 to 255 in the reply to PASV", "%s", r.shown())
	}
	return s.dial(at.Port())
}

// epsv sends EPSV and connects to the port that the reply names.
func (s *session) epsv() *data {
	r := s.expect("229", "EPSV")
	if s.d.Settled() {
		return &data{s: s}
	}
	port, ok := threeBars(r.text())
	if !ok {
		s.Wrong(`a port between delimiters, "(|||PORT|)", in the reply to EPSV`, "%s", r.shown())
	}
	return s.dial(port)
}

// dial connects to a port of the server.
func (s *session) dial(port uint16) *data {
	d := &data{s: s, addr: netip.AddrPortFrom(s.peer().Addr(), port)}
	if s.d.Settled() {
		return d
	}
	dialer := net.Dialer{Timeout: s.d.Wait()}
	nc, err := dialer.DialContext(s.d.Ctx, "tcp", d.addr.String())
	if err != nil {
		s.Wrong(fmt.Sprintf("a data connection to port %d", port), "%v", err)
		return d
	}
	d.use(nc)
	return d
}

func (d *data) use(nc net.Conn) {
	d.s.state.channels++
	d.Conn = d.s.Channel("d"+strconv.Itoa(d.s.state.channels), nc)
}

// there says whether the connection is made.
func (d *data) there() bool { return d.C != nil }

// listen opens a port for the server to connect to, on the address that the control connection has; no command is sent.
func (s *session) listen() *data {
	d := &data{s: s}
	if s.d.Settled() {
		return d
	}
	local := addrPort(s.C.LocalAddr())
	ln, err := net.Listen("tcp", netip.AddrPortFrom(local.Addr(), 0).String())
	if err != nil {
		s.d.Unclear("no port to listen on: %v", err)
		return d
	}
	s.d.T.Cleanup(func() { ln.Close() })
	d.ln, d.addr = ln, addrPort(ln.Addr())
	return d
}

// active opens a port and tells the server of it by PORT, or by EPRT over IPv6.
func (s *session) active() *data {
	d := s.listen()
	if s.d.Settled() {
		return d
	}
	if d.addr.Addr().Is4() {
		s.expect("200", "PORT %s", portArgument(d.addr))
	} else {
		s.expect("200", "EPRT %s", eprtArgument(d.addr))
	}
	return d
}

// portArgument and eprtArgument are the arguments of PORT and EPRT for an address.
func portArgument(at netip.AddrPort) string {
	a := at.Addr().As4()
	return fmt.Sprintf("%d,%d,%d,%d,%d,%d", a[0], a[1], a[2], a[3], at.Port()>>8, at.Port()&0xff)
}

func eprtArgument(at netip.AddrPort) string {
	family := 1
	if at.Addr().Is6() {
		family = 2
	}
	return fmt.Sprintf("|%d|%s|%d|", family, at.Addr(), at.Port())
}

// accept waits for the server to connect.
func (d *data) accept() {
	if d.s.d.Settled() || d.ln == nil {
		return
	}
	if l, ok := d.ln.(*net.TCPListener); ok {
		l.SetDeadline(time.Now().Add(d.s.d.Wait()))
	}
	stop := context.AfterFunc(d.s.d.Ctx, func() { d.ln.Close() })
	defer stop()
	nc, err := d.ln.Accept()
	d.ln.Close()
	d.ln = nil
	if err != nil {
		d.s.Wrong(fmt.Sprintf("a data connection from the server to %s", d.addr), "%s", d.s.trouble(err))
		return
	}
	d.use(nc)
}

func (s *session) trouble(err error) string {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Sprintf("none within %v", s.d.Wait())
	}
	return err.Error()
}

// begin makes the connection ready for the transfer, once the preliminary reply has come: it waits for the server, and makes the TLS
// handshake if data connections are protected.
func (d *data) begin() {
	d.accept()
	if d.s.state.private && d.there() {
		d.Pre = d.s.Pre
		d.HandshakeWith(d.s.state.tls)
	}
}

// read reads to the end of the connection, and closes this side.
func (d *data) read() []byte {
	if d.s.d.Settled() || !d.there() {
		return nil
	}
	var out []byte
	buf := make([]byte, 32<<10)
	for {
		var n int
		err := d.C.Do(d.s.d.Ctx, d.s.d.Wait(), func() (err error) {
			n, err = d.C.R.Read(buf)
			return err
		})
		out = append(out, buf[:n]...)
		switch {
		case errors.Is(err, io.EOF):
			d.Close()
			return out
		case err != nil:
			d.s.Wrong("the data up to the end of the data connection", "%s, behind %d octets", d.Trouble(err), len(out))
			d.Close()
			return out
		case len(out) > dataLimit:
			d.s.d.Unclear("there are more than %d octets on the data connection: more than the case reads", dataLimit)
			return out
		}
	}
}

// write sends octets. What a server does not take shows in its reply.
func (d *data) write(octets []byte) {
	for len(octets) > 0 && !d.s.d.Settled() && d.there() {
		n := min(len(octets), 64<<10)
		err := d.C.Do(d.s.d.Ctx, d.s.d.Wait(), func() error {
			if _, err := d.C.W.Write(octets[:n]); err != nil {
				return err
			}
			return d.C.W.Flush()
		})
		if err != nil {
			return
		}
		octets = octets[n:]
	}
}

// transfer is what became of a command that uses a data connection.
type transfer struct {
	// first is the preliminary reply, nil if there was none; last is the one behind it, or instead of it.
	first, last *reply
	// got is what came over the data connection.
	got []byte
}

// transfer sends a command and does what is to be done on a data connection that was announced before it; nil makes one. With send the octets go
// up, without (nil) they come down. A missing reply and a broken connection settle; the codes are for the caller to judge.
func (s *session) transfer(on *data, send []byte, format string, args ...any) *transfer {
	if on == nil {
		on = s.given().passive()
	}
	t := &transfer{last: s.cmd(format, args...)}
	on.s = s
	if !s.d.Settled() && t.last.class() == 1 {
		t.first = t.last
		on.begin()
		if send != nil {
			on.write(send)
		} else {
			t.got = on.read()
		}
		on.Close()
		t.last = s.reply("the end of the transfer of " + t.first.to)
	}
	if on.ln != nil {
		on.ln.Close()
	}
	on.Close()
	return t
}

// whole expects that a transfer took place and was completed: 125 or 150, and then 226 or 250.
func (s *session) whole(t *transfer) *transfer {
	if s.d.Settled() {
		return t
	}
	if t.first == nil {
		s.Wrong("150 or 125 to "+t.last.to, "%s", t.last.shown())
		return t
	}
	s.expected("125 150", t.first)
	s.expected("226 250", t.last)
	return t
}

// same fails unless the octets are the same, and says where they differ.
func (d *driver) same(what string, got, want []byte) {
	if expected, actual, ok := trial.Difference(string(got), string(want)); !ok {
		d.Fail(what+": "+expected, "%s", actual)
	}
}

// Files.

// scratch returns a session of the first account, in the image type, whose current directory is empty and of the case's own. It is removed, with
// what is in it, at the end.
func (d *driver) scratch() *session {
	s := d.login()
	if dir := d.scratchDir(s); !d.Settled() {
		s.given().expect("250 200", "CWD %s", dir)
	}
	return s
}

// scratchDir makes the scratch directory, unless it is there, and returns its absolute pathname.
func (d *driver) scratchDir(s *session) string {
	if d.Settled() || d.dir != "" {
		return d.dir
	}
	name := "harness-" + rand.Text()[:10]
	g := s.given()
	at := g.pwd()
	g.expect("257", "MKD %s", name)
	if d.Settled() {
		return ""
	}
	d.dir = path.Join(at, name)
	if !d.T.Fresh() {
		d.T.Cleanup(d.sweep)
	}
	return d.dir
}

// sweepTime bounds the removal of the scratch directory.
const sweepTime = 10 * time.Second

// sweep removes the scratch directory, over a session of its own. What stays is noted.
func (d *driver) sweep() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(d.Ctx), sweepTime)
	defer cancel()
	t := specs.NewT(d.T.Env, d.T.Case) // the case's own is at its end
	common := &drive.Driver{Ctx: ctx, T: t, Target: d.Target}
	s := (&driver{Driver: common}).login()
	s.remove(d.dir)
	s.given().cmd("QUIT")
	if j := common.Judgement(); j.Kind != specs.Satisfied {
		d.T.Note("the directory %s could not be removed: %s", d.dir, j.Note)
	}
	if err := t.End(); err != nil {
		d.T.Note("%v", err)
	}
}

// remove removes a directory and what is in it.
func (s *session) remove(dir string) {
	g := s.given()
	t := g.transfer(nil, nil, "NLST %s", onControl(dir))
	for name := range strings.SplitSeq(string(t.got), "\r\n") {
		base := path.Base(name)
		if base == "." || base == ".." || s.d.Settled() {
			continue
		}
		if at := path.Join(dir, base); g.cmd("DELE %s", onControl(at)).class() != 2 {
			s.remove(at)
		}
	}
	g.expect("250", "RMD %s", onControl(dir))
}

// onControl is a pathname as the control connection has it: IAC is doubled, and a CR is followed by NUL (RFC 3659 section 2.2, RFC 2640 section 3.1).
func onControl(name string) string {
	return strings.NewReplacer("\xff", "\xff\xff", "\r", "\r\x00").Replace(name)
}

// sixNumbers finds the address in the text of a 227, wherever it stands (RFC 1123 section 4.1.2.6).
func sixNumbers(text string) (netip.AddrPort, bool) {
	for i := range text {
		if i > 0 && text[i-1] >= '0' && text[i-1] <= '9' {
			continue
		}
		fields := strings.FieldsFunc(firstRun(text[i:], "0123456789,"), func(r rune) bool { return r == ',' })
		if len(fields) != 6 {
			continue
		}
		var n [6]byte
		good := true
		for j, f := range fields {
			v, err := strconv.ParseUint(f, 10, 8)
			n[j], good = byte(v), good && err == nil
		}
		if good {
			return netip.AddrPortFrom(netip.AddrFrom4([4]byte(n[:4])), uint16(n[4])<<8|uint16(n[5])), true
		}
	}
	return netip.AddrPort{}, false
}

// firstRun is the beginning of text that consists of these characters.
func firstRun(text, of string) string {
	return text[:len(text)-len(strings.TrimLeft(text, of))]
}

// threeBars finds the port in the text of a 229 (RFC 2428 section 3).
func threeBars(text string) (uint16, bool) {
	_, rest, ok := strings.Cut(text, "(")
	in, _, closed := strings.Cut(rest, ")")
	if !ok || !closed || len(in) < 5 || in[0] != in[1] || in[0] != in[2] || in[0] != in[len(in)-1] {
		return 0, false
	}
	port, err := strconv.ParseUint(in[3:len(in)-1], 10, 16)
	return uint16(port), err == nil && port > 0
}
