package spectest

import (
	"context"
	"crypto/tls"
	"strings"
	"testing"

	"harness/internal/auth"
	"harness/internal/record"
	scripted "harness/mockservers/script"
	"harness/transcript"
)

// RecordedRun is something that a real client does with a real server, to be recorded.
type RecordedRun struct {
	// Upstream is the URL of the server, and TLS how it is trusted.
	Upstream string
	TLS      *tls.Config
	// User and Password are those of the account; the session must not hold the password.
	User, Password string
	// Do has the client do it with the server at an address, whose authority is ca, in PEM. It fails the test if the client does.
	Do func(t *testing.T, addr string, ca []byte, password string)
}

// Record records the session, which has to hold all of want.
func (r RecordedRun) Record(ctx context.Context, t *testing.T, want ...string) *transcript.Session {
	t.Helper()
	proxy, err := record.Start(ctx, record.Options{Upstream: r.Upstream, Dir: t.TempDir(), TLS: r.TLS})
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	a, err := proxy.Authority()
	if err != nil {
		t.Fatal(err)
	}
	r.Do(t, proxy.Addr(), a.PEM(), r.Password)
	files, err := proxy.Wait(ctx, 1)
	if err == nil {
		err = proxy.Close()
	}
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	session, err := transcript.Load(files[0])
	if err != nil {
		t.Fatal(err)
	}
	text := string(session.Print())
	for _, w := range want {
		if !strings.Contains(strings.ToUpper(text), strings.ToUpper(w)) {
			t.Errorf("no %q in the session:\n%s", w, text)
		}
	}
	if strings.Contains(text, r.Password) {
		t.Error("the session holds the password")
	}
	return session
}

// Serve serves a session to the client again, which has another password then.
func (r RecordedRun) Serve(t *testing.T, session *transcript.Session) {
	t.Helper()
	const another = "another"
	srv := scripted.NewSessions(t, scripted.Options{Credentials: &auth.Credentials{User: r.User, Password: another}}, session)
	a, err := srv.Authority()
	if err != nil {
		t.Fatal(err)
	}
	r.Do(t, srv.Addr(), a.PEM(), another)
}
