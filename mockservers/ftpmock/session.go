package ftpmock

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"

	"harness/mockservers"
	"harness/mockservers/filestore"
	"harness/protocols/ftp"
	"harness/protocols/wire"
)

// loginState is how far a login is.
type loginState uint8

const (
	needUser loginState = iota
	needPass
	needAcct
	loggedIn
)

// session is one client's session.
type session struct {
	srv  *Server
	c    *mockservers.Conn
	f    *features
	host *host
	idle time.Duration

	queue [][]byte // lines that were read during a transfer
	ends  []wire.Terminator
	over  bool // the session ends behind the reply

	// Who.
	state     loginState
	name      string // that USER gave
	account   Account
	anonymous bool
	failures  int
	view      filestore.View
	cwd       string
	umask     uint32

	// Security.
	tls  bool
	cert string // the common name of the client's certificate
	pbsz bool
	prot ftp.Protection

	// Transfer parameters.
	rep      ftp.Representation
	listener *mockservers.DataListener // of PASV or EPSV
	active   netip.AddrPort            // of PORT or EPRT
	epsvAll  bool
	kept     *mockservers.Data   // a data connection that stayed open
	left     []*mockservers.Data // those that a deviation left open
	restart  string              // what REST gave, "" for none

	facts  []string // that MLST shows
	lang   string   // as LANG selected it
	rename string   // what RNFR named
	last   string   // the verb before the one in hand

	first string       // the first line of the reply in hand
	after func() error // what happens when the reply in hand has been sent

	// What deviations remember, by name.
	memory map[string]string
}

func (p *session) dev(name string) bool { return p.srv.devs.Has(name) }

// deviates reports whether any deviation was asked for: the hooks cost nothing otherwise.
func (p *session) deviates() bool { return !p.srv.devs.Empty() }

// serve speaks to one client.
func (s *Server) serve(c *mockservers.Conn) error {
	p := &session{srv: s, c: c, f: &s.features, idle: s.opts.Timeouts.Idle, memory: make(map[string]string)}
	if p.idle <= 0 {
		p.idle = 10 * time.Minute
	}
	inlineUrgent(c.Raw())
	p.reset()
	defer func() {
		p.misclose()
		p.close()
	}()
	p.secured()
	if p.tls && p.f.implicitProtP {
		p.pbsz, p.prot = true, ftp.PrivateProtection
	}
	if err := p.greet(); err != nil {
		return err
	}
	for !p.over {
		line, err := p.next()
		var limit *wire.LimitError
		if errors.As(err, &limit) {
			if err := p.tooLong(); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return p.lost(err)
		}
		if line.End == wire.None {
			return io.EOF // a command without an end is none
		}
		if err := p.command(line); err != nil {
			return err
		}
	}
	return nil
}

// reset brings the session to where it is when the connection was made (REIN, RFC 959 section 4.1.1), but for TLS.
func (p *session) reset() {
	p.logout()
	p.host = p.srv.main
	p.lang = p.f.language
}

// logout forgets the user and all transfer parameters.
func (p *session) logout() {
	p.state, p.name, p.account, p.anonymous = needUser, "", Account{}, false
	p.view, p.cwd, p.umask = filestore.View{}, "/", 0o022
	p.rep = ftp.Representation{Type: ftp.ASCII, Structure: ftp.FileStructure, Mode: ftp.StreamMode}
	p.close()
	p.active, p.epsvAll = netip.AddrPort{}, false
	p.restart, p.rename = "", ""
	p.facts = defaultFacts()
	if p.deviates() {
		p.misreset()
	}
}

// close lets go of data connections.
func (p *session) close() {
	p.unlisten()
	if p.kept != nil {
		p.kept.Close()
		p.kept = nil
	}
	for _, d := range p.left {
		d.Close()
	}
	p.left = nil
}

func (p *session) unlisten() {
	if p.listener != nil {
		p.listener.Close()
		p.listener = nil
	}
}

// secured takes note of TLS.
func (p *session) secured() {
	state, ok := p.c.TLS()
	p.tls, p.cert = ok, ""
	if ok && len(state.VerifiedChains) > 0 {
		p.cert = state.PeerCertificates[0].Subject.CommonName
	}
	p.pbsz, p.prot = false, ftp.ClearProtection
}

func (p *session) greet() error {
	if err := p.c.BeginReply("greeting"); err != nil {
		return err
	}
	p.first = ""
	code := ftp.CodeReady
	switch {
	case p.dev("greeting-missing"):
		return nil
	case p.dev("greeting-230"):
		code = ftp.CodeLoggedIn
	}
	if err := p.send(code, strings.Split(p.srv.opts.Greeting, "\n")); err != nil {
		return err
	}
	return p.c.EndReply(p.first)
}

