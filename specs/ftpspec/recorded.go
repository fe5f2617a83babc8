package ftpspec

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"harness/mockservers"
	"harness/protocols/dialect"
	"harness/protocols/ftp"
	"harness/protocols/wire"
	"harness/specs"
	"harness/specs/trial"
	"harness/transcript"
)

// recordedCases serve the recorded sessions that are built in to a client.
func recordedCases() []specs.Case { return trial.AllRecorded("ftp", serveRecorded) }

// recordedCase is the case of one session.
func recordedCase(fsys fs.FS, name string) specs.Case {
	return trial.Recorded("ftp", fsys, name, serveRecorded)
}

// serveRecorded serves a session to a client, has the client do what the session's client did, and compares what the client makes of the
// answers, and of the data, with what stands there.
//
// A client has its own way to set up a data connection, and may ask for features at any time: what the recorded client sent to that end is left
// out, and what this one sends is answered as in the client cases. A redacted password is that of a header field "note: password: TEXT", or
// the usual one. RNFR with RNTO, REST with the transfer behind it, PBSZ with PROT, and a transfer with its ABOR are one operation of a client.
func serveRecorded(ctx context.Context, t *specs.T, s *transcript.Session) specs.Judgement {
	client, ok := t.Env.Client.(Client)
	if !ok {
		return specs.Unclear("the client under test is none for FTP: a %T", t.Env.Client)
	}
	r, err := newRecording(s)
	if err != nil {
		return specs.Unclear("%v", err)
	}
	d := newTry(ctx, t, client, clientCase{})
	return d.Judge(trial.Options{Dialect: ftp.Dialect(), TLSMayEnd: true, ImplicitTLS: r.implicit, Serve: func(c *mockservers.Conn) error { return r.serve(d, c) }}, func() { r.drive(d) })
}

// turn is a command of a recording with what follows it, up to the next one. The first is the greeting, and has no command.
type turn struct {
	cmd   ftp.Command
	line  string
	items []transcript.Item // the command first
	codes []int             // of the replies
	text  string            // of the last one, its lines ended by LF
	// down and up are what the server and the client sent over the data connection.
	down, up []byte
	// aborted says that ABOR came during the transfer.
	aborted bool

	// Of the operation that the turn is a part of: the command before it (RNFR, REST) if it was accepted.
	before *turn
}

// final is the code of the last reply, 0 if there was none.
func (t *turn) final() int {
	if len(t.codes) == 0 || t.codes[len(t.codes)-1]/100 == 1 {
		return 0
	}
	return t.codes[len(t.codes)-1]
}

// recording is a session as it is served.
type recording struct {
	session  *transcript.Session
	implicit bool
	turns    []*turn
	tail     []transcript.Item // how the connection ends
	creds    Credentials
	active   bool
	epsv     bool
	cannot   string // what no client can be told to do
}

// newRecording takes a session apart.
func newRecording(s *transcript.Session) (*recording, error) {
	if p := s.Protocol(); p != "ftp" {
		return nil, fmt.Errorf("%s: a session of %s", s.Name, p)
	}
	r := &recording{session: s, creds: Credentials{User: aliceName, Password: alicePassword}}
	for _, f := range s.Header {
		if p, ok := strings.CutPrefix(f.Value, "password: "); ok && f.Name == "note" {
			r.creds.Password = p
		}
	}
	if err := r.split(); err != nil {
		return nil, err
	}
	r.merge()
	return r, nil
}

