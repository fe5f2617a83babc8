package servertest

import "fmt"

// ExampleT stands for the *testing.T that an example does not have.
type ExampleT struct{ cleanups []func() }

// Helper does nothing.
func (t *ExampleT) Helper() {}

// Name is that of an example.
func (t *ExampleT) Name() string { return "Example" }

// Cleanup has f called by End.
func (t *ExampleT) Cleanup(f func()) { t.cleanups = append(t.cleanups, f) }

// Logf prints a line.
func (t *ExampleT) Logf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// Errorf prints a line.
func (t *ExampleT) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }

// Fatalf panics.
func (t *ExampleT) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// End does what a test's end does.
func (t *ExampleT) End() {
	for i := len(t.cleanups) - 1; i >= 0; i-- {
		t.cleanups[i]()
	}
}
