package nntpspec

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"harness/mockservers"
	"harness/protocols/nntp"
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
	return &referenceClient{deviations: set}, nil
}

// ClientDeviations returns the deviations of the reference client.
func ClientDeviations() []mockservers.Deviation { return slices.Clone(clientDeviations) }

// referenceClient is a plain client, written to be read: one command at a time, everything in memory.
type referenceClient struct {
	deviations mockservers.DeviationSet
	caps       nntp.Capabilities // of the last session, for the deviation capabilities-shared
}

func (c *referenceClient) Name() string { return trial.ReferenceName(c.deviations) }

// refSession is a connection of the reference client.
type refSession struct {
	trial.Reference
	client *referenceClient
	opts   ClientOptions

	caps      nntp.Capabilities
	known     bool // CAPABILITIES was answered
	selected  bool // a group is
	authed    bool
	squeezed  bool
	guarded   bool     // STARTTLS or AUTHINFO was sent
	modeSent  bool     // MODE READER was
	streaming bool     // MODE STREAM was answered by 203
	mayPost   bool     // as the greeting says
	below     *layer   // under TLS, for the deviations of layers
	groups    []string // that lists had, for the deviation lists-complete
	bytes     int      // of the last article in an overview, as the server says
}

func (c *referenceClient) Connect(ctx context.Context, o ClientOptions) (ClientSession, error) {
	s := &refSession{Reference: trial.Reference{Connection: o.Connection, Deviations: c.deviations}, client: c, opts: o}
	if s.Dev("implicit-in-clear") && s.Security == Implicit {
		s.Security = Upgrade
	}
	err := s.Dial(ctx)
	if err == nil {
		err = s.begin(ctx)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *refSession) begin(ctx context.Context) error {
	done := s.Arm(ctx)
	if s.Dev("greeting-not-awaited") {
		io.WriteString(s.NC, "DATE\r\n")
	}
	r, err := s.response("greeting")
	done()
	if err != nil {
		return err
	}
	if words := r.Words(); len(words) > 0 {
		s.Greeting = words[0]
	}
	if r.Code != nntp.CodePostingAllowed && r.Code != nntp.CodePostingForbidden && !s.Dev("greeting-unchecked") {
		return r
	}
	s.mayPost = r.Code == nntp.CodePostingAllowed
	if s.Dev("capabilities-shared") && s.client.caps != nil {
		s.caps, s.known = s.client.caps, true
	}
	if s.Dev("mode-reader-by-itself") {
		if _, err := s.ModeReader(ctx); err != nil {
			return err
		}
	}
	switch s.Security {
	case Upgrade:
		return s.STARTTLS(ctx)
	case Opportunistic:
		if err := s.ask(ctx); err != nil {
			return err
		}
		if s.caps.Has("STARTTLS") {
			return s.STARTTLS(ctx)
		}
	}
	return nil
}

// line reads a line without its end.
func (s *refSession) line() (string, error) {
	read := s.R.ReadSlice
	if s.Dev("lines-unlimited") {
		read = s.R.ReadBytes
	}
	b, err := read('\n')
	if err == io.EOF && len(b) > 0 {
		return "", fmt.Errorf("the connection ended within a line: %w", io.ErrUnexpectedEOF)
	}
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r"), nil
}

// response reads the initial line of a response.
func (s *refSession) response(name string) (*nntp.Response, error) {
	l, err := s.line()
	if err != nil {
		return nil, err
	}
	if len(l) > 4096 && s.Dev("short-challenges") {
		return nil, fmt.Errorf("a response of %d octets", len(l))
	}
	r, err := nntp.Rules{Lenient: true}.ParseResponse(wire.Line{Text: []byte(l)})
	if err != nil {
		return nil, err
	}
	r.Command = name
	text := strings.ToLower(r.Text)
	switch {
	case !s.Dev("text-believed"):
	case strings.Contains(text, "success"):
		r.Code = r.Code%100 + 200
	case strings.Contains(text, "error"):
		r.Code = r.Code%100 + 400
	}
	if s.Dev("text-dropped") && r.Class() >= 4 {
		r.Text = ""
	}
	return r, nil
}

// block reads the data block behind a response, with the ends of its lines. Its lines may be of any length if it is an article.
func (s *refSession) block(article bool) ([]byte, error) {
	limit := s.opts.ListLimit
	if article {
		limit = s.opts.ArticleLimit
	}
	var out []byte
	fresh := true // at the beginning of a line
	for {
		b, err := s.R.ReadSlice('\n')
		if err == bufio.ErrBufferFull && (article || s.Dev("lines-unlimited")) {
			err = nil
		}
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, fmt.Errorf("within a data block: %w", err)
		}
		if fresh && b[0] == '.' {
			switch {
			case string(b) == ".\r\n", s.Dev("ends-at-any-dot"), string(b) == ".\n" && s.Dev("ends-at-bare-lf"):
				if s.Dev("end-in-content") {
					out = append(out, b...)
				}
				return out, nil
			case s.Dev("dots-kept"):
			case s.Dev("all-dots-removed"):
				b = bytes.TrimLeft(b, ".")
			default:
				b = b[1:]
			}
		}
		fresh = bytes.HasSuffix(b, []byte("\r\n")) || s.Dev("ends-at-bare-lf") && bytes.HasSuffix(b, []byte("\n"))
		out = append(out, b...)
		if s.Dev("eighth-bit-stripped") {
			strip(out[len(out)-len(b):])
		}
		if limit > 0 && int64(len(out)) > limit && !s.Dev("limits-ignored") {
			return nil, &wire.LimitError{What: "data block", Limit: limit}
		}
	}
}