// split makes turns of the session's items.
func (r *recording) split() error {
	now := &turn{}
	r.turns = append(r.turns, now)
	var pieces []*transcript.Say
	parser := ftp.Rules{Lenient: true}.NewReplyParser()
	for _, it := range r.session.Items {
		switch it := it.(type) {
		case *transcript.Comment:
		case *transcript.Group:
			return fmt.Errorf("%s: a recorded case cannot follow a group", it.Position())
		case *transcript.Event:
			if err := r.event(now, it); err != nil {
				return err
			}
		case *transcript.Say:
			if it.Who.IsData() {
				data, err := r.octets(it)
				if err != nil {
					return err
				}
				if it.Who.Party == dialect.Server {
					now.down = append(now.down, data...)
				} else {
					now.up = append(now.up, data...)
				}
				now.items = append(now.items, it)
				continue
			}
			if it.Who.Channel != "" {
				return fmt.Errorf("%s: a recorded case has one control connection", it.Position())
			}
			if pieces = append(pieces, it); it.End == wire.None {
				continue
			}
			whole := transcript.Join(pieces...)
			pieces = nil
			if it.Who.Party == dialect.Server {
				now.items = append(now.items, whole)
				reply, err := parser.Add(wire.Line{Text: whole.Sample(), End: whole.End})
				if err != nil {
					return fmt.Errorf("%s: %w", whole.Position(), err)
				}
				if reply != nil {
					now.codes = append(now.codes, reply.Code)
					now.text = reply.Text()
				}
				continue
			}
			text, _ := ftp.StripTelnet(whole.Sample())
			if strings.EqualFold(string(text), "ABOR") && len(now.codes) > 0 && now.final() == 0 {
				now.aborted = true
				now.items = append(now.items, whole)
				continue
			}
			now = &turn{line: string(text), items: []transcript.Item{whole}}
			now.cmd, _ = ftp.Rules{Lenient: true}.ParseCommand(wire.Line{Text: text, End: wire.CRLF})
			if now.cmd.Verb == "" {
				verb, arg, _ := strings.Cut(now.line, " ")
				now.cmd = ftp.NewCommand(verb, arg)
			}
			r.turns = append(r.turns, now)
		}
	}
	return nil
}

// event takes note of an event. Waits are how long a server took once, and a data connection is opened and protected when it is used.
func (r *recording) event(now *turn, e *transcript.Event) error {
	switch {
	case e.Who.IsData():
		if e.Kind != transcript.Open && e.Kind != transcript.TLS && e.Kind != transcript.Wait {
			now.items = append(now.items, e)
		}
	case e.Who.Channel != "":
		return fmt.Errorf("%s: a recorded case has one control connection", e.Position())
	case e.Kind == transcript.TLS && len(now.items) == 0:
		r.implicit = true
	case e.Kind == transcript.TLS, e.Kind == transcript.Clear:
		now.items = append(now.items, e)
	case e.Kind == transcript.Close || e.Kind == transcript.HalfClose || e.Kind == transcript.Reset:
		r.tail = append(r.tail, e)
	}
	return nil
}

// octets is what a line, or a blob, stands for.
func (r *recording) octets(say *transcript.Say) ([]byte, error) {
	b := say.Blob()
	if b == nil {
		return append(slices.Clone(say.Sample()), say.End.Octets()...), nil
	}
	rc, err := r.session.OpenBlob(b)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	return io.ReadAll(rc)
}

// merge leaves out what a client does in its own way, and makes one operation of the commands that are one for it.
func (r *recording) merge() {
	kept := r.turns[:1]
	var before *turn
	deflated := false
	for _, t := range r.turns[1:] {
		if deflated {
			t.down, t.up = inflated(t.down), inflated(t.up)
		}
		positive := t.final() > 0 && t.final() < 400
		switch t.cmd.Verb {
		case "PORT", "EPRT":
			r.active = true
			continue
		case "EPSV":
			r.epsv = true
			continue
		case "PASV", "PBSZ":
			continue
		case "USER":
			if t.cmd.Arg != "" {
				r.creds.User = t.cmd.Arg
			}
		case "RNFR", "REST":
			if positive {
				before = t
				continue
			}
		case "MODE", "STRU":
			// Compressed data is served, and taken, as it was before.
			if z := strings.EqualFold(t.cmd.Arg, "Z"); positive && t.cmd.Verb == "MODE" && (z || deflated) {
				deflated = z
				continue
			}
			if positive && !strings.EqualFold(t.cmd.Arg, "S") && !strings.EqualFold(t.cmd.Arg, "F") && r.cannot == "" {
				r.cannot = t.line + ", whose data is compared nowhere"
			}
		}
		t.before, before = before, nil
		kept = append(kept, t)
	}
	r.turns = kept
}

