package smtpmock

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/protocols/smtp"
)

// extensions are those that the reply to EHLO or LHLO lists.
func (p *session) extensions() []smtp.Extension {
	var list []smtp.Extension
	add := func(on bool, keyword string, params ...string) {
		if on {
			list = append(list, smtp.Extension{Keyword: keyword, Params: params})
		}
	}
	add(p.f.pipelining, smtp.ExtPipelining)
	if p.f.size {
		list = append(list, smtp.SizeExtension(p.f.maxSize))
	}
	add(p.f.eightBit, smtp.Ext8BitMIME)
	add(p.f.chunking, smtp.ExtChunking)
	add(p.f.binary, smtp.ExtBinaryMIME)
	add(p.f.enhanced, smtp.ExtEnhancedStatusCodes)
	add(p.f.starttls && !p.tls || p.dev("starttls-listed-in-tls"), smtp.ExtStartTLS)
	if mechs := p.mechanisms(); len(mechs) > 0 {
		add(true, smtp.ExtAuth, mechs...)
	}
	add(p.f.dsn, smtp.ExtDSN)
	add(p.f.utf8, smtp.ExtSMTPUTF8)
	if p.f.deliverBy {
		e := smtp.Extension{Keyword: smtp.ExtDeliverBy}
		if p.f.deliverByLeast > 0 {
			e.Params = []string{strconv.FormatInt(int64(p.f.deliverByLeast/time.Second), 10)}
		}
		list = append(list, e)
	}
	if p.f.futureRelease {
		list = append(list, smtp.FutureReleaseExtension(p.f.futureReleaseLongest, p.srv.opts.Now().Add(p.f.futureReleaseLongest)))
	}
	if p.f.priority {
		e := smtp.Extension{Keyword: smtp.ExtMTPriority}
		if p.f.priorityPolicy != "" {
			e.Params = []string{p.f.priorityPolicy}
		}
		list = append(list, e)
	}
	add(p.offersRequireTLS(), smtp.ExtRequireTLS)
	if p.f.limits {
		list = append(list, smtp.LimitsExtension(smtp.Limits{Mails: p.f.mailMax, Recipients: p.f.rcptMax, Domains: p.f.domainMax}))
	}
	add(p.f.vrfy != vrfyOff, "VRFY")
	add(p.f.expn, smtp.ExtExpn)
	add(p.f.help, smtp.ExtHelp)
	return list
}

// offersRequireTLS reports whether REQUIRETLS is there, which needs TLS (RFC 8689 section 2).
func (p *session) offersRequireTLS() bool { return p.f.requireTLS && p.tls }

// offers reports whether an extension that has parameters of MAIL or RCPT is there.
func (p *session) offers(extension string) bool {
	if !p.esmtp {
		return false
	}
	switch extension {
	case smtp.ExtSize:
		return p.f.size
	case smtp.Ext8BitMIME:
		return p.f.eightBit
	case smtp.ExtBinaryMIME:
		return p.f.binary
	case smtp.ExtAuth:
		return len(p.f.mechanisms) > 0
	case smtp.ExtDSN:
		return p.f.dsn
	case smtp.ExtSMTPUTF8:
		return p.f.utf8
	case smtp.ExtDeliverBy:
		return p.f.deliverBy
	case smtp.ExtFutureRelease:
		return p.f.futureRelease
	case smtp.ExtMTPriority:
		return p.f.priority
	case smtp.ExtRequireTLS:
		return p.offersRequireTLS()
	}
	return false
}

func (p *session) doHello(cmd smtp.Command) error {
	name := cmd.Args[0]
	p.plain = true
	if !isASCII(name) { // RFC 6531 section 3.7.1
		return p.say(smtp.CodeSyntax, status{5, 2}, "a domain is written in A-labels here")
	}
	if r := p.srv.judge(AtHello, p.client, "", nil); r != nil && r.Action != Accept {
		return p.tell(r.verdict())
	}
	if !p.dev("ehlo-keeps-transaction") {
		p.reset()
	}
	p.hello, p.esmtp = name, cmd.Verb != "HELO"
	if !p.esmtp {
		return p.say(smtp.CodeOK, status{}, p.srv.opts.Hostname)
	}
	lines := []string{p.srv.opts.Hostname + " greets you"}
	for _, e := range p.extensions() {
		lines = append(lines, e.String())
	}
	return p.say(smtp.CodeOK, status{}, lines...)
}

// reset ends the transaction, if there is one.
func (p *session) reset() {
	p.spool.drop()
	p.tx = nil
}

