package pop3spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"harness/protocols/pop3"
	"harness/protocols/wire"
	"harness/specs/drive"
)

var (
	fieldForm    = regexp.MustCompile(`^[!-9;-~]+[ \t]*:`)
	uniqueIDForm = regexp.MustCompile(`^[0-9]+ [^ \t]+`)
)

// splitLines returns the lines of a message without their ends; a last line without an end counts.
func splitLines(content string) []string {
	lines := strings.Split(content, "\r\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// rfc1939Top are the rules of TOP in section 7.
func rfc1939Top() []serverCase {
	top := []string{"TOP"}
	rows := []serverCase{
		{name: "top-arguments-required", deviations: []string{"top-no-argument-ok", "top-lines-optional"}, needs: top, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			s.refused("TOP")
			s.refused("TOP 1")
		}},
		{name: "top-multiline", deviations: []string{"top-single-line"}, needs: top, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			s.multi("TOP 1 1")
			s.ok("NOOP")
		}},
		{name: "top-content", deviations: []string{"top-extra-line", "top-line-short", "top-no-blank-line", "top-body-only"}, needs: top, mail: []string{"01-plain", "dots", "30-crlf-body"}, run: func(d *driver) {
			checkTop(d, 1, 2, 3)
		}},
		{name: "top-zero", deviations: []string{"top-zero-whole"}, needs: top, mail: []string{"01-plain", "26-empty-body", "30-crlf-body"}, run: func(d *driver) {
			checkTop(d, 0)
		}},
		{name: "top-dot-stuffed", deviations: []string{"top-no-dot-stuffing"}, needs: top, mail: []string{"dots", "29-no-final-crlf-dot", "01-plain"}, run: func(d *driver) {
			s := d.login()
			n := min(s.needs(1), 10)
			for i := 1; i <= n; i++ {
				whole := s.given().multi("RETR %d", i)
				got, want := stuffed(s.multi("TOP %d 9999", i)), stuffed(whole)
				for _, l := range got {
					d.Check(strings.HasPrefix(l, ".."), `a line that begins with "." sent with one more "." before it`, "%s in the response to TOP %d 9999", wire.Quote([]byte(l)), i)
				}
				// A lone dot that is not stuffed ends the response early.
				d.Check(d.Settled() || slices.Equal(got, want), fmt.Sprintf("the lines of TOP %d 9999 stuffed as those of RETR %d: %q", i, i, want), "%q", got)
				s.ok("NOOP")
			}
		}},
		{name: "top-more-than-body", deviations: []string{"top-err-when-short"}, needs: top, mail: []string{"01-plain", "dots", "26-empty-body", "28-no-final-crlf"}, run: func(d *driver) {
			s := d.login()
			n := min(s.needs(1), 10)
			for i := 1; i <= n; i++ {
				whole := s.given().retr(i)
				got := s.top(i, 999999)
				d.Check(d.Settled() || got == whole, fmt.Sprintf("the whole message %d, as RETR sends it: %d octets", i, len(whole)), "%d octets", len(got))
			}
		}},
	}
	return slices.Concat(rows, deletedMessage("top", "TOP %d 0", top), noSuchMessage("top", "TOP %d 0", top))
}

// stuffed returns the lines that begin with a dot, as they stand on the wire.
func stuffed(b *block) []string {
	var out []string
	for _, l := range b.lines {
		if strings.HasPrefix(l.String(), ".") {
			out = append(out, l.String())
		}
	}
	return out
}

// checkTop fails unless TOP with these numbers of lines sends the header, the blank line and as many lines of the body.
func checkTop(d *driver, counts ...int) {
	s := d.login()
	n := min(s.needs(1), 5)
	for i := 1; i <= n && !d.Settled(); i++ {
		whole := s.given().retr(i)
		end := strings.Index(whole, "\r\n\r\n")
		if d.Settled() || end < 0 {
			continue // a message without a body, or without a blank line
		}
		header, body := whole[:end+4], strings.SplitAfter(whole[end+4:], "\r\n")
		for _, count := range counts {
			got := s.top(i, count)
			want := header + strings.Join(body[:min(count, len(body))], "")
			d.Check(d.Settled() || got == want, fmt.Sprintf("the header of message %d, the blank line and %d lines of the body: %d octets in %d lines", i, count, len(want), len(splitLines(want))),
				"%d octets in %d lines, at the end %s", len(got), len(splitLines(got)), wire.Quote([]byte(got[max(0, len(got)-60):])))
		}
	}
}

