package peers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// Label is on every container and image of this package; its value is the name of the server, or "clients".
const Label = "harness.peer"

const (
	processLabel = "harness.process" // the id of the process that started a container

	createTimeout = 30 * time.Second
	removeTimeout = 20 * time.Second
	execTimeout   = time.Minute
	logLimit      = 4 << 20
)

// box is a running container whose standard streams are attached to this process. When that connection breaks, its
// standard input ends, and the container with it.
type box struct {
	name     string
	provider *testcontainers.DockerProvider
	ctr      testcontainers.Container
	stream   client.HijackedResponse
	logs     logs
	ended    chan struct{} // closed when the container's output has ended
	execs    atomic.Int64  // numbers the files that hold process ids

	closing  sync.Once
	closeErr error
}

// startBox creates a container and starts it. On failure nothing is left of it.
func startBox(ctx context.Context, name string, request testcontainers.ContainerRequest, host func(*container.HostConfig)) (*box, error) {
	provider, err := connect(ctx)
	if err != nil {
		return nil, err
	}
	image, err := ensureImage(ctx, provider, name)
	if err != nil {
		return nil, err
	}
	request.Image = image
	request.Labels = map[string]string{Label: name, processLabel: strconv.Itoa(os.Getpid())}
	request.ConfigModifier = func(c *container.Config) {
		c.Hostname = name
		c.OpenStdin, c.StdinOnce = true, true
		c.AttachStdin, c.AttachStdout, c.AttachStderr = true, true, true
	}
	request.HostConfigModifier = func(h *container.HostConfig) {
		h.AutoRemove = true
		if host != nil {
			host(h)
		}
	}

	b := &box{name: name, provider: provider, ended: make(chan struct{})}
	// Were this cancelled, the engine might create the container and nobody know its id.
	createCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), createTimeout)
	defer cancel()
	b.ctr, err = provider.CreateContainer(createCtx, request)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = b.attach(ctx)
	}
	if err == nil {
		err = b.ctr.Start(ctx)
	}
	if err != nil {
		err = fmt.Errorf("peers: starting container %s: %w", name, err)
		return nil, errors.Join(err, b.close(ctx))
	}
	return b, nil
}

func (b *box) attach(ctx context.Context) error {
	attached, err := b.provider.Client().ContainerAttach(ctx, b.ctr.GetContainerID(), client.ContainerAttachOptions{
		Stream: true, Stdin: true, Stdout: true, Stderr: true,
	})
	if err != nil {
		return err
	}
	b.stream = attached.HijackedResponse
	go func() {
		defer close(b.ended)
		// It ends with the container or with close; either way there is no more to read, whatever the error.
		_, _ = stdcopy.StdCopy(&b.logs, &b.logs, b.stream.Reader)
	}()
	return nil
}

// close removes the container. It takes its own time, for it has to happen when ctx is over, too.
func (b *box) close(ctx context.Context) error {
	b.closing.Do(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), removeTimeout)
		defer cancel()
		// The interface may hold a nil pointer.
		if ctr, ok := b.ctr.(*testcontainers.DockerContainer); ok && ctr != nil {
			b.closeErr = b.remove(ctx, ctr)
		}
		if b.stream.Conn != nil {
			b.stream.Close()
			<-b.ended
		}
		// Its idle connections would be goroutines that are left. It stays in use.
		_ = b.provider.Close()
	})
	return b.closeErr
}

func (b *box) remove(ctx context.Context, ctr *testcontainers.DockerContainer) error {
	// Terminate also lets go of the reaper. Its error may only say that the engine, which removes a container that
	// ended, was faster; so the engine is asked.
	err := ctr.Terminate(ctx, testcontainers.StopContext(ctx), testcontainers.StopTimeout(0))
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		_, inspectErr := b.provider.Client().ContainerInspect(ctx, ctr.GetContainerID(), client.ContainerInspectOptions{})
		if errdefs.IsNotFound(inspectErr) {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("peers: container %s (%s) is still there after %v: %w; remove it with \"docker rm -f\"",
				b.name, ctr.GetContainerID()[:12], removeTimeout, errors.Join(err, inspectErr))
		}
	}
}

