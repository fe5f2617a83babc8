package ftpmock

import (
	"net/netip"
	"strconv"
	"strings"

	"harness/mockservers/filestore"
	"harness/protocols/ftp"
)

func isAnonymous(name string) bool {
	return strings.EqualFold(name, "anonymous") || strings.EqualFold(name, "ftp")
}

// doUser begins a login, also when somebody is logged in (RFC 959 section 4.1.1).
func (p *session) doUser(cmd ftp.Command) error {
	if p.f.requireTLS && !p.tls {
		return p.reply(ftp.CodeNotLoggedIn, textNeedTLS)
	}
	p.endLogin()
	p.name, p.state = cmd.Arg, needPass
	a, known := p.host.accounts[cmd.Arg]
	switch {
	case !known && isAnonymous(cmd.Arg) && p.f.anonymous:
		p.anonymous = true
		return p.reply(ftp.CodeNeedPassword, textAnonymousPassword)
	case known && p.f.certLogin && p.cert == cmd.Arg:
		return p.authenticated(a, ftp.CodeLoggedInSecurely)
	case known && a.Password == "":
		return p.authenticated(a, ftp.CodeLoggedIn)
	}
	return p.reply(ftp.CodeNeedPassword, textPassword)
}

// endLogin forgets who was logged in; the transfer parameters stay as they are.
func (p *session) endLogin() {
	p.state, p.name, p.account, p.anonymous = needUser, "", Account{}, false
	p.view, p.cwd = filestore.View{}, "/"
}

func (p *session) doPass(cmd ftp.Command) error {
	if p.state != needPass {
		return p.reply(ftp.CodeBadSequence, textUserFirst)
	}
	if p.anonymous {
		return p.login(Account{Name: p.name, Home: "/", ReadOnly: false}, ftp.CodeLoggedIn)
	}
	a, known := p.host.accounts[p.name]
	right := known && a.Password == cmd.Arg
	if p.deviates() {
		right = p.mispass(a, known, cmd.Arg, right)
	}
	if !right {
		return p.failed()
	}
	return p.authenticated(a, ftp.CodeLoggedIn)
}

// failed replies to a wrong password or account.
func (p *session) failed() error {
	p.state, p.name, p.anonymous = needUser, "", false
	p.failures++
	if p.f.maxLogins > 0 && p.failures >= p.f.maxLogins {
		p.over = true
		return p.reply(ftp.CodeServiceNotAvailable, textTooManyLogins)
	}
	return p.reply(ftp.CodeNotLoggedIn, textWrong)
}

// authenticated goes on when the user is known: perhaps an account is needed.
func (p *session) authenticated(a Account, code int) error {
	if a.Account != "" || p.f.account {
		p.account, p.state = a, needAcct
		return p.reply(ftp.CodeNeedAccount, textAccount)
	}
	return p.login(a, code)
}

func (p *session) doAcct(cmd ftp.Command) error {
	switch p.state {
	case loggedIn:
		return p.reply(ftp.CodeSuperfluous, textAccountNeedless)
	case needAcct:
		if p.account.Account != "" && p.account.Account != cmd.Arg {
			return p.failed()
		}
		return p.login(p.account, ftp.CodeLoggedIn)
	}
	return p.reply(ftp.CodeBadSequence, textUserFirst)
}

// login ends a login that succeeded.
func (p *session) login(a Account, code int) error {
	if a.Refuse != 0 {
		p.endLogin()
		p.over = a.Refuse == ftp.CodeServiceNotAvailable
		return p.reply(a.Refuse, textRefused)
	}
	p.view = filestore.View{Tree: p.host.tree, User: a.Name, Anonymous: p.anonymous, ReadOnly: a.ReadOnly || p.f.readOnly, Quota: p.f.quota}
	p.cwd = a.Home
	if a.Jail {
		p.view.Root, p.cwd = a.Home, "/"
	}
	p.account, p.state, p.failures = a, loggedIn, 0
	if code == ftp.CodeLoggedInSecurely {
		return p.reply(code, textLoggedInSecurely)
	}
	if p.anonymous {
		return p.reply(code, textLoggedInAnonymously)
	}
	return p.reply(code, textLoggedIn)
}

