package pop3mock

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"math"
	"strings"
	"time"

	"harness/internal/auth"
	"harness/mockservers"
	"harness/mockservers/mailstore"
	"harness/protocols/pop3"
	"harness/protocols/wire"
)

// --- AUTHORIZATION state (RFC 1939 sections 4 and 7)

// prepare applies SASLprep to what a client names a user or gives as its password (RFC 6856 section 2.2).
func (p *session) prepare(s string) (string, error) {
	switch {
	case p.dev("utf8-no-saslprep"):
		return s, nil
	case p.dev("utf8-malformed-accepted"), p.dev("utf8-prohibited-accepted"):
		s = ascii(s)
	}
	if p.dev("utf8-unassigned-refused") {
		return auth.Prepare(s)
	}
	return auth.PrepareQuery(s)
}

// cleartext reports whether passwords may be sent on this connection.
func (p *session) cleartext() bool {
	return p.tls || p.f.cleartext != cleartextNone || p.dev("cleartext-despite-privacy")
}

func (p *session) doUser(cmd pop3.Command) error {
	switch {
	case p.state != pop3.Authorization: // a deviation let it pass
		return p.ok(textUserOK)
	case !p.cleartext():
		return p.err("", textNeedTLS)
	}
	name, err := p.prepare(cmd.Args[0])
	if err != nil {
		return p.err(pop3.CodeAuth, textNotUTF8)
	}
	if done, err := p.misuser(name); done {
		return err
	}
	// Whether there is such a user is not told (RFC 1939 section 13).
	p.user, p.userJust = name, true
	return p.ok(textUserOK)
}

func (p *session) doPass(cmd pop3.Command) error {
	if p.dev("user-pass-refused") {
		return p.err("", textState, "PASS", p.state)
	}
	user := p.user
	p.user = ""
	given, err := p.prepare(cmd.Args[0])
	if err != nil {
		return p.err(pop3.CodeAuth, textNotUTF8)
	}
	known, ok := p.password(user)
	if subtle.ConstantTimeCompare([]byte(known), []byte(given)) != 1 || !ok {
		if !p.mispass(user, given) {
			return p.denied("PASS")
		}
	}
	return p.login("PASS", user)
}

// password returns the password of a user; one who has none cannot log in by it.
func (p *session) password(user string) (string, bool) {
	password, ok := p.srv.store.Password(user)
	return password, ok && password != ""
}

// denied answers wrong credentials. The session stays as it is (RFC 5034 section 4).
func (p *session) denied(verb string) error {
	code, t := pop3.CodeAuth, textWrong
	switch {
	case p.dev("sys-for-credentials"):
		code = pop3.CodeSysTemp
	case p.dev("in-use-for-credentials"):
		code = pop3.CodeInUse
	case p.dev("sys-level-unknown"):
		code = "SYS/MAYBE"
	case p.dev("auth-code-sometimes") && verb == "APOP", p.dev("auth-code-never"):
		code = ""
	}
	p.misdenied(verb)
	return p.err(code, t)
}

func (p *session) doApop(cmd pop3.Command) error {
	name, err := p.prepare(cmd.Args[0])
	if err != nil {
		return p.err(pop3.CodeAuth, textNotUTF8)
	}
	switch {
	case p.state != pop3.Authorization: // a deviation let it pass
		return p.ok(textOpened, p.count)
	case p.dev("apop-refuses"):
		return p.denied("APOP")
	case p.dev("apop-name-differs"):
		name = strings.TrimSuffix(name, "@"+p.srv.opts.Hostname)
		if name == cmd.Args[0] {
			return p.denied("APOP")
		}
	}
	secret, ok := p.password(name)
	if p.dev("utf8-apop-no-saslprep") {
		secret = p.srv.unprepared(name)
	}
	right := pop3.APOPDigest(p.timestamp, secret) == cmd.Args[1]
	if p.dev("utf8-apop-unassigned") {
		right = right || pop3.APOPDigest(p.timestamp, secret+"\u0221") == cmd.Args[1]
	}
	if !ok || !right && !p.dev("apop-digest-ignored") {
		if p.dev("apop-err-closes") {
			p.over = true
		}
		if p.dev("apop-err-ok") {
			return p.ok(textOpened, 0)
		}
		return p.denied("APOP")
	}
	return p.login("APOP", name)
}

