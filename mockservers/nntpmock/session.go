package nntpmock

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"harness/internal/auth"
	"harness/mockservers"
	"harness/mockservers/newsstore"
	"harness/protocols/nntp"
	"harness/protocols/wire"
)

// session is one client's session.
type session struct {
	srv *Server
	c   *mockservers.Conn
	f   *features

	reader     bool // reader's commands are served
	transit    bool // peers' commands are
	canSwitch  bool // MODE READER will switch
	tls        bool
	compressed bool
	user       string // who is authenticated; "" before
	named      string // of AUTHINFO USER
	over       bool   // the session ends behind the response

	group   string // "" if none is selected
	view    newsstore.View
	current int64 // 0 if there is none

	article []byte // that of the TAKETHIS in hand; nil if it is too large

	name   string // of the command in hand; "greeting" before the first
	count  int    // commands so far
	begun  time.Time
	asked  bool   // CAPABILITIES was sent
	listed bool   // LIST was
	stream bool   // MODE STREAM was
	owed   bool   // CHECK was answered by 238, and no command came since
	first  string // the response in hand, for the log
	after  func() error
	line   []byte
}

func (p *session) dev(name string) bool { return p.srv.devs.Has(name) }

// serve speaks to one client.
func (s *Server) serve(c *mockservers.Conn) error {
	p := &session{srv: s, c: c, f: &s.features, begun: time.Now()}
	_, p.tls = c.TLS()
	p.reader = p.f.mode == modeBoth || p.f.mode == modeReader
	p.transit = p.f.mode != modeReader
	p.canSwitch = p.f.mode == modeSwitching
	if err := p.greet(); err != nil {
		return err
	}
	for !p.over {
		line, err := p.readLine()
		var limit *wire.LimitError
		if errors.As(err, &limit) {
			if err := p.tooLong(); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err // silence ends the session without a word (RFC 3977 section 3.1)
		}
		if line.End == wire.None {
			return io.EOF // a command without an end is none
		}
		if p.dev("pipeline-dropped") {
			line.Text = bytes.Clone(line.Text)
			c.R.Discard(c.R.Buffered())
		}
		if p.dev("pipeline-reversed") && c.R.Buffered() > 0 {
			line.Text = bytes.Clone(line.Text)
			second, err := c.ReadLine()
			if err != nil {
				return err
			}
			if err := p.command(second); err != nil {
				return err
			}
		}
		if i := bytes.IndexByte(line.Text, 0); i >= 0 && p.dev("nul-ends-line") {
			line.Text = line.Text[:i]
		}
		if at := nntp.MaxCommand - 2; p.dev("long-line-split") && len(line.Text) > at {
			rest := wire.Line{Text: bytes.Clone(line.Text[at:]), End: line.End}
			line.Text = bytes.TrimRight(bytes.Clone(line.Text[:at]), " ")
			if err := p.command(line); err != nil {
				return err
			}
			line = rest
		}
		if err := p.command(line); err != nil {
			return err
		}
	}
	return nil
}

// readLine reads the next command line.
func (p *session) readLine() (wire.Line, error) {
	line, err := p.c.ReadLine()
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded) && p.dev("autologout-says-400"):
		p.name = ""
		return line, errors.Join(err, p.say(nntp.CodeUnavailable, "silent for too long"), p.c.Flush())
	case err != nil && p.compressed && p.dev("compress-corrupt-stays"):
		<-p.c.Context().Done()
	case p.compressed && p.dev("compress-window-small") && p.c.R.Offset() > 16<<10:
		return line, io.ErrUnexpectedEOF
	case err == io.EOF && p.dev("end-ignored"):
		<-p.c.Context().Done()
	case err == nil && p.dev("autologout-not-reset") && time.Since(p.begun) > p.srv.opts.Timeouts.Idle:
		return line, io.EOF
	}
	return line, err
}

// mayPost reports whether POST is permitted.
func (p *session) mayPost() bool {
	return p.f.post && (p.user != "" || p.f.auth == authOffered)
}

