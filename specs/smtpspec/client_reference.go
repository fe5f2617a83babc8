package smtpspec

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/mockservers"
	"harness/protocols/smtp"
	"harness/protocols/wire"
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

// referenceClient is a plain client, written to be read: everything in memory, and where there is PIPELINING one group a message.
type referenceClient struct{ deviations mockservers.DeviationSet }

func (c *referenceClient) Name() string { return trial.ReferenceName(c.deviations) }

// refSession is a connection of the reference client.
type refSession struct {
	trial.Reference
	client *referenceClient
	opts   ClientOptions

	exts   *smtp.Extensions // nil until the session is open
	before *smtp.Extensions // those before TLS, for a deviation
	authed bool
	broken error
	since  time.Time // the connection was made

	// Of the transaction:
	sender   bool
	accepted int
	chunks   bool // a BDAT was sent
	dirty    bool // only RSET ends it
	body     smtp.Body
	utf8     bool
}

func (c *referenceClient) Connect(ctx context.Context, o ClientOptions) (ClientSession, error) {
	s := &refSession{Reference: trial.Reference{Connection: o.Connection, Deviations: c.deviations}, client: c, opts: o}
	if s.Timeout == 0 {
		s.Timeout = refTimeout
		if s.Dev("impatient") {
			s.Timeout = impatience
		}
	}
	s.since = time.Now()
	err := s.Dial(ctx)
	if err == nil {
		err = s.begin(ctx)
	}
	if err != nil {
		s.leave(ctx)
		return nil, err
	}
	return s, nil
}

func (s *refSession) begin(ctx context.Context) error {
	done := s.arm(ctx)
	if s.Dev("greeting-not-awaited") {
		io.WriteString(s.NC, "NOOP\r\n")
	}
	r, err := s.reply(ctx, "greeting")
	done()
	if err != nil {
		return err
	}
	s.Greeting, _, _ = strings.Cut(r.Lines[0], " ")
	if r.Code != smtp.CodeReady && !s.Dev("greeting-unchecked") {
		return r
	}
	switch s.Security {
	case Upgrade:
		return s.upgrade(ctx)
	case Opportunistic:
		if err := s.hello(ctx); err != nil {
			return err
		}
		if s.exts.Has(smtp.ExtStartTLS) && !s.Dev("opportunistic-never") {
			return s.STARTTLS(ctx)
		}
	}
	return nil
}

// upgrade begins the TLS without which the client is not to go on.
func (s *refSession) upgrade(ctx context.Context) error {
	err := s.STARTTLS(ctx)
	if s.Dev("tls-not-required") && s.broken == nil {
		return nil
	}
	return err
}

// leave ends the session as far as that can be done.
func (s *refSession) leave(ctx context.Context) {
	if s.NC != nil && s.broken == nil && !s.Dev("quit-never") {
		s.exchange(ctx, "QUIT", s.print("QUIT"))
	}
	s.Close()
}

// lost breaks the session.
func (s *refSession) lost(err error) error {
	if s.broken == nil {
		s.broken = err
		if !s.Dev("handshake-failure-kept") {
			s.Close()
		}
	}
	return err
}

// line reads a line without its end.
func (s *refSession) line(ctx context.Context) (string, error) {
	var out []byte
	for {
		if s.Dev("replies-unlimited") {
			s.Arm(ctx)
		}
		b, err := s.R.ReadSlice('\n')
		out = append(out, b...)
		switch {
		case err == bufio.ErrBufferFull && s.Dev("replies-unlimited"):
			continue
		case err == io.EOF && len(out) > 0:
			return "", fmt.Errorf("the connection ended within a line: %w", io.ErrUnexpectedEOF)
		case err != nil:
			return "", err
		}
		text, ok := strings.CutSuffix(string(out), "\r\n")
		if s.Dev("ends-at-bare-lf") && !ok {
			text, ok = strings.CutSuffix(text, "\n")
		}
		if !ok || strings.ContainsAny(text, "\r\n\x00") && !s.Dev("ends-at-bare-lf") {
			return "", fmt.Errorf("a line with a bare CR or LF: %q", out)
		}
		return text, nil
	}
}

