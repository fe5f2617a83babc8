package transcript

import "time"

// Duration is a time.Duration that prints shortest: "2s", "200ms".
type Duration time.Duration

// String returns the duration as a session file has it.
func (d Duration) String() string { return time.Duration(d).String() }