// welcome is the code of the greeting and of MODE READER (RFC 3977 section 5.1.1): 200 also if POST will be permitted after authentication.
func (p *session) welcome() int {
	if p.f.post && !p.dev("greeting-201") {
		return nntp.CodePostingAllowed
	}
	return nntp.CodePostingForbidden
}

func (p *session) greet() error {
	p.name = "greeting"
	if err := p.c.BeginReply("greeting"); err != nil {
		return err
	}
	if p.dev("greeting-missing") {
		return nil
	}
	code := p.welcome()
	if p.f.greeting != 0 {
		code = p.f.greeting
		p.over = !p.dev("refusal-stays-open")
	}
	if err := p.say(code, p.srv.opts.Greeting); err != nil {
		return err
	}
	return p.c.EndReply(p.first)
}

// tooLong answers a line beyond all limits, and skips it: it is not split and then interpreted (RFC 3977 section 3.2.1).
func (p *session) tooLong() error {
	p.c.Note("a line of more than %d octets", wire.DefaultLineLimit)
	if err := p.c.Command("", "(line too long)"); err != nil {
		return err
	}
	const verb = "TAKETHIS"
	start := p.c.R.Peek()
	taking := p.takes() && len(start) > len(verb) && strings.EqualFold(string(start[:len(verb)]), verb) && (start[len(verb)] == ' ' || start[len(verb)] == '\t')
	if err := p.c.SkipLine(p.srv.opts.Timeouts.Idle); err != nil {
		return err
	}
	if taking {
		if _, _, err := p.readBlock(); err != nil {
			return err
		}
	}
	p.first = ""
	if p.dev("long-line-split") {
		if err := p.say(nntp.CodeSyntax, "line too long"); err != nil {
			return err
		}
	}
	if err := p.say(nntp.CodeSyntax, "line too long"); err != nil {
		return err
	}
	return p.c.EndReply(p.first)
}

// command carries out one command line and sends its response.
func (p *session) command(line wire.Line) error {
	if line.End == wire.LF {
		p.c.Note("a command that ends in a bare LF (RFC 3977 section 3.1)")
	}
	cmd, syntax := nntp.Rules{}.ParseCommand(line)
	shown := ""
	if p.c.Logged() {
		shown = cmd.String()
	}
	if err := p.c.Command(cmd.Verb(), shown); err != nil {
		return err
	}
	p.name, p.first, p.after = cmd.Name, "", nil
	p.count++
	if err := p.answer(line, cmd, syntax); err != nil {
		return err
	}
	if err := p.c.EndReply(p.first); err != nil {
		return err
	}
	if p.after != nil {
		return p.after()
	}
	return nil
}

// answer answers a command as the state of the server has it.
func (p *session) answer(line wire.Line, cmd nntp.Command, syntax error) error {
	p.asked = p.asked || cmd.Name == "CAPABILITIES"
	p.listed = p.listed || cmd.Verb() == "LIST"
	if cmd.Verb() == "LIST" && p.dev("list-deselects") {
		p.group, p.current = "", 0
	}
	switch {
	case p.f.leaves > 0 && p.count > p.f.leaves:
		p.over = !p.dev("stays-after-400")
		return p.say(nntp.CodeUnavailable, "the server has to leave")
	case p.dev("tab-refused") && bytes.ContainsRune(line.Text, '\t'), p.dev("spaces-refused") && bytes.Contains(line.Text, []byte("  ")):
		return p.say(nntp.CodeSyntax, "one space, please")
	case p.dev("check-binding") && p.owed && cmd.Name != "TAKETHIS":
		p.owed = false
		return p.say(nntp.CodeNotSupported, "the article, please")
	case p.dev("capabilities-demanded") && !p.asked:
		return p.say(nntp.CodeNotPermitted, "ask for the capabilities first")
	}
	return p.dispatch(cmd, syntax)
}

// need is what a command belongs to.
type need uint8

const (
	forAll     need = iota // every server has it
	forReaders             // READER
	forPeers               // IHAVE, STREAMING
	forEither              // readers and peers alike
)