// refReply is how many octets and lines of a reply the reference client reads.
const (
	refReplyOctets = 1 << 20
	refReplyLines  = 1000
)

// reply reads a reply.
func (s *refSession) reply(ctx context.Context, name string) (*smtp.Reply, error) {
	r := &smtp.Reply{Command: name}
	octets := 0
	for {
		l, err := s.line(ctx)
		if err != nil {
			return nil, err
		}
		if octets += len(l); (octets > refReplyOctets || len(r.Lines) == refReplyLines) && !s.Dev("replies-unlimited") {
			return nil, errors.New("a reply without an end")
		}
		code, more, text, err := s.split(l)
		switch {
		case err != nil:
			return nil, err
		case len(r.Lines) == 0, s.Dev("last-code"):
			r.Code = code
		case code != r.Code && !s.Dev("first-code"):
			return nil, fmt.Errorf("a reply with the codes %d and %d", r.Code, code)
		}
		r.Lines = append(r.Lines, text)
		if s.Dev("replies-merged") && !more && s.R.Buffered() > 4 {
			next, _ := s.R.Peek(3)
			more = string(next) == strconv.Itoa(code)
		}
		if !more || s.Dev("lines-as-replies") {
			break
		}
	}
	if len(r.Lines) > 1 && s.Dev("single-line") && name != "EHLO" && name != "LHLO" {
		return nil, errors.New("a reply of several lines")
	}
	return r, s.read(r)
}

// split parses a line of a reply.
func (s *refSession) split(l string) (code int, more bool, text string, err error) {
	code, err = strconv.Atoi(l[:min(len(l), 3)])
	switch {
	case err != nil, len(l) > 3 && l[3] != ' ' && l[3] != '-':
		return 0, false, "", fmt.Errorf("%q is no line of a reply", l)
	case len(l) > smtp.MaxReply-20 && s.Dev("reply-short"):
		return 0, false, "", fmt.Errorf("a line of %d octets", len(l))
	case len(l) <= 4 && s.Dev("text-required"):
		return 0, false, "", errors.New("a reply without text")
	case s.Dev("text-ascii") && strings.IndexFunc(l, func(c rune) bool { return c >= 0x80 }) >= 0:
		return 0, false, "", errors.New("a reply that is not ASCII")
	case len(l) == 3:
		return code, false, "", nil
	}
	return code, l[3] == '-', l[4:], nil
}

// read makes of a reply what the client takes it for.
func (s *refSession) read(r *smtp.Reply) error {
	word, rest, _ := strings.Cut(r.Lines[0], " ")
	if e, ok := smtp.ParseEnhancedCode(word); ok && r.Command != "EHLO" && !(s.Dev("enhanced-known-only") && e.Meaning() == "") {
		r.Enhanced, r.Lines[0] = e, rest
	}
	text := strings.ToLower(r.Text())
	switch {
	case !s.Dev("text-believed"):
	case strings.Contains(text, "success"):
		r.Code = r.Code%100 + 200
	case strings.Contains(text, "error"):
		r.Code = r.Code%100 + 500
	}
	switch {
	case r.Class() >= 2 && r.Class() <= 5:
	case s.Dev("codes-any"):
		r.Code = smtp.CodeOK
	default:
		return fmt.Errorf("%s: the code %d", r.Command, r.Code)
	}
	if s.Dev("codes-exact") && !slices.Contains(refCodes, r.Code) {
		return fmt.Errorf("%s: an unknown code: %d", r.Command, r.Code)
	}
	return nil
}

// refCodes are the codes that a client knows that holds their list for a final one.
var refCodes = []int{211, 214, 220, 221, 235, 250, 251, 252, 334, 354, 421, 432, 450, 451, 452, 454, 455, 500, 501, 502, 503, 504, 521, 530, 534, 535, 550, 551, 552, 553, 554, 555, 556}