// strip takes the eighth bit off.
func strip(b []byte) {
	for i := range b {
		b[i] &= 0x7f
	}
}

// toLatin1 makes octets of ISO 8859-1 of a text.
func toLatin1(text string) string {
	var b []byte
	for _, c := range text {
		b = append(b, byte(c))
	}
	return string(b)
}

// changedLines are the deviations that change each command line, which is given without its end.
var changedLines = map[string]func(line string) string{
	"leading-space":      func(l string) string { return " " + l },
	"comma-separator":    func(l string) string { return strings.ReplaceAll(l, " ", ",") },
	"no-break-space":     func(l string) string { return strings.ReplaceAll(l, " ", "\u00a0") },
	"keyword-underscore": func(l string) string { return "_" + l },
	"keyword-short":      func(l string) string { return l[:2] + l[min(len(l), strings.Index(l+" ", " ")):] },
	"commands-joined":    func(l string) string { return l + " DATE" },
	"byte-order-mark":    func(l string) string { return "\ufeff" + l },
	"malformed-guessed":  func(l string) string { return strings.ReplaceAll(l, "\xc0\xa0", " ") },
	"latin1-sent":        toLatin1,
}

// print makes a command line.
func (s *refSession) print(words []string) string {
	l := strings.Join(words, " ")
	for _, d := range s.Deviations.Names() {
		if change := changedLines[d]; change != nil {
			l = change(l)
		}
	}
	if s.Dev("bare-lf") {
		return l + "\n"
	}
	return l + "\r\n"
}

// command makes a command of words; those that are empty at the end are left out.
func command(words ...string) []string {
	for len(words) > 0 && words[len(words)-1] == "" {
		words = words[:len(words)-1]
	}
	return words
}

// numbered are the commands whose last argument can be a number or a range.
var numbered = []string{"ARTICLE", "HEAD", "BODY", "STAT", "OVER"}

// check says whether a command may be sent.
func (s *refSession) check(words []string) error {
	verb := strings.Join(words[:min(len(words), 2)], " ")
	if which := words[len(words)-1]; slices.Contains(numbered, words[0]) && which[0] != '<' && len(words) > 1 && !s.Dev("numbers-unchecked") && !s.Dev("arguments-unchecked") {
		if _, err := nntp.ParseRange(which); err != nil {
			return err
		}
	}
	spaced := verb == "AUTHINFO USER" || verb == "AUTHINFO PASS"
	for i, w := range words {
		if s.Dev("arguments-unchecked") {
			break
		}
		for _, c := range w {
			if c < ' ' || c == 0x7f || c == ' ' && !(spaced && i == 2) || c == 0xfeff || c == 0xfffd && !s.Dev("malformed-sent") && !s.Dev("malformed-guessed") {
				return fmt.Errorf("%s: an argument holds %q", verb, c)
			}
		}
		if w == "" {
			return fmt.Errorf("%s: an empty argument", verb)
		}
	}
	if n := len(strings.Join(words, " ")); verb != "AUTHINFO SASL" && !s.Dev("long-commands") && (n+2 > nntp.MaxCommand || n-len(words[0])-1 > nntp.MaxArguments) {
		return fmt.Errorf("%s: a command of %d octets", verb, n+2)
	}
	return nil
}