func (p *session) doRset(smtp.Command) error {
	if !p.dev("rset-keeps-transaction") {
		p.reset()
	}
	return p.say(smtp.CodeOK, status{0, 0}, "reset")
}

func (p *session) doNoop(smtp.Command) error {
	return p.say(smtp.CodeOK, status{0, 0}, "nothing done")
}

func (p *session) doQuit(smtp.Command) error {
	p.over = !p.dev("quit-stays-open")
	if p.deviates() {
		p.mislost()
	}
	return p.say(smtp.CodeClosing, status{0, 0}, p.srv.opts.Hostname+" closes the connection")
}

func (p *session) doHelp(cmd smtp.Command) error {
	lmtp := p.f.mode == modeLMTP
	if len(cmd.Args) > 0 {
		spec, ok := smtp.Lookup(cmd.Args[0], lmtp)
		if !ok {
			return p.say(smtp.CodeParamNotImplemented, status{5, 4}, "no help on that")
		}
		return p.say(smtp.CodeHelp, status{0, 0}, spec.Syntax, spec.Summary+" ("+spec.Cite+")")
	}
	lines := []string{"commands:"}
	for _, spec := range smtp.Commands(lmtp) {
		if h := handlers[spec.Verb]; h != nil && (h.on == nil || h.on(p.f)) {
			lines = append(lines, "  "+spec.Syntax)
		}
	}
	return p.say(smtp.CodeHelp, status{0, 0}, lines...)
}

// user returns the mailbox that the argument of VRFY or EXPN names; ok is false if it is not one of the server's domains.
func (p *session) userOf(arg string) (m smtp.Mailbox, ok bool) {
	if m, err := smtp.ParseMailbox(arg); err == nil {
		return m, p.srv.isLocal(m.Domain)
	}
	// A local part without a domain, maybe quoted.
	m, err := smtp.ParseMailbox(arg + "@" + p.srv.primary())
	return m, err == nil
}

// primary is the domain of addresses that the server makes.
func (s *Server) primary() string {
	if len(s.opts.Domains) > 0 {
		return s.opts.Domains[0]
	}
	return s.opts.Hostname
}

// mailbox is the mailbox of an account.
func (s *Server) mailbox(account, domain string) string {
	if strings.Contains(account, "@") {
		return account
	}
	return smtp.Mailbox{Local: account, Domain: domain}.String()
}

func (p *session) doVrfy(cmd smtp.Command) error {
	const unsure = "cannot verify it, but will take mail for it and try"
	m, ours := p.userOf(cmd.Args[0])
	switch {
	case p.f.vrfy != vrfyCheck, !ours:
		return p.say(smtp.CodeCannotVerify, status{0, 0}, unsure)
	}
	account, ok := p.srv.account(m)
	if !ok {
		if p.srv.list(m.Local) != nil || m.IsPostmaster() {
			return p.say(smtp.CodeCannotVerify, status{0, 0}, unsure)
		}
		return p.say(smtp.CodeMailboxUnavailable, status{1, 1}, "no such user")
	}
	box := p.srv.mailbox(account, m.Domain)
	if !isASCII(box) && !cmd.UTF8() {
		return p.say(smtp.CodeCannotVerify, status{6, 8}, "its address is not ASCII")
	}
	return p.say(smtp.CodeOK, status{1, 5}, "<"+box+">")
}

func (p *session) doExpn(cmd smtp.Command) error {
	if !p.f.expn {
		return p.say(smtp.CodeCannotVerify, status{0, 0}, "lists are not told")
	}
	m, ours := p.userOf(cmd.Args[0])
	var members []smtp.Mailbox
	if l := p.srv.list(m.Local); l != nil {
		members = l.members
	} else if account, ok := p.srv.account(m); ok {
		if box, err := smtp.ParseMailbox(p.srv.mailbox(account, m.Domain)); err == nil {
			members = append(members, box)
		}
	}
	if len(members) == 0 || !ours {
		return p.say(smtp.CodeMailboxUnavailable, status{1, 1}, "no such list")
	}
	lines := make([]string, len(members))
	for i, m := range members {
		if !m.IsASCII() && !cmd.UTF8() {
			return p.say(smtp.CodeCannotVerify, status{6, 8}, "an address is not ASCII")
		}
		lines[i] = "<" + m.String() + ">"
	}
	return p.say(smtp.CodeOK, status{1, 5}, lines...)
}

