package pop3spec

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"harness/fixtures"
	"harness/protocols/pop3"
	"harness/protocols/wire"
)

// rfc1939Rows are the server cases of RFC 1939, in the order of the register.
func rfc1939Rows() []serverCase {
	return slices.Concat(
		rfc1939Basic(), rfc1939Autologout(), rfc1939Authorization(), rfc1939TransactionOnly(), rfc1939Transaction(), rfc1939Update(),
		rfc1939Top(), rfc1939UIDL(), rfc1939User(), rfc1939APOP(), rfc1939Operation(),
	)
}

// oddMails are messages by which servers trip when they store or send them. Each is a legal message of RFC 5322 with an end of line of its
// own, unless its name says otherwise.
var oddMails = []string{"01-plain", "15-utf8", "23-line-5000", "dots", "26-empty-body", "30-crlf-body", "33-all-octets", "49-from-lines"}

// endlessMails have no CRLF at their end.
var endlessMails = []string{"28-no-final-crlf", "29-no-final-crlf-dot"}

// rfc1939Basic are the rules of section 3 about commands, responses and states.
func rfc1939Basic() []serverCase {
	return []serverCase{
		{name: "greeting-sent", deviations: []string{"greeting-missing"}, run: func(d *driver) {
			d.connect().ReadLine("a greeting, before any command")
		}},
		{name: "keyword-case", deviations: []string{"keyword-case-sensitive"}, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			want := s.stat()
			for _, verb := range []string{"stat", "Stat", "sTAt"} {
				r := s.ok("%s", verb)
				got, err := pop3.Rules{Lenient: true}.ParseStat(r.Reply)
				d.Check(d.Settled() || err == nil && got == want, fmt.Sprintf("+OK %v, as to STAT", want), "%s to %q", r.shown(), verb)
			}
			s.ok("noop")
			s.ok("Noop")
			s.multi("list")
			s.ok("List 1")
			s.multi("retr 1")
			s.ok("rset")
			s.ok("quit")
		}},
		{name: "argument-40-accepted", deviations: []string{"argument-short"}, labels: []string{"auth"}, needs: []string{"USER"}, run: func(d *driver) {
			password := d.Target.Password
			if len(password) != pop3.MaxArgument {
				d.Unclear("needs an account whose password has %d octets", pop3.MaxArgument)
				return
			}
			s := d.open()
			s.given().ok("USER %s", d.Target.User)
			s.refused("PASS %s", password[:len(password)-1]+"#") // accepted if it is cut
			s = d.open()
			s.given().ok("USER %s", d.Target.User)
			r := s.cmd("PASS %s", password)
			d.Check(d.Settled() || r.Status == pop3.OK, `"+OK" to PASS with the right password of 40 octets`, "%s", r.shown())
		}},
		{name: "response-form", deviations: []string{"reply-leading-space"}, run: func(d *driver) {
			for _, r := range tour(d) {
				d.Check(bytes.HasPrefix(r.line.Text, []byte("+")) || bytes.HasPrefix(r.line.Text, []byte("-")),
					"a status indicator at the first octet of the response to "+r.to, "%s", r.shown())
			}
		}},
		{name: "response-crlf", deviations: []string{"reply-bare-lf"}, run: func(d *driver) {
			for _, r := range tour(d) {
				d.Check(r.line.End == wire.CRLF && !bytes.ContainsRune(r.line.Text, '\r'),
					"the response to "+r.to+" ended by CR LF, with neither elsewhere", "%s, ended by %v", r.shown(), r.line.End)
			}
		}},
		{name: "response-512", deviations: []string{"reply-over-512"}, run: func(d *driver) {
			for _, r := range tour(d) {
				n := len(r.line.Text) + len(r.line.End.Octets())
				d.Check(n <= pop3.MaxReply, "a response line of at most 512 octets to "+r.to, "%d octets: %s", n, r.shown())
			}
		}},
		{name: "status-indicators", deviations: []string{"status-unknown"}, run: func(d *driver) {
			for _, r := range tour(d) {
				word, _, _ := strings.Cut(string(r.line.Text), " ")
				d.Check(strings.EqualFold(word, "+OK") || strings.EqualFold(word, "-ERR"),
					`the status "+OK" or "-ERR" in response to `+r.to, "%s", r.shown())
			}
		}},
		{name: "status-upper-case", deviations: []string{"status-lower-case"}, run: func(d *driver) {
			for _, r := range tour(d) {
				word, _, _ := strings.Cut(string(r.line.Text), " ")
				d.Check(word == strings.ToUpper(word), "the status in upper case in response to "+r.to, "%s", r.shown())
			}
		}},
		{name: "multiline-line-crlf", deviations: []string{"multiline-bare-lf"}, mail: slices.Concat(oddMails, endlessMails), run: func(d *driver) {
			for of, b := range blocks(d) {
				for _, l := range b.lines {
					d.Check(l.End == wire.CRLF, "each line of the response to "+of+" ended by CR LF", "%s, ended by %v", wire.Quote(l.Text), l.End)
				}
			}
		}},
		{name: "multiline-stored-lf", requirement: "multiline-line-crlf", mail: []string{"bare-lf"}, deviations: []string{"stored-lf-kept"}, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			for _, l := range s.multi("RETR 1").lines {
				d.Check(l.End == wire.CRLF, "each line of the message ended by CR LF", "%s, ended by %v", wire.Quote(l.Text), l.End)
			}
		}},
		{name: "multiline-end", deviations: []string{"multiline-no-end", "list-omits-terminator", "retr-omits-terminator", "top-omits-terminator", "uidl-omits-terminator"}, mail: slices.Concat(oddMails, endlessMails), run: func(d *driver) {
			for of, b := range blocks(d) {
				d.Check(b.end.End == wire.CRLF, `"." and CR LF at the end of the response to `+of, `"." and %v`, b.end.End)
			}
		}},
		{name: "dot-stuffing", deviations: []string{"retr-no-dot-stuffing", "retr-stuffs-lone-dot", "retr-stuffs-every-dot"}, mail: []string{"dots", "29-no-final-crlf-dot", "01-plain", "03-alternative"}, run: checkStuffing},
		{name: "dot-stuffing-first-octet", requirement: "dot-stuffing", mail: []string{"25-dots"}, deviations: []string{"retr-first-dot-unstuffed", "retr-no-dot-stuffing"}, run: checkStuffing},
		{name: "state-authorization", deviations: []string{"stat-before-login", "list-before-login", "mail-before-login"}, run: func(d *driver) {
			d.eachRefused(d.open, "STAT", "LIST", "RETR 1")
			s := d.open()
			r := s.authenticate(d.Target.User, d.Target.Password)
			d.Check(d.Settled() || r.Status == pop3.OK, "authentication served after the greeting", "%s", r.shown())
			d.open().ok("QUIT")
		}},
		{name: "state-transaction", deviations: []string{"auth-ok-without-login", "stat-unimplemented", "list-unimplemented", "retr-unimplemented", "dele-unimplemented", "noop-unimplemented", "rset-unimplemented"}, run: func(d *driver) {
			s := d.login()
			s.ok("STAT")
			s.multi("LIST")
			s.needs(1)
			s.multi("RETR 1")
			s.ok("DELE 1")
			s.ok("NOOP")
			s.ok("RSET")
		}},
		{name: "quit-enters-update", deviations: []string{"quit-not-final"}, run: func(d *driver) {
			s := d.login()
			s.given().ok("QUIT")
			s.Send("USER " + d.Target.User + "\r\n")
			if s.IsClosed() || s.C == nil || s.C.R.Buffered() == 0 {
				return
			}
			if r := s.given().reply("USER after QUIT"); r.Status == pop3.OK {
				d.Fail("no command served after QUIT", "%s to USER", r.shown())
			}
		}},
		{name: "quit-goodbye", deviations: []string{"quit-no-goodbye"}, run: func(d *driver) {
			d.login().cmd("QUIT")
		}},
		{name: "quit-closes", deviations: []string{"quit-stays-open"}, run: func(d *driver) {
			for _, s := range []*session{d.login(), d.open()} {
				s.cmd("QUIT")
				s.Closed("the response to QUIT")
			}
		}},
		{name: "unrecognized-err", deviations: []string{"unknown-ok", "unknown-closes", "unknown-ignored"}, run: func(d *driver) {
			for _, open := range []func() *session{d.open, d.login} {
				for _, line := range []string{"XYZZY", "ABCD 1", "LISTS", "STAR"} {
					s := open()
					s.refused("%s", line)
					s.ok("QUIT")
					s.endOfSession()
				}
			}
		}},
		{name: "unimplemented-err", deviations: []string{"unimplemented-ok"}, run: func(d *driver) {
			// The commands of earlier versions of POP3, which hardly anybody has; and what the server itself says that it lacks.
			s := d.open()
			capa := s.given().capa()
			d.eachRefused(d.open, "RPOP "+d.Target.User)
			for _, c := range pop3.Commands() {
				if capa != nil && c.Capability != "" && c.States == pop3.Authorization && !capa.Offers(&c) && c.Capability != "USER" {
					d.eachRefused(d.open, example(c))
				}
			}
			s = d.login()
			capa = s.given().capa()
			s.release()
			d.eachRefused(d.login, "LAST", "XTND XMIT")
			for _, c := range pop3.Commands() {
				if capa != nil && c.Capability != "" && c.States&pop3.Transaction != 0 && !capa.Offers(&c) {
					d.eachRefused(d.login, example(c))
				}
			}
		}},
		{name: "syntax-err", deviations: []string{"syntax-ok", "retr-no-argument-ok", "dele-no-argument-ok"}, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			before := s.given().stat()
			for _, line := range []string{"RETR", "DELE", "RETR x", "LIST x", "DELE x"} {
				s.refused("%s", line)
			}
			d.Check(d.Settled() || s.stat() == before, "no effect of commands with a wrong syntax", "STAT differs afterwards")
		}},
		{name: "syntax-err-number", requirement: "syntax-err", deviations: []string{"syntax-ok"}, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			for _, line := range []string{"RETR 1x", "LIST 1x", "DELE 1x", "RETR 1.0", "RETR -1", "RETR +1"} {
				s.refused("%s", line)
			}
		}},
		{name: "syntax-err-surplus", requirement: "syntax-err", deviations: []string{"syntax-lenient", "syntax-ok"}, run: func(d *driver) {
			s := d.login()
			s.needs(2)
			for _, line := range []string{"STAT 1", "NOOP 1", "RSET 1", "LIST 1 2", "RETR 1 2", "DELE 1 2"} {
				s.refused("%s", line)
			}
		}},
		{name: "wrong-state-err", deviations: []string{"stat-before-login", "list-before-login", "noop-before-login", "rset-before-login", "uidl-before-login", "mail-before-login", "user-after-login", "apop-after-login"}, run: func(d *driver) {
			d.eachRefused(d.open, "STAT", "LIST", "LIST 1", "RETR 1", "DELE 1", "NOOP", "RSET", "TOP 1 0", "UIDL", "UIDL 1")
			s := d.login()
			s.needs(1)
			before := s.given().list()
			s.refused("USER %s", d.Target.User)
			s.refused("PASS %s", d.Target.Password)
			s.refused("APOP %s %s", d.Target.User, strings.Repeat("0", 32))
			d.Check(d.Settled() || slices.Equal(s.list(), before), "no effect of commands in the wrong state", "LIST differs afterwards")
		}},
	}
}