// cmd sends a command and reads the initial line of the response, which has to be one of the codes.
func (s *refSession) cmd(ctx context.Context, words []string, codes ...int) (*nntp.Response, error) {
	if err := s.check(words); err != nil {
		return nil, err
	}
	s.guarded = s.guarded || words[0] == "STARTTLS" || words[0] == "AUTHINFO"
	line := s.print(words)
	spec, ok := nntp.Lookup(strings.Join(words[:min(len(words), 2)], " "))
	if !ok {
		spec, ok = nntp.Lookup(words[0])
	}
	if ok && spec.NotPipelined && s.Dev("pipelines-all") {
		line += "DATE\r\n"
	}
	r, err := s.exchange(ctx, words[0], line)
	if err != nil {
		return nil, err
	}
	if r.Code == nntp.CodeUnknownCommand && s.known && s.Dev("listed-demanded") {
		s.Close()
	}
	if r.Code == nntp.CodeUnavailable && s.Dev("reconnects") {
		if again, err := s.client.Connect(ctx, s.opts); err == nil {
			defer again.Close()
			return again.(*refSession).cmd(ctx, words, codes...)
		}
	}
	return r, s.judge(r, codes...)
}

// plainCodes say no more than that the command was carried out: another one of 2xx says the same.
var plainCodes = []int{nntp.CodeTransferred, nntp.CodePosted, nntp.CodeTaken, nntp.CodeSendIt, nntp.CodeStreamingAllowed, nntp.CodeClosing}

// judge returns the error that a response is.
func (s *refSession) judge(r *nntp.Response, codes ...int) error {
	known := slices.Contains(codes, r.Code)
	switch {
	case r.Class() >= 4 && s.Dev("generic-fatal") && slices.Contains(nntp.GenericCodes(), r.Code):
	case r.Class() >= 4 && s.Dev("codes-exact") && r.Code%100 > 50:
	case r.Class() >= 4:
		return r
	case known, r.Class() == 2 && len(codes) == 1 && slices.Contains(plainCodes, codes[0]) && !s.Dev("codes-exact"):
		return nil
	}
	s.Close()
	return fmt.Errorf("%s: got %s, want one of %d", r.Command, r.Line(), codes)
}

// exchange sends octets and reads the initial line of a response.
func (s *refSession) exchange(ctx context.Context, name, octets string) (*nntp.Response, error) {
	defer s.Arm(ctx)()
	if _, err := io.WriteString(s.NC, octets); err != nil {
		return nil, err
	}
	r, err := s.response(name)
	if err != nil && !s.Dev("unparsable-kept") {
		s.Close()
	}
	return r, err
}

// data sends a command and reads the data block of its response.
func (s *refSession) data(ctx context.Context, words []string, code int) (*nntp.Response, []byte, error) {
	r, err := s.cmd(ctx, words, code)
	if err != nil {
		return r, nil, err
	}
	defer s.Arm(ctx)()
	b, err := s.block(code == nntp.CodeArticle || code == nntp.CodeHead || code == nntp.CodeBody)
	if err == nil && !utf8.Valid(b) && s.Dev("utf8-required") {
		err = fmt.Errorf("%s: it is not UTF-8", words[0])
	}
	if err != nil {
		s.Close()
	}
	switch {
	case s.Dev("utf8-repaired"):
		b = changedArticles["utf8-repaired"](b)
	case s.Dev("headers-unfolded"):
		b = unfold(b)
	}
	return r, b, err
}

// refLines sends a command and parses each line of the data block of its response.
func refLines[T any](s *refSession, ctx context.Context, words []string, code int, parse func(line []byte) (T, error)) ([]T, error) {
	_, b, err := s.data(ctx, words, code)
	if err != nil {
		return nil, err
	}
	var out []T
	for l := range bytes.SplitSeq(bytes.TrimSuffix(b, []byte("\r\n")), []byte("\r\n")) {
		if len(b) == 0 {
			break
		}
		v, err := parse(l)
		if err != nil {
			return out, err
		}
		out = append(out, v)
	}
	return out, nil
}

// lenient are the rules for what the server says.
var lenient = nntp.Rules{Lenient: true}

func asText(line []byte) (string, error) { return string(line), nil }

// ask asks for the capabilities if they are not known. A server without the command has none.
func (s *refSession) ask(ctx context.Context) error {
	if s.known {
		return nil
	}
	_, err := s.Capabilities(ctx)
	if responseOf(err).Class() < 4 {
		return err
	}
	if s.Dev("help-asked") {
		s.Help(ctx)
	}
	return nil
}