// rfc1939UIDL are the rules of UIDL in section 7.
func rfc1939UIDL() []serverCase {
	uidl := []string{"UIDL"}
	rows := []serverCase{
		{name: "uidl-one", deviations: []string{"uidl-one-multiline"}, needs: uidl, run: func(d *driver) {
			s := d.login()
			s.needs(2)
			all := s.given().multi("UIDL").texts()
			for i, want := range all[:min(len(all), 5)] {
				got := afterStatus(s.ok("UIDL %d", i+1))
				d.Check(d.Settled() || got == want && uniqueIDForm.MatchString(got), fmt.Sprintf("%q in response to UIDL %d: a single space between", "+OK "+want, i+1), "%q", "+OK "+got)
			}
			s.Quiet("the response to UIDL with a message-number")
		}},
		{name: "uidl-all", deviations: []string{"uidl-misses-last", "uidl-omits-terminator"}, needs: uidl, run: func(d *driver) {
			s := d.login()
			n := s.needs(2)
			checkUIDLNumbers(d, s.uidl(), n, 0)
			s.ok("NOOP")
		}},
		{name: "uidl-all-empty", requirement: "uidl-all", deviations: []string{"uidl-empty-err"}, needs: uidl, empty: true, run: func(d *driver) {
			s := d.login()
			s.markAll()
			lines := s.multi("UIDL").lines
			d.Check(len(lines) == 0, "no unique-id listing on a maildrop without messages", "%d lines", len(lines))
		}},
		{name: "uidl-form", deviations: []string{"uidl-tab"}, needs: uidl, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			for _, text := range s.multi("UIDL").texts() {
				d.Check(uniqueIDForm.MatchString(text), "the message-number, a space and the unique-id", "%s", wire.Quote([]byte(text)))
			}
		}},
		{name: "uidl-nothing-follows", deviations: []string{"uidl-extra"}, needs: uidl, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			for _, text := range s.multi("UIDL").texts() {
				d.Check(len(strings.Fields(text)) <= 2 && text == strings.TrimRight(text, " \t"), "nothing behind the unique-id", "%s", wire.Quote([]byte(text)))
			}
		}},
		{name: "uidl-length", deviations: []string{"uidl-too-long", "uidl-empty"}, needs: uidl, run: func(d *driver) {
			for _, id := range uniqueIDs(d) {
				d.Check(len(id) >= 1 && len(id) <= pop3.MaxUniqueID, "a unique-id of 1 to 70 characters", "%d: %s", len(id), wire.Quote([]byte(id)))
			}
		}},
		{name: "uidl-characters", deviations: []string{"uidl-space", "uidl-eight-bit"}, needs: uidl, run: func(d *driver) {
			for _, id := range uniqueIDs(d) {
				for i := 0; i < len(id); i++ {
					d.Check(id[i] >= 0x21 && id[i] <= 0x7e, "a unique-id of characters from 0x21 to 0x7E", "%s", wire.Quote([]byte(id)))
				}
			}
		}},
		{name: "uidl-unique", deviations: []string{"uidl-duplicate", "uidl-same-for-all"}, needs: uidl, mail: oddMails, run: func(d *driver) {
			s := d.login()
			s.needs(2)
			seen := map[string]int{}
			for _, u := range s.given().uidl() {
				first := seen[u.ID]
				if first == 0 {
					seen[u.ID] = u.Number
					continue
				}
				d.Check(d.Settled() || s.given().retr(first) == s.given().retr(u.Number) || d.Settled(),
					"different unique-ids of different messages", "messages %d and %d have %q", first, u.Number, u.ID)
			}
		}},
		{name: "uidl-persistent", deviations: []string{"uidl-changes"}, needs: uidl, run: func(d *driver) {
			checkPersistent(d, func(s *session) { s.given().quit() })
		}},
		{name: "uidl-persistent-renumbered", requirement: "uidl-persistent", deviations: []string{"uidl-is-number", "uidl-changes"}, mutates: true, needs: uidl, run: func(d *driver) {
			s := d.login()
			s.needs(3)
			before := s.given().uidl()
			s.given().ok("DELE 1")
			s.given().quit()
			after := d.login().given().uidl()
			if d.Settled() {
				return
			}
			want := before[1:]
			d.Check(slices.EqualFunc(after, want, sameID), "the unique-ids that the messages had before the first was removed: "+shownIDs(want), "%s", shownIDs(after))
		}},
		{name: "uidl-persistent-after-abort", deviations: []string{"uidl-changes-after-abort"}, needs: uidl, run: func(d *driver) {
			checkPersistent(d, (*session).Close)
		}},
		{name: "uidl-no-reuse", deviations: []string{"uidl-is-number"}, mutates: true, needs: uidl, run: func(d *driver) {
			// New mail cannot be sent by POP3; that a message which stays takes over the id of one that went can be seen.
			s := d.login()
			s.needs(2)
			removed := s.given().uidlOne(1)
			others := s.given().uidl()
			s.given().ok("DELE 1")
			s.given().quit()
			for _, u := range d.login().given().uidl() {
				shared := slices.ContainsFunc(others[1:], func(o pop3.UniqueID) bool { return o.ID == removed })
				d.Check(u.ID != removed || shared, fmt.Sprintf("no message with the unique-id %q of one that was removed", removed), "message %d has it", u.Number)
			}
		}},
		{name: "uidl-hash-permitted", needs: uidl, mail: []string{"01-plain", "01-plain", "dots"}, run: func(d *driver) {
			s := d.login()
			s.needs(2)
			ids := s.uidl()
			if d.Settled() || len(ids) < 2 {
				return
			}
			if ids[0].ID == ids[1].ID {
				d.Saw("identical messages have one unique-id: %q", ids[0].ID)
			}
		}},
		{name: "uidl-deleted-not-listed", deviations: []string{"uidl-shows-deleted"}, needs: uidl, run: func(d *driver) {
			s := d.login()
			n := s.needs(3)
			s.given().ok("DELE 2")
			checkUIDLNumbers(d, s.uidl(), n, 2)
		}},
	}
	return slices.Concat(rows, deletedMessage("uidl", "UIDL %d", uidl), noSuchMessage("uidl", "UIDL %d", uidl))
}