// inflated is what was compressed for mode Z, as far as it came.
func inflated(data []byte) []byte {
	if len(data) == 0 {
		return nil
	}
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return data
	}
	out, _ := io.ReadAll(z)
	return out
}

// serve plays the server's side.
func (r *recording) serve(d *try, c *mockservers.Conn) error {
	s := d.newScript(c)
	defer s.dropData()
	for _, t := range r.turns {
		if t.cmd.Verb == "FEAT" && t.final() == ftp.CodeSystemStatus && s.feat == "" {
			s.feat = strings.Join(featuresOf(t.text), "\n")
		}
	}
	for _, t := range r.turns {
		if t.before != nil {
			r.play(s, t.before)
		}
		r.play(s, t)
	}
	if len(r.tail) > 0 {
		if e, ok := r.tail[0].(*transcript.Event); ok && e.Who.Party == dialect.Server {
			s.Item(e)
		}
	}
	s.Rest()
	return s.Err()
}

func (r *recording) play(s *script, t *turn) {
	transfers := len(t.codes) > 0 && t.codes[0]/100 == 1
	upload := len(t.up) > 0 || t.cmd.Verb == "STOR" || t.cmd.Verb == "APPE" || t.cmd.Verb == "STOU"
	sent := false
	for _, it := range t.items {
		switch it := it.(type) {
		case *transcript.Say:
			switch {
			case it.Who.IsData() && it.Who.Party == dialect.Client:
				continue // compared as a whole at its end
			case it.Who.IsData():
				if !sent {
					s.data(string(t.down))
				}
				sent = true
				continue
			case it == t.items[0] && t.cmd.Verb == "AUTH" && t.final() == ftp.CodeAuthOK:
				s.expect("AUTH TLS") // SSL, and what else there was, is the same
				continue
			case it.Who.Party == dialect.Client && t.aborted && it != t.items[0]:
				s.aborted()
				continue
			case it.Who.Party == dialect.Client && strings.HasPrefix(t.line, "PASS "):
				// The right password goes in the place of one that was redacted.
				s.password(it, r.creds.Password)
				continue
			}
		case *transcript.Event:
			if it.Who.IsData() {
				switch {
				case !transfers: // nothing went over it
				case t.aborted: // closed when ABOR comes
				case t.final() >= 400: // nobody waits for data then
					s.eof()
				case upload:
					r.compareUpload(s, t)
				default:
					s.eof()
				}
				continue
			}
		}
		s.Item(it)
	}
	if t.cmd.Verb == "PROT" && t.final() == 200 {
		s.private = strings.EqualFold(t.cmd.Arg, "P")
	}
}

// compareUpload takes what the client sends, once.
func (r *recording) compareUpload(s *script, t *turn) {
	if s.dc == nil && s.ln == nil && !s.target.IsValid() {
		return // both sides closed it
	}
	got := s.received()
	if expected, actual, ok := trial.Difference(got, string(t.up)); !ok && !s.Over {
		s.Wrong("the data of "+t.line+": "+expected, "%s", actual)
	}
	s.target = netip.AddrPort{}
}

// aborted waits for ABOR.
func (s *script) aborted() {
	for !s.Over {
		l, err := s.Read()
		switch text, _ := ftp.StripTelnet(l.Text); {
		case err != nil:
			s.Wrong("ABOR", "%s", s.Trouble(err))
		case strings.EqualFold(string(text), "ABOR"):
			s.eof()
			return
		default:
			s.Wrong("ABOR", "%s", l.Shown())
		}
	}
}

// password hears PASS with a password.
func (s *script) password(say *transcript.Say, password string) {
	for _, v := range say.Values() {
		if v.Redacted {
			s.expect("PASS " + password)
			return
		}
	}
	s.Item(say)
}