// next returns the next command line: one that came during a transfer, or from the connection.
func (p *session) next() (wire.Line, error) {
	if len(p.queue) > 0 {
		line := wire.Line{Text: p.queue[0], End: p.ends[0]}
		p.queue, p.ends = p.queue[1:], p.ends[1:]
		return line, nil
	}
	return p.read(p.c.Context(), p.idle)
}

// read reads a line and takes Telnet commands out of it, answering those that want it. Ctx ends the wait.
func (p *session) read(ctx context.Context, timeout time.Duration) (line wire.Line, err error) {
	if bytes.IndexByte(p.c.R.Peek(), '\n') < 0 {
		if err := p.c.BeforeWait(); err != nil {
			return line, err
		}
	}
	if p.deviates() {
		text, ok, err := p.misread(func(f func() error) error { return p.c.Do(ctx, timeout, f) })
		if ok || err != nil {
			return wire.Line{Text: text, End: wire.CRLF}, err
		}
	}
	err = p.c.Do(ctx, timeout, func() error {
		line, err = p.c.R.ReadLine()
		return err
	})
	if err != nil {
		return line, err
	}
	if p.dev("segment-is-command") {
		line.Text = bytes.Clone(line.Text)
		p.c.R.Discard(p.c.R.Buffered())
	}
	if p.dev("telnet-not-filtered") {
		return line, nil
	}
	text, telnet := ftp.StripTelnet(line.Text)
	line.Text = text
	if p.deviates() {
		telnet.Answer = p.mistelnet(telnet.Answer)
	}
	if len(telnet.Answer) > 0 {
		err = p.c.Write(func() error {
			_, err := p.c.W.Write(telnet.Answer)
			return err
		})
	}
	return line, err
}

// tooLong answers a line beyond all limits, and skips it.
func (p *session) tooLong() error {
	p.c.Note("a line of more than %d octets", wire.DefaultLineLimit)
	if err := p.c.Command("", "(line too long)"); err != nil {
		return err
	}
	if err := p.c.SkipLine(p.idle); err != nil {
		return err
	}
	p.first = ""
	if p.dev("long-line-ignored") {
		return nil
	}
	if p.dev("long-line-twice") {
		if err := p.reply(ftp.CodeUnrecognized, textTooLong); err != nil {
			return err
		}
	}
	if err := p.reply(ftp.CodeUnrecognized, textTooLong); err != nil {
		return err
	}
	return p.c.EndReply(p.first)
}

// lost is called when the client is gone, has been silent too long, or the server closes: the last two get a 421.
func (p *session) lost(err error) error {
	text := textIdle
	switch {
	case p.c.Context().Err() != nil:
		text = textShutdown
	case !errors.Is(err, os.ErrDeadlineExceeded):
		return err
	}
	p.first = ""
	if berr := p.c.BeginReply("421"); berr != nil {
		return berr
	}
	if werr := p.reply(ftp.CodeServiceNotAvailable, text); werr == nil {
		p.c.EndReply(p.first)
		p.c.Release()
	}
	return err
}

// rules are those by which commands are parsed.
func (p *session) rules() ftp.Rules {
	return ftp.Rules{PaddedCR: true, Lenient: p.dev("syntax-lenient")}
}