// askAnew asks for the capabilities also if they are known.
func (s *refSession) askAnew(ctx context.Context) error {
	if !s.Dev("capabilities-reused") && !s.Dev("capabilities-shared") && !s.Dev("capabilities-kept") {
		s.forget()
	}
	return s.ask(ctx)
}

func (s *refSession) Capabilities(ctx context.Context) (nntp.Capabilities, error) {
	if s.known && s.Dev("capabilities-for-good") {
		return s.caps, nil
	}
	list, err := refLines(s, ctx, command("CAPABILITIES"), nntp.CodeCapabilities, asText)
	if responseOf(err).Class() >= 4 {
		s.caps, s.known = nil, true
	}
	if err != nil {
		return nil, err
	}
	caps := nntp.Capabilities{}
	for _, l := range list {
		if c, ok, err := lenient.ParseCapability([]byte(l)); ok && err == nil {
			caps = append(caps, c)
		} else if s.Dev("odd-lines-refused") {
			return nil, fmt.Errorf("CAPABILITIES: %q is no capability", l)
		}
	}
	s.caps, s.known = caps, true
	s.client.caps = caps
	if s.Dev("compresses-by-itself") && caps.Has("COMPRESS") && !s.squeezed {
		return caps, s.Compress(ctx)
	}
	return caps, nil
}

func (s *refSession) forget() { s.caps, s.known = nil, false }

func (s *refSession) Reader(ctx context.Context) error {
	if err := s.ask(ctx); err != nil {
		return err
	}
	switch {
	case s.Dev("mode-reader-never"):
		return nil
	case s.Dev("mode-reader-always"), s.caps.Has("MODE-READER"):
		_, err := s.ModeReader(ctx)
		return err
	case s.caps == nil && s.mayMode() == nil:
		if _, err := s.ModeReader(ctx); responseOf(err).Code != nntp.CodeUnknownCommand {
			return err
		}
	}
	return nil
}

// mayMode is an error where MODE READER may not be sent.
func (s *refSession) mayMode() error {
	if (s.modeSent || s.guarded || s.squeezed) && !s.Dev("mode-reader-any-time") {
		return errors.New("MODE READER: too late")
	}
	return nil
}

func (s *refSession) ModeReader(ctx context.Context) (bool, error) {
	if err := s.mayMode(); err != nil {
		return false, err
	}
	s.modeSent = true
	r, err := s.cmd(ctx, command("MODE", "READER"), nntp.CodePostingAllowed, nntp.CodePostingForbidden)
	s.forget()
	s.selected = false
	return err == nil && r.Code == nntp.CodePostingAllowed, err
}

func (s *refSession) STARTTLS(ctx context.Context) error {
	if s.Dev("no-tls") {
		return fmt.Errorf("STARTTLS: %w", errors.ErrUnsupported)
	}
	if (s.Protected || s.squeezed || s.authed) && !s.Dev("starttls-any-time") {
		return errors.New("STARTTLS: too late")
	}
	if s.Dev("starttls-if-listed") {
		if err := s.ask(ctx); err != nil || !s.caps.Has("STARTTLS") {
			return err
		}
	}
	if _, err := s.cmd(ctx, command("STARTTLS"), nntp.CodeStartTLS); err != nil {
		s.Protected = s.Protected || s.Dev("starttls-assumed")
		return err
	}
	if s.Dev("handshake-skipped") {
		return nil
	}
	if s.Dev("rc4-offered") || s.Dev("compression-offered") {
		s.NC = &helloChanger{Conn: s.NC, rc4: s.Dev("rc4-offered")}
	}
	if s.Dev("compresses-below-tls") || s.Dev("inflates-below-tls") {
		s.below = &layer{Conn: s.NC}
		s.NC = s.below
	}
	if err := s.Handshake(ctx); err != nil {
		if !s.Dev("handshake-failure-kept") {
			s.Close()
		}
		return err
	}
	if !s.Dev("capabilities-kept") {
		s.forget()
	}
	if !s.Dev("group-kept") {
		s.selected = false
	}
	s.streaming = false
	return nil
}

func (s *refSession) Quit(ctx context.Context) error {
	defer s.Close()
	_, err := s.cmd(ctx, command("QUIT"), nntp.CodeClosing)
	return err
}
