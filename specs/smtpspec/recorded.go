package smtpspec

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"harness/internal/play"
	"harness/protocols/smtp"
	"harness/protocols/wire"
	"harness/specs"
	"harness/specs/trial"
	"harness/transcript"
)

// recordedCases serve the recorded sessions that are built in to a client.
func recordedCases() []specs.Case { return trial.AllRecorded("smtp", serveRecorded) }

// recordedCase is the case of one session.
func recordedCase(fsys fs.FS, name string) specs.Case {
	return trial.Recorded("smtp", fsys, name, serveRecorded)
}

// serveRecorded serves a session to a client, has the client do what the session's client did, and compares what the client makes of the
// answers with what stands there.
//
// A redacted password is that of a header field "note: password: TEXT", or the usual one. Each command is served with its answer behind it, however
// the recorded client sent ahead. What a client cannot be told to say is left out: commands that are unknown, or not in the interface of clients, arguments
// that are none, and what may not be sent any more, or not yet.
func serveRecorded(ctx context.Context, t *specs.T, s *transcript.Session) specs.Judgement {
	client, ok := t.Env.Client.(Client)
	if !ok {
		return specs.Unclear("the client under test is none for SMTP: a %T", t.Env.Client)
	}
	r, err := newRecording(s)
	if err != nil {
		return specs.Unclear("%v", err)
	}
	for _, what := range r.leftOut {
		t.Note("left out: %s", what)
	}
	j, _ := r.run(ctx, t, client)
	return j
}

// exchange is a command and its answer.
type exchange struct {
	*trial.Exchange
	cmd smtp.Command
	// replies are the final ones: one, or in LMTP one for each recipient behind the content.
	replies []*smtp.Reply
	// behind is the EHLO that a client sends by itself once it has TLS.
	behind *exchange
}

// recording is a session as it is served.
type recording struct {
	*trial.Recording
	lmtp      bool
	exchanges []*exchange
	creds     Credentials
	leftOut   []string
}

// forgiving are the rules by which a session is read.
func forgiving(lmtp bool) smtp.Rules {
	return smtp.Rules{Lenient: true, UTF8: true, LMTP: lmtp, Enhanced: smtp.EnhancedMaybe}
}

// counter follows the answers of a session: how many replies there are.
type counter struct {
	rules    smtp.Rules
	accepted int                     // recipients of the transaction
	due      map[*trial.Exchange]int // replies to content that are still to come, once one has begun
}

// answered says what follows a line of a reply.
func (a *counter) answered(x *trial.Exchange, line wire.Line) trial.Follow {
	reply, more := parseLine(a.rules, line)
	if more {
		return trial.ServerLine
	}
	if reply == nil {
		return trial.Nothing
	}
	cmd, _ := a.rules.ParseCommand(x.Line)
	_, last, _ := cmd.Chunk()
	switch {
	case reply.Code == smtp.CodeChallenge:
		return trial.ClientLine
	case reply.Code == smtp.CodeStartInput:
		a.due[x] = max(a.accepted, 1)
		return trial.ClientBlock
	case cmd.Verb == "BDAT" && last && a.due[x] == 0:
		a.due[x] = max(a.accepted, 1)
	case cmd.Verb == "RCPT" && reply.Positive():
		a.accepted++
	}
	if slices.Contains([]string{"EHLO", "HELO", "LHLO", "MAIL", "RSET"}, cmd.Verb) || a.due[x] > 0 {
		a.accepted = 0
	}
	if a.due[x]--; a.due[x] > 0 && a.rules.LMTP {
		return trial.ServerLine
	}
	return trial.Nothing
}

// parseLine parses a line of a reply by itself; more says that it is not the last one.
func parseLine(rules smtp.Rules, line wire.Line) (reply *smtp.Reply, more bool) {
	text := string(line.Text)
	if len(text) > 3 && text[3] == '-' {
		return nil, true
	}
	reply, err := rules.NewReplyParser().Add(line)
	if err != nil {
		return nil, false
	}
	return reply, false
}

// commanded says what follows a command.
func commanded(line wire.Line) trial.Follow {
	if cmd, err := forgiving(false).ParseCommand(line); err == nil && cmd.Verb == "BDAT" {
		n, _, _ := cmd.Chunk()
		return trial.Follow(n)
	}
	return trial.Nothing
}

// unasked says as the answer to which command a server says that it leaves.
func unasked(line wire.Line) string {
	if strings.HasPrefix(string(line.Text), "421") {
		return "NOOP"
	}
	return ""
}

