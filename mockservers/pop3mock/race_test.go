//go:build race

package pop3mock

const raceEnabled = true
