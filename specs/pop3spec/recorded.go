package pop3spec

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"harness/internal/auth"
	"harness/internal/play"
	"harness/protocols/dialect"
	"harness/protocols/pop3"
	"harness/protocols/wire"
	"harness/specs"
	"harness/specs/trial"
	"harness/transcript"
)

// recordedCases serve the recorded sessions that are built in to a client.
func recordedCases() []specs.Case { return trial.AllRecorded("pop3", serveRecorded) }

// recordedCase is the case of one session.
func recordedCase(fsys fs.FS, name string) specs.Case {
	return trial.Recorded("pop3", fsys, name, serveRecorded)
}

// serveRecorded serves a session to a client, has the client do what the session's client did, and compares what the client makes of the
// answers with what stands there.
//
// The user name is the session's. A redacted password is that of a header field "note: password: TEXT", or the usual one. Each command is served
// with its answer behind it, however the recorded client sent ahead, so that a client may pipeline or not; the initial response of AUTH
// may come with the command or after it. What a client cannot be told to say is left out: unknown commands, arguments that are none,
// commands out of state and for messages that are marked as deleted.
func serveRecorded(ctx context.Context, t *specs.T, s *transcript.Session) specs.Judgement {
	client, ok := t.Env.Client.(Client)
	if !ok {
		return specs.Unclear("the client under test is none for POP3: a %T", t.Env.Client)
	}
	r, err := newRecording(s)
	if err != nil {
		return specs.Unclear("%v", err)
	}
	for _, what := range r.leftOut {
		t.Note("left out: %s", what)
	}
	first, at := r.run(ctx, t, client)
	// RFC 5034 section 4 leaves it to the client whether the initial response comes with AUTH: it is served as this one has it.
	for at != nil && r.turn(at.Pos) {
		t.Note("served again, with the initial response of AUTH at the other place")
		var again specs.Judgement
		if again, at = r.run(ctx, t, client); again.Kind == specs.Satisfied {
			return again
		}
	}
	return first
}

// exchange is a command and its answer.
type exchange struct {
	*trial.Exchange
	cmd pop3.Command

	// Of AUTH: the mechanism, and whether the initial response came with the command.
	mech    string
	initial bool
	turned  bool // the initial response is not where it was recorded
}

// recording is a session as it is served.
type recording struct {
	*trial.Recording
	exchanges []*exchange
	creds     Credentials
	anybody   bool // several users: the server takes any credentials
	leftOut   []string
}

// forgiving are the rules by which a session is read.
var forgiving = pop3.Rules{Lenient: true, UTF8: true}

// newRecording takes a session apart.
func newRecording(s *transcript.Session) (*recording, error) {
	taken, err := trial.Grammar{Protocol: pop3.Dialect().Name(), Answered: func(x *trial.Exchange, line wire.Line) trial.Follow {
		reply, err := forgiving.ParseReply(line)
		cmd, _ := forgiving.ParseCommand(x.Line)
		switch {
		case reply.Status == pop3.Continue && cmd.Verb == "AUTH" && len(cmd.Args) > 0:
			return trial.ClientLine
		case err == nil && reply.Status == pop3.OK && cmd.Multiline():
			return trial.ServerBlock
		}
		return trial.Nothing
	}}.TakeApart(s)
	if err != nil {
		return nil, err
	}
	r := &recording{Recording: taken, creds: Credentials{User: firstUser, Password: firstPassword}, anybody: len(taken.Users) > 1}
	if taken.Password != "" {
		r.creds.Password = taken.Password
	}
	if len(taken.Users) == 1 {
		r.creds.User = taken.Users[0]
	}
	r.creds.Token = r.creds.Password
	for _, t := range taken.Exchanges {
		x := &exchange{Exchange: t}
		x.cmd, _ = forgiving.ParseCommand(t.Line)
		if x.cmd.Verb == "AUTH" && len(x.cmd.Args) > 0 {
			x.mech, x.initial = strings.ToUpper(x.cmd.Args[0]), len(x.cmd.Args) > 1
		}
		r.exchanges = append(r.exchanges, x)
	}
	r.prune()
	return r, nil
}