// doRein brings everything back to the beginning; TLS ends behind the reply (RFC 4217 section 13).
func (p *session) doRein(ftp.Command) error {
	p.reset()
	if err := p.send(ftp.CodeReady, strings.Split(p.srv.opts.Greeting, "\n")); err != nil {
		return err
	}
	if p.tls {
		p.after = p.endTLS
	}
	return nil
}

// endTLS goes back to the clear.
func (p *session) endTLS() error {
	if err := p.c.Release(); err != nil {
		return err
	}
	if p.dev("ccc-stays-protected") {
		return nil
	}
	if err := p.c.EndTLS(p.c.Context(), p.handshakeTime()); err != nil {
		return err
	}
	prot, pbsz := p.prot, p.pbsz
	p.secured()
	if p.last == "CCC" {
		p.prot, p.pbsz = prot, pbsz // data connections stay as they were
	}
	return nil
}

func (p *session) doQuit(ftp.Command) error {
	p.over = true
	return p.reply(ftp.CodeClosing, textBye)
}

// validHost reports whether name is a hostname as RFC 7151 section 3.1 has it.
func validHost(name string) bool {
	if in, ok := strings.CutPrefix(name, "["); ok {
		in, ok = strings.CutSuffix(in, "]")
		a, err := netip.ParseAddr(in)
		return ok && err == nil && a.Is6() && a.Zone() == ""
	}
	if len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := 0; i < len(label); i++ {
			c := label[i]
			if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-') {
				return false
			}
		}
	}
	return true
}

// doHost chooses a virtual host, before the login (RFC 7151 section 3). Without any, the server is known as localhost and by its addresses.
func (p *session) doHost(cmd ftp.Command) error {
	if p.state == loggedIn {
		return p.reply(ftp.CodeBadSequence, textHostFirst)
	}
	if !validHost(cmd.Arg) {
		return p.reply(ftp.CodeBadArgument, textBadHost)
	}
	key := hostKey(cmd.Arg)
	h := p.srv.hosts[key]
	if h == nil && (key == "localhost" || key == p.localAddr().String()) {
		h = p.srv.main
	}
	if state, ok := p.c.TLS(); ok && state.ServerName != "" && hostKey(state.ServerName) != key && !p.dev("host-sni-unchecked") {
		h = nil // RFC 7151 section 3.2.2
	}
	if h == nil {
		return p.reply(ftp.CodeBadParameter, textNoHost, cmd.Arg)
	}
	p.endLogin() // RFC 7151 section 4
	p.host = h
	p.lang = p.f.language // RFC 2640 section 4.1: HOST undoes LANG
	if h.greeting != "" {
		return p.send(ftp.CodeReady, strings.Split(h.greeting, "\n"))
	}
	return p.reply(ftp.CodeReady, textHost, cmd.Arg)
}

// doAuth begins TLS (RFC 4217 section 4). What came before is forgotten: user, directory, transfer parameters.
func (p *session) doAuth(cmd ftp.Command) error {
	mech := strings.ToUpper(cmd.Arg)
	switch mech {
	case "TLS", "TLS-C", "SSL", "TLS-P":
	default:
		return p.reply(ftp.CodeBadParameter, textNoMechanism, cmd.Arg)
	}
	if p.tls {
		return p.reply(ftp.CodeRequestDenied, textTLSActive)
	}
	if p.c.R.Buffered() > 0 {
		p.c.Note("commands were sent behind AUTH, before the handshake (RFC 4217 section 4)")
		p.over = true
		return p.reply(ftp.CodeServiceNotAvailable, textTLSAhead)
	}
	p.after = func() error {
		if err := p.c.StartTLS(); err != nil {
			return err
		}
		host, lang := p.host, p.lang
		p.logout()
		p.host, p.lang = host, lang
		p.secured()
		if mech == "SSL" || mech == "TLS-P" {
			// The older names imply protected data connections.
			p.pbsz, p.prot = true, ftp.PrivateProtection
		}
		return nil
	}
	return p.reply(ftp.CodeAuthOK, textAuth)
}