// transaction is a mail transaction (RFC 5321 section 3.3).
type transaction struct {
	from    smtp.Path
	sender  string // from as an address, for rules
	opts    smtp.MailOptions
	to      []Recipient
	refused bool // a recipient was
	chunks  bool // BDAT was there
	dead    bool // a chunk was refused: only RSET helps
	large   bool // more octets than the server takes
	octets  int64
	// noTLSRequired says that the header has TLS-Required: No.
	noTLSRequired bool
}

// unoffered returns the first parameter that no extension on offer has.
func (p *session) unoffered(verb string, params smtp.Params) (smtp.Param, bool) {
	for _, ps := range params {
		spec, ok := smtp.LookupParam(verb, ps.Name)
		if !ok || !slices.ContainsFunc(spec.Extensions, p.offers) {
			return ps, true
		}
	}
	return smtp.Param{}, false
}

// badParam is the verdict on a parameter that breaks its grammar.
var badParam = verdict{smtp.CodeSyntax, status{5, 4}, "a parameter is not as it has to be, or stands twice"}

func (p *session) doMail(cmd smtp.Command) error {
	var opts smtp.MailOptions
	if len(cmd.Params) > 0 {
		if param, bad := p.unoffered("MAIL", cmd.Params); bad {
			return p.say(smtp.CodeParamsUnrecognized, status{5, 4}, "parameter "+param.Name+" not recognized")
		}
		var err error
		if opts, err = (smtp.Rules{UTF8: p.f.utf8}).MailOptions(cmd.Params); err != nil {
			return p.tell(badParam)
		}
	}
	v, ok := p.mailVerdict(cmd.Path, &opts)
	sender := ""
	if ok && len(p.srv.opts.Rules) > 0 {
		sender = address(cmd.Path)
		if r := p.srv.judge(AtMail, p.client, sender, nil); r != nil {
			v = r.verdict()
			ok = r.Action == Accept
		}
	}
	if p.deviates() {
		v, ok = p.mismail(&cmd, &opts, v, ok)
	}
	if !ok {
		return p.tell(v)
	}
	p.mails++
	to := p.room.to
	if !p.dev("mail-keeps-recipients") {
		clear(to)
		to = to[:0]
	}
	p.room = transaction{from: cmd.Path, sender: sender, opts: opts, to: to}
	p.tx = &p.room
	return p.tell(v)
}

// address is what a rule's pattern is compared with: "" for the null path.
func address(p smtp.Path) string {
	if p.IsNull() {
		return ""
	}
	return p.Mailbox.String()
}

// mailVerdict judges a sender and the parameters of MAIL, and changes those that the server does not take as they are.
func (p *session) mailVerdict(from smtp.Path, opts *smtp.MailOptions) (v verdict, ok bool) {
	no := func(code int, st status, text string) (verdict, bool) { return verdict{code, st, text}, false }
	switch {
	case p.f.mailMax > 0 && p.mails >= p.f.mailMax:
		return no(smtp.CodeInsufficientStorage, status{5, 3}, "too many transactions in this session")
	case p.f.mode == modeSubmission && p.user == "":
		return no(smtp.CodeAuthRequired, status{7, 0}, "authenticate first") // RFC 6409 section 4.3
	case p.f.mode == modeSubmission && !qualified(from.Domain) && !from.IsNull():
		return no(smtp.CodeTransactionFailed, status{1, 8}, "the domain is not fully qualified") // RFC 6409 section 4.2
	case !from.IsASCII() && !opts.UTF8:
		return no(smtp.CodeMailboxUnavailable, status{6, 7}, "the address needs SMTPUTF8") // RFC 6531 section 3.5
	case opts.Body == smtp.Body8BitMIME && !p.f.eightBit, opts.Body == smtp.BodyBinaryMIME && !p.f.binary:
		return no(smtp.CodeParamsUnrecognized, status{5, 4}, "no "+string(opts.Body)+" here")
	case p.f.maxSize > 0 && opts.Size > p.f.maxSize:
		return no(smtp.CodeExceededStorage, status{3, 4}, "more than "+strconv.FormatInt(p.f.maxSize, 10)+" octets")
	}
	now := p.srv.opts.Now()
	hold := opts.HoldFor
	if !opts.HoldUntil.IsZero() {
		hold = opts.HoldUntil.Sub(now)
	}
	switch {
	case hold > p.f.futureReleaseLongest:
		return no(smtp.CodeSyntax, status{5, 4}, "too far in the future")
	case opts.By != nil && hold > 0 && hold > opts.By.In:
		return no(smtp.CodeSyntax, status{5, 4}, "to be released when it should have been delivered") // RFC 4865 section 5.2.2
	case opts.By != nil && !opts.By.Notify && opts.By.In < p.f.deliverByLeast:
		return no(smtp.CodeParamsUnrecognized, status{5, 4}, "less than the minimum of DELIVERBY") // RFC 2852 section 3
	}
	if opts.Auth != nil && p.user == "" {
		opts.Auth = &smtp.Mailbox{} // RFC 4954 section 5: the client is not trusted
	}
	if opts.Priority != nil && *opts.Priority > 0 && p.user == "" {
		*opts.Priority = 0 // RFC 6710 section 4.1
		return verdict{smtp.CodeOK, status{3, 6}, "0 is the priority of who is not authenticated"}, true
	}
	return verdict{smtp.CodeOK, status{1, 0}, "sender ok"}, true
}