// tour has a session with most commands, right and wrong ones, and returns all responses.
func tour(d *driver) []*reply {
	s := d.connect()
	s.greet()
	if d.Target.StartTLS {
		s.startTLS()
	}
	s.cmd("XYZZY")
	s.cmd("STAT")
	r := s.authenticate(d.Target.User, d.Target.Password)
	if !d.Settled() && r.Status != pop3.OK {
		d.Unclear("the login failed: %s", r.shown())
	}
	count := s.given().stat().Messages
	for _, line := range []string{"stat", "LIST", "LIST 1", "RETR 1", "NOOP", "TOP 1 0", "UIDL", "UIDL 1", "DELE 1", "DELE 1", "RSET", fmt.Sprintf("RETR %d", count+1), "RETR", "RETR x", "XYZZY " + strings.Repeat("x", 200), "NOOP"} {
		if s.cmd("%s", line).Status == pop3.OK && multiline(line) {
			s.block(line)
		}
	}
	s.cmd("QUIT")
	if d.Settled() {
		return nil
	}
	return s.state.replies
}

// multiline says whether a positive response to the command has more lines.
func multiline(line string) bool {
	words := strings.Fields(line)
	return pop3.NewCommand(words[0], words[1:]...).Multiline()
}

// blocks returns the multi-line responses that a session gets, by their commands.
func blocks(d *driver) map[string]*block {
	s := d.login()
	out := map[string]*block{"LIST": s.multi("LIST")}
	n := min(s.needs(1), 20)
	commands := []string{"UIDL"}
	for i := 1; i <= n; i++ {
		commands = append(commands, fmt.Sprintf("RETR %d", i), fmt.Sprintf("TOP %d 2", i))
	}
	for _, c := range commands {
		r := s.cmd("%s", c)
		if r.Status == pop3.OK {
			out[c] = s.block(c)
			s.ok("NOOP") // what stands behind a terminating line is taken for its response
		} else if strings.HasPrefix(c, "RETR") {
			s.given().Wrong(`"+OK" to `+c, "%s", r.shown())
		}
	}
	if d.Settled() {
		return nil
	}
	return out
}