func (p *session) doPbsz(cmd ftp.Command) error {
	n, err := p.rules().ParsePBSZ(cmd.Arg)
	switch {
	case !p.tls:
		return p.reply(ftp.CodeBadSequence, textAuthFirst) // RFC 4217 section 5: behind CCC as well
	case err != nil:
		return p.reply(ftp.CodeBadArgument, textSyntax, cmd.Spec().Syntax())
	}
	p.pbsz = true
	if n == 0 {
		return p.reply(ftp.CodeOK, textPbsz)
	}
	// RFC 2228 section 3: a smaller size is told in this form.
	return p.send(ftp.CodeOK, []string{"PBSZ=0"})
}

func (p *session) doProt(cmd ftp.Command) error {
	level, err := p.rules().ParseProtection(cmd.Arg)
	switch {
	case !p.tls:
		return p.reply(ftp.CodeBadSequence, textAuthFirst)
	case !p.pbsz:
		return p.reply(ftp.CodeBadSequence, textPbszFirst)
	case err != nil:
		return p.reply(ftp.CodeBadParameter, textNoLevel, cmd.Arg)
	case level == ftp.ClearProtection && p.f.requireProtP:
		return p.reply(ftp.CodeRequestDenied, textNeedProtP)
	case level == ftp.PrivateProtection && !p.f.prot, level == ftp.SafeProtection, level == ftp.ConfidentialProtection:
		return p.reply(ftp.CodeProtectionNotOffered, textLevelNotOffered, cmd.Arg)
	}
	p.prot = level
	return p.reply(ftp.CodeOK, textProt, string(rune(level)))
}

// doCcc ends the protection of the control connection, behind the reply (RFC 4217 section 5).
func (p *session) doCcc(ftp.Command) error {
	switch {
	case !p.tls:
		return p.reply(ftp.CodeLevelDenied, textNotProtected)
	case p.state != loggedIn && p.f.requireTLS:
		return p.reply(ftp.CodeRequestDenied, textNeedTLS)
	}
	p.after = p.endTLS
	return p.reply(ftp.CodeOK, textCcc)
}

func (p *session) doLang(cmd ftp.Command) error {
	if cmd.Arg == "" {
		p.lang = p.f.language
		return p.reply(ftp.CodeOK, textLanguage)
	}
	if !validTag(cmd.Arg) {
		return p.reply(ftp.CodeBadArgument, textSyntax, cmd.Spec().Syntax())
	}
	tag, ok := matchLanguage(cmd.Arg)
	if !ok {
		return p.reply(ftp.CodeBadParameter, textNoLanguage, cmd.Arg)
	}
	p.lang = tag
	return p.reply(ftp.CodeOK, textLanguage)
}

// validTag reports whether tag is a language tag (RFC 2640 section 4.2).
func validTag(tag string) bool {
	for part := range strings.SplitSeq(tag, "-") {
		if len(part) < 1 || len(part) > 8 || strings.Trim(strings.ToLower(part), "abcdefghijklmnopqrstuvwxyz") != "" {
			return false
		}
	}
	return true
}

// --- features

// featList returns the lines of FEAT, without the space before them.
func (p *session) featList() []string {
	var out []string
	add := func(on bool, line string) {
		if on {
			out = append(out, line)
		}
	}
	add(p.f.auth, "AUTH TLS")
	add(p.f.auth && p.f.ccc, "CCC")
	add(p.f.eprt, "EPRT")
	add(p.f.epsv, "EPSV")
	add(p.f.host, "HOST")
	if p.f.lang {
		tags := languageTags()
		for i, t := range tags {
			tags[i] = strings.ToUpper(t)
			if t == p.lang {
				tags[i] += "*"
			}
		}
		out = append(out, "LANG "+strings.Join(tags, ";"))
	}
	add(p.f.mdtm, "MDTM")
	add(p.f.mfmt, "MFMT")
	if p.f.mlst {
		out = append(out, "MLST "+p.factOptions())
	}
	add(p.f.deflate, "MODE Z")
	add(p.f.auth, "PBSZ")
	add(p.f.auth, "PROT")
	add(p.f.rest, "REST STREAM")
	add(p.f.size, "SIZE")
	add(p.f.tvfs, "TVFS")
	add(p.f.utf8, "UTF8")
	if p.deviates() {
		out = p.misfeat(out)
	}
	return out
}

