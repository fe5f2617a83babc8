package pop3spec

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"harness/mockservers/pop3mock"
	"harness/specs"
	"harness/specs/register"
)

// uncovered are the rules that no case judges, with the reason.
var uncovered = map[string]string{
	"pop3/capa-reissued-after-layer": noLayer,
	"pop3/auth-layer-optional":       noLayer,
	"pop3/auth-layer-begin-client":   noLayer,
	"pop3/auth-layer-begin-server":   noLayer,
	"pop3/auth-layer-client-forgets": noLayer,
	"pop3/auth-layer-server-forgets": noLayer,
	"pop3/auth-layer-under-tls":      noLayer,
	"pop3/auth-service-name":         "only GSSAPI and DIGEST-MD5 name the service, and neither is here",
}

const noLayer = "it needs a mechanism with a security layer (GSSAPI, DIGEST-MD5), and neither client nor mock has one"

// serverCases are the cases of the rows.
func serverCases(rows []serverCase) []specs.Case {
	out := make([]specs.Case, len(rows))
	for i, row := range rows {
		out[i] = row.build()
	}
	return out
}

// TestOwnCases wants each rule of RFC 1939 that binds servers to be some case's own requirement.
func TestOwnCases(t *testing.T) {
	judged := map[string]bool{}
	for _, c := range protocol.Cases(t, specs.ServerCases) {
		judged[c.Requirement] = true
	}
	for _, e := range register.ByRFC(1939) {
		if e.Protocol() == "pop3" && e.OffWire == "" && e.Party.Binds(register.Server) && !judged[e.ID] {
			t.Errorf("%s (%s) is no case's own requirement", e.ID, e.Cite())
		}
	}
}

// TestUserServer runs the cases against a server that is somebody's: nothing is set up, and nothing is changed.
func TestUserServer(t *testing.T) {
	t.Parallel()
	srv := pop3mock.New(t, pop3mock.WithAccount(pop3mock.Account{Name: "carol", Password: "see sharp"}))
	u, err := url.Parse(srv.URL())
	if err != nil {
		t.Fatal(err)
	}
	env := protocol.Env(t, &specs.UserServer{Target: specs.Target{Name: "carol's", URL: u, User: "carol", Password: "see sharp"}})
	before := maildrop(t, srv)
	for _, c := range serverCases(rfc1939Rows()) {
		r := specs.RunCase(t.Context(), env, c)
		if r.Failed() || r.Judgement.Kind == specs.Violated && r.Entry.Level == register.Must {
			t.Error(r.Message())
		}
		if strings.Contains(r.Message(), "see sharp") {
			t.Errorf("%s shows the password", c.ID)
		}
	}
	if after := maildrop(t, srv); after != before {
		t.Errorf("the maildrop had %d messages, and has %d now", before, after)
	}
}

// maildrop counts carol's messages, by a session of its own.
func maildrop(t *testing.T, srv *pop3mock.Server) int {
	t.Helper()
	m, ok := srv.Store().Maildrop("carol")
	if !ok {
		t.Fatal("carol has no maildrop")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for {
		drop, err := m.Open(false)
		if err == nil {
			defer drop.Close()
			return len(drop.Messages())
		}
		select {
		case <-time.After(10 * time.Millisecond): // a session of the last case may still be ending
		case <-ctx.Done():
			t.Fatal(err)
		}
	}
}