// example is a command with arguments that its syntax permits.
func example(c pop3.Spec) string {
	line := c.Verb
	for _, p := range c.Params {
		if p.Optional {
			break
		}
		switch p.Kind {
		case pop3.ParamNumber, pop3.ParamCount:
			line += " 1"
		case pop3.ParamDigest:
			line += " " + strings.Repeat("0", 32)
		case pop3.ParamMechanism:
			line += " PLAIN"
		default:
			line += " x"
		}
	}
	return line
}

// checkMessage fails unless content is the message of that number, which the server was given: octet for octet, but for header fields
// that delivery put before it and for the CRLF at its end that a multi-line response needs.
func checkMessage(d *driver, n int, content string) {
	m := d.Target.Mail[n-1]
	want := string(m.Data)
	if !strings.HasSuffix(want, "\r\n") {
		want += "\r\n"
	}
	before, ok := strings.CutSuffix(content, want)
	if ok && (before == "" || strings.HasSuffix(before, "\r\n") && !strings.Contains(before, "\r\n\r\n")) {
		return
	}
	at := 0
	for at < min(len(want), len(content)) && want[at] == content[at] {
		at++
	}
	d.Fail(fmt.Sprintf("the message %s in response to RETR %d, octet for octet: %d octets", m.Name, n, len(want)),
		"%d octets, the first difference at octet %d: %s in place of %s", len(content), at, around(content, at), around(want, at))
}

func around(s string, at int) string {
	from := max(at-10, 0)
	return wire.Quote([]byte(s[from:min(at+30, len(s))]))
}

// checkStuffing fails unless RETR stuffs dots.
func checkStuffing(d *driver) {
	s := d.login()
	n := min(s.needs(1), 20)
	for i := 1; i <= n && !d.Settled(); i++ {
		b := s.multi("RETR %d", i)
		for _, l := range b.lines {
			d.Check(!bytes.HasPrefix(l.Text, []byte(".")) || bytes.HasPrefix(l.Text, []byte("..")),
				`a line that begins with "." sent with one more "." before it`, "%s in the response to RETR %d", wire.Quote(l.Text), i)
		}
		if i <= len(d.Target.Mail) && !d.Settled() {
			checkMessage(d, i, b.content())
		}
		s.ok("NOOP") // a lone dot that is not stuffed ends the response early
	}
}

// idle waits for a time in which nothing may arrive, and says whether the connection is open afterwards.
func (s *session) idle(wait time.Duration) bool {
	if s.d.Settled() {
		return false
	}
	err := s.C.Quiet(s.d.Ctx, wait)
	if s.d.Ctx.Err() != nil {
		s.d.Unclear("interrupted")
	}
	return err == nil
}

