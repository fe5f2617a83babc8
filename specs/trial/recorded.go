package trial

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/internal/conn"
	"harness/internal/play"
	"harness/mockservers"
	"harness/mockservers/script"
	"harness/protocols/wire"
	"harness/specs"
	"harness/transcript"
)

var notInID = regexp.MustCompile(`[^a-z0-9]+`)

// Recorded makes the case of a recorded session. Run serves it to the client and compares what the client makes of the answers with what stands
// there.
func Recorded(protocol string, fsys fs.FS, name string, run func(ctx context.Context, t *specs.T, s *transcript.Session) specs.Judgement) specs.Case {
	id := strings.Trim(notInID.ReplaceAllString(strings.ToLower(strings.TrimSuffix(path.Base(name), ".session")), "-"), "-")
	return specs.Case{
		ID: protocol + "/recorded/" + id, Catalogue: specs.RecordedCases,
		Rule: "The session of " + name + " plays to its end, and the client makes of each answer what stands there.",
		Run: func(ctx context.Context, t *specs.T) specs.Judgement {
			s, err := transcript.LoadFS(fsys, name)
			if err != nil {
				return specs.Unclear("%v", err)
			}
			return run(ctx, t, s)
		},
	}
}

// AllRecorded makes the cases of the recorded sessions of a protocol that are built in.
func AllRecorded(protocol string, run func(ctx context.Context, t *specs.T, s *transcript.Session) specs.Judgement) []specs.Case {
	names, err := fixtures.Sessions(protocol)
	if err != nil {
		return nil // there is no folder of them
	}
	var out []specs.Case
	for _, name := range names {
		out = append(out, Recorded(protocol, fixtures.FS(), name, run))
	}
	return out
}

// Difference says where got, which the client gave, differs from want; ok is true if it doesn't.
func Difference(got, want string) (expected, actual string, ok bool) {
	if got == want {
		return "", "", true
	}
	at := 0
	for at < len(got) && at < len(want) && got[at] == want[at] {
		at++
	}
	around := func(s string) string { return wire.Quote([]byte(s[max(min(at, len(s))-20, 0):min(at+20, len(s))])) }
	return fmt.Sprintf("%d octets, from octet %d on %s", len(want), at+1, around(want)), fmt.Sprintf("%d octets, %s", len(got), around(got)), false
}

// Replay serves a recorded session to the client, has run drive it, and judges whether the session was played to its end. The credentials
// are those that the server takes, nil for any. The mismatch is the first place where the client did not do what the session says.
func (d *Trial) Replay(s *transcript.Session, creds *auth.Credentials, run func()) (specs.Judgement, *play.Mismatch) {
	a, err := Authority()
	if err != nil {
		return specs.Unclear("no certificate: %v", err), nil
	}
	srv, err := script.Start(context.WithoutCancel(d.Ctx), script.Options{
		Options: mockservers.Options{
			Authority: a, Capture: -1, Timeouts: mockservers.Timeouts{Idle: d.Wait(), Write: d.Wait(), Handshake: d.Wait()},
			Tap: func(*mockservers.Session) conn.Tap { return d.T.Tap("") },
		},
		Credentials: creds,
	}, s)
	if err != nil {
		return specs.Unclear("the session cannot be served: %v", err), nil
	}
	d.T.Cleanup(func() { srv.Close() })
	d.Addr = srv.Addr()
	run()
	d.CloseSessions()
	wait, cancel := context.WithTimeout(d.Ctx, d.Wait())
	defer cancel()
	reports, err := srv.Wait(wait, 1)
	srv.Close()
	srv.TakeErrors()
	if err != nil {
		d.Unclear("the server has not come to its end: %v", err)
	}
	for _, rep := range reports {
		// What the client did wrong shows there first: what it says of it follows from the end of the connection.
		if m := rep.Mismatches(); len(m) > 0 {
			return specs.Fail(m[0].Expected, mismatched(m[0])), m[0]
		}
		if err := rep.Err(); err != nil {
			d.Fail("the session played to its end", "%v", err)
		}
	}
	return d.Judgement(), nil
}

// mismatched says what came, in a line.
func mismatched(m *play.Mismatch) string {
	s := string(m.Outcome)
	if len(m.Received) > 0 {
		s = wire.Quote(m.Received)
	}
	if m.Err != nil {
		s += ": " + m.Err.Error()
	}
	return fmt.Sprintf("%s (%s)", s, m.Pos)
}