// drive has the client do what the recorded one did.
func (r *recording) drive(d *try) {
	if r.cannot != "" {
		d.Unclear("the session has %s", r.cannot)
		return
	}
	s, err := d.dial(func(o *ClientOptions) {
		if r.implicit {
			o.Security = Implicit
		}
		o.ClearData, o.Active, o.NoEPSV = true, r.active, !r.epsv
	})
	if !r.judge(d, r.turns[0], "the greeting", err) || err != nil {
		return
	}
	for _, t := range r.turns[1:] {
		if d.Settled() {
			return
		}
		r.call(s, t)
	}
}

// judge compares success or failure with the reply, and says whether there is more to compare.
func (r *recording) judge(d *try, t *turn, what string, err error) bool {
	code := t.final()
	switch {
	case d.Settled() || err == trial.ErrSettled:
		return false
	case errors.Is(err, errors.ErrUnsupported):
		d.Absent(what + ", which the client cannot do")
		return false
	case t.aborted:
		if err != nil {
			d.Fail("an aborted "+what, "the client says: %v", err)
		}
		return false
	case code == 0:
		d.Check(err != nil, "an error of "+what+", which was not answered as a whole", "the client takes it for success")
		return false
	case code >= 400:
		if got := replyOf(err); err == nil {
			d.Fail(fmt.Sprintf("a refusal of %s by %d", what, code), "the client takes it for success")
		} else if got.Code != code {
			d.Fail(fmt.Sprintf("the refusal of %s by %d", what, code), "the client says: %v", err)
		}
		return false
	case err != nil:
		d.Fail(fmt.Sprintf("success of %s (%d)", what, code), "the client says: %v", err)
		return false
	}
	return true
}