// rfc1939Autologout are the rules about the inactivity timer. A server that isn't ours cannot be made to have a short one.
func rfc1939Autologout() []serverCase {
	return []serverCase{
		{name: "autologout-permitted", features: []string{"AUTOLOGOUT=500ms"}, run: func(d *driver) {
			s := d.login()
			s.Closed("some time without a command")
			d.Saw("ends sessions that are silent for some time")
		}},
		{name: "autologout-10-minutes", deviations: []string{"autologout-early"}, run: func(d *driver) {
			wait := 3 * d.T.Quiet()
			for _, open := range []func() *session{d.open, d.login} {
				s := open()
				d.Check(s.idle(wait) || d.Settled(), "a session that is open for at least 10 minutes without a command", "ended, or octets arrived, within %v", wait)
				s.ok("QUIT")
				s.endOfSession()
			}
			d.Saw("sessions are open after %v without a command; the 10 minutes were not waited for", wait)
		}},
		{name: "autologout-reset", deviations: []string{"autologout-not-reset"}, features: []string{"AUTOLOGOUT=1s"}, run: func(d *driver) {
			s := d.login()
			for range 5 {
				s.idle(250 * time.Millisecond)
				s.ok("NOOP")
			}
		}},
		{name: "autologout-no-update", deviations: []string{"autologout-updates"}, mutates: true, features: []string{"AUTOLOGOUT=500ms"}, run: func(d *driver) {
			s := d.login()
			before := s.needs(1)
			s.given().ok("DELE 1")
			s.given().endOfSession()
			after := d.login().given().stat().Messages
			d.Check(d.Settled() || after == before, fmt.Sprintf("%d messages, as before the session that the timer ended", before), "%d messages", after)
		}},
		{name: "autologout-silent", deviations: []string{"autologout-speaks"}, features: []string{"AUTOLOGOUT=500ms"}, run: func(d *driver) {
			d.login().Closed("the time without a command")
		}},
	}
}

// endOfSession waits until the server closes, whatever it says before.
func (s *session) endOfSession() {
	for range 10 {
		if s.d.Settled() {
			return
		}
		var end bool
		err := s.C.Do(s.d.Ctx, s.d.Wait(), func() error {
			err := s.C.R.Wait()
			end = err != nil
			s.C.R.Discard(s.C.R.Buffered())
			return nil
		})
		if end || err != nil {
			break
		}
	}
	s.Close()
}

// rfc1939Authorization are the rules of section 4.
func rfc1939Authorization() []serverCase {
	return []serverCase{
		{name: "greeting-one-line", deviations: []string{"greeting-two-lines"}, run: func(d *driver) {
			s := d.connect()
			s.given().greet()
			s.Quiet("the greeting")
		}},
		{name: "greeting-positive", deviations: []string{"greeting-negative"}, run: func(d *driver) {
			d.connect().greet()
		}},
		{name: "auth-mechanism-one", deviations: []string{"no-auth-mechanism"}, labels: []string{"auth"}, run: func(d *driver) {
			ways := []func(s *session) *reply{
				func(s *session) *reply { return s.authenticate(d.Target.User, d.Target.Password) },
				func(s *session) *reply { return s.apop(d.Target.User, d.Target.Password) },
				func(s *session) *reply { return s.authPlain(d.Target.User, d.Target.Password) },
			}
			var last *reply
			for _, way := range ways {
				s := d.open()
				if last = way(s); d.Settled() || last.Status == pop3.OK {
					return
				}
				s.Close()
			}
			if !d.T.Env.Server.Disposable() {
				d.Unclear("the account cannot be logged into: %s", last.shown())
			}
			d.Fail("USER and PASS, APOP, or AUTH", "all of them are refused: %s", last.shown())
		}},
		{name: "maildrop-lock", labels: []string{"auth"}, deviations: []string{"lock-shared"}, mutates: true, run: func(d *driver) {
			if secondSession(d) == pop3.OK {
				d.Saw("lets a second session in, which cannot remove what the first one sees")
			}
		}},
		{name: "auth-ok", deviations: []string{"auth-ok-without-login", "login-err-though-in"}, labels: []string{"auth"}, run: func(d *driver) {
			s := d.open()
			r := s.authenticate(d.Target.User, d.Target.Password)
			d.Check(d.Settled() || r.Status == pop3.OK, `"+OK" to an authentication that succeeds`, "%s", r.shown())
			s.ok("STAT")
		}},
		{name: "auth-nothing-deleted", deviations: []string{"marks-survive"}, mutates: true, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			before := s.given().list()
			s.given().ok("DELE 1")
			s.Close()
			s = d.login()
			after := s.given().list()
			d.Check(d.Settled() || slices.Equal(after, before), "nothing marked as deleted in a new session: "+listed(before), "%s", listed(after))
			s.multi("RETR 1")
		}},
		{name: "auth-cannot-open-err", deviations: []string{"lock-shared"}, mutates: true, labels: []string{"auth"}, run: func(d *driver) {
			if secondSession(d) == pop3.OK {
				d.Saw("can open a maildrop that another session has open")
			}
		}},
		{name: "auth-err-may-close", labels: []string{"auth"}, run: func(d *driver) {
			s := d.open()
			if s.failAuthentication(); s.IsClosed() {
				d.Saw("closes after a failed authentication")
			}
		}},
		{name: "auth-err-retry", deviations: []string{"auth-err-locks"}, labels: []string{"auth"}, run: func(d *driver) {
			s := d.open()
			if s.failAuthentication(); s.IsClosed() {
				d.Saw("closes after a failed authentication")
				return
			}
			r := s.authenticate(d.Target.User, d.Target.Password)
			d.Check(d.Settled() || r.Status == pop3.OK, `"+OK" to the right credentials after wrong ones`, "%s", r.shown())
			s = d.open()
			s.failAuthentication()
			s.ok("QUIT")
		}},
		{name: "message-number-assigned", deviations: []string{"numbers-reassigned"}, run: func(d *driver) {
			s := d.login()
			n := s.needs(3)
			before := s.given().listOne(n)
			s.given().ok("DELE %d", n-1)
			after := s.listOne(n)
			d.Check(d.Settled() || before == after, fmt.Sprintf("message %d as before DELE %d: %v", n, n-1, before), "%v", after)
		}},
		{name: "message-number-from-one", deviations: []string{"numbers-from-zero", "numbers-with-gaps"}, run: func(d *driver) {
			s := d.login()
			n := s.needs(2)
			var numbers []int
			for _, text := range s.multi("LIST").texts() {
				number := -1
				if _, err := fmt.Sscanf(text, "%d", &number); err == nil {
					numbers = append(numbers, number)
				}
			}
			if d.Settled() {
				return
			}
			want := make([]int, n)
			for i := range want {
				want[i] = i + 1
			}
			slices.Sort(numbers)
			d.Check(slices.Equal(numbers, want), fmt.Sprintf("the numbers 1 to %d", n), "%v", numbers)
		}},
		{name: "number-decimal", deviations: []string{"numbers-hexadecimal"}, mail: []string{"01-plain", "03-alternative", "06-deep-multiparts", "24-folding", "22-line-998"}, run: func(d *driver) {
			s := d.login()
			digits := func(of, text string) {
				words := append(strings.Fields(text), "", "")
				d.Check(d.Settled() || decimal.MatchString(words[0]) && decimal.MatchString(words[1]), "two decimal numbers in response to "+of, "%s", wire.Quote([]byte(text)))
			}
			digits("STAT", afterStatus(s.ok("STAT")))
			for _, text := range s.multi("LIST").texts() {
				digits("LIST", text)
			}
			s.needs(1)
			digits("LIST 1", afterStatus(s.ok("LIST 1")))
			// The numbers that LIST gives are decimal only if each message is found under its own.
			sum := int64(0)
			list := s.list()
			for _, l := range list {
				sum += l.Octets
			}
			if stat := s.stat(); !d.Settled() {
				d.Check(stat.Messages == len(list), fmt.Sprintf("%d messages in decimal in response to STAT", len(list)), "%v", stat)
				d.Check(len(list) == 0 || list[len(list)-1].Number >= len(list), "message-numbers in decimal", "%v", list)
			}
			if len(list) > 0 && !d.Settled() {
				last := list[len(list)-1]
				got := len(s.retr(last.Number))
				d.Check(d.Settled() || got/2 < int(last.Octets) && int(last.Octets) < got*2, fmt.Sprintf("a size near to the %d octets of the message, in decimal", got), "%v", last)
			}
		}},
		{name: "quit-authorization", deviations: []string{"quit-authorization-err"}, run: func(d *driver) {
			d.open().ok("QUIT")
		}},
	}
}

