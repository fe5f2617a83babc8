package specs

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"harness/internal/conn"
)

// ErrCannotSetUp is returned by [ServerUnderTest.Start], wrapped, for a setup that the server cannot be brought into: features of a server
// that isn't ours, mail in a maildrop that cannot be filled. [NotStarted] makes the judgement of it.
var ErrCannotSetUp = errors.New("the server cannot be set up so")

// NotStarted is the judgement of a case whose server could not be started: inconclusive, with the reason.
func NotStarted(err error) Judgement {
	if errors.Is(err, ErrCannotSetUp) {
		return Unclear("%v", err)
	}
	return Unclear("the server under test could not be started: %v", err)
}

// cleanupTimeout bounds all clean-ups of a case together.
const cleanupTimeout = 15 * time.Second

// T is what a case is given. Its methods may be called by several goroutines.
type T struct {
	Case Case
	Env  *Env

	exchange exchange
	mu       sync.Mutex
	cleanups []func()
	ended    bool
	secrets  []string
}

// NewT returns a T outside of a run, for a test that starts a server or a client under test by itself. The caller calls [T.End].
func NewT(env *Env, c Case) *T {
	t := &T{Case: c, Env: env}
	t.exchange.start(env.dialects[c.Protocol()])
	return t
}

// Tap returns a tap whose octets appear in the report if the case does not conform, secrets redacted. Each call is for one more connection
// (an FTP client's data connections are channels of it); name tells several connections apart: "" for the first, such as "2" for another.
func (t *T) Tap(name string) conn.Tap { return t.exchange.tap(name) }

// Note adds a remark to the exchange that a report shows.
func (t *T) Note(format string, args ...any) { t.exchange.note(fmt.Sprintf(format, args...)) }

// Exchange returns the last lines that passed over the taps, in the order of time.
func (t *T) Exchange() []Line { return t.exchange.lines() }

// Cleanup registers f to be called when the case ends, last first. All of a case's clean-ups share a bound of 15 s. Registered after the
// end, f is called at once.
func (t *T) Cleanup(f func()) {
	t.mu.Lock()
	if !t.ended {
		t.cleanups = append(t.cleanups, f)
		f = nil
	}
	t.mu.Unlock()
	if f != nil {
		f()
	}
}

// Quiet is how long the case listens where nothing may arrive: the environment's QuietWait with its factor.
func (t *T) Quiet() time.Duration {
	d := t.Env.QuietWait
	if d <= 0 {
		d = DefaultQuietWait
	}
	return t.Scale(d)
}

// Scale returns a time limit of the case's own with the environment's factor.
func (t *T) Scale(d time.Duration) time.Duration { return t.Env.scale(d) }

// Start starts the server under test; see [ServerUnderTest].
func (t *T) Start(ctx context.Context, setup Setup) (*Target, error) {
	if t.Env.Server == nil {
		return nil, fmt.Errorf("%w: there is no server under test", ErrCannotSetUp)
	}
	target, err := t.Env.Server.Start(ctx, t, setup)
	if err == nil && !t.Env.Server.Disposable() {
		t.mu.Lock()
		t.secrets = append(t.secrets, target.Password, target.OtherPassword)
		t.mu.Unlock()
	}
	return target, err
}

// Fresh says whether the server under test is made anew for each case, so that nothing needs to be cleaned up in it.
func (t *T) Fresh() bool {
	f, ok := t.Env.Server.(FreshServer)
	return ok && f.Fresh()
}

// redact hides the passwords of a user's server in a text of the case's own.
func (t *T) redact(s string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, secret := range t.secrets {
		// A shorter one would take words out of the sentence, and hide nothing.
		if len(secret) >= 4 {
			s = strings.ReplaceAll(s, secret, "***")
		}
	}
	return s
}

// End calls the clean-ups, last first. It returns an error if one of them panics, or if they do not end in time. A second call does nothing.
func (t *T) End() error {
	t.mu.Lock()
	list := t.cleanups
	t.cleanups, t.ended = nil, true
	t.mu.Unlock()
	if len(list) == 0 {
		return nil
	}
	done := make(chan error, 1)
	go func() {
		var errs []error
		for i := len(list) - 1; i >= 0; i-- {
			if err := guard(list[i]); err != nil {
				errs = append(errs, fmt.Errorf("a clean-up failed: %w", err))
			}
		}
		done <- errors.Join(errs...)
	}()
	timer := time.NewTimer(cleanupTimeout)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return fmt.Errorf("the clean-ups did not end in %v", cleanupTimeout)
	}
}

// guard calls f and makes an error of its panic.
func guard(f func()) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	f()
	return nil
}