// handler is what a command does.
type handler struct {
	run  func(*session, nntp.Command) error
	role need
	// on says whether the server has the command; nil for always.
	on func(*session) bool
	// free commands are served before authentication and without TLS, whatever AUTH and TLS say.
	free bool
	// private commands are not served without TLS where TLS says so, though they are free.
	private bool
}

var handlers map[string]handler

func init() {
	old := func(p *session) bool { return p.f.old }
	lists := func(keyword string) func(*session) bool { return func(p *session) bool { return p.lists(keyword) } }
	handlers = map[string]handler{
		"CAPABILITIES":       {run: (*session).doCapabilities, on: func(p *session) bool { return p.f.capabilities }, free: true},
		"MODE READER":        {run: (*session).doModeReader, free: true},
		"QUIT":               {run: (*session).doQuit, free: true},
		"HELP":               {run: (*session).doHelp, free: true},
		"STARTTLS":           {run: (*session).doStartTLS, on: func(p *session) bool { return p.f.starttls }, free: true},
		"COMPRESS":           {run: (*session).doCompress, on: func(p *session) bool { return p.f.compress }, free: true, private: true},
		"AUTHINFO USER":      {run: (*session).doAuthUser, on: func(p *session) bool { return p.f.user }, free: true, private: true},
		"AUTHINFO PASS":      {run: (*session).doAuthPass, on: func(p *session) bool { return p.f.user }, free: true, private: true},
		"AUTHINFO SASL":      {run: (*session).doAuthSASL, on: func(p *session) bool { return len(p.f.mechanisms) > 0 }, free: true, private: true},
		"GROUP":              {run: (*session).doGroup, role: forReaders},
		"LISTGROUP":          {run: (*session).doListGroup, role: forReaders},
		"LAST":               {run: (*session).doLast, role: forReaders},
		"NEXT":               {run: (*session).doNext, role: forReaders},
		"ARTICLE":            {run: (*session).doArticle, role: forReaders},
		"BODY":               {run: (*session).doArticle, role: forReaders},
		"HEAD":               {run: (*session).doArticle},
		"STAT":               {run: (*session).doArticle},
		"POST":               {run: (*session).doPost, role: forReaders},
		"DATE":               {run: (*session).doDate, role: forReaders},
		"NEWGROUPS":          {run: (*session).doNewGroups, role: forReaders},
		"NEWNEWS":            {run: (*session).doNewNews, role: forEither, on: func(p *session) bool { return p.f.newnews }},
		"OVER":               {run: (*session).doOver, role: forReaders, on: func(p *session) bool { return p.f.over }},
		"HDR":                {run: (*session).doHdr, role: forReaders, on: func(p *session) bool { return p.f.hdr }},
		"IHAVE":              {run: (*session).doIHave, role: forPeers},
		"MODE STREAM":        {run: (*session).doModeStream, role: forPeers, on: (*session).takes},
		"CHECK":              {run: (*session).doCheck, role: forPeers, on: (*session).takes},
		"TAKETHIS":           {run: (*session).doTakeThis, role: forPeers, on: (*session).takes},
		"LIST":               {run: (*session).doListActive, role: forEither, on: lists("ACTIVE")},
		"LIST ACTIVE":        {run: (*session).doListActive, role: forEither, on: lists("ACTIVE")},
		"LIST ACTIVE.TIMES":  {run: (*session).doListTimes, role: forEither, on: lists("ACTIVE.TIMES")},
		"LIST COUNTS":        {run: (*session).doListCounts, role: forEither, on: lists("COUNTS")},
		"LIST NEWSGROUPS":    {run: (*session).doListNewsgroups, role: forEither, on: lists("NEWSGROUPS")},
		"LIST DISTRIB.PATS":  {run: (*session).doListDistribPats, role: forEither, on: lists("DISTRIB.PATS")},
		"LIST DISTRIBUTIONS": {run: (*session).doListDistributions, role: forEither, on: lists("DISTRIBUTIONS")},
		"LIST MODERATORS":    {run: (*session).doListModerators, role: forEither, on: lists("MODERATORS")},
		"LIST MOTD":          {run: (*session).doListMotd, role: forEither, on: lists("MOTD")},
		"LIST SUBSCRIPTIONS": {run: (*session).doListSubscriptions, role: forEither, on: lists("SUBSCRIPTIONS")},
		"LIST OVERVIEW.FMT":  {run: (*session).doListOverviewFmt, role: forReaders, on: lists("OVERVIEW.FMT")},
		"LIST HEADERS":       {run: (*session).doListHeaders, role: forReaders, on: lists("HEADERS")},
		"XOVER":              {run: (*session).doOver, role: forReaders, on: func(p *session) bool { return p.f.old && p.f.over }},
		"XHDR":               {run: (*session).doHdr, role: forReaders, on: old},
		"XPAT":               {run: (*session).doXPat, role: forReaders, on: old},
		"XROVER":             {run: (*session).doXRover, role: forReaders, on: old},
		"XGTITLE":            {run: (*session).doXGTitle, role: forReaders, on: old},
		"SLAVE":              {run: (*session).doSlave, on: old},
	}
}

