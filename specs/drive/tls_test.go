package drive

import (
	"crypto/tls"
	"errors"
	"net"
	"testing"

	"harness/internal/ca"
)

// TestHello has a server that is not ours read the ClientHello: it chooses of what is offered, and refuses what it does not have.
func TestHello(t *testing.T) {
	authority, err := ca.New()
	if err != nil {
		t.Fatal(err)
	}
	hello := func(suites ...uint16) (*ServerHello, error) {
		client, server := net.Pipe()
		done := make(chan struct{})
		defer func() { client.Close(); <-done }()
		go func() {
			defer close(done)
			defer server.Close()
			_ = tls.Server(server, authority.ServerConfig()).Handshake()
		}()
		if _, err := client.Write(clientHello(suites, []byte{1, 0})); err != nil {
			t.Fatal(err)
		}
		return readServerHello(client)
	}
	want := ServerHello{Suite: tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}
	if got, err := hello(tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA, want.Suite); err != nil || *got != want {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
	if got, err := hello(tls.TLS_ECDHE_ECDSA_WITH_RC4_128_SHA); !errors.Is(err, errRefused) {
		t.Errorf("a server without RC4: %v, %v", got, err)
	}
}