var decimal = regexp.MustCompile(`^[0-9]+$`)

// afterStatus is the text behind the status and one space.
func afterStatus(r *reply) string {
	_, text, _ := strings.Cut(string(r.line.Text), " ")
	return text
}

func listed(list []pop3.ScanListing) string {
	var out []string
	for _, l := range list {
		out = append(out, l.String())
	}
	return "the messages [" + strings.Join(out, ", ") + "]"
}

// failAuthentication tries a wrong password, which has to be refused.
func (s *session) failAuthentication() {
	g := s.given()
	if r := g.cmd("USER %s", s.d.Target.User); r.Status == pop3.OK {
		g.refused("PASS not-the-password")
	} else if s.timestamp() != "" {
		g.refused("APOP %s %s", s.d.Target.User, strings.Repeat("0", 32))
	}
}

// secondSession has a second session log in to a maildrop that the first has open. It returns the status that the second gets. If it is let
// in, it removes a message; what the first one sees must not change by that.
func secondSession(d *driver) pop3.Status {
	first := d.login()
	first.needs(1)
	before := first.given().list()
	second := d.open()
	r := second.authenticate(d.Target.User, d.Target.Password)
	if d.Settled() || r.Status != pop3.OK {
		return r.Status
	}
	second.given().ok("DELE 1")
	second.given().cmd("QUIT")
	second.endOfSession()
	third := d.open()
	if third.given().authenticate(d.Target.User, d.Target.Password).Status == pop3.OK {
		after := third.given().list()
		d.Check(d.Settled() || slices.Equal(after, before), "messages that nobody removes while a session has the maildrop open",
			"a second session was let in, and removed one: %s in place of %s", listed(after), listed(before))
	}
	return r.Status
}

// rfc1939TransactionOnly are the commands that only the TRANSACTION state has.
func rfc1939TransactionOnly() []serverCase {
	var rows []serverCase
	for _, c := range []struct {
		verb      string
		lines     []string
		needs     []string
		deviation string
	}{
		{"stat", []string{"STAT"}, nil, "stat-before-login"},
		{"list", []string{"LIST", "LIST 1"}, nil, "list-before-login"},
		{"retr", []string{"RETR 1"}, nil, "mail-before-login"},
		{"dele", []string{"DELE 1"}, nil, "mail-before-login"},
		{"noop", []string{"NOOP"}, nil, "noop-before-login"},
		{"rset", []string{"RSET"}, nil, "rset-before-login"},
		{"top", []string{"TOP 1 0"}, []string{"TOP"}, "mail-before-login"},
		{"uidl", []string{"UIDL", "UIDL 1"}, []string{"UIDL"}, "uidl-before-login"},
	} {
		rows = append(rows, serverCase{name: c.verb + "-transaction-only", needs: c.needs, deviations: []string{c.deviation}, run: func(d *driver) {
			d.eachRefused(d.open, c.lines...)
		}})
	}
	return rows
}

