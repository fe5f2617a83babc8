package trial

import (
	"context"
	"fmt"

	"harness/internal/auth"
	"harness/internal/conn"
	"harness/internal/play"
	"harness/mockservers"
	"harness/mockservers/script"
	"harness/protocols/wire"
	"harness/specs"
	"harness/transcript"
)

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
