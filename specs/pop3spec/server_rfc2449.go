package pop3spec

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/internal/auth"
	"harness/protocols/pop3"
	"harness/protocols/wire"
)

var (
	statusForm   = regexp.MustCompile(`^(\+OK|-ERR)( .*)?$`)
	greetingForm = regexp.MustCompile(`^\+OK( [ -;=-~]*(<[!-;=?-~]+@[!-;=?-~]+>)?[ -;=-~]*)?$`)
	capaForm     = regexp.MustCompile(`^[!-\-/-~]+( [!-~]+)*$`) // a tag has no "."
	codeForm     = regexp.MustCompile(`^\[[^]/\x00-\x1f\x7f]+(/[^]/\x00-\x1f\x7f]+)*\]`)
	msgIDForm    = regexp.MustCompile(`<[^<>@ ]+@[^<>@ ]+>`)
	delayForm    = regexp.MustCompile(`^[0-9]+( USER)?$`)
	expireForm   = regexp.MustCompile(`^([0-9]+|NEVER)( USER)?$`)
)

// rfc2449 are the server cases of RFC 2449.
func rfc2449() []serverCase {
	return slices.Concat(rfc2449Grammar(), rfc2449CAPA(), rfc2449Tags(), rfc2449Values(), rfc2449Codes())
}

