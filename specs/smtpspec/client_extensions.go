package smtpspec

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"harness/protocols/smtp"
	"harness/protocols/wire"
	"harness/specs/trial"
)

// mailed is a message with parameters of MAIL, and rcpted one with parameters of RCPT.
func mailed(o smtp.MailOptions) Message {
	m := letter()
	m.Options = o
	return m
}

func rcpted(o smtp.RcptOptions) Message {
	m := letter()
	m.To[0].Options = o
	return m
}

// param is the parameter of MAIL or RCPT with that name, as it stands there.
func (r received) param(name string) string {
	p, ok := r.mail.Params.Get(name)
	if !ok && len(r.rcpts) > 0 {
		p, _ = r.rcpts[0].Params.Get(name)
	}
	return p.String()
}

// says makes a row in which the client gives a parameter, which has to be of a form.
func says(name, exts, parameter string, m Message, form string, deviations ...string) clientCase {
	re := regexp.MustCompile("^" + form + "$")
	return transmits(name, exts, m, func(d *try, r received) {
		if got := r.param(parameter); !re.MatchString(got) {
			d.Fail("the parameter "+parameter+" of the form "+form, "%s", wire.Quote([]byte(got)))
		}
	}, deviations...)
}

// shown makes a row that shows how the client gives a parameter.
func shown(name, exts, parameter string, m Message) clientCase {
	return whether(name, exts, "a message with "+parameter, m, func(r received) string { return r.param(parameter) })
}

// atMost makes a row in which a parameter may be left out, and must not break a rule where it stands.
func atMost(name, exts, parameter string, m Message, rule string, good func(value string) bool, deviations ...string) clientCase {
	return transmits(name, exts, m, func(d *try, r received) {
		if p := r.param(parameter); p != "" && !good(strings.TrimPrefix(p, parameter+"=")) {
			d.Fail(rule, "%s", wire.Quote([]byte(p)))
		}
	}, deviations...)
}

// both says that a command has two texts that exclude each other.
func both(first, second string) func(l trial.Said) string {
	return func(l trial.Said) string {
		if text := string(l.Text); strings.Contains(text, first) && strings.Contains(text, second) {
			return "no" + second + " beside" + first
		}
		return ""
	}
}

// repeated says that a command has a parameter twice.
func repeated(parameters ...string) func(l trial.Said) string {
	return func(l trial.Said) string {
		for _, p := range parameters {
			if strings.Count(string(l.Text), " "+p+"=") > 1 {
				return p + " once"
			}
		}
		return ""
	}
}

// graphic says that the xtext of a parameter is of printable ASCII.
func graphic(parameters ...string) func(l trial.Said) string {
	return func(l trial.Said) string {
		cmd, err := smtp.Rules{Lenient: true, UTF8: true}.ParseCommand(l.Line)
		if err != nil {
			return ""
		}
		for _, name := range parameters {
			p, _ := cmd.Params.Get(name)
			text, err := smtp.Rules{Lenient: true}.DecodeXtext(p.Value)
			if err != nil || strings.IndexFunc(text, func(c rune) bool { return c < ' ' || c > '~' }) >= 0 {
				return "printable ASCII in " + name
			}
		}
		return ""
	}
}