// reply is the status line, parsed forgivingly.
func (x *exchange) reply() *pop3.Reply {
	reply, err := forgiving.ParseReply(x.Status)
	if err != nil {
		return &pop3.Reply{}
	}
	return reply
}

// prune leaves out what a client cannot be told to say.
func (r *recording) prune() {
	state := pop3.Authorization
	secure := r.Implicit
	deleted := map[int]bool{}
	greeting := r.exchanges[0]
	r.exchanges = slices.DeleteFunc(r.exchanges, func(x *exchange) bool {
		if x == greeting {
			return false
		}
		why := ""
		spec := x.cmd.Spec()
		n, numbered := x.cmd.Number()
		least := 0
		if spec != nil {
			least, _ = spec.Arguments()
		}
		switch {
		case spec == nil || x.cmd.Verb == "RPOP" || x.cmd.Verb == "AUTH" && x.mech == "":
			why = "a command that clients don't have"
		case spec.States&state == 0:
			why = "out of state"
		case len(x.cmd.Args) < least || len(x.cmd.Args) > len(spec.Params):
			why = "with too few or too many arguments"
		case numbered && (n < 1 || deleted[n]):
			why = "for a message that is none, or marked as deleted"
		case !numbered && len(x.cmd.Args) > 0 && strings.Contains("LIST UIDL RETR TOP DELE", x.cmd.Verb):
			why = "for a message-number that is none"
		case x.cmd.Verb == "STLS" && secure:
			why = "within TLS"
		}
		if why != "" {
			r.leftOut = append(r.leftOut, x.cmd.String()+", "+why)
			return true
		}
		ok := x.reply().Status == pop3.OK
		state = state.After(x.cmd.Verb, ok)
		switch {
		case !ok:
		case x.cmd.Verb == "STLS":
			secure = true
		case x.cmd.Verb == "DELE":
			deleted[n] = true
		case x.cmd.Verb == "RSET":
			clear(deleted)
		}
		return false
	})
}

// served is the session as it is served.
func (r *recording) served() *transcript.Session {
	list := make([]*trial.Exchange, len(r.exchanges))
	for i, x := range r.exchanges {
		list[i] = x.Exchange
	}
	return r.Served(list...)
}

// turn puts the initial response of the AUTH that stands at pos at the other place: behind the command, or with it. It reports whether it could.
func (r *recording) turn(pos transcript.Position) bool {
	for _, x := range r.exchanges {
		if x.mech != "" && !x.turned && x.Items[0].Position() == pos {
			x.turned = true
			return x.turn()
		}
	}
	return false
}

func (x *exchange) turn() bool {
	if _, ok := auth.Lookup(x.mech); !ok {
		return false
	}
	client, server := transcript.Who{Party: dialect.Client}, transcript.Who{Party: dialect.Server}
	message := transcript.Part{Value: &transcript.Value{Redacted: true, Kind: "sasl", Args: []string{x.mech}}}
	command := transcript.NewSay(client, []byte("AUTH "+x.mech), wire.CRLF)
	if x.initial {
		response := &transcript.Say{Who: client, Parts: []transcript.Part{message}}
		x.Items = append([]transcript.Item{command, transcript.NewSay(server, []byte("+ "), wire.CRLF), response}, x.Items[1:]...)
		return true
	}
	if len(x.Items) < 3 {
		return false
	}
	challenge, ok := x.Items[1].(*transcript.Say)
	if !ok || strings.TrimSpace(string(challenge.Sample())) != "+" {
		return false
	}
	command.Parts = []transcript.Part{{Text: []byte("AUTH " + x.mech + " ")}, message}
	x.Items = append([]transcript.Item{command}, x.Items[3:]...)
	return true
}

// run serves the session once. The mismatch is the first place where the client did not do what the session says.
func (r *recording) run(ctx context.Context, t *specs.T, client Client) (specs.Judgement, *play.Mismatch) {
	d := newTry(ctx, t, client, clientCase{})
	creds := &r.creds
	if r.anybody {
		creds = nil
	}
	return d.Replay(r.served(), creds, func() { r.drive(d) })
}