// rfc2449Grammar are the rules of sections 3 and 4.
func rfc2449Grammar() []serverCase {
	return []serverCase{
		{name: "response-grammar", deviations: []string{"status-unknown", "reply-leading-space", "reply-tab", "reply-bare-lf", "reply-over-512", "reply-two-lines"}, run: func(d *driver) {
			for _, r := range tour(d) {
				d.Check(r.line.End == wire.CRLF, "a response that ends with CRLF", "%s and %s", r.shown(), r.line.End)
				d.Check(statusForm.Match(r.line.Text), `"+OK" or "-ERR" and, if anything follows, one space`, "%s", r.shown())
				d.Check(len(r.line.Text)+2 <= pop3.MaxReply, "no more than 512 octets", "%d: %s", len(r.line.Text)+2, r.shown())
			}
		}},
		{name: "text-grammar", deviations: []string{"text-bracket", "resp-code-late"}, needs: []string{"RESP-CODES"}, features: []string{"?REFUSE=SYS/TEMP"}, run: func(d *driver) {
			s := d.open()
			s.authenticate(d.Target.User, d.Target.Password)
			s.cmd("RETR 99999")
			s.cmd("XYZZY")
			for _, r := range s.responses() {
				_, text, _ := strings.Cut(string(r.line.Text), " ")
				if r.Status == pop3.Continue || r.Status == pop3.OK {
					continue // the grammar of "+OK" leaves more room: the greeting's timestamp, CAPA's text
				}
				rest := strings.TrimPrefix(text, codeForm.FindString(text))
				d.Check(!strings.Contains(rest, "["), `no "[" in the text but that of a response code at its beginning`, "%s", r.shown())
			}
		}},
		{name: "greeting-grammar", deviations: []string{"greeting-over-512", "greeting-angle", "greeting-non-ascii"}, run: func(d *driver) {
			r := d.connect().greet()
			d.Check(d.Settled() || greetingForm.Match(r.line.Text), `"+OK" and printable ASCII with no "<" but that of one timestamp`, "%s", r.shown())
			d.Check(len(r.line.Text)+2 <= pop3.MaxReply, "no more than 512 octets", "%d", len(r.line.Text)+2)
		}},
		{name: "multiline-grammar", deviations: []string{"multiline-bare-lf", "multiline-no-end", "retr-no-dot-stuffing"}, mail: []string{"47-preamble-epilogue", "01-plain"}, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			blocks := []*block{s.multi("LIST"), s.multi("RETR 1")}
			s.ok("NOOP")
			for _, b := range blocks {
				for _, l := range append(slices.Clone(b.lines), b.end) {
					d.Check(d.Settled() || l.End == wire.CRLF, "lines that end with CRLF", "%s and %s", wire.Quote(l.Text), l.End)
					d.Check(string(l.Text) == "." || !strings.HasPrefix(l.String(), ".") || strings.HasPrefix(l.String(), ".."), "lines that are dot-stuffed", "%s", wire.Quote(l.Text))
				}
			}
		}},
		{name: "capa-response-grammar", deviations: []string{"capa-single-line", "capa-double-space", "capa-dot-tag", "capa-omits-terminator"}, run: func(d *driver) {
			s, b := capaLines(d)
			s.refused("XYZZY")
			for _, l := range b.lines {
				d.Check(l.End == wire.CRLF && capaForm.Match(l.Text), "a tag and its parameters, each after one space, and CRLF", "%s and %s", wire.Quote(l.Text), l.End)
			}
		}},
		{name: "capa-tag-characters", deviations: []string{"capa-dot-tag"}, needs: []string{"CAPA"}, run: func(d *driver) {
			for _, text := range d.open().multi("CAPA").texts() {
				tag, _, _ := strings.Cut(text, " ")
				d.Check(tag != "" && !strings.Contains(tag, ".") && printable(tag), `a tag of printable ASCII without "."`, "%s", wire.Quote([]byte(text)))
			}
		}},
		{name: "resp-code-grammar", deviations: []string{"resp-code-empty-level"}, needs: []string{"RESP-CODES"}, features: []string{"?REFUSE=SYS/TEMP"}, run: func(d *driver) {
			seen := 0
			for _, r := range failures(d) {
				if _, text, _ := strings.Cut(string(r.line.Text), " "); strings.HasPrefix(text, "[") {
					seen++
					d.Check(codeForm.MatchString(text), `levels of printable characters, separated by "/", in brackets`, "%s", r.shown())
				}
			}
			if seen == 0 {
				d.cannot("no failure that has a response code could be brought about")
			}
		}},
		{name: "timestamp-msg-id", deviations: []string{"apop-timestamp-malformed"}, run: func(d *driver) {
			r := d.connect().greet()
			if !d.Settled() && !angles.Match(r.line.Text) {
				d.Absent("APOP (no timestamp in the greeting)")
			}
			d.Check(d.Settled() || msgIDForm.Match(r.line.Text), "a timestamp of the form <local-part@domain>", "%s", r.shown())
		}},
		{name: "command-255-accepted", deviations: []string{"command-limit-47"}, needs: []string{"CAPA"}, run: func(d *driver) {
			// The command gets an answer, and the next one its own: neither cut nor split. The password is as long as the line has room.
			s := d.open()
			line := "PASS " + strings.Repeat("x", 255-len("PASS \r\n"))
			if s.cmd("USER %s", d.Target.User).Status == pop3.OK {
				r := s.cmd("%s", line)
				d.Check(d.Settled() || r.Status == pop3.Err && !tooLong(r), "the command of 255 octets read as any other (and its password refused)", "%s", r.shown())
			} else if !d.Settled() {
				d.Unclear("USER is refused: there is no other command that may be as long")
			}
			s.ok("QUIT")
		}},
		{name: "command-extension-length-accepted", deviations: []string{"command-limit-47"}, labels: []string{"auth"}, run: func(d *driver) {
			s, _ := d.offering(auth.Plain) // the initial response of no other mechanism can be long
			arg := strings.Repeat("QUFB", (255-len("AUTH PLAIN \r\n"))/4)
			r := s.cmd("AUTH PLAIN %s", arg)
			d.Check(d.Settled() || r.Status == pop3.Err && !tooLong(r), "an AUTH command of almost 255 octets read as any other (and its credentials refused)", "%s", r.shown())
			s.ok("QUIT")
		}},
		{name: "response-first-line-512", deviations: []string{"greeting-over-512", "reply-over-512"}, run: func(d *driver) {
			for _, r := range tour(d) {
				d.Check(len(r.line.Text)+len(r.line.End.Octets()) <= pop3.MaxReply, "a first line of no more than 512 octets", "%d: %s", len(r.line.Text)+2, r.shown())
			}
		}},
	}
}

// tooLong says whether a refusal is about the length of the command.
func tooLong(r *reply) bool {
	text := strings.ToLower(r.Text)
	return strings.Contains(text, "too long") || strings.Contains(text, "length")
}

func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// failures returns the negative responses of a few sessions in which things go wrong.
func failures(d *driver) []*reply {
	s := d.open()
	s.authenticate(d.Target.User, "wrong-"+d.Target.Password)
	out := s.responses()
	s.Close()
	s = d.open()
	s.authenticate(d.Target.User, d.Target.Password)
	out = slices.Concat(out, s.responses())
	if !slices.ContainsFunc(out, func(r *reply) bool { return r.Code != "" }) {
		second := d.open()
		second.authenticate(d.Target.User, d.Target.Password)
		out = slices.Concat(out, second.responses())
	}
	return slices.DeleteFunc(out, func(r *reply) bool { return r.Status != pop3.Err })
}

