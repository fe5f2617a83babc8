package pop3client_test

import (
	"context"
	"crypto/tls"
	"testing"

	"go.uber.org/goleak"

	"harness/clients/pop3client"
	"harness/internal/clienttest"
	"harness/internal/conn"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// configs returns the configurations of a server named 127.0.0.1 and of a client that trusts it.
func configs() (server, client *tls.Config) { return clienttest.TLS().Server, clienttest.TLS().Client }

// listen starts a server for one connection, which serve speaks for. What serve returns is checked at the test's end.
func listen(t testing.TB, serve func(ctx context.Context, s *conn.Conn) error) (addr string) {
	t.Helper()
	return clienttest.Listen(t, "127.0.0.1:0", serve)
}

func write(ctx context.Context, s *conn.Conn, text string) error {
	return clienttest.Write(ctx, s, text)
}

func readLine(ctx context.Context, s *conn.Conn) (string, error) { return clienttest.ReadLine(ctx, s) }

// script returns a server that plays lines; see [clienttest.Script].
func script(text string) func(ctx context.Context, s *conn.Conn) error {
	return clienttest.Script(text, nil)
}

// dial connects to a server that plays text.
func dial(t testing.TB, opts *pop3client.Options, text string) *pop3client.Client {
	t.Helper()
	c, err := pop3client.Dial(context.Background(), listen(t, script(text)), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}
