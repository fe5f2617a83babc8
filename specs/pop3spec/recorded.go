package pop3spec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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

// exchange is a command and its answer; the first of a recording is the greeting, and has no command.
type exchange struct {
	cmd   pop3.Command
	items []transcript.Item // as they are served, the command first

	// The answer: the status line, and the block behind it as it stands on the wire, final line included. Ended says that there is none.
	status wire.Line
	ended  bool
	block  []byte

	// Of AUTH: the mechanism, and whether the initial response came with the command.
	mech    string
	initial bool
	turned  bool // the initial response is not where it was recorded
	// ahead says that it was sent before the answer to the one before.
	ahead bool
}

// recording is a session as it is served.
type recording struct {
	session   *transcript.Session
	implicit  bool
	exchanges []*exchange
	tail      []transcript.Item // how the connection ends
	creds     Credentials
	anybody   bool // several users: the server takes any credentials
	leftOut   []string
}

// newRecording takes a session apart.
func newRecording(s *transcript.Session) (*recording, error) {
	if p := s.Protocol(); p != pop3.Dialect().Name() {
		return nil, fmt.Errorf("%s: a session of %s", s.Name, p)
	}
	r := &recording{session: s, creds: Credentials{User: firstUser, Password: firstPassword}}
	for _, f := range s.Header {
		if p, ok := strings.CutPrefix(f.Value, "password: "); ok && f.Name == "note" {
			r.creds.Password = p
		}
	}
	if err := r.split(); err != nil {
		return nil, err
	}
	r.creds.Token = r.creds.Password
	r.prune()
	return r, nil
}

// split makes exchanges of the session's items.
func (r *recording) split() error {
	var (
		queue   = []*exchange{{}} // without an answer yet
		open    *exchange         // whose block is being said
		last    = queue[0]        // what an event belongs to
		pieces  []*transcript.Say
		waiting bool // the client's turn in an AUTH exchange
		users   []string
	)
	r.exchanges = append(r.exchanges, queue[0])
	for _, it := range r.session.Items {
		switch it := it.(type) {
		case *transcript.Comment:
			continue
		case *transcript.Group:
			return fmt.Errorf("%s: a recorded case cannot follow a group", it.Position())
		case *transcript.Event:
			switch {
			case it.Who.Channel != "":
				return fmt.Errorf("%s: a recorded case has one connection", it.Position())
			case it.Kind == transcript.TLS && len(last.items) == 0:
				r.implicit = true
				fallthrough
			case it.Kind == transcript.TLS:
				last.items = append(last.items, it)
			case it.Kind == transcript.Close || it.Kind == transcript.HalfClose || it.Kind == transcript.Reset:
				r.tail = append(r.tail, it)
			}
			// Waits are how long a server took once.
			continue
		}
		say := it.(*transcript.Say)
		if say.Who.Channel != "" {
			return fmt.Errorf("%s: a recorded case has one connection", say.Position())
		}
		if say.Blob() == nil {
			pieces = append(pieces, say)
			if say.End == wire.None {
				continue
			}
		}
		all := []*transcript.Say{say}
		whole := say
		if say.Blob() == nil {
			all = pieces
			whole = transcript.Join(pieces...)
		}
		pieces = nil
		line := wire.Line{Text: whole.Sample(), End: whole.End}
		if say.Who.Party == dialect.Client {
			if waiting {
				queue[0].add(all)
				waiting = false
				continue
			}
			x := &exchange{ahead: len(queue) > 0}
			x.cmd, _ = pop3.Rules{Lenient: true, UTF8: true}.ParseCommand(line)
			if x.cmd.Verb == "AUTH" && len(x.cmd.Args) > 0 {
				x.mech, x.initial = strings.ToUpper(x.cmd.Args[0]), len(x.cmd.Args) > 1
			}
			for _, v := range say.Values() {
				switch {
				case v.Kind == "user" && !slices.Contains(users, string(v.Octets)):
					users = append(users, string(v.Octets))
				case v.Kind == "password" && !v.Redacted:
					r.creds.Password = string(v.Octets)
				}
			}
			x.add(all)
			queue = append(queue, x)
			r.exchanges = append(r.exchanges, x)
			last = x
			continue
		}
		if open != nil {
			open.add(all)
			if b := say.Blob(); b != nil {
				data, err := r.blob(b)
				if err != nil {
					return err
				}
				open.block = append(open.block, data...)
				continue
			}
			open.block = line.AppendRaw(open.block)
			if string(line.Text) == "." {
				open = nil
			}
			continue
		}
		if len(queue) == 0 {
			return fmt.Errorf("%s: the server says what nobody asked for", say.Position())
		}
		x := queue[0]
		last = x
		x.add(all)
		reply, err := pop3.Rules{Lenient: true, UTF8: true}.ParseReply(line)
		if reply.Status == pop3.Continue && x.mech != "" {
			waiting = true
			continue
		}
		x.status = line
		queue = queue[1:]
		if err == nil && reply.Status == pop3.OK && x.cmd.Multiline() {
			open = x
		}
	}
	for _, x := range queue {
		x.ended = true
	}
	if open != nil {
		open.ended = true
	}
	switch {
	case len(users) == 1:
		r.creds.User = users[0]
	case len(users) > 1:
		r.anybody = true
	}
	return nil
}

