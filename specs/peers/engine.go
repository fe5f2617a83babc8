package peers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
)

const (
	engineTimeout = 5 * time.Second
	reaperTimeout = 10 * time.Second
)

// ErrNoEngine is what the errors of this package wrap when no container engine answers.
var ErrNoEngine = errors.New("no container engine answers")

// Available reports whether a container engine answers; if none does, the error wraps [ErrNoEngine] and says what was
// tried. The first call takes at most 15 seconds; its answer holds for the life of the process.
func Available(ctx context.Context) error {
	_, err := connect(ctx)
	return err
}

// Required reports whether the absence of a container engine is a failure, rather than a reason to skip: the environment
// says HARNESS_REQUIRE_CONTAINERS=1.
func Required() bool { return os.Getenv("HARNESS_REQUIRE_CONTAINERS") == "1" }

// Require ends a test that needs a container engine where none answers: as failed if [Required], else as skipped.
func Require(tb testing.TB) {
	tb.Helper()
	err := Available(context.Background())
	switch {
	case err == nil:
	case Required():
		tb.Fatalf("HARNESS_REQUIRE_CONTAINERS=1, but: %v", err)
	default:
		tb.Skipf("needs a container engine: %v", err)
	}
}

// engine is the connection to the container engine, made once. Whoever holds the token of turn may change it.
var engine = struct {
	turn     chan struct{}
	tried    bool
	provider *testcontainers.DockerProvider
	err      error
}{turn: make(chan struct{}, 1)}

// connect returns the connection to the engine. A caller's cancellation is not kept as the answer.
func connect(ctx context.Context) (*testcontainers.DockerProvider, error) {
	select {
	case engine.turn <- struct{}{}:
		defer func() { <-engine.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("peers: looking for a container engine: %w", ctx.Err())
	}
	if engine.tried {
		return engine.provider, engine.err
	}
	provider, err := dial(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("peers: looking for a container engine: %w", ctx.Err())
		}
		err = fmt.Errorf("peers: %w: %w; start one (scripts/engine.sh does where dockerd is installed) or set DOCKER_HOST", ErrNoEngine, err)
	}
	engine.tried, engine.provider, engine.err = true, provider, err
	return provider, err
}

func dial(ctx context.Context) (*testcontainers.DockerProvider, error) {
	log.SetDefault(log.NewNoopLogger())
	// With a file of their own for testcontainers, users have decided where the engine is and what is pulled.
	if !exists(propertiesFile()) {
		if err := configure(ctx); err != nil {
			return nil, err
		}
	}

	type outcome struct {
		provider *testcontainers.DockerProvider
		err      error
	}
	ctx, cancel := context.WithTimeout(ctx, engineTimeout)
	defer cancel()
	done := make(chan outcome, 1)
	// NewDockerProvider takes no context, and panics on some broken configurations.
	go func() {
		var o outcome
		defer func() {
			if r := recover(); r != nil {
				o = outcome{err: fmt.Errorf("testcontainers: %v", r)}
			}
			done <- o
		}()
		if o.provider, o.err = testcontainers.NewDockerProvider(); o.err == nil {
			if o.err = o.provider.Health(ctx); o.err == nil {
				o.err = sweep(ctx, o.provider.Client())
			}
			_ = o.provider.Close() // its idle connections; it stays in use
		}
	}()
	select {
	case o := <-done:
		if o.err != nil {
			return nil, o.err
		}
		return o.provider, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// sweep removes what a process left that was killed between creating a container and starting it; from then on a container
// ends with its process.
func sweep(ctx context.Context, api client.APIClient) error {
	list, err := api.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: client.Filters{}.Add("label", Label).Add("status", "created")})
	if err != nil {
		return fmt.Errorf("listing containers: %w", err)
	}
	for _, c := range list.Items {
		if time.Since(time.Unix(c.Created, 0)) < 10*createTimeout {
			continue
		}
		if _, err := api.ContainerRemove(ctx, c.ID, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true}); err != nil && !errdefs.IsNotFound(err) && !errdefs.IsConflict(err) {
			return fmt.Errorf("removing the stray container %.12s: %w", c.ID, err)
		}
	}
	return nil
}