// newRecording takes a session apart.
func newRecording(s *transcript.Session) (*recording, error) {
	r := &recording{lmtp: speaksLMTP(s), creds: alice()}
	a := counter{rules: forgiving(r.lmtp), due: map[*trial.Exchange]int{}}
	var err error
	if r.Recording, err = (trial.Grammar{Protocol: smtp.Dialect().Name(), Commanded: commanded, Answered: a.answered, Unasked: unasked}).TakeApart(s); err != nil {
		return nil, err
	}
	if r.Password != "" {
		r.creds.Password = r.Password
	}
	for _, t := range r.Exchanges {
		x := &exchange{Exchange: t}
		x.cmd, _ = a.rules.ParseCommand(t.Line)
		for parser, lines := a.rules.NewReplyParser(), t.Answer; len(lines) > 0; lines = lines[1:] {
			reply, err := parser.Add(lines[0])
			if err != nil {
				x.replies = nil
				break
			}
			if reply != nil && reply.Class() != 3 {
				x.replies = append(x.replies, reply)
			}
		}
		r.exchanges = append(r.exchanges, x)
	}
	r.prune()
	return r, nil
}

// speaksLMTP reports whether the client of a session opens it by LHLO.
func speaksLMTP(s *transcript.Session) bool {
	for it := range s.All() {
		if say, ok := it.(*transcript.Say); ok && say.Blob() == nil {
			if verb, _, _ := strings.Cut(string(say.Sample()), " "); strings.EqualFold(verb, "LHLO") {
				return true
			}
		}
	}
	return false
}

// outcome is the reply that decides what becomes of a command: behind content in LMTP the first one that is positive. It is nil if there is none.
func (x *exchange) outcome() *smtp.Reply {
	if x.Ended || len(x.replies) == 0 {
		return nil
	}
	for _, reply := range x.replies {
		if reply.Positive() {
			return reply
		}
	}
	return x.replies[0]
}

// positive reports whether a command was carried out.
func (x *exchange) positive() bool { return x.outcome() != nil && x.outcome().Positive() }

// standing is where a session stands.
type standing struct {
	opened, secure, known, sender, chunks, dirty, binary bool
	accepted                                             int
	exts                                                 *smtp.Extensions
}

// prune leaves out what a client cannot be told to say.
func (r *recording) prune() {
	at := standing{secure: r.Implicit, exts: &smtp.Extensions{}}
	kept := r.exchanges[:1]
	var secured *exchange // the STARTTLS behind which there is no EHLO yet
	for _, x := range r.exchanges[1:] {
		if secured != nil && (x.cmd.Verb == "EHLO" || x.cmd.Verb == "LHLO") {
			secured.behind, secured = x, nil
			at.proceed(x)
			continue
		}
		if why := r.unsayable(x, at); why != "" {
			r.leftOut = append(r.leftOut, x.cmd.String()+", "+why)
			continue
		}
		at.proceed(x)
		if x.cmd.Verb == "STARTTLS" && x.positive() {
			secured = x
		}
		kept = append(kept, x)
	}
	r.exchanges = kept
}

// unsayable is why a client cannot be told to say a command; "" if it can.
func (r *recording) unsayable(x *exchange, at standing) string {
	verb := x.cmd.Verb
	_, malformed := forgiving(r.lmtp).ParseCommand(x.Line)
	if verb == "AUTH" && len(x.cmd.Args) > 0 {
		malformed = nil // what is redacted is no Base64
	}
	hello := verb == "EHLO" || verb == "HELO" || verb == "LHLO"
	opts, _ := forgiving(r.lmtp).MailOptions(x.cmd.Params)
	limit, limited := at.exts.Size()
	switch spec, ok := smtp.Lookup(verb, r.lmtp); {
	case !ok || spec.Obsolete || hello && r.lmtp != (verb == "LHLO"):
		return "which clients are not told to say"
	case malformed != nil || verb == "MAIL" && r.unknownParam(x.cmd.Params) || verb == "AUTH" && len(x.replies) == 1 && x.replies[0].Code == smtp.CodeSyntax:
		return "with arguments that are none, or cancelled"
	case !hello && !at.opened:
		return "before the session is open"
	case verb == "MAIL" && at.sender, verb == "AUTH" && (at.known || at.sender), verb == "STARTTLS" && (at.secure || at.sender):
		return "too late"
	case verb == "RCPT" && (!at.sender || at.chunks), verb == "DATA" && (at.accepted == 0 || at.chunks || at.binary), verb == "BDAT" && (at.accepted == 0 || at.dirty):
		return "which is not its time"
	case verb == "MAIL" && limited && limit > 0 && opts.Size > limit:
		return "larger than the server takes"
	case spec.Extension != "" && !at.exts.Has(spec.Extension) && verb != "EXPN" && verb != "HELP":
		return "which is not offered"
	case verb == "AUTH" && !slices.ContainsFunc(at.exts.Auth(), func(m string) bool { return strings.EqualFold(m, x.cmd.Args[0]) }):
		return "by a mechanism that is not offered"
	}
	return ""
}