// login opens the maildrop of a user whose credentials are right, and answers.
func (p *session) login(verb, user string) error {
	s := p.srv
	if code := s.refuse[user]; code != "" {
		return p.err(code, textFailedForReason)
	}
	if other := s.otherMethod(verb, user); other != "" {
		return p.err("", textOtherMethod, other)
	}
	if wait := p.tooSoon(user); wait > 0 {
		return p.err(pop3.CodeLoginDelay, textTooSoon, int(math.Ceil(wait.Seconds())))
	}
	if p.dev("auth-ok-without-login") {
		return p.ok(textOpened, 0)
	}
	err := p.open(user)
	switch {
	case errors.Is(err, mailstore.ErrLocked):
		code := pop3.CodeInUse
		if p.dev("auth-code-for-lock") {
			code = pop3.CodeAuth
		}
		return p.err(code, textInUse)
	case errors.Is(err, mailstore.ErrNoAccount):
		return p.denied(verb)
	case err != nil:
		p.c.Fail(err)
		return p.err(pop3.CodeSysTemp, textRefused)
	}
	p.state = pop3.Transaction
	s.loggedIn(verb, user)
	if verb == "AUTH" && p.dev("auth-success-stays") {
		p.close()
		p.state = pop3.Authorization
	}
	if verb == "AUTH" && p.dev("auth-success-err") {
		return p.err("", textSASL)
	}
	if p.dev("login-err-though-in") {
		return p.err("", textRefused)
	}
	return p.ok(textOpened, p.count)
}

