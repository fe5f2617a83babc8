package ftpspec

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"harness/fixtures"
	"harness/specs"
	"harness/specs/peers"
	"harness/specs/spectest"
)

const (
	otherUser     = "other"
	otherPassword = "other-secret"
	casePassword  = "case-secret"
	// poolSize is how many accounts the cases with the same files have in turn: a case need not wait until the server has noticed that the
	// sessions of the one before have ended.
	poolSize = 4
)

// ContainerServer is a real server in a container. Cases that change what the server keeps, and do so in a directory of their own, have other accounts
// than those that do not; the home directories hold what the case asks for.
type ContainerServer struct {
	*spectest.Contained

	mu    sync.Mutex
	pools map[string][]string // accounts by whether the cases change anything, and by what is in their homes
}

// Container returns a server in a container, one of [peers.FTPServers]. Close ends it.
func Container(kind string) *ContainerServer {
	c := &ContainerServer{pools: map[string][]string{}}
	c.Contained = spectest.NewContained(kind, func(ctx context.Context) (*peers.Server, error) { return c.start(ctx, kind) })
	return c
}

func (c *ContainerServer) start(ctx context.Context, kind string) (*peers.Server, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	opts := peers.FTPOptions{Accounts: map[string]string{otherUser: otherPassword}, Files: map[string][]fixtures.File{otherUser: fixtures.Files()}}
	for i, row := range serverRows() {
		setup := row.setup()
		if setup.Unswitched() != nil {
			continue
		}
		files := homeFiles(setup)
		key := homeKey(row.mutates, files)
		if len(c.pools[key]) == poolSize {
			continue
		}
		user := fmt.Sprintf("u%d", i+1)
		c.pools[key] = append(c.pools[key], user)
		opts.Accounts[user], opts.Files[user] = casePassword, files
	}
	return peers.StartFTP(ctx, kind, opts)
}

// homeFiles are what a case wants its home directory to hold.
func homeFiles(setup specs.Setup) []fixtures.File {
	if setup.Files == nil {
		return fixtures.Files()
	}
	return setup.Files
}

func homeKey(mutates bool, files []fixtures.File) string {
	var key strings.Builder
	fmt.Fprint(&key, mutates)
	for _, f := range files {
		fmt.Fprintf(&key, " %q %v %d", f.Path, f.Mode, len(f.Data))
	}
	return key.String()
}

// Start implements specs.ServerUnderTest.
func (c *ContainerServer) Start(ctx context.Context, t *specs.T, setup specs.Setup) (*specs.Target, error) {
	if err := setup.Unswitched(); err != nil {
		return nil, err
	}
	server, err := c.Server(ctx)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	files := homeFiles(setup)
	key := homeKey(t.Case.Mutates, files)
	pool := c.pools[key]
	if len(pool) == 0 {
		return nil, fmt.Errorf("%w: no account of the container has the files that the case wants", specs.ErrCannotSetUp)
	}
	c.pools[key] = append(pool[1:], pool[0])
	return &specs.Target{
		Name: server.Software, URL: &url.URL{Scheme: "ftp", Host: server.Addr(peers.PortFTP)}, User: pool[0], Password: casePassword,
		OtherUser: otherUser, OtherPassword: otherPassword, TLS: server.TLSConfig(), Files: files,
	}, nil
}
