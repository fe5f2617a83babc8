package ftpspec

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/mockservers"
	"harness/protocols/ftp"
	"harness/specs/trial"
)

// ReferenceClient returns a small second client. Without deviations it conforms; each deviation has it break one rule, so that a case proves
// that it can fail. An unknown name is an error.
func ReferenceClient(deviations ...string) (Client, error) {
	set, err := mockservers.ChooseDeviations(clientDeviations, deviations)
	if err != nil {
		return nil, err
	}
	return &referenceClient{set}, nil
}

// ClientDeviations returns the deviations of the reference client.
func ClientDeviations() []mockservers.Deviation { return slices.Clone(clientDeviations) }

// referenceClient is a plain client, written to be read: one command at a time, everything in memory.
type referenceClient struct{ deviations mockservers.DeviationSet }

func (c *referenceClient) Name() string { return trial.ReferenceName(c.deviations) }

const (
	// refLine is the longest line that is read, in octets, and refLines how many lines of a reply are.
	refLine  = 64 << 10
	refLines = 200_000
)

// refSession is a control connection of the reference client.
type refSession struct {
	c    *referenceClient
	o    ClientOptions
	nc   net.Conn
	r    *bufio.Reader
	tls  bool
	host string // given to HOST

	prot     ftp.Protection
	chosen   bool // Prot was called
	cert     []byte
	sessions tls.ClientSessionCache

	sent   ftp.Type // what TYPE said last
	wanted ftp.Type
	stru   ftp.Structure
	mode   ftp.Mode
	pasv   bool   // EPSV is not used any more
	again  bool   // a REST is not used up
	port   string // of the last passive connection
	feats  []string
	asked  bool // FEAT was sent
	noHost bool
	failed string // the verb that was refused last in a pair
	ended  bool
}

func (s *refSession) dev(name string) bool { return s.c.deviations.Has(name) }