// unknownParam reports whether there is a parameter that clients do not know.
func (r *recording) unknownParam(ps smtp.Params) bool {
	return slices.ContainsFunc(ps, func(p smtp.Param) bool {
		_, ok := smtp.LookupParam("MAIL", p.Name)
		return !ok
	})
}

// proceed takes note of an exchange.
func (at *standing) proceed(x *exchange) {
	ok := x.positive()
	switch x.cmd.Verb {
	case "EHLO", "LHLO", "HELO":
		if !ok {
			return
		}
		at.opened = true
		at.end()
		at.exts = &smtp.Extensions{}
		if exts, err := forgiving(false).ParseExtensions(x.outcome()); err == nil && x.cmd.Verb != "HELO" {
			at.exts = exts
		}
	case "STARTTLS":
		if ok {
			*at = standing{secure: true, exts: &smtp.Extensions{}}
		}
	case "AUTH":
		at.known = at.known || ok
	case "MAIL":
		at.sender = at.sender || ok
		opts, _ := forgiving(false).MailOptions(x.cmd.Params)
		at.binary = opts.Body == smtp.BodyBinaryMIME
	case "RCPT":
		if ok {
			at.accepted++
		}
	case "RSET":
		at.end()
	case "DATA":
		at.end()
	case "BDAT":
		_, last, _ := x.cmd.Chunk()
		at.chunks, at.dirty = true, at.dirty || !ok
		if last && ok {
			at.end()
		}
	}
}

// end ends the transaction.
func (at *standing) end() {
	at.sender, at.chunks, at.dirty, at.binary, at.accepted = false, false, false, false, 0
}

// served is the session as it is served.
func (r *recording) served() *transcript.Session {
	var list []*trial.Exchange
	for _, x := range r.exchanges {
		list = append(list, x.Exchange)
		if x.behind != nil {
			list = append(list, x.behind.Exchange)
		}
	}
	return r.Served(list...)
}

// run serves the session once. The mismatch is the first place where the client did not do what the session says.
func (r *recording) run(ctx context.Context, t *specs.T, client Client) (specs.Judgement, *play.Mismatch) {
	d := newTry(ctx, t, client, clientCase{options: func(o *ClientOptions) {
		o.LMTP = r.lmtp
		if r.Implicit {
			o.Security = Implicit
		}
	}})
	return d.Replay(r.served(), &r.creds, func() { r.drive(d) })
}

// drive has the client do what the recorded one did.
func (r *recording) drive(d *try) {
	s, err := d.dial()
	if !r.judge(d, r.exchanges[0], "the greeting", err) || err != nil {
		return
	}
	for _, x := range r.exchanges[1:] {
		if d.Settled() {
			return
		}
		r.call(s, x)
	}
}

// judge compares success or failure with the reply, and says whether there is more to compare.
func (r *recording) judge(d *try, x *exchange, what string, err error) bool {
	outcome := x.outcome()
	if x.behind != nil && outcome != nil {
		outcome = x.behind.outcome()
	}
	switch {
	case d.Settled() || err == trial.ErrSettled:
		return false
	case errors.Is(err, errors.ErrUnsupported):
		d.Settle(specs.Absent(what + ", which the client cannot do"))
		return false
	case outcome == nil:
		d.Check(err != nil, "an error of "+what+", which was not answered as a whole", "the client takes it for success")
		return false
	case outcome.Negative():
		switch {
		case err == nil:
			d.Fail("a refusal of "+what, "the client takes it for success")
		case replyOf(err).Code != outcome.Code:
			d.Fail("the refusal of "+what+": "+outcome.Error(), "the client says: %v", err)
		}
		return false
	case err != nil:
		d.Fail(fmt.Sprintf("success of %s: %d", what, outcome.Code), "the client says: %v", err)
		return false
	}
	return true
}