// exchange sends octets and reads a reply. What fails breaks the session.
func (s *refSession) exchange(ctx context.Context, name, octets string) (*smtp.Reply, error) {
	if err := s.write(ctx, octets); err != nil {
		return nil, err
	}
	return s.await(ctx, name)
}

// arm sets the deadline of a wait.
func (s *refSession) arm(ctx context.Context) func() bool {
	done := s.Arm(ctx)
	if s.Dev("timeout-for-all") {
		s.NC.SetDeadline(s.since.Add(s.Timeout))
	}
	return done
}

// write sends octets. The server must not have said anything before.
func (s *refSession) write(ctx context.Context, octets string) error {
	if s.broken != nil {
		return s.broken
	}
	if n := s.R.Buffered(); n > 0 && !s.Dev("ahead-accepted") && !s.Dev("ends-at-bare-lf") {
		return s.lost(fmt.Errorf("the server said %d octets before it was asked", n))
	}
	defer s.arm(ctx)()
	if _, err := io.WriteString(s.NC, octets); err != nil {
		return s.lost(err)
	}
	return nil
}

// await reads a reply.
func (s *refSession) await(ctx context.Context, name string) (*smtp.Reply, error) {
	if s.broken != nil {
		return nil, s.broken
	}
	defer s.arm(ctx)()
	r, err := s.reply(ctx, name)
	if err != nil {
		return nil, s.lost(err)
	}
	if r.Code == smtp.CodeUnavailable {
		s.lost(r)
	}
	return r, nil
}

// changedLines are the deviations that change each command line, which is given without its end.
var changedLines = map[string]func(line string) string{
	"leading-space": func(l string) string { return " " + l },
	"verb-odd":      func(l string) string { return strings.Replace(l, "VRFY", "CHECK", 1) },
	"surplus-argument": func(l string) string {
		switch l {
		case "RSET", "DATA", "QUIT", "STARTTLS":
			return l + " now"
		}
		return l
	},
}

// print makes a command line.
func (s *refSession) print(line string) string {
	for _, d := range s.Deviations.Names() {
		if change := changedLines[d]; change != nil {
			line = change(line)
		}
	}
	if s.Dev("bare-lf") {
		return line + "\n"
	}
	return line + "\r\n"
}

// refLast are the commands behind which a client with the deviation group-goes-on does not stop, though it has to.
var refLast = []string{"EHLO", "DATA", "VRFY", "EXPN", "QUIT", "NOOP", "STARTTLS", "AUTH"}

// check says whether a command may be sent.
func (s *refSession) check(line string) error {
	verb, _, _ := strings.Cut(line, " ")
	limit := smtp.CommandLimit(verb, s.exts.Has)
	switch {
	case len(line)+2 > limit && !s.Dev("sizes-unchecked"):
		return fmt.Errorf("%s: a command of %d octets", verb, len(line)+2)
	case strings.ContainsAny(line, "\r\n\x00") && !s.Dev("mailboxes-unchecked"):
		return fmt.Errorf("%s: an argument with line ends", verb)
	}
	return nil
}

// cmd sends a command and reads the reply, which has to be of the class, or else is the error.
func (s *refSession) cmd(ctx context.Context, line string, class int) (*smtp.Reply, error) {
	verb, _, _ := strings.Cut(line, " ")
	if err := s.check(line); err != nil {
		return nil, err
	}
	octets := s.print(line)
	if s.Dev("group-goes-on") && slices.Contains(refLast, verb) {
		octets += "NOOP\r\n"
	}
	r, err := s.exchange(ctx, line, octets)
	if err != nil {
		return nil, err
	}
	if s.Dev("500-fatal") && r.Code == smtp.CodeUnrecognized {
		return r, s.lost(r)
	}
	if s.Dev("retries") && r.Class() == 5 {
		s.exchange(ctx, line, octets)
	}
	return r, s.judge(r, class)
}

