package nntpmock

import (
	"strings"
	"testing"
)

// article is one of a peer's, as a script has it.
const article = `C: Path: far!away
	C: From: a@example.org
	C: Newsgroups: example.test
	C: Subject: QUIT
	C: Date: Mon, 01 Jan 2024 00:00:00 +0000
	C: Message-ID: <new@example.org>
	C:
	C: QUIT
	C: .
	`

// TestExtensions are sessions about extensions, each with the features of the server.
func TestExtensions(t *testing.T) {
	for name, c := range map[string]struct {
		features string
		script   string
	}{
		"a refused article is no commands": {script: `S: 200
			C: TAKETHIS new@example.org
			` + article + `S: 501
			C: TAKETHIS
			` + article + `S: 501
			C: TAKETHIS <new@example.org> again
			` + article + `S: 501
			C: TAKETHIS ` + strings.Repeat("x", 600) + `
			` + article + `S: 501
			C: TAKETHIS ` + strings.Repeat("x", 200<<10) + `
			` + article + `S: 501
			C: takethis <new@example.org>
			` + article + `S= 239 <new@example.org>
			C: QUIT
			S: 205`},
		"nor is one before authentication": {features: "AUTH=required", script: `S: 200
			C: TAKETHIS <new@example.org>
			` + article + `S: 480
			C: STAT <new@example.org>
			S: 480
			C: QUIT
			S: 205`},
		"a server without streaming": {features: "-STREAMING", script: `S: 200
			C: TAKETHIS <new@example.org>
			S: 500
			C: CHECK <new@example.org>
			S: 500
			C: MODE STREAM
			S: 501`},
		"algorithms": {script: `S: 200
			C: COMPRESS deflate
			S: 501
			C: COMPRESS
			S: 501
			C: COMPRESS DEFLATE 9
			S: 501
			C: COMPRESS A.B
			S: 501
			C: COMPRESS ABCDEFGHIJKLMNOPQRSTU
			S: 501
			C: COMPRESS Z
			S: 503
			C: COMPRESS 7-ZIP_2
			S: 503
			C: compress DEFLATE
			S: 206`},
		"TLS required": {features: "TLS=required AUTH=required", script: `S: 200
			C: GROUP example.test
			S: 483
			C: AUTHINFO USER alice
			S: 483
			C: AUTHINFO SASL SCRAM-SHA-256
			S: 483
			C: COMPRESS DEFLATE
			S: 483
			C: TAKETHIS <new@example.org>
			` + article + `S: 483
			C: CAPABILITIES
			S: 101
			B: VERSION 2\|IMPLEMENTATION [^|]*\|STARTTLS\|AUTHINFO\|
			C: HELP
			S: 100
			B: (?s:.*)
			C: MODE READER
			S: 200
			C: STARTTLS
			S: 382`},
		"deferred": {features: "DEFER", script: `S: 200
			C: CHECK <frost.01@example.org>
			S= 438 <frost.01@example.org>
			C: CHECK <new@example.org>
			S= 431 <new@example.org>
			C: CHECK <newer@example.org>
			S= 431 <newer@example.org>
			C: CHECK <new@example.org>
			S= 238 <new@example.org>
			C: IHAVE <other@example.org>
			S: 436
			C: IHAVE <other@example.org>
			S: 335
			C: .
			S: 437`},
		"refused": {features: "REFUSE=CHECK:431,compress:403,STARTTLS:580,POST:441,IHAVE:437,GROUP:503,TAKETHIS:439", script: `S: 200
			C: CHECK <new@example.org>
			S= 431 <new@example.org>
			C: CHECK new
			S: 501
			C: COMPRESS DEFLATE
			S: 403
			C: STARTTLS
			S: 580
			C: GROUP example.test
			S: 503
			C: TAKETHIS <new@example.org>
			` + article + `S= 439 <new@example.org>
			C: POST
			S: 340
			C: .
			S: 441
			C: IHAVE <new@example.org>
			S: 335
			C: .
			S: 437`},
		"unavailable": {features: "REFUSE=TAKETHIS:400", script: `S: 200
			C: TAKETHIS <new@example.org>
			` + article + `S: 400
			S: EOF`},
		"MODE READER behind AUTHINFO": {features: "MODE=switching", script: `S: 200
			C: AUTHINFO USER alice
			S: 381
			C: AUTHINFO PASS wonderland
			S: 281
			C: CAPABILITIES
			S: 101
			B: VERSION 2\|IMPLEMENTATION [^|]*\|IHAVE\|(?s:.*)
			C: MODE READER
			S: 502
			S: EOF`},
		"patterns": {script: `S: 200
			C: GROUP example.test
			S: 211
			C: XPAT Subject 1- an empty*
			S: 221
			B: 3000235 an empty body\|
			C: XPAT Subject 1- *dots* same
			S: 221
			B:
			C: XPAT Subject 1- [A-Za-z]*body
			S: 221
			B: (?s:.*)3000235 an empty body\|(?s:.*)
			C: XPAT Subject 1- [x
			S: 501`},
		"no descriptions": {features: "LIST=ACTIVE", script: `S: 200
			C: XGTITLE *
			S: 481
			C: LIST NEWSGROUPS
			S: 501`},
		"AUTHINFO GENERIC": {script: `S: 200
			C: AUTHINFO GENERIC KERBEROS x
			S: 501
			C: AUTHINFO SIMPLE
			S: 501`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dial(t, New(t, WithFeatures(strings.Fields(c.features)...))).Talk(c.script)
		})
	}
}

// TestRefuseNames are values of REFUSE that cannot be.
func TestRefuseNames(t *testing.T) {
	for _, value := range []string{"", "CHECK", "CHECK:239", "FUZZ:403", "STARTTLS:483", "STARTTLS:480", "AUTHINFO USER:480", "GROUP:401", "GROUP:500", "GROUP:x"} {
		if _, err := NewServer(Options{Features: []string{"REFUSE=" + value}}); err == nil {
			t.Errorf("%q is taken", value)
		}
	}
	if _, err := NewServer(Options{Features: []string{"REFUSE=CHECK:431", "-REFUSE"}}); err != nil {
		t.Error(err)
	}
}