// takes reports whether the server has streaming.
func (p *session) takes() bool { return p.f.streaming && p.transit }

// open reports whether commands that need authentication or TLS, where the server wants them, are served.
func (p *session) open() bool { return !p.lacksTLS() && (p.f.auth != authRequired || p.user != "") }

// lacksTLS reports whether the server wants TLS first.
func (p *session) lacksTLS() bool { return p.f.tls == tlsRequired && !p.tls }

// lists reports whether the server has a variant of LIST.
func (p *session) lists(keyword string) bool {
	switch keyword {
	case "OVERVIEW.FMT":
		return p.f.over
	case "HEADERS":
		return p.f.hdr
	}
	return slices.Contains(p.f.lists, keyword)
}

// served reports whether the session's role has commands of that kind.
func (p *session) served(n need) bool {
	switch n {
	case forReaders:
		return p.reader
	case forPeers:
		return p.transit
	}
	return true
}

// dispatch judges a command by what holds for all of them (RFC 3977 section 3.2.1), and has its handler carry it out.
func (p *session) dispatch(cmd nntp.Command, syntax error) error {
	h, known := handlers[cmd.Name]
	if p.dev("keyword-case-sensitive") && string(cmd.Raw[:min(len(cmd.Raw), len(cmd.Verb()))]) != cmd.Verb() {
		known, cmd.Name = false, "?"
	}
	have := known && (h.on == nil || h.on(p)) && (p.served(h.role) || h.role == forReaders && p.canSwitch)
	if have && cmd.Name == "TAKETHIS" {
		// The article comes whatever the response is, and nothing of it is a command (RFC 4644 section 2.5.2).
		var large bool
		var err error
		if p.article, large, err = p.readBlock(); err != nil {
			return err
		}
		if large {
			p.article = nil
		}
	}
	var s *wire.SyntaxError
	errors.As(syntax, &s)
	switch {
	case !have && p.hasVariants(cmd.Verb()):
		// The base command is there, and this variant is not.
		if p.dev("variant-500") {
			return p.say(nntp.CodeUnknownCommand, "unknown command")
		}
		return p.say(nntp.CodeSyntax, "unknown variant of "+cmd.Verb())
	case !have:
		if p.dev("unknown-501") {
			return p.say(nntp.CodeSyntax, "unknown command")
		}
		return p.say(nntp.CodeUnknownCommand, "unknown command")
	case s != nil && s.Cite == "RFC 4648 section 4", s != nil && strings.HasPrefix(s.Want, "an initial response in Base64"):
		return p.say(nntp.CodeBase64, "not Base64")
	case syntax != nil:
		code := nntp.CodeSyntax
		if p.dev("syntax-500") {
			code = nntp.CodeUnknownCommand
		}
		text := "syntax error"
		if spec := cmd.Spec(); spec != nil {
			text += ": " + spec.Syntax()
		}
		return p.say(code, text)
	case h.role == forReaders && !p.reader:
		return p.say(nntp.CodeWrongMode, "MODE-READER use MODE READER first")
	case !h.free && p.f.auth == authRequired && p.user == "" && !p.lacksTLS():
		return p.say(nntp.CodeAuthRequired, "authenticate first")
	case p.lacksTLS() && (!h.free || h.private):
		return p.say(nntp.CodePrivacyRequired, "begin TLS first")
	}
	if code := p.f.refused[cmd.Name]; code != 0 && !final(code) {
		return p.refuse(code, cmd)
	}
	return h.run(p, cmd)
}