// rfc2449CAPA are the rules of section 5.
func rfc2449CAPA() []serverCase {
	capa := []string{"CAPA"}
	return []serverCase{
		{name: "capa-list", deviations: []string{"capa-empty", "capa-single-line"}, run: func(d *driver) {
			s, b := capaLines(d)
			lines := b.texts()
			if d.Settled() {
				return
			}
			// What can be seen to be supported has to be there.
			for tag, command := range map[string]string{"USER": "USER " + d.Target.User} {
				r := s.given().cmd("%s", command)
				d.Check(d.Settled() || r.Status != pop3.OK || slices.ContainsFunc(lines, func(l string) bool { return strings.EqualFold(l, tag) }),
					tag+" in the list, as the server serves it", "%q", lines)
			}
		}},
		{name: "capa-list-implemented", requirement: "capa-list", deviations: []string{"capa-unimplemented"}, run: func(d *driver) {
			r := d.open().cmd("CAPA")
			if !d.Settled() && r.Status == pop3.Err {
				if len(d.row.features) == 0 && !d.ourMock() {
					d.Absent("CAPA")
					return
				}
				d.Fail("a list of the capabilities in response to CAPA", "%s", r.shown())
			}
		}},
		{name: "capa-both-states", deviations: []string{"capa-before-login-only", "capa-after-login-only"}, run: func(d *driver) {
			s := d.open()
			before := [2]bool{}
			for i := range before {
				before[i] = s.capa() != nil
			}
			s.Close()
			s = d.login()
			after := [2]bool{}
			for i := range after {
				after[i] = s.capa() != nil
			}
			if d.Settled() {
				return
			}
			all := [4]bool{before[0], before[1], after[0], after[1]}
			if all == [4]bool{} {
				d.Absent("CAPA")
				return
			}
			d.Check(all == [4]bool{true, true, true, true}, "CAPA served twice in the AUTHORIZATION and twice in the TRANSACTION state", "served: %v before login, %v after", before, after)
		}},
		{name: "capa-authorization-in-both", deviations: onlyBeforeLogin("top", "user", "sasl", "resp-codes", "auth-resp-code", "pipelining", "uidl", "utf8", "lang", "implementation"), needs: capa, run: func(d *driver) {
			before, after := bothStates(d)
			for _, c := range before {
				d.Check(strings.EqualFold(c.Tag, "STLS") || after.Has(c.Tag), c.Tag+" after login too", "the list after login: %s", shownTags(after))
			}
		}},
		{name: "capa-tag-is-keyword", deviations: []string{"capa-tag-renamed"}, needs: capa, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			capa := s.capa()
			for tag, command := range map[string]string{"TOP": "TOP 1 0", "UIDL": "UIDL"} {
				r := s.given().cmd("%s", command)
				if r.Status == pop3.OK {
					s.given().block(command)
				}
				d.Check(d.Settled() || r.Status != pop3.OK || capa.Has(tag), "the command "+tag+", which is served, announced by its keyword", "%s", shownTags(capa))
			}
		}},
		{name: "capa-one-per-line", deviations: []string{"capa-two-per-line"}, needs: capa, run: func(d *driver) {
			known := []string{"TOP", "USER", "RESP-CODES", "PIPELINING", "UIDL", "STLS", "AUTH-RESP-CODE", "LANG"}
			for _, text := range d.open().multi("CAPA").texts() {
				// Known capabilities without parameters that stand together in a line, however they are separated.
				words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;\t", r) })
				found := 0
				for _, w := range words {
					if slices.Contains(known, strings.ToUpper(w)) {
						found++
					}
				}
				d.Check(found < 2, "one capability a line", "%s", wire.Quote([]byte(text)))
			}
		}},
		{name: "capa-parameters-permitted", needs: capa, run: func(d *driver) {
			for _, c := range d.open().capa() {
				if len(c.Params) > 0 {
					d.Saw("parameters are used: %q", c.String())
				}
			}
			d.Saw("no capability has parameters")
		}},
		{name: "capa-line-512", deviations: []string{"capa-line-over-512"}, needs: capa, run: func(d *driver) {
			s := d.open()
			lines := s.multi("CAPA").lines
			s.Close()
			lines = append(slices.Clone(lines), d.login().multi("CAPA").lines...)
			for _, l := range lines {
				d.Check(len(l.Text)+2 <= pop3.MaxReply, "capability lines of no more than 512 octets", "%d: %s", len(l.Text)+2, wire.Quote(l.Text))
			}
		}},
		{name: "capa-end", deviations: []string{"capa-omits-terminator", "capa-single-line"}, run: func(d *driver) {
			s, b := capaLines(d)
			d.Check(d.Settled() || b.end.End == wire.CRLF, `"." and CRLF`, `"." and %s`, b.end.End)
			s.Quiet("the line that ends the list")
		}},
		{name: "apop-no-capability", deviations: []string{"capa-apop"}, needs: capa, run: func(d *driver) {
			before, after := bothStates(d)
			d.Check(!before.Has("APOP") && !after.Has("APOP"), "no capability APOP: the greeting's timestamp says it", "APOP is in the list")
		}},
	}
}