func propertiesFile() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".testcontainers.properties")
}

func exists(path string) bool {
	if path == "" {
		return false
	}
	_, err := os.Stat(path)
	return err == nil
}

// configure finds the engine and sets the variables that testcontainers-go reads at its own first use.
func configure(ctx context.Context) error {
	api, host, err := answering(ctx)
	if err != nil {
		return err
	}
	defer api.Close()

	if _, set := os.LookupEnv("TESTCONTAINERS_RYUK_DISABLED"); !set && !reaperImage(ctx, api) {
		if err := os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true"); err != nil {
			return err
		}
	}
	if _, set := os.LookupEnv("TESTCONTAINERS_HOST_OVERRIDE"); !set && strings.HasPrefix(host, "unix:") && portsAreLocal(ctx, api) {
		if err := os.Setenv("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1"); err != nil {
			return err
		}
	}
	return nil
}

// answering returns a client of the first engine that answers, where testcontainers-go will look for it too.
func answering(ctx context.Context) (*client.Client, string, error) {
	ctx, cancel := context.WithTimeout(ctx, engineTimeout)
	defer cancel()
	hosts := []string{os.Getenv("DOCKER_HOST")}
	if hosts[0] == "" {
		hosts = []string{client.DefaultDockerHost}
		if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
			hosts = append(hosts, "unix://"+filepath.Join(dir, "docker.sock"))
		}
		if home, err := os.UserHomeDir(); err == nil {
			hosts = append(hosts, "unix://"+filepath.Join(home, ".docker/run/docker.sock"), "unix://"+filepath.Join(home, ".docker/desktop/docker.sock"))
		}
	}
	var errs []error
	for _, host := range hosts {
		if path, ok := strings.CutPrefix(host, "unix://"); ok && !exists(path) {
			errs = append(errs, fmt.Errorf("%s does not exist", path))
			continue
		}
		api, err := client.New(client.FromEnv, client.WithHost(host))
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", host, err))
			continue
		}
		if _, err := api.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true}); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", host, err))
			api.Close()
			continue
		}
		return api, host, nil
	}
	return nil, "", errors.Join(errs...)
}

// reaperImage reports whether the image of testcontainers' reaper is there, or could be pulled.
func reaperImage(ctx context.Context, api *client.Client) bool {
	ctx, cancel := context.WithTimeout(ctx, reaperTimeout)
	defer cancel()
	//lint:ignore SA1019 nothing else tells which image testcontainers will want
	name := testcontainers.ReaperDefaultImage
	if prefix := os.Getenv("TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX"); prefix != "" {
		name = strings.TrimSuffix(prefix, "/") + "/" + name
	}
	if _, err := api.ImageInspect(ctx, name); err == nil {
		return true
	}
	return pull(ctx, api, name) == nil
}

// pull pulls an image once; testcontainers-go would try again until the context ends.
func pull(ctx context.Context, api client.APIClient, name string) error {
	progress, err := api.ImagePull(ctx, name, client.ImagePullOptions{})
	if err != nil {
		return err
	}
	defer progress.Close()
	return progress.Wait(ctx)
}

// portsAreLocal reports whether the ports that containers publish answer on this machine's loopback interface. They do
// unless this process runs in a container beside the others, with the engine's socket handed in. The file that
// testcontainers-go goes by is there in virtual machines made from container images as well; the interface of the
// engine's own network is there only where the engine is.
func portsAreLocal(ctx context.Context, api *client.Client) bool {
	if !exists("/.dockerenv") {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, engineTimeout)
	defer cancel()
	bridge, err := api.NetworkInspect(ctx, "bridge", client.NetworkInspectOptions{})
	if err != nil {
		return false
	}
	iface, err := net.InterfaceByName(bridge.Network.Options["com.docker.network.bridge.name"])
	if err != nil {
		return false
	}
	addrs, err := iface.Addrs()
	if err != nil {
		return false
	}
	for _, addr := range addrs {
		prefix, err := netip.ParsePrefix(addr.String())
		if err != nil {
			continue
		}
		for _, pool := range bridge.Network.IPAM.Config {
			if pool.Subnet.Contains(prefix.Addr()) {
				return true
			}
		}
	}
	return false
}
