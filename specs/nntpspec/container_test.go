package nntpspec

import (
	"context"
	"net/url"

	"harness/specs"
	"harness/specs/peers"
	"harness/specs/spectest"
)

// ContainerServer is a real server in a container, with the news of the fixtures. Cases post to one of its groups, and leave there what they posted.
type ContainerServer struct {
	*spectest.Contained
	port int
}

// Container returns a server in a container, one of [peers.NNTPServers], at one of its ports. Close ends it.
func Container(kind string, port int) *ContainerServer {
	return &ContainerServer{port: port, Contained: spectest.NewContained(kind, func(ctx context.Context) (*peers.Server, error) {
		return peers.StartNNTP(ctx, kind, peers.NNTPOptions{})
	})}
}

// Start implements specs.ServerUnderTest.
func (c *ContainerServer) Start(ctx context.Context, _ *specs.T, setup specs.Setup) (*specs.Target, error) {
	if err := setup.Unswitched(); err != nil {
		return nil, err
	}
	server, err := c.Server(ctx)
	if err != nil {
		return nil, err
	}
	target := &specs.Target{Name: server.Software, URL: &url.URL{Scheme: "nntp", Host: server.Addr(c.port), Path: "/" + homeGroup}, TLS: server.TLSConfig()}
	// Who is to switch to reading has to do so before authenticating (RFC 4643 section 2.2).
	if c.port == peers.PortNNTP {
		target.User, target.Password = "alice", server.Accounts["alice"]
	}
	return target, nil
}