// judge returns the error that a reply is.
func (s *refSession) judge(r *smtp.Reply, class int) error {
	switch {
	case (r.Code == smtp.CodeInsufficientStorage || r.Code == smtp.CodeExceededStorage) && s.Dev("storage-codes-fatal"),
		r.Code == smtp.CodeExceededStorage && s.Dev("552-fatal"):
		return s.lost(fmt.Errorf("%s: %d", r.Command, r.Code))
	case r.Negative():
		return r
	case r.Class() == class:
		return nil
	}
	if s.Dev("data-unasked") {
		return r
	}
	return s.lost(fmt.Errorf("%s: got %d, want %dyz", r.Command, r.Code, class))
}

// name is how the client calls itself.
func (s *refSession) name() string {
	host, _, _ := net.SplitHostPort(s.NC.LocalAddr().String())
	name := "[" + host + "]"
	switch {
	case s.Dev("unqualified-name"):
		return "localhost"
	case s.Dev("name-invented"):
		return "harness.invalid"
	case s.opts.Name != "" && !s.Dev("literal-always"):
		name = s.opts.Name
	}
	if s.Dev("literal-bare") {
		name = strings.Trim(name, "[]")
	}
	if s.Dev("ehlo-surplus") {
		name += " (harness)"
	}
	return name
}

// hello opens the session if that was not done.
func (s *refSession) hello(ctx context.Context) error {
	if s.exts != nil {
		return nil
	}
	switch {
	case s.Dev("ehlo-never"):
		s.exts = &smtp.Extensions{}
		return nil
	case s.Dev("helo-only"):
		return s.Helo(ctx)
	case s.Dev("ehlo-late"):
		s.exchange(ctx, "NOOP", "NOOP\r\n")
	}
	_, err := s.Ehlo(ctx)
	if r := replyOf(err); r.Code >= smtp.CodeUnrecognized && r.Code <= smtp.CodeParamNotImplemented && r.Code != smtp.CodeBadSequence && !s.opts.LMTP && !s.Dev("helo-never") {
		return s.Helo(ctx)
	}
	return err
}

func (s *refSession) Ehlo(ctx context.Context) (*smtp.Extensions, error) {
	verb := "EHLO"
	if s.opts.LMTP && !s.Dev("lmtp-ehlo") {
		verb = "LHLO"
	}
	name := s.name()
	if err := (smtp.Rules{}).ParseDomain(name, true); err != nil && !s.Dev("ehlo-utf8") && !s.Dev("literal-bare") && !s.Dev("ehlo-surplus") {
		return nil, fmt.Errorf("%s: %w", verb, err)
	}
	r, err := s.cmd(ctx, verb+" "+name, 2)
	if err != nil {
		return nil, err
	}
	s.reset()
	s.exts, err = smtp.Rules{Lenient: true}.ParseExtensions(r)
	if err != nil {
		return nil, s.lost(err)
	}
	s.exts.List = slices.DeleteFunc(s.exts.List, s.overlooked(r))
	if s.before != nil && s.Dev("extensions-kept") {
		s.exts = s.before
	}
	return s.exts, nil
}

// overlooked says which extensions a deviation does not recognise.
func (s *refSession) overlooked(r *smtp.Reply) func(e smtp.Extension) bool {
	return func(e smtp.Extension) bool {
		return s.Dev("keywords-exact") && !strings.Contains(r.Text(), e.Keyword) ||
			s.Dev("keyword-parameters-refused") && e.Keyword == smtp.ExtSMTPUTF8 && len(e.Params) > 0
	}
}

func (s *refSession) Helo(ctx context.Context) error {
	_, err := s.cmd(ctx, "HELO "+s.name(), 2)
	if err == nil {
		s.reset()
		s.exts = &smtp.Extensions{}
	}
	return err
}

