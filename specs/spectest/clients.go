package spectest

import (
	"bytes"
	"context"
	"testing"
	"time"

	"harness/mockservers"
	"harness/protocols/dialect"
	"harness/specs/peers"
)

// ClientTime bounds a run of a real client, and what is waited for around it.
const ClientTime = time.Minute

// RealClients returns client programs, by their names, until the test ends: from PATH or from the container of clients (see [peers.LookClient]). Without
// one of them the test is skipped, or failed if containers are required.
func RealClients(t *testing.T, names ...string) map[string]*peers.Client {
	t.Helper()
	clients := map[string]*peers.Client{}
	for _, name := range names {
		clients[name] = RealClient(t, peers.LookClient, name)
	}
	return clients
}

// RealClient is RealClients for one program, which look finds: [peers.ContainerClient] where it matters which version it is.
func RealClient(t *testing.T, look func(context.Context, string) (*peers.Client, error), name string) *peers.Client {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // the image may have to be built
	defer cancel()
	c, err := look(ctx, name)
	if err != nil {
		if peers.Required() {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	t.Cleanup(func() {
		if err := c.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	t.Log(c.Software)
	return c
}

// RunClient runs a client against a mock, whose authority is the file ca.pem of the working directory.
func RunClient(ctx context.Context, tb mockservers.TB, c *peers.Client, srv *mockservers.Server, cmd peers.Command) *peers.Result {
	tb.Helper()
	ca, err := srv.Authority()
	if err != nil {
		tb.Fatalf("%v", err)
	}
	files := map[string][]byte{"ca.pem": ca.PEM()}
	for name, data := range cmd.Files {
		files[name] = data
	}
	cmd.Files = files
	ctx, cancel := context.WithTimeout(ctx, ClientTime)
	defer cancel()
	result, err := c.Run(ctx, cmd)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	return result
}

// Said returns what the clients of a mock sent in so many sessions, which it waits for.
func Said(ctx context.Context, tb mockservers.TB, srv *mockservers.Server, sessions int) string {
	tb.Helper()
	ctx, cancel := context.WithTimeout(ctx, ClientTime)
	defer cancel()
	all, err := srv.WaitSessions(ctx, sessions)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	var out bytes.Buffer
	for _, s := range all {
		out.Write(s.Said(dialect.Client))
	}
	return out.String()
}

// Slow are faults that may slow a client down, but must not change what it gets.
var Slow = map[string][]mockservers.Fault{
	"undisturbed":              nil,
	"replies octet by octet":   {{Kind: mockservers.Octets}},
	"replies late and at once": {{Kind: mockservers.Coalesce, N: 3, Delay: 5 * time.Millisecond}},
}