// rfc1939Transaction are the rules of section 5.
func rfc1939Transaction() []serverCase {
	return slices.Concat([]serverCase{
		{name: "transaction-repeat", deviations: []string{"session-once"}, run: func(d *driver) {
			s := d.login()
			s.needs(2)
			for _, line := range []string{
				"RETR 2", "STAT", "RETR 1", "LIST", "RETR 1", "LIST 1", "STAT", "RSET", "NOOP", "LIST", "NOOP", "DELE 2", "RETR 1", "RSET",
				"DELE 1", "RSET", "RETR 1", "RETR 2", "LIST 2", "DELE 1", "DELE 2", "NOOP", "STAT", "RSET", "RSET", "RETR 2", "STAT",
			} {
				if s.ok("%s", line); multiline(line) {
					s.block(line)
				}
			}
		}},
		{name: "response-each-command", deviations: []string{"reply-two-lines", "reply-double", "reply-missing"}, run: func(d *driver) {
			s := d.login()
			n := s.needs(1)
			for _, line := range []string{"NOOP", "STAT", "LIST 1", "DELE 1", "RSET", "XYZZY", "RETR", fmt.Sprintf("RETR %d", n+1), "RETR 1", "LIST", "NOOP"} {
				if s.cmd("%s", line).Status == pop3.OK && multiline(line) {
					s.block(line)
				}
				// The next response would be taken for a second one's: STAT shows which it is.
				r := s.cmd("STAT")
				_, err := pop3.Rules{Lenient: true}.ParseStat(r.Reply)
				d.Check(d.Settled() || r.Status == pop3.OK && err == nil, "one response to "+line, "%s in place of the response to the next command, STAT", r.shown())
			}
			s.Quiet("one response to each command")
		}},
		{name: "stat-ok", deviations: []string{"stat-unimplemented", "stat-multiline"}, run: func(d *driver) {
			s := d.login()
			s.ok("STAT")
			s.Quiet("the response to STAT")
		}},
		{name: "stat-ok-empty", requirement: "stat-ok", deviations: []string{"stat-err-when-empty"}, empty: true, run: func(d *driver) {
			s := d.login()
			if s.stat().Messages > 0 {
				s.markAll()
			}
			stat := s.stat()
			d.Check(stat == pop3.DropListing{} || stat.Messages == 0 && stat.Octets == 0, "0 messages and 0 octets", "%v", stat)
		}},
		{name: "stat-form", deviations: []string{"stat-two-spaces", "stat-swapped", "stat-words"}, run: func(d *driver) {
			s := d.login()
			r := s.ok("STAT")
			d.Check(d.Settled() || statForm.Match(r.line.Text), `"+OK", a space, the number of messages, a space and the size`, "%s", r.shown())
			stat, list := s.stat(), s.given().list()
			sum := int64(0)
			for _, l := range list {
				sum += l.Octets
			}
			d.Check(d.Settled() || stat.Messages == len(list) && stat.Octets == sum, fmt.Sprintf("what LIST gives: %d messages, %d octets", len(list), sum), "%v", stat)
		}},
		{name: "stat-no-extra", deviations: []string{"stat-extra"}, run: func(d *driver) {
			stat := d.login().stat()
			d.Check(stat.Extra == "", "nothing between the size and the CRLF", "%s", wire.Quote([]byte(stat.Extra)))
		}},
		{name: "stat-extra-permitted", run: func(d *driver) {
			if stat := d.login().stat(); stat.Extra != "" {
				d.Saw("has more in its drop listing: %s", wire.Quote([]byte(stat.Extra)))
			}
		}},
		{name: "stat-deleted-not-counted", deviations: []string{"stat-counts-deleted"}, run: func(d *driver) {
			s := d.login()
			s.needs(2)
			size := s.given().listOne(1).Octets
			before := s.given().stat()
			s.given().ok("DELE 1")
			after := s.stat()
			d.Check(d.Settled() || after.Messages == before.Messages-1 && after.Octets == before.Octets-size,
				fmt.Sprintf("%d messages, %d octets, one message marked as deleted", before.Messages-1, before.Octets-size), "%v", after)
		}},
		{name: "list-argument-optional", deviations: []string{"list-argument-refused"}, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			s.multi("LIST")
			s.ok("LIST 1")
		}},
		{name: "list-one", deviations: []string{"list-one-multiline"}, run: func(d *driver) {
			s := d.login()
			s.needs(2)
			all := s.given().list()
			for _, l := range all[:min(len(all), 5)] {
				one := s.listOne(l.Number)
				d.Check(d.Settled() || one == l, fmt.Sprintf("%q in response to LIST %d", "+OK "+l.String(), l.Number), "%q", "+OK "+one.String())
			}
			s.Quiet("the response to LIST with a message-number")
		}},
		{name: "list-all", deviations: []string{"list-single-line"}, run: func(d *driver) {
			s := d.login()
			s.multi("LIST")
			s.ok("NOOP")
		}},
		{name: "list-all-messages", deviations: []string{"list-misses-last"}, run: func(d *driver) {
			s := d.login()
			n := s.needs(2)
			checkNumbers(d, s.list(), n, 0)
			d.Check(d.Settled() || d.Target.Mail == nil || n == len(d.Target.Mail), fmt.Sprintf("the %d messages that the maildrop was given", len(d.Target.Mail)), "%d", n)
			s.given().ok("DELE 2")
			checkNumbers(d, s.list(), n, 2)
		}},
		{name: "list-empty", deviations: []string{"list-empty-err"}, empty: true, run: func(d *driver) {
			s := d.login()
			s.markAll()
			lines := s.multi("LIST").lines
			d.Check(len(lines) == 0, "no scan listing on a maildrop without messages", "%d lines", len(lines))
		}},
		{name: "list-form", deviations: []string{"list-tab"}, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			for _, text := range s.multi("LIST").texts() {
				d.Check(listingForm.MatchString(text), "the message-number, a space and the size", "%s", wire.Quote([]byte(text)))
			}
			r := s.ok("LIST 1")
			d.Check(d.Settled() || listingForm.MatchString(afterStatus(r)), `"+OK", a space, the message-number, a space and the size`, "%s", r.shown())
		}},
		{name: "list-size-exact", deviations: []string{"size-rounded"}, mail: oddMails, run: checkSizes},
		{name: "list-no-extra", deviations: []string{"list-extra"}, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			for _, l := range s.list() {
				d.Check(l.Extra == "", "nothing between the size and the CRLF", "%s", wire.Quote([]byte(l.Extra)))
			}
		}},
		{name: "list-extra-permitted", run: func(d *driver) {
			s := d.login()
			s.needs(1)
			for _, l := range s.list() {
				if l.Extra != "" {
					d.Saw("has more in its scan listings: %s", wire.Quote([]byte(l.Extra)))
				}
			}
		}},
		{name: "list-deleted-not-listed", deviations: []string{"list-shows-deleted"}, run: func(d *driver) {
			s := d.login()
			s.needs(3)
			want := s.given().list()
			s.given().ok("DELE 2")
			want = slices.DeleteFunc(want, func(l pop3.ScanListing) bool { return l.Number == 2 })
			got := s.list()
			d.Check(d.Settled() || slices.Equal(got, want), listed(want), "%s", listed(got))
		}},
		{name: "retr-argument-required", deviations: []string{"retr-no-argument-ok"}, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			s.refused("RETR")
		}},
		{name: "retr-multiline", deviations: []string{"retr-single-line"}, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			s.multi("RETR 1")
			s.ok("NOOP")
		}},
		{name: "retr-message", deviations: []string{"retr-misses-last-line", "retr-wrong-message", "retr-adds-header", "retr-no-header", "retr-cuts-long-lines", "retr-seven-bit"}, mail: slices.Concat(oddMails, endlessMails, []string{"31-megabyte", "32-binary"}), run: func(d *driver) {
			s := d.login()
			n := min(s.needs(1), 20)
			sizes := s.given().list()
			for i := 1; i <= n && !d.Settled(); i++ {
				content := s.retr(i)
				known := i <= len(d.Target.Mail)
				if known && !d.Settled() {
					checkMessage(d, i, content)
				}
				// What stands before a known message has to be part of it, not something that RETR adds.
				if !d.Settled() && i <= len(sizes) && (!known || len(content) > len(d.Target.Mail[i-1].Data)+2) {
					size := int(sizes[i-1].Octets)
					d.Check(len(content) == size || len(content) == size+2, fmt.Sprintf("the %d octets that LIST gives for message %d", size, i), "%d octets", len(content))
				}
			}
		}},
		{name: "dele-argument-required", deviations: []string{"dele-no-argument-ok"}, run: func(d *driver) {
			s := d.login()
			n := s.needs(1)
			s.refused("DELE")
			d.Check(d.Settled() || s.stat().Messages == n, "nothing marked by DELE without an argument", "STAT differs afterwards")
		}},
		{name: "dele-marks", deviations: []string{"dele-ineffective", "dele-marks-neighbour"}, run: func(d *driver) {
			s := d.login()
			n := s.needs(3)
			s.ok("DELE 2")
			checkNumbers(d, s.list(), n, 2)
			s.multi("RETR 1")
			s.multi("RETR 3")
		}},
		{name: "dele-reference-err", deviations: []string{"list-deleted-ok", "retr-deleted-ok", "dele-ineffective", "top-deleted-ok", "uidl-deleted-ok"}, run: func(d *driver) {
			s := d.login()
			s.needs(2)
			s.given().ok("DELE 2")
			for _, line := range []string{"LIST 2", "RETR 2", "TOP 2 0", "UIDL 2"} {
				s.refused("%s", line)
			}
			s.given().ok("RSET")
			s.ok("LIST 2")
		}},
		{name: "dele-twice-err", deviations: []string{"dele-deleted-ok", "dele-toggles"}, run: func(d *driver) {
			s := d.login()
			n := s.needs(2)
			s.given().ok("DELE 1")
			s.refused("DELE 1")
			checkNumbers(d, s.list(), n, 1)
		}},
		{name: "dele-not-before-update", deviations: []string{"dele-immediate"}, mutates: true, run: func(d *driver) {
			checkAborted(d, func(s *session) {
				s.given().ok("DELE 1")
				s.given().ok("NOOP")
				s.Close()
			})
		}},
		{name: "noop-ok", deviations: []string{"noop-err", "noop-multiline"}, run: func(d *driver) {
			s := d.login()
			s.ok("NOOP")
			s.Quiet("the response to NOOP")
		}},
		{name: "noop-nothing", deviations: []string{"noop-unmarks"}, run: func(d *driver) {
			s := d.login()
			s.needs(2)
			s.given().ok("DELE 2")
			stat, list := s.given().stat(), s.given().list()
			s.given().ok("NOOP")
			s.given().ok("NOOP")
			after := s.stat()
			d.Check(d.Settled() || after == stat, fmt.Sprintf("STAT as before NOOP: %v", stat), "%v", after)
			got := s.list()
			d.Check(d.Settled() || slices.Equal(got, list), "LIST as before NOOP: "+listed(list), "%s", listed(got))
		}},
		{name: "rset-unmarks", deviations: []string{"rset-unmarks-nothing", "rset-unmarks-first"}, mutates: true, run: func(d *driver) {
			s := d.login()
			s.needs(3)
			stat, list := s.given().stat(), s.given().list()
			s.given().ok("DELE 1")
			s.given().ok("DELE 3")
			s.given().ok("RSET")
			after := s.stat()
			d.Check(d.Settled() || after == stat, fmt.Sprintf("STAT as before DELE: %v", stat), "%v", after)
			got := s.list()
			d.Check(d.Settled() || slices.Equal(got, list), "LIST as before DELE: "+listed(list), "%s", listed(got))
			s.multi("RETR 1")
			s.given().quit()
			got = d.login().list()
			d.Check(d.Settled() || slices.Equal(got, list), "all messages in the next session: "+listed(list), "%s", listed(got))
		}},
		{name: "rset-ok", deviations: []string{"rset-err-without-marks", "rset-multiline"}, run: func(d *driver) {
			s := d.login()
			s.ok("RSET")
			s.Quiet("the response to RSET")
		}},
	},
		noSuchMessage("list", "LIST %d", nil), deletedMessage("list", "LIST %d", nil),
		noSuchMessage("retr", "RETR %d", nil), deletedMessage("retr", "RETR %d", nil),
		noSuchMessage("dele", "DELE %d", nil),
	)
}

