package main

import (
	"io"
	"os"
	"sync"

	"github.com/moby/term"
)

// output is a writer for several goroutines.
type output struct {
	mu sync.Mutex
	w  io.Writer
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.w.Write(p)
}

// isTerminal says whether w is a terminal.
func isTerminal(w io.Writer) bool {
	if o, ok := w.(*output); ok {
		w = o.w
	}
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(f.Fd())
}

// colored says whether to write colours to w.
func (a *app) colored(w io.Writer) bool {
	switch a.color {
	case "always":
		return true
	case "never":
		return false
	}
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}

// The colours, as ANSI sequences.
const (
	colorOff    = "\x1b[0m"
	colorBold   = "\x1b[1m"
	colorFaint  = "\x1b[2m"
	colorRed    = "\x1b[31m"
	colorGreen  = "\x1b[32m"
	colorYellow = "\x1b[33m"
	colorBlue   = "\x1b[36m"
)

// paint returns s in a colour, or as it is.
func paint(on bool, color, s string) string {
	if !on || color == "" {
		return s
	}
	return color + s + colorOff
}
