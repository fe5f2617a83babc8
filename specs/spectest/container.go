package spectest

import (
	"context"
	"fmt"
	"sync"

	"harness/specs/peers"
)

// Contained is a real server in a container, started at its first use: what the parties under test that are in containers share. It is safe for
// concurrent use.
type Contained struct {
	kind  string
	start func(context.Context) (*peers.Server, error)

	mu     sync.Mutex
	err    error
	server *peers.Server
}

// NewContained returns a server in a container; kind is its name until it runs.
func NewContained(kind string, start func(context.Context) (*peers.Server, error)) *Contained {
	return &Contained{kind: kind, start: start}
}

// Name implements specs.ServerUnderTest.
func (c *Contained) Name() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server == nil {
		return c.kind
	}
	return c.server.Software
}

// Disposable implements specs.ServerUnderTest.
func (c *Contained) Disposable() bool { return true }

// Open starts the container, unless it runs already. A case does so too, but within its time.
func (c *Contained) Open(ctx context.Context) error {
	_, err := c.Server(ctx)
	return err
}

// Server returns the server, which it starts unless it runs already. That it does not start is not tried again.
func (c *Contained) Server(ctx context.Context) (*peers.Server, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server == nil && c.err == nil {
		c.server, c.err = c.start(ctx)
	}
	return c.server, c.err
}

// Renew ends the container, if it runs, and starts another.
func (c *Contained) Renew(ctx context.Context) (*peers.Server, error) {
	c.mu.Lock()
	if c.err == nil && c.server != nil {
		c.err = c.server.Close(ctx)
		c.server = nil
	}
	c.mu.Unlock()
	return c.Server(ctx)
}

// Close ends the container for good.
func (c *Contained) Close(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.server == nil {
		return nil
	}
	err := c.server.Close(ctx)
	c.server, c.err = nil, fmt.Errorf("the container of %s is closed", c.kind)
	return err
}