func dsnRows() []clientCase {
	const dsn = "DSN"
	long := strings.Repeat("x", 500-len("rfc822;@example.org"))
	twiceMail := mailed(smtp.MailOptions{Return: smtp.ReturnFull, EnvelopeID: "QQ314159", Other: smtp.Params{{Name: "RET", Value: "HDRS"}}})
	twiceRcpt := rcpted(smtp.RcptOptions{Notify: smtp.NotifyDelay, OriginalRecipient: "rfc822;" + bert, Other: smtp.Params{{Name: "NOTIFY", Value: "NEVER"}}})
	onceMail := mailed(smtp.MailOptions{Return: smtp.ReturnFull, EnvelopeID: "QQ314159"})
	onceRcpt := rcpted(smtp.RcptOptions{Notify: smtp.NotifyDelay, OriginalRecipient: "rfc822;" + bert})
	return []clientCase{
		says("dsn-notify-value", dsn, "NOTIFY", rcpted(smtp.RcptOptions{Notify: smtp.NotifyFailure}), "NOTIFY=FAILURE", "values-omitted"),
		shown("dsn-notify-several", dsn, "NOTIFY", rcpted(smtp.RcptOptions{Notify: smtp.NotifySuccess | smtp.NotifyFailure})),
		says("dsn-never", dsn, "NOTIFY", rcpted(smtp.RcptOptions{Notify: smtp.NotifyNever}), "NOTIFY=NEVER", "notify-joined").of("dsn-notify-never"),
		keeps("dsn-notify-never", dsn, func(l trial.Said) string {
			if strings.Contains(string(l.Text), "NEVER,") || strings.Contains(string(l.Text), ",NEVER") {
				return "NEVER alone"
			}
			return ""
		}, []Message{rcpted(smtp.RcptOptions{Notify: smtp.NotifyNever | smtp.NotifySuccess})}, "notify-joined"),
		says("dsn-orcpt-value", dsn, "ORCPT", onceRcpt, "ORCPT=.+", "values-omitted"),
		says("dsn-orcpt-type", dsn, "ORCPT", rcpted(smtp.RcptOptions{OriginalRecipient: "rfc822;a+b@example.org"}), `ORCPT=rfc822;a\+2Bb@example\.org`, "orcpt-untyped", "xtext-raw"),
		shown("dsn-orcpt-500", dsn, "ORCPT", rcpted(smtp.RcptOptions{OriginalRecipient: "rfc822;" + long + "@example.org"})),
		atMost("dsn-orcpt-same", dsn, "ORCPT", rcpted(smtp.RcptOptions{Notify: smtp.NotifyFailure}), "the address of RCPT TO", func(value string) bool {
			return value == "rfc822;"+bert
		}, "orcpt-own"),
		keeps("dsn-orcpt-printable", dsn, graphic("ORCPT"), []Message{rcpted(smtp.RcptOptions{OriginalRecipient: "rfc822;a\x01b@example.org"}), rcpted(smtp.RcptOptions{OriginalRecipient: "rfc822;\u00e9@example.org"})}, "xtext-unchecked"),
		says("dsn-ret-value", dsn, "RET", mailed(smtp.MailOptions{Return: smtp.ReturnHeaders}), "RET=HDRS", "values-omitted"),
		says("dsn-ret-full", dsn, "RET", mailed(smtp.MailOptions{Return: smtp.ReturnFull}), "RET=FULL", "values-omitted").of("dsn-ret-value"),
		says("dsn-envid-value", dsn, "ENVID", mailed(smtp.MailOptions{EnvelopeID: "QQ314159"}), "ENVID=QQ314159", "values-omitted"),
		shown("dsn-envid-100", dsn, "ENVID", mailed(smtp.MailOptions{EnvelopeID: strings.Repeat("x", 100)})),
		keeps("dsn-envid-printable", dsn, graphic("ENVID"), []Message{mailed(smtp.MailOptions{EnvelopeID: "a\x01b"}), mailed(smtp.MailOptions{EnvelopeID: "\u00e9"})}, "xtext-unchecked"),
		keeps("dsn-mail-once", dsn, repeated("RET", "ENVID"), []Message{onceMail, twiceMail}, "parameters-twice"),
		keeps("dsn-rcpt-once", dsn, repeated("NOTIFY", "ORCPT"), []Message{onceRcpt, twiceRcpt}, "parameters-twice"),
		atMost("dsn-envid-38", dsn, "ENVID", mailed(smtp.MailOptions{Return: smtp.ReturnFull}), "38 characters at most", func(value string) bool { return len(value) <= 38 }, "envid-long"),
		shown("xtext-parentheses", dsn, "ENVID", mailed(smtp.MailOptions{EnvelopeID: "a(b)c"})),
		shown("xtext-literal", dsn, "ENVID", mailed(smtp.MailOptions{EnvelopeID: "a!b"})),
		shown("xtext-hexadecimal", dsn, "ENVID", mailed(smtp.MailOptions{EnvelopeID: "a~b"})),
	}
}