// drive has the client do what the recorded one did.
func (r *recording) drive(d *try) {
	s, err := d.dial(func(o *ClientOptions) {
		if r.Implicit {
			o.Security = Implicit
		}
	})
	greeting := r.exchanges[0]
	if !r.judge(d, greeting, "the greeting", err) || err != nil {
		return
	}
	announced := false // capabilities are known since the connection or TLS began
	rest := r.exchanges[1:]
	for len(rest) > 0 && !d.Settled() {
		if n := retrievals(rest); n > 1 && announced {
			r.retrieve(s, rest[:n])
			rest = rest[n:]
			continue
		}
		x := rest[0]
		rest = rest[1:]
		r.call(s, x)
		switch x.cmd.Verb {
		case "CAPA":
			announced = true
		case "STLS":
			announced = announced && x.reply().Status != pop3.OK
		}
	}
}

// retrievals counts the RETR that were sent ahead of one another.
func retrievals(list []*exchange) int {
	n := 0
	for n < len(list) && list[n].cmd.Verb == "RETR" && !list[n].Ended && (n == 0 || list[n].Ahead) {
		n++
	}
	return n
}

// retrieve has the client retrieve messages at once.
func (r *recording) retrieve(s *subject, list []*exchange) {
	numbers := make([]int, len(list))
	for i, x := range list {
		numbers[i], _ = x.cmd.Number()
	}
	for i, got := range s.retrAll(numbers...) {
		if i < len(list) && r.judge(s.d, list[i], list[i].cmd.String(), got.Err) && got.Err == nil {
			r.content(s.d, list[i], string(got.Data))
		}
	}
}

// judge compares success or failure with the status line, and says whether there is more to compare.
func (r *recording) judge(d *try, x *exchange, what string, err error) bool {
	reply := x.reply()
	switch {
	case d.Settled() || err == trial.ErrSettled:
		return false
	case errors.Is(err, errors.ErrUnsupported):
		d.Settle(specs.Absent(what + ", which the client cannot do"))
		return false
	case x.Ended || reply.Status == 0:
		d.Check(err != nil, "an error of "+what+", which was not answered as a whole", "the client takes it for success")
		return false
	case reply.Status == pop3.Err:
		got := replyOf(err)
		switch {
		case err == nil:
			d.Fail("a refusal of "+what, "the client takes it for success")
		case got.Status != pop3.Err:
			d.Fail("the refusal of "+what+": "+reply.Line(), "the client says: %v", err)
		case !strings.EqualFold(string(got.Code), string(reply.Code)):
			d.Fail(fmt.Sprintf("the response code of %s: %q", what, reply.Code), "%q", got.Code)
		}
		return false
	case err != nil:
		d.Fail("success of "+what+": "+reply.Line(), "the client says: %v", err)
		return false
	}
	return true
}