func (x *exchange) add(says []*transcript.Say) {
	for _, s := range says {
		x.items = append(x.items, s)
	}
}

func (r *recording) blob(b *transcript.Blob) ([]byte, error) {
	rc, err := r.session.OpenBlob(b)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	return io.ReadAll(rc)
}

// reply is the status line, parsed forgivingly.
func (x *exchange) reply() *pop3.Reply {
	reply, err := pop3.Rules{Lenient: true, UTF8: true}.ParseReply(x.status)
	if err != nil {
		return &pop3.Reply{}
	}
	return reply
}

// prune leaves out what a client cannot be told to say.
func (r *recording) prune() {
	state := pop3.Authorization
	secure := r.implicit
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
	s := *r.session
	s.Items = nil
	for _, x := range r.exchanges {
		s.Items = append(s.Items, x.items...)
	}
	s.Items = append(s.Items, r.tail...)
	return &s
}

// turn puts the initial response of the AUTH that stands at pos at the other place: behind the command, or with it. It reports whether it could.
func (r *recording) turn(pos transcript.Position) bool {
	for _, x := range r.exchanges {
		if x.mech != "" && !x.turned && x.items[0].Position() == pos {
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
		x.items = append([]transcript.Item{command, transcript.NewSay(server, []byte("+ "), wire.CRLF), response}, x.items[1:]...)
		return true
	}
	if len(x.items) < 3 {
		return false
	}
	challenge, ok := x.items[1].(*transcript.Say)
	if !ok || strings.TrimSpace(string(challenge.Sample())) != "+" {
		return false
	}
	command.Parts = []transcript.Part{{Text: []byte("AUTH " + x.mech + " ")}, message}
	x.items = append([]transcript.Item{command}, x.items[3:]...)
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
		if r.implicit {
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
	for n < len(list) && list[n].cmd.Verb == "RETR" && !list[n].ended && (n == 0 || list[n].ahead) {
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
	case x.ended || reply.Status == 0:
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
	if expected, actual, ok := trial.Difference(got, string(unstuffed(x.block))); !ok {
		d.Fail(fmt.Sprintf("%s: %s", x.cmd, expected), "%s", actual)
	}
}

// unstuffed is the content of a block as it stands on the wire.
func unstuffed(block []byte) []byte {
	var out []byte
	for len(block) > 0 {
		n := bytes.Index(block, []byte("\r\n")) + 2
		if n < 2 {
			n = len(block)
		}
		line := block[:n]
		block = block[n:]
		if len(block) == 0 && string(line) == ".\r\n" {
			break
		}
		out = append(out, bytes.TrimPrefix(line, []byte("."))...)
	}
	return out
}

// data is what the answer says, parsed forgivingly; nil if it cannot be parsed.
func (r *recording) data(x *exchange) any {
	rules := pop3.Rules{Lenient: true, UTF8: true}
	_, numbered := x.cmd.Number()
	lines := strings.Split(strings.TrimSuffix(string(unstuffed(x.block)), "\r\n"), "\r\n")
	if len(unstuffed(x.block)) == 0 {
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