func timeRows() []clientCase {
	// The server holds messages for an hour, and until 2030.
	const release = "FUTURERELEASE 3600 2030-01-01T00:00:00Z"
	berlin := time.FixedZone("", 2*60*60)
	by := &smtp.By{In: 30 * time.Minute}
	held := func(d time.Duration) Message { return mailed(smtp.MailOptions{HoldFor: d}) }
	until := func(t time.Time) Message { return mailed(smtp.MailOptions{HoldUntil: t}) }
	soon := time.Date(2029, 6, 1, 12, 0, 0, 0, berlin)
	priority := func(n int) Message { return mailed(smtp.MailOptions{Priority: &n}) }
	rows := []clientCase{
		says("deliverby-value", "DELIVERBY", "BY", mailed(smtp.MailOptions{By: &smtp.By{In: 2 * time.Minute}}), "BY=120;R", "values-omitted"),
		says("deliverby-trace", "DELIVERBY", "BY", mailed(smtp.MailOptions{By: &smtp.By{In: -time.Minute, Notify: true, Trace: true}}), "BY=-60;NT", "values-omitted").of("deliverby-value"),
		says("futurerelease-form", release, "HOLDFOR", held(time.Minute), "HOLDFOR=60", "values-omitted"),
		says("futurerelease-until", release, "HOLDUNTIL", until(soon), "HOLDUNTIL=2029-06-01T10:00:00Z", "values-omitted", "hold-local").of("futurerelease-form"),
		keeps("futurerelease-if-listed", "8BITMIME", unlike("where FUTURERELEASE is not listed", " HOLDFOR=", " HOLDUNTIL="), []Message{held(time.Minute), until(soon)}, "parameters-unchecked"),
		keeps("futurerelease-one", release, both(" HOLDFOR=", " HOLDUNTIL="), []Message{mailed(smtp.MailOptions{HoldFor: time.Minute, HoldUntil: soon})}, "hold-both"),
		keeps("futurerelease-for-limit", release, unlike("as the server holds for an hour", " HOLDFOR="), []Message{held(2 * time.Hour)}, "hold-limits-ignored"),
		keeps("futurerelease-until-limit", release, unlike("as the server holds until 2030", " HOLDUNTIL="), []Message{until(soon.AddDate(2, 0, 0))}, "hold-limits-ignored"),
		keeps("futurerelease-before-by", release+"\nDELIVERBY", both(" HOLDFOR=", " BY="), []Message{mailed(smtp.MailOptions{HoldFor: time.Hour, By: by})}, "by-before-release"),
		keeps("futurerelease-until-before-by", release+"\nDELIVERBY", both(" HOLDUNTIL=", " BY="), []Message{mailed(smtp.MailOptions{HoldUntil: soon, By: by})}, "by-before-release").of("futurerelease-before-by"),
		keeps("priority-range", "MT-PRIORITY", func(l trial.Said) string {
			if strings.Contains(string(l.Text), " MT-PRIORITY=") {
				return "a priority from -9 to 9, or none"
			}
			return ""
		}, []Message{priority(10), priority(-10)}, "priority-unchecked").of("priority-parameter"),
	}
	for _, n := range []int{-9, 0, 9} {
		name := "priority-parameter"
		if n != 0 {
			name += fmt.Sprint("-", max(n, -n), map[bool]string{true: "-below"}[n < 0])
		}
		rows = append(rows, says(name, "MT-PRIORITY", "MT-PRIORITY", priority(n), fmt.Sprint("MT-PRIORITY=", n), "values-omitted").of("priority-parameter"))
	}
	return rows
}

// Names that need SMTPUTF8.
const (
	juergen  = "j\u00fcrgen@b\u00fccher.example"
	utf8Exts = "8BITMIME\nSMTPUTF8"
	utf8Head = "From: J\u00fcrgen <ada@example.com>\r\nSubject: a test\r\n\r\nSome text.\r\n"
)

// hasUTF8 judges whether MAIL has SMTPUTF8.
func hasUTF8(want bool) func(d *try, r received) {
	return func(d *try, r received) {
		if _, ok := r.mail.Params.Get("SMTPUTF8"); ok != want {
			d.Fail(fmt.Sprintf("SMTPUTF8 in MAIL: %v", want), "%s", r.mail)
		}
	}
}