// execution is a command to run in a container.
type execution struct {
	args  []string
	stdin []byte
	env   []string
	dir   string
}

// exec runs a command and waits for it until ctx ends, or a minute if ctx has no deadline; then the command is killed.
// That the command fails is not an error.
func (b *box) exec(ctx context.Context, e execution) (*Result, error) {
	if len(e.args) == 0 {
		return nil, errors.New("peers: no command given")
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, execTimeout)
		defer cancel()
	}
	api := b.provider.Client()
	// The engine cannot end what it runs, so the command leaves its process id.
	pidFile := "/run/harness-" + strconv.FormatInt(b.execs.Add(1), 10)
	created, err := api.ExecCreate(ctx, b.ctr.GetContainerID(), client.ExecCreateOptions{
		Cmd:          append([]string{"sh", "-c", `echo $$ >"$0" && exec "$@"`, pidFile}, e.args...),
		AttachStdin:  true,
		AttachStdout: true,
		AttachStderr: true,
		Env:          e.env,
		WorkingDir:   e.dir,
	})
	if err != nil {
		return nil, fmt.Errorf("peers: running %s in container %s: %w", e.args[0], b.name, err)
	}
	stream, err := api.ExecAttach(ctx, created.ID, client.ExecAttachOptions{})
	if err != nil {
		return nil, fmt.Errorf("peers: running %s in container %s: %w", e.args[0], b.name, err)
	}
	defer stream.Close()

	result := &Result{}
	var wg sync.WaitGroup
	defer wg.Wait()
	finished := make(chan error, 1)
	wg.Go(func() {
		// A command need not read all its input; the result shows what came of it.
		_, _ = stream.Conn.Write(e.stdin)
		_ = stream.CloseWrite()
	})
	wg.Go(func() {
		var stdout, stderr bytes.Buffer
		_, err := stdcopy.StdCopy(&stdout, &stderr, stream.Reader)
		result.Stdout, result.Stderr = stdout.Bytes(), stderr.Bytes()
		finished <- err
	})
	select {
	case err = <-finished:
	case <-ctx.Done():
		b.kill(ctx, pidFile)
		stream.Close()
		<-finished
		return nil, fmt.Errorf("peers: %s in container %s was stopped before it ended: %w; it wrote:\n%s%s", e.args[0], b.name, ctx.Err(), result.Stdout, result.Stderr)
	}
	// A write that the command never read would hold its goroutine.
	stream.Close()
	if err != nil {
		return nil, fmt.Errorf("peers: reading the output of %s in container %s: %w", e.args[0], b.name, err)
	}
	state, err := b.execState(ctx, created.ID)
	if err != nil {
		return nil, fmt.Errorf("peers: exit status of %s in container %s: %w", e.args[0], b.name, err)
	}
	result.ExitCode = state.ExitCode
	return result, nil
}

// execState waits for the engine to notice that a command, whose output has ended, has ended too.
func (b *box) execState(ctx context.Context, id string) (client.ExecInspectResult, error) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		state, err := b.provider.Client().ExecInspect(ctx, id, client.ExecInspectOptions{})
		if err != nil || !state.Running {
			return state, err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return state, ctx.Err()
		}
	}
}

// kill ends the command that left its process id in a file. What it cannot reach ends with the container.
func (b *box) kill(ctx context.Context, pidFile string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	api := b.provider.Client()
	created, err := api.ExecCreate(ctx, b.ctr.GetContainerID(), client.ExecCreateOptions{
		Cmd: []string{"sh", "-c", `kill -KILL "$(cat "$0")"`, pidFile},
	})
	if err == nil {
		_, _ = api.ExecStart(ctx, created.ID, client.ExecStartOptions{Detach: true})
	}
}

// logs is what a container wrote: all of it, or, past logLimit, the later part.
type logs struct {
	mu   sync.Mutex
	data []byte
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.data = append(l.data, p...)
	if len(l.data) > logLimit {
		l.data = append([]byte(nil), l.data[len(l.data)-logLimit/2:]...)
	}
	return len(p), nil
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.data)
}