// call has the client say one command and compares what it makes of the answer.
func (r *recording) call(s *subject, x *exchange) {
	d := s.d
	n, numbered := x.cmd.Number()
	arg := ""
	if len(x.cmd.Args) > 0 {
		arg = x.cmd.Args[0]
	}
	creds := r.creds
	if r.anybody && x.cmd.Verb == "APOP" {
		creds.User = arg
	}
	var got any
	err := s.Try(func(ctx context.Context, c ClientSession) (err error) {
		switch x.cmd.Verb {
		case "USER":
			return c.User(ctx, arg)
		case "PASS":
			return c.Pass(ctx, creds.Password)
		case "APOP":
			return c.APOP(ctx, creds.User, creds.Password)
		case "AUTH":
			return c.Auth(ctx, x.mech, creds)
		case "STLS":
			return c.STLS(ctx)
		case "UTF8":
			return c.UTF8(ctx)
		case "DELE":
			return c.Dele(ctx, n)
		case "NOOP":
			return c.Noop(ctx)
		case "RSET":
			return c.Rset(ctx)
		case "QUIT":
			return c.Quit(ctx)
		case "STAT":
			got, err = c.Stat(ctx)
		case "LIST":
			if numbered {
				got, err = c.List(ctx, n)
			} else {
				got, err = c.ListAll(ctx)
			}
		case "UIDL":
			if numbered {
				got, err = c.Uidl(ctx, n)
			} else {
				got, err = c.UidlAll(ctx)
			}
		case "LANG":
			if arg != "" {
				got, err = c.Lang(ctx, arg)
			} else {
				got, err = c.LangAll(ctx)
			}
		case "CAPA":
			got, err = c.Capa(ctx)
		case "RETR", "TOP":
			var data []byte
			if lines, ok := x.cmd.Lines(); ok {
				data, err = c.Top(ctx, n, lines)
			} else {
				data, err = c.Retr(ctx, n)
			}
			got = string(data)
		default:
			return fmt.Errorf("%s: %w", x.cmd.Verb, errors.ErrUnsupported)
		}
		return err
	})
	what := x.cmd.String()
	if !r.judge(d, x, what, err) {
		return
	}
	switch got := got.(type) {
	case nil:
	case string:
		r.content(d, x, got)
	default:
		if want := r.data(x); want != nil {
			if g, w := flat(got), flat(want); g != w {
				d.Fail("the data of "+what+": "+w, "%s", g)
			}
		}
	}
}

// flat prints data for a comparison: one element a line, an empty list as nothing.
func flat(v any) string {
	var out []string
	switch v := v.(type) {
	case []pop3.ScanListing:
		for _, l := range v {
			out = append(out, l.String())
		}
	case []pop3.UniqueID:
		for _, l := range v {
			out = append(out, l.String())
		}
	case []pop3.Language:
		for _, l := range v {
			out = append(out, l.String())
		}
	case pop3.Capabilities:
		for _, c := range v {
			out = append(out, c.String())
		}
	default:
		return fmt.Sprint(v)
	}
	return strings.Join(out, "; ")
}

// content compares a message with the lines of the session, without their stuffed dots.
func (r *recording) content(d *try, x *exchange, got string) {
	if expected, actual, ok := trial.Difference(got, string(trial.Unstuffed(x.Block))); !ok {
		d.Fail(fmt.Sprintf("%s: %s", x.cmd, expected), "%s", actual)
	}
}

// data is what the answer says, parsed forgivingly; nil if it cannot be parsed.
func (r *recording) data(x *exchange) any {
	rules := forgiving
	_, numbered := x.cmd.Number()
	lines := strings.Split(strings.TrimSuffix(string(trial.Unstuffed(x.Block)), "\r\n"), "\r\n")
	if len(trial.Unstuffed(x.Block)) == 0 {
		lines = nil
	}
	switch verb := x.cmd.Verb; {
	case verb == "STAT":
		return one(rules.ParseStat(x.reply()))
	case verb == "LIST" && numbered:
		return one(rules.ParseScanReply(x.reply()))
	case verb == "LIST":
		return many(lines, rules.ParseScan)
	case verb == "UIDL" && numbered:
		return one(rules.ParseUniqueIDReply(x.reply()))
	case verb == "UIDL":
		return many(lines, rules.ParseUniqueID)
	case verb == "LANG" && len(x.cmd.Args) > 0:
		return one(rules.ParseLanguageReply(x.reply()))
	case verb == "LANG":
		return many(lines, rules.ParseLanguage)
	case verb == "CAPA":
		if list, ok := many(lines, rules.ParseCapability).([]pop3.Capability); ok {
			return pop3.Capabilities(list)
		}
	}
	return nil
}

func one[T any](v T, err error) any {
	if err != nil {
		return nil
	}
	return v
}

func many[T any](lines []string, parse func([]byte) (T, error)) any {
	out := []T{}
	for _, l := range lines {
		v, err := parse([]byte(l))
		if err != nil {
			return nil
		}
		out = append(out, v)
	}
	return out
}