// otherMethod returns how the mailbox is logged into, if that is another way than verb's and only one is allowed (RFC 1939 section 13).
func (s *Server) otherMethod(verb, user string) string {
	if !s.features.oneMethod || s.dev("both-methods") || verb == "AUTH" {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.methods[user]; m != verb {
		return m
	}
	return ""
}

func (s *Server) loggedIn(verb, user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.features.oneMethod && verb != "AUTH" {
		s.methods[user] = verb
	}
	if s.features.loginDelay.on {
		s.logins[user] = s.opts.Now()
	}
}

// tooSoon returns how long a user has to wait (RFC 2449 section 6.5).
func (p *session) tooSoon(user string) time.Duration {
	s, d := p.srv, p.f.loginDelay
	if !d.on || p.dev("login-delay-unenforced") {
		return 0
	}
	s.mu.Lock()
	last, ok := s.logins[user]
	s.mu.Unlock()
	if !ok {
		return 0
	}
	wait := last.Add(time.Duration(d.user) * time.Second).Sub(s.opts.Now())
	if p.dev("login-delay-endless") {
		wait = time.Hour
	}
	return wait
}

// --- SASL (RFC 5034)

func (p *session) doAuth(cmd pop3.Command) error {
	if p.state != pop3.Authorization { // a deviation let it pass
		return p.ok(textOpened, p.count)
	}
	if !p.offers(cmd.Args[0]) {
		switch {
		case p.dev("auth-unsupported-closes"):
			p.over = true
		case p.dev("auth-unsupported-ok"):
			return p.ok(textOpened, 0)
		}
		return p.err("", textNoMechanism, cmd.Args[0])
	}
	server, err := auth.NewServerOptions(cmd.Args[0], p.saslStore(), &auth.ServerOptions{
		External: p.cert,
		Host:     p.srv.opts.Hostname,
		// The deviation has SCRAM's last message sent with the +OK.
		SuccessData: p.dev("auth-success-data"),
	})
	if err != nil {
		p.c.Fail(err)
		return p.err(pop3.CodeSysPerm, textFailedForReason)
	}
	var response []byte // nil: there is none
	if len(cmd.Args) > 1 {
		if response, err = p.initial(cmd.Args[1]); err != nil {
			return p.err("", textBase64)
		}
		mech, _ := auth.Lookup(cmd.Args[0])
		if !mech.ClientFirst && p.dev("auth-initial-lax") {
			response = nil
		}
		if p.dev("auth-initial-ignored") {
			response = nil
		}
	} else if p.dev("auth-initial-demanded") {
		return p.err("", textSyntax, "initial-response")
	}
	return p.exchange(server, response)
}

func (p *session) initial(arg string) ([]byte, error) {
	if arg == "=" && p.dev("auth-initial-empty-refused") {
		return nil, errors.New("a deviation")
	}
	return auth.DecodeInitial(arg)
}

// exchange runs challenges and responses to their end.
func (p *session) exchange(server auth.Server, response []byte) error {
	for first := true; ; first = false {
		if !p.srv.devs.Empty() {
			response = p.misresponse(response)
		}
		challenge, done, err := server.Next(response)
		switch {
		case err != nil && p.misauth(err):
			return p.login("AUTH", p.srv.anyone())
		case first && errors.Is(err, auth.ErrUnexpected):
			return p.err("", textNoInitial)
		case errors.Is(err, auth.ErrDenied):
			return p.denied("AUTH")
		case err != nil:
			p.misdenied("AUTH")
			return p.err("", textSASL)
		case done && challenge != nil && p.dev("auth-success-data"):
			if err := p.open(server.User()); err != nil {
				return p.err(pop3.CodeInUse, textInUse)
			}
			p.state = pop3.Transaction
			return p.data(auth.Encode(challenge))
		case done:
			return p.login("AUTH", server.User())
		}
		if err := p.challenge(challenge); err != nil {
			return err
		}
		var reason text
		if response, reason, err = p.response(); err != nil {
			return err
		}
		p.first = "" // the log is to have the outcome
		if reason != "" {
			if reason == textCancelled && p.dev("auth-cancel-ok") {
				return p.ok(reason)
			}
			p.misdenied("AUTH")
			return p.err("", reason)
		}
	}
}

// challenge sends a server challenge.
func (p *session) challenge(data []byte) error {
	line := "+ " + auth.Encode(data)
	switch {
	case len(data) == 0 && p.dev("auth-empty-challenge-no-space"):
		line = "+"
	case len(data) == 0 && p.dev("auth-empty-challenge-text"):
		line = "+ go ahead"
	case len(data) > 0 && p.dev("auth-challenge-text"):
		line += " please"
	case len(data) > 0 && p.dev("auth-challenge-plain"):
		line = "+ " + string(data)
	case len(data) > 0 && p.dev("auth-challenge-cut"):
		line = line[:len(line)-1]
	case len(data) > 0 && p.dev("auth-challenge-ok"):
		line = "+OK " + auth.Encode(data)
	}
	return p.write(line)
}

// response reads the client's next message. Reason says why the exchange is to be refused, "" if it is not.
func (p *session) response() (data []byte, reason text, err error) {
	line, err := p.c.ReadLine()
	var limit *wire.LimitError
	switch {
	case errors.As(err, &limit):
		return nil, textTooLong, p.c.SkipLine(p.srv.opts.Timeouts.Idle)
	case err != nil:
		return nil, "", p.lost(err)
	case line.End == wire.LF && !p.f.bareLF:
		p.c.Note("a response that ends in a bare LF (RFC 5034 section 5)")
		return nil, textBase64, nil
	case line.End == wire.None:
		return nil, "", errors.New("the client closed the connection in an authentication exchange")
	case string(line.Text) == auth.Cancel:
		if p.dev("auth-cancel-ignored") {
			if err := p.write("+ "); err != nil {
				return nil, "", err
			}
			return p.response()
		}
		return nil, textCancelled, nil
	case len(line.Text) > pop3.MaxCommand-2 && p.dev("auth-line-limit"):
		return nil, textTooLong, nil
	}
	text := line.Text
	if p.dev("auth-base64-lax") {
		text = mockservers.LaxBase64(text)
	}
	data, err = auth.Decode(string(text))
	if err != nil {
		return nil, textBase64, nil
	}
	return bytes.Clone(data), "", nil
}