// factOptions are the facts as FEAT shows them, those that are selected with an asterisk.
func (p *session) factOptions() string {
	var options []ftp.FactOption
	for _, f := range factNames {
		options = append(options, ftp.FactOption{Name: f, Enabled: p.shows(f)})
	}
	return ftp.FormatFactOptions(options)
}

func (p *session) doFeat(ftp.Command) error {
	list := p.featList()
	if len(list) == 0 {
		return p.reply(ftp.CodeSystemStatus, textNoFeatures)
	}
	lines := []string{p.say(textFeatures)}
	for _, l := range list {
		lines = append(lines, " "+l)
	}
	return p.send(ftp.CodeSystemStatus, append(lines, "End")) // RFC 2389 section 3.2: in these letters
}

func (p *session) doOpts(cmd ftp.Command) error {
	name, options, _ := strings.Cut(cmd.Arg, " ")
	switch strings.ToUpper(name) {
	case "MLST":
		if p.f.mlst {
			return p.optsMlst(options)
		}
	case "UTF8", "UTF-8":
		// UTF-8 is always on (RFC 2640 section 2.2); clients ask for it all the same.
		if p.f.utf8 && (options == "" || strings.EqualFold(options, "ON")) {
			return p.reply(ftp.CodeOK, textUTF8)
		}
		if p.f.utf8 {
			return p.reply(ftp.CodeBadArgument, textUTF8Always)
		}
	case "MODE":
		z, rest, _ := strings.Cut(options, " ")
		if p.f.deflate && strings.EqualFold(z, "Z") {
			level, n, _ := strings.Cut(rest, " ")
			if v, err := strconv.Atoi(n); rest == "" || strings.EqualFold(level, "LEVEL") && err == nil && v >= 0 && v <= 9 {
				return p.reply(ftp.CodeOK, textOptions)
			}
		}
	default:
		if p.has(strings.ToUpper(name)) {
			return p.reply(ftp.CodeBadArgument, textNoOptions, strings.ToUpper(name))
		}
	}
	return p.reply(ftp.CodeBadArgument, textBadOptions)
}

func (p *session) doNoop(ftp.Command) error { return p.reply(ftp.CodeOK, textNoop) }

func (p *session) doSyst(ftp.Command) error {
	if p.f.listForm == listDOS {
		return p.send(ftp.CodeSystemType, []string{"Windows_NT"})
	}
	return p.send(ftp.CodeSystemType, []string{"UNIX Type: L8"})
}

// doHelp explains the server, or a command.
func (p *session) doHelp(cmd ftp.Command) error {
	if cmd.Arg == "" {
		lines := []string{p.say(textHelp)}
		line := ""
		for _, verb := range sortedVerbs(p) {
			if len(line)+5 > 70 {
				lines, line = append(lines, line), ""
			}
			line += " " + verb
		}
		return p.send(ftp.CodeHelp, append(lines, line, p.say(textEnd)))
	}
	verb := strings.ToUpper(cmd.Arg)
	if verb == "SITE" && p.has("SITE") {
		return p.siteHelp()
	}
	spec, known := ftp.Lookup(verb)
	if !known || !p.has(verb) {
		return p.reply(ftp.CodeBadArgument, textNoHelp, cmd.Arg)
	}
	return p.reply(ftp.CodeHelp, textSyntaxOf, spec.Syntax())
}

// localAddr is the address that the client connected to.
func (p *session) localAddr() netip.Addr { return addrOf(p.c.LocalAddr().String()).Addr() }

// remoteAddr is the client's end of the control connection.
func (p *session) remoteAddr() netip.AddrPort { return addrOf(p.c.RemoteAddr().String()) }

func addrOf(s string) netip.AddrPort {
	a, err := netip.ParseAddrPort(s)
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(a.Addr().Unmap().WithZone(""), a.Port())
}