// capaLines returns a session and the lines that CAPA gets in it; if CAPA is refused, the case ends.
func capaLines(d *driver) (*session, *block) {
	s := d.open()
	if r := s.cmd("CAPA"); !d.Settled() && r.Status != pop3.OK {
		d.Absent("CAPA")
	}
	return s, s.block("CAPA")
}

func onlyBeforeLogin(tags ...string) []string {
	var out []string
	for _, tag := range tags {
		out = append(out, "capa-"+tag+"-only-before-login")
	}
	return out
}

// bothStates returns the capabilities before and after login.
func bothStates(d *driver) (before, after pop3.Capabilities) {
	s := d.open()
	before = s.capa()
	s.given().quit()
	after = d.login().capa()
	if !d.Settled() && (before == nil || after == nil) {
		d.Unclear("CAPA is not served in both states")
	}
	return before, after
}

func shownTags(cs pop3.Capabilities) string {
	var tags []string
	for _, c := range cs {
		tags = append(tags, c.Tag)
	}
	return strings.Join(tags, " ")
}

// alike is the rule that a capability is announced in both states alike and has no arguments.
func alike(tag, deviation string) serverCase {
	name := "capa-" + strings.ToLower(tag) + "-both-states"
	switch tag {
	case "RESP-CODES", "PIPELINING", "AUTH-RESP-CODE", "LANG":
		name = strings.ToLower(tag) + "-both-states"
	}
	return serverCase{name: name, deviations: []string{deviation, "capa-arguments"}, needs: []string{tag}, run: func(d *driver) {
		before, after := bothStates(d)
		if d.Settled() {
			return
		}
		d.Check(before.Has(tag) == after.Has(tag), tag+" in both states or in neither", "before login: %v, after: %v", before.Has(tag), after.Has(tag))
		for _, cs := range []pop3.Capabilities{before, after} {
			c, _ := cs.Get(tag)
			d.Check(len(c.Params) == 0, tag+" without arguments", "%q", c.String())
		}
	}}
}