func utf8Rows() []clientCase {
	wide := []Message{letter(juergen), {From: juergen, To: letter().To, Content: []byte(sample)}, letter("b\u00e9rt@example.org"), letter("bert@b\u00fccher.example")}
	fromWide := Message{From: juergen, To: letter(bert, cleo).To, Content: []byte(sample)}
	header8 := func(r received) string {
		if noted(r.content).Header8Bit {
			return "no header with octets above 127"
		}
		return ""
	}
	explicit := letter(juergen)
	explicit.Options.UTF8 = true
	paths := func(r received) string { return fmt.Sprint(r.mail, " ", r.rcpts) }
	asks := func(name, exts string, judge func(d *try, l trial.Said), deviations ...string) clientCase {
		return clientCase{name: name, exts: exts, deviations: deviations, run: func(d *try) {
			s := d.open()
			s.Do("VRFY", vrfy)
			s.Do("EXPN", expn)
			s.quit()
			for _, l := range append(d.Sent("VRFY"), d.Sent("EXPN")...) {
				judge(d, l)
			}
		}}
	}
	return []clientCase{
		transmits("smtputf8-parameters-ignored", "8BITMIME\nSMTPUTF8 STRICT X=1", explicit, hasUTF8(true), "keyword-parameters-refused"),
		shown("smtputf8-mail", utf8Exts, "SMTPUTF8", letter(juergen)),
		whether("smtputf8-paths", utf8Exts, "mailboxes in UTF-8", letter(juergen), paths),
		whether("smtputf8-header", utf8Exts, "a header in UTF-8", containing(utf8Head), paths),
		whether("smtputf8-labels", utf8Exts, "domains in UTF-8", letter("bert@b\u00fccher.example"), paths),
		whether("smtputf8-with-body", utf8Exts, "8-bit content to a mailbox in UTF-8", Message{From: ada, To: letter(juergen).To, Content: []byte(eightBitText)}, paths),
		asks("smtputf8-vrfy", utf8Exts, func(d *try, l trial.Said) { d.Saw("the client sends %s", l.Shown()) }),
		asks("smtputf8-vrfy-if-listed", "8BITMIME\nEXPN", func(d *try, l trial.Said) {
			d.Check(!strings.Contains(strings.ToUpper(string(l.Text)), "SMTPUTF8"), l.Verb()+" without SMTPUTF8", "%s", l.Shown())
		}, "vrfy-utf8-anyway"),
		atMost("smtputf8-no-value", utf8Exts, "SMTPUTF8", letter(juergen), "SMTPUTF8 without a value", func(value string) bool { return value == "SMTPUTF8" }, "smtputf8-value"),
		keeps("smtputf8-only-offered", "8BITMIME", ascii, wide, "utf8-anyway"),
		withholds("smtputf8-header-only-offered", "8BITMIME", contents(utf8Head), header8, "utf8-anyway").of("smtputf8-only-offered"),
		withholds("smtputf8-message-only-offered", "8BITMIME", contents(utf8Head), header8, "utf8-anyway"),
		keeps("smtputf8-atext", utf8Exts, strict(), letters("j\u00fcrgen smith@example.org", "j\u00fcrgen,x@example.org", "j\u00fcr\x01gen@example.org", "j\u00fcr(gen)@example.org", "j\u00fcrgen@b\u00fccher_x.example"), "mailboxes-unchecked"),
		transmits("smtputf8-declared", utf8Exts, letter(juergen), hasUTF8(true), "smtputf8-undeclared"),
		transmits("smtputf8-sender-declared", utf8Exts, wide[1], hasUTF8(true), "smtputf8-undeclared").of("smtputf8-declared"),
		transmits("smtputf8-header-declared", utf8Exts, containing(utf8Head), hasUTF8(true), "smtputf8-undeclared").of("smtputf8-declared"),
		transmits("smtputf8-not-declared", utf8Exts, letter(), hasUTF8(false), "smtputf8-always"),
		reaches("smtputf8-u-labels", utf8Exts, []string{juergen}, []string{"<" + juergen + ">"}, "a-labels-always"),
		{
			name: "smtputf8-ehlo-ascii", deviations: []string{"ehlo-utf8"}, options: func(o *ClientOptions) { o.Name = "b\u00fccher.example" },
			run: func(d *try) {
				s := d.open()
				s.Attempt("EHLO", ehlo)
				s.Quietly(quit)
				d.each(ascii)
			},
		},
		results("smtputf8-251-client", utf8Exts, fromWide, map[string]string{"bert": "251 will forward to <" + juergen + ">", "cleo": "551 try <" + juergen + ">"}, []result{taken, {551, false}}, "text-ascii"),
		{
			name: "smtputf8-vrfy-client", exts: utf8Exts, deviations: []string{"text-ascii"},
			answer: answers(map[string]string{"VRFY": "250 J\u00fcrgen <" + juergen + ">", "EXPN": "250-<" + bert + ">\n250 J\u00fcrgen <" + juergen + ">"}),
			run: func(d *try) {
				s := d.open()
				r := trial.Value(&s.Subject, "VRFY", func(ctx context.Context, c ClientSession) (*smtp.Reply, error) { return c.Vrfy(ctx, juergen) })
				users := trial.Value(&s.Subject, "EXPN", func(ctx context.Context, c ClientSession) ([]smtp.User, error) { return c.Expn(ctx, "staff") })
				if d.Settled() {
					return
				}
				d.Check(strings.Contains(r.Text(), juergen), "the reply with the mailbox", "%v", r.Text())
				d.Same("the members", users, []smtp.User{{Mailbox: smtp.Mailbox{Local: "bert", Domain: "example.org"}}, {Name: "J\u00fcrgen", Mailbox: smtp.Mailbox{Local: "j\u00fcrgen", Domain: "b\u00fccher.example"}}})
				s.quit()
			},
		},
		transmits("ehlo-keyword-any-case", "dsn\n8BitMIME", mailed(smtp.MailOptions{Return: smtp.ReturnFull}), func(d *try, r received) {
			d.Same("the parameter", r.param("RET"), "RET=FULL")
		}, "keywords-exact"),
	}
}
