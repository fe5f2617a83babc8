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
	"harness/specs/spectest"
)

// ContainerServer is a real server in a container. Each case that changes what the server keeps has an account of its own, the others share some; the
// maildrop holds what the case asks for. When the accounts are used up, another container is started.
type ContainerServer struct {
	*spectest.Contained
	kind string

	mu sync.Mutex
	// own and shared are accounts by what their maildrops hold. Those of own are taken once, those of shared in turn.
	own, shared map[string][]string
}

// sharedAccounts is how many accounts there are at most for the cases with the same mail that change nothing: a case need not wait until
// the server has noticed that the sessions of the one before have ended.
const sharedAccounts = 4

// Container returns a server in a container, one of [peers.POP3Servers]. Close ends it.
func Container(kind string) *ContainerServer {
	c := &ContainerServer{kind: kind}
	c.Contained = spectest.NewContained(kind, c.start)
	return c
}

// start starts a container with an account for each server case there is.
func (c *ContainerServer) start(ctx context.Context) (*peers.Server, error) {
	few, err := (serverCase{}).setup()
	if err != nil {
		return nil, err
	}
	opts := peers.POP3Options{Accounts: map[string]string{otherUser: otherPassword}, Mail: map[string][][]byte{otherUser: octets(few.Mail)}}
	own, shared := map[string][]string{}, map[string][]string{}
	for i, row := range serverRows() {
		setup, err := row.setup()
		if err != nil {
			return nil, err
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
	c.mu.Lock()
	c.own, c.shared = own, shared
	c.mu.Unlock()
	return peers.StartPOP3(ctx, c.kind, opts)
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
	if c.kind == "cyrus" && slices.ContainsFunc(setup.Mail, func(m fixtures.Mail) bool { return m.Name == "bare-lf" }) {
		return nil, fmt.Errorf("%w: Cyrus stores CRLF, and no delivery puts a bare LF into its maildrop", specs.ErrCannotSetUp)
	}
	server, err := c.Server(ctx)
	if err != nil {
		return nil, err
	}
	key := maildropKey(setup.Mail)
	if t.Case.Mutates && c.usedUp(key) {
		if server, err = c.Renew(ctx); err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
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
		Name: server.Software, URL: &url.URL{Scheme: "pop3", Host: server.Addr(peers.PortPOP3)}, User: user, Password: password40,
		OtherUser: otherUser, OtherPassword: otherPassword, TLS: server.TLSConfig(), Mail: setup.Mail,
	}, nil
}

// usedUp reports whether no account is left for a case that changes this mail.
func (c *ContainerServer) usedUp(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.own[key]) == 0
}