// rfc2449Tags are the rules of section 6 about capabilities that stand for commands and behaviour.
func rfc2449Tags() []serverCase {
	rows := []serverCase{
		alike("TOP", "capa-top-only-before-login"), alike("USER", "capa-user-only-before-login"),
		alike("RESP-CODES", "capa-resp-codes-only-before-login"), alike("PIPELINING", "capa-pipelining-only-before-login"),
		alike("UIDL", "capa-uidl-only-before-login"),
		{name: "capa-top", deviations: []string{"capa-top-unserved"}, needs: []string{"TOP", "CAPA"}, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			s.multi("TOP 1 0")
		}},
		{name: "capa-uidl", deviations: []string{"capa-uidl-unserved"}, needs: []string{"UIDL", "CAPA"}, run: func(d *driver) {
			d.login().multi("UIDL")
		}},
		{name: "capa-user", deviations: []string{"user-pass-refused", "capa-user-unserved"}, needs: []string{"USER", "CAPA"}, run: func(d *driver) {
			s := d.open()
			s.ok("USER %s", d.Target.User)
			s.ok("PASS %s", d.Target.Password)
			s.ok("STAT")
		}},
		{name: "capa-user-refusal-permitted", needs: []string{"USER", "CAPA"}, run: func(d *driver) {
			r := d.open().cmd("USER no-such-mailbox-here")
			d.Saw("USER with a name that has no mailbox: %s", r.shown())
		}},
		{name: "capa-sasl", deviations: []string{"capa-auth-unserved", "auth-initial-ignored"}, labels: []string{"auth"}, run: checkInitial},
		{name: "capa-sasl-mechanisms", deviations: []string{"sasl-commas", "sasl-lists-unsupported"}, needs: []string{"SASL", "CAPA"}, run: checkMechanisms},
		{name: "capa-sasl-both-states", deviations: []string{"capa-sasl-only-before-login", "sasl-differs-after-login"}, needs: []string{"SASL", "CAPA"}, run: checkSASLBothStates},
		{name: "resp-codes-bracket", deviations: []string{"text-bracket"}, needs: []string{"RESP-CODES"}, run: func(d *driver) {
			for _, r := range tour(d) {
				_, text, _ := strings.Cut(string(r.line.Text), " ")
				d.Check(!strings.HasPrefix(text, "[") || codeForm.MatchString(text), `a response code where the text begins with "["`, "%s", r.shown())
			}
		}},
		{name: "pipelining-accepted", deviations: []string{"pipelining-first-only"}, needs: []string{"PIPELINING"}, run: func(d *driver) {
			s := d.login()
			s.pipeline("NOOP\r\nSTAT\r\nNOOP\r\nRSET\r\n")
			for i, to := range []string{"NOOP", "STAT", "NOOP", "RSET"} {
				r := s.reply(fmt.Sprintf("%s, the %s of four commands sent at once", to, ordinal(i+1)))
				d.Check(d.Settled() || r.Status == pop3.OK, `"+OK" to each of the commands sent at once`, "%s to %s", r.shown(), to)
			}
			s.Quiet("the responses to four commands")
		}},
		{name: "pipelining-in-turn", deviations: []string{"pipelining-reordered"}, needs: []string{"PIPELINING"}, run: func(d *driver) {
			s := d.login()
			n := s.needs(1)
			size := s.given().listOne(1).Octets
			s.pipeline("STAT\r\nLIST 1\r\nDELE 1\r\nSTAT\r\nRSET\r\nXYZZY\r\nSTAT\r\nLIST\r\nNOOP\r\n")
			whole, one := s.reply("STAT"), s.reply("LIST 1")
			dele := s.reply("DELE 1")
			less := s.reply("STAT after DELE 1")
			rset, unknown, again := s.reply("RSET"), s.reply("XYZZY"), s.reply("STAT after RSET")
			if d.Settled() {
				return
			}
			d.Check(strings.HasPrefix(whole.Text, strconv.Itoa(n)+" "), fmt.Sprintf(`"+OK %d" and the size, in response to STAT`, n), "%s", whole.shown())
			d.Check(strings.HasPrefix(one.Text, fmt.Sprintf("1 %d", size)), fmt.Sprintf(`"+OK 1 %d" in response to LIST 1`, size), "%s", one.shown())
			d.Check(dele.Status == pop3.OK && strings.HasPrefix(less.Text, strconv.Itoa(n-1)+" "), fmt.Sprintf("%d messages after DELE 1", n-1), "%s", less.shown())
			d.Check(rset.Status == pop3.OK && unknown.Status == pop3.Err && again.Text == whole.Text, "the responses that the commands would have alone, in their order", "%s, %s, %s", rset.shown(), unknown.shown(), again.shown())
			s.reply("LIST")
			s.block("LIST")
			d.Check(d.Settled() || s.reply("NOOP").Status == pop3.OK || d.Settled(), `"+OK" to NOOP`, "another response")
		}},
		{name: "pipelining-window", timeout: time.Minute, deviations: []string{"pipelining-drops-large"}, needs: []string{"PIPELINING"}, mail: []string{"31-megabyte", "01-plain"}, run: func(d *driver) {
			// Large responses, and commands sent ahead: none is lost, and both sides go on.
			s := d.login()
			s.needs(1)
			const times = 8
			want := s.given().retr(1)
			s.pipeline(strings.Repeat("RETR 1\r\n", times))
			for i := range times {
				r := s.reply("RETR 1")
				d.Check(d.Settled() || r.Status == pop3.OK, fmt.Sprintf(`"+OK" to the %s of %d pipelined RETR`, ordinal(i+1), times), "%s", r.shown())
				got := s.block("RETR 1").content()
				d.Check(d.Settled() || got == want, fmt.Sprintf("the message of %d octets each time", len(want)), "%d octets the %s time", len(got), ordinal(i+1))
			}
			s.ok("NOOP")
		}},
		{name: "implementation-argument", deviations: []string{"implementation-empty"}, needs: []string{"CAPA"}, run: func(d *driver) {
			before, after := bothStates(d)
			if d.Settled() {
				return
			}
			if !before.Has("IMPLEMENTATION") && !after.Has("IMPLEMENTATION") {
				d.Absent("IMPLEMENTATION")
				return
			}
			for _, cs := range []pop3.Capabilities{before, after} {
				c, ok := cs.Get("IMPLEMENTATION")
				d.Check(!ok || len(c.Params) > 0, "IMPLEMENTATION with an argument", "%q", c.String())
			}
		}},
		{name: "implementation-both-states", deviations: []string{"capa-implementation-only-before-login"}, needs: []string{"CAPA"}, run: func(d *driver) {
			before, after := bothStates(d)
			a, okA := before.Get("IMPLEMENTATION")
			b, okB := after.Get("IMPLEMENTATION")
			if !d.Settled() && !okA && !okB {
				d.Absent("IMPLEMENTATION")
			}
			d.Check(d.Settled() || okA == okB && a.String() == b.String(), "IMPLEMENTATION in both states, the same", "before login %q, after %q", a.String(), b.String())
		}},
		{name: "implementation-transaction-only", needs: []string{"CAPA"}, run: func(d *driver) {
			before, after := bothStates(d)
			d.Saw("IMPLEMENTATION: before login %v, after %v", before.Has("IMPLEMENTATION"), after.Has("IMPLEMENTATION"))
		}},
		{name: "implementation-in-greeting", run: func(d *driver) {
			d.Saw("the greeting: %s", d.connect().greet().shown())
		}},
	}
	return rows
}

