//go:build race

package smtpmock

const raceEnabled = true
