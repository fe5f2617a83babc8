// Package bench compares the speed of clients and mock servers with the bare machine, in one run: each benchmark measures both in turn and
// reports the ratio, so that the figure means the same on a slow machine and on a fast one. Run it with make bench.
package bench