func ordinal(n int) string {
	switch n {
	case 1:
		return "first"
	case 2:
		return "second"
	case 3:
		return "third"
	}
	return strconv.Itoa(n) + "th"
}

// valued returns the values of a capability before and after login, and ends the case if it isn't offered before.
func valued(d *driver, tag string) (before, after pop3.Capability) {
	one, two := bothStates(d)
	before, ok := one.Get(tag)
	after, okAfter := two.Get(tag)
	if !d.Settled() && !ok && !okAfter {
		d.Absent(tag)
	}
	return before, after
}

// rfc2449Values are the rules of LOGIN-DELAY and EXPIRE, sections 6.5 and 6.7.
func rfc2449Values() []serverCase {
	delay := []string{"LOGIN-DELAY"}
	expire := []string{"EXPIRE"}
	perUserDelay := []string{"?LOGIN-DELAY=3600,USER=60"}
	perUserExpire := []string{"?EXPIRE=30,USER=60"}
	seconds := func(c pop3.Capability) int {
		if len(c.Params) == 0 {
			return -1
		}
		n, err := strconv.Atoi(c.Params[0])
		if err != nil {
			return -1
		}
		return n
	}
	days := func(c pop3.Capability) int {
		if len(c.Params) > 0 && strings.EqualFold(c.Params[0], "NEVER") {
			return 1 << 30
		}
		return seconds(c)
	}
	values := func(c pop3.Capability) string { return strings.ToUpper(strings.Join(c.Params, " ")) }
	perUser := func(c pop3.Capability) bool { return len(c.Params) > 1 && strings.EqualFold(c.Params[1], "USER") }
	// varies ends the case unless the values are seen to differ by user.
	varies := func(d *driver, before, after pop3.Capability) bool {
		if d.Settled() {
			return false
		}
		if !perUser(before) && values(before) == values(after) {
			d.Absent(fmt.Sprintf("%q is not seen to differ by user", before.String()))
			return false
		}
		return true
	}
	return []serverCase{
		{name: "login-delay-argument", deviations: []string{"login-delay-no-number", "login-delay-user-token-after"}, needs: delay, features: perUserDelay, run: func(d *driver) {
			before, after := valued(d, "LOGIN-DELAY")
			d.Check(d.Settled() || delayForm.MatchString(values(before)), `a number of seconds and perhaps "USER"`, "%q", before.String())
			d.Check(d.Settled() || after.Tag == "" || delayForm.MatchString(values(after)) && !perUser(after), "a number of seconds after login", "%q", after.String())
		}},
		{name: "login-delay-enforced", deviations: []string{"login-delay-unenforced"}, needs: delay, features: []string{"?LOGIN-DELAY=3600"}, run: func(d *driver) {
			s := d.login()
			begun := time.Now()
			delay, _, _ := s.given().capa().LoginDelay()
			if !d.Settled() && delay <= 0 {
				d.Absent("a LOGIN-DELAY of more than 0 seconds")
			}
			s.given().quit()
			r := d.open().authenticate(d.Target.User, d.Target.Password)
			if time.Since(begun) >= delay {
				d.Unclear("the delay of %v was over before the second login", delay)
			}
			d.Check(d.Settled() || r.Status == pop3.Err, fmt.Sprintf("a login at once after the last refused: the delay is %v", delay), "%s", r.shown())
		}},
		{name: "login-delay-largest", deviations: []string{"login-delay-smallest"}, needs: delay, features: perUserDelay, run: func(d *driver) {
			before, after := valued(d, "LOGIN-DELAY")
			if varies(d, before, after) {
				d.Check(seconds(before) >= seconds(after), "a delay before login that is no less than the user's own", "%q before, %q after", before.String(), after.String())
			}
		}},
		{name: "login-delay-user-token", deviations: []string{"login-delay-no-user-token"}, needs: delay, features: perUserDelay, run: func(d *driver) {
			before, after := valued(d, "LOGIN-DELAY")
			if varies(d, before, after) {
				d.Check(perUser(before), `"USER" behind the delay before login, as it differs by user`, "%q before, %q after", before.String(), after.String())
			}
		}},
		{name: "login-delay-accurate", deviations: []string{"login-delay-inaccurate", "login-delay-user-token-after"}, needs: delay, features: perUserDelay, run: func(d *driver) {
			before, after := valued(d, "LOGIN-DELAY")
			if !varies(d, before, after) {
				return
			}
			d.Check(after.Tag != "" && !perUser(after), `the user's own delay after login, without "USER"`, "%q", after.String())
			if d.ourMock() {
				d.Check(seconds(after) == 60, "the user's own delay, 60", "%q", after.String())
			}
		}},
		{name: "login-delay-rejection", needs: delay, features: []string{"?LOGIN-DELAY=3600"}, run: func(d *driver) {
			d.login().given().quit()
			d.Saw("a login at once after the last: %s", d.open().authenticate(d.Target.User, d.Target.Password).shown())
		}},
		{name: "expire-argument", deviations: []string{"expire-no-number", "expire-user-token-after"}, needs: expire, features: perUserExpire, run: func(d *driver) {
			before, after := valued(d, "EXPIRE")
			d.Check(d.Settled() || expireForm.MatchString(values(before)), `a number of days or NEVER, and perhaps "USER"`, "%q", before.String())
			d.Check(d.Settled() || after.Tag == "" || expireForm.MatchString(values(after)) && !perUser(after), "a number of days or NEVER after login", "%q", after.String())
		}},
		{name: "expire-zero", mutates: true, needs: expire, features: []string{"?EXPIRE=0"}, run: func(d *driver) {
			s := d.login()
			n := s.needs(1)
			e, _ := s.given().capa().Expire()
			if d.Settled() || e.Never || e.Days > 0 {
				d.Absent("EXPIRE 0")
				return
			}
			s.given().retr(1)
			s.given().quit()
			d.Saw("%d messages before, and %d after a session that retrieved one", n, d.login().given().stat().Messages)
		}},
		{name: "expire-smallest", deviations: []string{"expire-largest"}, needs: expire, features: perUserExpire, run: func(d *driver) {
			before, after := valued(d, "EXPIRE")
			if varies(d, before, after) {
				d.Check(days(before) <= days(after), "a retention before login that is no more than the user's own", "%q before, %q after", before.String(), after.String())
			}
		}},
		{name: "expire-user-token", deviations: []string{"expire-no-user-token"}, needs: expire, features: perUserExpire, run: func(d *driver) {
			before, after := valued(d, "EXPIRE")
			if varies(d, before, after) {
				d.Check(perUser(before), `"USER" behind the retention before login, as it differs by user`, "%q before, %q after", before.String(), after.String())
			}
		}},
		{name: "expire-accurate", deviations: []string{"expire-inaccurate", "expire-user-token-after"}, needs: expire, features: perUserExpire, run: func(d *driver) {
			before, after := valued(d, "EXPIRE")
			if !varies(d, before, after) {
				return
			}
			d.Check(after.Tag != "" && !perUser(after), `the user's own retention after login, without "USER"`, "%q", after.String())
			if d.ourMock() {
				d.Check(days(after) == 60, "the user's own retention, 60", "%q", after.String())
			}
		}},
	}
}