// call has the client do one operation and compares what it makes of the answer.
func (r *recording) call(s *subject, t *turn) {
	d := s.d
	arg := t.cmd.Arg
	var o TransferOptions
	if t.before != nil && t.before.cmd.Verb == "REST" {
		o.Offset, _ = strconv.ParseInt(t.before.cmd.Arg, 10, 64)
	}
	var got, want string
	compare := func(what, g, w string) { got, want = what+g, what+w }
	err := s.Try(func(ctx context.Context, c ClientSession) (err error) {
		switch t.cmd.Verb {
		case "USER":
			_, err = c.User(ctx, arg)
		case "PASS":
			_, err = c.Pass(ctx, r.password(t))
		case "ACCT":
			_, err = c.Acct(ctx, arg)
		case "AUTH":
			return c.AuthTLS(ctx)
		case "PROT":
			return c.Prot(ctx, ftp.Protection(strings.ToUpper(arg + "C")[0]))
		case "CCC":
			return c.Ccc(ctx)
		case "LANG":
			return c.Lang(ctx, arg)
		case "FEAT":
			var f []string
			f, err = c.Feat(ctx)
			compare("the features: ", strings.ToUpper(strings.Join(f, "\n")), strings.ToUpper(strings.Join(featuresOf(t.text), "\n")))
		case "TYPE":
			typ, perr := ftp.Rules{Lenient: true}.ParseType(arg)
			if perr != nil || typ.String() != arg {
				_, err = quote(ctx, c, t.line)
				return err
			}
			return c.Type(ctx, typ)
		case "STRU":
			return c.Stru(ctx, ftp.Structure(strings.ToUpper(arg + "F")[0]))
		case "MODE":
			return c.Mode(ctx, ftp.Mode(strings.ToUpper(arg + "S")[0]))
		case "CWD":
			return c.Cwd(ctx, arg)
		case "CDUP":
			return c.Cdup(ctx)
		case "PWD":
			var dir string
			dir, err = c.Pwd(ctx)
			w, _ := quotedPath(t.text)
			compare("the directory: ", dir, w)
		case "MKD":
			_, err = c.Mkd(ctx, arg)
		case "RMD":
			return c.Rmd(ctx, arg)
		case "DELE":
			return c.Dele(ctx, arg)
		case "RNFR": // it was refused
			return c.Rename(ctx, arg, arg+".new")
		case "RNTO":
			if t.before == nil {
				_, err = quote(ctx, c, t.line)
				return err
			}
			return c.Rename(ctx, t.before.cmd.Arg, arg)
		case "SIZE":
			var n int64
			n, err = c.Size(ctx, arg)
			compare("the size: ", fmt.Sprint(n), strings.TrimSpace(t.text))
		case "MDTM":
			at, merr := c.Mdtm(ctx, arg)
			err = merr
			compare("the time: ", at.UTC().Format("20060102150405"), strings.TrimSpace(t.text)[:min(14, len(strings.TrimSpace(t.text)))])
		case "NOOP":
			return c.Noop(ctx)
		case "RETR":
			if t.aborted {
				return c.RetrAbort(ctx, arg)
			}
			var data []byte
			data, err = c.Retr(ctx, arg, o)
			compare("", string(data), string(t.down))
		case "STOR":
			if t.aborted {
				return c.StorAbort(ctx, arg, t.up)
			}
			return c.Stor(ctx, arg, t.up, o)
		case "APPE":
			return c.Appe(ctx, arg, t.up, o)
		case "STOU":
			_, err = c.Stou(ctx, t.up)
		case "NLST":
			var names []string
			names, err = c.Nlst(ctx, arg)
			compare("", strings.Join(names, "\n"), strings.Join(linesOf(t.down), "\n"))
		case "LIST":
			entries, other, lerr := c.List(ctx, arg)
			err = lerr
			compare("", fmt.Sprint(len(entries)+len(other), " lines"), fmt.Sprint(len(linesOf(t.down)), " lines"))
			for _, e := range entries {
				if !slices.ContainsFunc(linesOf(t.down), func(l string) bool { return strings.Contains(l, e.Name) }) {
					compare("", "a name that no line has: "+e.Name, "")
				}
			}
		case "MLSD":
			var entries []Listed
			entries, err = c.Mlsd(ctx, arg)
			compare("", shownEntries(entries), shownEntries(entriesOf(linesOf(t.down))))
		case "MLST":
			var e Listed
			e, err = c.Mlst(ctx, arg)
			if lines := strings.Split(t.text, "\n"); len(lines) > 2 {
				compare("", shownEntries([]Listed{e}), shownEntries(entriesOf([]string{strings.TrimPrefix(lines[1], " ")})))
			}
		case "QUIT":
			return c.Quit(ctx)
		default:
			if len(t.down)+len(t.up) > 0 {
				return fmt.Errorf("%s: %w", t.cmd, errors.ErrUnsupported)
			}
			_, err = quote(ctx, c, t.line)
		}
		return err
	})
	what := t.cmd.String()
	if !r.judge(d, t, what, err) {
		return
	}
	if expected, actual, ok := trial.Difference(got, want); !ok {
		d.Fail(what+": "+expected, "%s", actual)
	}
}

// password is what stands in PASS, or the one of the recording if that was redacted.
func (r *recording) password(t *turn) string {
	for _, v := range t.items[0].(*transcript.Say).Values() {
		if v.Redacted {
			return r.creds.Password
		}
	}
	return t.cmd.Arg
}

// quote has the client send a line; a refusal is an error.
func quote(ctx context.Context, c ClientSession, line string) (*ftp.Reply, error) {
	replies, err := c.Quote(ctx, line)
	if err != nil || len(replies) == 0 {
		return nil, err
	}
	last := replies[len(replies)-1]
	if last.Negative() {
		return last, last
	}
	return last, nil
}

// linesOf are the lines of a listing.
func linesOf(data []byte) []string {
	if len(data) == 0 {
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSuffix(l, "\r")
	}
	return lines
}

// featuresOf are the lines of the features in the text of a reply.
func featuresOf(text string) []string {
	lines := strings.Split(text, "\n")
	var out []string
	for _, l := range lines[1:max(len(lines)-1, 1)] {
		out = append(out, strings.TrimSpace(l))
	}
	return out
}

// entriesOf are the entries of MLSD's lines.
func entriesOf(lines []string) []Listed {
	var out []Listed
	for _, l := range lines {
		if e, err := (ftp.Rules{Lenient: true}).ParseMLSx([]byte(l)); err == nil {
			out = append(out, listed(e))
		}
	}
	return out
}