// qualified reports whether a domain is fully qualified, or an address literal.
func qualified(domain string) bool {
	return strings.HasPrefix(domain, "[") || strings.Contains(domain, ".")
}

func (p *session) doRcpt(cmd smtp.Command) error {
	r := Recipient{Path: cmd.Path}
	if len(cmd.Params) > 0 {
		if param, bad := p.unoffered("RCPT", cmd.Params); bad {
			return p.say(smtp.CodeParamsUnrecognized, status{5, 4}, "parameter "+param.Name+" not recognized")
		}
		var err error
		if r.Options, err = (smtp.Rules{UTF8: p.tx.opts.UTF8}).RcptOptions(cmd.Params); err != nil {
			return p.tell(badParam)
		}
	}
	v, ok := p.rcptVerdict(&r)
	if p.deviates() {
		v, ok = p.misrcpt(&r, v, ok)
	}
	if ok {
		p.tx.to = append(p.tx.to, r)
	} else {
		p.tx.refused = true
	}
	return p.tell(v)
}

// rcptVerdict judges a recipient, and finds its account.
func (p *session) rcptVerdict(r *Recipient) (v verdict, ok bool) {
	no := func(code int, st status, text string) (verdict, bool) { return verdict{code, st, text}, false }
	s, m := p.srv, r.Path.Mailbox
	switch {
	case p.f.rcptMax > 0 && len(p.tx.to) >= p.f.rcptMax:
		return no(smtp.CodeInsufficientStorage, status{5, 3}, "too many recipients") // RFC 5321 section 4.5.3.1.10
	case p.f.domainMax > 0 && p.newDomain(m.Domain) && p.domains() >= p.f.domainMax:
		return no(smtp.CodeInsufficientStorage, status{5, 3}, "too many domains")
	case !r.Path.IsASCII() && !p.tx.opts.UTF8:
		return no(smtp.CodeNameNotAllowed, status{6, 7}, "the address needs SMTPUTF8") // RFC 6531 section 3.5
	case p.f.mode == modeSubmission && !qualified(m.Domain) && m.Domain != "":
		return no(smtp.CodeTransactionFailed, status{1, 2}, "the domain is not fully qualified")
	}
	local := s.isLocal(m.Domain)
	known := false
	if local {
		if r.Account, known = s.account(m); !known {
			r.list = s.list(m.Local)
		}
	}
	if len(s.opts.Rules) > 0 {
		if rule := s.judge(AtRcpt, p.client, p.tx.sender, []string{m.String()}); rule != nil {
			return rule.verdict(), rule.Action == Accept
		}
	}
	switch {
	case local && !known && r.list == nil && !m.IsPostmaster():
		return no(smtp.CodeMailboxUnavailable, status{1, 1}, "no such user here")
	case !local && (p.f.relay == relayNone || p.f.relay == relayAuthenticated && p.user == ""):
		return no(smtp.CodeMailboxUnavailable, status{7, 1}, "no relaying")
	}
	return verdict{smtp.CodeOK, status{1, 5}, "recipient ok"}, true
}

// newDomain reports whether no recipient has a domain yet.
func (p *session) newDomain(domain string) bool {
	return !slices.ContainsFunc(p.tx.to, func(r Recipient) bool { return strings.EqualFold(r.Path.Domain, domain) })
}

// domains counts the domains of the recipients.
func (p *session) domains() int {
	seen := make(map[string]bool)
	for _, r := range p.tx.to {
		seen[strings.ToLower(r.Path.Domain)] = true
	}
	return len(seen)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