// call has the client say one command and compares what it makes of the answer.
func (r *recording) call(s *subject, x *exchange) {
	var got any
	err := s.Try(func(ctx context.Context, c ClientSession) (err error) {
		got, err = r.say(ctx, c, x)
		return err
	})
	what := x.cmd.String()
	if !r.judge(s.d, x, what, err) {
		return
	}
	if want, g := r.told(x), flat(got); got != nil && g != want {
		s.d.Fail("of the answer to "+what+": "+want, "%s", g)
	}
}

// unwanted is content for a server that does not want any.
const unwanted = "Subject: not wanted\r\n\r\n"

// say has the client do what stands behind a command. What it returns, if it is not nil, is to be compared.
func (r *recording) say(ctx context.Context, c ClientSession, x *exchange) (any, error) {
	rules := forgiving(r.lmtp)
	mailbox := ""
	if !x.cmd.Path.IsNull() {
		mailbox = x.cmd.Path.Mailbox.String()
	}
	first := ""
	if len(x.cmd.Args) > 0 {
		first = x.cmd.Args[0]
	}
	switch x.cmd.Verb {
	case "EHLO", "LHLO":
		return some(c.Ehlo(ctx))
	case "HELO":
		return nil, c.Helo(ctx)
	case "STARTTLS":
		return nil, c.STARTTLS(ctx)
	case "AUTH":
		return nil, c.Auth(ctx, strings.ToUpper(first), r.creds)
	case "MAIL":
		opts, err := rules.MailOptions(x.cmd.Params)
		if err != nil {
			return nil, err
		}
		return nil, c.Mail(ctx, mailbox, opts)
	case "RCPT":
		opts, err := rules.RcptOptions(x.cmd.Params)
		if err != nil {
			return nil, err
		}
		return some(c.Rcpt(ctx, mailbox, opts))
	case "DATA":
		content := trial.Unstuffed(x.Given)
		if len(x.Given) == 0 {
			content = []byte(unwanted)
		}
		return nil, c.Data(ctx, content)
	case "BDAT":
		_, last, err := x.cmd.Chunk()
		if err != nil {
			return nil, err
		}
		return nil, c.Bdat(ctx, x.Given, last)
	case "RSET":
		return nil, c.Rset(ctx)
	case "NOOP":
		return nil, c.Noop(ctx)
	case "HELP":
		return some(c.Help(ctx, first))
	case "VRFY":
		return some(c.Vrfy(ctx, unquoted(first)))
	case "EXPN":
		return some(c.Expn(ctx, unquoted(first)))
	case "QUIT":
		return nil, c.Quit(ctx)
	}
	return nil, fmt.Errorf("%s: %w", x.cmd.Verb, errors.ErrUnsupported)
}

func some[T any](v T, err error) (any, error) { return v, err }

// unquoted is the argument of VRFY or EXPN as a client is told it: without the parameter, and the quotes that the client puts around what is no mailbox.
func unquoted(arg string) string {
	arg = strings.TrimSuffix(arg, " SMTPUTF8")
	if len(arg) > 1 && arg[0] == '"' && arg[len(arg)-1] == '"' {
		return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(arg[1 : len(arg)-1])
	}
	return arg
}

// told is what the answer says, parsed forgivingly, as flat has it.
func (r *recording) told(x *exchange) string {
	reply := x.outcome()
	switch x.cmd.Verb {
	case "EHLO", "LHLO":
		if exts, err := forgiving(r.lmtp).ParseExtensions(reply); err == nil {
			return flat(exts)
		}
	case "EXPN":
		if users, err := forgiving(r.lmtp).ParseUsers(reply); err == nil {
			return flat(users)
		}
	case "HELP":
		return flat(reply.Lines)
	}
	return flat(reply)
}

// flat prints what a client made of an answer for a comparison. Enhanced status codes of lines behind the first one may be there or not.
func flat(v any) string {
	switch v := v.(type) {
	case *smtp.Extensions:
		out := v.Domain
		for _, e := range v.List {
			out += "; " + e.String()
		}
		return out
	case *smtp.Reply:
		return fmt.Sprintf("%d %s %s", v.Code, v.Enhanced, flat(v.Lines))
	case []string:
		out := make([]string, len(v))
		for i, l := range v {
			word, rest, _ := strings.Cut(l, " ")
			if _, ok := smtp.ParseEnhancedCode(word); ok {
				l = rest
			}
			out[i] = l
		}
		return strings.Join(out, "; ")
	}
	return fmt.Sprintf("%+v", v)
}