// reset forgets the transaction.
func (s *refSession) reset() {
	s.sender, s.accepted, s.chunks, s.dirty, s.body, s.utf8 = false, 0, false, false, "", false
}

// ask opens the session if that was not done, and sends a command.
func (s *refSession) ask(ctx context.Context, words ...string) (*smtp.Reply, error) {
	if err := s.hello(ctx); err != nil {
		return nil, err
	}
	return s.cmd(ctx, strings.TrimSuffix(strings.Join(words, " "), " "), 2)
}

func (s *refSession) Rset(ctx context.Context) error {
	_, err := s.ask(ctx, "RSET")
	if err == nil {
		s.reset()
	}
	return err
}

func (s *refSession) Noop(ctx context.Context) error {
	_, err := s.ask(ctx, "NOOP")
	return err
}

func (s *refSession) Help(ctx context.Context, about string) ([]string, error) {
	r, err := s.ask(ctx, "HELP", about)
	if err != nil {
		return nil, err
	}
	return r.Lines, nil
}

// question asks by VRFY or EXPN.
func (s *refSession) question(ctx context.Context, verb, about string) (*smtp.Reply, error) {
	if err := s.hello(ctx); err != nil {
		return nil, err
	}
	about = smtp.QuoteString(about)
	if s.exts.Has(smtp.ExtSMTPUTF8) || s.Dev("vrfy-utf8-anyway") {
		about += " SMTPUTF8"
	}
	return s.ask(ctx, verb, about)
}

func (s *refSession) Vrfy(ctx context.Context, user string) (*smtp.Reply, error) {
	return s.question(ctx, "VRFY", user)
}

func (s *refSession) Expn(ctx context.Context, list string) ([]smtp.User, error) {
	r, err := s.question(ctx, "EXPN", list)
	if err != nil {
		return nil, err
	}
	return smtp.Rules{Lenient: true, UTF8: true}.ParseUsers(r)
}

func (s *refSession) STARTTLS(ctx context.Context) error {
	switch {
	case s.Dev("no-starttls"):
		return fmt.Errorf("STARTTLS: %w", errors.ErrUnsupported)
	case s.Protected && !s.Dev("starttls-any-time") && !s.Dev("starttls-assumed"):
		return errors.New("STARTTLS: TLS is active")
	}
	if err := s.hello(ctx); err != nil {
		return err
	}
	if !s.exts.Has(smtp.ExtStartTLS) {
		return errors.New("STARTTLS: the server does not offer it")
	}
	line := "STARTTLS"
	if s.Dev("starttls-parameter") {
		line += " " + s.Host
	}
	if _, err := s.cmd(ctx, line, 2); err != nil {
		s.Protected = s.Protected || s.Dev("starttls-assumed")
		return err
	}
	if s.Dev("handshake-skipped") {
		return nil
	}
	if err := s.Handshake(ctx); err != nil {
		if s.Dev("handshake-result-ignored") {
			return nil
		}
		return s.lost(err)
	}
	s.before, s.exts, s.authed = s.exts, nil, false
	s.reset()
	if s.Dev("ehlo-not-repeated") {
		s.exts = s.before
	}
	return s.hello(ctx)
}

// Close closes the connection, with TLS's close alert if there is TLS.
func (s *refSession) Close() error {
	if t, ok := s.NC.(*tls.Conn); ok && s.Dev("tls-cut") {
		return t.NetConn().Close()
	}
	return s.Reference.Close()
}

func (s *refSession) Quit(ctx context.Context) error {
	defer s.Close()
	if s.Dev("quit-never") {
		return nil
	}
	if s.Dev("quit-unawaited") {
		return s.write(ctx, s.print("QUIT"))
	}
	if s.Dev("turn-sent") {
		s.exchange(ctx, "TURN", "TURN\r\n")
	}
	_, err := s.cmd(ctx, "QUIT", 2)
	return err
}

// limitError is an error of something too long.
func limitError(what string, limit int64) error { return &wire.LimitError{What: what, Limit: limit} }
