package smtpspec

import (
	"harness/mockservers"
	"harness/specs/trial"
)

// deviation describes a deviation of the reference client, with what it violates, without "smtp/".
func deviation(name, summary string, violates ...string) mockservers.Deviation {
	for i := range violates {
		violates[i] = "smtp/" + violates[i]
	}
	return mockservers.Deviation{Name: name, Summary: summary, Violates: violates}
}

// shared describes a deviation that reference clients share.
func shared(name string, violates ...string) mockservers.Deviation {
	return trial.ReferenceDeviation(name, deviation("", "", violates...).Violates...)
}

// clientDeviations are those of the reference client, sorted by what they are about.
var clientDeviations = []mockservers.Deviation{
	deviation("greeting-not-awaited", "sends a command before the greeting", "greeting-awaited"),
	deviation("helo-only", "opens each session by HELO", "extension-mechanisms", "ehlo-preferred", "ehlo-rather-than-helo"),
	deviation("helo-never", "gives up where EHLO is not known", "helo-fallback", "ehlo-unknown-falls-back"),
	deviation("ehlo-never", "does not open its sessions", "hello-before-mail", "session-ehlo", "ehlo-before-others"),
	deviation("ehlo-late", "sends another command before EHLO", "ehlo-first"),
	deviation("literal-always", "gives an address literal though it has a name", "host-named", "ehlo-name-ensured"),
	deviation("name-invented", "gives a name that is not its own", "ehlo-primary-name"),
	deviation("unqualified-name", "gives an unqualified name", "name-qualified", "ehlo-literal-without-name", "ehlo-literal-substituted"),
	deviation("literal-bare", "gives an address without its brackets", "address-literal-form"),
	deviation("ehlo-surplus", "puts a comment behind its name", "ehlo-literal-alone"),
	deviation("quit-never", "closes its connections without QUIT", "quit-before-close", "quit-last", "quit-used"),
	deviation("quit-unawaited", "does not wait for the reply to QUIT", "quit-reply-awaited"),
}