// final reports whether a code comes behind the article of POST and IHAVE, not in the place of the invitation to send it.
func final(code int) bool { return code == nntp.CodePostFailed || code == nntp.CodeRejected }

// refuse gives a command the code that the feature REFUSE has for it.
func (p *session) refuse(code int, cmd nntp.Command) error {
	p.over = code == nntp.CodeUnavailable && !p.dev("stays-after-400") // it is the last word (RFC 3977 section 3.2.1)
	text := "refused"
	switch code {
	case nntp.CodeTryLater, nntp.CodeHaveIt, nntp.CodeTakeRejected: // their argument is the message-id (RFC 4644 section 4)
		text = cmd.Args[0]
	}
	return p.say(code, text)
}

// hasVariants reports whether the server has any variant of a command.
func (p *session) hasVariants(verb string) bool {
	for name, h := range handlers {
		if v, _, two := strings.Cut(name, " "); v == verb && (two || verb == "LIST") && (h.on == nil || h.on(p)) && p.served(h.role) {
			return true
		}
	}
	return false
}

// --- responses

// say sends the initial line of a response.
func (p *session) say(code int, text string) error {
	p.line = append(strconv.AppendInt(p.line[:0], int64(code), 10), ' ')
	p.line = append(p.line, strings.ToValidUTF8(text, "?")...)
	if len(p.line) > nntp.MaxResponse-2 && code != nntp.CodeChallenge && code != nntp.CodeAuthenticatedBy {
		p.line = p.line[:nntp.MaxResponse-2]
	}
	if to := p.srv.effects.OnCode(p.name, code); to != code {
		p.line = fmt.Appendf(nil, "%03d%s", to, p.line[3:])
	}
	p.line = p.srv.effects.OnFirst(p.name, code, p.line)
	if code == nntp.CodeAuthFailed && p.dev("authinfo-dropped-early") || code == nntp.CodeNotPermitted && p.dev("closes-after-502") {
		p.over = true
	}
	if p.first == "" && p.c.Logged() {
		p.first = string(p.line)
	}
	end := wire.CRLF
	if p.dev("response-bare-lf") {
		end = wire.LF
	}
	return p.c.WriteSmall(len(p.line)+len("\r\n"), func() error { return p.c.W.WriteLine(p.line, end) })
}

// blockSize is how much of a block is written under one deadline, in octets.
const blockSize = 256 << 10

// blockPieces hold what is written at once.
var blockPieces = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, blockPiece) }}

// blockPiece is how much that is, in octets.
const blockPiece = 64 << 10