// command carries out one command line and sends its reply.
func (p *session) command(line wire.Line) error {
	if line.End == wire.LF {
		if p.f.bareLF {
			line.End = wire.CRLF
		}
		p.c.Note("a command that ends in a bare LF (RFC 959 section 5.3)")
	}
	cmd, syntax := p.rules().ParseCommand(line)
	if err := p.c.Command(cmd.Verb, cmd.String()); err != nil {
		return err
	}
	p.first, p.after = "", nil
	if p.deviates() {
		p.memory["line"] = string(line.Text)
	}
	if err := p.dispatch(cmd, syntax); err != nil {
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

// handler is what a verb does.
type handler struct {
	run func(*session, ftp.Command) error
	// open commands need no login.
	open bool
	// on says whether the server has the command; nil for always.
	on func(*features) bool
}

var handlers map[string]handler

func init() {
	handlers = map[string]handler{
		"USER": {(*session).doUser, true, nil},
		"PASS": {(*session).doPass, true, nil},
		"ACCT": {(*session).doAcct, true, nil},
		"REIN": {(*session).doRein, true, func(f *features) bool { return f.rein }},
		"QUIT": {(*session).doQuit, true, nil},
		"HOST": {(*session).doHost, true, func(f *features) bool { return f.host }},
		"AUTH": {(*session).doAuth, true, func(f *features) bool { return f.auth }},
		"PBSZ": {(*session).doPbsz, true, func(f *features) bool { return f.auth }},
		"PROT": {(*session).doProt, true, func(f *features) bool { return f.auth }},
		"CCC":  {(*session).doCcc, true, func(f *features) bool { return f.auth && f.ccc }},
		"FEAT": {(*session).doFeat, true, func(f *features) bool { return f.feat }},
		"OPTS": {(*session).doOpts, true, func(f *features) bool { return f.opts }},
		"LANG": {(*session).doLang, true, func(f *features) bool { return f.lang }},
		"HELP": {(*session).doHelp, true, nil},
		"NOOP": {(*session).doNoop, true, nil},
		"SYST": {(*session).doSyst, true, nil},

		"TYPE": {(*session).doType, false, nil},
		"STRU": {(*session).doStru, false, nil},
		"MODE": {(*session).doMode, false, nil},
		"PORT": {(*session).doPort, false, func(f *features) bool { return f.port }},
		"PASV": {(*session).doPasv, false, func(f *features) bool { return f.pasv }},
		"EPRT": {(*session).doEprt, false, func(f *features) bool { return f.eprt }},
		"EPSV": {(*session).doEpsv, false, func(f *features) bool { return f.epsv }},
		"REST": {(*session).doRest, false, func(f *features) bool { return f.rest }},
		"ALLO": {(*session).doAllo, false, nil},

		"CWD":  {(*session).doCwd, false, nil},
		"CDUP": {(*session).doCdup, false, nil},
		"PWD":  {(*session).doPwd, false, nil},
		"SMNT": {(*session).doSmnt, false, func(f *features) bool { return f.mount }},
		"MKD":  {(*session).doMkd, false, nil},
		"RMD":  {(*session).doRmd, false, nil},
		"DELE": {(*session).doDele, false, nil},
		"RNFR": {(*session).doRnfr, false, nil},
		"RNTO": {(*session).doRnto, false, nil},
		"SIZE": {(*session).doSize, false, func(f *features) bool { return f.size }},
		"MDTM": {(*session).doMdtm, false, func(f *features) bool { return f.mdtm }},
		"MFMT": {(*session).doMfmt, false, func(f *features) bool { return f.mfmt }},
		"SITE": {(*session).doSite, false, func(f *features) bool { return f.site }},
		"STAT": {(*session).doStat, false, nil},
		"MLST": {(*session).doMlst, false, func(f *features) bool { return f.mlst }},

		"RETR": {(*session).doRetr, false, nil},
		"STOR": {(*session).doStor, false, nil},
		"STOU": {(*session).doStou, false, func(f *features) bool { return f.unique }},
		"APPE": {(*session).doAppe, false, func(f *features) bool { return f.append }},
		"LIST": {(*session).doList, false, nil},
		"NLST": {(*session).doNlst, false, nil},
		"MLSD": {(*session).doMlsd, false, func(f *features) bool { return f.mlst }},
		"ABOR": {(*session).doAbor, false, func(f *features) bool { return f.abort }},
	}
	x := func(f *features) bool { return f.xVerbs }
	for verb, standard := range map[string]string{"XCWD": "CWD", "XCUP": "CDUP", "XPWD": "PWD", "XMKD": "MKD", "XRMD": "RMD"} {
		handlers[verb] = handler{handlers[standard].run, false, x}
	}
}

// has reports whether the server has the verb.
func (p *session) has(verb string) bool {
	h, known := handlers[verb]
	switch {
	case !known || h.on != nil && !h.on(p.f):
		return false
	case verb == "SMNT":
		return len(p.srv.opts.Mounts) > 0
	}
	return true
}

// keepsRestart holds for the commands that may stand between REST and its transfer: those that set it up.
func keepsRestart(verb string) bool {
	switch verb {
	case "PASV", "PORT", "EPSV", "EPRT", "TYPE", "STRU", "MODE", "ALLO", "PROT", "PBSZ", "NOOP", "SIZE", "MDTM", "STAT":
		return true
	}
	return false
}

// dispatch judges a command by what holds for all of them, and has its handler carry it out.
func (p *session) dispatch(cmd ftp.Command, syntax error) error {
	last := p.last
	p.last = cmd.Verb
	defer func() {
		if cmd.Verb != "RNFR" {
			p.rename = ""
		}
		if cmd.Verb != "REST" && !keepsRestart(cmd.Verb) {
			p.restart = ""
		}
	}()
	if p.deviates() {
		if done, err := p.misdispatch(cmd, syntax, last); done {
			return err
		}
		if done, err := p.spoilCommand(&cmd); done || err != nil {
			return err
		}
		if done, err := p.misbreak(&cmd); done || err != nil {
			return err
		}
	}
	spec := cmd.Spec()
	h := handlers[cmd.Verb]
	switch {
	case syntax != nil && cmd.Verb == "", spec == nil:
		return p.reply(ftp.CodeUnrecognized, textUnknown)
	case !p.has(cmd.Verb):
		return p.reply(ftp.CodeNotImplemented, textUnimplemented, cmd.Verb)
	case syntax != nil:
		return p.reply(ftp.CodeBadArgument, textSyntax, spec.Syntax())
	case !h.open && p.state != loggedIn:
		return p.reply(ftp.CodeNotLoggedIn, textLoginFirst)
	}
	if p.rules().CheckCommand(cmd) != nil {
		return p.reply(ftp.CodeBadArgument, textSyntax, spec.Syntax())
	}
	return h.run(p, cmd)
}

// --- replies

func (p *session) say(t text, args ...any) string { return say(p.lang, t, args...) }

// reply sends a reply of one line.
func (p *session) reply(code int, t text, args ...any) error {
	return p.send(code, []string{p.say(t, args...)})
}

// send sends a reply of one line or several.
func (p *session) send(code int, lines []string) error {
	if p.deviates() {
		if done, err := p.misreply(&code, &lines); done {
			return err
		}
	}
	for i, l := range lines {
		lines[i] = fit(l)
	}
	b, err := ftp.AppendReply(nil, code, lines...)
	if err != nil {
		p.c.Fail(err)
		return err
	}
	return p.write(b)
}

// write sends lines. The first one of a reply is kept for the log.
func (p *session) write(b []byte) error {
	if p.first == "" {
		p.first, _, _ = strings.Cut(string(b), "\r\n")
	}
	if p.deviates() {
		b = p.mislines(b)
	}
	return p.c.Write(func() error {
		_, err := p.c.W.Write(b)
		return err
	})
}

// fit takes out of a line what could not stand in it: names come from clients and directories.
func fit(line string) string {
	if strings.ContainsAny(line, "\r\n\x00") {
		return strings.NewReplacer("\r", "?", "\n", "?", "\x00", "?").Replace(line)
	}
	return line
}

// fitName is fit for a name in a list: a CR that no LF follows can stand there (RFC 3659 section 2.2).
func fitName(name string) string {
	return strings.NewReplacer("\r\n", "??", "\n", "?", "\x00", "?").Replace(name)
}

// --- names

// path makes an absolute name of what a command says.
func (p *session) path(arg string) string { return filestore.Clean(p.cwd, arg) }

// allowed refuses names that the features do not permit, and has sent the reply then.
func (p *session) allowed(arg string, code int) (ok bool, err error) {
	if !p.f.utf8 && strings.ContainsFunc(arg, func(r rune) bool { return r >= 0x80 }) {
		return false, p.reply(code, textASCIIOnly)
	}
	return true, nil
}

// reason tells in words what is wrong with a file.
func (p *session) reason(err error) string {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return p.say(textNoSuchFile)
	case errors.Is(err, os.ErrExist):
		return p.say(textExists)
	case errors.Is(err, os.ErrPermission):
		return p.say(textPermission)
	case errors.Is(err, filestore.ErrReadOnly):
		return p.say(textReadOnly)
	case errors.Is(err, filestore.ErrQuota):
		return p.say(textQuota)
	case errors.Is(err, filestore.ErrNotDir):
		return p.say(textNotDirectory)
	case errors.Is(err, filestore.ErrIsDir):
		return p.say(textIsDirectory)
	case errors.Is(err, filestore.ErrNotRegular):
		return p.say(textNotPlain)
	case errors.Is(err, filestore.ErrNotEmpty):
		return p.say(textNotEmpty)
	case errors.Is(err, filestore.ErrName):
		return p.say(textBadName)
	case errors.Is(err, filestore.ErrLoop):
		return p.say(textLoop)
	}
	return p.say(textLocalError)
}

// refuse replies that something about a name does not work.
func (p *session) refuse(code int, arg string, err error) error {
	return p.send(code, []string{arg + ": " + p.reason(err)})
}

func sortedVerbs(p *session) []string {
	var out []string
	for verb := range handlers {
		if p.has(verb) {
			out = append(out, verb)
		}
	}
	slices.Sort(out)
	return out
}
