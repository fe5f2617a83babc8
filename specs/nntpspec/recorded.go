package nntpspec

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"harness/internal/play"
	"harness/mockservers/nntpmock"
	"harness/protocols/nntp"
	"harness/protocols/wire"
	"harness/specs"
	"harness/specs/trial"
	"harness/transcript"
)

// recordedCases serve the recorded sessions that are built in to a client.
func recordedCases() []specs.Case { return trial.AllRecorded("nntp", serveRecorded) }

// recordedCase is the case of one session.
func recordedCase(fsys fs.FS, name string) specs.Case {
	return trial.Recorded("nntp", fsys, name, serveRecorded)
}

// serveRecorded serves a session to a client, has the client do what the session's client did, and compares what the client makes of the
// answers with what stands there.
//
// The user name is the session's. A redacted password is that of a header field "note: password: TEXT", or the usual one. Each command is served
// with its answer behind it, however the recorded client sent ahead. What a client cannot be told to say is left out: commands that are unknown, or not
// in the interface of clients, arguments that are none, and what may not be sent any more, or not yet.
func serveRecorded(ctx context.Context, t *specs.T, s *transcript.Session) specs.Judgement {
	client, ok := t.Env.Client.(Client)
	if !ok {
		return specs.Unclear("the client under test is none for NNTP: a %T", t.Env.Client)
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
	cmd nntp.Command
	// before is the AUTHINFO USER that an AUTHINFO PASS belongs to: a client says both, or the first.
	before *exchange
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
var forgiving = nntp.Rules{Lenient: true}

// newRecording takes a session apart.
func newRecording(s *transcript.Session) (*recording, error) {
	commanded := func(line wire.Line) trial.Follow {
		if cmd, _ := forgiving.ParseCommand(line); cmd.Name == "TAKETHIS" {
			return trial.ClientBlock
		}
		return trial.Nothing
	}
	taken, err := trial.Grammar{Protocol: nntp.Dialect().Name(), Commanded: commanded, Answered: func(x *trial.Exchange, line wire.Line) trial.Follow {
		cmd, _ := forgiving.ParseCommand(x.Line)
		response, err := forgiving.ParseResponse(line)
		switch {
		case err != nil:
		case response.Code == nntp.CodeChallenge:
			return trial.ClientLine
		case response.Code == nntp.CodeSendPost || response.Code == nntp.CodeSendArticle:
			return trial.ClientBlock
		case response.Multiline(cmd):
			return trial.ServerBlock
		}
		return trial.Nothing
	}}.TakeApart(s)
	if err != nil {
		return nil, err
	}
	r := &recording{Recording: taken, creds: Credentials{User: nntpmock.DefaultUser, Password: nntpmock.DefaultPassword}, anybody: len(taken.Users) > 1}
	if taken.Password != "" {
		r.creds.Password = taken.Password
	}
	if len(taken.Users) == 1 {
		r.creds.User = taken.Users[0]
	}
	for _, t := range taken.Exchanges {
		x := &exchange{Exchange: t}
		x.cmd, _ = forgiving.ParseCommand(t.Line)
		r.exchanges = append(r.exchanges, x)
	}
	r.prune()
	return r, nil
}

// response is the initial line of the answer, parsed forgivingly.
func (x *exchange) response() *nntp.Response {
	response, err := forgiving.ParseResponse(x.Status)
	if err != nil {
		return &nntp.Response{}
	}
	response.Command = x.cmd.String()
	return response
}

// texts are the lines of the block, without the stuffed dots.
func (x *exchange) texts() []string {
	content := strings.TrimSuffix(string(trial.Unstuffed(x.Block)), "\r\n")
	if content == "" && len(x.Block) <= len(".\r\n") {
		return nil
	}
	return strings.Split(content, "\r\n")
}

// arg is an argument, "" if it is not there.
func (x *exchange) arg(i int) string {
	if i < len(x.cmd.Args) {
		return x.cmd.Args[i]
	}
	return ""
}

// unavailable are the commands that the interface of clients does not have.
var unavailable = []string{"AUTHINFO GENERIC", "AUTHINFO SIMPLE", "LIST", "SLAVE", "XGTITLE", "XHDR", "XOVER", "XPAT", "XPATH", "XROVER"}

// prune leaves out what a client cannot be told to say.
func (r *recording) prune() {
	secure, squeezed, known, switched, selected := r.Implicit, false, false, false, false
	var user *exchange // an AUTHINFO USER that PASS is to follow
	kept := r.exchanges[:1]
	for _, x := range r.exchanges[1:] {
		why := ""
		spec := x.cmd.Spec()
		name, code := x.cmd.Name, x.response().Code
		least, most := 0, 0
		if spec != nil {
			least, most = spec.Arguments()
		}
		_, malformed := forgiving.ParseCommand(x.Line)
		if name == "AUTHINFO SASL" {
			malformed = nil // what is redacted is no Base64
		}
		switch auth := strings.HasPrefix(name, "AUTHINFO "); {
		case spec == nil || slices.Contains(unavailable, name) || name == "CAPABILITIES" && len(x.cmd.Args) > 0:
			why = "which clients are not told to say"
		case malformed != nil || len(x.cmd.Args) < least || len(x.cmd.Args) > most:
			why = "with arguments that are none"
		case auth && known, name == "STARTTLS" && (secure || known || squeezed), name == "COMPRESS" && squeezed, name == "MODE READER" && (known || secure || switched):
			why = "too late"
		case name == "AUTHINFO PASS" && user == nil:
			why = "without AUTHINFO USER"
		case code == nntp.CodeNoGroup && !selected:
			why = "without a group"
		}
		if why != "" {
			r.leftOut = append(r.leftOut, x.cmd.String()+", "+why)
			continue
		}
		switch {
		case code == nntp.CodePasswordWanted:
			user = x
			continue // with what follows it
		case name == "AUTHINFO PASS":
			x.before, user = user, nil
		}
		known = known || code == nntp.CodeAuthenticated || code == nntp.CodeAuthenticatedBy
		secure = secure || name == "STARTTLS" && code == nntp.CodeStartTLS
		squeezed = squeezed || name == "COMPRESS" && code == nntp.CodeCompressing
		switched = switched || name == "MODE READER"
		selected = selected || code == nntp.CodeGroup
		kept = append(kept, x)
	}
	if user != nil {
		kept = append(kept, user)
	}
	r.exchanges = kept
}

// served is the session as it is served.
func (r *recording) served() *transcript.Session {
	var list []*trial.Exchange
	for _, x := range r.exchanges {
		if x.before != nil {
			list = append(list, x.before.Exchange)
		}
		list = append(list, x.Exchange)
	}
	return r.Served(list...)
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

// judge compares success or failure with the response, and says whether there is more to compare.
func (r *recording) judge(d *try, x *exchange, what string, err error) bool {
	response := x.response()
	switch {
	case d.Settled() || err == trial.ErrSettled:
		return false
	case errors.Is(err, errors.ErrUnsupported):
		d.Settle(specs.Absent(what + ", which the client cannot do"))
		return false
	case x.Ended || response.Code == 0:
		d.Check(err != nil, "an error of "+what+", which was not answered as a whole", "the client takes it for success")
		return false
	case response.Class() >= 4:
		var got *nntp.Response
		switch {
		case err == nil:
			d.Fail("a refusal of "+what, "the client takes it for success")
		case !errors.As(err, &got) || got.Code != response.Code:
			d.Fail("the refusal of "+what+": "+response.Line(), "the client says: %v", err)
		}
		return false
	case err != nil:
		d.Fail("success of "+what+": "+response.Line(), "the client says: %v", err)
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
	if data, ok := got.([]byte); ok {
		if expected, actual, same := trial.Difference(string(data), string(trial.Unstuffed(x.Block))); !same {
			s.d.Fail(what+": "+expected, "%s", actual)
		}
		return
	}
	if want, g := r.data(x), flat(got); want != nil && g != flat(want) {
		s.d.Fail("the data of "+what+": "+flat(want), "%s", g)
	}
}

// retrieved is what comes of ARTICLE, HEAD and BODY.
func retrieved(a Article, err error) (any, error) { return a.Data, err }

// say has the client do what stands behind a command. What it returns, if it is not nil, is to be compared.
func (r *recording) say(ctx context.Context, c ClientSession, x *exchange) (any, error) {
	article, first := trial.Unstuffed(x.Given), x.arg(0)
	if x.cmd.Name == "POST" || x.cmd.Name == "IHAVE" {
		if x.response().Class() >= 4 && len(article) == 0 { // it was not wanted
			article = []byte("From: alice@example.org\r\nNewsgroups: example.test\r\nSubject: not wanted\r\n\r\n\r\n")
		}
	}
	switch x.cmd.Name {
	case "AUTHINFO USER", "AUTHINFO PASS":
		return nil, c.AuthUser(ctx, r.creds.User, r.creds.Password)
	case "AUTHINFO SASL":
		return nil, c.Auth(ctx, strings.ToUpper(first), r.creds)
	case "MODE READER":
		posting, err := c.ModeReader(ctx)
		return posting, err
	case "STARTTLS":
		return nil, c.STARTTLS(ctx)
	case "COMPRESS":
		return nil, c.Compress(ctx)
	case "MODE STREAM":
		return nil, c.ModeStream(ctx)
	case "CHECK":
		return nil, c.Check(ctx, nntp.MessageID(first))
	case "TAKETHIS":
		return nil, c.TakeThis(ctx, nntp.MessageID(first), article)
	case "IHAVE":
		return nil, c.IHave(ctx, nntp.MessageID(first), article)
	case "POST":
		return nil, c.Post(ctx, article)
	case "QUIT":
		return nil, c.Quit(ctx)
	case "CAPABILITIES":
		return some(c.Capabilities(ctx))
	case "GROUP":
		return some(c.Group(ctx, first))
	case "LISTGROUP":
		return some(c.ListGroup(ctx, first, x.arg(1)))
	case "NEXT":
		return some(c.Next(ctx))
	case "LAST":
		return some(c.Last(ctx))
	case "STAT":
		return some(c.Stat(ctx, first))
	case "ARTICLE":
		return retrieved(c.Article(ctx, first))
	case "HEAD":
		return retrieved(c.Head(ctx, first))
	case "BODY":
		return retrieved(c.Body(ctx, first))
	case "OVER":
		return some(c.Over(ctx, first))
	case "HDR":
		return some(c.Hdr(ctx, first, x.arg(1)))
	case "DATE":
		return some(c.Date(ctx))
	case "HELP":
		return some(c.Help(ctx))
	case "NEWGROUPS":
		since, err := nntp.ParseSince(first, x.arg(1), time.UTC, time.Now())
		if err != nil {
			return nil, err
		}
		return some(c.NewGroups(ctx, since))
	case "NEWNEWS":
		since, err := nntp.ParseSince(x.arg(1), x.arg(2), time.UTC, time.Now())
		if err != nil {
			return nil, err
		}
		return some(c.NewNews(ctx, first, since))
	}
	return list(ctx, c, x.cmd.Name, first)
}

func some[T any](v T, err error) (any, error) { return v, err }

// list has the client ask for a list.
func list(ctx context.Context, c ClientSession, name, arg string) (any, error) {
	switch name {
	case "LIST ACTIVE":
		return some(c.List(ctx, arg))
	case "LIST ACTIVE.TIMES":
		return some(c.ListTimes(ctx, arg))
	case "LIST COUNTS":
		return some(c.ListCounts(ctx, arg))
	case "LIST NEWSGROUPS":
		return some(c.Descriptions(ctx, arg))
	case "LIST DISTRIB.PATS":
		return some(c.ListDistribPats(ctx))
	case "LIST DISTRIBUTIONS":
		return some(c.ListDistributions(ctx))
	case "LIST MODERATORS":
		return some(c.ListModerators(ctx))
	case "LIST MOTD":
		return some(c.ListMotd(ctx))
	case "LIST SUBSCRIPTIONS":
		return some(c.ListSubscriptions(ctx, arg))
	case "LIST HEADERS":
		return some(c.ListHeaders(ctx, arg))
	case "LIST OVERVIEW.FMT":
		return some(c.ListOverviewFormat(ctx))
	}
	return nil, fmt.Errorf("%s: %w", name, errors.ErrUnsupported)
}

// data is what the answer says, parsed forgivingly; nil if it cannot be parsed, or is not compared.
func (r *recording) data(x *exchange) any {
	response, lines := x.response(), x.texts()
	switch x.cmd.Name {
	case "MODE READER":
		return response.Code == nntp.CodePostingAllowed
	case "GROUP":
		return one(forgiving.ParseGroup(response))
	case "NEXT", "LAST", "STAT":
		return one(forgiving.ParseFound(response))
	case "DATE":
		if words := response.Words(); len(words) > 0 {
			return one(nntp.ParseDate(words[0]))
		}
	case "CAPABILITIES":
		list := nntp.Capabilities{}
		for _, l := range lines {
			if c, ok, err := forgiving.ParseCapability([]byte(l)); ok && err == nil {
				list = append(list, c)
			}
		}
		return list
	case "LISTGROUP":
		return many(lines, nntp.ParseNumber)
	case "OVER":
		return many(lines, func(l []byte) (*nntp.Overview, error) {
			o := new(nntp.Overview)
			return o, forgiving.ParseOverview(l, o)
		})
	case "HDR":
		return many(lines, forgiving.ParseHeader)
	case "NEWGROUPS", "LIST ACTIVE":
		return many(lines, forgiving.ParseActive)
	case "LIST ACTIVE.TIMES":
		return many(lines, forgiving.ParseCreated)
	case "LIST COUNTS":
		return many(lines, forgiving.ParseCount)
	case "LIST NEWSGROUPS", "LIST DISTRIBUTIONS":
		return many(lines, forgiving.ParseDescription)
	case "LIST DISTRIB.PATS":
		return many(lines, forgiving.ParseDistribPat)
	case "LIST MODERATORS":
		return many(lines, forgiving.ParseModerator)
	case "LIST OVERVIEW.FMT":
		return one(forgiving.ParseOverviewFormat(lines))
	case "NEWNEWS", "HELP", "LIST MOTD", "LIST SUBSCRIPTIONS", "LIST HEADERS":
		return many(lines, func(l []byte) (string, error) { return string(l), nil })
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

// flat prints data for a comparison: one element after the other, an empty list as nothing.
func flat(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case nntp.Capabilities:
		return elements(v, func(c nntp.Capability) string { return c.String() })
	case []*nntp.Overview:
		return elements(v, func(o *nntp.Overview) string {
			return fmt.Sprintf("%d %q %q %q %q %q %d %d %q", o.Number, o.Subject, o.From, o.Date, o.MessageID, o.References, o.Bytes, o.Lines, o.Extra)
		})
	case []int64:
		return elements(v, func(n int64) string { return fmt.Sprint(n) })
	case []string:
		return elements(v, func(s string) string { return s })
	case []nntp.MessageID:
		return elements(v, func(id nntp.MessageID) string { return string(id) })
	case time.Time:
		return v.UTC().String()
	}
	return strings.Trim(fmt.Sprintf("%+v", v), "[]")
}

func elements[T any](list []T, text func(T) string) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = text(v)
	}
	return strings.Join(out, "; ")
}