var (
	statForm    = regexp.MustCompile(`^\+OK [0-9]+ [0-9]+(?:[^0-9].*)?$`)
	listingForm = regexp.MustCompile(`^[0-9]+ [0-9]+(?:[^0-9].*)?$`)
)

// noSuchMessage is the case of a command with a number that no message has.
func noSuchMessage(verb, format string, needs []string) []serverCase {
	return []serverCase{{name: verb + "-missing-err", needs: needs, deviations: []string{verb + "-missing-ok"}, run: func(d *driver) {
		s := d.login()
		before := s.given().stat()
		for _, n := range []int{before.Messages + 1, 0, 999999999} {
			s.refused(format, n)
		}
		after := s.stat()
		d.Check(d.Settled() || after == before, fmt.Sprintf("STAT as before: %v", before), "%v", after)
	}}}
}

// deletedMessage is the case of a command with the number of a message marked as deleted.
func deletedMessage(verb, format string, needs []string) []serverCase {
	return []serverCase{{name: verb + "-deleted-err", needs: needs, deviations: []string{verb + "-deleted-ok"}, run: func(d *driver) {
		s := d.login()
		s.needs(2)
		s.given().ok("DELE 2")
		s.refused(format, 2)
	}}}
}

// markAll marks all messages as deleted.
func (s *session) markAll() {
	n := s.needs(0)
	if n > 100 {
		s.d.Unclear("needs a maildrop with few messages or none, and this one has %d", n)
	}
	for i := 1; i <= n && !s.d.Settled(); i++ {
		s.given().ok("DELE %d", i)
	}
}