// rfc2449Codes are the rules of response codes, section 8.
func rfc2449Codes() []serverCase {
	codes := []string{"RESP-CODES"}
	return []serverCase{
		{name: "resp-code-position", deviations: []string{"resp-code-late"}, needs: codes, features: []string{"?REFUSE=SYS/TEMP"}, run: func(d *driver) {
			known := regexp.MustCompile(`(?i)\[(IN-USE|LOGIN-DELAY|SYS/TEMP|SYS/PERM|AUTH|UTF8)\]`)
			for _, r := range failures(d) {
				_, text, _ := strings.Cut(string(r.line.Text), " ")
				at := known.FindStringIndex(text)
				d.Check(at == nil || at[0] == 0, "the response code at the very beginning of the text", "%s", r.shown())
			}
		}},
		{name: "resp-code-hierarchy", deviations: []string{"resp-code-dot"}, needs: codes, features: []string{"?REFUSE=SYS/TEMP"}, run: func(d *driver) {
			seen := 0
			for _, r := range failures(d) {
				if r.Code == "" {
					continue
				}
				seen++
				top := strings.ToUpper(string(r.Code))
				for _, general := range []string{"SYS", "AUTH", "IN-USE", "LOGIN-DELAY", "UTF8"} {
					if rest, ok := strings.CutPrefix(top, general); ok && rest != "" {
						d.Check(rest[0] == '/', `"/" between the levels of a response code`, "[%s]", r.Code)
					}
				}
			}
			if seen == 0 {
				d.cannot("no failure that has a response code could be brought about")
			}
		}},
		{name: "resp-codes-announced", deviations: []string{"capa-empty", "resp-codes-unannounced"}, needs: []string{"CAPA"}, features: []string{"?REFUSE=SYS/TEMP"}, run: func(d *driver) {
			s := d.open()
			announced := s.given().capa().Has("RESP-CODES")
			s.Close()
			for _, r := range failures(d) {
				d.Check(r.Code == "" || announced, "RESP-CODES announced, as response codes are sent", "%s", r.shown())
			}
		}},
		{name: "resp-code-login-delay", deviations: []string{"login-delay-endless", "login-delay-elsewhere"}, needs: []string{"LOGIN-DELAY", "RESP-CODES"}, features: []string{"?LOGIN-DELAY=1"}, timeout: 30 * time.Second, labels: []string{"slow"}, run: func(d *driver) {
			s := d.login()
			if r := s.cmd("RETR 99999"); r.Code.Is(pop3.CodeLoginDelay) {
				d.Fail("the code LOGIN-DELAY only in response to a login", "%s to RETR", r.shown())
			}
			delay, _, _ := s.given().capa().LoginDelay()
			if !d.Settled() && delay > 5*time.Second {
				d.Unclear("a delay of %v is more than the case waits", delay)
			}
			s.given().quit()
			// The delay counts from the last login that was accepted, so this comes after it.
			d.pause(delay + 300*time.Millisecond)
			r := d.open().authenticate(d.Target.User, d.Target.Password)
			d.Check(d.Settled() || !r.Code.Is(pop3.CodeLoginDelay), "a login after the delay that is not refused for it", "%s", r.shown())
		}},
		{name: "resp-code-login-delay-not-user", deviations: []string{"login-delay-code-to-user"}, needs: []string{"LOGIN-DELAY", "USER", "RESP-CODES"}, features: []string{"?LOGIN-DELAY=3600"}, run: func(d *driver) {
			d.login().given().quit()
			r := d.open().cmd("USER %s", d.Target.User)
			d.Check(d.Settled() || !r.Code.Is(pop3.CodeLoginDelay), "no LOGIN-DELAY in response to USER", "%s", r.shown())
		}},
		{name: "resp-code-in-use", deviations: []string{"in-use-for-credentials", "in-use-elsewhere"}, needs: codes, run: func(d *driver) {
			s := d.login()
			if r := s.cmd("RETR 99999"); r.Code.Is(pop3.CodeInUse) {
				d.Fail("the code IN-USE only in response to a login", "%s to RETR", r.shown())
			}
			// While the maildrop is in use, wrong credentials are still told as such.
			second := d.open()
			wrong := second.authenticate(d.Target.User, "wrong-"+d.Target.Password)
			d.Check(d.Settled() || !wrong.Code.Is(pop3.CodeInUse), "no IN-USE for wrong credentials", "%s", wrong.shown())
		}},
	}
}