// uniqueIDs returns the unique-ids as they stand, good or bad.
func uniqueIDs(d *driver) []string {
	s := d.login()
	s.needs(1)
	var out []string
	for _, text := range s.multi("UIDL").texts() {
		_, id, _ := strings.Cut(text, " ")
		out = append(out, id)
	}
	return out
}

func checkUIDLNumbers(d *driver, ids []pop3.UniqueID, n, without int) {
	list := make([]pop3.ScanListing, len(ids))
	for i, u := range ids {
		list[i] = pop3.ScanListing{Number: u.Number}
	}
	checkNumbers(d, list, n, without)
}

func sameID(a, b pop3.UniqueID) bool { return a.ID == b.ID }

func shownIDs(ids []pop3.UniqueID) string {
	var out []string
	for _, u := range ids {
		out = append(out, u.String())
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// checkPersistent fails unless the unique-ids are the same in two sessions, the first of which end ends.
func checkPersistent(d *driver, end func(*session)) {
	s := d.login()
	s.needs(1)
	before := s.given().uidl()
	end(s)
	after := d.login().given().uidl()
	d.Check(d.Settled() || slices.Equal(after, before), "the unique-ids of the session before: "+shownIDs(before), "%s", shownIDs(after))
}

// rfc1939User are the rules of USER and PASS in section 7.
func rfc1939User() []serverCase {
	user, auth := []string{"USER"}, []string{"auth"}
	return []serverCase{
		{name: "user-argument-required", deviations: []string{"user-no-argument-ok"}, needs: user, labels: auth, run: func(d *driver) {
			d.open().refused("USER")
		}},
		{name: "user-authorization-only", deviations: []string{"user-after-login"}, needs: user, labels: auth, run: func(d *driver) {
			s := d.open()
			s.ok("USER %s", d.Target.User)
			s.given().refused("PASS not-the-password")
			if s.IsClosed() {
				s = d.open()
			}
			s.ok("USER %s", d.Target.User)
			s.given().ok("PASS %s", d.Target.Password)
			s.refused("USER %s", d.Target.User)
		}},
		{name: "user-ok-pass-served", deviations: []string{"user-pass-refused"}, needs: user, labels: auth, run: func(d *driver) {
			s := d.open()
			s.ok("USER %s", d.Target.User)
			s.ok("PASS %s", d.Target.Password)
			s = d.open()
			s.given().ok("USER %s", d.Target.User)
			s.ok("QUIT")
		}},
		{name: "user-unknown-ok-permitted", needs: user, labels: auth, run: func(d *driver) {
			if r := d.open().cmd("USER nobody-of-that-name"); r.Status == pop3.OK {
				d.Saw(`a name that no mailbox has gets "+OK"`)
			}
		}},
		{name: "user-plaintext-err-permitted", needs: nil, labels: auth, run: func(d *driver) {
			if r := d.open().cmd("USER %s", d.Target.User); r.Status == pop3.Err {
				d.Saw(`the name of a mailbox gets "-ERR": %s`, r.shown())
			}
		}},
		{name: "pass-argument-required", deviations: []string{"pass-no-argument-ok"}, needs: user, labels: auth, run: func(d *driver) {
			s := d.open()
			s.given().ok("USER %s", d.Target.User)
			s.refused("PASS")
		}},
		{name: "pass-after-user-only", deviations: []string{"pass-anytime", "stls-keeps-user"}, needs: user, labels: auth, run: func(d *driver) {
			s := d.open()
			s.given().ok("USER %s", d.Target.User)
			s.given().refused("STAT")
			s.refused("PASS %s", d.Target.Password)
			if s.tls() || !d.capa.Has(pop3.CapaSTLS) {
				return
			}
			s = d.open()
			s.given().ok("USER %s", d.Target.User)
			if r := s.given().cmd("STLS"); r.Status == pop3.OK {
				s.given().Handshake()
				s.refused("PASS %s", d.Target.Password)
			}
		}},
		{name: "pass-pair", deviations: []string{"pass-ignored", "pass-of-another", "pass-cut"}, needs: user, labels: auth, run: func(d *driver) {
			d.open().refused("PASS %s", d.Target.Password) // without any name
			t := d.Target
			wrong := []string{"not-the-password", t.Password[:len(t.Password)-1]}
			if len(t.Password) > 8 {
				wrong = append(wrong, t.Password[:8]+strings.Repeat("x", len(t.Password)-8))
			}
			if t.OtherUser != "" && t.OtherPassword != t.Password {
				wrong = append(wrong, t.OtherPassword)
			}
			// At the same time, because failures are delayed by many servers.
			var sessions []*session
			for _, password := range wrong {
				s := d.open()
				s.given().ok("USER %s", t.User)
				s.Send("PASS " + password + "\r\n")
				s.Patience(d.T.Scale(drive.AuthWait))
				sessions = append(sessions, s)
			}
			for _, s := range sessions {
				r := s.reply("PASS ***")
				d.Check(d.Settled() || r.Status == pop3.Err, `"-ERR" to PASS with a password that is not the user's`, "%s", r.shown())
				s.Close()
			}
			s := d.open()
			s.given().ok("USER %s", t.User)
			r := s.cmd("PASS %s", t.Password)
			d.Check(d.Settled() || r.Status == pop3.OK, `"+OK" to PASS with the right password`, "%s", r.shown())
		}},
		{name: "pass-locked-err", deviations: []string{"lock-shared"}, mutates: true, needs: user, labels: auth, run: func(d *driver) {
			if secondSession(d) == pop3.OK {
				d.Saw("lets a second session in, which cannot remove what the first one sees")
			}
		}},
		{name: "pass-spaces-permitted", needs: user, labels: auth, run: func(d *driver) {
			if !strings.Contains(d.Target.OtherPassword, " ") {
				d.Unclear("needs a second account, whose password has a space in it: name it with --other-user")
				return
			}
			s := d.open()
			s.given().ok("USER %s", d.Target.OtherUser)
			if r := s.cmd("PASS %s", d.Target.OtherPassword); r.Status == pop3.OK {
				d.Saw("spaces in the argument of PASS are part of the password")
			}
		}},
	}
}

// angles finds what a greeting has in angle brackets.
var angles = regexp.MustCompile(`<[^<>]*>`)

// rfc1939APOP are the rules of APOP in section 7.
func rfc1939APOP() []serverCase {
	apop, auth := []string{"APOP"}, []string{"auth"}
	return []serverCase{
		{name: "apop-timestamp", deviations: []string{"apop-no-timestamp"}, labels: auth, run: func(d *driver) {
			s := d.open()
			if d.Settled() || angles.MatchString(s.state.greeting.Text) {
				return
			}
			// Without a timestamp there is nothing to digest but the secret.
			if r := s.cmd("APOP %s %s", d.Target.User, pop3.APOPDigest("", d.Target.Password)); r.Status == pop3.OK {
				d.Fail("a timestamp in the greeting of a server that serves APOP", "%s, and then %s to APOP", wire.Quote(s.state.replies[0].line.Text), r.shown())
			}
			d.Absent("APOP (no timestamp in the greeting)")
		}},
		{name: "apop-timestamp-form", deviations: []string{"apop-timestamp-malformed"}, labels: auth, run: func(d *driver) {
			s := d.open()
			if d.Settled() || s.timestamp() != "" {
				return
			}
			for _, stamp := range angles.FindAllString(s.state.greeting.Text, -1) {
				r := d.open().cmd("APOP %s %s", d.Target.User, pop3.APOPDigest(stamp, d.Target.Password))
				// The timestamp of the connection may be another one; what it digests is of the same form.
				if r.Status == pop3.OK {
					d.Fail("a timestamp of the form <local-part@domain>", "%q, and APOP is served", stamp)
				}
			}
			s2 := d.open()
			if d.Settled() {
				return
			}
			if stamp := angles.FindString(s2.state.greeting.Text); stamp != "" {
				if r := s2.cmd("APOP %s %s", d.Target.User, pop3.APOPDigest(stamp, d.Target.Password)); r.Status == pop3.OK {
					d.Fail("a timestamp of the form <local-part@domain>", "%q, and APOP is served", stamp)
				}
			}
			d.Absent("APOP (no timestamp in the greeting)")
		}},
		{name: "apop-timestamp-different", deviations: []string{"apop-timestamp-repeats"}, needs: apop, labels: auth, run: func(d *driver) {
			seen := map[string]bool{}
			for range 5 {
				stamp := d.open().timestamp()
				d.Check(d.Settled() || !seen[stamp], "a timestamp that is different in each greeting", "%s again", stamp)
				seen[stamp] = true
			}
		}},
		{name: "apop-name", deviations: []string{"apop-name-differs"}, needs: apop, labels: auth, run: func(d *driver) {
			s := d.open()
			byPass := s.given().cmd("USER %s", d.Target.User).Status == pop3.OK && s.given().cmd("PASS %s", d.Target.Password).Status == pop3.OK
			if !byPass && !d.Settled() {
				d.Unclear("USER and PASS do not lead to the mailbox that APOP has to lead to")
			}
			want := s.given().list()
			s.given().quit()
			s = d.open()
			checkAPOP(s)
			got := s.given().list()
			d.Check(d.Settled() || slices.Equal(got, want), "the mailbox to which the name leads with USER: "+listed(want), "%s", listed(got))
		}},
		{name: "apop-arguments-required", deviations: []string{"apop-no-argument-ok"}, needs: apop, labels: auth, run: func(d *driver) {
			s := d.open()
			s.refused("APOP")
			if s.IsClosed() {
				s = d.open()
			}
			s.refused("APOP %s", d.Target.User)
		}},
		{name: "apop-authorization-only", deviations: []string{"apop-after-login"}, needs: apop, labels: auth, run: func(d *driver) {
			s := d.open()
			s.failAuthentication()
			if s.IsClosed() {
				s = d.open()
			}
			checkAPOP(s)
			s.refused("APOP %s %s", d.Target.User, pop3.APOPDigest(s.timestamp(), d.Target.Password))
		}},
		{name: "apop-ok", deviations: []string{"apop-refuses"}, needs: apop, labels: auth, run: func(d *driver) {
			s := d.open()
			checkAPOP(s)
			s.ok("STAT")
		}},
		{name: "apop-err", deviations: []string{"apop-digest-ignored", "apop-err-ok"}, needs: apop, labels: auth, run: func(d *driver) {
			s := d.open()
			s.refused("APOP %s %s", d.Target.User, pop3.APOPDigest(s.timestamp(), d.Target.Password+"x"))
			if s.IsClosed() { // which section 4 permits
				return
			}
			s.refused("STAT")
			s.ok("QUIT")
		}},
	}
}

// checkAPOP fails unless APOP with the right digest is accepted. The secret of a user's account may be another one than the password.
func checkAPOP(s *session) {
	d := s.d
	r := s.apop(d.Target.User, d.Target.Password)
	switch {
	case d.Settled() || r.Status == pop3.OK:
	case d.T.Env.Server.Disposable():
		d.Fail(`"+OK" to APOP with the right digest`, "%s", r.shown())
	default:
		d.Unclear("APOP does not take the password of the account as its secret: %s", r.shown())
	}
}