// checkNumbers fails unless the list has the numbers 1 to n, each once, without the one that is left out (0: none).
func checkNumbers(d *driver, list []pop3.ScanListing, n, without int) {
	if d.Settled() {
		return
	}
	want := map[int]bool{}
	for i := 1; i <= n; i++ {
		want[i] = i != without
	}
	for _, l := range list {
		if !want[l.Number] {
			d.Fail(fmt.Sprintf("one scan listing for each of the messages 1 to %d that is not marked as deleted", n), "another one for message %d: %s", l.Number, listed(list))
		}
		want[l.Number] = false
	}
	for i, missing := range want {
		if missing {
			d.Fail(fmt.Sprintf("one scan listing for each of the messages 1 to %d that is not marked as deleted", n), "none for message %d: %s", i, listed(list))
		}
	}
}

// checkSizes fails unless the size in LIST is that of the message as RETR sends it. A message without a CRLF at its end may be counted
// without the one that the response adds: the five octets that end the response begin with it.
func checkSizes(d *driver) {
	s := d.login()
	s.needs(1)
	list := s.given().list()
	for _, l := range list[:min(len(list), 20)] {
		got := int64(len(s.given().retr(l.Number)))
		known := l.Number <= len(d.Target.Mail)
		if d.Settled() || got == l.Octets || got == l.Octets+2 && (!known || !hasFinalCRLF(d.Target.Mail[l.Number-1])) {
			continue
		}
		d.Fail(fmt.Sprintf("the size of message %d as RETR sends it: %d octets", l.Number, got), "LIST gives %d", l.Octets)
	}
}

func hasFinalCRLF(m fixtures.Mail) bool { return bytes.HasSuffix(m.Data, []byte("\r\n")) }

// checkAborted fails unless a session that abort ends otherwise than by QUIT leaves the maildrop as it was.
func checkAborted(d *driver, abort func(s *session)) {
	s := d.login()
	s.needs(1)
	before := s.given().list()
	abort(s)
	s = d.login()
	after := s.given().list()
	s.Close()
	d.Check(d.Settled() || slices.Equal(after, before), "all messages in the next session, after one without QUIT: "+listed(before), "%s", listed(after))
}
