package pop3spec

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"harness/fixtures"
	"harness/specs"
	"harness/specs/peers"
)

// ContainerServer is a real server in a container, started at the first case. Each case that changes what the server keeps has an
// account of its own, the others share some; the maildrop holds what the case asks for. When the accounts are used up, another container
// is started.
type ContainerServer struct {
	kind string

	mu     sync.Mutex
	err    error
	server *peers.Server
	// own and shared are accounts by what their maildrops hold. Those of own are taken once, those of shared in turn.
	own, shared map[string][]string
}

// sharedAccounts is how many accounts there are at most for the cases with the same mail that change nothing: a case need not wait until
// the server has noticed that the sessions of the one before have ended.
const sharedAccounts = 4

// Container returns a server in a container, one of [peers.POP3Servers]. Close ends it.
func Container(kind string) *ContainerServer { return &ContainerServer{kind: kind} }

// Name implements specs.ServerUnderTest.
func (c *ContainerServer) Name() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server == nil {
		return c.kind
	}
	return c.server.Software
}

// Disposable implements specs.ServerUnderTest.
func (c *ContainerServer) Disposable() bool { return true }

// Open starts the container, unless it runs already. Start does so too, but within the time of a case.
func (c *ContainerServer) Open(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server == nil && c.err == nil {
		c.open(ctx)
	}
	return c.err
}

// open starts a container with an account for each server case there is.
func (c *ContainerServer) open(ctx context.Context) {
	few, err := (serverCase{}).setup()
	if err != nil {
		c.err = err
		return
	}
	opts := peers.POP3Options{Accounts: map[string]string{otherUser: otherPassword}, Mail: map[string][][]byte{otherUser: octets(few.Mail)}}
	own, shared := map[string][]string{}, map[string][]string{}
	for i, row := range serverRows() {
		setup, err := row.setup()
		if err != nil {
			c.err = err
			return
		}
		if setup.Unswitched() != nil {
			continue
		}
		user := fmt.Sprintf("u%d", i+1)
		key := maildropKey(setup.Mail)
		switch {
		case row.mutates:
			own[key] = append(own[key], user)
		case len(shared[key]) < sharedAccounts:
			shared[key] = append(shared[key], user)
		default:
			continue
		}
		opts.Accounts[user] = password40
		opts.Mail[user] = octets(setup.Mail)
	}
	c.server, c.err = peers.StartPOP3(ctx, c.kind, opts)
	c.own, c.shared = own, shared
}

func octets(mail []fixtures.Mail) [][]byte {
	out := make([][]byte, len(mail))
	for i, m := range mail {
		out[i] = m.Data
	}
	return out
}

func maildropKey(mail []fixtures.Mail) string {
	names := make([]string, len(mail))
	for i, m := range mail {
		names[i] = m.Name
	}
	return strings.Join(names, " ")
}

// Start implements specs.ServerUnderTest.
func (c *ContainerServer) Start(ctx context.Context, t *specs.T, setup specs.Setup) (*specs.Target, error) {
	if err := setup.Unswitched(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server == nil && c.err == nil {
		c.open(ctx)
	}
	if c.err != nil {
		return nil, c.err
	}
	key := maildropKey(setup.Mail)
	if c.kind == "cyrus" && slices.ContainsFunc(setup.Mail, func(m fixtures.Mail) bool { return m.Name == "bare-lf" }) {
		return nil, fmt.Errorf("%w: Cyrus stores CRLF, and no delivery puts a bare LF into its maildrop", specs.ErrCannotSetUp)
	}
	if t.Case.Mutates && len(c.own[key]) == 0 {
		if err := c.server.Close(ctx); err != nil {
			return nil, err
		}
		c.server = nil
		if c.open(ctx); c.err != nil {
			return nil, c.err
		}
	}
	pool := c.shared
	if t.Case.Mutates {
		pool = c.own
	}
	if len(pool[key]) == 0 {
		return nil, fmt.Errorf("%w: no account of the container has the mail %q", specs.ErrCannotSetUp, key)
	}
	user := pool[key][0]
	pool[key] = pool[key][1:]
	if !t.Case.Mutates {
		pool[key] = append(pool[key], user)
	}
	return &specs.Target{
		Name: c.server.Software, URL: &url.URL{Scheme: "pop3", Host: c.server.Addr(peers.PortPOP3)}, User: user, Password: password40,
		OtherUser: otherUser, OtherPassword: otherPassword, TLS: c.server.TLSConfig(), Mail: setup.Mail,
	}, nil
}

// Close ends the container.
func (c *ContainerServer) Close(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server == nil {
		return nil
	}
	err := c.server.Close(ctx)
	c.server, c.err = nil, fmt.Errorf("the container of %s is closed", c.kind)
	return err
}