// block sends a data block behind the initial line of a response. Fill calls next before each piece of no more than a few lines.
func (p *session) block(fill func(b io.Writer, next func() error) error) error {
	w := wire.NewBlockWriter(p.c.W)
	var out io.Writer = w
	if p.dev("no-dot-stuffing") {
		out = p.c.W
	}
	done, mark := int64(0), int64(0)
	pieces := blockPieces.Get().(*bufio.Writer)
	pieces.Reset(writerFunc(func(b []byte) (int, error) {
		done += int64(len(b))
		return out.Write(b)
	}))
	defer func() {
		pieces.Reset(nil)
		blockPieces.Put(pieces)
	}()
	return p.c.Write(func() error {
		err := fill(pieces, func() error {
			if done-mark < blockSize {
				return nil
			}
			mark = done
			return p.c.Write(func() error { return nil }) // a deadline anew
		})
		if err == nil {
			err = pieces.Flush()
		}
		if err != nil || p.dev("no-final-dot") || p.name == "XGTITLE" && p.dev("xgtitle-no-end") {
			return err
		}
		if p.dev("no-dot-stuffing") {
			_, err = io.WriteString(p.c.W, ".\r\n")
			return err
		}
		return w.Close()
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// listing sends a response whose block has these lines.
func (p *session) listing(code int, text string, lines func(yield func(line []byte) bool)) error {
	if err := p.say(code, text); err != nil {
		return err
	}
	return p.block(func(b io.Writer, next func() error) error {
		var failed error
		buf := make([]byte, 0, 1024)
		lines(func(line []byte) bool {
			if line = p.srv.effects.OnLine(p.name, line); line == nil {
				return true
			}
			buf = append(append(buf[:0], line...), '\r', '\n')
			if _, failed = b.Write(buf); failed == nil {
				failed = next()
			}
			return failed == nil
		})
		return failed
	})
}

// text sends a response whose block is octets with CRLF line ends.
func (p *session) text(code int, text string, data []byte) error {
	if err := p.say(code, text); err != nil {
		return err
	}
	data = p.srv.effects.OnData(p.name, data)
	if len(data) < blockPiece && p.srv.devs.Empty() {
		// At worst every second octet is a dot to be stuffed.
		return p.c.WriteSmall(3*len(data)/2+len("\r\n.\r\n"), func() error {
			w := wire.NewBlockWriter(p.c.W)
			if _, err := w.Write(data); err != nil {
				return err
			}
			return w.Close()
		})
	}
	return p.block(func(b io.Writer, next func() error) error {
		for len(data) > 0 {
			part := data[:min(len(data), blockSize)]
			data = data[len(part):]
			if _, err := b.Write(part); err != nil {
				return err
			}
			if err := next(); err != nil {
				return err
			}
		}
		return nil
	})
}

// readBlock reads a data block of the client's. One that is too large is read to its end, and large is true.
func (p *session) readBlock() (data []byte, large bool, err error) {
	if err := p.c.BeforeWait(); err != nil {
		return nil, false, err
	}
	b := p.c.R.Block()
	buf := make([]byte, 64<<10)
	begun := time.Now()
	for {
		n := 0
		err := p.c.Do(p.c.Context(), p.srv.opts.Timeouts.Idle, func() (err error) {
			n, err = b.Read(buf)
			return err
		})
		if int64(len(data)+n) > p.f.maxArticle {
			large = true
		} else {
			data = append(data, buf[:n]...)
		}
		if err == nil && p.dev("autologout-not-reset-by-data") && time.Since(begun) > p.srv.opts.Timeouts.Idle {
			err = io.ErrUnexpectedEOF
		}
		if err == io.EOF {
			return p.kept(data), large, nil
		}
		if err != nil {
			return nil, large, err
		}
	}
}

// kept is a block with what deviations leave in it.
func (p *session) kept(data []byte) []byte {
	if p.dev("stuffing-kept") {
		data = bytes.ReplaceAll(data, []byte("\r\n."), []byte("\r\n.."))
	}
	const bare = "\n.\n"
	if i := bytes.Index(data, []byte(bare)); i >= 0 && p.dev("bare-dot-ends") {
		rest := bytes.Clone(data[i+len(bare):])
		p.after = func() error { return mockservers.EachLine(rest, p.command) }
		data = data[:i+1]
	}
	if p.dev("final-dot-kept") {
		data = append(data, ".\r\n"...)
	}
	return data
}

// mechanisms returns the SASL mechanisms on offer.
func (p *session) mechanisms() []string {
	var out []string
	if p.lacksTLS() {
		return nil
	}
	if p.user != "" && p.dev("sasl-dropped") {
		return nil
	}
	for _, name := range p.f.mechanisms {
		if m, _ := auth.Lookup(name); m.Exposes && !p.clear() && !p.dev("plain-listed-in-clear") {
			continue
		}
		out = append(out, name)
	}
	return out
}

// clear reports whether passwords may be sent as the connection is.
func (p *session) clear() bool { return p.tls || p.f.cleartext == clearAll }