func (c *referenceClient) Connect(ctx context.Context, o ClientOptions) (ClientSession, error) {
	s := &refSession{c: c, o: o, prot: ftp.ClearProtection, sent: ftp.ASCII, wanted: ftp.Image, stru: ftp.FileStructure, mode: ftp.StreamMode, pasv: o.NoEPSV}
	s.pasv = s.pasv || s.dev("pasv-first")
	s.sessions = tls.NewLRUClientSessionCache(4)
	nc, err := (&net.Dialer{Timeout: o.Timeout}).DialContext(ctx, "tcp", o.Addr)
	if err != nil {
		return nil, err
	}
	s.use(nc)
	if err := s.begin(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *refSession) use(nc net.Conn) {
	s.nc = nc
	s.r = bufio.NewReaderSize(nc, refLine)
}

// begin reads the greeting and makes the upgrade.
func (s *refSession) begin(ctx context.Context) error {
	if s.o.Security == Implicit {
		if err := s.handshake(ctx); err != nil {
			return err
		}
	}
	defer s.arm(ctx)()
	switch {
	case s.dev("iac-will"):
		io.WriteString(s.nc, "\xff\xfb\x03")
	case s.dev("greeting-not-awaited"):
		io.WriteString(s.nc, "NOOP\r\n")
	}
	for {
		r, err := s.reply("greeting")
		switch {
		case err != nil:
			return err
		case r.Code/100 == 1 && !s.dev("120-is-final"):
			continue
		case r.Code/100 != 2 && !s.dev("greeting-unchecked") && !s.dev("120-is-final"):
			return r
		}
		break
	}
	if s.dev("noop-first") {
		if err := s.Noop(ctx); err != nil {
			return err
		}
	}
	if s.o.Security == Upgrade {
		err := s.AuthTLS(ctx)
		if err != nil && s.dev("auth-refusal-ignored") && !s.ended {
			return nil
		}
		return err
	}
	return nil
}

// arm sets the deadline of an exchange; the function that it returns ends it.
func (s *refSession) arm(ctx context.Context) func() bool { return s.armOn(ctx, s.nc) }

func (s *refSession) armOn(ctx context.Context, nc net.Conn) func() bool {
	deadline := time.Now().Add(s.o.Timeout)
	if d, ok := ctx.Deadline(); ok && (d.Before(deadline) || s.dev("no-timeout")) {
		deadline = d
	}
	if s.dev("reply-unlimited") {
		deadline = deadline.Add(time.Minute) // much has to come
	}
	nc.SetDeadline(deadline)
	return context.AfterFunc(ctx, func() { nc.SetDeadline(time.Unix(1, 0)) })
}

func (s *refSession) Close() error {
	s.ended = true
	return s.nc.Close()
}

// line reads a line without its end.
func (s *refSession) line() (string, error) {
	if s.dev("segment-is-reply") {
		b := make([]byte, refLine)
		n, err := s.r.Read(b)
		return strings.TrimRight(string(b[:n]), "\r\n"), err
	}
	b, err := s.r.ReadSlice('\n')
	for err == bufio.ErrBufferFull && s.dev("lines-unlimited") {
		head := slices.Clone(b)
		b, err = s.r.ReadBytes('\n')
		b = append(head, b...)
	}
	switch {
	case err == io.EOF && s.dev("end-is-success"):
		return "200 " + string(b), nil
	case err == bufio.ErrBufferFull:
		return "", errors.New("the line is too long")
	case err == io.EOF && len(b) > 0:
		return "", fmt.Errorf("the connection ended within a line: %w", io.ErrUnexpectedEOF)
	case err != nil:
		return "", err
	}
	l := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	if s.dev("eighth-bit-stripped") {
		l = stripped(l)
	}
	return l, nil
}

func stripped(s string) string {
	b := []byte(s)
	for i := range b {
		b[i] &= 0x7f
	}
	return string(b)
}

// knownCodes are what a deviation knows of codes.
var knownCodes = []int{
	110, 120, 125, 150, 200, 211, 213, 214, 215, 220, 221, 226, 227, 229, 230, 232, 234, 250, 257, 331, 332, 350, 421, 425, 426, 450, 451, 500, 501, 502, 503, 530, 550,
}

// reply reads a reply. Command is what it answers.
func (s *refSession) reply(command string) (*ftp.Reply, error) {
	l, err := s.line()
	if err != nil {
		return nil, s.broken(err)
	}
	code, more, ok := splitCode([]byte(l))
	if !ok {
		return nil, s.broken(fmt.Errorf("%s: no reply: %q", command, l))
	}
	r := &ftp.Reply{Code: code, Lines: []string{afterCode([]byte(l))}, Command: command}
	for more && s.dev("reply-unlimited") {
		b, err := s.r.ReadSlice('\n')
		if err != nil {
			return nil, s.broken(err)
		}
		c, m, ok := splitCode(bytes.TrimRight(b, "\r\n"))
		more = !ok || m || c != code
	}
	for more && !s.dev("first-line-only") {
		if l, err = s.line(); err != nil {
			return nil, s.broken(err)
		}
		c, m, ok := splitCode([]byte(l))
		switch {
		case ok && c == code && !m,
			ok && !m && s.dev("ends-at-any-code"),
			ok && c == code && s.dev("ends-at-hyphen"),
			strings.HasPrefix(strings.TrimSpace(l), strconv.Itoa(code)+" ") && s.dev("ends-at-indented"):
			more = false
			l = afterCode([]byte(l))
		case len(r.Lines) == 1000 && s.dev("limit-ends-reply"):
			more = false
		case len(r.Lines) >= refLines:
			return nil, s.broken(fmt.Errorf("%s: the reply has more than %d lines", command, refLines))
		}
		if len(r.Lines) < refLines {
			r.Lines = append(r.Lines, l)
		}
	}
	for i, l := range r.Lines {
		r.Lines[i] = strings.ReplaceAll(l, "\xff\xff", "\xff")
	}
	if s.dev("buffer-dropped") {
		s.r.Discard(s.r.Buffered())
	}
	switch {
	case code == 421 && s.dev("421-success"):
		r.Code = 221
	case code == 421 && s.dev("421-closes"):
		return nil, s.broken(r)
	case s.dev("codes-exact") && !slices.Contains(knownCodes, code):
		return nil, fmt.Errorf("%s: the code %d is unknown", command, code)
	case s.dev("text-needed") && strings.TrimSpace(r.Text()) == "":
		return nil, fmt.Errorf("%s: no text", command)
	case s.dev("text-believed") && strings.Contains(r.Text(), "error"):
		r.Code = 550
	case s.dev("error-first-line"):
		r.Lines = r.Lines[:1]
	}
	return r, nil
}

// broken closes the connection because of an error.
func (s *refSession) broken(err error) error {
	s.Close()
	return err
}

// print makes a command line.
func (s *refSession) print(verb, arg string) string {
	bare := map[string]bool{"CDUP": true, "QUIT": true, "REIN": true, "PASV": true, "STOU": true, "ABOR": true, "PWD": true, "SYST": true, "NOOP": true, "FEAT": true}
	if bare[verb] && s.dev("surplus-argument") {
		arg = "now"
	}
	if verb == "DELE" && s.dev("long-verbs") {
		verb = "DELETE"
	}
	sep := " "
	switch {
	case s.dev("tab-separator"):
		sep = "\t"
	case s.dev("doubled-space"):
		sep = "  "
	}
	if s.dev("paths-cleaned") && (verb == "RETR" || verb == "CWD") {
		arg = strings.TrimSpace(strings.ReplaceAll(arg, `\`, "/"))
	}
	if s.dev("paths-cut") {
		arg = arg[:min(len(arg), 200)]
	}
	if s.dev("names-folded") && verb == "RETR" {
		arg = strings.ToLower(arg)
	}
	if s.dev("latin1-sent") {
		arg = latin1(arg)
	}
	if s.dev("names-repaired") {
		arg = strings.ToValidUTF8(arg, "?")
	}
	if !s.dev("iac-single") {
		arg = strings.ReplaceAll(arg, "\xff", "\xff\xff")
	}
	l := verb
	if arg != "" {
		l += sep + arg
	}
	switch {
	case s.dev("eighth-bit-set") && verb == "USER":
		l = l[:len(l)-1] + string([]byte{l[len(l)-1] | 0x80})
	case s.dev("leading-space"):
		l = " " + l
	case s.dev("iac-nop"):
		l = "\xff\xf1" + l
	}
	switch {
	case s.dev("bare-lf"):
		return l + "\n"
	case s.dev("nul-ended"):
		return l + "\x00\r\n"
	}
	return l + "\r\n"
}

// latin1 is text in ISO 8859-1.
func latin1(text string) string {
	var b []byte
	for _, r := range text {
		if r > 0xff {
			r = '?'
		}
		b = append(b, byte(r))
	}
	return string(b)
}

// check says whether a command may be sent.
func (s *refSession) check(verb, arg string) error {
	if s.ended {
		return errors.New("closed")
	}
	secret := verb == "USER" || ftp.Secret(verb)
	if secret && s.o.RequireTLS && !s.tls && !s.dev("tls-not-required") {
		return fmt.Errorf("%s: not without TLS", verb)
	}
	if s.dev("arguments-unchecked") {
		return nil
	}
	if strings.ContainsAny(arg, "\n\x00") || strings.Contains(arg, "\r") && !s.dev("cr-sent") {
		return fmt.Errorf("%s: an argument with CR, LF or NUL", verb)
	}
	return nil
}

// cmd sends a command and reads the reply to it. A refusal is an error, and so is a reply whose first digit is not among kinds; "" wants a 2.
func (s *refSession) cmd(ctx context.Context, kinds, verb, arg string) (*ftp.Reply, error) {
	if kinds == "" {
		kinds = "2"
	}
	if err := s.check(verb, arg); err != nil {
		return nil, err
	}
	defer s.arm(ctx)()
	line := s.print(verb, arg)
	ahead := verb == "CWD" && s.dev("pipelines")
	if ahead {
		line += "NOOP\r\n"
	}
	if _, err := io.WriteString(s.nc, line); err != nil {
		return nil, s.broken(err)
	}
	r, err := s.answer(kinds, verb, arg)
	if ahead && err == nil {
		_, err = s.reply("NOOP")
	}
	return r, err
}

// answer reads the reply to a command.
func (s *refSession) answer(kinds, verb, arg string) (*ftp.Reply, error) {
	r, err := s.reply(ftp.NewCommand(verb, arg).String())
	if err != nil {
		return nil, err
	}
	kind := strconv.Itoa(r.Code / 100)
	switch {
	case strings.Contains(kinds, kind):
		return r, nil
	case kind < "4" && s.dev("any-reply-success"):
		return r, nil
	case kind == "1":
		// Out of order; what follows would be out of step.
		return nil, s.broken(fmt.Errorf("%s: unexpected reply: %w", verb, r))
	case kind == "5" && s.dev("repeats-5yz"):
		io.WriteString(s.nc, s.print(verb, arg))
		return s.answer(kinds, verb+" ", arg)
	case kind == "5" && s.dev("refusal-closes"):
		s.Close()
	}
	return r, r
}

// done is cmd without the reply.
func (s *refSession) done(ctx context.Context, verb, arg string) error {
	_, err := s.cmd(ctx, "", verb, arg)
	return err
}

// between is sent between the two commands of a pair.
func (s *refSession) between(ctx context.Context) {
	if s.dev("noop-between") {
		s.done(ctx, "NOOP", "")
	}
}

// moved repeats a command in its experimental form (RFC 1123 section 4.1.3.1).
func (s *refSession) moved(ctx context.Context, verb, experimental, arg string) (*ftp.Reply, error) {
	r, err := s.cmd(ctx, "", verb, arg)
	if r != nil && (r.Code == 500 || r.Code == 502) && !s.dev("no-experimental") && !s.ended {
		return s.cmd(ctx, "", experimental, arg)
	}
	return r, err
}

// Login.

func (s *refSession) Login(ctx context.Context, creds Credentials) error {
	if s.dev("user-omitted") && s.tls {
		_, err := s.Pass(ctx, creds.Password)
		return err
	}
	r, err := s.User(ctx, creds.User)
	if err == nil && s.dev("noop-after-user") {
		s.done(ctx, "NOOP", "")
	}
	if err == nil && (r.Code == 331 || r.Code/100 == 3 && r.Code != 332 || s.dev("pass-always")) {
		r, err = s.Pass(ctx, creds.Password)
	}
	if err == nil && r.Code/100 == 3 {
		switch {
		case s.dev("account-ignored"):
			return nil
		case creds.Account == "":
			return fmt.Errorf("the server wants an account: %w", r)
		}
		r, err = s.Acct(ctx, creds.Account)
		if err == nil && r.Code/100 != 2 {
			return fmt.Errorf("unexpected: %w", r)
		}
	}
	return err
}

func (s *refSession) User(ctx context.Context, name string) (*ftp.Reply, error) {
	return s.cmd(ctx, "23", "USER", name)
}

func (s *refSession) Pass(ctx context.Context, password string) (*ftp.Reply, error) {
	return s.cmd(ctx, "23", "PASS", password)
}

func (s *refSession) Acct(ctx context.Context, account string) (*ftp.Reply, error) {
	return s.cmd(ctx, "23", "ACCT", account)
}

func (s *refSession) config() *tls.Config {
	cfg := s.o.TLS.Clone()
	if cfg == nil {
		cfg = &tls.Config{}
	}
	cfg.ServerName, cfg.ClientSessionCache = s.o.Host, s.sessions
	if s.host != "" && !s.dev("host-name-unchecked") {
		cfg.ServerName = s.host
	}
	if s.dev("no-verification") {
		cfg.InsecureSkipVerify = true
	}
	return cfg
}

func (s *refSession) handshake(ctx context.Context) error {
	if s.r.Buffered() > 0 && !s.dev("injected-accepted") {
		return s.broken(errors.New("octets in the clear before the handshake"))
	}
	ahead, _ := s.r.Peek(s.r.Buffered())
	t := tls.Client(s.nc, s.config())
	defer s.arm(ctx)()
	if err := t.HandshakeContext(ctx); err != nil {
		if s.dev("handshake-failure-ignored") {
			// It tries once more, in the clear.
			nc, derr := net.Dial("tcp", s.o.Addr)
			if derr != nil {
				return derr
			}
			s.Close()
			s.use(nc)
			s.ended = false
			_, derr = s.reply("greeting")
			return derr
		}
		return s.broken(err)
	}
	s.cert = t.ConnectionState().PeerCertificates[0].Raw
	s.nc, s.r, s.tls = t, bufio.NewReaderSize(io.MultiReader(bytes.NewReader(slices.Clone(ahead)), t), refLine), true
	return nil
}

func (s *refSession) AuthTLS(ctx context.Context) error {
	arg := "TLS"
	if s.dev("auth-ssl") {
		arg = "SSL"
	}
	if s.dev("pbsz-before-auth") {
		s.done(ctx, "PBSZ", "0")
	}
	if s.dev("auth-omitted") {
		return nil
	}
	if err := s.done(ctx, "AUTH", arg); err != nil {
		return err
	}
	if s.dev("user-before-handshake") {
		io.WriteString(s.nc, s.print("USER", aliceName))
	}
	return s.handshake(ctx)
}

func (s *refSession) Prot(ctx context.Context, level ftp.Protection) error {
	if !s.tls {
		return errors.New("PROT: not without TLS")
	}
	size := "0"
	if s.dev("pbsz-large") {
		size = "16384"
	}
	if !s.dev("prot-without-pbsz") {
		if err := s.done(ctx, "PBSZ", size); err != nil {
			return err
		}
	}
	if err := s.done(ctx, "PROT", string(rune(level))); err != nil {
		return err
	}
	s.prot, s.chosen = level, true
	return nil
}

func (s *refSession) Ccc(ctx context.Context) error {
	if !s.tls && !s.dev("ccc-in-clear") {
		return errors.New("CCC: not without TLS")
	}
	if s.tls && !s.chosen && !s.o.ClearData && !s.dev("data-in-clear") {
		if err := s.Prot(ctx, ftp.PrivateProtection); err != nil {
			return err
		}
	}
	err := s.done(ctx, "CCC", "")
	if err != nil && !s.dev("ccc-assumed") {
		return err
	}
	if t, ok := s.nc.(*tls.Conn); ok {
		t.CloseWrite()
		defer s.arm(ctx)()
		io.Copy(io.Discard, t) // to the server's close_notify
		s.use(t.NetConn())
		s.tls = false
	}
	return nil
}

func (s *refSession) Host(ctx context.Context, name string) error {
	if s.noHost {
		return errors.New("HOST: the server does not have it")
	}
	arg := name
	if strings.Contains(name, ":") && !strings.HasPrefix(name, "[") {
		arg = "[" + name + "]"
	}
	switch {
	case s.dev("host-with-port"):
		arg += ":21"
	case s.dev("host-address"):
		arg, _, _ = net.SplitHostPort(s.o.Addr)
	case s.dev("host-unbracketed"):
		arg = strings.Trim(arg, "[]")
	}
	if s.dev("auth-before-host") && !s.tls {
		s.AuthTLS(ctx)
	}
	if s.dev("user-before-host") {
		s.User(ctx, aliceName)
	}
	r, err := s.cmd(ctx, "", "HOST", arg)
	switch {
	case err == nil:
		s.host = strings.Trim(name, "[]")
	case r != nil && (r.Code == 500 || r.Code == 502):
		s.noHost = !s.dev("host-repeated")
	case r != nil && r.Code/100 == 5 && r.Code != 501 && r.Code != 503 && r.Code != 504 && !s.dev("host-error-ignored"):
		s.Close()
	}
	return err
}

func (s *refSession) Feat(ctx context.Context) ([]string, error) {
	r, err := s.cmd(ctx, "", "FEAT", "")
	if err != nil {
		s.asked = s.asked || r != nil
		return nil, err
	}
	s.asked, s.feats = true, nil
	for _, l := range r.Lines[1:max(len(r.Lines)-1, 1)] {
		l = strings.TrimSpace(l)
		if s.dev("feat-unknown-refused") && strings.HasPrefix(l, "X") {
			return nil, fmt.Errorf("FEAT: the feature %q is unknown", l)
		}
		s.feats = append(s.feats, l)
	}
	return s.feats, nil
}

func (s *refSession) Supports(ctx context.Context, feature string) (bool, error) {
	if !s.asked {
		if _, err := s.Feat(ctx); err != nil && !s.asked {
			return false, err
		}
	}
	if s.dev("feat-sorted") && !slices.IsSorted(s.feats) {
		return false, nil
	}
	if s.dev("feat-case") || s.dev("utf8-assumed") && feature == "UTF8" {
		return s.dev("utf8-assumed") || slices.Contains(s.feats, feature), nil
	}
	if s.dev("feat-text-refused") {
		return slices.Contains(s.feats, feature), nil
	}
	return slices.ContainsFunc(s.feats, func(l string) bool { return hasWords(l, feature) }), nil
}

func (s *refSession) Opts(ctx context.Context, command, options string) error {
	arg := command
	if options != "" {
		arg += " " + options
	}
	if s.dev("opts-spaced") {
		arg = strings.ReplaceAll(arg, ";", "; ")
	}
	return s.done(ctx, "OPTS", arg)
}

func (s *refSession) Lang(ctx context.Context, tag string) error {
	if !s.asked && !s.dev("lang-without-feat") {
		s.Feat(ctx)
	}
	if s.dev("lang-locale") {
		tag += "_DE.UTF-8"
	}
	if s.dev("lang-late") {
		s.Login(ctx, alice())
	}
	if s.dev("lang-missing") {
		return errors.ErrUnsupported
	}
	if s.dev("lang-after-noop") {
		s.done(ctx, "NOOP", "")
	}
	err := s.done(ctx, "LANG", tag)
	if err != nil && s.dev("lang-required") {
		s.Close()
	}
	return err
}

// Parameters.

func (s *refSession) Type(ctx context.Context, t ftp.Type) error {
	if t.Code == 'L' && s.dev("no-local-type") {
		return errors.New("TYPE L: unknown")
	}
	if s.dev("always-image") {
		t = ftp.Image
	}
	s.wanted = t
	if s.dev("parameters-late") {
		return nil
	}
	return s.setType(ctx, t)
}

func (s *refSession) setType(ctx context.Context, t ftp.Type) error {
	arg := t.String()
	switch {
	case s.dev("type-spelled") && t.Code == 'I':
		arg = "IMAGE"
	case s.dev("type-l-bare") && t.Code == 'L':
		arg = "L"
	}
	if err := s.done(ctx, "TYPE", arg); err != nil {
		return err
	}
	s.sent = t
	return nil
}

func (s *refSession) Stru(ctx context.Context, stru ftp.Structure) error {
	arg := string(rune(stru))
	if s.dev("stru-spelled") {
		arg = map[string]string{"F": "FILE", "R": "RECORD"}[arg]
	}
	err := s.done(ctx, "STRU", arg)
	if err == nil {
		s.stru = stru
	}
	return err
}

func (s *refSession) Mode(ctx context.Context, m ftp.Mode) error {
	arg := string(rune(m))
	if s.dev("mode-spelled") {
		arg = map[string]string{"S": "STREAM", "B": "BLOCK", "C": "COMPRESSED"}[arg]
	}
	err := s.done(ctx, "MODE", arg)
	if err == nil {
		s.mode = m
	}
	return err
}

func (s *refSession) Allo(ctx context.Context, size, record int64) error {
	arg := strconv.FormatInt(size, 10)
	switch {
	case s.dev("allo-hex"):
		arg = fmt.Sprintf("0x%x", size)
	case record > 0 && s.dev("allo-comma"):
		arg += "," + strconv.FormatInt(record, 10)
	case record > 0:
		arg += " R " + strconv.FormatInt(record, 10)
	}
	return s.done(ctx, "ALLO", arg)
}

// Directories and files.

func (s *refSession) Cwd(ctx context.Context, path string) error {
	_, err := s.moved(ctx, "CWD", "XCWD", path)
	return err
}

func (s *refSession) Cdup(ctx context.Context) error {
	_, err := s.moved(ctx, "CDUP", "XCUP", "")
	return err
}

// pathOf returns the name in a 257.
func (s *refSession) pathOf(r *ftp.Reply) (string, error) {
	text := r.Text()
	if s.dev("quotes-simple") {
		_, text, _ = strings.Cut(text, `"`)
		text, _, _ = strings.Cut(text, `"`)
		return text, nil
	}
	dir, ok := quotedPath(text)
	if !ok {
		return "", fmt.Errorf("no name in the reply: %w", r)
	}
	return dir, nil
}

func (s *refSession) Pwd(ctx context.Context) (string, error) {
	r, err := s.moved(ctx, "PWD", "XPWD", "")
	if err != nil {
		return "", err
	}
	return s.pathOf(r)
}

func (s *refSession) Mkd(ctx context.Context, path string) (string, error) {
	r, err := s.moved(ctx, "MKD", "XMKD", path)
	if err != nil {
		return "", err
	}
	if dir, err := s.pathOf(r); err == nil {
		return dir, nil
	}
	return path, nil
}

func (s *refSession) Rmd(ctx context.Context, path string) error {
	_, err := s.moved(ctx, "RMD", "XRMD", path)
	return err
}

func (s *refSession) Dele(ctx context.Context, path string) error { return s.done(ctx, "DELE", path) }
func (s *refSession) Smnt(ctx context.Context, path string) error { return s.done(ctx, "SMNT", path) }
func (s *refSession) Noop(ctx context.Context) error              { return s.done(ctx, "NOOP", "") }

func (s *refSession) Rename(ctx context.Context, from, to string) error {
	if !(s.dev("rename-shortcut") && s.failed == "RNTO") {
		if _, err := s.cmd(ctx, "3", "RNFR", from); err != nil && !s.dev("rnto-always") {
			return err
		}
	}
	s.between(ctx)
	if s.dev("rnto-forgotten") {
		return nil
	}
	s.failed = ""
	_, err := s.cmd(ctx, "", "RNTO", to)
	if err != nil {
		s.failed = "RNTO"
	}
	return err
}

func (s *refSession) Size(ctx context.Context, path string) (int64, error) {
	if s.dev("feat-needed") {
		if ok, err := s.Supports(ctx, "SIZE"); !ok {
			return 0, errors.Join(err, errors.New("SIZE is not announced"))
		}
	}
	r, err := s.cmd(ctx, "", "SIZE", path)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(r.Text()), 10, 64)
}

func (s *refSession) Mdtm(ctx context.Context, path string) (time.Time, error) {
	r, err := s.cmd(ctx, "", "MDTM", path)
	if err != nil {
		return time.Time{}, err
	}
	return s.timeOf(strings.TrimSpace(r.Text()))
}

// timeOf parses a time-val.
func (s *refSession) timeOf(text string) (time.Time, error) {
	where := time.UTC
	if s.dev("local-times") {
		where = time.FixedZone("", 3600)
	}
	if s.dev("fractions-refused") && strings.Contains(text, ".") {
		return time.Time{}, errors.New("a time with a fraction")
	}
	return time.ParseInLocation("20060102150405", text, where)
}

// entry parses a line of MLST or MLSD.
func (s *refSession) entry(line string) (Listed, error) {
	facts, name, ok := strings.Cut(line, " ")
	if !ok {
		return Listed{}, fmt.Errorf("no entry: %q", line)
	}
	e := Listed{Name: name, Size: -1}
	for f := range strings.SplitSeq(facts, ";") {
		k, v, _ := strings.Cut(f, "=")
		if !s.dev("facts-case") {
			k = strings.ToLower(k)
		}
		switch k {
		case "type":
			v = strings.ToLower(v)
			e.Dir = v == "dir" || v == "cdir" || v == "pdir"
			if v == "cdir" || v == "pdir" {
				e.Name = "." // no entry of the directory
			}
		case "size":
			e.Size, _ = strconv.ParseInt(v, 10, 64)
		case "modify":
			e.Modify, _ = s.timeOf(v)
		}
	}
	return e, nil
}

func (s *refSession) Mlst(ctx context.Context, path string) (Listed, error) {
	r, err := s.cmd(ctx, "", "MLST", path)
	if err != nil {
		return Listed{}, err
	}
	if len(r.Lines) < 3 {
		return Listed{}, fmt.Errorf("no entry: %w", r)
	}
	return s.entry(strings.TrimPrefix(r.Lines[1], " "))
}

func (s *refSession) Syst(ctx context.Context) (string, error) {
	r, err := s.cmd(ctx, "", "SYST", "")
	if err != nil {
		return "", err
	}
	return r.Text(), nil
}

func (s *refSession) Stat(ctx context.Context, path string) (*ftp.Reply, error) {
	return s.cmd(ctx, "", "STAT", path)
}

func (s *refSession) Help(ctx context.Context, command string) (*ftp.Reply, error) {
	return s.cmd(ctx, "", "HELP", command)
}

func (s *refSession) Site(ctx context.Context, text string) (*ftp.Reply, error) {
	return s.cmd(ctx, "", "SITE", text)
}

func (s *refSession) Rein(ctx context.Context) error { return s.done(ctx, "REIN", "") }

func (s *refSession) Quote(ctx context.Context, line string) ([]*ftp.Reply, error) {
	if s.dev("quote-checked") {
		return nil, errors.New("the command is unknown")
	}
	if err := s.check("", line); err != nil {
		return nil, err
	}
	defer s.arm(ctx)()
	if _, err := io.WriteString(s.nc, line+"\r\n"); err != nil {
		return nil, s.broken(err)
	}
	var out []*ftp.Reply
	for {
		r, err := s.reply(line)
		if err != nil {
			return out, err
		}
		if out = append(out, r); r.Code/100 != 1 || s.dev("quote-first-reply") {
			return out, nil
		}
	}
}

func (s *refSession) Quit(ctx context.Context) error {
	if s.dev("quit-omitted") {
		return s.Close()
	}
	err := s.done(ctx, "QUIT", "")
	for s.dev("quit-last-reply") {
		r, more := s.reply("QUIT")
		if more != nil {
			break
		}
		if err = nil; r.Code/100 != 2 {
			err = r
		}
	}
	s.Close()
	return err
}

// local returns the path of a file in a directory here; a name that would not stay in it is an error.
func (s *refSession) local(dir, name string) (string, error) {
	if !s.dev("names-trusted") && (name == "" || name == "." || name == ".." || strings.ContainsAny(name, "/\\\x00")) {
		return "", fmt.Errorf("the name %q is none for a file in a directory", name)
	}
	return filepath.Join(dir, name), nil
}

func (s *refSession) Get(ctx context.Context, path, dir string) error {
	name := path[strings.LastIndexByte(path, '/')+1:]
	if s.dev("names-trusted") {
		name = path
	}
	to, err := s.local(dir, name)
	if err != nil {
		return err
	}
	data, err := s.Retr(ctx, path, TransferOptions{})
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o666)
}

func (s *refSession) GetTree(ctx context.Context, path, dir string) error {
	entries, err := s.ReadDir(ctx, path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name == "." {
			continue
		}
		to, err := s.local(dir, e.Name)
		if err != nil {
			return err
		}
		from := strings.TrimPrefix(path+"/"+e.Name, "/")
		if e.Dir {
			if err := os.MkdirAll(to, 0o777); err != nil {
				return err
			}
			if err := s.GetTree(ctx, from, to); err != nil {
				return err
			}
			continue
		}
		data, err := s.Retr(ctx, from, TransferOptions{})
		if err != nil {
			return err
		}
		if err := os.WriteFile(to, data, 0o666); err != nil {
			return err
		}
	}
	return nil
}
